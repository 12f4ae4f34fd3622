# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Connections that are kept alive: none closes that was not announced to close, whatever was answered on it."""

import functools
import http.client
import json
import select
import socket

import pytest

from tests.support.http import request

SCOPE = "111111111111/20250101/eu-central-1/{}/aws4_request"
SIGNED = "AWS4-HMAC-SHA256 Credential=" + SCOPE + ", SignedHeaders=host, Signature=00"
SAGEMAKER = {
    "Authorization": SIGNED.format("sagemaker"),
    "Content-Type": "application/x-amz-json-1.1",
    "X-Amz-Target": "SageMaker.ListDomains",
}
IAM = {"Authorization": SIGNED.format("iam"), "Content-Type": "application/x-www-form-urlencoded"}
THROTTLE = {"service": "*", "operation": "*", "error": "throttle"}

ANSWERS = {
    "a call": ("POST", "/", SAGEMAKER, 200),
    "a page of somebody else's": ("POST", "/", {**SAGEMAKER, "Origin": "http://other.example"}, 403),
    "Studio": ("POST", "/_studio/d-1/auth", {}, 405),
    "no page of the emulator": ("POST", "/_emulator/nothing", {}, 404),
    "a page of the emulator": ("POST", "/_emulator/faults", {}, 400),
    "a preflight": ("OPTIONS", "/", {}, 200),
    "a page of ministack's": ("POST", "/health", {}, 200),
    "an unknown bucket": ("PUT", "/bucket/key", {"Authorization": SIGNED.format("s3")}, 404),
    "an unknown API": ("POST", "/_aws/execute-api/none/prod/", {}, 404),
    "a user pool's endpoint": ("POST", "/oauth2/token", {"Content-Type": "application/x-www-form-urlencoded"}, 400),
}


@pytest.fixture
def connection(emulator):
    """A connection to the emulator."""
    with socket.create_connection(("127.0.0.1", emulator.port), timeout=10) as opened:
        yield opened


def ask(connection, method, path, headers, body=b"{}"):
    """The answer to a request whose body is sent when the emulator has had time to answer without it."""
    lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", f"Content-Length: {len(body)}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    connection.sendall("\r\n".join([*lines, "", ""]).encode())
    select.select([connection], [], [], 0.05)
    connection.sendall(body)
    answer = http.client.HTTPResponse(connection, method=method)
    answer.begin()
    answer.read()
    return answer


@pytest.mark.parametrize("what", ANSWERS)
def test_connection_outlives_an_answer_that_needed_no_body(connection, what):
    method, path, headers, status = ANSWERS[what]
    for _time in range(3):
        answer = ask(connection, method, path, headers)
        assert (answer.status, answer.headers["Connection"]) == (status, None)


@pytest.mark.parametrize("headers", [SAGEMAKER, IAM])
def test_connection_outlives_faults(emulator, connection, headers):
    body = b"Action=ListUsers&Version=2010-05-08" if headers is IAM else b"{}"
    request(f"{emulator.url}/_emulator/faults", "POST", [THROTTLE])
    assert [ask(connection, "POST", "/", headers, body).status for _time in range(3)] == [400, 400, 400]


def test_connection_that_closes_is_announced(emulator):
    """After a thousand requests the server closes a connection; it says so in the last answer."""
    connection = http.client.HTTPConnection("127.0.0.1", emulator.port, timeout=10)
    connection.connect()
    announced = []
    for _request in range(1100):
        connection.request("POST", "/", b"{}", SAGEMAKER)
        answer = connection.getresponse()
        assert json.loads(answer.read()) == {"Domains": []}
        if connection.sock is None:
            announced.append(answer.headers["Connection"])
            connection.connect()
    connection.close()
    assert announced == ["close"]


def test_connection_ends_with_its_client(emulator, connection):
    """Whether the client has asked nothing, or has closed its side before it was answered."""
    connection.shutdown(socket.SHUT_WR)
    assert connection.recv(1) == b""
    with socket.create_connection(("127.0.0.1", emulator.port), timeout=10) as other:
        other.sendall(b"GET /_emulator/health HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        other.shutdown(socket.SHUT_WR)
        answer = b"".join(iter(functools.partial(other.recv, 65536), b""))
    assert b"mlplatform-studio-emulator" in answer
