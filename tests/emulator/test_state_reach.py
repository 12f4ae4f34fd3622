# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""--state writes before an answer only what the call can have changed; here all is compared that it does change."""

import pytest

from emulator.state import reach
from emulator.state.keeper import keeper
from tests.emulator.studio import Studio
from tests.emulator.test_state_kept import make_functions, make_network, make_people, make_storage

# What runs of functions leave behind them, and what has the time in it.
BY_THEMSELVES = {"cloudwatch_logs.json", "lambda.json", "eventbridge.json", "scheduler.json"}


@pytest.fixture
def beyond(emulator, monkeypatch):
    """What calls have changed beyond what would have been written: (reach, name of the file)."""
    monkeypatch.setattr("emulator.timing.latency.SETTLE_AT_LATEST", 60)
    last, found = dict(keeper._texts(reach.EVERYTHING)), []

    async def saved(changed=reach.EVERYTHING):
        now = keeper._texts(reach.EVERYTHING)
        different = {name for name, text in now.items() if last.get(name, text) != text} - BY_THEMSELVES
        found.extend((changed, name) for name in different if not reach.covers(changed, name.removesuffix(".json")))
        last.update(now)

    monkeypatch.setattr(keeper, "saved", saved)
    return found


def make_changes(client):
    """Updates, tags and deletions of what the others make."""
    studio = Studio(client)
    domain = studio.domain()
    arn = client("sagemaker").describe_domain(DomainId=domain)["DomainArn"]
    client("sagemaker").add_tags(ResourceArn=arn, Tags=[{"Key": "a", "Value": "b"}])
    studio.profile(domain, "ada")
    client("sagemaker").create_presigned_domain_url(DomainId=domain, UserProfileName="ada")
    client("sagemaker").delete_tags(ResourceArn=arn, TagKeys=["a"])
    client("ec2").create_tags(Resources=[studio.vpc], Tags=[{"Key": "a", "Value": "b"}])
    group = client("ec2").create_security_group(VpcId=studio.vpc, GroupName="g", Description="d")["GroupId"]
    client("ec2").delete_security_group(GroupId=group)
    client("iam").create_user(UserName="bob")
    client("iam").delete_user(UserName="bob")
    key = client("kms").create_key()["KeyMetadata"]["KeyId"]
    client("kms").schedule_key_deletion(KeyId=key, PendingWindowInDays=7)
    client("logs").create_log_group(logGroupName="/gone")
    client("logs").delete_log_group(logGroupName="/gone")
    pool = client("cognito-idp").create_user_pool(PoolName="gone")["UserPool"]["Id"]
    client("cognito-idp").delete_user_pool(UserPoolId=pool)
    api = client("apigateway").create_rest_api(name="gone")["id"]
    client("apigateway").delete_rest_api(restApiId=api)


@pytest.mark.parametrize("make", [make_network, make_storage, make_people, make_functions, make_changes])
def test_no_call_reaches_further_than_is_known(client, beyond, make):
    make(client)
    assert beyond == []


def test_a_call_that_reaches_further_is_found(client, beyond, monkeypatch):
    monkeypatch.setitem(reach.CONFINED, "efs", ("ec2",))
    client("efs").create_file_system(CreationToken="x")
    client("efs").create_file_system(CreationToken="y")
    assert (frozenset({"ec2"}), "efs.json") in beyond


def test_files_of_the_table_exist(emulator):
    from ministack import app

    named = {name for names in (*reach.CONFINED.values(), *reach.CONFINED_CALLS.values()) for name in names}
    assert named <= set(app._state_map)
