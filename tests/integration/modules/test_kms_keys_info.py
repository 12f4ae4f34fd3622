# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

import pytest

from tests.support.ansible_module import run_module
from tests.support.calls import writes
from tests.support.http import get

TEAM = {"Platform": "p", "DomainName": "team1"}


@pytest.fixture
def key(client):
    """A function that makes a key with tags and returns its ARN."""
    kms = client("kms")

    def make(tags):
        listed = [{"TagKey": name, "TagValue": value} for name, value in tags.items()]
        return kms.create_key(Tags=listed)["KeyMetadata"]["Arn"]

    return make


def found(**options):
    return {one["arn"]: one for one in run_module("kms_keys_info", **options)["kms_keys"]}


def test_keys_with_all_tags_are_found_and_no_others_are_read(emulator, client, key):
    ours = {key(TEAM), key({**TEAM, "More": "m"})}
    for other in ({}, {"Platform": "p"}, {**TEAM, "DomainName": "team2"}):
        key(other)
    made = len(writes(emulator))
    keys = found(tags=TEAM)
    assert keys.keys() == ours
    assert all(one["key_state"] == "Enabled" and one["tags"].items() >= TEAM.items() for one in keys.values())
    calls = [call["operation"] for call in get(f"{emulator.url}/_emulator/calls")]
    assert calls.count("DescribeKey") == 2 and "ListKeys" not in calls and len(writes(emulator)) == made


def test_a_key_is_found_by_its_alias_whatever_tags_it_has(emulator, client, key):
    arn = key({})
    client("kms").create_alias(AliasName="alias/p/team1", TargetKeyId=arn)
    assert found(tags=TEAM, alias="p/team1").keys() == {arn}
    assert found(tags=TEAM, alias="alias/p/team1").keys() == {arn}
    assert found(tags=TEAM, alias="p/team2") == {}


def test_a_key_on_its_way_out_says_until_when(emulator, client, key):
    arn = key(TEAM)
    client("kms").schedule_key_deletion(KeyId=arn, PendingWindowInDays=7)
    (one,) = found(tags=TEAM).values()
    assert one["key_state"] == "PendingDeletion" and one["deletion_date"].startswith("20")
