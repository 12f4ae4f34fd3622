# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs that meet: who comes second waits, says for whom, and goes on by itself."""

import json
import os
import random
import re
import tempfile
import time
from collections import Counter

import pytest

from tests.support.account import Account
from tests.support.calls import forget_calls, written
from tests.support.playbook import Run, kill_playbook, start_playbook

TABLE = "sagemaker-studio-turns"
TEAM1 = ("-e", "domain_name=team1")
DESTROY_TEAM1 = ("-e", "domain_name=team1", "-e", "confirm=team1")
WAITS = re.compile(r"Waiting for (the platform|team \w+): \S+ on \S+ \((\S+)\) works on it since [-\d]+ [:\d]+ UTC\.")


@pytest.fixture
def account():
    account = Account()
    yield account
    account.stop()


class Running:
    """A playbook that runs beside others."""

    def __init__(self, account, playbook, *arguments):
        self._output = tempfile.TemporaryFile("w+")  # noqa: SIM115 - as long as the object
        self.process = start_playbook(f"playbooks/{playbook}.yml", *arguments, url=account.url, output=self._output)

    def said(self):
        """What it printed so far."""
        return os.pread(self._output.fileno(), 1 << 24, 0).decode()

    def ended(self):
        """Wait for it; a Run."""
        return Run(self.process.wait(), self.said())


def ended_well(*runs):
    """Fail, and show why, unless all runs ended well."""
    for run in runs:
        assert run.status == 0, run.output[-6000:]


def made_once(account):
    """Fail where something exists twice that a platform or team has once."""
    counted = Counter(
        (item["type"], item["name"])
        for item in account.get("resources")
        if item["type"] in ("vpc", "user_pool", "rest_api", "key", "domain", "role", "table", "bucket", "user")
    )
    assert {name: number for name, number in counted.items() if number > 1} == {}
    assert counted["vpc", "sagemaker-studio"] == counted["table", TABLE] == 1


def hold(account, turn, seconds):
    """Plant the turn of another run, which has so many seconds left."""
    now = time.time()
    account.client("dynamodb").put_item(
        TableName=TABLE,
        Item={
            "turn": {"S": turn},
            "run": {"S": "another"},
            "who": {"S": "grace on laptop"},
            "what": {"S": "site.yml"},
            "since": {"N": str(now)},
            "until": {"N": str(now + seconds)},
            "alone": {"BOOL": False},
        },
    )


def turns(account):
    """The turns that are taken."""
    return sorted(item["turn"]["S"] for item in account.client("dynamodb").scan(TableName=TABLE)["Items"])


@pytest.mark.long
def test_two_first_runs_of_one_team_on_a_new_platform(account):
    both = [Running(account, "site", *TEAM1) for _ in range(2)]
    runs = [one.ended() for one in both]
    ended_well(*runs)
    said = [WAITS.findall(run.output) for run in runs]
    assert ("the platform", "site.yml") in said[0] + said[1]
    made_once(account)
    assert turns(account) == []
    again = account.run("site", domain_name="team1")
    assert (again.status, again.changed) == (0, 0), again.output[-6000:]


def test_run_waits_and_goes_on_by_itself_and_who_looks_does_not(deployed):
    account = deployed()
    hold(account, "team/team1", 3600)
    hold(account, "platform", 3600)
    account.writes()
    ended_well(account.run("site", "--check", domain_name="team1"))
    assert account.writes() == [] and turns(account) == ["platform", "team/team1"]
    gives_up = account.run("teams", domain_name="team1", turn_wait_timeout=1)
    assert gives_up.status != 0 and "grace on laptop (site.yml) has had the turn of team team1" in gives_up.output
    assert account.writes() == []
    waits = Running(account, "teams", *TEAM1)
    wait_for(lambda: "Waiting for team" in waits.said())
    account.client("dynamodb").delete_item(TableName=TABLE, Key={"turn": {"S": "team/team1"}})
    run = waits.ended()
    ended_well(run)
    assert WAITS.findall(run.output) == [("team team1", "site.yml")]
    assert turns(account) == ["platform"]


@pytest.mark.long
def test_two_first_runs_of_two_teams_on_a_new_platform(account):
    both = [Running(account, "site", "-e", f"domain_name={team}") for team in ("team1", "team2")]
    runs = [one.ended() for one in both]
    ended_well(*runs)
    made_once(account)
    again = account.run("site")
    assert (again.status, again.changed) == (0, 0), again.output[-6000:]


@pytest.mark.long
def test_platform_is_not_taken_down_under_a_team(account):
    """Who takes it down waits for the team, and then refuses, as the team is there."""
    ended_well(account.run("platform"))
    team = Running(account, "teams", *TEAM1)
    wait_for(lambda: turns(account) == ["team/team1"])
    down = Running(account, "destroy_platform", "-e", "confirm=sagemaker-studio")
    team, down = team.ended(), down.ended()
    ended_well(team)
    assert down.status != 0 and "still has the teams team1" in " ".join(down.output.split())
    assert WAITS.findall(down.output) == [("team team1", "teams.yml")]


@pytest.mark.long
def test_turn_of_a_killed_run_frees_itself(deployed):
    account = deployed()
    killed = Running(account, "destroy", *DESTROY_TEAM1, "-e", "turn_lease=50")
    wait_for(lambda: len(written(account)) > 3)
    kill_playbook(killed.process)
    assert turns(account) == ["team/team1"]
    begin = time.monotonic()
    run = account.destroy("team1")
    ended_well(run)
    assert WAITS.findall(run.output) == [("team team1", "destroy.yml")]
    assert time.monotonic() - begin < 120
    assert account.domains("team1") == [] and turns(account) == []


@pytest.mark.long
def test_run_that_lost_its_turn_ends(deployed):
    account = deployed("--latency-scale", "0.2")
    run = Running(account, "destroy", *DESTROY_TEAM1, "-e", "turn_lease=4")
    wait_for(lambda: turns(account) == ["team/team1"])
    hold(account, "team/team1", 3600)
    ended = run.ended()
    assert ended.status != 0
    assert "This run lost its turn of team team1" in ended.output
    assert turns(account) == ["team/team1"]


@pytest.mark.long
@pytest.mark.parametrize("seed", range(10))
def test_build_and_destroy_started_together(seed, account):
    """Whoever comes first, no run says that a team is there which is not, and what is there is whole."""
    ended_well(account.run("platform"))
    chance = random.Random(seed)  # noqa: S311 - no secret
    first, second = chance.sample([("teams", TEAM1), ("destroy", DESTROY_TEAM1)], 2)
    one = Running(account, first[0], *first[1])
    forget_calls(account)
    wait_for(lambda: one.process.poll() is not None or len(account.get("calls")) >= chance.randrange(1, 60))
    other = Running(account, second[0], *second[1])
    runs = {first[0]: one.ended(), second[0]: other.ended()}
    ended_well(*runs.values())
    waited = [name for name, run in runs.items() if WAITS.search(run.output)]
    last = waited[0] if waited else second[0]
    assert bool(account.domains("team1")) == (last == "teams"), json.dumps(turns(account))
    again = account.run("teams", domain_name="team1")
    ended_well(again)
    assert (again.changed == 0) == (last == "teams")


def wait_for(happens):
    """Wait until something happens, at most two minutes."""
    end = time.monotonic() + 120
    while not happens():
        assert time.monotonic() < end
        time.sleep(0.05)
