# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Aliases of KMS keys."""

from __future__ import annotations

import typing as t

from ._engine import Plan, Resource
from ._naming import Operations, unless_missing

MISSING = ("NotFoundException",)


class Alias(Resource):
    """The alias called name, with or without AWS's prefix alias/; kms is a boto3 client of kms.

    target is the id or the ARN of the wanted key, None where none is wanted.
    """

    kind = "alias"

    def __init__(self, kms: t.Any, name: str, target: str | None = None) -> None:
        self.operations = Operations(kms)
        self.target = target
        self.name = name if name.startswith("alias/") else f"alias/{name}"

    def find(self) -> dict[str, t.Any] | None:
        aliases = self.operations.pages("ListAliases", "aliases")
        found = next((alias for alias in aliases if alias["alias_name"] == self.name), None)
        # ListAliases answers ids only (API reference, AliasListEntry), and an ARN names the same key.
        if found and self.target and self.target.rpartition("/")[2] == found.get("target_key_id"):
            return {**found, "target_key_id": self.target}
        return found

    def create(self, plan: Plan) -> None:
        self.operations.call("CreateAlias", alias_name=self.name, target_key_id=plan.after["target_key_id"])

    def update(self, plan: Plan) -> None:
        self.operations.call("UpdateAlias", alias_name=self.name, target_key_id=plan.after["target_key_id"])

    def delete(self, plan: Plan) -> None:
        unless_missing(lambda: self.operations.call("DeleteAlias", alias_name=self.name), MISSING)
