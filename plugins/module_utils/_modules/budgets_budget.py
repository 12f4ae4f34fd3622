# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the module budgets_budget does; plugins/modules documents it."""

from __future__ import annotations

from .._budgets import Budget
from .._run import STATE, TAGS, Call, connect, resource_module

IDENTITY = {"name": {"type": "str", "required": True, "aliases": ["budget_name"]}}
NOTIFICATION = {
    "type": {"type": "str", "choices": ["ACTUAL", "FORECASTED"], "default": "ACTUAL"},
    "threshold": {"type": "float", "required": True},
    "emails": {"type": "list", "elements": "str", "required": True},
}
OPTIONS = {
    "limit": {"type": "float"},
    "unit": {"type": "str", "default": "USD"},
    "time_unit": {"type": "str", "choices": ["DAILY", "MONTHLY", "QUARTERLY", "ANNUALLY"], "default": "MONTHLY"},
    "cost_filters": {"type": "dict"},
    "notifications": {"type": "list", "elements": "dict", "options": NOTIFICATION},
}


def make_budget(call: Call) -> Budget:
    return Budget(connect(call, "budgets"), connect(call, "sts"), call.params["name"])


MODULE = resource_module(
    make_budget,
    (*OPTIONS, "tags"),
    argument_spec={**STATE, **TAGS, **IDENTITY, **OPTIONS},
    required_if=[("state", "present", ("limit",))],
)
