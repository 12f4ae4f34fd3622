# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

import pytest

from tests.support.ansible_module import ModuleFailed, run_module
from tests.support.calls import no_writes, set_faults, writes
from tests.support.emulator_plugin import REGION

ROLE = "arn:aws:iam::111111111111:role/flow-logs"


@pytest.fixture
def ec2(client):
    return client("ec2")


@pytest.fixture
def vpc(ec2):
    return ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]


@pytest.fixture
def run(vpc):
    def run(check=False, **changes):
        options = {
            "resource_id": vpc,
            "log_group_name": "/studio/flow-logs",
            "deliver_logs_permission_arn": ROLE,
            "tags": {"Platform": "p"},
        }
        given = {name: value for name, value in {**options, **changes}.items() if value is not None}
        return run_module("ec2_flow_log", check=check, **given)

    return run


def test_create_change_tags_delete(emulator, run, vpc):
    with no_writes(emulator):
        predicted = run(check=True)
    made = run()
    assert predicted["diff"] == made["diff"]
    log = made["flow_log"]
    assert log["resource_id"] == vpc and log["traffic_type"] == "ALL" and log["tags"] == {"Platform": "p"}
    with no_writes(emulator):
        assert run()["changed"] is False
        predicted = run(check=True, tags={"Other": "t"})
    changed = run(tags={"Other": "t"})
    assert predicted["diff"] == changed["diff"] and changed["flow_log"]["tags"] == {"Other": "t"}
    assert changed["flow_log"]["flow_log_id"] == log["flow_log_id"]

    with no_writes(emulator):
        assert run(check=True, state="absent")["changed"] is True
    assert run(state="absent")["flow_log"] == {}
    with no_writes(emulator):
        assert run(state="absent")["changed"] is False


@pytest.mark.parametrize("check", [True, False])
@pytest.mark.parametrize(
    "change",
    [{"traffic_type": "REJECT"}, {"deliver_logs_permission_arn": f"{ROLE}2"}, {"max_aggregation_interval": 60}],
)
def test_everything_else_is_create_only(emulator, run, change, check):
    run()
    with (
        no_writes(emulator),
        pytest.raises(ModuleFailed, match=f"{next(iter(change))} can only be set when it is created"),
    ):
        run(check=check, **change)


def test_other_destinations_are_other_flow_logs(run, ec2, client):
    client("s3").create_bucket(Bucket="flow-logs", CreateBucketConfiguration={"LocationConstraint": REGION})
    run()
    assert run(log_group_name="/studio/others")["changed"] is True
    to_bucket = {
        "log_destination_type": "s3",
        "log_destination": "arn:aws:s3:::flow-logs",
        "log_group_name": None,
        "deliver_logs_permission_arn": None,
    }
    assert run(**to_bucket)["changed"] is True
    assert run(**to_bucket)["changed"] is False
    assert len(ec2.describe_flow_logs()["FlowLogs"]) == 3
    assert run(state="absent", **to_bucket)["changed"] is True
    assert run()["changed"] is False


def test_among_namesakes_the_traffic_type_decides(run, ec2, vpc):
    for traffic in ("REJECT", "ALL"):
        ec2.create_flow_logs(
            ResourceIds=[vpc],
            ResourceType="VPC",
            TrafficType=traffic,
            LogGroupName="/studio/flow-logs",
            DeliverLogsPermissionArn=ROLE,
        )
    assert run(tags=None)["changed"] is False
    assert run(tags=None, traffic_type="REJECT")["flow_log"]["traffic_type"] == "REJECT"


def test_vpc_that_does_not_exist_yet(emulator, run):
    missing = {"resource_id": "vpc-00000000000000000"}
    with no_writes(emulator):
        assert run(check=True, **missing)["changed"] is True
        assert run(state="absent", **missing)["changed"] is False
    with pytest.raises(ModuleFailed, match=r"refuses to make a flow log of vpc-00000000000000000: .*does not exist"):
        run(**missing)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"resource_id": "i-0123456789abcdef0"}, "i-0123456789abcdef0 is not the id of a VPC"),
        ({"log_group_name": None}, "log_group_name, log_destination"),
        ({"deliver_logs_permission_arn": None}, "DeliverLogsPermissionArn can't be empty"),
    ],
)
def test_bad_input_is_one_sentence(run, change, message):
    with pytest.raises(ModuleFailed, match=message):
        run(**change)


def test_role_that_is_not_known_everywhere_yet_is_waited_for(emulator, run):
    message = "Unable to assume given IAM role"
    fault = {
        "service": "ec2",
        "operation": "CreateFlowLogs",
        "error": "InvalidParameter",
        "message": message,
        "times": 2,
    }
    set_faults(emulator, fault)
    assert run()["changed"] is True
    assert writes(emulator).count("CreateFlowLogs") == 3


def test_lost_answer_makes_no_second_flow_log(emulator, run, ec2):
    set_faults(emulator, {"service": "ec2", "operation": "CreateFlowLogs", "drop": True, "times": 1})
    run()
    assert len(ec2.describe_flow_logs()["FlowLogs"]) == 1


def test_lost_answer_to_a_deletion_is_a_deletion(emulator, run, ec2):
    run()
    set_faults(emulator, {"service": "ec2", "operation": "DeleteFlowLogs", "drop": True, "times": 1})
    assert run(state="absent")["changed"] is True
    assert ec2.describe_flow_logs()["FlowLogs"] == []
