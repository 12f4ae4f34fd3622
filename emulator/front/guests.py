# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who may send requests: programs of this machine, and pages that the emulator serves; no other page in a browser.

A browser sends what any page tells it to send, also to 127.0.0.1, and a Lambda function is a program that runs on this
machine. What gives such a page away is what it cannot choose: Host (the name that its own DNS server points here),
Origin and Sec-Fetch-Site; where a browser tells neither (old ones, and all over HTTP under AWS's names), Referer and
User-Agent.
AWS needs no such rule: there, every request is signed.
"""

from __future__ import annotations

import re

from emulator.shared.shapes import Headers

LOOPBACK = re.compile(r"(127\.0\.0\.1|\[::1\]|([a-z0-9.-]+\.)?localhost)(:\d+)?")
# Nobody points these here but who means to: hosts file, resolver rules or a proxy of one's own.
AWS = re.compile(r"[a-z0-9.*-]+\.(amazonaws\.com(\.cn)?|api\.aws|on\.aws|amazoncognito\.com|sagemaker\.aws)(:\d*)?")
# The page at the same address, and who types an address or follows a bookmark.
OWN_SITES = ("same-origin", "none")


def refusal(headers: Headers, public: bool) -> str | None:
    """Why a request is not served, in a sentence for who sent it; None for one that is.

    ``public`` says that it leads where AWS answers pages of others too: REST APIs, hosted pages and Studio.
    """
    host = headers.get("host", "localhost").lower()
    here = LOOPBACK.fullmatch(host) is not None
    if not (here or AWS.fullmatch(host)):
        name = host.rpartition(":")[0] or host
        return f"The emulator does not answer for the host '{name}': use 127.0.0.1, localhost or a host name of AWS."
    if public:
        return None
    origin, site = headers.get("origin"), headers.get("sec-fetch-site")
    # A page under AWS's names is no program of ours: it may have come from AWS, where anybody can publish one.
    if origin is not None and not (here and origin == f"http://{host}"):
        return f"The emulator does not answer to pages of '{origin}'."
    if site is not None and site not in OWN_SITES:
        return "The emulator does not answer to pages of others."
    browser = headers.get("user-agent", "").startswith("Mozilla/") or "referer" in headers
    if origin is None and site is None and browser:
        return "The emulator does not answer to a browser that does not say which page asks."
    return None
