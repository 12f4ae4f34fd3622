# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The policies of those who run the playbooks: within one managed policy each, and as docs/iam shows them."""

from __future__ import annotations

import pytest
from cloudsplaining.scan.policy_document import PolicyDocument

from tests.unit.policies.operators import DOMAIN, EXAMPLE, FOLDER, LONGEST, Names, files, policies, team_boundary
from tests.unit.policies.test_documents import LIMITS, parliament_findings, size

POLICIES = policies()
LONGEST_BOUNDARY = f"arn:aws-us-gov:iam::111111111111:policy/{'b' * 128}"
# parliament's findings that stay: (policy, issue, what it is about) -> why.
ACCEPTED = {
    **dict.fromkeys(
        (
            ("platform-sign-in", "UNKNOWN_ACTION", f"cognito-idp:{verb}UserPoolClientSecret")
            for verb in ("Add", "Delete")
        ),
        "the linter's copy of the Service Authorization Reference is older than second secrets of app clients",
    ),
    **dict.fromkeys(
        (
            ("platform-network", "RESOURCE_MISMATCH", f"ec2:{call}")
            for call in ("CreateRouteTable", "CreateSubnet", "CreateVpcEndpoint", "ModifyVpcEndpoint")
        ),
        "what a call makes and what it works on have a statement each",
    ),
    **dict.fromkeys(
        [
            ("team-access", "RESOURCE_MISMATCH", "ec2:CreateSecurityGroup"),
            ("team-data", "RESOURCE_MISMATCH", "kms:CreateAlias"),
            ("team-data", "RESOURCE_MISMATCH", "kms:UpdateAlias"),
            ("team-removal", "RESOURCE_MISMATCH", "kms:DeleteAlias"),
        ],
        "what a call makes and what it works on have a statement each",
    ),
    ("team-data", "RESOURCE_STAR", "kms:TagResource"): "a key has no ARN before it is made",
    (
        "team-access",
        "MISMATCHED_TYPE_BUT_USABLE",
        "Type mismatch: StringEquals requires a value of type String but given Arn",
    ): "IAM's guide compares the ARN of a permissions boundary so",
}
# What cloudsplaining calls a way to more rights. Who makes roles and the functions that take them decides on rights.
ESCALATIONS = {name: set() for name in POLICIES}
# parliament's kinds of findings that stay, one each for many actions: (policy, issue).
ACCEPTED_KINDS = {
    # Most things of most services have ids of AWS's, and the account of an acceptance has nothing else.
    ("acceptance", "RESOURCE_STAR"),
    # Its patterns also fit actions that AWS binds to no name: there they allow nothing.
    ("acceptance", "RESOURCE_MISMATCH"),
    # Names, settings and policies may be read on everything.
    ("reader", "RESOURCE_STAR"),
    ("team-reader", "RESOURCE_STAR"),
    # Who builds a team writes the policies of its buckets, and so decides on their objects; docs/operators.md says so.
    ("team-data", "RESOURCE_POLICY_PRIVILEGE_ESCALATION"),
    # A boundary gives nothing. It must be short, and so has patterns of actions.
    ("team-boundary", "RESOURCE_MISMATCH"),
    ("team-boundary", "RESOURCE_STAR"),
}


def test_folder_shows_the_policies_as_they_are():
    found = {path.name: path.read_text() for path in FOLDER.iterdir()}
    assert found == files(), "run: python -m tests.unit.policies.operators"


@pytest.mark.parametrize("name", POLICIES)
def test_policy_fits_into_one_managed_policy_for_every_name(name):
    assert size(policies(LONGEST, "t" * 24, LONGEST_BOUNDARY, f"d-{'0' * 61}")[name]) <= LIMITS["identity"]


def test_boundary_with_all_that_options_add_fits_too():
    boundary = team_boundary(Names(LONGEST, "t" * 24), schedules=True, job_file_system_ids=["fs-0123456789abcdef0"])
    assert size(boundary) <= LIMITS["identity"]


@pytest.mark.parametrize("name", POLICIES)
def test_statements_have_names_of_their_own(name):
    sids = [statement["Sid"] for statement in POLICIES[name]["Statement"]]
    assert len(set(sids)) == len(sids)
    assert all(sid.isalnum() for sid in sids)


def findings(name):
    found = {(name, issue, subject) for issue, subject in parliament_findings(POLICIES[name])}
    return {finding for finding in found if finding[:2] not in ACCEPTED_KINDS}


@pytest.mark.parametrize("name", POLICIES)
def test_parliament(name):
    assert findings(name) - set(ACCEPTED) == set()


def test_every_accepted_finding_still_exists():
    assert set(ACCEPTED) - {each for name in POLICIES for each in findings(name)} == set()


@pytest.mark.parametrize("name", POLICIES)
def test_cloudsplaining(name):
    found = PolicyDocument(POLICIES[name]).allows_privilege_escalation
    assert {each["type"] for each in found} == ESCALATIONS[name]


def unbound(names, word):
    """The statements that do not name a platform or team, by their policies."""
    return [
        (name, statement["Sid"])
        for name in names
        for statement in POLICIES[name]["Statement"]
        if word not in str(statement)
    ]


def test_nothing_is_allowed_on_what_another_platform_has():
    """Every statement that writes is bound to the platform: by its tag, or by the names of its things."""
    assert unbound(("platform-network", "platform-sign-in"), EXAMPLE.name) == [
        ("platform-network", "RouteInTakenOverVpc"),
        ("platform-network", "EmptyDefaultGroup"),
        ("platform-sign-in", "MakeRoleOfCognitosMail"),
        ("platform-sign-in", "LogsOfAllApis"),
        ("platform-sign-in", "WebAcl"),
    ]


def test_nothing_is_allowed_on_what_another_team_has():
    """Every statement that writes is bound to the team: by its tag, or by the names of its things."""
    assert unbound(("team-studio", "team-access", "team-data", "team-removal"), "team1") == [
        ("team-studio", "MakeHomes"),
        ("team-studio", "MakeRoleOfSageMaker"),
        ("team-access", "People"),
        ("team-access", "MakeGroupInVpc"),
        ("team-data", "StorageOfVaults"),
        # The domain is the team's.
        ("team-removal", "TakeDownLogsOfApps"),
    ]


def test_profiles_and_spaces_of_other_domains_are_out_of_reach_once_the_team_has_its_own():
    """As long as it has none, the policies are wider; docs/operators.md says so."""
    first, then = policies(domain_id=""), POLICIES
    for found, domain in ((first, "d-*"), (then, DOMAIN)):
        patterns = {arn.split(":", 5)[5] for name in found for arn in arns_of(found[name]) if "/d-" in arn}
        assert patterns == {f"space/{domain}/*", f"user-profile/{domain}/*"}
        assert f"domain/{domain}" in str(found["team-studio"])


def arns_of(policy):
    """The resources of its statements that make something of SageMaker's."""
    making = [one for one in policy["Statement"] if "sagemaker:CreateSpace" in one["Action"]]
    return [arn for one in making if one["Sid"] == "MakeStudio" for arn in one["Resource"]]


def test_names_of_roles_and_policies_are_exact():
    """IAM knows a name once, whatever its path; a pattern would take names that other teams need."""
    patterns = {
        arn
        for statement in POLICIES["team-access"]["Statement"]
        if statement["Effect"] == "Allow"
        for arn in statement["Resource"]
        if ":iam:" in arn and "*" in arn
    }
    path = "arn:aws:iam::111111111111:role/sagemaker-studio/team1/eu-central-1"
    assert patterns == {f"{path}/sagemaker-studio--team1--eu-central-1-person-*"}
    (below,) = [one for one in POLICIES["team-access"]["Statement"] if one["Effect"] == "Deny"]
    assert (below["Action"], below["Resource"]) == (["iam:*"], f"{path}/*/*")


def test_who_makes_roles_of_a_team_is_bounded():
    """Whatever gives a role rights needs the boundary on it, and nothing takes a boundary away."""
    giving = {"iam:AttachRolePolicy", "iam:CreateRole", "iam:PutRolePermissionsBoundary", "iam:PutRolePolicy"}
    names = [name for name in POLICIES if name.startswith("team-") and name != "team-boundary"]
    statements = [one for name in names for one in POLICIES[name]["Statement"] if one["Effect"] == "Allow"]
    bounded = [one for one in statements if "iam:PermissionsBoundary" in str(one)]
    assert giving <= {action for one in bounded for action in one["Action"]}
    others = {action for one in statements if one not in bounded for action in one["Action"]}
    assert not others & giving
    assert not [action for action in others if action.startswith("iam:*") or "Boundary" in action]
