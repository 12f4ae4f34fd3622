# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The memory: bounded, and never older than it may be."""

from __future__ import annotations

import pytest


@pytest.fixture
def memory(clock):
    from memory import Memory

    return Memory(seconds=10, size=3)


def test_what_was_put_is_there_until_its_time_is_over(memory, clock):
    memory.put("team1", "d-1")
    clock.wait(9.9)
    assert memory.get("team1") == "d-1"
    clock.wait(0.1)
    assert memory.get("team1") is None
    assert len(memory) == 0


def test_asking_does_not_make_it_last_longer_and_putting_does(memory, clock):
    for key in ("asked", "put"):
        memory.put(key, 1)
    clock.wait(6)
    memory.get("asked")
    memory.put("put", 2)
    clock.wait(6)
    assert (memory.get("asked"), memory.get("put")) == (None, 2)


def test_a_full_memory_forgets_what_was_asked_for_longest_ago(memory):
    for key in "abc":
        memory.put(key, key)
    memory.get("a")
    memory.put("d", "d")
    assert [memory.get(key) for key in "abcd"] == ["a", None, "c", "d"]
    assert len(memory) == 3


def test_what_is_forgotten_is_gone(memory):
    memory.put("a", 1)
    memory.forget("a")
    memory.forget("never there")
    assert memory.get("a") is None
