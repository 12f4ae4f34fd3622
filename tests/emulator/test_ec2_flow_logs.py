# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Flow logs (API reference CreateFlowLogs, DescribeFlowLogs, DeleteFlowLogs)."""

import pytest
from botocore.exceptions import ClientError

ROLE = "arn:aws:iam::111111111111:role/flow-logs"


@pytest.fixture
def ec2(client):
    return client("ec2")


@pytest.fixture
def vpc(ec2):
    return ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]


def create(ec2, *resource_ids, **changes):
    arguments = {
        "ResourceIds": list(resource_ids),
        "ResourceType": "VPC",
        "TrafficType": "ALL",
        "LogGroupName": "flow",
        "DeliverLogsPermissionArn": ROLE,
        **changes,
    }
    return ec2.create_flow_logs(**{name: value for name, value in arguments.items() if value is not None})


def test_all_attributes_are_kept(ec2, vpc):
    tags = [{"ResourceType": "vpc-flow-log", "Tags": [{"Key": "Name", "Value": "n"}]}]
    made = create(ec2, vpc, MaxAggregationInterval=60, TagSpecifications=tags)["FlowLogIds"]
    (log,) = ec2.describe_flow_logs(FlowLogIds=made)["FlowLogs"]
    assert log["ResourceId"] == vpc and log["LogGroupName"] == "flow" and log["DeliverLogsPermissionArn"] == ROLE
    assert log["MaxAggregationInterval"] == 60 and log["LogFormat"].startswith("${version} ${account-id}")
    assert log["FlowLogStatus"] == "ACTIVE" and log["Tags"] == [{"Key": "Name", "Value": "n"}]
    assert "LogDestination" not in log


def test_what_cannot_be_made_is_unsuccessful(ec2, vpc):
    create(ec2, vpc)
    answer = create(ec2, vpc, "vpc-00000000000000000")
    assert answer["FlowLogIds"] == []
    codes = [item["Error"]["Code"] for item in answer["Unsuccessful"]]
    assert codes == ["FlowLogAlreadyExists", "InvalidVpcId.NotFound"]
    assert create(ec2, vpc, TrafficType="REJECT")["Unsuccessful"] == []


def test_client_token_makes_it_idempotent(ec2, vpc):
    assert create(ec2, vpc, ClientToken="t")["FlowLogIds"] == create(ec2, vpc, ClientToken="t")["FlowLogIds"]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"DeliverLogsPermissionArn": None}, "InvalidParameter"),
        ({"LogGroupName": None}, "InvalidParameter"),
        ({"LogDestinationType": "s3", "LogGroupName": None}, "InvalidParameter"),
        ({"TrafficType": None}, "MissingParameter"),
    ],
)
def test_incomplete_requests_are_refused(ec2, vpc, changes, code):
    with pytest.raises(ClientError) as failure:
        create(ec2, vpc, **changes)
    assert failure.value.response["Error"]["Code"] == code


def test_filters_and_deletion(ec2, vpc):
    (made,) = create(ec2, vpc)["FlowLogIds"]
    for name, value in {"resource-id": vpc, "log-group-name": "flow", "traffic-type": "ALL"}.items():
        assert len(ec2.describe_flow_logs(Filter=[{"Name": name, "Values": [value]}])["FlowLogs"]) == 1
        assert ec2.describe_flow_logs(Filter=[{"Name": name, "Values": ["other"]}])["FlowLogs"] == []
    assert ec2.delete_flow_logs(FlowLogIds=[made])["Unsuccessful"] == []
    (refused,) = ec2.delete_flow_logs(FlowLogIds=[made])["Unsuccessful"]
    assert refused["Error"]["Code"] == "InvalidFlowLogId.NotFound"
    with pytest.raises(ClientError, match=r"InvalidFlowLogId\.NotFound"):
        ec2.describe_flow_logs(FlowLogIds=[made])
