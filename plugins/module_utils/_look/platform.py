# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Look at a platform: what the roles network and login would do."""

from __future__ import annotations

import dataclasses
import typing as t

from .._blueprint import adopted_pool
from .._blueprint.network import Network, network_from
from .._blueprint.network_found import FoundNetwork, found_network
from .._blueprint.network_plan import found_mistakes, network_plan
from .._blueprint.sign_in import SignIn, sign_in_from
from .._blueprint.sign_in_addresses import FoundSignIn, found_sign_in
from .._blueprint.sign_in_plan import sign_in_plan
from .._blueprint.steps import NETWORK, SIGN_IN
from .._engine import in_threads
from .._run import Call, Result
from .look import Results, Sight, Subject, look_at
from .prediction import Clients


def look_at_platform(call: Call) -> Result:
    """Return what studio_platform_parts_info returns, for its options."""
    params, clients = call.params, Clients(call)
    network = network_from(params["network"])
    sign_in = sign_in_from(params["sign_in"], params["client_secret"] or "")

    def at_network() -> Sight:
        return look_at_network(network, clients)

    def at_sign_in(place: t.Mapping[str, t.Any]) -> Sight:
        return look_at_sign_in(dataclasses.replace(sign_in, network=place), params["files"], clients)

    if sign_in.is_private:
        # It lives in the network.
        seen_network = at_network()
        error = seen_network.error
        seen_sign_in = Sight(error=error) if error else at_sign_in(seen_network.result)
    else:
        looks: list[t.Callable[[], Sight]] = [at_network, lambda: at_sign_in({})]
        seen_network, seen_sign_in = in_threads(lambda look: look(), looks)
    parts = {"network": seen_network, "sign_in": seen_sign_in}
    return {
        "parts": [{"name": name, "refused": seen.refused, **seen.told} for name, seen in parts.items()],
        "postman": seen_sign_in.plan.get("postman") or {},
    }


def look_at_network(network: Network, clients: Clients) -> Sight:
    """Return how a network differs from its description."""

    def plan_of(found: FoundNetwork) -> t.Mapping[str, t.Any]:
        return network_plan(network, found)

    def mistakes(results: Results) -> list[str]:
        return found_mistakes(network, results)

    return look_at(Subject(NETWORK, found_network, plan_of, mistakes), clients)


def look_at_sign_in(sign_in: SignIn, files: str, clients: Clients) -> Sight:
    """Return how a sign-in differs from its description. files: the folder with the code of its functions."""

    def plan_of(found: FoundSignIn) -> t.Mapping[str, t.Any]:
        return sign_in_plan(sign_in, found, files)

    def mistakes(results: Results) -> list[str]:
        return adopted_pool.found_mistakes(sign_in, results)

    seen = look_at(Subject(SIGN_IN, found_sign_in, plan_of, mistakes), clients)
    told = [seen.plan.get(part) for part in ("foreign_app_clients", "unheard_alarms")]
    return dataclasses.replace(seen, warnings=[*seen.warnings, *(part["warning"] for part in told if part)])
