# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Faults on request: which calls fail, lag or lose their answer (POST /_emulator/faults)."""

from __future__ import annotations

import random
from functools import cache

from emulator.operations import EXECUTE_API, HOSTED_UI

ANY = "*"
ACTIONS = ("error", "delay", "drop")
NOT_YET = ("effect", "lag", "propagation")
OPTIONS = ("message", "rate", "times", "after", "seed")


class FaultError(ValueError):
    """A list of faults that cannot be set; the text says which entry and why."""


class Fault:
    """One entry of the list: `wanted` as it was posted, and how often it has been seen and has struck."""

    def __init__(self, wanted):
        check(wanted)
        self.wanted = wanted
        self.action = next(name for name in ACTIONS if name in wanted)
        self._random = random.Random(wanted.get("seed"))  # noqa: S311 - chance, not secrecy
        self._seen = 0
        self._struck = 0

    def strikes(self, service, operation):
        """Whether this call is hit; counts it as seen if it is meant, and as hit if so."""
        if self.wanted["service"] not in (ANY, service) or self.wanted["operation"] not in (ANY, operation):
            return False
        self._seen += 1
        hit = (
            self._seen > self.wanted.get("after", 0)
            and self._struck < self.wanted.get("times", float("inf"))
            and self._random.random() < self.wanted.get("rate", 1.0)
        )
        self._struck += hit
        return hit


class Faults:
    """The current list of faults."""

    def __init__(self):
        self._faults = []

    def replace(self, wanted):
        """Take a new list, entries as in docs/emulator.md; raises FaultError and keeps the old list if one is wrong."""
        if not isinstance(wanted, list):
            raise FaultError("The body must be a list of faults.")
        self._faults = [Fault(entry) for entry in wanted]

    def as_list(self):
        """The faults as they were posted."""
        return [fault.wanted for fault in self._faults]

    def striking(self, service, operation):
        """The faults that hit this call, as {action: entry}; of several with one action the first."""
        hits = [fault for fault in self._faults if fault.strikes(service, operation)]
        return {fault.action: fault.wanted for fault in reversed(hits)}


faults = Faults()


def check(wanted):
    """Raise FaultError unless `wanted` is an entry that can be carried out."""
    if not isinstance(wanted, dict):
        raise FaultError(f"A fault must be an object, not {wanted!r}.")
    _check_names(wanted)
    _check_call(wanted.get("service"), wanted.get("operation"))
    _check_values(wanted)


def _check_names(wanted):
    later = [name for name in NOT_YET if name in wanted]
    if later:
        raise FaultError(f"'{later[0]}' is not implemented; there are {', '.join(ACTIONS)}.")
    unknown = sorted(set(wanted) - {"service", "operation", *ACTIONS, *OPTIONS})
    if unknown:
        raise FaultError(f"Unknown member '{unknown[0]}' in {wanted}.")
    if sum(name in wanted for name in ACTIONS) != 1:
        raise FaultError(f"A fault needs exactly one of {', '.join(ACTIONS)}: {wanted}.")


def _check_call(service, operation):
    if not isinstance(service, str) or not isinstance(operation, str):
        raise FaultError("A fault needs 'service' and 'operation', each a name or '*'.")
    if service in (ANY, EXECUTE_API, HOSTED_UI):
        return
    names = operations(service)
    if not names:
        raise FaultError(f"boto3 has no service '{service}'.")
    if operation != ANY and operation not in names:
        raise FaultError(f"Service '{service}' has no operation '{operation}'.")


def _check_values(wanted):
    rules = {
        "error": (str, bool, "an error code or 'throttle'"),
        "delay": ((int, float), lambda value: value >= 0, "seconds, not negative"),
        "drop": (bool, bool, "true"),
        "message": (str, lambda value: True, "a text"),
        "rate": ((int, float), lambda value: 0 <= value <= 1, "between 0 and 1"),
        "times": (int, lambda value: value >= 1, "a number from 1"),
        "after": (int, lambda value: value >= 0, "a number from 0"),
        "seed": ((int, str), lambda value: True, "a number or a text"),
    }
    for name, (types, rule, meaning) in rules.items():
        if name in wanted and not (isinstance(wanted[name], types) and rule(wanted[name])):
            raise FaultError(f"'{name}' is {wanted[name]!r}; it must be {meaning}.")


@cache
def operations(service):
    """The names of a service's operations (botocore model); empty for an unknown service."""
    from botocore.exceptions import UnknownServiceError
    from botocore.loaders import Loader

    try:
        return frozenset(Loader().load_service_model(service, "service-2")["operations"])
    except UnknownServiceError:
        return frozenset()
