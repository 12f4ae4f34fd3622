# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The portal as it is served: headers, hashes, embedded settings. What it does in a browser is tested elsewhere."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from html.parser import HTMLParser

import pytest


class Page(HTMLParser):
    """The inline blocks of a page as a browser sees them: where they end is HTML's decision, not a pattern's."""

    def __init__(self, text):
        super().__init__(convert_charrefs=False)
        self.blocks = []
        self.attributes = []
        self._open = None
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.attributes += [(tag, name, value) for name, value in attrs]
        self._open = (tag, dict(attrs)) if tag in ("script", "style") else None
        if self._open:
            self.blocks.append([tag, dict(attrs), ""])

    def handle_endtag(self, tag):
        self._open = None

    def handle_data(self, data):
        if self._open:
            self.blocks[-1][2] += data

    def contents(self, tag, **attrs):
        return [content for name, found, content in self.blocks if name == tag and found.items() >= attrs.items()]


@pytest.fixture
def get_portal(function):
    def get_portal(resource="/portal"):
        answer = function.handler({"resource": resource, "requestContext": {"requestId": "request-2"}}, None)
        assert answer["statusCode"] == 200
        return answer["headers"], answer["body"]

    return get_portal


def directives(headers):
    parts = [part.split(" ") for part in headers["Content-Security-Policy"].split("; ")]
    return {name: sources for name, *sources in parts}


def embedded(body):
    (config,) = Page(body).contents("script", type="application/json")
    return json.loads(config)


@pytest.mark.parametrize("resource", ["/portal", "/portal/"])
def test_the_page_is_served_with_and_without_a_slash(get_portal, sagemaker, resource):
    headers, body = get_portal(resource)
    assert body.startswith("<!doctype html>")
    assert headers["Content-Type"] == "text/html; charset=utf-8"
    assert sagemaker.calls == []


def test_the_page_is_fenced_in(get_portal):
    headers, _ = get_portal()
    assert headers["Cache-Control"] == "no-store"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    policy = directives(headers)
    script, style = policy.pop("script-src"), policy.pop("style-src")
    assert len(script) == len(style) == 1
    assert policy == {
        "default-src": ["'none'"],
        "connect-src": ["'self'", "https://login.auth.eu-central-1.amazoncognito.com"],
        "img-src": ["data:"],
        "base-uri": ["'none'"],
        "form-action": ["'none'"],
        "frame-ancestors": ["'none'"],
        "require-trusted-types-for": ["'script'"],
        "trusted-types": ["'none'"],
    }


def test_the_hashes_are_those_of_the_inline_blocks(get_portal):
    headers, body = get_portal()
    page = Page(body)
    for tag in ("script", "style"):
        blocks = [content for name, attrs, content in page.blocks if name == tag and not attrs]
        digests = [base64.b64encode(hashlib.sha256(block.encode()).digest()).decode() for block in blocks]
        assert directives(headers)[f"{tag}-src"] == [f"'sha256-{digest}'" for digest in digests]


def test_every_block_is_either_hashed_or_data(get_portal):
    _, body = get_portal()
    assert [(tag, attrs) for tag, attrs, _ in Page(body).blocks] == [
        ("style", {}),
        ("script", {"type": "application/json", "id": "config"}),
        ("script", {}),
    ]


def test_nothing_is_loaded_and_no_markup_is_made_from_text(get_portal):
    _, body = get_portal()
    page = Page(body)
    assert [item for item in page.attributes if item[1] in ("src", "href")] == [("link", "href", "data:,")]
    assert not [item for item in page.attributes if item[1] == "style" or item[1].startswith("on")]
    (script,) = [content for tag, attrs, content in page.blocks if tag == "script" and not attrs]
    forbidden = ["innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "Function("]
    assert [word for word in forbidden if word in script] == []
    # On the device nothing stays but names.
    assert re.findall(r"localStorage\.\w+\(\w+", script) == [
        "localStorage.getItem(LAST_PLACES",
        "localStorage.setItem(LAST_PLACES",
    ]
    assert script.count("localStorage.") == script.count("localStorage[") + 2
    assert len(body.encode()) < 30 * 1024


def test_the_settings_reach_the_page(get_portal):
    import membership

    _, body = get_portal()
    assert embedded(body) == {
        "clientId": "portal-client",
        "hostedUiUrl": "https://login.auth.eu-central-1.amazoncognito.com",
        "studioHosts": ["*.studio.eu-central-1.sagemaker.aws"],
        "organisation": "Example",
        "logoText": "EX",
        "helpUrl": "https://help.example.org/",
        "sessionHours": 8.0,
        "teamPattern": membership.TEAM_PATTERN,
    }


@pytest.mark.parametrize(
    "name",
    [
        "</script><script>alert(1)</script>",
        "<!--<script>",
        "</SCRIPT\n>",
        '"}</script>',
        "__CONFIG__",
        "R&D \u2028 \u2029 \\u003c Ünïcode",
    ],
)
def test_a_setting_cannot_break_out_of_its_element(get_portal, monkeypatch, name):
    plain = [content for _, attrs, content in Page(get_portal()[1]).blocks if not attrs]
    monkeypatch.setenv("ORGANISATION_NAME", name)
    import handler

    handler.make_service.cache_clear()
    _, body = get_portal()
    assert embedded(body)["organisation"] == name
    assert [content for _, attrs, content in Page(body).blocks if not attrs] == plain


def test_a_half_made_platform_still_shows_its_page(get_portal, monkeypatch):
    for name in ("PORTAL_CLIENT_ID", "HOSTED_UI_URL", "CLIENT_IDS"):
        monkeypatch.setenv(name, "")
    headers, body = get_portal()
    assert embedded(body)["clientId"] == ""
    assert directives(headers)["connect-src"] == ["'self'"]


def test_the_log_of_a_page_view_names_the_request(get_portal, capsys):
    get_portal()
    entry = json.loads(capsys.readouterr().out)
    assert entry == {"route": "/portal", "request_id": "request-2", "outcome": "ok", "status": 200}
