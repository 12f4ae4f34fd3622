# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the module logs_metric_filters does; plugins/modules documents it."""

from __future__ import annotations

from .._logs import filter_items
from .._run import (
    STATE,
    Call,
    Item,
    connect,
    set_module,
)

TEXT = {"type": "str"}
REQUIRED = {"type": "str", "required": True}
TRANSFORMATION = {
    "metric_namespace": REQUIRED,
    "metric_name": REQUIRED,
    "metric_value": {"type": "str", "default": "1"},
    "default_value": {"type": "float"},
    "unit": TEXT,
    "dimensions": {"type": "dict"},
}
FILTER = {
    "name": {**REQUIRED, "aliases": ["filter_name"]},
    "filter_pattern": TEXT,
    "metric_transformations": {"type": "list", "elements": "dict", "options": TRANSFORMATION},
}
OPTIONS = {
    "log_group_name": REQUIRED,
    "metric_filters": {"type": "list", "elements": "dict", "required": True, "options": FILTER},
}


def make_items(call: Call) -> list[Item]:
    params = call.params
    filters = [{key: item[key] for key in FILTER} for item in params["metric_filters"]]
    return filter_items(connect(call, "logs"), params["log_group_name"], filters, params["state"])


MODULE = set_module(make_items, "metric_filters", argument_spec={**STATE, **OPTIONS})
