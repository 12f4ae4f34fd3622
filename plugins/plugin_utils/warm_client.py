# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ask the process of warm_server.py to run a module, and start it where it does not run yet.

Every function that asks returns None where nothing was done, so that the caller can do it in another way.
"""

from __future__ import annotations

import contextlib
import fcntl
import multiprocessing
import os
import re
import selectors
import shlex
import signal
import socket
import subprocess
import sys
import typing as t

from ansible.utils.collection_loader import AnsibleCollectionConfig

from . import warm_server

SHELL = "/bin/sh"
# Ansible's shell plugins put the first behind every command before ansible-core 2.21.
_BEHIND = (" && sleep 0", "")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
# Python, the C library and OpenSSL read these when they start, and the server has started.
_READ_AT_START = ("PYTHON", "LC_", "LANG", "LD_", "TZ", "MALLOC_", "GLIBC_", "OPENSSL_")

Answer = t.Tuple[int, bytes, bytes]


def read_at_start(name: str) -> bool:
    """Return whether a process reads an environment variable only when it starts."""
    return name.startswith(_READ_AT_START)


def assigned(command: str, interpreter: str) -> dict[str, str] | None:
    """Return the environment variables that a command sets for a Python program on its stdin.

    None where the command is not exactly the one with which Ansible runs a module by pipelining in this interpreter.
    """
    try:
        inner = shlex.split(command)[2]
        words = shlex.split(inner.removesuffix(_BEHIND[0]))
    except (ValueError, IndexError):
        return None
    found = dict(word.partition("=")[::2] for word in words[:-1])
    again = " ".join([*(f"{name}={shlex.quote(value)}" for name, value in found.items()), shlex.quote(interpreter)])
    if command not in [f"{SHELL} -c {shlex.quote(again + behind)}" for behind in _BEHIND]:
        return None
    if not all(_NAME.fullmatch(name) and not read_at_start(name) for name in found):
        return None
    return found


def request(payload: bytes, assignments: t.Mapping[str, str], directory: str) -> warm_server.Request:
    """Return the request to run a payload in this process's environment, but for what is assigned, in a directory."""
    umask = os.umask(0o077)
    os.umask(umask)
    environment = {**os.environ, "PWD": name_of(directory, os.environ.get("PWD")), **assignments}
    return warm_server.Request(payload, environment, directory, umask)


def name_of(directory: str, known_as: str | None) -> str:
    """Return what a shell that starts in a directory says in PWD: what it says already, where that is the same one."""
    if known_as and os.path.isabs(known_as):
        with contextlib.suppress(OSError):
            if os.path.samefile(known_as, directory):
                return known_as
    return os.path.realpath(directory)


def ask(folder: str, asked: warm_server.Request) -> Answer | None:
    """Run a payload in a fork of the server of a run's folder; its exit status, and what it wrote to both outputs."""
    with contextlib.ExitStack() as stack:
        connection = _connect(folder)
        if connection is None:
            return None
        stack.enter_context(connection)
        (stdout, to_stdout), (stderr, to_stderr) = os.pipe(), os.pipe()
        for descriptor in (stdout, stderr):
            stack.callback(os.close, descriptor)
        try:
            warm_server.send(connection, asked, to_stdout, to_stderr)
        except OSError:
            return None
        finally:
            os.close(to_stdout)
            os.close(to_stderr)
        return _answer(connection, stdout, stderr)


def _answer(connection: socket.socket, stdout: int, stderr: int) -> Answer | None:
    said, out, err = _read_all([connection.fileno(), stdout, stderr])
    if not said.startswith(warm_server.STARTED):
        return None
    ended = said[len(warm_server.STARTED) :]
    if not ended.startswith(warm_server.ENDED):
        return 128 + 9, out, err + b"The process that ran the module was killed.\n"
    status = int(ended[len(warm_server.ENDED) :])
    if status >= 0:
        return status, out, err
    # As the shell says it.
    return 128 - status, out, err + f"{signal.strsignal(-status)}\n".encode()


def _read_all(descriptors: list[int]) -> list[bytes]:
    """Return what each of the descriptors brings up to its end."""
    found = {descriptor: bytearray() for descriptor in descriptors}
    with selectors.DefaultSelector() as selector:
        for descriptor in descriptors:
            selector.register(descriptor, selectors.EVENT_READ)
        while selector.get_map():
            for key, _events in selector.select():
                with contextlib.suppress(ConnectionResetError):
                    if chunk := os.read(key.fd, 1 << 16):
                        found[key.fd] += chunk
                        continue
                selector.unregister(key.fd)
    return [bytes(data) for data in found.values()]


def _connect(folder: str) -> socket.socket | None:
    """Return a connection to the server of a run's folder, None where there is none and none can be started."""
    connection = socket.socket(socket.AF_UNIX)
    try:
        opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            # Such an address is short whatever the folder's own path, and addresses of sockets have to be.
            address = f"/proc/self/fd/{opened}/{warm_server.SOCKET_NAME}"
            _have_server(folder, address)
            connection.connect(address)
        finally:
            os.close(opened)
        if warm_server.same_user(connection):
            return connection
    except OSError:
        pass
    connection.close()
    return None


def _have_server(folder: str, address: str) -> None:
    """Start the server of a run where nobody has yet. One that has died is not started again."""
    with open(os.path.join(folder, warm_server.LOCK_NAME), "wb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if os.path.exists(address):
            return
        playbook = _playbook()
        with socket.socket(socket.AF_UNIX) as listener, open(playbook, "rb"):
            listener.bind(address)
            listener.listen(128)
            _start(folder, listener.fileno(), playbook)


def run_process() -> int:
    """Return the process of the run, from which Ansible forks those that do its tasks."""
    parent = multiprocessing.parent_process()
    return parent.pid if parent and parent.pid else os.getppid()


def _playbook() -> int:
    """Return a descriptor of the process that this one was forked from. Raises OSError where it is gone already."""
    pid = run_process()
    descriptor = os.pidfd_open(pid)
    if os.getppid() != pid:
        os.close(descriptor)
        raise ProcessLookupError(pid)
    return descriptor


def collections() -> list[str]:
    """Return the folders in which Ansible looks for collections."""
    return [os.path.abspath(folder) for folder in AnsibleCollectionConfig.collection_paths]


def _start(folder: str, listener: int, playbook: int) -> None:
    """Start the server in a session of its own, with an environment that names no secrets."""
    subprocess.Popen(
        [sys.executable, warm_server.__file__, str(listener), str(playbook), folder, *collections()],
        pass_fds=(listener, playbook),
        env={name: value for name, value in os.environ.items() if read_at_start(name)},
        cwd="/",
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
