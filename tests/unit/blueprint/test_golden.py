# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The sign-in's plan in Python says what the role's variables and templates say, over tables of options."""

import json

import pytest
from ansible.parsing.dataloader import DataLoader

from ansible_collections.mlplatform.studio.plugins.module_utils._blueprint import sign_in_plan
from ansible_collections.mlplatform.studio.plugins.module_utils._blueprint.policies import sign_in as policies
from ansible_collections.mlplatform.studio.plugins.module_utils._blueprint.sign_in import sign_in_of
from ansible_collections.mlplatform.studio.plugins.module_utils._blueprint.specification import read
from ansible_collections.mlplatform.studio.plugins.plugin_utils.options import specification
from tests.unit.policies import rendering

PROVIDER = {"name": "corp", "type": "SAML", "details": {"MetadataURL": "https://x"}}
NETWORK = {
    "vpc_id": "vpc-1",
    "subnet_ids": ["subnet-1"],
    "client_security_group_id": "sg-clients",
    "vpc_endpoints": {
        "com.amazonaws.eu-central-1.execute-api": "vpce-api",
        "com.amazonaws.eu-central-1.sagemaker.api": "vpce-sm",
        "aws.sagemaker.eu-central-1.studio": "vpce-studio",
    },
}
OPTIONS = [
    {},
    {"login_endpoint_type": "private", "login_network": NETWORK, "login_tracing": True},
    {"login_endpoint_type": "private", "login_network": {}},
    {"login_identity_provider": PROVIDER, "login_user_pool_id": "eu-central-1_x"},
    {"login_identity_provider": {**PROVIDER, "exclusive": True, "teams": {"a": ["x", "y"]}, "groups_attribute": "g"}},
    {"login_mfa": "required", "login_threat_protection": "audit", "login_user_pool_tier": "PLUS"},
    {"login_user_pool_id": "eu-central-1_x", "login_deletion_protection": False, "login_domain_prefix": "mine"},
    {"login_callback_urls": ["https://a/", "https://b/"], "login_live_group_check": True, "login_tags": {"A": "1"}},
    {"login_profile_role_arns": ["arn:aws:iam::1:role/x"], "login_alarm_topic_arns": ["arn:t"]},
    {
        "login_api_url": "http://localhost:1/{rest_api_id}/{stage}",
        "login_hosted_ui_url": "http://localhost:1",
        "login_studio_hosts": ["127.0.0.1:1", "b"],
        "login_access_log": False,
        "login_organisation_name": "Org",
    },
    {"login_platform_name": "p" * 20, "login_region": "us-gov-west-1", "login_partition": "aws-us-gov"},
]
POOLS = [
    {},
    {"id": "eu-central-1_y", "tags": {}, "domain": "other"},
    {"id": "eu-central-1_y", "tags": {"Adopted": "true"}, "domain": "other"},
]
KEPT = {
    "username_configuration": {"present": None, "wanted": 1},
    "a_b": {"present": [1], "wanted": {"x": 2}},
    "c": {"present": None, "wanted": 3},
}


def plain(value):
    return json.loads(json.dumps(value))


@pytest.mark.parametrize("pool", POOLS, ids=range(len(POOLS)))
@pytest.mark.parametrize("options", OPTIONS, ids=range(len(OPTIONS)))
def test_same(options, pool):
    clients = ["client-1", "client-0"] if pool else []
    foreign = [{"client_name": "x"}, {"client_name": f"{rendering.PLATFORM}-api"}]
    role = rendering.login(
        **{
            **options,
            "login__pool": {"user_pool": pool, "differences": KEPT if pool else {}},
            "login__api": {"rest_api": {"id": "api1"} if pool else {}},
            "login__clients": {
                "results": [{"user_pool_client": {"client_id": one}} for one in clients]
                or [{"user_pool_client": {}}] * 2
            },
            "login__function_group": {"group_id": "sg-f"} if pool else {},
            "login__pool_now": {"user_pools": [{"user_pool_clients": foreign}]},
        }
    )
    given = {
        name: role.value(name)
        for name in role._variables
        if name.startswith("login_") and name[6] != "_" and name not in ("login_log_group_name", "login_user_pool_arn")
    }
    values, mistakes = read(given, specification(DataLoader(), "login"))
    assert mistakes == []
    sign_in = sign_in_of(values)
    found = sign_in_plan.FoundSignIn(
        user_pool=pool,
        user_pool_differences=KEPT if pool else {},
        rest_api_id="api1" if pool else "",
        client_ids=clients,
        function_group_id="sg-f" if pool else "",
        user_pool_clients=foreign,
    )
    plan = plain(sign_in_plan.sign_in_plan(sign_in, found))
    at = sign_in_plan.Addresses(sign_in, found)

    def same(name, new):
        assert plain(new) == plain(role.value(name)), name

    same("login__function_environment", plan["function"]["environment"])
    same("login__function_network", plan["function"]["vpc_config"])
    same("login__routes", plan["api"]["routes"])
    same("login__authorizers", plan["api"]["authorizers"])
    same("login__api_policy", plan["api"]["policy"])
    same("login__endpoint_configuration", plan["api"]["endpoint_configuration"])
    same("login__gateway_responses", plan["api"]["gateway_responses"])
    same("login__alarms", sign_in_plan.alarms(sign_in))
    if plan["metric_filters"]:
        same("login__metric_filters", plan["metric_filters"]["metric_filters"])
    same("login__client_ids", plan["result"]["client_ids"])
    same("login__portal_url", plan["result"]["portal_url"])
    same("login__hosted_ui_url", plan["result"]["hosted_ui_url"])
    same("login__pool_arn", plan["result"]["user_pool_arn"])
    same("login__pool_domain", plan["hosted_ui"]["domain"])
    same("login__stage_arn", at.stage_arn)
    same("login__identity_providers", plan["app_clients"]["supported_identity_providers"])
    same("login__tags", plan["api"]["tags"])
    same(
        "login__foreign_clients",
        ["x"] if "app clients that were not made here: x." in plan["foreign_app_clients"]["warning"] else 0,
    ) if role.value("login_platform_name") == rendering.PLATFORM else None
    if sign_in.identity_provider:
        same("login__attribute_mapping", plan["identity_provider"]["attribute_mapping"])
        assert json.loads(plan["token_groups"]["function"]["environment"]["TEAMS"]) == plain(
            role.value("login_identity_provider").get("teams", {})
        )
        same("login__token_trigger", plan["user_pool"]["lambda_config"]["pre_token_generation_config"])
        same("login__groups_role", plan["token_groups"]["roles"]["roles"][0]["name"])
    same("login__mfa", plan["user_pool"]["mfa_configuration"])
    same("login__threat_protection", plan["user_pool"]["user_pool_add_ons"]["advanced_security_mode"])
    for old, new in zip(role.value("login__app_clients"), plan["app_clients"]["wanted"]):
        assert (old["secret"], old["callback_urls"], old["logout_urls"]) == (
            new["generate_secret"],
            new["callback_urls"],
            new["logout_urls"],
        )
    if plan["api"]["stage"].get("access_log_settings"):
        same("login__access_log_settings", plan["api"]["stage"]["access_log_settings"])
    assert plan["result"]["differences"] == role.policy("differences.json.j2")
    variables = {
        "login_log_group_name": role.value("login__function_log_group"),
        "login_user_pool_arn": role.value("login__pool_arn"),
    }
    assert plan["function_role"]["policies"][0]["document"] == plain(
        role.policy("presigned_url_policy.json.j2", **variables)
    )
    assert plain(policies.token_groups_policy(sign_in)) == role.policy("token_groups_policy.json.j2")
    assert plain(policies.function_trust()) == role.policy("function_trust.json.j2")
    assert plain(policies.gateway_trust()) == role.policy("gateway_trust.json.j2")
    same("login__gateway_log_role", sign_in.role("api-logs"))
    same("login__function_role_arn", plan["function"]["role"])
