# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""With whose address a user pool sends e-mail, and what CreateUserPool and UpdateUserPool refuse of it.

Sources: botocore model cognito-idp, EmailConfigurationType (DEVELOPER needs SourceArn) and
InvalidEmailRoleAccessPolicyException; Amazon Cognito developer guide, "Email settings for user pools" (the regions that
a pool may use SES of; identities of other accounts cannot be used); texts as aws-cdk #25115 (account) and #18964
(identity that is not verified) quote them, where there is one. What a policy of an identity lets Cognito do is not
looked at, as ministack's SES has none. The role that Cognito makes is IAM's (service_linked_roles.py).
"""

from __future__ import annotations

import re

from ministack.core.responses import get_account_id, get_region

from emulator.cognito.refusals import refused
from emulator.shared.patching import wrap
from emulator.shared.shapes import Answer, Handler, Structure
from emulator.shared.upstream import Ses, SesV2
from emulator.shared.upstream import cognito as upstream

OWN_ACCOUNT, COGNITO = "DEVELOPER", "COGNITO_DEFAULT"
IDENTITY = re.compile(r"arn:[a-z-]+:ses:([a-z0-9-]+):(\d{12}):identity/(.+)")
# Of younger regions the guide's table, as public copies have it, says nothing: there nothing is refused.
ALTERNATES = {"us-east-1", "us-west-2", "eu-west-1"}
WITH_ALTERNATES = ALTERNATES | {"us-east-2", "ca-central-1", "eu-central-1", "eu-west-2", "ap-south-1"}
WITH_ALTERNATES |= {"ap-northeast-1", "ap-northeast-2", "ap-southeast-1", "ap-southeast-2"}
ALONE = {"us-west-1", "eu-west-3", "eu-north-1", "me-south-1", "sa-east-1"}


def install() -> None:
    """Put the checks in front of both calls."""
    wrap(upstream, "_create_user_pool", _checking_sender)
    wrap(upstream, "_update_user_pool", _checking_sender)


def _checking_sender(original: Handler) -> Handler:
    def call(data: Structure) -> Answer:
        return refusal(data.get("EmailConfiguration") or {}) or original(data)

    return call


def refusal(sender: Structure) -> Answer | None:
    """The answer to a sender that the pool cannot have, None where it can."""
    source, account = sender.get("SourceArn"), sender.get("EmailSendingAccount", COGNITO)
    if source:
        return _refusal_of_place(source) or _refusal_of_identity(source, account)
    return refused("EmailSendingAccount DEVELOPER requires a SourceArn.") if account == OWN_ACCOUNT else None


def _refusal_of_place(source: str) -> Answer | None:
    identity = IDENTITY.fullmatch(source)
    if not identity:
        return refused("SourceArn must be the ARN of an Amazon SES identity.")
    region, owner, _name = identity.groups()
    if owner != get_account_id():
        return refused("Email arn does not belong to your account.", "NotAuthorizedException")
    if not _may_send(region, get_region()):
        return refused(f"SourceArn is in {region}, which pools of {get_region()} cannot send with.")
    return None


def _refusal_of_identity(source: str, account: str) -> Answer | None:
    *_arn, region, owner, name = source.split(":", 5)
    if _is_verified(owner, region, name.removeprefix("identity/")):
        return None
    if account == COGNITO:
        return refused("Cognito is not allowed to use your email identity.", "InvalidEmailRoleAccessPolicyException")
    return refused(
        "Cognito received the following error from Amazon SES when attempting to send email: Email address is not "
        f"verified. The following identities failed the check in region {region.upper()}: {source}"
    )


def _may_send(region: str, of_pool: str) -> bool:
    """Whether a pool may use the identities of a region."""
    if region == of_pool or of_pool not in WITH_ALTERNATES | ALONE:
        return True
    return of_pool in WITH_ALTERNATES and region in ALTERNATES


def _is_verified(account: str, region: str, name: str) -> bool:
    old = Ses.load()._identities.get_scoped(account, region, name) or {}
    new = SesV2.load()._identities.get_scoped(account, region, name) or {}
    return old.get("VerificationStatus") == "Success" or bool(new.get("VerifiedForSendingStatus"))
