# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Faults on request: which calls fail, lag or lose their answer (POST /_emulator/faults).

There are two families. A fault of the first meets the call itself, whatever it does: the outer layer asks for it once
per call. A fault of the second meets what the call starts or creates: the place where that happens asks for it, so
only calls that got that far are counted. One with ``offers`` meets no call: it holds as long as it is in the list.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from typing import Any

from emulator.shared.access_levels import writes
from emulator.shared.models import load
from emulator.shared.operations import EXECUTE_API, HOSTED_UI
from emulator.shared.shapes import Structure

ANY = "*"
OF_CALLS = ("error", "delay", "drop", "hold")
# What each fault of the second family can meet: the operations that start a transition, those whose result reads can
# miss for a while, and those that make a principal which other services look up.
TRANSITIONS = {
    "sagemaker": {
        *(f"{verb}{kind}" for verb in ("Create", "Update", "Delete") for kind in ("Domain", "UserProfile", "Space")),
        *("CreateApp", "DeleteApp", "CreateImage", "UpdateImage", "DeleteImage"),
        *("CreateImageVersion", "DeleteImageVersion"),
    },
    "ec2": {"CreateVpcEndpoint", "ModifyVpcEndpoint", "DeleteVpcEndpoints"},
    "efs": {"CreateMountTarget", "DeleteMountTarget"},
}
CREATIONS = {
    "sagemaker": {
        *("CreateDomain", "CreateUserProfile", "CreateSpace", "CreateApp", "CreateStudioLifecycleConfig"),
        *("CreateImage", "CreateImageVersion", "CreateAppImageConfig"),
    },
    "ec2": {"CreateVpc", "CreateSubnet", "CreateSecurityGroup", "CreateRouteTable", "CreateVpcEndpoint"},
    "efs": {"CreateFileSystem"},
    "iam": {"CreateRole", "CreatePolicy"},
    "kms": {"CreateKey"},
    "lambda": {"CreateFunction"},
}
PRINCIPALS = {"iam": {"CreateRole", "CreateUser"}}
# What a region has is nobody's call; it is named by the operation that tells it.
OFFERS = {"ec2": {"DescribeVpcEndpointServices"}}
OF_EFFECTS = {"effect": TRANSITIONS, "lag": CREATIONS, "propagation": PRINCIPALS, "offers": OFFERS}
ACTIONS = (*OF_CALLS, *OF_EFFECTS)
OPTIONS = ("message", "reason", "rate", "times", "after", "seed", "writes", "but")
# The call that is being served, as (service, operation); None while the emulator works for itself.
_serving: ContextVar[tuple[str, str] | None] = ContextVar("serving", default=None)


class FaultError(ValueError):
    """A list of faults that cannot be set; the text says which entry and why."""


class Fault:
    """One entry of the list: `wanted` as it was posted, and how often it has been seen and has struck."""

    def __init__(self, wanted: Any) -> None:
        check(wanted)
        self.wanted = wanted
        self.action = next(name for name in ACTIONS if name in wanted)
        self._random = random.Random(wanted.get("seed"))  # nosec B311 # noqa: S311 - chance, not secrecy
        self._seen = 0
        self._struck = 0

    def strikes(self, service: str, operation: str) -> bool:
        """Whether this call is hit; counts it as seen if it is meant, and as hit if so."""
        if self.wanted["service"] not in (ANY, service) or self.wanted["operation"] not in (ANY, operation):
            return False
        if service in self.wanted.get("but", ()):
            return False
        if "writes" in self.wanted and self.wanted["writes"] != writes(service, operation):
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

    def __init__(self) -> None:
        self._faults: list[Fault] = []

    def replace(self, wanted: Any) -> None:
        """Take a new list, entries as in docs/emulator.md; raises FaultError and keeps the old list if one is wrong."""
        if not isinstance(wanted, list):
            raise FaultError("The body must be a list of faults.")
        self._faults = [Fault(entry) for entry in wanted]

    def as_list(self) -> list[Structure]:
        """The faults as they were posted."""
        return [fault.wanted for fault in self._faults]

    def striking(self, service: str, operation: str) -> dict[str, Structure]:
        """The faults of the first family that hit this call, as {action: entry}; of several with one action the first.

        The call is the one that `strike` means from now on in this context.
        """
        _serving.set((service, operation))
        hits = [fault for fault in self._faults if fault.action in OF_CALLS and fault.strikes(service, operation)]
        return {fault.action: fault.wanted for fault in reversed(hits)}

    def strike(self, action: str) -> Structure | None:
        """The first fault with `action` that hits what the current call starts or creates, as posted; or None."""
        serving = _serving.get()
        hits = [fault for fault in self._faults if serving and fault.action == action and fault.strikes(*serving)]
        return hits[0].wanted if hits else None

    def standing(self, action: str) -> list[Structure]:
        """What the faults with `action` say that hold as long as they are in the list, whatever is called."""
        return [fault.wanted[action] for fault in self._faults if fault.action == action]


faults = Faults()


@contextmanager
def none_serving() -> Iterator[None]:
    """A block in which the emulator works for itself: no fault strikes what it starts or creates."""
    token = _serving.set(None)
    try:
        yield
    finally:
        _serving.reset(token)


def check(wanted: Any) -> None:
    """Raise FaultError unless `wanted` is an entry that can be carried out."""
    if not isinstance(wanted, dict):
        raise FaultError(f"A fault must be an object, not {wanted!r}.")
    _check_names(wanted)
    _check_call(wanted.get("service"), wanted.get("operation"))
    _check_values(wanted)
    _check_reach(wanted)


def _check_names(wanted: Structure) -> None:
    unknown = sorted(set(wanted) - {"service", "operation", *ACTIONS, *OPTIONS})
    if unknown:
        raise FaultError(f"Unknown member '{unknown[0]}' in {wanted}.")
    if sum(name in wanted for name in ACTIONS) != 1:
        raise FaultError(f"A fault needs exactly one of {', '.join(ACTIONS)}: {wanted}.")


def _check_call(service: Any, operation: Any) -> None:
    if not isinstance(service, str) or not isinstance(operation, str):
        raise FaultError("A fault needs 'service' and 'operation', each a name or '*'.")
    if service in (ANY, EXECUTE_API, HOSTED_UI):
        return
    names = operations(service)
    if not names:
        raise FaultError(f"boto3 has no service '{service}'.")
    if operation != ANY and operation not in names:
        raise FaultError(f"Service '{service}' has no operation '{operation}'.")


def _check_values(wanted: Structure) -> None:
    rules: dict[str, tuple[Any, Callable[[Any], bool], str]] = {
        "error": (str, bool, "an error code or 'throttle'"),
        "delay": ((int, float), lambda value: value >= 0, "seconds, not negative"),
        "drop": (bool, bool, "true"),
        "hold": (bool, bool, "true"),
        "writes": (bool, lambda value: True, "true or false"),
        "but": (list, lambda value: all(map(operations, value)), "a list of services"),
        "effect": (str, lambda value: value == "fail", "'fail'"),
        "lag": (int, lambda value: value >= 1, "a number of reads from 1"),
        "propagation": ((int, float), lambda value: value > 0, "seconds, more than 0"),
        "offers": (
            dict,
            _is_offer,
            "an object of 'endpoint_service' with 'zones' (a list) or 'policy' (true or false)",
        ),
        "message": (str, lambda value: True, "a text"),
        "reason": (str, lambda value: True, "a text"),
        "rate": ((int, float), lambda value: 0 <= value <= 1, "between 0 and 1"),
        "times": (int, lambda value: value >= 1, "a number from 1"),
        "after": (int, lambda value: value >= 0, "a number from 0"),
        "seed": ((int, str), lambda value: True, "a number or a text"),
    }
    for name, (types, rule, meaning) in rules.items():
        if name in wanted and not (isinstance(wanted[name], types) and rule(wanted[name])):
            raise FaultError(f"'{name}' is {wanted[name]!r}; it must be {meaning}.")


def _is_offer(value: Structure) -> bool:
    kinds = {"endpoint_service": str, "zones": list, "policy": bool}
    known = all(isinstance(value[name], kinds.get(name, ())) for name in value)
    return known and "endpoint_service" in value and len(value) > 1


def _check_reach(wanted: Structure) -> None:
    """A fault of the second family must name, or include, an operation that it can meet."""
    for action, reach in OF_EFFECTS.items():
        service, operation = wanted["service"], wanted["operation"]
        met = [name for key in reach if service in (ANY, key) for name in reach[key] if operation in (ANY, name)]
        if action in wanted and not met:
            known = "; ".join(f"{key}: {', '.join(sorted(names))}" for key, names in reach.items())
            raise FaultError(f"'{action}' cannot meet {service} {operation}. It can meet {known}.")


@cache
def operations(service: str) -> frozenset[str]:
    """The names of a service's operations (botocore model); empty for an unknown service."""
    return frozenset((load(service) or {"operations": ()})["operations"])
