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


def _fault(path: Path) -> t.Iterable[str]:
    try:
        text = path.read_text(encoding="utf-8")
        list(yaml.parse(text, Loader=yaml.SafeLoader))
    except UnicodeDecodeError:
        yield f"{path} is not UTF-8 text; save it as UTF-8."
    except yaml.MarkedYAMLError as error:
        line = f", line {error.problem_mark.line + 1}" if error.problem_mark else ""
        yield f"{path}{line}: {error.problem or error.context}. This is no valid YAML."
    except yaml.YAMLError as error:
        yield f"{path} is no valid YAML: {error}"
