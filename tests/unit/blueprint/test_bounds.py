# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A value at each bound is taken, and one beyond it is refused in one sentence."""

import pytest

from ansible_collections.mlplatform.studio.plugins.module_utils._blueprint.bounds import BOUNDS
from ansible_collections.mlplatform.studio.plugins.module_utils._blueprint.network import (
    network_mistakes,
)
from ansible_collections.mlplatform.studio.plugins.module_utils._blueprint.sign_in_rules import (
    sign_in_mistakes,
)
from ansible_collections.mlplatform.studio.plugins.module_utils._blueprint.team_rules import (
    team_mistakes,
)
from tests.unit.policies.rendering import ACCOUNT, REGION, login, network, team_with

IMAGE = f"arn:aws:sagemaker:{REGION}:{ACCOUNT}:image/geo"
REGISTRY = f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com"
TOPIC = f"arn:aws:sns:{REGION}:{ACCOUNT}:"
WEB_ACL = f"arn:aws:wafv2:{REGION}:{ACCOUNT}:regional/webacl/"
ADA = {"name": "ada", "email": "ada@example.com"}
OIDC = {
    "name": "corporate",
    "type": "OIDC",
    "teams": {"team1": ["ml"]},
    "details": {"oidc_issuer": "https://id.example.com", "client_id": "studio"},
}


def image(**options):
    """A team with one custom image."""
    return {"studio_custom_images": [{"name": "geo", "image_uri": f"{REGISTRY}/geo:1.4", **options}]}


def app(**options):
    """A team with settings of JupyterLab."""
    return {"studio_jupyterlab": {"image_arn": IMAGE, **options}}


def index(**options):
    """A team with a package index."""
    return {"studio_package_index": {"type": "codeartifact", "domain": "ab", "repository": "cd", **options}}


def person(**options):
    """A team of one person."""
    return {"studio_users": [{**ADA, **options}]}


def provider(**options):
    """A sign-in with a provider."""
    return {"login_identity_provider": {**OIDC, **options}, "login_identity_provider_secret": "secret"}


def sender(**options):
    """A sign-in that sends with an address of its own."""
    source = f"arn:aws:ses:{REGION}:{ACCOUNT}:identity/studio@example.com"
    return {"login_email_configuration": {"source_arn": source, **options}}


def mistakes(options):
    """What is wrong with a team, a network or a sign-in of these options, which are of one role."""
    role = next(iter(options)).split("_")[0]
    if role == "network":
        return network_mistakes(network(**options).network)
    if role == "login":
        return sign_in_mistakes(login(**options).sign_in)
    return team_mistakes(team_with(**options).team)


# By the shape of the model: options that it takes, options that it does not, and what is said of these.
CASES = {
    "cognito-idp.SESConfigurationSet": (
        sender(configuration_set="a" * 64),
        sender(configuration_set="a" * 65),
        "login_email_configuration.configuration_set is ",
    ),
    "sagemaker.VpcOnlyTrustedAccounts": (
        {"studio_docker_trusted_accounts": ["1" * 12] * 20},
        {"studio_docker_trusted_accounts": ["1" * 12] * 21},
        "studio_docker_trusted_accounts has 21 entries, and AWS takes at most 20.",
    ),
    "sagemaker.AccountId": (
        {"studio_docker_trusted_accounts": ["012345678901"]},
        {"studio_docker_trusted_accounts": ["12345678901"]},
        'studio_docker_trusted_accounts[0] is "12345678901", and must be the 12 digits of an account, in quotes.',
    ),
    "sagemaker.CodeRepositories": (
        {"studio_code_repositories": ["https://git.example.com/a"] * 10},
        {"studio_code_repositories": ["https://git.example.com/a"] * 11},
        "studio_code_repositories has 11 entries, and AWS takes at most 10.",
    ),
    "sagemaker.RepositoryUrl": (
        {"studio_code_repositories": ["https://git.example.com/a_b/c-d.git"]},
        {"studio_code_repositories": ["git@example.com:a"]},
        'studio_code_repositories[0] is "git@example.com:a", and must be an https address of letters, digits,',
    ),
    "sagemaker.CustomImages": (
        {"studio_custom_images": [{**image()["studio_custom_images"][0], "name": f"i{n}"} for n in range(200)]},
        {"studio_custom_images": [{**image()["studio_custom_images"][0], "name": f"i{n}"} for n in range(201)]},
        "studio_custom_images has 201 entries, and AWS takes at most 200.",
    ),
    "sagemaker.CustomImageContainerEntrypoint": (
        image(entrypoint=["jupyter-lab"]),
        image(entrypoint=["jupyter", "lab"]),
        "studio_custom_images[geo].entrypoint has 2 entries, and AWS takes one command at most;",
    ),
    "sagemaker.CustomImageContainerArguments": (
        image(arguments=["a"] * 50),
        image(arguments=["a"] * 51),
        "studio_custom_images[geo].arguments has 51 entries, and AWS takes at most 50.",
    ),
    "sagemaker.NonEmptyString64": (
        image(arguments=["a" * 64]),
        image(arguments=["a", ""]),
        'studio_custom_images[geo].arguments[1] is "", and must be a text of at most 64 characters.',
    ),
    "sagemaker.NonEmptyString256": (
        image(entrypoint=["a" * 256]),
        image(entrypoint=["a" * 257]),
        "studio_custom_images[geo].entrypoint[0] is ",
    ),
    "sagemaker.String256": (
        image(environment={"A": "a" * 256}),
        image(environment={"A": "a" * 257}),
        "studio_custom_images[geo].environment[A] is ",
    ),
    "sagemaker.CustomImageContainerEnvironmentVariables": (
        image(environment={f"A{number}": "" for number in range(25)}),
        image(environment={f"A{number}": "" for number in range(26)}),
        "studio_custom_images[geo].environment has 26 entries, and AWS takes at most 25.",
    ),
    "sagemaker.MountPath": (
        image(mount_path="/home/x"),
        image(mount_path="home"),
        'studio_custom_images[geo].mount_path is "home", and must be a path that begins with /, of at most',
    ),
    "sagemaker.DefaultUid": (
        image(uid=0),
        image(uid=65536),
        "studio_custom_images[geo].uid is 65536, and must be from 0 to 65535.",
    ),
    "sagemaker.DefaultGid": (
        image(gid=65535),
        image(gid=-1),
        "studio_custom_images[geo].gid is -1, and must be from 0 to 65535.",
    ),
    "sagemaker.KernelName": (
        image(kernel="k" * 1024),
        image(kernel="k" * 1025),
        "studio_custom_images[geo].kernel is ",
    ),
    "sagemaker.ImageDisplayName": (
        image(display_name="Geo 1"),
        image(display_name="Geo "),
        'studio_custom_images[geo].display_name is "Geo ", and must be a name of at most 128 characters.',
    ),
    "sagemaker.ImageDescription": (
        image(description="d" * 512),
        image(description=""),
        'studio_custom_images[geo].description is "", and must be one line of at most 512 characters.',
    ),
    "sagemaker.ImageBaseImage": (
        image(image_uri=f"{REGISTRY}/{'g' * 200}:1"),
        image(image_uri=f"{REGISTRY}/{'g' * 220}:1"),
        "studio_custom_images[geo].image_uri is ",
    ),
    "sagemaker.ImageArn": (
        app(),
        app(image_arn="arn:aws:sagemaker:eu-central-1:11:image/x"),
        "studio_jupyterlab.image_arn is ",
    ),
    "sagemaker.ImageVersionArn": (
        app(image_version_arn=f"{IMAGE.replace('image/', 'image-version/')}/3"),
        app(image_version_arn=f"{IMAGE}/3"),
        "studio_jupyterlab.image_version_arn is ",
    ),
    "sagemaker.ImageVersionAlias": (
        app(image_version_alias="3.1"),
        app(image_version_alias="latest"),
        'studio_jupyterlab.image_version_alias is "latest", and must be the alias of a version, such as 3 or 3.1.',
    ),
    "sagemaker.RoleArn": (
        person(execution_role_arn=f"arn:aws:iam::{ACCOUNT}:role/team/x"),
        person(execution_role_arn="team1-x"),
        'studio_users[ada].execution_role_arn is "team1-x", and must be the ARN of a role.',
    ),
    "sagemaker.DomainId": (
        {"studio_domain_id": "d-abcdefghijkl"},
        {"studio_domain_id": "team1"},
        'studio_domain_id is "team1", and must be the id of a domain, such as d-abcdefghijkl.',
    ),
    "cognito-idp.UserPoolIdType": (
        {"studio_user_pool_id": f"{REGION}_aB3"},
        {"studio_user_pool_id": "people"},
        'studio_user_pool_id is "people", and must be the id of a user pool.',
    ),
    "cognito-idp.AttributeValueType": (
        person(email=f"{'a' * 2036}@example.com"),
        person(email=f"{'a' * 2037}@example.com"),
        "studio_users[ada].email is ",
    ),
    "cognito-idp.StringType": (
        provider(details={**OIDC["details"], "authorize_scopes": "s" * 131072}),
        provider(details={**OIDC["details"], "authorize_scopes": "s" * 131073}),
        "login_identity_provider.details[authorize_scopes] is ",
    ),
    "cloudwatch.ResourceList": (
        {"login_alarm_topic_arns": [f"{TOPIC}{number}" for number in range(5)]},
        {"login_alarm_topic_arns": [f"{TOPIC}{number}" for number in range(6)]},
        "login_alarm_topic_arns has 6 entries, and AWS takes at most 5.",
    ),
    "sagemaker.Subnets": (
        {"network_subnet_ids": ["subnet-0"] * 16, "network_vpc_id": "vpc-0123456789abcdef0"},
        {"network_subnet_ids": ["subnet-0"] * 17, "network_vpc_id": "vpc-0123456789abcdef0"},
        "network_subnet_ids has 17 entries, and AWS takes from 1 to 16.",
    ),
    "codeartifact.DomainName": (
        index(),
        index(domain="A"),
        'studio_package_index.domain is "A", and must be 2 to 50 of a-z, 0-9 and inner hyphens,',
    ),
    "codeartifact.RepositoryName": (
        index(repository="Py.thon_1-x"),
        index(repository="python/internal"),
        'studio_package_index.repository is "python/internal", and must be 2 to 100 letters,',
    ),
}


def test_every_bound_has_its_case():
    assert set(CASES) == set(BOUNDS)


@pytest.mark.parametrize("shape", CASES)
def test_value_that_fits_is_taken(shape):
    assert mistakes(CASES[shape][0]) == []


@pytest.mark.parametrize("shape", CASES)
def test_value_beyond_a_bound_is_refused_in_one_sentence(shape):
    _fits, options, sentence = CASES[shape]
    (found,) = mistakes(options)
    assert found.startswith(sentence) and found.endswith(".")


# Further values that do not fit, with what is said of them.
REFUSED = [
    (
        image(environment={"": "a"}),
        'studio_custom_images[geo].environment: the name is "", and must be a text of at',
    ),
    (
        image(environment={"PORT": 42}),
        'studio_custom_images[geo].environment: "PORT" with the value 42 must be two',
    ),
    (image(environment={"A": None}), 'environment: "A" with the value null must be two texts. YAML makes numbers and'),
    (image(environment={False: "a"}), 'environment: false with the value "a" must be two texts.'),
    (image(description="a\nb"), 'studio_custom_images[geo].description is "a\\nb", and must be one line'),
    (image(mount_path=""), 'studio_custom_images[geo].mount_path is "", and must be a path'),
    ({"studio_hidden_app_types": ["Jupyterlab"]}, "studio_hidden_app_types has Jupyterlab, and SageMaker knows"),
    (
        {"studio_default_instance_type": "ml.t3.mediums"},
        "studio_default_instance_type is ml.t3.mediums, which is no instance type of Studio's apps; did you mean ml",
    ),
    (
        {"studio_code_editor": {"instance_type": "large"}},
        "studio_code_editor.instance_type is large, which is no instance type of Studio's apps; did you mean",
    ),
    (
        {**person(), "studio_spaces": [{"name": "lab", "instance_type": "ml.m5.huge"}]},
        "studio_spaces[lab].instance_type is ml.m5.huge, which is no instance type",
    ),
    (
        {**person(), "studio_personal_spaces": [{"name": "own", "instance_type": "t3.medium"}]},
        "studio_personal_spaces[own].instance_type is t3.medium, which is no instance type",
    ),
    (
        {"studio_permissions_boundary_arn": "ReadOnly"},
        "studio_permissions_boundary_arn is ReadOnly, and is not",
    ),
    ({"studio_extra_policy_arns": [f"arn:aws:iam::aws:policy/{'a' * 2001}"]}, " is not the ARN of a managed policy."),
    ({"studio_infrequent_access_days": 7}, "studio_infrequent_access_days is 7, and S3 moves objects after 30 days"),
    ({"studio_infrequent_access_days": -1}, "studio_infrequent_access_days is -1, and S3 moves objects after 30 days"),
    ({"studio_backup_schedule": "cron(0 3 * * *)"}, "studio_backup_schedule must look like cron(0 3 ? * * *)"),
    ({"studio_backup_schedule": "daily"}, "studio_backup_schedule must look like cron(0 3 ? * * *)"),
    ({"studio_backup_days": 0}, "studio_backup_days must be at least 1"),
    ({"studio_key_deletion_days": 6}, "studio_key_deletion_days must be from 7 to 30"),
    ({"studio_key_deletion_days": 31}, "studio_key_deletion_days must be from 7 to 30"),
    ({"studio_old_versions_days": -1}, "studio_old_versions_days at least 0"),
    ({"studio_ebs_default_gb": 4}, "studio_ebs_default_gb and studio_ebs_maximum_gb must be from 5 to 16384"),
    ({"studio_ebs_maximum_gb": 16385}, "studio_ebs_default_gb and studio_ebs_maximum_gb must be from 5 to 16384"),
    ({"studio_jupyterlab": {"idle_timeout_maximum_minutes": 525601}}, "must be from 60 to 525600, in this order"),
    (
        person(email="ada at example.com"),
        "the email of ada, ada at example.com, is no address such as ada@",
    ),
    (person(name="a" * 64), "cannot be a sign-in name: Studio takes up to 63 letters"),
    (
        {"studio_budget": {"limit_usd": 5, "notify": ["a@b.example", "a@b.example"]}},
        "studio_budget: notify takes each address once.",
    ),
    ({"network_subnet_count": 0}, "network_subnet_count is 0, and must be from 1 to 16."),
    ({"network_subnet_count": 17}, "network_subnet_count is 17, and must be from 1 to 16."),
    ({"network_vpc_id": "main"}, "network_vpc_id has main, which is no id such as vpc-0123456789abcdef0."),
    ({"network_vpc_id": f"vpc-{'0' * 29}"}, "which is no id such as vpc-0123456789abcdef0."),
    (
        {"network_subnet_ids": ["10.0.0.0/24"], "network_vpc_id": "vpc-0123456789abcdef0"},
        "network_subnet_ids has 10.0.0.0/24, which is no id such as subnet-0123",
    ),
    ({"network_extra_services": ["CodeArtifact API"]}, "network_extra_services has CodeArtifact API, which is no name"),
    ({"network_foreign_bucket_arns": ["models"]}, "network_foreign_bucket_arns has models, which is no ARN in S3."),
    ({"network_log_retention_days": 100}, "network_log_retention_days is 100, and must be one of 1, 3, 5,"),
    ({"network_browser_cidrs": ["10.0.0.0/33"]}, "network_browser_cidrs: '10.0.0.0/33' is not an IPv4 range"),
    ({"network_image_owner_ids": ["42"]}, "network_image_owner_ids has 42, and an account has 12 digits."),
    ({"network_package_owner_ids": ["42"]}, "network_package_owner_ids has 42, and an account has 12 digits."),
    ({"login_log_retention_days": 0}, "login_log_retention_days is 0, and must be one of 1, 3, 5,"),
    ({"login_user_pool_id": "people"}, 'login_user_pool_id is "people", and must be the id of a user pool.'),
    ({"login_function_runtime": "python3"}, "login_function_runtime is python3, and must be one of python3.10,"),
    (
        {"login_web_acl_arn": "portal"},
        "login_web_acl_arn is portal, and must be the ARN of a regional web",
    ),
    ({"login_alarm_topic_arns": [f"{TOPIC}a b"]}, "a b, which is not the ARN of an SNS topic."),
    ({"login_web_acl_arn": WEB_ACL.replace("regional", "global") + "a/b"}, "must be the ARN of a regional web ACL"),
    ({"login_throttling_rate_limit": 0}, "login_throttling_rate_limit is 0, and must be more than 0."),
    ({"login_throttling_burst_limit": -1}, "login_throttling_burst_limit is -1, and must be more than 0."),
    ({"login_refused_alarm_threshold": 0}, "login_refused_alarm_threshold is 0, and must be more than 0."),
    ({"login_organisation_name": "a" * 3073}, "login_organisation_name, login_logo_text, login_help_url and"),
    ({"login_password_policy": {"minimum_length": 5}}, "login_password_policy.minimum_length must be from 6 to 99."),
    (
        {"login_password_policy": {"temporary_password_validity_days": 0}},
        "login_password_policy.temporary_password_validity_days must be from 1 to 365.",
    ),
    ({"login_session_seconds": 1799}, "login_session_seconds must be from 1800 to 43200."),
    ({"login_url_lifetime_seconds": 61}, "login_url_lifetime_seconds must be from 5 to 60."),
    ({"login_domain_prefix": "my-aws-login"}, "login_domain_prefix my-aws-login must be 1 to 63 of a-z,"),
    ({"login_callback_urls": ["https://a.example/ b"]}, "login_callback_urls: https://a.example/ b must have no space"),
    ({"login_callback_urls": ["https://a.example/#b"]}, "login_callback_urls: https://a.example/#b must have no space"),
    ({"login_callback_urls": [f"https://{'a' * 1017}"]}, "has 1025 characters; Cognito takes 1024."),
    (
        {"login_callback_urls": ["https://a.example/"] * 101},
        "login_callback_urls has 101 addresses; Cognito takes",
    ),
    (provider(name="ad"), "login_identity_provider.name must be 3 to 32 letters, digits and inner hyphens."),
    (provider(name="cor_porate"), "login_identity_provider.name must be 3 to 32 letters, digits and inner hyphens."),
    (provider(teams={"team1": "admins"}), 'login_identity_provider.teams[team1] is "admins", and must be a list of'),
    (provider(teams={7: ["admins"]}), "login_identity_provider.teams has the team 7, which is no text. YAML makes"),
    (provider(teams={"t" * 4000: []}), "login_identity_provider.teams takes 4008 bytes, and a function's environment"),
    (provider(groups_attribute=""), "login_identity_provider.groups_attribute is empty, and must name an attribute"),
    (
        provider(details={**OIDC["details"], "attributes_request_method": True}),
        "login_identity_provider.details[attributes_request_method] must be a text. YAML makes",
    ),
]
ALLOW = {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}


@pytest.mark.parametrize(("options", "sentence"), REFUSED)
def test_further_values_are_refused_in_one_sentence(options, sentence):
    (found,) = mistakes(options)
    assert sentence in found


@pytest.mark.parametrize(
    ("statement", "sentence"),
    [
        ({**ALLOW, "Effect": "allow"}, '.lead[0] needs Allow or Deny as its Effect, which is "allow".'),
        ({**ALLOW, "NotAction": "s3:Get*"}, ".lead[0] needs Action or NotAction, one of them."),
        ({"Effect": "Deny", "Resource": "*"}, ".lead[0] needs Action or NotAction, one of them."),
        ({**ALLOW, "Conditions": {}}, ".lead[0].Conditions is not an option; did you mean Condition?"),
        ({**ALLOW, "Principal": "*"}, ".lead[0].Principal is not an option."),
        ({**ALLOW, "Sid": "read data"}, '.lead[0] has the Sid "read data", and IAM takes letters and digits.'),
        ({**ALLOW, "Resource": "x" * 10240}, ".lead makes inline policies of 1"),
    ],
)
def test_statement_that_iam_refuses_is_told(statement, sentence):
    (found,) = mistakes({**person(), "studio_extra_statements": {"lead": [statement]}})
    assert found.startswith(f"studio_extra_statements{sentence}"), found


def test_statements_of_one_name_are_told():
    twice = [{**ALLOW, "Sid": "Read"}, {**ALLOW, "Sid": "Read"}]
    assert mistakes({"studio_extra_statements": {"lead": twice}}) == [
        "studio_extra_statements.lead has a Sid twice, and IAM wants each once."
    ]
    assert mistakes({"studio_extra_statements": {"lead": twice[:1], "data-scientist": twice[1:]}}) == []


def test_policy_that_is_too_long_is_told():
    allowed = [f"ml.m5.{'?' * number}*" for number in range(120)]
    found = mistakes({"studio_allowed_instance_types": ["ml.t3.medium", *allowed]})
    assert "make a policy of " in found[-1]
