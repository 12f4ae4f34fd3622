# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Try the whole project on a real account: ``make acceptance PROFILE=... REGION=...``.

It says first what it takes and costs.
"""

from __future__ import annotations

import argparse
import contextlib
import datetime
import importlib.metadata
import json
import os
import platform
import signal
import sys
import time
import typing as t
from pathlib import Path

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from acceptance import costs, leftovers, rights, truth
from acceptance.account import Account
from acceptance.job import STEPS, MainJob, NotTriedError, new_password
from acceptance.report import DONE, FAILED, NOT_TRIED, Report, StepResult
from acceptance.runs import Playbooks, StepError
from acceptance.sweep import sweep

ALLOWED = "ACCEPT_COSTS"
FACT_MINUTES = 0.05


class RefusedError(RuntimeError):
    """The acceptance does not begin; the text says why and what to do."""


def tell(line: str) -> None:
    """Print a line with the time."""
    print(f"{datetime.datetime.now():%H:%M:%S}  {line}", flush=True)


def main(arguments: t.Sequence[str] | None = None) -> int:
    """Run it; 0 only if everything was tried and done, AWS answered as the facts say, and nothing is left."""
    parser = argparse.ArgumentParser(prog="python -m acceptance", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--profile", help="the profile of the account in ~/.aws; else the environment's credentials")
    parser.add_argument(
        "--region", default="eu-central-1", help="the region to build in, eu-central-1 where none is named"
    )
    parser.add_argument("--report", type=Path, default=Path("acceptance-report"), help="a folder for report and logs")
    parser.add_argument("--sweep", action="store_true", help="only take away what an earlier run left")
    parser.add_argument("--list", action="store_true", help="only list the facts: what each makes, and what it costs")
    parser.add_argument("--policy", metavar="ACCOUNT", help="only print the IAM policy of who runs it in this account")
    parser.add_argument("--facts-only", action="store_true", help="only ask the facts, build no platform")
    options = parser.parse_args(arguments)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    try:
        facts = truth.read_facts()
        if options.list:
            print("\n".join(f"{fact.file}: {fact.fact}: makes {fact.makes}; {fact.costs:.3f} USD" for fact in facts))
            return 0
        if options.policy:
            partition = boto3.Session().get_partition_for_region(options.region)
            print(json.dumps(rights.policy(partition, options.region, options.policy), indent=2))
            return 0
        say_costs(facts, options.facts_only)
        account = Account(boto3.Session(profile_name=options.profile, region_name=options.region))
        ask_for_number(account)
        options.report.mkdir(parents=True, exist_ok=True)
        if options.sweep:
            return swept(account, options.report)
        check_account(account)
        return accept(account, options.report, facts, options.facts_only)
    except RefusedError as refusal:
        print(refusal, file=sys.stderr)
        return 2
    except (BotoCoreError, ClientError) as error:
        print(f"AWS could not be asked: {error}", file=sys.stderr)
        return 2


def say_costs(facts: list[truth.Fact], facts_only: bool) -> None:
    """Say what it takes and costs. Raises RefusedError where nobody agreed to that."""
    lines = [costs.Line(f"Ask {len(facts)} facts", max(1, FACT_MINUTES * len(facts)), 0)]
    lines += [] if facts_only else [costs.Line(step.name, step.minutes, step.dollars) for step in STEPS]
    print(costs.table(lines, sum(fact.costs for fact in facts)), flush=True)
    if os.environ.get(ALLOWED) != "yes":
        raise RefusedError(f"This costs money. Where that is wanted, set {ALLOWED}=yes and start it again.")


def ask_for_number(account: Account) -> None:
    """Let the person type the account's number twice. Raises RefusedError where it is another one."""
    for question in ("Number of the account in which to build: ", "Again: "):
        try:
            typed = input(question).strip()
        except EOFError:
            typed = ""
        if typed != account.number:
            raise RefusedError(
                f"The credentials are those of account {account.number}; {typed or 'nothing'} was typed."
            )
    tell(f"Account {account.number}, region {account.region}, as {account.caller}.")


def check_account(account: Account) -> None:
    """Refuse an account that has anything of ours, or more than one of the acceptance's own should have."""
    found = leftovers.things(account)
    if ours := [one for one in found if one.of_ours]:
        named = "; ".join(f"{one.kind} {one.name or one.id}" for one in ours[:5])
        raise RefusedError(
            f"The account has {len(ours)} things of a platform or of an earlier acceptance: {named}. "
            "Use an account of its own; what an acceptance left goes with --sweep."
        )
    if strange := leftovers.too_many(found):
        raise RefusedError(f"The account is used for other things, too: {'; '.join(strange)}. Use one of its own.")


def swept(account: Account, folder: Path) -> int:
    """Take away what is left; 0 where then nothing is."""
    left = sweep(account, Playbooks(account, folder, new_password(), tell), tell)
    for one in left:
        tell(f"Left: {one.kind} {one.name or one.id}")
    tell(f"{len(left)} things are left.")
    return 1 if left else 0


def accept(account: Account, folder: Path, facts: list[truth.Fact], facts_only: bool) -> int:
    """Ask the facts and do the main job; everything is taken down and the report written, also after Ctrl-C."""
    report = Report(account.number, account.region, str(account.client("sts").meta.endpoint_url), versions(), _now())
    try:
        ask_facts(account, facts, report, folder)
        if not facts_only:
            job = MainJob(account, folder, tell)
            do_steps(job, report)
            report.assumptions = job.assumptions
    except (KeyboardInterrupt, SystemExit):
        tell("Ended by hand. What was made is taken away first; another Ctrl-C leaves it to --sweep.")
        with contextlib.suppress(KeyboardInterrupt):
            sweep(account, Playbooks(account, folder, new_password(), tell), tell)
    finally:
        with contextlib.suppress(KeyboardInterrupt, BotoCoreError, ClientError):
            report.leftovers = [f"{one.kind} {one.name or one.id}" for one in leftovers.of_ours(account)]
        report.ended = _now()
        tell(f"The report is {report.write(folder).resolve()}.")
    tell("Everything was tried and done." if report.good else "Not everything was tried and done: see the report.")
    return 0 if report.good else 1


def ask_facts(account: Account, facts: list[truth.Fact], report: Report, folder: Path) -> None:
    """Ask all facts, and write what was answered otherwise as a patch."""
    outcomes = []
    for number, fact in enumerate(facts, 1):
        outcome = truth.ask(account, fact)
        outcomes.append(outcome)
        state = NOT_TRIED if outcome.trouble else FAILED if outcome.differences else DONE
        said = outcome.trouble or "; ".join(outcome.differences)
        report.facts.append({"fact": fact.fact, "file": fact.file, "state": state, "said": said})
        if state != DONE or number % 25 == 0 or number == len(facts):
            tell(f"Fact {number} of {len(facts)}: {fact.fact}: {state}{': ' + said if said else ''}")
    if patch := truth.as_patch(outcomes):
        (folder / "emulator.patch").write_text(patch)


def do_steps(job: MainJob, report: Report) -> None:
    """Do the steps in their order. After one that fails only those are done that take down."""
    failed = ""
    for step in STEPS:
        if failed and not step.ends:
            report.steps.append(StepResult(step.name, NOT_TRIED, f"After the failure of: {failed}", 0))
            continue
        tell(f"{step.name} (usually {step.minutes:.0f} min)")
        started = time.monotonic()
        state, said = DONE, ""
        try:
            said = step.do(job)
        except NotTriedError as reason:
            state, said = NOT_TRIED, str(reason)
        except (StepError, BotoCoreError, ClientError) as error:
            state, said, failed = FAILED, str(error), failed or step.name
        report.steps.append(StepResult(step.name, state, said, (time.monotonic() - started) / 60))
        tell(f"{state}: {said}")


def versions() -> dict[str, str]:
    """Return the versions of what did the work."""
    named = {name: importlib.metadata.version(name) for name in ("ansible-core", "boto3", "botocore")}
    return {"Python": platform.python_version(), **named}


def _now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC)


if __name__ == "__main__":
    sys.exit(main())
