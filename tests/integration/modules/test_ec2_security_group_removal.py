# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

import threading

import pytest

from tests.support.ansible_module import ModuleFailed, run_module
from tests.support.calls import no_writes
from tests.support.studio import make_network

TAGS = {"Platform": "p"}


@pytest.fixture
def ec2(client):
    return client("ec2")


@pytest.fixture
def network(client):
    return make_network(client)


@pytest.fixture
def pair(ec2, network):
    """The ids of two tagged groups that name each other."""
    first, second = network["group_ids"]
    ec2.create_tags(Resources=[first, second], Tags=[{"Key": "Platform", "Value": "p"}])
    allow(ec2, first, second)
    allow(ec2, second, first)
    return first, second


def allow(ec2, group_id, peer):
    rule = {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "UserIdGroupPairs": [{"GroupId": peer}]}
    ec2.authorize_security_group_ingress(GroupId=group_id, IpPermissions=[rule])


def run(check=False, names=("one", "two", "three"), **changes):
    return run_module("ec2_security_group_removal", check=check, names=list(names), match_tags=TAGS, **changes)


def group_names(ec2):
    return sorted(group["GroupName"] for group in ec2.describe_security_groups()["SecurityGroups"])


def test_groups_that_name_each_other_go_together(emulator, ec2, pair):
    with no_writes(emulator):
        predicted = run(check=True)
    gone = run()
    assert gone["actions"] == predicted["actions"] and len(gone["actions"]) == 2
    assert set(group_names(ec2)) == {"default"}
    with no_writes(emulator):
        assert run()["changed"] is False


def test_groups_without_the_tags_stay(ec2, network):
    assert run()["changed"] is False
    assert {"one", "two"} <= set(group_names(ec2))


def test_foreign_interface_is_named_and_left_alone(ec2, network, pair):
    interface = ec2.create_network_interface(
        SubnetId=network["subnet_ids"][0], Groups=[pair[0]], Description="a server of somebody"
    )["NetworkInterface"]["NetworkInterfaceId"]
    for check in (True, False):
        with pytest.raises(ModuleFailed, match=f"{interface} .a server of somebody.*left alone"):
            run(check=check)
    (group,) = [group for group in ec2.describe_security_groups()["SecurityGroups"] if group["GroupName"] == "one"]
    assert group["IpPermissions"], "not even its rules are touched"
    assert ec2.describe_network_interfaces(NetworkInterfaceIds=[interface])["NetworkInterfaces"]


def test_interface_of_a_job_is_waited_for(ec2, network, pair):
    interface = ec2.create_network_interface(
        SubnetId=network["subnet_ids"][0], Groups=[pair[0]], Description="[DO NOT DELETE] ENI managed by SageMaker"
    )["NetworkInterface"]["NetworkInterfaceId"]
    going = threading.Timer(1, lambda: ec2.delete_network_interface(NetworkInterfaceId=interface))
    going.start()
    assert set(run()["actions"].values()) == {"delete"}
    going.join()


def test_foreign_rule_is_named_and_left_alone(ec2, network, pair):
    foreign = ec2.create_security_group(VpcId=network["vpc_id"], GroupName="foreign", Description="f")["GroupId"]
    allow(ec2, foreign, pair[1])
    with pytest.raises(ModuleFailed, match=f"a rule of {foreign}"):
        run()
    assert {"foreign", "one", "two"} <= set(group_names(ec2))
