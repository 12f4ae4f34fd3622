# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Service Quotas: GetServiceQuota and ListServiceQuotas, with AWS's defaults and what an account has beside them.

Sources: API reference of Service Quotas (errors, pages); the defaults are those of the pages "Endpoints and quotas" of
the AWS General Reference and of each service's guide. A quota of which these pages tell no default that is the same in
every account, such as those of SageMaker's instances, exists here once it is set: by ``--quota`` or
POST /_emulator/account. SageMaker, IAM and Lambda keep the numbers that are told here.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass

from ministack.core.responses import error_response_json, get_account_id, get_region, json_response

from emulator.settings import SPACES_QUOTA, USER_PROFILES_QUOTA, settings
from emulator.shared.account import account
from emulator.shared.patching import wrap, wrap_entry
from emulator.shared.shapes import Answer, Function, Handler, Headers, Structure
from emulator.shared.upstream import iam, lambda_svc

NAME = "servicequotas"
TARGET = "ServiceQuotasV20190624."
DOMAINS = "Total domains"
CONCURRENCY = "Concurrent executions"
SERVICES = {
    "apigateway": "Amazon API Gateway",
    "cognito-idp": "Amazon Cognito User Pools",
    "iam": "AWS Identity and Access Management (IAM)",
    "lambda": "AWS Lambda",
    "sagemaker": "Amazon SageMaker",
    "vpc": "Amazon Virtual Private Cloud (Amazon VPC)",
}
# (service code, quota code, name) -> (default, adjustable). IAM's are told in us-east-1 alone.
DEFAULTS: dict[tuple[str, str, str], tuple[float | None, bool]] = {
    ("apigateway", "L-AA0FF27B", "Regional APIs"): (600, False),
    ("apigateway", "L-A966AB5C", "Private APIs"): (600, False),
    ("cognito-idp", "L-66E6DF30", "User pools per account"): (1000, True),
    ("iam", "L-FE177D64", "Roles per account"): (1000, True),
    ("iam", "L-E95E4862", "Customer managed policies per account"): (1500, True),
    ("lambda", "L-B99A9384", CONCURRENCY): (1000, True),
    ("sagemaker", "L-B683BCB0", DOMAINS): (None, True),
    ("sagemaker", "L-AC46C40F", USER_PROFILES_QUOTA): (None, True),
    ("sagemaker", "L-8E5333B4", SPACES_QUOTA): (None, True),
    ("vpc", "L-F678F1CE", "VPCs per Region"): (5, True),
    ("vpc", "L-29B6F2EB", "Interface VPC endpoints per VPC"): (50, True),
    ("vpc", "L-E79EC296", "VPC security groups per Region"): (2500, True),
    ("vpc", "L-0EA8095F", "Inbound or outbound rules per security group"): (60, True),
}
GLOBAL, HOME = ("iam",), "us-east-1"
# What GetAccountSummary calls them (API reference).
SUMMARY = {"RolesQuota": "Roles per account", "PoliciesQuota": "Customer managed policies per account"}
LARGEST_PAGE = 100


@dataclass(frozen=True)
class Quota:
    """A quota as it holds in the account."""

    service: str
    code: str
    name: str
    value: float
    adjustable: bool


def quotas_of(service: str) -> list[Quota]:
    """Every quota of a service that has a number here, those with a default first."""
    own = _own(service)
    known = [key for key in DEFAULTS if key[0] == service]
    found = [(code, name, own.get(name, DEFAULTS[of, code, name][0])) for of, code, name in known]
    more = [
        (_code(name), name, number) for name, number in own.items() if name not in {name for _of, _c, name in known}
    ]
    return [
        Quota(service, code, name, number, DEFAULTS.get((service, code, name), (None, True))[1])
        for code, name, number in (*found, *more)
        if number is not None
    ]


def limit_of(service: str, name: str) -> float | None:
    """The number of a quota by its name, None where there is none."""
    return next((quota.value for quota in quotas_of(service) if quota.name == name), None)


def _own(service: str) -> dict[str, float]:
    """What was set of a service's quotas."""
    at_the_start = {DOMAINS: settings.domain_quota, **settings.quotas} if service == "sagemaker" else {}
    return {**at_the_start, **account.quotas.get(service, {})}


def _code(name: str) -> str:
    """A stable code of a quota that the table does not have."""
    return f"L-{sum(ord(letter) * 31**place for place, letter in enumerate(name)) % 16**8:08X}"


def install() -> None:
    """Let IAM and Lambda tell the same numbers."""
    wrap_entry("ministack.services.iam._IAM_HANDLERS", iam._IAM_HANDLERS, "GetAccountSummary", _with_quotas)
    wrap(lambda_svc, "_get_account_settings", _with_concurrency)


def _with_quotas(original: Handler) -> Handler:
    def summary(parameters: Structure) -> Answer:
        status, headers, body = original(parameters)
        for entry, name in SUMMARY.items():
            before, after = f"<key>{entry}</key><value>".encode(), str(int(limit_of("iam", name) or 0)).encode()
            head, _, rest = body.partition(before)
            body = head + before + after + rest[rest.index(b"<") :]
        return status, headers, body

    return summary


def _with_concurrency(original: Function) -> Function:
    """ministack's own default is the one of this machine."""

    def get_account_settings() -> Answer:
        status, headers, body = original()
        told = json.loads(body)
        limit = told["AccountLimit"]
        reserved = limit["ConcurrentExecutions"] - limit["UnreservedConcurrentExecutions"]
        whole = int(limit_of("lambda", CONCURRENCY) or 0)
        limit.update(ConcurrentExecutions=whole, UnreservedConcurrentExecutions=max(whole - reserved, 0))
        return status, headers, json.dumps(told).encode()

    return get_account_settings


async def handle_request(_method: str, _path: str, headers: Headers, body: bytes, _query: Structure) -> Answer:
    """Answer a call of the service."""
    operation = headers.get("x-amz-target", "").removeprefix(TARGET)
    if operation not in OPERATIONS:
        return error_response_json("UnknownOperationException", f"{operation} is not emulated.", 400)
    request = json.loads(body or b"{}")
    service = request.get("ServiceCode")
    if service not in SERVICES or (service in GLOBAL and get_region() != HOME):
        return _missing(f"No service {service} has quotas in {get_region()}.")
    return OPERATIONS[operation](request)


def reset() -> None:
    """Nothing is kept here."""


def _get(request: Structure) -> Answer:
    found = [quota for quota in quotas_of(request["ServiceCode"]) if quota.code == request.get("QuotaCode")]
    return json_response({"Quota": _told(found[0])}) if found else _missing("The quota does not exist.")


def _list(request: Structure) -> Answer:
    found, start = quotas_of(request["ServiceCode"]), int(request.get("NextToken") or 0)
    end = start + min(int(request.get("MaxResults") or LARGEST_PAGE), LARGEST_PAGE)
    more = {"NextToken": str(end)} if end < len(found) else {}
    return json_response({"Quotas": [_told(quota) for quota in found[start:end]], **more})


def _missing(message: str) -> Answer:
    return error_response_json("NoSuchResourceException", message, 400)


def _told(quota: Quota) -> Structure:
    is_global = quota.service in GLOBAL
    region = "" if is_global else get_region()
    return {
        "ServiceCode": quota.service,
        "ServiceName": SERVICES[quota.service],
        "QuotaArn": f"arn:aws:servicequotas:{region}:{get_account_id()}:{quota.service}/{quota.code}",
        "QuotaCode": quota.code,
        "QuotaName": quota.name,
        "Value": quota.value,
        "Unit": "None",
        "Adjustable": quota.adjustable,
        "GlobalQuota": is_global,
    }


OPERATIONS: dict[str, Callable[[Structure], Answer]] = {"GetServiceQuota": _get, "ListServiceQuotas": _list}
