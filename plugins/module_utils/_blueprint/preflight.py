# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the preflight says of an account, line by line, of what AWS answered. Pure functions."""

from __future__ import annotations

import dataclasses
import typing as t

from .connection import SECRET_WORD
from .instance_types import APPS
from .specification import nearest

FINE, WILL_FAIL, UNKNOWN = VERDICTS = ("fine", "will fail", "cannot be known")
# Seconds by which a clock may differ until AWS refuses signatures (IAM guide, "Signature Version 4", troubleshooting).
CLOCK_TOLERANCE = 300
# People whom Cognito invites in a day where no SES is set up for the pool (Cognito guide, "Quotas", email messages).
COGNITO_MAILS = 50
# The least that is supported, by the README; each with what needs it.
VERSIONS = {
    "ansible-core": ("2.17", "this collection"),
    "amazon.aws": ("10.1.2", "this collection"),
    "boto3": ("1.36", "this collection"),
    "botocore": ("1.36", "this collection"),
}
WITHOUT_HOME = ("1.43", "a team without a home file system (studio_home_efs: false)")
Facts = t.Mapping[str, t.Any]


@dataclasses.dataclass(frozen=True)
class Line:
    """What is said of one thing. text is one sentence or two: why, and what to do."""

    about: str
    verdict: str
    text: str

    @property
    def told(self) -> dict[str, str]:
        """What modules return of it."""
        return dataclasses.asdict(self)


def fine(about: str, text: str) -> Line:
    """Return a line about what is as it must be."""
    return Line(about, FINE, text)


def will_fail(about: str, text: str) -> Line:
    """Return a line about what a run would stumble over."""
    return Line(about, WILL_FAIL, text)


def unknown(about: str, text: str) -> Line:
    """Return a line about what could not be found out."""
    return Line(about, UNKNOWN, text)


def judged(about: str, mistake: str, otherwise: str) -> Line:
    """Return will_fail() with the mistake where there is one, else fine()."""
    return will_fail(about, mistake) if mistake else fine(about, otherwise)


def without_secrets(text: str) -> str:
    """Return the first line of what AWS said, without words that might be keys."""
    return SECRET_WORD.sub("***", (text.splitlines() or [""])[0])


def in_words(line: t.Mapping[str, str], host: str = "") -> str:
    """Return a line, as a module told it, as people read it."""
    where = f"{host}: " if host else ""
    return f"{line['verdict']}: {where}{line['about']}: {line['text']}"


# --- account and region ----------------------------------------------------------------------------------------------


def identity(caller: Facts, account_id: str) -> Line:
    """Return whose credentials these are. caller: {"Account", "Arn"}; account_id: of the inventory, "" for any."""
    account, arn = str(caller["Account"]), str(caller["Arn"])
    wrong = account_id and account != account_id
    mistake = f"The inventory is for account {account_id}, and these credentials ({arn}) are of {account}."
    return judged("identity", mistake if wrong else "", f"{arn}, account {account}, partition {arn.split(':')[1]}.")


def nobody(mistake: str) -> Line:
    """Return that nobody is signed in, for the reason of connection_mistakes()."""
    expired = " The credentials have expired: get new ones, and start again." if "Expired" in mistake else ""
    return will_fail("identity", without_secrets(mistake) + expired)


def region(name: str, regions: t.Sequence[Facts]) -> Line:
    """Return whether a region is on. regions: what DescribeRegions told of it."""
    status = next((one.get("OptInStatus") for one in regions if one.get("RegionName") == name), "")
    wrong = {
        "": f"AWS has no region {name} for this account. Correct aws_region.",
        "not-opted-in": f"{name} is off in this account. Enable it (Account, AWS Regions), which may take hours.",
    }
    return judged("region", wrong.get(str(status or ""), ""), f"{name} is on.")


def clock(offset: float) -> Line:
    """Return whether this machine's clock is right. offset: seconds by which it is ahead of AWS's."""
    seconds = round(abs(offset))
    words = f"This machine's clock is {seconds} seconds {'ahead of' if offset > 0 else 'behind'} AWS's"
    mistake = f"{words}, which refuses signatures from {CLOCK_TOLERANCE} on. Set the clock (NTP)."
    fine = f"This machine's clock is AWS's within {CLOCK_TOLERANCE} seconds."
    return judged("clock", mistake if seconds >= CLOCK_TOLERANCE else "", fine)


def versions(found: t.Mapping[str, str], needs_no_home: bool) -> list[Line]:
    """Return what is said of the libraries. found: their versions; needs_no_home: a team has no home file system."""
    lines = []
    for name, general in VERSIONS.items():
        least, what = WITHOUT_HOME if needs_no_home and name in ("boto3", "botocore") else general
        version = found.get(name, "")
        if not version:
            lines.append(unknown(name, "Its version is not told."))
            continue
        mistake = f"{version} is here, and {what} needs {least} or later: install it."
        lines.append(judged(name, mistake if _numbers(version) < _numbers(least) else "", f"{version}."))
    return lines


def _numbers(version: str) -> list[int]:
    parts = version.split(".")[:3]
    return [int("".join(letter for letter in part if letter.isdigit()) or 0) for part in parts]


# --- services, types and names ---------------------------------------------------------------------------------------


def instance_types(types: t.Iterable[str]) -> list[Line]:
    """Return a line for each instance type of a description that Studio does not have."""
    lines = []
    for name in types:
        if name not in APPS:
            like = nearest(name, APPS)
            hint = f" Did you mean {like}?" if like else ""
            lines.append(will_fail(f"instance type {name}", f"SageMaker Studio has no such type.{hint}"))
    return lines


def domain_prefix(prefix: str, owner: str, own_pools: t.Collection[str]) -> Line:
    """Return whether the prefix of the hosted sign-in is free. owner: the user pool that has it, "" for none."""
    taken = owner and owner not in own_pools
    mistake = f"{prefix} belongs to another user pool, {owner}. Choose another with login_domain_prefix."
    held = "is this platform's already" if owner else "is free, as far as AWS tells"
    return judged("sign-in's domain prefix", mistake if taken else "", f"{prefix} {held}.")


def bucket(name: str, status: int) -> Line:
    """Return whether a bucket's name is free or ours. status: of HeadBucket's answer."""
    about = f"bucket {name}"
    if status == 404:
        return fine(about, "The name is free.")
    if status == 403:
        return will_fail(about, "The name is another account's, or a bucket policy keeps these credentials out.")
    return fine(about, "It is this account's already.")


# --- what has to be there --------------------------------------------------------------------------------------------


def api_log_role(role_arn: str, logs: bool, managed: bool) -> Line:
    """Return whether API Gateway may write logs. logs: the sign-in has an access log; managed: a run makes the role."""
    about = "API Gateway's account role"
    mistake = (
        "The account has no role with which API Gateway writes logs, and login_manage_api_gateway_log_role is false. "
        "Set the role (API Gateway, Settings, CloudWatch log role ARN), or let the run do it."
    )
    held = f"{role_arn}." if role_arn else "A run sets it." if managed else "Nothing is logged."
    return judged(about, mistake if logs and not managed and not role_arn else "", held)


def linked_role(service: str, exists: bool, may_be_made: bool | None) -> Line:
    """Return whether a service has its own role. may_be_made: None where it is not known."""
    about = f"service-linked role of {service}"
    if exists:
        return fine(about, "It exists.")
    if may_be_made is None:
        return unknown(
            about, "There is none yet, and whether it may be made (iam:CreateServiceLinkedRole) is not told."
        )
    mistake = (
        f"There is none yet, and these credentials may not make it: allow iam:CreateServiceLinkedRole for {service}."
    )
    return judged(about, "" if may_be_made else mistake, "It will be made.")


def invitations(invited: int, sandbox: bool | None, by_ses: bool) -> Line:
    """Return whether people can be invited. invited: how many; sandbox: of SES, None where nobody asked."""
    about = "invitations"
    if not by_ses:
        mistake = (
            f"{invited} people are invited, and Cognito itself sends {COGNITO_MAILS} messages a day. Add people on "
            "several days, or give them passwords."
        )
        people = "1 person is" if invited == 1 else f"{invited} people are"
        held = f"{people} invited by Cognito itself, which sends {COGNITO_MAILS} messages a day."
        return judged(about, mistake if invited > COGNITO_MAILS else "", held)
    mistake = (
        "SES is in its sandbox, and sends to verified addresses alone. Ask AWS for production access (SES, Account)."
    )
    return judged(about, mistake if sandbox and invited else "", f"{invited} people are invited through SES.")


def concurrency(unreserved: int, burst: int) -> Line:
    """Return whether the sign-in's functions may run side by side. burst: requests that API Gateway lets through."""
    about = "Lambda: concurrent executions"
    mistake = (
        f"{unreserved} functions may run at once, and API Gateway lets bursts of {burst} through. Ask AWS for more "
        "(Service Quotas, AWS Lambda, Concurrent executions), or lower login_throttling_burst_limit."
    )
    return judged(about, mistake if unreserved < burst else "", f"{unreserved} at once.")
