# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

import json
import time
import urllib.request

import pytest

from tests.support.ansible_module import ModuleFailed, run_module

ROLE = "arn:aws:iam::111111111111:role/team1-execution"


@pytest.fixture
def network(client):
    """A VPC with two subnets and two security groups: {"vpc_id", "subnet_ids", "group_ids"}."""
    ec2 = client("ec2")
    vpc_id = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnet_ids = [
        ec2.create_subnet(VpcId=vpc_id, CidrBlock=f"10.0.{number}.0/24", AvailabilityZone=f"eu-central-1{zone}")[
            "Subnet"
        ]["SubnetId"]
        for number, zone in enumerate("abc")
    ]
    group_ids = [
        ec2.create_security_group(VpcId=vpc_id, GroupName=name, Description=name)["GroupId"] for name in ("one", "two")
    ]
    return {"vpc_id": vpc_id, "subnet_ids": subnet_ids, "group_ids": group_ids}


@pytest.fixture
def options(network):
    return {
        "domain_name": "team1",
        "vpc_id": network["vpc_id"],
        "subnet_ids": network["subnet_ids"][:2],
        "app_network_access_type": "VpcOnly",
        "default_user_settings": {
            "execution_role": ROLE,
            "security_groups": network["group_ids"],
            "studio_web_portal": "ENABLED",
            "jupyter_lab_app_settings": {
                "app_lifecycle_management": {
                    "idle_settings": {"lifecycle_management": "ENABLED", "idle_timeout_in_minutes": 120}
                }
            },
        },
        "tags": {"Platform": "p", "DomainName": "team1"},
    }


def run(options, check=False, **changes):
    return run_module("sagemaker_domain", check=check, **{**options, **changes})


def calls(emulator):
    return json.load(urllib.request.urlopen(f"{emulator.url}/_emulator/calls"))


def writes(emulator):
    return [call["operation"] for call in calls(emulator) if call["service"] == "sagemaker" and call["write"]]


def forget_calls(emulator):
    urllib.request.urlopen(urllib.request.Request(f"{emulator.url}/_emulator/calls", method="DELETE"))


def test_create_check_again_delete(emulator, options):
    forget_calls(emulator)
    predicted = run(options, check=True)
    assert writes(emulator) == []
    made = run(options)
    assert predicted["changed"] and made["changed"] and predicted["diff"] == made["diff"]
    domain = made["domain"]
    assert (domain["status"], domain["auth_mode"]) == ("InService", "IAM")
    assert domain["tags"] == options["tags"] and domain["home_efs_file_system_id"] and domain["url"]

    forget_calls(emulator)
    assert run(options)["changed"] is False
    assert run(options, check=True)["changed"] is False
    assert run(options, subnet_ids=options["subnet_ids"][::-1])["changed"] is False, "subnets have no order"
    assert writes(emulator) == []

    assert run({"domain_name": "team1", "state": "absent"}, check=True)["changed"] is True
    assert writes(emulator) == []
    gone = run({"domain_name": "team1", "state": "absent"})
    assert gone["changed"] is True and gone["domain"] == {}
    assert run({"domain_name": "team1", "state": "absent"})["changed"] is False
    assert run({"domain_id": domain["domain_id"], "state": "absent"})["changed"] is False
