# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The policies of those who run the playbooks: within one managed policy each, and as docs/iam shows them."""

from __future__ import annotations

import pytest
from cloudsplaining.scan.policy_document import PolicyDocument

from tests.unit.policies.operators import EXAMPLE, FOLDER, LONGEST, files, platform_policies
from tests.unit.policies.test_documents import LIMITS, parliament_findings, size

POLICIES = platform_policies(EXAMPLE)
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
}
# What cloudsplaining calls a way to more rights. Who makes roles and the functions that take them decides on rights.
ESCALATIONS = {
    "reader": set(),
    "platform-network": set(),
    "platform-sign-in": set(),
}


def test_folder_shows_the_policies_as_they_are():
    found = {path.name: path.read_text() for path in FOLDER.iterdir()}
    assert found == files(), "run: python -m tests.unit.policies.operators"


@pytest.mark.parametrize("name", POLICIES)
def test_policy_fits_into_one_managed_policy_for_every_name(name):
    assert size(platform_policies(LONGEST)[name]) <= LIMITS["identity"]


@pytest.mark.parametrize("name", POLICIES)
def test_statements_have_names_of_their_own(name):
    sids = [statement["Sid"] for statement in POLICIES[name]["Statement"]]
    assert len(set(sids)) == len(sids)
    assert all(sid.isalnum() for sid in sids)


def findings(name):
    found = {(name, issue, subject) for issue, subject in parliament_findings(POLICIES[name])}
    # Names, settings and policies may be read on everything.
    return {finding for finding in found if finding[:2] != ("reader", "RESOURCE_STAR")}


@pytest.mark.parametrize("name", POLICIES)
def test_parliament(name):
    assert findings(name) - set(ACCEPTED) == set()


def test_every_accepted_finding_still_exists():
    assert set(ACCEPTED) - {each for name in POLICIES for each in findings(name)} == set()


@pytest.mark.parametrize("name", POLICIES)
def test_cloudsplaining(name):
    found = PolicyDocument(POLICIES[name]).allows_privilege_escalation
    assert {each["type"] for each in found} == ESCALATIONS[name]


def test_nothing_is_allowed_on_what_another_platform_has():
    """Every statement that writes is bound to the platform: by its tag, or by the names of its things."""
    named = [
        (name, statement["Sid"])
        for name in ("platform-network", "platform-sign-in")
        for statement in POLICIES[name]["Statement"]
        if EXAMPLE.name not in str(statement)
    ]
    assert named == [
        ("platform-network", "RouteInTakenOverVpc"),
        ("platform-network", "EmptyDefaultGroup"),
        ("platform-sign-in", "LogsOfAllApis"),
        ("platform-sign-in", "WebAcl"),
    ]
