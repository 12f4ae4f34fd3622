# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A run that is killed after any of its writes is finished by the next one: nothing twice, nothing made anew.

A life is a run of a playbook in an account of its own. It is killed after some writes, by the next run after some more,
and so on; the last run ends by itself. Then there is what there is after a life that nobody disturbed, and a further
run changes nothing. ``make test`` kills a sample, ``make chaos`` after every write, and once for many first writes.
"""

import random

import pytest

from tests.support.account import Account
from tests.support.killing import Life, kill_again_and_again, run, things, twice

FEWER = {"domain_name": "team2", "studio_users": [], "studio_remove_unlisted_people": True}
LIVES = {
    "site": Life("site", {"domain_name": "team1"}),
    "destroy": Life("destroy", {"domain_name": "team1", "confirm": "team1"}),
    "destroy_platform": Life("destroy_platform", {"confirm": "sagemaker-studio"}),
    "rotation": Life("rotate_client_secret", {"step": "begin"}),
    "off-boarding": Life("teams", FEWER),
}
# How many kills of a sample there are in each life, 12 together, and after how many writes at most.
SAMPLE = {"site": (2, 45), "destroy": (6, 5), "off-boarding": (3, 2), "rotation": (1, 1)}


@pytest.fixture
def begin(deployed, tmp_path):
    """A function that returns an account in which a life can begin, in the same state at each call."""
    accounts = []

    def account_for(name):
        accounts.append(Account() if name in ("site", "destroy_platform") else deployed())
        if name == "destroy_platform":
            assert accounts[-1].run("platform").status == 0
        return accounts[-1]

    yield account_for
    for account in accounts:
        account.stop()


@pytest.fixture(scope="module")
def undisturbed():
    """What there is after lives that nobody disturbed, by their names; each is lived once."""
    return {}


def live(name, begin, steps, undisturbed, tmp_path):
    """Live a life that is killed again and again; the number of kills. undisturbed may be None, to save a life."""
    life = Life(LIVES[name].playbook, {**LIVES[name].variables, "client_secret_file": str(tmp_path / "secret")})
    account = begin(name)
    kills = kill_again_and_again(account, life, steps)
    run(account, life)
    assert twice(account) == []
    if undisturbed is not None:
        if name not in undisturbed:
            other = begin(name)
            run(other, life)
            undisturbed[name] = things(other)
        assert things(account) == undisturbed[name]
    again = run(account, life)
    assert again.changed == 0, again.output[-6000:]
    return kills


@pytest.mark.parametrize("name", SAMPLE)
def test_some_writes(name, begin, tmp_path):
    kills, most = SAMPLE[name]
    chance = random.Random(name)  # noqa: S311 - no secret
    steps = [chance.randint(1, most) for _ in range(kills)]
    assert live(name, begin, steps, None, tmp_path) == kills


@pytest.mark.chaos
@pytest.mark.parametrize("name", LIVES)
def test_every_write(name, begin, undisturbed, tmp_path, record_property):
    kills = live(name, begin, [1] * 400, undisturbed, tmp_path)
    record_property("kills", kills)
    assert kills < 400


@pytest.mark.chaos
@pytest.mark.parametrize("writes", range(1, 140, 5))
@pytest.mark.parametrize("name", ["site", "destroy"])
def test_one_write(name, writes, begin, undisturbed, tmp_path):
    """Killed once, and not again: a second death may heal what the first one left."""
    live(name, begin, [writes], undisturbed, tmp_path)
