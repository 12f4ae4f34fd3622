# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Modules behave in forks of the warm process as in a Python of their own, and leave nothing behind."""

import contextlib
import json
import re
import signal
import stat
import subprocess
import sys
import time
import uuid
from pathlib import Path

import pytest

from tests.support.playbook import run_playbook, start_playbook

NOWHERE = "http://127.0.0.1:9"
# Of this run alone, as the commands of all processes of the machine are searched for it.
SECRET = f"Analytical-Engine-{uuid.uuid4()}"
WARM = "mlplatform.studio.warm"
END_SECONDS = 20

# A module that does as it is told, and says what process it is.
PROBE = '''
import os, subprocess, sys, time
from ansible.module_utils.basic import AnsibleModule

def server():
    """The process above this one with what it was started with, where it is the one that runs modules."""
    with open(f"/proc/{os.getppid()}/cmdline") as file:
        command = file.read().split("\\0")
    if "warm_server.py" not in " ".join(command):
        return None
    with open(f"/proc/{os.getppid()}/environ") as file:
        names = [entry.partition("=")[0] for entry in file.read().split("\\0") if entry]
    return {"pid": os.getppid(), "folder": command[4], "environment": names}

def processes():
    """The commands of all processes."""
    found = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{pid}/cmdline") as file:
                found.append(file.read())
        except OSError:
            pass
    return found

def process():
    umask = os.umask(0)
    os.umask(umask)
    return {
        "environment": dict(os.environ), "directory": os.getcwd(), "umask": umask, "argv": sys.argv,
        "stdin": sys.stdin.read(), "terminal": [os.isatty(number) for number in range(3)],
        "encoding": sys.stdout.encoding, "executable": sys.executable, "main": sys.modules["__main__"].__name__,
    }

def sleep(file):
    child = subprocess.Popen(["sleep", "1000"])
    with open(file + ".new", "w") as output:
        output.write(f"{os.getppid()} {os.getpid()} {child.pid}")
    os.rename(file + ".new", file)
    time.sleep(1000)

module = AnsibleModule(
    argument_spec={"do": {"default": "process"}, "secret": {"no_log": True}, "file": {}}, supports_check_mode=True
)
do, secret = module.params["do"], module.params["secret"]
if do == "fail":
    module.fail_json(msg="It went wrong.", with_secret=f"<{secret}>")
if do == "traceback":
    raise ValueError("It went wrong.")
if do == "exit":
    sys.stdout.write("no JSON")
    sys.stderr.write("something on stderr")
    sys.exit(7)
if do == "kill":
    os.kill(os.getpid(), 9)
if do == "warn":
    module.warn("Mind this.")
    module.deprecate("Mind that.", version="9.0.0", collection_name="mlplatform.studio")
if do == "sleep":
    sleep(module.params["file"])
listed = any(secret in command for command in processes()) if secret else None
module.exit_json(
    changed=True, process=process(), server=server(), listed=listed, check=module.check_mode, with_secret=f"<{secret}>",
    diff={"before": "a\\n", "after": "b\\n"} if module._diff else {}, large="x" * 300_000 if do == "large" else "",
)
'''

# Every task is run by both connections.
TASKS = {
    "succeeds": {"probe": {}},
    "large": {"probe": {"do": "large"}},
    "fails": {"probe": {"do": "fail", "secret": SECRET}},
    "traceback": {"probe": {"do": "traceback"}},
    "exits": {"probe": {"do": "exit"}},
    "killed": {"probe": {"do": "kill"}},
    "warns": {"probe": {"do": "warn"}},
    "check": {"probe": {}, "check_mode": True},
    "diff": {"probe": {}, "diff": True},
    "environment": {"probe": {}, "environment": {"ONE": "it's $HOME; x", "TWO": ""}},
    "credentials": {"probe": {"secret": SECRET}, "environment": {"AWS_SECRET_ACCESS_KEY": "x", "AWS_PROFILE": "y"}},
    "core": {"ansible.builtin.stat": {"path": "/"}},
    "wrong option": {"probe": {"unknown": 1}},
    "raw": {"ansible.builtin.raw": "echo $0; echo wrong >&2; exit 3"},
    "command": {"ansible.builtin.command": "cat", "args": {"stdin": "from stdin"}},
}
# These go the way of the connection local.
FALLBACKS = {
    "become": {"become": True, "become_user": "root"},
    "async": {"async": 20, "poll": 1},
    "interpreter": {"vars": {"ansible_python_interpreter": "{{ other_python }}"}},
    "start": {"environment": {"PYTHONHASHSEED": "0"}},
    "off": {"vars": {"ansible_warm_modules": False}},
    "kept": {"vars": {"ansible_shell_executable": "/bin/bash"}},
}


class Playbook:
    """A folder with the module probe, where playbooks are written and run."""

    def __init__(self, folder):
        self.folder = folder
        (folder / "library").mkdir()
        (folder / "library" / "probe.py").write_text(PROBE)
        self.results = folder / "results.json"
        sudo = self._program("sudo", 'while [ "$1" != /bin/sh ]; do shift; done; exec "$@"')
        self.variables = {
            "other_python": self._program("python", f'exec {sys.executable} "$@"'),
            "ansible_become_exe": sudo,
        }
        self.environment = {
            "ANSIBLE_BECOME_ALLOW_SAME_USER": "true",
            "ANSIBLE_DEPRECATION_WARNINGS": "true",
            "ANSIBLE_DISPLAY_TRACEBACK": "error",
        }

    def _program(self, name, text):
        path = self.folder / name
        path.write_text(f"#!/bin/sh\n{text}\n")
        path.chmod(0o755)
        return str(path)

    def write(self, tasks, connection=WARM, **keywords):
        """Write a playbook that runs tasks one after the other, and keeps what they registered."""
        listed = [
            {"name": name, **task, "register": f"result{number}", "ignore_errors": True}
            for number, (name, task) in enumerate(tasks.items())
        ]
        found = "{{ [" + ", ".join(f"result{number}" for number in range(len(listed))) + "] | to_json }}"
        keep = {"ansible.builtin.copy": {"content": found, "dest": str(self.results), "mode": "0600"}}
        variables = {"ansible_connection": connection, "ansible_python_interpreter": "{{ ansible_playbook_python }}"}
        play = {"hosts": "localhost", "gather_facts": False, "vars": {**variables, **self.variables}, **keywords}
        path = self.folder / "play.yml"
        path.write_text(json.dumps([{**play, "tasks": [*listed, {**keep, "check_mode": False, "diff": False}]}]))
        return str(path)

    def run(self, tasks, connection=WARM, arguments=(), **environment):
        """Run tasks; return their results by name, and what was printed."""
        path = self.write(tasks, connection)
        environment = {**self.environment, **environment}
        run = run_playbook(path, *arguments, url=NOWHERE, environment=environment)
        assert run.status == 0, run.output
        return dict(zip(tasks, json.loads(self.results.read_text()), strict=True)), run.output


@pytest.fixture(scope="module")
def playbook(tmp_path_factory):
    return Playbook(tmp_path_factory.mktemp("playbook"))


@pytest.fixture(scope="module")
def warm(playbook):
    return playbook.run(TASKS, arguments=("-vvv",))


@pytest.fixture(scope="module")
def local(playbook):
    return playbook.run(TASKS, "ansible.builtin.local", arguments=("-vvv", "-e", "ansible_pipelining=true"))


def comparable(result):
    """A result without what differs from one process to the next."""
    varying = ("server", "start", "end", "delta", "stat")
    text = json.dumps({name: value for name, value in result.items() if name not in varying})
    text = re.sub(r"ansible_\w+_payload_\w+", "payload", text)
    # Of Ansible's own files, those of its Python are as good as those of the payload, and the server stands above them.
    text = re.sub(r'File \\"[^"]*?/(ansible/[^"]*")', r'File \\"\1', text)
    return json.loads(re.sub(r'  File \\"[^"]*/warm_server.py\\".*?(?=  File )', "", text))


@pytest.mark.parametrize("name", TASKS)
def test_results_are_those_of_local(warm, local, name):
    assert comparable(warm[0][name]) == comparable(local[0][name])


def test_modules_run_in_the_warm_process(warm, local):
    assert warm[0]["succeeds"]["server"] and not local[0]["succeeds"]["server"]
    servers = {result["server"]["pid"] for result in warm[0].values() if result.get("server")}
    assert len(servers) == 1
    assert "does not answer" not in warm[1]


def test_tasks_did_what_they_are_here_for(warm):
    found = warm[0]
    assert found["fails"]["msg"] == "It went wrong." and found["fails"]["failed"]
    assert "ValueError: It went wrong." in json.dumps(found["traceback"])
    assert (found["exits"]["rc"], found["killed"]["rc"]) == (7, 137)
    assert found["exits"]["module_stdout"] == "no JSON" and found["exits"]["module_stderr"] == "something on stderr"
    assert found["warns"]["warnings"] == ["Mind this."] and found["warns"]["deprecations"]
    assert found["check"]["check"] and not found["succeeds"]["check"]
    assert found["diff"]["diff"] and not found["succeeds"]["diff"]
    assert found["environment"]["process"]["environment"]["ONE"] == "it's $HOME; x"
    assert len(found["large"]["large"]) == 300_000
    assert found["command"]["stdout"] == "from stdin"


def test_warnings_are_shown_as_with_local(warm, local):
    for output in (warm[1], local[1]):
        assert "Mind this." in output and "Mind that." in output and SECRET not in output


def test_secrets_are_in_no_command_and_not_in_the_server(warm):
    found = warm[0]["credentials"]
    assert found["listed"] is False
    assert found["process"]["environment"]["AWS_SECRET_ACCESS_KEY"] == "x"
    assert not [name for name in found["server"]["environment"] if name.startswith("AWS_")]
    assert not [name for name in found["server"]["environment"] if not name.startswith(("PYTHON", "LC_", "LANG"))]


def test_socket_is_in_the_runs_own_folder(playbook):
    asked = {
        "server": {"probe": {}},
        "folder": {"ansible.builtin.stat": {"path": "{{ result0.server.folder }}"}},
        "socket": {"ansible.builtin.stat": {"path": "{{ result0.server.folder }}/warm.socket"}},
    }
    found, _output = playbook.run(asked)
    assert found["folder"]["stat"]["mode"] == "0700" and found["socket"]["stat"]["issock"]
    assert_ended([found["server"]["server"]["pid"]], Path(found["server"]["server"]["folder"]))


def test_long_path_of_the_temporary_folder_is_no_matter(playbook, tmp_path):
    folder = tmp_path / ("x" * 120)
    found, _output = playbook.run({"probe": {"probe": {}}}, ANSIBLE_LOCAL_TEMP=str(folder))
    assert found["probe"]["server"]["folder"].startswith(str(folder))


@pytest.fixture(scope="module")
def fallbacks(playbook):
    return playbook.run({name: {"probe": {}, **task} for name, task in FALLBACKS.items()} | {"last": {"probe": {}}})


@pytest.mark.parametrize("name", FALLBACKS)
def test_falls_back_to_local(fallbacks, name):
    result = fallbacks[0][name]
    assert result["process"] and result["server"] is None
    assert not result.get("failed")


def test_falls_back_for_one_task_only(fallbacks):
    assert fallbacks[0]["last"]["server"]


@pytest.mark.parametrize("setting", ["STUDIO_WARM_MODULES=false", "ANSIBLE_KEEP_REMOTE_FILES=true"])
def test_environment_turns_it_off(playbook, setting, tmp_path):
    name, value = setting.split("=")
    found, _output = playbook.run({"probe": {"probe": {}}}, ANSIBLE_REMOTE_TEMP=str(tmp_path), **{name: value})
    assert found["probe"]["process"] and found["probe"]["server"] is None


def test_nothing_is_lost_where_the_server_cannot_start(playbook, tmp_path):
    (tmp_path / "boto3").mkdir()
    (tmp_path / "boto3" / "__init__.py").write_text("import os\nos._exit(1)\n")
    found, output = playbook.run({"probe": {"probe": {}}}, arguments=("-vvv",), PYTHONPATH=str(tmp_path))
    assert found["probe"]["process"] and found["probe"]["server"] is None
    assert "does not answer" in output


def test_task_that_takes_too_long_is_ended(playbook, tmp_path):
    tasks = {"sleeps": {"probe": {"do": "sleep", "file": str(tmp_path / "pids")}, "timeout": 15}, "next": {"probe": {}}}
    found, _output = playbook.run(tasks)
    assert found["sleeps"]["failed"] and found["next"]["server"]
    _server, module, child = map(int, (tmp_path / "pids").read_text().split())
    assert_ended([module, child], tmp_path)


def runs(pid):
    """Whether a process is there and no zombie."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def assert_ended(pids, folder):
    """Processes end soon, and there is no socket in the folder of their run."""
    end = time.monotonic() + END_SECONDS
    while time.monotonic() < end and any(map(runs, pids)):
        time.sleep(0.05)
    assert [pid for pid in pids if runs(pid)] == []
    assert [path for path in folder.rglob("*") if stat.S_ISSOCK(path.lstat().st_mode)] == []


def start_and_signal(playbook, folder, number):
    """Send a signal to a run whose module sleeps; the processes that it had, and its folder."""
    file, path = folder / "pids", playbook.write({"sleeps": {"probe": {"do": "sleep", "file": str(folder / "pids")}}})
    with open(folder / "output", "w") as output:
        process = start_playbook(path, url=NOWHERE, output=output, environment={"ANSIBLE_LOCAL_TEMP": str(folder)})
        try:
            end = time.monotonic() + 60
            while not file.exists() and time.monotonic() < end and process.poll() is None:
                time.sleep(0.02)
            assert file.exists(), (folder / "output").read_text()
            pids = [int(pid) for pid in file.read_text().split()]
            process.send_signal(number)
            assert process.wait(END_SECONDS) != 0
        finally:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            process.wait()
    return pids


def assert_signal_leaves_nothing(playbook, folder, number):
    assert_ended(start_and_signal(playbook, folder, number), folder)


SIGNALS = [signal.SIGKILL, signal.SIGINT, signal.SIGTERM]


@pytest.mark.parametrize("attempt", range(2))
@pytest.mark.parametrize("number", SIGNALS)
def test_run_that_is_ended_leaves_no_process_and_no_socket(playbook, tmp_path, number, attempt):
    assert_signal_leaves_nothing(playbook, tmp_path, number)


@pytest.mark.long
@pytest.mark.parametrize("attempt", range(20))
@pytest.mark.parametrize("number", SIGNALS)
def test_run_that_is_ended_leaves_nothing_each_of_many_times(playbook, tmp_path, number, attempt):
    assert_signal_leaves_nothing(playbook, tmp_path, number)


def test_server_that_is_killed_takes_its_module_along(playbook, tmp_path):
    pids = tmp_path / "pids"
    tasks = {"sleeps": {"probe": {"do": "sleep", "file": str(pids)}, "timeout": 60}, "next": {"probe": {}}}
    kill = f"while [ ! -e {pids} ]; do sleep 0.1; done; kill -9 $(cut -d' ' -f1 {pids}); kill $(cut -d' ' -f3 {pids})"
    with subprocess.Popen(["sh", "-c", kill]):
        found, _output = playbook.run(tasks)
    assert found["sleeps"]["rc"] == 137 and "was killed" in json.dumps(found["sleeps"])
    assert found["next"]["process"] and found["next"]["server"] is None
    assert not any(runs(int(pid)) for pid in pids.read_text().split())
