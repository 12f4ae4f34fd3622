# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The reports of the drift check: what is told of each team, and the files that it is written to."""

from __future__ import annotations

import json
import os
import tempfile
import typing as t
from datetime import datetime, timezone
from pathlib import Path

from ..module_utils._blueprint.drift_report import drift_report
from .drift_pages.files import OVERVIEW, page_name, report_name
from .drift_pages.overview import overview_page
from .drift_pages.parts import counted
from .drift_pages.rows import in_order, kept_rows, row_of
from .drift_pages.team import team_page

Variables = t.Mapping[str, t.Any]
NOT_LOOKED: dict[str, t.Any] = {"differences": [], "error": "", "result": {}}
# What a look tells, and what is said of it beside its step.
KINDS = {"left_alone": " (left alone)", "differences": ""}
# What the report takes of a team's activity as it is.
TOLD = ("users", "strangers", "domain", "spaces", "apps", "budget", "cost", "not_read")
# About as many bytes as the reports of a team have.
SPACE = 1 << 16
ACRONYMS = {"acl", "api", "vpc"}
NOT_READ: dict[str, t.Any] = {"not_read": ["people", "apps"], "error": ""}


def report_of(team: Variables, platform: Variables, look: Variables | None) -> dict[str, t.Any]:
    """Return a team's report.

    team: {"name", "people" (names), "mistakes", "prices"}; platform: {"name", "region", "account", "looks"}; a look is
    what look_at_platform says of a part of it, or look_at_teams of the team, None where it was not looked at.
    """
    now = datetime.now(timezone.utc)
    seen = look or NOT_LOOKED
    activity = seen.get("activity") or NOT_READ
    facts = {
        "now": now.timestamp(),
        "found": _found([seen]),
        "described": team["people"],
        "profiles": activity.get("user_profiles"),
        "prices": team["prices"],
        "platform_found": _found(platform["looks"]),
        **{name: activity.get(name) for name in TOLD},
    }
    looks = [*platform["looks"], seen]
    errors = [*team["mistakes"], *(one["error"] for one in looks), activity["error"]]
    domain = activity.get("domain") or {}
    error = " ".join(dict.fromkeys(error for error in errors if error))
    return {
        "team": team["name"],
        **{key: platform.get(name) or "" for key, name in (("platform", "name"), ("region", "region"))},
        "account": platform.get("account") or "",
        "checked_at": now.strftime("%Y-%m-%d %H:%M"),
        "domain": {"id": domain.get("domain_id") or "", "status": domain.get("status") or ""},
        "error": error,
        **drift_report({**facts, "error": error}),
    }


def _found(looks: t.Iterable[Variables]) -> list[dict[str, t.Any]]:
    """Return what looks found, each with the name of its step as a heading; first what no run takes back."""
    told = [(look, kind, note) for kind, note in KINDS.items() for look in looks]
    return [{**one, "task": heading(one["step"]) + note} for look, kind, note in told for one in look.get(kind) or []]


def heading(words: str) -> str:
    """Return words as a heading, such as VPC or Data bucket."""
    spelled = " ".join(word.upper() if word in ACRONYMS else word for word in words.split())
    return spelled[:1].upper() + spelled[1:]


def in_short(report: Variables, folder: str) -> str:
    """Return a report as a line."""
    summary, said = report["summary"], []
    if report["error"]:
        said.append(report["error"] + " ")
    said.append(counted(summary["differences"], "difference"))
    if not report["not_read"]:
        said.append(
            f", {summary['signed_up']} of {counted(summary['people'], 'person', 'people')} signed up, "
            f"{counted(summary['running_apps'], 'app runs', 'apps run')}"
        )
    return f"{report['team']}: {''.join(said)}. Report: {os.path.join(folder, page_name(report['team']))}"


def write(reports: t.Sequence[Variables], listed: t.Collection[str], folder: str) -> None:
    """Write each report for programs and for people, and the overview, for the user and the group alone.

    listed: the teams of the inventory. Of those that this run did not look at, the overview tells what their reports
    in the folder say.
    """
    path = Path(folder)
    for report in reports:
        write_text(path / report_name(report["team"]), json.dumps(report, indent=4) + "\n")
        write_text(path / page_name(report["team"]), team_page(report))
    kept, broken, others = kept_rows(path, [report["team"] for report in reports], listed)
    rows = in_order([*map(row_of, reports), *kept])
    made_at = datetime.now(timezone.utc).strftime("%Y-%m-%d %H:%M")
    write_text(path / OVERVIEW, overview_page(rows, broken, others, made_at))


def make_folder(folder: str) -> None:
    """Make a folder for reports. Raises OSError where nothing can be written into it."""
    os.makedirs(folder, mode=0o750, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=folder) as file:
        file.write(b"\0" * SPACE)


def write_text(path: Path, text: str) -> None:
    """Replace a file as a whole, so that a disk that is full leaves the earlier one."""
    unfinished = path.with_name(f".{path.name}.new")
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o640)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            os.fchmod(descriptor, 0o640)
            file.write(text)
        os.replace(unfinished, path)
    except OSError:
        unfinished.unlink(missing_ok=True)
        raise
