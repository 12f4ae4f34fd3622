# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Short words for argument specs that have many options. more holds what else an option has, such as required."""

from __future__ import annotations

import typing as t

Option = t.Dict[str, t.Any]


def text(*choices: str, **more: t.Any) -> Option:
    """Return a text option, one of choices where there are any."""
    return {"type": "str", **({"choices": list(choices)} if choices else {}), **more}


def number(**more: t.Any) -> Option:
    """Return an option for a whole number."""
    return {"type": "int", **more}


def flag(**more: t.Any) -> Option:
    """Return an option that is true or false."""
    return {"type": "bool", **more}


def texts(*choices: str, **more: t.Any) -> Option:
    """Return an option for a list of texts, each one of choices where there are any."""
    return {**text(*choices), "type": "list", "elements": "str", **more}


def mapping(**more: t.Any) -> Option:
    """Return an option for a dict whose keys are the user's own."""
    return {"type": "dict", **more}


def group(options: dict[str, Option], **more: t.Any) -> Option:
    """Return an option for a dict with these options."""
    return {"type": "dict", "options": options, **more}


def groups(options: dict[str, Option], **more: t.Any) -> Option:
    """Return an option for a list of dicts with these options."""
    return {"type": "list", "elements": "dict", "options": options, **more}
