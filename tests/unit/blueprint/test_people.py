# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who is invited again: whom the description says, and whom a run names."""

import pytest

from ansible_collections.mlplatform.studio.plugins.module_utils._blueprint.people import cognito_users
from tests.unit.policies.rendering import team_with

ADA, GRACE = ({"name": name, "email": f"{name}@example.com"} for name in ("ada", "grace"))
AGAIN = {"resend_invitation": True}


def invited_again(*listed, added=()):
    """The names of those whose expired invitations a run sends again; listed and added say who is in the team."""
    team = team_with(studio_users=list(listed), studio_added_users=list(added)).team
    users = cognito_users(team)
    assert len({user["name"] for user in users}) == len(users)
    return [user["name"] for user in users if user.get("resend_invitation")]


@pytest.mark.parametrize(
    ("listed", "added", "invited"),
    [
        ([ADA, GRACE], [], []),
        ([{**ADA, **AGAIN}, GRACE], [], ["ada"]),
        ([ADA, GRACE], [{"name": "grace", **AGAIN}], ["grace"]),
        ([ADA], [{**GRACE, **AGAIN}], ["grace"]),
        ([ADA], [GRACE], []),
        ([{**ADA, **AGAIN}], [{"name": "ada"}], ["ada"]),
    ],
)
def test_who_is_named_is_invited_again(listed, added, invited):
    assert invited_again(*listed, added=added) == invited


def test_whom_the_description_lists_stays_who_they_are_when_a_run_names_them():
    team = team_with(studio_users=[{**ADA, "persona": "lead"}], studio_added_users=[{"name": "ada", **AGAIN}]).team
    assert [(one.email, one.persona, one.added) for one in team.people] == [("ada@example.com", "lead", False)]
