# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a task changed, in words: options with what they were and what they are, and scripts as a text diff."""

from __future__ import annotations

import dataclasses
import difflib
import re
import typing as t

from ...module_utils._blueprint.drift_report import explain
from ...module_utils._blueprint.option_names import team_options

Data = t.Mapping[str, t.Any]

# What happened to a thing, and what would happen.
DONE = {"create": "made", "update": "changed", "delete": "deleted"}
WOULD = {"create": "would make", "update": "would change", "delete": "would delete"}
# What modules set by paths that say of which option they are.
STEPS = ("domain", "key")
# So many names are said of one task, and so many lines of one text.
NAMES, TEXT_LINES = 4, 60
# What stands before a name in an ARN.
ARN = re.compile(r"arn:[a-z-]+:[a-z0-9-]+:[a-z0-9-]*:[0-9]*:[a-z-]+/")


@dataclasses.dataclass(frozen=True)
class Change:
    """What became of one thing, by its action in Ansible's result; item is "" where the task's name says all."""

    action: str
    item: str
    lines: tuple[str, ...] = ()


def changes_of(data: Data) -> list[Change]:
    """Return what a result tells of changes, [] where it tells nothing but that there were some."""
    diff = data.get("diff")
    arguments = (data.get("invocation") or {}).get("module_args") or {}
    if not diff and "actions" not in data and arguments.get("state") == "absent":
        # amazon.aws tells no diff.
        return [Change("delete", str(data.get("_ansible_item_label") or ""))]
    if isinstance(diff, list):
        return [_of_file(one) for one in diff if isinstance(one, dict)]
    if not isinstance(diff, dict):
        return []
    before, after = diff.get("before"), diff.get("after")
    if not (isinstance(before, dict) and isinstance(after, dict)):
        return [_of_file(diff)]
    if "actions" not in data:
        # Of the item of a loop, what people call it.
        return [change(_action(before, after), str(data.get("_ansible_item_label") or ""), before, after)]
    actions = {str(name): str(action) for name, action in data["actions"].items()}
    made = {name.rpartition(" ")[2] for name, action in actions.items() if action == "create"}
    return [
        change(action, name, before.get(name), after.get(name))
        for name, action in actions.items()
        # What is set in a thing that was just made, such as the rules of a group, is part of its making.
        if action == "create" or name.rpartition(" ")[2] not in made
    ]


def _action(before: t.Any, after: t.Any) -> str:
    if not before:
        return "create"
    return "update" if after else "delete"


def change(action: str, item: str, before: t.Any, after: t.Any) -> Change:
    """Return what became of a thing. Of one that is new or gone its name says enough."""
    return Change(action, item, tuple(value_lines(before, after)) if before and after else ())


def _of_file(diff: Data) -> Change:
    """Return one of the diffs that Ansible's own modules return, or that show_differences does."""
    before, after = diff.get("before"), diff.get("after")
    item = str(diff.get("before_header") or diff.get("after_header") or "")
    if "prepared" in diff:
        return Change("update", item, tuple(str(diff["prepared"]).splitlines()))
    if isinstance(before, str) and isinstance(after, str):
        return Change("update", item, tuple(text_lines(before, after)))
    return change(_action(before, after), item, before, after)


def value_lines(before: t.Any, after: t.Any) -> list[str]:
    """Return a line for each option that differs: "name: before -> after", and the diff of each text of several lines.

    before and after are what a module shows of a thing, by the names of its options.
    """
    sides, lines = {"before": before, "after": after}, []
    if isinstance(before, dict) and isinstance(after, dict):
        texts = [name for name in {**before, **after} if _is_text(before.get(name)) or _is_text(after.get(name))]
        for name in texts:
            lines += [f"{name}:", *text_lines(str(before.get(name) or ""), str(after.get(name) or ""))]
        sides = {side: {key: one for key, one in value.items() if key not in texts} for side, value in sides.items()}
    told = explain({"task": "", **sides})["values"] if all(sides.values()) else []
    options = [f"{option_of(one['name'])}: {_sides(one['actual'], one['described'])}" for one in told]
    return [*dict.fromkeys(options), *lines]


def option_of(path: str) -> str:
    """Return what a module's option is called in messages: by the option of the description, where that is known."""
    options = [one for step in STEPS for one in team_options(step, path)]
    return path if not options or path.startswith("tags.") else f"{options[0]} ({path.rpartition('.')[2]})"


def _sides(before: str, after: str) -> str:
    """Return both sides of a value, with the names of what has an ARN where these tell them apart."""
    short = [ARN.sub("", side) for side in (before, after)]
    sides = short if short[0] != short[1] else [before, after]
    return " -> ".join(side or "(not set)" for side in sides)


def _is_text(value: t.Any) -> bool:
    return isinstance(value, str) and "\n" in value.strip()


def text_lines(before: str, after: str) -> list[str]:
    """Return the unified diff of two texts without its header, cut where it is very long."""
    lines = list(difflib.unified_diff(before.splitlines(), after.splitlines(), lineterm=""))[2:]
    rest = len(lines) - TEXT_LINES
    return lines if rest <= 0 else [*lines[:TEXT_LINES], f"... {rest} more lines of the diff; -v --diff shows them"]


def listed(items: t.Sequence[str], most: int) -> str:
    """Return names in a line, at most so many of them: "a, b and 3 more"."""
    return ", ".join(items[:most]) + (f" and {len(items) - most} more" if len(items) > most else "")


def head(changes: t.Sequence[Change], words: t.Mapping[str, str]) -> str:
    """Return changes without values in a sentence: "made 3: a, b, c; changed d"; words are DONE or WOULD.

    Of what would be done every name is told, as somebody decides by it.
    """
    parts = []
    for action in dict.fromkeys(change.action for change in changes):
        items = [change.item for change in changes if change.action == action and change.item]
        word = words.get(action, action)
        if not items:
            parts.append(word)
            continue
        number = f" {len(items)}" if len(items) > 1 else ""
        names = listed(items, len(items) if words is WOULD else NAMES)
        parts.append(f"{word}{number}: {names}" if number else f"{word} {names}")
    return "; ".join(parts)
