# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Check a request against its botocore service model, as the service behind AWS's JSON protocol does.

Two kinds of refusal: what cannot be read as the modelled type (SerializationException) and what breaks a constraint
(ValidationException, all of them in one message). Sources: botocore models; message form from
terraform-provider-aws #27990 and #29225, sagemaker-ssh-helper #70 and other services' answers of that form.
"""

from __future__ import annotations

import functools
import itertools
import re
import sys
import unicodedata
from collections.abc import Iterator
from typing import Any

from botocore.model import OperationModel, Shape

from emulator.shared.shapes import Structure

NUMBERS: dict[str, type | tuple[type, ...]] = {
    "integer": int,
    "long": int,
    "float": (int, float),
    "double": (int, float),
    "timestamp": (int, float),
}
WANTED = {"integer": "an Integer", "long": "a Long", "float": "a Float", "double": "a Double", "boolean": "a Boolean"}


class SerializationError(ValueError):
    """The request cannot be read as the modelled types; the text is AWS's message."""


class ConstraintError(ValueError):
    """The request breaks constraints of the model; the text is AWS's message with all of them."""


def check(operation: OperationModel, request: Any, unknown: str = "ignore") -> Structure:
    """The request without null and unknown members; raises SerializationError or ConstraintError.

    ``unknown`` is "ignore" or "refuse": what happens to members that the model does not have.
    """
    if not isinstance(request, dict):
        raise SerializationError("Start of structure or map expected")
    shape = operation.input_shape
    if shape is None:
        return {}
    unknown_members: list[str] = []
    cleaned = _read(shape, request, "", unknown_members)
    errors = list(_violations(shape, cleaned, ""))
    if unknown == "refuse":
        errors += [f"Value at '{path}' failed to satisfy constraint: Member must be known" for path in unknown_members]
    if errors:
        plural = "" if len(errors) == 1 else "s"
        raise ConstraintError(f"{len(errors)} validation error{plural} detected: {'; '.join(errors)}")
    return cleaned


def strangers(shape: Shape | None, content: Any) -> list[str]:
    """The members of ``content`` that a shape does not have; raises SerializationError where other types are wrong."""
    found: list[str] = []
    if shape:
        _read(shape, content, "", found)
    return found


def pick(shape: Shape | None, values: Structure) -> Structure:
    """The members of ``values`` that structure ``shape`` has, so that an answer never shows more than the model."""
    return {name: values[name] for name in (shape.members if shape else ()) if values.get(name) is not None}


def _path(parent: str, member: str) -> str:
    """``("userSettings", "ExecutionRole")`` -> ``userSettings.executionRole``, as AWS writes it."""
    name = member[:1].lower() + member[1:]
    return f"{parent}.{name}" if parent else name


def _read(shape: Shape, value: Any, path: str, strangers: list[str]) -> Any:
    """``value`` as the modelled type, without nulls and unknown members; those are added to ``strangers``."""
    if shape.type_name == "structure":
        _expect(isinstance(value, dict), value, "structure or map")
        strangers += [_path(path, name) for name in value if name not in shape.members]
        return {
            name: _read(member, value[name], _path(path, name), strangers)
            for name, member in shape.members.items()
            if value.get(name) is not None
        }
    if shape.type_name == "list":
        _expect(isinstance(value, list), value, "list")
        return [_read(shape.member, item, f"{path}.{n}.member", strangers) for n, item in enumerate(value, 1)]
    if shape.type_name == "map":
        _expect(isinstance(value, dict), value, "structure or map")
        return {key: _read(shape.value, item, f"{path}.{key}", strangers) for key, item in value.items()}
    return _read_scalar(shape, value)


def _read_scalar(shape: Shape, value: Any) -> Any:
    if shape.type_name in NUMBERS:
        fits = isinstance(value, NUMBERS[shape.type_name]) and not isinstance(value, bool)
    else:
        fits = isinstance(value, bool if shape.type_name == "boolean" else str)
    if fits:
        return value
    if isinstance(value, (dict, list)):
        raise SerializationError(
            f"Start of {'list' if isinstance(value, list) else 'structure or map'} found where not expected."
        )
    raise SerializationError(f"{_token(value)} can not be converted to {WANTED.get(shape.type_name, 'a String')}")


def _expect(fits: bool, value: Any, what: str) -> None:
    if not fits:
        raise SerializationError(
            f"Expected {what} or null" if not isinstance(value, (dict, list)) else f"Start of {what} expected"
        )


def _token(value: Any) -> str:
    if isinstance(value, bool):
        return f"{str(value).upper()}_VALUE"
    if isinstance(value, float):
        return "DECIMAL_VALUE"
    return "NUMBER_VALUE" if isinstance(value, int) else "STRING_VALUE"


def _violations(shape: Shape, value: Any, path: str) -> Iterator[str]:
    """Every broken constraint below ``path`` in AWS's words."""
    for constraint in _broken(shape, value):
        yield _sentence(shape, value, path, constraint)
    if shape.type_name == "structure":
        for name in (name for name in shape.required_members if name not in value):
            yield f"Value null at '{_path(path, name)}' failed to satisfy constraint: Member must not be null"
        for name, item in value.items():
            yield from _violations(shape.members[name], item, _path(path, name))
    elif shape.type_name == "list":
        yield from _list_violations(shape, value, path)
    elif shape.type_name == "map":
        for key, item in value.items():
            yield from _violations(shape.value, item, f"{path}.{key}")


def _list_violations(shape: Shape, value: list[Any], path: str) -> Iterator[str]:
    """Structures in a list are named one by one; for scalars AWS names the list and all constraints of a member."""
    if shape.member.type_name in ("structure", "list", "map"):
        for number, item in enumerate(value, 1):
            yield from _violations(shape.member, item, f"{path}.{number}.member")
    elif any(_broken(shape.member, item) for item in value):
        constraints = ", ".join(_constraints(shape.member))
        yield _sentence(shape, value, path, f"Member must satisfy constraint: [{constraints}]")


def _sentence(shape: Shape, value: Any, path: str, constraint: str) -> str:
    shown = "" if shape.metadata.get("sensitive") else f"'{_shown(value)}' "
    return f"Value {shown}at '{path}' failed to satisfy constraint: {constraint}"


def _shown(value: Any) -> str:
    if isinstance(value, list):
        return f"[{', '.join(_shown(item) for item in value)}]"
    return str(value)


def _broken(shape: Shape, value: Any) -> list[str]:
    """The constraints of the shape itself that ``value`` breaks; a blob is not looked into."""
    if shape.type_name == "blob":
        return []
    size = len(value) if isinstance(value, (str, list, dict)) else value
    limits = shape.metadata
    broken = []
    if "min" in limits and size < limits["min"]:
        broken.append(_at_least(shape))
    if "max" in limits and size > limits["max"]:
        broken.append(_at_most(shape))
    if "pattern" in limits and not compiled(limits["pattern"]).fullmatch(value):
        broken.append(_pattern(shape))
    if "enum" in limits and value not in limits["enum"]:
        broken.append(_enum(shape))
    return broken


def _constraints(shape: Shape) -> list[str]:
    """All constraints of a shape in AWS's words and order."""
    words = {"max": _at_most, "min": _at_least, "pattern": _pattern, "enum": _enum}
    return [say(shape) for name, say in words.items() if shape.metadata.get(name) not in (None, [])]


def _measure(shape: Shape) -> str:
    return "value" if shape.type_name in NUMBERS else "length"


def _at_least(shape: Shape) -> str:
    return f"Member must have {_measure(shape)} greater than or equal to {shape.metadata['min']}"


def _at_most(shape: Shape) -> str:
    return f"Member must have {_measure(shape)} less than or equal to {shape.metadata['max']}"


def _pattern(shape: Shape) -> str:
    return f"Member must satisfy regular expression pattern: ^{shape.metadata['pattern'].removeprefix('^')}"


def _enum(shape: Shape) -> str:
    return f"Member must satisfy enum value set: [{', '.join(shape.metadata['enum'])}]"


@functools.cache
def compiled(pattern: str) -> re.Pattern[str]:
    """A model's pattern for ``fullmatch``; Java's Unicode classes such as ``\\p{L}`` become explicit ranges."""
    return re.compile(re.sub(r"\\p\{(\w+)\}", lambda found: _ranges(found[1]), pattern))


@functools.cache
def _ranges(category: str) -> str:
    """The content of a character class for a Unicode category (``L``, ``Zs``) or for ``Alnum``."""
    if category == "Alnum":
        return "a-zA-Z0-9"
    return "".join(
        f"{re.escape(chr(first))}-{re.escape(chr(last))}" for name, first, last in _runs() if name.startswith(category)
    )


@functools.cache
def _runs() -> list[tuple[str, int, int]]:
    """``(category, first, last)`` of every run of code points in one category; one pass serves all patterns."""
    runs = []
    for name, codes in itertools.groupby(range(sys.maxunicode + 1), lambda code: unicodedata.category(chr(code))):
        found = list(codes)
        runs.append((name, found[0], found[-1]))
    return runs
