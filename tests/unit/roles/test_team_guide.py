# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""docs/teams.md tells of every option, and its examples are descriptions that the role takes."""

import copy

import pytest
import yaml
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

from tests.support.ansible_module import find_collections
from tests.support.team_guide import GUIDE, ROOT, blocks, descriptions, whole_description

find_collections()

from ansible_collections.mlplatform.studio.plugins.filter.team_mistakes import team_mistakes  # noqa: E402

OPTIONS = yaml.safe_load((ROOT / "roles/studio/meta/argument_specs.yml").read_text())["argument_specs"]["main"][
    "options"
]


def mistakes(description):
    """What the role's argument specification and its own rules say of a description."""
    # The validator fills defaults that are dicts, so it gets some of its own.
    spec = {name: {**copy.deepcopy(option), "required": False} for name, option in OPTIONS.items()}
    result = ArgumentSpecValidator(spec).validate(description)
    if result.error_messages:
        return result.error_messages
    whole = {**{name: option["default"] for name, option in OPTIONS.items() if "default" in option}, **description}
    judged = {name.removeprefix("studio_"): value for name, value in whole.items()}
    return team_mistakes({**judged, "region": "eu-central-1"})


def leaves(options):
    """The names of all options and of the parts of those that are dicts."""
    for name, option in options.items():
        yield name
        yield from leaves(option.get("options", {}))


@pytest.mark.parametrize("option", sorted(set(leaves(OPTIONS))))
def test_every_option_is_told_of(option):
    assert f"`{option}`" in GUIDE or f"{option}:" in GUIDE


@pytest.mark.parametrize("number", range(len(descriptions())))
def test_every_example_is_taken(number):
    assert mistakes(descriptions()[number]) == []


def test_the_examples_fit_together():
    assert mistakes(whole_description()) == []


def test_a_team_is_described_in_twenty_lines():
    _other, first = blocks("yaml")[0]
    assert len([line for line in first.splitlines() if not line.startswith("#")]) <= 20


def test_a_wrong_example_would_be_found():
    assert mistakes({"studio_idle_timeout_minutes": "soon"})
    assert mistakes({"studio_allowed_instance_types": ["t3"]})
