# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What modules tell of their waits, and what is said of them."""

import json
import os
import subprocess
import sys

import pytest

from ansible_collections.mlplatform.studio.plugins.module_utils import _waiting
from ansible_collections.mlplatform.studio.plugins.plugin_utils.progress import beside, places, told, usual, waits
from ansible_collections.mlplatform.studio.plugins.plugin_utils.progress.remembered import Remembered
from ansible_collections.mlplatform.studio.plugins.plugin_utils.progress.told import Wait

NOW = 1000.0


def wait(host="team1", thing="domain", state="Pending", since=NOW - 132, ended=None, place="main eu-central-1"):
    return Wait(host, place, thing, state, since, ended)


def by_table(one):
    return usual.usual_seconds(one.thing, one.state)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder in which this process tells of its waits, as one of team1."""
    made = told.make_folder(str(tmp_path))
    for name, value in ((_waiting.FOLDER, made), (_waiting.HOST, "team1"), (_waiting.PLACE, "main")):
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(_waiting.time, "sleep", lambda seconds: None)
    return made


# Told by modules.


def test_a_wait_is_told_while_it_lasts_and_once_when_it_is_over(folder):
    answers = iter(["Pending", "Pending", "InService"])
    seen = []

    def read():
        seen.append(told.read(folder))
        return {"status": next(answers)}

    _waiting.poll(read, lambda answer: answer["status"] == "InService", 60, "domain x", thing="domain")
    (over,), after = told.read(folder), told.read(folder)
    assert [len(found) for found in seen] == [0, 1, 1] and after == []
    assert seen[1] == seen[2] and seen[1][0][:4] == ("team1", "main", "domain", "Pending") and seen[1][0].ended is None
    assert over[:5] == seen[1][0][:5] and over.ended >= over.since
    assert os.stat(folder).st_mode & 0o777 == 0o700


def test_a_wait_that_ends_badly_is_told_no_more(folder):
    with pytest.raises(_waiting.TimedOut):
        _waiting.poll(dict, bool, 0, "x", thing="table", doing="Deleting")
    assert told.read(folder) == []


def test_repeated_calls_are_told_too(folder):
    tries, seen = [], []

    def call():
        tries.append(1)
        seen.append(told.read(folder))
        if len(tries) < 3:
            raise ValueError
        return "done"

    assert _waiting.retry(call, lambda error: True, 60, thing="security group", doing="In use") == "done"
    assert [[one.state for one in found] for found in seen] == [[], ["In use"], ["In use"]]
    assert len(told.read(folder)) == 1


@pytest.mark.parametrize("thing", ["", "domain"])
def test_nothing_is_written_where_nobody_asks(tmp_path, monkeypatch, thing):
    monkeypatch.delenv(_waiting.FOLDER, raising=False)
    monkeypatch.chdir(tmp_path)
    answers = iter([False, True])
    _waiting.poll(lambda: next(answers), bool, 60, "x", thing=thing, doing="Pending")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_gone_fails_no_wait(folder):
    os.rmdir(folder)
    answers = iter([False, True])
    assert _waiting.poll(lambda: next(answers), bool, 60, "x", thing="domain", doing="Pending")


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        ({"status": "Pending"}, "Pending"),
        ({"table_status": "CREATING"}, "Creating"),
        ({"status": None, "state": "pending"}, "Pending"),
        ({"other": 1}, ""),
        (None, ""),
        ([1], ""),
    ],
)
def test_state_in_an_answer(answer, state):
    assert _waiting.state_in(answer) == state


# Read by who shows them.


def test_what_is_broken_or_of_a_process_that_died_is_left_out(folder):
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    line = json.dumps(wait()._asdict())
    for name, text in ((f"{dead.pid}-1.json", line), ("1-1.json", "{"), ("1-2.json", "[1]"), ("1-3.json", line)):
        with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
            file.write(text)
    assert told.read(folder) == [wait()], "of process 1, which lives"
    assert told.read(os.path.join(folder, "none")) == []


# Said of them.


@pytest.mark.parametrize(
    ("seconds", "words"), [(0.4, "0 s"), (132, "132 s"), (599, "599 s"), (600, "10 min"), (4320, "1 h 12 min")]
)
def test_durations_in_words(seconds, words):
    assert waits.in_seconds(seconds) == words


def test_a_line_for_each_of_few_teams():
    told_of = [wait(), wait("team2", "thing", "Busy"), wait("main", "VPC endpoint"), wait("main", "VPC endpoint")]
    assert waits.lines(told_of, by_table, NOW) == [
        "team1: domain Pending 132 s, usually 240 s",
        "team2: thing Busy 132 s",
        "main: 2 VPC endpoints Pending 132 s, usually 60 s",
    ]


def test_one_line_for_many_teams():
    many = [wait(f"team{number}", since=NOW - number) for number in range(12)]
    assert waits.lines(many, by_table, NOW) == ["12 teams wait for their domain: Pending, longest 11 s, usually 240 s"]


def test_of_a_host_with_several_waits_the_oldest_is_told():
    several = [wait(thing="app", since=NOW - 1), wait(since=NOW - 5), wait(since=NOW - 3)]
    assert waits.foremost(several) == [several[1], several[2]] and waits.foremost([]) == []


@pytest.mark.parametrize(
    ("one", "worth"),
    [
        (wait(since=NOW - 1), False),
        (wait(since=NOW - 2), True),
        (wait(since=NOW - 20, ended=NOW), False),
        (wait(thing="user profile", since=NOW - 14), False),
        (wait(thing="user profile", since=NOW - 15), True),
        (wait(thing="unknown", since=NOW - 14), False),
    ],
)
def test_which_waits_are_worth_a_line(one, worth):
    assert waits.worth_telling([one], by_table, NOW) == ([one] if worth else [])


@pytest.mark.parametrize(
    ("since", "last", "due"),
    [
        (NOW - 5, 0, True),
        (NOW - 5, NOW - 10, False),
        (NOW - 5, NOW - 15, True),
        (NOW - 60, NOW - 15, False),
        (NOW - 60, NOW - 30, True),
    ],
)
def test_when_lines_are_due(since, last, due):
    assert waits.is_due([wait(since=since)], last, NOW, 30) is due
    assert not waits.is_due([], last, NOW, 30)


def test_every_usual_duration_has_a_source():
    assert all(found.seconds > 0 and len(found.source) > 10 for found in usual.USUAL.values())
    assert usual.usual_seconds("nothing", "Pending") is None


# Remembered.


def test_own_runs_count_more_than_the_table(tmp_path):
    path = tmp_path / "folder" / "waits.json"
    first = Remembered(str(path))
    assert first.usual(wait()) == 240
    for seconds in (100, 300, 110, 120, 130, 140):
        first.add(wait(since=0, ended=seconds))
    first.add(wait())
    first.save()
    again = Remembered(str(path))
    assert again.usual(wait()) == 130, "the median of the last five"
    assert again.usual(wait(place="another")) == 240
    assert os.stat(path).st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "[[1]]", '{"main eu-central-1": {"domain Pending": ["x"]}}', '{"a": 1}']
)
def test_a_broken_memory_is_none(tmp_path, text):
    path = tmp_path / "waits.json"
    path.write_text(text)
    memory = Remembered(str(path))
    assert memory.usual(wait()) == 240
    memory.add(wait(since=0, ended=10))
    memory.save()
    assert Remembered(str(path)).usual(wait()) == 10


def test_a_memory_that_cannot_be_written_is_no_failure(tmp_path):
    (tmp_path / "file").write_text("")
    memory = Remembered(str(tmp_path / "file" / "waits.json"))
    memory.save()
    memory.add(wait(since=0, ended=10))
    memory.save()


def test_only_so_many_platforms_are_remembered(tmp_path):
    path = tmp_path / "waits.json"
    memory = Remembered(str(path))
    for number in range(60):
        memory.add(wait(place=f"place {number}", since=0, ended=10))
    memory.save()
    kept = json.loads(path.read_text())
    assert len(kept) == 50 and "place 59" in kept and "place 9" not in kept


# Where they are told, and what of.


@pytest.mark.parametrize(
    ("variables", "arguments", "place"),
    [
        ({"studio_platform": "main"}, {"region": "r"}, "main r"),
        ({"studio_platform": "{{ x }}", "part_of": "main"}, {"connection": {"region": "r"}}, "main r"),
        ({"platform_name": "p"}, {"region": "r", "endpoint_url": "http://127.0.0.1:4566"}, "host r 127.0.0.1"),
        ({}, {}, ""),
    ],
)
def test_place_of_a_task(variables, arguments, place):
    assert places.host_and_place({"inventory_hostname": "host", **variables}, arguments) == ("host", place)


def test_memory_is_in_ansibles_folder():
    assert places.remembered().endswith(os.path.join("mlplatform.studio", "waits.json"))


def told_in(folder, *found):
    for number, one in enumerate(found):
        with open(os.path.join(folder, f"{os.getpid()}-{number}.json"), "w", encoding="utf-8") as file:
            json.dump(one._asdict(), file)


def test_one_process_tells_for_all(folder, tmp_path):
    said = []
    first, second = (beside.Beside(folder, str(tmp_path / "none"), said.append, 30) for _ in range(2))
    told_in(folder, wait())
    first.tick(NOW)
    second.tick(NOW + 5)
    assert said == ["team1: domain Pending 132 s, usually 240 s"]
    second.tick(NOW + 31)
    assert said[1:] == ["team1: domain Pending 163 s, usually 240 s"]


def test_nothing_is_said_while_another_process_does(folder, tmp_path):
    said = []
    holder = (
        "import fcntl, sys; f = open(sys.argv[1], 'w'); fcntl.flock(f, fcntl.LOCK_EX); print(1, flush=True); input()"
    )
    command = [sys.executable, "-c", holder, os.path.join(folder, beside.LOCK)]
    told_in(folder, wait())
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        other.stdout.readline()
        beside.Beside(folder, str(tmp_path / "none"), said.append).tick(NOW)
        other.stdin.close()
    assert said == []


def test_it_is_said_where_no_callback_shows_it(tmp_path, monkeypatch):
    monkeypatch.setattr(beside, "TICK", 0.01)
    monkeypatch.setattr(beside.waits, "MOMENT", 0)
    said = []
    with beside.telling(str(tmp_path), str(tmp_path / "none"), "team7", "main", said.append):
        assert os.environ[_waiting.HOST] == "team7" and os.environ[_waiting.PLACE] == "main"
        answers = iter(["Pending", "Pending", "InService"])
        _waiting.poll(
            lambda: {"status": next(answers)}, lambda one: one["status"] == "InService", 60, "x", thing="domain"
        )
    assert said == ["team7: domain Pending 0 s, usually 240 s"]
    assert _waiting.FOLDER not in os.environ


def test_it_is_not_said_twice(tmp_path):
    (tmp_path / told.NAME).mkdir()
    (tmp_path / told.NAME / told.SHOWN).touch()
    with beside.telling(str(tmp_path), "", "team7", "", pytest.fail):
        assert os.environ[_waiting.FOLDER] == str(tmp_path / told.NAME)


def test_without_a_folder_the_module_runs_all_the_same(tmp_path):
    (tmp_path / "file").touch()
    with beside.telling(str(tmp_path / "file"), "", "team7", "", pytest.fail):
        assert _waiting.FOLDER not in os.environ
