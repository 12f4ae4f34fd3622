# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The state machine of Domain, UserProfile, Space and App, and the only place that changes a Status.

::

    create -> Pending  -> InService | Failed
    update -> Updating -> InService | Update_Failed
    delete -> Deleting -> (gone, or Deleted for an App) | Delete_Failed

Source: SageMaker API reference, DomainStatus and DescribeDomain; developer guide, "sm-domain". A transition ends when
somebody reads the resource, or by itself when its time is over (see latency.py). Everything runs on the server's event
loop, so nothing here needs a lock.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from emulator.sagemaker import store
from emulator.sagemaker.errors import ResourceInUse
from emulator.settings import settings
from emulator.shared.shapes import Structure
from emulator.timing import latency

PASSING = {"create": "Pending", "update": "Updating", "delete": "Deleting"}
FAILED = {"create": "Failed", "update": "Update_Failed", "delete": "Delete_Failed"}
UPDATABLE = ("InService", "Update_Failed")
DELETABLE = ("InService", "Failed", "Update_Failed", "Delete_Failed")
RETRY_SECONDS = 0.2
GIVE_UP_SECONDS = 10


class TransitionFailed(Exception):
    """The work behind a transition failed; the text becomes FailureReason."""


class NotYet(TransitionFailed):
    """The work behind a transition waits for something else; it is tried again for GIVE_UP_SECONDS, then failed."""


def changed(record: Structure) -> Structure:
    """A record's attributes with the ``changes`` of its update in them; None takes an attribute away."""
    merged = {**record["attributes"], **record["transition"]["changes"]}
    return {name: value for name, value in merged.items() if value is not None}


def _apply(record: Structure) -> None:
    record["attributes"] = changed(record)


@dataclass(frozen=True)
class Kind:
    """What a kind of resource does when a transition ends: functions of the record, which may raise the above.

    label: AWS's name of the kind. kept: a deleted resource stays for a while, with status Deleted.
    failed: the Status after each action that failed.
    """

    label: str
    created: Callable[[Structure], None] = lambda record: None
    updated: Callable[[Structure], None] = _apply
    deleted: Callable[[Structure], None] = lambda record: None
    kept: bool = False
    failed: Mapping[str, str] = field(default_factory=lambda: FAILED)


KINDS: dict[str, Kind] = {}


def status(record: Structure) -> str:
    """The Status as it stands; this is not a read."""
    return record["attributes"]["Status"]


def begin(record: Structure, action: str, **details: Any) -> None:
    """Start "create", "update" or "delete"; ``details`` (JSON values) wait in the transition until it ends."""
    attributes = record["attributes"]
    attributes["Status"] = PASSING[action]
    attributes["LastModifiedTime"] = store.now()
    attributes.pop("FailureReason", None)
    transition = {"action": action, **details, **latency.begin(f"{record['kind']}.{action}")}
    record["transition"] = transition
    _wake_after(latency.remaining(transition), record)


def find(path: str) -> Structure | None:
    """The record at ``path`` as a client sees it, counting a read; None when there is none, or not yet for clients."""
    return read(store.find(path))


def read(record: Structure | None) -> Structure | None:
    """Count a read (Describe, List or dependency check), ending the transition if it is over; None when gone."""
    if record is None:
        return None
    if record["transition"] and latency.read(record["transition"]):
        _finish(record)
    return record if store.contains(record) else None


def require(record: Structure, allowed: tuple[str, ...], verb: str) -> None:
    """Raise ResourceInUse unless the Status is in ``allowed`` (declared in the model; AWS's text is not known)."""
    if status(record) not in allowed:
        raise ResourceInUse(
            f"Unable to {verb} {KINDS[record['kind']].label} [{record['arn']}] because it is in {status(record)} state."
        )


def deleting_already(record: Structure) -> bool:
    """Whether a Delete has nothing left to do; raises ResourceInUse when the Status does not allow it."""
    if status(record) == PASSING["delete"] and settings.switch("delete_while_deleting") == "accepted":
        return True
    require(record, DELETABLE, "delete")
    return False


def resume() -> None:
    """Let transitions that a stop interrupted end by themselves."""
    for record in store.everything():
        if record["transition"]:
            _wake_after(latency.remaining(record["transition"]), record)


def _wake_after(seconds: float, record: Structure) -> None:
    try:
        loop = asyncio.get_running_loop()
    except RuntimeError:
        return  # no server around us: the next read settles it
    loop.call_later(max(seconds, 0) + 0.001, _finish_if_over, record, record["transition"])


def _finish_if_over(record: Structure, transition: Structure) -> None:
    if store.contains(record) and record["transition"] is transition and latency.remaining(transition) <= 0:
        _finish(record)


def _finish(record: Structure) -> None:
    transition = record["transition"]
    action = transition["action"]
    kind = KINDS[record["kind"]]
    try:
        if transition["failure"]:
            raise TransitionFailed(transition["failure"])
        with store.scope_of(record):
            {"create": kind.created, "update": kind.updated, "delete": kind.deleted}[action](record)
    except NotYet as waiting:
        first_try = transition.setdefault("first_try", store.now())
        if store.now() - first_try < GIVE_UP_SECONDS:
            _wake_after(RETRY_SECONDS, record)
            return
        _settle(record, kind.failed[action], str(waiting))
    except TransitionFailed as failure:
        _settle(record, kind.failed[action], str(failure))
    else:
        _settle(record, "Deleted" if action == "delete" else "InService")
        if action == "delete" and not kind.kept:
            store.remove(record)


def _settle(record: Structure, new_status: str, failure: str | None = None) -> None:
    record["transition"] = None
    record["attributes"].update(Status=new_status, LastModifiedTime=store.now())
    if failure:
        record["attributes"]["FailureReason"] = failure[:1024]
