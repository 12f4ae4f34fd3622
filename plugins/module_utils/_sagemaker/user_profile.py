# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The user profiles of a Studio domain."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from .._engine import (
    Item,
    Plan,
    Resource,
    StudioError,
    in_threads,
    refuse_duplicates,
    refuse_empty_purge,
    retry,
)
from .._naming import member_names
from .calls import IAM_PROPAGATION, SageMaker, is_busy, is_invalid, is_propagating, tag_list
from .settings import changed_members, list_paths, read_references, references_to_clear, typed, without_unset_references
from .status import DELETE_FAILED, DELETING, FAILED, UPDATE_FAILED, Watch, in_words, is_moving

GONE_APPS = ("Deleted", "Failed", DELETING)
# How long (seconds) a deletion may be refused although the profile has neither apps nor spaces.
DELETE_PATIENCE = 120


@dataclass(frozen=True)
class ProfileRequest:
    """How to go about the profiles of one domain; wait and timeout (seconds) are the user's."""

    domain_id: str
    recreate_failed: bool = False
    wait: bool = True
    timeout: float = 600


class UserProfile(Resource):
    """The user profile called name; exists says whether a listing showed it (then name is in AWS's own spelling)."""

    kind = "user_profile"
    immutable = frozenset({"single_sign_on_user_identifier", "single_sign_on_user_value"})

    def __init__(self, sagemaker: SageMaker, request: ProfileRequest, name: str, state: str, exists: bool) -> None:
        self.sagemaker = sagemaker
        self.request = request
        self.name = name
        self.state = state
        self.exists = exists
        self.key = {"domain_id": request.domain_id, "user_profile_name": name}
        self.shape = sagemaker.model.operation_model("CreateUserProfile").input_shape
        self.unordered = list_paths(self.shape)
        self.watch = Watch(
            lambda: sagemaker.read("DescribeUserProfile", **self.key),
            f"user profile {name} of {request.domain_id}",
            request.timeout,
        )
        self.domain_watch = Watch(
            lambda: sagemaker.read("DescribeDomain", domain_id=request.domain_id),
            f"domain {request.domain_id}",
            request.timeout,
        )
        self.described: dict[str, t.Any] = {}
        self.in_the_way: str | None = None
        self.updated = False

    def find(self) -> dict[str, t.Any] | None:
        profile = self.watch.read() if self.exists else None
        if profile and is_moving(profile) and self.request.wait:
            profile = self.watch.settle()
        if profile is None or self._is_in_the_way(profile):
            return None
        shape = self.sagemaker.model.operation_model("DescribeUserProfile").output_shape
        self.described = read_references(profile, shape)
        reported = {**self.described, "tags": self.sagemaker.tags(profile["user_profile_arn"])}
        if profile["status"] == UPDATE_FAILED:
            # Nobody knows what a failed update left behind, so the settings count as not set and are sent again.
            reported.pop("user_settings", None)
        return reported

    def create(self, plan: Plan) -> None:
        if self.in_the_way:
            if self.in_the_way == FAILED:
                self._delete()
            self.watch.expect_gone(self._delete)
        values = without_unset_references(plan.after, self.shape)
        values["tags"] = tag_list(plan.after.get("tags") or {})
        retry(lambda: self._create(values), self._create_passes, IAM_PROPAGATION)
        self.exists = True
        self.watch.created()

    def update(self, plan: Plan) -> None:
        if "user_settings" in plan.changes:
            settings = plan.changes["user_settings"]
            if self.described["status"] != UPDATE_FAILED:
                settings = changed_members(self.described.get("user_settings"), settings)
            shape = self.shape.members[member_names(self.shape)["user_settings"]]
            values = {**self.key, "user_settings": references_to_clear(settings, shape)}
            retry(lambda: self.sagemaker.call("UpdateUserProfile", **values), self._busy_passes, self.request.timeout)
            self.updated = True
        if "tags" in plan.changes:
            self.sagemaker.change_tags(plan.before["user_profile_arn"], plan.before["tags"], plan.changes["tags"])

    def delete(self, plan: Plan) -> None:
        self._delete()

    def wait(self, plan: Plan) -> None:
        self.watch.finish(plan, self.updated, self._delete)

    def _is_in_the_way(self, profile: dict[str, t.Any]) -> bool:
        """Tell whether a profile that is as good as gone keeps the name; refuse what only the user can decide."""
        self.in_the_way = None
        if profile["status"] == DELETING:
            self.in_the_way = DELETING
        elif self.state == "present" and profile["status"] in (FAILED, DELETE_FAILED):
            if profile["status"] == DELETE_FAILED or not self.request.recreate_failed:
                raise StudioError(f"{self.watch.what} is in status {in_words(profile)}")
            self.in_the_way = FAILED
        return self.in_the_way is not None

    def _create(self, values: dict[str, t.Any]) -> None:
        """Create the profile. Its name is unique in the domain, so a repeated create cannot make a second one."""
        try:
            self.sagemaker.call("CreateUserProfile", **{**values, **self.key})
        except Exception as error:
            # In use although nobody listed it: an earlier attempt of ours took effect and its answer was lost.
            if not (is_busy(error) and self.watch.read()):
                raise

    def _create_passes(self, error: Exception) -> bool:
        """A new role, or a domain that is being changed: both pass. AWS's text for the latter is not known."""
        if is_propagating(error):
            return True
        return (is_busy(error) or is_invalid(error)) and self._domain_was_moving()

    def _busy_passes(self, error: Exception) -> bool:
        if not is_busy(error):
            return is_invalid(error) and self._domain_was_moving()
        self._domain_was_moving()
        return self.watch.settle() is not None

    def _domain_was_moving(self) -> bool:
        domain = self.domain_watch.read()
        if domain is None or not is_moving(domain):
            return False
        return self.domain_watch.settle() is not None

    def _delete(self) -> None:
        self.sagemaker.unless_missing(
            lambda: retry(
                lambda: self.sagemaker.call("DeleteUserProfile", **self.key), self._delete_passes, DELETE_PATIENCE
            )
        )

    def _delete_passes(self, error: Exception) -> bool:
        if not is_busy(error):
            return False
        self.watch.settle()
        remaining = self._remaining()
        if remaining:
            raise StudioError(
                f"{self.watch.what} still has {', '.join(remaining)}. "
                "Delete them first: apps, then spaces, then the profile."
            ) from error
        return True

    def _remaining(self) -> list[str]:
        """Return what keeps the profile from being deleted, in words; what is being deleted goes by itself."""
        domain_id = self.request.domain_id
        apps = self.sagemaker.list("ListApps", "apps", domain_id_equals=domain_id, user_profile_name_equals=self.name)
        spaces = self.sagemaker.list("ListSpaces", "spaces", domain_id_equals=domain_id)
        return [f"app {app['app_type']} {app['app_name']}" for app in apps if app["status"] not in GONE_APPS] + [
            f"space {space['space_name']}" for space in spaces if space["status"] != DELETING and self._owns(space)
        ]

    def _owns(self, space: dict[str, t.Any]) -> bool:
        owner = space.get("ownership_settings_summary", {}).get("owner_user_profile_name", "")
        return owner.lower() == self.name.lower()


def user_profile_items(
    sagemaker: SageMaker,
    request: ProfileRequest,
    wanted: list[dict[str, t.Any]],
    *,
    state: str,
    purge: bool,
    purge_all: bool,
) -> list[Item]:
    """Return what has to become of each profile of the domain.

    wanted holds dicts with ``name`` and the attributes of the profile. With purge, present profiles that are not wanted
    are items to delete; purge_all must be true to delete every profile. Raises StudioError for wishes that contradict.
    """
    refuse_contradictions(wanted, state=state, purge=purge, purge_all=purge_all)
    wanted = [_typed_profile(sagemaker, profile) for profile in wanted]
    listed = sagemaker.list("ListUserProfiles", "user_profiles", domain_id_equals=request.domain_id)
    present = {profile["user_profile_name"].lower(): profile["user_profile_name"] for profile in listed}

    def item(attributes: dict[str, t.Any], item_state: str) -> Item:
        # SageMaker ignores the case of profile names: the profile that is there keeps its spelling.
        name = present.get(attributes["name"].lower(), attributes["name"])
        resource = UserProfile(sagemaker, request, name, item_state, name.lower() in present)
        values = {key: value for key, value in attributes.items() if key != "name"}
        return Item(resource, {**values, "domain_id": request.domain_id, "user_profile_name": name}, item_state)

    items = [item(profile, state) for profile in wanted]
    if purge or (state == "absent" and purge_all):
        named = {profile["name"].lower() for profile in wanted}
        items += [item({"name": name}, "absent") for key, name in sorted(present.items()) if key not in named]
    return items


def _typed_profile(sagemaker: SageMaker, profile: dict[str, t.Any]) -> dict[str, t.Any]:
    shape = sagemaker.model.operation_model("CreateUserProfile").input_shape.members["UserSettings"]
    settings = typed(profile.get("user_settings"), shape, f"user_profiles.{profile['name']}.user_settings")
    return {**profile, "user_settings": settings}


def refuse_contradictions(wanted: list[dict[str, t.Any]], *, state: str, purge: bool, purge_all: bool) -> None:
    """Raise StudioError where the options do not say clearly which profiles are meant."""
    refuse_duplicates((profile["name"].lower() for profile in wanted), "user profiles")
    refuse_empty_purge(wanted, purge, purge_all, "user profiles")
    if state == "absent" and purge:
        raise StudioError(
            "purge keeps only what is listed, and state: absent deletes what is listed; use one of them "
            "(purge_all: true with state: absent deletes every user profile of the domain)."
        )


def describe_user_profiles(sagemaker: SageMaker, domain_id: str, name: str | None = None) -> list[dict[str, t.Any]]:
    """Return the full descriptions, with tags, of a domain's user profiles, or of the one called name in any case."""
    listed = sagemaker.list("ListUserProfiles", "user_profiles", domain_id_equals=domain_id)
    names = [profile["user_profile_name"] for profile in listed]
    if name is not None:
        names = [present for present in names if present.lower() == name.lower()]

    def describe(present: str) -> dict[str, t.Any] | None:
        profile = sagemaker.read("DescribeUserProfile", domain_id=domain_id, user_profile_name=present)
        return profile and {**profile, "tags": sagemaker.tags(profile["user_profile_arn"])}

    profiles = [profile for profile in in_threads(describe, names) if profile]
    return sorted(profiles, key=lambda profile: profile["user_profile_name"])
