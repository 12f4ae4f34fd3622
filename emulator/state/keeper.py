# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""When `--state` is written: before a call is answered that has changed something, so that no answer is forgotten.

What changes by itself, as a transition that ends, is written within about a second. ministack would save at a clean
stop alone, and go on without what it cannot read.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, cast

from emulator.shared.patching import replace, wrap
from emulator.shared.shapes import Function, Structure
from emulator.state import files, reach
from emulator.state.files import StateError
from emulator.state.reach import Reach

# How often is looked for what has changed by itself; looking takes a hundredth of the time at most.
SECONDS, SHARE = 1.0, 100
ATTEMPTS = 5
# For how many times as long as a save takes it waits for others to join.
PATIENCE = 2
logger = logging.getLogger(__name__)


class Keeper:
    """Keeps the state of all services in a directory; without one it keeps nothing."""

    def __init__(self) -> None:
        self.failure: str | None = None
        self._directory: Path | None = None
        self._saved: dict[str, int] = {}
        self._next: asyncio.Future[None] | None = None
        self._wanted = reach.NOTHING
        self._in_progress = 0
        self._lasted = 0.0
        self._on_failure: Callable[[], object] = lambda: None

    def start(self, directory: Path, on_failure: Callable[[], object]) -> None:
        """Take over what is in a directory; `on_failure()` is called when a save fails. Raises files.StateError."""
        from emulator.shared.upstream import app, persistence

        for key, module in app._state_map.items():
            path = directory / f"{key}.json"
            saved = files.read(path, persistence._state_format_version(key), persistence._json_object_hook)
            if key == "s3":
                _check_buckets(path, saved)
            if saved:
                self._restore(path, module, saved)
        self._directory, self._on_failure = directory, on_failure

    def _restore(self, path: Path, module: str, saved: Structure) -> None:
        from emulator.shared.upstream import app

        try:
            app._get_module(module).load_persisted_state(saved)
        except Exception as error:
            logger.debug("Cannot restore %s", path, exc_info=error)
            raise files.damaged(path) from error

    async def saved(self, changed: Reach = reach.EVERYTHING) -> None:
        """Return when what has changed up to now in these files is saved; raises StateError if it cannot be.

        Calls that wait at the same time share one save. Where more are in progress, it is put off for a little, so that
        saving leaves them most of the time.
        """
        if self.failure:
            raise StateError(self.failure)
        if not self._directory or not changed:
            return
        self._wanted = reach.EVERYTHING if reach.EVERYTHING in (changed, self._wanted) else self._wanted | changed
        if self._next is None:
            loop = asyncio.get_running_loop()
            self._next = loop.create_future()
            loop.call_later(PATIENCE * self._lasted if self._in_progress > 1 else 0, self._save_for_all)
        await asyncio.shield(self._next)

    @contextlib.contextmanager
    def in_progress(self) -> Iterator[None]:
        """A block in which a call is answered."""
        self._in_progress += 1
        try:
            yield
        finally:
            self._in_progress -= 1

    def _save_for_all(self) -> None:
        waiting, self._next = cast("asyncio.Future[None]", self._next), None
        wanted, self._wanted = self._wanted, reach.NOTHING
        try:
            self.save(wanted)
        except StateError as error:
            waiting.set_exception(error)
        else:
            waiting.set_result(None)

    def save(self, wanted: Reach = reach.EVERYTHING) -> None:
        """Write those of these files that have changed; raises StateError, which is remembered as `failure`."""
        if not self._directory:
            return
        start = time.perf_counter()
        texts = self._texts(wanted)
        changed = {name: text for name, text in texts.items() if self._saved.get(name) != hash(text)}
        try:
            files.write(self._directory, changed) if changed else None
        except StateError as error:
            self.fail(str(error))
            raise
        self._saved.update({name: hash(text) for name, text in changed.items()})
        _blobs.prune()
        self._lasted = time.perf_counter() - start

    def fail(self, sentence: str) -> None:
        """Remember that something cannot be saved, and why."""
        self.failure = self.failure or sentence
        self._on_failure()

    def forget(self) -> None:
        """The files are gone: everything has changed."""
        self._saved.clear()

    def _texts(self, wanted: Reach) -> dict[str, str]:
        from emulator.shared.upstream import app, persistence

        texts = {}
        for key, get_state in app._build_persistence_save_dict().items():
            state = _stable(get_state) if reach.covers(wanted, key) else None
            if state is not None:
                version = persistence._state_format_version(key)
                texts[f"{key}.json"] = files.text_of(state, version, persistence._json_default)
        return texts

    async def run(self) -> None:
        """Save what changes by itself, forever, or until a save fails."""
        while not self.failure:
            start = time.perf_counter()
            try:
                await self.saved()
            except StateError:
                return
            await asyncio.sleep(max(SECONDS, SHARE * (time.perf_counter() - start)))


def _stable(get_state: Callable[[], Structure | None]) -> Structure | None:
    """A service's state; its threads may change it just then, which Python notices."""
    for _attempt in range(ATTEMPTS):
        try:
            return get_state()
        except RuntimeError:
            logger.debug("A service changed while it was saved", exc_info=True)
    return get_state()


def _check_buckets(path: Path, saved: Structure | None) -> None:
    """Refuse objects of buckets that the file does not name: each bucket is saved before it can have any.

    ministack would make such a bucket anew, in another region and without tags.
    """
    from emulator.shared.upstream import s3

    named = saved["buckets_meta"].to_dict() if saved else {}
    if set(s3._buckets.to_dict()) - set(named):
        raise files.damaged(path)


class _Blobs:
    """The code of functions, in files that lambda.json names: old ones go when a new lambda.json is there."""

    def __init__(self) -> None:
        self._prune: Callable[[], object] = lambda: None

    def later(self, original: Function) -> Function:
        """Put off ministack's removal of blobs."""

        def prune(referenced: set[str]) -> None:
            self._prune = lambda: original(referenced)

        return prune

    def prune(self) -> None:
        """Remove what was put off."""
        self._prune()


_blobs = _Blobs()
keeper = Keeper()


def install() -> None:
    """Save in ministack's place; raises patching.MissingSymbol."""
    from emulator.shared.upstream import app, lambda_svc, s3, sts

    replace(app, "_load_persisted_state", lambda: None)
    replace(app, "save_all", lambda _services: _save_at_the_end())
    wrap(app, "_reset_all_state", _forgetting)
    wrap(lambda_svc, "_prune_orphan_code_blobs", _blobs.later)
    wrap(s3, "_atomic_write", _noticing)
    replace(sts, "get_state", lambda: {"sessions": dict(sts._sessions)})
    replace(sts, "load_persisted_state", lambda saved: sts._sessions.update(saved.get("sessions", {})))


def _save_at_the_end() -> None:
    with contextlib.suppress(StateError):
        keeper.save()


def _forgetting(original: Function) -> Function:
    def reset() -> None:
        original()
        keeper.forget()

    return reset


def _noticing(original: Function) -> Function:
    """Objects of S3 are written one by one; ministack goes on when that fails."""

    def write(path: str, *arguments: Any, **options: Any) -> None:
        try:
            original(path, *arguments, **options)
        except OSError as error:
            keeper.fail(str(files.unusable(Path(path).parent, error)))
            raise

    return write
