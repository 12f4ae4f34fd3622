# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Facts about AWS: calls, and what AWS answers. Tests ask them of the emulator, the acceptance asks AWS.

A file of ``facts/`` is a list of dicts:

fact: a sentence, unique in all files.
source: who says so.
needs: names of things.py, made before and deleted after; {rest_api.id} stands for a value of theirs. {name} is a name
    that nothing has, {account}, {region} and {partition} are those that are asked.
calls: the calls, each {"service.operation": arguments} as boto3 names them, sent unchecked. {answers.0.Member} stands
    for a member of what the first was answered.
answer: what the last call is answered. Of an error status, code and message; of a success status, members (as much of
    it as is known), and absent (names of members that are not there, those within as Role.Tags). "<any>" is any value;
    a text that begins with "<matches> " goes on with a regular expression.
undo: calls that take away what the calls made; {answer.Member} stands for a member of what the last one was answered,
    and where it made nothing, what is named so is not taken away.
"""

from __future__ import annotations

import contextlib
import copy
import dataclasses
import difflib
import re
import typing as t
from pathlib import Path

import yaml
from botocore.exceptions import BotoCoreError, ClientError

from acceptance.account import Account, unique_name
from acceptance.things import COSTS, THINGS

FACTS = Path(__file__).parent / "facts"
ANY, MATCHES = "<any>", "<matches> "
# What is noted for a member that is not there.
MISSING = "<missing>"
NOT_THERE = re.compile(r"NotFound|NoSuch")
PLACEHOLDER = re.compile(r"\{([a-z_]+(?:\.[A-Za-z0-9_]+)*)\}")


class TruthError(RuntimeError):
    """A fact could not be asked; the text says why."""


@dataclasses.dataclass(frozen=True)
class Fact:
    """A fact of a file; see above."""

    file: str
    fact: str
    source: str
    calls: tuple[dict[str, t.Any], ...]
    answer: dict[str, t.Any]
    needs: tuple[str, ...] = ()
    undo: tuple[dict[str, t.Any], ...] = ()

    @property
    def makes(self) -> str:
        """What it makes and takes away again, in words."""
        made = [need.replace("_", " ") for need in self.needs]
        return ", ".join([*made, *(["what its calls make"] if self.undo else [])]) or "nothing"

    @property
    def costs(self) -> float:
        """US dollars that asking it once costs at most."""
        return sum(COSTS.get(need, 0) for need in self.needs)


@dataclasses.dataclass(frozen=True)
class Outcome:
    """What became of a fact: what was answered where that differs, in its own words; trouble if it was not asked."""

    fact: Fact
    answered: dict[str, t.Any] | None = None
    differences: tuple[str, ...] = ()
    trouble: str = ""


def read_facts() -> list[Fact]:
    """Return all facts. Raises TruthError for two of one name or a thing that nobody makes."""
    facts = [
        Fact(
            path.stem,
            one["fact"],
            one["source"],
            tuple(one["calls"]),
            one["answer"],
            tuple(one.get("needs", ())),
            tuple(one.get("undo", ())),
        )
        for path in sorted(FACTS.glob("*.yml"))
        for one in yaml.safe_load(path.read_text())
    ]
    names = [fact.fact for fact in facts]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise TruthError(f"Two facts have one name: {', '.join(twice)}.")
    if unknown := sorted({need for fact in facts for need in fact.needs} - THINGS.keys()):
        raise TruthError(f"Nothing in things.py makes: {', '.join(unknown)}.")
    return facts


def written(facts: list[dict[str, t.Any]]) -> str:
    """Return the text of a file of facts; files have this form alone, so that a difference becomes a small patch."""
    return yaml.safe_dump(facts, sort_keys=False, allow_unicode=True, width=140)


def ask(account: Account, fact: Fact) -> Outcome:
    """Ask one fact, and take away what it made. What could not be asked is an outcome too, not an error."""
    try:
        with contextlib.ExitStack() as stack:
            known: dict[str, t.Any] = {
                "name": unique_name(),
                "account": account.number,
                "region": account.region,
                "partition": account.partition,
                "answers": {},
            }
            for need in fact.needs:
                known[need] = stack.enter_context(THINGS[need](account, known["name"]))
            stack.callback(_take_away, account, fact, known)
            *before, last = fact.calls
            for number, call in enumerate(before):
                known["answers"][str(number)] = _send(account, fill(call, known))
            answered = answer_of(account, fill(last, known))
            known["answer"] = answered.get("members", {})
            differences = tuple(compare(fill(fact.answer, known), answered))
            return Outcome(fact, _in_its_words(answered, fact.answer, known) if differences else None, differences)
    except (ClientError, BotoCoreError, KeyError) as error:
        return Outcome(fact, trouble=f"{type(error).__name__}: {error}")


def _take_away(account: Account, fact: Fact, known: dict[str, t.Any]) -> None:
    for call in fact.undo:
        filled = fill(call, known)
        if "{answer" in str(filled):
            continue
        try:
            _send(account, filled)
        except ClientError as error:
            if not NOT_THERE.search(error.response["Error"]["Code"]):
                raise


def answer_of(account: Account, call: dict[str, t.Any]) -> dict[str, t.Any]:
    """Return what a call is answered: status with code and message, or with members."""
    try:
        members = _send(account, call)
    except ClientError as error:
        told = error.response["Error"]
        status = error.response["ResponseMetadata"]["HTTPStatusCode"]
        return {"status": status, "code": told["Code"], "message": told.get("Message", "")}
    return {"status": members["ResponseMetadata"]["HTTPStatusCode"], "members": members}


def _send(account: Account, call: dict[str, t.Any]) -> t.Any:
    ((operation, arguments),) = call.items()
    service, method = operation.split(".")
    return getattr(account.client(service, as_is=True), method)(**arguments)


def fill(value: t.Any, known: t.Mapping[str, t.Any]) -> t.Any:
    """Return value with the placeholders in its texts replaced; one that is all of a text becomes the value itself."""
    if isinstance(value, dict):
        return {fill(name, known): fill(one, known) for name, one in value.items()}
    if isinstance(value, list):
        return [fill(one, known) for one in value]
    if not isinstance(value, str):
        return copy.copy(value)
    if whole := PLACEHOLDER.fullmatch(value):
        return _look_up(whole, known)
    escape = re.escape if value.startswith(MATCHES) else str
    return PLACEHOLDER.sub(lambda match: escape(str(_look_up(match, known))), value)


def _look_up(match: re.Match[str], known: t.Mapping[str, t.Any]) -> t.Any:
    """The value of a placeholder; the text itself where it is none, as {proxy+} or {id} in a path."""
    found: t.Any = known
    for part in match[1].split("."):
        if not isinstance(found, t.Mapping) or part not in found:
            return match[0]
        found = found[part]
    return match[0] if isinstance(found, t.Mapping) else found


def compare(wanted: dict[str, t.Any], answered: dict[str, t.Any]) -> t.Iterator[str]:
    """Yield a sentence for each thing that was answered otherwise than wanted."""
    for name in ("status", "code", "message"):
        if name in wanted and not _is(wanted[name], answered.get(name, MISSING)):
            yield f"{name}: {answered.get(name, MISSING)!r} instead of {wanted[name]!r}"
    if "code" not in wanted and "code" in answered:
        yield f"refused with {answered['code']}: {answered['message']}"
        return
    members = answered.get("members", {})
    yield from _compare_members(wanted.get("members", {}), members, "")
    for path in wanted.get("absent", ()):
        found = _at(members, path)
        if found != MISSING:
            yield f"{path}: {found!r} instead of nothing"


def _at(members: t.Any, path: str) -> t.Any:
    """The member that a path such as Role.Tags or Roles.0.Tags names, or MISSING."""
    for name in path.split("."):
        if isinstance(members, list) and name.isdecimal() and int(name) < len(members):
            members = members[int(name)]
        else:
            members = members.get(name, MISSING) if isinstance(members, dict) else MISSING
    return members


def _compare_members(wanted: t.Any, answered: t.Any, path: str) -> t.Iterator[str]:
    if isinstance(wanted, dict):
        for name, value in wanted.items():
            found = answered.get(name, MISSING) if isinstance(answered, dict) else MISSING
            yield from _compare_members(value, found, f"{path}.{name}".lstrip("."))
    elif isinstance(wanted, list) and isinstance(answered, list) and len(wanted) == len(answered):
        for number, (one, other) in enumerate(zip(wanted, answered, strict=True)):
            yield from _compare_members(one, other, f"{path}.{number}")
    elif not _is(wanted, answered):
        yield f"{path}: {answered!r} instead of {wanted!r}"


def _is(wanted: t.Any, answered: t.Any) -> bool:
    if wanted == ANY:
        return bool(answered != MISSING)
    if isinstance(wanted, str) and wanted.startswith(MATCHES):
        return isinstance(answered, str) and re.search(wanted.removeprefix(MATCHES), answered) is not None
    return bool(wanted == answered)


def _in_its_words(answered: dict[str, t.Any], answer: dict[str, t.Any], known: dict[str, t.Any]) -> dict[str, t.Any]:
    """Return what was answered as a fact's answer: with placeholders, and of a success only what the fact speaks of."""
    if "code" in answered:
        return t.cast(dict[str, t.Any], _without_values(answered, known))
    wanted, members = answer.get("members", {}), answered["members"]
    told: dict[str, t.Any] = {"status": answered["status"]}
    if wanted:
        told["members"] = _without_values(_spoken_of(wanted, members), known)
    absent = [path for path in answer.get("absent", ()) if _at(members, path) == MISSING]
    return {**told, **({"absent": absent} if absent else {})}


def _spoken_of(wanted: t.Any, answered: t.Any) -> t.Any:
    if isinstance(wanted, dict) and isinstance(answered, dict):
        return {name: _spoken_of(value, answered[name]) for name, value in wanted.items() if name in answered}
    return wanted if isinstance(wanted, str) and wanted.startswith("<") and _is(wanted, answered) else answered


def _without_values(value: t.Any, known: dict[str, t.Any]) -> t.Any:
    if isinstance(value, dict):
        return {name: _without_values(one, known) for name, one in value.items()}
    if isinstance(value, list):
        return [_without_values(one, known) for one in value]
    if not isinstance(value, str):
        return value if isinstance(value, (bool, int, float, type(None))) else ANY
    for name, found in sorted(_flat(known), key=lambda pair: -len(pair[1])):
        value = value.replace(found, f"{{{name}}}")
    return value


def _flat(known: t.Mapping[str, t.Any], path: str = "") -> t.Iterator[tuple[str, str]]:
    for name, value in known.items():
        if isinstance(value, t.Mapping):
            yield from _flat(value, f"{path}{name}.")
        elif isinstance(value, str) and len(value) > 3 and name != "ResponseMetadata":
            yield f"{path}{name}", value


def as_patch(outcomes: list[Outcome]) -> str:
    """Return the patch of facts/ that says what was answered, for `git apply`.

    Where it is applied, the tests of the emulator tell what it has to learn.
    """
    answered = {one.fact.fact: one.answered for one in outcomes if one.answered}
    patches = []
    for path in sorted(FACTS.glob("*.yml")):
        facts = yaml.safe_load(path.read_text())
        told = [{**one, "answer": answered.get(one["fact"], one["answer"])} for one in facts]
        if told != facts:
            name = f"acceptance/facts/{path.name}"
            old, new = path.read_text().splitlines(keepends=True), written(told).splitlines(keepends=True)
            patches.append("".join(difflib.unified_diff(old, new, f"a/{name}", f"b/{name}")))
    return "".join(patches)
