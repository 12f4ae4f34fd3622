# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Work out what a platform's sign-in needs: the arguments of every task of the role login."""

from __future__ import annotations

import typing as t

from ..module_utils._blueprint.adopted_pool import found_mistakes
from ..module_utils._blueprint.sign_in import sign_in_of
from ..module_utils._blueprint.sign_in_addresses import found_sign_in
from ..module_utils._blueprint.sign_in_plan import sign_in_plan
from ..module_utils._blueprint.sign_in_removal import removal_plan
from ..module_utils._blueprint.sign_in_rules import network_mistakes, sign_in_mistakes
from ..module_utils._blueprint.steps import SIGN_IN
from ..plugin_utils.options import LOGIN_FILES
from ..plugin_utils.planning import PlanAction

# What is looked up before a sign-in is taken down.
REMOVAL_LOOKUPS = ("found_apis", "found_pools")


class ActionModule(PlanAction):
    """The action of this file; plugins/modules/login_plan.yml documents it."""

    role = "login"
    _VALID_ARGS = frozenset({"needs_network", "state"})

    def planned(self, args: dict[str, t.Any]) -> tuple[dict[str, t.Any], list[str]]:
        """Return the plan of a sign-in, or of its end."""
        values, mistakes = self.options()
        if mistakes:
            return {}, mistakes
        sign_in = sign_in_of(values)
        mistakes = sign_in_mistakes(sign_in) + (network_mistakes(sign_in) if args.get("needs_network") else [])
        if mistakes:
            return {}, mistakes
        results = self.results(dict.fromkeys([*(step.name for step in SIGN_IN), *REMOVAL_LOOKUPS]))
        found = found_sign_in(results)
        if args.get("state") == "absent":
            return removal_plan(sign_in, found), []
        mistakes = found_mistakes(sign_in, results)
        if mistakes:
            return {}, mistakes
        # The secret of an identity provider is in it.
        return {**sign_in_plan(sign_in, found, str(LOGIN_FILES)), "_ansible_no_log": True}, []
