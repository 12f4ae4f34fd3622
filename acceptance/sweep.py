# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Take away what an acceptance that was killed left: teams and platform by playbooks, the rest by tag or name."""

from __future__ import annotations

import typing as t

from botocore.exceptions import ClientError

from acceptance.account import TAG, Account
from acceptance.job import take_down
from acceptance.leftovers import ALIAS, Thing, of_ours
from acceptance.runs import Playbooks, StepError
from acceptance.things import delete_bucket, delete_role

# How often AWS is asked again where one thing must go before another can.
ROUNDS = 3


def sweep(account: Account, playbooks: Playbooks, tell: t.Callable[[str], None]) -> list[Thing]:
    """Take everything of the acceptance away, and return what is left.

    A platform that an inventory of people's own describes is not touched: the playbooks destroy by name, and of the
    rest only that goes which facts made.
    """
    try:
        tell(take_down(playbooks))
    except StepError as error:
        tell(str(error))
    take_facts_away(account, tell)
    return of_ours(account)


def take_facts_away(account: Account, tell: t.Callable[[str], None]) -> None:
    """Delete what facts made; what another thing needs goes in a later round."""
    for _round in range(ROUNDS):
        for thing in of_facts(account):
            try:
                REMOVERS[thing.kind](account, thing)
                tell(f"{thing.kind} {thing.name or thing.id} was deleted")
            except ClientError as error:
                tell(f"{thing.kind} {thing.name or thing.id} stays: {error}")
        if not of_facts(account):
            break


def of_facts(account: Account) -> list[Thing]:
    """Return what facts made: it carries their tag, or has a name that begins so."""
    return [
        thing
        for thing in of_ours(account)
        if thing.kind in REMOVERS and (TAG in (thing.tags or {}) or thing.name.removeprefix(ALIAS).startswith(TAG))
    ]


def _delete_group(account: Account, thing: Thing) -> None:
    client = account.client("iam")
    for user in client.get_group(GroupName=thing.name)["Users"]:
        client.remove_user_from_group(GroupName=thing.name, UserName=user["UserName"])
    client.delete_group(GroupName=thing.name)


def _delete_script(account: Account, thing: Thing) -> None:
    account.client("sagemaker").delete_studio_lifecycle_config(StudioLifecycleConfigName=thing.name)


def _delete_gateway(account: Account, thing: Thing) -> None:
    client = account.client("ec2")
    for gateway in client.describe_internet_gateways(InternetGatewayIds=[thing.id])["InternetGateways"]:
        for attached in gateway["Attachments"]:
            client.detach_internet_gateway(InternetGatewayId=thing.id, VpcId=attached["VpcId"])
    client.delete_internet_gateway(InternetGatewayId=thing.id)


def _delete_vpc(account: Account, thing: Thing) -> None:
    """EC2 refuses to delete a VPC with anything in it but what the VPC brought with it."""
    client = account.client("ec2")
    of_vpc = [{"Name": "vpc-id", "Values": [thing.id]}]
    for subnet in client.describe_subnets(Filters=of_vpc)["Subnets"]:
        client.delete_subnet(SubnetId=subnet["SubnetId"])
    for table in client.describe_route_tables(Filters=of_vpc)["RouteTables"]:
        if not any(association.get("Main") for association in table["Associations"]):
            client.delete_route_table(RouteTableId=table["RouteTableId"])
    for group in client.describe_security_groups(Filters=of_vpc)["SecurityGroups"]:
        if group["GroupName"] != "default":
            client.delete_security_group(GroupId=group["GroupId"])
    client.delete_vpc(VpcId=thing.id)


REMOVERS: dict[str, t.Callable[[Account, Thing], object]] = {
    "REST API": lambda account, thing: account.client("apigateway").delete_rest_api(restApiId=thing.id),
    "function": lambda account, thing: account.client("lambda").delete_function(FunctionName=thing.name),
    "bucket": lambda account, thing: delete_bucket(account, thing.name),
    "key": lambda account, thing: account.client("kms").schedule_key_deletion(KeyId=thing.id, PendingWindowInDays=7),
    "role": lambda account, thing: delete_role(account, thing.name),
    "group": _delete_group,
    "user": lambda account, thing: account.client("iam").delete_user(UserName=thing.name),
    "alias": lambda account, thing: account.client("kms").delete_alias(AliasName=thing.name),
    "script": _delete_script,
    "log group": lambda account, thing: account.client("logs").delete_log_group(logGroupName=thing.name),
    "internet gateway": _delete_gateway,
    "VPC": _delete_vpc,
    "file system": lambda account, thing: account.client("efs").delete_file_system(FileSystemId=thing.id),
    "user pool": lambda account, thing: account.client("cognito-idp").delete_user_pool(UserPoolId=thing.id),
    "table": lambda account, thing: account.client("dynamodb").delete_table(TableName=thing.name),
}
