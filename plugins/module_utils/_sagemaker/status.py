# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The statuses of a domain, user profile or space: read, waited for, and told apart.

Domains, user profiles and spaces share one state machine (API reference, enumeration DomainStatus); botocore has no
waiter for any of them.
"""

from __future__ import annotations

import time
import typing as t

from .._plan import Plan
from .._waiting import StudioError, poll

IN_SERVICE, FAILED, UPDATE_FAILED, DELETE_FAILED = "InService", "Failed", "Update_Failed", "Delete_Failed"
DELETING = "Deleting"
MOVING = frozenset({"Pending", "Updating", DELETING})
# Describe may not find a new resource for this many seconds (CloudFormation's create handlers wait for it too).
CREATE_LAG = 60
# Describe may show the state before an update for this many seconds.
UPDATE_LAG = 15


def is_moving(description: dict[str, t.Any]) -> bool:
    """Tell whether AWS is still working on what was started."""
    return description["status"] in MOVING


class Watch:
    """Reads one resource's status. read() gives its description or None; what names it, thing is its noun."""

    def __init__(
        self, read: t.Callable[[], dict[str, t.Any] | None], what: str, timeout: float, thing: str = ""
    ) -> None:
        self._read = read
        self.what = what
        self.thing = thing
        self.timeout = timeout
        self._visible_by = 0.0

    def created(self) -> None:
        """Remember that the resource was created just now, so that not being found means "not yet"."""
        self._visible_by = time.monotonic() + CREATE_LAG

    def read(self) -> dict[str, t.Any] | None:
        """Return the description; right after its creation, wait until it can be found."""
        return poll(self._read, self._is_credible, CREATE_LAG + 10, f"{self.what} to appear", longest_pause=3)

    def settle(self, newer_than: str | None = None) -> dict[str, t.Any] | None:
        """Wait until AWS has finished what it is doing, and return the description (None when it is gone).

        newer_than is the LastModifiedTime before an update: until it changes, Describe may still show the old state.
        """
        patient_until = time.monotonic() + UPDATE_LAG

        def settled(description: dict[str, t.Any] | None) -> bool:
            if description is None or is_moving(description):
                return description is None and self._is_credible(description)
            outdated = newer_than is not None and description.get("last_modified_time") == newer_than
            return not outdated or time.monotonic() >= patient_until

        return poll(self._read, settled, self.timeout, f"{self.what} to settle", thing=self.thing)

    def expect_in_service(self, newer_than: str | None = None) -> None:
        """Wait until the resource is InService. Raises StudioError with AWS's reason when it ends in another status."""
        description = self.settle(newer_than)
        if description is None:
            raise StudioError(f"{self.what} is gone: somebody else deleted it, or AWS lost it. Run again.")
        if description["status"] != IN_SERVICE:
            raise StudioError(f"{self.what} ended in status {in_words(description)}")

    def expect_gone(self, delete_again: t.Callable[[], None]) -> None:
        """Wait until the resource is gone; a deletion that failed is asked for once more, as AWS advises."""
        if self._deletion_outcome() is None:
            return
        delete_again()
        description = self._deletion_outcome()
        if description is not None:
            raise StudioError(f"{self.what} could not be deleted: {in_words(description)}")

    def finish(self, plan: Plan, updated: bool, delete_again: t.Callable[[], None]) -> None:
        """Wait for what a plan started; updated says whether an Update operation was part of it."""
        if plan.action == "delete":
            self.expect_gone(delete_again)
        elif plan.action != "none" or plan.before["status"] != IN_SERVICE:
            self.expect_in_service(plan.before.get("last_modified_time") if updated else None)

    def _deletion_outcome(self) -> dict[str, t.Any] | None:
        return poll(
            self._read,
            lambda description: description is None or description["status"] == DELETE_FAILED,
            self.timeout,
            f"{self.what} to be deleted",
            thing=self.thing,
        )

    def _is_credible(self, description: dict[str, t.Any] | None) -> bool:
        return description is not None or time.monotonic() >= self._visible_by


WAY_OUT = {
    FAILED: "It cannot be repaired: remove the cause, then run again with recreate_failed: true "
    "(studio_recreate_failed_domain: true in the team's description).",
    UPDATE_FAILED: "Remove the cause and run again: the update is then sent again.",
    DELETE_FAILED: "Remove the cause and delete it again (state: absent, or destroy.yml for a whole team).",
}


def in_words(description: dict[str, t.Any]) -> str:
    """Return "<status>: <AWS's reason>. <what to do>" of a description."""
    reason = description.get("failure_reason") or "AWS gives no reason"
    return f"{description['status']}: {reason.rstrip('.')}. {WAY_OUT.get(description['status'], 'Run again.')}"
