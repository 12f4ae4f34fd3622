# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the overview tells of a team, out of the team's report, as it was made now or lies in the folder."""

from __future__ import annotations

import dataclasses
import json
import typing as t
from collections import Counter
from pathlib import Path

from ...module_utils._blueprint.drift_report import NOT_DESCRIBED, STATES
from .files import report_name

Report = t.Mapping[str, t.Any]
# Bytes. A report of a team with a thousand people has about a tenth.
LARGEST = 1 << 22


class BadReport(ValueError):
    """A file is no report; the text says why."""


@dataclasses.dataclass(frozen=True)
class Row:
    """A team on the overview; None is what AWS did not tell. is_kept: the report is one of an earlier run."""

    team: str
    platform: str
    region: str
    state: str
    checked_at: str
    differences: int
    described: int
    undescribed: int
    signed_up: int | None
    running_apps: int | None
    instance_types: tuple[tuple[str, int], ...]
    hours_saved: float | None
    last_activity: str | None
    budget: Report
    cost: Report
    is_kept: bool = False


@dataclasses.dataclass(frozen=True)
class Broken:
    """A file that should be a team's report and is none."""

    file: str
    reason: str


def row_of(report: t.Any) -> Row:
    """Return the row of a report. Raises BadReport where it lacks something, or has something of another kind."""
    try:
        return _row(report)
    except (AttributeError, KeyError, TypeError) as error:
        raise BadReport("It is no report of this version of the drift check. Look at the team once more.") from error


def _row(report: Report) -> Row:
    summary = report["summary"]
    types = Counter(_of(app["instance_type"], str) for app in report["apps"])
    people = [person["status"] for person in report["people"]]
    if report["state"] not in STATES:
        raise TypeError(report["state"])
    return Row(
        **{name: _of(report[name], str) for name in ("team", "platform", "region", "state", "checked_at")},
        differences=_of(summary["differences"], int) + len(_of(report["platform_differences"], list)),
        described=_of(summary["described"], int),
        undescribed=people.count(NOT_DESCRIBED),
        signed_up=_of(summary["signed_up"], int, type(None)),
        running_apps=_of(summary["running_apps"], int, type(None)),
        instance_types=tuple(sorted(types.items())),
        hours_saved=_of(summary["hours_saved"], int, float, type(None)),
        last_activity=_of(report["last_activity"], str, type(None)),
        budget=_money(report["budget"], "limit", "actual", "forecast"),
        cost=_money(report["cost"], "amount"),
    )


def _of(value: t.Any, *kinds: type) -> t.Any:
    if not isinstance(value, kinds) or isinstance(value, bool):
        raise TypeError(value)
    return value


def _money(told: t.Any, *amounts: str) -> Report:
    """Return what is told of money, of which each amount is a number or not known."""
    for name in amounts:
        _of(told.get(name), int, float, type(None))
    return dict(told)


def in_order(rows: t.Iterable[Row]) -> list[Row]:
    """Return rows with those first that are in trouble."""
    return sorted(rows, key=lambda row: (STATES.index(row.state), -row.differences, row.team))


def kept_rows(
    folder: Path, fresh: t.Collection[str], listed: t.Collection[str]
) -> tuple[list[Row], list[Broken], list[str]]:
    """Return (rows, broken reports, other teams) of the reports that an earlier run left in a folder.

    fresh: the teams of this run, whose reports are not read; listed: the teams of the inventory.
    """
    rows: list[Row] = []
    broken: list[Broken] = []
    others: list[str] = []
    skipped = {report_name(team) for team in fresh}
    names = {report_name(team): team for team in listed}
    for file in sorted(folder.glob("[!.]*.json")):
        if file.name in skipped:
            continue
        try:
            row = row_of(_read(file))
            if report_name(row.team) != file.name:
                raise BadReport("It is of another team than its name says.")
        except BadReport as error:
            broken.append(Broken(file.name, str(error)))
            continue
        if file.name in names:
            rows.append(dataclasses.replace(row, is_kept=True))
        else:
            others.append(row.team)
    return rows, broken, others


def _read(file: Path) -> t.Any:
    try:
        if file.stat().st_size > LARGEST:
            raise BadReport("It is too large.")
        return json.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise BadReport(f"It cannot be read: {error.strerror}.") from error
    except (ValueError, RecursionError) as error:
        if isinstance(error, BadReport):
            raise
        raise BadReport("It is no JSON, perhaps as a run was stopped.") from error
