# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""With whose address a platform's user pool sends e-mail: Cognito's own, or an identity of the account's Amazon SES."""

from __future__ import annotations

import re
import typing as t
from email.utils import parseaddr

from .bounds import Values
from .sign_in import SignIn

OPTION = "login_email_configuration"
# What a pool says of its sender; an empty text is none.
MEMBERS = ("source_arn", "from", "reply_to_email_address", "configuration_set")
IDENTITY = re.compile(
    r"arn:(?P<partition>aws[a-z-]*):ses:(?P<region>[a-z0-9-]+):(?P<account>[0-9]{12}):identity/[a-zA-Z0-9_+=/,.@-]{1,1900}"
)
ADDRESS = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
# Whose identities pools of which other regions may use (Cognito developer guide, "Email settings for user pools").
# What the guide's table says of younger regions is not known here, and Cognito decides.
ALTERNATES = ("us-east-1", "us-west-2", "eu-west-1")
WITH_ALTERNATES = (
    *ALTERNATES,
    *("us-east-2", "ca-central-1", "eu-central-1", "eu-west-2"),
    *("ap-northeast-1", "ap-northeast-2", "ap-south-1", "ap-southeast-1", "ap-southeast-2"),
)
ALONE = ("us-west-1", "eu-west-3", "eu-north-1", "me-south-1", "sa-east-1")
Sentences = t.Iterable[str]


def pool_sender(sign_in: SignIn) -> dict[str, str] | None:
    """Return the user pool's email_configuration; None leaves the one that is there alone."""
    said = sign_in.email_configuration
    if said is None:
        return None
    account = "DEVELOPER" if said else "COGNITO_DEFAULT"
    return {"email_sending_account": account, **{name: said.get(name) or "" for name in MEMBERS}}


def bounded(sign_in: SignIn) -> t.Iterable[tuple[str, Values]]:
    """Yield the values of a sender by the shape that they become; values are pairs of place and value."""
    for name, shape in {"from": "StringType", "configuration_set": "SESConfigurationSet"}.items():
        value = (sign_in.email_configuration or {}).get(name)
        yield f"cognito-idp.{shape}", [(f"{OPTION}.{name}", value)] if value else []


def sender_mistakes(sign_in: SignIn) -> Sentences:
    """Yield what is wrong with a sender, a sentence each."""
    said = sign_in.email_configuration
    if not said:
        return
    source, reply_to = said.get("source_arn") or "", said.get("reply_to_email_address")
    if reply_to and not ADDRESS.fullmatch(reply_to):
        yield f"{OPTION}.reply_to_email_address is {reply_to}, and must be an e-mail address."
    identity = IDENTITY.fullmatch(source)
    if identity is None:
        yield (
            f"{OPTION}.source_arn is {source or 'missing'}, and must be the ARN of an identity of Amazon SES, such as "
            "arn:aws:ses:eu-central-1:111111111111:identity/example.com."
        )
        return
    yield from _misplaced(sign_in, identity)
    yield from _unfitting(source.partition(":identity/")[2], said.get("from") or "")


def _misplaced(sign_in: SignIn, identity: re.Match[str]) -> Sentences:
    place, of_pool = sign_in.platform, sign_in.platform.region
    if (identity["partition"], identity["account"]) != (place.partition, place.account_id):
        yield (
            f"{OPTION}.source_arn is {identity[0]}, and Cognito sends with identities of its own account alone, which "
            f"is {place.account_id} in the partition {place.partition}. Verify one there."
        )
    if not _may_send(identity["region"], of_pool):
        others = [region for region in ALTERNATES if _may_send(region, of_pool)]
        yield (
            f"{OPTION}.source_arn is in {identity['region']}, and a user pool in {of_pool} sends with identities in "
            f"{', '.join(dict.fromkeys([of_pool, *others]))}. Verify one there."
        )


def _may_send(region: str, of_pool: str) -> bool:
    if region == of_pool or of_pool not in (*WITH_ALTERNATES, *ALONE):
        return True
    return of_pool in WITH_ALTERNATES and region in ALTERNATES


def _unfitting(identity: str, sender: str) -> Sentences:
    """A domain is no address to send from, and an identity speaks for its own domain."""
    domain = identity.rpartition("@")[2].lower()
    _name, at, of_sender = parseaddr(sender)[1].lower().rpartition("@")
    if not sender and "@" not in identity:
        yield (
            f"{OPTION}.from is missing, and {identity} is a whole domain: say the address, such as "
            f"Studio <studio@{identity}>."
        )
    if sender and not (at and f".{of_sender}".endswith(f".{domain}")):
        yield f"{OPTION}.from is {sender}, and must have an address of {domain}, as {OPTION}.source_arn has."
