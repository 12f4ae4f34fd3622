# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The whole way down when AWS takes its time, and when it refuses every fifth call because there are too many."""

import pytest

from tests.support.account import naming

THROTTLE = {"service": "*", "operation": "*", "error": "throttle", "rate": 0.2, "seed": 20}
# Under which an emulator starts, and the faults that it then has.
PRESSURE = {"slow": (("--latency-scale", "0.05"), ()), "throttled": ((), (THROTTLE,))}


@pytest.mark.long
@pytest.mark.parametrize("pressure", PRESSURE)
def test_teams_and_platform_go_and_nothing_is_left(deployed, pressure):
    arguments, faults = PRESSURE[pressure]
    account = deployed(*arguments)
    account.faults(*faults)
    before = naming(account.get("resources?full=1"), "team2")
    shared = {key for key, item in before.items() if naming([item], "team1")}
    run = account.destroy("team1")
    assert run.status == 0, run.output[-6000:]
    left = account.get("resources?full=1")
    after = naming(left, "team2")
    # What both name is shared: a person of both teams. Everything else of team2 must be the very same.
    assert {key: item for key, item in after.items() if key not in shared} == {
        key: item for key, item in before.items() if key not in shared
    }
    assert shared <= after.keys()
    assert naming(left, "team1") == {}
    again = account.destroy("team1")
    assert (again.status, again.changed) == (0, 0), again.output[-6000:]
    for run in (account.destroy("team2"), account.destroy_platform()):
        assert run.status == 0, run.output[-6000:]
    assert account.get("resources") == []
    again = account.destroy_platform()
    assert (again.status, again.changed) == (0, 0), again.output[-6000:]
    assert account.get("resources") == []
