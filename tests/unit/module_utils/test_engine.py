# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

import threading
import time

import pytest

from ansible_collections.mlplatform.studio.plugins.module_utils import _engine, _waiting
from ansible_collections.mlplatform.studio.plugins.module_utils._engine import (
    MAX_THREADS,
    Behaviour,
    ImmutableChange,
    Item,
    Listed,
    NotApplied,
    Resource,
    in_threads,
    reconcile_all,
    refuse_duplicates,
    refuse_empty_purge,
)
from ansible_collections.mlplatform.studio.plugins.module_utils._ownership import carries, is_adopted, is_unclaimed
from ansible_collections.mlplatform.studio.plugins.module_utils._waiting import StudioError, TimedOut, poll, retry


@pytest.mark.parametrize(
    ("tags", "adopted"),
    [
        ({}, True),
        ({"Owner": "somebody"}, True),
        ({"Platform": "p"}, False),
        ({"Platform": "other"}, False),
        ({"Platform": "p", "Adopted": "true"}, True),
        ({"Platform": "p", "Adopted": "no"}, False),
    ],
)
def test_what_is_not_ours_is_known_by_its_tags(tags, adopted):
    assert is_adopted(tags, {"Platform": "p"}, {"Adopted": "true"}) is adopted
    assert is_adopted(tags, {"Platform": "p"}, {}) is False, "nothing is taken over without the word"


@pytest.mark.parametrize(
    ("tags", "own_tags", "unclaimed"),
    [
        ({}, {}, True),
        ({"Platform": "p"}, {}, True),
        ({"Team": "a"}, {"Platform": "p", "Team": "a"}, True),
        ({"Team": "b"}, {"Platform": "p", "Team": "a"}, False),
        ({"Platform": "q", "Team": "a"}, {"Platform": "p", "Team": "a"}, False),
        ({"Platform": "p", "Team": "a"}, {"Platform": "p", "Team": "a"}, False),
        ({"Number": "7"}, {"Number": 7}, False),
    ],
)
def test_what_is_nobodys_claims_nothing_else_and_not_all(tags, own_tags, unclaimed):
    assert is_unclaimed(tags, own_tags) is unclaimed


class Thing(Resource):
    """A resource in memory; calls lists what was done to it."""

    kind = "thing"
    immutable = frozenset({"place"})
    unordered = frozenset({"set"})
    secret = frozenset({"key"})

    def __init__(self, current=None, name="t"):
        self.name = name
        self.current = current
        self.calls = []

    def find(self):
        self.calls.append("find")
        return None if self.current is None else dict(self.current)

    def create(self, plan):
        self.calls.append("create")
        self.current = {**plan.after, "id": "made"}

    def update(self, plan):
        self.calls.append("update")
        self.current = {**self.current, **plan.changes}

    def delete(self, plan):
        self.calls.append("delete")
        self.current = None

    def wait(self, plan):
        self.calls.append("wait")


def reconcile(thing, desired, state="present", **options):
    return _engine.reconcile(Item(thing, desired, state), Behaviour(**options))


class Stubborn(Thing):
    """AWS accepts its updates and does nothing."""

    def update(self, plan):
        self.calls.append("update")


@pytest.mark.parametrize(
    ("current", "desired", "options", "calls", "changed", "after"),
    [
        (None, {"a": 1}, {}, ["find", "create", "wait", "find"], True, {"a": 1, "id": "made"}),
        (None, {"a": 1}, {"wait": False}, ["find", "create", "find"], True, {"a": 1, "id": "made"}),
        (None, {"a": 1}, {"check_mode": True}, ["find"], True, {"a": 1}),
        ({"a": 1}, {"a": 1}, {}, ["find", "wait"], False, {"a": 1}),
        ({"a": 1}, {"a": 1}, {"wait": False}, ["find"], False, {"a": 1}),
        ({"a": 1}, {"a": 1}, {"check_mode": True}, ["find"], False, {"a": 1}),
        ({"a": 1, "b": 2}, {"a": 3}, {}, ["find", "update", "wait", "find"], True, {"a": 3, "b": 2}),
        ({"a": 1, "b": 2}, {"a": 3}, {"check_mode": True}, ["find"], True, {"a": 3, "b": 2}),
        ({"set": [1, 2]}, {"set": [2, 1]}, {}, ["find", "wait"], False, {"set": [1, 2]}),
        ({"a": 1}, {"a": 3}, {"state": "absent"}, ["find", "delete", "wait", "find"], True, {}),
        ({"a": 1}, {}, {"state": "absent", "check_mode": True}, ["find"], True, {}),
        (None, {}, {"state": "absent"}, ["find"], False, {}),
        (
            {"tags": {"a": "1"}},
            {"tags": {"b": "2"}},
            {"purge_tags": False},
            ["find", "update", "wait", "find"],
            True,
            {"tags": {"a": "1", "b": "2"}},
        ),
    ],
)
def test_reconcile(current, desired, options, calls, changed, after):
    thing = Thing(current)
    result = reconcile(thing, desired, **options)
    assert (thing.calls, result.changed, result.after) == (calls, changed, after)


@pytest.mark.parametrize(
    ("current", "desired", "state"),
    [
        (None, {"a": 1}, "present"),
        ({"a": 1}, {"a": 2}, "present"),
        ({"a": 1}, {}, "absent"),
        ({"a": 1}, {"a": 1}, "present"),
    ],
)
def test_check_mode_predicts_what_happens(current, desired, state):
    predicted = reconcile(Thing(current), desired, state=state, check_mode=True)
    done = reconcile(Thing(current), desired, state=state)
    assert (predicted.changed, predicted.diff) == (done.changed, done.diff)


@pytest.mark.parametrize("check_mode", [True, False])
def test_create_only_change_is_refused_and_nothing_is_done(check_mode):
    thing = Thing({"place": "here", "a": 1}, name="t1")
    with pytest.raises(ImmutableChange, match="thing t1: place can only be set when it is created"):
        reconcile(thing, {"place": "there", "a": 2}, check_mode=check_mode)
    assert thing.calls == ["find"] and thing.current == {"place": "here", "a": 1}


def test_update_without_effect_is_an_error():
    with pytest.raises(NotApplied, match=r"thing t: AWS accepted the update and did not apply a\. "):
        reconcile(Stubborn({"a": 1, "b": 1}), {"a": 2, "b": 1})
    assert reconcile(Stubborn({"a": 1}), {"a": 2}, wait=False).changed, "nobody waited, so nobody can tell"


def test_what_others_write_too_is_not_called_unapplied():
    thing = Stubborn({"a": 1, "b": 1})
    thing.shared = frozenset({"a"})
    assert reconcile(thing, {"a": 2}).changed
    with pytest.raises(NotApplied, match=r"did not apply b\. "):
        reconcile(thing, {"a": 2, "b": 2})


def test_secret_that_aws_does_not_show_is_not_called_unapplied():
    assert reconcile(Stubborn({"a": 1}), {"key": "new"}).changed


@pytest.mark.parametrize(
    ("current", "state"), [(None, "present"), ({"key": "old-key"}, "present"), ({"key": "old-key"}, "absent")]
)
@pytest.mark.parametrize("check_mode", [True, False])
def test_secrets_are_in_no_result(current, state, check_mode):
    result = reconcile(Thing(current), {"key": "new-key", "a": 1}, state=state, check_mode=check_mode)
    assert (
        "old-key" not in str(result) and "new-key" not in str(result) and result.diff["before"] != result.diff["after"]
    )


class Failing(Thing):
    """Fails in one of its methods."""

    def __init__(self, where, current=None, name="t"):
        super().__init__(current, name)
        self.where = where

    def _fail(self, method):
        if self.where == method:
            raise StudioError(f"{method} failed")

    def find(self):
        self._fail("find")
        return super().find()

    def create(self, plan):
        self._fail("create")
        super().create(plan)

    def wait(self, plan):
        self._fail("wait")


@pytest.mark.parametrize("where", ["find", "create", "wait"])
def test_one_failing_item_does_not_keep_the_others(where):
    items = [Item(Thing(name="a"), {"x": 1}), Item(Failing(where, name="b"), {"x": 1}), Item(Thing(name="c"), {"x": 1})]
    results = reconcile_all(items)
    assert [result.name for result in results] == ["a", "b", "c"]
    assert [result.error is not None for result in results] == [False, True, False]
    assert str(results[1].error) == f"{where} failed"
    assert [item.resource.current is not None for item in items] == [True, where == "wait", True]


def test_each_item_has_its_own_state():
    items = [
        Item(Thing(name="new"), {"x": 1}),
        Item(Thing({"x": 1}, "old"), {"x": 2}),
        Item(Thing({"x": 1}, "kept"), {"x": 1}),
        Item(Thing({"x": 1}, "left"), {}, "absent"),
    ]
    predicted = reconcile_all(items, Behaviour(check_mode=True))
    assert all(item.resource.calls == ["find"] for item in items)
    results = reconcile_all(items)
    assert [result.action for result in results] == ["create", "update", "none", "delete"]
    assert [result.changed for result in results] == [True, True, False, True]
    assert [result.diff for result in predicted] == [result.diff for result in results]
    assert results[3].after == {}


def test_conflict_of_one_item_is_its_error():
    results = reconcile_all(
        [Item(Thing({"place": "here"}, "a"), {"place": "there"}), Item(Thing(name="b"), {})],
        Behaviour(check_mode=True),
    )
    assert isinstance(results[0].error, ImmutableChange) and results[0].changed is False
    assert results[1].action == "create"


class Together(Thing):
    """Its create ends only when enough others have begun theirs."""

    barrier = None

    def create(self, plan):
        self.barrier.wait(timeout=10)
        super().create(plan)


def test_items_are_done_at_the_same_time_by_a_bounded_number_of_threads():
    Together.barrier = threading.Barrier(MAX_THREADS)
    results = reconcile_all([Item(Together(name=str(number)), {}) for number in range(MAX_THREADS * 2)])
    assert [result.name for result in results] == [str(number) for number in range(MAX_THREADS * 2)]
    assert not any(result.error for result in results)


def test_waiting_begins_after_everything_has_been_started():
    order = []

    class Slow(Thing):
        def create(self, plan):
            super().create(plan)
            order.append("create")

        def wait(self, plan):
            order.append("wait")

    reconcile_all([Item(Slow(name=str(number)), {}) for number in range(MAX_THREADS + 3)])
    assert order == ["create"] * (MAX_THREADS + 3) + ["wait"] * (MAX_THREADS + 3)


def test_no_items():
    assert reconcile_all([]) == []


def test_in_threads_keeps_order_and_raises():
    assert in_threads(lambda value: value * 2, [3, 1, 2]) == [6, 2, 4]
    with pytest.raises(ZeroDivisionError):
        in_threads(lambda value: 1 / value, [1, 0])


def test_what_a_listing_showed_is_not_read_again_before_it_is_changed():
    class Read(Listed, Thing):
        def __init__(self, listed):
            Listed.__init__(self, listed)
            Thing.__init__(self, listed)

    resource = Read({"a": 1})
    assert [resource.find_before(), resource.find_before(), resource.calls] == [{"a": 1}, {"a": 1}, []]
    assert reconcile(resource, {"a": 2}).after == {"a": 2}
    assert resource.calls == ["update", "wait", "find"] and resource.find_before() == {"a": 1}
    assert reconcile(Read(None), {"a": 2}).action == "create"


@pytest.mark.parametrize(
    ("kind", "label"),
    [
        ("user_profile", "user profile ada"),
        ("vpc_endpoint", "VPC endpoint ada"),
        ("web_acl_association", "web ACL association ada"),
        ("role", "role ada"),
    ],
)
def test_messages_call_a_resource_by_words(kind, label):
    resource = Thing({"place": "here"}, "ada")
    resource.kind = kind
    assert resource.label == label
    with pytest.raises(ImmutableChange, match=f"^{label}: place can only be set"):
        reconcile(resource, {"place": "there"})


def test_adopted_resource_tells_what_it_keeps():
    class Adopted(Thing):
        adopted = True
        adoptable = frozenset({"place"})
        adoption_tags = {"Adopted": "true"}

    result = reconcile(Adopted({"place": "here", "tags": {"own": "1"}}), {"place": "there"})
    assert result.differences == {"place": {"present": "here", "wanted": "there"}}
    assert result.after == {"place": "here", "tags": {"own": "1", "Adopted": "true"}}


def test_what_lists_may_not_say():
    refuse_duplicates(["a", "b"], "people")
    with pytest.raises(StudioError, match="These people are listed more than once: a, c"):
        refuse_duplicates(["c", "a", "b", "a", "c"], "people")


@pytest.mark.parametrize(
    ("listed", "purge", "purge_all", "refused"),
    [([], True, False, True), ([], True, True, False), ([], False, False, False), (["a"], True, False, False)],
)
def test_emptying_needs_the_word(listed, purge, purge_all, refused):
    if refused:
        with pytest.raises(StudioError, match="The list of people is empty"):
            refuse_empty_purge(listed, purge, purge_all, "people")
    else:
        refuse_empty_purge(listed, purge, purge_all, "people")


class Clock:
    """Time that passes only by sleeping."""

    def __init__(self):
        self.now = 0.0
        self.pauses = []

    def monotonic(self):
        return self.now

    def time(self):
        return self.now

    def sleep(self, seconds):
        self.pauses.append(seconds)
        self.now += seconds


@pytest.fixture
def clock(monkeypatch):
    clock = Clock()
    monkeypatch.setattr(_waiting, "time", clock)
    return clock


def test_poll_answers_at_once_or_with_growing_pauses(clock):
    assert poll(lambda: 7, lambda answer: True, 10, "it") == 7 and clock.pauses == []
    answers = iter(range(100))
    assert poll(lambda: next(answers), lambda answer: answer == 70, 600, "it", longest_pause=3) == 70
    assert clock.pauses[0] == 0.2 and clock.pauses == sorted(clock.pauses) and clock.pauses[-1] == 3


@pytest.mark.parametrize("lasts", [10, 45, 60, 240])
def test_poll_waits_a_twentieth_longer_than_it_takes_at_most(clock, lasts):
    poll(lambda: clock.now, lambda now: now >= lasts, 600, "it", longest_pause=1000)
    assert lasts <= clock.now <= lasts * 21 / 20 + 0.5
    assert len(clock.pauses) < 100


def test_poll_reads_once_more_at_the_end_and_says_what_it_waited_for(clock):
    reads = []
    with pytest.raises(TimedOut, match=r"Timed out after 5 s waiting for domain d to settle\. Raise wait_timeout"):
        poll(lambda: reads.append(clock.now), lambda answer: False, 5, "domain d to settle")
    assert clock.now == pytest.approx(5) and reads[-1] == pytest.approx(5)


def test_poll_stops_when_done_raises(clock):
    def done(answer):
        raise StudioError("failed for good")

    with pytest.raises(StudioError, match="failed for good"):
        poll(lambda: 1, done, 5, "it")
    assert clock.pauses == []


def test_poll_with_no_time_reads_once(clock):
    assert poll(lambda: 1, lambda answer: True, 0, "it") == 1
    with pytest.raises(TimedOut):
        poll(lambda: 1, lambda answer: False, 0, "it")


def test_retry_until_it_works(clock):
    left = [OSError("1"), OSError("2")]

    def call():
        if left:
            raise left.pop()
        return "done"

    assert retry(call, lambda error: isinstance(error, OSError), 60) == "done" and len(clock.pauses) == 2


def test_retry_ends_with_the_error_that_stays(clock):
    def call():
        raise OSError("still")

    with pytest.raises(OSError, match="still"):
        retry(call, lambda error: True, 30)
    assert 30 <= clock.now < 45


def test_retry_does_not_repeat_other_errors(clock):
    def call():
        raise ValueError("wrong")

    with pytest.raises(ValueError, match="wrong"):
        retry(call, lambda error: isinstance(error, OSError), 30)
    assert clock.pauses == []


def test_default_resource_says_what_is_missing():
    for method in ("find", "create", "update", "delete"):
        with pytest.raises(NotImplementedError):
            getattr(Resource(), method)(*([] if method == "find" else [None]))
    assert Resource().wait(None) is None


def test_real_time_is_used_otherwise():
    begin = time.monotonic()
    with pytest.raises(TimedOut):
        poll(lambda: 1, lambda answer: False, 0.3, "it")
    assert 0.25 < time.monotonic() - begin < 5


def test_carries_all_tags():
    tags = {"a": "1", "b": "2"}
    assert carries(tags, {"a": 1}) and carries(tags, {"a": "1", "b": "2"}) and carries(tags, {})
    assert not carries(tags, {"a": "2"}) and not carries(tags, {"c": "1"})
