# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The tasks of the roles pass on what the plans have for them: all of it, and nothing that a plan does not have."""

import json
import re
from pathlib import Path

import pytest
import yaml

from ansible_collections.mlplatform.studio.plugins.module_utils._blueprint import (
    network_plan,
    removal,
    sign_in_removal,
    steps,
)
from ansible_collections.mlplatform.studio.plugins.module_utils._blueprint.sign_in_addresses import FoundSignIn
from tests.support.team_changes import CHANGED
from tests.unit.policies.rendering import ACCOUNT, REGION, login, network, team_with

ROLES = Path(__file__).parents[3] / "roles"
REGISTRY = f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com"
EVERYTHING = {
    **CHANGED,
    "studio_custom_images": [{"name": "geo", "image_uri": f"{REGISTRY}/geo:1"}],
    "studio_budget": {"limit_usd": 1, "notify": ["ada@example.com"]},
    "studio_backup": True,
    "studio_remove_unlisted_people": True,
}
# The files for Postman are documents, so they are templates, of one step.
DOCUMENTS = {"login": "postman"}
IN_A_DOCUMENT = re.compile(r"(?<![-\w])postman\.(\w+)")
OWN_VPC = {"vpc_id": "vpc-1", "tags": {"Platform": "sagemaker-studio"}, "cidr_block": "10.0.0.0/16"}
ADOPTED_VPC = {**OWN_VPC, "tags": {}, "enable_dns_support": True, "enable_dns_hostnames": True}


def whole(*plans):
    """The steps of plans, each from the first plan that has it; together they do without none."""
    steps = {}
    for plan in plans:
        steps.update(
            {step: arguments for step, arguments in plan.items() if arguments is not None and step not in steps}
        )
    assert {step for plan in plans for step in plan} == set(steps)
    return steps


def one_of_each(plan):
    """A plan with one of the arguments where it has them for several."""
    return {part: arguments[0] if isinstance(arguments, list) else arguments for part, arguments in plan.items()}


LEFT = [{"user_profile_name": name} for name in ("gone", "owner")]
LEFT_SPACES = [
    {
        "space_name": f"of-{owner}",
        "ownership_settings": {"owner_user_profile_name": owner},
        "space_sharing_settings": {"sharing_type": sharing},
    }
    for owner, sharing in (("gone", "Private"), ("owner", "Shared"))
]


def team():
    """The plan of a team that uses everything, and that people left."""
    left = {"cognito_groups": ["team1--old"], "user_profiles": LEFT, "spaces": LEFT_SPACES}
    return one_of_each(team_with(found=left, **EVERYTHING).plan)


def end_of_team():
    """The plan of a team's end."""
    return removal.removal_plan(team_with().team, removal.Leaving(), False)


def platform_network():
    """The plan of a network, in a VPC of its own and in another one."""
    options = {"network_private_api": True}
    own = network({"vpcs": [OWN_VPC]}, **options)
    return whole(own.plan, network({"vpcs": [ADOPTED_VPC]}, **options).plan)


def end_of_network():
    """The plan of a network's end."""
    return network_plan.removal_plan(network().network, [])


def sign_in():
    """The plan of a sign-in, regional with an identity provider, and private without."""
    provider = {"name": "corp", "type": "SAML", "details": {"MetadataURL": "https://example.com/"}}
    foreign = {"user_pool_clients": [{"client_name": "other"}]}
    postman = {"login_postman_dir": "/somewhere", "login_web_acl_arn": "", "login_identity_provider": provider}
    private = {"login_endpoint_type": "private", "login_network": {"vpc_id": "vpc-1"}}
    return one_of_each(whole(login(found=foreign, **postman).plan, login(**private).plan))


def end_of_sign_in():
    """The plan of a sign-in's end."""
    return sign_in_removal.removal_plan(login().sign_in, FoundSignIn())


# What a role does to make something, and what it does to take it down.
PLANS = {
    ("studio", False): team,
    ("studio", True): end_of_team,
    ("network", False): platform_network,
    ("network", True): end_of_network,
    ("login", False): sign_in,
    ("login", True): end_of_sign_in,
}


def files(role, is_end):
    """The role's files of tasks that make something, or take it down."""
    paths = (ROLES / role / "tasks").glob("*.yml")
    return [path for path in paths if path.stem.startswith("absent") is is_end]


def mentions(role, text):
    """The (step, argument) pairs of the plan that a text mentions."""
    found = re.findall(rf"{role}__plan\.(\w+)\.(\w+)", str(text))
    # The variable of a loop is named like the part of the plan.
    for part in re.findall(rf"{role}__plan\.(\w+) }}}}\"\n  loop_control", str(text)):
        found += [(part, name) for name in re.findall(rf"{{{{ {part}\.(\w+)", str(text))]
    return {(step, name) for step, name in found if step != "result"}


@pytest.mark.parametrize(("role", "is_end"), PLANS)
def test_every_argument_of_the_plan_is_passed_on_and_no_other(role, is_end):
    found = {pair for path in files(role, is_end) for pair in mentions(role, path.read_text())}
    if not is_end and role in DOCUMENTS:
        documents = [path.read_text() for path in (ROLES / role / "templates").iterdir()]
        found |= {(DOCUMENTS[role], name) for text in documents for name in IN_A_DOCUMENT.findall(text)}
    plan = PLANS[role, is_end]()
    assert found == {(step, name) for step, arguments in plan.items() if step != "result" for name in arguments}


@pytest.mark.parametrize("role", ["studio", "network", "login"])
def test_an_argument_is_the_option_of_its_name(role):
    tasks = [task for path in files(role, False) for task in yaml.safe_load(path.read_text())]
    passed = 0
    for task in tasks:
        module = next((name for name in task if name.startswith(("mlplatform.studio.", "amazon.aws."))), None)
        options = (task[module] or {}) if module else {}
        for option, value in options.items():
            for step, name in mentions(role, value):
                passed += 1
                assert name == option or step in DOCUMENTS.values(), task["name"]
    assert passed > 20


def tasks_in_order(role, name):
    """The tasks of a file of a role, with those of the files that it includes, in their order."""
    for task in yaml.safe_load((ROLES / role / "tasks" / f"{name}.yml").read_text()):
        included = task.get("ansible.builtin.include_tasks") or task.get("ansible.builtin.import_tasks")
        yield from tasks_in_order(role, included.removesuffix(".yml")) if included else [task]


@pytest.mark.parametrize(
    ("role", "wanted"), [("studio", steps.TEAM), ("network", steps.NETWORK), ("login", steps.SIGN_IN)]
)
def test_tasks_of_a_role_are_its_steps(role, wanted):
    found = []
    for task in tasks_in_order(role, "main"):
        module = next((key for key in task if key.startswith("mlplatform.studio.")), f"mlplatform.studio.{role}_plan")
        if module != f"mlplatform.studio.{role}_plan":
            text = json.dumps(task)
            parts = {part for part, _option in mentions(role, text)} or set(re.findall(rf"{role}__plan\.(\w+) ", text))
            assert len(parts) == 1, task["name"]
            if role == "studio":
                # What a look found in order is left out.
                assert "loop" in task or task["when"] == f"studio__plan.{min(parts)} is not none", task["name"]
            found.append((task["register"].removeprefix(f"{role}__"), module.rpartition(".")[2], *parts))
    assert found == [tuple(step) for step in wanted]


# What is found in another way than by its name: by tags, in the VPC or the domain that it belongs to, or by match_tags.
FOUND_OTHERWISE = {"vpc", "adoption", "endpoints", "flow_log", "domain", "home"}
OWNERS = {
    "studio": {"Platform": "sagemaker-studio", "DomainName": "team1"},
    "network": {"Platform": "sagemaker-studio"},
    "login": {"Platform": "sagemaker-studio"},
}


@pytest.mark.parametrize("role", OWNERS)
def test_what_is_found_by_its_name_is_taken_over_by_its_owners_tags_alone(role):
    parts = {part: arguments for part, arguments in PLANS[role, False]().items() if isinstance(arguments, dict)}
    named = {
        part: arguments for part, arguments in parts.items() if "tags" in arguments and part not in FOUND_OTHERWISE
    }
    assert len(named) >= 3
    assert {part: arguments.get("owner_tags") for part, arguments in named.items()} == dict.fromkeys(
        named, OWNERS[role]
    )
    made = [one for arguments in named.values() for one in arguments.get("roles", [])]
    assert made and [one["name"] for one in made if not one.get("path", "").startswith("/")] == []


@pytest.mark.parametrize(
    "needed", ["studio__made_key", "studio__made_security_group", "studio__made_lifecycle_configurations"]
)
def test_domain_is_planned_with_what_was_made_for_it(needed):
    """What the domain's settings name has no ARN or id before it is there."""
    tasks = list(tasks_in_order("studio", "main"))
    made = [task.get("register") for task in tasks]
    between = tasks[made.index(needed) + 1 : made.index("studio__made_domain")]
    assert any("mlplatform.studio.studio_plan" in task for task in between)
