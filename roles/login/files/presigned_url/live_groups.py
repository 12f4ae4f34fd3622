# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether somebody is a member at this moment, and not only when the token was made."""

from __future__ import annotations

from typing import Any

from aws import error_code
from botocore.exceptions import ClientError
from membership import Person


class LiveGroups:
    """The groups of a user pool as they are now; ``cognito`` is a boto3 client of cognito-idp."""

    def __init__(self, cognito: Any, user_pool_id: str) -> None:
        self._cognito = cognito
        self._user_pool_id = user_pool_id

    def has(self, person: Person, team: str) -> bool:
        """Say whether the person is in the team's group; two calls for who is in 60 groups or fewer.

        A user name may be given away again, so the account must have the token's ``sub``. It is looked at last: no
        account gets a ``sub`` of the past, so the groups that were read before were this account's or none.
        """
        try:
            return self._is_in_group(person.username, team) and self._has_account(person)
        except ClientError as error:
            if error_code(error) == "UserNotFoundException":
                return False
            raise

    def _is_in_group(self, username: str, team: str) -> bool:
        pages = self._cognito.get_paginator("admin_list_groups_for_user").paginate(
            UserPoolId=self._user_pool_id, Username=username, PaginationConfig={"PageSize": 60}
        )
        return any(group["GroupName"] == team for page in pages for group in page["Groups"])

    def _has_account(self, person: Person) -> bool:
        user = self._cognito.admin_get_user(UserPoolId=self._user_pool_id, Username=person.username)
        subs = [attribute["Value"] for attribute in user["UserAttributes"] if attribute["Name"] == "sub"]
        return user["Enabled"] and subs == [person.sub]
