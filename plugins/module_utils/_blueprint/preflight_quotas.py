# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The quotas that an inventory may meet, and whether what is wanted fits.

A code is in the table where a source says it. It is believed where Service Quotas gives the quota of the code the name
that stands here, and nowhere else; a quota without a code is looked for by its name.
"""

from __future__ import annotations

import dataclasses
import re
import typing as t

from .preflight import Line, judged, unknown, will_fail

VPC_PAGE = "Amazon VPC guide, Amazon VPC quotas, whose links carry the codes"
LISTED = "Service Quotas' own list (ListServiceQuotas) of an account, as public inventories of it show it"


@dataclasses.dataclass(frozen=True)
class Quota:
    """wanted: the property of Wants that it bounds; name and code: in Service Quotas; source: who says so."""

    wanted: str
    service: str
    code: str
    name: str
    source: str
    # How the console calls the service.
    title: str


QUOTAS = (
    Quota("vpcs", "vpc", "L-F678F1CE", "VPCs per Region", VPC_PAGE, "Amazon VPC"),
    Quota("endpoints", "vpc", "L-29B6F2EB", "Interface VPC endpoints per VPC", VPC_PAGE, "Amazon VPC"),
    Quota("groups", "vpc", "L-E79EC296", "VPC security groups per Region", VPC_PAGE, "Amazon VPC"),
    Quota("most_rules", "vpc", "L-0EA8095F", "Inbound or outbound rules per security group", VPC_PAGE, "Amazon VPC"),
    Quota("domains", "sagemaker", "L-B683BCB0", "Total domains", LISTED, "Amazon SageMaker"),
    Quota(
        "profiles",
        "sagemaker",
        "L-AC46C40F",
        "Maximum number of Studio user profiles allowed per account",
        LISTED,
        "Amazon SageMaker",
    ),
    Quota(
        "spaces",
        "sagemaker",
        "L-8E5333B4",
        "Maximum number of Studio spaces allowed per account",
        LISTED,
        "Amazon SageMaker",
    ),
    Quota("user_pools", "cognito-idp", "L-66E6DF30", "User pools per account", LISTED, "Amazon Cognito User Pools"),
    Quota("regional_apis", "apigateway", "L-AA0FF27B", "Regional APIs", LISTED, "Amazon API Gateway"),
    Quota("private_apis", "apigateway", "L-A966AB5C", "Private APIs", LISTED, "Amazon API Gateway"),
)
# Those of apps have a code for each type, which Service Quotas lists; some names end with "instance", others with "s".
APPS = re.compile(r"Studio (JupyterLab|CodeEditor) Apps running on (ml\.[\w.-]+) instances?")
# IAM tells its quotas itself, in every region (API reference, GetAccountSummary); Service Quotas tells them in one.
OF_IAM = (
    Quota("roles", "iam", "RolesQuota", "Roles per account", "IAM API reference, GetAccountSummary", "IAM"),
    Quota(
        "policies",
        "iam",
        "PoliciesQuota",
        "Customer managed policies per account",
        "IAM API reference, GetAccountSummary",
        "IAM",
    ),
)


@dataclasses.dataclass(frozen=True)
class Used:
    """What there is of something: how many, and which of the wanted names."""

    total: int = 0
    names: t.Collection[str] = ()


def quota_line(quota: Quota, limit: float, wanted: t.Sequence[str] | int, used: Used, where: str) -> Line:
    """Return whether what is wanted fits. wanted: names, or a number that holds for one thing alone."""
    if isinstance(wanted, int):
        needed, why = wanted, f"{wanted} needed"
    else:
        new = [name for name in wanted if name not in used.names]
        needed = used.total + len(new)
        why = f"{used.total} in use, {len(new)} more wanted"
    mistake = (
        f"It is {limit:.0f} in {where}: {why}. Ask AWS for {needed} at least (Service Quotas, {quota.title}, "
        f'"{quota.name}"), or delete what nobody needs.'
    )
    is_too_much = needed > limit and (isinstance(wanted, int) or needed > used.total)
    return judged(_about(quota), mistake if is_too_much else "", f"It is {limit:.0f}: {why}.")


def unknown_quota(quota: Quota, reason: str) -> Line:
    """Return that a quota is not known."""
    return unknown(_about(quota), reason)


def _about(quota: Quota) -> str:
    return f"quota {quota.name}"


def misnamed(quota: Quota, told: str) -> Line:
    """Return that a code is not that of the quota."""
    return unknown_quota(quota, f'Service Quotas calls {quota.code} "{told}", which may be another quota.')


def app_lines(wanted: t.Mapping[tuple[str, str], int], limits: t.Mapping[str, float]) -> list[Line]:
    """Return whether apps can start on the instance types of the teams.

    wanted: the people by (kind of app, type), as Wants.app_types; limits: the numbers of SageMaker's quotas by name.
    """
    by_app = _by_app(limits)
    lines = []
    for (kind, name), people in sorted(wanted.items()):
        about, limit = f"quota of {kind} apps on {name}", by_app.get((kind, name))
        if limit is None:
            text = f"Service Quotas names none for this region, which may not have {name}."
            lines.append(unknown(about, text))
        elif limit < 1:
            text = f'It is 0. Ask AWS for {people} (Service Quotas, Amazon SageMaker, "{_app_name(kind, name)}").'
            lines.append(will_fail(about, text))
        else:
            lines.append(judged(about, "", f"It is {limit:.0f}, for {people} people."))
    return lines


def _by_app(limits: t.Mapping[str, float]) -> dict[tuple[str, str], float]:
    found = ((APPS.fullmatch(name), limit) for name, limit in limits.items())
    return {(match[1], match[2]): limit for match, limit in found if match}


def _app_name(kind: str, name: str) -> str:
    return f"Studio {kind} Apps running on {name} instances"
