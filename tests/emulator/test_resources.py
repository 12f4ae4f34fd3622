# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""GET /_emulator/resources: the contract in docs/emulator.md, made with plain boto3."""

import json
import time
from importlib import import_module

import pytest

from emulator.resources import fallback
from emulator.resources.kinds import KINDS
from emulator.resources.parts import PARTS
from tests.support.http import get

TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
        ],
    }
)
ALLOW = json.dumps(
    {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}]}
)


@pytest.fixture
def resources(emulator):
    """A function that lists the resources; its argument is the query string."""
    return lambda query="": get(f"{emulator.url}/_emulator/resources{query}")


def kinds(found):
    return sorted((row["service"], row["type"], row["name"]) for row in found)


def test_fresh_start_has_nothing(resources):
    assert resources() == []
    assert resources("?all=1&full=1") == []


def test_looking_around_makes_nothing(resources, client):
    """The default VPC and what belongs to it is what an empty account has, in every region that is looked at."""
    for region in ("eu-central-1", "us-east-1"):
        ec2 = client("ec2", region=region)
        assert ec2.describe_vpcs()["Vpcs"][0]["IsDefault"]
        ec2.describe_subnets()
    client("events").list_event_buses()
    client("iam").list_roles()
    assert resources() == []


def make_network(client):
    ec2 = client("ec2")
    tags = [{"Key": "Name", "Value": "main"}, {"Key": "Platform", "Value": "p"}]
    specification = [{"ResourceType": "vpc", "Tags": tags}]
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16", TagSpecifications=specification)["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.0.0/24")["Subnet"]["SubnetId"]
    group = ec2.create_security_group(GroupName="web", Description="-", VpcId=vpc)["GroupId"]
    table = ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"]
    return vpc, subnet, group, table


def test_network_is_listed_and_gone_after_deletion(resources, client):
    """The main route table, default ACL and default group of a VPC come and go with it and are not listed."""
    ec2 = client("ec2")
    vpc, subnet, group, table = make_network(client)
    found = resources()
    assert kinds(found) == [
        ("ec2", "route_table", table),
        ("ec2", "security_group", "web"),
        ("ec2", "subnet", subnet),
        ("ec2", "vpc", "main"),
    ]
    assert found[-1] == {
        "service": "ec2",
        "type": "vpc",
        "id": f"arn:aws:ec2:eu-central-1:111111111111:vpc/{vpc}",
        "name": "main",
        "tags": {"Name": "main", "Platform": "p"},
        "account": "111111111111",
        "region": "eu-central-1",
    }
    ec2.delete_route_table(RouteTableId=table)
    ec2.delete_security_group(GroupId=group)
    ec2.delete_subnet(SubnetId=subnet)
    ec2.delete_vpc(VpcId=vpc)
    assert resources() == []


def test_interface_endpoint_brings_interfaces_and_takes_them_along(resources, client):
    """A deleted endpoint is listed as long as AWS would show it, and not longer, though nobody describes it."""
    ec2 = client("ec2")
    vpc, subnet, group, _table = make_network(client)
    endpoint = ec2.create_vpc_endpoint(
        VpcId=vpc,
        VpcEndpointType="Interface",
        ServiceName="com.amazonaws.eu-central-1.sts",
        SubnetIds=[subnet],
        SecurityGroupIds=[group],
        PrivateDnsEnabled=False,
    )["VpcEndpoint"]["VpcEndpointId"]
    assert {"vpc_endpoint", "network_interface"} <= {row["type"] for row in resources()}
    ec2.delete_vpc_endpoints(VpcEndpointIds=[endpoint])
    assert "vpc_endpoint" in {row["type"] for row in resources()}
    time.sleep(1.1)
    assert {"vpc_endpoint", "network_interface"}.isdisjoint({row["type"] for row in resources()})


def test_user_pool_and_its_parts(resources, client):
    cognito = client("cognito-idp")
    pool = cognito.create_user_pool(PoolName="people", UserPoolTags={"Platform": "p"})["UserPool"]["Id"]
    app = cognito.create_user_pool_client(UserPoolId=pool, ClientName="portal")["UserPoolClient"]["ClientId"]
    cognito.create_user_pool_domain(UserPoolId=pool, Domain="people-1")
    cognito.create_group(UserPoolId=pool, GroupName="team1")
    cognito.admin_create_user(UserPoolId=pool, Username="ada")
    found = {row["type"]: row for row in resources()}
    assert {type_: row["name"] for type_, row in found.items()} == {
        "user_pool": "people",
        "user_pool_client": "portal",
        "user_pool_domain": "people-1",
        "group": "team1",
        "user": "ada",
    }
    assert found["user_pool"]["tags"] == {"Platform": "p"}
    assert found["user_pool_client"]["id"] == app
    assert found["user"]["id"] == f"{pool}|ada"


def test_rest_api_and_account_settings(resources, client):
    api = client("apigateway")
    trust = TRUST.replace("lambda", "apigateway")
    role = client("iam").create_role(RoleName="logs", AssumeRolePolicyDocument=trust)["Role"]["Arn"]
    api_id = api.create_rest_api(name="sign-in", tags={"Platform": "p"})["id"]
    api.update_account(patchOperations=[{"op": "replace", "path": "/cloudwatchRoleArn", "value": role}])
    found = [row for row in resources() if row["service"] == "apigateway"]
    assert kinds(found) == [("apigateway", "account", role), ("apigateway", "rest_api", "sign-in")]
    assert found[1]["id"] == f"arn:aws:apigateway:eu-central-1::/restapis/{api_id}"
    api.delete_rest_api(restApiId=api_id)
    api.update_account(patchOperations=[{"op": "replace", "path": "/cloudwatchRoleArn", "value": ""}])
    assert [row["type"] for row in resources()] == ["role"]


def test_iam_is_global_and_service_linked_roles_are_left_out(resources, client):
    iam = client("iam")
    iam.create_role(RoleName="function", AssumeRolePolicyDocument=TRUST, Tags=[{"Key": "Platform", "Value": "p"}])
    iam.create_policy(PolicyName="read", PolicyDocument=ALLOW)
    iam.create_service_linked_role(AWSServiceName="ops.apigateway.amazonaws.com")
    found = resources()
    assert kinds(found) == [("iam", "policy", "read"), ("iam", "role", "function")]
    assert found[1]["region"] is None
    assert found[1]["tags"] == {"Platform": "p"}


def test_key_pending_deletion_only_if_asked_for(resources, client):
    kms = client("kms")
    key = kms.create_key()["KeyMetadata"]["Arn"]
    kms.create_alias(AliasName="alias/team1", TargetKeyId=key)
    assert kinds(resources()) == [("kms", "alias", "alias/team1"), ("kms", "key", key.partition("/")[2])]
    kms.delete_alias(AliasName="alias/team1")
    kms.schedule_key_deletion(KeyId=key, PendingWindowInDays=7)
    assert resources() == []
    assert [row["id"] for row in resources("?all=1")] == [key]


def test_bucket_with_attributes(resources, client):
    s3 = client("s3", region="eu-west-1")
    s3.create_bucket(Bucket="team1-data", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    s3.put_bucket_versioning(Bucket="team1-data", VersioningConfiguration={"Status": "Enabled"})
    s3.put_object(Bucket="team1-data", Key="secret.txt", Body=b"do not list me")
    assert "attributes" not in resources()[0]
    bucket = resources("?full=1")[0]
    assert (bucket["id"], bucket["region"]) == ("arn:aws:s3:::team1-data", "eu-west-1")
    assert bucket["attributes"]["versioning"] == "Enabled"
    assert bucket["attributes"]["objects"] == ["secret.txt"]
    assert "do not list me" not in json.dumps(bucket)


def test_full_listing_keeps_secrets(resources, client):
    iam, cognito = client("iam"), client("cognito-idp")
    iam.create_user(UserName="ada")
    secret_key = iam.create_access_key(UserName="ada")["AccessKey"]["SecretAccessKey"]
    pool = cognito.create_user_pool(PoolName="people")["UserPool"]["Id"]
    app = cognito.create_user_pool_client(UserPoolId=pool, ClientName="api", GenerateSecret=True)["UserPoolClient"]
    cognito.admin_create_user(UserPoolId=pool, Username="ada", TemporaryPassword="Temporary-1!")
    listing = json.dumps(resources("?full=1"))
    for secret in (secret_key, app["ClientSecret"], "Temporary-1!"):
        assert secret not in listing


def test_accounts_and_regions_are_told_apart(resources, client):
    client("logs").create_log_group(logGroupName="/same", tags={"a": "b"})
    client("logs", account="222222222222", region="us-east-1").create_log_group(logGroupName="/same")
    assert [(row["account"], row["region"], row["tags"]) for row in resources()] == [
        ("111111111111", "eu-central-1", {"a": "b"}),
        ("222222222222", "us-east-1", {}),
    ]


def test_service_without_a_row_is_listed_all_the_same(resources, client):
    client("stepfunctions").create_state_machine(
        name="flow", definition='{"StartAt":"a","States":{"a":{"Type":"Succeed"}}}', roleArn="arn:aws:iam::1:role/r"
    )
    assert [(row["service"], row["type"]) for row in resources()] == [("stepfunctions", "state_machine")]
    assert resources()[0]["id"].startswith("arn:aws:states:")


def test_sagemaker_domain(resources, client):
    """What CreateDomain makes in the account by itself is a resource as well (reference: domain side effects)."""
    _vpc, subnet, group, _table = make_network(client)
    vpc = client("ec2").describe_subnets(SubnetIds=[subnet])["Subnets"][0]["VpcId"]
    role = client("iam").create_role(RoleName="execution", AssumeRolePolicyDocument=TRUST)["Role"]["Arn"]
    arn = client("sagemaker").create_domain(
        DomainName="team1",
        AuthMode="IAM",
        VpcId=vpc,
        SubnetIds=[subnet],
        DefaultUserSettings={"ExecutionRole": role, "SecurityGroups": [group]},
        Tags=[{"Key": "Platform", "Value": "p"}],
    )["DomainArn"]
    domain = next(row for row in resources() if row["type"] == "domain")
    assert (domain["service"], domain["id"], domain["name"]) == ("sagemaker", arn, "team1")
    assert domain["tags"] == {"Platform": "p"}


def test_every_store_of_a_known_service_has_a_row_or_is_a_part(emulator):
    """A store that ministack adds to a service of ours must not fall into the guesses of the fallback."""
    from ministack.core.responses import AccountRegionScopedDict, AccountScopedDict

    known = PARTS | {kind.store for kind in KINDS}
    modules = {store.partition(".")[0] for store in known}
    stores = {
        f"{module}.{variable}"
        for module in modules
        for variable, store in vars(import_module(f"ministack.services.{module}")).items()
        if isinstance(store, (AccountScopedDict, AccountRegionScopedDict))
    }
    assert stores - known == set()
    assert known - stores == set()


@pytest.mark.parametrize(
    ("variable", "noun"),
    [("_state_machines", "state_machine"), ("_policies", "policy"), ("_queues", "queue"), ("_access", "access")],
)
def test_nouns_of_the_fallback(variable, noun):
    assert fallback.singular(variable) == noun
