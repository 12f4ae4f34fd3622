# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What AWS decides of an account, and no call of its owner sets (POST /_emulator/account)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from emulator.shared.shapes import Structure

OPT_IN = ("opt-in-not-required", "opted-in", "not-opted-in")


class AccountError(ValueError):
    """Facts that cannot be; the text says which."""


class AccountFacts:
    """The same for every account of this process, until others are posted or a reset.

    quotas: {service code: {name in Service Quotas: number}}, beside AWS's defaults. regions: {name: opt-in status}.
    costs: {key of a tag: {its value: US dollars of this month}}. clock_seconds: how far AWS's clock, as its answers
    tell it, is before this machine's.
    """

    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        """Forget what was posted."""
        self.quotas: dict[str, dict[str, float]] = {}
        self.regions: dict[str, str] = {}
        self.costs: dict[str, dict[str, float]] = {}
        self.clock_seconds: float = 0

    def replace(self, wanted: Any) -> None:
        """Take other facts, those that are left out as at the start; raises AccountError and keeps the old ones."""
        if not isinstance(wanted, dict):
            raise AccountError("The body must be an object.")
        for name, value in wanted.items():
            rule = RULES.get(name)
            if rule is None:
                raise AccountError(f"Unknown member '{name}'. There are: {', '.join(RULES)}.")
            if not rule[0](value):
                raise AccountError(f"'{name}' must be {rule[1]}.")
        self.clear()
        vars(self).update(wanted)

    def as_object(self) -> Structure:
        """The facts in the form in which they are posted."""
        return {name: getattr(self, name) for name in RULES}

    def is_off(self, region: str) -> bool:
        """Whether the account has not enabled a region."""
        return self.regions.get(region) == "not-opted-in"


def _are_numbers(value: Any) -> bool:
    return isinstance(value, dict) and all(
        isinstance(named, dict) and all(isinstance(number, (int, float)) and number >= 0 for number in named.values())
        for named in value.values()
    )


RULES: dict[str, tuple[Callable[[Any], bool], str]] = {
    "costs": (_are_numbers, "an object of keys of tags with {value of the tag: US dollars}"),
    "quotas": (_are_numbers, "an object of service codes with {name of a quota: number}"),
    "regions": (
        lambda value: isinstance(value, dict) and all(status in OPT_IN for status in value.values()),
        f"an object of regions with one of {', '.join(OPT_IN)}",
    ),
    "clock_seconds": (lambda value: isinstance(value, (int, float)), "a number of seconds"),
}

account = AccountFacts()
