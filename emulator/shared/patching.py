# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Replace private symbols of the pinned ministack, or refuse to start with one clear sentence.

The overlays use names that ministack does not promise to keep. Every replacement goes through this file, so that
an upgrade which renames one of them stops the emulator at once instead of silently restoring the kinder behaviour.
"""

from __future__ import annotations

from collections.abc import Callable, MutableMapping
from types import ModuleType
from typing import Any

MINISTACK_VERSION = "1.5.33"


class MissingSymbol(RuntimeError):
    """A symbol that an overlay needs does not exist in the installed ministack."""

    def __init__(self, where: str, name: str) -> None:
        super().__init__(
            f"{where} has no {name!r}: the emulator needs ministack=={MINISTACK_VERSION}. "
            f"Install that version, or adapt the overlay that names this symbol."
        )


def require(module: ModuleType, name: str) -> Any:
    """Return ``module.name``; raises MissingSymbol when ministack no longer has it."""
    try:
        return getattr(module, name)
    except AttributeError:
        raise MissingSymbol(module.__name__, name) from None


def replace(module: ModuleType, name: str, new: Any) -> Any:
    """Set ``module.name`` to ``new`` and return what was there; raises MissingSymbol when there was nothing."""
    original = require(module, name)
    setattr(module, name, new)
    return original


def wrap(module: ModuleType, name: str, wrapper: Callable[[Callable], Callable]) -> Callable:
    """Replace the function ``module.name`` by ``wrapper(original)`` and return the original."""
    return replace(module, name, wrapper(require(module, name)))


def replace_entry(where: str, table: MutableMapping, key: str, new: Any) -> Any:
    """Replace ``table[key]`` and return the old value; ``where`` names the table in the error message."""
    if key not in table:
        raise MissingSymbol(where, key)
    original = table[key]
    table[key] = new
    return original
