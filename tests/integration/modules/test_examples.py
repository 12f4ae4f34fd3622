# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The examples of every module work in an account that has their parents, and return what RETURN says."""

import ast
import re
from pathlib import Path

import pytest
import yaml
from ansible.parsing.dataloader import DataLoader
from ansible.template import Templar

from tests.support.ansible_module import run_module
from tests.support.modules import MODULES
from tests.support.parents import Parents

try:
    from ansible.template import trust_as_template
except ImportError:  # ansible-core before 2.19 trusts every text

    def trust_as_template(text):
        return text


ROOT = Path(__file__).parents[3]
PREFIX = "mlplatform.studio."
DOMAIN_IDS = ("d-0123456789ab", "d-abcdefghijkl")

# What stands for something that exists, and what exists.
REAL = {
    "eu-central-1_AbCdEfGhI": lambda parents: parents.pool_id,
    "7client23456789": lambda parents: parents.app_client("api"),
    "vpc-0123456789abcdef0": lambda parents: parents.network["vpc_id"],
    "subnet-0123456789abcdef0": lambda parents: parents.network["subnet_ids"][0],
    "subnet-0123456789abcdef1": lambda parents: parents.network["subnet_ids"][1],
    "sg-0123456789abcdef0": lambda parents: parents.network["group_ids"][0],
    "rtb-0123456789abcdef0": lambda parents: parents.route_table_id,
    "arn:aws:kms:eu-central-1:111111111111:key/11111111-2222-3333-4444-555555555555": lambda parents: parents.key_arn,
    "arn:aws:kms:eu-central-1:111111111111:key/01234567-89ab-cdef-0123-456789abcdef": lambda parents: parents.key_arn,
    "arn:aws:apigateway:eu-central-1::/restapis/a1b2c3d4e5/stages/prod": lambda parents: parents.stage(),
    "arn:aws:wafv2:eu-central-1:111111111111:regional/webacl/office/11111111-2222-3333-4444-666666666666": (
        lambda parents: parents.web_acl("office")
    ),
    **dict.fromkeys(DOMAIN_IDS, lambda parents: parents.domain_id),
}

# What an example finds by name.
NAMED = {
    "apigateway_account": lambda parents: parents.log_role("apigateway-logs"),
    "apigateway_rest_api": lambda parents: parents.function("presigned-url"),
    "apigateway_rest_api_info": lambda parents: parents.rest_api("sagemaker-studio"),
    "cognito_user_pool_info": lambda parents: parents.pool_id,
    "cognito_users": lambda parents: parents.groups("team1"),
    "ec2_security_group_removal": lambda parents: parents.security_groups(
        "sagemaker-studio-clients", "sagemaker-studio-endpoints"
    ),
    "ec2_vpc_info": lambda parents: parents.tagged_network(),
    "ec2_vpc_removal_info": lambda parents: parents.tagged_network(),
    "kms_key_removal": lambda parents: parents.alias("sagemaker-studio/team1"),
    "kms_keys_info": lambda parents: parents.alias("sagemaker-studio/team1"),
    "lambda_function": lambda parents: parents.role("presigned-url", "lambda.amazonaws.com"),
    "lambda_permission": lambda parents: parents.function("presigned-url"),
    "logs_log_streams": lambda parents: [
        parents.log_stream("/aws/sagemaker/studio", f"{parents.domain_id}/lab/JupyterLab/default"),
        parents.log_stream("/aws/sagemaker/Endpoints/team1--churn", "AllTraffic/i-1"),
    ],
    "logs_metric_filters": lambda parents: parents.log_stream("/aws/apigateway/sagemaker-studio", "one"),
    "presigned_url": lambda parents: parents.profile("ada"),
    "s3_bucket_content_info": lambda parents: parents.bucket("team1-data"),
    "sagemaker_app_info": lambda parents: parents.app("lab", "ada"),
    "sagemaker_apps": lambda parents: parents.space("shared-lab", "lead"),
    "sagemaker_domain_info": lambda parents: parents.domain_id,
    "sagemaker_images": lambda parents: parents.role("team1-execution", "sagemaker.amazonaws.com"),
    "studio_platform_info": lambda parents: parents.platform(),
    "studio_platform_parts_info": lambda parents: parents.platform(),
    "studio_teams_info": lambda parents: parents.platform(),
    "studio_removal_info": lambda parents: parents.team_in_use("sagemaker-studio--team1", "team1--churn"),
    "sagemaker_space_info": lambda parents: parents.space("lab", "ada"),
    "sagemaker_spaces": lambda parents: parents.profile("lead"),
    "sagemaker_user_profile_info": lambda parents: parents.profile("ada"),
    "studio_lifecycle_config_info": lambda parents: parents.lifecycle_config("team1-proxy-0123abcd"),
}


def attach_script(parents):
    sagemaker = parents.client("sagemaker")
    settings = {"JupyterLabAppSettings": {"LifecycleConfigArns": [parents.lifecycle_config("older")]}}
    (domain,) = sagemaker.list_domains()["Domains"]
    sagemaker.update_domain(DomainId=domain["DomainId"], DefaultUserSettings=settings)


# What happens in the account before an example, by the example's name.
MEANWHILE = {
    "Detach all lifecycle configurations of JupyterLab": attach_script,
    "Remove what a deleted domain left behind, and keep the home directories": lambda parents: parents.delete_domain(),
}


# What a result has beside what the module documents: Ansible's own, and what it adds about the file called dest.
FILE = {"gid", "group", "mode", "owner", "secontext", "size", "state", "uid"}
COMMON = {"changed", "diff", "invocation", "resource_actions", *FILE}
IDS = re.compile(r"\b(fs|sg|d|vpc)-[0-9a-z]+")
# When a documented value must be there; the others are compared when they are.
SURELY = ("always", "success", "success, except in check mode", "when it exists", "when it exists, and in check mode")
TYPES = {"str": str, "bool": bool, "int": int, "dict": dict, "list": list, "float": float}


def documentation(module, part):
    """EXAMPLES or RETURN of a module, as text."""
    tree = ast.parse((ROOT / "plugins" / "modules" / f"{module}.py").read_text())
    assigned = {node.targets[0].id: node.value for node in tree.body if isinstance(node, ast.Assign)}
    return ast.literal_eval(assigned[part])


def examples(module):
    """The EXAMPLES of a module, as text."""
    return documentation(module, "EXAMPLES")


def same_keys(real, sample):
    """The keys that a value and its sample have both, whatever ids are in them."""
    return {IDS.sub("", key) for key in real} & {IDS.sub("", key) for key in sample}


def wrong_returns(described, found, where=""):
    """Sentences about what RETURN says of a result and is not so; a resource that is gone has no members."""
    wrong = []
    for name, value in described.items():
        place = f"{where}{name}"
        if name not in found:
            wrong += [f"{place} is missing"] if value.get("returned", "always") in SURELY else []
            continue
        real = found[name]
        kinds = {"documented": TYPES[value["type"]]}
        kinds.update({"the sample's": type(value["sample"])} if "sample" in value else {})
        wrong += [
            f"{place} is no {kind.__name__} ({source})" for source, kind in kinds.items() if type(real) is not kind
        ]
        for item in real if isinstance(real, list) else [real]:
            wrong += wrong_returns(value["contains"], item, f"{place}.") if "contains" in value and item else []
        if isinstance(real, dict) and real and value.get("sample") and "contains" not in value:
            wrong += [f"{place} has none of the sample's keys"] if not same_keys(real, value["sample"]) else []
    return wrong


@pytest.fixture
def home(tmp_path, monkeypatch):
    """The directory of the playbook, which is also the user's home."""
    (tmp_path / "proxy.sh").write_text("#!/bin/bash\necho proxy\n")
    (tmp_path / ".demo").mkdir()
    (tmp_path / ".demo" / "password").write_text("Correct-Horse-7-Battery\n")
    monkeypatch.setenv("HOME", str(tmp_path))
    return tmp_path


@pytest.fixture
def templated(home):
    """A function that fills in the expressions of a task's options, as a playbook in `home` would."""
    loader = DataLoader()
    loader.set_basedir(str(home))
    templar = Templar(loader, variables={"role_path": str(ROOT / "roles" / "login")})

    def filled(value):
        if isinstance(value, dict):
            return {key: filled(item) for key, item in value.items()}
        if isinstance(value, list):
            return [filled(item) for item in value]
        return templar.template(trust_as_template(value)) if isinstance(value, str) and "{{" in value else value

    return filled


@pytest.mark.usefixtures("own_operations")
@pytest.mark.parametrize("module", MODULES)
def test_examples_run(client, templated, module):
    parents, text = Parents(client), examples(module)
    for example_id, real in REAL.items():
        if example_id in text:
            text = text.replace(example_id, real(parents))
    NAMED.get(module, lambda parents: None)(parents)

    tasks, described = yaml.safe_load(text), yaml.safe_load(documentation(module, "RETURN"))
    assert tasks and described
    for task in tasks:
        called = {key.removeprefix(PREFIX): options for key, options in task.items() if key.startswith(PREFIX)}
        assert list(called) == [module], task["name"]
        MEANWHILE.get(task["name"], lambda parents: None)(parents)
        result = run_module(module, **templated(called[module] or {}))
        if module.endswith("_info"):
            found = [value for value in result.values() if isinstance(value, list)]
            assert not result["changed"] and found and all(found), f"{task['name']}: found nothing"
        else:
            assert result["changed"], f"{task['name']}: did nothing"
        assert wrong_returns(described, result) == [], task["name"]
        undocumented = result.keys() - described.keys() - COMMON
        assert undocumented == set(), task["name"]


def test_every_preparation_is_of_an_example():
    texts = {module: examples(module) for module in MODULES}
    assert NAMED.keys() <= texts.keys()
    together = "\n".join(texts.values())
    assert [name for name in [*REAL, *MEANWHILE] if name not in together] == []
