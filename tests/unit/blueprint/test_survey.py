# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

import json
from pathlib import Path

import pytest
import yaml

from ansible_collections.mlplatform.studio.plugins.module_utils._blueprint import survey


def survey_answers(variables, options):
    """What survey.survey_answers gives, by name."""
    answers, mistakes = survey.survey_answers(variables, options)
    return {"answers": answers, "mistakes": mistakes}


OPTIONS = {
    "size": {"type": "int"},
    "docker": {"type": "bool"},
    "kind": {"type": "str", "choices": ["small", "large"]},
    "file": {"type": "path"},
    "types": {"type": "list", "elements": "str"},
    "tags": {"type": "dict"},
    "people": {"type": "list", "elements": "dict"},
    "levels": {"type": "list", "elements": "int"},
    "apps": {"type": "list", "elements": "str", "choices": ["lab", "editor"]},
    "budget": {
        "type": "dict",
        "options": {
            "limit_usd": {"type": "float"},
            "notify": {"type": "list", "elements": "str"},
            "thresholds": {"type": "list", "elements": "int"},
            "forecast": {"type": "bool"},
            "kind": {"type": "str", "choices": ["small", "large"]},
            "people": {"type": "list", "elements": "dict"},
        },
    },
}


@pytest.mark.parametrize(
    ("option", "answer", "value"),
    [
        ("size", "20", 20),
        ("size", " 20 ", 20),
        ("size", 20, 20),
        ("docker", "yes", True),
        ("docker", "False", False),
        ("docker", True, True),
        ("kind", "small", "small"),
        ("kind", " large\n", "large"),
        ("file", "files/proxy.sh", "files/proxy.sh"),
        ("types", "a,b", ["a", "b"]),
        ("types", "a\nb\n\n", ["a", "b"]),
        ("types", "a,\n b", ["a", "b"]),
        ("types", ["a", " b"], ["a", "b"]),
        ("tags", "CostCenter=42\nOwner = a=b", {"CostCenter": "42", "Owner": "a=b"}),
        ("tags", {"CostCenter": "42"}, {"CostCenter": "42"}),
        ("levels", "80, 100", [80, 100]),
        ("apps", ["lab"], ["lab"]),
        ("budget", "limit_usd=500\nforecast=no", {"limit_usd": 500.0, "forecast": False}),
        ("budget", "notify=ada@example.com", {"notify": ["ada@example.com"]}),
        ("budget", "notify=ada@example.com, emmy@example.com", {"notify": ["ada@example.com", "emmy@example.com"]}),
        ("budget", "thresholds = 50,90\nkind=large", {"thresholds": [50, 90], "kind": "large"}),
        ("budget", {"limit_usd": 500, "forecast": "yes"}, {"limit_usd": 500.0, "forecast": True}),
    ],
)
def test_answer_is_read_in_the_type_of_its_option(option, answer, value):
    assert survey_answers({f"survey_{option}": answer}, OPTIONS) == {"answers": {option: value}, "mistakes": []}


SPECIFICATION = Path(__file__).parents[3] / "roles" / "studio" / "meta" / "argument_specs.yml"
TEAM_OPTIONS = yaml.safe_load(SPECIFICATION.read_text())["argument_specs"]["main"]["options"]
SAMPLES = {"str": ("x", "x"), "int": ("7", 7), "float": ("7.5", 7.5), "bool": ("no", False)}


def sample(option):
    """An answer to an option in the form of a survey, and what it is read as; None where there can be none."""
    if option["type"] == "list":
        return {"str": ("x,y", ["x", "y"]), "int": ("7,8", [7, 8]), "dict": None}[option["elements"]]
    if option["type"] == "dict":
        parts = {name: sample(part) for name, part in option.get("options", {"any": {"type": "str"}}).items()}
        answered = {name: part for name, part in parts.items() if part}
        text = "\n".join(f"{name}={part[0]}" for name, part in answered.items())
        return (text, {name: part[1] for name, part in answered.items()}) if text else None
    return (option["choices"][0],) * 2 if "choices" in option else SAMPLES[option["type"]]


@pytest.mark.parametrize("name", TEAM_OPTIONS)
def test_every_option_of_a_team_but_lists_of_dictionaries_can_be_answered(name):
    """As docs/awx.md says; types exactly, as a text False is true."""
    found = sample(TEAM_OPTIONS[name])
    if found is None:
        assert "elements: dict" in yaml.safe_dump(TEAM_OPTIONS[name])
        return
    read = survey_answers({f"survey_{name}": found[0]}, TEAM_OPTIONS)
    assert json.dumps(read) == json.dumps({"answers": {name: found[1]}, "mistakes": []})


@pytest.mark.parametrize("option", OPTIONS)
@pytest.mark.parametrize("answer", ["", "  ", None, [], [""]])
def test_empty_answer_is_none(option, answer):
    assert survey_answers({f"survey_{option}": answer}, OPTIONS) == {"answers": {}, "mistakes": []}


@pytest.mark.parametrize(
    ("option", "answer", "said"),
    [
        ("size", "twenty", "survey_size is 'twenty', and must be a whole number."),
        ("size", "1.5", "must be a whole number"),
        ("docker", "perhaps", "must be true or false"),
        ("kind", "huge", "must be one of small, large"),
        ("tags", "CostCenter", "needs one key=value on every line"),
        ("people", "ada", "cannot be answered in a survey"),
        ("apps", "lab, notebook", "must be one of lab, editor"),
        ("budget", "limit_usd=much", "survey_budget is 'limit_usd=much', and limit_usd must be a number."),
        ("budget", "limit_usd=nan", "limit_usd must be a number"),
        ("budget", "forecast=perhaps", "forecast must be true or false"),
        ("budget", "kind=huge", "kind must be one of small, large"),
        ("budget", "people=ada", "people cannot be answered in a survey"),
        ("budget", "limit=5", "survey_budget is 'limit=5', and has no part limit; the nearest is limit_usd."),
        ("budget", {7: "x"}, "survey_budget is \"{7: 'x'}\", and has no part 7; the nearest is"),
        ("siez", "20", "survey_siez answers no question: there is no option siez."),
    ],
)
def test_impossible_answer_is_refused(option, answer, said):
    found = survey_answers({f"survey_{option}": answer}, OPTIONS)
    assert found["answers"] == {}
    assert said in found["mistakes"][0]


def test_other_variables_are_left_out():
    assert survey_answers({"size": "20", "awx_job_id": 1}, OPTIONS) == {"answers": {}, "mistakes": []}
