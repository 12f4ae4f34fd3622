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
from emulator.sagemaker import app, domain, space, states, store, user_profile
from emulator.sagemaker.errors import ValidationException
from emulator.settings import settings
from emulator.shared.shapes import Structure
from emulator.shared.upstream import ec2

DEFAULT_EXPIRES = 300
BROWSER = "127.0.0.1"  # the only address that the emulator answers
LANDING = re.compile(r"studio::.*|app:(JupyterServer|JupyterLab|RStudioServerPro|CodeEditor|Canvas):.*")

APPS_OF_SPACES = ("JupyterLab", "CodeEditor")

_key = secrets.token_bytes(32)
_opened: set[str] = set()


def create(request: Structure) -> Structure:
    """CreatePresignedDomainUrl: IAM domains only; domain, profile and space must be InService (texts are ours).

    What SpaceName and LandingUri must be to each other: _check_landing.
    """
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
    _check_landing(request, involved[2] if "SpaceName" in request else None)
    token = _sign(
        {
            "account": get_account_id(),
            "region": get_region(),
            "domain": request["DomainId"],
            "profile": profile["attributes"]["UserProfileName"],
            "space": request.get("SpaceName"),
            "landing": request.get("LandingUri", ""),
            "creator": caller_arn(),
            "expires": time.time() + request.get("ExpiresInSeconds", DEFAULT_EXPIRES),
            "id": secrets.token_hex(8),
        }
    )
    return {"AuthorizedUrl": f"{_base_url(parent['attributes'])}/auth?token={token}"}


def _check_landing(request: Structure, place: Structure | None) -> None:
    """The forms of LandingUri are the model's.

    JupyterLab and Code Editor run in spaces: without SpaceName AWS refuses JupyterLab with this text (measured in
    August 2026, as a public tool says that opens spaces by studio::/jupyterlab/NAME instead). That a private space
    opens for its owner alone, and that the app must be the space's, is presumed (developer guide, "Studio spaces"), in
    our words.
    """
    landing = request.get("LandingUri", "")
    if landing and not LANDING.fullmatch(landing):
        raise ValidationException(f"LandingUri [{landing}] is not supported.")
    app_type = app_type_of(landing)
    if place is None:
        if app_type in APPS_OF_SPACES:
            raise ValidationException(
                f"Provided app type {app_type} is invalid for provided url type app for personal apps"
            )
        return
    attributes = place["attributes"]
    sharing = attributes.get("SpaceSharingSettings", {}).get("SharingType")
    owner = attributes.get("OwnershipSettings", {}).get("OwnerUserProfileName", "")
    if sharing == "Private" and owner.lower() != request["UserProfileName"].lower():
        raise ValidationException(f"Space [{request['SpaceName']}] is private and belongs to another UserProfile.")
    of_space = attributes.get("SpaceSettings", {}).get("AppType")
    if app_type and of_space and app_type != of_space:
        raise ValidationException(f"Provided app type {app_type} is invalid for a space with AppType {of_space}")


def app_type_of(landing: str) -> str:
    """The app that a LandingUri leads to, "" for Studio's own pages."""
    scheme, _, rest = landing.partition(":")
    return rest.partition(":")[0] if scheme == "app" else ""


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
    """What a token opens: ``{"domain_id", "domain_name", "profile", "space", "landing", "state"}``, state being the
    status of the space's app, "" for none; or None if it is forged, expired, of another domain, or if its domain or
    profile is gone. Expiry follows the real clock. endpoint_id names the endpoint
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
        state = _state_of_app(domain_id, payload)
    if settings.switch("presigned_url_uses") == "one":
        _opened.add(payload["id"])
    return {
        "domain_id": domain_id,
        "domain_name": parent["attributes"]["DomainName"],
        "profile": payload["profile"],
        "space": payload["space"],
        "landing": payload["landing"],
        "state": state,
    }


def _state_of_app(domain_id: str, payload: Structure) -> str:
    """The status of the app that is landed in."""
    app_type = app_type_of(payload["landing"])
    if not app_type or not payload["space"]:
        return ""
    key = {"DomainId": domain_id, "SpaceName": payload["space"], "AppType": app_type, "AppName": "default"}
    record = store.get(app.path(key))
    return states.status(record) if record else ""


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
