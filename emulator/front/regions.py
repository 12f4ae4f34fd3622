# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What services answer in a region that the account has not enabled: they do not know its credentials.

Sources: Account Management guide, "Enable or disable AWS Regions" (IAM data goes to a region once it is enabled); the
codes are those of each protocol for a key that is not known (EC2 error codes, AuthFailure; common errors of the query
protocol, InvalidClientTokenId, and of JSON, UnrecognizedClientException). IAM has one endpoint, in a region that is on.
"""

from __future__ import annotations

from ministack.core.router import extract_region

from emulator.shared.account import account
from emulator.shared.operations import EXECUTE_API, HOSTED_UI, Request
from emulator.shared.shapes import Identity

CODES = {"ec2": "AuthFailure", "sts": "InvalidClientTokenId", "s3": "InvalidAccessKeyId"}
ELSEWHERE = ("iam", "budgets", "ce", EXECUTE_API, HOSTED_UI)
MESSAGES = {
    "AuthFailure": "AWS was not able to validate the provided access credentials",
    "InvalidAccessKeyId": "The AWS Access Key Id you provided does not exist in our records.",
}
UNKNOWN = "The security token included in the request is invalid."


def refusal(identity: Identity, request: Request) -> tuple[str, str] | None:
    """(code, message) for a request to a region that is off, or None."""
    service = identity[0]
    if not account.regions or service in ELSEWHERE or not account.is_off(extract_region(request.headers)):
        return None
    code = CODES.get(service, "UnrecognizedClientException")
    return code, MESSAGES.get(code, UNKNOWN)
