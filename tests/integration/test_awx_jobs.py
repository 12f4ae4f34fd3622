# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The job templates of awx/ as AWX runs them, each with exactly the variables of its survey."""

import json

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

TEMPLATES = {template["name"]: template for template in job_templates()}
PASSWORD = "Analytical-Engine-1843"
LINK = "/auth?token="


class Awx:
    """An emulator, a checkout of the project, and the inventory as AWX imported it."""

    def __init__(self, directory):
        self.process, self.directory, self.jobs = EmulatorProcess(), directory, 0
        self.url = self.process.url
        self.inventory = imported(EXAMPLE)
        copy_project(directory / "project")

    def launch(self, name, *, inventory=None, **answers):
        """Launch a job template with answers to its survey, as text; what is not answered is sent empty."""
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
        )
        return run, job

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
def platform(awx):
    run, _job = awx.launch("Studio platform")
    assert run.status == 0, run.output[-4000:]
    return run


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


def test_lines_of_a_survey_are_tags(awx, team):
    arn = awx.domains()[TEAM]["DomainArn"]
    tags = {tag["Key"]: tag["Value"] for tag in boto3_client(awx.url, "sagemaker").list_tags(ResourceArn=arn)["Tags"]}
    assert (tags["CostCenter"], tags["Owner"]) == ("4712", "a=b")


def test_passwords_of_surveys_are_not_shown(team):
    assert PASSWORD not in team.output


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        pytest.param({"survey_studio_ebs_default_gb": "4"}, "studio_ebs_default_gb", marks=pytest.mark.long),
        ({"survey_studio_ebs_default_gb": "{{ 7 * 7 }}"}, "is '{{ 7 * 7 }}', and must be a whole number"),
    ],
)
def test_impossible_answers_are_refused_in_a_sentence(awx, team, answers, said):
    before = len(writes(awx))
    run, _job = awx.launch(f"Studio team {TEAM}", **answers)
    assert run.status != 0
    assert said in " ".join(run.output.split())
    assert len(writes(awx)) == before


def test_link_for_a_person_is_shown(awx, team):
    run, _job = awx.launch(f"Studio of team {TEAM} for a person", user="joan")
    assert run.status == 0, run.output[-4000:]
    assert LINK in run.output


@pytest.fixture(scope="module")
def drift(awx, team):
    """The folder of the job that checked the team: what the survey answered differs from the inventory."""
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
    people = {person["name"]: person["status"] for person in report["people"]}
    assert people["ada"] == "invited"
    assert people["joan"] == "not described"
    assert report["platform_differences"] == []
    written = json.loads((drift / "drift" / f"{TEAM}.json").read_text())
    assert written == report


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
        assert page.locator("script").count() == 0
        assert accessibility.problems(page) == []
        browser.close()
    assert asked == [page_file.as_uri()]


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
