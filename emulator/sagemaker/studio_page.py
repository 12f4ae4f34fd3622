# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Studio itself, as far as a browser that opens a presigned URL needs it: a page that tells what Studio would show.

It says that it is an emulator's. Whatever a URL does not open leads to the sign-in page.

Served at ``/_studio/<domain-id>/auth``, at ``/_studio/<domain-id>-<endpoint-id>/auth`` as if the browser came through
that VPC endpoint, and, for AWS's own host names, at ``/auth`` of ``<domain-id>.studio.<region>.sagemaker.aws``.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Sequence
from html import escape
from urllib.parse import parse_qs

from emulator.sagemaker import presigned_url
from emulator.shared.shapes import Answer, Headers, Structure

HOST = re.compile(r"(?P<domain>d-[a-z0-9-]+)\.studio\.[a-z0-9-]+\.sagemaker\.aws(:\d+)?")
LOCAL = re.compile(r"/_studio/(?P<domain>d-[a-z0-9-]+?)(-(?P<endpoint>vpce-[0-9a-f]+))?(?P<path>/.*)")
SIGN_IN = "/_studio/sign-in"
NOTICE = "Emulator. This is not AWS: no notebook, no instance and no data is behind this page."
# What stands where a presigned URL lands (developer guide, "Studio UI overview", JupyterLab, Code Editor).
APPS = {
    "JupyterLab": ("JupyterLab", "the notebooks and files of the space"),
    "CodeEditor": ("Code Editor", "the editor with the files of the space"),
    "Canvas": ("Canvas", "Canvas"),
    "JupyterServer": ("Studio Classic", "the notebooks of the user profile"),
    "RStudioServerPro": ("RStudio", "RStudio"),
}
HOME = ("Studio's home", "apps, spaces, running instances, data, jobs and models")
STYLE = """
:root { color-scheme: light dark; --ink: #16191f; --soft: #545b64; --ground: #f2f3f3; --card: #fff; --line: #d5dbdb;
  --top: #232f3e; --on-top: #fff; --note: #ffd479; --on-note: #2b1d00; --act: #0b5cab; }
@media (prefers-color-scheme: dark) { :root { --ink: #e9ebed; --soft: #b6bec9; --ground: #0f1b2a; --card: #1a2737;
  --line: #3a4b5f; --top: #070d15; --act: #86bdf5; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink); overflow-wrap: anywhere;
  font: 1rem/1.5 system-ui, "Segoe UI", Roboto, sans-serif; }
header { background: var(--top); color: var(--on-top); padding: .75rem 1rem; }
.bar { margin: 0; padding: .5rem .9rem; border-radius: .4rem; background: var(--note); color: var(--on-note);
  font-weight: 600; }
.studio { display: grid; grid-template-columns: 13rem minmax(0, 1fr); min-height: 60vh; }
aside { padding: 1.5rem 1rem; border-right: 1px solid var(--line); background: var(--card); }
h2 { margin: 0 0 .5rem; font-size: .9rem; color: var(--soft); }
ul { list-style: none; margin: 0; padding: 0; }
li { padding: .35rem .6rem; color: var(--soft); border-left: 3px solid transparent; }
li[aria-current] { color: var(--ink); font-weight: 600; border-color: var(--act); }
main { padding: 1.5rem 1rem; max-width: 46rem; }
h1 { margin: 0 0 1rem; font-size: 1.6rem; line-height: 1.2; }
section { background: var(--card); border: 1px solid var(--line); border-radius: .6rem; padding: .4rem 1rem;
  margin-bottom: 1rem; }
section p { margin: 0; padding: .45rem 0; border-bottom: 1px solid var(--line); }
section p:last-child { border-bottom: 0; }
main > p { color: var(--soft); margin: 0 0 .5rem; }
@media (max-width: 40rem) { .studio { display: block; } aside { display: none; } }
"""
_DIGEST = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
HEADERS = {
    "Content-Type": "text/html; charset=utf-8",
    "Cache-Control": "no-store",
    "Content-Security-Policy": f"default-src 'none'; style-src 'sha256-{_DIGEST}'",
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
    return _studio(opened)


def _studio(opened: Structure) -> Answer:
    """What a presigned URL leads to: a picture of Studio in words, and no Studio."""
    app_type = presigned_url.app_type_of(opened["landing"])
    name, shows = APPS.get(app_type) or HOME
    facts = [
        f"Domain ID: {opened['domain_id']}",
        f"Domain name: {opened['domain_name']}",
        f"User profile: {opened['profile']}",
        *([f"Space: {opened['space']}"] if opened["space"] else []),
        *([f"Landing: {opened['landing']}"] if opened["landing"] else []),
        *([f"App: {app_type}, {opened['state']}"] if opened["state"] else []),
    ]
    missing = [f"{app_type} does not run in it."] if app_type and opened["space"] and not opened["state"] else []
    places = [place for place, _shows in (HOME, *APPS.values())]
    side = "".join(_listed(place, place == name) for place in places)
    aside = f"<aside><h2>Applications</h2><ul>{side}</ul></aside>"
    return _page(200, "SageMaker Studio", facts, [f"{name}: here Studio would show {shows}.", *missing], aside)


def _listed(place: str, is_current: bool) -> str:
    return f'<li aria-current="page">{escape(place)}</li>' if is_current else f"<li>{escape(place)}</li>"


def _token(query: str | Structure) -> str:
    values = (parse_qs(query) if isinstance(query, str) else query).get("token", "")
    return values[0] if isinstance(values, list) else values


def _page(status: int, title: str, facts: list[str], more: Sequence[str] = (), aside: str = "") -> Answer:
    """A page in Studio's colours: facts stand on a card, and what else is to be said below it. aside is markup."""
    card, below = ("".join(f"<p>{escape(line)}</p>" for line in lines) for lines in (facts, more))
    html = (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title><style>{STYLE}</style></head>"
        f'<body><header><p class="bar">{NOTICE}</p></header>'
        f'<div class="{"studio" if aside else "alone"}">{aside}'
        f"<main><h1>{escape(title)}</h1><section>{card}</section>{below}</main></div></body></html>"
    )
    return status, dict(HEADERS), html.encode()
