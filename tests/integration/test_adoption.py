# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What CDK made is taken over as it is, told apart from then on, and left as it was by everything that takes down."""

from urllib.parse import urlsplit

import pytest

from scripts.deployment import find_deployment
from scripts.sign_in import open_studio, presigned_url, sign_in
from tests.support.account import Account
from tests.support.cdk_sample import PASSWORD, TEAM, USER, CdkSample

pytestmark = pytest.mark.long

# What was theirs before, is theirs in the end, and nothing of it is written in between but tags.
UNTOUCHED = {"vpc", "subnet", "route_table", "vpc_endpoint", "bucket", "key", "alias", "role"}


@pytest.fixture(scope="module")
def account():
    account = Account()
    yield account
    account.stop()


@pytest.fixture(scope="module")
def sample(account):
    return CdkSample(account.client)


def described(account):
    return {item["id"]: item for item in account.get("resources?full=1")}


@pytest.fixture(scope="module")
def before(account, sample):
    before = described(account)
    account.writes()
    return before


@pytest.fixture(scope="module")
def taken(account, sample, before):
    run = account.run("site", domain_name=TEAM, **sample.described())
    assert run.status == 0, run.output[-6000:]
    return run


def key_facts(account, sample):
    sagemaker, cognito = account.client("sagemaker"), account.client("cognito-idp")
    domain = sagemaker.describe_domain(DomainId=sample.domain_id)
    profile = sagemaker.describe_user_profile(DomainId=sample.domain_id, UserProfileName=USER)
    user = cognito.admin_get_user(UserPoolId=sample.pool_id, Username=USER)
    return {
        **{name: domain[name] for name in ("DomainId", "HomeEfsFileSystemId", "KmsKeyId", "VpcId", "CreationTime")},
        "subnets": sorted(domain["SubnetIds"]),
        "uid": profile["HomeEfsFileSystemUid"],
        "sub": next(item["Value"] for item in user["UserAttributes"] if item["Name"] == "sub"),
        "prefix": cognito.describe_user_pool(UserPoolId=sample.pool_id)["UserPool"]["Domain"],
    }


def test_nothing_is_replaced(account, sample, before, taken):
    writes = account.writes()
    assert [call for call in writes if ":Delete" in call] == []
    assert not {"sagemaker:CreateDomain", "cognito-idp:CreateUserPool", "ec2:CreateVpc", "ec2:CreateSubnet"} & set(
        writes
    )
    after = described(account)
    assert before.keys() <= after.keys()
    domain = before[next(key for key in before if key.endswith(f"domain/{sample.domain_id}"))]["attributes"]
    facts = key_facts(account, sample)
    assert facts["HomeEfsFileSystemId"] == domain["HomeEfsFileSystemId"]
    assert (facts["KmsKeyId"], facts["VpcId"]) == (sample.key_id, sample.vpc_id)
    assert facts["subnets"] == sorted(sample.subnet_ids)
    assert facts["prefix"] == sample.prefix
    profile = next(item for item in before.values() if item["type"] == "user_profile")
    assert facts["uid"] == profile["attributes"]["HomeEfsFileSystemUid"]


def test_what_differs_is_told(sample, taken):
    output = " ".join(taken.output.split())
    for sentence in (
        f"domain {sample.domain_id} keeps its own kms_key_id:",
        f"domain {sample.domain_id} keeps its tags, and destroy.yml does not delete it.",
        f"user pool {sample.pool_id} keeps its own username configuration:",
        "tells names apart by their case, and Studio does not",
        f"user pool {sample.pool_id} keeps its people, groups and app clients",
        "endpoint com.amazonaws.eu-central-1.logs keeps its own policy.",
        f"VPC {sample.vpc_id} keeps its route tables",
    ):
        assert sentence in output, sentence


def test_people_sign_in_with_the_password_that_they_had(account, taken):
    deployment = find_deployment(urlsplit(account.url).port, user_pool="sagemaker-user-pool")
    portal = deployment.portal_client_id
    token = sign_in(deployment.hosted_ui_url, portal, deployment.portal_url, USER, PASSWORD)["access_token"]
    assert USER in open_studio(presigned_url(deployment.api_url, TEAM, token))


def test_second_run_changes_nothing(account, sample, taken):
    facts = key_facts(account, sample)
    account.writes()
    run = account.run("site", domain_name=TEAM, **sample.described())
    assert (run.status, run.changed) == (0, 0), run.output[-6000:]
    assert account.writes() == [] and key_facts(account, sample) == facts


def test_team_on_an_adopted_domain_is_not_taken_down(account, sample, taken):
    account.writes()
    run = account.destroy(TEAM, **sample.described())
    assert run.status != 0
    assert f"Domain {sample.domain_id} of team {TEAM} was taken over and not made here" in " ".join(run.output.split())
    assert account.writes() == []


def test_all_that_was_there_before_stays_as_it_was(account, sample, before, taken):
    arn = account.client("sagemaker").describe_domain(DomainId=sample.domain_id)["DomainArn"]
    account.client("sagemaker").delete_tags(ResourceArn=arn, TagKeys=["Adopted"])
    run = account.destroy(TEAM, **sample.described())
    assert run.status == 0, run.output[-6000:]
    run = account.run("destroy_platform", confirm="sagemaker-studio", **sample.described())
    assert run.status == 0, run.output[-6000:]
    after = described(account)
    for key, item in before.items():
        if item["type"] in UNTOUCHED:
            assert after[key] == item
    theirs = {"user_pool", "user_pool_client", "user_pool_domain", "user", "group", "studio_lifecycle_config"}
    assert [key for key, item in before.items() if item["type"] in theirs and key not in after] == []
    assert [item["id"] for item in after.values() if "Platform" in item["tags"]] == []
    again = account.run("destroy_platform", confirm="sagemaker-studio", **sample.described())
    assert (again.status, again.changed) == (0, 0), again.output[-6000:]
    # Without the tags of the platform the pool is somebody else's, and so are the people of the same names.
    again = account.destroy(TEAM, **sample.described())
    assert (again.status, again.changed) == (0, 0), again.output[-6000:]
    assert described(account) == after
