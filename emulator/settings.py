# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The settings of a running emulator: one object, changed only before the start."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any


class SettingsError(ValueError):
    """A setting that does not exist, has a wrong value, or comes too late; the text says which."""


@dataclass(frozen=True)
class Switch:
    """One behaviour of AWS that no source proves: its possible values, the assumed one and what it decides."""

    values: tuple[str, ...]
    default: str
    decides: str


# docs/emulator.md shows this table; a test keeps both equal and proves that the emulator reads every switch.
SWITCHES = {
    "unknown_members": Switch(
        ("ignore", "refuse"), "ignore", "what SageMaker does with input members that its service model does not know"
    ),
    "classic_apps": Switch(
        ("refused", "accepted"), "refused", "whether JupyterServer and KernelGateway applications can still be created"
    ),
    "client_secret_after_rotation": Switch(
        ("oldest", "hidden"),
        "oldest",
        "which secret DescribeUserPoolClient shows once a client had a second one",
    ),
    "cleared_lists": Switch(
        ("omitted", "shown"), "omitted", "whether a settings list that was cleared with [] disappears or is shown empty"
    ),
    "create_in_unknown_domain": Switch(
        ("ValidationException", "ResourceNotFound"),
        "ValidationException",
        "the error of creating a profile in a domain that does not exist",
    ),
    "delete_while_deleting": Switch(
        ("ResourceInUse", "accepted"),
        "ResourceInUse",
        "what deleting a domain, profile or space answers that is being deleted already",
    ),
    "domain_names": Switch(
        ("repeatable", "unique"), "repeatable", "whether an account's domains in a region may share a name"
    ),
    "execution_role": Switch(
        ("required", "optional"), "required", "whether a domain's settings are refused without an ExecutionRole"
    ),
    "custom_image_references": Switch(
        ("unchecked", "checked"), "unchecked", "whether settings may name images and AppImageConfigs that do not exist"
    ),
    "execution_role_references": Switch(
        ("unchecked", "checked"), "unchecked", "whether settings may name execution roles that SageMaker cannot assume"
    ),
    "lifecycle_config_references": Switch(
        ("checked", "unchecked"),
        "checked",
        "whether settings may name lifecycle configs that do not exist or are for another application",
    ),
    "merge_depth": Switch(
        ("all", "app_settings"),
        "all",
        "whether an update merges settings at every depth, or replaces those of an application as a whole",
    ),
    "not_found_of_spaces_and_apps": Switch(
        ("ResourceNotFound", "RecordNotFound"),
        "ResourceNotFound",
        "the error for a space or app that does not exist; RecordNotFound is the older ValidationException",
    ),
    "presigned_url_conditions": Switch(
        ("unchecked", "checked"),
        "unchecked",
        "whether the policies of a presigned URL's creator are evaluated again for the browser that opens it",
    ),
    "presigned_url_uses": Switch(("many", "one"), "many", "how often a presigned URL opens Studio before it expires"),
    "security_group_references": Switch(
        ("unchecked", "checked"), "unchecked", "whether settings may name security groups outside the domain's VPC"
    ),
    "tags_of_unknown_arn": Switch(
        ("ValidationException", "ResourceNotFound"),
        "ValidationException",
        "the error of SageMaker's tag operations for a resource that does not exist",
    ),
}

# What --quota can set, by its name in Service Quotas; the number of domains has a setting of its own.
USER_PROFILES_QUOTA = "Maximum number of Studio user profiles allowed per account"
SPACES_QUOTA = "Maximum number of Studio spaces allowed per account"
APPS_QUOTA = re.compile(r"(Studio (JupyterLab|CodeEditor)|[A-Z]\w+) Apps running on (ml\.[\w.-]+|system) instance")

DEFAULTS: dict[str, Any] = {
    "port": 4566,
    "latency_scale": 0.0,
    "domain_quota": 1000,
    "quotas": {},
    "auth": False,
    "state": None,
    "aws_hostnames": False,
    "assume_tls": False,
    "session_seconds": 0,
}


class Settings:
    """Attributes are the keys of DEFAULTS; `switch(name)` gives the value of a row of SWITCHES.

    port: bound TCP port. latency_scale: 0 settles by reads, S > 0 takes AWS's durations times S.
    domain_quota: SageMaker domains per account and region. quotas: other quotas of SageMaker, {name: number}.
    auth: signatures and IAM policies are enforced.
    state: directory that keeps the state over a clean stop, or None. aws_hostnames: presigned URLs are AWS's own.
    assume_tls: policies take every request as sent over TLS. session_seconds: sessions of roles end after so many
    seconds at most; 0 leaves that to who asks for one.
    """

    port: int
    latency_scale: float
    domain_quota: int
    quotas: dict[str, int]
    auth: bool
    state: str | None
    aws_hostnames: bool
    assume_tls: bool
    session_seconds: int

    def __init__(self) -> None:
        self._frozen = False
        self._switches: dict[str, str] = {}
        self.restore_defaults()

    def restore_defaults(self) -> None:
        """Give every setting and switch its default, unless the emulator has started."""
        self.configure(**DEFAULTS, switches={name: switch.default for name, switch in SWITCHES.items()})

    def configure(self, switches: dict[str, str] | None = None, **values: Any) -> None:
        """Change settings by name and switches by a dict; raises SettingsError for a bad one or after the start."""
        if self._frozen:
            raise SettingsError("The emulator has started: its settings cannot be changed any more.")
        for name, value in values.items():
            if name not in DEFAULTS:
                raise SettingsError(f"Unknown setting '{name}'. Known settings: {', '.join(DEFAULTS)}.")
            setattr(self, name, value)
        for name, value in (switches or {}).items():
            check_switch(name, value)
            self._switches = {**self._switches, name: value}
        self._check_numbers()

    def _check_numbers(self) -> None:
        for name in self.quotas:
            check_quota(name)
        numbers = {"latency_scale": self.latency_scale, "domain_quota": self.domain_quota, **self.quotas}
        numbers["session_seconds"] = self.session_seconds
        for name, number in numbers.items():
            if number < 0:
                raise SettingsError(f"{name} is {number}; it must not be negative.")

    def freeze(self) -> None:
        """Refuse further changes; called once ministack, which reads its environment when imported, is loaded."""
        self._frozen = True

    def switch(self, name: str) -> str:
        """The value of switch `name`, a string from its row in SWITCHES; raises KeyError for an unknown name."""
        return self._switches[name]


def check_quota(name: str) -> None:
    """Raise SettingsError unless `name` is a quota that the emulator keeps."""
    if name not in (USER_PROFILES_QUOTA, SPACES_QUOTA) and not APPS_QUOTA.fullmatch(name):
        raise SettingsError(
            f"--quota: unknown name '{name}'. Known names: '{USER_PROFILES_QUOTA}', '{SPACES_QUOTA}', and for apps "
            "such as 'Studio JupyterLab Apps running on ml.t3.medium instance'. Domains have --domain-quota."
        )


def check_switch(name: str, value: str) -> None:
    """Raise SettingsError unless `name` is a switch and `value` one of its values."""
    if name not in SWITCHES:
        raise SettingsError(f"--set: unknown name '{name}'. Known names: {', '.join(SWITCHES)}.")
    if value not in SWITCHES[name].values:
        raise SettingsError(f"--set: '{name}' is '{value}'; it must be one of {', '.join(SWITCHES[name].values)}.")


settings = Settings()
