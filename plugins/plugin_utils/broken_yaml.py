# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Find the file of an inventory that is no YAML, where Ansible's error does not name it."""

from __future__ import annotations

import os
import typing as t
from pathlib import Path

import yaml

FOLDERS = ("group_vars", "host_vars")
# What a tag begins with that Ansible reads: its own, and YAML's.
KINDS = (
    "binary",
    "bool",
    "float",
    "int",
    "map",
    "merge",
    "null",
    "omap",
    "pairs",
    "seq",
    "set",
    "str",
    "timestamp",
    "value",
)
TAGS = ("!unsafe", "!vault", *(f"tag:yaml.org,2002:{kind}" for kind in KINDS))
SUFFIXES = ("", ".yml", ".yaml", ".json")


def broken_yaml(places: t.Iterable[str]) -> str | None:
    """Return a sentence about the first broken file with variables, by file and line; None where all can be read.

    places: the inventories, and further folders beside which variables lie.
    """
    return next((sentence for path in _files(places) for sentence in _fault(path)), None)


def _files(places: t.Iterable[str]) -> t.Iterable[Path]:
    folders = dict.fromkeys(Path(place if os.path.isdir(place) else os.path.dirname(place)) for place in places)
    for folder in folders:
        for name in FOLDERS:
            found = sorted(path for path in (folder / name).rglob("*") if path.is_file())
            yield from (path for path in found if path.suffix in SUFFIXES)


def _nodes(node: t.Any, above: list[t.Any]) -> t.Iterable[tuple[t.Any, str]]:
    """Yield (mark, what is wrong) of tags that nobody knows and of keys that stand twice, in a node and below it."""
    if node is None or any(node is one for one in above):
        return
    if not node.tag.startswith(TAGS):
        yield node.start_mark, f"the tag {node.tag.replace('tag:yaml.org,2002:', '!!')} is none that Ansible knows"
    parts = list(node.value) if isinstance(node, yaml.CollectionNode) else []
    if isinstance(node, yaml.MappingNode):
        names = [name.value for name, _value in parts]
        for number, (name, _value) in enumerate(parts):
            if isinstance(name, yaml.ScalarNode) and name.value in names[:number]:
                yield name.start_mark, f"the key {name.value} stands twice"
        parts = [one for pair in parts for one in pair]
    for part in parts:
        yield from _nodes(part, [*above, node])


def _fault(path: Path) -> t.Iterable[str]:
    try:
        text = path.read_text(encoding="utf-8")
        for place, said in _nodes(yaml.compose(text, Loader=yaml.SafeLoader), []):
            yield f"{path}, line {place.line + 1}: {said}."
    except UnicodeDecodeError:
        yield f"{path} is not UTF-8 text; save it as UTF-8."
    except yaml.MarkedYAMLError as error:
        line = f", line {error.problem_mark.line + 1}" if error.problem_mark else ""
        yield f"{path}{line}: {error.problem or error.context}. This is no valid YAML."
    except yaml.YAMLError as error:
        yield f"{path} is no valid YAML: {error}"
