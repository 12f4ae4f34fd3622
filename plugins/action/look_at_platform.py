# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Look at the platform of a host: read its description here, and compare it with AWS in the module."""

from __future__ import annotations

import typing as t

from ..module_utils._blueprint.network import Network, network_mistakes, network_of
from ..module_utils._blueprint.platform import carried
from ..module_utils._blueprint.sign_in import SignIn, carried_sign_in, sign_in_of
from ..module_utils._blueprint.sign_in_rules import sign_in_mistakes
from ..plugin_utils.looks import unseen
from ..plugin_utils.one_payload import OnePayload
from ..plugin_utils.options import LOGIN_FILES
from ..plugin_utils.planning import PlanAction

MODULE = "mlplatform.studio.studio_platform_parts_info"
# The parts of a platform as the module names them, by their roles.
PARTS = {"network": "network", "login": "sign_in"}
Seen = t.Dict[str, t.Dict[str, t.Any]]


class ActionModule(OnePayload, PlanAction):
    """The action of this file; plugins/modules/look_at_platform.yml documents it."""

    _VALID_ARGS = frozenset({"connection"})

    def planned(self, args: dict[str, t.Any]) -> tuple[dict[str, t.Any], list[str]]:
        """Return what the module answers of each part, and what is to be done about it; never a mistake."""
        host = self.variables["inventory_hostname"]
        of_network, mistakes = self.options_of("network")
        of_sign_in, more = self.options_of("login")
        if mistakes or more:
            return _answer(host, _unseen(" ".join(mistakes + more)), False, self.is_prediction), []
        network, sign_in = network_of(of_network), sign_in_of(of_sign_in)
        mistakes = network_mistakes(network) + sign_in_mistakes(sign_in)
        seen = _unseen(" ".join(mistakes)) if mistakes else self._look(network, sign_in, args["connection"])
        return _answer(host, seen, sign_in.is_private, self.is_prediction), []

    def _look(self, network: Network, sign_in: SignIn, connection: dict[str, t.Any]) -> Seen:
        description, secret = carried_sign_in(sign_in)
        options = {
            **connection,
            "network": carried(network),
            "sign_in": description,
            "client_secret": secret,
            "files": str(LOGIN_FILES),
        }
        answer = self._execute_module(MODULE, options, task_vars=self.variables)
        # A part that could not be looked at is worked on, and its own tasks say what is wrong.
        if answer.get("failed"):
            return _unseen(answer.get("msg"))
        return {**{part["name"]: part for part in answer["parts"]}, "postman": answer["postman"]}


def _unseen(reason: str | None) -> Seen:
    return {**dict.fromkeys(PARTS.values(), unseen(reason)), "postman": {}}


def _answer(host: str, seen: Seen, is_private: bool, predicts: bool) -> dict[str, t.Any]:
    roles = [role for role, part in PARTS.items() if _is_worked_on(seen[part], predicts)]
    # Where one part cannot be made, its role says why, and the other is not begun.
    roles = [role for role in roles if seen[PARTS[role]].get("refused")] or roles
    if is_private and "network" in roles:
        # The sign-in lives in the network, and comes after it on the same host.
        hosts = {"network": list(PARTS)}
    else:
        hosts = {role: [role] for role in roles}
    worked_on = [role for of_host in hosts.values() for role in of_host]
    return {
        "changed": False,
        **seen,
        "to_build": [{"name": f"{part}.{host}", "part_of": host, "part_roles": roles} for part, roles in hosts.items()],
        "notes": [note for role, part in PARTS.items() if role not in worked_on for note in seen[part]["warnings"]],
    }


def _is_worked_on(part: dict[str, t.Any], predicts: bool) -> bool:
    """Return whether the role is needed: where nothing is written, the look has said all that the role would."""
    return bool(part["error"] or (part["differences"] and not predicts))
