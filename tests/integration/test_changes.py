# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every option of a team changes the running team in place, or is refused by name; test_site.py has a sample."""

import re

import pytest

from tests.support.account import Account
from tests.support.team_changes import (
    ADA,
    AGAIN,
    BASE,
    CHANGED,
    GOES,
    IN_PLACE,
    RESET,
    ROWS,
    STAYS,
    identity,
    shows,
    wrong,
)

pytestmark = pytest.mark.long
TEAM = "crew"
# The people of the team, with nothing said of them but what an invitation needs.
NAMES_ALONE = [{"name": "ada", "email": ADA["email"]}, {"name": "grace", "email": "grace@new.example"}]


@pytest.fixture(scope="module")
def account():
    account = Account()
    yield account
    account.stop()


def teams(account, *arguments, **description):
    # Of a team the playbooks say this themselves, by what the platform says.
    if description.pop("studio_private_sign_in", False):
        description["login_endpoint_type"] = "private"
    return account.run("teams", *arguments, domain_name=TEAM, new_team=True, **description)


def changed_steps(run):
    """What the run says at its end that it changed, or would change."""
    said = re.search(r"'  changed: ([^']*)'", run.output)
    assert said, run.output[-3000:]
    return " ".join(said[1].split()).split(", ")


@pytest.fixture(scope="module")
def built(account):
    run = account.run("site", domain_name=TEAM, new_team=True, **BASE)
    assert run.status == 0, run.output[-6000:]
    return identity(account, TEAM)


@pytest.fixture(scope="module")
def rotated(account, built):
    """A script of another content, for which a run is stopped at each step in turn, and then none is."""
    script = {**BASE["studio_lifecycle_scripts"][0], "content": "echo rotated\n"}
    (old,) = scripts(account)
    for step in ("CreateStudioLifecycleConfig", "UpdateDomain", "DeleteStudioLifecycleConfig"):
        account.faults({"service": "sagemaker", "operation": step, "error": "AccessDeniedException"})
        stopped = teams(account, **{**BASE, "studio_lifecycle_scripts": [script]})
        account.faults()
        assert stopped.status != 0
        assert f"when calling the {step} operation" in " ".join(stopped.output.split())
        assert old in scripts(account)
    run = teams(account, **{**BASE, "studio_lifecycle_scripts": [script]})
    assert run.status == 0, run.output[-6000:]
    return old


def scripts(account):
    listed = account.client("sagemaker").list_studio_lifecycle_configs()["StudioLifecycleConfigs"]
    return [config["StudioLifecycleConfigArn"] for config in listed if "--built-in--" not in str(config)]


def test_rotation_that_was_stopped_at_each_step_is_finished(account, rotated):
    (new,) = scripts(account)
    assert new != rotated
    settings = account.domains(TEAM)[0]["DefaultUserSettings"]["JupyterLabAppSettings"]
    assert settings["LifecycleConfigArns"] == [new]


def change(account, description):
    """Predict a change, make it, and repeat it; returns the resources before and after."""
    before = account.get("resources?full=1")
    predicted = teams(account, "--check", **description)
    account.writes()
    run = teams(account, **description)
    assert run.status == 0, run.output[-6000:]
    calls = account.writes()
    assert changed_steps(predicted) == changed_steps(run)
    after = account.get("resources?full=1")
    assert wrong(description, before, after, calls) == []
    again = teams(account, **description)
    always = any(person.get("update_password") == "always" for person in description["studio_users"])
    assert again.status == 0 and (always or again.changed == 0), again.output[-6000:]
    return after


@pytest.fixture(scope="module")
def changed(account, rotated):
    return change(account, CHANGED)


@pytest.fixture(scope="module")
def changed_again(account, changed):
    return change(account, AGAIN)


def test_options_change_in_place(account, built, changed):
    assert identity(account, TEAM).items() >= built.items()


def test_other_options_change_in_place(account, built, changed_again):
    assert identity(account, TEAM).items() >= built.items()


REFUSALS = {
    "studio_home_efs": ({"studio_home_efs": False}, "home_efs_file_system_creation can only be set when it is created"),
    "studio_spaces.sharing": (
        {"studio_spaces": [{"name": "lab", "owner": "ada", "sharing": "private"}]},
        "space_sharing_settings can only be set when it is created",
    ),
    "studio_spaces.owner": (
        {"studio_spaces": [{"name": "lab", "owner": "grace"}]},
        "ownership_settings can only be set when it is created",
    ),
    "studio_spaces.app_type": (
        {"studio_spaces": [{"name": "lab", "owner": "ada", "app_type": "CodeEditor"}]},
        "space_settings.app_type can only be set when it is created",
    ),
    "studio_personal_spaces.app_type": (
        {"studio_personal_spaces": [{"name": "own", "app_type": "JupyterLab"}]},
        "space_settings.app_type can only be set when it is created",
    ),
}


def test_every_refused_option_is_tried():
    assert set(REFUSALS) == {name for name, row in ROWS.items() if row.change == "refused"}


@pytest.mark.parametrize("option", REFUSALS)
def test_create_only_option_is_refused_by_name(account, built, changed_again, option):
    wish, sentence = REFUSALS[option]
    run = teams(account, **{**AGAIN, **wish})
    assert run.status != 0
    assert sentence in " ".join(run.output.split())
    assert identity(account, TEAM).items() >= built.items()


def test_disk_never_shrinks(account, changed_again):
    run = teams(account, **{**AGAIN, "studio_spaces": [{"name": "lab", "owner": "ada", "ebs_gb": 20}]})
    assert run.status != 0
    assert "a disk never shrinks" in " ".join(run.output.split())


def test_what_is_taken_out_is_reset_or_stays_as_documented(account, built, changed_again):
    before = account.get("resources?full=1")
    run = teams(account, studio_users=NAMES_ALONE)
    assert run.status == 0, run.output[-6000:]
    after = account.get("resources?full=1")
    told = {name: row for name, row in ROWS.items() if row.change == IN_PLACE and shows(row, before, [])}
    otherwise = [
        f"{name} {'is still there' if shows(row, after, []) else 'is gone'}, and {row.removal} is documented"
        for name, row in told.items()
        if shows(row, after, []) is not (row.removal == STAYS) and row.removal in (RESET, GOES, STAYS)
    ]
    # An address has to be given, and so is another one by now.
    assert [sentence for sentence in otherwise if not sentence.startswith("studio_users.email")] == []
    assert identity(account, TEAM).items() >= built.items()
    again = teams(account, studio_users=NAMES_ALONE)
    assert (again.status, again.changed) == (0, 0), again.output[-6000:]


def test_platform_gets_another_subnet_and_its_teams_too(account, built):
    three = {"network_subnet_count": 3, "studio_users": NAMES_ALONE}
    run = account.run("site", domain_name=TEAM, new_team=True, **three)
    assert run.status == 0, run.output[-6000:]
    assert len(account.domains(TEAM)[0]["SubnetIds"]) == 3
    assert identity(account, TEAM).items() >= built.items()


@pytest.mark.parametrize(
    ("count", "sentence"),
    [
        (2, "There are 3 subnets (10.0.0.0/18, 10.0.64.0/18, 10.0.128.0/18), and 2 would leave out some"),
        (4, "eu-central-1 has 3 zones"),
    ],
)
def test_number_of_subnets_that_cannot_be_is_refused(account, count, sentence):
    account.run("platform", network_subnet_count=3)
    account.writes()
    for mode in ((), ("--check",)):
        run = account.run("platform", *mode, network_subnet_count=count)
        assert run.status != 0
        assert f"network_subnet_count: {sentence}" in " ".join(run.output.split())
        assert account.writes() == []
