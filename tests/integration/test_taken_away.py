# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What somebody deletes by hand stands in the drift report, and the next run makes it again, or explains why not."""

import pytest

from tests.support.deployments import SHARED
from tests.support.hand import LEAD, OF_TEAM, TEAM, Hand, differences, drift, report_of, seen
from tests.support.killing import things
from tests.support.taken_away import EXTRAS, LEFT_ALONE, NOT_OURS, ROWS, refusals, refused

BATCHES = ["shared", "team", "whole", "extras", "more extras"]
# What has a test of its own below, or comes and goes with another thing.
GOES_WITH_ALL = {
    "kms:key": "scheduled for deletion, and kept",
    "apigateway:request_validator": "comes and goes with the API",
}


def variables_of(batch):
    """What is said of the team in a batch."""
    return EXTRAS if "extras" in batch else {}


def work(account, **variables):
    """Let a run end well."""
    run = account.run("site", domain_name=TEAM, **variables)
    assert run.status == 0, run.output[-6000:]
    return run


def kind_of(difference):
    return LEFT_ALONE if "(left alone)" in difference["what"] else difference["kind"]


def test_every_row_is_in_a_batch():
    assert {row.batch for row in ROWS.values()} == set(BATCHES)
    assert [name for name, row in ROWS.items() if not (row.kinds or row.shows)] == []


@pytest.fixture(scope="module")
def untouched(deployed):
    """An account in which nothing is deleted."""
    return deployed()


def test_every_kind_that_is_made_is_taken_away_or_refused(untouched):
    kinds = {f"{one['service']}:{one['type']}" for one in untouched.get("resources")}
    tried = {kind for row in ROWS.values() for kind in row.kinds} | refusals(Hand(untouched)).keys()
    assert kinds - tried - NOT_OURS - GOES_WITH_ALL.keys() == set()


def test_aws_refuses_what_is_needed(untouched):
    before = things(untouched)
    tried = refusals(Hand(untouched))
    assert [kind for kind, (code, delete) in tried.items() if not refused(code, delete)] == []
    assert things(untouched) == before


@pytest.mark.long
@pytest.mark.parametrize("batch", BATCHES)
def test_what_is_taken_away_is_told_and_made_again(deployed, batch, tmp_path):
    account, variables = deployed(), variables_of(batch)
    hand = Hand(account)
    rows = {name: row for name, row in ROWS.items() if row.batch == batch}
    if variables:
        work(account, **variables)
    before = things(account)
    parts = {name: row.shows for name, row in rows.items() if row.shows}
    shown = {name: seen(lambda read=read: read(hand)) for name, read in parts.items()}
    expected = {name: row.take(hand) for name, row in rows.items()}
    taken = {name for name, read in parts.items() if seen(lambda read=read: read(hand)) != shown[name]}
    assert taken == parts.keys() and things(account) != before
    report = report_of(account, tmp_path, **variables)
    # A team finds the portal's address in the app client.
    assert report["error"] == "" or ("app_client" in rows and "half-made" in report["error"]), report["error"]
    found = {(one["what"], kind_of(one)) for one in differences(report)}
    assert {name: told for name, told in expected.items() if told not in found} == {}, sorted(found)

    work(account, **variables)
    fresh = Hand(account)
    left = {name for name, read in parts.items() if seen(lambda read=read: read(fresh)) != shown[name]}
    assert left == {name for name in parts if expected[name][1] == LEFT_ALONE}
    again = things(account)
    assert {thing[:2] for thing in again - before} <= {("sagemaker", "image_version")}, "SageMaker counts them on"
    assert {thing[:2] for thing in before - again} - {("sagemaker", "image_version")} <= {
        tuple(kind.split(":")) for kind in NOT_OURS
    }
    told = [one for one in drift(account, tmp_path, **variables) if kind_of(one) != LEFT_ALONE]
    # Whoever nobody describes is out of the team with its group.
    others = [] if "group_of_the_team" in rows else [f"Person: {SHARED}"]
    assert [one["what"] for one in told] == others
    work(account, **variables)
    assert [call for call in account.writes() if not call.startswith("dynamodb:")] == []


def said(run):
    """What a run printed, in one line."""
    return " ".join(run.output.split())


@pytest.mark.long
def test_lost_file_system_is_explained(deployed, tmp_path):
    account = deployed()
    hand, before = Hand(account), things(account)
    hand.delete_file_system()
    report = report_of(account, tmp_path)
    assert f"{hand.file_system} does not exist any more" in report["error"]
    run = account.run("site", domain_name=TEAM)
    assert run.status != 0
    assert f"file system {hand.file_system} does not exist any more; its home directories are lost" in said(run)
    assert "Delete the domain by name, then run again" in said(run)
    assert {thing[1] for thing in before - things(account)} == {"file_system", "mount_target", "network_interface"}


@pytest.mark.long
def test_key_that_is_scheduled_for_deletion_is_kept(deployed, tmp_path):
    account = deployed()
    hand, before = Hand(account), things(account)
    hand.kms.schedule_key_deletion(KeyId=hand.key, PendingWindowInDays=7)
    (found,) = [one for one in drift(account, tmp_path) if one["what"] == "Key"]
    (state,) = [value for value in found["values"] if value["name"] == "key_state"]
    assert (state["actual"], state["described"]) == ("PendingDeletion", "Enabled")
    run = work(account)
    assert f"Key {hand.key} (alias/sagemaker-studio/team1) is scheduled for deletion" in said(run)
    assert things(account) == before
    assert Hand(account).key == hand.key


@pytest.mark.long
def test_domain_that_is_deleted_is_made_again_and_its_earlier_homes_are_told(deployed, tmp_path):
    account = deployed()
    hand = Hand(account)
    hand.delete_domain()
    assert ("Domain", "missing") in [(one["what"], one["kind"]) for one in drift(account, tmp_path)]
    run = work(account)
    assert account.domain_id(TEAM) != hand.domain
    assert f"File system {hand.file_system} has home directories of an earlier domain of the team" in said(run)


@pytest.mark.long
def test_person_who_is_disabled_is_told(deployed, tmp_path):
    account = deployed()
    hand = Hand(account)
    hand.cognito_idp.admin_disable_user(UserPoolId=hand.pool, Username=LEAD)
    people = {person["name"]: person["status"] for person in report_of(account, tmp_path)["people"]}
    # Whom somebody put into the team's group by hand.
    assert (people[LEAD], people[SHARED]) == ("shut out", "not described")
    run = account.run("teams", domain_name=TEAM, studio_session_minutes=77)
    assert f"{LEAD} is disabled in the user pool, so nobody signs in with that name" in said(run)


@pytest.mark.long
def test_role_without_our_tags_is_nobodys_to_change(deployed, tmp_path):
    account = deployed()
    name = f"{OF_TEAM}-lead"
    Hand(account).iam.untag_role(RoleName=name, TagKeys=["Platform", "DomainName"])
    assert f"{name} exists and is somebody else's" in report_of(account, tmp_path)["error"]
    run = account.run("site", domain_name=TEAM)
    assert run.status != 0 and f"role {name} exists and is somebody else's" in said(run)
    assert "by hand to have it taken over" in said(run)


@pytest.mark.long
def test_user_pool_that_is_deleted_is_made_again_with_its_people(deployed, tmp_path):
    account = deployed()
    hand, before = Hand(account), things(account)
    hand.delete_user_pool()
    report = report_of(account, tmp_path)
    assert ("User pool", "missing") in [(one["what"], one["kind"]) for one in differences(report)]
    assert "half-made" in report["error"]
    run = account.run("site")
    assert run.status == 0, run.output[-6000:]
    again = things(account)
    assert (before - again, again - before) == ({}, {})
    account.writes()
    assert account.run("site").status == 0
    assert [call for call in account.writes() if not call.startswith("dynamodb:")] == []
