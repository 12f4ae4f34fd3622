# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""docs/roles-and-policies.md shows all policies as the roles give them to AWS."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.unit.policies import shown

POLICIES = Path(__file__).parents[3] / "plugins/module_utils/_blueprint/policies"


def test_page_shows_the_policies_as_they_are():
    text = shown.PAGE.read_text()
    for name in (*shown.SECTIONS, "trusts"):
        begin, end = shown.marks(name)
        assert begin in text and end in text
    assert text == shown.with_sections(text), "run: python -m tests.unit.policies.shown"


def statement_ids():
    """The Sid of every statement that stands in the collection."""
    trees = [ast.parse(path.read_text()) for path in POLICIES.glob("*.py")]
    dicts = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Dict)]
    pairs = [
        (key, value) for node in dicts for key, value in zip(node.keys, node.values, strict=True) if key is not None
    ]
    found = {
        value.value for key, value in pairs if getattr(key, "value", "") == "Sid" and isinstance(value, ast.Constant)
    }
    # Trusts are told of by who they admit.
    return found - {"SageMakerOfThisAccount", "SchedulesOfThisAccount", "FlowLogsOfThisAccount"}


@pytest.mark.parametrize("sid", sorted(statement_ids()))
def test_every_statement_is_on_the_page(sid):
    assert f"| {sid} |" in shown.PAGE.read_text()


def test_switches_are_told_apart():
    found = {row[2]["Sid"]: row[1] for row in shown.rows(*shown.SECTIONS["policies of the sign-in"])}
    assert found["FindDomains"] == "always"
    assert found["WriteTraces"] == "`login_tracing`"
    assert found["OpenStudio"] == "`login_endpoint_type: private`, instead"
