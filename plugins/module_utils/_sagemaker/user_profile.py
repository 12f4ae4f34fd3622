# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The user profiles of a Studio domain."""

from __future__ import annotations

import typing as t

from .._engine import Item
from .app import is_owned_by, living_apps
from .calls import SageMaker
from .limits import refuse_invalid
from .member import Member, MemberRequest, describe_members, refuse_contradictions, unlisted
from .settings import typed
from .status import DELETING


class UserProfile(Member):
    """A user profile. SageMaker ignores the case of its name; see Member."""

    kind = "user_profile"
    noun = "UserProfile"
    settings = "user_settings"
    immutable = frozenset({"single_sign_on_user_identifier", "single_sign_on_user_value"})

    def remaining(self) -> list[str]:
        apps = living_apps(self.sagemaker, self.request.domain_id, user_profile_name=self.name)
        spaces = self.sagemaker.list("ListSpaces", "spaces", domain_id_equals=self.request.domain_id)
        return [f"app {app['app_type']} {app['app_name']}" for app in apps if app["status"] != DELETING] + [
            f"space {space['space_name']}"
            for space in spaces
            if space["status"] != DELETING and is_owned_by(space, self.name)
        ]


def user_profile_items(
    sagemaker: SageMaker,
    request: MemberRequest,
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
    named = [profile["name"].lower() for profile in wanted]
    refuse_contradictions(named, "user profiles", state=state, purge=purge, purge_all=purge_all)
    wanted = [_typed_profile(sagemaker, profile) for profile in wanted]
    listed = sagemaker.list("ListUserProfiles", "user_profiles", domain_id_equals=request.domain_id)
    present = {profile["user_profile_name"].lower(): profile["user_profile_name"] for profile in listed}

    def item(attributes: dict[str, t.Any], item_state: str) -> Item:
        # SageMaker ignores the case of profile names: the profile that is there keeps its spelling.
        name = present.get(attributes["name"].lower(), attributes["name"])
        resource = UserProfile(sagemaker, request, name, item_state, name.lower() in present)
        values = {key: value for key, value in attributes.items() if key != "name"}
        return Item(resource, {**values, "domain_id": request.domain_id, "user_profile_name": name}, item_state)

    others = unlisted(present, named, state=state, purge=purge, purge_all=purge_all)
    return [item(profile, state) for profile in wanted] + [item({"name": name}, "absent") for name in others]


def _typed_profile(sagemaker: SageMaker, profile: dict[str, t.Any]) -> dict[str, t.Any]:
    shape = sagemaker.model.operation_model("CreateUserProfile").input_shape
    place = f"user_profiles.{profile['name']}"
    refuse_invalid(profile["name"], shape.members["UserProfileName"], f"{place}.name")
    settings = typed(profile.get("user_settings"), shape.members["UserSettings"], f"{place}.user_settings")
    return {**profile, "user_settings": settings}


def describe_user_profiles(sagemaker: SageMaker, domain_id: str, name: str | None = None) -> list[dict[str, t.Any]]:
    """Return the full descriptions, with tags, of a domain's user profiles, or of the one called name in any case."""
    return describe_members(
        sagemaker, UserProfile, domain_id, lambda present: name is None or present.lower() == name.lower()
    )
