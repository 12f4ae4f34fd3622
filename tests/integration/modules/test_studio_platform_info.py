# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

import pytest

from tests.support.ansible_module import ModuleFailed, run_module
from tests.support.calls import forget_calls, set_faults
from tests.support.http import get
from tests.support.parents import TEAM_TAGS, Parents


@pytest.fixture
def parents(client):
    return Parents(client)


@pytest.fixture
def lookups(parents):
    return parents.platform()


def run(lookups, **changes):
    options = {name: value for name, value in {**lookups, **changes}.items() if value is not None}
    return run_module("studio_platform_info", **options)


def test_all_four_are_found(parents, lookups):
    found = run(lookups)
    assert sorted(subnet["subnet_id"] for subnet in found["subnets"]) == sorted(parents.network["subnet_ids"])
    assert [group["group_name"] for group in found["security_groups"]] == ["sagemaker-studio-clients"]
    assert [pool["id"] for pool in found["user_pools"]] == [parents.pool_id]
    assert [endpoint["service_name"] for endpoint in found["vpc_endpoints"]] == lookups["package_endpoints"][
        "service-name"
    ]
    assert all(thing["tags"] == TEAM_TAGS for name in ("subnets", "vpc_endpoints") for thing in found[name])


def test_pool_by_its_name_has_its_app_clients(parents, lookups):
    client_id = parents.app_client("portal")
    (pool,) = run(lookups, user_pool_id=None, user_pool_name="sagemaker-studio")["user_pools"]
    assert client_id in [client["client_id"] for client in pool["user_pool_clients"]]


def test_what_is_not_asked_for_is_not_looked_for(emulator, lookups):
    forget_calls(emulator)
    found = run(lookups, package_endpoints=None)
    assert found["vpc_endpoints"] == [] and found["subnets"]
    calls = {call["operation"] for call in get(f"{emulator.url}/_emulator/calls")}
    assert "DescribeSubnets" in calls and "DescribeVpcEndpoints" not in calls


def test_nothing_is_found_of_another_platform(lookups):
    other = {"tag:Platform": "other"}
    found = run({"user_pool_name": "other"}, **dict.fromkeys(("subnets", "client_group", "package_endpoints"), other))
    answers = ("subnets", "security_groups", "user_pools", "vpc_endpoints")
    assert [found[name] for name in answers] == [[], [], [], []]


def test_what_may_not_be_read_is_named(emulator, lookups):
    set_faults(emulator, {"service": "ec2", "operation": "DescribeSubnets", "error": "UnauthorizedOperation"})
    with pytest.raises(ModuleFailed, match=r"UnauthorizedOperation.*DescribeSubnets"):
        run(lookups)
