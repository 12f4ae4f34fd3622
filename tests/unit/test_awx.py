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

from tests.support import awx_rules
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
    harmless = {f"playbooks/{name}.yml" for name in ("open_studio", "drift", "preflight")}
    assert template.get("allow_simultaneous", False) == (template["playbook"] in harmless)


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
    kind = server.create("credential_types", {"name": "By hand", "kind": "cloud"})["id"]
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
        arguments, teams = [one for one in teams if one[0] == "-"], [one for one in teams if one[0] != "-"]
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
            *("-i", str(hosts.parent), "-e", json.dumps(told), *arguments),
            url="",
            environment={**settings, **environment},
        )

    run.server = server
    yield run
    server.stop()


@pytest.fixture(scope="module")
def configured(configure):
    """AWX after the first run, and what the second one counts as changed."""
    predicted = configure("churn", "pricing", "fraud", "--check", awx_team_leads=LEADS)
    assert predicted.status == 0, predicted.output[-4000:]
    assert "AWX does not have the organization Machine Learning Platform yet." in " ".join(predicted.output.split())
    assert configure.server.writes == []
    first = configure("churn", "pricing", "fraud", awx_team_leads=LEADS)
    assert first.status == 0, first.output[-4000:]
    assert "WARNING" not in first.output
    made = list(configure.server.writes)
    second = configure("churn", "pricing", "fraud", awx_team_leads=LEADS)
    assert second.status == 0, second.output[-4000:]
    return (
        configure.server,
        second.changed,
        [path.split("/")[0] for _method, path, _data in configure.server.writes],
        made,
    )


def test_second_run_changes_nothing(configured):
    _server, changed, written, _made = configured
    assert changed == 0
    assert written == []


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
    assert {key: server.objects[kind][made[key]]["name"] for key, (kind, _name) in PARTS.items()} == {
        key: name for key, (_kind, name) in PARTS.items()
    }
    (credential,) = server.of("job_templates", template["name"], "credentials")
    wanted = TEAM_CREDENTIAL.format("churn") if TEAM in template["name"] else "SageMaker Studio deployer"
    assert server.objects["credentials"][credential]["name"] == wanted
    opened = {name for name, value in made.items() if name.startswith("ask_") and value}
    assert opened == {name for name, value in special.items() if name.startswith("ask_") and value}
    assert "{team}" not in json.dumps(made)


PARTS = {
    "project": ("projects", "SageMaker Studio"),
    "inventory": ("inventories", "SageMaker Studio"),
    "execution_environment": ("execution_environments", "Machine Learning Platform: SageMaker Studio"),
}


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


def test_preflight_comes_before_the_platform_and_that_before_the_teams(configured):
    server = configured[0]
    nodes = {node["identifier"]: node for node in server.objects["workflow_job_template_nodes"].values()}
    preflight, platform, teams = nodes["preflight"], nodes["platform"], nodes["teams"]
    assert server.objects["job_templates"][preflight["unified_job_template"]]["name"] == "Studio preflight"
    assert server.attached["workflow_job_template_nodes", preflight["id"], "success_nodes"] == {platform["id"]}
    assert server.objects["job_templates"][platform["unified_job_template"]]["name"] == "Studio platform"
    assert server.attached["workflow_job_template_nodes", platform["id"], "success_nodes"] == {teams["id"]}
    (schedule,) = server.objects["schedules"].values()
    assert server.objects["job_templates"][schedule["unified_job_template"]]["name"] == "Studio drift check"


# Of whose fields a person may have altered each by hand. What is set is AWX's default, or what the project says.
BY_HAND = {
    "job_templates": "Studio team churn",
    "workflow_job_templates": "Studio platform, then teams",
    "schedules": "Studio drift check every morning",
}
# Webhooks are refused (below). What a schedule says of its jobs AWX ignores where the template does not ask for it
# (JobTemplate._accept_or_ignore_job_kwargs), and test_template_of_the_schedule_asks_for_nothing.
NOT_SET_BACK = {
    "job_templates": {"webhook_credential"},
    "workflow_job_templates": {"webhook_service", "webhook_credential"},
    "schedules": set(awx_rules.PROMPTS),
}


def by_hand(server, kind, name, value):
    """Another value of a field than the one that it has."""
    if name in awx_rules.REFERENCES:
        others = [one for place in awx_rules.REFERENCES[name] for one in server.objects[place] if one != value]
        return others[0]
    if name in awx_rules.CHOICES:
        return next(choice for choice in awx_rules.CHOICES[name] if choice != value)
    if isinstance(value, bool):
        return not value
    return value + 1 if isinstance(value, int) else '{"by": "hand"}'


@pytest.mark.long
def test_every_setting_that_was_changed_by_hand_is_set_back(configured, configure):
    server = configured[0]
    group = server.create("instance_groups", {"name": "elsewhere"})
    for kind in ("projects", "inventories", "execution_environments"):  # some others, to be chosen by hand
        needed = {"organization": 1, "image": "elsewhere"}
        fields = {
            name: server.one("organizations", "By hand")["id"] if name == "organization" else value
            for name, value in needed.items()
            if name in awx_rules.FIELDS[kind]
        }
        server.create(kind, {"name": "elsewhere", **fields})
    before, altered = {}, {}
    for kind, name in BY_HAND.items():
        item = server.one(kind, name)
        fields = (
            {"description", *awx_rules.FIELDS[kind]} - NOT_SET_BACK[kind] - {"organization", "unified_job_template"}
        )
        before[kind] = {field: item[field] for field in fields}
        altered[kind] = {field: by_hand(server, kind, field, item[field]) for field in fields}
        item.update(altered[kind])
        assert all(altered[kind][field] != before[kind][field] for field in fields)
    server.of("job_templates", BY_HAND["job_templates"], "instance_groups").add(group["id"])
    run = configure("churn", "pricing", "fraud", awx_team_leads=LEADS)
    assert (run.status, run.changed) == (0, len(BY_HAND)), run.output[-4000:]
    for kind, name in BY_HAND.items():
        item = server.one(kind, name)
        assert {field: item[field] for field in before[kind]} == before[kind]
    assert server.of("job_templates", BY_HAND["job_templates"], "instance_groups") == set()


@pytest.mark.parametrize("kind", BY_HAND)
def test_what_is_set_back_is_all_that_can_be_written(configured, kind):
    """Each field alone makes a change: the module compares all that a task names, and no more."""
    sent = [data for method, path, data in configured[3] if method == "POST" and path == kind]
    assert sent
    for data in sent:
        assert data.keys() - {"name"} == {"description", *awx_rules.FIELDS[kind]} - NOT_SET_BACK[kind]


def test_template_of_the_schedule_asks_for_nothing(configured):
    template = configured[0].one("job_templates", "Studio drift check")
    assert not any(value for name, value in template.items() if name.startswith("ask_") or name == "survey_enabled")


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


@pytest.mark.long
def test_secret_of_the_same_access_key_stays_where_the_region_follows(later, configure):
    """Somebody rotated the secret in AWX, and the environment still has the old one."""
    entered = {**ENTERED, "region": "eu-west-1"}
    credential = later.one("credentials", "SageMaker Studio deployer")
    run = configure(
        *("churn", "pricing"),
        environment={**KEYS, "AWS_ACCESS_KEY_ID": ENTERED["access_key"]},
        region="eu-west-2",
        awx_team_leads={"pricing": ["ada"]},
    )
    assert (run.status, run.changed) == (0, 1), run.output[-4000:]
    credential = later.one("credentials", "SageMaker Studio deployer")
    assert credential["inputs"] == {**ENTERED, "region": "eu-west-2"}
    credential["inputs"] = entered


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


@pytest.mark.long
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
        ({"awx_team_leads": {"churn": ["ada", "nobody"]}}, "awx_team_leads names nobody, whom AWX does not know. Make"),
        (
            {"awx_team_credentials": {"churn": "By mistake"}},
            "awx_team_credentials names By mistake, and AWX must have one credential of the name; it has 0. Make it,",
        ),
    ],
)
def test_mistakes_that_would_take_rights_away_are_refused(configure, arguments, said):
    run = configure("churn", **arguments)
    assert run.status != 0
    assert said in " ".join(run.output.split())
    assert configure.server.writes == []


@pytest.mark.long
def test_leads_get_the_deployers_rights_only_where_that_is_said(configure):
    said = {"awx_team_credentials": {}, "bounded": False, "awx_leads_with_deployer_rights": True}
    run = configure("churn", "pricing", awx_team_leads={"pricing": ["ada"]}, **said)
    assert run.status == 0, run.output[-4000:]
    (credential,) = configure.server.of("job_templates", "Studio team churn", "credentials")
    assert configure.server.objects["credentials"][credential]["name"] == "SageMaker Studio deployer"


def test_webhooks_that_cannot_be_set_back_are_refused(configure):
    workflow = configure.server.one("workflow_job_templates", "Studio platform, then teams")
    template = configure.server.one("job_templates", "Studio team churn")
    workflow["webhook_service"], template["webhook_credential"] = "github", 1
    run = configure("churn", "pricing")
    workflow["webhook_service"], template["webhook_credential"] = "", None
    assert run.status != 0
    assert f"{workflow['name']}, {template['name']} can be started by a webhook. Take the" in " ".join(
        run.output.split()
    )
    assert configure.server.writes == []


@pytest.mark.long
def test_second_organization_has_the_same_names_and_things_of_its_own(configure):
    """Names of execution environments and credential types are unique in AWX, and those of other things are not."""
    server = configure.server
    for organization, changes in ((HERE, None), (ELSEWHERE, None), (HERE, 0)):
        run = configure("churn", awx_organization=organization)
        assert run.status == 0, run.output[-4000:]
        assert changes is None or run.changed == changes, run.output[-4000:]
    for organization in (HERE, ELSEWHERE):
        number = server.one("organizations", organization)["id"]
        for kind in ("job_templates", "workflow_job_templates"):
            mine = [
                one
                for one in server.objects[kind].values()
                if one["organization"] == number and "Studio" in one["name"]
            ]
            assert mine
            for template in mine:
                parts = [server.objects[of][template[key]] for key, (of, _name) in PARTS.items() if template.get(key)]
                assert {part["organization"] for part in parts} == {number}


HERE, ELSEWHERE = "Machine Learning Platform", "Research"


@pytest.mark.long
def test_prediction_says_what_a_new_team_would_get(configure):
    run = configure("churn", "pricing", "--check")
    assert run.status == 0, run.output[-4000:]
    said = " ".join(run.output.split())
    assert "AWX does not have these job templates yet, so what needs them is not predicted: Studio team pricing" in said
    assert configure.server.writes == []
    run = configure("churn", "--check")
    assert (run.status, run.changed) == (0, 0), run.output[-4000:]


# What AWX refuses, so that the stand-in does, too.
FIELD = {"id": "key", "label": "Key"}


@pytest.mark.parametrize(
    ("kind", "data", "said"),
    [
        ("credential_types", {"inputs": {"fields": [{**FIELD, "such as": None}]}}, "Additional properties"),
        ("credential_types", {"inputs": {"fields": [{**FIELD, "type": "int"}]}}, "is not one of"),
        ("credential_types", {"inputs": {"fields": [FIELD, FIELD]}}, "must be unique"),
        ("credential_types", {"inputs": {"fields": [{"id": "key"}]}}, "'label' is a required property"),
        ("credential_types", {"inputs": {"fields": [{**FIELD, "id": "a key"}]}}, "does not match"),
        ("credential_types", {"inputs": {"more": []}}, "Additional properties"),
        ("credential_types", {"injectors": {"env": {"KEY": "{{ key }}"}}}, "undefined field"),
        ("credential_types", {"kind": ""}, "This field is required."),
        ("execution_environments", {"image": "i", "organization": None, "name": "taken"}, "already exists"),
        ("job_templates", {"project": 1, "playbook": "a.yml", "fork": 5}, "There is no such field."),
        ("job_templates", {"project": 999, "playbook": "a.yml"}, "object does not exist"),
        ("job_templates", {"project": 1, "playbook": "a.yml", "forks": "5"}, "Not a valid int."),
        ("job_templates", {"project": 1, "playbook": "a.yml", "job_type": "scan"}, "is not a valid choice"),
        ("job_templates", {"project": 1, "playbook": ""}, "This field is required."),
    ],
)
def test_stand_in_refuses_what_awx_refuses(kind, data, said):
    server = AwxServer()
    try:
        server.create("projects", {"name": "project"})
        organization = server.create("organizations", {"name": "one"})["id"]
        server.create("execution_environments", {"name": "taken", "image": "i", "organization": organization})
        basis = {"name": "new", "kind": "cloud"} if kind == "credential_types" else {"name": "new"}
        status, answer = server.answer("POST", [kind], {}, {**basis, **data})
        assert status == 400
        assert said in json.dumps(answer)
        assert "new" not in server.names(kind)
    finally:
        server.stop()


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
