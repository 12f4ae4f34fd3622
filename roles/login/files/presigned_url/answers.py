# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every answer of the sign-in API, in one place. The table in docs/sign-in.md is this file in words."""

from __future__ import annotations

import json
from typing import Any

SAFE_HEADERS = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}


class Refusal(Exception):
    """An answer other than 200: the HTTP ``code``, the ``outcome`` for the log, and the JSON ``body``."""

    def __init__(self, code: int, outcome: str, message: str, **details: str) -> None:
        super().__init__(message)
        self.code = code
        self.outcome = outcome
        self.body = {"message": message, **details}


def json_answer(code: int, body: dict[str, Any]) -> dict[str, Any]:
    """Return a Lambda proxy response with a JSON body (API Gateway, "Output format of a Lambda function")."""
    return {
        "statusCode": code,
        "headers": {"Content-Type": "application/json", **SAFE_HEADERS},
        "body": json.dumps(body),
    }


def token_refused(reason: str) -> Refusal:
    """403: the token is not an access token of one of our app clients; ``reason`` goes to the log alone."""
    return Refusal(403, f"token_refused:{reason}", "This token is not accepted here. Sign in through the portal.")


def not_a_member(outcome: str = "not_a_member") -> Refusal:
    """403: says nothing about the team, not even whether it exists."""
    return Refusal(403, outcome, "You are not a member of this team.")


def no_route() -> Refusal:
    """404: the API sent us an address that is not ours."""
    return Refusal(404, "no_route", "There is nothing at this address.")


def no_domain(team: str, outcome: str = "no_domain") -> Refusal:
    """404: the person is a member, but the team has no Studio domain."""
    return Refusal(404, outcome, f"Team {team} has no Studio domain yet. An administrator must deploy it.")


def no_profile(team: str) -> Refusal:
    """404: the domain is there, but the person has no profile in it."""
    return Refusal(404, "no_profile", f"You have no user profile in {team} yet. An administrator must add it.")


def profile_of_another(team: str) -> Refusal:
    """404: the profile that the person would get is not the team's, or somebody's who had the user name before."""
    return Refusal(
        404,
        "profile_of_another",
        f"The user profile in {team} that bears your name is not yours. An administrator must remove it.",
    )


def role_of_another(team: str) -> Refusal:
    """404: the tags of the team's domain name an execution role that is not the team's."""
    return Refusal(
        404,
        "role_of_another",
        f"You get no user profile in {team}, as the role for it is not the team's. An administrator must correct it.",
    )


def no_place(team: str) -> Refusal:
    """404: the space is not there any more, or is not one of the person's: nobody learns which."""
    return Refusal(404, "no_place", f"There is no such place for you in {team} any more. Choose another.", gone="space")


def not_ready(thing: str, team: str, status: str) -> Refusal:
    """409: ``thing`` (domain or user profile) is not InService; ``status`` is AWS's word for its state."""
    return Refusal(
        409,
        f"not_ready:{thing}:{status}",
        f"The {thing} of {team} is not ready: its status is {status}. Try again in a minute.",
        status=status,
    )


def closed(team: str) -> Refusal:
    """409: the team's domain is being taken down."""
    return Refusal(
        409,
        "closed",
        f"Studio of {team} is closed: an administrator is taking it down.",
        status="Closed",
    )


def throttled() -> Refusal:
    """429: AWS throttles."""
    return Refusal(429, "throttled", "Too many people are signing in at once. Try again in a moment.")


def not_set_up() -> Refusal:
    """503: the platform is half-made; no app client exists yet."""
    return Refusal(503, "not_set_up", "Sign-in is not set up yet. An administrator must finish deploying the platform.")


def no_keys() -> Refusal:
    """503: the keys of the user pool cannot be read, so no token can be told from a forged one."""
    return Refusal(
        503, "no_keys", "Sign-in cannot be verified right now. Try again; if it lasts, tell an administrator."
    )


def failed() -> Refusal:
    """503: AWS failed, or we did; the log says how."""
    return Refusal(503, "failed", "Studio cannot be opened right now. Try again; if it lasts, tell an administrator.")
