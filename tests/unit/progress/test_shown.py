# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is said of a run, by what happens on its hosts; and results as the versions of Ansible give them."""

import dataclasses
import types

import pytest

from ansible_collections.mlplatform.studio.plugins.plugin_utils.progress import results, shown
from ansible_collections.mlplatform.studio.plugins.plugin_utils.progress.remembered import Remembered
from ansible_collections.mlplatform.studio.plugins.plugin_utils.progress.results import Seen
from ansible_collections.mlplatform.studio.plugins.plugin_utils.progress.told import Wait


class Run(shown.Shown):
    """A run whose lines are `said`, and whose clock is `now`."""

    def __init__(self, path="/nowhere/waits.json", **options):
        self.now, self.said = 1000.0, []
        remembered = Remembered(path)
        super().__init__(lambda line, kind="plain": self.said.append(line), remembered, 30, lambda: self.now, **options)

    def does(self, host, task="Key", **data):
        """A host does a task to its end, and returns data."""
        self.started(host, task)
        self.ok(seen(host, task, **data))


def seen(host="team1", task="Key", action="x", **data):
    return Seen(host, task, action, data, "roles/x.yml:3", "results" in data)


@pytest.fixture
def run():
    return Run()


UPDATE = {"changed": True, "diff": {"before": {"a": 1}, "after": {"a": 2}}}
NOTHING = dict.fromkeys(("ok", "changed", "unreachable", "failures", "skipped", "rescued", "ignored"), 0)


def test_what_is_in_order_or_skipped_says_nothing(run):
    run.does("team1", changed=False)
    run.started("team1", "Key")
    run.skipped("team1")
    assert run.said == [] and run.live_lines() == []


def test_a_change_is_said_at_once_where_few_work(run):
    run.does("team1", **UPDATE)
    assert run.said == ["team1: Key: changed", "    a: 1 -> 2"]


def test_changes_of_many_are_said_together(run):
    run.play(predicts=False, is_free=False)
    for number in range(6):
        run.started(f"team{number}", "Key")
    for number in range(6):
        run.ok(seen(f"team{number}", **UPDATE))
    run.tick()
    assert run.said == []
    run.now += 30
    run.tick()
    assert run.said == ["6 hosts (team0, team1, ...): Key: changed", "    a: 1 -> 2"]
    run.ok(seen("team6", **UPDATE))
    run.started("team6", "Next")
    assert run.said[2:] == ["team6: Key: changed", "    a: 1 -> 2"], "before the next task"


def test_what_would_change(run):
    run.play(predicts=True, is_free=False)
    run.does("team1", **UPDATE)
    run.does("team1", changed=True)
    assert run.said[0] == "team1: Key: would change" and run.said[2] == "team1: Key: would change"
    run.end({})
    assert "Would change 2 things; nothing was changed. The run took 0 s." in run.said


def test_an_item_has_its_name(run):
    run.ok(seen(changed=True, _ansible_item_label="one"), is_item=True)
    assert run.said == ["team1: Key: changed one"]


@pytest.mark.parametrize(("is_check", "words"), [(True, "Nothing would change."), (False, "Nothing changed.")])
def test_a_check_that_finds_nothing(is_check, words):
    run = Run(is_check=is_check)
    run.play(predicts=True, is_free=False)
    run.end({})
    assert run.said[0] == f"{words} The run took 0 s."


def test_refused_check_predicts_nothing():
    run = Run(is_check=True)
    run.play(predicts=True, is_free=False)
    run.end({"team1": {"failures": 1}})
    assert run.said[-2] == "Nothing changed. The run took 0 s."


def test_items_of_a_loop_are_said_and_the_loop_is_not(run):
    run.started("team1", "Key")
    run.ok(seen(changed=True, _ansible_item_label="a"), is_item=True)
    run.now += 5
    assert run.live_lines() == ["team1  Key  5 s"]
    run.ok(seen(changed=True, results=[]))
    assert run.said == ["team1: Key: changed a"] and run.live_lines() == []


def test_several_things_have_their_names(run):
    diff = {"before": {name: {"t": 1} for name in "abc"}, "after": {name: {"t": 2} for name in "abc"}}
    diff["after"]["c"] = {"t": 3}
    run.does("team1", changed=True, actions=dict.fromkeys("abc", "update"), diff=diff)
    assert run.said == [
        "team1: Key: changed 3: a, b, c",
        *(f"    {line}" for line in ("a, b:", "  t: 1 -> 2", "c:", "  t: 1 -> 3")),
    ]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"msg": "Hello."}, ["team1: Hello."]),
        ({"msg": "One.\nTwo."}, ["team1: One.", "team1: Two."]),
        ({"msg": ["team1 is there", "  sign in"]}, ["team1 is there", "  sign in"]),
        ({"msg": 7}, ["team1: 7"]),
        ({"x": [1], "changed": False, "_ansible_verbose_always": True}, ["team1: x: [1]"]),
    ],
)
def test_messages(run, data, said):
    run.ok(seen(action="ansible.builtin.debug", **data))
    assert run.said == said


# Failures.


def test_a_failure_is_said_when_nothing_follows(run):
    run.started("team1", "Key")
    run.failed(seen(msg="It broke.\nSo."), ignored=False)
    run.tick()
    assert run.said == []
    run.now += 2
    run.tick()
    run.end({"team1": {**NOTHING, "failures": 1}})
    assert run.said[:3] == ["team1 failed: It broke.", "  So.", "  in task 'Key', roles/x.yml:3"]
    assert run.said[3:] == [
        "Failed: team1. Correct what stands above, and run again.",
        "Nothing changed. The run took 2 s.",
        "all : ok=0 changed=0 unreachable=0 failed=1 skipped=0 rescued=0 ignored=0",
    ]


def test_a_rescued_failure_is_not_said(run):
    run.failed(seen(msg="It broke."), ignored=False)
    run.started("team1", "Rescue")
    run.end({"team1": {**NOTHING, "rescued": 1}})
    assert not [line for line in run.said if "broke" in line]


@pytest.mark.parametrize("is_free", [True, False])
def test_a_host_that_waits_for_others_may_still_be_rescued(run, is_free):
    run.play(predicts=False, is_free=is_free)
    run.started("team2", "Key")
    run.failed(seen(msg="It broke."), ignored=False)
    run.now += 5
    run.tick()
    assert bool(run.said) is is_free


def test_the_same_failure_of_many_hosts_is_said_once(run):
    for number in range(5):
        run.failed(seen(f"team{number}", msg="It broke."), ignored=False)
    run.play(predicts=False, is_free=False)
    assert run.said == ["5 hosts (team0, team1, ...) failed: It broke.", "  in task 'Key', roles/x.yml:3"]


def test_a_failure_before_what_always_comes_is_said_at_the_end(run):
    run.failed(seen(msg="It broke."), ignored=False)
    run.started("team1", "Always")
    run.end({"team1": {**NOTHING, "failures": 1}})
    assert run.said[0] == "team1 failed: It broke."


def test_a_failure_is_said_once_although_others_went_before(run):
    run.failed(seen(msg="Rescued."), ignored=False)
    run.started("team1", "Rescue")
    run.failed(seen(msg="It broke."), ignored=False)
    run.end({"team1": {**NOTHING, "failures": 1, "rescued": 1}})
    assert [line for line in run.said if " failed: " in line] == ["team1 failed: It broke."]


def test_an_ignored_failure_is_said_in_passing(run):
    run.failed(seen(msg="It broke."), ignored=True)
    assert run.said == ["team1: Key: It broke. The run goes on."]


def test_failed_items_are_said_each(run):
    items = [{"failed": True, "msg": text} for text in ("One.", "Two.")]
    run.failed(seen(msg="One or more items failed", results=items), ignored=False)
    run.play(predicts=False, is_free=False)
    assert run.said[:2] == ["team1 failed: One.", "team1 failed: Two."]


# Waits.


def wait(host="team1", since=990.0, ended=None):
    return Wait(host, "main", "domain", "Pending", since, ended)


def test_live_lines_tell_what_is_waited_for(run):
    run.started("team1", "Domain")
    run.started("main", "Look")
    assert run.live_lines() == []
    run.now += 2
    run.told([wait(), wait("gone")])
    assert run.live_lines() == ["main   Look  2 s", "team1  domain  Pending 12 s, usually 240 s"]


def test_waits_in_lines_that_stay(run):
    run.now += 30
    run.told([wait()])
    run.tell_waits()
    run.tell_waits()
    assert run.said == ["team1: domain Pending 40 s, usually 240 s"]


def test_a_task_that_lasts_is_told_too(run):
    for number in range(5):
        run.started(f"h{number}", "Install")
    run.started("team1", "Domain")
    run.now += 29
    run.tell_waits()
    assert run.said == []
    run.now += 2
    run.told([wait()])
    run.tell_waits()
    assert run.said == ["team1: domain Pending 41 s, usually 240 s", "5 hosts (h0, h1, ...): Install goes on for 31 s"]


def test_what_is_over_is_remembered(tmp_path):
    path = str(tmp_path / "waits.json")
    run = Run(path)
    run.told([wait(ended=1000.0)])
    run.end({})
    assert Remembered(path).usual(wait()) == 10


# Results of Ansible.


class Host:
    def get_name(self):
        return "team1"


@dataclasses.dataclass
class Task:
    name: str = "Key {{ x }}"
    action: str = "x"
    loop: object = None
    ignore_unreachable: bool = False

    def get_name(self):
        return f"role : {self.name}"

    def get_path(self):
        return "/roles/x.yml:3"


def result(version, data, task, fields):
    parts = {"host": Host(), "task": task, "result": data, "task_fields": fields}
    if version == "2.17":
        parts = {f"_{name}": part for name, part in parts.items()}
    return types.SimpleNamespace(**parts)


@pytest.mark.parametrize("version", ["2.17", "2.19"])
def test_a_result_of_every_version(version):
    found = results.seen(result(version, {"changed": True}, Task(), {"name": "Key 1"}))
    assert (found.host, found.task, found.changed, found.is_loop) == ("team1", "Key 1", True, False)
    assert found.path.endswith("roles/x.yml:3") and not found.ignores_unreachable
    looped = results.seen(result(version, {"results": []}, Task(loop=[1], ignore_unreachable=True), {}))
    assert looped.is_loop and looped.ignores_unreachable and looped.task == "Key {{ x }}"


def test_name_of_a_task_without_one():
    assert results.task_name(Task(name="")) == "role :"


@pytest.mark.parametrize(("path", "short"), [("", ""), ("a/b.yml:1", "a/b.yml:1")])
def test_short_path(path, short):
    assert results.short_path(path) == short
