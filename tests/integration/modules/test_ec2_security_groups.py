# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

import threading
import time

import pytest

from tests.support.ansible_module import ModuleFailed, run_module
from tests.support.calls import forget_calls, no_writes, set_faults, writes

HTTPS = {"ports": ["443"], "cidr_ip": "0.0.0.0/0", "rule_desc": "Endpoints"}
CLIENTS = {"name": "clients", "description": "Apps", "rules": [], "rules_egress": [HTTPS]}
ENDPOINTS = {
    "name": "endpoints",
    "description": "Endpoints",
    "rules": [{"ports": ["443"], "group_name": "clients", "rule_desc": "Apps"}],
    "rules_egress": [],
}
DEFAULT = {"name": "default", "rules": [], "rules_egress": []}
EVERYTHING = {"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}


@pytest.fixture
def ec2(client):
    return client("ec2")


@pytest.fixture
def vpc(ec2):
    return ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]


@pytest.fixture
def run(vpc):
    def run(*groups, check=False, **changes):
        options = {"vpc_id": vpc, "security_groups": list(groups or (ENDPOINTS, CLIENTS, DEFAULT))}
        return run_module("ec2_security_groups", check=check, **{**options, "tags": {"Platform": "p"}, **changes})

    return run


def group(ec2, name):
    (found,) = ec2.describe_security_groups(Filters=[{"Name": "group-name", "Values": [name]}])["SecurityGroups"]
    return found


def tcp(port, **peer):
    return {"IpProtocol": "tcp", "FromPort": port, "ToPort": port, **peer}


def test_groups_may_name_each_other_before_they_are_there(ec2, emulator, run):
    with no_writes(emulator):
        predicted = run(check=True)
    made = run()
    assert made["diff"] == predicted["diff"] and made["actions"] == predicted["actions"]
    assert made["diff"]["after"]["rules endpoints"] == {"rules": ["tcp 443 clients (Apps)"], "rules_egress": []}
    assert made["diff"]["before"]["rules default"] == {"rules": ["all default"], "rules_egress": ["all 0.0.0.0/0"]}
    (rule,) = group(ec2, "endpoints")["IpPermissions"]
    assert rule["UserIdGroupPairs"][0]["GroupId"] == group(ec2, "clients")["GroupId"]
    assert group(ec2, "endpoints")["IpPermissionsEgress"] == []
    with no_writes(emulator):
        assert run()["changed"] is False


def test_hand_made_rules_are_told_and_taken_back(ec2, run):
    run()
    clients, endpoints = group(ec2, "clients")["GroupId"], group(ec2, "endpoints")
    open_ssh = tcp(22, IpRanges=[{"CidrIp": "10.1.2.3/16"}], Ipv6Ranges=[{"CidrIpv6": "::/0", "Description": "Me"}])
    ec2.authorize_security_group_ingress(GroupId=clients, IpPermissions=[open_ssh])
    ec2.revoke_security_group_ingress(GroupId=endpoints["GroupId"], IpPermissions=endpoints["IpPermissions"])
    found = run(check=True)
    assert found["diff"] == {
        "before": {
            "rules clients": {"rules": ["tcp 22 10.1.0.0/16", "tcp 22 ::/0 (Me)"]},
            "rules endpoints": {"rules": []},
        },
        "after": {"rules clients": {"rules": []}, "rules endpoints": {"rules": ["tcp 443 clients (Apps)"]}},
    }
    assert run()["diff"] == found["diff"]
    assert run()["changed"] is False


def test_description_of_a_rule_is_changed_in_place(ec2, emulator, run):
    run()
    before = len(writes(emulator))
    run({**CLIENTS, "rules_egress": [{**HTTPS, "rule_desc": "S3"}]})
    assert writes(emulator)[before:] == ["UpdateSecurityGroupRuleDescriptionsEgress"]
    assert group(ec2, "clients")["IpPermissionsEgress"][0]["IpRanges"][0]["Description"] == "S3"
    run({**CLIENTS, "rules_egress": [{"ports": ["443"], "cidr_ip": "0.0.0.0/0"}]})
    assert "Description" not in group(ec2, "clients")["IpPermissionsEgress"][0]["IpRanges"][0]


def test_tags_are_told_and_put_back(ec2, run):
    run()
    ec2.delete_tags(Resources=[group(ec2, "clients")["GroupId"]], Tags=[{"Key": "Platform"}])
    found = run()["diff"]
    assert found["before"] == {"security_group clients": {"tags": {}}}
    assert found["after"] == {"security_group clients": {"tags": {"Platform": "p"}}}
    defaults = ec2.describe_security_groups(Filters=[{"Name": "group-name", "Values": ["default"]}])["SecurityGroups"]
    assert not any(found.get("Tags") for found in defaults)


def test_what_nothing_is_said_of_stays(ec2, run):
    run()
    ec2.authorize_security_group_ingress(
        GroupId=group(ec2, "clients")["GroupId"], IpPermissions=[tcp(22, IpRanges=[{"CidrIp": "10.0.0.0/8"}])]
    )
    silent = {"name": "clients", "description": "Apps"}
    assert run(silent)["changed"] is False


@pytest.mark.parametrize(
    ("option", "text"),
    [
        ({"proto": "-1", "cidr_ip": "10.0.0.7/8"}, "all 10.0.0.0/8"),
        ({"proto": "icmp", "cidr_ip": "10.0.0.0/8"}, "icmp 10.0.0.0/8"),
        ({"proto": "17", "ports": ["53"], "cidr_ipv6": "fd00::1/8"}, "udp 53 fd00::/8"),
        ({"cidr_ip": "10.0.0.0/8"}, "tcp 0-65535 10.0.0.0/8"),
        ({"proto": "50", "cidr_ip": "10.0.0.0/8"}, "50 10.0.0.0/8"),
    ],
)
def test_every_kind_of_rule_settles(run, option, text):
    clients = {**CLIENTS, "rules": [option]}
    assert run(clients)["rules"][0]["rules"] == [text]
    assert run(clients)["changed"] is False


def test_group_by_its_id_is_the_group_by_its_name(ec2, run):
    run()
    by_id = {**ENDPOINTS["rules"][0], "group_id": group(ec2, "clients")["GroupId"], "group_name": None}
    assert run({**ENDPOINTS, "rules": [by_id]})["changed"] is False


def test_prefix_list(ec2, run):
    (listed, *_others) = ec2.describe_managed_prefix_lists()["PrefixLists"]
    clients = {**CLIENTS, "rules_egress": [{"ports": ["443"], "prefix_list_id": listed["PrefixListId"]}]}
    run(clients)
    assert run(clients)["changed"] is False


# What another run did between this one's look and its write.
RACES = {
    "AuthorizeSecurityGroupEgress": "InvalidPermission.Duplicate",
    "RevokeSecurityGroupEgress": "InvalidPermission.NotFound",
}


@pytest.mark.parametrize("operation", RACES)
def test_rule_that_another_run_wrote_meanwhile_is_no_error(ec2, emulator, run, operation):
    """EC2 error codes: the rule is there already, or is not there any more."""
    run({"name": "clients", "description": "Apps"})
    found = group(ec2, "clients")["GroupId"]
    set_faults(emulator, {"service": "ec2", "operation": operation, "error": RACES[operation], "times": 1})
    if operation.startswith("Revoke"):
        do, rule = ec2.revoke_security_group_egress, EVERYTHING
    else:
        peer = {"CidrIp": "0.0.0.0/0", "Description": "Endpoints"}
        do, rule = ec2.authorize_security_group_egress, tcp(443, IpRanges=[peer])
    forget_calls(emulator)

    def be_first() -> None:
        while operation not in writes(emulator):
            time.sleep(0.05)
        do(GroupId=found, IpPermissions=[rule])

    other = threading.Thread(target=be_first)
    other.start()
    assert run(CLIENTS)["changed"]
    other.join()
    assert run(CLIENTS)["changed"] is False


def test_some_of_several_rules_are_there_already(ec2, emulator, run):
    two = [HTTPS, {**HTTPS, "ports": ["80"]}]
    run({"name": "clients", "description": "Apps"})
    refused = {"service": "ec2", "operation": "AuthorizeSecurityGroupEgress", "error": "InvalidPermission.Duplicate"}
    set_faults(emulator, {**refused, "times": 1})
    assert len(run({**CLIENTS, "rules_egress": two})["rules"][0]["rules_egress"]) == 2


@pytest.mark.parametrize("fault", [{"drop": True}, {"lag": 3}])
def test_group_is_made_once(ec2, emulator, run, fault):
    set_faults(emulator, {"service": "ec2", "operation": "CreateSecurityGroup", "times": 1, **fault})
    run()
    assert run()["changed"] is False
    assert len({group(ec2, name)["GroupId"] for name in ("clients", "endpoints")}) == 2


def test_rule_that_never_shows_is_no_endless_wait(emulator, run):
    run({"name": "clients", "description": "Apps"})
    refused = {"service": "ec2", "operation": "RevokeSecurityGroupEgress", "error": "InvalidPermission.NotFound"}
    set_faults(emulator, refused)
    with pytest.raises(ModuleFailed, match="Timed out after 1 s waiting for rules clients to show"):
        run(CLIENTS, wait_timeout=1)


@pytest.mark.parametrize(
    ("groups", "text"),
    [
        ([CLIENTS, CLIENTS], "listed more than once: clients"),
        ([ENDPOINTS], "Rules name groups that VPC vpc-.* does not have: clients"),
        ([{**CLIENTS, "description": None}], "Security group clients has no description"),
        ([{**CLIENTS, "rules": [{"ports": ["443"]}]}], "A rule says neither a range"),
        ([{**CLIENTS, "rules": [{"ports": ["https"], "cidr_ip": "::/0"}]}], "must be numbers such as 443 or 8000-8100"),
        ([{**CLIENTS, "rules": [{"cidr_ip": "everywhere"}]}], "'everywhere' is no range in CIDR notation"),
    ],
)
@pytest.mark.parametrize("check", [True, False])
def test_mistakes_are_refused_before_anything_is_made(emulator, run, groups, text, check):
    with no_writes(emulator), pytest.raises(ModuleFailed, match=text):
        run(*groups, check=check)


def test_description_is_set_once(run):
    run()
    with pytest.raises(ModuleFailed, match="security group clients: description can only be set when it is created"):
        run({**CLIENTS, "description": "Other"}, check=True)


def test_vpc_that_is_not_there_yet_is_predicted(emulator):
    with no_writes(emulator):
        found = run_module(
            "ec2_security_groups", check=True, vpc_id="vpc-00000000000000000", security_groups=[CLIENTS, DEFAULT]
        )
    assert found["actions"] == {
        "security_group clients": "create",
        "rules clients": "update",
        "rules default": "update",
    }
