# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How modules are handed to the warm process, part by part; tests/integration/test_warm_modules.py runs them."""

import importlib
import multiprocessing
import os
import shlex
import socket
import struct
import subprocess
import sys
import types
import zipfile
import zipimport
import zlib
from pathlib import Path

import pytest

from ansible_collections.mlplatform.studio.plugins.plugin_utils import warm_client, warm_server

PYTHON = "/usr/bin/python3.11"


def command(inner, program="/bin/sh"):
    return f"{program} -c {shlex.quote(inner)}"


@pytest.mark.parametrize(
    ("inner", "assigned"),
    [
        (f"{PYTHON} && sleep 0", {}),
        (PYTHON, {}),
        (f"A='b c' {PYTHON}", {"A": "b c"}),
        (f"A=1 B_2=x {PYTHON} && sleep 0", {"A": "1", "B_2": "x"}),
        (f"A={shlex.quote('it is $HOME; x=y')} {PYTHON} && sleep 0", {"A": "it is $HOME; x=y"}),
        (f"A='' {PYTHON} && sleep 0", {"A": ""}),
    ],
)
def test_command_of_a_module_is_understood(inner, assigned):
    assert warm_client.assigned(command(inner), PYTHON) == assigned


@pytest.mark.parametrize(
    "unknown",
    [
        command("/usr/bin/python3.12 && sleep 0"),
        command(f"{PYTHON} /tmp/module.py && sleep 0"),
        command(f"{PYTHON} && sleep 1"),
        command(f"cd /tmp && {PYTHON} && sleep 0"),
        command(f"A=$HOME {PYTHON} && sleep 0"),
        command(f"A=1;B=2 {PYTHON} && sleep 0"),
        command(f"A=1 A=2 {PYTHON} && sleep 0"),
        command(f"1A=1 {PYTHON} && sleep 0"),
        command(f"A {PYTHON} && sleep 0"),
        command(f"PYTHONPATH=/x {PYTHON} && sleep 0"),
        command(f"LC_ALL=C {PYTHON} && sleep 0"),
        command(f"{PYTHON} && sleep 0", program="/bin/bash"),
        command(f"{PYTHON} && sleep 0") + " x",
        f"sudo -H -S -n -u root {command(f'{PYTHON} && sleep 0')}",
        "/bin/sh -c 'unfinished",
        "",
    ],
)
def test_any_other_command_is_left_to_the_shell(unknown):
    assert warm_client.assigned(unknown, PYTHON) is None


def test_request_is_of_this_process(monkeypatch, tmp_path):
    monkeypatch.setenv("KEPT", "a")
    monkeypatch.setenv("REPLACED", "b")
    request = warm_client.request(b"payload", {"REPLACED": "c"}, str(tmp_path))
    expected = {**os.environ, "REPLACED": "c", "PWD": str(tmp_path)}
    assert (request.payload, request.environment, request.directory) == (b"payload", expected, str(tmp_path))
    before = os.umask(request.umask)
    assert before == request.umask


def test_name_of_a_directory_is_what_the_shell_says(tmp_path):
    (tmp_path / "link").symlink_to(tmp_path)
    for known_as in (str(tmp_path), str(tmp_path / "link"), "/nowhere", "relative", ""):
        said = subprocess.run(
            ["/bin/sh", "-c", 'echo "$PWD"'],
            cwd=tmp_path / "link",
            env={"PWD": known_as},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        assert warm_client.name_of(str(tmp_path / "link"), known_as) == said.strip()


def test_request_arrives_as_it_was_sent():
    environment = {"NAME": "ä \udcff\n"}
    sent = warm_server.Request(b"x" * 1_000_000, environment, "/somewhere", 0o027)
    ours, theirs = socket.socketpair()
    with ours, theirs, open(os.devnull, "w") as output:
        child = multiprocessing.get_context("fork").Process(
            target=warm_server.send, args=(ours, sent, output.fileno(), output.fileno())
        )
        child.start()
        received, stdout, stderr = warm_server.receive(theirs)
        child.join()
        assert received == sent
        for descriptor in (stdout, stderr):
            assert os.path.sameopenfile(descriptor, output.fileno())
            os.close(descriptor)


def test_request_that_breaks_off_is_none():
    ours, theirs = socket.socketpair()
    with theirs, open(os.devnull, "w") as output:
        socket.send_fds(ours, [struct.pack("!QQ", 10, 10)], [output.fileno(), output.fileno()])
        ours.close()
        with pytest.raises(EOFError):
            warm_server.receive(theirs)


def test_process_of_this_user_may_ask():
    ours, theirs = socket.socketpair()
    with ours, theirs:
        assert warm_server.same_user(ours)


def test_process_of_another_user_may_not_ask():
    class Connection:
        def getsockopt(self, level, name, size):
            assert (level, name) == (socket.SOL_SOCKET, socket.SO_PEERCRED)
            return struct.pack("3i", 1, os.geteuid() + 1, os.getegid())

    assert not warm_server.same_user(Connection())


@pytest.mark.parametrize(("code", "status"), [(None, 0), (0, 0), (3, 3), (256 + 7, 7), (True, 1)])
def test_exit_status_is_pythons(code, status, capsys):
    ended = subprocess.run([sys.executable, "-c", f"import sys; sys.exit({code})"], check=False)
    assert warm_server.exit_status(code) == status == ended.returncode
    assert capsys.readouterr().err == ""


def test_words_of_an_exit_are_printed(capsys):
    assert warm_server.exit_status("what is wrong") == 1
    assert capsys.readouterr().err == "what is wrong\n"


@pytest.fixture
def archive(tmp_path):
    path = tmp_path / "payload.zip"
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("package/__init__.py", "")
        file.writestr("package/one.py", "def fail():\n    raise ValueError\n")
    return path


def code_in(archive):
    return warm_server.Archive(f"{archive}/package").get_code("package.one")


@pytest.mark.parametrize("path", ["package/__init__.py", "package/one.py"])
def test_checksum_is_that_of_an_archive(tmp_path, archive, path):
    with zipfile.ZipFile(archive) as file:
        file.extractall(tmp_path)
        entry = file.getinfo(path)
    module = types.ModuleType(path.removesuffix(".py").removesuffix("/__init__").replace("/", "."))
    module.__file__ = str(tmp_path / path)
    assert warm_server.checksum(module) == (path, (entry.CRC, entry.file_size))


def test_archive_matches_where_nothing_in_it_differs(tmp_path, archive):
    same = {"package/one.py": (zlib.crc32(b"def fail():\n    raise ValueError\n"), 33)}
    assert warm_server.matches({**same, "package/elsewhere.py": (1, 1)}, str(archive))
    assert not warm_server.matches({"package/one.py": (1, 33)}, str(archive))
    assert not warm_server.matches(same, str(tmp_path))
    assert not warm_server.matches(same, str(tmp_path / "nowhere"))


def test_code_is_compiled_once_and_tells_its_own_path(tmp_path, archive, monkeypatch):
    monkeypatch.setattr(warm_server.Archive, "folder", str(tmp_path))
    first = code_in(archive)
    other = archive.rename(tmp_path / "other.zip")
    compiled = []
    monkeypatch.setattr(zipimport.zipimporter, "get_code", lambda *arguments: compiled.append(arguments))
    second = code_in(other)
    assert compiled == []
    assert first.co_filename == f"{archive}/package/one.py"
    assert second.co_filename == f"{other}/package/one.py"
    assert {code.co_filename for code in second.co_consts if hasattr(code, "co_filename")} == {second.co_filename}


def test_changed_source_is_compiled_again(tmp_path, archive, monkeypatch):
    monkeypatch.setattr(warm_server.Archive, "folder", str(tmp_path))
    code_in(archive)
    with zipfile.ZipFile(tmp_path / "changed.zip", "w") as file:
        file.writestr("package/__init__.py", "")
        file.writestr("package/one.py", "changed = 1\n")
    code = code_in(tmp_path / "changed.zip")
    assert "changed" in code.co_names


def test_spoilt_code_is_compiled_again(tmp_path, archive, monkeypatch):
    monkeypatch.setattr(warm_server.Archive, "folder", str(tmp_path / "code"))
    (tmp_path / "code").mkdir()
    code_in(archive)
    (kept,) = (tmp_path / "code").iterdir()
    kept.write_bytes(b"")
    assert code_in(archive).co_filename == f"{archive}/package/one.py"


# Imports a module as a payload does, from the archive that it is given, and says where it is from.
SHELF = """
import importlib, sys
from ansible_collections.mlplatform.studio.plugins.plugin_utils import warm_server
archive, name, *collections = sys.argv[1:]
shelf = warm_server.Shelf()
shelf.fill(collections)
assert not [name for name in sys.modules if name.partition(".")[0] in ("ansible", "ansible_collections")]
sys.meta_path.insert(0, shelf)
sys.path.insert(0, archive)
import ansible
module = importlib.import_module(name)
assert module is sys.modules[name]
print(module.__file__)
print(getattr(module, "PLANTED", ""))
"""


@pytest.mark.parametrize("changed", [False, True])
@pytest.mark.parametrize(
    "name", ["ansible.module_utils.basic", "ansible_collections.mlplatform.studio.plugins.module_utils._naming"]
)
def test_what_the_server_imported_is_not_used_for_another_version(tmp_path, name, changed):
    imported = importlib.import_module(name).__file__
    source = Path(imported).read_text() + ("\nPLANTED = 'from the archive'\n" if changed else "")
    archive, inside = tmp_path / "payload.zip", Path(*name.split(".")).with_suffix(".py")
    package = "from pkgutil import extend_path\n__path__ = extend_path(__path__, __name__)\n"
    with zipfile.ZipFile(archive, "w") as file:
        for above in {*inside.parents[:-1], Path("ansible")}:
            file.writestr(str(above / "__init__.py"), package)
        file.writestr(str(inside), source)
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    command = [sys.executable, "-c", SHELF, str(archive), name, *warm_client.collections()]
    ended = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    where, planted = ended.stdout.splitlines()
    if changed:
        assert (where, planted) == (f"{archive}/{inside}", "from the archive")
    else:
        assert Path(where).samefile(imported)
        assert planted == ""


# Asks botocore for the services that it knows, and looks for one in a folder of one's own.
SERVICES = """
import os, sys
from botocore.loaders import JSONFileLoader, Loader
from ansible_collections.mlplatform.studio.plugins.plugin_utils import warm_server
kinds = ("service-2", "endpoint-rule-set-1", "paginators-1")
before = [Loader().list_available_services(kind) for kind in kinds]
listed = []
exists = JSONFileLoader.exists
JSONFileLoader.exists = lambda self, path: listed.append(path) or exists(self, path)
warm_server.Models().remember()
del listed[:]
assert [Loader().list_available_services(kind) for kind in kinds[:2]] == before[:2]
assert listed == []
assert Loader().list_available_services(kinds[2]) == before[2]
own = Loader(extra_search_paths=[sys.argv[1]])
assert set(own.list_available_services("service-2")) == {*before[0], "mine"}
assert own.load_service_model("mine", "service-2") == {"metadata": {}}
"""


def test_services_of_botocore_are_looked_for_once_and_those_of_a_user_each_time(tmp_path):
    (tmp_path / "mine" / "2020-01-01").mkdir(parents=True)
    (tmp_path / "mine" / "2020-01-01" / "service-2.json").write_text('{"metadata": {}}')
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    subprocess.run([sys.executable, "-c", SERVICES, str(tmp_path)], env=environment, check=True)


# Ends as a fork does, having left to do what Python does when it ends.
END = """
import atexit, sys, threading
from ansible_collections.mlplatform.studio.plugins.plugin_utils import warm_server
atexit.register(print, "at exit")
written = threading.Event()
threading.Thread(target=lambda: written.wait() and sys.stdout.write("thread\\n")).start()
sys.stdout.write("no newline ")
written.set()
warm_server.end(7)
"""


def test_fork_ends_as_python_does():
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    ended = subprocess.run([sys.executable, "-c", END], env=environment, capture_output=True, text=True, check=False)
    assert ended.returncode == 7
    assert ended.stderr == ""
    assert sorted(ended.stdout.replace("no newline ", "no newline\n").splitlines()) == [
        "at exit",
        "no newline",
        "thread",
    ]
