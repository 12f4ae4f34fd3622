# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where things are made."""

from __future__ import annotations

import dataclasses
import re
import typing as t

from .regions import DNS_SUFFIXES, SIGN_IN_HOSTS, region_mistakes, user_pool_mistakes
from .specification import nearest, shown


@dataclasses.dataclass(frozen=True)
class Platform:
    """A platform: an account and a region, with what is shared there."""

    name: str
    region: str
    account_id: str
    partition: str = "aws"

    @property
    def tags(self) -> dict[str, str]:
        """The tag by which what belongs to the platform is known."""
        return {"Platform": self.name}

    @property
    def dns_suffix(self) -> str:
        """What the names of AWS's hosts end with."""
        return DNS_SUFFIXES.get(self.partition, DNS_SUFFIXES["aws"])

    @property
    def sign_in_domain(self) -> str:
        """What follows a user pool's prefix in the address of its hosted sign-in."""
        return f"{SIGN_IN_HOSTS.get(self.partition, 'auth')}.{self.region}.amazoncognito.com"

    def arn(self, service: str, resource: str = "") -> str:
        """Return the ARN of a resource in the platform's region, or what those of a service begin with."""
        arn = f"arn:{self.partition}:{service}:{self.region}:{self.account_id}"
        return f"{arn}:{resource}" if resource else arn


# Two hyphens stand between a platform's name and a team's. With two in the name itself, or one at its end, the policies
# of platform ml and its team a, for ml--a--*, would reach what platform ml--a has.
NAME = re.compile(r"(?!.*--)[a-z][a-z0-9-]{0,18}[a-z0-9]")
# With such a name, those of security groups, buckets, keys' aliases or paths of roles would begin as AWS lets only its
# own: sg-, xn--, sthree-, amzn-s3-demo-, alias/aws/, /aws-service-role/ (API references of EC2, KMS and IAM; S3 user
# guide, bucket naming rules).
RESERVED = re.compile(r"(sg|sthree|amzn-s3-demo)(-.*)?|xn|aws|aws-service-role")
ACCOUNT = re.compile(r"[0-9]{12}")
UNKNOWN_ACCOUNT = "000000000000"


# Seconds for which a session of a role can be asked for (model, roleDurationSecondsType).
ROLE_DURATION = (900, 43200)


# What a description says of a platform and how it is reached, beside the options of the roles network and login.
VARIABLES = (
    *("platform_name", "aws_region", "aws_account_id", "aws_profile", "aws_role_arn", "aws_role_duration"),
    *("aws_endpoint_url", "aws_access_key_id", "aws_secret_access_key"),
)


def misnamed(names: t.Collection[str]) -> list[str]:
    """Return a sentence for each of a host's variables that is nearly one of VARIABLES which the host lacks.

    Nobody reads it, and the run would go to another account than the one that is meant.
    """
    lacking = [name for name in VARIABLES if name not in names]
    others = sorted(name for name in names if isinstance(name, str) and name not in VARIABLES)
    like = {name: nearest(name, lacking, likeness=0.85) for name in others}
    return [f"{name} is not a variable of a platform; did you mean {like[name]}?" for name in others if like[name]]


def name_mistakes(name: t.Any, option: str) -> list[str]:
    """Return what is wrong with a platform's name, which an option gives: a sentence, or none."""
    if not isinstance(name, str) or not NAME.fullmatch(name):
        return [
            f"{option} {shown(name or '')} must be 2 to 20 of a-z, 0-9 and single inner hyphens, and start with a "
            "letter."
        ]
    if RESERVED.fullmatch(name):
        return [f"{option} is {shown(name)}, and AWS keeps names that begin so for itself; choose another, such as ml."]
    return []


def platform_mistakes(name: t.Any, region: t.Any, account_id: t.Any, role_duration: t.Any = None) -> list[str]:
    """Return what is wrong with the description of a platform itself, a sentence each."""
    sentences = name_mistakes(name, "platform_name")
    sentences += region_mistakes(region or "") or user_pool_mistakes(region, "aws_region")
    if account_id and (not isinstance(account_id, str) or not ACCOUNT.fullmatch(account_id)):
        sentences.append(f"aws_account_id {shown(account_id)} must be 12 digits, in quotes.")
    if role_duration is not None and not _is_duration(role_duration):
        least, most = ROLE_DURATION
        sentences.append(f"aws_role_duration is {shown(role_duration)}, and must be from {least} to {most} seconds.")
    return sentences


def _is_duration(value: t.Any) -> bool:
    """Tell whether AWS takes a role's session of so many seconds; -e gives numbers as texts."""
    text = str(value)
    return not isinstance(value, bool) and text.isdecimal() and ROLE_DURATION[0] <= int(text) <= ROLE_DURATION[1]


def described(options: t.Mapping[str, t.Any], prefix: str) -> tuple[Platform, dict[str, t.Any]]:
    """Return (platform, options without their prefix) of a role. What is not given is left out; lists are frozen."""
    given = {name[len(prefix) :]: frozen(value) for name, value in options.items() if value is not None}
    place = (given["platform_name"], given["region"], given["account_id"], given.get("partition", "aws"))
    return Platform(*place), given


def frozen(value: t.Any) -> t.Any:
    """Return a list as a tuple, as descriptions hold it; other values as they are."""
    return tuple(value) if isinstance(value, list) else value


def options_of(kind: type, given: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """Return those of some values that a dataclass has a field for, but the platform, which is no option's value."""
    known = {field.name for field in dataclasses.fields(kind)} - {"platform"}
    return {name: value for name, value in given.items() if name in known}


def carried(description: t.Any) -> dict[str, t.Any]:
    """Return a description as what travels to another process."""
    return dataclasses.asdict(description)


def arrived(fields: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """Return the values of a description that travelled, its platform among them. What is not said is left out."""
    return {**{name: frozen(value) for name, value in fields.items()}, "platform": Platform(**fields["platform"])}
