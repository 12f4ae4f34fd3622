# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every module has an integration target, and every target asks all four questions of its module."""

from pathlib import Path

import pytest
import yaml

from tests.support.modules import MODULES

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "tests" / "integration" / "targets"
TARGETS = sorted(path.name for path in FOLDER.iterdir() if not path.name.startswith("setup_"))
# Check, do, check again, do again: the end of the task's name, whether it is in check mode, and what it registers.
QUARTET = (
    (" in check mode", True, "checked"),
    ("", False, "done"),
    (" again in check mode", True, "checked_again"),
    (" again", False, "done_again"),
)
# Only this target's module does something anew each time, and nothing in check mode.
ACTION = "presigned_url"
KINDS = {
    "change": {"checked is changed", "done is changed", "checked_again is not changed", "done_again is not changed"},
    "read": {f"{name} is not changed" for _end, _check, name in QUARTET},
    "action": {"checked is skipped", "done is changed", "checked_again is not changed", "done_again is changed"},
}


def wrong_quartets(module, tasks):
    """Sentences about what is missing in the tasks of a test.yml."""
    options, found, wrong = f"mlplatform.studio.{module}", 0, []
    kind = "read" if module.endswith("_info") else "action" if module == ACTION else "change"
    for number, task in enumerate(tasks):
        if options not in task or task.get("register") != QUARTET[0][2]:
            continue
        found += 1
        name = task["name"].removesuffix(QUARTET[0][0])
        for place, (end, check, register) in enumerate(QUARTET):
            one = tasks[number + place] if number + place < len(tasks) else {}
            expected = {"name": name + end, options: task[options], "register": register}
            if one != expected | ({"check_mode": True} if check else {}):
                wrong.append(f"{name}: no task {name + end} with the same options that registers {register}")
        verify = tasks[number + len(QUARTET)] if number + len(QUARTET) < len(tasks) else {}
        claims = set(verify.get("ansible.builtin.assert", {}).get("that", []))
        wrong += [f"{name}: nobody asserts that {claim}" for claim in sorted(KINDS[kind] - claims)]
        if not claims - KINDS[kind]:
            wrong.append(f"{name}: nothing is said of the result")
    return wrong + ([] if found else ["no quartet"])


def test_every_module_has_a_target_and_no_target_is_of_nothing():
    assert TARGETS == MODULES


@pytest.mark.parametrize("target", TARGETS)
def test_target_has_the_common_form(target):
    folder, first = FOLDER / target, FOLDER / TARGETS[0]
    for name in ("aliases", "meta/main.yml", "tasks/main.yml"):
        assert (folder / name).read_text() == (first / name).read_text(), name
    for name in ("prepare", "test", "cleanup"):
        assert yaml.safe_load((folder / "tasks" / f"{name}.yml").read_text()), name


@pytest.mark.parametrize("target", TARGETS)
def test_target_asks_four_times(target):
    tasks = yaml.safe_load((FOLDER / target / "tasks" / "test.yml").read_text())
    assert wrong_quartets(target, tasks) == []


def planted(**changes):
    """A quartet of a module x, with changes to its tasks by their register."""
    tasks = [
        {"name": f"Test it{end}", "mlplatform.studio.x": {"a": 1}, "register": register}
        | ({"check_mode": True} if check else {})
        | changes.get(register, {})
        for end, check, register in QUARTET
    ]
    return [*tasks, {"ansible.builtin.assert": {"that": [*KINDS["change"], "done.x == 1"]} | changes.get("that", {})}]


def test_whole_quartet_passes():
    assert wrong_quartets("x", planted()) == []


@pytest.mark.parametrize(
    ("tasks", "text"),
    [
        ([], "no quartet"),
        (planted()[:3], "Test it again"),
        (planted(done_again={"mlplatform.studio.x": {"a": 2}}), "with the same options"),
        (planted(checked_again={"check_mode": False}), "Test it again in check mode"),
        (planted(that={"that": ["done.x == 1"]}), "nobody asserts that checked is changed"),
        (planted(that={"that": list(KINDS["change"])}), "nothing is said of the result"),
    ],
)
def test_planted_gap_is_found(tasks, text):
    assert any(text in sentence for sentence in wrong_quartets("x", tasks))
