# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The secrets of a confidential app client, of which Cognito takes two at a time so that they can be rotated."""

from __future__ import annotations

import secrets
import typing as t

from .._engine import Resource
from .._naming import Operations
from .._plan import Plan
from .._secret_file import check_secret_file, write_secret
from .._waiting import StudioError


class UserPoolClientSecrets(Resource):
    """How many secrets of an app client are valid; cognito is a boto3 client of cognito-idp.

    With one too many the ``keep`` one, "newest" or "oldest", stays; one more goes to the file dest.
    """

    kind = "user_pool_client_secrets"

    def __init__(self, cognito: t.Any, user_pool_id: str, client_id: str, keep: str, dest: str | None) -> None:
        self.operations = Operations(cognito)
        if not self.operations.knows("AddUserPoolClientSecret"):
            raise StudioError("This botocore does not know client secrets yet. Install a newer boto3 and botocore.")
        self.name = client_id
        self.key = {"user_pool_id": user_pool_id, "client_id": client_id}
        self.keep = keep
        self.dest = dest
        if dest:
            check_secret_file(dest)

    def find(self) -> dict[str, t.Any]:
        found = self.operations.call("ListUserPoolClientSecrets", **self.key)["client_secrets"]
        if not found:
            raise StudioError(f"App client {self.name} was made without a secret, so it cannot be given another.")
        # A value is never listed; nothing but what tells secrets apart may get into a result.
        shown = [{key: secret[key] for key in ("client_secret_id", "client_secret_create_date")} for secret in found]
        return {"number": len(shown), "secrets": sorted(shown, key=lambda one: one["client_secret_create_date"])}

    def update(self, plan: Plan) -> None:
        if plan.changes["number"] > plan.before["number"]:
            self._add()
        else:
            leaving = plan.before["secrets"][:-1] if self.keep == "newest" else plan.before["secrets"][1:]
            for secret in leaving:
                self.operations.call(
                    "DeleteUserPoolClientSecret", client_secret_id=secret["client_secret_id"], **self.key
                )

    def _add(self) -> None:
        """Add a secret of our own making, written down before it is valid: AWS never shows it again."""
        secret = secrets.token_hex(32)
        write_secret(self.dest or "", secret)
        self.operations.call("AddUserPoolClientSecret", client_secret=secret, **self.key)
