# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ask whether the account and region of a platform will do: read the descriptions here, and ask AWS in the module."""

from __future__ import annotations

import typing as t

from ..module_utils._blueprint.network import network_mistakes, network_of
from ..module_utils._blueprint.platform import carried
from ..module_utils._blueprint.preflight import FINE, UNKNOWN, WILL_FAIL, in_words, nobody, unknown, will_fail
from ..module_utils._blueprint.preflight_wants import invited_people
from ..module_utils._blueprint.sign_in import carried_sign_in, sign_in_of
from ..module_utils._blueprint.sign_in_rules import sign_in_mistakes
from ..module_utils._blueprint.team import Team, carried_team
from ..plugin_utils.descriptions import Descriptions
from ..plugin_utils.drift_reports import make_folder
from ..plugin_utils.one_payload import OnePayload
from ..plugin_utils.planning import PlanAction
from ..plugin_utils.preflight_reports import report_of, write_report

MODULE = "mlplatform.studio.studio_preflight_info"
# As Ansible colours what is in order, what is warned of, and what is wrong.
COLOURS = {FINE: "green", UNKNOWN: "bright purple", WILL_FAIL: "red"}
Lines = t.List[t.Dict[str, str]]


class ActionModule(OnePayload, PlanAction):
    """The action of this file; plugins/modules/preflight.yml documents it."""

    _VALID_ARGS = frozenset({"account_id", "connection", "connection_mistakes", "folder", "hosts", "place", "role_arn"})

    def planned(self, args: dict[str, t.Any]) -> tuple[dict[str, t.Any], list[str]]:
        """Return the lines, and the report of them; a mistake where it cannot be written."""
        host = self.variables["inventory_hostname"]
        lines = sorted(self._lines(host, args), key=_order)
        report = report_of(host, args["place"], lines)
        try:
            make_folder(args["folder"])
            write_report(report, args["folder"])
        except OSError as error:
            return {}, [f"The report cannot be written: {error}. Check preflight_report_dir."]
        for line in lines:
            self._display.display(in_words(line, host), color=COLOURS[line["verdict"]])
        return {"changed": False, "report": report, "counts": report["counts"]}, []

    def _lines(self, host: str, args: dict[str, t.Any]) -> Lines:
        of_network, mistakes = self.options_of("network")
        of_sign_in, more = self.options_of("login")
        mistakes = [*mistakes, *more]
        if not mistakes:
            network, sign_in = network_of(of_network), sign_in_of(of_sign_in)
            mistakes = network_mistakes(network) + sign_in_mistakes(sign_in)
        if mistakes:
            rest = unknown("everything else", "Nothing is asked until the platform's description can be read.")
            return [will_fail("description of the platform", " ".join(mistakes)).told, rest.told]
        teams, wrong = self._teams(args)
        description, _secret = carried_sign_in(sign_in)
        options = {
            **args["connection"],
            "network": carried(network),
            "sign_in": description,
            "teams": [carried_team(team)[0] for team in teams],
            "invited": invited_people(teams),
            "account_id": args.get("account_id"),
            "role_arn": args.get("role_arn"),
            "connection_mistake": " ".join(args["connection_mistakes"]),
        }
        answer = self._execute_module(MODULE, options, task_vars=self.variables)
        if answer.get("failed"):
            # Such as a profile that there is not, of which amazon.aws ends every module.
            said = options["connection_mistake"] or str(answer.get("msg") or "The module did not answer.")
            return [*wrong, nobody(said).told, unknown("everything else", "Nothing could be asked.").told]
        return [*wrong, *answer["lines"]]

    def _teams(self, args: dict[str, t.Any]) -> tuple[list[Team], Lines]:
        """Return (teams, lines about those whose descriptions are wrong)."""
        descriptions = Descriptions(self.variables["hostvars"])
        teams, wrong = [], []
        for name in args["hosts"]:
            chosen = descriptions.value(name, "chosen") or {}
            told = descriptions.told_of_team(name, args["place"], chosen.get("added_people", []))
            team, mistakes = descriptions.team(name, told)
            mistakes = list(chosen.get("mistakes") or mistakes)
            if mistakes:
                wrong.append(will_fail(f"description of {name}", " ".join(mistakes)).told)
            elif team:
                teams.append(team)
        return teams, wrong


def _order(line: dict[str, str]) -> int:
    """What will fail is read last, where the run ends."""
    return [*COLOURS].index(line["verdict"])
