# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Work out what a platform's network needs: the arguments of every task of the role network."""

from __future__ import annotations

import typing as t

from ..module_utils._blueprint.network import network_mistakes, network_of
from ..module_utils._blueprint.network_found import found_network
from ..module_utils._blueprint.network_plan import found_mistakes, network_plan, removal_plan
from ..module_utils._blueprint.steps import NETWORK
from ..plugin_utils.planning import PlanAction


class ActionModule(PlanAction):
    """The action of this file; plugins/modules/network_plan.yml documents it."""

    role = "network"
    _VALID_ARGS = frozenset({"left_endpoints", "state"})

    def planned(self, args: dict[str, t.Any]) -> tuple[dict[str, t.Any], list[str]]:
        """Return the plan of a network, or of its end."""
        values, mistakes = self.options()
        if mistakes:
            return {}, mistakes
        network = network_of(values)
        if args.get("state") == "absent":
            return removal_plan(network, args.get("left_endpoints") or []), network_mistakes(network)
        results = self.results(step.name for step in NETWORK)
        mistakes = network_mistakes(network) or found_mistakes(network, results)
        return {} if mistakes else network_plan(network, found_network(results)), mistakes
