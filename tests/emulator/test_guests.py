# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A page in somebody's browser cannot use the emulator, neither by its own name nor by ours; programs can."""

from __future__ import annotations

import json
import os
import socket
import stat
from pathlib import Path
from urllib.parse import urlencode

import pytest

from emulator import server
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
    ],
)
@pytest.mark.parametrize("method", ["POST", "GET"])
def test_page_of_others_is_refused(emulator, sent, method):
    address = f"{emulator.url}/?{urlencode(ROLE)}" if method == "GET" else emulator.url
    body = urlencode(ROLE).encode() if method == "POST" else None
    assert request(address, method, body, {**FORM, **sent})[0] == 403
    assert users(emulator) == []


def test_page_of_others_cannot_reset(emulator, client):
    client("iam").create_user(UserName="ada")
    assert request(f"{emulator.url}/_emulator/reset", "POST", headers={"Origin": FOREIGN})[0] == 403
    assert users(emulator) == ["ada"]


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost"])
def test_own_page_and_programs_are_served(emulator, name):
    own = {"Origin": f"http://{name}:{emulator.port}", "Host": f"localhost:{emulator.port}"}
    assert request(emulator.url, "POST", urlencode(ROLE).encode(), {**FORM, **own})[0] == 200
    assert users(emulator) == ["mallory"]


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
