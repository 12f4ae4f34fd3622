# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One process, one port: ministack's environment, our additions, the outer layer, the socket."""

from __future__ import annotations

import asyncio
import atexit
import importlib.metadata
import os
import shutil
import socket
import sys
import tempfile
import threading
import urllib.request
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

from emulator.settings import settings
from emulator.shared.patching import MINISTACK_VERSION, require
from emulator.shared.shapes import App, Message, Receive, Scope, Send
from emulator.state import files
from emulator.state.files import StateError
from emulator.timing import clock

HOST = "127.0.0.1"
START_TIMEOUT = 30
STOP_TIMEOUT = 30
# How long requests that are being answered may go on after a stop was asked for.
GRACE = 1
# How long a connection may be idle: longer than any client waits to use it again, as no answer announces its end.
IDLE = 3600


class EmulatorError(RuntimeError):
    """The emulator cannot start; the text is one sentence for the user."""


def check_ministack() -> None:
    """Raise EmulatorError unless exactly the ministack is installed whose private symbols we replace."""
    try:
        found = importlib.metadata.version("ministack")
    except importlib.metadata.PackageNotFoundError:
        found = "none"
    if found != MINISTACK_VERSION:
        raise EmulatorError(
            f"The emulator needs ministack {MINISTACK_VERSION}, but {found} is installed: "
            f"run 'pip install ministack=={MINISTACK_VERSION}'."
        )


def bind(port: int) -> socket.socket:
    """A listening socket on 127.0.0.1 at `port` (0: a free one); raises EmulatorError if the port is taken."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, port))
        listener.listen(1024)
    except OSError as error:
        listener.close()
        raise EmulatorError(
            f"Port {port} on {HOST} cannot be opened ({error.strerror}): choose another with --port, or 0 for any."
        ) from error
    return listener


def private_directory(state: str | None) -> str:
    """The directory of what the emulator writes, its signing keys among it: `state`, or a new one that ends with us.

    Raises EmulatorError unless it is this user's own, and closed to others, who could change there what functions run;
    StateError where it cannot be written.
    """
    if not state:
        new = tempfile.mkdtemp(prefix="mlplatform-studio-emulator-")
        atexit.register(shutil.rmtree, new, ignore_errors=True)
        return new
    directory = os.path.abspath(state)
    try:
        os.makedirs(directory, mode=0o700, exist_ok=True)
    except OSError as error:
        raise files.unusable(Path(directory), error) from error
    found = os.stat(directory)
    if found.st_uid != os.geteuid():
        raise EmulatorError(f"{directory} belongs to another user: name another directory with --state.")
    if found.st_mode & 0o077:
        raise EmulatorError(f"{directory} is open to other users: run 'chmod 700 {directory}', or name another.")
    files.prepare(Path(directory))
    return directory


def environment(port: int, auth: bool, state: str | None, directory: str) -> dict[str, str]:
    """The environment variables that ministack reads when imported: a dict of strings.

    GATEWAY_PORT must be the bound port, since functions reach the emulator through it. All listeners besides
    that port are off. Without `state` nothing is kept, whatever the caller's environment says.
    """
    return {
        "GATEWAY_PORT": str(port),
        "EDGE_PORT": str(port),
        "BIND_HOST": HOST,
        "MINISTACK_HOST": "localhost",
        "MINISTACK_ACCOUNT_ID": "000000000000",
        "MINISTACK_REGION": "us-east-1",
        "IOT_MTLS_ENABLED": "0",
        "SFTP_ENABLED": "0",
        "USE_SSL": "0",
        "AUTH": "true" if auth else "false",
        "PERSIST_STATE": "1" if state else "0",
        "LOCALSTACK_PERSISTENCE": "0",
        "S3_PERSIST": "1" if state else "0",
        "STATE_DIR": directory,
        "S3_DATA_DIR": os.path.join(directory, "s3"),
        "SERVICES": "",
        # As on AWS, a sign-in fails where the function fails that has the last word on its tokens.
        "MINISTACK_COGNITO_PRETOKEN_STRICT": "1",
        "LOG_LEVEL": os.environ.get("LOG_LEVEL", "WARNING"),
    }


def build_app() -> App:
    """The whole ASGI app: ministack with our services and overlays inside, the outer layer around it."""
    from emulator import overlays, registration
    from emulator.front import connections, services
    from emulator.front.outer import OuterLayer
    from emulator.shared import upstream
    from emulator.state import keeper

    upstream.load()
    connections.install()
    registration.register()
    overlays.install_all()
    services.install()
    keeper.install()
    return OuterLayer(upstream.app.app)


def run_to_end(coroutine: Coroutine[Any, Any, None]) -> None:
    """Run a coroutine in an event loop of its own; what it leaves running is left, where asyncio.run would wait for it.

    ministack's requests wait for threads that nothing can end: a function that sleeps, a custom resource that gets no
    answer, for which CloudFormation waits an hour.
    """
    asyncio.new_event_loop().run_until_complete(coroutine)


def end_function_workers() -> None:
    """End the processes that run Lambda functions and remove their directories; ministack leaves them to themselves."""
    runtime = sys.modules.get("ministack.core.lambda_runtime")
    if runtime:
        require(runtime, "reset")()


class Emulator:
    """A running emulator. `start_in_thread` is the way in for tests, `run` for `python -m emulator`.

    ministack keeps its state in modules and reads its settings when imported, so a process holds one emulator,
    once; other settings need another process.
    """

    _started = False

    def __init__(self, port: int = 0, **values: Any) -> None:
        check_ministack()
        if Emulator._started:
            raise EmulatorError("This process already has, or had, an emulator: start another with python -m emulator.")
        self._listener = bind(port)
        self.port = self._listener.getsockname()[1]
        self.url = f"http://{HOST}:{self.port}"
        settings.configure(port=self.port, **values)
        settings.freeze()
        self._directory = private_directory(settings.state)
        os.environ.update(environment(self.port, settings.auth, settings.state, self._directory))
        Emulator._started = True
        self._app = build_app()
        self._ready = threading.Event()
        self._failure: Exception | None = None
        self._thread = threading.Thread(target=self._run_in_thread, name="emulator", daemon=True)

    @classmethod
    def start_in_thread(cls, port: int = 0, **values: Any) -> Emulator:
        """Start in a thread of this process and return when requests are answered; `values` are settings."""
        emulator = cls(port=port, **values)
        emulator._thread.start()
        if not emulator._ready.wait(START_TIMEOUT) or emulator._failure:
            raise EmulatorError(f"The emulator did not start: {emulator._failure or 'no answer'}.")
        return emulator

    def _run_in_thread(self) -> None:
        try:
            run_to_end(self.serve(on_ready=lambda: None))
        except Exception as error:
            self._failure = error
            self._ready.set()

    async def serve(self, on_ready: Callable[[], object]) -> None:
        """Answer requests until `stop_soon` is called; `on_ready()` is called when the first can be answered.

        Raises StateError when the state cannot be read, or was not saved.
        """
        from hypercorn.asyncio import serve
        from hypercorn.config import Config

        from emulator.front import connections
        from emulator.state.keeper import keeper

        self._loop = asyncio.get_running_loop()
        self._stopping = asyncio.Event()
        if settings.state:
            keeper.start(Path(self._directory), lambda: self._loop.call_soon_threadsafe(self.stop_soon))
        config = Config()
        config.bind = [f"fd://{self._listener.fileno()}"]
        config.keep_alive_timeout = IDLE
        config.graceful_timeout = GRACE
        config.loglevel = os.environ["LOG_LEVEL"]

        def ready() -> None:
            self._ready.set()
            on_ready()

        tasks = [asyncio.create_task(clock.run()), asyncio.create_task(keeper.run())]

        async def stopping() -> None:
            await self._stopping.wait()
            self._loop.call_later(GRACE, connections.abort_all)

        await serve(self._watch_startup(ready), config, shutdown_trigger=stopping)
        for task in tasks:
            task.cancel()
        end_function_workers()
        if keeper.failure:
            raise StateError(keeper.failure)

    def _watch_startup(self, ready: Callable[[], object]) -> Any:
        async def app(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] != "lifespan":
                # A request that waits for a thread takes no cancellation; the server must not wait for it.
                return await asyncio.shield(asyncio.ensure_future(self._app(scope, receive, send)))

            async def watched(message: Message) -> None:
                await send(message)
                if message["type"] == "lifespan.startup.complete":
                    ready()

            return await self._app(scope, receive, watched)

        return app

    def stop_soon(self) -> None:
        """Ask the server to end; to be called in its own thread."""
        self._stopping.set()

    def stop(self) -> None:
        """Stop an emulator started in a thread and wait for its end."""
        self._loop.call_soon_threadsafe(self.stop_soon)
        self._thread.join(STOP_TIMEOUT)
        if self._thread.is_alive():
            raise EmulatorError(f"The emulator did not stop within {STOP_TIMEOUT} s.")

    def reset(self) -> None:
        """Back to a fresh start: no resources, no recorded calls, no faults."""
        request = urllib.request.Request(f"{self.url}/_emulator/reset", method="POST")
        urllib.request.urlopen(request, timeout=START_TIMEOUT).close()
