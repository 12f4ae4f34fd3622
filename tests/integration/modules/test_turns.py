# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The program that keeps a run's turns: who gets one, who waits, and who lost one."""

import json
import os
import time

import pytest

from ansible_collections.mlplatform.studio.plugins.plugin_utils.turn_keeper import (
    Failed,
    Keeper,
    Request,
    Run,
    Turns,
    client_of,
)
from tests.support.ansible_module import run_module
from tests.support.calls import set_faults, written
from tests.support.emulator_plugin import ACCOUNT, REGION, SECRET

TABLE = "p-turns"
PLATFORM, TEAM1, TEAM2 = "platform", "team/team1", "team/team2"


class Scripted:
    """A run of which a test says what happens at each of its waits; after that, it ends."""

    def __init__(self, *happenings):
        self.happenings = list(happenings)
        self.is_over = False
        self.stopped = []

    def wait(self, _seconds):
        if not self.happenings:
            return True
        self.happenings.pop(0)()
        return False


@pytest.fixture
def keeper(emulator):
    """A function that returns a keeper of turns for a run."""
    run_module("dynamodb_table", name=TABLE, partition_key="turn")
    connection = {"endpoint_url": emulator.url, "region": REGION, "access_key": ACCOUNT, "secret_key": SECRET}

    def make(*turns, run=None, alone=False, who="ada", patience=60.0, lease=60.0, role_arn=""):
        holder = {"who": who, "what": "site.yml"}
        request = Request(
            connection, role_arn, TABLE, list(turns), PLATFORM, alone, holder, patience, lease, os.getpid(), "/nowhere"
        )
        return Keeper(request, Turns(lambda: client_of(request), request), run or Scripted())

    return make


@pytest.fixture
def items(client, keeper):
    """A function that returns who has which turn."""

    def read():
        return {item["turn"]["S"]: item["who"]["S"] for item in client("dynamodb").scan(TableName=TABLE)["Items"]}

    return read


@pytest.fixture
def heard(monkeypatch):
    """What keepers tell while they wait."""
    lines = []
    monkeypatch.setattr("ansible_collections.mlplatform.studio.plugins.plugin_utils.turn_keeper.tell", lines.append)
    return lines


def written_by(emulator, service):
    """The writing calls to a service."""
    return [call for call in written(emulator) if call["service"] == service]


def run_out(client, turn):
    """Let a turn be one that nobody kept for a while."""
    client("dynamodb").update_item(
        TableName=TABLE,
        Key={"turn": {"S": turn}},
        UpdateExpression="SET #until = :past",
        ExpressionAttributeNames={"#until": "until"},
        ExpressionAttributeValues={":past": {"N": str(time.time() - 5)}},
    )


def test_turn_is_taken_and_given_back(keeper, items):
    one = keeper(TEAM1, TEAM2)
    assert one.take() and items() == {TEAM1: "ada", TEAM2: "ada"}
    assert one.keep() == "" and items() == {}


def test_second_waits_for_the_first_and_says_so(keeper, items, heard):
    first = keeper(TEAM1, who="grace")
    assert first.take()
    second = keeper(TEAM1, run=Scripted(lambda: None, first.give_back))
    assert second.take()
    assert [(line["waits_for"]["who"], line["waits_for"]["turn"]) for line in heard] == [("grace", TEAM1)]
    assert items() == {TEAM1: "ada"}


def test_second_gives_up_in_the_end(keeper, items, heard):
    assert keeper(TEAM1, who="grace").take()
    with pytest.raises(
        Failed, match=r"grace \(site.yml\) has had the turn of team team1 for longer than the 0 seconds"
    ):
        keeper(TEAM1, patience=0.0, run=Scripted(*[lambda: time.sleep(0.01)] * 9)).take()
    assert items() == {TEAM1: "grace"}


def test_other_turns_are_nobodys_business(keeper, items, heard):
    assert keeper(PLATFORM, who="grace").take() and keeper(TEAM2, who="alan").take() and keeper(TEAM1).take()
    assert items() == {PLATFORM: "grace", TEAM1: "ada", TEAM2: "alan"} and heard == []


def test_turn_that_nobody_keeps_is_taken(client, keeper, items, heard):
    assert keeper(TEAM1, who="grace").take()
    run_out(client, TEAM1)
    assert keeper(TEAM1).take() and items() == {TEAM1: "ada"} and heard == []


def test_turn_of_who_lives_is_kept_beyond_its_time(keeper, items, heard):
    first = keeper(TEAM1, who="grace", lease=1.2)
    assert first.take()
    begin = time.monotonic()

    def work():
        time.sleep(0.2)
        assert first._renew()

    assert not keeper(TEAM1, run=Scripted(*[work] * 12)).take()
    assert time.monotonic() - begin > 2 and items() == {TEAM1: "grace"}


def test_who_lost_a_turn_is_told(client, keeper, items):
    def rob():
        run_out(client, TEAM1)
        assert keeper(TEAM1, who="grace").take()

    robbed = keeper(TEAM1, run=Scripted(rob), lease=0.0)
    assert robbed.take()
    assert robbed.keep() == "This run lost its turn of team team1, so another run may have worked on the same."
    assert items() == {TEAM1: "grace"}


def test_who_lost_a_turn_is_told_at_the_end_at_the_latest(client, keeper):
    robbed = keeper(TEAM1)
    assert robbed.take()
    run_out(client, TEAM1)
    assert keeper(TEAM1, who="grace").take()
    assert "lost its turn of team team1" in robbed.keep()


def test_who_works_alone_waits_for_teams(keeper, items, heard):
    team = keeper(TEAM1, who="grace")
    assert team.take()
    alone = keeper(PLATFORM, alone=True, run=Scripted(lambda: None, team.give_back))
    assert alone.take()
    assert [line["waits_for"]["turn"] for line in heard] == [TEAM1] and items() == {PLATFORM: "ada"}


def test_nobody_gets_a_turn_beside_who_works_alone(keeper, items, heard):
    alone = keeper(PLATFORM, alone=True, who="grace")
    assert alone.take()
    for turns in ([TEAM1], [PLATFORM]):
        assert not keeper(*turns, run=Scripted(lambda: None)).take()
    assert items() == {PLATFORM: "grace"}
    alone.give_back()
    assert keeper(TEAM1).take()


def test_who_waits_for_another_team_gives_way_to_who_works_alone(keeper, items, heard):
    """Or both would wait for each other for ever."""
    busy = keeper(TEAM2, who="grace")
    assert busy.take()
    alone = keeper(PLATFORM, who="alan", alone=True, run=Scripted(busy.give_back))
    took = []

    def come():
        # Alone waits for team1, which the first has, and for team2.
        took.append(alone._attempt())

    both = keeper(TEAM1, TEAM2, run=Scripted(come, lambda: None, busy.give_back))
    assert not both.take()
    assert took and items() == {PLATFORM: "alan"}
    assert alone._attempt() is None


@pytest.mark.parametrize("operation", ["PutItem", "DeleteItem", "UpdateItem"])
def test_lost_answer_loses_no_turn(emulator, keeper, items, operation):
    set_faults(emulator, {"service": "dynamodb", "operation": operation, "drop": True, "times": 1})
    one = keeper(TEAM1, lease=4.0, run=Scripted(lambda: time.sleep(1.1)))
    assert one.take() and items() == {TEAM1: "ada"}
    assert one.keep() == "" and items() == {}


def test_role_is_assumed_anew_when_its_session_ends(emulator, client, keeper, items):
    trust = {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}, "Action": "sts:AssumeRole"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    arn = client("iam").create_role(RoleName="jobs", AssumeRolePolicyDocument=document)["Role"]["Arn"]
    ends = {"service": "dynamodb", "operation": "UpdateItem", "error": "ExpiredTokenException", "times": 1}
    one = keeper(TEAM1, lease=20.0, role_arn=arn, run=Scripted(lambda: set_faults(emulator, ends)))
    assert one.take()
    one._held[TEAM1] -= 10
    assert one.keep() == "" and items() == {}
    assert [call["operation"] for call in written_by(emulator, "sts")] == ["AssumeRole", "AssumeRole"]


def test_platform_that_was_taken_down_takes_its_turns_along(keeper):
    run = Scripted(lambda: run_module("dynamodb_table", name=TABLE, state="absent"), lambda: time.sleep(0.6))
    alone = keeper(PLATFORM, alone=True, run=run, lease=2.0)
    assert alone.take() and alone.keep() == ""


def test_run_that_is_gone_is_noticed():
    child = os.fork()
    if not child:
        os._exit(0)
    os.waitpid(child, 0)
    run = Run(child)
    assert run.wait(0) and run.is_over
    assert not Run(os.getpid()).wait(0)
