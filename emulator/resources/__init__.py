# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""GET /_emulator/resources: everything that exists, in every account and region, read from the services' stores."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from emulator.resources import fallback, sagemaker
from emulator.resources.kinds import KINDS, Kind
from emulator.shared.shapes import Structure
from emulator.shared.stores import attributes, entries, find_store, tags_as_dict


def list_resources(gone: bool = False, full: bool = False) -> list[Structure]:
    """All resources as [{"service","type","id","name","tags","account","region"}], ordered by service, type, id.

    `gone` adds what AWS keeps for a while after a deletion (KMS keys pending deletion, Deleted apps, secrets in
    their recovery window). `full` adds "attributes", every attribute as the service stores it. `region` is None for
    global services. Left out is what an empty account has: the default VPC with its subnets, internet gateway, main
    route table, default network ACL and default security group; and for any VPC the main route table, default ACL
    and default security group, which come and go with it; service-linked roles; AWS's own keys and aliases.
    """
    found = [row for kind in KINDS for row in _of_kind(kind, gone, full)]
    found += [*sagemaker.list_resources(gone, full), *fallback.list_resources(full)]
    return sorted(found, key=lambda row: (row["service"], row["type"], row["id"], row["account"]))


def _of_kind(kind: Kind, gone: bool, full: bool) -> Iterator[Structure]:
    for account, stored_region, parent, key, record in _records(kind):
        if kind.hidden(record) or (kind.gone(record) and not gone):
            continue
        region = stored_region or record.get("region")
        fields = defaultdict(str, record, key=key, parent=parent, account=account, region=region or "")
        identity = kind.id.format_map(fields)
        tags = tags_as_dict(_tags(kind, account, region, identity, key, record))
        row = {
            "service": kind.service,
            "type": kind.type,
            "id": identity,
            "name": _name(kind, fields, tags),
            "tags": tags,
            "account": account,
            "region": region,
        }
        yield {**row, "attributes": attributes(kind.store, account, region, key, record)} if full else row


def _records(kind: Kind) -> Iterator[tuple[str, str | None, Any, Any, Any]]:
    """(account, region, parent, key, record) of everything in the store of `kind`, nested or not."""
    for account, region, key, value in entries(find_store(kind.store)):
        if kind.inside == "config":
            yield account, region, None, key, {**value["config"], "tags": value.get("tags")}
        elif kind.inside:
            parts = value if kind.inside == "." else value.get(kind.inside, {})
            for name, part in list(parts.items()):
                yield account, region, key, name, part
        elif isinstance(value, dict):
            yield account, region, None, key, value
        else:
            yield account, region, None, key, {"name": str(key).rpartition(":")[2], "value": value}


def _tags(kind: Kind, account: str, region: str | None, identity: str, key: str, record: Structure) -> Any:
    if "." not in kind.tags:
        return record.get(kind.tags)
    store = find_store(kind.tags)
    for name in (identity, key):
        found = store.get_scoped(account, region, name) if store is not None else None
        if found:
            return found
    return None


def _name(kind: Kind, fields: Structure, tags: dict[str, str]) -> str:
    """The name that AWS shows; EC2 and EFS keep names in the tag Name, else the identifier stands for it."""
    if kind.service in ("ec2", "efs") and kind.name == "{key}":
        return tags.get("Name", str(fields["key"]))
    return kind.name.format_map(fields) or str(fields["key"])
