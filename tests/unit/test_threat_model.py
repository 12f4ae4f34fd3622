# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The threat model names proofs, options and pages that exist."""

import ast
import re
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "threat-model.md").read_text()
PROOFS = sorted(set(re.findall(r"`(tests/[\w/]+(?:\.py(?:::\w+)?|/))`", PAGE)))
OPTIONS = sorted(set(re.findall(r"`((?:login|network|studio)_\w+)`", PAGE)))


def functions(path):
    return {node.name for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.FunctionDef)}


@pytest.mark.parametrize("proof", PROOFS)
def test_proof_exists(proof):
    path, _colons, name = proof.partition("::")
    assert (ROOT / path).exists()
    assert not name or name in functions(ROOT / path)


def test_proofs_and_options_are_found():
    assert len(PROOFS) >= 20
    assert len(OPTIONS) >= 7


@pytest.mark.parametrize("option", OPTIONS)
def test_option_exists(option):
    spec = yaml.safe_load((ROOT / "roles" / option.partition("_")[0] / "meta" / "argument_specs.yml").read_text())
    assert option in spec["argument_specs"]["main"]["options"]


def test_every_threat_has_its_control():
    rows = [line for line in PAGE.splitlines() if line.startswith("| ") and line.count("|") == 5]
    threats = [row.split("|")[1:5] for row in rows if not row.startswith(("| threat", "|--"))]
    assert len(threats) >= 20
    assert [
        threat for threat, control, proof, rest in threats if not control.strip() or not (proof.strip() or rest.strip())
    ] == []
