# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reading the module-level stores of the services without touching them."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

SERVICES = "ministack.services."
# Members that hold what a full listing must not: secrets, and the contents of what is stored.
SECRETS = frozenset({"SecretAccessKey", "ClientSecret", "client_secret", "SecretString", "SecretBinary", "Password"})
CONTENTS = frozenset({"objects", "items", "messages", "streams", "dedup_cache"})


def find_store(path: str) -> Any:
    """The store `module._variable`, or None while nothing has imported its module (it holds nothing then).

    A module name without a package is one of ministack.services.
    """
    module, _, variable = path.rpartition(".")
    loaded = sys.modules.get(module if "." in module else SERVICES + module)
    return getattr(loaded, variable) if loaded else None


def entries(store: Any) -> Iterator[tuple[str, str | None, Any, Any]]:
    """A snapshot of a scoped store as (account, region or None, key, value)."""
    for scope, value in store.to_dict().items() if store is not None else ():
        account, *region, key = scope
        yield account, region[0] if region else None, key, value


def tags_as_dict(tags: Any) -> dict[str, str]:
    """Tags as {key: value}, from a dict or from a list of Key/Value or TagKey/TagValue."""
    if isinstance(tags, dict):
        return dict(tags)
    return {tag.get("Key", tag.get("TagKey")): tag.get("Value", tag.get("TagValue")) for tag in tags or []}


def attributes(path: str, account: str, region: str | None, key: str, record: Any) -> Any:
    """Every attribute of a record, ready for JSON, without secrets and contents.

    What S3 keeps of a bucket in stores of its own is added under the name of that store.
    """
    found = plain(record)
    if path == "s3._buckets":
        module = sys.modules[SERVICES + "s3"]
        for name in [name for name in vars(module) if name.startswith("_bucket_")]:
            store = getattr(module, name)
            value = store.get_scoped(account, region, key) if hasattr(store, "get_scoped") else None
            if value is not None:
                found[name.removeprefix("_bucket_")] = plain(value)
    return found


def plain(value: Any) -> Any:
    """`value` as JSON types: bytes by their length, contents by their names, secrets and private members left out."""
    if isinstance(value, dict):
        return {str(name): _member(name, inner) for name, inner in list(value.items()) if _is_public(name)}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [plain(inner) for inner in value]
    if isinstance(value, (bytes, bytearray)):
        return f"<{len(value)} bytes>"
    return value if value is None or isinstance(value, (str, int, float, bool)) else str(value)


def _member(name: Any, value: Any) -> Any:
    return sorted(map(str, value)) if name in CONTENTS and isinstance(value, dict) else plain(value)


def _is_public(name: Any) -> bool:
    return not str(name).startswith("_") and name not in SECRETS
