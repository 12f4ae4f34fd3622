# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The table of durations and how a transition ends."""

import re
from pathlib import Path

import pytest

from emulator.settings import settings
from emulator.timing import latency

ROOT = Path(latency.__file__).parents[1]
# Kinds of which a kind of transition does not exist: no UpdateApp; ImageVersionStatus has no word for updating.
WITHOUT = {"app.update", "image_version.update"}


def test_every_transition_has_a_row_and_every_row_a_transition(emulator):
    """A missing row would fail a request, a row too many would be a claim that nothing keeps."""
    from emulator.sagemaker import states  # loads ministack, which the fixture has prepared

    of_sagemaker = {f"{kind}.{action}" for kind in states.KINDS for action in states.PASSING} - WITHOUT
    sources = "".join(path.read_text() for path in ROOT.rglob("*.py") if path.name != "latency.py")
    elsewhere = set(re.findall(r'"((?:mount_target|interface_endpoint|function_interface|table)\.\w+)"', sources))
    assert of_sagemaker | elsewhere == set(latency.TYPICAL)
    assert elsewhere


def test_every_row_has_a_duration_and_a_source():
    assert all(row.seconds > 0 and row.source for row in latency.TYPICAL.values())


def test_unknown_transition():
    with pytest.raises(KeyError):
        latency.begin("castle.build")


@pytest.fixture
def clock(monkeypatch):
    """The time as a list with one number that tests change."""
    now = [1000.0]
    monkeypatch.setattr(latency.time, "time", lambda: now[0])
    return now


def test_settles_by_reads(clock, monkeypatch):
    """Scale 0: the first read shows the passing state, the second the settled one."""
    monkeypatch.setattr(settings, "latency_scale", 0.0)
    transition = latency.begin("domain.create")
    assert [latency.read(transition) for _ in range(2)] == [False, True]


def test_settles_after_a_second_at_the_latest(clock, monkeypatch):
    """Scale 0: time passes too."""
    monkeypatch.setattr(settings, "latency_scale", 0.0)
    transition = latency.begin("domain.create")
    clock[0] += latency.SETTLE_AT_LATEST
    assert latency.read(transition)


def test_scaled_durations(clock, monkeypatch):
    """Scale S: typical seconds times S, however often somebody reads."""
    monkeypatch.setattr(settings, "latency_scale", 0.05)
    transition = latency.begin("domain.create")
    clock[0] += 11.9
    assert not any(latency.read(transition) for _ in range(5))
    clock[0] += 0.1
    assert latency.read(transition)
