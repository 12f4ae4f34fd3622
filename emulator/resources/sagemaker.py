# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The rows of SageMaker, whose store holds all kinds in one form (see emulator/sagemaker/store.py)."""

from __future__ import annotations

from collections.abc import Iterator

from emulator.shared.shapes import Structure
from emulator.shared.stores import plain, tags_as_dict


def list_resources(gone: bool, full: bool) -> Iterator[Structure]:
    """One row per record; Deleted apps, which AWS shows for 24 hours, only if `gone`."""
    from emulator.sagemaker import store  # loads ministack

    for record in store.everything():
        shown = record["attributes"]
        if shown.get("Status") == "Deleted" and not gone:
            continue
        row = {
            "service": "sagemaker",
            "type": record["kind"],
            "id": f"arn:aws:sagemaker:{record['region']}:{record['account']}:{record['path']}",
            "name": record["name"],
            "tags": tags_as_dict(record["tags"]),
            "account": record["account"],
            "region": record["region"],
        }
        yield {**row, "attributes": plain(shown)} if full else row
