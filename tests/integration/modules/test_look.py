# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a look at a team tells is what the role then changes, step by step; and where it tells nothing, nothing changes.
A role that leaves out what the look found in order changes the same.

The steps of a team are the tasks of the role (tests/unit/roles/test_plan_and_tasks.py), so the steps are done here.
"""

import pytest

from ansible_collections.mlplatform.studio.plugins.module_utils._blueprint.found import found_of
from ansible_collections.mlplatform.studio.plugins.module_utils._blueprint.in_order import still_in_order, without
from ansible_collections.mlplatform.studio.plugins.module_utils._blueprint.plan import team_plan
from ansible_collections.mlplatform.studio.plugins.module_utils._blueprint.steps import TEAM
from ansible_collections.mlplatform.studio.plugins.module_utils._blueprint.team import carried_team
from tests.support.ansible_module import run_module
from tests.support.calls import no_writes
from tests.support.looking import do, places
from tests.support.parents import Parents
from tests.support.roles import make_role
from tests.support.team_changes import AGAIN, BASE, CHANGED, IN_PLACE, OWN_ROLE, ROWS
from tests.unit.policies.rendering import team_with

SCRIPT = "#!/bin/bash\n"


def described(options):
    """The team that options describe, on the platform of the tests."""
    content = {"script": None, "content": "echo file\n"}
    scripts = [{**one, **(content if "script" in one else {})} for one in options.get("studio_lifecycle_scripts", [])]
    return team_with(**{**options, "studio_lifecycle_scripts": scripts}).team


def look(team):
    """What the look says of a team."""
    description, passwords = carried_team(team)
    asked = {"description": description, "passwords": passwords, "package_script": SCRIPT}
    (told,) = run_module("studio_teams_info", teams=[asked])["teams"]
    return told


def do_team(team, in_order=None):
    """Do the steps of a team as the role does, but for those that a look found in order."""

    def plan_of(results):
        answers = still_in_order(lambda found: team_plan(team, found, SCRIPT, predicts=True), results, in_order or {})
        return without(team_plan(team, found_of({**answers, **results}), SCRIPT), answers)

    return do(TEAM, plan_of)


def single(name):
    """BASE with one option of CHANGED or AGAIN, by the name of the option."""
    return {**BASE, name: {**AGAIN, **CHANGED}[name]}


OPTIONS = sorted({name.partition(".")[0] for name, row in ROWS.items() if row.change == IN_PLACE})
TRANSITIONS = {
    "everything at once, and then otherwise": [BASE, CHANGED, AGAIN, BASE],
    **{name: [BASE, single(name), BASE] for name in OPTIONS},
    "people leave": [
        CHANGED,
        {**BASE, "studio_remove_unlisted_people": True},
        {**BASE, "studio_users": CHANGED["studio_users"]},
    ],
}


@pytest.fixture
def platform(client):
    """A platform on which teams can live."""
    Parents(client).platform()
    make_role(client("iam"), OWN_ROLE.rpartition("/")[2], "sagemaker.amazonaws.com")


@pytest.mark.usefixtures("platform")
@pytest.mark.parametrize(
    "name",
    [pytest.param(name, marks=() if name == next(iter(TRANSITIONS)) else pytest.mark.long) for name in TRANSITIONS],
)
def test_what_a_look_tells_is_what_is_changed(emulator, name, record_property):
    for number, options in enumerate(TRANSITIONS[name]):
        team, where = described(options), f"{name}, step {number}"
        with no_writes(emulator):
            told = look(team)
        assert told["error"] == "", where
        # What SageMaker makes beside a domain is there when the domain is.
        unseen = ("home",) if not number else ()
        done = [change for change in do_team(team, told["in_order"]) if change["step"] not in unseen]
        assert places(told["differences"]) == places(done), where
        with no_writes(emulator):
            again = look(team)
        always = [one for one in again["differences"] if one["step"] == "people"]
        if any(person.update_password == "always" for person in team.people):
            again["differences"] = [one for one in again["differences"] if one not in always]
        assert (again["error"], again["differences"]) == ("", []), where
        with no_writes(emulator):
            assert always or do_team(team) == [], where
    record_property("transitions", len(TRANSITIONS[name]))
