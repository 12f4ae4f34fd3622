# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A program that has boto3 loaded and runs each module in a fork of itself; warm_client.py starts and asks it.

The server only loads Python modules and files of botocore, and forks. What a module is told - its options, its
environment, credentials among it - is read by the fork that runs it, and never by the server.

It ends with the playbook whose process it was given, however that ends, and takes the modules that still run along.
"""

from __future__ import annotations

import atexit
import contextlib
import dataclasses
import gc
import hashlib
import importlib
import importlib.machinery
import json
import marshal
import os
import resource
import select
import shutil
import signal
import socket
import struct
import sys
import types
import typing as t
import zipfile
import zipimport
import zlib

SOCKET_NAME = "warm.socket"
LOCK_NAME = "warm.lock"
CODE_NAME = "warm.code"
STARTED = b"started\n"
ENDED = b"ended "

# A request: lengths of its description and of the payload, with the descriptors of stdout and stderr; then the two.
_LENGTHS = struct.Struct("!QQ")
_PEER = struct.Struct("3i")
_PR_SET_PDEATHSIG = 1

# What modules need whatever they do. Nothing of it makes a session or a client when it is imported.
_PRELOADED = (
    *("ast", "base64", "concurrent.futures.thread", "hashlib", "runpy", "shutil", "tempfile", "uuid", "zipimport"),
    *("boto3.session", "botocore.client", "botocore.paginate", "botocore.session", "botocore.signers"),
    *("botocore.waiter", "dateutil.tz", "jmespath", "urllib3"),
)
_COLLECTIONS = "ansible_collections"
_PRELOADED_OF_ANSIBLE = (
    "ansible.module_utils.basic",
    "ansible.module_utils.ansible_release",
    "ansible.module_utils.common.dict_transformations",
    "ansible.module_utils._text",
    "ansible.module_utils._internal._ansiballz._loader",
    "ansible.module_utils._internal._json._profiles._module_legacy_c2m",
    "ansible.module_utils._internal._json._profiles._module_legacy_m2c",
)
# It imports what every module of this collection needs, of amazon.aws too.
_PRELOADED_OF_COLLECTIONS = ("ansible_collections.mlplatform.studio.plugins.module_utils._run",)
_KINDS_OF_MODELS = ("service-2", "endpoint-rule-set-1")
_MODELS_OF_EVERY_CLIENT = ("_retry", "endpoints", "partitions", "sdk-default-configuration")


@dataclasses.dataclass(frozen=True)
class Request:
    """A module to run: its payload, as Ansible would give it to Python, and the process that it expects to be."""

    payload: bytes
    environment: dict[str, str]
    directory: str
    umask: int


def same_user(connection: socket.socket) -> bool:
    """Return whether who is at the other end of a connection is the user of this process."""
    peer = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _PEER.size)
    _pid, user, _group = _PEER.unpack(peer)
    return bool(user == os.geteuid())


def send(connection: socket.socket, request: Request, stdout: int, stderr: int) -> None:
    """Send a request, with the descriptors that its module shall write to."""
    about = {"environment": request.environment, "directory": request.directory, "umask": request.umask}
    description = json.dumps(about).encode()
    lengths = _LENGTHS.pack(len(description), len(request.payload))
    socket.send_fds(connection, [lengths], [stdout, stderr])
    connection.sendall(description)
    connection.sendall(request.payload)


def receive(connection: socket.socket) -> tuple[Request, int, int]:
    """Return what send sent. Raises EOFError where the sender left before it was complete."""
    lengths, descriptors, _flags, _address = socket.recv_fds(connection, _LENGTHS.size, 2)
    if len(lengths) != _LENGTHS.size or len(descriptors) != 2:
        raise EOFError
    description_length, payload_length = _LENGTHS.unpack(lengths)
    about = json.loads(_receive_exactly(connection, description_length))
    request = Request(_receive_exactly(connection, payload_length), **about)
    return request, descriptors[0], descriptors[1]


def _receive_exactly(connection: socket.socket, length: int) -> bytes:
    data = bytearray()
    while len(data) < length:
        chunk = connection.recv(min(length - len(data), 1 << 20))
        if not chunk:
            raise EOFError
        data += chunk
    return bytes(data)


class Shelf:
    """module_utils of Ansible and of collections, imported once, for payloads that bring the very same files.

    A payload is an archive with everything that its module imports. Where one of the files in there differs from what
    was imported here, nothing of the shelf is used; what is not on the shelf always comes from the archive.
    """

    def __init__(self) -> None:
        self._modules: dict[str, types.ModuleType] = {}
        self._files: dict[str, tuple[int, int]] = {}
        self._usable = False

    def fill(self, collections: t.Iterable[str]) -> None:
        """Import what modules need, and take it out of sight until a payload asks. collections are folders."""
        sys.modules[_COLLECTIONS] = types.ModuleType(_COLLECTIONS)
        sys.modules[_COLLECTIONS].__path__ = [os.path.join(folder, _COLLECTIONS) for folder in collections]
        for name in (*_PRELOADED_OF_ANSIBLE, *_PRELOADED_OF_COLLECTIONS):
            with contextlib.suppress(ImportError):
                importlib.import_module(name)
        for name in [name for name in sys.modules if name.partition(".")[0] in ("ansible", _COLLECTIONS)]:
            module = sys.modules.pop(name)
            # The packages above are others in the archive, where they also name this Python's.
            if ".module_utils." in name and getattr(module, "__file__", None):
                self._modules[name] = module
                self._files.update([checksum(module)])

    def find_spec(self, name: str, path: t.Any = None, target: t.Any = None) -> importlib.machinery.ModuleSpec | None:
        """Answer Python's import: with what lies on the shelf, where the archive has the same."""
        if name == "ansible":
            self._usable = matches(self._files, sys.path[0])
        module = self._modules.get(name) if self._usable else None
        if module is None:
            return None
        packages = getattr(module, "__path__", None)
        spec = importlib.machinery.ModuleSpec(name, t.cast("t.Any", self), origin=getattr(module, "__file__", None))
        if packages is not None:
            inside = "/".join([sys.path[0], *name.split(".")])
            module.__path__ = spec.submodule_search_locations = [inside, *packages]
        return spec

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> types.ModuleType:
        """Return the module from the shelf."""
        return self._modules[spec.name]

    def exec_module(self, module: types.ModuleType) -> None:
        """Do nothing, as the module was executed when the shelf was filled."""


def checksum(module: types.ModuleType) -> tuple[str, tuple[int, int]]:
    """Return the path that a Python module's file has in an archive, with its checksum and size."""
    source = t.cast("str", module.__file__)
    ending = "/__init__.py" if os.path.basename(source) == "__init__.py" else ".py"
    with open(source, "rb") as file:
        data = file.read()
    return module.__name__.replace(".", "/") + ending, (zlib.crc32(data), len(data))


def matches(files: dict[str, tuple[int, int]], archive: str) -> bool:
    """Return whether an archive has none of the files in another version; False where it is no archive."""
    try:
        with zipfile.ZipFile(archive) as opened:
            entries = opened.infolist()
    except (OSError, zipfile.BadZipFile):
        return False
    found = {entry.filename: (entry.CRC, entry.file_size) for entry in entries}
    return all(found.get(path, expected) == expected for path, expected in files.items())


class Archive(zipimport.zipimporter):
    """Imports from a payload's archive as Python does, but compiles a file only where no run before it did.

    What was compiled lies in the run's own folder under the hash of the source, so that it is always that of the very
    same source, and where only the user who runs Ansible can write.
    """

    folder = ""

    def get_filename(self, fullname: str) -> str:
        """Return the path of a module, for which Python itself would compile it."""
        ending = "/__init__.py" if self.is_package(fullname) else ".py"
        return f"{self.archive}/{self.prefix}{fullname.rpartition('.')[2]}{ending}"

    def get_code(self, fullname: str) -> types.CodeType:
        """Return the code of a module."""
        path = self.get_filename(fullname)
        try:
            name = hashlib.sha256(self.get_data(path)).hexdigest()
        except OSError:
            return super().get_code(fullname)
        kept = os.path.join(self.folder, name)
        try:
            with open(kept, "rb") as file:
                return moved(marshal.load(file), path)  # nosec B302 # noqa: S302 - written by this program
        except (OSError, EOFError, ValueError, TypeError):
            code = super().get_code(fullname)
            _write(kept, marshal.dumps(code))
            return code


def moved(code: types.CodeType, path: str) -> types.CodeType:
    """Return code as if it were compiled from the file of another path, for tracebacks."""
    inside = (moved(value, path) if isinstance(value, types.CodeType) else value for value in code.co_consts)
    return code.replace(co_filename=path, co_consts=tuple(inside))


def _write(path: str, data: bytes) -> None:
    """Write a file that others may read at any moment; where that fails, there is none."""
    unfinished = f"{path}.{os.getpid()}"
    with contextlib.suppress(OSError):
        with open(unfinished, "wb") as file:
            file.write(data)
        os.replace(unfinished, path)


class Models:
    """The files that describe AWS's services in botocore's own folder, parsed once by the server.

    A fork that parses another one tells the server, which then does so too, for the forks to come.
    """

    def __init__(self) -> None:
        self._parsed: dict[str, t.Any] = {}
        self._folder = ""
        self._parse: t.Callable[[str], t.Any] = lambda path: None
        self.wanted, self._telling = os.pipe2(os.O_CLOEXEC | os.O_NONBLOCK)
        self._channel = _identity(self._telling)

    def remember(self) -> None:
        """Have botocore ask here before it parses files or looks for services; do what every client needs of it."""
        from botocore.loaders import JSONFileLoader, Loader

        self._folder = os.path.join(Loader.BUILTIN_DATA_PATH, "")
        self._parse = JSONFileLoader().load_file
        JSONFileLoader.load_file = self._load
        for name in _MODELS_OF_EVERY_CLIENT:
            self._keep(self._folder + name)
        self._remember_services(Loader)

    def _remember_services(self, loader: t.Any) -> None:
        """Have a loader of botocore look into its own folder, in which there are hundreds of services, only once."""
        look = loader.list_available_services

        def look_into(folder: str, kind: str) -> set[str]:
            return set(look(loader([folder], include_default_search_paths=False), kind))

        kept = {kind: look_into(loader.BUILTIN_DATA_PATH, kind) for kind in _KINDS_OF_MODELS}

        def services(asked: t.Any, kind: str) -> list[str]:
            known = [loader.BUILTIN_DATA_PATH] if kind in kept else []
            others = [folder for folder in asked.search_paths if folder not in known]
            return sorted(kept.get(kind, set()).union(*(look_into(folder, kind) for folder in others)))

        loader.list_available_services = services

    def _load(self, path: str) -> t.Any:
        if path not in self._parsed:
            found = self._parse(path)
            if found is None or not self._is_botocores(path):
                return found
            self._parsed[path] = found
            self._tell(path)
        return self._parsed[path]

    def _tell(self, path: str) -> None:
        """Tell the server; unless the module closed what it did not open, and the number is another file by now."""
        with contextlib.suppress(OSError):
            if _identity(self._telling) == self._channel:
                os.write(self._telling, path.encode() + b"\n")

    def parse_wanted(self) -> None:
        """Parse what forks told of."""
        for line in os.read(self.wanted, select.PIPE_BUF * 16).splitlines():
            self._keep(os.fsdecode(line))
        gc.freeze()

    def _keep(self, path: str) -> None:
        if self._is_botocores(path) and path not in self._parsed:
            with contextlib.suppress(OSError, ValueError):
                self._parsed[path] = self._parse(path)

    def _is_botocores(self, path: str) -> bool:
        return bool(self._folder) and os.path.normpath(path).startswith(self._folder)


def _identity(descriptor: int) -> tuple[int, int]:
    found = os.fstat(descriptor)
    return found.st_dev, found.st_ino


class Server:
    """Accepts requests, forks for each, tells how the fork ended, and kills it when who asked is gone."""

    def __init__(self, listener: socket.socket, playbook: int, models: Models) -> None:
        self._listener = listener
        self._playbook = playbook
        self._models = models
        self._runs: dict[int, tuple[int, socket.socket]] = {}
        self._asking: dict[int, int] = {}
        self._poll = select.poll()
        for descriptor in (listener.fileno(), playbook, models.wanted):
            self._poll.register(descriptor, select.POLLIN)

    def serve(self) -> socket.socket | None:
        """Serve until the playbook has ended, and return None then; in a fork, return the connection it serves."""
        while True:
            ready = [descriptor for descriptor, _event in self._poll.poll()]
            if self._playbook in ready:
                self._end_all()
                return None
            self._look_after_forks(ready)
            if self._listener.fileno() in ready:
                connection = self._accept()
                if connection:
                    return connection
            elif self._models.wanted in ready:
                self._models.parse_wanted()

    def _look_after_forks(self, ready: list[int]) -> None:
        for descriptor in ready:
            if descriptor in self._runs:
                self._tell_end(descriptor)
            elif descriptor in self._asking:
                self._end(self._asking[descriptor])

    def _accept(self) -> socket.socket | None:
        """Accept a connection and fork; return the connection in the fork, and None in the server."""
        connection, _address = self._listener.accept()
        if not same_user(connection):
            connection.close()
            return None
        server = os.getpid()
        pid = os.fork()
        if pid == 0:
            self._become_a_fork(server)
            return connection
        running = os.pidfd_open(pid)
        self._runs[running] = (pid, connection)
        self._asking[connection.fileno()] = running
        self._poll.register(running, select.POLLIN)
        # Not for what there is to read: that is for the fork.
        self._poll.register(connection, select.POLLRDHUP)
        return None

    def _become_a_fork(self, server: int) -> None:
        """Begin a session of its own, let go of all that is the server's, and end with the server."""
        os.setsid()
        _die_with_parent(server)
        self._listener.close()
        for descriptor in (self._playbook, self._models.wanted, *self._runs):
            os.close(descriptor)
        for _pid, connection in self._runs.values():
            connection.close()

    def _tell_end(self, running: int) -> None:
        """Tell who asked how the fork ended."""
        pid, connection = self._runs.pop(running)
        self._listen_no_more_to(connection)
        self._poll.unregister(running)
        os.close(running)
        status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        with contextlib.suppress(OSError):
            connection.sendall(b"%s%d\n" % (ENDED, status))
        connection.close()

    def _end(self, running: int) -> None:
        """Kill a fork with what it started; that it ended is then told like any other end."""
        pid, connection = self._runs[running]
        self._listen_no_more_to(connection)
        for kill in (os.killpg, os.kill):
            with contextlib.suppress(ProcessLookupError):
                kill(pid, signal.SIGKILL)

    def _listen_no_more_to(self, connection: socket.socket) -> None:
        if self._asking.pop(connection.fileno(), None) is not None:
            self._poll.unregister(connection)

    def _end_all(self) -> None:
        for running in list(self._runs):
            self._end(running)
            self._tell_end(running)


def _die_with_parent(parent: int) -> None:
    """Have the kernel kill this process when its parent is killed, which is all that the parent does not do itself."""
    with contextlib.suppress(ImportError, OSError):
        import ctypes

        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        os._exit(1)


def run(connection: socket.socket, shelf: Shelf) -> int:
    """Run the module that a connection asks for, as Python runs a program that it reads from stdin; its exit status."""
    try:
        request, stdout, stderr = receive(connection)
        os.chdir(request.directory)
    except (EOFError, OSError, ValueError):
        return 1
    os.umask(request.umask)
    os.environ.clear()
    os.environ.update(request.environment)
    for descriptor, number in ((stdout, 1), (stderr, 2)):
        os.dup2(descriptor, number)
        os.close(descriptor)
    sys.argv, sys.orig_argv = [""], [sys.executable]
    if not getattr(sys.flags, "safe_path", False):
        sys.path.insert(0, "")
    sys.meta_path.insert(0, t.cast("t.Any", shelf))
    sys.path_hooks.insert(0, Archive)
    connection.sendall(STARTED)
    connection.close()
    return _execute(request.payload)


def _execute(payload: bytes) -> int:
    """Execute a program as __main__ and return what Python would exit with."""
    program = types.ModuleType("__main__")
    vars(program).update(__file__="<stdin>", __cached__=None, __builtins__=sys.modules["builtins"])
    sys.modules["__main__"] = program
    try:
        exec(compile(payload, "<stdin>", "exec"), vars(program))  # nosec B102 # noqa: S102 - this is what the program is for
    except SystemExit as end:
        return exit_status(end.code)
    except BaseException as error:
        behind = error.__traceback__.tb_next if error.__traceback__ else None
        sys.excepthook(type(error), error, behind)
        return 1
    return 0


def exit_status(code: object) -> int:
    """Return the exit status of a program that called sys.exit with this, and print it where Python would."""
    if code is None:
        return 0
    if isinstance(code, int):
        return code & 0xFF
    print(code, file=sys.stderr)
    return 1


def end(status: int) -> t.NoReturn:
    """End as Python does, but do not take apart what was loaded, which would copy all that is shared with the server.

    The library's own forks, those of multiprocessing, end in the same way.
    """
    import threading

    threading._shutdown()  # type: ignore[attr-defined]
    atexit._run_exitfuncs()
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError):
            stream.flush()
    os._exit(status)


def _load(shelf: Shelf, models: Models, collections: t.Iterable[str]) -> None:
    """Import what modules need. What is not there is not: its modules say so themselves."""
    for name in _PRELOADED:
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
    with contextlib.suppress(ImportError):
        models.remember()
    shelf.fill(collections)
    gc.collect()
    gc.freeze()


def _remove(folder: str) -> None:
    for name in (SOCKET_NAME, LOCK_NAME):
        with contextlib.suppress(OSError):
            os.unlink(os.path.join(folder, name))
    shutil.rmtree(os.path.join(folder, CODE_NAME), ignore_errors=True)


def main(listener: str, playbook: str, folder: str, *collections: str) -> int:
    """Serve on a socket that listens, until the process behind a descriptor ends; then remove what lies in a folder.

    collections are the folders in which Ansible looks for collections.
    """
    # Python put the folder of this file there.
    if not getattr(sys.flags, "safe_path", False):
        del sys.path[0]
    resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))
    Archive.folder = os.path.join(folder, CODE_NAME)
    os.makedirs(Archive.folder, mode=0o700, exist_ok=True)
    shelf, models = Shelf(), Models()
    _load(shelf, models, collections)
    if len(os.listdir("/proc/self/task")) > 1:
        return 1  # something that was loaded has threads, and those do not live on in a fork
    server = Server(socket.socket(fileno=int(listener)), int(playbook), models)
    connection = server.serve()
    if connection:
        end(run(connection, shelf))
    _remove(folder)
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
