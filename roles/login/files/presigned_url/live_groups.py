# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether somebody is a member at this moment, and not only when the token was made."""

from __future__ import annotations

from typing import Any

from aws import error_code
from botocore.exceptions import ClientError


class LiveGroups:
    """The groups of a user pool as they are now; ``cognito`` is a boto3 client of cognito-idp."""

    def __init__(self, cognito: Any, user_pool_id: str) -> None:
        self._cognito = cognito
        self._user_pool_id = user_pool_id

    def has(self, username: str, team: str) -> bool:
        """Say whether the user is in the team's group; one call for who is in 60 groups or fewer."""
        pages = self._cognito.get_paginator("admin_list_groups_for_user").paginate(
            UserPoolId=self._user_pool_id, Username=username, PaginationConfig={"PageSize": 60}
        )
        try:
            return any(group["GroupName"] == team for page in pages for group in page["Groups"])
        except ClientError as error:
            if error_code(error) == "UserNotFoundException":
                return False
            raise
