# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a look at a platform tells is what the roles network and login then change, step by step; and where it tells
nothing, nothing changes.

The steps are the tasks of the roles (tests/unit/roles/test_plan_and_tasks.py), so the steps are done here.
"""

import dataclasses
from pathlib import Path

import pytest

from ansible_collections.mlplatform.studio.plugins.module_utils._blueprint import steps
from ansible_collections.mlplatform.studio.plugins.module_utils._blueprint.network_found import found_network
from ansible_collections.mlplatform.studio.plugins.module_utils._blueprint.network_plan import network_plan
from ansible_collections.mlplatform.studio.plugins.module_utils._blueprint.platform import carried
from ansible_collections.mlplatform.studio.plugins.module_utils._blueprint.sign_in import carried_sign_in
from ansible_collections.mlplatform.studio.plugins.module_utils._blueprint.sign_in_addresses import found_sign_in
from ansible_collections.mlplatform.studio.plugins.module_utils._blueprint.sign_in_plan import sign_in_plan
from tests.support.ansible_module import run_module
from tests.support.calls import no_writes
from tests.support.looking import do, places
from tests.support.parents import Parents
from tests.support.platform_changes import ADDRESS, LOGIN, NETWORK, ONE_WAY
from tests.unit.policies.rendering import login, network

FILES = str(Path(__file__).parents[3] / "roles" / "login" / "files")
PRIVATE = {"network_private_api": True, "login_endpoint_type": "private"}
CHANGES = {**NETWORK, **LOGIN, "login_endpoint_type": PRIVATE}
EVERYTHING = {
    name: value
    for options in (*NETWORK.values(), *LOGIN.values())
    for name, value in options.items()
    if name not in ("login_access_log", "login_alarms", "network_flow_logs", "login_endpoint_type")
}


def there_and_back(options):
    """From a platform without options to one with them, and back as far as there is a way."""
    return [{}, options, {name: value for name, value in options.items() if name in ONE_WAY}]


TRANSITIONS = {
    "from nothing": [{}],
    "everything at once, and then nothing of it": there_and_back(EVERYTHING),
    "a private sign-in from nothing": [PRIVATE],
    "a VPC that somebody else made": ["adopted", {}],
    **{name: there_and_back(options) for name, options in CHANGES.items()},
}


def described(options):
    """The network and the sign-in that options describe."""
    of_network = {name: value for name, value in options.items() if name.startswith("network_")}
    of_sign_in = {name: value for name, value in options.items() if name.startswith("login_")}
    return network(**of_network).network, login(**of_sign_in).sign_in


def look(described_network, sign_in):
    """What the look says of network and sign-in."""
    fields, secret = carried_sign_in(sign_in)
    asked = {"network": carried(described_network), "sign_in": fields, "client_secret": secret, "files": FILES}
    told = run_module("studio_platform_parts_info", **asked)["parts"]
    assert [part["error"] for part in told] == ["", ""]
    return told


def do_platform(described_network, sign_in):
    """Do the steps of both roles, and return what they changed, and what they tell at their ends."""
    seen = {}

    def plan_of_network(results):
        seen["network"] = network_plan(described_network, found_network(results))
        return seen["network"]

    def plan_of_sign_in(results):
        place = seen["network"]["result"] if sign_in.is_private else {}
        return sign_in_plan(dataclasses.replace(sign_in, network=place), found_sign_in(results), FILES)

    return do(steps.NETWORK, plan_of_network), do(steps.SIGN_IN, plan_of_sign_in)


def nobodys_vpc(client):
    """A VPC with two subnets and DNS that somebody else made; its options."""
    return {"network_vpc_id": Parents(client).network["vpc_id"]}


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=() if name == "from nothing" else pytest.mark.long) for name in TRANSITIONS]
)
def test_what_a_look_tells_is_what_is_changed(emulator, client, name, record_property):
    client("ses").verify_email_identity(EmailAddress=ADDRESS)
    base = nobodys_vpc(client) if TRANSITIONS[name][0] == "adopted" else {}
    for number, options in enumerate(TRANSITIONS[name]):
        parts, where = described({**base, **({} if options == "adopted" else options)}), f"{name}, step {number}"
        with no_writes(emulator):
            told = look(*parts)
        done = do_platform(*parts)
        assert [places(part["differences"]) for part in told] == [places(one) for one in done], where
        with no_writes(emulator):
            again = look(*parts)
            assert [part["differences"] for part in again] == [[], []], where
            assert do_platform(*parts) == ([], []), where
    record_property("transitions", len(TRANSITIONS[name]))
