# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs that are killed right after a write took effect, before they heard of it, and what the next run makes of it."""

import re
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field

from tests.support.account import extra
from tests.support.calls import forget_calls, set_faults, written
from tests.support.playbook import Run, kill_playbook, start_playbook

# Seconds for which the turn of a killed run stays; in real life it is a minute.
LEASE = 2
PATIENCE = 240
# The id of a domain, which SageMaker puts into names and tags of what it makes beside it.
DOMAIN_ID = re.compile(r"\bd-[a-z0-9]{12}\b")


@dataclass(frozen=True)
class Life:
    """A run of a playbook: its name, its variables, and what a further run says that has nothing to do."""

    playbook: str
    variables: dict = field(default_factory=dict)

    def arguments(self):
        """The variables as arguments, and a short time for turns of the dead."""
        return extra({**self.variables, "turn_lease": LEASE})


def killed_after(account, life, writes):
    """Start a run and kill everything of it when its so manieth write took effect; the Run where it ended before."""
    forget_calls(account)
    # Turns are no steps of the work: every run takes one first.
    held = {"service": "*", "operation": "*", "hold": True, "writes": True, "but": ["dynamodb"], "after": writes - 1}
    set_faults(account, held)
    with tempfile.TemporaryFile("w+") as output:
        process = start_playbook(f"playbooks/{life.playbook}.yml", *life.arguments(), url=account.url, output=output)
        end = time.monotonic() + PATIENCE
        while process.poll() is None and len(written(account)) < writes:
            assert time.monotonic() < end, "neither so many writes nor an end"
            time.sleep(0.02)
        status = process.poll()
        kill_playbook(process)
        set_faults(account)
        output.seek(0)
        return None if status is None else Run(status, output.read())


def run(account, life):
    """Let a run end by itself, well."""
    ended = account.run(life.playbook, **life.variables, turn_lease=LEASE)
    assert ended.status == 0, ended.output[-6000:]
    return ended


def things(account):
    """How many things there are by service, type, name and tags, without the names and ids that AWS makes up."""
    counted = Counter()
    for item in account.get("resources"):
        name = "" if item["name"] == item["id"].rpartition("/")[2] else item["name"]
        told = DOMAIN_ID.sub("d-", f"{name} {sorted((item['tags'] or {}).items())}")
        counted[item["service"], item["type"], told] += 1
    return counted


def twice(account):
    """What exists more than once under its name, and should not: endpoints and apps share names."""
    counted = Counter((item["service"], item["type"], item["name"]) for item in account.get("resources"))
    return [thing for thing, number in counted.items() if number > 1 and thing[1] not in ("vpc_endpoint", "app")]


def ids(account):
    """The id of each thing that has a name of its own."""
    found = [((item["service"], item["type"], item["name"]), item["id"]) for item in account.get("resources")]
    names = Counter(name for name, _id in found)
    return {name: one for name, one in found if names[name] == 1}


def kill_again_and_again(account, life, steps):
    """Kill runs one after the other, each after as many writes as the next of steps says; how many were killed.

    Some writes leave no trace, such as signing a person out, and every run repeats them: after the same write in the
    same account a run gets one write more, as otherwise none would ever get beyond.
    """
    kept, kills, more, reached = ids(account), 0, 0, None
    for writes in steps:
        ended = killed_after(account, life, writes + more)
        if ended:
            assert ended.status == 0, ended.output[-6000:]
            break
        kills += 1
        last = written(account)[-1]
        before, reached = reached, (last["service"], last["operation"], account.get("resources"))
        more = more + 1 if reached == before else 0
        now = ids(account)
        changed = {name for name in kept.keys() & now.keys() if kept[name] != now[name]}
        assert changed == set(), f"made anew after kill {kills}"
        kept = now
    return kills
