# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""CreatePresignedDomainUrl, and reading its token again.

The token is ``header.payload.signature`` in base64, signed with a key that this process makes when it starts.
Source of the URL's shape: API reference CreatePresignedDomainUrl.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
import secrets
import time

from ministack.core.iam_evaluator import caller_arn
from ministack.core.responses import get_account_id, get_region, request_scope

from emulator.iam import authorization, endpoints
from emulator.sagemaker import domain, space, states, store, user_profile
from emulator.sagemaker.errors import ValidationException
from emulator.settings import settings
from emulator.shared.shapes import Structure
from emulator.shared.upstream import ec2

DEFAULT_EXPIRES = 300
BROWSER = "127.0.0.1"  # the only address that the emulator answers
LANDING = re.compile(r"studio::.*|app:(JupyterServer|JupyterLab|RStudioServerPro|CodeEditor|Canvas):.*")

_key = secrets.token_bytes(32)
_opened: set[str] = set()


def create(request: Structure) -> Structure:
    """CreatePresignedDomainUrl: IAM domains only; domain, profile and space must be InService (texts are ours)."""
    parent = domain.existing(request["DomainId"])
    profile = user_profile.existing(request["DomainId"], request["UserProfileName"])
    if parent["attributes"]["AuthMode"] != "IAM":
        raise ValidationException("CreatePresignedDomainUrl is only supported when the AuthMode of the Domain is IAM.")
    involved = [parent, profile]
    if "SpaceName" in request:
        involved.append(space.existing(request["DomainId"], request["SpaceName"]))
    for record in involved:
        if states.status(record) != "InService":
            raise ValidationException(
                f"Unable to create a presigned URL because [{record['arn']}] is not in InService state."
            )
    if "LandingUri" in request and not LANDING.fullmatch(request["LandingUri"]):
        raise ValidationException(f"LandingUri [{request['LandingUri']}] is not supported.")
    token = _sign(
        {
            "account": get_account_id(),
            "region": get_region(),
            "domain": request["DomainId"],
            "profile": profile["attributes"]["UserProfileName"],
            "space": request.get("SpaceName"),
            "creator": caller_arn(),
            "expires": time.time() + request.get("ExpiresInSeconds", DEFAULT_EXPIRES),
            "id": secrets.token_hex(8),
        }
    )
    return {"AuthorizedUrl": f"{_base_url(parent['attributes'])}/auth?token={token}"}


def _base_url(attributes: Structure) -> str:
    if settings.aws_hostnames:
        return attributes["Url"]
    return f"http://127.0.0.1:{settings.port}/_studio/{attributes['DomainId']}"


def _encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _signature(text: str) -> str:
    return _encode(hmac.digest(_key, text.encode(), hashlib.sha256))


def _sign(payload: Structure) -> str:
    text = ".".join(_encode(json.dumps(part).encode()) for part in ({"alg": "HS256", "typ": "JWT"}, payload))
    return f"{text}.{_signature(text)}"


def open_token(token: str, domain_id: str, endpoint_id: str | None = None) -> Structure | None:
    """What a token opens: ``{"domain_id", "domain_name", "profile", "space"}``, or None if it is forged, expired, of
    another domain, or if its domain or profile is gone. Expiry follows the real clock. endpoint_id names the endpoint
    of Studio through which the browser comes, which must be there."""
    text, _dot, signature = token.rpartition(".")
    if not hmac.compare_digest(signature.encode(), _signature(text).encode()):
        return None
    payload = json.loads(base64.urlsafe_b64decode(text.partition(".")[2] + "=="))
    if payload["domain"] != domain_id or time.time() >= payload["expires"] or payload["id"] in _opened:
        return None
    with request_scope(payload["account"], payload["region"]):
        parent = store.get(domain.path(domain_id))
        profile = store.get(user_profile.path(domain_id, payload["profile"]))
        if parent is None or profile is None or not _allowed(payload["creator"], profile["arn"], endpoint_id):
            return None
    if settings.switch("presigned_url_uses") == "one":
        _opened.add(payload["id"])
    return {
        "domain_id": domain_id,
        "domain_name": parent["attributes"]["DomainName"],
        "profile": payload["profile"],
        "space": payload["space"],
    }


def _allowed(creator: str, profile_arn: str, endpoint_id: str | None) -> bool:
    """AWS evaluates the policies of the URL's creator for every request of the browser (API reference), so conditions
    such as aws:SourceIp and aws:SourceVpce hold for it too."""
    endpoint = ec2._vpc_endpoints.get(endpoint_id) if endpoint_id else None
    if endpoint_id and not _serves_studio(endpoint):
        return False
    if settings.switch("presigned_url_conditions") == "unchecked":
        return True
    action = "sagemaker:CreatePresignedDomainUrl"
    record = store.get(profile_arn.rpartition(":")[2]) or {"tags": []}
    tags = {f"aws:ResourceTag/{tag['Key']}": tag["Value"] for tag in record["tags"]}
    context = {**endpoints.keys_of(endpoint), **tags}
    return authorization.still_allowed(creator, action, profile_arn, context, source_ip=BROWSER)


def _serves_studio(endpoint: Structure | None) -> bool:
    """Whether it is an endpoint of this region's Studio pages (developer guide, "Connect to Studio through a VPC")."""
    return endpoint is not None and (endpoint["ServiceName"], endpoint["State"]) == (
        f"aws.sagemaker.{get_region()}.studio",
        "available",
    )


OPERATIONS = {"CreatePresignedDomainUrl": create}
