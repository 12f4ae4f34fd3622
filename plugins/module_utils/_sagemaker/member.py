# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What user profiles and spaces have in common: they live in a domain, which may be changing, and are many."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass
from functools import partial

from .._engine import Resource, in_threads, refuse_duplicates, refuse_empty_purge
from .._naming import tag_list
from .._plan import Plan, tags_around
from .._waiting import StudioError, retry
from .app import AppRequest, stop_apps
from .calls import IAM_PROPAGATION, SageMaker, is_busy, is_propagating, is_state_refused
from .settings import (
    changed_members,
    filled_paths,
    list_paths,
    read_references,
    references_to_clear,
    without_unset_references,
)
from .status import DELETE_FAILED, DELETING, FAILED, UPDATE_FAILED, Watch, in_words, is_moving

# How long (seconds) a deletion may be refused although nothing that we can see is in the way.
DELETE_PATIENCE = 120


# The options that modules of members have in common, as the fragments options.domain and options.members document them.
MEMBER_OPTIONS: dict[str, dict[str, t.Any]] = {
    "delete_apps": {"type": "bool", "default": False},
    "domain_id": {"type": "str", "required": True},
    "owner_tags": {"type": "dict"},
    "purge": {"type": "bool", "default": False},
    "purge_all": {"type": "bool", "default": False},
    "purge_tags": {"type": "bool", "default": True},
    "recreate_failed": {"type": "bool", "default": False},
}


@dataclass(frozen=True)
class MemberRequest:
    """How to go about the members of one domain; wait and timeout (seconds) are the user's.

    delete_apps says that running apps may be stopped for a deletion.
    """

    domain_id: str
    recreate_failed: bool = False
    wait: bool = True
    timeout: float = 600
    delete_apps: bool = False


def member_request(params: dict[str, t.Any]) -> MemberRequest:
    """Return the request that the parameters of a module with MEMBER_OPTIONS and options for waiting make."""
    return MemberRequest(
        params["domain_id"],
        params["recreate_failed"],
        params["wait"],
        params["wait_timeout"],
        params["delete_apps"],
    )


class Member(Resource):
    """The member called name; exists says whether a listing showed it (then name is in AWS's own spelling).

    Subclasses name the member in operations (``noun``) and its settings (``settings``, an attribute), and say in
    remaining() what keeps AWS from deleting it.
    """

    noun = ""
    settings = ""
    # In a domain that was taken over, members were there before the domain had tags.
    may_be_untagged = True

    def __init__(self, sagemaker: SageMaker, request: MemberRequest, name: str, state: str, exists: bool) -> None:
        self.sagemaker = sagemaker
        self.request = request
        self.name = name
        self.state = state
        self.exists = exists
        self.key = {"domain_id": request.domain_id, f"{self.kind}_name": name}
        self.shape = sagemaker.model.operation_model(f"Create{self.noun}").input_shape
        self.unordered, self.filled = list_paths(self.shape), filled_paths(self.shape)
        self.watch = self.watch_of(f"Describe{self.noun}", self.kind.replace("_", " "), name, **self.key)
        domain = Watch(
            lambda: sagemaker.read("DescribeDomain", domain_id=request.domain_id),
            f"domain {request.domain_id}",
            request.timeout,
            "domain",
        )
        # While one of these is being changed, AWS refuses to create or change the member.
        self.depends_on = [domain]
        self.described: dict[str, t.Any] = {}
        self.in_the_way: str | None = None
        self.updated = False
        self.looked = False

    def remaining(self) -> list[str]:
        """Return what keeps the member from being deleted, in words; what is being deleted goes by itself."""
        raise NotImplementedError

    def check(self, present: dict[str, t.Any] | None) -> None:
        """Raise StudioError where AWS could never make what is wanted of what is present."""

    def watch_of(self, operation: str, words: str, name: str, **key: str) -> Watch:
        """Return the Watch of something in the domain that a Describe operation with this key reads."""
        return Watch(
            lambda: self.sagemaker.read(operation, **key),
            f"{words} {name} of {self.request.domain_id}",
            self.request.timeout,
            words,
        )

    def find(self) -> dict[str, t.Any] | None:
        present = self.watch.read() if self.exists else None
        if present and is_moving(present) and self.request.wait:
            present = self.watch.settle()
        if present is None or self._is_in_the_way(present):
            self.check(None)
            return None
        shape = self.sagemaker.model.operation_model(f"Describe{self.noun}").output_shape
        self.described = read_references(present, shape)
        self.check(self.described)
        reported = {**self.described, "tags": self.sagemaker.tags(present[f"{self.kind}_arn"])}
        if present["status"] == UPDATE_FAILED:
            # Nobody knows what a failed update left behind, so the settings count as not set and are sent again.
            reported.pop(self.settings, None)
        return reported

    def create(self, plan: Plan) -> None:
        if self.in_the_way:
            if self.in_the_way == FAILED:
                self.request_deletion()
            self.watch.expect_gone(self.request_deletion)
        values = without_unset_references(plan.after, self.shape)
        values["tags"] = tag_list(plan.after.get("tags") or {})
        retry(lambda: self._create(values), self._create_passes, IAM_PROPAGATION)
        self.exists = True
        self.watch.created()

    def update(self, plan: Plan) -> None:
        values, operation = self.update_values(plan), f"Update{self.noun}"
        with tags_around(plan, partial(self.sagemaker.change_tags, plan.before[f"{self.kind}_arn"])):
            if values:
                values = references_to_clear(values, self.sagemaker.model.operation_model(operation).input_shape)
                retry(
                    lambda: self.sagemaker.call(operation, **self.key, **values),
                    self.update_passes,
                    self.request.timeout,
                )
                self.updated = True

    def update_values(self, plan: Plan) -> dict[str, t.Any]:
        """Return what an update sends beside the key: of the settings, the members that differ."""
        accepted = self.sagemaker.accepted(f"Update{self.noun}")
        values = {key: value for key, value in plan.changes.items() if key in accepted}
        if self.settings in values and self.described["status"] != UPDATE_FAILED:
            values[self.settings] = changed_members(self.described.get(self.settings), values[self.settings])
        return values

    def delete(self, plan: Plan) -> None:
        if self.request.delete_apps:
            self.stop_apps()
        self.request_deletion()

    def wait(self, plan: Plan) -> None:
        self.watch.finish(plan, self.updated, self.request_deletion)

    def stop_apps(self) -> None:
        """Stop the member's own apps and wait, also for those that are leaving: AWS keeps the member until then."""
        request = AppRequest(self.request.domain_id, timeout=self.request.timeout)
        stop_apps(self.sagemaker, request, **{f"{self.kind}_name": self.name})

    def update_passes(self, error: Exception) -> bool:
        """Tell whether a refused update may be sent again, after waiting for what was in the way."""
        if not is_busy(error):
            return is_state_refused(error) and self._waited_for_others()
        self._waited_for_others()
        return self.watch.settle() is not None

    def request_deletion(self) -> None:
        """Ask AWS to delete the member; nothing happens where it is gone. Raises StudioError naming what remains."""
        self.sagemaker.unless_missing(
            lambda: retry(
                lambda: self.sagemaker.call(f"Delete{self.noun}", **self.key), self._delete_passes, DELETE_PATIENCE
            )
        )

    def _is_in_the_way(self, present: dict[str, t.Any]) -> bool:
        """Tell whether a member that is as good as gone keeps the name; refuse what only the user can decide."""
        self.in_the_way = None
        if present["status"] == DELETING:
            self.in_the_way = DELETING
        elif self.state == "present" and present["status"] in (FAILED, DELETE_FAILED):
            if present["status"] == DELETE_FAILED or not self.request.recreate_failed:
                raise StudioError(f"{self.watch.what} is in status {in_words(present)}")
            self.in_the_way = FAILED
        return self.in_the_way is not None

    def _create(self, values: dict[str, t.Any]) -> None:
        """Create the member. Its name is unique in the domain, so a repeated create cannot make a second one."""
        try:
            self.sagemaker.call(f"Create{self.noun}", **{**values, **self.key})
        except Exception as error:
            # In use although nobody listed it: an earlier attempt of ours took effect and its answer was lost.
            if not (is_busy(error) and self.watch.read()):
                raise

    def _create_passes(self, error: Exception) -> bool:
        """A new role, or something around that is being changed: both pass. AWS's text for the latter is not known."""
        if is_propagating(error):
            return True
        return (is_busy(error) or is_state_refused(error)) and self._waited_for_others()

    def _waited_for_others(self) -> bool:
        """Wait for what the member depends on; False where nothing of it was moving, the second time.

        The first time it may have settled between AWS's refusal and our look.
        """
        first, self.looked = not self.looked, True
        states = [(watch, watch.read()) for watch in self.depends_on]
        present = [(watch, state) for watch, state in states if state is not None]
        if len(present) < len(states):
            return False
        moving = [watch for watch, state in present if is_moving(state)]
        return all(watch.settle() is not None for watch in moving) and (bool(moving) or first)

    def _delete_passes(self, error: Exception) -> bool:
        if not is_busy(error):
            return False
        self.watch.settle()
        remaining = self.remaining()
        if remaining:
            raise StudioError(
                f"{self.watch.what} still has {', '.join(remaining)}. "
                "Delete that first, apps before spaces, then run again."
            ) from error
        return True


def refuse_contradictions(names: t.Collection[str], what: str, *, state: str, purge: bool, purge_all: bool) -> None:
    """Raise StudioError where the options do not say clearly which members are meant; what is their plural noun."""
    refuse_duplicates(names, what)
    refuse_empty_purge(names, purge, purge_all, what)
    if state == "absent" and purge:
        raise StudioError(
            "purge keeps only what is listed, and state: absent deletes what is listed; use one of them "
            f"(purge_all: true with state: absent deletes all {what} of the domain)."
        )


def unlisted(
    present: t.Collection[str], named: t.Collection[str], *, state: str, purge: bool, purge_all: bool
) -> list[str]:
    """Return which present members are to be deleted although the user did not name them."""
    return sorted(set(present) - set(named)) if purge or (state == "absent" and purge_all) else []


def describe_members(
    sagemaker: SageMaker, member: type[Member], domain_id: str, wanted: t.Callable[[str], bool]
) -> list[dict[str, t.Any]]:
    """Return the full descriptions, with tags, of those members of a domain whose names are wanted, by name."""
    listed = sagemaker.list(f"List{member.noun}s", f"{member.kind}s", domain_id_equals=domain_id)
    names = sorted(filter(wanted, (present[f"{member.kind}_name"] for present in listed)))

    def describe(name: str) -> dict[str, t.Any] | None:
        found = sagemaker.read(f"Describe{member.noun}", **{"domain_id": domain_id, f"{member.kind}_name": name})
        return found and {**found, "tags": sagemaker.tags(found[f"{member.kind}_arn"])}

    return [found for found in in_threads(describe, names) if found]
