# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lines about many hosts, as few as say the same."""

from __future__ import annotations

import re
import typing as t

# So many different texts of one task are told in full; of more the first lines alone.
TEXTS = 3
HOSTS = 3


class Entry(t.NamedTuple):
    """What is said of a task on a host: in a line, and in lines below it."""

    host: str
    task: str
    head: str
    body: tuple[str, ...] = ()

    def without_host(self, text: str) -> str:
        """Return a text in which the host's own name is a star, as others say the same of theirs."""
        return re.sub(rf"(?<![a-z0-9]){re.escape(self.host)}(?![a-z0-9])", "*", text)


def folded(entries: t.Iterable[Entry]) -> list[str]:
    """Return the lines of entries, those that say the same of several hosts once."""
    tasks: dict[str, list[Entry]] = {}
    for entry in entries:
        tasks.setdefault(entry.task, []).append(entry)
    return [line for of_task in tasks.values() for line in _of_task(of_task)]


def _of_task(entries: list[Entry]) -> list[str]:
    groups = _alike(entries, lambda entry: (entry.without_host(entry.head), *map(entry.without_host, entry.body)))
    if len(groups) <= TEXTS:
        return [line for group in groups for line in _told(group, with_body=True)]
    return [line for group in _alike(entries, lambda entry: (_short(entry),)) for line in _told(group, with_body=False)]


def _short(entry: Entry) -> str:
    """Return the beginning of what is said, up to the names."""
    return re.split(r"[:;]", entry.head)[0]


def _alike(entries: list[Entry], key: t.Callable[[Entry], tuple[str, ...]]) -> list[list[Entry]]:
    groups: dict[tuple[str, ...], list[Entry]] = {}
    for entry in entries:
        groups.setdefault(key(entry), []).append(entry)
    return list(groups.values())


def _told(group: list[Entry], *, with_body: bool) -> list[str]:
    first = group[0]
    if len(group) == 1:
        return [f"{first.host}: {first.task}: {first.head}", *(f"    {line}" for line in first.body)]
    heads = {entry.without_host(entry.head) for entry in group}
    said = heads.pop() if len(heads) == 1 else _short(first)
    body = [f"    {first.without_host(line)}" for line in first.body] if with_body else []
    return [f"{names([entry.host for entry in group])}: {first.task}: {said}", *body]


def names(hosts: t.Sequence[str]) -> str:
    """Return who is meant: the hosts by name, or how many they are with the first of them."""
    distinct = list(dict.fromkeys(hosts))
    if len(distinct) <= HOSTS:
        return ", ".join(distinct)
    return f"{len(distinct)} hosts ({distinct[0]}, {distinct[1]}, ...)"
