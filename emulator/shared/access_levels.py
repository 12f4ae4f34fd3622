# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether an operation writes, as IAM sees it: every access level but List and Read.

The botocore models do not carry access levels. They follow from the verb that an operation's name starts with, and
the table of exceptions holds those where the Service Authorization Reference says otherwise.
"""

from __future__ import annotations

import re

from emulator.shared.operations import EXECUTE_API, HOSTED_UI

READ_VERBS = re.compile(
    r"(Admin)?(Get|List)|Describe|Head|BatchGet|BatchDescribe|Search|Lookup|Simulate|Query|Scan|Select|Filter|Check|View"
    r"|Estimate|Validate|Detect|Preview"
)
# Reads by another verb.
READS = frozenset(
    {
        ("dynamodb", "ConditionCheckItem"),
        ("dynamodb", "TransactGetItems"),
        ("ecr", "BatchCheckLayerAvailability"),
        ("events", "TestEventPattern"),
        ("iam", "GenerateCredentialReport"),
        ("iam", "GenerateOrganizationsAccessReport"),
        ("iam", "GenerateServiceLastAccessedDetails"),
        ("kinesis", "SubscribeToShard"),
        ("logs", "StartLiveTail"),
        ("logs", "StartQuery"),
        ("logs", "StopQuery"),
        ("logs", "TestMetricFilter"),
        ("logs", "TestTransformer"),
        ("sagemaker", "RenderUiTemplate"),
        ("sqs", "ReceiveMessage"),
    }
)
# Writes although the verb reads.
WRITES = frozenset({("cognito-idp", "GetTokensFromRefreshToken")})


def writes(service: str, operation: str) -> bool:
    """True unless IAM counts the call to List or Read.

    Invoking a REST API is execute-api:Invoke, a Write. The pages of a user pool domain are outside IAM and change no
    resource; they count as reads.
    """
    if service == HOSTED_UI:
        return False
    if service == EXECUTE_API or (service, operation) in WRITES:
        return True
    return (service, operation) not in READS and not READ_VERBS.match(operation)
