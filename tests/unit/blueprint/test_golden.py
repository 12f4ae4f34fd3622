# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The plan in Python says what the role's variables and templates say, over tables of options."""

import json

import pytest

from ansible_collections.mlplatform.studio.plugins.module_utils._blueprint import access, people
from ansible_collections.mlplatform.studio.plugins.module_utils._blueprint.found import Found
from ansible_collections.mlplatform.studio.plugins.module_utils._blueprint.plan import team_plan
from ansible_collections.mlplatform.studio.plugins.module_utils._blueprint.team import team_of
from tests.support.team_changes import AGAIN, BASE, CHANGED
from tests.unit.policies import rendering

SCRIPTS = [
    {"name": f"script{n}", "app_type": kind, "content": f"echo {n}\n"}
    for n, kind in enumerate(["JupyterLab", "CodeEditor", "JupyterServer", "KernelGateway"])
]
IMAGE = f"{rendering.ACCOUNT}.dkr.ecr.eu-central-1.amazonaws.com/geo:1.4"
TWO = [
    {"name": "Ada", "email": "a@b.example", "groups": ["x", "y"]},
    {"name": "lead", "persona": "lead", "password": "P" * 20, "update_password": "always"},
]
MORE = [
    {},
    {"studio_users": TWO},
    BASE,
    CHANGED,
    {k: v for k, v in AGAIN.items() if k != "studio_lifecycle_scripts"},
    {
        "studio_users": TWO,
        "studio_added_users": [{"name": "new", "email": "n@b.example"}, {"name": "lead"}],
        "studio_spaces": [
            {"name": "lab"},
            {
                "name": "own",
                "owner": "ADA",
                "sharing": "private",
                "app_type": "CodeEditor",
                "instance_type": "ml.m5.large",
            },
        ],
        "studio_personal_spaces": [{"name": "lab", "ebs_gb": 7}, {"name": "code", "app_type": "CodeEditor"}],
    },
    {
        "studio_users": TWO,
        "studio_remove_unlisted_people": True,
        "studio_members_make_their_profile": True,
        "studio_session_minutes": 60,
    },
    {"studio_lifecycle_scripts": SCRIPTS, "studio_hidden_app_types": []},
    {
        "studio_lifecycle_scripts": [{**one, "default": False} for one in SCRIPTS],
        "studio_package_index": {"type": "mirror", "pip_url": "https://m.example.com/"},
    },
    {
        "studio_package_index": {
            "type": "codeartifact",
            "domain": "d",
            "repository": "r",
            "domain_owner": "222222222222",
        }
    },
    {
        "studio_package_index": {"type": "codeartifact", "domain": "d", "repository": "r"},
        "studio_allowed_instance_types": ["ml.t3.*"],
        "studio_custom_images": [
            {
                "name": "geo",
                "image_uri": IMAGE,
                "uid": 0,
                "environment": {"A": "b"},
                "app_types": ["JupyterLab", "CodeEditor", "KernelGateway"],
            },
            {"name": "two", "image_uri": IMAGE, "display_name": "Two"},
        ],
    },
    {"studio_budget": {"limit_usd": 100, "notify": ["a@b.example"], "thresholds": [50], "forecast": False}},
    {"studio_budget": {"limit_usd": 100.5, "notify": ["a@b.example"]}, "studio_backup": True},
    {"studio_infrequent_access_days": 0, "studio_old_versions_days": 0, "studio_key_rotation": False},
    {
        "studio_domain_name": "t" * 24,
        "studio_platform_name": "p" * 20,
        "studio_users": TWO,
        "studio_region": "us-gov-west-1",
        "studio_partition": "aws-us-gov",
        "studio_private_sign_in": True,
        "studio_tags": {"Platform": "x", "A": "1"},
        "studio_permissions_boundary_arn": "arn:aws:iam::aws:policy/X",
        "studio_extra_statements": {"space": [{"Sid": "S"}]},
        "studio_home_efs": False,
        "studio_docker_access": True,
        "studio_code_repositories": ["https://x.example/y"],
    },
]
POOL = {
    "id": "eu-central-1_pool",
    "tags": {"Platform": rendering.PLATFORM},
    "user_pool_clients": [
        {"client_name": f"{rendering.PLATFORM}-portal", "callback_urls": ["https://portal.example/p"]}
    ],
}
DOMAIN = {
    "domain_id": "d-1",
    "domain_arn": "arn:d-1",
    "status": "InService",
    "url": "https://d-1",
    "tags": {"Adopted": "true"},
    "home_efs_file_system_id": "fs-1",
}
PROFILES = [
    {"user_profile_name": name, "tags": {"Left": "true"} if name == "gone2" else {}}
    for name in ("Ada", "gone1", "gone2", "Gone3")
]
SPACES = [
    {
        "space_name": f"s{owner}{kind}",
        "ownership_settings": {"owner_user_profile_name": owner},
        "space_sharing_settings": {"sharing_type": kind},
    }
    for owner in ("Ada", "gone1", "gone2")
    for kind in ("Private", "Shared")
]
SPACES += [
    {
        "space_name": "lab",
        "ownership_settings": {"owner_user_profile_name": "gone1"},
        "space_sharing_settings": {"sharing_type": "Shared"},
    }
]


def plain(value):
    return json.loads(json.dumps(value))


@pytest.mark.parametrize("options", MORE, ids=range(len(MORE)))
@pytest.mark.parametrize("later", [False, True])
def test_same(options, later):
    configs = []
    answers = {}
    if later:
        n = len(options.get("studio_lifecycle_scripts", [])) + (2 if options.get("studio_package_index") else 0)
        configs = [{"studio_lifecycle_config_arn": f"arn:{i}"} for i in range(n)]
        answers = {
            "studio__scripts": {"studio_lifecycle_configs": configs},
            "studio__group": {"group_id": "sg-team"},
            "studio__domain": {
                "domain": DOMAIN,
                "differences": {"auth_mode": {"present": "SSO", "wanted": "IAM"}},
                "diff": {"before": {"tags": {"Budget": "x"}, "a": {"custom_images": []}}},
            },
        }
    role = rendering.team_with(
        **{
            "name": options.get("studio_domain_name", "team1"),
            "platform": options.get("studio_platform_name", rendering.PLATFORM),
        },
        **{
            k: v
            for k, v in options.items()
            if k not in ("studio_domain_name", "studio_platform_name", "studio_region", "studio_partition")
        },
        **answers,
        studio__found_pools={"user_pools": [POOL]},
        studio__found_spaces={"spaces": SPACES},
        studio__all_profiles={"user_profiles": PROFILES},
        studio__all_spaces={"spaces": SPACES},
        studio__people={"actions": {"Gone9": "leave", "ada": "x", "gone1": "x"}},
        studio__cognito_group={"groups": [{"group_name": "team1--old"}, {"group_name": "team1"}]},
    )
    defaults = {
        name: role.value(name)
        for name in role._variables
        if name.startswith("studio_") and not name.startswith("studio__")
    }
    team = team_of(defaults)
    found = Found(
        subnets=[{"subnet_id": f"subnet-{n}", "vpc_id": "vpc-1"} for n in ("000a", "000b")],
        client_groups=[{"group_id": "sg-clients"}],
        user_pools=[POOL],
        key_arn=role.value("studio__key")["key_arn"],
        security_group_id="sg-team" if later else "",
        lifecycle_configs=configs,
        domain=DOMAIN if later else {},
        old_domain={"tags": {"Budget": "x"}, "a": {"custom_images": []}} if later else {},
        domain_differences={"auth_mode": {"present": "SSO", "wanted": "IAM"}} if later else {},
        cognito_groups=["team1--old", "team1"],
        people_actions={"Gone9": "leave", "ada": "x", "gone1": "x"},
        user_profiles=PROFILES,
        spaces=SPACES,
    )
    configs_wanted = role.value("studio__lifecycle_configs")
    package_script = configs_wanted[-1]["content"] if options.get("studio_package_index") else ""
    plan = plain(team_plan(team, found, package_script))
    same = []

    def check(name, old, new):
        old, new = plain(old), plain(new)
        assert new == old, name
        same.append(name)

    check("key policy", role.policy("key_policy.json.j2"), plan["key"]["policy"])
    check("data policy", role.policy("data_bucket_policy.json.j2"), plan["data_bucket"]["policy"])
    check("log policy", role.policy("access_log_bucket_policy.json.j2"), plan["access_log_bucket"]["policy"])
    check(
        "backup trust",
        role.policy("backup_trust.json.j2"),
        plan["backup"]["roles"][0]["assume_role_policy_document"]
        if plan["backup"]
        else role.policy("backup_trust.json.j2"),
    )
    check("rules", role.value("studio__data_lifecycle_rules"), plan["data_bucket"]["lifecycle_rules"])
    check("policies", role.value("studio__policy_documents"), plan["roles"]["policies"])
    check("roles", role.value("studio__roles_of_the_team"), plan["roles"]["roles"])
    check("groups", role.value("studio__cognito_groups"), plan["cognito_groups"]["groups"])
    check("users", role.value("studio__cognito_users"), plan["cognito_users"]["users"])
    check("configs", configs_wanted, plan["unwanted_lifecycle_configs"]["lifecycle_configs"])
    check("prefix", role.value("studio__script_prefix")[:43], plan["unwanted_lifecycle_configs"]["name_prefix"])
    check("images", role.value("studio__images")["images"], plan["images"]["images"] if plan["images"] else [])
    check(
        "image configs",
        role.value("studio__images")["app_image_configs"],
        plan["images"]["app_image_configs"] if plan["images"] else [],
    )
    for old, new in (
        ("studio__domain_settings", "domain_settings"),
        ("studio__user_settings", "default_user_settings"),
        ("studio__space_settings", "default_space_settings"),
        ("studio__domain_tags", "tags"),
        ("studio__subnet_ids", "subnet_ids"),
        ("studio__vpc_id", "vpc_id"),
        ("studio__key_arn", "kms_key_id"),
    ):
        check(old, role.value(old), plan["domain"][new])
    check("profiles", role.value("studio__user_profiles"), plan["user_profiles"]["user_profiles"])
    if plan["spaces"]:
        check("spaces", role.value("studio__spaces"), plan["spaces"]["spaces"])
    notifications = plan["budget"]["notifications"] if plan["budget"] else []
    check("budget", role.policy("budget_notifications.json.j2"), notifications)
    leavers = people.Leavers(team, found)
    for old, new in (
        ("studio__leavers", leavers.profiles),
        ("studio__leaving_spaces", leavers.private_spaces),
        ("studio__staying_profiles", leavers.staying_profiles),
        ("studio__spaces_to_close", leavers.spaces_to_close),
        ("studio__leaving_profiles", leavers.leaving_profiles),
        ("studio__leaving_names", leavers.names),
    ):
        check(old, role.value(old), new)
    check("names", role.value("studio__policy_names"), {p: team.names.policy(p) for p in access.POLICIES})
    check(
        "buckets",
        [role.value("studio__data_bucket"), role.value("studio__access_log_bucket")],
        [team.names.data_bucket, team.names.access_log_bucket],
    )
    check(
        "backed up",
        role.value("studio__backed_up"),
        plan["backup"]["selections"][0]["resources"] if plan["backup"] else role.value("studio__backed_up"),
    )
    assert len(same) > 25
