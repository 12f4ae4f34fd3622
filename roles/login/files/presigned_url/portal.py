# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The portal: one static page, its settings, and the headers that fence it in."""

from __future__ import annotations

import base64
import functools
import hashlib
import json
import re
from pathlib import Path
from typing import Any

from answers import SAFE_HEADERS
from config import Settings
from membership import TEAM_PATTERN

_PAGE = Path(__file__).with_name("portal.html").read_text(encoding="utf-8")
_SLOT = "__CONFIG__"


@functools.lru_cache(maxsize=1)
def answer(settings: Settings) -> dict[str, Any]:
    """Return the Lambda proxy response with the page."""
    headers = {
        "Content-Type": "text/html; charset=utf-8",
        "Content-Security-Policy": content_security_policy(settings),
        "Cross-Origin-Opener-Policy": "same-origin",
        "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
        "Referrer-Policy": "no-referrer",
        "X-Frame-Options": "DENY",
        **SAFE_HEADERS,
    }
    return {"statusCode": 200, "headers": headers, "body": _PAGE.replace(_SLOT, embedded(settings), 1)}


def content_security_policy(settings: Settings) -> str:
    """Return the policy: only the page's own script and style run, and only the API and Cognito are called."""
    return "; ".join(
        [
            "default-src 'none'",
            f"script-src {_hashes('script')}",
            f"style-src {_hashes('style')}",
            f"connect-src 'self' {settings.hosted_ui_url}".rstrip(),
            "img-src data:",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'none'",
            "require-trusted-types-for 'script'",
            "trusted-types 'none'",
        ]
    )


def embedded(settings: Settings) -> str:
    """Return the page's settings as JSON in which nothing can end the surrounding script element."""
    text = json.dumps(
        {
            "clientId": settings.portal_client_id,
            "hostedUiUrl": settings.hosted_ui_url,
            "studioHosts": settings.studio_hosts,
            "organisation": settings.organisation_name,
            "logoText": settings.logo_text,
            "helpUrl": settings.help_url,
            "sessionHours": round(settings.session_seconds / 3600, 1),
            "teamPattern": TEAM_PATTERN,
        }
    )
    for character in "<>&":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text


def _hashes(element: str) -> str:
    """Return the CSP sources of the page's inline ``<element>`` blocks; data blocks have attributes and need none."""
    blocks = re.findall(f"<{element}>(.*?)</{element}>", _PAGE, re.DOTALL)
    digests = [base64.b64encode(hashlib.sha256(block.encode()).digest()).decode() for block in blocks]
    return " ".join(f"'sha256-{digest}'" for digest in digests)
