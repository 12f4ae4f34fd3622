# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""All policy documents of the roles: within AWS's limits, and clean for parliament and cloudsplaining."""

from __future__ import annotations

import json
from unittest import mock

import parliament
import parliament.statement
import pytest
from cloudsplaining.scan.policy_document import PolicyDocument

from ansible_collections.mlplatform.studio.plugins.module_utils._blueprint.access import POLICIES
from ansible_collections.mlplatform.studio.plugins.module_utils._blueprint.policies.trusts import own_role_policy
from ansible_collections.mlplatform.studio.plugins.module_utils._blueprint.team import PERSONAS
from tests.unit.policies.rendering import execution_policies, execution_trusts, login, network, team, team_with

TEAMS = {"short": ("t", "pl"), "usual": ("team1", "sagemaker-studio"), "longest": ("t" * 24, "p" * 20)}
ROLE = "arn:aws:iam::111111111111:role/itself"
LONG_ROLE = f"arn:aws-us-gov:iam::111111111111:role/{'r' * 64}"
VARIABLES = {"sagemaker:DomainId": "d-aaaaaaaaaaaa", "sagemaker:UserProfileName": "ada"}


# A team that uses everything from which rights follow.
ALL_OPTIONS = team_with(
    studio_allowed_instance_types=["ml.t3.*"],
    studio_package_index={"type": "codeartifact", "domain": "packages", "repository": "python"},
    studio_custom_images=[{"name": "geo", "image_uri": "111111111111.dkr.ecr.eu-central-1.amazonaws.com/geo:1.4"}],
)


def documents():
    """Everything that the three roles give to AWS: name -> (kind, document)."""
    identity = {
        **execution_policies(),
        "options": ALL_OPTIONS.documents["options"],
        "own_role": own_role_policy(team("t" * 24, "p" * 20).names, "p" * 63),
        "presigned_url": login(login_profile_role_arns=[LONG_ROLE] * 40, login_live_group_check=True).documents[
            "presigned_url"
        ],
        "private_presigned_url": login(
            login_endpoint_type="private", login_tracing=True, login_network={"vpc_endpoints": {}}
        ).documents["presigned_url"],
        "token_groups": login().documents["token_groups"],
        "flow_log": network().documents["flow_log"],
    }
    trusts = {
        **execution_trusts(),
        "function": login().documents["function_trust"],
        "gateway": login().documents["gateway_trust"],
        "flow_log": network().documents["flow_log_trust"],
    }
    buckets = {each: team().plan[f"{each}_bucket"]["policy"] for each in ("data", "access_log")}
    endpoints = {each: network().documents[each] for each in ("interface", "s3")}
    kinds = {"identity": identity, "trust": trusts, "bucket": buckets, "endpoint": endpoints}
    kinds["key"] = {"team": team().plan["key"]["policy"]}
    return {f"{kind} {name}": (kind, document) for kind, named in kinds.items() for name, document in named.items()}


DOCUMENTS = documents()
# IAM, STS, KMS, S3 and EC2 quotas, in characters. IAM does not count white space; a policy is sent without any.
LIMITS = {"identity": 6144, "trust": 2048, "key": 32768, "bucket": 20480, "endpoint": 20480}

# Calls that answer with a token of another service, which then decides on its own.
TOKENS = {"codeartifact:GetAuthorizationToken", "ecr:GetAuthorizationToken", "sts:GetServiceBearerToken"}

# parliament's findings that stay: (document, issue, what it is about) -> why.
PUBLIC_HUB = "arn:aws:sagemaker:eu-central-1:aws:hub"
CLUSTER = "sagemaker:CreateCluster"
UNKNOWN = "Unknown condition lambda:SourceFunctionArn for action"
# What Lambda asks for on everything before it puts a function into a VPC; denied to the function itself.
INTERFACES = (
    "AssignPrivateIpAddresses",
    "CreateNetworkInterface",
    "DeleteNetworkInterface",
    "UnassignPrivateIpAddresses",
)
ACCEPTED = {
    ("identity studio", "INVALID_ARN", f"{PUBLIC_HUB}/SageMakerPublicHub"): "the account of AWS's model hub is 'aws'",
    ("identity studio", "INVALID_ARN", f"{PUBLIC_HUB}-content/SageMakerPublicHub/*"): "the same",
    ("identity jobs", "RESOURCE_MISMATCH", "sagemaker:CreateEndpoint"): "its configuration is allowed by its tag",
    ("identity jobs", "RESOURCE_MISMATCH", "sagemaker:CreateTrial"): "its experiment is allowed by its tag",
    ("identity jobs", "RESOURCE_MISMATCH", "sagemaker:DescribeLineageGroup"): "one of Describe*; not wanted",
    (
        "identity operations",
        "RESOURCE_MISMATCH",
        "ec2:CreateNetworkInterface",
    ): "the team's group has its own statement",
    ("identity operations", "RESOURCE_MISMATCH", "sagemaker-mlflow:AccessUI"): "one of *; allowed in LookAround",
    **dict.fromkeys(
        (
            ("identity studio", "UNKNOWN_ACTION", "sagemaker:ListMlflowApps"),
            *(
                ("identity operations", "UNKNOWN_ACTION", f"sagemaker:{call}")
                for call in ("CallMlflowAppApi", "CreatePresignedMlflowAppUrl", "DescribeMlflowApp")
            ),
        ),
        "the linter's copy of the Service Authorization Reference is older than MLflow apps",
    ),
    **dict.fromkeys(
        (
            ("identity options", "UNKNOWN_CONDITION_FOR_ACTION", f"Unknown condition {key} for action {CLUSTER}")
            for key in ("sagemaker:VpcSubnets", "sagemaker:VpcSecurityGroupIds")
        ),
        "the linter's copy of the Service Authorization Reference is older than the keys of that call",
    ),
    **dict.fromkeys(
        (("identity private_presigned_url", "RESOURCE_STAR", f"ec2:{call}") for call in INTERFACES),
        "Lambda checks these on everything before it puts a function into a VPC",
    ),
    **dict.fromkeys(
        (
            ("identity private_presigned_url", "UNKNOWN_CONDITION_FOR_ACTION", f"{UNKNOWN} ec2:{call}")
            for call in (*INTERFACES, "DescribeNetworkInterfaces", "DescribeSubnets")
        ),
        "Lambda sets this key on every call of a function (Lambda developer guide, lambda:SourceFunctionArn)",
    ),
}


@pytest.mark.parametrize("name", DOCUMENTS)
def test_form(name):
    kind, document = DOCUMENTS[name]
    assert set(document) == {"Version", "Statement"}
    assert document["Version"] == "2012-10-17"
    sids = [statement["Sid"] for statement in document["Statement"]]
    assert len(set(sids)) == len(sids)
    assert all(sid.isalnum() for sid in sids)
    assert {statement["Effect"] for statement in document["Statement"]} <= {"Allow", "Deny"}
    assert size(document) <= LIMITS[kind]


@pytest.mark.parametrize("names", TEAMS.values(), ids=TEAMS)
def test_execution_policies_fit_for_every_name(names):
    sizes = {
        policy: len(json.dumps(text, separators=(",", ":"))) for policy, text in execution_policies(*names).items()
    }
    assert max(sizes.values()) <= 6144


def test_attachments_fit():
    """IAM quotas: 10 managed policies per role unless raised; one statement name never means two things in a role."""
    personas, policies = team().carried, execution_policies()
    assert {each for names in personas.values() for each in names} == set(policies)
    for names in personas.values():
        assert len(names) <= 10
        sids = [statement["Sid"] for name in names for statement in policies[name]["Statement"]]
        assert len(set(sids)) == len(sids)


def test_names_of_roles_and_policies_fit():
    for names in TEAMS.values():
        assert max(map(len, map(team(*names).names.role, PERSONAS))) <= 64
        assert max(map(len, map(team(*names).names.policy, POLICIES))) <= 128


def findings(name):
    """parliament's findings, as (document, issue, subject), on a document as AWS sees it: its variables filled in."""
    kind, document = DOCUMENTS[name]
    text = json.dumps(document)
    for variable, value in VARIABLES.items():
        text = text.replace(f"${{{variable}}}", value)
    if kind == "trust":
        # A trust policy has no resource, parliament wants one (IAM guide, Resource element).
        plain = json.loads(text)
        text = json.dumps({**plain, "Statement": [{**each, "Resource": ROLE} for each in plain["Statement"]]})
    found = parliament_findings(json.loads(text))
    # In a key policy * is the key (KMS guide, key policies).
    return {(name, issue, subject) for issue, subject in found if (kind, issue) != ("key", "RESOURCE_STAR")}


def parliament_findings(document):
    """parliament's findings on a document, as (issue, subject)."""
    translate = parliament.statement.translate_documentation_types
    # parliament 1.6.4 stumbles over a type that its own data has.
    with mock.patch.object(
        parliament.statement, "translate_documentation_types", lambda each: translate(each.replace("ArrayOfARN", "ARN"))
    ):
        found = parliament.analyze_policy_string(json.dumps(document)).findings
    return {(each.issue, subject) for each in found for subject in subjects(each)}


def size(document):
    """The characters of a document as IAM counts them."""
    return len(json.dumps(document, separators=(",", ":")))


def subjects(finding):
    """What a finding is about: its actions, or else the place or the text."""
    if isinstance(finding.detail, list):
        return [each["action"] if isinstance(each, dict) else each for each in finding.detail]
    return [finding.location.get("string") or str(finding.detail)]


# Endpoint policies speak of all services at once, which parliament calls a mistake; test_resource_policies judges them.
LINTED = [each for each in DOCUMENTS if not each.startswith("endpoint")]


@pytest.mark.parametrize("name", LINTED)
def test_parliament(name):
    assert findings(name) - set(ACCEPTED) == set()


def test_every_accepted_finding_still_exists():
    assert set(ACCEPTED) - {each for name in LINTED for each in findings(name)} == set()


def test_parliament_finds_what_is_wrong():
    wrong = {"Sid": "Wrong", "Effect": "Allow", "Action": "sagemaker:NoSuchAction", "Resource": "*"}
    with mock.patch.dict(DOCUMENTS, {"wrong": ("identity", {"Version": "2012-10-17", "Statement": [wrong]})}):
        assert {issue for _, issue, _ in findings("wrong")} == {"UNKNOWN_ACTION"}


@pytest.mark.parametrize("name", [each for each in DOCUMENTS if each.startswith("identity")])
def test_cloudsplaining(name):
    document = PolicyDocument(DOCUMENTS[name][1])
    assert document.allows_privilege_escalation == []
    assert document.allows_data_exfiltration_actions == []
    assert document.permissions_management_without_constraints == []
    wide = {f"ec2:{call}" for call in INTERFACES} if "private" in name else set()
    assert set(document.write_actions_without_constraints) == wide
    assert document.service_wildcard == []
    # A token for registries opens no image by itself: each pull is decided on its repository. So it is with packages.
    assert set(document.credentials_exposure) <= TOKENS


@pytest.mark.parametrize("persona", ["data-scientist", "lead", "space"])
def test_cloudsplaining_on_a_whole_role(persona):
    """Two harmless policies can be harmful together."""
    policies = execution_policies()
    statements = [s for name in team().carried[persona] for s in policies[name]["Statement"]]
    assert PolicyDocument({"Version": "2012-10-17", "Statement": statements}).allows_privilege_escalation == []


def test_cloudsplaining_finds_what_is_wrong():
    wrong = [
        {"Effect": "Allow", "Action": ["iam:PassRole", "sagemaker:CreateTrainingJob", "s3:GetObject"], "Resource": "*"}
    ]
    document = PolicyDocument({"Version": "2012-10-17", "Statement": wrong})
    assert document.allows_data_exfiltration_actions == ["s3:GetObject"]
    assert document.permissions_management_without_constraints == ["iam:PassRole"]
