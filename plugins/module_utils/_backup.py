# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""AWS Backup: vaults with their recovery points, and plans with what they select."""

from __future__ import annotations

import typing as t
import uuid
from functools import partial

from ._engine import Resource, in_threads
from ._naming import Operations, unless_missing
from ._plan import Plan, tag_changes
from ._waiting import StudioError, poll, retry

MISSING = ("ResourceNotFoundException",)
# How long (seconds) a recovery point may take to be made, and to go.
PATIENCE = 1800
# terraform-provider-aws waits as long (seconds) for IAM.
PROPAGATION = 120


class Tagged(Resource):
    """Something of AWS Backup, whose tags are kept apart from it; backup is a boto3 client of backup."""

    def __init__(self, backup: t.Any, name: str) -> None:
        self.operations = Operations(backup)
        self.name = name

    def tags(self, arn: str) -> dict[str, str]:
        """Return the tags of a vault or plan."""
        answer = unless_missing(lambda: self.operations.call("ListTags", resource_arn=arn), MISSING) or {}
        return answer.get("tags") or {}

    def change_tags(self, arn: str, plan: Plan) -> None:
        """Bring the tags to those of plan.after."""
        new, gone = tag_changes(plan.before["tags"], plan.after["tags"])
        if gone:
            self.operations.call("UntagResource", resource_arn=arn, tag_key_list=gone)
        if new:
            self.operations.call("TagResource", resource_arn=arn, tags=new)


class Vault(Tagged):
    """The vault called name. force says that its recovery points may be deleted with it; measure adds their size."""

    kind = "backup_vault"
    immutable = frozenset({"encryption_key_arn"})

    def __init__(self, backup: t.Any, name: str, *, force: bool, measure: bool) -> None:
        super().__init__(backup, name)
        self.force = force
        self.measure = measure
        self.key = {"backup_vault_name": name}

    def find(self) -> dict[str, t.Any] | None:
        # To DescribeBackupVault AWS answers AccessDeniedException where there is none (terraform-provider-aws).
        vaults = self.operations.pages("ListBackupVaults", "backup_vault_list")
        found = next((vault for vault in vaults if vault["backup_vault_name"] == self.name), None)
        if found is None:
            return None
        points = self.recovery_points() if self.measure else []
        size = {
            "number_of_recovery_points": len(points),
            "size_in_bytes": sum(point.get("backup_size_in_bytes") or 0 for point in points),
        }
        return {**found, **(size if self.measure else {}), "tags": self.tags(found["backup_vault_arn"])}

    def recovery_points(self) -> list[dict[str, t.Any]]:
        """Return the recovery points in the vault, those that are being deleted too."""
        return self.operations.pages("ListRecoveryPointsByBackupVault", "recovery_points", **self.key)

    def create(self, plan: Plan) -> None:
        try:
            self.operations.call(
                "CreateBackupVault", **self.key, **plan.after, backup_vault_tags=plan.after.get("tags")
            )
        except self.operations.client.exceptions.AlreadyExistsException:
            pass  # an earlier attempt whose answer was lost: find() did not see it

    def update(self, plan: Plan) -> None:
        self.change_tags(plan.before["backup_vault_arn"], plan)

    def delete(self, plan: Plan) -> None:
        points = self.recovery_points()
        if points and not self.force:
            raise StudioError(
                f"Backup vault {self.name} holds {len(points)} recovery points, and AWS deletes only an empty one. "
                "Set force: true to delete them with it."
            )
        in_threads(self._delete_point, [point["recovery_point_arn"] for point in points])
        what = f"the recovery points of {self.name} to be gone"
        poll(self.recovery_points, lambda left: not left, PATIENCE, what, thing="recovery points", doing="Deleting")
        unless_missing(lambda: self.operations.call("DeleteBackupVault", **self.key), MISSING)

    def _delete_point(self, arn: str) -> None:
        def delete() -> None:
            self.operations.call("DeleteRecoveryPoint", **self.key, recovery_point_arn=arn)

        # One that is still being made can go when it is made.
        unless_missing(lambda: retry(delete, is_being_made, PATIENCE), MISSING)


class BackupPlan(Tagged):
    """The plan called name, with its selections, each of which is a dict of the members of BackupSelection."""

    kind = "backup_plan"
    unordered = frozenset({"rules", "selections", "selections.resources"})
    # API reference BackupRule, which has a default for each, and GetBackupSelection.
    filled = frozenset(
        {
            "rules.rule_id",
            "rules.schedule_expression",
            "rules.schedule_expression_timezone",
            "rules.start_window_minutes",
            "rules.completion_window_minutes",
            "rules.enable_continuous_backup",
            "rules.lifecycle.opt_in_to_archive_for_supported_resources",
            "selections.selection_id",
        }
    )

    def find(self) -> dict[str, t.Any] | None:
        plans = self.operations.pages("ListBackupPlans", "backup_plans_list")
        found = [plan for plan in plans if plan["backup_plan_name"] == self.name]
        if len(found) > 1:
            ids = ", ".join(sorted(plan["backup_plan_id"] for plan in found))
            raise StudioError(f"{len(found)} backup plans are called {self.name}: {ids}. Delete all but one.")
        return self._described(found[0]) if found else None

    def _described(self, plan: dict[str, t.Any]) -> dict[str, t.Any]:
        key = {"backup_plan_id": plan["backup_plan_id"]}
        content = self.operations.call("GetBackupPlan", **key)["backup_plan"]
        listed = self.operations.pages("ListBackupSelections", "backup_selections_list", **key)
        selections = in_threads(
            lambda one: {
                "selection_id": one["selection_id"],
                **self.operations.call("GetBackupSelection", **key, selection_id=one["selection_id"])[
                    "backup_selection"
                ],
            },
            listed,
        )
        arn = plan["backup_plan_arn"]
        return {**key, "arn": arn, "rules": content["rules"], "selections": selections, "tags": self.tags(arn)}

    def create(self, plan: Plan) -> None:
        answer = self.operations.call(
            "CreateBackupPlan",
            backup_plan={"backup_plan_name": self.name, "rules": plan.after["rules"]},
            backup_plan_tags=plan.after.get("tags"),
            creator_request_id=str(uuid.uuid4()),
        )
        for selection in plan.after.get("selections", []):
            self._select(answer["backup_plan_id"], selection)

    def update(self, plan: Plan) -> None:
        plan_id = plan.before["backup_plan_id"]
        if "rules" in plan.changes:
            content = {"backup_plan_name": self.name, "rules": plan.changes["rules"]}
            self.operations.call("UpdateBackupPlan", backup_plan_id=plan_id, backup_plan=content)
        if "selections" in plan.changes:
            # There is no UpdateBackupSelection. The new one comes first, so that nothing is without backup meanwhile.
            for selection in plan.changes["selections"]:
                self._select(plan_id, selection)
            self._unselect(plan.before)
        if "tags" in plan.changes:
            self.change_tags(plan.before["arn"], plan)

    def delete(self, plan: Plan) -> None:
        self._unselect(plan.before)
        key = {"backup_plan_id": plan.before["backup_plan_id"]}
        unless_missing(lambda: self.operations.call("DeleteBackupPlan", **key), MISSING)

    def _select(self, plan_id: str, selection: dict[str, t.Any]) -> None:
        values = {name: value for name, value in selection.items() if name != "selection_id"}

        def select() -> None:
            self.operations.call(
                "CreateBackupSelection",
                backup_plan_id=plan_id,
                backup_selection=values,
                creator_request_id=str(uuid.uuid4()),
            )

        retry(select, is_propagating, PROPAGATION)

    def _unselect(self, before: dict[str, t.Any]) -> None:
        for selection in before["selections"]:
            key = {"backup_plan_id": before["backup_plan_id"], "selection_id": selection["selection_id"]}
            unless_missing(partial(self.operations.call, "DeleteBackupSelection", **key), MISSING)


def is_being_made(error: Exception) -> bool:
    """Tell whether a recovery point cannot be deleted because it is still being made."""
    return bool(getattr(error, "response", {}).get("Error", {}).get("Code") == "InvalidResourceStateException")


def is_propagating(error: Exception) -> bool:
    """Tell whether a new role is only not known everywhere yet (the text as terraform-provider-aws quotes it)."""
    return "cannot be assumed by AWS Backup" in str(error)
