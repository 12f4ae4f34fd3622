# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Start and stop the emulator in the background: process id and log lie in .emulator/."""

from __future__ import annotations

import argparse
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

from scripts.environments import ROOT, search_path

DIRECTORY = ROOT / ".emulator"
NAME = "mlplatform-studio-emulator"
ACCOUNT = "111111111111"
DEFAULT_PORT = 4566  # inventories/demo asks there
START_SECONDS = 60
STOP_SECONDS = 30


class EmulatorProcessError(RuntimeError):
    """The emulator could not be started or stopped; the text says what to do."""


def address(port: int) -> str:
    """Return the emulator's URL at a port, without a trailing slash."""
    return f"http://127.0.0.1:{port}"


def free_port() -> int:
    """Return a port of this machine that nothing uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def environment(port: int) -> dict[str, str]:
    """Return the environment for programs that shall talk to the emulator at the port and to no AWS account.

    Whatever the caller's shell says of AWS and Ansible is left out, so that no profile of a real account is used.
    """
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "ANSIBLE_", "BOTO_"))}
    local = f"127.0.0.1,localhost,{kept.get('NO_PROXY') or kept.get('no_proxy') or ''}".rstrip(",")
    return {
        **kept,
        "AWS_ENDPOINT_URL": address(port),
        "AWS_ACCESS_KEY_ID": ACCOUNT,
        "AWS_SECRET_ACCESS_KEY": "any-long-secret-will-do-for-the-emulator",
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "NO_PROXY": local,
        "no_proxy": local,
        "PATH": search_path(),
    }


def health(port: int) -> dict | None:
    """Return what an emulator of ours answers at the port, None when nothing answers.

    Raises EmulatorProcessError when the port belongs to something else.
    """
    try:
        with urllib.request.urlopen(f"{address(port)}/_emulator/health", timeout=5) as answer:
            found = json.load(answer)
    except urllib.error.HTTPError as error:
        raise _taken(port) from error
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return None
    except ValueError as error:
        raise _taken(port) from error
    if not isinstance(found, dict) or found.get("name") != NAME:
        raise _taken(port)
    return found


def _taken(port: int) -> EmulatorProcessError:
    return EmulatorProcessError(
        f"Port {port} is answered by something that is not our emulator. "
        f"Choose another port, as in: make emulator-start EMULATOR_PORT={port + 1}"
    )


def start(port: int, arguments: list[str] | None = None) -> bool:
    """Have an emulator of this clone answer at the port; return False when one already did.

    Raises EmulatorProcessError, with the end of the log when it does not come up.
    """
    found = health(port)
    if found:
        _refuse_other_clone(port, found.get("folder"))
        return False
    DIRECTORY.mkdir(mode=0o700, exist_ok=True)
    log = DIRECTORY / f"{port}.log"
    with log.open("w") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "emulator", "--port", str(port), *(arguments or [])],
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    _pid_file(port).write_text(f"{process.pid}\n")
    end = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < end:
        if health(port):
            return True
        time.sleep(0.1)
    if process.poll() is None:
        process.terminate()
        process.wait()
    _pid_file(port).unlink()
    last = "\n".join(log.read_text().splitlines()[-15:])
    raise EmulatorProcessError(f"The emulator did not answer on port {port}. The end of {log}:\n{last}")


def _refuse_other_clone(port: int, folder: str | None) -> None:
    """Raise EmulatorProcessError where another clone's emulator answers: what runs there has other passwords."""
    if folder == str(ROOT):
        return
    raise EmulatorProcessError(
        f"Port {port} is answered by the emulator of {folder or 'another folder'}. Stop it there with "
        f"make emulator-stop, or take another port, as in: make demo EMULATOR_PORT={port + 1}"
    )


def stop(port: int) -> bool:
    """Stop the emulator that start() started at the port; return False when there is none.

    Raises EmulatorProcessError when it does not end in time.
    """
    pid = process_id(port)
    if pid is None:
        _pid_file(port).unlink(missing_ok=True)
        return False
    os.kill(pid, signal.SIGTERM)
    end = time.monotonic() + STOP_SECONDS
    while process_id(port) is not None:
        if time.monotonic() > end:
            raise EmulatorProcessError(f"The emulator (process {pid}) did not end within {STOP_SECONDS} seconds.")
        time.sleep(0.1)
    _pid_file(port).unlink()
    return True


def process_id(port: int) -> int | None:
    """Return the id of the process that start() started at the port, None when it no longer runs.

    An id alone may have gone to another process since, so the process must look like an emulator at this port.
    """
    try:
        pid = int(_pid_file(port).read_text())
    except (FileNotFoundError, ValueError):
        return None
    return pid if f"-m emulator --port {port}" in _command(pid) else None


def _command(pid: int) -> str:
    """Return the command line of a running process, "" when there is none; a dead child of ours counts as none."""
    if Path("/proc/self/cmdline").exists():
        try:
            return Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")
        except FileNotFoundError:
            return ""
    return subprocess.run(["ps", "-o", "command=", "-p", str(pid)], capture_output=True, text=True, check=False).stdout


def _pid_file(port: int) -> Path:
    return DIRECTORY / f"{port}.pid"


def main() -> int:
    """Run the command line; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m scripts.emulator_process", description=__doc__)
    parser.add_argument("action", choices=["start", "stop"])
    parser.add_argument("--port", type=int, default=DEFAULT_PORT)
    options, arguments = parser.parse_known_args()
    try:
        if options.action == "start":
            new = start(options.port, arguments)
            print(f"The emulator {'answers' if new else 'already answered'} at {address(options.port)}")
            if options.port != DEFAULT_PORT:
                print(f"For programs that ask it: export AWS_ENDPOINT_URL={address(options.port)}")
        elif stop(options.port):
            print(f"The emulator on port {options.port} has stopped.")
        else:
            print(f"No emulator that make emulator-start started runs on port {options.port}.")
    except EmulatorProcessError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
