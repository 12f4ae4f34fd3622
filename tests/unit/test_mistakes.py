# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""docs/mistakes-avoided.md tells the truth; and the mistakes that only a look at the roles can find."""

import ast
import copy
import functools
import re
from pathlib import Path

import pytest

from tests.unit.policies import rendering

ROOT = Path(__file__).parents[2]
MISTAKES = 34
ROW = re.compile(r"^\| (\d+) \| (.+) \| (.+) \| (.+) \|$", re.MULTILINE)
TEST = re.compile(r"`(tests/[\w/]+\.py)::(test_\w+)`")
ROWS = ROW.findall((ROOT / "docs" / "mistakes-avoided.md").read_text())


@functools.cache
def defined_in(path):
    """The names of the test functions of a file."""
    tree = ast.parse((ROOT / path).read_text())
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


def test_every_mistake_is_listed_once():
    assert [int(number) for number, *_texts in ROWS] == list(range(1, MISTAKES + 1))


@pytest.mark.parametrize("number, guards", [(row[0], row[3]) for row in ROWS])
def test_every_guard_exists(number, guards):
    named = TEST.findall(guards)
    assert len(named) == len(guards.split("<br>")), f"mistake {number}: not every guard is a test"
    assert [f"{path}::{name}" for path, name in named if name not in defined_in(path)] == []


def test_no_other_policy_names_a_vpc_endpoint():
    """Studio calls through two endpoints, and a condition that lists one of them shuts people out.

    The private sign-in lists both (test_private_sign_in.py), and its REST API is no part of Studio.
    """
    policies = (ROOT / "plugins/module_utils/_blueprint/policies").glob("*.py")
    assert {path.name for path in policies if "sourcevpce" in path.read_text().lower()} == {"sign_in.py"}


def test_settings_of_classic_are_not_sent():
    settings = copy.deepcopy(rendering.team().plan["domain"]["default_user_settings"])
    assert "jupyter_lab_app_settings" in settings
    for name in ("jupyter_server_app_settings", "kernel_gateway_app_settings"):
        spec = settings[name].pop("default_resource_spec")
        assert spec == {"lifecycle_config_arn": "None"} and not any(settings[name].values()), (
            "a domain is not sent these"
        )
    assert settings["default_landing_uri"] == "studio::"


@pytest.mark.parametrize("name", ["default_user_settings", "default_space_settings"])
def test_users_and_shared_spaces_have_security_groups(name):
    """In a VpcOnly domain the groups of the domain's own settings reach no app."""
    assert rendering.team().plan["domain"][name]["security_groups"]
