# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From nothing to nothing: two teams that share a person go one by one, and the platform after them."""

import functools
import json
from urllib.parse import urlsplit

import pytest

from scripts.deployment import find_deployment
from scripts.sign_in import SignInError, presigned_url, sign_in
from tests.support.account import DATA_BUCKET, STUDIO_LOGS, naming
from tests.support.deployments import SHARED
from tests.support.playbook import ROOT

RETAIN = {"studio_retain": {"home_efs": True, "data_bucket": True}}
KEPT = {"file_system", "bucket", "key", "alias"}


@pytest.fixture(scope="module")
def account(deployed):
    """Two teams at work that share a person; the tests below find it as the ones above left it."""
    return deployed()


@pytest.mark.parametrize("confirm", [{}, {"confirm": "team2"}, {"confirm": ""}])
def test_team_is_not_destroyed_without_its_name_twice(account, confirm):
    run = account.run("destroy", domain_name="team1", **confirm)
    assert run.status != 0
    assert "-e domain_name=team1 -e confirm=team1" in " ".join(run.output.split())
    assert account.writes() == []


@pytest.mark.long
def test_check_lists_what_would_go_with_sizes_and_writes_nothing(account):
    run = account.destroy("team1", "--check", "--diff")
    assert run.status == 0, run.output[-6000:]
    assert account.writes() == []
    output = " ".join(run.output.split())
    for line in (
        "app demo-user-lab/JupyterLab/default",
        "space demo-user-lab",
        f"domain {account.domain_id('team1')}",
        f"bucket {DATA_BUCKET.format('team1')} with 11.00 Bytes in 2 versions of objects",
        "of home directories",
        "logs of jobs",
        "log group /aws/sagemaker/Endpoints/team1--churn",
        "person demo-user",
        "key sagemaker-studio/team1",
    ):
        assert line in output, line
    assert f"person {SHARED}" not in output


@pytest.mark.long
def test_platform_with_teams_is_not_destroyed(account):
    run = account.run("destroy_platform", confirm="sagemaker-studio")
    assert run.status != 0
    assert "still has the teams team1, team2" in " ".join(run.output.split())
    run = account.run("destroy_platform", confirm="sagemaker")
    assert run.status != 0
    assert account.writes() == []


def test_one_team_goes_and_the_other_is_as_before(account):
    before = naming(account.get("resources?full=1"), "team2")
    assert before
    run = account.destroy("team1", **RETAIN)
    assert run.status == 0, run.output[-6000:]
    left = account.get("resources?full=1")
    after = naming(left, "team2")
    # The pool, its people and the log group are shared; only what is team2's own must be the very same.
    shared = {key for key, item in before.items() if "team1" in json.dumps(item)}
    assert {key: item for key, item in after.items() if key not in shared} == {
        key: item for key, item in before.items() if key not in shared
    }
    assert shared <= after.keys()
    kept = {item["type"]: item for item in left if "team1" in json.dumps(item)}
    assert kept.keys() == KEPT
    for item in kept.values():
        assert item["type"] == "alias" or item["tags"]["Retained"] == "true"
        assert item["type"] == "alias" or item["id"].rpartition(":")[2].rpartition("/")[2] in run.output
    body = account.client("s3").get_object(Bucket=DATA_BUCKET.format("team1"), Key="data.csv")["Body"].read()
    assert body == b"second"
    for group, owner in ((STUDIO_LOGS, account.domain_id("team2")), ("/aws/sagemaker/TrainingJobs", "team2--churn")):
        streams = account.client("logs").describe_log_streams(logGroupName=group)["logStreams"]
        assert [stream["logStreamName"].partition("/")[0] for stream in streams] == [owner]


def test_person_of_both_teams_still_opens_the_other(account):
    deployment = find_deployment(urlsplit(account.url).port)
    password = (ROOT / ".demo" / "password").read_text().strip()
    token = sign_in(deployment.hosted_ui_url, deployment.portal_client_id, deployment.portal_url, SHARED, password)[
        "access_token"
    ]
    assert presigned_url(deployment.api_url, "team2", token)
    with pytest.raises(SignInError) as refused:
        presigned_url(deployment.api_url, "team1", token)
    assert refused.value.status == 403


@pytest.mark.long
def test_second_time_there_is_nothing_to_destroy_and_a_platform_that_could_not_be_made_hinders_nobody(account):
    account.writes()
    run = account.destroy("team1", network_cidr="10.0.0.0/29")
    assert (run.status, run.changed) == (0, 0), run.output[-6000:]
    output = " ".join(run.output.split())
    assert "Nothing of team team1 exists on platform sagemaker-studio but what was retained" in output
    assert "Teams that exist: team2." in output
    assert account.writes() == []


@pytest.mark.long
def test_person_who_is_not_listed_any_more_leaves(account):
    only = {"studio_users": [{"name": "second-lead", "email": "second-lead@example.com"}]}
    run = account.run("teams", domain_name="team2", studio_remove_unlisted_people=True, **only)
    assert run.status == 0, run.output[-6000:]
    assert f"Private space {SHARED}-lab of {SHARED} goes with everything on its disk." in " ".join(run.output.split())
    sagemaker, cognito = account.client("sagemaker"), account.client("cognito-idp")
    profiles = sagemaker.list_user_profiles(DomainIdEquals=account.domain_id("team2"))["UserProfiles"]
    assert [profile["UserProfileName"] for profile in profiles] == ["second-lead"]
    assert sagemaker.list_spaces()["Spaces"] == []
    assert cognito.admin_get_user(UserPoolId=account.pool_id(), Username=SHARED)["Enabled"] is False
    assert cognito.admin_list_groups_for_user(UserPoolId=account.pool_id(), Username=SHARED)["Groups"] == []


def test_other_team_goes_wholly_although_the_run_is_stopped_in_between(account):
    account.faults({"service": "sagemaker", "operation": "DeleteDomain", "error": "AccessDeniedException", "times": 1})
    run = account.destroy("team2")
    assert run.status != 0 and "AccessDeniedException" in run.output, run.output[-6000:]
    run = account.destroy("team2")
    assert run.status == 0, run.output[-6000:]
    assert "which AWS deletes on 20" in " ".join(run.output.split())
    left = account.get("resources")
    assert [item["id"] for item in left if "team2" in json.dumps(item)] == []
    assert account.client("logs").describe_log_groups(logGroupNamePrefix="/aws/sagemaker")["logGroups"] == []
    pending = [item for item in account.get("resources?all=1") if item["type"] == "key" and item not in left]
    assert [item["tags"]["DomainName"] for item in pending] == ["team2"]


@pytest.fixture(scope="module")
def strangers(account):
    """What somebody put into the platform's VPC by hand: names as the run says them, and a function that removes it."""
    ec2 = account.client("ec2")
    (vpc,) = ec2.describe_vpcs(Filters=[{"Name": "tag:Platform", "Values": ["sagemaker-studio"]}])["Vpcs"]
    vpc_id = vpc["VpcId"]
    group = ec2.create_security_group(VpcId=vpc_id, GroupName="by-hand", Description="By hand")["GroupId"]
    gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(VpcId=vpc_id, InternetGatewayId=gateway)
    service = "com.amazonaws.eu-central-1.dynamodb"
    endpoint = ec2.create_vpc_endpoint(VpcId=vpc_id, ServiceName=service)["VpcEndpoint"]["VpcEndpointId"]

    @functools.cache
    def remove():
        ec2.delete_security_group(GroupId=group)
        ec2.detach_internet_gateway(VpcId=vpc_id, InternetGatewayId=gateway)
        ec2.delete_internet_gateway(InternetGatewayId=gateway)
        ec2.delete_vpc_endpoints(VpcEndpointIds=[endpoint])

    names = f"security group {group} (by-hand), endpoint {endpoint} ({service}), internet gateway {gateway}"
    return f"VPC {vpc_id} holds what was not made here and is left alone: {names}. Remove it, then run again.", remove


@pytest.mark.long
@pytest.mark.parametrize("mode", [["--check"], []])
def test_platform_with_strangers_in_its_vpc_is_not_destroyed(account, strangers, mode):
    account.writes()
    run = account.destroy_platform(*mode)
    assert run.status != 0
    assert strangers[0] in " ".join(run.output.split())
    assert account.writes() == []


@pytest.mark.long
def test_check_of_a_platform_that_would_go_writes_nothing(account, strangers):
    strangers[1]()
    account.writes()
    run = account.run("destroy_platform", "--check", confirm="sagemaker-studio")
    assert account.writes() == []
    assert run.status == 0, run.output[-6000:]


def test_platform_goes_and_nothing_is_left(account, strangers):
    strangers[1]()
    gateway = account.client("apigateway")
    namesake = gateway.create_rest_api(name="sagemaker-studio")["id"]
    run = account.run("destroy_platform", confirm="sagemaker-studio")
    assert run.status == 0, run.output[-6000:]
    assert namesake in [api["id"] for api in gateway.get_rest_apis()["items"]]
    gateway.delete_rest_api(restApiId=namesake)
    left = account.get("resources")
    assert {item["type"] for item in left} == KEPT
    delete_by_hand(account, {item["type"]: item for item in left})
    assert account.get("resources") == []
    account.writes()
    again = account.run("destroy_platform", confirm="sagemaker-studio")
    assert (again.status, again.changed) == (0, 0), again.output[-6000:]
    assert account.writes() == []


def delete_by_hand(account, kept):
    """Delete what was retained, as an administrator who needs it no more."""
    efs, s3, kms = (account.client(service) for service in ("efs", "s3", "kms"))
    efs.delete_file_system(FileSystemId=kept["file_system"]["id"].rpartition("/")[2])
    bucket = kept["bucket"]["name"]
    for version in s3.list_object_versions(Bucket=bucket)["Versions"]:
        s3.delete_object(Bucket=bucket, Key=version["Key"], VersionId=version["VersionId"])
    s3.delete_bucket(Bucket=bucket)
    kms.delete_alias(AliasName="alias/sagemaker-studio/team1")
    kms.schedule_key_deletion(KeyId=kept["key"]["id"])
