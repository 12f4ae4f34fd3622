# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""backup_vault and backup_plan."""

import pytest

from tests.support.ansible_module import ModuleFailed, run_module
from tests.support.calls import no_writes, set_faults, writes

BUCKET = "arn:aws:s3:::data"
ROLE = "arn:aws:iam::111111111111:role/backup"
VAULT = {"name": "team1", "tags": {"Platform": "p"}}
RULE = {"rule_name": "daily", "target_backup_vault_name": "team1", "lifecycle": {"delete_after_days": 35}}
SELECTION = {"selection_name": "data", "iam_role_arn": ROLE, "resources": [BUCKET]}
PLAN = {"name": "team1", "rules": [RULE], "selections": [SELECTION], "tags": {"Platform": "p"}}
ABSENT = {"name": "team1", "state": "absent"}


@pytest.fixture
def backup(client):
    return client("backup")


def back_up(backup):
    backup.start_backup_job(BackupVaultName="team1", ResourceArn=BUCKET, IamRoleArn=ROLE)


def predicted(emulator, module, options):
    """The result of a run, after check mode foretold it and before a second one finds nothing to do."""
    with no_writes(emulator):
        foretold = run_module(module, check=True, **options)
    done = run_module(module, **options)
    assert (foretold["changed"], foretold["diff"]) == (done["changed"], done["diff"]) and done["changed"]
    with no_writes(emulator):
        assert run_module(module, **options)["changed"] is False
    return done


def test_vault_comes_changes_its_tags_and_goes(emulator, backup):
    made = predicted(emulator, "backup_vault", VAULT)["backup_vault"]
    assert made["backup_vault_name"] == "team1" and made["tags"] == {"Platform": "p"}
    changed = predicted(emulator, "backup_vault", {**VAULT, "tags": {"Other": "t"}})["backup_vault"]
    assert changed["tags"] == {"Other": "t"}
    assert predicted(emulator, "backup_vault", ABSENT)["backup_vault"] == {}


def test_key_of_a_vault_is_never_changed(emulator, client, backup):
    first, second = (client("kms").create_key()["KeyMetadata"]["Arn"] for _ in range(2))
    run_module("backup_vault", **VAULT, encryption_key_arn=first)
    with no_writes(emulator), pytest.raises(ModuleFailed, match="encryption_key_arn can only be set when"):
        run_module("backup_vault", **VAULT, encryption_key_arn=second)


def test_vault_with_recovery_points_goes_only_with_force(emulator, backup):
    run_module("backup_vault", **VAULT)
    back_up(backup)
    back_up(backup)
    with no_writes(emulator), pytest.raises(ModuleFailed, match=r"holds 2 recovery points.*force: true"):
        run_module("backup_vault", **ABSENT)
    gone = predicted(emulator, "backup_vault", {**ABSENT, "force": True})
    assert gone["diff"]["before"]["number_of_recovery_points"] == 2
    assert "size_in_bytes" in gone["diff"]["before"]


def test_stopped_deletion_of_a_vault_goes_on(emulator, backup):
    run_module("backup_vault", **VAULT)
    back_up(backup)
    set_faults(emulator, {"service": "backup", "operation": "DeleteBackupVault", "error": "Boom"})
    with pytest.raises(ModuleFailed, match="Boom"):
        run_module("backup_vault", **ABSENT, force=True)
    set_faults(emulator)
    assert run_module("backup_vault", **ABSENT)["changed"] is True


def test_plan_comes_changes_in_place_and_goes(emulator, backup):
    made = predicted(emulator, "backup_plan", PLAN)["backup_plan"]
    assert made["rules"][0]["lifecycle"] == {"delete_after_days": 35}
    assert made["selections"][0]["resources"] == [BUCKET]
    other = {**PLAN, "rules": [{**RULE, "lifecycle": {"delete_after_days": 7}}], "tags": {"Other": "t"}}
    changed = predicted(emulator, "backup_plan", other)["backup_plan"]
    assert changed["backup_plan_id"] == made["backup_plan_id"] and changed["tags"] == {"Other": "t"}
    assert changed["selections"] == made["selections"]
    assert predicted(emulator, "backup_plan", ABSENT)["backup_plan"] == {}
    assert backup.list_backup_plans()["BackupPlansList"] == []


def test_selection_that_differs_is_made_before_the_old_one_goes(emulator, backup):
    run_module("backup_plan", **PLAN)
    before = len(writes(emulator))
    more = {**SELECTION, "resources": [f"{BUCKET}-more", BUCKET]}
    changed = predicted(emulator, "backup_plan", {**PLAN, "selections": [more]})["backup_plan"]
    assert writes(emulator)[before:] == ["CreateBackupSelection", "DeleteBackupSelection"]
    assert [one["resources"] for one in changed["selections"]] == [more["resources"]]


def test_new_role_is_waited_for(emulator, backup):
    message = f"IAM Role {ROLE} cannot be assumed by AWS Backup"
    fault = {"error": "InvalidParameterValueException", "message": message, "times": 2}
    set_faults(emulator, {"service": "backup", "operation": "CreateBackupSelection", **fault})
    assert len(run_module("backup_plan", **PLAN)["backup_plan"]["selections"]) == 1


def test_namesakes_of_a_plan_are_refused(emulator, backup):
    for _ in range(2):
        backup.create_backup_plan(
            BackupPlan={"BackupPlanName": "team1", "Rules": [{"RuleName": "r", "TargetBackupVaultName": "v"}]}
        )
    with no_writes(emulator), pytest.raises(ModuleFailed, match="2 backup plans are called team1"):
        run_module("backup_plan", **PLAN)
