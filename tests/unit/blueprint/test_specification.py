# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Options are read by their argument spec, and what cannot be is told in one sentence that says where it stands."""

import pytest
import yaml

from ansible_collections.mlplatform.studio.plugins.module_utils._blueprint.specification import (
    KINDS,
    nearest,
    on_one_line,
    read,
    shown,
)
from tests.unit.policies.rendering import team_specification

QUOTES = "YAML makes numbers and truth values of such words; put it in quotes"
PERSON = {
    "name": {"type": "str", "required": True},
    "password": {"type": "str", "no_log": True},
    "persona": {"type": "str", "choices": ["data-scientist", "lead"], "default": "data-scientist"},
    "groups": {"type": "list", "elements": "str", "default": []},
    "days": {"type": "int"},
}
SPECS = {
    "text": {"type": "str"},
    "untyped": {},
    "path": {"type": "path"},
    "truth": {"type": "bool"},
    "number": {"type": "int"},
    "fraction": {"type": "float"},
    "names": {"type": "list", "elements": "str"},
    "numbers": {"type": "list", "elements": "int"},
    "anything": {"type": "dict"},
    "mode": {"type": "str", "choices": ["off", "optional", "required"], "default": "off"},
    "apps": {"type": "list", "elements": "str", "choices": ["JupyterLab", "CodeEditor"]},
    "secret": {"type": "str", "no_log": True},
    "app": {"type": "dict", "default": {}, "options": {"idle_timeout_minutes": {"type": "int"}}},
    "users": {"type": "list", "elements": "dict", "options": PERSON},
}


def values_of(**options):
    """The values of options that are right."""
    values, mistakes = read(options, SPECS)
    assert mistakes == []
    return values


def sentences(text):
    """The sentences about options as a YAML file gives them."""
    return read(yaml.safe_load(text), SPECS)[1]


@pytest.mark.parametrize(
    ("given", "value"),
    [
        ({"text": "x"}, "x"),
        ({"text": ""}, ""),
        ({"text": "[not JSON"}, "[not JSON"),
        ({"untyped": "x"}, "x"),
        ({"path": "scripts/setup.sh"}, "scripts/setup.sh"),
        ({"truth": True}, True),
        ({"truth": "no"}, False),
        ({"truth": " Yes "}, True),
        ({"truth": 1}, True),
        ({"truth": "0"}, False),
        ({"number": 3}, 3),
        ({"number": "3"}, 3),
        ({"number": 3.0}, 3),
        ({"number": "-3"}, -3),
        ({"fraction": "2.5"}, 2.5),
        ({"fraction": 2}, 2.0),
        ({"names": ["a", "b"]}, ["a", "b"]),
        ({"names": ("a", "b")}, ["a", "b"]),
        ({"names": '["a", "b"]'}, ["a", "b"]),
        ({"names": []}, []),
        ({"numbers": ["80", 100]}, [80, 100]),
        ({"anything": {"a": 1}}, {"a": 1}),
        ({"anything": '{"a": 1}'}, {"a": 1}),
        ({"mode": "required"}, "required"),
        ({"mode": False}, "off"),
        ({"apps": ["CodeEditor"]}, ["CodeEditor"]),
        ({"app": {}}, {}),
        ({"app": {"idle_timeout_minutes": "90"}}, {"idle_timeout_minutes": 90}),
        ({"app": '{"idle_timeout_minutes": 90}'}, {"idle_timeout_minutes": 90}),
    ],
)
def test_value_has_the_type_of_its_option(given, value):
    assert values_of(**given) == {**{"mode": "off", "app": {}}, next(iter(given)): value}


def test_what_is_not_given_or_null_has_its_default_or_is_left_out():
    assert values_of() == values_of(text=None, mode=None, app=None) == {"mode": "off", "app": {}}
    assert values_of(users=[{"name": "ada", "persona": None, "days": None}])["users"] == [
        {"name": "ada", "persona": "data-scientist", "groups": []}
    ]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("text: no", f"text is false, and must be a text. {QUOTES}."),
        ("text: 007", f"text is 7, and must be a text. {QUOTES}."),
        ("text: 0042", f"text is 34, and must be a text. {QUOTES}."),
        ("text: 1.10", f"text is 1.1, and must be a text. {QUOTES}."),
        ("text: 2024-01-31", f'text is "2024-01-31", and must be a text. {QUOTES}.'),
        ("text: [a]", f'text is ["a"], and must be a text. {QUOTES}.'),
        ("path: yes", f"path is true, and must be a text. {QUOTES}."),
        ("truth: maybe", 'truth is "maybe", and must be true or false.'),
        ("truth: 2", "truth is 2, and must be true or false."),
        ("number: big", 'number is "big", and must be a whole number.'),
        ("number: 1.5", "number is 1.5, and must be a whole number."),
        ("number: yes", "number is true, and must be a whole number."),
        ("number: [1]", "number is [1], and must be a whole number."),
        ("fraction: .nan", "fraction is NaN, and must be a number."),
        ("fraction: .inf", "fraction is Infinity, and must be a number."),
        ('fraction: ""', 'fraction is "", and must be a number.'),
        ("names: ada", 'names is "ada", and must be a list.'),
        ("names: {ada: {}}", 'names is {"ada": {}}, and must be a list.'),
        ("names: [ada, 7]", f"names[1] is 7, and must be a text. {QUOTES}."),
        ("names: [null]", f"names[0] is null, and must be a text. {QUOTES}."),
        ("numbers: [80, much]", 'numbers[1] is "much", and must be a whole number.'),
        ("anything: [a]", 'anything is ["a"], and must be a dictionary.'),
        ("anything: text", 'anything is "text", and must be a dictionary.'),
        ("number: {2024-01-31: x}", "number is {datetime.date(2024, 1, 31): 'x'}, and must be a whole number."),
        ("mode: of", 'mode is "of", and must be one of off, optional, required; did you mean off?'),
        ("mode: yes", f"mode is true, and must be a text. {QUOTES}."),
        ("apps: [RStudio]", 'apps[0] is "RStudio", and must be one of JupyterLab, CodeEditor.'),
        (
            "apps: [Jupyterlab]",
            'apps[0] is "Jupyterlab", and must be one of JupyterLab, CodeEditor; did you mean JupyterLab?',
        ),
        ("app: {idle_timeout: 90}", "app.idle_timeout is not an option; did you mean idle_timeout_minutes?"),
        ("app: {xyz: 90}", "app.xyz is not an option."),
        ("app: {no: 90}", "app.False is not an option."),
        ("app: {idle_timeout_minutes: long}", 'app.idle_timeout_minutes is "long", and must be a whole number.'),
        ("nmaes: []", "nmaes is not an option; did you mean names?"),
        (
            "users: [{name: ada, persona: boss}]",
            'users[ada].persona is "boss", and must be one of data-scientist, lead.',
        ),
        ("users: [{name: ada, days: x}]", 'users[ada].days is "x", and must be a whole number.'),
        ("users: [{name: ada, groups: [no]}]", f"users[ada].groups[0] is false, and must be a text. {QUOTES}."),
        ("users: [{name: ada, mail: x}]", "users[ada].mail is not an option."),
        ("users: [{name: no}]", f"users[0].name is false, and must be a text. {QUOTES}."),
        ("users: [{name: ada}, {name: 007}]", f"users[1].name is 7, and must be a text. {QUOTES}."),
        ("users: [{persona: lead}]", "users[0].name is missing."),
        ("users: [{}]", "users[0].name is missing."),
    ],
)
def test_what_cannot_be_is_told_in_one_sentence_with_its_place(text, sentence):
    assert sentences(text) == [sentence]


def test_several_mistakes_have_a_sentence_each():
    assert len(sentences("{number: x, truth: x, nmaes: [], users: [{name: 1, days: x}]}")) == 5


@pytest.mark.parametrize(
    "text",
    [
        "secret: 4711",
        "secret: [s3cret]",
        "users: [{name: ada, password: 4711}]",
        "users: {ada: {password: s3cret}}",
        "users: ['ada:s3cret']",
        "users: [{name: ada, password: {hidden: s3cret}}]",
        "users: {name: ada, password: 4711}",
    ],
)
def test_secret_is_never_shown_wherever_it_stands(text):
    (sentence,) = sentences(text)
    assert "s3cret" not in sentence and "4711" not in sentence
    assert " must be a " in sentence


@pytest.mark.parametrize(
    ("sentence", "told"),
    [
        ("a: ada@example.com\nBcc: eve.", "a: ada@example.com\\nBcc: eve."),
        ("a: \x1b[31m\x85\u2028.", "a: \\u001b[31m\\u0085\\u2028."),
        (f"a: {'x' * 5000} and more.", f"a: {'x' * 80}… and more."),
        (f"a: {'x' * 255}.", f"a: {'x' * 80}…"),
        ("names are ädä, 爱达 and \U0001f680.", "names are ädä, 爱达 and \U0001f680."),
    ],
)
def test_what_a_value_brings_into_a_sentence_does_no_harm(sentence, told):
    assert on_one_line(sentence) == told


def test_long_value_is_cut():
    assert shown("x" * 100) == '"' + "x" * 79 + "…"


@pytest.mark.parametrize(
    ("name", "like"), [("studio_user", "studio_users"), ("STUDIO_USER", "studio_users"), ("xyz", None)]
)
def test_nearest_name(name, like):
    assert nearest(name, ["studio_users", "studio_tags"]) == like


def kinds(specs):
    """The types that argument specs use."""
    for spec in specs.values():
        yield spec.get("type", "str")
        yield spec.get("elements", "str")
        yield from kinds(spec.get("options", {}))


def test_every_type_of_the_roles_is_known():
    assert set(kinds(team_specification())) <= set(KINDS)
