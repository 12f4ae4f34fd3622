# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How far a call reaches: which services' files must be written before it is answered."""

from __future__ import annotations

from emulator.shared.access_levels import writes
from emulator.shared.operations import EXECUTE_API, HOSTED_UI
from emulator.shared.shapes import Identity

# Services whose calls change nothing of another service, with the names of their files. Calls of all others, as of
# SageMaker, which makes file systems and network interfaces, may have changed anything.
CONFINED = {
    "apigateway": ("apigateway", "apigateway_v1"),
    "budgets": ("budgets",),
    "cloudwatch": ("cloudwatch",),
    "cognito-idp": ("cognito",),
    "dynamodb": ("dynamodb",),
    "ec2": ("ec2",),
    "iam": ("iam",),
    "kms": ("kms",),
    "logs": ("cloudwatch_logs",),
    "secretsmanager": ("secretsmanager",),
    "ssm": ("ssm",),
    "sts": ("sts",),
    "wafv2": ("waf",),
}
CONFINED_CALLS = {("sagemaker", name): ("sagemaker",) for name in ("CreatePresignedDomainUrl", "AddTags", "DeleteTags")}
# What these do is done by calls of the function that they invoke, and by themselves they leave nothing but logs.
INVOCATIONS = {(EXECUTE_API, "Invoke"), ("lambda", "Invoke")}
Reach = frozenset[str]
EVERYTHING: Reach = frozenset({"*"})
NOTHING: Reach = frozenset()


def of(identity: Identity) -> Reach:
    """The names of the files that a call may have changed."""
    if identity[0] == HOSTED_UI:
        return frozenset(CONFINED["cognito-idp"])
    if identity in INVOCATIONS or not writes(*identity):
        return NOTHING
    known = CONFINED_CALLS.get(identity) or CONFINED.get(identity[0])
    return frozenset(known) if known else EVERYTHING


def covers(reach: Reach, name: str) -> bool:
    """Whether the file of a service is within reach."""
    return reach == EVERYTHING or name in reach
