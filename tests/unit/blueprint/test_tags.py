# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

import re
from pathlib import Path

import pytest
import yaml

from ansible_collections.mlplatform.studio.plugins.module_utils._blueprint.tags import (
    RESERVED,
    tag_mistakes,
)

QUOTES = "YAML makes numbers and truth values of such words; put it in quotes"


def mistakes(tags, most=40):
    """What is wrong with tags, which may come as YAML."""
    return list(tag_mistakes(yaml.safe_load(tags) if isinstance(tags, str) else tags, "studio_tags", most))


@pytest.mark.parametrize(
    "tags",
    [
        {},
        {"Owner": ""},
        {"Cost Center": "0042"},
        {"a_.:/=+-@": "b_.:/=+-@"},
        {"Größe": "Größe"},
        {"部門": "研究"},
        {"k" * 128: "v" * 256},
        {"Platforms": "x", "Aws": "aws", "Naws:": "x"},
        {str(number): "x" for number in range(40)},
    ],
)
def test_tags_that_aws_takes(tags):
    assert mistakes(tags) == []


@pytest.mark.parametrize(
    ("tags", "sentence"),
    [
        ("{CostCenter: 0042}", f'studio_tags: the tag "CostCenter" has the value 34, which is no text. {QUOTES}.'),
        ("{Live: yes}", f'studio_tags: the tag "Live" has the value true, which is no text. {QUOTES}.'),
        ("{Since: 2024-01-31}", 'studio_tags: the tag "Since" has the value "2024-01-31", which is no text.'),
        ("{Teams: [a, b]}", 'studio_tags: the tag "Teams" has the value ["a", "b"], which is no text.'),
        ("{Owner: null}", 'studio_tags: the tag "Owner" has no value. Give it one, or "" for an empty one.'),
        ("{no: x}", f"studio_tags: the tag false is no text. {QUOTES}."),
        ("{7: x}", "studio_tags: the tag 7 is no text."),
        ("{null: x}", "studio_tags: the tag null is no text."),
        ({"": "x"}, 'studio_tags: the tag "" must have 1 to 128 characters.'),
        ({"k" * 129: "x"}, "must have 1 to 128 characters."),
        ({"Owner": "v" * 257}, 'studio_tags: the tag "Owner" has a value of 257 characters; AWS takes 256.'),
        (
            {"Department": "R&D"},
            'studio_tags: the tag "Department" has "&"; AWS takes letters, digits, spaces and _ . :',
        ),
        ({"R&D": "x"}, 'studio_tags: the tag "R&D" has "&";'),
        ({"Owner": "a,b;c"}, 'studio_tags: the tag "Owner" has "," ";";'),
        ({"Owner": "a\nb"}, 'studio_tags: the tag "Owner" has "\\n";'),
        ({"Owner": "😀"}, 'studio_tags: the tag "Owner" has "😀";'),
        ({"aws:createdBy": "me"}, "begins with aws:, which AWS keeps for itself."),
        ({"AWS:createdBy": "me"}, "begins with aws:, which AWS keeps for itself."),
        ({"Owner": "aws:me"}, 'has the value "aws:me", which begins with aws:, and AWS keeps that for itself.'),
        ({"ProfileRole:ada": "x"}, "is one that the collection sets; take another name."),
        (
            {"Owner": "a", "OWNER": "b"},
            "studio_tags has the tag owner twice, and IAM does not tell keys apart by their",
        ),
        (
            {str(number): "x" for number in range(41)},
            "studio_tags has 41 tags; with those that the collection sets, things may have 40 of them.",
        ),
    ],
)
def test_tag_that_aws_refuses_is_told_in_one_sentence(tags, sentence):
    (found,) = mistakes(tags)
    assert sentence in found


@pytest.mark.parametrize("key", RESERVED)
def test_tags_of_the_collection_are_reserved_in_any_case(key):
    assert len(mistakes({key: "x"})) == len(mistakes({key.upper(): "x"})) == 1


def test_whatever_the_sign_in_function_and_the_roles_read_or_write_is_reserved():
    """A tag of the description that the function took for one of the collection's would open another team's role."""
    root = Path(__file__).parents[3]
    constant = re.compile(r'^[A-Z_]*TAG = "(\w+)"$', re.MULTILINE)
    read = {
        name
        for source in (root / "roles/login/files/presigned_url").glob("*.py")
        for name in constant.findall(source.read_text(encoding="utf-8"))
    }
    assert {"ProfileRole", "UserSub", "ClosedForSignIn"} <= read
    assert read <= set(RESERVED)


@pytest.mark.parametrize("key", [" ProfileRole:mallory", "profilerole :mallory", "UserSub", "SageMaker:is-x"])
def test_a_reserved_tag_is_known_in_every_disguise(key):
    assert len(mistakes({key: "x"})) == 1


def test_every_tag_has_a_sentence_of_its_own():
    assert len(mistakes({"a": None, "b": 1, "c&": "x"})) == 3
