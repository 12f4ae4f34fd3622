# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The people of a team: their groups, user profiles and spaces, and who leaves."""

from __future__ import annotations

import typing as t

from . import access
from .found import Found
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
    told = ("email", "password", "update_password", "resend_invitation")
    said = {name: getattr(person, name) for name in told if getattr(person, name)}
    # Only the platform's description takes an account over; whoever adds a person may be another team's lead.
    takes_over = team.existing_people == "reset" and not person.added
    said["admit_existing"] = "reset" if takes_over else "same_email"
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
            # A profile's own groups would go beside those of the domain, so that apps get out another way.
            "user_settings": {"execution_role": access.role_arn_of(team, person), "security_groups": []},
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
        for space in found.described_spaces
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
