# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Domains that fail: explained, made again, updated again, deleted again; and quotas that are full."""

import pytest

TEAM3 = {"domain_name": "team3", "new_team": True, "studio_users": [{"name": "ada", "email": "ada@example.com"}]}
REASON = "The subnets have no free addresses"


def fails(operation, **how):
    return {"service": "sagemaker", "operation": operation, "effect": "fail", "reason": REASON, **how}


def said(run):
    """What a run printed, in one line."""
    return " ".join(run.output.split())


@pytest.fixture(scope="module")
def account(deployed):
    return deployed("--domain-quota", "4")


@pytest.mark.long
def test_failed_domain_is_explained_and_made_again_when_asked(account):
    account.faults(fails("CreateDomain", times=1))
    run = account.run("teams", **TEAM3)
    assert run.status != 0
    assert REASON in said(run), run.output[-6000:]
    assert "studio_recreate_failed_domain: true" in said(run)
    (failed,) = account.domains("team3")
    assert failed["Status"] == "Failed"
    run = account.run("teams", **TEAM3, studio_recreate_failed_domain=True)
    assert run.status == 0, run.output[-6000:]
    (domain,) = account.domains("team3")
    assert domain["Status"] == "InService" and domain["DomainId"] != failed["DomainId"]


@pytest.mark.long
def test_failed_domain_stays_unless_asked_and_is_destroyed(account):
    account.destroy("team3")
    account.faults(fails("CreateDomain", times=1))
    assert account.run("teams", **TEAM3).status != 0
    (failed,) = account.domains("team3")
    run = account.run("teams", **TEAM3)
    assert run.status != 0
    assert REASON in said(run), run.output[-6000:]
    assert account.domains("team3") == [failed]
    run = account.destroy("team3")
    assert run.status == 0, run.output[-6000:]
    assert account.domains("team3") == []


@pytest.mark.long
def test_full_quota_is_named_with_what_occupies_it(account):
    account.destroy("team3")
    role = account.domains("team1")[0]["DefaultUserSettings"]["ExecutionRole"]
    network = {name: account.domains("team1")[0][name] for name in ("VpcId", "SubnetIds")}
    account.faults(fails("CreateDomain"))
    sagemaker = account.client("sagemaker")
    broken = [
        sagemaker.create_domain(
            DomainName=name, AuthMode="IAM", DefaultUserSettings={"ExecutionRole": role}, **network
        )["DomainId"]
        for name in ("broken", "broken-too")
    ]
    account.faults()
    run = account.run("teams", **TEAM3)
    assert run.status != 0
    for text in ("'Total domains' is 4", "The region has 4 domains, 2 of them Failed", *broken):
        assert text in said(run), run.output[-6000:]
    assert account.domains("team3") == []
    for domain_id in broken:
        sagemaker.delete_domain(DomainId=domain_id)
    assert account.run("teams", **TEAM3).status == 0


@pytest.mark.long
def test_failed_update_is_sent_again(account):
    before = account.domain_id("team2")
    account.faults(fails("UpdateDomain", times=1))
    run = account.run("teams", domain_name="team2", studio_idle_timeout_minutes=77)
    assert run.status != 0
    assert REASON in said(run), run.output[-6000:]
    assert account.domains("team2")[0]["Status"] == "Update_Failed"
    run = account.run("teams", domain_name="team2", studio_idle_timeout_minutes=77)
    assert run.status == 0, run.output[-6000:]
    (domain,) = account.domains("team2")
    assert (domain["DomainId"], domain["Status"]) == (before, "InService")
    idle = domain["DefaultUserSettings"]["JupyterLabAppSettings"]["AppLifecycleManagement"]["IdleSettings"]
    assert idle["IdleTimeoutInMinutes"] == 77


@pytest.mark.long
def test_failed_deletion_is_asked_for_again(account):
    account.faults(fails("DeleteDomain", times=3))
    run = account.destroy("team1")
    assert run.status != 0
    assert REASON in said(run), run.output[-6000:]
    assert account.domains("team1")[0]["Status"] == "Delete_Failed"
    run = account.destroy("team1")
    assert run.status == 0, run.output[-6000:]
    assert account.domains("team1") == []
    assert [item for item in account.get("resources") if item["tags"].get("DomainName") == "team1"] == []
