# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What AWS's API model allows as values: types, choices, sizes and patterns. Pure functions over botocore shapes.

botocore itself checks types and the lower limits, and only when a call is made. The model says the rest too.
"""

from __future__ import annotations

import difflib
import re
import typing as t

from .._naming import Shape, member_names
from .._waiting import StudioError

# The Python type of each kind of shape, and what the user calls it.
KINDS: dict[str, tuple[t.Any, str]] = {
    "structure": (dict, "a dict"),
    "map": (dict, "a dict"),
    "list": (list, "a list"),
    "string": (str, "text"),
    "integer": (int, "a whole number"),
    "long": (int, "a whole number"),
    "float": ((int, float), "a number"),
    "double": ((int, float), "a number"),
    "boolean": (bool, "true or false"),
}
# A longer list of choices (instance types) is no help to read; the nearest ones are.
MOST_CHOICES = 12
# A repetition within a repetition, as in (x+/?){3,99}: on text that does not match, Python tries for ever.
ENDLESS = re.compile(r"[+*](\\?.\?)?\)[*+{]")


def refuse_invalid(value: t.Any, shape: Shape, path: str) -> None:
    """Raise StudioError, one sentence for each mistake, where AWS's model does not allow value (with option names)."""
    found = mistakes(value, shape, path)
    if found:
        raise StudioError(" ".join(found))


def mistakes(value: t.Any, shape: Shape, path: str) -> list[str]:
    """Return sentences about what the model does not allow in value; path names it. None and unknown keys are passed.

    Only members of list items have to be complete: a list replaces what is there, and a dict is merged with it.
    """
    kind, words = KINDS.get(shape.type_name, (object, ""))
    if value is None:
        return []
    if not isinstance(value, kind) or (isinstance(value, bool) and kind is int):
        return [f"{path} must be {words}, not {value!r}."]
    if shape.type_name == "structure":
        return _of_members(value, shape, path)
    if shape.type_name == "list":
        return _of_size(len(value), shape, path, f"has {len(value)} items") + _of_items(value, shape.member, path)
    if shape.type_name == "string":
        return _of_text(value, shape, path)
    return _of_size(value, shape, path, f"is {value}") if kind is int else []


def _of_members(value: dict[str, t.Any], shape: Shape, path: str) -> list[str]:
    names = member_names(shape)
    if shape.is_tagged_union and sum(item is not None for item in value.values()) != 1:
        return [f"{path} takes exactly one of {', '.join(sorted(names))}."]
    known = ((key, item) for key, item in value.items() if key in names)
    return [text for key, item in known for text in mistakes(item, shape.members[names[key]], _below(path, key))]


def _of_items(items: list[t.Any], shape: Shape, path: str) -> list[str]:
    found = []
    for number, item in enumerate(items):
        place = f"{path}[{number}]"
        found += mistakes(item, shape, place)
        if shape.type_name == "structure" and isinstance(item, dict):
            names = {api: option for option, api in member_names(shape).items()}
            needed = (names[api] for api in shape.required_members)
            found += [f"{_below(place, name)} is missing." for name in needed if item.get(name) is None]
    return found


def _of_text(value: str, shape: Shape, path: str) -> list[str]:
    if shape.enum:
        return [] if value in shape.enum else [f"{path} is {value!r}; {_choices(value, shape.enum)}"]
    wrong = _of_size(len(value), shape, path, f"has {len(value)} characters")
    pattern = shape.metadata.get("pattern")
    if not wrong and pattern and not _matches(pattern, value):
        wrong = [f"{path} is {value!r}; AWS takes what the pattern {pattern} describes."]
    return wrong


def _of_size(size: float, shape: Shape, path: str, found: str) -> list[str]:
    least, most = shape.metadata.get("min", float("-inf")), shape.metadata.get("max", float("inf"))
    if least <= size <= most:
        return []
    limit = f"at most {most}" if least == float("-inf") else f"at least {least}"
    return [f"{path} {found}; AWS takes {limit if float('inf') in (-least, most) else f'{least} to {most}'}."]


def _choices(value: str, choices: list[str]) -> str:
    folded = {choice.casefold(): choice for choice in choices}
    nearest = [folded[near] for near in difflib.get_close_matches(value.casefold(), folded)]
    if len(choices) > MOST_CHOICES:
        hint = f" Did you mean {' or '.join(nearest)}?" if nearest else ""
        return f"it is none of the {len(choices)} values that this version of botocore knows.{hint}"
    return f"AWS takes {', '.join(choices)}.{f' Did you mean {nearest[0]}?' if nearest else ''}"


def _matches(pattern: str, value: str) -> bool:
    """Tell whether AWS would take value; patterns that Python cannot tell it of are left to AWS."""
    if ENDLESS.search(pattern):
        return True
    try:
        return re.fullmatch(pattern, value, re.ASCII) is not None
    except re.error:
        return True  # they are Java's patterns


def _below(path: str, key: str) -> str:
    return f"{path}.{key}" if path else key
