# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The sign-in function: a Lambda proxy behind API Gateway that hands members of a team a presigned Studio URL."""

from __future__ import annotations

import contextlib
import functools
import json
import os
import traceback
from dataclasses import dataclass
from typing import Any

import answers
import aws
import config
import live_groups
import membership
import portal
import studio
import tokens
from botocore.exceptions import ClientError

PRESIGNED_URL_ROUTE = "/domainName/{domainName}/getPresignedUrl"
PLACES_ROUTE = "/domainName/{domainName}/places"


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Answer one request of the REST API (Lambda proxy integration, payload format 1.0)."""
    entry: dict[str, Any] = {"route": None, "request_id": None}
    try:
        entry["route"] = (event.get("resource") or "").rstrip("/") or "/"
        entry["request_id"] = (event.get("requestContext") or {}).get("requestId")
        answer = _ROUTES.get(entry["route"], _no_route)(event, entry)
        entry["outcome"] = "ok"
    except answers.Refusal as refusal:
        answer = _refuse(refusal, entry)
    except ClientError as error:
        entry["aws_error"] = aws.error_code(error)
        answer = _refuse(answers.throttled() if aws.is_throttling(error) else answers.failed(), entry)
    except config.ConfigurationError as error:
        entry["error"] = str(error)
        answer = _refuse(answers.failed(), entry)
    except Exception as error:
        # Its text may hold anything, a token too; where it happened is enough to find it.
        place = traceback.extract_tb(error.__traceback__)[-1]
        entry["error"] = f"{type(error).__name__} at {os.path.basename(place.filename)}:{place.lineno}"
        answer = _refuse(answers.failed(), entry)
    print(json.dumps({**entry, "status": answer["statusCode"]}))
    return answer


def _refuse(refusal: answers.Refusal, entry: dict[str, Any]) -> dict[str, Any]:
    entry["outcome"] = refusal.outcome
    return answers.json_answer(refusal.code, refusal.body)


def _presigned_url(event: dict[str, Any], entry: dict[str, Any]) -> dict[str, Any]:
    opened, team, person = _member(event, entry)
    return answers.json_answer(200, {"url": opened.presigned_url(team, person, membership.space_of(event))})


def _places(event: dict[str, Any], entry: dict[str, Any]) -> dict[str, Any]:
    opened, team, person = _member(event, entry)
    return answers.json_answer(200, {"places": [place.told for place in opened.places(team, person)]})


def _member(event: dict[str, Any], entry: dict[str, Any]) -> tuple[studio.Studio, str, membership.Person]:
    """Return (Studio, team, person) of a request by a member of the team; raises answers.Refusal for all others."""
    team = entry["team"] = membership.team_of(event)
    entry["username"] = membership.verified_claims(event).get("username")
    service = make_service()
    if not service.settings.client_ids or not service.settings.user_pool_id:
        raise answers.not_set_up()
    person = membership.person_of(event, service.settings.client_ids, service.verify)
    if team is None or team not in person.groups:
        raise answers.not_a_member()
    if service.groups and not service.groups.has(person, team):
        raise answers.not_a_member("not_a_member_any_more")
    return service.studio, team, person


def _portal(event: dict[str, Any], entry: dict[str, Any]) -> dict[str, Any]:
    return portal.answer(make_service().settings)


def _to_portal(event: dict[str, Any], entry: dict[str, Any]) -> dict[str, Any]:
    """Redirect, relative to the stage: its name is in the path, except under a custom domain name."""
    path = (event.get("requestContext") or {}).get("path") or "/"
    target = f"{path.rpartition('/')[2]}/portal".lstrip("/")
    answer = answers.json_answer(302, {"message": "The portal is at /portal."})
    return {**answer, "headers": {**answer["headers"], "Location": target}}


def _no_route(event: dict[str, Any], entry: dict[str, Any]) -> dict[str, Any]:
    raise answers.no_route()


_ROUTES = {PRESIGNED_URL_ROUTE: _presigned_url, PLACES_ROUTE: _places, "/portal": _portal, "/": _to_portal}


@dataclass(frozen=True)
class Service:
    """What every request needs; ``groups`` is None unless memberships are looked up live."""

    settings: config.Settings
    studio: studio.Studio
    groups: live_groups.LiveGroups | None
    verify: membership.Verify


@functools.lru_cache(maxsize=1)
def make_service() -> Service:
    """Return the service, made once; raises config.ConfigurationError."""
    settings = config.load(os.environ)
    groups = None
    if settings.live_group_check:
        groups = live_groups.LiveGroups(aws.make_client("cognito-idp", settings.region), settings.user_pool_id)
    keys = tokens.Keys(settings.keys_url, settings.token_keys)
    verify = functools.partial(tokens.verified_payload, keys=keys, issuer=settings.issuer)
    return Service(settings, studio.Studio(aws.make_client("sagemaker", settings.region), settings), groups, verify)


# Lambda lends its start more processor time than a request gets, and SageMaker's API model is large: load it now.
# Wrong settings are reported by each request, since a function that fails to start cannot say why.
with contextlib.suppress(config.ConfigurationError):
    make_service()
