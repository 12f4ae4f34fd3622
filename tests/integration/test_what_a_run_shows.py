# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What people are shown of a run, in a terminal and in a file: when nothing changes, when something does or fails."""

import json
import os
import re
import signal
import sys
from pathlib import Path

import pytest
import yaml

from benchmarks.fleets import inventory
from scripts import emulator_process
from tests.support.playbook import ROOT, run_playbook
from tests.support.terminal import run_in_terminal

PROGRESS = "mlplatform.studio.progress"
NOWHERE = "http://127.0.0.1:9"
# A domain takes 5 seconds, so that it is waited for.
PACE = ("--latency-scale", "0.02")
PASSWORD = "Difference-Engine-1822"
SCRIPT = "#!/bin/bash\nset -eu\necho of another kind\n"
NAMES = ("changed", "unreachable", "failed", "rescued", "ignored")
LAST = re.compile(r"all : ok=\d+ " + r" (?:skipped=\d+ )?".join(rf"{name}=(\d+)" for name in NAMES))


@pytest.fixture(scope="module")
def account(deployed):
    return deployed(*PACE)


def into_a_file(folder, url):
    """A function that runs a playbook as into a file, and returns a Run; what it took is remembered in a folder."""

    def run(playbook, *arguments, **settings):
        environment = {"ANSIBLE_STDOUT_CALLBACK": PROGRESS, "ANSIBLE_HOME": str(folder), **settings}
        return run_playbook(str(playbook), *arguments, url=url, environment=environment)

    return run


def into_a_terminal(folder, port):
    """A function that runs a playbook in a terminal, and returns what run_in_terminal() does."""

    def run(columns, playbook, *arguments, look=lambda terminal, process: None, rows=40, **settings):
        program = str(Path(sys.executable).with_name("ansible-playbook"))
        own = {"ANSIBLE_STDOUT_CALLBACK": PROGRESS, "ANSIBLE_HOME": str(folder), "TERM": "xterm-256color", **settings}
        environment = {**emulator_process.environment(port), **own}
        command = [program, str(playbook), *arguments]
        return run_in_terminal(command, (columns, rows), environment=environment, folder=ROOT, look=look)

    return run


@pytest.fixture
def show(tmp_path):
    """As into_a_file(), without an account."""
    return into_a_file(tmp_path, NOWHERE)


@pytest.fixture
def show_account(account, tmp_path):
    """As into_a_file(), of what is in the account."""
    return into_a_file(tmp_path, account.url)


@pytest.fixture
def in_terminal(tmp_path):
    """As into_a_terminal(), without an account."""
    return into_a_terminal(tmp_path, 9)


@pytest.fixture
def account_in_terminal(account, tmp_path):
    """As into_a_terminal(), of what is in the account."""
    return into_a_terminal(tmp_path, account.process.port)


def counts(output):
    """The numbers of the last line, by their NAMES."""
    return dict(zip(NAMES, map(int, LAST.fullmatch(output.splitlines()[-1].strip()).groups()), strict=True))


def play(*tasks, hosts="localhost", **more):
    """A play of these tasks, which calls nothing."""
    return {"hosts": hosts, "gather_facts": False, "connection": "local", "tasks": list(tasks), **more}


def written(folder, *plays):
    """The path of a playbook with these plays."""
    path = folder / "own.yml"
    path.write_text(yaml.safe_dump(list(plays)))
    return path


def many(folder, number):
    """The arguments for an inventory of so many hosts."""
    (folder / "many.yml").write_text(
        yaml.safe_dump({"all": {"hosts": {f"host-{one:02}": {} for one in range(number)}}})
    )
    return "-i", str(folder / "many.yml")


# In a terminal.


def test_a_new_team_in_a_narrow_terminal(account_in_terminal):
    live = []

    def look(terminal, process):
        live.extend(line for line in terminal.lines if re.match(r"team7  domain  Pending", line))

    people = [{"name": "ada", "email": "ada@example.com", "password": PASSWORD}]
    arguments = ("-e", "domain_name=team7", "-e", "new_team=true", "-e", json.dumps({"studio_users": people}))
    status, printed, terminal = account_in_terminal(80, "playbooks/teams.yml", *arguments, look=look)
    assert status == 0, terminal.text
    # Of this platform's domains it is the first that is waited for, so AWS's table says what is usual.
    assert any(re.fullmatch(r"team7  domain  Pending \d s, usually 240 s", line.rstrip()) for line in live), live
    assert "Pending" not in terminal.text
    too_long = [line for line in printed.splitlines() if len(re.sub(r"\x1b\[[\d;]*\w", "", line).strip()) > 80]
    assert all("http://" in line for line in too_long), "an address alone is longer than the terminal is wide"
    assert "team7: Domain: made" in terminal.text
    assert re.search(r"team7: domain d-\w+ is InService, after \d+ s", terminal.text)
    assert re.search(r"^  sign in:\s+http://\S+\n  next: give this address to the people", terminal.text, re.MULTILINE)
    assert PASSWORD not in printed


def test_an_unchanged_run_of_one_team_in_a_wide_terminal(account_in_terminal):
    widths = []

    def look(terminal, process):
        widths.append(max(map(len, terminal.lines)))

    status, _printed, terminal = account_in_terminal(200, "site.yml", "-e", "domain_name=team1", look=look)
    assert status == 0, terminal.text
    assert max(widths) <= 200
    assert len(terminal.text.splitlines()) < 15
    assert counts(terminal.text)["changed"] == 0
    assert re.search(r"^team1: unchanged, domain d-\w+ is InService, sign in: http://", terminal.text, re.MULTILINE)
    assert re.search(r"^Nothing changed. The run took \d+ s.$", terminal.text, re.MULTILINE)


def test_ctrl_c_leaves_a_clean_terminal(in_terminal, tmp_path):
    book = written(tmp_path, play({"name": "Sleep", "ansible.builtin.command": "sleep 1000"}, hosts="all"))
    seen = []

    def look(terminal, process):
        lines = [line for line in terminal.lines if re.match(r"host-\d\d  Sleep  \d+ s", line)]
        if len(lines) == 3 and not seen:
            seen.extend(lines)
            os.killpg(process.pid, signal.SIGINT)

    status, _printed, terminal = in_terminal(80, book, *many(tmp_path, 3), look=look)
    assert len(seen) == 3
    assert status == 99, "as Ansible says it"
    assert "Sleep" not in terminal.text and "interrupted" in terminal.text


def test_many_hosts_have_as_many_lines_as_fit(in_terminal, tmp_path):
    ends = tmp_path / "ends"
    until_it_ends = {"ansible.builtin.wait_for": {"path": str(ends), "timeout": 300, "sleep": 1}}
    book = written(tmp_path, play({"name": "Wait", **until_it_ends, "changed_when": True}, hosts="all"))

    def look(terminal, process):
        if "and 6 more" in [line.rstrip() for line in terminal.lines]:
            ends.touch()

    status, _printed, terminal = in_terminal(80, book, *many(tmp_path, 15), look=look, rows=12, ANSIBLE_FORKS="15")
    assert status == 0 and ends.exists()
    assert re.search(r"^15 hosts \(host-\d\d, host-\d\d, ...\): Wait: changed$", terminal.text, re.MULTILINE)


def test_without_live_lines_a_terminal_gets_what_a_file_gets(in_terminal, tmp_path):
    book = written(tmp_path, play({"name": "Sleep", "ansible.builtin.command": "sleep 2"}))
    _status, printed, _terminal = in_terminal(80, book, STUDIO_PROGRESS_LIVE="false", NO_COLOR="1")
    assert "\x1b" not in printed and "localhost: Sleep: changed" in printed


# Changes.


@pytest.mark.long
def test_a_changed_script_is_a_text_diff_and_an_option_has_its_name(show_account):
    scripts = [{"name": "proxy", "app_type": "JupyterLab", "content": SCRIPT}]
    change = json.dumps({"studio_lifecycle_scripts": scripts, "studio_idle_timeout_minutes": 75})
    arguments = ("playbooks/teams.yml", "-e", "domain_name=team1", "-e", change)
    predicted, done = show_account(*arguments, "--check"), show_account(*arguments)
    for run in (predicted, done):
        assert run.status == 0, run.output
        assert re.search(r"^ +\+echo of another kind$", run.output, re.MULTILINE)
        assert re.search(r"^ +-pip config set", run.output, re.MULTILINE)
        assert re.search(r"^ +studio_idle_timeout_minutes \(idle_timeout_in_minutes\): 120 -> 75$", run.output, re.M)
        assert "IyEvYmlu" not in run.output, "a script as SageMaker takes it"
    assert "would change 2: lifecycle configurations sagemaker-studio--team1--proxy-" in predicted.output
    assert re.search(r"Would change \d things; nothing was changed", predicted.output)
    assert "  next: run it without --check to have it so" in predicted.output
    assert "Lifecycle configurations: made sagemaker-studio--team1--proxy-" in done.output
    assert "team1: Domain: changed\n" in done.output
    assert re.search(r"Changed \d things", done.output)
    assert counts(done.output)["changed"] > 0


def test_the_same_change_of_many_hosts_is_one_line(show, tmp_path):
    task = {
        "name": "Write",
        "ansible.builtin.copy": {"content": "x", "dest": f"{tmp_path}/{{{{ inventory_hostname }}}}"},
    }
    said = {"name": "Say", "ansible.builtin.debug": {"msg": "Done, {{ inventory_hostname }}."}, "run_once": True}
    run = show(written(tmp_path, play(task, said, hosts="all")), *many(tmp_path, 8), "--diff")
    assert run.status == 0
    lines = run.output.splitlines()
    assert re.fullmatch(rf"8 hosts \(host-\d\d, host-\d\d, ...\): Write: changed {tmp_path}/\*", lines[0])
    assert lines[1:3] == ["    @@ -0,0 +1 @@", "    +x"]
    assert "Done, host-00." in lines and len(lines) < 20


# Failures.


def test_a_failure_is_told_once(show):
    run = show("site.yml", "-e", "domain_name=taem1")
    lines = run.output.splitlines()
    assert run.status != 0 and len(lines) < 20
    assert len([line for line in lines if "did you mean team1?" in line]) == 1
    assert lines[0].startswith("main failed: The inventory lists no team taem1")
    assert re.fullmatch(r"  in task 'Choose teams and platforms.*', playbooks/choose.yml:\d+", lines[1])
    assert counts(run.output)["failed"] == 1


NO_CONNECTION = """
from ansible.errors import AnsibleConnectionFailure
from ansible.plugins.connection.local import Connection as Local

DOCUMENTATION = "name: nowhere\\nshort_description: none\\ndescription: none\\noptions: {}\\n"

class Connection(Local):
    transport = "nowhere"

    def exec_command(self, *_arguments, **_options):
        raise AnsibleConnectionFailure("Nobody is there")
"""
FAIL = {"name": "Break", "ansible.builtin.fail": {"msg": "It broke."}}


def test_what_is_ignored_or_rescued_does_not_look_like_a_failure(show, tmp_path):
    after = {"name": "After", "ansible.builtin.debug": {"msg": "It goes on."}}
    rescued = {"block": [FAIL], "rescue": [after]}
    ignored = {**FAIL, "ignore_errors": True, "run_once": True}
    run = show(written(tmp_path, play(ignored, rescued, hosts="all")), *many(tmp_path, 2))
    assert run.status == 0
    assert "failed:" not in run.output and "host-01: It goes on." in run.output
    assert run.output.count("It broke.") == 1, "the ignored one, in passing"
    assert (counts(run.output)["rescued"], counts(run.output)["ignored"]) == (2, 1)


def test_a_failure_before_what_always_comes_is_told(show, tmp_path):
    always = {"block": [FAIL], "always": [{"name": "Tidy", "ansible.builtin.debug": {"msg": "Tidied."}}]}
    run = show(written(tmp_path, play(always)))
    assert run.status != 0
    assert run.output.count("localhost failed: It broke.") == 1


def test_each_failed_item_of_a_loop_is_told(show, tmp_path):
    loop = {
        "name": "Check {{ item }}",
        "ansible.builtin.assert": {"that": "item != 'bad'", "fail_msg": "{{ item }} is not good.", "quiet": True},
        "loop": ["good", "bad"],
    }
    run = show(written(tmp_path, play(loop)))
    assert run.output.count("localhost failed: bad is not good.") == 1


def test_what_a_command_printed_stands_below_its_failure(show, tmp_path):
    command = {"name": "Do", "ansible.builtin.shell": "echo wrong >&2; exit 3"}
    run = show(written(tmp_path, play(command)))
    assert re.search(r"^localhost failed: non-zero return code.*\n  wrong\n", run.output, re.MULTILINE)


def test_unreachable_is_told_once(show, tmp_path):
    (tmp_path / "connection_plugins").mkdir()
    (tmp_path / "connection_plugins" / "nowhere.py").write_text(NO_CONNECTION)
    book = written(tmp_path, play({"name": "Ping", "ansible.builtin.ping": None}, hosts="all", connection="nowhere"))
    run = show(book, *many(tmp_path, 1))
    assert run.status != 0 and counts(run.output)["unreachable"] == 1
    assert run.output.count("Nobody is there") == 1 and run.output.startswith("host-00 failed: ")


def test_no_value_that_ansible_hides(show, tmp_path):
    tasks = [
        {"name": "Made", "ansible.builtin.command": f"echo {PASSWORD}", "no_log": True},
        {"name": "Broken", "ansible.builtin.shell": f"echo {PASSWORD}; exit 1", "no_log": True},
    ]
    run = show(written(tmp_path, play(*tasks)))
    assert "localhost: Made: changed" in run.output and "localhost failed: the output has been hidden" in run.output
    assert PASSWORD not in run.output


# Waits.

DOMAIN = {
    "name": "A domain",
    "mlplatform.studio.sagemaker_domain": {
        "domain_name": "{{ inventory_hostname }}",
        "auth_mode": "IAM",
        "vpc_id": "{{ vpc }}",
        "subnet_ids": ["{{ subnet }}"],
        "default_user_settings": {"execution_role": "{{ role }}"},
        "region": "eu-central-1",
        "access_key": "111111111111",
        "secret_key": "any-long-secret-will-do-for-the-emulator",
    },
}


@pytest.fixture
def domains(account, tmp_path):
    """A function that writes a playbook of a domain for each of some hosts; its arguments."""

    def write(*hosts):
        ec2, iam = account.client("ec2"), account.client("iam")
        subnet = next(one for one in ec2.describe_subnets()["Subnets"] if one.get("Tags"))
        role = next(one["Arn"] for one in iam.list_roles()["Roles"] if "data-scientist" in one["RoleName"])
        told = {"vpc": subnet["VpcId"], "subnet": subnet["SubnetId"], "role": role}
        (tmp_path / "hosts.yml").write_text(yaml.safe_dump({"all": {"hosts": {name: {} for name in hosts}}}))
        here = {"ansible_python_interpreter": sys.executable, "ansible_connection": "mlplatform.studio.warm"}
        book = written(tmp_path, play(DOMAIN, hosts="all", vars={**told, **here}))
        return str(book), "-i", str(tmp_path / "hosts.yml")

    return write


def test_waits_in_a_file_are_few_lines_and_the_next_run_knows_how_long_they_last(show_account, domains, tmp_path):
    hosts = [f"own-{number}" for number in range(4)]
    run = show_account(*domains(*hosts), STUDIO_PROGRESS_INTERVAL="1.5")
    assert run.status == 0, run.output
    told = re.findall(
        r"^4 teams wait for their domain: Pending, longest \d s, usually 240 s$", run.output, re.MULTILINE
    )
    assert 1 <= len(told) <= 8, run.output
    (remembered,) = json.loads((tmp_path / "mlplatform.studio" / "waits.json").read_text()).items()
    assert remembered[0] == "eu-central-1" and all(3 < one < 30 for one in remembered[1]["domain Pending"])


def test_ansibles_own_output_has_the_same_lines(show_account, domains):
    run = show_account(*domains("own-8"), ANSIBLE_STDOUT_CALLBACK="ansible.builtin.default")
    assert run.status == 0, run.output
    assert len(re.findall(r"^own-8: domain Pending \d s, usually 240 s$", run.output, re.MULTILINE)) == 1
    assert "PLAY RECAP" in run.output


def test_verbose_is_ansibles_own_output(show, tmp_path):
    book = written(tmp_path, play({"name": "Made", "ansible.builtin.command": "true"}, {**FAIL, "ignore_errors": True}))
    ours, ansibles = show(book, "-v"), show(book, "-v", ANSIBLE_STDOUT_CALLBACK="ansible.builtin.default")
    timeless = [re.sub(r"\d\d\d+|\d+[:.]\d+[:.\d]*", "", run.output) for run in (ours, ansibles)]
    assert timeless[0] == timeless[1] and "PLAY RECAP" in ours.output


@pytest.mark.long
def test_an_unchanged_run_of_fifty_teams(tmp_path):
    port = emulator_process.free_port()
    emulator_process.start(port)
    try:
        url = emulator_process.address(port)
        arguments = ("site.yml", *inventory(tmp_path / "fifty.json", 50, url))
        own = {"ANSIBLE_STDOUT_CALLBACK": PROGRESS, "ANSIBLE_HOME": str(tmp_path)}
        first, second = (run_playbook(*arguments, url=url, environment=own) for _time in range(2))
    finally:
        emulator_process.stop(port)
    assert first.status == second.status == 0, first.output[-4000:] + second.output
    print(f"first: {len(first.output.splitlines())} lines, second: {len(second.output.splitlines())}")
    assert len(second.output.splitlines()) < 70
    assert counts(second.output)["changed"] == 0
