# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who may send requests: programs of this machine, and pages that the emulator serves; no other page in a browser.

A browser sends what any page tells it to send, also to 127.0.0.1, and a Lambda function is a program that runs on this
machine. What gives such a page away is what it cannot choose: Host (the name that its own DNS server points here),
Origin, and Sec-Fetch-Site where a request has no Origin. AWS needs no such rule: there, every request is signed.
"""

from __future__ import annotations

import re

from emulator.shared.shapes import Headers

LOOPBACK = re.compile(r"127\.0\.0\.1|\[::1\]|([a-z0-9.-]+\.)?localhost")
# Nobody points these here but who means to: hosts file, resolver rules or a proxy of one's own.
AWS = re.compile(r"[a-z0-9.*-]+\.(amazonaws\.com(\.cn)?|api\.aws|on\.aws|amazoncognito\.com|sagemaker\.aws)")
# What AWS serves to pages of others too: REST APIs, which have CORS, hosted pages and Studio.
PUBLIC_HOST = re.compile(r".+\.(execute-api\.[a-z0-9.-]+|amazoncognito\.com|sagemaker\.aws)")
PUBLIC_PATH = re.compile(
    r"/(_aws/execute-api|_studio|login|logout|oauth2|saml2|confirmUser|forgotPassword|signup)(/.*)?"
)


def refusal(path: str, headers: Headers) -> str | None:
    """Why a request is not served, in a sentence for who sent it; None for one that is."""
    host, port = _name_and_port(headers.get("host", "localhost"))
    if not (LOOPBACK.fullmatch(host) or AWS.fullmatch(host)):
        return f"The emulator does not answer for the host '{host}': use 127.0.0.1, localhost or a host name of AWS."
    if PUBLIC_HOST.fullmatch(host) or PUBLIC_PATH.fullmatch(path):
        return None
    origin = headers.get("origin")
    if origin is not None:
        return None if _is_ours(origin, host, port) else f"The emulator does not answer to pages of '{origin}'."
    if headers.get("sec-fetch-site") == "cross-site":
        return "The emulator does not answer to pages of others."
    return None


def _name_and_port(authority: str) -> tuple[str, str]:
    found = re.fullmatch(r"(.*?)(?::(\d*))?", authority.lower())
    return (found[1], found[2] or "") if found else ("", "")


def _is_ours(origin: str, host: str, port: str) -> bool:
    """Whether a page is the emulator's: on this machine that at our port, under AWS's names any that leads here."""
    scheme, _, authority = origin.partition("://")
    name, its_port = _name_and_port(authority)
    if LOOPBACK.fullmatch(host):
        return scheme == "http" and its_port == port and LOOPBACK.fullmatch(name) is not None
    return AWS.fullmatch(name) is not None
