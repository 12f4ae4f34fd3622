# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The policies of who builds a team and takes it down: enough for the team, too few for others."""

import json
from contextlib import suppress
from functools import partial

import boto3
import pytest
from botocore.exceptions import ClientError

from tests.support.account import DATA_BUCKET, Account, naming
from tests.support.emulator_plugin import ACCOUNT
from tests.support.operator_roles import make_role, tell_what_is_lacking, without
from tests.support.team_changes import AGAIN, BOUNDARY, OWN_ROLE
from tests.unit.policies.operators import EXAMPLE, Names, team_policies

pytestmark = pytest.mark.long
TEAM, OTHER = "crew", "team2"
DESCRIPTION = {
    **AGAIN,
    "studio_users": [person for person in AGAIN["studio_users"] if person.get("execution_role_arn") != OWN_ROLE],
}
DENIED = {"AccessDenied", "AccessDeniedException", "UnauthorizedOperation"}
SHARED = ("vpc", "subnet", "vpc_endpoint", "rest_api", "function", "user_pool", "user_pool_client", "route_table")


POLICIES = team_policies(Names(EXAMPLE, TEAM), BOUNDARY)
BUILDING = ("team-reader", "team-studio", "team-data")


@pytest.fixture(scope="module")
def account(tmp_path_factory):
    """A platform with another team, where policies are enforced, and the role of the team's jobs."""
    account = Account("--auth", "--assume-tls")
    for playbook, variables in (("platform", {}), ("teams", {"domain_name": OTHER})):
        run = account.run(playbook, **variables)
        assert run.status == 0, run.output[-6000:]
    account.job_role = make_role(account, f"{TEAM}-job", {name: POLICIES[name] for name in BUILDING})[0]
    yield account
    account.stop()


def job(account, playbook, *arguments, **variables):
    """Run a playbook of the team with the role of its jobs."""
    place = {"domain_name": TEAM, "new_team": True, "aws_role_arn": account.job_role}
    return account.run(playbook, *arguments, **place, **variables)


@pytest.fixture(scope="module")
def built(account):
    """What there was of others before the team was built, and the run that built it."""
    before = {item["id"]: item for item in account.get("resources?full=1")}
    run = job(account, "teams", **DESCRIPTION)
    assert run.status == 0, run.output[-6000:]
    return before


def differing(before, after):
    """The names of attributes that are not the same."""
    return {name for name in {*before, *after} if before.get(name) != after.get(name)}


def test_team_is_built_and_nothing_shared_or_of_others_changes(account, built):
    after = {item["id"]: item for item in account.get("resources?full=1")}
    assert [item for item in built if item not in after] == []
    assert naming(built.values(), OTHER).items() <= after.items()
    shared = {key: item for key, item in built.items() if item["type"] in SHARED}
    changed = {name for key, item in shared.items() for name in differing(item["attributes"], after[key]["attributes"])}
    assert {item["type"] for item in shared.values()} == set(SHARED)
    assert changed <= {"EstimatedNumberOfUsers"}
    assert account.domains(TEAM)[0]["Status"] == "InService"


def test_second_run_drift_check_and_link_work_with_these_rights(account, built, tmp_path):
    again = job(account, "teams", **DESCRIPTION)
    assert (again.status, again.changed) == (0, 0), again.output[-6000:]
    drift = job(account, "drift", drift_report_dir=str(tmp_path), **DESCRIPTION)
    assert drift.status == 0, drift.output[-6000:]
    report = json.loads((tmp_path / f"{TEAM}.json").read_text())
    assert (report["error"], report["differences"]) == ("", [])
    link = job(account, "open_studio", user="ada")
    assert link.status == 0, link.output[-6000:]


@pytest.fixture(scope="module")
def clients(account):
    """A function that gives clients with the rights of the team's jobs."""
    given = account.client("sts").assume_role(RoleArn=account.job_role, RoleSessionName="job")["Credentials"]
    session = boto3.Session(given["AccessKeyId"], given["SecretAccessKey"], given["SessionToken"])
    return lambda service, region="eu-central-1": session.client(service, region, endpoint_url=account.url)


def of_the_other(account):
    """Calls that reach for the other team, each (service, method, arguments)."""
    domain = account.domains(OTHER)[0]
    key = {"DomainId": domain["DomainId"]}
    prefix = f"sagemaker-studio--{OTHER}--eu-central-1"
    role = f"{prefix}-data-scientist"
    bucket = {"Bucket": DATA_BUCKET.format(OTHER)}
    tags = [{"Key": "DomainName", "Value": TEAM}, {"Key": "Platform", "Value": "sagemaker-studio"}]
    group = domain["DomainSettings"]["SecurityGroupIds"][0]
    (pool,) = account.client("cognito-idp").list_user_pools(MaxResults=10)["UserPools"]
    (shared_group,) = set(domain["DefaultUserSettings"]["SecurityGroups"]) - {group}
    rule = [{"IpProtocol": "-1", "UserIdGroupPairs": [{"GroupId": group}]}]
    return [
        ("sagemaker", "update_domain", {**key, "AppNetworkAccessType": "VpcOnly"}),
        ("sagemaker", "delete_domain", key),
        ("sagemaker", "add_tags", {"ResourceArn": domain["DomainArn"], "Tags": tags}),
        ("sagemaker", "delete_user_profile", {**key, "UserProfileName": "second-user"}),
        ("sagemaker", "create_presigned_domain_url", {**key, "UserProfileName": "second-user"}),
        (
            "kms",
            "tag_resource",
            {"KeyId": domain["KmsKeyId"], "Tags": [{"TagKey": t["Key"], "TagValue": t["Value"]} for t in tags]},
        ),
        ("ec2", "create_tags", {"Resources": [group], "Tags": tags}),
        ("ec2", "create_tags", {"Resources": [shared_group], "Tags": tags}),
        ("ec2", "create_tags", {"Resources": domain["SubnetIds"], "Tags": tags}),
        ("efs", "tag_resource", {"ResourceId": domain["HomeEfsFileSystemId"], "Tags": tags}),
        ("s3", "put_bucket_policy", {**bucket, "Policy": "{}"}),
        ("s3", "delete_bucket", bucket),
        ("iam", "put_role_policy", {"RoleName": role, "PolicyName": "x", "PolicyDocument": "{}"}),
        ("iam", "attach_role_policy", {"RoleName": role, "PolicyArn": BOUNDARY}),
        ("iam", "create_role", {"RoleName": f"sagemaker-studio--{TEAM}--x", "AssumeRolePolicyDocument": "{}"}),
        ("iam", "create_role", {"RoleName": "administrator", "AssumeRolePolicyDocument": "{}"}),
        ("iam", "attach_role_policy", {"RoleName": f"{TEAM}-job", "PolicyArn": BOUNDARY}),
        ("kms", "schedule_key_deletion", {"KeyId": f"alias/sagemaker-studio/{OTHER}"}),
        ("kms", "put_key_policy", {"KeyId": domain["KmsKeyId"], "PolicyName": "default", "Policy": "{}"}),
        ("ec2", "authorize_security_group_ingress", {"GroupId": group, "IpPermissions": rule}),
        ("cognito-idp", "delete_user_pool", {"UserPoolId": pool["Id"]}),
        ("cognito-idp", "update_user_pool", {"UserPoolId": pool["Id"]}),
        ("cognito-idp", "create_user_pool_client", {"UserPoolId": pool["Id"], "ClientName": "mine"}),
        ("lambda", "get_function", {"FunctionName": "somebody-elses"}),
        ("lambda", "update_function_code", {"FunctionName": "sagemaker-studio-presigned-url", "ZipFile": b"x"}),
        ("ec2", "delete_vpc_endpoints", {"VpcEndpointIds": ["vpce-00000001"]}),
    ]


def test_nothing_of_others_and_nothing_shared_can_be_changed(account, built, clients):
    tried = {}
    for number, (service, method, arguments) in enumerate(of_the_other(account)):
        with pytest.raises(ClientError) as refusal:
            getattr(clients(service), method)(**arguments)
        tried[number, service, method] = refusal.value.response["Error"]["Code"]
    assert {name: code for name, code in tried.items() if code not in DENIED} == {}


def of_other_regions(account):
    """Calls for the team's own things in another region, each (service, method, arguments)."""
    tags = [{"Key": "DomainName", "Value": TEAM}, {"Key": "Platform", "Value": "sagemaker-studio"}]
    own, place = (
        f"sagemaker-studio--{TEAM}--eu-west-1",
        {"CreateBucketConfiguration": {"LocationConstraint": "eu-west-1"}},
    )
    return [
        ("sagemaker", "create_image", {"ImageName": "x", "RoleArn": account.job_role, "Tags": tags}),
        ("sagemaker", "list_domains", {}),
        ("kms", "create_key", {"Tags": [{"TagKey": tag["Key"], "TagValue": tag["Value"]} for tag in tags]}),
        ("ec2", "describe_vpcs", {}),
        ("s3", "create_bucket", {"Bucket": f"{own}-{ACCOUNT}", **place}),
        ("iam", "put_role_policy", {"RoleName": f"{own}-data-scientist", "PolicyName": "x", "PolicyDocument": "{}"}),
        ("iam", "delete_role", {"RoleName": f"{own}-data-scientist"}),
    ]


def test_nothing_can_be_done_in_other_regions(account, built, clients):
    tried = {}
    for service, method, arguments in of_other_regions(account):
        with pytest.raises(ClientError) as refusal:
            getattr(clients(service, "eu-west-1"), method)(**arguments)
        tried[service, method] = refusal.value.response["Error"]["Code"]
    assert {name: code for name, code in tried.items() if code not in DENIED} == {}


def life(account, team, lacking=()):
    """The runs of a team's life, in order, by who has all policies of a team but for the statements that lack."""
    policies = without(team_policies(Names(EXAMPLE, team), BOUNDARY), lacking)
    run = partial(
        account.run, domain_name=team, new_team=True, aws_role_arn=make_role(account, f"{team}-operator", policies)[0]
    )
    fewer = [person for person in DESCRIPTION["studio_users"] if person["name"] == "ada"]
    changed = {**DESCRIPTION, "studio_tags": {"CostCenter": "42"}, "studio_users": fewer}
    # As in an account that never had a domain.
    with suppress(ClientError):
        account.client("iam").delete_service_linked_role(RoleName="AWSServiceRoleForAmazonSageMakerNotebooks")
    yield run("teams", **DESCRIPTION)
    account.work(team, "ada")
    yield run("teams", **changed, studio_remove_unlisted_people=True)
    yield run("open_studio", user="ada")
    yield run("destroy", confirm=team, **changed)


def test_whole_life_of_a_team(account):
    before = {item["id"] for item in account.get("resources")}
    for run in life(account, "whole"):
        assert run.status == 0, run.output[-6000:]
    left = {item["id"] for item in account.get("resources")} - before
    assert [one for one in left if "whole" in one and "whole-operator" not in one] == []


STATEMENTS = [(name, one) for name in POLICIES if name != "team-reader" for one in POLICIES[name]["Statement"]]


@pytest.mark.parametrize(("name", "statement"), STATEMENTS, ids=[f"{name}-{one['Sid']}" for name, one in STATEMENTS])
def test_run_without_a_statement_says_which_right_it_lacks_and_on_what(account, name, statement):
    runs = life(account, statement["Sid"].lower()[:24], {(name, statement["Sid"])})
    tell_what_is_lacking(next((run for run in runs if run.status != 0), None), statement)
