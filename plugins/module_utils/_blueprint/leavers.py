# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""People whom the description does not name any more, and what becomes of what they have."""

from __future__ import annotations

import typing as t

from . import access
from .found import Found, Thing, tags_of
from .team import Team

Item = t.Dict[str, t.Any]
Parts = t.Dict[str, t.Union[Item, t.List[Item], None]]
PARTS = (
    "all_profiles",
    "all_spaces",
    "leavers",
    "stopped_apps",
    "closed_spaces",
    "private_spaces",
    "shut_out_people",
    "leaving_profiles",
    "staying_profiles",
    "unwanted_roles",
)


def leavers_plan(team: Team, found: Found, predicts: bool) -> Parts:
    """Return the arguments of the tasks about people who left, by part."""
    if not team.removes_people:
        return dict.fromkeys(PARTS)
    leavers, domain = Leavers(team, found), {"domain_id": found.domain_id}
    keep_users = found.pool_is_adopted(team.platform)
    staying = [{"name": name, "tags": {"Left": "true"}} for name in leavers.staying_profiles]
    return {
        "all_profiles": domain,
        "all_spaces": domain if leavers.profiles else None,
        "leavers": {"warnings": leavers.warnings},
        "stopped_apps": [
            {**domain, "scope": "user_profile", "user_profile_name": name, "state": "absent"}
            for name in leavers.profiles
        ],
        # Open sessions could be in them. They belong to the others, who go on with a new app.
        "closed_spaces": [
            {**domain, "scope": "space", "space_name": name, "state": "absent"} for name in leavers.spaces_to_close
        ],
        "private_spaces": _unless_empty(
            "spaces", named(leavers.private_spaces), {**domain, "delete_apps": True, "state": "absent"}
        ),
        "shut_out_people": _unless_empty(
            "users",
            named(leavers.names),
            {
                "user_pool_id": found.user_pool_id(team.platform),
                "without_group": "keep" if keep_users else team.people_without_team,
                # Where nothing is written, they are still in the groups of the team.
                "ignored_groups": list(found.cognito_groups) if predicts else [],
                "state": "absent",
            },
        ),
        "leaving_profiles": _unless_empty(
            "user_profiles", named(leavers.leaving_profiles), {**domain, "state": "absent"}
        ),
        "staying_profiles": _unless_empty("user_profiles", staying, {**domain, "purge_tags": False}),
        # By their path, so that a run which was stopped before this is finished by the next.
        "unwanted_roles": {
            "roles": access.person_roles(team),
            "create": False,
            "purge_path": team.names.role_path,
        },
    }


def _unless_empty(option: str, wanted: list[t.Any], others: Item) -> Item | None:
    return {option: wanted, **others} if wanted else None


class Leavers:
    """Who left, and what they have. A profile marks a person as not finished with, so it goes last."""

    def __init__(self, team: Team, found: Found) -> None:
        self._listed = {person.key for person in team.people}
        self._found = found
        # Those with a profile.
        self.profiles = [name for name in self._profiles() if name.lower() not in self._listed]

    def _profiles(self) -> list[str]:
        return [profile["user_profile_name"] for profile in self._found.user_profiles]

    @property
    def spaces(self) -> list[Thing]:
        """The spaces that they own."""
        return [space for space in self._found.spaces if _owner(space) in self.profiles]

    @property
    def private_spaces(self) -> list[str]:
        """Spaces that go with their owners."""
        return [space["space_name"] for space in self.spaces if not _is_shared(space)]

    @property
    def staying_profiles(self) -> list[str]:
        """Who owns a shared space keeps the profile, as AWS gives the space no other owner."""
        return list(dict.fromkeys(_owner(space) for space in self.spaces if _is_shared(space)))

    @property
    def spaces_to_close(self) -> list[str]:
        """Shared spaces whose apps are ended once, as open sessions could be in them; the tag Left says it was done."""
        left = [one["user_profile_name"] for one in self._found.user_profiles if "Left" in tags_of(one)]
        return [one["space_name"] for one in self.spaces if _is_shared(one) and _owner(one) not in left]

    @property
    def leaving_profiles(self) -> list[str]:
        """Profiles that go."""
        return [name for name in self.profiles if name not in self.staying_profiles]

    @property
    def names(self) -> list[str]:
        """Everybody who leaves: members whom this run took out of the group too, whether or not they had a profile."""
        with_profile = {name.lower() for name in self.profiles}
        members = dict.fromkeys(name.lower() for name in self._found.people_actions)
        return self.profiles + [name for name in members if name not in self._listed | with_profile]

    @property
    def warnings(self) -> list[str]:
        """A sentence for each of their spaces: what is lost, and what keeps a profile."""
        return [
            f"Shared space {space['space_name']} belongs to {_owner(space)}, and AWS gives it no other owner. The "
            "profile stays until the space is deleted; nobody gets a link for it."
            if _is_shared(space)
            else f"Private space {space['space_name']} of {_owner(space)} goes with everything on its disk."
            for space in self.spaces
        ]


def _owner(space: Thing) -> str:
    return str((space.get("ownership_settings") or {}).get("owner_user_profile_name", ""))


def _is_shared(space: Thing) -> bool:
    return (space.get("space_sharing_settings") or {}).get("sharing_type") != "Private"


def named(names: t.Iterable[str]) -> list[Item]:
    """Return items that say no more than a name."""
    return [{"name": name} for name in names]
