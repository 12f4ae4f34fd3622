# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Read the options of a role from the variables of a host."""

from __future__ import annotations

import re
import typing as t
from pathlib import Path

import yaml
from ansible.errors import AnsibleError

from ..module_utils._blueprint.specification import nearest, read, unknown_names

LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
COLLECTION = Path(__file__).resolve().parents[2]
# The code of the sign-in's functions.
LOGIN_FILES = COLLECTION / "roles" / "login" / "files"
UNDEFINED = re.compile(r"'[\w. ]+' is undefined")
TEMPLATES = "Texts with {{ or {% that are no templates are written with !unsafe before them"


def specification(role: str) -> dict[str, t.Any]:
    """Return the options of a role, as its argument spec tells of them, with the role's defaults."""
    folder = COLLECTION / "roles" / role
    specs = _loaded(folder / "meta" / "argument_specs.yml")["argument_specs"]["main"]["options"]
    defaults = _loaded(folder / "defaults" / "main.yml")
    return {name: {**spec, "default": spec.get("default", defaults.get(name))} for name, spec in specs.items()}


def _loaded(path: Path) -> dict[str, t.Any]:
    """Return what one of the collection's own files says. Ansible's loader takes five times as long."""
    return dict(yaml.load(path.read_text(encoding="utf-8"), Loader=LOADER))  # nosec B506 # noqa: S506 (one of the two is safe)


def option_names(prefix: str, names: t.Iterable[str]) -> list[str]:
    """Return the names among some that are a role's options, or meant to be: not its own variables, nor its result."""
    pattern = re.compile(rf"{prefix}_(?!_|result$)")
    return sorted(name for name in names if isinstance(name, str) and pattern.match(name))


def nearly_named(prefix: str, specs: t.Mapping[str, t.Any], names: t.Iterable[str]) -> list[str]:
    """Return a sentence for each name that is an option but for a slip in the prefix, such as studioo_users.

    Nobody else would say so: names with other prefixes are for other roles.
    """
    return [
        f"{name} is not an option; did you mean {prefix}_{rest}?"
        for name in sorted(one for one in names if isinstance(one, str))
        for first, _underscore, rest in [name.partition("_")]
        if first != prefix and f"{prefix}_{rest}" in specs and nearest(first, [prefix], likeness=0.8)
    ]


def given_options(
    prefix: str, specs: t.Mapping[str, t.Any], names: t.Iterable[str], value_of: t.Callable[[str], t.Any]
) -> tuple[dict[str, t.Any], list[str]]:
    """Return (values, sentences) of a role's options as they are given, with their templates resolved.

    names: the variables of the host; value_of: returns a variable with its templates resolved.
    """
    given: dict[str, t.Any] = {}
    mistakes = nearly_named(prefix, specs, names)
    for name in option_names(prefix, names):
        if name not in specs:
            mistakes += unknown_names([name], specs)
            continue
        try:
            given[name] = plain(value_of(name))
        except AnsibleError as error:
            mistakes.append(_unrendered(name, error))
    return given, mistakes


def read_options(
    prefix: str, specs: t.Mapping[str, t.Any], names: t.Iterable[str], value_of: t.Callable[[str], t.Any]
) -> tuple[dict[str, t.Any], list[str]]:
    """Return (values, sentences) of a role's options in their types."""
    given, mistakes = given_options(prefix, specs, names, value_of)
    values, found = read_given(given, specs, mistakes)
    return values, mistakes + found


def read_given(
    given: t.Mapping[str, t.Any], specs: t.Mapping[str, t.Any], mistakes: t.Iterable[str]
) -> tuple[dict[str, t.Any], list[str]]:
    """Return (values, further sentences) of options in their types, where mistakes are what given_options() told."""
    # What could not be rendered is not missing.
    unread = [sentence.split(" ", 1)[0] for sentence in mistakes]
    return read(given, {name: spec for name, spec in specs.items() if name not in unread})


def plain(value: t.Any) -> t.Any:
    """Return a value without what Ansible adds to it: dicts, lists and texts; what a vault hides is told."""
    if isinstance(value, t.Mapping):
        return {str(name) if isinstance(name, str) else name: plain(item) for name, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if "Encrypted" in type(value).__name__:
        return str(value)
    return value


def _unrendered(name: str, error: AnsibleError) -> str:
    """Return a sentence without the text of the template, in which a password may stand."""
    reason = UNDEFINED.search(str(error))
    return f"{name} cannot be worked out: {reason[0] if reason else 'it is no template that Jinja knows'}. {TEMPLATES}."
