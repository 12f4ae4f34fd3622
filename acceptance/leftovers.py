# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What there is in the account: of ours, by tag or name, and how many of each kind altogether."""

from __future__ import annotations

import dataclasses
import typing as t

from botocore.exceptions import ClientError

from acceptance.account import TAG, Account
from acceptance.names import PREFIXES

ALIAS = "alias/"


@dataclasses.dataclass(frozen=True)
class Thing:
    """A resource: its kind in words, its id or ARN, its name, and its tags, None where listing does not tell."""

    kind: str
    id: str
    name: str
    tags: dict[str, str] | None = None

    @property
    def of_ours(self) -> bool:
        """Whether a platform of ours or the acceptance made it, as tags or else the name tell."""
        if self.tags is not None and (TAG in self.tags or "Platform" in self.tags):
            return True
        return self.name.removeprefix(ALIAS).replace("/", "-").startswith(PREFIXES)


# How many of a kind an account may have that is to be the acceptance's own; of what is not named here any number.
MOST = {"VPC": 1, "domain": 0, "user pool": 0, "REST API": 0, "function": 2, "file system": 0, "bucket": 5, "role": 20}
Lister = t.Callable[[Account], t.Iterator[Thing]]
LISTERS: list[Lister] = []


def lister(listing: Lister) -> Lister:
    """Register a function that lists things of the account."""
    LISTERS.append(listing)
    return listing


def things(account: Account) -> list[Thing]:
    """Return all that is in the account and region, without what AWS made itself."""
    return [thing for listing in LISTERS for thing in listing(account)]


def of_ours(account: Account) -> list[Thing]:
    """Return what a platform of ours or the acceptance left. Keys that are scheduled for deletion are on their way."""
    return [thing for thing in things(account) if thing.of_ours]


def too_many(found: list[Thing]) -> list[str]:
    """Return a sentence for each kind of which an account of the acceptance's own has too many."""
    counted = {kind: [thing for thing in found if thing.kind == kind] for kind in MOST}
    return [
        f"{len(some)} of kind {kind}, such as {some[0].name or some[0].id}; at most {MOST[kind]}"
        for kind, some in counted.items()
        if len(some) > MOST[kind]
    ]


def _pages(account: Account, service: str, operation: str, member: str, **arguments: t.Any) -> t.Iterator[t.Any]:
    client = account.client(service)
    if not client.can_paginate(operation):
        yield from getattr(client, operation)(**arguments)[member]
        return
    for page in client.get_paginator(operation).paginate(**arguments):
        yield from page[member]


def _tags(listed: t.Iterable[t.Mapping[str, str]]) -> dict[str, str]:
    return {one.get("Key") or one["TagKey"]: one.get("Value") or one.get("TagValue", "") for one in listed}


@lister
def networks(account: Account) -> t.Iterator[Thing]:
    """VPCs, gateways, endpoints, security groups and file systems."""
    for one in _pages(account, "ec2", "describe_vpcs", "Vpcs"):
        tags = _tags(one.get("Tags", []))
        yield Thing("VPC", one["VpcId"], tags.get("Name", ""), tags)
    for one in _pages(account, "ec2", "describe_internet_gateways", "InternetGateways"):
        yield Thing("internet gateway", one["InternetGatewayId"], "", _tags(one.get("Tags", [])))
    for one in _pages(account, "ec2", "describe_vpc_endpoints", "VpcEndpoints"):
        if one["State"].lower() != "deleted":
            yield Thing("VPC endpoint", one["VpcEndpointId"], "", _tags(one.get("Tags", [])))
    for one in _pages(account, "ec2", "describe_security_groups", "SecurityGroups"):
        yield Thing("security group", one["GroupId"], one["GroupName"], _tags(one.get("Tags", [])))
    for one in _pages(account, "efs", "describe_file_systems", "FileSystems"):
        if one["LifeCycleState"] != "deleted":
            yield Thing("file system", one["FileSystemId"], one.get("Name", ""), _tags(one.get("Tags", [])))


@lister
def studio(account: Account) -> t.Iterator[Thing]:
    """Domains, scripts, images and jobs that run."""
    client = account.client("sagemaker")
    kinds = {
        "domain": ("list_domains", "Domains", "DomainArn", "DomainName"),
        "script": (
            "list_studio_lifecycle_configs",
            "StudioLifecycleConfigs",
            "StudioLifecycleConfigArn",
            "StudioLifecycleConfigName",
        ),
        "image": ("list_images", "Images", "ImageArn", "ImageName"),
    }
    for kind, (operation, member, arn, name) in kinds.items():
        for one in _pages(account, "sagemaker", operation, member):
            yield Thing(kind, one[arn], one[name], _tags(client.list_tags(ResourceArn=one[arn])["Tags"]))
    for one in _pages(account, "sagemaker", "list_training_jobs", "TrainingJobSummaries", StatusEquals="InProgress"):
        yield Thing("training job", one["TrainingJobArn"], one["TrainingJobName"])


@lister
def sign_in(account: Account) -> t.Iterator[Thing]:
    """User pools, REST APIs and functions."""
    for one in _pages(account, "cognito-idp", "list_user_pools", "UserPools", MaxResults=60):
        pool = account.client("cognito-idp").describe_user_pool(UserPoolId=one["Id"])["UserPool"]
        yield Thing("user pool", one["Id"], one["Name"], pool.get("UserPoolTags", {}))
    for one in _pages(account, "apigateway", "get_rest_apis", "items"):
        yield Thing("REST API", one["id"], one["name"], one.get("tags", {}))
    for one in _pages(account, "lambda", "list_functions", "Functions"):
        yield Thing("function", one["FunctionArn"], one["FunctionName"])
    for one in _pages(account, "dynamodb", "list_tables", "TableNames"):
        yield Thing("table", one, one)
    for one in _pages(account, "cloudwatch", "describe_alarms", "MetricAlarms"):
        yield Thing("alarm", one["AlarmArn"], one["AlarmName"])
    for one in _pages(account, "logs", "describe_log_groups", "logGroups"):
        yield Thing("log group", one["arn"], one["logGroupName"])


@lister
def data(account: Account) -> t.Iterator[Thing]:
    """Buckets, keys that are not scheduled for deletion, and aliases."""
    for one in account.client("s3").list_buckets()["Buckets"]:
        yield Thing("bucket", one["Name"], one["Name"])
    kms = account.client("kms")
    for one in _pages(account, "kms", "list_keys", "Keys"):
        told = kms.describe_key(KeyId=one["KeyId"])["KeyMetadata"]
        if told["KeyManager"] == "CUSTOMER" and told["KeyState"] != "PendingDeletion":
            tags = _tags(kms.list_resource_tags(KeyId=one["KeyId"])["Tags"])
            yield Thing("key", one["KeyId"], told.get("Description", ""), tags)
    for one in _pages(account, "kms", "list_aliases", "Aliases"):
        yield Thing("alias", one["AliasArn"], one["AliasName"])
    try:
        for one in _pages(account, "backup", "list_backup_vaults", "BackupVaultList"):
            yield Thing("backup vault", one["BackupVaultArn"], one["BackupVaultName"])
    except ClientError as error:
        # Where nobody ever opted in to AWS Backup, there are no vaults to list.
        if error.response["Error"]["Code"] != "AccessDeniedException":
            raise


@lister
def rights(account: Account) -> t.Iterator[Thing]:
    """Roles, policies, groups and users; not the roles that AWS makes for its services and its single sign-on."""
    for one in _pages(account, "iam", "list_roles", "Roles"):
        if not one["Path"].startswith(("/aws-service-role/", "/aws-reserved/")):
            yield Thing("role", one["Arn"], one["RoleName"])
    for one in _pages(account, "iam", "list_policies", "Policies", Scope="Local"):
        yield Thing("policy", one["Arn"], one["PolicyName"])
    for one in _pages(account, "iam", "list_groups", "Groups"):
        yield Thing("group", one["Arn"], one["GroupName"])
    for one in _pages(account, "iam", "list_users", "Users"):
        yield Thing("user", one["Arn"], one["UserName"])
