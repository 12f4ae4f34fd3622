# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From nothing to an open team and back to nothing, unattended, while AWS is in trouble: each run ends well."""

import pytest

from emulator.shared.faults import CREATIONS
from tests.support.account import Account
from tests.support.killing import twice

ANY = {"service": "*", "operation": "*"}
FAULTS = {
    "busy": [{**ANY, "error": "throttle", "rate": 0.2, "seed": 7}],
    "internal errors": [{**ANY, "error": "InternalError", "rate": 0.05, "seed": 7}],
    "slow": [{**ANY, "delay": 2}],
    "new things unseen": [
        {"service": service, "operation": operation, "lag": 3}
        for service, operations in CREATIONS.items()
        for operation in sorted(operations)
    ],
    "new roles unknown": [{"service": "iam", "operation": "CreateRole", "propagation": 15}],
}


@pytest.fixture
def account():
    account = Account()
    yield account
    account.stop()


def life(account):
    """Build, build again, take down: everything of one team and its platform; the operations that wrote."""
    ended = [account.run("site", domain_name="team1")]
    assert ended[-1].status == 0, ended[-1].output[-6000:]
    assert twice(account) == []
    ended.append(account.run("site", domain_name="team1"))
    assert (ended[-1].status, ended[-1].changed) == (0, 0), ended[-1].output[-6000:]
    ended += [account.destroy("team1"), account.destroy_platform()]
    for run in ended:
        assert run.status == 0, run.output[-6000:]
    assert account.get("resources") == []
    return sorted(set(account.writes()))


@pytest.mark.long
@pytest.mark.parametrize("trouble", FAULTS)
def test_runs_end_well_in_trouble(account, trouble):
    account.faults(*FAULTS[trouble])
    life(account)


@pytest.mark.long
def test_runs_end_well_although_the_first_answer_to_each_write_is_lost(account):
    written = [operation.split(":") for operation in life(account)]
    account.faults(*({"service": one, "operation": name, "drop": True, "times": 1} for one, name in written))
    life(account)
    # Each was met, those that runs make no second time among them.
    assert len(written) > 60
