# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Resources of services without a row in kinds.py, so that nothing stays hidden: named as well as can be guessed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from emulator.resources.kinds import KINDS
from emulator.resources.parts import PARTS
from emulator.shared.names import boto3_name
from emulator.shared.shapes import Structure
from emulator.shared.stores import entries, find_store, plain, tags_as_dict

KNOWN = PARTS | {kind.store for kind in KINDS}
# Stores that describe other things than resources, by the words in their names.
TRACES = ("tag", "history", "cache", "token", "position", "metric", "event", "polic", "version", "param_group_params")


def list_resources(full: bool) -> list[Structure]:
    """Rows for each stored record that looks like a resource: a dict, not made by AWS as the service's default."""
    return [row for module, variable, service in _unknown_stores() for row in _rows(module, variable, service, full)]


def _unknown_stores() -> Iterator[tuple[str, str, str]]:
    from ministack.core.responses import AccountRegionScopedDict, AccountScopedDict

    from emulator.shared.upstream import app

    for service, config in app.SERVICE_REGISTRY.items():
        for module in (config["module"], *config.get("sub_modules", ())):
            loaded = app._loaded_modules.get(module)
            for variable, store in vars(loaded).items() if hasattr(loaded, "__file__") else ():
                scoped = isinstance(store, (AccountScopedDict, AccountRegionScopedDict))
                if scoped and f"{module}.{variable}" not in KNOWN and not any(word in variable for word in TRACES):
                    yield module, variable, boto3_name(service)


def _rows(module: str, variable: str, service: str, full: bool) -> Iterator[Structure]:
    for account, region, key, record in entries(find_store(f"{module}.{variable}")):
        if not isinstance(record, dict) or _is_default(key):
            continue
        row = {
            "service": service,
            "type": singular(variable),
            "id": _arn(record) or str(key),
            "name": str(key),
            "tags": tags_as_dict(record.get("Tags") or record.get("tags")),
            "account": account,
            "region": region,
        }
        yield {**row, "attributes": plain(record)} if full else row


def _is_default(key: Any) -> bool:
    return str(key).startswith(("default", "primary", "AWS"))


def _arn(record: Structure) -> str | None:
    found = (value for name, value in record.items() if str(name).lower().endswith("arn"))
    return next((value for value in found if str(value).startswith("arn:")), None)


def singular(variable: str) -> str:
    """The noun for the records of a store: `_user_policies` -> `user_policy`, `_streams` -> `stream`."""
    name = variable.strip("_")
    if name.endswith("ies"):
        return name[:-3] + "y"
    return name[:-1] if name.endswith("s") and not name.endswith("ss") else name
