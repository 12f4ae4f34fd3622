# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Starting and stopping the emulator in the background."""

from __future__ import annotations

import http.server
import os
import socket
import threading

import pytest

from scripts import emulator_process
from scripts.emulator_process import ROOT, EmulatorProcessError, environment, health, process_id, start, stop


@pytest.fixture(autouse=True)
def directory(tmp_path, monkeypatch):
    """Process ids and logs of the tests lie apart from those of ``make emulator-start``."""
    monkeypatch.setattr(emulator_process, "DIRECTORY", tmp_path / "emulator")
    return tmp_path / "emulator"


@pytest.fixture
def port():
    """A free port; what a test started there is stopped."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        free = probe.getsockname()[1]
    yield free
    stop(free)


@pytest.fixture
def stranger():
    """The port of a web server that is no emulator."""
    server = http.server.HTTPServer(("127.0.0.1", 0), http.server.BaseHTTPRequestHandler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server.server_address[1]
    server.shutdown()
    server.server_close()
    thread.join()


def test_start_once_stop_once(port):
    assert start(port)
    assert health(port)["name"] == emulator_process.NAME
    assert not start(port)
    assert stop(port)
    assert health(port) is None
    assert not stop(port)


def test_emulator_that_does_not_start_is_explained_with_its_log(port, directory):
    with pytest.raises(EmulatorProcessError, match="no-such-option"):
        start(port, ["--no-such-option"])
    assert process_id(port) is None


def test_port_of_something_else_is_refused(stranger):
    with pytest.raises(EmulatorProcessError, match="not our emulator"):
        start(stranger)


def test_emulator_of_another_clone_is_named_with_its_folder(port, directory, monkeypatch):
    assert start(port)
    monkeypatch.setattr(emulator_process, "ROOT", directory)
    with pytest.raises(EmulatorProcessError) as told:
        start(port)
    assert f"the emulator of {ROOT}. Stop it there" in str(told.value)
    assert f"make demo EMULATOR_PORT={port + 1}" in str(told.value)


def test_process_that_took_over_the_id_is_left_alone(directory, port):
    directory.mkdir()
    (directory / f"{port}.pid").write_text(str(os.getpid()))
    assert not stop(port)


def test_environment_has_nothing_of_a_real_account(monkeypatch):
    monkeypatch.setenv("AWS_PROFILE", "production")
    monkeypatch.setenv("AWS_SESSION_TOKEN", "real")
    monkeypatch.setenv("NO_PROXY", "intranet.example")
    found = environment(4566)
    assert found["AWS_ENDPOINT_URL"] == "http://127.0.0.1:4566"
    assert "AWS_PROFILE" not in found
    assert "AWS_SESSION_TOKEN" not in found
    assert found["NO_PROXY"] == "127.0.0.1,localhost,intranet.example"
