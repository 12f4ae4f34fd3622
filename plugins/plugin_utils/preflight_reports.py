# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The report of a preflight, and the file that it is written to."""

from __future__ import annotations

import json
import typing as t
from datetime import datetime, timezone
from pathlib import Path

from ..module_utils._blueprint.preflight import VERDICTS
from .drift_reports import write_text


def report_of(host: str, place: t.Mapping[str, str], lines: t.Sequence[t.Mapping[str, str]]) -> dict[str, t.Any]:
    """Return the report of a platform. host: its inventory host; place: as the roles' options say it."""
    return {
        "platform": host,
        "platform_name": place["platform_name"],
        "region": place["region"],
        "account": place["account_id"],
        "checked_at": datetime.now(timezone.utc).strftime("%Y-%m-%d %H:%M"),
        "counts": {verdict: sum(line["verdict"] == verdict for line in lines) for verdict in VERDICTS},
        "lines": list(lines),
    }


def write_report(report: t.Mapping[str, t.Any], folder: str) -> None:
    """Write a report into a folder, by the name of its host. Raises OSError."""
    write_text(Path(folder) / f"{report['platform']}.json", json.dumps(report, indent=2) + "\n")
