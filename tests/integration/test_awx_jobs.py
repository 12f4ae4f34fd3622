# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The job templates of awx/ as AWX runs them, each with exactly the variables of its survey."""

import base64
import copy
import functools
import json
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import sync_playwright

from scripts import chromium
from tests.browser import accessibility
from tests.support.awx import (
    EXAMPLE,
    TEAM,
    artifacts,
    copy_project,
    imported,
    job_templates,
    run_job,
    sliced,
    survey_of,
)
from tests.support.calls import writes
from tests.support.emulator_plugin import boto3_client
from tests.support.emulator_process import EmulatorProcess
from tests.support.studio import start_lab, stop_lab

TEMPLATES = {template["name"]: template for template in job_templates()}
PASSWORD = "Analytical-Engine-1843"
LINK = "/auth?token="
SCRIPT = "#!/bin/bash\necho from the project\n"
# What TEAM says beside inventories/example. Of an inventory AWX has no files, so a script's is in the project.
DESCRIBED = {
    "studio_lifecycle_scripts": [{"name": "proxy", "app_type": "JupyterLab", "script": "files/proxy.sh"}],
    "studio_tags": {"CostCenter": "4711", "Unit": "research"},
}


class Awx:
    """An emulator, a checkout of the project, and the inventory as AWX imported it."""

    def __init__(self, directory):
        self.process, self.directory, self.jobs = EmulatorProcess(), directory, 0
        self.url = self.process.url
        self.inventory = imported(EXAMPLE)
        self.inventory["_meta"]["hostvars"][TEAM] |= DESCRIBED
        copy_project(directory / "project")
        (directory / "project" / "files").mkdir()
        (directory / "project" / "files" / "proxy.sh").write_text(SCRIPT)

    def launch(self, name, *, inventory=None, limit="", **answers):
        """Launch a job template with answers to its survey, as text; what is not answered is sent empty.

        `limit` is one that somebody set by hand.
        """
        template, self.jobs = TEMPLATES[name], self.jobs + 1
        questions = {question["variable"]: "" for question in survey_of(template)}
        assert answers.keys() <= questions.keys()
        job = self.directory / f"job{self.jobs}"
        run = run_job(
            job,
            self.directory / "project",
            template["playbook"],
            {**questions, **answers, **template.get("extra_vars", {})},
            url=self.url,
            inventory=inventory or self.inventory,
            check=template.get("job_type") == "check",
            limit=limit,
        )
        return run, job

    def script_names(self):
        found = boto3_client(self.url, "sagemaker").list_studio_lifecycle_configs()["StudioLifecycleConfigs"]
        names = [config["StudioLifecycleConfigName"] for config in found]
        return [name for name in names if "--built-in--" not in name]

    def with_another_platform(self):
        """The inventory with a platform that is described and not built, on which no team is."""
        inventory = copy.deepcopy(self.inventory)
        inventory["platforms"]["hosts"].append("dublin")
        inventory["_meta"]["hostvars"]["dublin"] = {"platform_name": "ml-dublin", "aws_region": "eu-west-1"}
        return inventory

    def domains(self):
        sagemaker = boto3_client(self.url, "sagemaker")
        found = {domain["DomainName"]: domain["DomainId"] for domain in sagemaker.list_domains()["Domains"]}
        return {name: sagemaker.describe_domain(DomainId=domain_id) for name, domain_id in found.items()}


@pytest.fixture(scope="module")
def awx(tmp_path_factory):
    awx = Awx(tmp_path_factory.mktemp("awx"))
    yield awx
    awx.process.stop()


@pytest.fixture(scope="module")
def preflight(awx):
    """The first job of the workflow, in an account in which there is nothing yet."""
    run, job = awx.launch("Studio preflight")
    return run, job, writes(awx)


@pytest.fixture(scope="module")
def platform(awx, preflight):
    run, _job = awx.launch("Studio platform")
    assert run.status == 0, run.output[-4000:]
    return run


def test_preflight_returns_its_report_and_writes_nothing(preflight):
    run, job, written = preflight
    assert run.status == 0, run.output[-4000:]
    assert written == []
    (report,) = artifacts(job)["preflight"].values()
    assert report["counts"]["will fail"] == 0
    assert {line["about"]: line["verdict"] for line in report["lines"]}["region"] == "fine"


@pytest.fixture(scope="module")
def team(awx, platform):
    """A team of the inventory, with answers in all forms that a survey has."""
    run, _job = awx.launch(
        "Studio team",
        domain_name=TEAM,
        user="joan",
        email="joan@example.com",
        password=PASSWORD,
        survey_studio_idle_timeout_minutes="90",
        survey_studio_ebs_default_gb=20,
        survey_studio_code_repositories="https://example.com/a.git\nhttps://example.com/b.git\n",
        survey_studio_hidden_app_types=["JupyterServer", "KernelGateway", "CodeEditor"],
        survey_studio_idle_shutdown="yes",
        survey_studio_tags="CostCenter=4712\nOwner=a=b",
    )
    assert run.status == 0, run.output[-4000:]
    return run


def test_answers_of_the_survey_reach_the_team(awx, team):
    domain = awx.domains()[TEAM]
    lab = domain["DefaultUserSettings"]["JupyterLabAppSettings"]
    assert lab["AppLifecycleManagement"]["IdleSettings"]["IdleTimeoutInMinutes"] == 90
    assert [one["RepositoryUrl"][-5:] for one in lab["CodeRepositories"]] == ["a.git", "b.git"]
    storage = domain["DefaultUserSettings"]["SpaceStorageSettings"]["DefaultEbsStorageSettings"]
    assert storage["DefaultEbsVolumeSizeInGb"] == 20
    assert "CodeEditor" in domain["DefaultUserSettings"]["StudioWebPortalSettings"]["HiddenAppTypes"]
    people = boto3_client(awx.url, "sagemaker").list_user_profiles()["UserProfiles"]
    assert {"ada", "grace", "joan"} <= {profile["UserProfileName"] for profile in people}


def test_empty_answers_leave_the_description(awx, team):
    """Instance type and tags of inventories/example, of which the survey answered the tags alone."""
    lab = awx.domains()[TEAM]["DefaultUserSettings"]["JupyterLabAppSettings"]
    assert lab["DefaultResourceSpec"]["InstanceType"] == awx.inventory["_meta"]["hostvars"][TEAM].get(
        "studio_default_instance_type", "ml.t3.medium"
    )


def test_lines_of_a_survey_are_tags_beside_those_of_the_description(awx, team):
    arn = awx.domains()[TEAM]["DomainArn"]
    tags = {tag["Key"]: tag["Value"] for tag in boto3_client(awx.url, "sagemaker").list_tags(ResourceArn=arn)["Tags"]}
    assert (tags["CostCenter"], tags["Owner"], tags["Unit"]) == ("4712", "a=b", "research")


def test_file_of_a_script_is_read_from_the_project(awx, team):
    (name,) = awx.script_names()
    script = boto3_client(awx.url, "sagemaker").describe_studio_lifecycle_config(StudioLifecycleConfigName=name)
    assert base64.b64decode(script["StudioLifecycleConfigContent"]).decode() == SCRIPT


def test_passwords_of_surveys_are_not_shown(team):
    assert PASSWORD not in team.output


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        pytest.param({"survey_studio_ebs_default_gb": "4"}, "studio_ebs_default_gb", marks=pytest.mark.long),
        ({"survey_studio_ebs_default_gb": "{{ 7 * 7 }}"}, "is '{{ 7 * 7 }}', and must be a whole number"),
        (
            {"survey_studio_tags": "ProfileRole:mallory=arn:aws:iam::111111111111:role/x\nUserSub=x\nRetained=x"},
            'the tag "UserSub" is one that the collection sets',
        ),
    ],
)
def test_impossible_answers_are_refused_in_a_sentence(awx, team, answers, said):
    before = len(writes(awx))
    run, _job = awx.launch(f"Studio team {TEAM}", **answers)
    assert run.status != 0
    assert said in " ".join(run.output.split())
    assert len(writes(awx)) == before


@pytest.mark.parametrize(
    ("name", "chosen", "said"),
    [
        ("fraud", "mars", 'Team fraud names the platform "mars"'),
        pytest.param("fraud", "dublin", "Platform ml-dublin in eu-west-1 is missing", marks=pytest.mark.long),
        (TEAM, "dublin", f'Team {TEAM}: survey_studio_platform is "dublin", and the inventory has the team on "main".'),
    ],
)
def test_survey_chooses_the_platform_of_a_new_team_alone(awx, name, chosen, said):
    """Nothing is built on dublin, and so the run that goes there ends before the first write."""
    before = len(writes(awx))
    run, _job = awx.launch(
        "Studio new team", inventory=awx.with_another_platform(), domain_name=name, survey_studio_platform=chosen
    )
    assert run.status != 0
    assert said in " ".join(run.output.split())
    assert len(writes(awx)) == before


def test_link_for_a_person_is_shown(awx, team):
    run, _job = awx.launch(f"Studio of team {TEAM} for a person", user="joan")
    assert run.status == 0, run.output[-4000:]
    assert LINK in run.output
    assert ".url" not in run.output, "the file goes with the container"
    assert "WARNING" not in run.output


@pytest.mark.parametrize(
    ("name", "arguments", "said"),
    [
        pytest.param(
            f"Studio of team {TEAM} for a person",
            {"user": "nobody"},
            f"Team {TEAM} has nobody of the name nobody in Studio.",
            marks=pytest.mark.long,
        ),
        (
            "Studio team, destroy",
            {"domain_name": TEAM, "confirm": "pricing"},
            "Answer the questions for the team and the",
        ),
        (f"Studio team {TEAM}", {"limit": "pricing"}, f"The job's limit leaves out team {TEAM}"),
    ],
)
def test_what_is_wrong_in_awx_is_told_in_its_own_words(awx, team, name, arguments, said):
    before = len(writes(awx))
    run, _job = awx.launch(name, **arguments)
    assert run.status != 0
    told = " ".join(run.output.split())
    assert said in told
    assert " -e " not in told and "--limit" not in told and ".url" not in told
    # Asking for a link is how AWS is asked whether the person is there.
    assert set(writes(awx)[before:]) <= {"CreatePresignedDomainUrl"}


@pytest.fixture(scope="module")
def labs(awx, team):
    """The apps of ada and grace as AWS describes them: hers runs, the other's was stopped."""
    client, domain_id = functools.partial(boto3_client, awx.url), awx.domains()[TEAM]["DomainId"]
    ada, grace = (start_lab(client, domain_id, person) for person in ("ada", "grace"))
    stop_lab(client, grace)
    return [client("sagemaker").describe_app(**app) for app in (ada, grace)]


@pytest.fixture(scope="module")
def drift(awx, labs):
    """The folder of the job that checked the team: what the survey answered differs from the inventory."""
    awx.inventory["_meta"]["hostvars"][TEAM]["drift_hourly_prices"] = {"ml.t3.medium": 0.05}
    before = len(writes(awx))
    run, job = awx.launch(f"Studio drift check of team {TEAM}")
    assert run.status == 0, run.output[-4000:]
    assert len(writes(awx)) == before
    return job


def test_drift_check_returns_its_report(drift):
    report = artifacts(drift)["drift"][TEAM]
    assert report["error"] == ""
    changed = {value["name"]: value for found in report["differences"] for value in found["values"]}
    (idle,) = [
        value
        for name, value in changed.items()
        if name.startswith("default_user_settings.jupyter_lab") and "idle_t" in name
    ]
    assert (idle["actual"], idle["described"]) == ("90", "120")
    (group,) = [found for found in report["differences"] if found["what"].startswith("Security group: ")]
    assert group["values"] and all(value["name"].startswith("tags.") for value in group["values"])
    people = {person["name"]: person["status"] for person in report["people"]}
    assert people["ada"] == "invited"
    assert people["joan"] == "not described"
    assert report["platform_differences"] == []
    written = json.loads((drift / "drift" / f"{TEAM}.json").read_text())
    assert written == report


def cells(page, heading):
    """What the one row of the table of a section says, below its head."""
    _head, row = page.get_by_role("region", name=heading).get_by_role("row").all()
    return row.locator("th, td").all_inner_texts()


def to_the_minute(moment):
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M")


def test_drift_check_tells_what_runs_and_what_stopped(drift, labs):
    report, (ada, grace) = artifacts(drift)["drift"][TEAM], labs
    (app,), (stopped,) = report["apps"], report["stopped_apps"]
    lab = {"app_type": "JupyterLab", "instance_type": "ml.t3.medium"}
    assert app.items() >= {**lab, "place": "ada-lab", "status": "InService", "idle_minutes": 90}.items()
    assert (app["since"], app["stops_soon"]) == (to_the_minute(ada["CreationTime"]), False)
    active, stops = (datetime.fromisoformat(app[name]) for name in ("last_activity", "stops_at"))
    # The emulator moves the last activity at every look, as AWS does at its health checks.
    assert active >= datetime.fromisoformat(to_the_minute(ada["LastUserActivityTimestamp"]))
    assert stops - active == timedelta(minutes=90)
    ended = to_the_minute(grace["LastHealthCheckTimestamp"])
    assert stopped.items() >= {**lab, "place": "grace-lab", "stopped_at": ended}.items()
    assert 0 <= stopped["hours_saved"] < 1 and 0 <= stopped["dollars_saved"] < 0.05
    names = ("running_apps", "stopping_soon", "hours_saved", "dollars_saved")
    expected = (1, 0, stopped["hours_saved"], stopped["dollars_saved"])
    assert tuple(report["summary"][name] for name in names) == expected
    assert report["not_read"] == []


def test_page_of_the_drift_check_is_fit_for_people(drift):
    """In Chromium: nothing from outside, no script, no finding of axe-core, no sideways scrolling at 360 pixels."""
    page_file = drift / "drift" / f"{TEAM}.html"
    asked = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(chromium.find()), args=["--no-sandbox"])
        page = browser.new_page()
        page.on("request", lambda request: asked.append(request.url))
        page.goto(page_file.as_uri())
        assert page.get_by_role("heading", level=1).inner_text() == f"Studio of team {TEAM}"
        assert "differences from the description" in page.locator(".verdict").inner_text()
        row = page.get_by_role("row").filter(has_text="joan")
        assert "not described" in row.inner_text()
        report = artifacts(drift)["drift"][TEAM]
        (app,), (stopped,) = report["apps"], report["stopped_apps"]
        assert cells(page, "What runs now") == [
            "JupyterLab in ada-lab",
            "ml.t3.medium",
            f"{app['since']} ({app['hours']} hours)",
            app["last_activity"],
            f"after 90 idle minutes, not before {app['stops_at']}",
        ]
        assert cells(page, "What stopped in the last 24 hours") == [
            "JupyterLab in grace-lab",
            "ml.t3.medium",
            stopped["stopped_at"],
            f"{stopped['hours_saved']} instance hours, {stopped['dollars_saved']:.2f} USD",
        ]
        assert "None" not in page.locator("main").inner_text()
        assert page.locator("script").count() == 0
        assert accessibility.problems(page) == []
        browser.close()
    assert asked == [page_file.as_uri()]


@pytest.mark.long
def test_a_lead_makes_no_account_for_a_future_member_of_another_team(awx, team):
    """The lead knows no password, and an account with the lead's address gets into no other team.

    After the drift checks, as a lead's run without answers takes back what an earlier survey answered.
    """
    lead = f"Studio team {TEAM}"
    assert "password" not in {question["variable"] for question in survey_of(TEMPLATES[lead])}
    run, _job = awx.launch(lead, user="newhire", email="lead@example.com")
    assert run.status == 0, run.output[-4000:]
    listed = copy.deepcopy(awx.inventory)
    listed["_meta"]["hostvars"]["pricing"]["studio_users"] = [{"name": "newhire", "email": "newhire@example.com"}]
    run, _job = awx.launch("Studio team", inventory=listed, domain_name="pricing")
    assert run.status != 0
    assert "newhire is in the user pool already" in " ".join(run.output.split())
    cognito = boto3_client(awx.url, "cognito-idp")
    (pool,) = cognito.list_user_pools(MaxResults=10)["UserPools"]
    groups = cognito.admin_list_groups_for_user(UserPoolId=pool["Id"], Username="newhire")["Groups"]
    assert [group["GroupName"] for group in groups] == [TEAM]
    roles = [role["RoleName"] for role in boto3_client(awx.url, "iam").list_roles()["Roles"]]
    assert [name for name in roles if "pricing" in name and name.endswith("-person-newhire")] == []


@pytest.mark.long
def test_slices_together_are_all_teams(awx, platform):
    """One slice for each host: the platform alone, and teams without it."""
    hosts = 3
    for number in range(1, hosts + 1):
        run, _job = awx.launch("Studio teams", inventory=sliced(awx.inventory, number, hosts))
        assert run.status == 0, run.output[-4000:]
    assert awx.domains().keys() == {"churn", "pricing"}
    assert {domain["Status"] for domain in awx.domains().values()} == {"InService"}
    for number in range(1, hosts + 1):
        run, _job = awx.launch("Studio teams", inventory=sliced(awx.inventory, number, hosts))
        assert (run.status, run.changed) == (0, 0), run.output[-4000:]


@pytest.mark.long
def test_all_teams_are_checked_for_drift(awx, platform):
    run, job = awx.launch("Studio drift check")
    assert run.status == 0, run.output[-4000:]
    assert artifacts(job)["drift"].keys() == {"churn", "pricing"}


@pytest.mark.long
def test_person_of_any_team_gets_a_link(awx, team):
    run, _job = awx.launch("Studio for a person", domain_name=TEAM, user="ada")
    assert run.status == 0, run.output[-4000:]
    assert LINK in run.output


@pytest.mark.long
def test_end_of_a_team_wants_its_name_twice(awx, team):
    run, _job = awx.launch("Studio team, destroy", domain_name=TEAM, confirm="pricing")
    assert run.status != 0
    assert TEAM in awx.domains()
    run, _job = awx.launch("Studio team, destroy", domain_name=TEAM, confirm=TEAM)
    assert run.status == 0, run.output[-4000:]
    assert TEAM not in awx.domains()
