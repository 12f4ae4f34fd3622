# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Flow logs with all of their attributes, on resources that exist, and no two with the same configuration.

Sources: API reference CreateFlowLogs, DescribeFlowLogs, DeleteFlowLogs; VPC guide "Flow log records" for the default
format; recordings of AWS (localstack, tests/aws/services/ec2/test_ec2.snapshot.json, TestEc2FlowLogs).
"""

from __future__ import annotations

import secrets
import time
import uuid

from emulator.ec2.protocol import Ec2Error, install_operation, matches, page, store_tags, tags_of
from emulator.iam import propagation
from emulator.shared.shapes import Structure
from emulator.shared.upstream import ec2 as upstream
from emulator.shared.upstream import s3

DEFAULT_FORMAT = (
    "${version} ${account-id} ${interface-id} ${srcaddr} ${dstaddr} ${srcport} ${dstport} ${protocol} "
    "${packets} ${bytes} ${start} ${end} ${action} ${log-status}"
)
STORES = {
    "VPC": (upstream._vpcs, "InvalidVpcId.NotFound"),
    "Subnet": (upstream._subnets, "InvalidSubnetId.NotFound"),
    "NetworkInterface": (upstream._network_interfaces, "InvalidNetworkInterfaceId.NotFound"),
}
CLOUD_WATCH_LOGS = "cloud-watch-logs"
S3 = "s3"
# How files lie in a bucket unless the request says otherwise (API reference, DestinationOptionsRequest; recorded).
FILES = {"FileFormat": "plain-text", "HiveCompatiblePartitions": False, "PerHourPartition": False}
# What makes two flow logs of a resource the same.
CONFIGURATION = ("ResourceId", "TrafficType", "LogDestinationType", "LogDestination", "LogGroupName", "LogFormat")


def install() -> None:
    """Replace the three flow log actions of ministack."""
    install_operation("CreateFlowLogs", "_create_flow_logs", create_flow_logs)
    install_operation("DescribeFlowLogs", "_describe_flow_logs", describe_flow_logs)
    install_operation("DeleteFlowLogs", "_delete_flow_logs", delete_flow_logs)


def create_flow_logs(request: Structure) -> Structure:
    """CreateFlowLogs: a bad request is an error, a resource that cannot be logged is listed as unsuccessful."""
    # Who gives none is given one (recorded: localstack, tests/aws/services/ec2/test_ec2.snapshot.json).
    token = request.get("ClientToken") or str(uuid.uuid4())
    earlier = [log["FlowLogId"] for log in upstream._flow_logs.values() if log["ClientToken"] == token]
    if earlier:
        return {"FlowLogIds": earlier, "ClientToken": token, "Unsuccessful": []}
    settings = _settings({**request, "ClientToken": token})
    made, unsuccessful = [], []
    for resource_id in request.get("ResourceIds", []):
        try:
            made.append(_create(resource_id, settings, request))
        except Ec2Error as error:
            unsuccessful.append({"ResourceId": resource_id, "Error": {"Code": error.code, "Message": str(error)}})
    return {"FlowLogIds": made, "ClientToken": token, "Unsuccessful": unsuccessful}


def _no_destination() -> Ec2Error:
    return Ec2Error("InvalidParameter", "LogDestination can't be empty if LogGroupName is not provided.")


def _settings(request: Structure) -> Structure:
    kind = request.get("LogDestinationType", CLOUD_WATCH_LOGS)
    group, destination = request.get("LogGroupName"), request.get("LogDestination")
    if group and destination:
        raise Ec2Error("InvalidParameter", "Please only provide LogGroupName or only provide LogDestination.")
    if group and kind != CLOUD_WATCH_LOGS:
        raise Ec2Error("InvalidParameter", "LogDestination type must be cloud-watch-logs if LogGroupName is provided.")
    if kind != CLOUD_WATCH_LOGS and not destination:
        raise _no_destination()
    if kind == CLOUD_WATCH_LOGS and not (group or destination):
        raise _no_destination()
    if kind == CLOUD_WATCH_LOGS and not request.get("DeliverLogsPermissionArn"):
        raise Ec2Error(
            "InvalidParameter", "DeliverLogsPermissionArn can't be empty if LogDestinationType is cloud-watch-logs."
        )
    _check_role(request.get("DeliverLogsPermissionArn"))
    if request.get("ResourceType") in STORES and not request.get("TrafficType"):
        raise Ec2Error("MissingParameter", "The request must contain the parameter TrafficType")
    return {
        "TrafficType": request.get("TrafficType"),
        "LogDestinationType": kind,
        "LogDestination": destination,
        "DestinationOptions": {**FILES, **request.get("DestinationOptions", {})} if kind == S3 else None,
        "LogGroupName": group,
        "DeliverLogsPermissionArn": request.get("DeliverLogsPermissionArn"),
        "LogFormat": request.get("LogFormat") or DEFAULT_FORMAT,
        "MaxAggregationInterval": request.get("MaxAggregationInterval") or 600,
        "ClientToken": request.get("ClientToken"),
    }


def _check_role(role_arn: str | None) -> None:
    """A role that IAM has just made and EC2 does not know yet is refused (terraform-provider-aws #29323)."""
    if role_arn and not propagation.seen(role_arn):
        raise Ec2Error("InvalidParameter", f"Unable to assume given IAM role: '{role_arn}'")


def _create(resource_id: str, settings: Structure, request: Structure) -> str:
    store, code = STORES.get(request["ResourceType"], (None, ""))
    if store is not None and resource_id not in store:
        raise Ec2Error(code, f"{request['ResourceType']} '{resource_id}' does not exist")
    bucket = (settings["LogDestination"] or "").removeprefix("arn:aws:s3:::").partition("/")[0]
    if settings["LogDestinationType"] == S3 and s3._bucket_owner_account(bucket) is None:
        # Recorded: localstack, tests/aws/services/ec2/test_ec2.snapshot.json test_ec2_flow_logs_s3_validation.
        raise Ec2Error("400", f"LogDestination: {bucket} does not exist")
    log = {**settings, "ResourceId": resource_id}
    for other in upstream._flow_logs.values():
        if all(other.get(name) == log.get(name) for name in CONFIGURATION):
            raise Ec2Error(
                "FlowLogAlreadyExists", "There is an existing Flow Log with the same configuration and log destination."
            )
    log_id = f"fl-{secrets.token_hex(9)[:17]}"
    upstream._flow_logs[log_id] = {
        **log,
        "FlowLogId": log_id,
        "FlowLogStatus": "ACTIVE",
        "DeliverLogsStatus": "SUCCESS",
        "CreationTime": int(time.time()),
    }
    store_tags(request, "vpc-flow-log", log_id)
    return log_id


def describe_flow_logs(request: Structure) -> Structure:
    """DescribeFlowLogs with its filters; ids that do not exist are an error."""
    for log_id in request.get("FlowLogIds", []):
        if log_id not in upstream._flow_logs:
            raise Ec2Error("InvalidFlowLogId.NotFound", f"These flow log ids in the input list are not found: {log_id}")
    chosen = [
        {**log, "Tags": tags_of(log["FlowLogId"])}
        for log in upstream._flow_logs.values()
        if log["FlowLogId"] in request.get("FlowLogIds", [log["FlowLogId"]])
        and matches(request.get("Filter", []), log["FlowLogId"], _filters(log))
    ]
    logs, token = page(request, chosen)
    return {"FlowLogs": logs, "NextToken": token}


def _filters(log: Structure) -> Structure:
    names = {
        "deliver-log-status": "DeliverLogsStatus",
        "flow-log-id": "FlowLogId",
        "log-destination-type": "LogDestinationType",
        "log-group-name": "LogGroupName",
        "resource-id": "ResourceId",
        "traffic-type": "TrafficType",
    }
    return {name: lambda member=member: [log.get(member) or ""] for name, member in names.items()}


def delete_flow_logs(request: Structure) -> Structure:
    """DeleteFlowLogs: ids that do not exist are listed as unsuccessful."""
    unsuccessful = []
    for log_id in request.get("FlowLogIds", []):
        if upstream._flow_logs.pop(log_id, None) is None:
            error = {"Code": "InvalidFlowLogId.NotFound", "Message": f"The flow log ID '{log_id}' does not exist"}
            unsuccessful.append({"ResourceId": log_id, "Error": error})
        upstream._tags.pop(log_id, None)
    return {"Unsuccessful": unsuccessful}
