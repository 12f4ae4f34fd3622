# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What has a name of ours and not our tags is somebody else's: whoever came first may have given it that name."""

from __future__ import annotations

import json

import pytest

from tests.support.ansible_module import ModuleFailed, run_module
from tests.support.calls import no_writes, set_faults
from tests.support.studio import make_domain, make_network, settled

OWN = {"Platform": "p", "DomainName": "team2"}
THEIRS = {"Platform": "p", "DomainName": "team1"}
TRUST = {"Version": "2012-10-17", "Statement": []}
DOCUMENT = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*"}],
}
BUDGET = {"limit": 1, "cost_filters": {}, "notifications": []}


def listed(tags, key="Key", value="Value"):
    return [{key: name, value: text} for name, text in tags.items()]


def a_role(client, tags):
    client("iam").create_role(RoleName="n", AssumeRolePolicyDocument=json.dumps(TRUST), Tags=listed(tags))
    return "iam_roles", {"roles": [{"name": "n", "assume_role_policy_document": TRUST}]}


def a_policy(client, tags):
    client("iam").create_policy(PolicyName="n", PolicyDocument=json.dumps(DOCUMENT), Tags=listed(tags))
    return "iam_roles", {"policies": [{"name": "n", "document": DOCUMENT}]}


def a_key(client, tags):
    key = client("kms").create_key(Tags=listed(tags, "TagKey", "TagValue"))["KeyMetadata"]["KeyId"]
    client("kms").create_alias(AliasName="alias/n", TargetKeyId=key)
    return "kms_key", {"alias": "n"}


def a_log_group(client, tags):
    client("logs").create_log_group(logGroupName="n", **({"tags": tags} if tags else {}))
    return "logs_log_groups", {"log_groups": [{"name": "n", "retention_in_days": 7}]}


def a_bucket(client, tags):
    client("s3").create_bucket(Bucket="name", CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
    if tags:
        client("s3").put_bucket_tagging(Bucket="name", Tagging={"TagSet": listed(tags)})
    return "s3_bucket", {"name": "name", "versioning": True}


def a_vault(client, tags):
    client("backup").create_backup_vault(BackupVaultName="n", BackupVaultTags=tags)
    return "backup_vault", {"name": "n"}


def a_budget(client, tags):
    budget = {
        "BudgetName": "n",
        "BudgetType": "COST",
        "TimeUnit": "MONTHLY",
        "BudgetLimit": {"Amount": "1", "Unit": "USD"},
    }
    client("budgets").create_budget(AccountId="111111111111", Budget=budget, ResourceTags=listed(tags))
    return "budgets_budget", {"name": "n", **BUDGET}


def a_security_group(client, tags):
    vpc = make_network(client)["vpc_id"]
    given = [{"ResourceType": "security-group", "Tags": listed(tags)}] if tags else []
    client("ec2").create_security_group(GroupName="n", Description="d", VpcId=vpc, TagSpecifications=given)
    return "ec2_security_groups", {"vpc_id": vpc, "security_groups": [{"name": "n", "description": "d"}]}


def a_user_pool(client, tags):
    client("cognito-idp").create_user_pool(PoolName="n", UserPoolTags=tags)
    return "cognito_user_pool", {"name": "n"}


def a_user_profile(client, tags):
    domain = make_domain(client, make_network(client))["DomainId"]
    key, sagemaker = {"DomainId": domain, "UserProfileName": "n"}, client("sagemaker")
    sagemaker.create_user_profile(**key, Tags=listed(tags))
    settled(lambda: sagemaker.describe_user_profile(**key))
    return "sagemaker_user_profiles", {"domain_id": domain, "user_profiles": [{"name": "n", "tags": OWN}]}


STRICT = [a_role, a_policy, a_key, a_vault, a_budget, a_security_group, a_user_pool]
# AWS, or a run that was stopped, may have left one of ours without tags.
TAKES_UNTAGGED = [a_log_group, a_bucket, a_user_profile]


def outcome(module, arguments, check=False):
    """Run a module for team2; a user profile has its tags with itself."""
    tags = {} if module == "sagemaker_user_profiles" else {"tags": OWN}
    return run_module(module, check=check, owner_tags=OWN, **tags, **arguments)


@pytest.mark.parametrize("make", [*STRICT, *TAKES_UNTAGGED], ids=lambda make: make.__name__)
def test_thing_of_another_team_is_refused(emulator, client, make):
    module, arguments = make(client, THEIRS)
    sentence = (
        r"exists and is somebody else's: it is tagged DomainName=team1, Platform=p\. Delete it, or tag it "
        r"DomainName=team2, Platform=p by hand to have it taken over\."
    )
    for check in (True, False):
        with no_writes(emulator), pytest.raises(ModuleFailed, match=sentence):
            outcome(module, arguments, check)


@pytest.mark.parametrize("make", STRICT, ids=lambda make: make.__name__)
def test_thing_without_tags_is_refused(client, make):
    with pytest.raises(ModuleFailed, match=r"it is tagged DomainName=\(none\), Platform=\(none\)"):
        outcome(*make(client, {}))


@pytest.mark.parametrize("make", TAKES_UNTAGGED, ids=lambda make: make.__name__)
def test_thing_that_may_be_without_tags_gets_them(client, make):
    module, arguments = make(client, {})
    assert outcome(module, arguments)["changed"] is True
    assert outcome(module, arguments)["changed"] is False


@pytest.mark.parametrize("make", [*STRICT, *TAKES_UNTAGGED], ids=lambda make: make.__name__)
def test_thing_of_the_team_is_changed_as_ever(client, make):
    outcome(*make(client, OWN))


def test_role_at_another_path_is_refused_whatever_its_tags(client):
    iam = client("iam")
    iam.create_role(RoleName="n", Path="/p/team1/", AssumeRolePolicyDocument=json.dumps(TRUST), Tags=listed(OWN))
    with pytest.raises(ModuleFailed, match=r"role n: path can only be set when it is created.* delete it by name"):
        outcome("iam_roles", {"roles": [{"name": "n", "path": "/", "assume_role_policy_document": TRUST}]})


def test_policy_at_another_path_is_refused_whatever_its_tags(emulator):
    """As IAM answers: names are unique in the account, and a policy is found by its path and name."""
    set_faults(emulator, {"service": "iam", "operation": "CreatePolicy", "error": "EntityAlreadyExists"})
    with pytest.raises(ModuleFailed, match="policy n exists at another path than /, and names are unique"):
        outcome("iam_roles", {"policies": [{"name": "n", "document": DOCUMENT}]})
