# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What facts need: made, tagged, told by its values, and deleted again. Where a thing costs, it says what."""

from __future__ import annotations

import contextlib
import io
import json
import time
import typing as t
import zipfile

from botocore.exceptions import ClientError

from acceptance.account import TAG, Account

Values = dict[str, t.Any]
Thing = t.Callable[[Account, str], t.ContextManager[Values]]
THINGS: dict[str, Thing] = {}
# US dollars for each time that a thing is made, where it is not nothing. A key that is scheduled for deletion costs
# nothing, and before that a dollar a month by the hour (AWS KMS pricing).
COSTS = dict.fromkeys(("key", "named_key"), 0.002)


def thing(make: t.Callable[[Account, str], t.Iterator[Values]]) -> Thing:
    """Register a thing under its function's name; the function gets the account and a name of its own."""
    THINGS[make.__name__] = contextlib.contextmanager(make)
    return THINGS[make.__name__]


@thing
def rest_api(account: Account, name: str) -> t.Iterator[Values]:
    """A REST API with nothing but its root."""
    client = account.client("apigateway")
    made = client.create_rest_api(name=name, tags={TAG: name}, endpointConfiguration={"types": ["REGIONAL"]})
    try:
        yield {"id": made["id"], "root": made["rootResourceId"]}
    finally:
        client.delete_rest_api(restApiId=made["id"])


@thing
def rest_method(account: Account, name: str) -> t.Iterator[Values]:
    """A REST API with GET on /pets, which answers by itself (MOCK) with 200."""
    client = account.client("apigateway")
    with THINGS["rest_api"](account, name) as api:
        made = client.create_resource(restApiId=api["id"], parentId=api["root"], pathPart="pets")
        at = {"restApiId": api["id"], "resourceId": made["id"], "httpMethod": "GET"}
        client.put_method(**at, authorizationType="NONE")
        client.put_integration(**at, type="MOCK", requestTemplates={"application/json": '{"statusCode": 200}'})
        client.put_method_response(**at, statusCode="200")
        client.put_integration_response(**at, statusCode="200")
        yield {**api, "resource": made["id"]}


@thing
def rest_stage(account: Account, name: str) -> t.Iterator[Values]:
    """A REST API as rest_method, deployed to the stage dev."""
    client = account.client("apigateway")
    with THINGS["rest_method"](account, name) as api:
        deployment = client.create_deployment(restApiId=api["id"], stageName="dev")
        yield {**api, "stage": "dev", "deployment": deployment["id"]}


@thing
def bucket(account: Account, name: str) -> t.Iterator[Values]:
    """An empty bucket."""
    client = account.client("s3")
    full = f"{name}-{account.number}"
    place = {} if account.region == "us-east-1" else {"LocationConstraint": account.region}
    client.create_bucket(Bucket=full, **({"CreateBucketConfiguration": place} if place else {}))
    try:
        client.put_bucket_tagging(Bucket=full, Tagging={"TagSet": [{"Key": TAG, "Value": name}]})
        yield {"name": full}
    finally:
        delete_bucket(account, full)


def delete_bucket(account: Account, name: str) -> None:
    """Delete a bucket with all that is in it."""
    client = account.client("s3")
    for page in client.get_paginator("list_object_versions").paginate(Bucket=name):
        for one in [*page.get("Versions", []), *page.get("DeleteMarkers", [])]:
            client.delete_object(Bucket=name, Key=one["Key"], VersionId=one["VersionId"])
    client.delete_bucket(Bucket=name)


@thing
def key(account: Account, name: str) -> t.Iterator[Values]:
    """A KMS key; it can be deleted after a week at the earliest."""
    client = account.client("kms")
    made = client.create_key(Description=name, Tags=[{"TagKey": TAG, "TagValue": name}])["KeyMetadata"]
    try:
        yield {"id": made["KeyId"], "arn": made["Arn"]}
    finally:
        # A fact may have done it.
        with contextlib.suppress(client.exceptions.KMSInvalidStateException):
            client.schedule_key_deletion(KeyId=made["KeyId"], PendingWindowInDays=7)


@thing
def named_key(account: Account, name: str) -> t.Iterator[Values]:
    """A KMS key with an alias."""
    client = account.client("kms")
    with THINGS["key"](account, name) as key:
        client.create_alias(AliasName=f"alias/{name}", TargetKeyId=key["id"])
        try:
            yield {**key, "alias": f"alias/{name}"}
        finally:
            client.delete_alias(AliasName=f"alias/{name}")


@thing
def lost_key(account: Account, name: str) -> t.Iterator[Values]:
    """A KMS key that is scheduled for deletion."""
    with THINGS["key"](account, name) as key:
        account.client("kms").schedule_key_deletion(KeyId=key["id"], PendingWindowInDays=7)
        yield key


@thing
def role(account: Account, name: str) -> t.Iterator[Values]:
    """A role that Lambda takes and that may do nothing."""
    with _role(account, name, {"Service": "lambda.amazonaws.com"}) as made:
        account.client("iam").get_waiter("role_exists").wait(RoleName=name)
        yield made


@thing
def role_apart(account: Account, name: str) -> t.Iterator[Values]:
    """A role with a path of its own, so that it is listed alone."""
    with _role(account, name, {"Service": "lambda.amazonaws.com"}, Path=f"/{name}/") as made:
        yield made


@thing
def own_role(account: Account, name: str) -> t.Iterator[Values]:
    """A role that the caller's account may assume and that may do nothing; it can be assumed already."""
    sts, everybody = account.client("sts"), {"AWS": f"arn:{account.partition}:iam::{account.number}:root"}
    with _role(account, name, everybody, "sts:TagSession") as made:
        given = {"RoleArn": made["arn"], "RoleSessionName": "first"}
        _when_role_is_known(lambda: sts.assume_role(**given), "AccessDenied")
        yield made


@contextlib.contextmanager
def _role(account: Account, name: str, taken_by: Values, *actions: str, **given: str) -> t.Iterator[Values]:
    """Make a role that somebody takes, and delete it with whatever policies it was given."""
    statement = {"Effect": "Allow", "Principal": taken_by, "Action": ["sts:AssumeRole", *actions]}
    trust = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    tags = [{"Key": TAG, "Value": name}]
    made = account.client("iam").create_role(RoleName=name, AssumeRolePolicyDocument=trust, Tags=tags, **given)
    try:
        yield {"name": name, "arn": made["Role"]["Arn"]}
    finally:
        delete_role(account, name)


def delete_role(account: Account, name: str) -> None:
    """Delete a role with its policies taken off."""
    client = account.client("iam")
    for policy in client.list_role_policies(RoleName=name)["PolicyNames"]:
        client.delete_role_policy(RoleName=name, PolicyName=policy)
    for policy in client.list_attached_role_policies(RoleName=name)["AttachedPolicies"]:
        client.detach_role_policy(RoleName=name, PolicyArn=policy["PolicyArn"])
    client.delete_role(RoleName=name)


@thing
def used_group(account: Account, name: str) -> t.Iterator[Values]:
    """An IAM group of one user, who has no rights and no keys."""
    client = account.client("iam")
    with THINGS["group"](account, name) as group:
        client.create_user(UserName=name, Tags=[{"Key": TAG, "Value": name}])
        try:
            client.add_user_to_group(GroupName=name, UserName=name)
            yield group
            # Where the group is gone although it should not be, so is the membership.
            with contextlib.suppress(client.exceptions.NoSuchEntityException):
                client.remove_user_from_group(GroupName=name, UserName=name)
        finally:
            client.delete_user(UserName=name)


@thing
def group(account: Account, name: str) -> t.Iterator[Values]:
    """An IAM group of nobody."""
    client = account.client("iam")
    client.create_group(GroupName=name)
    try:
        yield {"name": name}
    finally:
        client.delete_group(GroupName=name)


def packed(source: str) -> bytes:
    """Return a zip archive with source as index.py, the same bytes for the same source."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(zipfile.ZipInfo("index.py"), source)
    return buffer.getvalue()


@thing
def settled_role(account: Account, name: str) -> t.Iterator[Values]:
    """A role as role, which Lambda knows by now: it made a function with it, which is gone again."""
    with THINGS["function"](account, f"{name}-role") as function:
        yield {"arn": function["role"]}


@thing
def function(account: Account, name: str) -> t.Iterator[Values]:
    """A function that returns nothing; nobody calls it."""
    client = account.client("lambda")
    with THINGS["role"](account, name) as role:
        given = {"Runtime": "python3.13", "Handler": "index.handler", "Tags": {TAG: name}}
        code = {"ZipFile": packed("def handler(event, context):\n    return None\n")}
        made = _when_role_is_known(
            lambda: client.create_function(FunctionName=name, Role=role["arn"], Code=code, **given)
        )
        try:
            client.get_waiter("function_active_v2").wait(FunctionName=name)
            yield {"name": name, "arn": made["FunctionArn"], "role": role["arn"]}
        finally:
            client.delete_function(FunctionName=name)


def _when_role_is_known(create: t.Callable[[], t.Any], refusal: str = "InvalidParameterValueException") -> t.Any:
    """Create again for half a minute: other services learn of a role seconds after IAM (IAM guide, troubleshooting)."""
    for attempt in range(10):
        try:
            return create()
        except ClientError as error:
            if error.response["Error"]["Code"] != refusal or attempt == 9:
                raise
            time.sleep(3)
    raise AssertionError


@thing
def log_group(account: Account, name: str) -> t.Iterator[Values]:
    """An empty log group."""
    client = account.client("logs")
    client.create_log_group(logGroupName=name, tags={TAG: name})
    try:
        yield {"name": name}
    finally:
        client.delete_log_group(logGroupName=name)


def _tags(kind: str, name: str) -> list[dict[str, t.Any]]:
    """The tags of a kind of thing that EC2 makes, as its calls take them."""
    return [{"ResourceType": kind, "Tags": [{"Key": TAG, "Value": name}]}]


@thing
def vpc(account: Account, name: str) -> t.Iterator[Values]:
    """A VPC of 10.99.0.0/24 with nothing in it."""
    client = account.client("ec2")
    made = client.create_vpc(CidrBlock="10.99.0.0/24", TagSpecifications=_tags("vpc", name))["Vpc"]["VpcId"]
    try:
        client.get_waiter("vpc_available").wait(VpcIds=[made])
        yield {"id": made}
    finally:
        client.delete_vpc(VpcId=made)


@thing
def subnet(account: Account, name: str) -> t.Iterator[Values]:
    """A VPC as vpc, with an empty subnet of 10.99.0.0/28."""
    client = account.client("ec2")
    given = {"CidrBlock": "10.99.0.0/28", "TagSpecifications": _tags("subnet", name)}
    with THINGS["vpc"](account, name) as vpc:
        made = client.create_subnet(VpcId=vpc["id"], **given)["Subnet"]
        try:
            client.get_waiter("subnet_available").wait(SubnetIds=[made["SubnetId"]])
            yield {"id": made["SubnetId"], "vpc": vpc["id"], "zone": made["AvailabilityZone"]}
        finally:
            client.delete_subnet(SubnetId=made["SubnetId"])


@thing
def route_table(account: Account, name: str) -> t.Iterator[Values]:
    """A VPC as vpc, with a route table of nobody."""
    client = account.client("ec2")
    tags = _tags("route-table", name)
    with THINGS["vpc"](account, name) as vpc:
        made = client.create_route_table(VpcId=vpc["id"], TagSpecifications=tags)["RouteTable"]["RouteTableId"]
        try:
            yield {"id": made, "vpc": vpc["id"]}
        finally:
            client.delete_route_table(RouteTableId=made)


@thing
def security_group(account: Account, name: str) -> t.Iterator[Values]:
    """A VPC as vpc, with a security group that nothing uses."""
    client = account.client("ec2")
    with THINGS["vpc"](account, name) as vpc:
        given = {"GroupName": name, "Description": "A group of a fact", "VpcId": vpc["id"]}
        made = client.create_security_group(**given, TagSpecifications=_tags("security-group", name))["GroupId"]
        try:
            yield {"id": made, "vpc": vpc["id"]}
        finally:
            client.delete_security_group(GroupId=made)


@thing
def table(account: Account, name: str) -> t.Iterator[Values]:
    """An empty table of DynamoDB with the key id, whose requests are paid."""
    client = account.client("dynamodb")
    key = {
        "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
        "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
    }
    client.create_table(TableName=name, BillingMode="PAY_PER_REQUEST", Tags=[{"Key": TAG, "Value": name}], **key)
    try:
        client.get_waiter("table_exists").wait(TableName=name, WaiterConfig={"Delay": 2})
        yield {"name": name}
    finally:
        client.delete_table(TableName=name)
        client.get_waiter("table_not_exists").wait(TableName=name, WaiterConfig={"Delay": 2})


@thing
def file_system(account: Account, name: str) -> t.Iterator[Values]:
    """An empty file system without mount targets."""
    client = account.client("efs")
    made = client.create_file_system(CreationToken=name, Encrypted=True, Tags=[{"Key": TAG, "Value": name}])
    try:
        yield {"id": made["FileSystemId"], "arn": made["FileSystemArn"]}
    finally:
        client.delete_file_system(FileSystemId=made["FileSystemId"])


@thing
def user_pool(account: Account, name: str) -> t.Iterator[Values]:
    """A user pool without people, for which ada and Ada are one."""
    client = account.client("cognito-idp")
    given = {"UserPoolTags": {TAG: name}, "UsernameConfiguration": {"CaseSensitive": False}}
    made = client.create_user_pool(PoolName=name, **given)["UserPool"]
    try:
        yield {"id": made["Id"], "arn": made["Arn"]}
    finally:
        client.delete_user_pool(UserPoolId=made["Id"])
