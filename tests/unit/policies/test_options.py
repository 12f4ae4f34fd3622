# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rights that follow from options of the team, and the roles of single people."""

from __future__ import annotations

import json

import pytest

from ansible_collections.mlplatform.studio.plugins.module_utils._blueprint.access import POLICIES
from tests.unit.policies.evaluation import Request, decide, decide_resource_policy
from tests.unit.policies.rendering import ACCOUNT, REGION, network, role_policies, team, team_with
from tests.unit.policies.studio_requests import DOMAINS, SAGEMAKER, request_keys, studio_session

OWN = DOMAINS["team1"]
PERSON = {"name": "Ada", "groups": ["reviewers"]}
EVERYTHING = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}


def options(**values):
    """The policy `options` of a team."""
    return team_with(**values).documents["options"]


# Instance types


LIMITED = options(studio_allowed_instance_types=["ml.t3.*", "ml.m5.large"])
APP, SPACE = f"{SAGEMAKER}:app/{OWN}/lab/jupyterlab/default", f"{SAGEMAKER}:space/{OWN}/lab"
OWNED = {
    **studio_session(),
    "sagemaker:DomainId": OWN,
    "sagemaker:OwnerUserProfileArn": f"{SAGEMAKER}:user-profile/{OWN}/ada",
    "sagemaker:SpaceSharingType": "Private",
}


@pytest.mark.parametrize(
    ("types", "wanted"),
    [
        (["ml.t3.large"], "Allow"),
        (["ml.m5.large"], "Allow"),
        (["system"], "Allow"),
        (None, "Allow"),
        (["ml.m5.xlarge"], "Deny"),
        (["ml.m5d.large"], "Deny"),
        (["ml.t3.large", "ml.p4d.24xlarge"], "Deny"),
    ],
)
@pytest.mark.parametrize(
    ("action", "resource", "context"),
    [
        ("CreateApp", APP, OWNED),
        ("CreateSpace", SPACE, OWNED),
        ("UpdateSpace", SPACE, OWNED),
        ("CreateTrainingJob", f"{SAGEMAKER}:training-job/x", request_keys("team1")),
        ("CreateProcessingJob", f"{SAGEMAKER}:processing-job/x", request_keys("team1")),
        ("CreateEndpointConfig", f"{SAGEMAKER}:endpoint-config/x", request_keys("team1")),
    ],
)
def test_instance_types_that_are_not_allowed_are_denied(action, resource, context, types, wanted):
    request = Request(f"sagemaker:{action}", {resource: {}}, {**context, "sagemaker:InstanceTypes": types})
    assert decide([*role_policies("data-scientist"), LIMITED], request) == wanted


def test_no_further_policy_gets_around_the_limit():
    request = Request("sagemaker:CreateTrainingJob", context={"sagemaker:InstanceTypes": ["ml.p5.48xlarge"]})
    assert decide([LIMITED, EVERYTHING], request) == "Deny"


# Who carries what


def test_without_options_the_policy_allows_nothing_and_every_role_carries_it():
    role = team()
    assert {statement["Effect"] for statement in role.documents["options"]["Statement"]} == {"Deny"}
    assert [each["name"] for each in role.plan["roles"]["policies"]] == list(map(role.names.policy, POLICIES))
    assert all("options" in purposes for purposes in role.carried.values())


def roles(**values):
    """The roles of a team, by name without the common beginning."""
    role = team_with(**values)
    prefix = role.names.prefix + "-"
    return {each["name"].removeprefix(prefix): each for each in role.plan["roles"]["roles"]}


def test_every_role_carries_the_options():
    found = roles(studio_allowed_instance_types=["ml.t3.*"], studio_users=[PERSON])
    assert set(found) == {"data-scientist", "lead", "space", "person-ada"}
    assert all(any(arn.endswith("-options") for arn in each["policy_arns"]) for each in found.values())


def test_a_person_has_a_role_of_their_own_with_the_rights_of_the_persona():
    found = roles(studio_users=[{**PERSON, "persona": "lead", "policy_arns": ["arn:aws:iam::aws:policy/X"]}])
    own, lead = found["person-ada"], found["lead"]
    assert own["policy_arns"] == [*lead["policy_arns"], "arn:aws:iam::aws:policy/X"]
    assert own["assume_role_policy_document"] == lead["assume_role_policy_document"]
    assert own["path"] == "/sagemaker-studio/team1/eu-central-1/"


def test_a_person_named_like_a_persona_gets_another_role():
    assert set(roles(studio_users=[{"name": "lead"}, {"name": "space"}])) == {
        *("data-scientist", "lead", "space"),
        *("person-lead", "person-space"),
    }


def profile_roles(**values):
    """The execution role of each user profile, by name."""
    profiles = team_with(**values).plan["user_profiles"]["user_profiles"]
    return {profile["name"]: profile["user_settings"]["execution_role"] for profile in profiles}


def test_profiles_work_with_their_role():
    people = [
        PERSON,
        {"name": "lead", "persona": "lead"},
        {"name": "eve", "execution_role_arn": "arn:aws:iam::1:role/x"},
    ]
    prefix = f"arn:aws:iam::{ACCOUNT}:role"
    own = f"{prefix}/sagemaker-studio/team1/eu-central-1/sagemaker-studio--team1--eu-central-1-person"
    shared = f"{prefix}/sagemaker-studio--team1--eu-central-1"
    assert profile_roles(studio_users=people) == {
        "Ada": f"{own}-ada",
        "lead": f"{own}-lead",
        "eve": "arn:aws:iam::1:role/x",
    }
    assert profile_roles(studio_users=people, studio_role_per_person=False) == {
        "Ada": f"{shared}-data-scientist",
        "lead": f"{shared}-lead",
        "eve": "arn:aws:iam::1:role/x",
    }


def test_no_role_is_made_where_one_is_named_or_none_is_wanted():
    assert "person-eve" not in roles(studio_users=[{"name": "eve", "execution_role_arn": "arn:aws:iam::1:role/x"}])
    assert "person-eve" in roles(studio_users=[{"name": "eve", "execution_role_arn": ""}])
    assert "person-eve" not in roles(studio_users=[{"name": "eve"}], studio_role_per_person=False)


def test_extra_statements_and_policies_reach_whom_they_are_meant_for():
    statement = {"Effect": "Allow", "Action": "bedrock:InvokeModel", "Resource": "*"}
    found = roles(
        studio_users=[PERSON, {"name": "eve", "persona": "lead"}],
        studio_extra_statements={"lead": [statement]},
        studio_extra_policy_arns=["arn:aws:iam::aws:policy/X"],
    )
    extra = [{"name": "extra", "document": {"Version": "2012-10-17", "Statement": [statement]}}]
    added = {
        name: [policy for policy in each["inline_policies"] if policy["name"] != "own-role"]
        for name, each in found.items()
    }
    assert added == {"data-scientist": [], "person-ada": [], "space": [], "lead": extra, "person-eve": extra}
    carriers = {name for name, each in found.items() if "arn:aws:iam::aws:policy/X" in each["policy_arns"]}
    assert carriers == set(found) - {"space"}


@pytest.mark.parametrize(
    ("arn", "service", "decision"),
    [
        ("person-ada", "sagemaker.amazonaws.com", "Allow"),
        ("person-ada", "lambda.amazonaws.com", "ImplicitDeny"),
        ("person-ada", "events.amazonaws.com", "ImplicitDeny"),
        ("person-eve", "sagemaker.amazonaws.com", "ImplicitDeny"),
    ],
)
def test_a_person_gives_jobs_the_own_role_and_nobody_elses(arn, service, decision):
    found = roles(studio_users=[PERSON, {"name": "eve", "persona": "lead"}])
    path = "sagemaker-studio/team1/eu-central-1/sagemaker-studio--team1--eu-central-1-"
    request = Request(
        "iam:PassRole", {f"arn:aws:iam::{ACCOUNT}:role/{path}{arn}": {}}, {"iam:PassedToService": service}
    )
    own = [policy["document"] for policy in found["person-ada"]["inline_policies"]]
    assert decide(own, request) == decision
    assert [policy["name"] for name in ("data-scientist", "space") for policy in found[name]["inline_policies"]] == []


def test_the_key_is_used_by_the_roles_of_people():
    document = team().plan["key"]["policy"]
    own = {**document, "Statement": document["Statement"][1:]}

    def decision(arn):
        request = Request("kms:Decrypt", {"*": {}}, {"kms:CallerAccount": ACCOUNT}, arn)
        return decide_resource_policy(own, request)

    role = f"arn:aws:iam::{ACCOUNT}:role"
    assert decision(f"{role}/sagemaker-studio/team1/eu-central-1/x") == "Allow"
    for path in ("sagemaker-studio/team2/eu-central-1", "sagemaker-studio/team1/us-east-1", "other/team1/eu-central-1"):
        assert decision(f"{role}/{path}/x") == "ImplicitDeny"


def test_inner_groups_of_people():
    role = team_with(studio_users=[PERSON, {"name": "eve", "groups": None}])
    assert [each["name"] for each in role.plan["cognito_groups"]["groups"]] == ["team1", "team1--reviewers"]
    groups = {each["name"]: each["groups"] for each in role.plan["cognito_users"]["users"]}
    assert groups == {"Ada": ["team1", "team1--reviewers"], "eve": ["team1"]}


# Settings of the domain


def settings(**values):
    """default_user_settings of the domain."""
    return team_with(**values).plan["domain"]["default_user_settings"]


def test_defaults_are_those_of_new_studio():
    """Administration guide, Studio: new Studio with its landing page, no Classic, idle shutdown, private network."""
    found = settings()
    assert found["studio_web_portal"] == "ENABLED"
    assert found["default_landing_uri"] == "studio::"
    assert found["studio_web_portal_settings"] == {
        "hidden_app_types": ["JupyterServer", "KernelGateway"],
        "hidden_instance_types": [],
    }
    classic = [found.get(f"{name}_app_settings", {}) for name in ("jupyter_server", "kernel_gateway")]
    assert not any(each.get("lifecycle_config_arns") or "instance_type" in str(each) for each in classic)
    idle = {
        "lifecycle_management": "ENABLED",
        "idle_timeout_in_minutes": 120,
        "min_idle_timeout_in_minutes": 60,
        "max_idle_timeout_in_minutes": 480,
    }
    for block in ("jupyter_lab_app_settings", "code_editor_app_settings"):
        assert found[block]["app_lifecycle_management"] == {"idle_settings": idle}
        assert found[block]["default_resource_spec"]["instance_type"] == "ml.t3.medium"
    domain = team().plan["domain"]["domain_settings"]
    assert domain["execution_role_identity_config"] == "USER_PROFILE_NAME"
    assert domain["docker_settings"] == {"enable_docker_access": "DISABLED", "vpc_only_trusted_accounts": []}


@pytest.mark.parametrize(
    ("given", "trusted"),
    [({}, ["111111111111"]), ({"studio_docker_trusted_accounts": ["222222222222"]}, ["222222222222"]),
     ({"studio_docker_trusted_accounts": []}, [])],
)  # fmt: skip
def test_docker_pulls_from_trusted_accounts_alone(given, trusted):
    """amazon-sagemaker-feedback #219: in VpcOnly no image comes from an account that is not in the list."""
    plan = team_with(studio_docker_access=True, **given).plan
    assert plan["domain"]["domain_settings"]["docker_settings"] == {
        "enable_docker_access": "ENABLED",
        "vpc_only_trusted_accounts": trusted,
    }


def test_each_kind_of_app_has_settings_of_its_own():
    image = "arn:aws:sagemaker:eu-central-1:111111111111:image/x"
    found = settings(
        studio_jupyterlab={"image_arn": image, "image_version_alias": "3", "instance_type": "ml.m5.large"},
        studio_code_editor={"idle_shutdown": False, "idle_timeout_minutes": None},
    )
    assert found["jupyter_lab_app_settings"]["default_resource_spec"] == {
        "sage_maker_image_arn": image,
        "sage_maker_image_version_alias": "3",
        "lifecycle_config_arn": "None",
        "instance_type": "ml.m5.large",
    }
    editor = found["code_editor_app_settings"]
    assert editor["app_lifecycle_management"] == {"idle_settings": {"lifecycle_management": "DISABLED"}}
    assert editor["default_resource_spec"] == {"lifecycle_config_arn": "None", "instance_type": "ml.t3.medium"}


def test_instance_types_that_are_not_allowed_are_hidden():
    hidden = settings(studio_allowed_instance_types=["ml.t3.*"])["studio_web_portal_settings"]["hidden_instance_types"]
    assert "ml.m5.large" in hidden
    assert "ml.t3.medium" not in hidden


def test_personal_spaces_are_private_spaces_of_each_person():
    role = team_with(
        studio_users=[PERSON, {"name": "eve"}],
        studio_personal_spaces=[{"name": "lab", "ebs_gb": 20}, {"name": "code", "app_type": "CodeEditor"}],
    )
    found = {each["name"]: each for each in role.plan["spaces"]["spaces"]}
    assert set(found) == {"Ada--lab", "Ada--code", "eve--lab", "eve--code"}
    assert {each["sharing_type"] for each in found.values()} == {"Private"}
    assert found["Ada--lab"]["owner"] == "Ada"
    assert found["Ada--lab"]["space_settings"]["space_storage_settings"] == {
        "ebs_storage_settings": {"ebs_volume_size_in_gb": 20}
    }
    assert found["eve--code"]["space_settings"]["app_type"] == "CodeEditor"
    json.dumps(list(found.values()))


# Packages


CODEARTIFACT = {"type": "codeartifact", "domain": "packages", "repository": "python"}
PACKAGES = options(studio_package_index=CODEARTIFACT)
ARTIFACTS = f"arn:aws:codeartifact:{REGION}:{ACCOUNT}"


@pytest.mark.parametrize("persona", ["data-scientist", "lead", "space"])
@pytest.mark.parametrize(
    ("action", "resource", "context", "wanted"),
    [
        ("codeartifact:GetAuthorizationToken", f"{ARTIFACTS}:domain/packages", {}, "Allow"),
        ("codeartifact:GetAuthorizationToken", f"{ARTIFACTS}:domain/other", {}, "ImplicitDeny"),
        ("codeartifact:ReadFromRepository", f"{ARTIFACTS}:repository/packages/python", {}, "Allow"),
        ("codeartifact:GetRepositoryEndpoint", f"{ARTIFACTS}:repository/packages/python", {}, "Allow"),
        ("codeartifact:ReadFromRepository", f"{ARTIFACTS}:repository/packages/secret", {}, "ImplicitDeny"),
        ("codeartifact:PublishPackageVersion", f"{ARTIFACTS}:package/packages/python/pypi//x", {}, "ImplicitDeny"),
        ("sts:GetServiceBearerToken", "*", {"sts:AWSServiceName": "codeartifact.amazonaws.com"}, "Allow"),
        ("sts:GetServiceBearerToken", "*", {"sts:AWSServiceName": "other.amazonaws.com"}, "ImplicitDeny"),
    ],
)
def test_packages_are_read_from_one_repository(persona, action, resource, context, wanted):
    assert decide([*role_policies(persona), PACKAGES], Request(action, {resource: {}}, context)) == wanted


def test_a_mirror_needs_no_rights():
    with_mirror = team_with(studio_package_index={"type": "mirror", "pip_url": "https://x/"})
    assert with_mirror.documents["options"] == team().documents["options"]


def test_the_endpoints_admit_the_packages_of_the_account_that_was_named():
    document = network(network_package_owner_ids=["222222222222"]).documents["interface"]

    def decision(action, owner, principal=ACCOUNT):
        context = {"aws:ResourceAccount": owner, "aws:PrincipalAccount": principal}
        return decide_resource_policy(document, Request(action, {"*": {}}, context))

    for action in ("GetAuthorizationToken", "ReadFromRepository"):
        assert decision(f"codeartifact:{action}", ACCOUNT) == "Allow"
        assert decision(f"codeartifact:{action}", "222222222222") == "Allow"
        assert decision(f"codeartifact:{action}", "333333333333") == "ImplicitDeny"
        assert decision(f"codeartifact:{action}", "222222222222", "222222222222") == "ImplicitDeny"
    assert decision("codeartifact:PublishPackageVersion", "222222222222") == "ImplicitDeny"
    assert decision("s3:PutObject", "222222222222") == "ImplicitDeny"


# What AWS owns


def through(document, action, resource, owner, principal=ACCOUNT):
    """What an endpoint's policy decides. owner: the account of the resource, None where AWS gives none."""
    context = {"aws:PrincipalAccount": principal, **({"aws:ResourceAccount": owner} if owner else {})}
    return decide_resource_policy(document, Request(action, {resource: {}}, context))


def test_the_endpoints_let_images_of_aws_be_pulled_and_nobody_elses():
    """data-perimeter-policy-examples, ecr.api_endpoint_policy.json: by the accounts that own the repositories."""
    document = network(network_image_owner_ids=["222222222222"]).documents["interface"]
    # Deep learning containers, and scikit-learn in eu-central-1 (sagemaker-python-sdk, image_uri_config).
    owners = {"763104351884": "Allow", "492215442770": "Allow", "222222222222": "Allow", "333333333333": "ImplicitDeny"}
    for owner, wanted in owners.items():
        repository = f"arn:aws:ecr:{REGION}:{owner}:repository/pytorch-training"
        assert through(document, "ecr:BatchGetImage", repository, owner) == wanted
        assert through(document, "ecr:PutImage", repository, owner) == "ImplicitDeny"
        assert through(document, "ecr:BatchGetImage", repository, owner, "333333333333") == "ImplicitDeny"
    assert through(document, "s3:PutObject", "arn:aws:s3:::x/y", "763104351884") == "ImplicitDeny"
    assert "PullImagesOfAws" not in [each["Sid"] for each in network().documents["s3"]["Statement"]]


@pytest.mark.parametrize("owner", [None, "aws"])
def test_the_endpoints_let_the_public_hub_be_read(owner):
    """service_owned_resources.md names what AWS owns; the hub's ARN has aws where others have an account."""
    document = network().documents["interface"]
    hub = f"arn:aws:sagemaker:{REGION}:aws:hub-content/SageMakerPublicHub/Model/x/1.0.0"
    assert through(document, "sagemaker:DescribeHubContent", hub, owner) == "Allow"
    assert through(document, "sagemaker:DescribeHubContent", hub, owner, "333333333333") == "ImplicitDeny"
    if owner:
        assert through(document, "sagemaker:DeleteHubContent", hub, owner) == "ImplicitDeny"


def test_the_endpoint_of_studio_alone_can_have_full_access():
    documents = {full: network(network_studio_endpoint_full_access=full) for full in (False, True)}
    assert documents[False].documents["studio"] == documents[False].documents["interface"]
    studio = documents[True].documents["studio"]
    assert through(studio, "sagemaker:CreatePresignedDomainUrl", "*", "333333333333", "333333333333") == "Allow"
    assert documents[True].documents["interface"] == documents[False].documents["interface"]
    policies = {one["service_name"]: one["policy"] for one in documents[True].plan["endpoints"]["endpoints"]}
    assert policies.pop(f"aws.sagemaker.{REGION}.studio") == studio
    assert studio not in policies.values()


# Images


IMAGES = [
    {"name": "geo", "image_uri": f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com/team/geo:1.4", "uid": 1000},
    {
        "name": "old",
        "image_uri": f"222222222222.dkr.ecr.{REGION}.amazonaws.com/old@sha256:{'0' * 64}",
        "app_types": ["CodeEditor", "KernelGateway"],
        "environment": {"A": "b"},
    },
]


@pytest.mark.parametrize("persona", ["data-scientist", "space"])
@pytest.mark.parametrize(
    ("action", "repository", "wanted"),
    [
        ("BatchGetImage", f"{ACCOUNT}:repository/team/geo", "Allow"),
        ("BatchGetImage", "222222222222:repository/old", "Allow"),
        ("GetDownloadUrlForLayer", f"{ACCOUNT}:repository/team/geo", "Allow"),
        ("BatchGetImage", f"{ACCOUNT}:repository/team/other", "ImplicitDeny"),
        ("PutImage", f"{ACCOUNT}:repository/team/geo", "ImplicitDeny"),
    ],
)
def test_the_repositories_of_custom_images_are_read(persona, action, repository, wanted):
    request = Request(f"ecr:{action}", {f"arn:aws:ecr:{REGION}:{repository}": {}})
    assert decide([*role_policies(persona), options(studio_custom_images=IMAGES)], request) == wanted


def test_custom_images_are_offered_where_they_are_meant_for():
    found = settings(studio_custom_images=IMAGES)
    assert found["jupyter_lab_app_settings"]["custom_images"] == [
        {
            "image_name": "sagemaker-studio.team1.geo",
            "app_image_config_name": "sagemaker-studio--team1--geo--jupyterlab",
        }
    ]
    (old,) = found["code_editor_app_settings"]["custom_images"]
    assert old["image_name"] == "sagemaker-studio.team1.old"
    (classic,) = found["kernel_gateway_app_settings"]["custom_images"]
    assert classic["app_image_config_name"] == "sagemaker-studio--team1--old--kernelgateway"


def test_how_apps_run_custom_images():
    configs = team_with(studio_custom_images=IMAGES).plan["images"]["app_image_configs"]
    assert [{key: value for key, value in each.items() if key != "name"} for each in configs] == [
        {"jupyter_lab_app_image_config": {"file_system_config": {"default_uid": 1000}}},
        {"code_editor_app_image_config": {"container_config": {"container_environment_variables": {"A": "b"}}}},
        {"kernel_gateway_image_config": {"kernel_specs": [{"name": "python3", "display_name": "old"}]}},
    ]


# Everything at once


def test_all_options_fit_into_one_policy():
    many = [{"name": f"image-{number}", "image_uri": IMAGES[0]["image_uri"] + str(number)} for number in range(9)]
    document = options(
        name="t" * 24,
        platform="p" * 20,
        studio_allowed_instance_types=[f"ml.c5.{number}xlarge" for number in range(20)],
        studio_package_index=CODEARTIFACT,
        studio_custom_images=many,
    )
    assert len(json.dumps(document, separators=(",", ":"))) <= 6144
    sids = [statement["Sid"] for statement in document["Statement"]]
    assert len(set(sids)) == len(sids) == 12


# Classic


def test_scripts_of_classic_remain_possible():
    """Administration guide, lifecycle configurations: a default script stands in the spec and in the list."""
    scripts = [
        {"name": app_type, "app_type": app_type, "content": "x"} for app_type in ("JupyterServer", "KernelGateway")
    ]
    made = [{"studio_lifecycle_config_arn": f"arn:{each['app_type']}"} for each in scripts]
    role = team_with(studio_sdk_config=False, studio_lifecycle_scripts=scripts, found={"lifecycle_configs": made})
    found = role.plan["domain"]["default_user_settings"]
    assert found["jupyter_server_app_settings"] == {
        "default_resource_spec": {"instance_type": "system", "lifecycle_config_arn": "arn:JupyterServer"},
        "lifecycle_config_arns": ["arn:JupyterServer"],
    }
    kernel = found["kernel_gateway_app_settings"]
    assert kernel["default_resource_spec"] == {
        "instance_type": "ml.t3.medium",
        "lifecycle_config_arn": "arn:KernelGateway",
    }
    assert [each["app_type"] for each in role.plan["lifecycle_configs"]["lifecycle_configs"]] == [
        "JupyterServer",
        "KernelGateway",
    ]
