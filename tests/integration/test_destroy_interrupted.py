# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A run that dies anywhere is finished by the next one, and a team that was half made is taken down like any other.

A call that AWS refuses stands for the death: what came before it is done, what comes after it is not. The last test
kills the processes themselves, wherever they happen to be.
"""

import json

import pytest

# Each way in which a step of the teardown changes something, in the order of the steps.
STEPS_OF_DESTROY = (
    "sagemaker:AddTags",
    "sagemaker:DeleteApp",
    "iam:DeletePolicy",
    "cognito-idp:AdminDeleteUser",
    "cognito-idp:AdminRemoveUserFromGroup",
    "cognito-idp:DeleteGroup",
    "sagemaker:DeleteSpace",
    "sagemaker:DeleteUserProfile",
    "sagemaker:DeleteDomain",
    "logs:DeleteLogStream",
    "s3:DeleteObjects",
    "s3:DeleteBucket",
    "iam:DeleteRole",
    "sagemaker:DeleteStudioLifecycleConfig",
    "ec2:DeleteSecurityGroup",
    "kms:ScheduleKeyDeletion",
    "kms:DeleteAlias",
)
# The same of making a team.
STEPS_OF_MAKING = (
    "kms:CreateAlias",
    "s3:CreateBucket",
    "s3:PutBucketPolicy",
    "iam:CreateRole",
    "iam:AttachRolePolicy",
    "ec2:CreateSecurityGroup",
    "cognito-idp:CreateGroup",
    "cognito-idp:AdminCreateUser",
    "sagemaker:CreateStudioLifecycleConfig",
    "sagemaker:CreateDomain",
    "sagemaker:CreateUserProfile",
)
TEAM3 = {
    "domain_name": "team3",
    "new_team": True,
    "studio_users": [{"name": "ada", "email": "ada@example.com"}],
    "studio_lifecycle_scripts": [{"name": "proxy", "app_type": "JupyterLab", "content": "#!/bin/bash\ntrue\n"}],
}


def refusal(step, **how):
    service, operation = step.split(":")
    return {"service": service, "operation": operation, "error": "AccessDeniedException", **how}


def of_team(account, team):
    """What names a team, by id; the pool and its people, which teams share, left out."""
    shared = ("user_pool", "user", "log_group")
    resources = account.get("resources")
    return sorted(item["id"] for item in resources if team in json.dumps(item) and item["type"] not in shared)


def destroy_in_steps(account, steps):
    """Destroy team1 again and again, while AWS refuses each of steps once; in how many runs it did."""
    others, deaths = of_team(account, "team2"), 0
    account.faults(*(refusal(step, times=1) for step in steps))
    while (run := account.destroy("team1")).status != 0 and deaths < len(steps):
        deaths += 1
        assert "AccessDeniedException" in run.output, run.output[-6000:]
        assert "Traceback" not in run.output
    account.faults()
    assert run.status == 0, run.output[-6000:]
    assert of_team(account, "team1") == []
    assert of_team(account, "team2") == others
    return deaths


@pytest.mark.long
def test_destroy_goes_on_wherever_it_was_stopped(deployed):
    """In loops AWS may refuse two steps in one run, so there are at most as many deaths as steps."""
    account = deployed()
    calls = len(STEPS_OF_DESTROY)
    assert calls / 2 < destroy_in_steps(account, STEPS_OF_DESTROY) <= calls
    account.writes()
    again = account.destroy("team1")
    assert (again.status, again.changed, account.writes()) == (0, 0, [])


def half_made(account, step):
    """Stop the making of team3 at a step, and take down what there is of it."""
    account.faults(refusal(step))
    run = account.run("teams", **TEAM3)
    account.faults()
    assert run.status != 0 and "AccessDeniedException" in run.output, run.output[-6000:]
    assert of_team(account, "team3") != []
    run = account.destroy("team3")
    assert run.status == 0, run.output[-6000:]
    assert of_team(account, "team3") == []


@pytest.fixture(scope="module")
def account(deployed):
    """One account for all half-made teams: each test leaves it as it was."""
    return deployed()


# A key without a name, roles without rights, a team without a domain, a domain without its people.
@pytest.mark.long
@pytest.mark.parametrize(
    "step", ["kms:CreateAlias", "iam:AttachRolePolicy", "sagemaker:CreateDomain", "sagemaker:CreateUserProfile"]
)
def test_team_that_was_stopped_anywhere_is_destroyed(account, step):
    half_made(account, step)


@pytest.mark.long
def test_making_goes_on_wherever_it_was_stopped(account):
    """Each run dies at another step, and the last one completes what all of them left."""
    account.faults(*(refusal(step, times=1) for step in STEPS_OF_MAKING))
    deaths = 0
    while (run := account.run("teams", **TEAM3)).status != 0 and deaths < len(STEPS_OF_MAKING):
        deaths += 1
        assert "AccessDeniedException" in run.output and "Traceback" not in run.output, run.output[-6000:]
    account.faults()
    assert run.status == 0, run.output[-6000:]
    assert len(STEPS_OF_MAKING) / 2 < deaths <= len(STEPS_OF_MAKING)
    again = account.run("teams", **TEAM3)
    assert (again.status, again.changed) == (0, 0), again.output[-6000:]
    assert account.destroy("team3").status == 0
    assert of_team(account, "team3") == []


def kill_until_done(account, playbook, **variables):
    """Kill a playbook after every few writes until a run ends by itself; the number of kills and its exit status."""
    for kills in range(20):
        status = account.run_killed(7, playbook, **variables)
        if status is not None:
            return kills, status
    return kills, None


@pytest.mark.long
def test_killed_runs_are_finished_by_the_next(account):
    """Every run is killed after a few writes, of which the next one makes none twice."""
    kills, status = kill_until_done(account, "teams", **TEAM3)
    assert (status, kills >= 3) == (0, True)
    again = account.run("teams", **TEAM3)
    assert (again.status, again.changed) == (0, 0), again.output[-6000:]
    assert len(account.domains("team3")) == 1
    kills, status = kill_until_done(account, "destroy", domain_name="team3", confirm="team3")
    assert (status, kills >= 2) == (0, True)
    assert of_team(account, "team3") == []
