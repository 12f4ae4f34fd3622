# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who may take the team's roles, and what a person's own role may do with itself."""

from __future__ import annotations

from ..names import Names
from .document import Document, document


def execution_trust(names: Names, schedules: bool) -> Document:
    """Return the trust policy of a role that Studio works with.

    schedules: whether EventBridge may take it too, which runs notebook schedules with the role of jobs and no other.
    """
    same_account = {"aws:SourceAccount": names.account_id}
    statements = [
        {
            "Sid": "SageMakerOfThisAccount",
            "Effect": "Allow",
            "Principal": {"Service": "sagemaker.amazonaws.com"},
            "Action": ["sts:AssumeRole", "sts:SetSourceIdentity"],
            "Condition": {"StringEquals": same_account},
        }
    ]
    if schedules:
        rules = f"arn:{names.partition}:events:{names.region}:{names.account_id}:rule/*"
        statements.append(
            {
                "Sid": "SchedulesOfThisAccount",
                "Effect": "Allow",
                "Principal": {"Service": "events.amazonaws.com"},
                "Action": "sts:AssumeRole",
                "Condition": {"StringEquals": same_account, "ArnLike": {"aws:SourceArn": rules}},
            }
        )
    return document(statements)


def backup_trust(names: Names) -> Document:
    """Return the trust policy of the role with which AWS Backup reads."""
    return document(
        [
            {
                "Effect": "Allow",
                "Principal": {"Service": "backup.amazonaws.com"},
                "Action": "sts:AssumeRole",
                "Condition": {"StringEquals": {"aws:SourceAccount": names.account_id}},
            }
        ]
    )


def own_role_policy(names: Names, person: str) -> Document:
    """Return the policy with which a person's jobs get the person's own role, and colleagues' pipelines keep theirs.

    sagemaker.get_execution_role() answers that role in Studio, and AWS's examples give it to jobs. A pipeline runs
    with its maker's role, whoever changes or starts it; Studio tags what is made in it with the maker's profile.
    """
    tag = "aws:ResourceTag/sagemaker:user-profile-arn"
    return document(
        [
            {
                "Sid": "NoPipelinesOfOtherPeople",
                "Effect": "Deny",
                "Action": [
                    "sagemaker:RetryPipelineExecution",
                    "sagemaker:StartPipelineExecution",
                    "sagemaker:UpdatePipeline",
                ],
                "Resource": "*",
                "Condition": {
                    "Null": {tag: "false"},
                    "ArnNotLike": {tag: f"{names.sagemaker}:user-profile/*/{person.lower()}"},
                },
            },
            {
                "Sid": "GiveJobsTheOwnRole",
                "Effect": "Allow",
                "Action": "iam:PassRole",
                "Resource": names.person_role_arn(person),
                "Condition": {"StringEquals": {"iam:PassedToService": "sagemaker.amazonaws.com"}},
            },
        ]
    )
