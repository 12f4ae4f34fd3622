# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a call needs besides its own action: to pass the roles that it hands on, to tag what it makes.

Sources: Service Authorization Reference (dependent actions); IAM user guide, "Granting a user permissions to pass a
role"; EC2 user guide, "Grant permission to tag resources during creation"; for the tagging actions of other services
their guides on tags at creation and the refusals that public deployments quote.
"""

from __future__ import annotations

import dataclasses
from typing import Any

from ministack.core.responses import get_account_id, get_region

from emulator.iam import service_linked_roles
from emulator.iam.ec2_resources import arn_of, resources_of, values
from emulator.iam.passed_roles import passed_roles
from emulator.shared.shapes import Structure

# What makes something with tags -> the action that tags it, on the same resource.
TAGGING = {
    "backup:CreateBackupPlan": "backup:TagResource",
    "backup:CreateBackupVault": "backup:TagResource",
    "cognito-idp:CreateUserPool": "cognito-idp:TagResource",
    "elasticfilesystem:CreateFileSystem": "elasticfilesystem:TagResource",
    "iam:CreatePolicy": "iam:TagPolicy",
    "iam:CreateRole": "iam:TagRole",
    "iam:CreateUser": "iam:TagUser",
    "kms:CreateKey": "kms:TagResource",
    "lambda:CreateFunction": "lambda:TagResource",
    "logs:CreateLogGroup": "logs:TagResource",
}
# What EC2 decides on every one of the things that are named, each with its own tags.
ON_TAGGED_THINGS = {"CreateTags", "DeleteTags"}
# What making a backup vault needs on its key (AWS knowledge center, "Access Denied" when creating a vault).
OF_A_VAULTS_KEY = ("kms:CreateGrant", "kms:Decrypt", "kms:DescribeKey", "kms:GenerateDataKey", "kms:RetireGrant")
OF_POOLS = {"cognito-idp:CreateUserPool", "cognito-idp:UpdateUserPool"}
ON_ALIASES = {"kms:CreateAlias", "kms:UpdateAlias", "kms:DeleteAlias"}


@dataclasses.dataclass(frozen=True)
class Decision:
    """A further action that a request needs: on ``resource`` (None: the request's own), with its own context."""

    action: str
    service: str
    resource: str | None
    context: Structure


def dependent(iam_action: str, document: Any, params: Structure, context: Structure) -> list[Decision]:
    """The Decisions of a request; ``document`` is its JSON body or {}, ``context`` its condition keys."""
    return [
        *_passed_roles(iam_action, document, params),
        *_tagging(iam_action, params, context),
        *_aliases(iam_action, document),
        *_deleted_alarms(iam_action, document, context),
        *_backup_storage(iam_action, document),
        *_role_of_mail(iam_action, document),
        *(_things_of_ec2(params, context) if iam_action.startswith("ec2:") else []),
    ]


def _passed_roles(iam_action: str, document: Any, params: Structure) -> list[Decision]:
    """One iam:PassRole for every role that a request hands to a service."""
    return [
        Decision("iam:PassRole", "iam", role, {"iam:PassedToService": receiver})
        for role, receiver in dict.fromkeys(passed_roles(iam_action, document, params))
    ]


def _aliases(iam_action: str, document: Any) -> list[Decision]:
    """Who makes, moves or deletes an alias needs the same right on the alias and on its key (KMS guide, aliases)."""
    if iam_action not in ON_ALIASES or not isinstance(document, dict) or not isinstance(document.get("AliasName"), str):
        return []
    return [Decision(iam_action, "kms", f"arn:aws:kms:{get_region()}:{get_account_id()}:{document['AliasName']}", {})]


def _role_of_mail(iam_action: str, document: Any) -> list[Decision]:
    """The right to make Cognito's own role, in an account that has none, for a pool that sends with its own SES."""
    service = service_linked_roles.of_sender(document) if iam_action in OF_POOLS else None
    if service is None or service_linked_roles.exists(service):
        return []
    role = service_linked_roles.arn(service, get_account_id())
    return [Decision(service_linked_roles.RIGHT, "iam", role, {"iam:AWSServiceName": service})]


def _backup_storage(iam_action: str, document: Any) -> list[Decision]:
    """What a new backup vault needs for its storage and its key; without a key AWS Backup's own is used."""
    if iam_action != "backup:CreateBackupVault":
        return []
    key = document.get("EncryptionKeyArn")
    of_key = [Decision(right, "kms", key, {}) for right in OF_A_VAULTS_KEY] if key else []
    return [Decision("backup-storage:MountCapsule", "backup", "*", {}), *of_key]


def deleted_alarms(document: Any, region: str, account_id: str) -> list[str]:
    """The ARNs of the alarms that cloudwatch:DeleteAlarms names; [] for other calls."""
    names = document.get("AlarmNames") if isinstance(document, dict) else None
    return [f"arn:aws:cloudwatch:{region}:{account_id}:alarm:{name}" for name in names or []]


def _deleted_alarms(iam_action: str, document: Any, context: Structure) -> list[Decision]:
    """The same right on all alarms but the first, which is the request's own resource."""
    if iam_action != "cloudwatch:DeleteAlarms":
        return []
    arns = deleted_alarms(document, get_region(), get_account_id())[1:]
    return [Decision(iam_action, "monitoring", arn, context) for arn in arns]


def tagged_things(params: Structure, region: str, account_id: str) -> list[str]:
    """The ARNs of what ec2:CreateTags or ec2:DeleteTags names, [] for other calls; ``params`` is the query."""
    if not ON_TAGGED_THINGS & set(values(params.get("Action"))):
        return []
    named = [
        identifier for name, value in params.items() if name.startswith("ResourceId.") for identifier in values(value)
    ]
    return [arn_of(one, region, account_id) for one in named]


def _things_of_ec2(params: Structure, context: Structure) -> list[Decision]:
    """The same right on all things but the first, which is the request's own resource."""
    action, place = next(iter(values(params.get("Action"))), ""), (get_region(), get_account_id())
    tagged = [(arn, context) for arn in tagged_things(params, *place)]
    untagged = {key: value for key, value in context.items() if key not in _tags_of_the_request(context)}
    others = [(arn, untagged) for arn in resources_of(params, *place)]
    return [Decision(f"ec2:{action}", "ec2", arn, keys) for arn, keys in (others or tagged)[1:]]


def _tags_of_the_request(context: Structure) -> Structure:
    """The condition keys that tell which tags a request gives."""
    return {key: value for key, value in context.items() if key.lower().startswith(("aws:requesttag/", "aws:tagkeys"))}


def _tagging(iam_action: str, params: Structure, context: Structure) -> list[Decision]:
    tags = _tags_of_the_request(context)
    service, _colon, operation = iam_action.partition(":")
    if not tags:
        return []
    if iam_action in TAGGING:
        return [Decision(TAGGING[iam_action], service, None, tags)]
    if service != "ec2" or operation == "CreateTags":
        return []
    return [
        Decision(
            "ec2:CreateTags",
            "ec2",
            f"arn:aws:ec2:{get_region()}:{get_account_id()}:{kind}/*",
            {**tags, "ec2:CreateAction": operation},
        )
        for name, kinds in params.items()
        if name.startswith("TagSpecification.") and name.endswith(".ResourceType")
        for kind in values(kinds)
    ]
