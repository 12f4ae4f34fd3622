# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Read the answers of a survey, which arrive as text, as the options of a role."""

from __future__ import annotations

import typing as t

from .specification import KINDS, Mistake, nearest

PREFIX = "survey_"
Spec = t.Mapping[str, t.Any]


def survey_answers(variables: t.Mapping[str, t.Any], specs: Spec) -> tuple[dict[str, t.Any], list[str]]:
    """Return (answers by option, sentences) of the survey's variables among some.

    Numbers and truth values are read from text, lists from lines or from between commas, dictionaries from lines of
    key=value, where every value is read in the type of its key. What was not answered is left out.
    """
    answers: dict[str, t.Any] = {}
    mistakes = []
    for name in sorted(name for name in variables if name.startswith(PREFIX)):
        option, answer = name[len(PREFIX) :], variables[name]
        if _is_empty(answer):
            continue
        if option not in specs:
            mistakes.append(f"{name} answers no question: there is no option {option}.")
            continue
        try:
            answers[option] = _read(answer, specs[option])
        except Mistake as mistake:
            mistakes.append(f"{name} is {str(answer)!r}, and {mistake}.")
    return answers, mistakes


def with_answers(options: t.Mapping[str, t.Any], answers: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """Return options with answers above them. The keys of a dictionary that were not answered stay."""
    merged = {
        name: {**options[name], **answer}
        for name, answer in answers.items()
        if isinstance(answer, dict) and isinstance(options.get(name), dict)
    }
    return {**options, **answers, **merged}


def _is_empty(answer: t.Any) -> bool:
    return answer is None or (isinstance(answer, (str, list)) and not [part for part in answer if str(part).strip()])


def _read(answer: t.Any, spec: Spec) -> t.Any:
    """Return an answer in the type of its option. Raises Mistake with half a sentence."""
    kind, elements = spec["type"], spec.get("elements", "str")
    if kind == "list" and elements == "dict":
        raise Mistake("cannot be answered in a survey, as it takes a list of dictionaries")
    value: t.Any
    if kind == "list":
        value = [_read(part, {"type": elements}) for part in _parts(answer)]
    elif kind == "dict":
        pairs, options = _pairs(answer), spec.get("options")
        value = {name: _part(name, part, options) for name, part in pairs.items()} if options else pairs
    else:
        value = KINDS[kind](answer if isinstance(answer, (bool, int, float)) and kind != "str" else str(answer).strip())
    choices = spec.get("choices")
    if choices and not set(value if kind == "list" else [value]) <= set(choices):
        raise Mistake(f"must be one of {', '.join(map(str, choices))}")
    return value


def _part(name: str, answer: t.Any, options: Spec) -> t.Any:
    """Return the value of one key of a dictionary in the type that the option gives it."""
    if name not in options:
        raise Mistake(f"has no part {name}; the nearest is {nearest(str(name), options) or next(iter(options))}")
    try:
        return _read(answer, options[name])
    except Mistake as mistake:
        raise Mistake(f"{name} {mistake}") from None


def _parts(answer: t.Any) -> list[str]:
    parts = answer if isinstance(answer, list) else str(answer).replace(",", "\n").splitlines()
    return [str(part).strip() for part in parts if str(part).strip()]


def _pairs(answer: t.Any) -> dict[str, t.Any]:
    if isinstance(answer, dict):
        return answer
    pairs = [line.partition("=") for line in str(answer).splitlines() if line.strip()]
    if not all(name.strip() and sign for name, sign, _value in pairs):
        raise Mistake("needs one key=value on every line")
    return {name.strip(): value.strip() for name, _sign, value in pairs}
