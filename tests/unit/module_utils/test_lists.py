# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Items of lists are compared whole, but for what AWS fills in in them: a row for each list that has structures."""

import pytest

from ansible_collections.mlplatform.studio.plugins.module_utils._backup import BackupPlan
from ansible_collections.mlplatform.studio.plugins.module_utils._budgets import Budget
from ansible_collections.mlplatform.studio.plugins.module_utils._cloudwatch import Alarm
from ansible_collections.mlplatform.studio.plugins.module_utils._iam import Role
from ansible_collections.mlplatform.studio.plugins.module_utils._logs import MetricFilter
from ansible_collections.mlplatform.studio.plugins.module_utils._plan import Lists, make_plan

METRIC = {"metric_namespace": "n", "metric_name": "m", "metric_value": "1"}
RULE = {"rule_name": "daily", "target_backup_vault_name": "v", "lifecycle": {"delete_after_days": 9}}
AS_SHOWN = {
    "rule_id": "1",
    "schedule_expression": "cron(0 5 ? * * *)",
    "schedule_expression_timezone": "Etc/UTC",
    "start_window_minutes": 480,
    "completion_window_minutes": 10080,
}
COLD = {"delete_after_days": 9, "move_to_cold_storage_after_days": 1}
SELECTION = {"selection_name": "data", "iam_role_arn": "r", "resources": ["a", "b"]}
TOLD = {"type": "ACTUAL", "threshold": 80.0, "emails": ["a@b", "c@d"]}
POLICY = {"name": "p", "document": {"Statement": []}}


@pytest.mark.parametrize(
    ("resource", "option", "present", "wanted", "action"),
    [
        (MetricFilter, "metric_transformations", [{**METRIC, "unit": "None"}], [METRIC], "none"),
        (MetricFilter, "metric_transformations", [{**METRIC, "dimensions": {"a": "$.a"}}], [METRIC], "update"),
        (MetricFilter, "metric_transformations", [{**METRIC, "default_value": 0.0}], [METRIC], "update"),
        (BackupPlan, "rules", [{**RULE, **AS_SHOWN}], [RULE], "none"),
        (BackupPlan, "rules", [{**RULE, "recovery_point_tags": {"a": "b"}}], [RULE], "update"),
        (BackupPlan, "rules", [{**RULE, "lifecycle": COLD}], [RULE], "update"),
        (BackupPlan, "rules", [{**RULE, "copy_actions": [{"destination_backup_vault_arn": "v"}]}], [RULE], "update"),
        (BackupPlan, "selections", [{**SELECTION, "selection_id": "1", "list_of_tags": []}], [SELECTION], "none"),
        (BackupPlan, "selections", [{**SELECTION, "not_resources": ["b"]}], [SELECTION], "update"),
        (BackupPlan, "selections", [{**SELECTION, "resources": ["b", "a"]}], [SELECTION], "none"),
        (Budget, "notifications", [{**TOLD, "emails": ["c@d", "a@b"]}], [TOLD], "none"),
        (Budget, "notifications", [{**TOLD, "threshold": 90.0}, TOLD], [TOLD, {**TOLD, "threshold": 90.0}], "none"),
        (Budget, "notifications", [{**TOLD, "emails": ["a@b"]}], [TOLD], "update"),
        (Alarm, "dimensions", [{"name": "a", "value": "1"}, {"name": "b"}], [{"name": "b"}, {"name": "a"}], "update"),
        (Role, "inline_policies", [POLICY], [POLICY], "none"),
        (Role, "inline_policies", [{**POLICY, "document": {"Statement": [1]}}], [POLICY], "update"),
    ],
)
def test_items_are_compared_whole(resource, option, present, wanted, action):
    plan = make_plan({option: present}, {option: wanted}, lists=Lists(resource.unordered, resource.filled))
    assert plan.action == action
