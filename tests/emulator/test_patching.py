# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Replacing ministack's private symbols: a missing one stops the start with one clear sentence."""

import ast
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
        ("ministack.services.ec2", "_glob_match"),
        ("ministack.services.sts", "_sessions"),
        ("ministack.app", "_reset_all_state"),
    ],
)
def test_start_fails_with_one_sentence(module, name):
    """What is replaced, or read while requests are served, is named when it is missing; there is no traceback."""
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


VIEW = "emulator.shared.upstream"


def declarations() -> dict[str, set[str]]:
    """Return what upstream.py declares of each module of ministack, by the name that files import."""
    body = ast.parse((ROOT / "emulator" / "shared" / "upstream.py").read_text()).body
    classes = {
        node.name: {line.target.id for line in node.body if isinstance(line, ast.AnnAssign)}
        for node in body
        if isinstance(node, ast.ClassDef)
    }
    return {node.target.id: classes[node.annotation.id] for node in body if isinstance(node, ast.AnnAssign)}


DECLARED = declarations()


def bound(tree: ast.AST) -> tuple[dict[str, str], dict[str, str]]:
    """Return what a file calls what it imports of ministack, and the modules that it has from upstream.py."""
    ministack, ours = {}, {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            ministack |= {alias.asname or alias.name: alias.name for alias in node.names if is_ministack(alias.name)}
        elif isinstance(node, ast.ImportFrom):
            names = {alias.asname or alias.name: f"{node.module}.{alias.name}" for alias in node.names}
            ministack |= names if is_ministack(node.module) else {}
            ours |= {name: path.rpartition(".")[2] for name, path in names.items() if node.module == VIEW}
            whole = [name for name, path in names.items() if path == VIEW]
            ours |= {f"{name}.{module}": module for name in whole for module in DECLARED}
    return ministack, ours


def undeclared(source: str) -> list[str]:
    """Return what a file reads of ministack's modules without declaring it, in words."""
    tree = ast.parse(source)
    ministack, ours = bound(tree)
    found = [path for path in ministack.values() if is_private(path.rpartition(".")[2])]
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and (read := ast.unparse(node.value)) in {*ministack, *ours}:
            if is_private(node.attr) and node.attr not in DECLARED.get(ours.get(read), ()):
                found.append(f"{read}.{node.attr}")
        elif isinstance(node, ast.Call) and ast.unparse(node.func) in ("getattr", "vars"):
            found += [ast.unparse(node) for name in node.args[:1] if ast.unparse(name) in {*ministack, *ours}]
    return found


def is_ministack(name: str) -> bool:
    return name.partition(".")[0] == "ministack"


def is_private(name: str) -> bool:
    return name.startswith("_")


SOURCES = sorted(str(path.relative_to(ROOT)) for path in (ROOT / "emulator").rglob("*.py"))


@pytest.mark.parametrize("path", SOURCES)
def test_private_symbols_are_declared(path):
    assert undeclared((ROOT / path).read_text()) == []


@pytest.mark.parametrize(
    "source",
    [
        "import ministack.app\nministack.app._state_map",
        "import ministack.services.ec2 as x\nx._vpcs",
        "from ministack.services import ec2 as x\ndef f():\n    return x._vpcs.values()",
        "from ministack.services.ec2 import _vpcs",
        "from ministack.services import ec2 as x\ngetattr(x, name)",
        "from emulator.shared.upstream import ec2 as x\nx._volumes",
        "from emulator.shared import upstream as x\nx.ec2._volumes",
        "from emulator.shared.upstream import ec2 as x\ngetattr(x, name)",
    ],
)
def test_planted_read_is_found(source):
    assert undeclared(source)


@pytest.mark.parametrize(
    "source",
    [
        "from emulator.shared.upstream import ec2 as x\nx._vpcs",
        "from ministack.core.responses import get_region\nget_region()",
        "self._vpcs",
    ],
)
def test_declared_read_passes(source):
    assert undeclared(source) == []


def test_every_declared_name_is_read():
    sources = "".join((ROOT / path).read_text() for path in SOURCES)
    assert len(DECLARED) > 10
    names = {name for declared in DECLARED.values() for name in declared}
    assert [name for name in sorted(names) if f".{name}" not in sources] == []
