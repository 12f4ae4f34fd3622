# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

import pytest

from tests.support.ansible_module import ModuleFailed, run_module
from tests.support.calls import no_writes
from tests.support.studio import make_network

TAGS = {"Platform": "p", "Adopted": "true"}


@pytest.fixture
def ids(client):
    network = make_network(client)
    client("ec2").create_tags(Resources=[network["vpc_id"]], Tags=[{"Key": "Owner", "Value": "them"}])
    return [network["vpc_id"], *network["subnet_ids"][:2]]


def run(ids, check=False, **changes):
    return run_module("ec2_tags", check=check, resource_ids=ids, **{"tags": TAGS, **changes})


def tags(client, resource_id):
    found = client("ec2").describe_tags(Filters=[{"Name": "resource-id", "Values": [resource_id]}])["Tags"]
    return {tag["Key"]: tag["Value"] for tag in found}


def test_tags_are_added_and_taken_off_and_no_others(client, emulator, ids):
    with no_writes(emulator):
        predicted = run(ids, check=True)
    done = run(ids)
    assert done["diff"] == predicted["diff"] and set(done["actions"]) == set(ids)
    assert tags(client, ids[0]) == {"Owner": "them", **TAGS} and tags(client, ids[2]) == TAGS
    with no_writes(emulator):
        assert run(ids)["changed"] is False
    assert run(ids, state="absent")["changed"] is True
    assert tags(client, ids[0]) == {"Owner": "them"} and tags(client, ids[2]) == {}
    with no_writes(emulator):
        assert run(ids, state="absent")["changed"] is False


def test_tag_with_another_value_stays(client, ids):
    run(ids, tags={"Platform": "q"})
    run(ids, state="absent")
    assert tags(client, ids[1]) == {"Platform": "q"}


def test_only_what_lacks_them_is_tagged(ids):
    run(ids[:1])
    assert run(ids)["actions"] == dict.fromkeys(ids[1:], "update")


def test_what_is_not_there_is_named(ids):
    with pytest.raises(ModuleFailed, match=r"1 of 2 tagged resources failed.*vpc-0123456789abcdef0"):
        run([ids[0], "vpc-0123456789abcdef0"])
