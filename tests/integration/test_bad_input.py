# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Bad input ends with one clear sentence, before anything is written.

A run says all that is wrong with all descriptions at once, so one run has every mistake, each as a host of its own.
"""

import json
import re

import pytest
import requests
import yaml

from tests.support.calls import writes
from tests.support.emulator_plugin import NOWHERE
from tests.support.emulator_process import EmulatorProcess
from tests.support.playbook import ROOT, run_playbook

LINE = re.compile(r"(?:Team|Platform) ([\w-]+):? (.*)")


@pytest.fixture(scope="module")
def account():
    process = EmulatorProcess()
    yield process
    process.stop()


def variables(**values):
    return "-e", json.dumps(values)


PERSON = {"name": "ada", "email": "ada@example.com"}
WINDOWS_SCRIPT = {"name": "windows", "app_type": "JupyterLab", "content": "echo hello\r\n"}
LONG_SCRIPT = {"name": "long", "app_type": "CodeEditor", "content": "x" * 12289}
# A password that no output may have.
SECRET = 31415926535897
QUOTES = "YAML makes numbers and truth values of such words; put it in quotes."
CODEARTIFACT = {"type": "codeartifact", "domain": "packages", "repository": "python"}
GEO = {"name": "geo", "image_uri": "111111111111.dkr.ecr.eu-central-1.amazonaws.com/geo:1.4"}
PROVIDER = {
    "login_identity_provider": {
        "name": "corporate",
        "type": "OIDC",
        "teams": {"team1": ["ml"]},
        "details": {"oidc_issuer": "https://id.example.com", "client_id": "studio"},
    },
    "login_identity_provider_secret": "secret",
}
MANY_TEAMS = {f"team{number}": [f"studio-team{number}-members"] for number in range(120)}
# By kind: descriptions of teams with a mistake each, and what is said of it.
TEAMS = {
    "types": {
        "unknown part of an option": (
            {"studio_jupyterlab": {"idle_timeout": 90}},
            "studio_jupyterlab.idle_timeout is not an option; did you mean idle_timeout_minutes?",
        ),
        "unknown part of a person": (
            {"studio_users": [{**PERSON, "emial": "ada@example.com"}]},
            "studio_users[ada].emial is not an option; did you mean email?",
        ),
        "text for a number": (
            {"studio_ebs_default_gb": "big"},
            'studio_ebs_default_gb is "big", and must be a whole number.',
        ),
        "name that YAML takes for a truth value": (
            {"studio_users": [{**PERSON, "name": False}]},
            f"studio_users[0].name is false, and must be a text. {QUOTES}",
        ),
        "name that YAML takes for a number": (
            {"studio_users": [{**PERSON, "name": 7}]},
            f"studio_users[0].name is 7, and must be a text. {QUOTES}",
        ),
        "account that YAML takes for a number": (
            {"studio_package_index": {**CODEARTIFACT, "domain_owner": 222222222222}},
            f"studio_package_index.domain_owner is 222222222222, and must be a text. {QUOTES}",
        ),
        "password that YAML takes for a number, and that is not shown": (
            {"studio_users": [{**PERSON, "password": SECRET}]},
            f"studio_users[ada].password must be a text. {QUOTES}",
        ),
        "people that are no list, whose passwords are not shown": (
            {"studio_users": {"ada": {"password": str(SECRET)}}},
            "studio_users must be a list.",
        ),
        "script for a kind of app that there is not": (
            {"studio_lifecycle_scripts": [{**WINDOWS_SCRIPT, "app_type": "Jupyter"}]},
            'studio_lifecycle_scripts[windows].app_type is "Jupyter", and must be one of JupyterLab, CodeEditor, '
            "JupyterServer, KernelGateway; did you mean JupyterLab?",
        ),
    },
    "names": {
        "unknown option": ({"studio_user": []}, "studio_user is not an option; did you mean studio_users?"),
    },
    "meaning": {
        "session that AWS would refuse": (
            {"studio_session_minutes": 10},
            "studio_session_minutes must be from 30 to 720",
        ),
        "weak password": (
            {"studio_users": [{**PERSON, "password": "short"}]},
            "The password of ada needs at least 14 characters",
        ),
        "impossible sign-in name": (
            {"studio_users": [{**PERSON, "name": "ada.lovelace@example.com"}]},
            "ada-lovelace would do",
        ),
        "person who cannot be invited": (
            {"studio_users": [{"name": "ada"}]},
            "ada needs an email to be invited, or a password",
        ),
        "address without @": (
            {"studio_users": [{**PERSON, "email": "ada at example.com"}]},
            "the email of ada, ada at example.com, is no address such as ada@example.com.",
        ),
        "tag with a sign that AWS does not take": (
            {"studio_tags": {"Department": "R&D"}},
            'studio_tags: the tag "Department" has "&"; AWS takes letters, digits, spaces and _ . : / = + - @ in tags.',
        ),
        "tag without a value": ({"studio_tags": {"Owner": None}}, 'studio_tags: the tag "Owner" has no value.'),
        "tag with a value that is too long": (
            {"studio_tags": {"Owner": "x" * 257}},
            'studio_tags: the tag "Owner" has a value of 257 characters; AWS takes 256.',
        ),
        "tag that AWS keeps for itself": (
            {"studio_tags": {"aws:createdBy": "me"}},
            'studio_tags: the tag "aws:createdBy" begins with aws:, which AWS keeps for itself.',
        ),
        "tag with a value that YAML takes for a number": (
            {"studio_tags": {"CostCenter": 34}},
            f'studio_tags: the tag "CostCenter" has the value 34, which is no text. {QUOTES}',
        ),
        "too many repositories": (
            {"studio_code_repositories": [f"https://git.example.com/{number}" for number in range(11)]},
            "studio_code_repositories has 11 entries, and AWS takes at most 10.",
        ),
        "command of two words": (
            {"studio_custom_images": [{**GEO, "entrypoint": ["jupyter", "lab"]}]},
            "studio_custom_images[geo].entrypoint has 2 entries, and AWS takes one command at most;",
        ),
        "objects that move too early": (
            {"studio_infrequent_access_days": 7},
            "studio_infrequent_access_days is 7, and S3 moves objects after 30 days at the earliest; 0 is for never.",
        ),
        "instance type that there is not": (
            {"studio_default_instance_type": "ml.t3.mediun"},
            "studio_default_instance_type is ml.t3.mediun, which is no instance type of Studio's apps; did you mean "
            "ml.t3.medium?",
        ),
        "statement without an effect": (
            {"studio_extra_statements": {"lead": [{"Action": "s3:*", "Resource": "*"}]}},
            "studio_extra_statements.lead[0] needs Allow or Deny as its Effect, which is missing.",
        ),
        "person twice": ({"studio_users": [PERSON, {**PERSON, "name": "Ada"}]}, "names a person twice"),
        "owner of a space who is not of the team": (
            {"studio_spaces": [{"name": "lab", "owner": "Stranger"}]},
            "stranger owns a space of studio_spaces and is not among studio_users",
        ),
        "space without anybody who owns it": (
            {"studio_users": [], "studio_spaces": [{"name": "lab"}]},
            "studio_spaces needs somebody who owns the spaces",
        ),
        "space twice": ({"studio_spaces": [{"name": "lab"}, {"name": "lab"}]}, "studio_spaces names a space twice"),
        "disk that is too large": (
            {"studio_spaces": [{"name": "lab", "ebs_gb": 101}]},
            "the ebs_gb of a space must be from 5 to studio_ebs_maximum_gb",
        ),
        "impossible name of a space": ({"studio_spaces": [{"name": "my_lab"}]}, "a space cannot be named my_lab"),
        "options that do not fit together, all at once": (
            {
                "studio_allowed_instance_types": ["t3.medium"],
                "studio_custom_images": [{"name": "geo", "image_uri": "python:3.12"}],
                "studio_package_index": {"type": "mirror"},
                "studio_budget": {"limit_usd": 5},
            },
            "t3.medium of studio_allowed_instance_types matches no instance type of SageMaker. apps start on "
            "ml.t3.medium, and studio_allowed_instance_types (t3.medium) does not allow it. image_uri python:3.12 of "
            "geo is no image in Amazon ECR. studio_package_index of type mirror needs pip_url. studio_budget needs "
            "limit_usd, which must be more than 0, and notify.",
        ),
        "scripts that could not run": (
            {"studio_lifecycle_scripts": [WINDOWS_SCRIPT, LONG_SCRIPT]},
            "lifecycle script windows has Windows line ends (CRLF), which no shell understands. Save the script with "
            "LF. lifecycle script long is 16388 characters long as base64; AWS takes 16384",
        ),
    },
}
# The same of platforms.
PLATFORMS = {
    "network names": {
        "unknown option": ({"network_cird": "10.0.0.0/16"}, "did you mean network_cidr?"),
    },
    "network range": {
        "no address range": ({"network_cidr": "10.0.0.0/99"}, "'10.0.0.0/99' is not an IPv4 range in CIDR notation"),
        "host bits in the range": ({"network_cidr": "10.0.0.1/16"}, "has host bits set"),
        "range too large": ({"network_cidr": "10.0.0.0/8"}, "a VPC is between /16 and /28"),
    },
    "sign-in names": {
        "unknown option": ({"login_callback_url": []}, "did you mean login_callback_urls?"),
    },
    "sign-in meaning": {
        "help that is a script": (
            {"login_help_url": "javascript:alert(1)"},
            "login_help_url must begin with https://",
        ),
        "logo that is a sentence": (
            {"login_logo_text": "Studio of Example"},
            "login_logo_text must have 12 characters",
        ),
        "live look at groups from where Cognito cannot be reached": (
            {"login_live_group_check": True, "login_endpoint_type": "private"},
            "login_live_group_check cannot be combined with login_endpoint_type private",
        ),
        "callback over http": (
            {"login_callback_urls": ["http://portal.example.com/"]},
            "must begin with https://",
        ),
        "provider with a name of two characters": (
            {**PROVIDER, "login_identity_provider": {**PROVIDER["login_identity_provider"], "name": "ad"}},
            "login_identity_provider.name must be 3 to 32 letters, digits and inner hyphens.",
        ),
        "more teams than a function's environment has room for": (
            {**PROVIDER, "login_identity_provider": {**PROVIDER["login_identity_provider"], "teams": MANY_TEAMS}},
            "bytes, and a function's environment has 4096 in all.",
        ),
        "more topics than an alarm takes": (
            {"login_alarm_topic_arns": [f"arn:aws:sns:eu-central-1:111111111111:t{number}" for number in range(6)]},
            "login_alarm_topic_arns has 6 entries, and AWS takes at most 5.",
        ),
    },
}
GROUPS = {"teams": TEAMS, "platforms": PLATFORMS}
CASES = {
    f"{kind}{number}": (group, values, sentence)
    for group, kinds in GROUPS.items()
    for kind, cases in kinds.items()
    for number, (values, sentence) in enumerate(cases.values())
}
CASES = {name.replace(" ", "-"): case for name, case in CASES.items()}
# What a run is told, and not its inventory.
COMMANDS = {
    "team name that AWS refuses": (variables(domain_name="Team_1"), 'domain_name "Team_1" cannot be a team'),
    "team name with double hyphen": (variables(domain_name="a--b"), "single inner hyphens"),
    **{
        f"team name that is taken by {name}": (
            variables(domain_name=name, new_team=True),
            f"No team can be called {name}: ",
        )
        for name in ("all", "localhost", "ungrouped", "teams", "platforms", "main")
    },
    "person without a team": (variables(user="ada"), "name the team too"),
    "wrong account": (
        variables(aws_account_id="222222222222"),
        "is for account 222222222222, but these credentials are of",
    ),
    "team chosen with --limit": (
        ("--limit", "team1"),
        "--limit would leave out the hosts that this run makes for network and sign-in. Leave --limit out",
    ),
    "team name that is no text": (variables(domain_name=7), "domain_name is 7, and must be a text: put it in quotes."),
    "team that nobody listed": (
        variables(domain_name="taem1"),
        "The inventory lists no team taem1; did you mean team1? A team that it does not list is made with -e new_team",
    ),
    "tags": (("--tags", "studio"), "This playbook has no tags, and --tags would leave out all that it does."),
    "task to start at": (("--start-at-task", "Key"), "and --start-at-task would skip that. Leave it out"),
    "region that there is not": (
        variables(aws_region="eu-centrall-1"),
        "AWS has no such region; did you mean eu-central-1?",
    ),
    "unknown platform": (variables(studio_platform="mian"), 'names the platform "mian"'),
}


@pytest.fixture(scope="module")
def refused(account, tmp_path_factory):
    """What one run of site.yml over all cases says of each, by its name."""
    groups = {
        group: {"hosts": {name: values for name, (of, values, _sentence) in CASES.items() if of == group}}
        for group in GROUPS
    }
    inventory = tmp_path_factory.mktemp("inventory") / "hosts.yml"
    inventory.write_text(yaml.safe_dump({"all": {"children": groups}}))
    arguments = ("-i", str(ROOT / "inventories" / "demo"), "-i", str(inventory))
    environment = {"ANSIBLE_CALLBACK_RESULT_FORMAT": "json"}
    run = run_playbook("site.yml", *arguments, url=account.url, environment=environment)
    assert run.status != 0 and "Traceback" not in run.output and writes(account) == []
    told = json.loads(re.search(r"^fatal: .*? => (\{.*\})$", run.output, re.MULTILINE)[1])["msg"]
    return dict(LINE.fullmatch(line).groups() for line in told.splitlines())


@pytest.mark.parametrize("case", CASES)
def test_mistake_in_a_description_is_refused_before_anything_is_written(refused, case):
    assert CASES[case][2] in refused[case]


def test_what_is_right_is_not_told_of(refused):
    assert refused.keys() == CASES.keys()


# make test starts some commands with a mistake as test_wrong_inputs.py draws them.
@pytest.mark.long
@pytest.mark.parametrize("case", COMMANDS)
def test_bad_command_is_refused_before_anything_is_written(account, case):
    arguments, sentence = COMMANDS[case]
    run = run_playbook("site.yml", *arguments, url=account.url)
    assert run.status != 0
    assert sentence in " ".join(run.output.split())
    assert "Traceback" not in run.output
    assert writes(account) == []


@pytest.mark.parametrize("playbook", ["site.yml", "playbooks/destroy.yml", "playbooks/drift.yml"])
def test_run_without_an_inventory_is_refused(account, tmp_path, playbook):
    (tmp_path / "empty.yml").write_text("all:\n")
    arguments = ("-i", str(tmp_path / "empty.yml"), *variables(domain_name="team1", confirm="team1"))
    run = run_playbook(playbook, *arguments, url=account.url)
    assert run.status != 0 and "Traceback" not in run.output
    assert "The inventory has no platform" in " ".join(run.output.split())
    assert writes(account) == []


def test_broken_description_is_named_by_file_and_line(account, tmp_path):
    (tmp_path / "host_vars").mkdir()
    (tmp_path / "hosts.yml").write_text("{platforms: {hosts: {main}}, teams: {hosts: {team1}}}\n")
    (tmp_path / "host_vars" / "team1.yml").write_text("studio_users:\n  - {name: ada, email: x\n")
    run = run_playbook("site.yml", "-i", str(tmp_path / "hosts.yml"), url=account.url)
    assert run.status != 0 and "Traceback" not in run.output
    assert f"{tmp_path}/host_vars/team1.yml, line 3: " in " ".join(run.output.split())
    assert writes(account) == []


def test_emulator_that_is_not_running_is_named():
    run = run_playbook("site.yml", url=NOWHERE)
    assert run.status != 0
    assert f"cannot reach AWS at {NOWHERE}" in " ".join(run.output.split())
    assert "make emulator-start" in run.output
    assert "Traceback" not in run.output


@pytest.fixture(scope="module")
def under_names_of_aws():
    """An emulator that says nothing of addresses and keys of its own, as AWS does."""
    account = EmulatorProcess("--aws-hostnames")
    yield account
    account.stop()


@pytest.mark.parametrize(
    ("role", "advice"),
    [
        (None, "Check the credentials"),
        pytest.param("arn:aws:iam::222222222222:role/ml", "the credentials that assume it", marks=pytest.mark.long),
    ],
)
def test_missing_credentials_are_named(under_names_of_aws, role, advice):
    url = under_names_of_aws.url
    inventory, values = ROOT / "inventories" / "example", {"aws_endpoint_url": url, "aws_role_arn": role}
    arguments = ("-i", str(inventory), *variables(**values))
    run = run_playbook("site.yml", *arguments, url=url)
    assert run.status != 0
    said = " ".join(run.output.split())
    assert "Unable to locate credentials" in said and advice in said
    assert "Traceback" not in run.output


@pytest.mark.long
def test_team_without_its_platform_is_refused(account):
    run = run_playbook("playbooks/teams.yml", *variables(domain_name="team1"), url=account.url)
    assert run.status != 0
    assert "run platform.yml first" in run.output
    assert requests.get(f"{account.url}/_emulator/resources", timeout=30).json() == []
