# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the account's user pools are, for the info module."""

from __future__ import annotations

import typing as t

from .._engine import in_threads
from .._naming import Operations
from .user_pool import read_user_pool, user_pool_ids


def read_user_pools(
    cognito: t.Any, *, name: str | None, user_pool_id: str | None, include_clients: bool
) -> list[dict[str, t.Any]]:
    """Return the pools of a name, the one of an id, or all, each as read_user_pool() does, the oldest first.

    With include_clients each has ``user_pool_clients``, its app clients without their secrets.
    """
    operations = Operations(cognito)
    ids = [user_pool_id] if user_pool_id else user_pool_ids(operations, name)
    pools = [pool for pool in in_threads(lambda pool_id: read_user_pool(operations, pool_id), ids) if pool]
    if include_clients:
        for pool in pools:
            pool["user_pool_clients"] = read_clients(operations, pool["id"])
    return sorted(pools, key=lambda pool: pool["creation_date"])


def read_clients(operations: Operations, user_pool_id: str) -> list[dict[str, t.Any]]:
    """Return the app clients of a pool as DescribeUserPoolClient does, without their secrets."""
    listed = operations.pages("ListUserPoolClients", "user_pool_clients", user_pool_id=user_pool_id, max_results=60)

    def describe(client_id: str) -> dict[str, t.Any]:
        key = {"user_pool_id": user_pool_id, "client_id": client_id}
        client = operations.call("DescribeUserPoolClient", **key)["user_pool_client"]
        has_secret = client.pop("client_secret", None) is not None
        return {**client, "generate_secret": has_secret}

    return in_threads(describe, [client["client_id"] for client in listed])
