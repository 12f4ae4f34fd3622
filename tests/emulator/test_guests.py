# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A page in somebody's browser cannot use the emulator, neither by its own name nor by ours; programs can.

Sources of what a browser sends without asking first, and of what it says of the page: Fetch standard ("CORS-safelisted
request-header", "Origin header", "CORS-preflight fetch"); Fetch Metadata Request Headers ("Sec-Fetch-Site").
"""

from __future__ import annotations

import http.client
import json
import os
import socket
import stat
from pathlib import Path
from urllib.parse import urlencode

import pytest

from emulator import server
from tests.emulator.aws_answers import ACCOUNT, REGION
from tests.support.emulator_process import EmulatorProcess
from tests.support.http import get, request

ROLE = {"Action": "CreateUser", "UserName": "mallory", "Version": "2010-05-08"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
FOREIGN = "https://evil.example"


def users(emulator):
    """The users of all accounts: who does not sign is in one that no client names."""
    return [one["name"] for one in get(f"{emulator.url}/_emulator/resources") if one["type"] == "user"]


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "evil.example:{port}",
        "127.0.0.1.evil.example:{port}",
        "evillocalhost:{port}",
        "amazonaws.com.evil.example",
    ],
)
def test_name_that_leads_here_unasked_is_refused(emulator, host):
    headers = {**FORM, "Host": host.format(port=emulator.port)}
    status, _headers, body = request(emulator.url, "POST", urlencode(ROLE).encode(), headers)
    assert status == 403
    assert "does not answer for the host" in json.loads(body)["message"]
    assert users(emulator) == []


@pytest.mark.parametrize(
    "sent",
    [
        {"Origin": FOREIGN},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:1"},
        {"Origin": "http://127.0.0.1"},
        {"Origin": "https://evil.execute-api.eu-central-1.amazonaws.com"},
        {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"},
        {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"},
        {"Sec-Fetch-Site": "same-site", "Sec-Fetch-Mode": "no-cors"},
        {"Sec-Fetch-Site": "same-site", "Sec-Fetch-Mode": "navigate"},
        {"Sec-Fetch-Site": "Same-Origin"},
        {"Sec-Fetch-Site": "same-origin, cross-site"},
        {"Sec-Fetch-Site": ""},
        {"Origin": ""},
        {"Origin": "https://127.0.0.1:{port}"},
        {"Origin": "http://localhost:{port}"},
        {"Origin": "http://a.localhost:{port}"},
        {"Origin": "http://127.0.0.1:{port}", "Sec-Fetch-Site": "cross-site"},
        {"Referer": f"{FOREIGN}/"},
        {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64) Gecko/20100101 Firefox/80.0"},
    ],
)
@pytest.mark.parametrize("method", ["POST", "GET"])
def test_page_of_others_is_refused(emulator, sent, method):
    address = f"{emulator.url}/?{urlencode(ROLE)}" if method == "GET" else emulator.url
    body = urlencode(ROLE).encode() if method == "POST" else None
    sent = {name: value.format(port=emulator.port) for name, value in sent.items()}
    assert request(address, method, body, {**FORM, **sent})[0] == 403
    assert users(emulator) == []


def test_page_of_others_cannot_reset(emulator, client):
    client("iam").create_user(UserName="ada")
    assert request(f"{emulator.url}/_emulator/reset", "POST", headers={"Origin": FOREIGN})[0] == 403
    assert users(emulator) == ["ada"]


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost"])
def test_own_page_and_programs_are_served(emulator, name):
    own = {"Origin": f"http://{name}:{emulator.port}", "Host": f"{name}:{emulator.port}"}
    sent = {**FORM, **own, "Sec-Fetch-Site": "same-origin", "User-Agent": "Mozilla/5.0"}
    assert request(emulator.url, "POST", urlencode(ROLE).encode(), sent)[0] == 200
    assert users(emulator) == ["mallory"]


def test_address_that_somebody_types_is_served(emulator):
    typed = {"Sec-Fetch-Site": "none", "Sec-Fetch-Mode": "navigate", "User-Agent": "Mozilla/5.0"}
    assert request(f"{emulator.url}/_emulator/resources", headers=typed)[0] == 200


@pytest.mark.parametrize(
    "host", ["iam.amazonaws.com", "ec2.eu-central-1.amazonaws.com:443", "[::1]:{port}", "a.localhost"]
)
def test_names_that_somebody_made_lead_here_are_served(emulator, host):
    headers = {"Host": host.format(port=emulator.port)}
    assert request(f"{emulator.url}/_emulator/health", headers=headers)[0] == 200


@pytest.mark.parametrize("path", ["/_studio/d-0123456789ab/auth?token=x", "/login", "/_aws/execute-api/none/prod/x"])
def test_what_aws_serves_to_everybody_is_served_to_pages_of_others(emulator, path):
    sent = {"Origin": FOREIGN, "Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}
    _status, _headers, body = request(emulator.url + path, headers=sent)
    assert b"The emulator does not answer" not in body


# The same, whatever a page adds to a request so that another service answers it.
STACK = {"Action": "CreateStack", "StackName": "mallory", "Version": "2010-05-15", "TemplateBody": "{}"}
TOPIC = {"Action": "CreateTopic", "Name": "mallory", "Version": "2010-03-31"}


def credential(service):
    return f"{ACCOUNT}/20260101/{REGION}/{service}/aws4_request"


def signed(service, **query):
    return "?" + urlencode({"X-Amz-Algorithm": "AWS4-HMAC-SHA256", "X-Amz-Credential": credential(service), **query})


STEERING = {
    "credentials in the query": (signed("iam"), ROLE, {}),
    "credentials of CloudFormation": (signed("cloudformation"), STACK, {}),
    "credentials and action in the query": (signed("iam", **ROLE), {}, {}),
    "action in the query": ("?" + urlencode(ROLE), {}, {}),
    "action in the form": ("", ROLE, {}),
    "action of SNS in the form": ("", TOPIC, {}),
    "credentials in the form": ("", {**ROLE, "X-Amz-Credential": credential("iam")}, {}),
    "key of version 2 in the query": (f"?AWSAccessKeyId={ACCOUNT}", ROLE, {}),
    "credentials in a header": ("", ROLE, {"Authorization": f"AWS4-HMAC-SHA256 Credential={credential('iam')}"}),
    "target": ("", {}, {"X-Amz-Target": "Logs_20140328.CreateLogGroup"}),
}
# What is served to pages of others, and what only looks like it.
PATHS = [
    *("/login", "/login/", "/login/x", "/login/..%2f", "/login/../", "/login%2f..%2f..%2f", "//login", "/login%00"),
    *("/LOGIN", "/login;x", "/login%3f", "/logout", "/oauth2/token", "/oauth2/authorize", "/oauth2/userInfo"),
    *("/oauth2/idpresponse", "/saml2/idpresponse", "/saml2/x", "/signup", "/confirmUser", "/forgotPassword"),
    *("/_studio", "/_studio/x", "/_studi%6f/x", "/_aws/execute-api", "/_aws/execute-api/x", "/_aws/execute-api//x"),
    *("/_aws/execute-api/x/y", "/_aws/execute-api/../../", "/_aws/execute%2dapi/x", "/restapis/x/y/_user_request_"),
    *("/_aws/lambda-url/x/y", "/_alb/x/y", "http://127.0.0.1/login", "*"),
]
API_PATHS = ("/_aws/execute-api/x/y", "/_aws/execute-api/x-vpce-0123456789abcdef0/y/z")
HOSTS = [
    *("127.0.0.1:{port}", "a.localhost:{port}", "abcdef01.execute-api.localhost:{port}", "localhost.:{port}"),
    *("a.execute-api.localhost:{port}", "A.EXECUTE-API.eu-central-1.amazonaws.com", "a.b.aoss.localhost:{port}"),
    *("a.execute-api.eu-central-1.amazonaws.com", "x.auth.eu-central-1.amazoncognito.com", "x.amazoncognito.com"),
    *("d-0123456789ab.studio.eu-central-1.sagemaker.aws", "x.sagemaker.aws", "iam.amazonaws.com"),
    *("a.execute-api.amazonaws.com", "a.execute-api.eu-central-1.amazonaws.com.:{port}", "a.alb.localhost:{port}"),
]
FOREIGN_PAGE = {"Origin": FOREIGN, "Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"}


def raw(running, method, path, host=None, body=b"", **headers):
    """(status, headers, body) of a request whose path and Host are sent as they stand."""
    connection = http.client.HTTPConnection("127.0.0.1", running.port, timeout=30)
    connection.putrequest(method, path, skip_host=True)
    sent = {"Host": (host or "127.0.0.1:{port}").format(port=running.port), **headers}
    for name, value in {**sent, "Content-Length": str(len(body))}.items():
        connection.putheader(name, value)
    connection.endheaders(body)
    answer = connection.getresponse()
    found = answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()
    connection.close()
    return found


def services_called(running):
    return {call["service"] for call in get(f"{running.url}/_emulator/calls")}


def attack(running, path, host):
    """Send requests of every kind, as a page of others, with everything that might make another service answer."""
    for query, form, headers in STEERING.values():
        sent, body = {**headers, **FOREIGN_PAGE}, urlencode(form).encode()
        raw(running, "POST", path + query, host, body, **FORM, **sent)
        for method in ("GET", "HEAD", "OPTIONS") if query or headers else ():
            raw(running, method, path + query, host, **sent)
    for kind in ("text/plain", "multipart/form-data; boundary=x"):
        raw(running, "POST", path + signed("lambda"), host, b"{}", **{"Content-Type": kind}, **FOREIGN_PAGE)


@pytest.fixture(params=["emulator", "strict"])
def running(request):
    """An emulator to which root alone has keys, without and with --auth; what was called before is forgotten."""
    found = request.getfixturevalue(request.param)
    raw(found, "POST", "/_emulator/reset")
    return found


@pytest.mark.parametrize("path", PATHS)
def test_no_path_leads_a_page_to_a_service(running, path):
    attack(running, path, None)
    assert services_called(running) <= {"cognito-hosted-ui", "execute-api"}
    assert get(f"{running.url}/_emulator/resources") == []


@pytest.mark.parametrize("host", HOSTS)
def test_no_host_leads_a_page_to_a_service(emulator, host):
    for path in ("/", "/login", "/signup", "/2015-03-31/functions", *API_PATHS):
        attack(emulator, path, host)
    assert services_called(emulator) <= {"cognito-hosted-ui", "execute-api"}
    assert get(f"{emulator.url}/_emulator/resources") == []


OWN_PAGES = [
    *(("GET", path) for path in ("/_emulator/calls", "/_emulator%2fresources", "/_ministack/health", "/health")),
    *(("POST", path) for path in ("/_emulator/reset", "/_emulator/faults", "/_ministack/reset", "/_ministack/config")),
]


@pytest.mark.parametrize("host", HOSTS)
def test_no_host_leads_a_page_to_the_emulators_own_pages(emulator, client, host):
    client("iam").create_user(UserName="ada")
    fault = b'[{"service": "iam", "operation": "*", "error": "throttle"}]'
    for method, path in OWN_PAGES:
        status, headers, body = raw(emulator, method, path, host, fault, **FOREIGN_PAGE)
        # Under the host of an API or of Studio, every path but the emulator's is a path of theirs.
        assert status in (403, 404, 405) and b"ada" not in body and b"services" not in body
        assert "access-control-allow-origin" not in headers
    assert users(emulator) == ["ada"]
    assert get(f"{emulator.url}/_emulator/faults") == []


@pytest.mark.parametrize(
    ("host", "origin"),
    [
        ("iam.amazonaws.com", "https://evil.s3.amazonaws.com"),
        ("iam.amazonaws.com", "http://evil.s3-website-us-east-1.amazonaws.com"),
        ("iam.amazonaws.com", "https://evil.lambda-url.eu-central-1.on.aws"),
        ("iam.amazonaws.com", "https://iam.amazonaws.com"),
        ("iam.amazonaws.com", "https://a.execute-api.eu-central-1.amazonaws.com"),
        ("evil.s3.amazonaws.com", "https://evil.s3.amazonaws.com"),
        ("ec2-127-0-0-1.compute-1.amazonaws.com", "http://ec2-1-2-3-4.compute-1.amazonaws.com"),
        ("x.auth.eu-central-1.amazoncognito.com", "https://x.auth.eu-central-1.amazoncognito.com"),
    ],
)
def test_no_page_under_a_name_of_aws_uses_a_service(emulator, host, origin):
    """AWS serves no pages where its services answer, and a page under another of its names may be anybody's."""
    sent = {**FORM, "Origin": origin, "Sec-Fetch-Site": "same-origin"}
    assert raw(emulator, "POST", "/", host, urlencode(ROLE).encode(), **sent)[0] == 403
    assert users(emulator) == []


@pytest.mark.parametrize("method", ["GET", "POST", "OPTIONS"])
def test_no_answer_of_a_service_may_be_read_by_a_page(running, method):
    """Not even one that a program asked for: a browser may have it in its cache."""
    for path in (f"/?{urlencode({'Action': 'ListUsers'})}", "/bucket/key", "/health", "/_emulator/health"):
        headers = raw(running, method, path)[1]
        assert [name for name in headers if name.startswith("access-control-")] == []


@pytest.mark.parametrize("path", ["/", "/2015-03-31/functions", "/signup", "/_emulator/reset"])
def test_no_page_gets_leave_to_ask(running, path):
    asked = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "x-amz-target"}
    status, headers, _body = raw(running, "OPTIONS", path, **asked, **FOREIGN_PAGE)
    assert status == 403
    assert "access-control-allow-origin" not in headers


def test_leave_to_ask_for_tokens_is_not_leave_to_name_a_target(emulator):
    """Cognito's token endpoint answers pages of others; so its preflight allows a form, and no more."""
    asked = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "content-type"}
    _status, headers, _body = raw(emulator, "OPTIONS", "/oauth2/token", **asked, **FOREIGN_PAGE)
    assert headers["access-control-allow-origin"] == "*"
    asked["Access-Control-Request-Headers"] = "content-type, X-Amz-Target"
    assert raw(emulator, "OPTIONS", "/oauth2/token", **asked, **FOREIGN_PAGE)[0] == 403


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_path_and_method_alone_lead_to_hosted_pages(emulator, method):
    """A form of an identity provider is read by Cognito, whatever stands in it."""
    for path in ("/oauth2/idpresponse", "/login") + (("/saml2/idpresponse",) if method == "POST" else ()):
        raw(emulator, method, f"{path}{signed('iam', **ROLE)}", None, urlencode(ROLE).encode(), **FORM)
    assert services_called(emulator) == {"cognito-hosted-ui"}
    assert users(emulator) == []


@pytest.mark.parametrize("path", ["/login", "/_aws/execute-api/x/y"])
def test_credentials_are_not_taken_from_a_page_of_others(emulator, path):
    """What AWS serves to pages of others asks for a session or a token; root's keys are known to everybody here."""
    assert raw(emulator, "GET", path, **FOREIGN_PAGE)[0] != 403
    assert raw(emulator, "GET", path + signed("execute-api"), **FOREIGN_PAGE)[0] == 403


def test_web_socket_of_others_is_refused(emulator):
    upgrade = (
        f"GET / HTTP/1.1\r\nHost: 127.0.0.1:{emulator.port}\r\nOrigin: {FOREIGN}\r\nConnection: Upgrade\r\n"
        "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", emulator.port), 30) as connection:
        connection.sendall(upgrade.encode())
        assert connection.recv(64).startswith(b"HTTP/1.1 403")


def test_unkept_state_lies_where_nobody_else_can_write_or_guess():
    first, second = server.private_directory(None), server.private_directory(None)
    assert first != second
    assert stat.S_IMODE(os.stat(first).st_mode) == 0o700


def test_directory_of_another_user_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: os.stat(tmp_path).st_uid + 1)
    with pytest.raises(server.EmulatorError, match="belongs to another user"):
        server.private_directory(str(tmp_path))


def test_directory_that_others_may_enter_is_refused(tmp_path):
    tmp_path.chmod(0o755)
    with pytest.raises(server.EmulatorError, match="chmod 700"):
        server.private_directory(str(tmp_path))


def test_what_the_emulator_writes_is_its_users_alone(tmp_path):
    kept = tmp_path / "state"
    running = EmulatorProcess("--state", str(kept))
    try:
        get(f"{running.url}/_emulator/health")
        request(f"{running.url}/eu-central-1_none/.well-known/jwks.json")
    finally:
        assert running.stop() == 0
    written = [kept, *kept.rglob("*")]
    assert [path.name for path in written if path.suffix == ".pem"] != []
    assert [str(path) for path in written if path.stat().st_mode & 0o077] == []


def test_directory_ends_with_the_emulator(tmp_path, monkeypatch):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    running = EmulatorProcess()
    there = list(Path(tmp_path).glob("mlplatform-studio-emulator-*"))
    assert running.stop() == 0
    assert len(there) == 1 and not there[0].exists()
