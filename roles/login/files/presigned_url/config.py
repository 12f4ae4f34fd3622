# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Settings of the sign-in function: every environment variable, its meaning and its bounds.

PLATFORM_NAME          required; value of the tag ``Platform`` that our domains carry
CLIENT_IDS             app clients whose tokens are accepted, separated by commas; empty while the platform is half-made
PORTAL_CLIENT_ID       the portal's own (public) app client; empty while the platform is half-made
HOSTED_UI_URL          origin of the Cognito hosted UI, without a path; empty while the platform is half-made
STUDIO_HOSTS           hosts the portal may send a person to, separated by commas: ``host``, ``host:port`` or
                       ``*.host``; default ``*.studio.<AWS_REGION>.sagemaker.aws``
URL_LIFETIME_SECONDS   5 to 60, default 30; how long a presigned URL can be opened
SESSION_SECONDS        1800 to 43200, default 28800; how long a Studio session lasts at most (a team may want less)
LIVE_GROUP_CHECK       ``true`` or ``false`` (default); ask Cognito at each sign-in whether the person is still a member
BROUGHT_ROLES          JSON: team -> the execution roles that its people bring; default none
USER_POOL_ID           the user pool whose tokens are accepted, and that is asked; empty while the platform is half-made
TOKEN_KEYS             the pool's public keys as a JWKS; by default they are read where the pool has them, which a
                       function in a network without a way to the internet cannot
ORGANISATION_NAME      shown on the portal; may be empty
LOGO_TEXT              a few letters that the portal shows in place of a logo, 12 at most; may be empty
HELP_URL               https or mailto address behind the portal's help link; no link when empty
AWS_REGION             set by Lambda
AWS_ENDPOINT_URL       optional, read by boto3 itself
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from tokens import keys_of

# These values end up in the portal's security headers: nothing but an origin or a host may pass.
_ORIGIN = re.compile(r"https://[a-z0-9.-]+(:[0-9]+)?|http://(localhost|127\.0\.0\.1)(:[0-9]+)?", re.ASCII)
# It becomes a link: other schemes, javascript among them, must not pass.
_HELP = re.compile(r"(https://|mailto:)[!-~]{1,2000}", re.ASCII)
_HOST = re.compile(r"(\*\.)?[a-z0-9-]+(\.[a-z0-9-]+)*(:[0-9]+)?", re.ASCII)


class ConfigurationError(ValueError):
    """An environment variable is missing or out of bounds; the text names it and says what it must be."""


@dataclass(frozen=True)
class Settings:
    """What the environment says, checked. Times are in seconds."""

    platform_name: str
    client_ids: frozenset[str]
    portal_client_id: str
    hosted_ui_url: str
    studio_hosts: tuple[str, ...]
    url_lifetime_seconds: int
    session_seconds: int
    live_group_check: bool
    brought_roles: Mapping[str, tuple[str, ...]] = field(hash=False)
    user_pool_id: str
    token_keys: Mapping[str, tuple[int, int]] = field(hash=False)
    keys_url: str
    organisation_name: str
    logo_text: str
    help_url: str
    region: str

    @property
    def issuer(self) -> str:
        """What the tokens of the pool name as their issuer, whatever address the pool is reached at."""
        return f"{_cognito(self.region)}/{self.user_pool_id}"


def load(environ: Mapping[str, str]) -> Settings:
    """Read the settings from ``environ``; raises ConfigurationError."""
    region = _required(environ, "AWS_REGION")
    live_group_check = _switch(environ, "LIVE_GROUP_CHECK")
    return Settings(
        platform_name=_required(environ, "PLATFORM_NAME"),
        client_ids=frozenset(_items(environ, "CLIENT_IDS")),
        portal_client_id=environ.get("PORTAL_CLIENT_ID", ""),
        hosted_ui_url=_hosted_ui_url(environ),
        studio_hosts=_studio_hosts(environ, region),
        url_lifetime_seconds=_number(environ, "URL_LIFETIME_SECONDS", default=30, low=5, high=60),
        session_seconds=_number(environ, "SESSION_SECONDS", default=28800, low=1800, high=43200),
        live_group_check=live_group_check,
        brought_roles=_brought_roles(environ),
        user_pool_id=_required(environ, "USER_POOL_ID") if live_group_check else environ.get("USER_POOL_ID", ""),
        token_keys=_token_keys(environ),
        keys_url=_keys_url(environ, region),
        organisation_name=environ.get("ORGANISATION_NAME", ""),
        logo_text=_logo_text(environ),
        help_url=_help_url(environ),
        region=region,
    )


def _required(environ: Mapping[str, str], name: str) -> str:
    if not environ.get(name):
        raise ConfigurationError(f"{name} is not set")
    return environ[name]


def _switch(environ: Mapping[str, str], name: str) -> bool:
    text = environ.get(name) or "false"
    if text not in ("true", "false"):
        raise ConfigurationError(f"{name} must be true or false")
    return text == "true"


def _brought_roles(environ: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    try:
        found = json.loads(environ.get("BROUGHT_ROLES") or "{}")
        return {str(team): tuple(map(str, roles)) for team, roles in found.items()}
    except (AttributeError, TypeError, ValueError):
        raise ConfigurationError("BROUGHT_ROLES must be JSON: the ARNs of roles by team") from None


def _cognito(region: str) -> str:
    # The partitions in which Cognito has user pools, by how their regions begin.
    suffix = "amazonaws.eu" if region.startswith("eusc-") else "amazonaws.com"
    return f"https://cognito-idp.{region}.{suffix}"


def _keys_url(environ: Mapping[str, str], region: str) -> str:
    """Return where the pool has its keys (Cognito developer guide, "Verifying JSON web tokens")."""
    origin = (environ.get("AWS_ENDPOINT_URL") or _cognito(region)).rstrip("/")
    return f"{origin}/{environ.get('USER_POOL_ID', '')}/.well-known/jwks.json"


def _token_keys(environ: Mapping[str, str]) -> dict[str, tuple[int, int]]:
    try:
        return keys_of(json.loads(environ["TOKEN_KEYS"])) if environ.get("TOKEN_KEYS") else {}
    except ValueError:
        raise ConfigurationError("TOKEN_KEYS must be a JWKS") from None


def _items(environ: Mapping[str, str], name: str) -> list[str]:
    return [item.strip() for item in environ.get(name, "").split(",") if item.strip()]


def _number(environ: Mapping[str, str], name: str, default: int, low: int, high: int) -> int:
    text = environ.get(name) or str(default)
    if not re.fullmatch("[0-9]{1,6}", text) or not low <= int(text) <= high:
        raise ConfigurationError(f"{name} must be a whole number from {low} to {high}")
    return int(text)


def _hosted_ui_url(environ: Mapping[str, str]) -> str:
    url = environ.get("HOSTED_UI_URL", "").rstrip("/")
    if url and not _ORIGIN.fullmatch(url):
        raise ConfigurationError("HOSTED_UI_URL must be https://host, or http://localhost:port, without a path")
    return url


def _logo_text(environ: Mapping[str, str]) -> str:
    text = environ.get("LOGO_TEXT", "")
    if len(text) > 12:
        raise ConfigurationError("LOGO_TEXT must have 12 characters at most")
    return text


def _help_url(environ: Mapping[str, str]) -> str:
    url = environ.get("HELP_URL", "")
    if url and not _HELP.fullmatch(url):
        raise ConfigurationError("HELP_URL must begin with https:// or mailto: and have no spaces")
    return url


def _studio_hosts(environ: Mapping[str, str], region: str) -> tuple[str, ...]:
    hosts = _items(environ, "STUDIO_HOSTS") or [f"*.studio.{region}.sagemaker.aws"]
    for host in hosts:
        if not _HOST.fullmatch(host):
            raise ConfigurationError("STUDIO_HOSTS must be hosts: studio.example.org, host:port or *.example.org")
    return tuple(hosts)
