# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Replacing ministack's private symbols: a missing one stops the start with one clear sentence."""

import ast
import importlib
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from emulator.shared.patching import MissingSymbol, replace, replace_entry, require, wrap

ROOT = Path(__file__).parents[2]


@pytest.fixture
def module():
    made = ModuleType("ministack.services.example")
    made._double = lambda number: 2 * number
    return made


def test_replace_and_wrap_return_the_original(module):
    original = require(module, "_double")
    assert wrap(module, "_double", lambda inner: lambda number: inner(number) + 1) is original
    assert module._double(3) == 7
    assert replace(module, "_double", original)(3) == 7
    assert module._double(3) == 6


@pytest.mark.parametrize(
    "use",
    [
        lambda module: require(module, "_gone"),
        lambda module: replace(module, "_gone", None),
        lambda module: wrap(module, "_gone", lambda inner: inner),
    ],
)
def test_missing_symbol_is_named_with_module_and_version(module, use):
    with pytest.raises(MissingSymbol, match=r"ministack.services.example has no '_gone'.*ministack==1\.5\.33"):
        use(module)
    assert not hasattr(module, "_gone")


def test_missing_table_entry_is_named():
    table = {"Known": 1}
    assert replace_entry("the table", table, "Known", 2) == 1
    with pytest.raises(MissingSymbol, match="the table has no 'Unknown'"):
        replace_entry("the table", table, "Unknown", 3)
    assert table == {"Known": 2}


@pytest.mark.parametrize(
    "module, name",
    [
        ("ministack.services.ec2", "_delete_subnet"),
        ("ministack.services.efs", "_delete_mount_target"),
        ("ministack.services.cognito", "_run_idp_handler"),
        ("ministack.services.apigateway_v1", "_build_api_export"),
        ("ministack.services.kms", "_list_keys"),
        ("ministack.services.lambda_svc", "_update_config"),
        ("ministack.core.iam_evaluator", "_first_match"),
        ("ministack.core.iam_actions", "extract_resource_arn"),
    ],
)
def test_start_fails_with_one_sentence(module, name):
    """Each overlay names the symbol that it misses; there is no traceback."""
    program = (
        f"import sys, {module} as broken; del broken.{name}; from emulator.__main__ import main; "
        "sys.exit(main(['--port', '0']))"
    )
    ended = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )
    assert ended.returncode == 1
    (sentence,) = ended.stderr.splitlines()
    assert sentence.startswith(f"{module} has no '{name}': the emulator needs ministack==")


def uses_of_ministack():
    """``(file, module, name)`` of every private name of a module of ministack that the emulator's sources mention."""
    for path in sorted((ROOT / "emulator").rglob("*.py")):
        tree = ast.parse(path.read_text())
        modules = {
            alias.asname or alias.name: f"{node.module}.{alias.name}"
            for node in ast.walk(tree)
            if isinstance(node, ast.ImportFrom) and node.module in ("ministack.services", "ministack.core")
            for alias in node.names
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in modules:
                yield path.name, modules[node.value.id], node.attr


def test_every_used_symbol_exists(emulator):
    """Names that are read while requests are served exist in the pinned ministack, not only those that are replaced."""
    used = set(uses_of_ministack())
    assert len(used) > 200
    missing = [use for use in used if not hasattr(importlib.import_module(use[1]), use[2])]
    assert missing == []
