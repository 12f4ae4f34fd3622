# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What every module of a set promises: many at a time and not too many, one failure spares the rest, no accidents."""

from dataclasses import dataclass, field

import pytest

from tests.support.ansible_module import ModuleFailed, run_module
from tests.support.calls import no_writes, set_faults
from tests.support.http import get
from tests.support.parents import Parents

MAX_THREADS = 8
MANY = 12
SERVICES = [f"com.amazonaws.eu-central-1.{name}" for name in ("sts", "kms", "logs", "monitoring", "ec2", "ssm")]


@dataclass(frozen=True)
class Set:
    """A module of a set: its option, the call that makes a member, and members(parents, count) as the option has them.

    key(parents) holds the options that say where they live; purge those with which an empty list means everything.
    """

    option: str
    service: str
    create: str
    key: object
    members: object
    purge: dict = field(default_factory=dict)
    state: str = "present"
    many: int = MANY


def named(_parents, count):
    return [{"name": f"n{number}"} for number in range(count)]


def spaces(parents, count):
    parents.profile("ada")
    lab = {"owner": "ada", "sharing_type": "Shared", "space_settings": {"app_type": "JupyterLab"}}
    return [{"name": f"n{number}", **lab} for number in range(count)]


def apps(parents, count):
    listed = spaces(parents, count)
    run_module("sagemaker_spaces", domain_id=parents.domain_id, spaces=listed)
    return [{"space_name": space["name"], "app_type": "JupyterLab"} for space in listed]


def users(parents, count):
    parents.groups("team1")
    return [{"name": f"n{number}", "email": f"n{number}@example.com", "groups": ["team1"]} for number in range(count)]


def endpoints(parents, count):
    subnets = parents.network["subnet_ids"][:1]
    return [{"service_name": service, "subnet_ids": subnets} for service in SERVICES[:count]]


def in_domain(parents):
    return {"domain_id": parents.domain_id}


def in_pool(parents):
    return {"user_pool_id": parents.pool_id}


def in_vpc(parents):
    return {"vpc_id": parents.network["vpc_id"], "tags": {"Platform": "p"}}


PURGE = {"purge": True}
SETS = {
    "cognito_groups": Set("groups", "cognito-idp", "CreateGroup", in_pool, named, PURGE),
    "cognito_users": Set("users", "cognito-idp", "AdminCreateUser", in_pool, users, {"exclusive_groups": ["team1"]}),
    "sagemaker_apps": Set("apps", "sagemaker", "CreateApp", in_domain, apps, state="started"),
    "sagemaker_spaces": Set("spaces", "sagemaker", "CreateSpace", in_domain, spaces, PURGE),
    "sagemaker_user_profiles": Set("user_profiles", "sagemaker", "CreateUserProfile", in_domain, named, PURGE),
    "vpc_endpoints": Set(
        "endpoints",
        "ec2",
        "CreateVpcEndpoint",
        in_vpc,
        endpoints,
        {**PURGE, "purge_match_tags": {"Platform": "p"}},
        many=len(SERVICES),
    ),
}
PURGING = [module for module, row in SETS.items() if row.purge]


def run(module, parents, listed, **options):
    row = SETS[module]
    return run_module(module, **{"state": row.state, **row.key(parents), row.option: listed, **options})


@pytest.fixture
def parents(emulator, client):
    return Parents(client)


@pytest.mark.parametrize("module", SETS)
def test_one_failure_is_told_and_spares_the_rest(emulator, parents, module):
    row = SETS[module]
    listed = row.members(parents, 3)
    row.key(parents)
    refused = {"service": row.service, "operation": row.create, "error": "AccessDeniedException", "times": 1}
    set_faults(emulator, refused)
    with pytest.raises(ModuleFailed) as failed:
        run(module, parents, listed)
    set_faults(emulator)
    result = failed.value.result
    (name,) = result["failures"]
    assert "AccessDenied" in result["failures"][name]
    noun = row.option.replace("_", " ") if row.option != "endpoints" else "VPC endpoints"
    assert f"1 of 3 {noun} failed" in result["msg"]
    assert sorted(result["actions"].values()) == ["create", "create"] and name not in result["actions"]
    assert list(run(module, parents, listed)["actions"].values()) == ["create"], "the next run does the rest"
    assert run(module, parents, listed)["changed"] is False


def most_at_once(calls):
    """The largest number of calls that were under way at one moment."""
    events = [(call["at"], 1) for call in calls] + [(call["at"] + call["duration"], -1) for call in calls]
    under_way, most = 0, 0
    for _moment, step in sorted(events):
        under_way += step
        most = max(most, under_way)
    return most


@pytest.mark.parametrize("module", SETS)
def test_many_are_done_at_once_and_never_too_many(emulator, parents, module):
    row = SETS[module]
    listed = row.members(parents, row.many)
    row.key(parents)
    set_faults(emulator, {"service": row.service, "operation": row.create, "delay": 0.5})
    run(module, parents, listed)
    set_faults(emulator)
    made = [call for call in get(f"{emulator.url}/_emulator/calls") if call["operation"] == row.create][-row.many :]
    assert len(made) == row.many
    assert min(row.many, MAX_THREADS) / 2 <= most_at_once(made) <= MAX_THREADS


@pytest.mark.parametrize("check", [True, False])
@pytest.mark.parametrize("module", PURGING)
def test_set_is_not_emptied_by_accident(emulator, parents, module, check):
    row = SETS[module]
    run(module, parents, row.members(parents, 2))
    with no_writes(emulator), pytest.raises(ModuleFailed, match="Set purge_all to true if that is what you want"):
        run(module, parents, [], check=check, **row.purge)


@pytest.mark.parametrize("module", PURGING)
def test_set_is_emptied_when_that_is_said(emulator, parents, module):
    row = SETS[module]
    run(module, parents, row.members(parents, 2))
    predicted = run(module, parents, [], check=True, purge_all=True, **row.purge)
    done = run(module, parents, [], purge_all=True, **row.purge)
    assert predicted["diff"] == done["diff"] and len(done["actions"]) == 2
    assert run(module, parents, [], purge_all=True, **row.purge)["changed"] is False
