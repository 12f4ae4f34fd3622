# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

import pytest

from ansible_collections.mlplatform.studio.plugins.module_utils._plan import (
    Lists,
    make_plan,
    merge,
    merge_tags,
    plan_diff,
    prune,
    same,
)

# Members of items that AWS sets by itself where they are not given.
FILLED = {"a.filled", "a.b.filled", "set.filled", "set.more"}
F = {"filled": 2}


@pytest.mark.parametrize(
    ("rule", "current", "desired", "action", "changes"),
    [
        ("nothing there: create", None, {"a": 1}, "create", {"a": 1}),
        ("nothing there, nothing set: create", None, {"a": None}, "create", {}),
        ("equal", {"a": 1}, {"a": 1}, "none", {}),
        ("None leaves alone", {"a": 1}, {"a": None}, "none", {}),
        ("None at depth leaves alone", {"a": {"x": 1}}, {"a": {"x": None}}, "none", {}),
        ("a set value replaces", {"a": 1}, {"a": 2}, "update", {"a": 2}),
        ("a new attribute", {}, {"a": 1}, "update", {"a": 1}),
        ("False is a value", {"a": True}, {"a": False}, "update", {"a": False}),
        ("False is not the same as missing", {}, {"a": False}, "update", {"a": False}),
        ("zero is a value", {"a": 1}, {"a": 0}, "update", {"a": 0}),
        ("zero is not the same as missing", {}, {"a": 0}, "update", {"a": 0}),
        ("empty text clears", {"a": "x"}, {"a": ""}, "update", {"a": ""}),
        ("empty text equals missing", {}, {"a": ""}, "none", {}),
        ("empty list clears", {"a": [1]}, {"a": []}, "update", {"a": []}),
        ("empty list equals missing", {}, {"a": []}, "none", {}),
        ("empty dict asks for nothing", {"a": {"x": 1}}, {"a": {}}, "none", {}),
        ("empty at depth equals missing", {"a": {}}, {"a": {"x": [], "y": ""}}, "none", {}),
        ("nothing but empty members equals missing", {}, {"a": {"x": [], "y": {"z": ""}}}, "none", {}),
        ("nothing but empty members clears", {"a": {"x": [1]}}, {"a": {"x": []}}, "update", {"a": {"x": []}}),
        ("dicts merge by key", {"a": {"x": 1, "y": 2}}, {"a": {"x": 3}}, "update", {"a": {"x": 3, "y": 2}}),
        (
            "dicts merge deeply",
            {"a": {"b": {"x": 1, "y": 2}}},
            {"a": {"b": {"y": 3}}},
            "update",
            {"a": {"b": {"x": 1, "y": 3}}},
        ),
        ("lists replace", {"a": [1, 2]}, {"a": [1]}, "update", {"a": [1]}),
        ("what AWS fills in is no difference", {"a": {"x": 1, "filled": 2}, "b": 3}, {"a": {"x": 1}}, "none", {}),
        (
            "a list's items are compared whole",
            {"a": [{"x": 1, "y": 2}]},
            {"a": [{"x": 1}]},
            "update",
            {"a": [{"x": 1}]},
        ),
        (
            "at any depth",
            {"a": [{"b": {"x": 1, "y": 2}}]},
            {"a": [{"b": {"x": 1}}]},
            "update",
            {"a": [{"b": {"x": 1}}]},
        ),
        ("items of items too", {"a": [{"b": [{"x": 1, "y": 2}]}]}, {"a": [{"b": [{"x": 1}]}]}, "update", ...),
        ("without order too", {"set": [{"x": 1, "y": 2}]}, {"set": [{"x": 1}]}, "update", {"set": [{"x": 1}]}),
        (
            "empty members make no other item",
            {"a": [{"x": 1, "y": [], "z": None}]},
            {"a": [{"x": 1, "v": ""}]},
            "none",
            {},
        ),
        ("what AWS fills in in an item", {"a": [{"x": 1, "filled": 2}]}, {"a": [{"x": 1}]}, "none", {}),
        ("deeper in an item", {"a": [{"b": {"x": 1, "filled": 2}}]}, {"a": [{"b": {"x": 1}}]}, "none", {}),
        ("what AWS fills in can be set", {"a": [{"x": 1, "filled": 2}]}, {"a": [{"x": 1, "filled": 3}]}, "update", ...),
        (
            "the general item first",
            {"set": [{"a": 1, "b": 2}, {"a": 1}]},
            {"set": [{"a": 1}, {"a": 1, "b": 2}]},
            "none",
            {},
        ),
        ("... where AWS fills in", {"set": [F | {"a": 1}, {"a": 1}]}, {"set": [{"a": 1}, F | {"a": 1}]}, "none", {}),
        (
            "... through several items",
            {"set": [{"filled": 1, "more": 1}, {"filled": 1}, {"more": 1}]},
            {"set": [{}, {"filled": 1}, {"more": 1}]},
            "none",
            {},
        ),
        (
            "... and there is no way",
            {"set": [{"filled": 1, "more": 1}, {"filled": 2}, {"more": 2}]},
            {"set": [{"filled": 1}, {"more": 1}, {}]},
            "update",
            ...,
        ),
        ("order counts", {"a": [1, 2]}, {"a": [2, 1]}, "update", {"a": [2, 1]}),
        ("declared without order", {"set": [1, 2]}, {"set": [2, 1]}, "none", {}),
        ("without order, other members", {"set": [1, 2]}, {"set": [2, 3]}, "update", {"set": [2, 3]}),
        ("without order, twice is not once", {"set": [1, 1, 2]}, {"set": [1, 2, 2]}, "update", {"set": [1, 2, 2]}),
        ("without order, of dicts", {"set": [{"k": 1}, {"k": 2}]}, {"set": [{"k": 2}, {"k": 1}]}, "none", {}),
        ("dotted path without order", {"a": {"set": [1, 2]}}, {"a": {"set": [2, 1]}}, "none", {}),
        (
            "the path is the whole path",
            {"b": {"set": [1, 2]}},
            {"b": {"set": [2, 1]}},
            "update",
            {"b": {"set": [2, 1]}},
        ),
        ("path through a list", {"l": [{"set": [1, 2]}]}, {"l": [{"set": [2, 1]}]}, "none", {}),
        ("another kind of value", {"a": "x"}, {"a": {"x": 1}}, "update", {"a": {"x": 1}}),
        ("tags are complete", {"tags": {"a": "1", "b": "2"}}, {"tags": {"a": "1"}}, "update", {"tags": {"a": "1"}}),
        ("empty tags remove all", {"tags": {"a": "1"}}, {"tags": {}}, "update", {"tags": {}}),
        ("tags not given stay", {"tags": {"a": "1"}}, {"tags": None}, "none", {}),
        ("no tags, none wanted", {}, {"tags": {}}, "none", {}),
        ("tag values are text", {"tags": {"a": "1"}}, {"tags": {"a": 1}}, "none", {}),
        ("AWS's own tags stay", {"tags": {"aws:x": "1", "sagemaker:y": "2"}}, {"tags": {}}, "none", {}),
    ],
)
def test_plan(rule, current, desired, action, changes):
    changes = desired if changes is ... else changes
    plan = make_plan(current, desired, lists=Lists({"set", "a.set", "l.set"}, FILLED))
    assert (plan.action, plan.changes) == (action, changes), rule
    assert plan.before == (current or {})
    assert plan.after == {**(current or {}), **changes}


@pytest.mark.parametrize(("current", "action"), [({"a": 1}, "delete"), ({}, "delete"), (None, "none")])
def test_absent(current, action):
    plan = make_plan(current, {"a": 2, "tags": {"b": "1"}}, state="absent", immutable={"a"})
    assert (plan.action, plan.before, plan.conflicts) == (action, current or {}, ())


@pytest.mark.parametrize(
    ("current", "desired", "conflicts"),
    [
        ({"name": "a", "size": 1}, {"name": "b", "size": 2}, ("name",)),
        ({"name": "a"}, {"name": None}, ()),
        ({"name": "a"}, {"name": "a"}, ()),
        ({}, {"name": "a", "home": "b"}, ("home", "name")),
        (None, {"name": "a", "home": "b"}, ()),
        ({"home": {"x": 1, "y": 2}}, {"home": {"y": 3}}, ("home",)),
    ],
)
def test_create_only_attributes_that_differ_are_conflicts(current, desired, conflicts):
    assert make_plan(current, desired, immutable={"name", "home"}).conflicts == conflicts


@pytest.mark.parametrize(
    ("purge", "after"),
    [
        (True, {"b": "2", "aws:x": "1", "sagemaker:y": "2"}),
        (False, {"a": "1", "b": "2", "aws:x": "1", "sagemaker:y": "2"}),
    ],
)
def test_tags_are_purged_except_those_of_aws(purge, after):
    current = {"a": "1", "aws:x": "1", "sagemaker:y": "2"}
    assert merge_tags(current, {"b": 2}, purge) == after
    plan = make_plan({"tags": current}, {"tags": {"b": 2}}, purge_tags=purge)
    assert plan.changes == {"tags": after}


def test_inputs_are_not_changed():
    current, desired = {"a": {"x": [1]}, "tags": {"t": "1"}}, {"a": {"y": None, "x": [2]}, "tags": {"u": 2}}
    make_plan(current, desired)
    assert current == {"a": {"x": [1]}, "tags": {"t": "1"}}
    assert desired == {"a": {"y": None, "x": [2]}, "tags": {"u": 2}}


def test_prune_reaches_into_lists():
    assert prune({"a": [{"b": None, "c": 1}], "d": None, "e": {"f": None}}) == {"a": [{"c": 1}], "e": {}}


def test_merge_replaces_what_is_not_a_dict():
    assert merge({"a": {"x": 1}, "l": [1]}, {"a": 2, "l": [3]}) == {"a": 2, "l": [3]}


def test_same_compares_only_what_is_desired():
    assert same({"a": 1, "b": 2}, {"a": 1}) and not same({"a": 1}, {"a": 1, "b": 2})


@pytest.mark.parametrize(
    ("current", "desired", "state", "before", "after"),
    [
        (None, {"a": 1, "key": "x"}, "present", {}, {"a": 1, "key": "(secret, after)"}),
        (
            {"a": 1, "b": 2, "key": "x"},
            {"a": 3, "key": "y"},
            "present",
            {"a": 1, "key": "(secret, before)"},
            {"a": 3, "key": "(secret, after)"},
        ),
        ({"a": 1}, {"b": 2, "key": "y"}, "present", {"b": None}, {"b": 2, "key": "(secret, after)"}),
        ({"a": 1, "key": "x"}, {"a": 1, "key": "x"}, "present", {}, {}),
        ({"a": 1, "key": "x"}, {}, "absent", {"a": 1, "key": "(secret, before)"}, {}),
        (None, {}, "absent", {}, {}),
    ],
)
def test_diff_shows_what_changes_and_no_secret(current, desired, state, before, after):
    assert plan_diff(make_plan(current, desired, state=state), {"key"}) == {"before": before, "after": after}
