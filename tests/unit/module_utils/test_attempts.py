# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes that go wrong on the way are looked after, and nothing is made twice."""

import pytest

from ansible_collections.mlplatform.studio.plugins.module_utils import _attempts, _engine, _waiting
from ansible_collections.mlplatform.studio.plugins.module_utils._attempts import Trouble
from ansible_collections.mlplatform.studio.plugins.module_utils._engine import Behaviour, Item, Resource, reconcile
from ansible_collections.mlplatform.studio.plugins.module_utils._waiting import StudioError


class Failure(Exception):
    """An error of AWS, of which a test says what it tells."""

    def __init__(self, trouble):
        self.trouble = trouble


BEHAVIOUR = Behaviour(trouble_of=lambda error: error.trouble)
LOST, REFUSED, NONE = (Failure(trouble) for trouble in (Trouble.LOST, Trouble.REFUSED, Trouble.NONE))


class Thing(Resource):
    """There is one, or none. Each entry of happenings is what happens to a write: (whether it has effect, error)."""

    kind, name = "thing", "x"

    def __init__(self, there, *happenings, unseen=0):
        self.there = there
        self.happenings = list(happenings)
        self.unseen = unseen
        self.writes = []

    def find(self):
        if self.writes and self.unseen:
            self.unseen -= 1
            return None
        return self.there

    def _write(self, name, value):
        self.writes.append(name)
        has_effect, error = self.happenings.pop(0) if self.happenings else (True, None)
        if has_effect:
            self.there = value
        if error:
            raise error

    def create(self, plan):
        self._write("create", dict(plan.after))

    def update(self, plan):
        self._write("update", {**self.there, **plan.changes})

    def delete(self, plan):
        self._write("delete", None)


@pytest.fixture(autouse=True)
def _hurry(monkeypatch):
    monkeypatch.setattr(_attempts, "PAUSE", 0.001)
    monkeypatch.setattr(_attempts, "SHOWN_WITHIN", 0.05)


@pytest.mark.parametrize(
    ("there", "state", "happenings", "unseen", "writes", "action"),
    [
        (None, "present", [(True, LOST)], 0, ["create"], "create"),
        (None, "present", [(True, LOST)], 3, ["create"], "create"),
        (None, "present", [(False, LOST)], 0, ["create", "create"], "create"),
        (None, "present", [(False, REFUSED)] * 3, 0, ["create"] * 4, "create"),
        # Another run was faster: what is there is made as it should be.
        (None, "present", [(True, NONE)], 0, ["create"], "create"),
        ({"a": 2}, "present", [(True, LOST)], 0, ["update"], "update"),
        ({"a": 2}, "present", [(False, LOST)], 0, ["update", "update"], "update"),
        ({"a": 2}, "present", [(True, NONE)], 0, ["update"], "update"),
        ({"a": 2}, "absent", [(True, LOST)], 0, ["delete"], "delete"),
        ({"a": 2}, "absent", [(False, LOST)], 0, ["delete", "delete"], "delete"),
        ({"a": 2}, "absent", [(True, NONE)], 0, ["delete"], "delete"),
    ],
)
def test_what_took_effect_is_not_repeated_and_the_rest_is(there, state, happenings, unseen, writes, action):
    thing = Thing(there, *happenings, unseen=unseen)
    outcome = reconcile(Item(thing, {"a": 1}, state), BEHAVIOUR)
    assert (thing.writes, outcome.action, outcome.changed) == (writes, action, True)
    assert thing.there == (None if state == "absent" else {"a": 1})


def test_what_was_created_is_waited_for_until_it_is_shown(monkeypatch):
    thing = Thing(None, unseen=4)
    assert reconcile(Item(thing, {"a": 1}), BEHAVIOUR).after == {"a": 1}
    monkeypatch.setattr(_engine, "SHOWN_WITHIN", 0.05)
    with pytest.raises(_waiting.TimedOut, match="waiting for thing x to be seen"):
        reconcile(Item(Thing(None, unseen=99), {"a": 1}), BEHAVIOUR)


@pytest.mark.parametrize("state", ["present", "absent"])
@pytest.mark.parametrize("there", [None, {"a": 2}])
def test_error_of_a_write_without_effect_is_told_at_once(there, state):
    if state == "absent" and there is None:
        there = {"a": 1}
    thing = Thing(there, (False, NONE))
    with pytest.raises(Failure):
        reconcile(Item(thing, {"a": 1}, state), BEHAVIOUR)
    assert len(thing.writes) == 1


def test_trouble_without_an_end_is_told():
    thing = Thing(None, *[(False, REFUSED)] * 99)
    with pytest.raises(Failure):
        reconcile(Item(thing, {"a": 1}), BEHAVIOUR)
    assert len(thing.writes) == _attempts.ATTEMPTS


def test_sentences_of_ours_are_final():
    thing = Thing(None, (True, StudioError("No.")))
    with pytest.raises(StudioError):
        reconcile(Item(thing, {"a": 1}), BEHAVIOUR)
    assert thing.writes == ["create"]


def test_what_somebody_else_made_meanwhile_is_refused():
    class Theirs(Thing):
        def create(self, plan):
            self.writes.append("create")
            self.there = {"a": 1, "tags": {"Platform": "other"}}
            raise NONE

    thing = Theirs(None)
    behaviour = Behaviour(trouble_of=lambda error: error.trouble, owner_tags={"Platform": "p"})
    with pytest.raises(StudioError, match="somebody else's"):
        reconcile(Item(thing, {"a": 1}), behaviour)
