# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is said of changes, failures and many hosts."""

import pytest

from ansible_collections.mlplatform.studio.plugins.plugin_utils.progress import changes, failures, folding
from ansible_collections.mlplatform.studio.plugins.plugin_utils.progress.changes import DONE, WOULD, Change
from ansible_collections.mlplatform.studio.plugins.plugin_utils.progress.folding import Entry

IDLE = "default_user_settings.jupyter_lab_app_settings.app_lifecycle_management.idle_settings.idle_timeout_in_minutes"


def nested(path, value):
    """{"a": {"b": value}} for the path a.b."""
    for name in reversed(path.split(".")):
        value = {name: value}
    return value


@pytest.mark.parametrize(
    ("data", "found"),
    [
        ({}, []),
        ({"diff": {"before": {}, "after": {"a": 1}}}, [Change("create", "")]),
        ({"diff": {"before": {}, "after": {"a": 1}}, "_ansible_item_label": "portal"}, [Change("create", "portal")]),
        ({"diff": {"before": {"a": 1}, "after": {}}}, [Change("delete", "")]),
        (
            {"invocation": {"module_args": {"state": "absent"}}, "_ansible_item_label": "subnet-1"},
            [Change("delete", "subnet-1")],
        ),
        ({"diff": {"before": {"a": 1}, "after": {"a": 2}}}, [Change("update", "", ("a: 1 -> 2",))]),
        (
            {
                "actions": {"x": "create", "y": "update"},
                "diff": {"before": {"y": {"a": 1}}, "after": {"y": {"a": None}}},
            },
            [Change("create", "x"), Change("update", "y", ("a: 1 -> (not set)",))],
        ),
        (
            {"actions": {"group x": "create", "rules x": "update"}, "diff": {"before": {}, "after": {}}},
            [Change("create", "group x")],
        ),
        (
            {"diff": [{"before": {}, "after": {"a": 1}, "before_header": "key"}, "no diff"]},
            [Change("create", "key")],
        ),
        (
            {"diff": {"before": "a\n", "after": "b\n", "before_header": "/x"}},
            [Change("update", "/x", ("@@ -1 +1 @@", "-a", "+b"))],
        ),
        ({"diff": {"prepared": "+ one\n+ two"}}, [Change("update", "", ("+ one", "+ two"))]),
        ({"diff": "of another kind"}, []),
        ({"diff": [{"before": None, "after": None}]}, [Change("create", "")]),
    ],
)
def test_changes_of_a_result(data, found):
    assert changes.changes_of(data) == found


def test_the_option_of_the_description_comes_first():
    assert changes.value_lines(nested(IDLE, 60), nested(IDLE, 75)) == [
        "studio_idle_timeout_minutes (idle_timeout_in_minutes): 60 -> 75"
    ]
    assert changes.option_of("tags.Team") == "tags.Team"


def test_the_same_option_is_told_once():
    both = [nested(IDLE, value) for value in (60, 75)]
    for side, value in zip(both, (60, 75), strict=True):
        side.update(nested(IDLE.replace("default_user", "default_space"), value))
    assert len(changes.value_lines(*both)) == 1


def test_names_instead_of_arns_where_they_tell_things_apart():
    arn = "arn:aws:sagemaker:eu-central-1:111111111111:studio-lifecycle-config/{}"
    assert changes.value_lines({"a": arn.format("x-1")}, {"a": arn.format("x-2")}) == ["a: x-1 -> x-2"]
    other = arn.replace("111111111111", "222222222222")
    assert changes.value_lines({"a": arn.format("x")}, {"a": other.format("x")})[0].startswith("a: arn:aws:")


def test_a_script_is_a_text_diff():
    before, after = {"content": "one\ntwo\n", "name": "a"}, {"content": "one\nthree\n", "name": "b"}
    assert changes.value_lines(before, after) == [
        "name: a -> b",
        "content:",
        "@@ -1,2 +1,2 @@",
        " one",
        "-two",
        "+three",
    ]
    assert changes.value_lines({"content": "a\nb\n"}, {"content": "a\nc\n"})[0] == "content:"


def test_a_long_diff_is_cut():
    lines = changes.text_lines("", "x\n" * 100)
    assert len(lines) == 61 and lines[-1] == "... 41 more lines of the diff; -v --diff shows them"


def test_values_that_are_no_structure():
    assert changes.value_lines("a", "b") == [": a -> b"]


@pytest.mark.parametrize(
    ("found", "words", "said"),
    [
        ([Change("create", "")], DONE, "made"),
        ([Change("create", "x")], WOULD, "would make x"),
        ([Change("delete", name) for name in "abcdef"], DONE, "deleted 6: a, b, c, d and 2 more"),
        ([Change("delete", name) for name in "abcdef"], WOULD, "would delete 6: a, b, c, d, e, f"),
        ([Change("create", "x"), Change("update", "y"), Change("create", "z")], DONE, "made 2: x, z; changed y"),
        ([Change("other", "x")], DONE, "other x"),
        ([], DONE, ""),
    ],
)
def test_head(found, words, said):
    assert changes.head(found, words) == said


# Failures.


@pytest.mark.parametrize(
    ("data", "lines"),
    [
        ({"msg": "It broke."}, ["It broke."]),
        ({"msg": "One.\nTwo."}, ["One.", "Two."]),
        ({"msg": ["One.", "Two."]}, ["One.", "Two."]),
        ({"reason": "No file."}, ["No file."]),
        ({"censored": "hidden"}, ["hidden"]),
        ({}, [failures.UNSAID]),
        ({"msg": "rc", "stderr": "a\n\nb\n", "stdout": "c"}, ["rc", "  a", "  b"]),
        ({"msg": "rc", "stdout": "c"}, ["rc", "  c"]),
        ({"msg": "rc", "stderr": "x\n" * 20}, ["rc", *["  x"] * 10]),
        ({"msg": "MODULE FAILURE", "module_stderr": "Traceback\nValueError: x"}, ["MODULE FAILURE", "  ValueError: x"]),
    ],
)
def test_sentence_of_a_failure(data, lines):
    assert failures.sentence_of(data) == lines


def test_failed_items_of_a_loop():
    bad, gone = {"failed": True, "msg": "x"}, {"unreachable": True}
    assert failures.failed_items({"results": [bad, {"failed": False}, "text", gone]}) == [bad, gone]
    assert failures.failed_items({}) == failures.failed_items({"results": "x"}) == []


# Many hosts.


def test_one_host_is_told_with_what_is_below():
    assert folding.folded([Entry("a", "Key", "changed", ("x: 1 -> 2",))]) == ["a: Key: changed", "    x: 1 -> 2"]


def test_the_same_of_several_hosts_is_told_once():
    entries = [Entry(f"team{one}", "Domain", f"made team{one}", (f"x: team{one}",)) for one in range(1, 6)]
    assert folding.folded(entries) == ["5 hosts (team1, team2, ...): Domain: made *", "    x: *"]
    assert folding.folded(entries[:2]) == ["team1, team2: Domain: made *", "    x: *"]


def test_a_name_within_another_is_not_taken_for_the_host():
    assert Entry("team1", "t", "").without_host("team1 team10 xteam1 a-team1.") == "* team10 xteam1 a-*."


def test_too_many_different_texts_are_told_in_short():
    entries = [Entry(f"team{one}", "Domain", f"made 2: d-{one}, e-{one}", (f"x: {one}",)) for one in range(5)]
    assert folding.folded(entries) == ["5 hosts (team0, team1, ...): Domain: made 2"]


def test_tasks_are_told_each():
    assert folding.folded([Entry("a", "One", "x"), Entry("b", "Two", "x")]) == ["a: One: x", "b: Two: x"]
