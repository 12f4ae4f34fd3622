# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Decide what has to change. Nothing in here knows about Ansible, boto3 or time.

A resource is a dict of attributes with the option names of the module that describes it. ``current`` is the resource as
AWS describes it, or None where there is none; ``desired`` is what the user asked for.
"""

from __future__ import annotations

import contextlib
import typing as t
from dataclasses import dataclass, field

RESERVED_TAG_PREFIXES = ("aws:", "sagemaker:")
EMPTY: tuple[t.Any, ...] = (None, "", [], {})

Action = t.Literal["none", "create", "update", "delete"]


class Whole(dict[str, t.Any]):
    """A structure that means something only as a whole, such as a policy: compared for equality, not as a subset."""


@dataclass(frozen=True)
class Plan:
    """What has to be done to one resource.

    ``changes`` holds the top-level attributes that differ, each with its complete new value (for APIs that patch);
    ``after`` the whole resource as it should be then (for APIs that reset what is omitted); ``conflicts`` the names of
    create-only attributes among the changes.
    """

    action: Action
    before: dict[str, t.Any] = field(default_factory=dict)
    after: dict[str, t.Any] = field(default_factory=dict)
    changes: dict[str, t.Any] = field(default_factory=dict)
    conflicts: tuple[str, ...] = ()


def prune(value: t.Any) -> t.Any:
    """Return value without its None members, at any depth: unset means "leave alone", never "reset"."""
    if isinstance(value, dict):
        return {key: prune(item) for key, item in value.items() if item is not None}
    if isinstance(value, list):
        return [prune(item) for item in value]
    return value


def merge(current: t.Any, desired: t.Any) -> t.Any:
    """Lay desired over current: dicts merge by key, everything else replaces."""
    if isinstance(current, dict) and isinstance(desired, dict) and not isinstance(current, Whole):
        return {**current, **{key: merge(current.get(key), item) for key, item in desired.items()}}
    return desired


def merge_tags(current: dict[str, str], desired: dict[str, t.Any], purge: bool) -> dict[str, str]:
    """Return the tags a resource should carry; tags that AWS itself manages always stay."""
    kept = {key: value for key, value in current.items() if not purge or key.startswith(RESERVED_TAG_PREFIXES)}
    return {**kept, **{key: str(value) for key, value in desired.items()}}


def is_empty(value: t.Any) -> bool:
    """Tell whether a value says nothing: it is unset, or a structure of nothing but such values."""
    return value in EMPTY or (isinstance(value, dict) and all(map(is_empty, value.values())))


@dataclass(frozen=True)
class Lists:
    """What is known of the lists in a resource, as dotted paths (of a list in a list's items too).

    The order of ``unordered`` ones carries no meaning. ``filled`` are the members of items that AWS sets by itself
    where they are not given.
    """

    unordered: t.Collection[str] = frozenset()
    filled: t.Collection[str] = frozenset()


def same(current: t.Any, desired: t.Any, lists: Lists | None = None, path: str = "") -> bool:
    """Tell whether current already is what desired asks for.

    Of a structure only what desired names is compared, so members that AWS fills in by itself are no difference. The
    items of a list are compared whole, but for what AWS fills in in them: who sends a list replaces its items. AWS
    leaves empty members out of its answers, so an empty desired value equals a missing one.
    """
    return _same(current, desired, lists or Lists(), path, whole=False)


def _same(current: t.Any, desired: t.Any, lists: Lists, path: str, whole: bool) -> bool:
    if isinstance(current, Whole):
        return bool(current == desired)
    if is_empty(desired) and is_empty(current):
        return True
    if isinstance(desired, dict) and isinstance(current, dict):
        keys = [*desired, *(_own_members(current, lists, path) if whole else ())]
        return all(_same(current.get(key), desired.get(key), lists, _member(path, key), whole) for key in keys)
    if isinstance(desired, list) and isinstance(current, list):
        return _same_lists(current, desired, lists, path)
    return bool(current == desired)


def _own_members(item: dict[str, t.Any], lists: Lists, path: str) -> list[str]:
    """Return the members of a list's item that somebody set."""
    return [key for key in item if _member(path, key) not in lists.filled]


def _member(path: str, key: str) -> str:
    return f"{path}.{key}" if path else key


def _same_lists(current: list[t.Any], desired: list[t.Any], lists: Lists, path: str) -> bool:
    if len(current) != len(desired):
        return False
    if path not in lists.unordered:
        return all(_same(left, right, lists, path, whole=True) for left, right in zip(current, desired))
    return _can_be_paired(
        [
            {number for number, item in enumerate(current) if _same(item, wanted, lists, path, whole=True)}
            for wanted in desired
        ]
    )


def _can_be_paired(fitting: list[set[int]]) -> bool:
    """Tell whether everybody can have one of the numbers that fit, and nobody the same as another.

    An item that asks for little may fit where only another one does: who came first gives way if something else fits.
    """
    owner: dict[int, int] = {}

    def place(who: int, asked: set[int]) -> bool:
        for number in sorted(fitting[who] - asked, key=owner.__contains__):  # free ones first
            if number in asked:
                continue
            asked.add(number)
            if number not in owner or place(owner[number], asked):
                owner[number] = who
                return True
        return False

    return all(place(who, set()) for who in range(len(fitting)))


def make_plan(
    current: dict[str, t.Any] | None,
    desired: dict[str, t.Any],
    *,
    state: str = "present",
    immutable: t.Collection[str] = (),
    lists: Lists | None = None,
    purge_tags: bool = True,
) -> Plan:
    """Compare current with desired and return the Plan that leads from one to the other."""
    if state == "absent":
        return Plan("delete", before=current) if current is not None else Plan("none")
    desired = prune(desired)
    if "tags" in desired:
        desired["tags"] = merge_tags((current or {}).get("tags") or {}, desired["tags"], purge_tags)
    if current is None:
        return Plan("create", after=desired, changes=desired)
    changes = {
        key: value if key == "tags" else merge(current.get(key), value)
        for key, value in desired.items()
        if not _attribute_settled(key, current.get(key), value, lists)
    }
    conflicts = tuple(sorted(set(changes) & set(immutable)))
    return Plan("update" if changes else "none", current, {**current, **changes}, changes, conflicts)


def _attribute_settled(key: str, current: t.Any, desired: t.Any, lists: Lists | None) -> bool:
    if key == "tags":
        return bool((current or {}) == desired)
    return same(current, desired, lists, key)


def tag_changes(before: t.Mapping[str, str], after: t.Mapping[str, str]) -> tuple[dict[str, str], list[str]]:
    """Return (tags to set, keys to take off, sorted) that lead from some tags to others."""
    new = {key: value for key, value in after.items() if before.get(key) != value}
    return new, sorted(before.keys() - after.keys())


@contextlib.contextmanager
def tags_around(plan: Plan, change: t.Callable[[dict[str, str], dict[str, str]], None]) -> t.Iterator[None]:
    """Add an update's new tags before what is done in the block, and take lost ones off after it.

    Rights hang on tags: what is taken over has them first, what is given back has them last. change(before, after)
    makes tags that are before what after says.
    """
    before = plan.before["tags"]
    after = plan.changes.get("tags", before)
    both = {**before, **after}
    change(before, both)
    yield
    change(both, after)


def plan_diff(plan: Plan, secret: t.Collection[str] = ()) -> dict[str, dict[str, t.Any]]:
    """Return the ``diff`` of a module's result: only what the plan changes, secret attributes masked.

    What is not set is None where something else is there, so that nothing before means that there is no resource.
    """
    if plan.action == "delete":
        before, after = plan.before, {}
    else:
        unset = {key: None for key in plan.changes if plan.action == "update" and key not in secret}
        before = {**unset, **{key: plan.before[key] for key in plan.changes if key in plan.before}}
        after = plan.changes
    return {"before": mask(before, secret, "before"), "after": mask(after, secret, "after")}


def mask(attributes: dict[str, t.Any], secret: t.Collection[str], note: str) -> dict[str, t.Any]:
    """Return attributes with the value of every secret one replaced by a note that shows nothing of it."""
    return {key: f"(secret, {note})" if key in secret else value for key, value in attributes.items()}
