# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The people of a team: their groups, user profiles and spaces, and who leaves."""

from __future__ import annotations

import typing as t

from . import access
from .found import Found, Thing, tags_of
from .team import CODE_EDITOR, JUPYTERLAB, LEAD, Person, Space, Team

Item = t.Dict[str, t.Any]
APP_SETTINGS = {JUPYTERLAB: "jupyter_lab_app_settings", CODE_EDITOR: "code_editor_app_settings"}


def cognito_groups(team: Team) -> list[Item]:
    """Return the team's own group and those of people within the team."""
    inner = sorted({group for person in team.people for group in person.groups})
    own = {"name": team.name, "description": f"May open Studio of team {team.name}"}
    return [own, *({"name": team.names.inner_group(group)} for group in inner)]


def cognito_users(team: Team) -> list[Item]:
    """Return the people as cognito_users takes them, passwords among it."""
    return [_cognito_user(team, person) for person in team.people]


def _cognito_user(team: Team, person: Person) -> Item:
    said = {name: getattr(person, name) for name in ("email", "password", "update_password") if getattr(person, name)}
    user = {"name": person.name, **said, "groups": [team.name, *map(team.names.inner_group, person.groups)]}
    if team.removes_people:
        user["enabled"] = True
    if person.added:
        # Whoever adds a person to a team need not answer for the other teams that the person may be in already.
        user["update_existing"] = "unless_in_other_groups"
    return user


def user_profiles(team: Team) -> list[Item]:
    """Return everybody's user profile, with the role that the person works with."""
    return [
        {
            "name": person.name,
            "user_settings": {"execution_role": access.role_arn_of(team, person)},
            "tags": team.all_tags,
        }
        for person in team.people
    ]


def sign_in_tags(team: Team) -> dict[str, str]:
    """Return all that the sign-in function reads of a team. It heeds a changed tag after 30 seconds at the latest."""
    tags = {"SessionMinutes": str(team.session_minutes)} if team.session_minutes else {}
    if not team.members_make_their_profile:
        return tags
    special = [person for person in team.people if person.execution_role_arn or person.persona == LEAD]
    return {
        **tags,
        "ProfileOnFirstSignIn": "true",
        "ProfileRole": team.names.role_arn("data-scientist"),
        **{f"ProfileRole:{person.key}": access.role_arn_of(team, person) for person in special},
    }


def spaces(team: Team, found: Found) -> list[Item]:
    """Return the spaces. AWS sets an owner only at creation, so a space keeps the one that it has."""
    owners = {
        space["space_name"]: space["ownership_settings"]["owner_user_profile_name"]
        for space in found.spaces
        if space.get("ownership_settings")
    }
    # Rights compare the owner's name by case, so it is spelled as the person's profile is.
    spelling = {person.key: person.name for person in team.people}
    return [_space(team, space, owners, spelling) for space in team.every_space]


def _space(team: Team, space: Space, owners: t.Mapping[str, str], spelling: t.Mapping[str, str]) -> Item:
    owner = space.owner or owners.get(space.name) or next(iter(spelling.values()))
    settings: Item = {"app_type": space.app_type}
    if space.ebs_gb is not None:
        settings["space_storage_settings"] = {"ebs_storage_settings": {"ebs_volume_size_in_gb": space.ebs_gb}}
    if space.instance_type:
        spec = {"default_resource_spec": {"instance_type": space.instance_type}}
        settings[APP_SETTINGS[space.app_type]] = spec
    return {
        "name": space.name,
        "owner": spelling.get(owner.lower(), owner),
        "sharing_type": space.sharing.capitalize(),
        "space_settings": settings,
        "tags": team.all_tags,
    }


class Leavers:
    """People whom the description does not name any more, and what becomes of what they have.

    A profile marks a person as not finished with, so it goes last.
    """

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
