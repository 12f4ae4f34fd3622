# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which bounded values of AWS's API models a description can reach.

A member of a request is reachable when its name, as options spell it, stands anywhere in the collection's shared code
or in a role's tasks: what nobody names, nobody sends. That is more than what is sent, and never less.
"""

from __future__ import annotations

import ast
import functools
import re
from pathlib import Path

import botocore.session
from botocore import xform_name

ROOT = Path(__file__).parents[3]
SHARED = ROOT / "plugins/module_utils"
# The services that a file or package of plugins/module_utils calls.
SERVICES = {
    "_apigateway": ["apigateway"],
    "_backup.py": ["backup"],
    "_budgets.py": ["budgets"],
    "_cloudwatch.py": ["cloudwatch"],
    "_cognito": ["cognito-idp"],
    "_cost_explorer.py": ["ce"],
    "_dynamodb.py": ["dynamodb"],
    "_ec2": ["ec2"],
    "_iam.py": ["iam"],
    "_kms.py": ["kms"],
    "_lambda.py": ["lambda"],
    "_logs.py": ["logs"],
    "_platform.py": ["ec2"],
    "_removal/iam.py": ["iam"],
    "_s3.py": ["s3"],
    "_sagemaker": ["sagemaker"],
    "_sagemaker/domain_home.py": ["efs", "ec2"],
    "_security_groups.py": ["ec2"],
    "_wafv2.py": ["wafv2"],
}
# What modules of amazon.aws call for the roles: they look, and take away.
OF_AMAZON_AWS = {
    "ec2_vpc_endpoint_info": {},
    "ec2_vpc_net": {},
    "ec2_vpc_route_table": {},
    "ec2_vpc_subnet": {},
}
# Operations that ask, or take away.
READS = re.compile("List|Describe|Get|Delete|Head|Search|BatchGet|AdminGet|AdminList")


@functools.cache
def model(service):
    """The model of a service in the pinned botocore."""
    return botocore.session.get_session().get_service_model(service)


def limits(shape):
    """What the model says of a shape: least, most, pattern and the words that it takes, of those that there are."""
    said = {name: shape.metadata[name] for name in ("min", "max", "pattern") if name in shape.metadata}
    words = getattr(shape, "enum", None)
    return {**said, **({"enum": words} if words else {})}


@functools.cache
def constants(path):
    """The texts of a Python file, and the names of arguments in its calls."""
    nodes = list(ast.walk(ast.parse(path.read_text())))
    texts = {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    return texts | {node.arg for node in nodes if isinstance(node, ast.keyword) and node.arg}


def services_of(path):
    """The services that a file of plugins/module_utils calls."""
    name = path.relative_to(SHARED).as_posix()
    return SERVICES.get(name) or SERVICES.get(name.split("/")[0], [])


@functools.cache
def written():
    """{service: names of the operations that change something}, as modules and amazon.aws call them."""
    found = {}
    for path in sorted(SHARED.rglob("*.py")):
        for service in services_of(path):
            called = constants(path) & set(model(service).operation_names)
            found.setdefault(service, set()).update(name for name in called if not READS.match(name))
    for calls in OF_AMAZON_AWS.values():
        for service, names in calls.items():
            found.setdefault(service, set()).update(names)
    return {service: sorted(names) for service, names in sorted(found.items())}


@functools.cache
def known_names():
    """Everything that could be the name of an option of a module."""
    # What a module could be asked for and no task asks for, does not count.
    files = (path for path in SHARED.rglob("*.py") if path.parent.name != "_modules")
    texts = set().union(*map(constants, files))
    tasks = " ".join(path.read_text() for path in ROOT.glob("roles/*/tasks/*.yml"))
    return texts | set(re.findall(r"[a-z][a-z0-9_]*", tasks))


@functools.cache
def reachable():
    """{"service.Shape": places} of all bounded values that a description can reach."""
    found = {}
    for service, operations in written().items():
        for operation in operations:
            shape = model(service).operation_model(operation).input_shape
            if shape:
                _walk(service, shape, operation, (), found)
    return found


def _walk(service, shape, place, above, found):
    if limits(shape):
        found.setdefault(f"{service}.{shape.name}", []).append(place)
    if shape.name in above:
        return
    for step, member in _members(shape):
        _walk(service, member, f"{place}{step}", (*above, shape.name), found)


def _members(shape):
    if shape.type_name == "structure":
        for name, member in shape.members.items():
            if {name, xform_name(name)} & known_names():
                yield f".{name}", member
    elif shape.type_name == "list":
        yield "[]", shape.member
    elif shape.type_name == "map":
        yield "{name}", shape.key
        yield "{value}", shape.value
