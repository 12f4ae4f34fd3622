# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

import pytest

from tests.support.ansible_module import ModuleFailed, run_module
from tests.support.calls import no_writes, set_faults

pytestmark = pytest.mark.usefixtures("emulator")

NAME = "/studio/flow-logs"
DAYS = {"retention_in_days": 30}


@pytest.fixture
def logs(client):
    return client("logs")


def run(*groups, check=False, **options):
    """Run the module for log groups; one with NAME and DAYS where none is given."""
    listed = [{"name": NAME, **group} for group in groups or [DAYS]]
    return run_module("logs_log_groups", check=check, **{"log_groups": listed, "tags": {"Platform": "p"}, **options})


def of_one(diff):
    """The two sides of the diff of the one group."""
    return {side: diff[side][NAME] for side in diff}


def test_create_change_delete(emulator):
    both = [DAYS, {"name": "/studio/access", "retention_in_days": 7}]
    with no_writes(emulator):
        predicted = run(*both, check=True)
    made = run(*both)
    assert predicted["diff"] == made["diff"]
    assert made["actions"] == {NAME: "create", "/studio/access": "create"}
    group, other = made["log_groups"]
    assert group["arn"] == "arn:aws:logs:eu-central-1:111111111111:log-group:/studio/flow-logs"
    assert group["retention_in_days"] == 30 and group["tags"] == {"Platform": "p"}
    assert other["retention_in_days"] == 7 and other["tags"] == {"Platform": "p"}
    with no_writes(emulator):
        assert run(*both)["changed"] is False
        predicted = run({"retention_in_days": 7}, both[1], check=True, tags={"Other": "t"})
    changed = run({"retention_in_days": 7}, both[1], tags={"Other": "t"})
    assert predicted["diff"] == changed["diff"]
    assert [(group["retention_in_days"], group["tags"]) for group in changed["log_groups"]] == [(7, {"Other": "t"})] * 2
    assert run({"retention_in_days": 0}, tags=None)["log_groups"][0]["retention_in_days"] == 0
    assert run({"retention_in_days": 0}, tags=None)["changed"] is False

    with no_writes(emulator):
        assert run(*both, check=True, state="absent")["actions"] == {NAME: "delete", "/studio/access": "delete"}
    assert run(*both, state="absent")["log_groups"] == []
    with no_writes(emulator):
        assert run(*both, state="absent")["changed"] is False


@pytest.mark.parametrize("tags", [{}, None])
def test_group_without_tags_is_made(emulator, tags):
    """CloudWatch Logs refuses tags of which there are none."""
    assert run(tags=tags)["log_groups"][0]["tags"] == {}
    with no_writes(emulator):
        assert run(tags=tags)["changed"] is False


def test_drift_is_seen_and_repaired(emulator, logs):
    run()
    logs.put_retention_policy(logGroupName=NAME, retentionInDays=1)
    with no_writes(emulator):
        drift = run(check=True)
    assert of_one(drift["diff"]) == {"before": {"retention_in_days": 1}, "after": {"retention_in_days": 30}}
    assert run()["diff"] == drift["diff"] and run()["changed"] is False


def test_longer_names_with_the_same_beginning_are_others(logs):
    for number in range(51):
        logs.create_log_group(logGroupName=f"{NAME}-{number:02}")
    assert run(state="absent")["changed"] is False
    assert run()["changed"] is True
    assert run(state="absent")["changed"] is True
    assert len(logs.describe_log_groups()["logGroups"]) == 50, "a full first page of others is left"


def test_key_is_set_changed_and_taken_away(client):
    keys = [client("kms").create_key()["KeyMetadata"]["Arn"] for _ in range(2)]
    for key in keys:
        assert run({"kms_key_id": key})["log_groups"][0]["kms_key_id"] == key
        assert run({"kms_key_id": key})["changed"] is False
    assert "kms_key_id" not in run({"kms_key_id": ""})["log_groups"][0]
    assert run({"kms_key_id": ""})["changed"] is False


def test_wrong_number_of_days_is_one_sentence():
    with pytest.raises(ModuleFailed, match="value of retention_in_days must be one of"):
        run({"retention_in_days": 31})


def test_group_that_is_listed_twice_is_one_sentence(emulator):
    with no_writes(emulator), pytest.raises(ModuleFailed, match="These log groups are listed more than once: /studio"):
        run(DAYS, {"retention_in_days": 7})


def test_lost_answer_of_a_creation_is_made_up_for(emulator):
    set_faults(emulator, {"service": "logs", "operation": "CreateLogGroup", "drop": True, "times": 1})
    assert run()["log_groups"][0]["retention_in_days"] == 30


def test_run_that_broke_off_is_continued(emulator):
    set_faults(emulator, {"service": "logs", "operation": "PutRetentionPolicy", "error": "AccessDeniedException"})
    with pytest.raises(ModuleFailed, match="AccessDenied"):
        run()
    set_faults(emulator)
    assert of_one(run()["diff"])["after"] == {"retention_in_days": 30}
    assert run()["changed"] is False
