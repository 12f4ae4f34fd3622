# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""AWX as code: surveys that fit their playbooks, modules that know their options, and an execution environment."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.support.awx import TEAM, job_templates, survey_of
from tests.support.playbook import ROOT

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


# As roles/studio/tasks/check.yml and playbooks/prepare.yml have them.
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
    for name, spec in PLAYBOOK_OPTIONS.items():
        assert (ROOT / "playbooks" / f"{name}.yml").is_file()
        assert [option for option in spec["options"] if option not in texts] == []


@pytest.fixture(scope="module")
def module_options():
    """Options of the awx.awx modules that awx/ uses, by module."""
    texts = "\n".join(path.read_text() for path in (ROOT / "awx").rglob("*.yml"))
    modules = sorted({word.rstrip(":") for word in texts.split() if word.startswith("awx.awx.") and word.endswith(":")})
    shown = subprocess.run(
        [program("ansible-doc"), "--json", *modules], cwd=ROOT, capture_output=True, check=True, text=True
    ).stdout
    return {name: found["doc"]["options"] for name, found in json.loads(shown).items()}


def test_job_templates_have_options_that_the_module_knows(module_options):
    known = module_options["awx.awx.job_template"]
    for template in TEMPLATES.values():
        assert template.keys() - {"survey"} <= known.keys()


def test_tasks_have_options_that_their_modules_know(module_options):
    tasks = [*yaml.safe_load((ROOT / "awx" / "configure.yml").read_text())[0]["tasks"]]
    tasks += yaml.safe_load((ROOT / "awx" / "tasks" / "team.yml").read_text())
    used = {
        (module, option) for task in tasks for module in task if module in module_options for option in task[module]
    }
    assert len(used) > 40
    assert [(module, option) for module, option in sorted(used) if option not in module_options[module]] == []


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
    assert {"name": "amazon.aws", "version": ">=10.1.2"} in requirements
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
