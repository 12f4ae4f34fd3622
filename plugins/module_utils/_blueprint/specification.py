# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Read options by an argument spec: values in their types, and a sentence for each that cannot be.

Ansible's own check of a role answers with a dump of its spec, and takes a number for a text; this one says what is
wrong, where, and what would be right.
"""

from __future__ import annotations

import difflib
import json
import math
import re
import typing as t

Spec = t.Mapping[str, t.Any]
Options = t.Mapping[str, t.Any]
TRUTHS = {"true": True, "yes": True, "on": True, "1": True, "false": False, "no": False, "off": False, "0": False}
SHOWN = 80
ENDLESS = re.compile(r"\S{256,}")
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
QUOTES = "YAML makes numbers and truth values of such words; put it in quotes"


class Mistake(ValueError):
    """A value cannot be what its option is. Its text is the rest of a sentence whose subject is the option."""


def read(options: Options, specs: Spec, prefix: str = "") -> tuple[dict[str, t.Any], list[str]]:
    """Return (values, sentences) of options by the argument spec's ``options``.

    Values have their types; what is not given has its default or is left out. prefix: what the options' place in a
    sentence begins with, such as "studio_users[ada].".
    """
    values: dict[str, t.Any] = {}
    mistakes = unknown_names(options, specs, prefix)
    for name, spec in specs.items():
        value = options.get(name)
        if value is None:
            value = spec.get("default")
        if value is None:
            if spec.get("required"):
                mistakes.append(f"{prefix}{name} is missing.")
            continue
        values[name], found = _value(value, spec, f"{prefix}{name}")
        mistakes += found
    return values, mistakes


def unknown_names(names: t.Iterable[str], known: t.Iterable[str], prefix: str = "") -> list[str]:
    """Return a sentence for every name that is not known, with the nearest that is."""
    known = list(known)
    return [_unknown(str(name), known, prefix) for name in sorted(set(names) - set(known), key=str)]


def nearest(name: str, known: t.Iterable[str], likeness: float = 0.5) -> str | None:
    """Return the known name that is most like a name, if any is; likeness is from 0 to 1, which is the same name."""
    spelled = {one.lower(): one for one in known}
    return next((spelled[one] for one in difflib.get_close_matches(name.lower(), spelled, n=1, cutoff=likeness)), None)


def shown(value: t.Any) -> str:
    """Return a value as a sentence shows it."""
    try:
        text = json.dumps(value, ensure_ascii=False, default=str)
    except TypeError:
        # YAML takes a date for a key, and JSON does not.
        text = str(value)
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"


def on_one_line(sentence: str) -> str:
    """Return a sentence in which what some value brought along is harmless: line ends and other signs of control are
    written out, and words without an end are cut.
    """
    written = CONTROL.sub(lambda found: json.dumps(found[0])[1:-1], sentence)
    return ENDLESS.sub(lambda found: f"{found[0][:SHOWN]}…", written)


def holds_secrets(spec: Spec) -> bool:
    """Return whether an option, or one within it, is a secret."""
    return bool(spec.get("no_log")) or any(map(holds_secrets, spec.get("options", {}).values()))


def _unknown(name: str, known: list[str], prefix: str) -> str:
    like = nearest(name, known)
    return f"{prefix}{name} is not an option; did you mean {like}?" if like else f"{prefix}{name} is not an option."


def _value(value: t.Any, spec: Spec, place: str) -> tuple[t.Any, list[str]]:
    """Return (value, sentences) of one option."""
    if isinstance(value, bool):
        value = _word(value, spec.get("choices") or ())
    try:
        plain = KINDS[spec.get("type", "str")](value)
    except Mistake as mistake:
        what = "" if holds_secrets(spec) else f" is {shown(value)}, and"
        return None, [f"{place}{what} {mistake}."]
    if isinstance(plain, list):
        return _items(plain, spec, place)
    if isinstance(plain, dict) and "options" in spec:
        # An empty dictionary is the default of most, and means that there is none; but not in a list, where it is one.
        return read(plain, spec["options"], f"{place}.") if plain or "elements" in spec else ({}, [])
    return plain, _choice(plain, spec, place)


def _word(value: bool, choices: t.Sequence[t.Any]) -> t.Any:
    """Return the choice that YAML made a truth value of, such as off without quotes; else the value."""
    words = [choice for choice in choices if isinstance(choice, str) and TRUTHS.get(choice.lower()) is value]
    return words[0] if len(words) == 1 else value


def _items(values: list[t.Any], spec: Spec, place: str) -> tuple[list[t.Any], list[str]]:
    element = {**spec, "type": spec.get("elements", "str")}
    found = [_value(value, element, f"{place}[{_label(value, number)}]") for number, value in enumerate(values)]
    return [value for value, _sentences in found], [one for _value, sentences in found for one in sentences]


def _label(value: t.Any, number: int) -> str:
    name = value.get("name") if isinstance(value, dict) else None
    return name if isinstance(name, str) and name else str(number)


def _choice(value: t.Any, spec: Spec, place: str) -> list[str]:
    choices = spec.get("choices")
    if not choices or value in choices:
        return []
    like = nearest(value, choices) if isinstance(value, str) else None
    hint = f"; did you mean {like}?" if like else "."
    return [f"{place} is {shown(value)}, and must be one of {', '.join(map(str, choices))}{hint}"]


def _text(value: t.Any) -> str:
    if not isinstance(value, str):
        raise Mistake(f"must be a text. {QUOTES}")
    return str(value)


def _truth(value: t.Any) -> bool:
    known = TRUTHS.get(str(value).strip().lower())
    if known is None:
        raise Mistake("must be true or false")
    return known


def _number(value: t.Any) -> int:
    try:
        number = _fraction(value)
    except Mistake:
        number = math.nan
    if number != number // 1:
        raise Mistake("must be a whole number")
    return int(number)


def _fraction(value: t.Any) -> float:
    try:
        number = float("nan" if isinstance(value, bool) else str(value).strip())
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise Mistake("must be a number")
    return number


def _list(value: t.Any) -> list[t.Any]:
    value = _structure(value)
    if not isinstance(value, (list, tuple)):
        raise Mistake("must be a list")
    return list(value)


def _mapping(value: t.Any) -> dict[str, t.Any]:
    value = _structure(value)
    if not isinstance(value, t.Mapping):
        raise Mistake("must be a dictionary")
    return dict(value)


def _structure(value: t.Any) -> t.Any:
    """Return what a text of JSON says, as -e name=value gives it; other values as they are."""
    if isinstance(value, str) and value.lstrip()[:1] in ("[", "{"):
        try:
            return json.loads(value)
        except ValueError:
            pass
    return value


KINDS: dict[str, t.Callable[[t.Any], t.Any]] = {
    "str": _text,
    "path": _text,
    "bool": _truth,
    "int": _number,
    "float": _fraction,
    "list": _list,
    "dict": _mapping,
}
