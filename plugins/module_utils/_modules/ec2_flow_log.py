# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the module ec2_flow_log does; plugins/modules documents it."""

from __future__ import annotations

from .._ec2.flow_log import FlowLog
from .._run import STATE, TAGS, Call, connect, resource_module

IDENTITY = {
    "resource_id": {"type": "str", "required": True, "aliases": ["vpc_id"]},
    "log_destination_type": {
        "type": "str",
        "choices": ["cloud-watch-logs", "s3", "kinesis-data-firehose"],
        "default": "cloud-watch-logs",
    },
    "log_group_name": {"type": "str"},
    "log_destination": {"type": "str"},
}
ATTRIBUTES = {
    "deliver_logs_permission_arn": {"type": "str"},
    "traffic_type": {"type": "str", "choices": ["ACCEPT", "REJECT", "ALL"], "default": "ALL"},
    "max_aggregation_interval": {"type": "int", "choices": [60, 600]},
    "log_format": {"type": "str"},
}


def make_resource(call: Call) -> FlowLog:
    params = call.params
    members = ("log_destination_type", "log_group_name", "log_destination")
    destination = {name: params[name] for name in members if params[name] is not None}
    return FlowLog(connect(call, "ec2"), params["resource_id"], destination, params["traffic_type"])


MODULE = resource_module(
    make_resource,
    [*ATTRIBUTES, "tags"],
    argument_spec={**STATE, **TAGS, **IDENTITY, **ATTRIBUTES},
    required_one_of=[("log_group_name", "log_destination")],
    mutually_exclusive=[("log_group_name", "log_destination")],
    required_if=[("log_destination_type", "cloud-watch-logs", ["log_group_name"])],
)
