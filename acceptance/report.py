# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The report: a page that a stranger can read, and the same as JSON."""

from __future__ import annotations

import dataclasses
import datetime
import json
import typing as t
from pathlib import Path

import jinja2

from acceptance.assumptions import NOT_ASKED

DONE, FAILED, NOT_TRIED = "done", "failed", "not tried"


@dataclasses.dataclass
class StepResult:
    """What became of a step: `state` is DONE, FAILED or NOT_TRIED, `said` a sentence."""

    name: str
    state: str
    said: str
    minutes: float


@dataclasses.dataclass
class Report:
    """All that is told; times are UTC."""

    account: str
    region: str
    endpoint: str
    versions: dict[str, str]
    started: datetime.datetime
    facts: list[dict[str, t.Any]] = dataclasses.field(default_factory=list)
    steps: list[StepResult] = dataclasses.field(default_factory=list)
    assumptions: list[dict[str, str]] = dataclasses.field(default_factory=list)
    leftovers: list[str] | None = None
    ended: datetime.datetime | None = None

    @property
    def good(self) -> bool:
        """Whether all was tried and done, AWS answered as the facts say and as is assumed, and nothing is left."""
        return (
            bool(self.steps)
            and all(step.state == DONE for step in self.steps)
            and all(fact["state"] == DONE for fact in self.facts)
            and all(one["found"] == one["assumed"] for one in self.assumptions)
            and self.leftovers == []
        )

    def write(self, folder: Path) -> Path:
        """Write report.html and report.json into a folder; the path of the page."""
        told = {**dataclasses.asdict(self), "good": self.good}
        (folder / "report.json").write_text(json.dumps(told, default=str, indent=1) + "\n")
        template = Path(__file__).with_name("report.html.j2").read_text()
        page = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined).from_string(template)
        path = folder / "report.html"
        path.write_text(page.render(report=self, counted=_counted(self), not_asked=NOT_ASKED))
        return path


def _counted(report: Report) -> dict[str, int]:
    states = [one["state"] for one in report.facts]
    return {state: states.count(state) for state in (DONE, FAILED, NOT_TRIED)}
