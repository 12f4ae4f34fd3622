# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which rights the credentials have: IAM's simulator says it, or a dry run where it may not be asked."""

from __future__ import annotations

import typing as t

from .._blueprint.preflight import Line, fine, unknown, will_fail, without_secrets
from .._blueprint.preflight_rights import Question, Right, in_regions, questions, rights_line
from .._blueprint.preflight_wants import Wants
from .._blueprint.regions import partition_of
from .._engine import in_threads
from .._naming import code_of
from .asking import HOMES, REFUSED, Asker, reason

try:
    from botocore.exceptions import ClientError
except ImportError:
    pass  # AnsibleAWSModule reports the missing library

ROOT = "root"


def policy_lines(asker: Asker, arn: str, about: str, document: t.Mapping[str, t.Any], bounded: bool) -> list[Line]:
    """Return whether who has an ARN has the rights of a policy. bounded: roles are made with a boundary."""
    if arn.endswith(f":{ROOT}"):
        return [fine(about, "The account's root may do everything.")]
    source = _source(asker, arn)

    def ask(question: Question) -> list[Right]:
        return asker.once(str(question), lambda: simulate(asker, source, question))

    answers = in_threads(ask, questions(dict(document), bounded))
    return [rights_line(about, [right for rights in answers for right in rights])]


def is_allowed(asker: Asker, arn: str, action: str, resource: str, context: t.Mapping[str, str]) -> bool | None:
    """Return whether one action is allowed, None where nobody may ask."""
    if arn.endswith(f":{ROOT}"):
        return True
    question = Question((action,), resource, tuple((key, (value,), False) for key, value in context.items()))
    try:
        return all(right.allowed for right in simulate(asker, _source(asker, arn), question))
    except ClientError as error:
        if code_of(error) not in REFUSED:
            raise
        return None


def _source(asker: Asker, arn: str) -> str:
    """Return the ARN that the simulator takes: that of a session's role, whose path only IAM tells."""
    kind, _slash, rest = arn.split(":", 5)[5].partition("/")
    if kind != "assumed-role":
        return arn
    name = rest.partition("/")[0]
    return str(asker.once(f"role {name}", lambda: asker.client("iam").get_role(RoleName=name)["Role"]["Arn"]))


def simulate(asker: Asker, source: str, question: Question) -> list[Right]:
    """Return what IAM's simulator says of each action. Raises what boto3 raises."""
    client, rights = asker.client("iam"), []
    region = str(asker.client("ec2").meta.region_name)
    for part in in_regions(question, region, HOMES.get(partition_of(region) or "", region)):
        pages = client.get_paginator("simulate_principal_policy").paginate(
            PolicySourceArn=source,
            ActionNames=list(part.actions),
            ResourceArns=[part.resource],
            ContextEntries=[
                {
                    "ContextKeyName": key,
                    "ContextKeyValues": list(values),
                    "ContextKeyType": "stringList" if is_list else "string",
                }
                for key, values, is_list in part.context
            ],
        )
        rights += [_right(result) for page in pages for result in page["EvaluationResults"]]
    return rights


def _right(result: t.Mapping[str, t.Any]) -> Right:
    organization = result.get("OrganizationsDecisionDetail", {}).get("AllowedByOrganizations", True)
    boundary = result.get("PermissionsBoundaryDecisionDetail", {}).get("AllowedByPermissionsBoundary", True)
    refused_by = "" if organization else "the organization"
    return Right(
        str(result["EvalActionName"]),
        result["EvalDecision"] == "allowed",
        refused_by or ("" if boundary else "the permissions boundary of these credentials"),
    )


def dry_run_lines(asker: Asker, wants: Wants) -> list[Line]:
    """Return whether a VPC may be made, which EC2 says without making one; [] where the simulator says it all."""
    about, tags = "right to make the VPC", [{"Key": key, "Value": value} for key, value in wants.platform.tags.items()]
    specification = [{"ResourceType": "vpc", "Tags": tags}]
    try:
        asker.client("ec2").create_vpc(CidrBlock=wants.network.cidr, TagSpecifications=specification, DryRun=True)
    except ClientError as error:
        code = code_of(error)
        if code == "DryRunOperation":
            return [fine(about, "A dry run of ec2:CreateVpc says so.")]
        if code in REFUSED:
            said = without_secrets(str(error))
            return [will_fail(about, f"Attach the policy platform-network. A dry run of ec2:CreateVpc says: {said}")]
        return [unknown(about, reason(error))]
    return [unknown(about, "EC2 answered a dry run as if it were none.")]
