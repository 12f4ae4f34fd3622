# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Workflows have no more rights than they need, run nobody's code by a name that can be moved, and call make."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from scripts.collection_tree import ROOT, shipped_files

WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
# Who may write, and what.
WRITERS = {("release.yml", "release"): {"contents": "write"}}
READS = ({}, {"contents": "read"})
# Text of others, such as the title of a pull request, would become a command.
EXPRESSION = re.compile(r"\$\{\{")
PINNED = re.compile(r"[\w./-]+@[0-9a-f]{40}")


def targets() -> set[str]:
    """Return the targets of the Makefile."""
    names = re.findall(r"^([a-z -]+):(?!=)", (ROOT / "Makefile").read_text(), re.MULTILINE)
    return {name for line in names for name in line.split()}


def mistakes(name: str, text: str) -> list[str]:
    """Return what is wrong with a workflow."""
    workflow = yaml.safe_load(text)
    events = workflow[True]  # YAML takes "on" for true
    found = [] if workflow.get("permissions") in READS else ["permissions of the workflow"]
    found += ["pull_request_target"] if "pull_request_target" in events else []
    for job, does in workflow["jobs"].items():
        granted = does.get("permissions", {})
        found += [] if granted in (*READS, WRITERS.get((name, job))) else [f"permissions of {job}"]
        found += [] if "timeout-minutes" in does else [f"no end of {job}"]
        found += [line for step in does["steps"] for line in _mistakes_of_a_step(step)]
    return found


def _mistakes_of_a_step(step: dict) -> list[str]:
    script = step.get("run", "")
    called = [word for line in re.findall(r"^\s*make (.*)", script, re.MULTILINE) for word in line.split()]
    unknown = [f"make {word}" for word in called if "=" not in word and word not in targets()]
    moved = [step["uses"]] if "uses" in step and not PINNED.fullmatch(step["uses"]) else []
    return [*unknown, *moved, *(["an expression in a script"] if EXPRESSION.search(script) else [])]


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_workflow_is_as_it_should_be(path):
    assert mistakes(path.name, path.read_text()) == []


GOOD = {"permissions": {}, True: {"push": None}, "jobs": {"a": {"timeout-minutes": 1, "steps": [{"run": "make test"}]}}}


def job(**more):
    return {"jobs": {"a": {**GOOD["jobs"]["a"], **more}}}


@pytest.mark.parametrize(
    ("planted", "found"),
    [
        ({"permissions": "write-all"}, ["permissions of the workflow"]),
        ({"permissions": None}, ["permissions of the workflow"]),
        ({True: {"pull_request_target": None}}, ["pull_request_target"]),
        (job(permissions={"contents": "write"}), ["permissions of a"]),
        ({"jobs": {"a": {"steps": []}}}, ["no end of a"]),
        (job(steps=[{"uses": "actions/checkout@v4"}]), ["actions/checkout@v4"]),
        (job(steps=[{"uses": f"actions/checkout@{40 * '0'}"}]), []),
        (job(steps=[{"run": "echo ${{ github.event.issue.title }}"}]), ["an expression in a script"]),
        (job(steps=[{"run": "make tset ARGS=-x"}]), ["make tset"]),
    ],
)
def test_planted_mistake_is_found(planted, found):
    assert mistakes("other.yml", yaml.safe_dump({**GOOD, **planted})) == found


def test_what_has_to_run_runs():
    runs = {path.name: path.read_text() for path in WORKFLOWS}
    assert "make test\n" in runs["test.yml"]
    assert "make test-all\n" in runs["nightly.yml"]
    for wanted in ("make test\n", "make audit ARGS=--required", "make build-check", "make build sbom"):
        assert wanted in runs["release.yml"]


def test_workflows_are_not_in_the_collection():
    assert [path for path in shipped_files() if Path(path).parts[0] == ".github"] == []
