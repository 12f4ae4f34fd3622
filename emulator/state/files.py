# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The directory of `--state`: a JSON file for each service, which change together or not at all.

A process that is killed leaves either what was before a change or what is after it. New contents are written beside the
old ones (`ec2.json.new`); from the moment on at which COMMIT names them, they are what counts.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from emulator.shared.shapes import Structure

NEW = ".new"
COMMIT = "commit"
FORMAT, PAYLOAD = "__ministack_format__", "payload"
# More than a file system gives to a file that it has no room for.
PROBE = bytes(64 * 1024)


class StateError(RuntimeError):
    """The directory cannot be used; the text is one sentence for the user: where, why, and what to do."""


def prepare(directory: Path) -> None:
    """Make the directory, see that it can be written, and end what a killed process had begun; raises StateError."""
    probe = directory / f"probe{NEW}"
    try:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        probe.write_bytes(PROBE)
        probe.unlink()
        _finish(directory)
    except OSError as error:
        raise unusable(directory, error) from error


def _finish(directory: Path) -> None:
    commit = directory / COMMIT
    if commit.exists():
        _take(directory, json.loads(commit.read_bytes()))
    for left in directory.glob(f"*{NEW}"):
        left.unlink()


def write(directory: Path, contents: dict[str, str]) -> None:
    """Replace the contents of files ({name: text}), all or none; raises StateError with the directory as it was."""
    try:
        for name, text in contents.items():
            (directory / f"{name}{NEW}").write_text(text, encoding="utf-8")
        if len(contents) > 1:
            (directory / f"{COMMIT}{NEW}").write_text(json.dumps(list(contents)))
            (directory / f"{COMMIT}{NEW}").replace(directory / COMMIT)
        _take(directory, list(contents))
    except OSError as error:
        raise unusable(directory, error) from error


def _take(directory: Path, names: list[str]) -> None:
    for name in names:
        new = directory / f"{name}{NEW}"
        if new.exists():
            new.replace(directory / name)
    (directory / COMMIT).unlink(missing_ok=True)


def unusable(directory: Path, error: OSError) -> StateError:
    """The error for a directory that the file system does not take."""
    return StateError(
        f"The state cannot be saved in {directory} ({error.strerror}): make it writable, or name another with --state."
    )


def read(path: Path, newest: int, revive: Any) -> Structure | None:
    """What a service has saved, None if nothing; `revive` is json's object_hook, `newest` the format that is known.

    Raises StateError for a file that is damaged or newer.
    """
    try:
        saved = json.loads(path.read_bytes(), object_hook=revive)
        version, payload = saved[FORMAT], saved[PAYLOAD]
        if not isinstance(payload, dict):
            raise TypeError("no payload")
    except FileNotFoundError:
        return None
    except (OSError, ValueError, LookupError, TypeError, RecursionError) as error:
        raise damaged(path) from error
    if version > newest:
        raise StateError(f"{path} is of a newer ministack: use that one, or name another directory with --state.")
    return payload


def damaged(path: Path) -> StateError:
    """The error for a file that cannot be what was saved; nothing is overwritten."""
    return StateError(f"{path} is damaged: restore it, or name another directory with --state.")


def text_of(state: Structure, version: int, plain: Any) -> str:
    """The text of a service's file; `plain` is json's default."""
    return json.dumps({FORMAT: version, PAYLOAD: state}, default=plain)
