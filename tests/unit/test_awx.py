# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""AWX as code: surveys that fit their playbooks, modules that know their options, and an execution environment."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from ansible.errors import AnsibleParserError
from ansible.parsing.utils.yaml import from_yaml

from tests.support.awx import TEAM, job_templates, survey_of, unsafe
from tests.support.awx_server import AwxServer
from tests.support.playbook import ROOT, run_playbook

TYPES = {"text": "str", "textarea": ("str", "list", "dict"), "password": "str", "integer": "int"}
TYPES = {name: (kinds,) if isinstance(kinds, str) else kinds for name, kinds in TYPES.items()}
TYPES |= {"multiplechoice": ("str", "bool"), "multiselect": ("list",)}
TEMPLATES = {template["name"]: template for template in job_templates()}
QUESTIONS = [
    pytest.param(template, question, id=f"{template['name']}: {question['variable']}")
    for template in TEMPLATES.values()
    for question in survey_of(template)
]
PLAYBOOK_OPTIONS = yaml.safe_load((ROOT / "playbooks" / "meta" / "argument_specs.yml").read_text())["argument_specs"]
TEAM_OPTIONS = yaml.safe_load((ROOT / "roles" / "studio" / "meta" / "argument_specs.yml").read_text())[
    "argument_specs"
]["main"]["options"]


def program(name):
    return str(Path(sys.executable).with_name(name))


def options_of(playbook):
    """What a playbook takes: its own variables, and where it builds teams the options of the role as survey_*."""
    name = Path(playbook).stem
    options = dict(PLAYBOOK_OPTIONS[name]["options"])
    if name in ("teams", "site"):
        # The playbook itself gives what the role requires.
        options |= {f"survey_{option}": spec for option, spec in TEAM_OPTIONS.items() if not spec.get("required")}
    return options


@pytest.mark.parametrize("answer", ["*", "&", "!", "=", "<<"])
def test_answers_that_ansible_cannot_read_end_a_job_before_its_first_task(answer):
    """As docs/awx.md tells; ansible-core resolves the tag of an !unsafe text anew, as if it stood without quotes."""
    assert f"`{answer}`" in (ROOT / "docs/awx.md").read_text()
    assert from_yaml(unsafe({"user": f"{answer}a"})) == {"user": f"{answer}a"}
    with pytest.raises(AnsibleParserError):
        from_yaml(unsafe({"user": answer}))


@pytest.mark.parametrize(("template", "question"), QUESTIONS)
def test_question_asks_for_a_variable_of_its_playbook(template, question):
    option = options_of(template["playbook"])[question["variable"]]
    assert option["type"] in TYPES[question["type"]]
    assert option.get("elements", "str") == "str"
    if option["type"] == "bool":
        assert question["choices"] == ["yes", "no"]
    elif option.get("choices"):
        assert set(question["choices"]) <= set(option["choices"])
    if option.get("no_log"):
        assert question["type"] == "password"


@pytest.mark.parametrize(("template", "question"), QUESTIONS)
def test_question_has_what_awx_wants(template, question):
    assert {"question_name", "question_description", "variable", "type", "required"} <= question.keys()
    assert isinstance(question["required"], bool)
    if question["type"] in ("multiplechoice", "multiselect"):
        assert question["choices"]
        assert "min" not in question
    else:
        assert 0 <= question["min"] < question["max"]


# As the rules of teams have them (plugins/module_utils/_blueprint).
BOUNDS = {
    "domain_name": (1, 24),
    "confirm": (1, 24),
    "user": (None, 63),
    "survey_studio_idle_timeout_minutes": (60, 525600),
    "survey_studio_ebs_default_gb": (5, 16384),
}


@pytest.mark.parametrize(("template", "question"), [one for one in QUESTIONS if one.values[1]["variable"] in BOUNDS])
def test_bounds_are_those_that_the_playbook_keeps(template, question):
    least, most = BOUNDS[question["variable"]]
    assert question["max"] == most
    assert question["min"] == (int(question["required"]) if least is None else least)


@pytest.mark.parametrize("template", TEMPLATES.values(), ids=TEMPLATES)
def test_what_a_playbook_requires_is_asked_for_or_fixed(template):
    asked = {question["variable"] for question in survey_of(template) if question["required"]}
    fixed = template.get("extra_vars", {}).keys()
    required = {name for name, option in options_of(template["playbook"]).items() if option.get("required")}
    assert required <= asked | fixed
    assert fixed <= options_of(template["playbook"]).keys()
    assert (ROOT / template["playbook"]).is_file()


def test_templates_of_a_team_are_bound_to_it():
    own = [template for name, template in TEMPLATES.items() if TEAM in name]
    assert len(own) == 3
    for template in own:
        assert template["extra_vars"]["domain_name"] == TEAM
        assert "domain_name" not in [question["variable"] for question in survey_of(template)]
        assert not template.get("ask_variables_on_launch")
        assert not template.get("ask_limit_on_launch")


@pytest.mark.parametrize("template", TEMPLATES.values(), ids=TEMPLATES)
def test_only_what_writes_nothing_that_lasts_runs_twice_at_once(template):
    harmless = template["playbook"] in ("playbooks/open_studio.yml", "playbooks/drift.yml")
    assert template.get("allow_simultaneous", False) == harmless


def test_playbooks_use_the_variables_that_they_are_said_to_take():
    texts = "\n".join(path.read_text() for path in (ROOT / "playbooks").glob("*.yml"))
    texts += "\n".join(path.read_text() for path in (ROOT / "playbooks" / "vars").glob("*.yml"))
    texts += "".join(
        path.read_text() for folder in ("action", "plugin_utils") for path in (ROOT / "plugins" / folder).glob("*.py")
    )
    for name, spec in PLAYBOOK_OPTIONS.items():
        assert (ROOT / "playbooks" / f"{name}.yml").is_file()
        assert [option for option in spec["options"] if option not in texts] == []


LEADS = {"churn": ["ada"]}
REVISION = 40 * "5"
BOUNDARY = "arn:aws:iam::111111111111:policy/boundary"
TEAM_CREDENTIAL = "SageMaker Studio {}"
KEYS = {"AWS_ACCESS_KEY_ID": "A" * 20, "AWS_SECRET_ACCESS_KEY": "S" * 40}
ENTERED = {
    "access_key": "B" * 20,
    "secret_key": "T" * 40,
    "session_token": "U" * 60,
    "endpoint_url": "http://127.0.0.1",
}


def made_by_hand(server):
    """Make the credentials of teams, as people do before configure.yml is run."""
    organization = server.create("organizations", {"name": "By hand"})["id"]
    kind = server.create("credential_types", {"name": "By hand", "inputs": {"fields": []}})["id"]
    for team in ("churn", "pricing", "fraud"):
        place = {"organization": organization, "credential_type": kind, "inputs": {}}
        server.create("credentials", {"name": TEAM_CREDENTIAL.format(team), **place})


@pytest.fixture(scope="module")
def configure(tmp_path_factory):
    """Runs awx/configure.yml against AWX's API with an inventory of some teams, and gives the server with the run."""
    folder = tmp_path_factory.mktemp("awx")
    server = AwxServer("ada", "emmy", "grace")
    made_by_hand(server)

    def run(*teams, inventory="ours", environment=KEYS, region="eu-central-1", bounded=True, **variables):
        hosts = folder / "inventories" / inventory / "hosts.ini"
        hosts.parent.mkdir(parents=True, exist_ok=True)
        boundary = f" studio_permissions_boundary_arn={BOUNDARY}" if bounded else ""
        lines = ["[platforms]", f"main aws_region={region}", "[teams]", *(f"{team}{boundary}" for team in teams)]
        hosts.write_text("\n".join(lines) + "\n")
        server.writes.clear()
        told = {
            "awx_inventory_source": "inventories/ours/hosts.ini",
            "awx_project_url": "https://git.example/studio.git",
            "awx_project_revision": REVISION,
            "awx_team_credentials": {team: TEAM_CREDENTIAL.format(team) for team in teams},
            **variables,
        }
        settings = {
            "CONTROLLER_HOST": server.url,
            "CONTROLLER_OAUTH_TOKEN": "token",
            # Certificates are read for every request, over http too, and take longer than all the rest.
            "SSL_CERT_FILE": os.devnull,
        }
        return run_playbook(
            "awx/configure.yml",
            *("-i", str(hosts.parent), "-e", json.dumps(told)),
            url="",
            environment={**settings, **environment},
        )

    run.server = server
    yield run
    server.stop()


@pytest.fixture(scope="module")
def configured(configure):
    """AWX after the first run, and what the second one counts as changed."""
    first = configure("churn", "pricing", "fraud", awx_team_leads=LEADS)
    assert first.status == 0, first.output[-4000:]
    second = configure("churn", "pricing", "fraud", awx_team_leads=LEADS)
    assert second.status == 0, second.output[-4000:]
    return configure.server, second.changed, [path.split("/")[0] for _method, path, _data in configure.server.writes]


def test_second_run_changes_nothing(configured):
    _server, changed, written = configured
    assert changed == 0
    assert written == ["inventories"]  # the module sends null for what AWX keeps as ""


@pytest.mark.parametrize("template", TEMPLATES.values(), ids=TEMPLATES)
def test_job_template_is_made_as_it_is_described(configured, template):
    server = configured[0]
    made = server.one("job_templates", template["name"])
    special = {key: value for key, value in template.items() if key not in ("survey", "extra_vars")}
    assert {key: made[key] for key in special} == special
    assert json.loads(made["extra_vars"]) == template.get("extra_vars", {})
    assert (made["survey_enabled"], made.get("survey", {}).get("spec", [])) == (
        bool(survey_of(template)),
        survey_of(template),
    )
    assert {key: server.objects[kind][made[key]]["name"] for key, kind in PARTS.items()} == dict.fromkeys(
        PARTS, "SageMaker Studio"
    )
    (credential,) = server.of("job_templates", template["name"], "credentials")
    wanted = TEAM_CREDENTIAL.format("churn") if TEAM in template["name"] else "SageMaker Studio deployer"
    assert server.objects["credentials"][credential]["name"] == wanted
    assert not {"ask_variables_on_launch", "ask_limit_on_launch"} & made.keys()
    assert "{team}" not in json.dumps(made)


PARTS = {"project": "projects", "inventory": "inventories", "execution_environment": "execution_environments"}


def test_every_team_has_templates_that_only_its_awx_team_may_run(configured):
    server = configured[0]
    own = [template["name"] for name, template in TEMPLATES.items() if TEAM in name]
    for team in ("churn", "pricing", "fraud"):
        runners = {
            name: server.of("job_templates", name, "execute_role/teams") for name in server.names("job_templates")
        }
        expected = {name.replace(TEAM, team) for name in own}
        assert {name for name, ids in runners.items() if server.one("teams", f"Studio {team}")["id"] in ids} == expected
    assert len(server.names("job_templates")) == len(TEMPLATES) + 2 * len(own)


def test_project_is_what_was_asked_for_and_cannot_be_moved(configured):
    project = configured[0].one("projects", "SageMaker Studio")
    assert (project["scm_url"], project["scm_branch"]) == ("https://git.example/studio.git", REVISION)


def test_platform_comes_before_the_teams(configured):
    server = configured[0]
    nodes = {node["identifier"]: node for node in server.objects["workflow_job_template_nodes"].values()}
    platform, teams = nodes["platform"], nodes["teams"]
    assert server.objects["job_templates"][platform["unified_job_template"]]["name"] == "Studio platform"
    assert server.attached["workflow_job_template_nodes", platform["id"], "success_nodes"] == {teams["id"]}
    (schedule,) = server.objects["schedules"].values()
    assert server.objects["job_templates"][schedule["unified_job_template"]]["name"] == "Studio drift check"


@pytest.fixture(scope="module")
def later(configured, configure):
    """AWX after people worked with it, and a run without keys, with ada elsewhere, another region and a team less."""
    server = configured[0]
    server.one("credentials", "SageMaker Studio deployer")["inputs"] = {**ENTERED, "region": "eu-central-1"}
    server.join("Studio churn", "emmy")
    template = server.one("job_templates", "Studio team fraud")
    for number, changes in {
        901: {"name": "Studio team fraud @ 12:00:00"},
        902: {"name": "Studio team audit", "extra_vars": '{"domain_name": "fraud"}'},
        903: {"name": "Studio drift check of team audit", "project": 900, "extra_vars": '{"domain_name": "audit"}'},
        904: {"name": "By hand", "extra_vars": "---\n# nothing"},
    }.items():
        server.objects["job_templates"][number] = {**template, "id": number, **changes}
    server.objects["projects"][900] = {**server.one("projects", "SageMaker Studio"), "id": 900, "name": "Other"}
    run = configure("churn", "pricing", environment={}, region="eu-west-1", awx_team_leads={"pricing": ["ada"]})
    assert run.status == 0, run.output[-4000:]
    return server


def test_keys_that_were_entered_in_awx_stay_and_the_region_follows(later):
    inputs = later.one("credentials", "SageMaker Studio deployer")["inputs"]
    assert inputs == {**ENTERED, "region": "eu-west-1"}


def test_who_is_no_lead_any_more_loses_the_rights(later):
    assert later.members("Studio churn") == []
    assert later.members("Studio pricing") == ["ada"]


def test_team_that_left_the_inventory_leaves_awx(later):
    assert later.names("teams") == ["Studio churn", "Studio pricing"]
    assert [name for name in later.names("job_templates") if "fraud" in name] == ["Studio team fraud @ 12:00:00"]


def test_what_others_made_stays(later):
    assert {"Studio team audit", "Studio drift check of team audit", "By hand"} <= set(later.names("job_templates"))


def test_without_leads_members_stay_and_new_keys_replace_all_that_was_entered(later, configure):
    """Of the old keys nothing may be left: a session token of theirs would spoil the new ones."""
    later.join("Studio churn", "grace")
    run = configure("churn", "pricing")
    assert (run.status, run.changed) == (0, 1), run.output[-4000:]
    assert later.members("Studio churn") == ["grace"]
    assert later.one("credentials", "SageMaker Studio deployer")["inputs"] == {
        "access_key": "A" * 20,
        "secret_key": "S" * 40,
        "region": "eu-central-1",
    }


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"inventory": "demo"}, "churn stand elsewhere. Run this with -i inventories/ours."),
        ({"awx_team_leads": {"chrun": ["ada"]}}, "awx_team_leads names chrun, and the inventory's teams are churn."),
        ({"awx_team_credentials": {}}, "it names none of its own for: churn."),
        ({"awx_team_credentials": {"churn": "SageMaker Studio deployer"}}, "it names none of its own for: churn."),
        ({"bounded": False}, "it is missing for: churn."),
        ({"awx_project_url": ""}, "awx_project_url and awx_project_revision say what runs"),
        ({"awx_project_revision": "main"}, "Branches and tags can be moved"),
        ({"awx_project_revision": "555555"}, "Branches and tags can be moved"),
    ],
)
def test_mistakes_that_would_take_rights_away_are_refused(configure, arguments, said):
    run = configure("churn", **arguments)
    assert run.status != 0
    assert said in " ".join(run.output.split())
    assert configure.server.writes == []


def test_leads_get_the_deployers_rights_only_where_that_is_said(configure):
    said = {"awx_team_credentials": {}, "bounded": False, "awx_leads_with_deployer_rights": True}
    run = configure("churn", "pricing", awx_team_leads={"pricing": ["ada"]}, **said)
    assert run.status == 0, run.output[-4000:]
    (credential,) = configure.server.of("job_templates", "Studio team churn", "credentials")
    assert configure.server.objects["credentials"][credential]["name"] == "SageMaker Studio deployer"


def test_ansible_builder_takes_the_execution_environment(tmp_path):
    shutil.copy(ROOT / "execution-environment.yml", tmp_path)
    subprocess.run(
        [program("ansible-galaxy"), "collection", "build", "--output-path", str(tmp_path / "dist")],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    command = [program("ansible-builder"), "create", "--context", "context"]
    made = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert made.returncode == 0, made.stdout + made.stderr
    requirements = yaml.safe_load((tmp_path / "context" / "_build" / "requirements.yml").read_text())["collections"]
    (ours,) = [item["name"] for item in requirements if item.get("type") == "file"]
    assert (tmp_path / "context" / "_build" / ours).is_file()
    assert {"name": "amazon.aws", "version": "10.1.2"} in requirements
    # What the image installs of it: the requirements that introspection finds in the built collection.
    root, built = tmp_path / "root", tmp_path / "context" / "_build" / ours
    subprocess.run(
        [program("ansible-galaxy"), "collection", "install", str(built), "--no-deps", "--offline", "-p", str(root)],
        cwd=tmp_path,
        check=True,
        capture_output=True,
    )
    seen = subprocess.run(
        [program("ansible-builder"), "introspect", str(root)], cwd=tmp_path, capture_output=True, text=True, check=True
    ).stdout
    found = yaml.safe_load(seen)
    assert sorted(line.split("#")[0].strip() for line in found["python"]) == sorted(
        (ROOT / "requirements.txt").read_text().split()
    )
