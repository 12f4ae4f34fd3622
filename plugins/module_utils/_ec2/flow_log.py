# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A flow log of a VPC, subnet or network interface."""

from __future__ import annotations

import typing as t
import uuid

from .._engine import Resource
from .._naming import Operations, tag_dict
from .._plan import Plan
from .._waiting import StudioError, retry
from .common import change_tags, refuse_unsuccessful, tag_specifications

MISSING = ("InvalidFlowLogId.NotFound",)

RESOURCE_TYPES = {"vpc": "VPC", "subnet": "Subnet", "eni": "NetworkInterface", "tgw": "TransitGateway"}
PROPAGATION_TIME = 120  # seconds


def resource_type(resource_id: str) -> str:
    """Return what CreateFlowLogs calls the kind of a resource. Raises StudioError for an id that has no flow logs."""
    kind = RESOURCE_TYPES.get(resource_id.partition("-")[0])
    if kind is None:
        raise StudioError(
            f"{resource_id} is not the id of a VPC (vpc-), subnet (subnet-), network interface (eni-) or transit "
            "gateway (tgw-), and only those have flow logs."
        )
    return kind


def is_propagating(error: Exception) -> bool:
    """Tell whether a new role is only not known everywhere yet."""
    return "unable to assume" in str(error).lower()


class FlowLog(Resource):
    """The flow log of a resource to one destination; ec2 is a boto3 client of ec2.

    destination has the member of CreateFlowLogs that names it, log_group_name or log_destination, and the
    log_destination_type. traffic_type picks among several logs to the same destination.
    """

    kind = "flow_log"
    immutable = frozenset({"traffic_type", "deliver_logs_permission_arn", "max_aggregation_interval", "log_format"})

    def __init__(self, ec2: t.Any, resource_id: str, destination: dict[str, str], traffic_type: str) -> None:
        self.operations = Operations(ec2)
        self.name = resource_id
        self.resource_type = resource_type(resource_id)
        self.destination = destination
        self.traffic_type = traffic_type

    def find(self) -> dict[str, t.Any] | None:
        logs = self.operations.pages(
            "DescribeFlowLogs", "flow_logs", filter=[{"name": "resource-id", "values": [self.name]}]
        )
        same_destination = [log for log in logs if self.destination.items() <= log.items()]
        # EC2 allows several logs to one destination as long as they differ otherwise.
        ranked = sorted(same_destination, key=lambda log: log["traffic_type"] != self.traffic_type)
        return {**ranked[0], "tags": tag_dict(ranked[0].get("tags"))} if ranked else None

    def create(self, plan: Plan) -> None:
        def create_once() -> None:
            answer = self.operations.call(
                "CreateFlowLogs",
                resource_ids=[self.name],
                resource_type=self.resource_type,
                client_token=str(uuid.uuid4()),
                tag_specifications=tag_specifications("vpc-flow-log", plan.after.get("tags")),
                **self.destination,
                **plan.after,
            )
            refuse_unsuccessful(answer, f"make a flow log of {self.name}")

        retry(create_once, is_propagating, PROPAGATION_TIME)

    def update(self, plan: Plan) -> None:
        change_tags(self.operations, plan.before["flow_log_id"], plan.before["tags"], plan.after["tags"])

    def delete(self, plan: Plan) -> None:
        answer = self.operations.call("DeleteFlowLogs", flow_log_ids=[plan.before["flow_log_id"]])
        refuse_unsuccessful(answer, f"delete the flow log of {self.name}", MISSING)
