# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Descriptions of user pools with what belongs to them."""

from __future__ import annotations

import typing as t

from .._naming import Operations
from .user_pool import read_user_pool, user_pool_ids
from .user_pool_client import UserPoolClient


def describe_user_pools(
    cognito: t.Any, name: str | None = None, user_pool_id: str | None = None, *, include_clients: bool = False
) -> list[dict[str, t.Any]]:
    """Return the descriptions, with tags, of all pools, those of a name, or the one with an id; the oldest first.

    include_clients adds ``user_pool_clients``, the full descriptions of the app clients without their secrets.
    """
    operations = Operations(cognito)
    ids = [user_pool_id] if user_pool_id else _ids(operations, name)
    pools = [pool for pool in (read_user_pool(operations, an_id) for an_id in ids) if pool]
    if include_clients:
        pools = [{**pool, "user_pool_clients": _clients(operations, pool["id"])} for pool in pools]
    return sorted(pools, key=lambda pool: pool["creation_date"])


def _ids(operations: Operations, name: str | None) -> list[str]:
    if name is not None:
        return user_pool_ids(operations, name)
    return [pool["id"] for pool in operations.pages("ListUserPools", "user_pools", max_results=60)]


def _clients(operations: Operations, user_pool_id: str) -> list[dict[str, t.Any]]:
    key = {"user_pool_id": user_pool_id}
    listed = operations.pages("ListUserPoolClients", "user_pool_clients", max_results=60, **key)
    clients = [
        operations.call("DescribeUserPoolClient", client_id=client["client_id"], **key)["user_pool_client"]
        for client in listed
    ]
    return [{name: value for name, value in client.items() if name not in UserPoolClient.secret} for client in clients]
