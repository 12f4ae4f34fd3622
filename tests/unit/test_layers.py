# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who may import whom. The rules stand in ALLOWED; the rest of this file finds out what is imported.

A test for every file holds it to its rule, and planted violations prove that each rule can fail.
"""

from __future__ import annotations

import ast
import graphlib
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
OURS = "ansible_collections.mlplatform.studio."
AMAZON_AWS = "ansible_collections.amazon.aws.plugins.module_utils."
AMAZON_AWS_FOR_SERVICES = {f"amazon.aws {name}" for name in ("errors", "retries", "waiter", "tagging")}
CORE = {"_plan", "_engine", "_attempts", "_ownership", "_waiting"}
# What several services need, each in a file of its own.
SHARED = {"_policy", "_secret_file", "_security_groups"}

# What each layer may import besides the standard library. "service" stands for the one service of the file itself.
ALLOWED = {
    "_plan": CORE,
    "_engine": CORE,
    "_attempts": CORE,
    "_ownership": set(),
    "_waiting": set(),
    "_naming": {*CORE, "botocore", *AMAZON_AWS_FOR_SERVICES},
    # A policy is compared as a whole, and plans have to know.
    "_policy": {"_plan"},
    "_options": set(),
    # Security groups are EC2's, and SageMaker makes some of them.
    "_security_groups": {*CORE, "_naming", "botocore"},
    "_secret_file": CORE,
    # What several services tell of a team, for one module to ask at once.
    "_platform": {*CORE, "_naming", "service", "botocore"},
    "_removal": {*CORE, "_removal", "_naming", "service", "botocore"},
    "service": {*CORE, *SHARED, "_blueprint", "_naming", "service", "botocore", *AMAZON_AWS_FOR_SERVICES},
    "_run": {*CORE, "_naming", "botocore", "ansible", "amazon.aws *"},
    # Uses modules as the tasks of a role do, in one process.
    "_look": {*CORE, "_blueprint", "_look", "_modules", "_run", "service", "ansible"},
    # Asks many services whether a run would succeed.
    "_preflight": {
        *CORE,
        *("_blueprint", "_preflight", "_naming", "_run", "service"),
        *("ansible", "boto3", "botocore", "amazon.aws common"),
    },
    # What a module does; in plugins/modules stands what it is for.
    "_modules": {
        *("_run", "_plan", "_look", "_preflight", "_options", "_platform", "_removal", "_secret_file"),
        "service",
    },
    # Ansible sends it for each of them.
    "run_module": {"_modules", "ansible"},
    "module": {"_modules"},
    # The plan of teams and platforms decides, and others do.
    "_blueprint": {"_blueprint"},
    # What the controller loads has no boto3 and no botocore.
    "plugin_utils": {"_blueprint", "plugin_utils", "ansible", "jinja2", "yaml"},
    # What is shown of a run. The names under which modules tell of their waits stand where they tell.
    "progress": {"_blueprint", "_waiting", "plugin_utils"},
    "places": {"plugin_utils", "ansible"},
    "callback": {"plugin_utils", "ansible"},
    "action": {"_blueprint", "plugin_utils", "ansible"},
    "lookup": {"_blueprint", "plugin_utils", "ansible"},
    "filter": {"_blueprint", "filter", "ansible"},
    "connection": {"plugin_utils", "ansible"},
    # Programs of their own, of which the controller takes how to ask them, or where they are.
    "warm_server": {"botocore"},
    "turn_keeper": {"boto3", "botocore"},
    "role_assumer": {"boto3"},
    "doc_fragment": set(),
    "role_file": {"boto3", "botocore", "neighbour"},
    "emulator": {"emulator", "ministack", "hypercorn", "botocore", "yaml"},
}


def layer(path: str) -> str:
    """Return the layer of a file, given its path in the repository."""
    if path == "plugins/module_utils/_modules/run_module.py":
        return "run_module"
    found = re.match(r"plugins/module_utils/(_[a-z_]+)(?:\.py$|/)", path)
    if found and found[1] in ALLOWED:
        return found[1]
    patterns = {
        r"plugins/module_utils/_[a-z]": "service",
        r"plugins/modules/": "module",
        r"plugins/filter/": "filter",
        r"plugins/plugin_utils/warm_server\.py$": "warm_server",
        r"plugins/plugin_utils/turn_keeper\.py$": "turn_keeper",
        r"plugins/plugin_utils/role_assumer\.py$": "role_assumer",
        r"plugins/plugin_utils/progress/places\.py$": "places",
        r"plugins/plugin_utils/progress/": "progress",
        r"plugins/plugin_utils/": "plugin_utils",
        r"plugins/callback/": "callback",
        r"plugins/connection/": "connection",
        r"plugins/action/": "action",
        r"plugins/lookup/": "lookup",
        r"plugins/doc_fragments/": "doc_fragment",
        r"roles/[a-z]+/files/": "role_file",
        r"emulator/": "emulator",
    }
    for pattern, name in patterns.items():
        if re.match(pattern, path):
            return name
    raise AssertionError(f"{path} belongs to no layer: say in ALLOWED and in layer() what it may import.")


def imports(path: str, source: str) -> list[tuple[str, bool]]:
    """Return (absolute name, whether it is guarded) of every import; names of the collection start with plugins."""
    found = []
    for node, guarded in _walk(ast.parse(source), False):
        if isinstance(node, ast.Import):
            found += [(alias.name, guarded) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            above = Path(path).parts[: -node.level] if node.level else ()
            base = [*above, *([node.module] if node.module else [])]
            found += [(".".join([*base, alias.name]), guarded) for alias in node.names]
    return [(name.removeprefix(OURS), guarded) for name, guarded in found]


def _walk(node: ast.AST, guarded: bool):
    """Yield every node and whether it runs only where an ImportError is handled or a function is called."""
    for child in ast.iter_child_nodes(node):
        below = guarded or isinstance(child, (ast.Try, ast.FunctionDef, ast.AsyncFunctionDef))
        yield child, guarded
        yield from _walk(child, below)


def kind(name: str, path: str) -> str:
    """Return what an imported name is, in the words of ALLOWED."""
    top = name.split(".", maxsplit=1)[0]
    if top in sys.stdlib_module_names:
        return "standard library"
    if found := re.match(r"plugins\.module_utils\.(_[a-z0-9_]+)", name):
        return found[1] if found[1] in ALLOWED else f"service {found[1]}"
    if found := re.match(r"plugins\.(filter|plugin_utils)\.", name):
        return found[1]
    if name.startswith(AMAZON_AWS):
        return f"amazon.aws {name.removeprefix(AMAZON_AWS).split('.')[0]}"
    if (
        top not in ("plugins", "roles")
        and path.startswith("roles/")
        and (ROOT / path).parent.joinpath(f"{top}.py").exists()
    ):
        return "neighbour"
    return name if top == "plugins" else top


def own_service(path: str) -> str:
    """Return "service _x" for a file of service _x."""
    return "service " + Path(path).parts[2].removesuffix(".py")


def violations(path: str, source: str) -> list[str]:
    """Return what a file imports against the rules, in words."""
    where = layer(path)
    allowed = ALLOWED[where]
    found = imports(path, source)
    services = {kind(name, path) for name, _ in found if kind(name, path).startswith("service ")}
    wrong = []
    for name, guarded in found:
        what = kind(name, path)
        if what == "botocore" and path.startswith("plugins/") and not guarded:
            wrong.append(f"{name} is imported without a guard")
        if what in ("standard library", *allowed) or (what.startswith("amazon.aws ") and "amazon.aws *" in allowed):
            continue
        if what.startswith("service ") and "service" in allowed and (where != "service" or what == own_service(path)):
            continue
        wrong.append(f"a {where} may not import {name}")
    if where == "_modules" and len(services) > 1:
        wrong.append(f"a module uses one service, not {' and '.join(sorted(services))}")
    return wrong


def sources() -> list[str]:
    """Return the paths of all Python files that have a layer."""
    folders = ("plugins", "emulator", "roles")
    return sorted(str(path.relative_to(ROOT)) for folder in folders for path in (ROOT / folder).rglob("*.py"))


@pytest.mark.parametrize("path", sources())
def test_file_keeps_to_its_layer(path):
    assert violations(path, (ROOT / path).read_text()) == []


def test_there_are_files_of_every_layer_that_the_project_has():
    assert {layer(path) for path in sources()} >= {
        "_plan",
        "_engine",
        "_naming",
        "_run",
        "service",
        "module",
        "emulator",
    }


@pytest.mark.parametrize(
    ("path", "source", "named"),
    [
        ("plugins/module_utils/_plan.py", "import boto3", "boto3"),
        ("plugins/module_utils/_plan.py", "from ansible.module_utils.basic import AnsibleModule", "ansible"),
        ("plugins/module_utils/_engine.py", "from ._sagemaker import domain", "_sagemaker"),
        ("plugins/module_utils/_engine.py", "from . import _sagemaker", "_sagemaker"),
        ("plugins/module_utils/_engine.py", "def f():\n    import requests", "requests"),
        ("plugins/module_utils/_naming.py", "import botocore", "guard"),
        ("plugins/module_utils/_naming.py", "from ._run import run", "_run"),
        ("plugins/module_utils/_sagemaker/domain.py", "from .._cognito import common", "_cognito"),
        ("plugins/module_utils/_sagemaker/domain.py", f"from {AMAZON_AWS}modules import AnsibleAWSModule", "modules"),
        ("plugins/module_utils/_sagemaker/domain.py", "try:\n    import boto3\nexcept ImportError:\n    pass", "boto3"),
        ("plugins/module_utils/_run.py", f"from {OURS}plugins.module_utils._cognito.users import x", "_cognito"),
        ("plugins/module_utils/_removal/iam.py", "from .._run import run", "_run"),
        ("plugins/modules/sagemaker_domain.py", "import boto3", "boto3"),
        ("plugins/modules/sagemaker_domain.py", f"from {OURS}plugins.modules import sagemaker_apps", "sagemaker_apps"),
        ("plugins/modules/sagemaker_domain.py", f"from {OURS}plugins.module_utils._run import connect", "_run"),
        ("plugins/module_utils/_modules/sagemaker_domain.py", "import boto3", "boto3"),
        (
            "plugins/module_utils/_modules/sagemaker_domain.py",
            "from .._sagemaker.domain import x\nfrom .._cognito.users import y",
            "one service",
        ),
        ("plugins/modules/sagemaker_domain.py", "import emulator.server", "emulator"),
        ("plugins/filter/x.py", "import boto3", "boto3"),
        ("plugins/connection/x.py", "import boto3", "boto3"),
        ("plugins/callback/x.py", "import boto3", "boto3"),
        ("plugins/callback/x.py", f"from {OURS}plugins.module_utils._waiting import poll", "_waiting"),
        ("plugins/plugin_utils/progress/x.py", "import ansible", "ansible"),
        ("plugins/module_utils/_waiting.py", "from ._engine import Plan", "_engine"),
        ("plugins/plugin_utils/x.py", "def f():\n    import botocore", "botocore"),
        ("plugins/plugin_utils/warm_server.py", "import botocore", "guard"),
        ("plugins/plugin_utils/warm_server.py", "import ansible", "ansible"),
        ("plugins/modules/sagemaker_domain.py", f"from {OURS}plugins.filter.x import y", "filter"),
        ("roles/login/files/presigned_url/handler.py", "import requests", "requests"),
        ("roles/login/files/presigned_url/handler.py", f"from {OURS}plugins.module_utils import _plan", "_plan"),
        ("emulator/x.py", f"from {OURS}plugins.module_utils import _plan", "_plan"),
        ("emulator/x.py", "from plugins.module_utils import _plan", "_plan"),
        ("emulator/x.py", "import ansible", "ansible"),
    ],
)
def test_planted_violation_is_found(path, source, named):
    assert named in " ".join(violations(path, source))


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("plugins/module_utils/_engine.py", "import time\nfrom ._plan import Plan"),
        ("plugins/module_utils/_sagemaker/domain.py", "from .calls import x\nfrom .._engine import Plan"),
        ("plugins/module_utils/_lambda.py", "try:\n    from botocore import x\nexcept ImportError:\n    pass"),
        ("plugins/modules/sagemaker_domain.py", f"from {OURS}plugins.module_utils._modules.sagemaker_domain import X"),
        ("plugins/module_utils/_ec2/flow_log.py", "from .common import x"),
        ("plugins/module_utils/_removal/obstacles.py", "from .iam import x\nfrom .._backup import y"),
        ("plugins/module_utils/_modules/sagemaker_domain.py", "from .._sagemaker.domain import Domain"),
        ("plugins/module_utils/_modules/sagemaker_domain.py", "from .. import _run, _plan"),
        ("emulator/x.py", "import ministack.app\nfrom emulator.settings import settings"),
    ],
)
def test_what_a_layer_may_import_passes(path, source):
    assert violations(path, source) == []


CONTROLLER = ("action", "callback", "connection", "filter", "lookup", "plugin_utils")
# Prints what is loaded of AWS's libraries after all that the controller loads was imported.
IMPORT_ALL = """
import importlib, sys
for name in sys.argv[1:]:
    importlib.import_module(name)
print({"boto3", "botocore"} & set(sys.modules))
"""


def test_nothing_that_the_controller_loads_brings_boto3_along():
    files = [path for folder in CONTROLLER for path in (ROOT / "plugins" / folder).rglob("*.py")]
    names = [f"{OURS}{'.'.join(path.relative_to(ROOT).with_suffix('').parts)}" for path in files]
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "collections")}
    command = [sys.executable, "-c", IMPORT_ALL, *names]
    ended = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    assert len(names) > len(CONTROLLER)
    assert ended.stdout == "set()\n"


# The emulator: its rooms are its packages, and the files that lie in none. A room may import those above it here.

EMULATOR_ROOMS = (
    "emulator",
    "settings",
    "shared",
    "timing",
    # The services, as far as one asks another.
    "backup",
    "cognito",
    "logs",
    "waf",
    "iam",
    "dynamodb",
    "service_quotas",
    "costs",
    "apigateway",
    "kms",
    "s3",
    "ec2",
    "efs",
    "lambda_",
    "sagemaker",
    # What looks at all of them, puts them together, and runs them.
    "resources",
    "overlays",
    "registration",
    "state",
    "front",
    "server",
    "__main__",
)


def emulator_files() -> dict[str, str]:
    """Return the sources of the emulator's modules by their names; a package is what its __init__ holds."""
    paths = sorted((ROOT / "emulator").rglob("*.py"))
    names = [".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__") for path in paths]
    return dict(zip(names, (path.read_text() for path in paths), strict=True))


def arrows(files: dict[str, str]) -> dict[str, set[str]]:
    """Return which of the modules imports which of them, inside functions and by a text with a module's name too."""
    found = {}
    for name, source in files.items():
        texts = {node.value for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Constant)}
        named = {what for what, _ in imports(f"{name.replace('.', '/')}.py", source)} | {
            text for text in texts if isinstance(text, str)
        }
        found[name] = {module for what in named if (module := owner(what, files))} - {name}
    return found


def owner(imported: str, files: dict[str, str]) -> str:
    """Return the module that an imported name lies in, "" where it is none of the files."""
    while imported and imported not in files:
        imported = imported.rpartition(".")[0]
    return imported


def room(module: str) -> str:
    """Return the room of a module of the emulator."""
    return module.split(".")[:2][-1]


def upward(found: dict[str, set[str]]) -> list[str]:
    """Return the imports that point upwards between rooms, in words."""
    height = EMULATOR_ROOMS.index
    return [
        f"{name} imports {other}"
        for name, others in found.items()
        for other in sorted(others)
        if room(other) != room(name) and height(room(other)) > height(room(name))
    ]


def circle(found: dict[str, set[str]]) -> list[str]:
    """Return modules that import each other in a circle, or nothing."""
    try:
        graphlib.TopologicalSorter(found).prepare()
    except graphlib.CycleError as error:
        return error.args[1]
    return []


def test_emulator_imports_point_one_way():
    found = arrows(emulator_files())
    assert {room(name) for name in found} == set(EMULATOR_ROOMS)
    assert upward(found) == []
    assert circle(found) == []


@pytest.mark.parametrize(
    "source",
    [
        "from emulator.front import admin",
        "import emulator.front.admin",
        "def f():\n    from emulator.front import admin",
        "import_module('emulator.front.admin')",
    ],
)
def test_planted_upward_import_is_found(source):
    files = {"emulator": "", "emulator.shared.x": source, "emulator.front.admin": ""}
    assert upward(arrows(files)) == ["emulator.shared.x imports emulator.front.admin"]


def test_planted_circle_is_found():
    files = {"emulator.ec2.a": "from emulator.ec2 import b", "emulator.ec2.b": "def f():\n    import emulator.ec2.a"}
    assert set(circle(arrows(files))) == set(files)


# Roles: one result fact each, nothing of another role.

ROLES = sorted(path.name for path in (ROOT / "roles").iterdir() if path.is_dir())


def options(role: str) -> set[str]:
    """Return the variables that a role takes and the fact it gives."""
    specs = yaml.safe_load((ROOT / "roles" / role / "meta" / "argument_specs.yml").read_text())["argument_specs"]
    return {f"{role}_result", *(name for spec in specs.values() for name in spec.get("options", {}))}


def role_texts(role: str) -> str:
    """Return all that a role's YAML files and templates say."""
    paths = [
        path
        for folder in ("defaults", "tasks", "templates", "vars")
        for path in (ROOT / "roles" / role).glob(f"{folder}/**/*")
    ]
    return "\n".join(path.read_text() for path in paths if path.is_file())


def foreign_variables(text: str, foreign: set[str]) -> list[str]:
    """Return the names of other roles' variables that a text uses."""
    return sorted(set(re.findall(r"\b[a-z_]+\b", text)) & foreign)


def facts_set(text: str) -> list[str]:
    """Return the names of facts that a role's tasks set, in order."""
    return re.findall(r"set_fact:\s*\n\s+([a-z_]+):", text)


@pytest.mark.parametrize("role", ROLES)
def test_role_uses_no_variable_of_another(role):
    foreign = set().union(*(options(other) for other in ROLES if other != role)) - options(role)
    assert foreign_variables(role_texts(role), foreign) == []


@pytest.mark.parametrize("role", ROLES)
def test_role_sets_its_result_and_no_other_fact(role):
    assert set(facts_set(role_texts(role))) == {f"{role}_result"}


def test_planted_foreign_variable_is_found():
    assert foreign_variables("vpc: '{{ network_result.vpc_id }}'", {"network_result"}) == ["network_result"]


def test_planted_fact_is_found():
    task = "- name: x\n  ansible.builtin.set_fact:\n    studio_result: 1\n- ansible.builtin.set_fact:\n    other: 2\n"
    assert facts_set(task) == ["studio_result", "other"]
