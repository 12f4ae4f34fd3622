# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Let prowler look at what site.yml makes, and hold docs/prowler.md and .ci/prowler.yml to what it finds.

A platform with one team is made on an emulator of its own. Every check that fails needs a reason, and every reason a
check that fails. With --write the page is written anew.
"""

from __future__ import annotations

import argparse
import collections
import dataclasses
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import yaml

from scripts import emulator_process, environments
from scripts.environments import ROOT

VERSION = "5.46.0"
PYTHON = "3.11"
REGION = "eu-central-1"
# What the roles make things in; prowler has no checks for API keys, budgets or schedules of ours.
SERVICES = (
    *("apigateway", "awslambda", "backup", "cloudwatch", "cognito", "dynamodb", "ec2", "efs", "iam"),
    *("kms", "s3", "sagemaker", "vpc", "wafv2"),
)
REASONS = ROOT / ".ci" / "prowler.yml"
PAGE = ROOT / "docs" / "prowler.md"
# Checks that look at the account and not at anything in it.
ACCOUNT = "account"


class ProwlerError(RuntimeError):
    """The scan could not take place; the text says why."""


@dataclasses.dataclass(frozen=True)
class Finding:
    """A check, how many things passed it, and how many did not."""

    check: str
    passed: int
    failed: int


def scan() -> list[Finding]:
    """Make a platform with a team, and return what prowler finds, by the checks' names. Raises ProwlerError."""
    programs = environments.make("prowler", environments.find_python(PYTHON), [f"prowler=={VERSION}"])
    port = emulator_process.free_port()
    emulator_process.start(port, ["--assume-tls"])
    try:
        with tempfile.TemporaryDirectory(prefix="studio-prowler-") as folder:
            return findings(_scanned(programs / "prowler", port, Path(folder)))
    finally:
        emulator_process.stop(port)


def _scanned(prowler: Path, port: int, folder: Path) -> list[dict]:
    environment = {**emulator_process.environment(port), "AWS_DEFAULT_REGION": REGION, "HOME": str(folder)}
    site = ["ansible-playbook", "site.yml", "-e", "domain_name=team1"]
    made = subprocess.run(site, cwd=ROOT, env=environment, check=False, capture_output=True, text=True)
    if made.returncode:
        raise ProwlerError(f"site.yml failed.\n{made.stdout[-3000:]}")
    command = [str(prowler), "aws", "--region", REGION, "--service", *SERVICES, "--no-banner", "--ignore-exit-code-3"]
    command += ["--output-formats", "json-ocsf", "--output-directory", str(folder), "--output-filename", "found"]
    done = subprocess.run(command, cwd=folder, env=environment, check=False, capture_output=True, text=True)
    answer = folder / "found.ocsf.json"
    if done.returncode or not answer.exists():
        raise ProwlerError(f"prowler failed.\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
    return json.loads(answer.read_text())


def findings(answer: list[dict]) -> list[Finding]:
    """Return the findings of prowler's answer (OCSF). What it leaves to people to look at is neither."""
    counts = collections.Counter((one["metadata"]["event_code"], one["status_code"]) for one in answer)
    return [
        Finding(check, counts[check, "PASS"], counts[check, "FAIL"]) for check in sorted({check for check, _ in counts})
    ]


def unexplained(found: list[Finding], reasons: dict[str, str]) -> list[str]:
    """Return what is wrong with the reasons, a sentence each."""
    failed = {one.check for one in found if one.failed}
    lacking = [f"{check} fails, and {REASONS.name} has no reason for it." for check in sorted(failed - reasons.keys())]
    stale = [f"{check} does not fail, and {REASONS.name} has a reason." for check in sorted(reasons.keys() - failed)]
    return [*lacking, *stale]


def page(found: list[Finding], reasons: dict[str, str]) -> str:
    """Return docs/prowler.md."""
    ours = [one for one in found if one.failed and reasons.get(one.check, ACCOUNT) != ACCOUNT]
    of_the_account = [f"`{one.check}`" for one in found if one.failed and reasons.get(one.check) == ACCOUNT]
    passed = [one for one in found if one.passed and not one.failed]
    failures = [f"| `{one.check}` | {one.failed} | {one.failed + one.passed} | {reasons[one.check]} |" for one in ours]
    lines = [
        "# What prowler says",
        "",
        f"[prowler](https://github.com/prowler-cloud/prowler) {VERSION} looks at a platform with one team, as",
        "`inventories/demo` describes them, on the emulator. `make prowler` does it again, and wants a reason in",
        f"`.ci/prowler.yml` for each check that fails. {len(passed)} checks pass, {len(ours)} fail on things that",
        f"are ours, {len(of_the_account)} on the account.",
        "",
        "## Failed, and why",
        "",
        "| check | things | of | why |",
        "|---|---|---|---|",
        *failures,
        "",
        "## Failed on the account",
        "",
        "They look at what an account has beside the platform: trails, alarms on them, password policies, roles.",
        "",
        ", ".join(of_the_account) + ".",
        "",
        "## Passed",
        "",
        "| check | things |",
        "|---|---|",
        *(f"| `{one.check}` | {one.passed} |" for one in passed),
    ]
    return "\n".join(lines) + "\n"


def main() -> int:
    """Scan, and compare or write; 0 only where every failed check has its reason and the page is fresh."""
    parser = argparse.ArgumentParser(prog="python -m scripts.prowler", description=__doc__.splitlines()[0])
    parser.add_argument("--write", action="store_true", help="write docs/prowler.md anew")
    write = parser.parse_args().write
    try:
        found = scan()
    except (ProwlerError, emulator_process.EmulatorProcessError, *environments.FAILURES) as error:
        print(error, file=sys.stderr)
        return 1
    reasons = yaml.safe_load(REASONS.read_text()) if REASONS.exists() else {}
    wrong, text = unexplained(found, reasons), page(found, reasons)
    if write:
        PAGE.write_text(text)
    elif PAGE.read_text() != text:
        wrong.append(f"{os.path.relpath(PAGE, ROOT)} is not what prowler finds: run python -m scripts.prowler --write.")
    print("\n".join([*wrong, f"{len(found)} checks, {sum(1 for one in found if one.failed)} of them failed."]))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
