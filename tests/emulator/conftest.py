# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Fixtures of the emulator's own tests; the shared ones are in tests/support/emulator_plugin.py."""

import pytest

from tests.emulator.studio import Studio
from tests.support.emulator_process import EmulatorProcess


@pytest.fixture
def start_emulator():
    """A function that starts `python -m emulator --port 0 ARGUMENTS` and returns its EmulatorProcess."""
    started = []

    def start(*arguments):
        started.append(EmulatorProcess(*arguments))
        return started[-1]

    yield start
    for process in started:
        process.stop()


@pytest.fixture
def studio(client, monkeypatch):
    """A network to make domains in; things settle by reads alone, so that a busy machine skips no state."""
    monkeypatch.setattr("emulator.timing.latency.SETTLE_AT_LATEST", 60)
    return Studio(client)


@pytest.fixture
def sagemaker(studio):
    """The SageMaker client of `studio`."""
    return studio.sagemaker
