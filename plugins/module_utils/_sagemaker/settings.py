# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Settings of domains, user profiles and spaces: pure functions over dicts with option names and botocore shapes."""

from __future__ import annotations

import typing as t

from .._naming import Shape, from_api, member_names, to_api
from .._plan import is_empty, prune
from .limits import refuse_invalid

# Optional members of the items of lists (CustomFileSystemConfigs, IdentityProviderOAuthSettings) for which AWS says
# not what they are when they are left out. Of other members, such as ImageVersionNumber, it shows nothing then.
PERHAPS_FILLED = frozenset({"FileSystemPath", "MountPath", "Status"})


def typed(settings: t.Any, shape: Shape, path: str) -> t.Any:
    """Return settings with every scalar in the type that the model asks for.

    Raises UnknownOption, naming the nearest known key, where the model has no such member, and StudioError where it
    does not allow a value.
    """
    found = from_api(to_api(settings, shape, path), shape)
    # "" clears a reference (see references_to_clear), although no pattern allows it.
    refuse_invalid(references_to_clear(found, shape), shape, path)
    return read_references(found, shape)


def list_paths(shape: Shape, path: str = "") -> frozenset[str]:
    """Return the dotted paths of all lists in a structure: none of Studio's lists has an order that means something."""
    if shape.type_name == "list":
        return list_paths(shape.member, path) | {path}
    if shape.type_name != "structure":
        return frozenset()
    prefix = f"{path}." if path else ""
    found = [list_paths(shape.members[api], prefix + option) for option, api in member_names(shape).items()]
    return frozenset().union(*found)


def filled_paths(shape: Shape, path: str = "", in_list: bool = False) -> frozenset[str]:
    """Return the dotted paths of members of a list's items that AWS may set by itself: nobody says it does not."""
    if shape.type_name == "list":
        return filled_paths(shape.member, path, True)
    if shape.type_name != "structure":
        return frozenset()
    found: set[str] = set()
    for option, api in member_names(shape).items():
        below = f"{path}.{option}" if path else option
        found |= filled_paths(shape.members[api], below, in_list)
        if in_list and api in PERHAPS_FILLED:
            found.add(below)
    return frozenset(found)


def changed_members(before: dict[str, t.Any] | None, after: dict[str, t.Any]) -> dict[str, t.Any]:
    """Return the members of after that differ from before, each complete.

    An update leaves alone what it does not name. How deep it merges what it does name is not documented, and a complete
    structure has the same effect either way.
    """
    before = before or {}
    return {
        key: value
        for key, value in after.items()
        if before.get(key) != value and not (is_empty(value) and is_empty(before.get(key)))
    }


def read_references(settings: t.Any, shape: Shape) -> t.Any:
    """Return settings with "" for every reference that says "None", SageMaker's word for an unset one."""
    return _each_reference(settings, shape, lambda value: "" if value == "None" else value)


def references_to_clear(settings: t.Any, shape: Shape) -> t.Any:
    """Return settings as an update takes them: unset references say "None", since "" does not fit their pattern."""
    return _each_reference(settings, shape, lambda value: value or "None")


def without_unset_references(settings: t.Any, shape: Shape) -> t.Any:
    """Return settings as a create takes them: there is nothing to clear yet, so unset references are left out.

    So are lists and structures without members.
    """
    return _without_hollow(prune(_each_reference(settings, shape, lambda value: value or None)))


def _without_hollow(value: t.Any) -> t.Any:
    if not isinstance(value, dict):
        return value
    members = {key: _without_hollow(item) for key, item in value.items()}
    return {key: item for key, item in members.items() if item not in ([], {})}


def _each_reference(value: t.Any, shape: Shape, convert: t.Callable[[t.Any], t.Any]) -> t.Any:
    if shape.type_name == "structure" and isinstance(value, dict):
        names = member_names(shape)
        return {
            key: _each_reference(item, shape.members[names[key]], convert) if key in names else item
            for key, item in value.items()
        }
    if shape.type_name == "list" and shape.member.type_name == "structure" and isinstance(value, list):
        return [_each_reference(item, shape.member, convert) for item in value]
    if value is not None and _accepts_none(shape):
        return convert(value)
    return value


def _accepts_none(shape: Shape) -> bool:
    """Tell whether a string's pattern in the model admits the word None; older models end patterns with $."""
    return bool(shape.type_name == "string" and shape.metadata.get("pattern", "").rstrip("$").endswith("|None)"))
