# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

import pytest

from tests.support.ansible_module import find_collections

find_collections()

from ansible_collections.mlplatform.studio.plugins.filter.survey_answers import FilterModule  # noqa: E402

survey_answers = FilterModule().filters()["survey_answers"]
OPTIONS = {
    "size": {"type": "int"},
    "docker": {"type": "bool"},
    "kind": {"type": "str", "choices": ["small", "large"]},
    "file": {"type": "path"},
    "types": {"type": "list", "elements": "str"},
    "tags": {"type": "dict"},
    "people": {"type": "list", "elements": "dict"},
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
    ],
)
def test_answer_is_read_in_the_type_of_its_option(option, answer, value):
    assert survey_answers({f"survey_{option}": answer}, OPTIONS) == {"answers": {option: value}, "mistakes": []}


@pytest.mark.parametrize("option", OPTIONS)
@pytest.mark.parametrize("answer", ["", "  ", None, [], [""]])
def test_empty_answer_is_none(option, answer):
    assert survey_answers({f"survey_{option}": answer}, OPTIONS) == {"answers": {}, "mistakes": []}


@pytest.mark.parametrize(
    ("option", "answer", "said"),
    [
        ("size", "twenty", "survey_size is 'twenty', and must be a whole number."),
        ("size", "1.5", "must be a whole number"),
        ("docker", "perhaps", "must be yes or no"),
        ("kind", "huge", "must be one of small, large"),
        ("tags", "CostCenter", "needs one key=value on every line"),
        ("people", "ada", "cannot be answered in a survey"),
        ("siez", "20", "survey_siez answers no question: there is no option siez."),
    ],
)
def test_impossible_answer_is_refused(option, answer, said):
    found = survey_answers({f"survey_{option}": answer}, OPTIONS)
    assert found["answers"] == {}
    assert said in found["mistakes"][0]


def test_other_variables_are_left_out():
    assert survey_answers({"size": "20", "awx_job_id": 1}, OPTIONS) == {"answers": {}, "mistakes": []}
