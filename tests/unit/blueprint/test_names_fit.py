# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is made of the longest names of platform, team and people fits the models of AWS's APIs."""

import functools

import pytest

from emulator.shared.validation import compiled
from tests.unit.blueprint import reachable
from tests.unit.blueprint.test_bounds import OIDC, REGISTRY
from tests.unit.policies import rendering

# As long as they may be (playbooks/vars/platform.yml, names.py), in a partition and a region with long names.
PLATFORM, TEAM, PERSON, GROUP = "p" * 20, "t" * 24, "a" * 63, "g" * 90
REGION, PARTITION = "ap-southeast-1", "aws-us-gov"
SCRIPT = {"name": "s" * 63, "app_type": "JupyterLab", "content": "echo"}
IMAGE = {
    "name": "i" * 63,
    "image_uri": f"{REGISTRY}/geo:1",
    "app_types": ["JupyterLab", "CodeEditor", "KernelGateway"],
    "display_name": "d" * 128,
}


@functools.cache
def team():
    """The plan of a team that has everything."""
    return rendering.team_with(
        TEAM,
        PLATFORM,
        studio_region=REGION,
        studio_partition=PARTITION,
        studio_users=[{"name": PERSON, "email": "ada@example.com", "groups": [GROUP]}],
        studio_personal_spaces=[{"name": "n" * 63}],
        studio_lifecycle_scripts=[SCRIPT],
        studio_custom_images=[IMAGE],
        studio_budget={"limit_usd": 5, "notify": ["ada@example.com"]},
        studio_backup=True,
    ).plan


@functools.cache
def sign_in():
    """The plan of a sign-in that has everything."""
    return rendering.login(
        login_platform_name=PLATFORM,
        login_region=REGION,
        login_partition=PARTITION,
        login_identity_provider=OIDC,
        login_identity_provider_secret="secret",
    ).plan


@functools.cache
def network():
    """The plan of a network."""
    return rendering.network(network_platform_name=PLATFORM, network_region=REGION, network_partition=PARTITION).plan


def roles():
    """All roles that are made."""
    parts = [team()["roles"], team()["backup_role"], sign_in()["token_groups_role"], sign_in()["roles"]]
    return [role for part in parts for role in part["roles"]]


def policies():
    """All managed policies that are made."""
    return [*team()["roles"]["policies"], *sign_in()["roles"]["policies"]]


def functions():
    """Both functions."""
    return [sign_in()["token_groups_function"], sign_in()["function"]]


def log_groups():
    """The names of all log groups."""
    return sorted(_named(sign_in(), "/aws/") | _named(network(), "/aws/"))


def _named(plan, start):
    """The texts of a plan that begin so."""
    if isinstance(plan, dict):
        return set().union(*(_named(value, start) for value in plan.values()))
    if isinstance(plan, (list, tuple)):
        return set().union(*(_named(value, start) for value in plan))
    return {plan} if isinstance(plan, str) and plan.startswith(start) else set()


def members(things, name):
    """What things say of themselves."""
    return [thing[name] for thing in things if name in thing]


# By the shape, what becomes one. A lifecycle configuration's name is followed by a hash of nine characters.
MADE = {
    "backup.BackupVaultName": lambda: [team()["backup_vault"]["name"]],
    "budgets.BudgetName": lambda: [team()["budget"]["name"]],
    "budgets.DimensionValue": lambda: team()["budget"]["cost_filters"]["TagKeyValue"],
    "cloudwatch.AlarmDescription": lambda: members(sign_in()["alarms"]["alarms"], "alarm_description"),
    "cloudwatch.AlarmName": lambda: members(sign_in()["alarms"]["alarms"], "name"),
    "cloudwatch.Namespace": lambda: members(sign_in()["alarms"]["alarms"], "namespace"),
    "cognito-idp.ClientNameType": lambda: members(sign_in()["app_clients"], "name"),
    "cognito-idp.DescriptionType": lambda: members(team()["cognito_groups"]["groups"], "description"),
    "cognito-idp.DomainType": lambda: [sign_in()["hosted_ui"]["domain"]],
    "cognito-idp.GroupNameType": lambda: members(team()["cognito_groups"]["groups"], "name"),
    "cognito-idp.UserPoolNameType": lambda: [sign_in()["user_pool"]["name"]],
    "dynamodb.TableArn": lambda: [network()["turns_table"]["name"]],
    "iam.pathType": lambda: members(roles(), "path"),
    "iam.policyDescriptionType": lambda: members(policies(), "description"),
    "iam.policyNameType": lambda: members(policies(), "name"),
    "iam.roleDescriptionType": lambda: members(roles(), "description"),
    "iam.roleNameType": lambda: members(roles(), "name"),
    "kms.AliasNameType": lambda: [f"alias/{team()['key']['alias']}"],
    "kms.DescriptionType": lambda: [team()["key"]["description"]],
    "lambda.Description": lambda: members(functions(), "description"),
    "lambda.FunctionName": lambda: members(functions(), "name"),
    "lambda.NamespacedFunctionName": lambda: members(functions(), "name"),
    "lambda.RoleArn": lambda: members(functions(), "role"),
    "logs.LogGroupName": log_groups,
    "logs.MetricNamespace": lambda: members(sign_in()["alarms"]["alarms"], "namespace"),
    "sagemaker.AppImageConfigName": lambda: members(team()["images"]["app_image_configs"], "name"),
    "sagemaker.DomainName": lambda: [team()["domain"]["domain_name"]],
    "sagemaker.ImageDisplayName": lambda: members(team()["images"]["images"], "display_name"),
    "sagemaker.ImageName": lambda: members(team()["images"]["images"], "name"),
    "sagemaker.SpaceName": lambda: members(team()["spaces"]["spaces"], "name"),
    "sagemaker.StudioLifecycleConfigName": lambda: [
        f"{name}-12345678" for name in members(team()["lifecycle_configs"]["lifecycle_configs"], "name")
    ],
    "sagemaker.UserProfileName": lambda: members(team()["user_profiles"]["user_profiles"], "name"),
}


@pytest.mark.parametrize("name", MADE)
def test_longest_names_fit(name):
    service, _, shape = name.partition(".")
    said = reachable.limits(reachable.model(service).shape_for(shape))
    values = MADE[name]()
    assert values
    # Java may switch to any case within a pattern, and what is left out by it here is a script's tag.
    pattern = compiled(said.get("pattern", r"[\s\S]*").replace("(?i)", ""))
    assert [one for one in values if not pattern.fullmatch(one)] == []
    assert [one for one in values if not said.get("min", 0) <= len(one) <= said.get("max", len(one))] == []


def test_buckets_have_at_most_63_characters():
    names = [team()[step]["name"] for step in ("data_bucket", "access_log_bucket")]
    assert max(map(len, names)) <= 63
