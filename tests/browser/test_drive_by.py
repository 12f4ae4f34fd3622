# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A page that somebody visits while the emulator runs cannot use it, in a real browser with all that one sends."""

from __future__ import annotations

import base64
import json
from urllib.parse import urlencode

import pytest

from tests.support.function_code import packed
from tests.support.http import get

EVIL = "https://evil.example/"
TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"},
    ],
}
ROLE = {"Action": "CreateRole", "RoleName": "intruder", "Version": "2010-05-08"}
FUNCTION = {
    "FunctionName": "intruder",
    "Runtime": "python3.12",
    "Handler": "index.handler",
    "Role": "arn:aws:iam::000000000000:role/intruder",
    "Code": {"ZipFile": base64.b64encode(packed("def handler(event, context): return 1")).decode()},
}
# Requests that a browser sends without asking first (no preflight): forms, and JSON that calls itself plain text.
SEND = """async ([address, type, body]) => {
    await fetch(address, {method: "POST", mode: "no-cors", headers: {"Content-Type": type}, body}).catch(() => {});
}"""
LOOK = """(address) => new Promise((done) => {
    const image = new Image();
    image.onload = image.onerror = done;
    image.src = address;
})"""


def named_intruder(address):
    return [one["type"] for one in get(f"{address}/_emulator/resources") if one["name"] == "intruder"]


@pytest.fixture
def evil(page, watch):
    """A page of others, which may ask whom it likes."""
    watch.hosts.update({"evil.example", "127.0.0.1", "rebound.example"})
    watch.expected_console.append(".*")
    page.route(f"{EVIL}**", lambda route: route.fulfill(content_type="text/html", body="<h1>A nice page</h1>"))
    page.goto(EVIL)
    return page


def test_a_page_of_others_makes_no_function(evil, deployment):
    address = deployment.emulator.url
    role = urlencode({**ROLE, "AssumeRolePolicyDocument": json.dumps(TRUST)})
    evil.evaluate(SEND, [f"{address}/", "application/x-www-form-urlencoded", role])
    evil.evaluate(SEND, [f"{address}/2015-03-31/functions", "text/plain", json.dumps(FUNCTION)])
    assert named_intruder(address) == []


def test_a_picture_on_a_page_of_others_changes_nothing(evil, deployment):
    query = urlencode({"Action": "CreateUser", "UserName": "intruder", "Version": "2010-05-08"})
    evil.evaluate(LOOK, f"{deployment.emulator.url}/?{query}")
    assert named_intruder(deployment.emulator.url) == []


def test_a_name_that_is_pointed_here_reads_nothing(evil):
    """DNS rebinding: the browser takes the page and the emulator for one origin, and lets it read."""
    answer = evil.goto("http://rebound.example/_emulator/health")
    assert answer.status == 403
    assert "does not answer for the host 'rebound.example'" in evil.content()
