# -*- coding: utf-8 -*-

# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Read the answers of a survey, which arrive as text, as the options of a role."""

from __future__ import annotations

import difflib
import math

from ansible.module_utils.parsing.convert_bool import boolean
from ansible.utils.unsafe_proxy import wrap_var

DOCUMENTATION = r"""
name: survey_answers
short_description: Read the answers of a survey as options of a role
version_added: 0.1.0
description:
  - An AWX survey gives every answer as text, and an empty text where nothing was answered. The variable of an answer
    is named like the option with C(survey_) before it, because a variable of the job would win over the inventory
    even when it is empty.
  - Numbers and truth values are read from text, lists from lines or from between commas, dictionaries from lines of
    C(key=value), where every value is read in the type of its key. Empty answers are left out.
positional: _input, options
options:
  _input:
    description: The variables of the run; those whose names do not start with C(survey_) are left out.
    type: dict
    required: true
  options:
    description: The options of the role, as its argument spec has them.
    type: dict
    required: true
"""

EXAMPLES = r"""
survey: "{{ {'survey_studio_ebs_default_gb': '20'} | mlplatform.studio.survey_answers(options) }}"
# {"answers": {"studio_ebs_default_gb": 20}, "mistakes": []}
"""

RETURN = r"""
_value:
  description: C(answers), the answered options in their types, and C(mistakes), a sentence for each that cannot be.
  type: dict
"""

PREFIX = "survey_"


def survey_answers(variables: dict, options: dict) -> dict:
    """Return {"answers": {option: value}, "mistakes": [sentence]} of the survey's variables among some."""
    answers, mistakes = {}, []
    for name in sorted(name for name in variables if name.startswith(PREFIX)):
        option, answer = name[len(PREFIX) :], variables[name]
        if _is_empty(answer):
            continue
        if option not in options:
            mistakes.append(f"{name} answers no question: there is no option {option}.")
            continue
        try:
            # A new text, and as little a template as the answer was.
            answers[option] = wrap_var(_read(answer, options[option]))
        except ValueError as error:
            mistakes.append(f"{name} is {str(answer)!r}, and {error}.")
    return {"answers": answers, "mistakes": mistakes}


def _is_empty(answer: object) -> bool:
    return answer is None or (isinstance(answer, (str, list)) and not [part for part in answer if str(part).strip()])


def _read(answer: object, option: dict) -> object:
    """Return an answer in the type of its option. Raises ValueError with half a sentence."""
    kind, elements = option["type"], option.get("elements", "str")
    if kind == "list" and elements == "dict":
        raise ValueError("cannot be answered in a survey, as it takes a list of dictionaries")
    value = READERS[kind](answer)
    if kind == "list":
        value = [_read(part, {"type": elements}) for part in value]
    if kind == "dict" and "options" in option:
        value = {name: _part(name, part, option["options"]) for name, part in value.items()}
    choices = option.get("choices")
    if choices and not set(value if kind == "list" else [value]) <= set(choices):
        raise ValueError(f"must be one of {', '.join(map(str, choices))}")
    return value


def _part(name: str, answer: object, options: dict) -> object:
    """Return the value of one key of a dictionary in the type that the option gives it."""
    if name not in options:
        nearest = difflib.get_close_matches(name, options, n=1, cutoff=0)
        raise ValueError(f"has no part {name}; the nearest is {nearest[0]}")
    try:
        return _read(answer, options[name])
    except ValueError as error:
        raise ValueError(f"{name} {error}") from None


def _number(answer: object) -> int:
    try:
        return int(str(answer).strip())
    except ValueError:
        raise ValueError("must be a whole number") from None


def _fraction(answer: object) -> float:
    try:
        number = float(str(answer).strip())
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise ValueError("must be a number")
    return number


def _truth(answer: object) -> bool:
    try:
        return boolean(answer if isinstance(answer, bool) else str(answer).strip())
    except TypeError:
        raise ValueError("must be yes or no") from None


def _text(answer: object) -> str:
    return str(answer).strip()


def _parts(answer: object) -> list[str]:
    parts = answer if isinstance(answer, list) else str(answer).replace(",", "\n").splitlines()
    return [str(part).strip() for part in parts if str(part).strip()]


def _pairs(answer: object) -> dict[str, str]:
    if isinstance(answer, dict):
        return answer
    pairs = [line.partition("=") for line in str(answer).splitlines() if line.strip()]
    if not all(name.strip() and sign for name, sign, _value in pairs):
        raise ValueError("needs one key=value on every line")
    return {name.strip(): value.strip() for name, _sign, value in pairs}


READERS = {
    "str": _text,
    "path": _text,
    "int": _number,
    "float": _fraction,
    "bool": _truth,
    "list": _parts,
    "dict": _pairs,
}


class FilterModule:
    """The filter of this file."""

    def filters(self) -> dict:
        """Return the filters by name."""
        return {"survey_answers": survey_answers}
