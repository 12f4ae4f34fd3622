# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the preflight wants of an account, and what it says of answers."""

import dataclasses
from fnmatch import fnmatchcase

import pytest

from ansible_collections.mlplatform.studio.plugins.module_utils._blueprint import preflight
from ansible_collections.mlplatform.studio.plugins.module_utils._blueprint.network import Network
from ansible_collections.mlplatform.studio.plugins.module_utils._blueprint.platform import Platform
from ansible_collections.mlplatform.studio.plugins.module_utils._blueprint.preflight import FINE, UNKNOWN, WILL_FAIL
from ansible_collections.mlplatform.studio.plugins.module_utils._blueprint.preflight_quotas import (
    OF_IAM,
    QUOTAS,
    Used,
    app_lines,
    misnamed,
    quota_line,
)
from ansible_collections.mlplatform.studio.plugins.module_utils._blueprint.preflight_rights import (
    EXAMPLES,
    Question,
    Right,
    in_regions,
    policies_of_platform,
    policies_of_team,
    questions,
    rights_line,
)
from ansible_collections.mlplatform.studio.plugins.module_utils._blueprint.preflight_wants import Wants, invited_people
from ansible_collections.mlplatform.studio.plugins.module_utils._blueprint.sign_in import SignIn
from ansible_collections.mlplatform.studio.plugins.module_utils._blueprint.team import Person, Space, Team

PLACE = Platform("ml", "eu-central-1", "111111111111")
ADA, EMMY = Person("ada", email="ada@example.com"), Person("emmy", password="Analytical-Engine-1843")
TEAM = Team("team1", PLACE, users=(ADA, EMMY), spaces=(Space("lab", instance_type="ml.m5.large"),))
WANTS = Wants(Network(PLACE, services=("sts", "sagemaker.api")), SignIn(PLACE), (TEAM,))
VPCS = next(quota for quota in QUOTAS if quota.wanted == "vpcs")
RULES = next(quota for quota in QUOTAS if quota.wanted == "most_rules")
VERSIONS = {"ansible-core": "2.19.1", "amazon.aws": "10.1.2", "boto3": "1.40.0", "botocore": "1.40.0"}


PRIVATE = Wants(Network(PLACE, private_api=True), SignIn(PLACE, endpoint_type="private"))


def test_wants_are_what_the_plans_make():
    assert WANTS.endpoints == ["com.amazonaws.eu-central-1.sts", "com.amazonaws.eu-central-1.sagemaker.api"]
    assert WANTS.vpcs == ["ml"]
    assert WANTS.groups == [
        "ml-clients",
        "ml-endpoints",
        TEAM.names.security_group,
        "team1 inbound NFS",
        "team1 outbound NFS",
    ]
    # Flow logs, two functions, API Gateway's logs; three personas and two people.
    assert (len(WANTS.roles), len(set(WANTS.roles))) == (9, 9)
    assert len(WANTS.policies) == 4 + 6
    assert (WANTS.domains, WANTS.profiles, WANTS.spaces) == (["team1"], ["team1/ada", "team1/emmy"], ["team1/lab"])
    assert invited_people(WANTS.teams) == 1
    assert WANTS.app_types == {
        ("JupyterLab", "ml.t3.medium"): 2,
        ("CodeEditor", "ml.t3.medium"): 2,
        ("JupyterLab", "ml.m5.large"): 2,
    }


def test_private_sign_in_wants_a_group_and_an_endpoint_more():
    assert PRIVATE.endpoints == ["com.amazonaws.eu-central-1.execute-api"]
    assert "ml-sign-in" in PRIVATE.groups
    assert "ml-browsers" in PRIVATE.groups


def test_what_is_taken_over_is_not_wanted():
    adopting = Wants(Network(PLACE, vpc_id="vpc-1"), SignIn(PLACE, user_pool_id="eu-central-1_a"))
    assert (adopting.vpcs, adopting.user_pools) == ([], [])


@pytest.mark.parametrize(
    ("limit", "wanted", "used", "verdict"),
    [
        (5, ["ml"], Used(4), FINE),
        (5, ["ml"], Used(5), WILL_FAIL),
        # What is there already is no more than is in use.
        (5, ["ml"], Used(5, ["ml"]), FINE),
        (5, ["ml", "other"], Used(4, ["ml"]), FINE),
        # Less was granted than is in use, and nothing new is wanted.
        (3, ["ml"], Used(5, ["ml"]), FINE),
    ],
)
def test_quota_counts_what_is_new_alone(limit, wanted, used, verdict):
    assert quota_line(VPCS, limit, wanted, used, "here").verdict == verdict


def test_full_quota_says_what_to_ask_aws_for():
    line = quota_line(VPCS, 5, ["ml"], Used(5), "eu-central-1")
    assert line.about == "quota VPCs per Region"
    assert line.text == (
        "It is 5 in eu-central-1: 5 in use, 1 more wanted. Ask AWS for 6 at least (Service Quotas, Amazon VPC, "
        '"VPCs per Region"), or delete what nobody needs.'
    )


def test_quota_of_one_thing_is_compared_with_the_largest():
    assert quota_line(RULES, 60, 61, Used(), "here").verdict == WILL_FAIL
    assert quota_line(RULES, 60, 60, Used(), "here").verdict == FINE


def test_code_of_another_name_is_not_believed():
    assert misnamed(VPCS, "Something else").verdict == UNKNOWN


def test_every_quota_has_a_source_and_is_of_something_that_is_wanted():
    assert all(quota.source for quota in (*QUOTAS, *OF_IAM))
    assert all(quota.code.startswith("L-") for quota in QUOTAS)
    of_apis = {"regional_apis", "private_apis"}
    assert all(hasattr(WANTS, quota.wanted) for quota in (*QUOTAS, *OF_IAM) if quota.wanted not in of_apis)


@pytest.mark.parametrize("ending", ["instance", "instances"])
def test_apps_need_a_quota_above_none(ending):
    wanted = {("JupyterLab", name): 3 for name in ("ml.t3.medium", "ml.g5.xlarge", "ml.p5.48xlarge")}
    limits = {
        f"Studio JupyterLab Apps running on ml.t3.medium {ending}": 2.0,
        f"Studio JupyterLab Apps running on ml.g5.xlarge {ending}": 0.0,
        f"Studio CodeEditor Apps running on ml.p5.48xlarge {ending}": 5.0,
        "ml.p5.48xlarge for training job usage": 1.0,
    }
    verdicts = {line.about: line.verdict for line in app_lines(wanted, limits)}
    assert verdicts == {
        "quota of JupyterLab apps on ml.t3.medium": FINE,
        "quota of JupyterLab apps on ml.g5.xlarge": WILL_FAIL,
        "quota of JupyterLab apps on ml.p5.48xlarge": UNKNOWN,
    }


ALL_POLICIES = {**policies_of_platform(PLACE), **policies_of_team(TEAM)}


@pytest.mark.parametrize("name", sorted(ALL_POLICIES))
def test_questions_have_no_wildcards_and_stand_for_every_action(name):
    """The simulator takes none in names of actions, and compares resources as they are."""
    for statement, question in zip(
        [one for one in ALL_POLICIES[name]["Statement"] if one["Effect"] == "Allow"],
        questions(ALL_POLICIES[name]),
        strict=True,
    ):
        assert not [action for action in question.actions if "*" in action], statement["Sid"]
        for pattern in statement["Action"]:
            assert [action for action in question.actions if fnmatchcase(action, pattern)], pattern
        resources = statement["Resource"]
        assert question.resource == "*" or "*" not in question.resource
        assert fnmatchcase(question.resource, resources if isinstance(resources, str) else resources[0])


def test_every_example_is_one_of_its_pattern():
    assert [pattern for pattern, action in EXAMPLES.items() if not fnmatchcase(action, pattern)] == []


def test_context_is_that_in_which_a_statement_allows():
    (asked,) = (one for one in questions(ALL_POLICIES["platform-network"]) if one.actions == ("ec2:CreateVpc",))
    assert asked.context == (("aws:RequestTag/Platform", ("ml",), False),)
    turns = [one for one in questions(ALL_POLICIES["team-data"]) if "dynamodb:PutItem" in one.actions]
    assert [key for one in turns for key in one.context if key[0] == "dynamodb:LeadingKeys" and key[2]]


def test_roles_without_a_boundary_are_asked_about_without_one():
    def keys(bounded):
        return {key for one in questions(ALL_POLICIES["team-access"], bounded) for key, *_rest in one.context}

    assert "iam:PermissionsBoundary" in keys(True)
    assert "iam:PermissionsBoundary" not in keys(False)


def test_missing_rights_are_named_and_who_refuses_them():
    line = rights_line("policy x", [Right("a:B", True), Right("a:C", False), Right("a:D", False, "the organization")])
    assert line.verdict == WILL_FAIL
    assert line.text.startswith("Not allowed: a:C, a:D, refused by the organization. Attach the policy")
    many = rights_line("policy x", [Right(f"a:{letter}", False) for letter in "ABCDEFGH"])
    assert "and 2 more" in many.text
    assert rights_line("policy x", [Right("a:B", True)]).verdict == FINE


@pytest.mark.parametrize(
    ("line", "verdict", "said"),
    [
        (preflight.identity({"Account": "1", "Arn": "arn:aws:iam::1:root"}, "1"), FINE, "partition aws"),
        (preflight.identity({"Account": "1", "Arn": "arn:aws:iam::1:root"}, ""), FINE, "account 1"),
        (preflight.identity({"Account": "1", "Arn": "arn:aws:iam::1:root"}, "2"), WILL_FAIL, "for account 2"),
        (preflight.nobody("ExpiredToken: no."), WILL_FAIL, "get new ones"),
        (preflight.nobody("no answer\nx-amz-security-token: abc"), WILL_FAIL, "no answer"),
        (preflight.region("eu-x", [{"RegionName": "eu-x", "OptInStatus": "opted-in"}]), FINE, "is on"),
        (preflight.region("eu-x", [{"RegionName": "eu-x", "OptInStatus": "not-opted-in"}]), WILL_FAIL, "Enable it"),
        (preflight.region("eu-x", []), WILL_FAIL, "Correct aws_region"),
        (preflight.clock(-299.0), FINE, "within 300 seconds"),
        (preflight.clock(300.2), WILL_FAIL, "300 seconds ahead"),
        (preflight.domain_prefix("ml", "", []), FINE, "is free"),
        (preflight.domain_prefix("ml", "pool-1", ["pool-1"]), FINE, "already"),
        (preflight.domain_prefix("ml", "pool-2", ["pool-1"]), WILL_FAIL, "pool-2"),
        (preflight.bucket("b", 404), FINE, "free"),
        (preflight.bucket("b", 200), FINE, "already"),
        (preflight.bucket("b", 403), WILL_FAIL, "another account's"),
        (preflight.api_log_role("", True, False), WILL_FAIL, "no role"),
        (preflight.api_log_role("", True, True), FINE, "A run sets it"),
        (preflight.api_log_role("", False, False), FINE, "Nothing is logged"),
        (preflight.linked_role("s", True, None), FINE, "exists"),
        (preflight.linked_role("s", False, None), UNKNOWN, "not told"),
        (preflight.linked_role("s", False, False), WILL_FAIL, "allow iam:CreateServiceLinkedRole for s"),
        (preflight.invitations(50, None, False), FINE, "50 people"),
        (preflight.invitations(51, None, False), WILL_FAIL, "on several days"),
        (preflight.invitations(1, True, True), WILL_FAIL, "sandbox"),
        (preflight.invitations(0, True, True), FINE, "0 people"),
        (preflight.invitations(90, False, True), FINE, "through SES"),
        (preflight.concurrency(39, 40), WILL_FAIL, "bursts of 40"),
        (preflight.concurrency(40, 40), FINE, "40 at once"),
    ],
)
def test_verdict_follows_from_the_answer(line, verdict, said):
    assert (line.verdict, said in line.text) == (verdict, True), line
    assert "\n" not in preflight.in_words(line.told, "main")
    assert "abc" not in line.text


def test_versions_are_compared_as_numbers_and_homes_need_newer_ones():
    verdicts = {line.about: line.verdict for line in preflight.versions(VERSIONS, needs_no_home=False)}
    assert set(verdicts.values()) == {FINE}
    older = preflight.versions({**VERSIONS, "amazon.aws": "9.5.0", "ansible-core": ""}, needs_no_home=True)
    assert {line.about: line.verdict for line in older} == {
        "ansible-core": UNKNOWN,
        "amazon.aws": WILL_FAIL,
        "boto3": WILL_FAIL,
        "botocore": WILL_FAIL,
    }


def test_type_that_studio_has_not_is_named_with_the_nearest():
    (line,) = preflight.instance_types(["ml.t3.medium", "ml.t3.mediun"])
    assert (line.verdict, "Did you mean ml.t3.medium?" in line.text) == (WILL_FAIL, True)


def test_line_that_travels_is_what_it_was():
    line = preflight.fine("a", "b")
    assert line.told == dataclasses.asdict(line) == {"about": "a", "verdict": FINE, "text": "b"}


def test_every_action_is_asked_about_in_the_region_that_aws_sees_it_in():
    """The simulator knows no region but the one that it is told, and rights are often bound to one."""
    about = ("aws:ResourceTag/Platform", ("ml",), False)
    here, there = (("aws:RequestedRegion", (region,), False) for region in ("eu-central-1", "us-east-1"))
    asked = Question(("iam:ListRoles", "ec2:DescribeVpcs", "iam:GetRole"), "*", (about, there))
    assert in_regions(asked, "eu-central-1", "us-east-1") == [
        Question(("iam:ListRoles", "iam:GetRole"), "*", (about, there)),
        Question(("ec2:DescribeVpcs",), "*", (about, here)),
    ]
