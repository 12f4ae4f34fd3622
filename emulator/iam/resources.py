# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The resource that a call is authorized on, where ministack names another one or none.

Source: Service Authorization Reference, resource types of IAM, EC2, EFS, KMS, Lambda, Backup, Budgets and CloudWatch
Logs.
"""

from __future__ import annotations

import json
import re
import urllib.parse
from typing import Any

from emulator.iam.decisions import deleted_alarms, tagged_things
from emulator.iam.ec2_resources import resources_of, values
from emulator.shared.patching import wrap
from emulator.shared.shapes import Function, Headers, Structure
from emulator.shared.upstream import efs, iam, iam_actions, kms

LOG_GROUP = re.compile(r"arn:aws:logs:[^:]*:\d*:log-group:[^:*]+")
# The only calls that are authorized on the group itself (CloudWatch Logs guide, "ARN of a log group").
ON_THE_GROUP = {"logs:TagResource", "logs:UntagResource", "logs:ListTagsForResource"}
# Of these the Service Authorization Reference knows ViewBudget and ModifyBudget alone.
BUDGET_OPERATION = re.compile("Budget|Notification|Subscriber")
# Member of an IAM request -> (noun in the ARN, store).
NAMED = {
    "RoleName": ("role", iam._roles),
    "UserName": ("user", iam._users),
    "GroupName": ("group", iam._groups),
    "InstanceProfileName": ("instance-profile", iam._instance_profiles),
    "PolicyName": ("policy", {}),
}


def install() -> None:
    """Name resources as the Service Authorization Reference does."""
    wrap(iam_actions, "extract_resource_arn", _as_aws_names_it)
    wrap(iam_actions, "extract_iam_action", _as_aws_calls_it)


def _as_aws_names_it(original: Function) -> Function:
    finders = {
        "iam": iam_resource,
        "ec2": ec2_resource,
        "elasticfilesystem": efs_resource,
        "kms": kms_resource,
        "budgets": budget_resource,
        "backup": backup_resource,
        "lambda": lambda_resource,
        "cognito-idp": tagged_resource,
        "dynamodb": tagged_resource,
        "monitoring": alarm_resource,
        "wafv2": web_acl_resource,
    }

    def extract_resource_arn(
        service: str,
        method: str,
        path: str,
        headers: Headers,
        body: bytes,
        query_params: Structure,
        region: str,
        account_id: str,
    ) -> str:
        found = original(service, method, path, headers, body, query_params, region, account_id)
        if service == "logs":
            return log_stream_resource(headers.get("x-amz-target", "").rpartition(".")[2], body, found)
        finder = finders.get(service)
        return (finder(path, body, query_params, region, account_id) if finder else None) or found

    return extract_resource_arn


def iam_resource(_path: str, _body: bytes, parameters: Structure, _region: str, account_id: str) -> str | None:
    """The ARN of what an IAM call names, with its path: that of the record, or of what is to be made."""
    if values(parameters.get("PolicyArn")) and not any(values(parameters.get(name)) for name in NAMED):
        return values(parameters["PolicyArn"])[0]
    for member, (noun, store) in NAMED.items():
        for name in values(parameters.get(member)):
            record = store.get(name)
            path = values(parameters.get("Path"))
            return record["Arn"] if record else f"arn:aws:iam::{account_id}:{noun}{path[0] if path else '/'}{name}"
    return None


def ec2_resource(_path: str, _body: bytes, query: Structure, region: str, account_id: str) -> str | None:
    """The ARN of the first thing that a call makes, works on, tags or untags; for other calls ministack knows."""
    found = resources_of(query, region, account_id) or tagged_things(query, region, account_id)
    return next(iter(found), None)


def efs_resource(path: str, body: bytes, query: Structure, region: str, account_id: str) -> str | None:
    """The ARN of the file system or access point that an EFS call is about, by path, query or body."""
    found = re.search(r"/(fs-[0-9a-f]+|fsap-[0-9a-f]+|fsmt-[0-9a-f]+)(/|$)", path)
    named = [
        *values(query.get("FileSystemId")),
        *values(query.get("AccessPointId")),
        *values(query.get("MountTargetId")),
    ]
    identifier = found[1] if found else named[0] if named else _json(body).get("FileSystemId")
    if not isinstance(identifier, str):
        return None
    identifier = identifier.rpartition("/")[2]
    if identifier.startswith("fsmt-"):
        identifier = (efs._mount_targets.get(identifier) or {}).get("FileSystemId", "*")
    noun = "access-point" if identifier.startswith("fsap-") else "file-system"
    return f"arn:aws:elasticfilesystem:{region}:{account_id}:{noun}/{identifier}"


def kms_resource(_path: str, body: bytes, _query: Structure, _region: str, _account_id: str) -> str | None:
    """The key behind an alias: key policies and IAM policies are about keys (KMS guide, aliases and authorization)."""
    request = _json(body)
    identifier = request.get("KeyId") or request.get("TargetKeyId") or request.get("AliasName")
    known = "TargetKeyId" in request or (isinstance(identifier, str) and "alias/" in identifier)
    key = kms._resolve_key(identifier) if known and isinstance(identifier, str) else None
    return key["Arn"] if key else None


def _as_aws_calls_it(original: Function) -> Function:
    """Budgets are read with one right and written with another, whatever the call's name is.

    ministack lets everybody read Lambda's settings of an account.
    """

    def extract_iam_action(service: str, method: str, path: str, *request: Any, **options: Any) -> str:
        action = original(service, method, path, *request, **options)
        if service == "lambda" and path.rstrip("/").endswith("/account-settings"):
            return "lambda:GetAccountSettings"
        operation = action.partition(":")[2] if action else ""
        if service != "budgets" or not BUDGET_OPERATION.search(operation):
            return action
        return f"budgets:{'ViewBudget' if operation.startswith('Describe') else 'ModifyBudget'}"

    return extract_iam_action


def budget_resource(_path: str, body: bytes, _query: Structure, _region: str, account_id: str) -> str | None:
    """The ARN of the budget that a call names, or is to make."""
    request = _json(body)
    budget = request.get("Budget") or request.get("NewBudget") or request
    name = budget.get("BudgetName") if isinstance(budget, dict) else None
    return request.get("ResourceARN") or (f"arn:aws:budgets::{account_id}:budget/{name}" if name else None)


def backup_resource(path: str, _body: bytes, _query: Structure, region: str, account_id: str) -> str | None:
    """The ARN of the vault or plan that an AWS Backup call is about, by its path."""
    path = urllib.parse.unquote(path)
    tagged = re.match("/(?:un)?tags?/(?P<arn>arn:.+?)/?$", path)
    if tagged:
        return tagged["arn"]
    found = re.match(r"/backup-vaults/(?P<vault>[^/]+)|/backup/plans(/(?P<plan>[^/]+))?", path)
    if not found:
        return None
    what = f"backup-vault:{found['vault']}" if found["vault"] else f"backup-plan:{found['plan'] or '*'}"
    return f"arn:aws:backup:{region}:{account_id}:{what}"


def lambda_resource(path: str, body: bytes, _query: Structure, region: str, account_id: str) -> str | None:
    """The ARN of the function that is to be made; for other calls ministack knows."""
    name = _json(body).get("FunctionName") if path.rstrip("/").endswith("/functions") else None
    return f"arn:aws:lambda:{region}:{account_id}:function:{name}" if isinstance(name, str) else None


def log_stream_resource(operation: str, body: bytes, group_arn: str) -> str:
    """The ARN of the stream that a call names, or the group's; who makes a stream needs the right on the group."""
    stream = _json(body).get("logStreamName")
    return f"{group_arn}:log-stream:{stream}" if stream and operation != "CreateLogStream" else group_arn


def tagged_resource(_path: str, body: bytes, _query: Structure, _region: str, _account_id: str) -> str | None:
    """The ARN of the user pool or table that a call tags, untags or lists the tags of; for others ministack knows."""
    return _json(body).get("ResourceArn")


def web_acl_resource(_path: str, body: bytes, _query: Structure, _region: str, _account_id: str) -> str | None:
    """The ARN of the web ACL that a call associates, or of what it takes the web ACL off."""
    request = _json(body)
    return request.get("WebACLArn") or request.get("ResourceArn")


def alarm_resource(_path: str, body: bytes, _query: Structure, region: str, account_id: str) -> str | None:
    """The ARN of the alarm that a call tags, or of the first that it deletes; for other calls ministack knows."""
    request = _json(body)
    tagged = request.get("ResourceARN")
    return tagged or next(iter(deleted_alarms(request, region, account_id)), None)


def _json(body: bytes) -> Structure:
    try:
        document = json.loads(body or b"{}")
    except ValueError:
        return {}
    return document if isinstance(document, dict) else {}


def as_matched(action: str, resource_arn: str) -> str:
    """What the Resource of a statement is compared with: calls on a log group meet ``GROUP:log-stream:``.

    So a statement needs ``log-group:NAME:*``, as refusals of AWS show that name the resource.
    """
    on_streams = action.startswith("logs:") and action not in ON_THE_GROUP
    return f"{resource_arn}:log-stream:" if on_streams and LOG_GROUP.fullmatch(resource_arn) else resource_arn
