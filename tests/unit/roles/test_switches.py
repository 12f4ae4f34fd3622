# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What `-e studio_backup=false` and an INI inventory give is the text "false", which Jinja takes for true."""

import functools
import re
from pathlib import Path

import jinja2
import jinja2.nodes
import pytest
import yaml

ROLES = Path(__file__).parents[3] / "roles"
CONDITIONS = re.compile(r"^ *(?:when|that|failed_when|changed_when): (?![>|\[{\"'#])(.+?)(?: #.*)?$", re.MULTILINE)
# What makes of a text what the option is.
CONVERSIONS = {"bool": {"bool"}, "int": {"int", "string"}}


@functools.cache
def options(kind):
    """Return the names of all options of the roles that are of a kind."""
    specifications = [yaml.safe_load(path.read_text()) for path in ROLES.glob("*/meta/argument_specs.yml")]
    found = [one["argument_specs"]["main"]["options"].items() for one in specifications]
    return {name for several in found for name, option in several if option.get("type") == kind}


def templates(text):
    """Return the parsed text, and each of its bare conditions."""
    environment = jinja2.Environment(autoescape=True, extensions=["jinja2.ext.do"])
    conditions = ["{% if " + condition + " %}{% endif %}" for condition in CONDITIONS.findall(text)]
    return [environment.parse(part) for part in [text, *conditions]]


def unconverted(node, names, filters, above=()):
    """Return those of names that an expression judges, joins or counts without having converted them."""
    if isinstance(node, jinja2.nodes.Name) and node.name in names:
        converted = any(isinstance(one, jinja2.nodes.Filter) and one.name in filters for one in above)
        # Handed on as it is: modules convert what they take, and roles' own values are looked at where they are used.
        handed_on = isinstance(above[-1], (jinja2.nodes.Output, jinja2.nodes.Pair, jinja2.nodes.Concat))
        return [] if converted or handed_on else [node.name]
    inner = () if isinstance(node, jinja2.nodes.Output) else above
    return [name for child in node.iter_child_nodes() for name in unconverted(child, names, filters, (*inner, node))]


def sources():
    """Return the files of the roles that may hold expressions, by their path below roles/."""
    found = [
        path for pattern in ("tasks/*.yml", "vars/*.yml", "templates/**/*.j2") for path in ROLES.glob(f"*/{pattern}")
    ]
    return {str(path.relative_to(ROLES)): path for path in found}


@pytest.mark.parametrize("kind", CONVERSIONS)
@pytest.mark.parametrize("name", sources())
def test_texts_are_converted_before_they_are_judged(name, kind):
    text = sources()[name].read_text()
    assert [found for tree in templates(text) for found in unconverted(tree, options(kind), CONVERSIONS[kind])] == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("when: studio_backup\n", ["studio_backup"]),
        ("when: studio_backup | bool\n", []),
        ("a: \"{{ 'x' if studio_backup else 'y' }}\"", ["studio_backup"]),
        ("a: \"{{ 'x' if studio_backup | bool and b else 'y' }}\"", []),
        ("{% if not studio_backup %}x{% endif %}", ["studio_backup"]),
        ('backup: "{{ studio_backup }}"  # studio_backup is a switch', []),
    ],
)
def test_unconverted_switches_are_found(text, found):
    assert [name for tree in templates(text) for name in unconverted(tree, options("bool"), {"bool"})] == found
