# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What quotas are, and how much of each is used."""

from __future__ import annotations

import typing as t

from .._blueprint import preflight_quotas as table
from .._blueprint.preflight import Line
from .._blueprint.preflight_quotas import Quota, Used
from .._blueprint.preflight_wants import GROUPS_OF_HOMES, Wants
from .._naming import code_of
from .asking import Asker
from .place import own_vpcs

try:
    from botocore.exceptions import ClientError
except ImportError:
    pass  # AnsibleAWSModule reports the missing library

NOT_TOLD = "Service Quotas does not tell {code} here."


def quota_lines(asker: Asker, wants: Wants, quota: Quota) -> list[Line]:
    """Return whether what is wanted of one thing fits."""
    wanted = _wanted(wants, quota.wanted)
    if not wanted:
        return []
    where = f"{wants.platform.region} of account {wants.platform.account_id}"
    try:
        told = asker.client("service-quotas").get_service_quota(ServiceCode=quota.service, QuotaCode=quota.code)[
            "Quota"
        ]
    except ClientError as error:
        if code_of(error) != "NoSuchResourceException":
            raise
        return [table.unknown_quota(quota, NOT_TOLD.format(code=quota.code))]
    if told.get("QuotaName", "") != quota.name:
        return [table.misnamed(quota, str(told.get("QuotaName", "")))]
    return [table.quota_line(quota, float(told["Value"]), wanted, USED[quota.wanted](asker, wants), where)]


def _wanted(wants: Wants, name: str) -> list[str] | int:
    of_apis = {"private_apis": wants.sign_in.is_private, "regional_apis": not wants.sign_in.is_private}
    if name in of_apis:
        return wants.apis if of_apis[name] else []
    found: list[str] | int = getattr(wants, name)
    return found


def iam_lines(asker: Asker, wants: Wants, quota: Quota) -> list[Line]:
    """Return whether roles or policies fit, which IAM tells itself."""
    summary = asker.once("summary", lambda: asker.client("iam").get_account_summary()["SummaryMap"])
    wanted = getattr(wants, quota.wanted)
    where = f"account {wants.platform.account_id}"
    return [table.quota_line(quota, float(summary[quota.code]), wanted, USED[quota.wanted](asker, wants), where)]


def app_lines(asker: Asker, wants: Wants) -> list[Line]:
    """Return whether apps can start on the teams' instance types. SageMaker has more than two thousand quotas."""
    if not wants.app_types:
        return []
    quotas = asker.listed("service-quotas", "list_service_quotas", "Quotas", ServiceCode="sagemaker")
    limits = {quota["QuotaName"]: float(quota["Value"]) for quota in quotas if "QuotaName" in quota}
    return table.app_lines(wants.app_types, limits)


# --- what is used ----------------------------------------------------------------------------------------------------


def _vpcs(asker: Asker, wants: Wants) -> Used:
    own = [wants.platform.name] if own_vpcs(asker, wants) else []
    return Used(len(asker.listed("ec2", "describe_vpcs", "Vpcs")), own)


def _endpoints(asker: Asker, wants: Wants) -> Used:
    ids = [vpc["VpcId"] for vpc in own_vpcs(asker, wants)]
    found = asker.listed("ec2", "describe_vpc_endpoints", "VpcEndpoints")
    names = [one["ServiceName"] for one in found if one["VpcId"] in ids and one["VpcEndpointType"] == "Interface"]
    return Used(len(names), names)


def _groups(asker: Asker, wants: Wants) -> Used:
    found = asker.listed("ec2", "describe_security_groups", "SecurityGroups")
    ids = [vpc["VpcId"] for vpc in own_vpcs(asker, wants)]
    names = [group["GroupName"] for group in found if group["VpcId"] in ids]
    domains = _domain_names(asker).values()
    return Used(len(found), [*names, *(f"{name} {group}" for name in domains for group in GROUPS_OF_HOMES)])


def _domain_names(asker: Asker) -> dict[str, str]:
    domains = asker.listed("sagemaker", "list_domains", "Domains")
    return {domain["DomainId"]: domain["DomainName"] for domain in domains}


def _domains(asker: Asker, _wants: Wants) -> Used:
    names = list(_domain_names(asker).values())
    return Used(len(names), names)


def _in_domains(operation: str, member: str, name: str) -> t.Callable[[Asker, Wants], Used]:
    def used(asker: Asker, _wants: Wants) -> Used:
        found = asker.listed("sagemaker", operation, member)
        domains = _domain_names(asker)
        return Used(len(found), {f"{domains.get(one['DomainId'], '')}/{one[name]}" for one in found})

    return used


def _named(service: str, operation: str, member: str, name: str, **options: t.Any) -> t.Callable[[Asker, Wants], Used]:
    def used(asker: Asker, _wants: Wants) -> Used:
        found = asker.listed(service, operation, member, **options)
        return Used(len(found), {one[name] for one in found})

    return used


def _apis(kind: str) -> t.Callable[[Asker, Wants], Used]:
    def used(asker: Asker, _wants: Wants) -> Used:
        apis = asker.listed("apigateway", "get_rest_apis", "items")
        names = [api["name"] for api in apis if kind in api.get("endpointConfiguration", {}).get("types", ["EDGE"])]
        return Used(len(names), names)

    return used


USED: dict[str, t.Callable[[Asker, Wants], Used]] = {
    "vpcs": _vpcs,
    "endpoints": _endpoints,
    "groups": _groups,
    "most_rules": lambda _asker, _wants: Used(),
    "domains": _domains,
    "profiles": _in_domains("list_user_profiles", "UserProfiles", "UserProfileName"),
    "spaces": _in_domains("list_spaces", "Spaces", "SpaceName"),
    "user_pools": _named("cognito-idp", "list_user_pools", "UserPools", "Name", MaxResults=60),
    "regional_apis": _apis("REGIONAL"),
    "private_apis": _apis("PRIVATE"),
    "roles": _named("iam", "list_roles", "Roles", "RoleName"),
    "policies": _named("iam", "list_policies", "Policies", "PolicyName", Scope="Local"),
}
