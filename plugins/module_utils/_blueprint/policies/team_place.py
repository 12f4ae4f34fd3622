# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where a team's things are, and the conditions by which policies tell them from others."""

from __future__ import annotations

import dataclasses
import typing as t

from ..names import Names

Condition = t.Dict[str, t.Any]


@dataclasses.dataclass(frozen=True)
class Place:
    """A team, with its domain where it has one."""

    names: Names
    domain_id: str

    @property
    def domain(self) -> str:
        """The id of the team's domain, or the pattern of all ids as long as it has none."""
        return self.domain_id or "d-*"

    def arn(self, service: str, resource: str = "") -> str:
        """Return the ARN of a resource in the platform's region."""
        return self.names.arn(service, resource)

    @property
    def made(self) -> Condition:
        """What is made carries the team's tags from its first moment."""
        return {"StringEquals": self._tags("aws:RequestTag")}

    @property
    def owned(self) -> Condition:
        """Nothing is changed that does not carry the team's tags."""
        return {"StringEquals": self._tags("aws:ResourceTag")}

    @property
    def retagged(self) -> Condition:
        """Nothing of the team's is given another team's tags: things are told by them."""
        return {**self.owned, "StringEqualsIfExists": self._tags("aws:RequestTag")}

    @property
    def untagged_but_for_ours(self) -> Condition:
        """Nothing of the team's loses the tags by which it is known."""
        return {**self.owned, "ForAllValues:StringNotEquals": {"aws:TagKeys": ["DomainName", "Platform"]}}

    @property
    def of_the_platform(self) -> Condition:
        """Shared things of the platform."""
        return {"StringEquals": {"aws:ResourceTag/Platform": self.names.platform.name}}

    @property
    def untagged(self) -> Condition:
        """What no platform has; AWS tells such a thing's first tags not from others."""
        return {"Null": {"aws:ResourceTag/Platform": "true"}}

    @property
    def taken_over(self) -> Condition:
        """What no platform has gets this one's tag. The team's may be on it already."""
        platform, team = ({f"aws:RequestTag/{key}": value} for key, value in self._names)
        return {"StringEquals": platform, "StringEqualsIfExists": team, **self.untagged}

    @property
    def _names(self) -> tuple[tuple[str, str], tuple[str, str]]:
        return ("Platform", self.names.platform.name), ("DomainName", self.names.team)

    def _tags(self, key: str) -> dict[str, str]:
        return {f"{key}/{name}": value for name, value in self._names}

    @property
    def alias(self) -> str:
        """The ARN of the alias of the team's key."""
        return self.arn("kms", f"alias/{self.names.key_alias}")

    @property
    def vault(self) -> str:
        """The ARN of the team's backup vault."""
        return self.arn("backup", f"backup-vault:{self.names.backup_vault}")
