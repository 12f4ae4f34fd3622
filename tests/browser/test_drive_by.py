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


# A form goes where it is sent as if somebody had followed a link; its answer replaces the page.
SUBMIT = """([address, method, encoding, fields]) => {
    const form = Object.assign(document.createElement("form"), {action: address, method, enctype: encoding});
    for (const [name, value] of Object.entries(fields)) {
        form.append(Object.assign(document.createElement("input"), {type: "hidden", name, value}));
    }
    document.body.append(form);
    form.submit();
}"""
STACK = {
    "Action": "CreateStack",
    "StackName": "intruder",
    "Version": "2010-05-15",
    "TemplateBody": json.dumps(
        {"Resources": {"Topic": {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": "intruder"}}}}
    ),
}
CREDENTIAL = {"X-Amz-Credential": "111111111111/20260101/eu-central-1/cloudformation/aws4_request"}
# Where pages of others are answered, and what leads here in every browser without a resolver's doing.
PUBLIC = ["/logout", "/login", "/login/x", "/signup", "/saml2/idpresponse", "/oauth2/token", "/_aws/execute-api/x"]
FORMS = [
    *(("post", kind) for kind in ("application/x-www-form-urlencoded", "multipart/form-data", "text/plain")),
    ("get", ""),
]
ASK = """async ([address, target]) => {
    const headers = {"Content-Type": "application/x-amz-json-1.1", ...(target ? {"X-Amz-Target": target} : {})};
    const asked = {method: "POST", headers, body: '{"PoolName": "intruder"}'};
    return await fetch(address, asked).then((answer) => answer.text(), () => "");
}"""


def named_intruder(address):
    return [one["type"] for one in get(f"{address}/_emulator/resources") if one["name"] == "intruder"]


@pytest.fixture
def evil(page, watch):
    """A page of others, which may ask whom it likes."""
    watch.hosts.update({"evil.example", "127.0.0.1", "rebound.example", "a.execute-api.localhost"})
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


@pytest.mark.parametrize("path", PUBLIC)
def test_a_form_of_a_page_of_others_makes_no_stack(evil, deployment, path):
    """Credentials in the address and an action among the fields choose a service, whatever the path."""
    address = deployment.emulator.url
    for method, encoding in FORMS:
        fields = {**STACK, **CREDENTIAL} if method == "get" else STACK
        with evil.expect_navigation(url=f"{address}/**"):
            evil.evaluate(SUBMIT, [f"{address}{path}?{urlencode(CREDENTIAL)}", method, encoding, fields])
        evil.goto(EVIL)
    assert named_intruder(address) == []


@pytest.mark.parametrize("path", PUBLIC)
def test_a_page_of_others_gets_no_leave_to_call_a_service(evil, deployment, path):
    address = deployment.emulator.url
    query = urlencode({"X-Amz-Credential": CREDENTIAL["X-Amz-Credential"].replace("cloudformation", "cognito-idp")})
    for target in ("AWSCognitoIdentityProviderService.CreateUserPool", ""):
        assert "UserPool" not in evil.evaluate(ASK, [f"{address}{path}?{query}", target])
    assert named_intruder(address) == []


@pytest.mark.parametrize("host", ["a.execute-api.localhost", "127.0.0.1:{port}"])
def test_a_page_of_others_resets_nothing(evil, deployment, host):
    iam = deployment.client("iam")
    iam.create_user(UserName="kept")
    try:
        address = f"http://{host.format(port=deployment.emulator.port)}"
        evil.evaluate(SEND, [f"{address}/_emulator/reset", "text/plain", ""])
        assert [user["UserName"] for user in iam.list_users()["Users"]] == ["kept"]
    finally:
        iam.delete_user(UserName="kept")


def test_a_picture_on_a_page_of_others_changes_nothing(evil, deployment):
    query = urlencode({"Action": "CreateUser", "UserName": "intruder", "Version": "2010-05-08"})
    evil.evaluate(LOOK, f"{deployment.emulator.url}/?{query}")
    assert named_intruder(deployment.emulator.url) == []


def test_a_name_that_is_pointed_here_reads_nothing(evil):
    """DNS rebinding: the browser takes the page and the emulator for one origin, and lets it read."""
    answer = evil.goto("http://rebound.example/_emulator/health")
    assert answer.status == 403
    assert "does not answer for the host 'rebound.example'" in evil.content()
