# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The main job: site.yml on an empty account, twice, and what people can then do and cannot."""

import json
import re
from urllib.parse import urlsplit

import pytest
import requests

from scripts.deployment import find_deployment
from scripts.sign_in import SignInError, open_studio, presigned_url, sign_in
from tests.support.account import Account
from tests.support.playbook import RECAP, ROOT, run_playbook
from tests.support.team_changes import CHANGED, NEW_PASSWORD, identity, wrong

PASSWORD_FILE = ROOT / ".demo" / "password"
# What no output may hold, whatever it is called: tokens, presigned URLs and secrets of app clients.
# A token begins so; in the middle of a script's base64 the same letters are any JSON.
SECRET_SHAPES = re.compile(
    r"(?<![A-Za-z0-9+/])eyJ[A-Za-z0-9_-]{20,}|/auth\?token=\S+|client_secret['\"]?: ?['\"]?[a-z0-9]{40,}"
)


@pytest.fixture(scope="module")
def account(deployed):
    """What site.yml built for all teams; the tests below find it as the ones above left it."""
    return deployed()


def test_check_of_an_empty_account_predicts_and_writes_nothing():
    empty = Account()
    try:
        run = run_playbook("site.yml", "--check", "--diff", url=empty.url)
        assert run.status == 0, run.output
        assert run.changed > 0
        assert empty.writes() == []
        assert empty.get("resources") == []
    finally:
        empty.stop()


def test_second_run_changes_nothing(account):
    account.writes()
    run = run_playbook("site.yml", "--diff", url=account.url)
    assert run.status == 0, run.output[-6000:]
    assert run.changed == 0, run.output
    assert account.writes() == []


def test_no_secret_in_the_most_verbose_output(deployment_output):
    assert "sign in" in deployment_output.lower() and "module_args" in deployment_output
    assert PASSWORD_FILE.read_text().strip() not in deployment_output
    assert SECRET_SHAPES.findall(deployment_output) == []


def test_everything_carries_its_platform_and_its_team(account):
    untaggable = {
        "group",
        "user",
        "user_pool_client",
        "user_pool_domain",
        "network_interface",
        "mount_target",
        "account",
        "deployment",
        "alias",
        "authorizer",
        "request_validator",
        "metric_filter",
    }
    bare = [
        item["name"]
        for item in account.get("resources")
        if item["type"] not in untaggable and "Platform" not in item["tags"]
    ]
    # SageMaker makes these itself, with the first app, job and endpoint.
    assert [name for name in bare if not name.startswith("/aws/sagemaker/")] == []
    team_things = {"domain", "user_profile", "bucket", "key", "file_system", "studio_lifecycle_config", "space"}
    bare = [
        item for item in account.get("resources") if item["type"] in team_things and "DomainName" not in item["tags"]
    ]
    assert bare == []


@pytest.fixture(scope="module")
def platform(account):
    return find_deployment(urlsplit(account.url).port)


@pytest.fixture(scope="module")
def password(account):
    return PASSWORD_FILE.read_text().strip()


def token_of(platform, user, password):
    portal = platform.portal_client_id
    return sign_in(platform.hosted_ui_url, portal, platform.portal_url, user, password)["access_token"]


def test_member_opens_studio(platform, password):
    url = presigned_url(platform.api_url, "team1", token_of(platform, "demo-user", password))
    page = open_studio(url)
    assert "demo-user" in page
    assert "team1" in page


@pytest.mark.parametrize("team", ["team2", "no-such-team"])
def test_person_of_another_team_is_refused_alike(platform, password, team):
    with pytest.raises(SignInError) as refused:
        presigned_url(platform.api_url, team, token_of(platform, "demo-user", password))
    assert refused.value.status == 403


@pytest.mark.parametrize("group", ["team10", "x,team1", "[team1]", "team1,team2"])
def test_group_with_a_similar_name_is_refused(account, platform, password, group):
    cognito = account.client("cognito-idp")
    pool = account.pool_id()
    name = "stranger"
    cognito.admin_create_user(UserPoolId=pool, Username=name, MessageAction="SUPPRESS")
    try:
        cognito.admin_set_user_password(UserPoolId=pool, Username=name, Password=password, Permanent=True)
        cognito.create_group(UserPoolId=pool, GroupName=group)
        cognito.admin_add_user_to_group(UserPoolId=pool, Username=name, GroupName=group)
        with pytest.raises(SignInError) as refused:
            presigned_url(platform.api_url, "team1", token_of(platform, name, password))
        assert refused.value.status == 403
    finally:
        cognito.admin_delete_user(UserPoolId=pool, Username=name)
        cognito.delete_group(UserPoolId=pool, GroupName=group)


def test_no_token_is_refused_by_the_gateway(platform):
    answer = requests.get(f"{platform.api_url}/domainName/team1/getPresignedUrl", timeout=30)
    assert answer.status_code == 401
    assert "message" in answer.json()
    assert answer.headers["Cache-Control"] == "no-store"


def test_portal_is_served(platform):
    answer = requests.get(platform.portal_url, timeout=30)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("text/html")


def test_administrator_gets_a_link_in_a_private_file(account, tmp_path):
    file = tmp_path / "link"
    run = run_playbook(
        "playbooks/open_studio.yml",
        *("-vvv", "-e", "domain_name=team1", "-e", "user=demo-user", "-e", f"open_studio_file={file}"),
        url=account.url,
    )
    assert run.status == 0, run.output[-3000:]
    assert file.stat().st_mode & 0o777 == 0o600
    assert SECRET_SHAPES.findall(run.output) == []
    assert "demo-user" in requests.get(file.read_text().strip(), timeout=30).text


@pytest.mark.long
def test_team_that_the_inventory_does_not_list(account, platform):
    environment = {"STUDIO_PASSWORD": "Analytical-Engine-1843"}
    arguments = ("-vvv", "-e", "domain_name=team3", "-e", "new_team=true", "-e", "user=ada")
    run = run_playbook("site.yml", *arguments, url=account.url, environment=environment)
    assert run.status == 0, run.output[-6000:]
    assert environment["STUDIO_PASSWORD"] not in run.output
    token = token_of(platform, "ada", environment["STUDIO_PASSWORD"])
    assert "ada" in open_studio(presigned_url(platform.api_url, "team3", token))
    again = run_playbook("playbooks/teams.yml", *arguments, url=account.url, environment=environment)
    assert (again.status, again.changed) == (0, 0), again.output


def without_other_domains(resources):
    return [item for item in resources if item["type"] != "domain" or item["name"] == "team3"]


def test_team_of_another_platforms_name_is_refused_before_the_first_write(account, platform):
    """The jobs and models of both would have the same names."""
    other = {"platform_name": "other", "domain_name": "team1"}
    account.writes()
    for playbook, arguments in (("teams", ()), ("teams", ("--check",))):
        run = account.run(playbook, *arguments, **other)
        assert run.status != 0
        said = " ".join(run.output.split())
        assert "Team team1 exists on platform sagemaker-studio in eu-central-1 of this account already" in said
    assert account.writes() == []


@pytest.mark.long
def test_domain_of_a_teams_name_that_is_another_teams_is_refused_before_the_first_write(account, platform, tmp_path):
    """Whoever builds one team may give its domains any name, and no other tags than the team's."""
    sagemaker, own = account.client("sagemaker"), account.domains("team1")[0]
    named = {name: own[name] for name in ("AuthMode", "VpcId", "SubnetIds")}
    role = {"ExecutionRole": own["DefaultUserSettings"]["ExecutionRole"]}
    tags = sagemaker.list_tags(ResourceArn=own["DomainArn"])["Tags"]
    made = sagemaker.create_domain(DomainName="team5", DefaultUserSettings=role, Tags=tags, **named)
    account.writes()
    team5 = {"domain_name": "team5", "new_team": True}
    for arguments in ((), ("--check",)):
        run = account.run("teams", *arguments, **team5)
        assert run.status != 0
        said = " ".join(run.output.split())
        assert (
            "is called team5 and is not the team's: it is tagged DomainName=team1, Platform=sagemaker-studio." in said
        )
    run = account.run("open_studio", **team5, user="demo-user", open_studio_file=str(tmp_path / "link"))
    assert run.status != 0
    assert "Team team5 has no domain on platform sagemaker-studio" in " ".join(run.output.split())
    assert account.writes() == []
    sagemaker.delete_domain(DomainId=made["DomainArn"].rpartition("/")[2])


@pytest.mark.long
def test_options_of_a_running_team_change_in_place(account, platform):
    same, before = identity(account, "team3"), without_other_domains(account.get("resources?full=1"))
    account.writes()
    run = account.run("teams", domain_name="team3", new_team=True, **CHANGED)
    assert run.status == 0, run.output[-6000:]
    after = without_other_domains(account.get("resources?full=1"))
    assert wrong(CHANGED, before, after, account.writes()) == []
    assert identity(account, "team3").items() >= same.items()
    assert NEW_PASSWORD not in run.output


def worked_on(run):
    """The parts of the platform that a run worked on, as hosts of its recap."""
    assert run.status == 0, run.output[-6000:]
    return {host for host, *_counts in RECAP.findall(run.output)} - {"main"}


@pytest.mark.long
def test_only_what_differs_of_a_platform_is_worked_on(account, tmp_path):
    def run(*arguments, **options):
        extra = json.dumps({"login_logo_text": "AE", **options})
        return run_playbook("playbooks/platform.yml", "-e", extra, *arguments, url=account.url)

    assert worked_on(run()) == {"login.main"}
    account.writes()
    predicted = run("--check", "--diff", network_log_retention_days=30, login_mfa="optional")
    assert (worked_on(predicted), predicted.changed) == (set(), 1)
    assert {"flow log group /aws/vpc/sagemaker-studio (update)", "user pool (update)"} <= set(
        re.findall(r"^\+\+\+ after: (.*)$", predicted.output, re.M)
    )
    assert account.writes() == []
    again = run(login_postman_dir=str(tmp_path))
    assert worked_on(again) == set()
    assert len(list(tmp_path.iterdir())) == 2
    assert account.writes() == []


@pytest.mark.long
def test_private_sign_in_comes_after_its_network(account):
    def run(**options):
        extra = json.dumps({"login_endpoint_type": "private", **options})
        return run_playbook("playbooks/platform.yml", "-e", extra, url=account.url)

    assert worked_on(run()) == {"network.main"}
    assert worked_on(run(login_help_url="https://help.example.com/")) == {"login.main"}
    refused = run(network_vpc_id="vpc-0123456789abcdef0")
    assert refused.status != 0
    assert "there is no VPC vpc-0123456789abcdef0 in eu-central-1" in " ".join(refused.output.split())


@pytest.mark.long
def test_variables_of_an_import_are_heeded(account, tmp_path):
    playbook = tmp_path / "ours.yml"
    variables = {"domain_name": "team1", "studio_idle_timeout_minutes": 181}
    play = {"ansible.builtin.import_playbook": "mlplatform.studio.teams", "vars": variables}
    playbook.write_text(json.dumps([play]))
    run = run_playbook(str(playbook), url=account.url)
    assert run.status == 0, run.output[-6000:]
    settings = account.domains("team1")[0]["DefaultUserSettings"]["JupyterLabAppSettings"]
    assert settings["AppLifecycleManagement"]["IdleSettings"]["IdleTimeoutInMinutes"] == 181
