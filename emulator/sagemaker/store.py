# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where all SageMaker resources live: one table, keyed by account, region and the resource part of the ARN.

A record is a plain dict, so that ``--state`` can save it::

    {"kind": "user_profile", "path": "user-profile/d-1/ada", "arn", "name", "account", "region",
     "attributes": {what Describe shows}, "tags": [{"Key", "Value"}], "transition": None or a dict of states.py,
     "lag": how many more looks of clients miss it}
"""

from __future__ import annotations

import copy
import time
from contextlib import AbstractContextManager

from ministack.core.responses import AccountRegionScopedDict, get_account_id, get_region, request_scope

from emulator.shared.faults import faults
from emulator.shared.shapes import Structure

_records = AccountRegionScopedDict()


def arn(path: str) -> str:
    """The ARN of a resource of this account and region, for example of ``domain/d-1`` (model's ARN patterns)."""
    return f"arn:aws:sagemaker:{get_region()}:{get_account_id()}:{path}"


def now() -> float:
    """The time as the JSON protocol sends it: epoch seconds with milliseconds."""
    return round(time.time(), 3)


def add(kind: str, path: str, name: str, attributes: Structure, tags: list[Structure]) -> Structure:
    """Store a new record and return it; creation and modification time are now."""
    moment = now()
    record = {
        "kind": kind,
        "path": path,
        "arn": arn(path),
        "name": name,
        "account": get_account_id(),
        "region": get_region(),
        "attributes": {**attributes, "CreationTime": moment, "LastModifiedTime": moment},
        "tags": tags,
        "transition": None,
        "lag": (faults.strike("lag") or {"lag": 0})["lag"],
    }
    _records[path] = record
    return record


def get(path: str) -> Structure | None:
    """The record at ``path``, or None."""
    return _records.get(path)


def at(path: str) -> Structure:
    """The record at ``path``, which exists."""
    return _records[path]


def find(path: str) -> Structure | None:
    """The record at ``path`` as a client finds it, or None; a new one may be missed for a while (see ``missed``)."""
    record = get(path)
    return None if record is None or missed(record) else record


def missed(record: Structure) -> bool:
    """Count a client's look at a record; True if a fault with "lag" makes this look miss it.

    AWS's reads may trail its writes: CloudFormation's handlers for SageMaker take ResourceNotFound right after a
    creation for "not there yet".
    """
    left = record["lag"]
    record["lag"] = max(left - 1, 0)
    return left > 0


def by_arn(resource_arn: str) -> Structure | None:
    """The record with this ARN in the current account and region, or None."""
    record = get(resource_arn.split(":", 5)[-1])
    return record if record and record["arn"] == resource_arn else None


def remove(record: Structure) -> None:
    """Forget a record."""
    _records.pop_scoped(record["account"], record["region"], record["path"], None)


def contains(record: Structure) -> bool:
    """Whether this very record is still stored, and not a later one at the same place."""
    return _records.get_scoped(record["account"], record["region"], record["path"]) is record


def all_of(kind: str, domain_id: str | None = None) -> list[Structure]:
    """This account's and region's records of a kind, optionally of one domain."""
    return [
        record
        for record in of_caller()
        if record["kind"] == kind and domain_id in (None, record["attributes"].get("DomainId"))
    ]


def of_caller() -> list[Structure]:
    """Every record of the current account and region."""
    return _records.values()


def everything() -> list[Structure]:
    """Every record of every account and region."""
    return _records.all_values()


def scope_of(record: Structure) -> AbstractContextManager[None]:
    """A context manager that makes the record's account and region the current ones."""
    return request_scope(record["account"], record["region"])


def clear() -> None:
    """Forget everything."""
    _records.clear()


def snapshot() -> Structure:
    """The state to save."""
    return copy.deepcopy({"records": _records})


def restore(state: Structure) -> None:
    """Replace everything by a saved state."""
    clear()
    _records.update(state.get("records", {}))
