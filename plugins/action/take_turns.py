# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Take the turn of a platform or of teams for this run, wait for it, and give it back."""

from __future__ import annotations

import getpass
import os
import socket
import time
import typing as t

from ansible import context

from ..module_utils._blueprint.platform import Platform
from ..module_utils._blueprint.turns import PLATFORM_TURN, team_turn, turns_table, turns_table_arguments
from ..plugin_utils import turn_keeper, turns
from ..plugin_utils.one_payload import OnePayload
from ..plugin_utils.options import plain

TABLE_MODULE = "mlplatform.studio.dynamodb_table"
Answer = t.Dict[str, t.Any]


class ActionModule(OnePayload):
    """The action of this file; plugins/modules/take_turns.yml documents it."""

    _VALID_ARGS = frozenset(
        {
            "connection",
            "base_connection",
            "role_arn",
            "platform",
            "teams",
            "alone",
            "without_table",
            "wait_timeout",
            "lease",
            "keeper",
            "state",
        }
    )

    def run(self, tmp: str | None = None, task_vars: dict[str, t.Any] | None = None) -> Answer:
        """Return the keeper of what was taken; {} for it where there is nothing to keep."""
        result: Answer = super().run(tmp, task_vars)
        self._variables = task_vars or {}
        args = plain(self._task.args)
        if args.get("state") == "ended":
            return {**result, **_ended(args.get("keeper") or {})}
        if self._task.check_mode:
            return {**result, "changed": False, "skipped": True, "msg": "Who only looks takes no turn.", "keeper": {}}
        return {**result, **self._taken(args)}

    def _taken(self, args: Answer) -> Answer:
        place = args["platform"]
        platform = Platform(place["platform_name"], place["region"], place["account_id"], place["partition"])
        request = {
            "connection": args["base_connection"] if args.get("role_arn") else args["connection"],
            "role_arn": args.get("role_arn", ""),
            "table": turns_table(platform),
            "turns": [team_turn(team) for team in args["teams"]] if "teams" in args else [PLATFORM_TURN],
            "first": PLATFORM_TURN,
            "alone": args.get("alone", False),
            "holder": {"who": self._who(), "what": _what()},
            "patience": float(args.get("wait_timeout", 7200)),
            "lease": float(args.get("lease", 60)),
        }
        answer, keeper = turns.take(request, self._tell)
        without_table = args.get("without_table", "warn")
        if "missing" in answer and without_table == "make":
            made = self._make_table(platform, args["connection"])
            if made.get("failed"):
                return made
            answer, keeper = turns.take(request, self._tell)
        if "failed" in answer:
            sentence = f"This run got no turn in table {request['table']}, so nothing was done. {answer['failed']}"
            return {"failed": True, "msg": sentence}
        warnings = [_unguarded(platform)] if "missing" in answer and without_table == "warn" else []
        return {"changed": False, "keeper": keeper, "warnings": warnings}

    def _make_table(self, platform: Platform, connection: Answer) -> Answer:
        options = {**connection, **turns_table_arguments(platform, platform.tags)}
        made: Answer = self._execute_module(TABLE_MODULE, options, task_vars=self._variables)
        return made

    def _who(self) -> str:
        """Return who works, as another run's user knows it."""
        job = self._variables.get("awx_job_id")
        return f"AWX job {job}" if job else f"{getpass.getuser()} on {socket.gethostname()}"

    def _tell(self, item: Answer) -> None:
        since = time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(item["since"]))
        self._display.display(
            f"Waiting for {turn_keeper.in_words(item['turn'])}: {item['who']} ({item['what']}) works on it since "
            f"{since} UTC. This run goes on by itself; it has waited for {item['waited']:.0f} s."
        )


def _what() -> str:
    """Return the playbooks of this run."""
    return " ".join(os.path.basename(path) for path in context.CLIARGS.get("args") or ()) or "a playbook"


def _unguarded(platform: Platform) -> str:
    return (
        f"Platform {platform.name} has no table {turns_table(platform)}, so this run takes no turn, and another "
        "one may work on the same team. Run platform.yml once, which makes it."
    )


def _ended(keeper: Answer) -> Answer:
    lost = turns.end(keeper) if keeper else ""
    return (
        {"failed": True, "msg": f"{lost} Run again, to see that all is as described."} if lost else {"changed": False}
    )
