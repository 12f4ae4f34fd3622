# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Studio itself, as far as a browser that opens a presigned URL needs it: one small page, or the sign-in page.

Served at ``/_studio/<domain-id>/auth``, at ``/_studio/<domain-id>-<endpoint-id>/auth`` as if the browser came through
that VPC endpoint, and, for AWS's own host names, at ``/auth`` of ``<domain-id>.studio.<region>.sagemaker.aws``.
"""

from __future__ import annotations

import re
from html import escape
from urllib.parse import parse_qs

from emulator.sagemaker import presigned_url
from emulator.shared.shapes import Answer, Headers, Structure

HOST = re.compile(r"(?P<domain>d-[a-z0-9-]+)\.studio\.[a-z0-9-]+\.sagemaker\.aws(:\d+)?")
LOCAL = re.compile(r"/_studio/(?P<domain>d-[a-z0-9-]+?)(-(?P<endpoint>vpce-[0-9a-f]+))?(?P<path>/.*)")
SIGN_IN = "/_studio/sign-in"
HEADERS = {
    "Content-Type": "text/html; charset=utf-8",
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'",
    "X-Content-Type-Options": "nosniff",
}


def serves(path: str, headers: Headers) -> bool:
    """Whether a request (path, headers with lower-case names) is for Studio and not for an API."""
    return path.startswith("/_studio/") or HOST.fullmatch(headers.get("host", "")) is not None


def respond(method: str, path: str, query: str | Structure, headers: Headers) -> Answer:
    """Answer a request that ``serves``: ``(status, headers, body)``.

    ``query`` is the raw query string or a dict of strings or lists. A valid URL answers 200 with a page that names
    domain id, domain name, profile and space; an expired or forged one 302 to the sign-in page, as AWS leads to its
    console's (API reference CreatePresignedDomainUrl).
    """
    if method not in ("GET", "HEAD"):
        return 405, {**HEADERS, "Allow": "GET, HEAD"}, b""
    if path == SIGN_IN:
        return _page(200, "Sign in", ["This link is not valid or has expired. Ask for a new one."])
    host = HOST.fullmatch(headers.get("host", ""))
    local = LOCAL.fullmatch(path)
    domain_id = local["domain"] if local else host and host["domain"]
    page = local["path"] if local else path
    if not domain_id or page != "/auth":
        return _page(404, "Not found", ["There is no such page."])
    opened = presigned_url.open_token(_token(query), domain_id, local["endpoint"] if local else None)
    if opened is None:
        return 302, {**HEADERS, "Location": SIGN_IN}, b""
    lines = [
        f"Domain ID: {opened['domain_id']}",
        f"Domain name: {opened['domain_name']}",
        f"User profile: {opened['profile']}",
    ]
    return _page(200, "SageMaker Studio", lines + ([f"Space: {opened['space']}"] if opened["space"] else []))


def _token(query: str | Structure) -> str:
    values = (parse_qs(query) if isinstance(query, str) else query).get("token", "")
    return values[0] if isinstance(values, list) else values


def _page(status: int, title: str, lines: list[str]) -> Answer:
    body = "".join(f"<p>{escape(line)}</p>" for line in lines)
    html = (
        f'<!doctype html><html lang="en"><head><title>{title}</title></head><body><h1>{title}</h1>{body}</body></html>'
    )
    return status, dict(HEADERS), html.encode()
