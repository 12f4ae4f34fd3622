# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""House rules that no linter knows."""

from __future__ import annotations

import ast
import importlib.metadata
import re
import statistics
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest
import yaml

from emulator.shared.patching import MINISTACK_VERSION
from scripts import environments
from scripts.collection_tree import shipped_files
from tests.support import modules

ROOT = Path(__file__).parents[2]
MODULES = [modules.FOLDER / f"{name}.py" for name in modules.MODULES]
LICENCE = """\
# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""
MODULE_START = f"#!/usr/bin/python\n# -*- coding: utf-8 -*-\n\n{LICENCE}"


# Split, so that this file does not carry what it forbids.
FORBIDDEN = {
    "unfinished work": r"\b" + r"|\b".join(["TO" + "DO", "FIX" + "ME", "X" + "XX"]),
    "a path of one machine": r"(?<![\w/.])/(wo" + r"rk|ro" + r"ot)/",
    "a test that does not run": "|".join(["mark.sk" + "ip", r"pytest\.sk" + "ip", "xf" + "ail\\("]),
}
TEXTS = {"", ".cfg", ".html", ".ini", ".j2", ".json", ".md", ".py", ".rst", ".sh", ".toml", ".txt", ".yaml", ".yml"}


def tracked(pattern: str = "*") -> list[str]:
    """Return the paths of the repository's files, new ones included, that match a git pattern."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z", "--", pattern]
    paths = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\0")
    return sorted(path for path in paths if path and (ROOT / path).is_file())


def constants(source: str) -> dict[str, str]:
    """Return the texts that a module assigns at its top level, by name."""
    assigned = (node for node in ast.parse(source).body if isinstance(node, ast.Assign))
    return {node.targets[0].id: node.value.value for node in assigned if isinstance(node.value, ast.Constant)}


def code_lines(source: str) -> int:
    """Return how many lines of a module are neither documentation, comment nor empty."""
    texts = [node for node in ast.parse(source).body if isinstance(node, ast.Assign) and _is_documentation(node)]
    documented = {line for node in texts for line in range(node.lineno, node.end_lineno + 1)}
    lines = enumerate(source.splitlines(), start=1)
    return sum(1 for number, line in lines if number not in documented and line.strip() and line.strip()[0] != "#")


def _is_documentation(node: ast.Assign) -> bool:
    return getattr(node.targets[0], "id", "") in ("DOCUMENTATION", "EXAMPLES", "RETURN")


def without_sample(described: dict, above: str = "") -> list[str]:
    """Return the dotted names of what RETURN describes without a sample."""
    lacking = [f"{above}{name}" for name, value in described.items() if not value.keys() & {"contains", "sample"}]
    parts = (without_sample(value.get("contains", {}), f"{above}{name}.") for name, value in described.items())
    return lacking + [name for part in parts for name in part]


def forbidden_words(text: str) -> list[str]:
    """Return which of the forbidden kinds of words a text has."""
    return [kind for kind, pattern in FORBIDDEN.items() if re.search(pattern, text)]


def test_action_group_names_every_module_and_nothing_else():
    group = yaml.safe_load((ROOT / "meta" / "runtime.yml").read_text())["action_groups"]["all"]
    assert group[0] == {"metadata": {"extend_group": ["amazon.aws.aws"]}}
    assert group[1:] == [path.stem for path in MODULES]


def test_every_module_is_sent_as_one_that_brings_them_all():
    names = [path.stem for path in MODULES]
    routes = yaml.safe_load((ROOT / "meta" / "runtime.yml").read_text())["plugin_routing"]["modules"]
    assert routes == {name: {"action_plugin": "mlplatform.studio.run_module"} for name in names}
    source = ROOT / "plugins" / "module_utils" / "_modules" / f"{modules.RUN_MODULE}.py"
    imported = (node for node in ast.walk(ast.parse(source.read_text())) if isinstance(node, ast.ImportFrom))
    found = [alias.name for node in imported if node.level for alias in node.names]
    assert found == ["implementation", *names]


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_module_is_documented(path):
    source = path.read_text()
    assert source.startswith(MODULE_START)
    texts = constants(source)
    documentation = yaml.safe_load(texts["DOCUMENTATION"])
    assert documentation["module"] == path.stem
    assert documentation["version_added"]
    fragments = documentation["extends_documentation_fragment"]
    assert {"mlplatform.studio.attributes", "mlplatform.studio.attributes.info"} & set(fragments)
    assert any(f"mlplatform.studio.{path.stem}" in task for task in yaml.safe_load(texts["EXAMPLES"]))
    assert yaml.safe_load(texts["RETURN"])
    assert without_sample(yaml.safe_load(texts["RETURN"])) == []


def test_value_without_a_sample_is_found():
    described = {"a": {"contains": {"b": {"type": "str"}, "c": {"sample": False}}}}
    assert without_sample(described) == ["a.b"]


def test_modules_are_declarations_with_little_code(record_property):
    works = (ROOT / "plugins" / "module_utils" / "_modules" / path.name for path in MODULES)
    lines = {path.stem: code_lines(path.read_text()) for path in works}
    median, longest = statistics.median(lines.values()), max(lines, key=lines.get)
    told = f"{len(lines)} modules, a median of {median:g} lines of code; the longest is {longest} with {lines[longest]}"
    print(told)
    record_property("module code", told)
    assert median <= 60, told


# The engine decides about check mode. Plain modules beside it: the tree of a REST API, and a URL, which is no state.
# The callback tells of it.
KNOW_CHECK_MODE = {
    "plugins/module_utils/_apigateway/rest_api.py",
    "plugins/module_utils/_engine.py",
    "plugins/module_utils/_look/prediction.py",
    "plugins/module_utils/_run.py",
    "plugins/module_utils/_modules/apigateway_rest_api.py",
    "plugins/module_utils/_modules/presigned_url.py",
    "plugins/action/take_turns.py",
    "plugins/callback/progress.py",
    "plugins/plugin_utils/planning.py",
}


def knows_check_mode(source: str) -> bool:
    """Return whether code, not documentation, reads or passes on check_mode."""
    nodes = list(ast.walk(ast.parse(source)))
    names = {getattr(node, "attr", None) or getattr(node, "id", None) or getattr(node, "arg", None) for node in nodes}
    return "check_mode" in names


def test_check_mode_is_known_in_one_place():
    assert {path for path in tracked("plugins/*.py") if knows_check_mode((ROOT / path).read_text())} == KNOW_CHECK_MODE


@pytest.mark.parametrize("source", ["if module.check_mode:\n    pass", "f(check_mode=True)", "def f(check_mode): pass"])
def test_planted_check_mode_is_found(source):
    assert knows_check_mode(source)


def test_code_is_counted_without_documentation():
    assert code_lines('DOCUMENTATION = """\na\nb\n"""\n\n# why\nx = 1\n') == 1


def test_shared_code_is_read_in_one_go():
    lengths = {path: len((ROOT / path).read_text().splitlines()) for path in tracked("plugins/module_utils/*.py")}
    assert {path: length for path, length in lengths.items() if length > 400} == {}


def test_python_files_carry_the_licence():
    starts = {path: (ROOT / path).read_text()[:400] for path in tracked("*.py")}
    assert [path for path, start in starts.items() if start and LICENCE not in start] == []


def test_files_have_no_forbidden_words():
    found = {path: forbidden_words((ROOT / path).read_text()) for path in tracked() if Path(path).suffix in TEXTS}
    assert {path: kinds for path, kinds in found.items() if kinds} == {}


@pytest.mark.parametrize("text", ["# TO" + "DO later", "see /wo" + "rk/x", "@pytest.mark.sk" + "ip"])
def test_planted_forbidden_word_is_found(text):
    assert forbidden_words(text)


@pytest.mark.parametrize("role", sorted(path.name for path in (ROOT / "roles").iterdir() if path.is_dir()))
def test_role_options_are_described(role):
    specs = yaml.safe_load((ROOT / "roles" / role / "meta" / "argument_specs.yml").read_text())["argument_specs"]
    options = {name: option for spec in specs.values() for name, option in spec["options"].items()}
    assert options
    assert [name for name, option in options.items() if not (option.get("type") and option.get("description"))] == []
    assert [name for name in options if not name.startswith(f"{role}_")] == []


def test_collection_is_found_in_a_clone_of_any_name():
    link = ROOT / "collections" / "ansible_collections" / "mlplatform" / "studio"
    assert not Path(link.readlink()).is_absolute()
    assert link.resolve() == ROOT.resolve()


def test_collection_is_built_from_what_git_knows(tmp_path):
    command = [sys.executable, "-m", "ansible", "galaxy", "collection", "build", "--output-path", str(tmp_path)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    (built,) = tmp_path.glob("*.tar.gz")
    with tarfile.open(built) as archive:
        files = {member.name for member in archive if member.isfile()}
    assert files - {"MANIFEST.json", "FILES.json"} == {
        path for path in shipped_files() if not path.startswith("tests/")
    } - {"galaxy.yml"}
    assert not [
        name
        for name in files
        if name.startswith(("emulator/", "inventories/demo/", "scripts/", "tests/", "collections/"))
    ]


def test_requirements_of_users_are_lower_bounds():
    lines = (ROOT / "requirements.txt").read_text().split()
    assert sorted(re.match(r"[a-z0-9]+(?=>=[\d.]+$)", line)[0] for line in lines) == ["boto3", "botocore"]


def test_requirements_of_developers_are_pinned():
    pins = dict(line.split("==") for line in environments.pins().values())
    assert pins["ministack"] == MINISTACK_VERSION
    assert {name: importlib.metadata.version(name) for name in pins} == pins


def bad_requirements(text: str) -> list[str]:
    """Return the lines of a requirements file that are neither a comment, nor a pinned package with a hash or more."""
    joined = re.sub(r" \\\n *", " ", text).splitlines()
    return [line for line in joined if line and line[0] != "#" and not PINNED.fullmatch(line)]


# Without options: the index and its address are a matter of the machine, not of this repository.
PINNED = re.compile(r"[A-Za-z0-9][\w.-]*==[\w.]+( --hash=sha256:[0-9a-f]{64})+")


def test_requirements_of_developers_have_hashes():
    assert bad_requirements((ROOT / "requirements-dev.txt").read_text()) == []


@pytest.mark.parametrize(
    "line",
    ["a==1", "a>=1 --hash=sha256:" + 64 * "0", "a==1 --hash=md5:" + 32 * "0", "--index-url https://localhost/simple"],
)
def test_planted_requirement_without_hash_is_found(line):
    assert bad_requirements(f"# why\nb==2 \\\n    --hash=sha256:{64 * 'a'}\n{line}\n") == [line]


def test_templates_are_read_as_yaml() -> None:
    """Ansible before 2.19 turns the text of a template lookup into data itself, and from_json takes texts alone."""
    read = re.compile(r"lookup\('ansible\.builtin\.template'[^|]*\)\s*\|\s*from_json")
    found = [path for path in tracked("*.yml") if read.search((ROOT / path).read_text())]
    assert found == []


def test_every_module_has_its_reason_on_the_page_of_the_architecture():
    page = (ROOT / "docs" / "architecture.md").read_text()
    actions = (path.stem for path in (ROOT / "plugins" / "action").glob("*.py"))
    assert [name for name in (*(path.stem for path in MODULES), *actions) if f"`{name}`" not in page] == []


def test_every_file_of_the_plan_is_on_the_page_of_the_architecture():
    page = (ROOT / "docs" / "architecture.md").read_text()
    files = (ROOT / "plugins" / "module_utils" / "_blueprint").glob("[!_]*.py")
    assert [path.name for path in files if f"`{path.name}`" not in page] == []


@pytest.mark.parametrize("folder", ["roles", "playbooks"])
def test_no_data_is_made_of_text(folder):
    """Data is made in Python: a text that is made into data breaks on the first character that nobody thought of."""
    files = [path for pattern in ("*.yml", "*.j2") for path in (ROOT / folder).rglob(pattern) if path.is_file()]
    assert [path.name for path in files if re.search(r"from_(yaml|json)", path.read_text())] == []
