# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the module cloudwatch_alarms does; plugins/modules documents it."""

from __future__ import annotations

from .._cloudwatch import alarm_items
from .._run import (
    STATE,
    TAGS,
    Call,
    Item,
    connect,
    set_module,
)

TEXT = {"type": "str"}
NUMBER = {"type": "int"}
LIST = {"type": "list", "elements": "str"}
REQUIRED = {"type": "str", "required": True}
COMPARISONS = (
    "GreaterThanOrEqualToThreshold",
    "GreaterThanThreshold",
    "LessThanThreshold",
    "LessThanOrEqualToThreshold",
)
ALARM = {
    "name": {**REQUIRED, "aliases": ["alarm_name"]},
    "alarm_description": TEXT,
    "namespace": TEXT,
    "metric_name": TEXT,
    "dimensions": {"type": "list", "elements": "dict", "options": {"name": REQUIRED, "value": REQUIRED}},
    "statistic": {**TEXT, "choices": ["SampleCount", "Average", "Sum", "Minimum", "Maximum"]},
    "period": NUMBER,
    "evaluation_periods": NUMBER,
    "datapoints_to_alarm": NUMBER,
    "threshold": {"type": "float"},
    "comparison_operator": {**TEXT, "choices": list(COMPARISONS)},
    "treat_missing_data": {**TEXT, "choices": ["breaching", "notBreaching", "ignore", "missing"]},
    "actions_enabled": {"type": "bool"},
    "alarm_actions": LIST,
    "ok_actions": LIST,
    "insufficient_data_actions": LIST,
}
OPTIONS = {"alarms": {"type": "list", "elements": "dict", "required": True, "options": ALARM}}


def make_items(call: Call) -> list[Item]:
    params = call.params
    alarms = [{key: alarm[key] for key in ALARM} for alarm in params["alarms"]]
    return alarm_items(connect(call, "cloudwatch"), alarms, params["tags"], params["state"])


MODULE = set_module(make_items, "alarms", argument_spec={**STATE, **TAGS, **OPTIONS})
