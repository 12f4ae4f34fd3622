# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The apps of spaces and user profiles: started and stopped, never changed.

AWS shows a deleted app for 24 hours with status Deleted (API reference, DescribeApp), and refuses to delete one that is
Failed, which it has deleted by itself (developer guide, gs-studio-delete-domain). Both count as not being there.
"""

from __future__ import annotations

import re
import typing as t
from dataclasses import dataclass

from .._engine import Item, Resource, in_threads, refuse_duplicates
from .._plan import Plan
from .._waiting import StudioError, poll, retry
from .calls import IAM_PROPAGATION, SageMaker, code_and_text, is_busy, is_invalid, is_propagating, is_state_refused
from .settings import typed, without_unset_references
from .status import DELETING, FAILED, IN_SERVICE, Watch, is_moving

DELETED = "Deleted"
ENDED = (DELETED, FAILED)
SPACE_ONLY = ("JupyterLab", "CodeEditor")
# DeleteApp on an app that has ended (terraform-provider-aws, sagemaker/app.go; the last for what it does not quote).
ENDED_TEXT = re.compile(r"already been deleted|automatically deleted|previously failed", re.IGNORECASE)
# What SageMaker writes anew while an app runs; sagemaker_app_info shows it.
MOVING = {"last_health_check_timestamp", "last_user_activity_timestamp"}


@dataclass(frozen=True)
class AppRequest:
    """How to go about the apps of one domain; wait and timeout (seconds) are the user's."""

    domain_id: str
    wait: bool = True
    timeout: float = 1200


class App(Resource):
    """One app. owner is {"space_name": name} or {"user_profile_name": name}."""

    kind = "app"
    # There is no UpdateApp: another instance or image needs another app.
    immutable = frozenset({"resource_spec"})

    def __init__(
        self, sagemaker: SageMaker, request: AppRequest, owner: dict[str, str], app_type: str, app_name: str, state: str
    ) -> None:
        self.sagemaker = sagemaker
        self.request = request
        self.state = state
        self.name = label({**owner, "app_type": app_type, "app_name": app_name})
        self.key = {"domain_id": request.domain_id, **owner, "app_type": app_type, "app_name": app_name}
        self.watch = Watch(self._read, f"app {self.name} of {request.domain_id}", request.timeout, "app")
        operation = "DescribeSpace" if "space_name" in owner else "DescribeUserProfile"
        self.owner_watch = Watch(
            lambda: sagemaker.read(operation, domain_id=request.domain_id, **owner),
            f"{next(iter(owner)).replace('_name', '').replace('_', ' ')} {next(iter(owner.values()))}",
            request.timeout,
        )
        self.leaving = False
        self.looked = False

    def find(self) -> dict[str, t.Any] | None:
        app = self.watch.read()
        self.leaving = app is not None and app["status"] == DELETING
        if app is None or app["status"] == FAILED:
            return None
        if not self.leaving:
            # The case of a profile's name has no meaning, so the user's spelling is no difference.
            return {**{name: value for name, value in app.items() if name not in MOVING}, **self.key}
        if self.state == "absent" and self.request.wait:
            self._expect_ended()
        return None

    def create(self, plan: Plan) -> None:
        if self.leaving:
            self._expect_ended()
        shape = self.sagemaker.model.operation_model("CreateApp").input_shape
        values = without_unset_references(plan.after, shape)
        retry(lambda: self._create(values), self._create_passes, IAM_PROPAGATION)
        self.watch.created()

    def update(self, plan: Plan) -> None:
        raise AssertionError("every attribute of an app is create-only")

    def delete(self, plan: Plan) -> None:
        # What AWS says to the deletion of an app that is still starting is not documented.
        app = plan.before if plan.before["status"] == IN_SERVICE else self.watch.settle()
        if app is None or app["status"] == FAILED:
            return
        self.sagemaker.unless_missing(lambda: retry(self._delete, self._delete_passes, self.request.timeout))

    def wait(self, plan: Plan) -> None:
        if plan.action == "delete":
            self._expect_ended()
        elif plan.action == "create" or is_moving(plan.before):
            self._expect_in_service()

    def _read(self) -> dict[str, t.Any] | None:
        app = self.sagemaker.read("DescribeApp", **self.key)
        return None if app is None or app["status"] == DELETED else app

    def _expect_ended(self) -> None:
        """Wait until the app is gone; AWS deletes a failed one by itself."""
        poll(
            self._read,
            lambda app: app is None or app["status"] == FAILED,
            self.request.timeout,
            f"{self.watch.what} to be deleted",
            thing=self.watch.thing,
        )

    def _expect_in_service(self) -> None:
        app = self.watch.settle()
        if app is None:
            raise StudioError(f"{self.watch.what} is gone: somebody stopped it while it started. Run again.")
        if app["status"] != IN_SERVICE:
            reason = (app.get("failure_reason") or "AWS gives no reason").rstrip(".")
            raise StudioError(f"{self.watch.what} did not start: {reason}. Remove the cause and start it again.")

    def _create(self, values: dict[str, t.Any]) -> None:
        """Start the app. Owner, type and name are its key, so a repeated call cannot start a second one."""
        try:
            self.sagemaker.call("CreateApp", **{**values, **self.key})
        except Exception as error:
            # In use although it was not there before: an earlier attempt of ours took effect and its answer was lost.
            app = self._read() if is_busy(error) else None
            if app is None or app["status"] not in ("Pending", IN_SERVICE):
                raise

    def _create_passes(self, error: Exception) -> bool:
        """A new role, or an owner that is being changed: both pass."""
        if is_propagating(error):
            return True
        if not (is_busy(error) or is_state_refused(error)):
            return False
        first, self.looked = not self.looked, True
        owner = self.owner_watch.read()
        if owner is None or not is_moving(owner):
            # It may have settled between AWS's refusal and our look.
            return owner is not None and first
        return self.owner_watch.settle() is not None

    def _delete(self) -> None:
        try:
            self.sagemaker.call("DeleteApp", **self.key)
        except Exception as error:
            if not (is_invalid(error) and ENDED_TEXT.search(code_and_text(error)[1])) and not self._is_ending():
                raise

    def _is_ending(self) -> bool:
        app = self._read()
        return app is None or app["status"] in (DELETING, FAILED)

    def _delete_passes(self, error: Exception) -> bool:
        return is_busy(error) and self.watch.settle() is not None


def label(app: dict[str, t.Any]) -> str:
    """Return the name of an app (option names) for messages and results: owner/type/name."""
    (owner,) = owner_of(app).values()
    return f"{owner}/{app['app_type']}/{app['app_name']}"


def owner_of(app: dict[str, t.Any]) -> dict[str, str]:
    """Return the one owner of an app that AWS takes in its key: the space where there is one, else the profile."""
    name = "space_name" if app.get("space_name") else "user_profile_name"
    return {name: app[name]}


def living_apps(sagemaker: SageMaker, domain_id: str, **owner: str) -> list[dict[str, t.Any]]:
    """Return the apps, as ListApps shows them, of a domain, space (space_name) or profile that have not ended."""
    where = {f"{name}_equals": value for name, value in owner.items()}
    apps = sagemaker.list("ListApps", "apps", domain_id_equals=domain_id, **where)
    return [app for app in apps if app["status"] not in ENDED]


def app_items(
    sagemaker: SageMaker, request: AppRequest, wanted: list[dict[str, t.Any]], state: str, scope: dict[str, t.Any]
) -> list[Item]:
    """Return what has to become of each app.

    wanted holds dicts with ``space_name`` or ``user_profile_name``, ``app_type``, ``app_name`` and ``resource_spec``.
    A scope (see apps_in_scope) adds every living app in it. Raises StudioError for wishes that contradict.
    """
    refuse_contradictions(wanted, state, scope)
    if scope["scope"] != "listed":
        wanted = apps_in_scope(sagemaker, request.domain_id, scope)
    shape = sagemaker.model.operation_model("CreateApp").input_shape.members["ResourceSpec"]

    def item(app: dict[str, t.Any]) -> Item:
        resource = App(sagemaker, request, owner_of(app), app["app_type"], app["app_name"], state)
        resource_spec = typed(app.get("resource_spec"), shape, f"apps.{resource.name}.resource_spec")
        return Item(resource, {**resource.key, "resource_spec": resource_spec}, state)

    return [item(app) for app in wanted]


def refuse_contradictions(wanted: list[dict[str, t.Any]], state: str, scope: dict[str, t.Any]) -> None:
    """Raise StudioError where the options do not say clearly which apps are meant, or AWS could never start them."""
    if scope["scope"] != "listed" and (wanted or state == "present"):
        raise StudioError(
            f"scope: {scope['scope']} means every app there, to be stopped. Use it with state: absent and without apps."
        )
    refuse_duplicates((label(app) if app.get("space_name") else label(app).lower() for app in wanted), "apps")
    for app in wanted:
        if app["app_type"] in SPACE_ONLY and not app.get("space_name"):
            raise StudioError(f"A {app['app_type']} app runs in a space, not in a user profile: give space_name.")


def apps_in_scope(sagemaker: SageMaker, domain_id: str, scope: dict[str, t.Any]) -> list[dict[str, t.Any]]:
    """Return the living apps of a scope: {"scope": "domain" | "space" | "user_profile", "space_name" | ...: name}.

    The apps of a profile are its own and those of the private spaces that it owns.
    """
    if scope["scope"] == "domain":
        return living_apps(sagemaker, domain_id)
    if scope["scope"] == "space":
        return living_apps(sagemaker, domain_id, space_name=scope["space_name"])
    name = scope["user_profile_name"]
    private = private_spaces(sagemaker.list("ListSpaces", "spaces", domain_id_equals=domain_id), name)
    apps = living_apps(sagemaker, domain_id)
    return [
        app
        for app in apps
        if app.get("space_name") in private
        or (not app.get("space_name") and app.get("user_profile_name", "").lower() == name.lower())
    ]


def is_owned_by(space: dict[str, t.Any], user_profile_name: str) -> bool:
    """Tell whether a space, as ListSpaces shows it, belongs to a user profile."""
    owner: str = space.get("ownership_settings_summary", {}).get("owner_user_profile_name", "")
    return owner.lower() == user_profile_name.lower()


def private_spaces(spaces: list[dict[str, t.Any]], user_profile_name: str) -> set[str]:
    """Return the names of those of the spaces, as ListSpaces shows them, that a profile has to itself."""
    return {
        space["space_name"]
        for space in spaces
        if is_owned_by(space, user_profile_name)
        and space.get("space_sharing_settings_summary", {}).get("sharing_type") == "Private"
    }


def stop_apps(sagemaker: SageMaker, request: AppRequest, **owner: str) -> None:
    """Stop every app of a space (space_name) or profile (user_profile_name) and wait until all have ended.

    Blocks for up to request.timeout seconds for each.
    """

    def stop(app: dict[str, t.Any]) -> None:
        resource = App(sagemaker, request, owner, app["app_type"], app["app_name"], "absent")
        present = resource.find()
        if present is not None:
            plan = Plan("delete", before=present)
            resource.delete(plan)
            resource.wait(plan)

    in_threads(stop, living_apps(sagemaker, request.domain_id, **owner))


def describe_apps(
    sagemaker: SageMaker, domain_id: str, owner: dict[str, str], include_deleted: bool
) -> list[dict[str, t.Any]]:
    """Return the full descriptions, with tags, of the apps of a domain, or of the owner that is given.

    include_deleted adds those that AWS still shows although they were deleted in the last 24 hours.
    """
    where = {f"{name}_equals": value for name, value in owner.items()}
    listed = sagemaker.list("ListApps", "apps", domain_id_equals=domain_id, **where)
    wanted = [app for app in listed if include_deleted or app["status"] != DELETED]

    def describe(app: dict[str, t.Any]) -> dict[str, t.Any] | None:
        key = {"domain_id": domain_id, "app_type": app["app_type"], "app_name": app["app_name"], **owner_of(app)}
        found = sagemaker.read("DescribeApp", **key)
        return found and {**found, "tags": sagemaker.tags(found["app_arn"])}

    return sorted((app for app in in_threads(describe, wanted) if app), key=label)
