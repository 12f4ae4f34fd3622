# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Replace private symbols of the pinned ministack, or refuse to start with one clear sentence.

The overlays use names that ministack does not promise to keep. What is replaced goes through this file and what is read
is declared in upstream.py, so that an upgrade which renames one of them stops the emulator at once instead of silently
restoring the kinder behaviour.
"""

from __future__ import annotations

from collections.abc import Callable, MutableMapping
from importlib import import_module
from typing import Any, ClassVar, Protocol, Self, TypeVar, cast

from emulator.shared.shapes import Wrapper

MINISTACK_VERSION = "1.5.33"
Value = TypeVar("Value")


class MissingSymbol(RuntimeError):
    """A symbol that an overlay needs does not exist in the installed ministack."""

    def __init__(self, where: str, name: str) -> None:
        super().__init__(
            f"{where} has no {name!r}: the emulator needs ministack=={MINISTACK_VERSION}. "
            f"Install that version, or adapt the overlay that names this symbol."
        )


class Named(Protocol):
    """A module, or a class, whose attributes are required and replaced."""

    __name__: str


def require(module: Named, name: str) -> Any:
    """Return ``module.name``; raises MissingSymbol when ministack no longer has it."""
    try:
        return getattr(module, name)
    except AttributeError:
        raise MissingSymbol(module.__name__, name) from None


def replace(module: Named, name: str, new: Any) -> Any:
    """Set ``module.name`` to ``new`` and return what was there; raises MissingSymbol when there was nothing."""
    original = require(module, name)
    setattr(module, name, new)
    return original


def wrap(module: Named, name: str, wrapper: Wrapper) -> Any:
    """Replace the function ``module.name`` by ``wrapper(original)`` and return the original."""
    return replace(module, name, wrapper(require(module, name)))


def require_entry(where: str, table: MutableMapping[str, Value], key: str) -> Value:
    """Return ``table[key]``; raises MissingSymbol, with ``where`` for the table, when ministack no longer has it."""
    if key not in table:
        raise MissingSymbol(where, key)
    return table[key]


def replace_entry(where: str, table: MutableMapping[str, Value], key: str, new: Value) -> Value:
    """Replace ``table[key]`` and return the old value; ``where`` names the table in the error message."""
    original = require_entry(where, table, key)
    table[key] = new
    return original


def wrap_entry(where: str, table: MutableMapping[str, Value], key: str, wrapper: Callable[[Value], Value]) -> None:
    """Replace ``table[key]`` by ``wrapper(original)``; ``where`` names the table in the error message."""
    replace_entry(where, table, key, wrapper(require_entry(where, table, key)))


class Declared:
    """A module of ministack. A subclass names it, and declares what is read of it with its types."""

    __name__: str
    _module: ClassVar[str]

    def __init_subclass__(cls, module: str) -> None:
        cls._module = module

    @classmethod
    def load(cls) -> Self:
        """The module, if it has every name that is declared; raises MissingSymbol."""
        loaded = import_module(cls._module)
        for name in cls.__annotations__:
            require(loaded, name)
        return cast(Self, loaded)
