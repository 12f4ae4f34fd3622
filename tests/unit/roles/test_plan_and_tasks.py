# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The tasks of the role studio pass on what the plan has for them: all of it, and nothing that it does not have."""

import re
from pathlib import Path

import pytest
import yaml

from ansible_collections.mlplatform.studio.plugins.module_utils._blueprint.plan import team_plan
from ansible_collections.mlplatform.studio.plugins.module_utils._blueprint.removal import Leaving, removal_plan
from tests.support.team_changes import CHANGED
from tests.unit.policies.rendering import ACCOUNT, REGION, team_with

TASKS = Path(__file__).parents[3] / "roles/studio/tasks"
MENTION = re.compile(r"studio__plan\.(\w+)\.(\w+)")
REGISTRY = f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com"
EVERYTHING = {
    **CHANGED,
    "studio_custom_images": [{"name": "geo", "image_uri": f"{REGISTRY}/geo:1"}],
    "studio_budget": {"limit_usd": 1, "notify": ["ada@example.com"]},
    "studio_backup": True,
    "studio_remove_unlisted_people": True,
}


def present():
    """The plan of a team that uses everything."""
    team = team_with(found={"cognito_groups": ["team1--old"]}, **EVERYTHING)
    plan = team_plan(team.team, team.found)
    assert None not in plan.values()
    return plan


def absent():
    """The plan of a team's end."""
    return {**removal_plan(team_with().team, Leaving(), False), "result": {}}


def mentioned(pattern):
    """The (step, argument) pairs that the tasks of some files mention."""
    return {pair for path in TASKS.glob(pattern) for pair in MENTION.findall(path.read_text())}


def tasks(pattern):
    """The tasks of some files."""
    return [task for path in TASKS.glob(pattern) for task in yaml.safe_load(path.read_text())]


@pytest.mark.parametrize(("pattern", "plan"), [("[!a]*.yml", present), ("absent*.yml", absent)])
def test_every_argument_of_the_plan_is_passed_on_and_no_other(pattern, plan):
    found = mentioned(pattern)
    if plan is present:
        found |= mentioned("access.yml") | mentioned("apps.yml")
    planned = {(step, name) for step, arguments in plan().items() if step != "result" for name in arguments}
    assert {pair for pair in found if pair[0] != "result"} == planned


# Steps that several tasks share, whose arguments are named after what they are.
SHARED = {"lookups", "leavers", "backup"}


def test_an_argument_is_the_option_of_its_name():
    for task in tasks("*.yml"):
        arguments = next((value for name, value in task.items() if name.startswith("mlplatform.studio.")), None) or {}
        for option, value in arguments.items():
            for step, name in MENTION.findall(str(value)):
                if step in present() and step not in SHARED and not task.get("loop") and "absent" not in str(arguments):
                    assert name == option or step == "result", task["name"]
