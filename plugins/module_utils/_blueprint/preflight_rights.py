# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which rights of the operators' policies somebody lacks: what is asked of IAM's simulator, and what its answers mean.

Each statement is asked about in the very context in which it allows something, so who has the policy is allowed it.
The simulator takes no wildcards in the names of actions (API reference, SimulatePrincipalPolicy): a pattern of a policy
is asked about by one action that it stands for.
"""

from __future__ import annotations

import dataclasses
import typing as t

from .names import Names
from .platform import Platform
from .policies.document import Document, Statement
from .policies.operators import platform_policies
from .policies.team_operators import team_policies
from .preflight import Line, judged
from .team import Team

# An action for each pattern.
EXAMPLES = {
    "backup:Get*": "backup:GetBackupPlan",
    "backup:List*": "backup:ListBackupPlans",
    "cognito-idp:Describe*": "cognito-idp:DescribeUserPool",
    "cognito-idp:Get*": "cognito-idp:GetGroup",
    "cognito-idp:List*": "cognito-idp:ListUserPools",
    "ec2:AuthorizeSecurityGroup*": "ec2:AuthorizeSecurityGroupIngress",
    "ec2:Describe*": "ec2:DescribeVpcs",
    "ec2:RevokeSecurityGroup*": "ec2:RevokeSecurityGroupIngress",
    "ec2:UpdateSecurityGroupRule*": "ec2:UpdateSecurityGroupRuleDescriptionsIngress",
    "elasticfilesystem:Describe*": "elasticfilesystem:DescribeFileSystems",
    "iam:CreatePolicy*": "iam:CreatePolicyVersion",
    "iam:DeletePolicy*": "iam:DeletePolicyVersion",
    "iam:GetPolicy*": "iam:GetPolicyVersion",
    "iam:GetRole*": "iam:GetRole",
    "iam:List*": "iam:ListRoles",
    "iam:UpdateRole*": "iam:UpdateRole",
    "kms:*KeyRotation": "kms:EnableKeyRotation",
    "kms:GenerateDataKey*": "kms:GenerateDataKey",
    "kms:GetKey*": "kms:GetKeyPolicy",
    "kms:List*": "kms:ListAliases",
    "lambda:GetFunction*": "lambda:GetFunction",
    "logs:Describe*": "logs:DescribeLogGroups",
    "s3:GetBucket*": "s3:GetBucketPolicy",
    "s3:ListBucket*": "s3:ListBucket",
    "sagemaker:DeleteApp*": "sagemaker:DeleteApp",
    "sagemaker:DeleteImage*": "sagemaker:DeleteImage",
    "sagemaker:Describe*": "sagemaker:DescribeDomain",
    "sagemaker:List*": "sagemaker:ListDomains",
    "sagemaker:UpdateImage*": "sagemaker:UpdateImage",
}
# Nobody builds with it.
OF_REMOVAL = "team-removal"
BOUNDARY = "iam:PermissionsBoundary"
# What conditions say by leaving it out.
ABSENT = ("Null", "StringNotEquals")
STAND_IN = "preflight"
# Services with one place in each partition: of their requests aws:RequestedRegion is that place (IAM user guide).
GLOBAL = ("budgets", "iam")
REGION = "aws:RequestedRegion"
MOST_NAMED = 6


@dataclasses.dataclass(frozen=True)
class Question:
    """One simulation: actions on a resource. context: {key: (values, whether the key holds a list)}."""

    actions: tuple[str, ...]
    resource: str
    context: tuple[tuple[str, tuple[str, ...], bool], ...]


@dataclasses.dataclass(frozen=True)
class Right:
    """What IAM's simulator answered about an action."""

    action: str
    allowed: bool
    # "the organization" or "the permissions boundary" where that refuses it.
    refused_by: str = ""


def policies_of_platform(platform: Platform) -> dict[str, Document]:
    """Return the policies of who makes a platform, by name."""
    return platform_policies(platform)


def policies_of_team(team: Team) -> dict[str, Document]:
    """Return the policies of who builds a team, by name. Without a boundary it is whatever the roles have."""
    boundary = team.permissions_boundary_arn or f"{Names(team.platform, team.name).iam}:policy/{STAND_IN}"
    found = team_policies(team.names, boundary, team.domain_id)
    return {name: document for name, document in found.items() if name != OF_REMOVAL}


def questions(document: Document, has_boundary: bool = True) -> list[Question]:
    """Return what is asked about a policy: one question for each statement that allows something."""
    allowing = [statement for statement in document["Statement"] if statement["Effect"] == "Allow"]
    return [_question(statement, has_boundary) for statement in allowing]


def in_regions(question: Question, region: str, home: str) -> list[Question]:
    """Return a question for each region that its actions ask: rights are often bound to regions.

    The simulator knows no region but the one that it is told. home: where the partition's global services are.
    """
    asked: dict[str, list[str]] = {}
    for action in question.actions:
        asked.setdefault(home if action.partition(":")[0] in GLOBAL else region, []).append(action)
    without = tuple(entry for entry in question.context if entry[0] != REGION)
    return [
        dataclasses.replace(question, actions=tuple(actions), context=(*without, (REGION, (place,), False)))
        for place, actions in asked.items()
    ]


def _question(statement: Statement, has_boundary: bool) -> Question:
    resources = statement["Resource"]
    resource = resources if isinstance(resources, str) else resources[0]
    actions = [EXAMPLES.get(action, action) for action in statement["Action"]]
    context = [
        (key, _values(value), operator.startswith("ForAllValues"))
        for operator, keys in statement.get("Condition", {}).items()
        for key, value in keys.items()
        if not operator.rpartition(":")[2].startswith(ABSENT) and (has_boundary or key != BOUNDARY)
    ]
    return Question(
        tuple(dict.fromkeys(actions)), resource if resource == "*" else _named(resource), tuple(sorted(context))
    )


def _values(value: str | t.Sequence[str]) -> tuple[str, ...]:
    """Return a value that fits: of several the first, of a pattern one that it stands for."""
    return (_named(value if isinstance(value, str) else value[0]),)


def _named(pattern: str) -> str:
    return pattern.replace("*", STAND_IN)


def rights_line(about: str, rights: t.Iterable[Right]) -> Line:
    """Return whether somebody has all rights of a policy."""
    answers = list(rights)
    lacking = list(dict.fromkeys(one.action for one in answers if not one.allowed))
    by = sorted({one.refused_by for one in answers if one.refused_by and not one.allowed})
    shown = ", ".join(lacking[:MOST_NAMED])
    more = f" and {len(lacking) - MOST_NAMED} more" if len(lacking) > MOST_NAMED else ""
    why = f", refused by {' and '.join(by)}" if by else ""
    mistake = f"Not allowed: {shown}{more}{why}. Attach the policy (playbooks/operator_policies.yml writes it)."
    return judged(about, mistake if lacking else "", f"All {len({one.action for one in answers})} rights are there.")
