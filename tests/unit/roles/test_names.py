# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Platforms of one name, in several regions and accounts, and teams of one name on several platforms: no names meet."""

import itertools

import pytest

from ansible_collections.mlplatform.studio.plugins.module_utils._blueprint.access import POLICIES
from ansible_collections.mlplatform.studio.plugins.module_utils._blueprint.names import Names
from ansible_collections.mlplatform.studio.plugins.module_utils._blueprint.platform import Platform
from ansible_collections.mlplatform.studio.plugins.module_utils._blueprint.team import PERSONAS

# platform, team, region, account; names that run into each other when they are put together carelessly.
PLACES = [
    ("ml", "churn", "eu-central-1", "111111111111"),
    ("ml", "churn", "eu-west-1", "111111111111"),
    ("ml", "churn", "eu-central-1", "222222222222"),
    ("ml-churn", "eu", "eu-central-1", "111111111111"),
    ("ml", "churn-eu", "eu-central-1", "111111111111"),
    ("p" * 20, "t" * 24, "ap-southeast-2", "111111111111"),
    ("p" * 20, "t" * 24, "ap-southeast-1", "111111111111"),
]


def names(platform, team, region, account):
    """What is unique in the world, and what is unique in an account whatever its region."""
    found = Names(Platform(platform, region, account), team)
    roles = [*map(found.role, PERSONAS), *map(found.person_role, ("ada", "data-scientist"))]
    policies = list(map(found.policy, POLICIES))
    of_account = {f"{account} {name}" for name in (*roles, *policies, found.budget)}
    assert len(of_account) == len(set(roles)) + len(set(policies) - set(roles)) + 1
    return {found.data_bucket, found.access_log_bucket}, of_account


@pytest.fixture(scope="module")
def all_names():
    return [names(*place) for place in PLACES]


def test_buckets_are_unique_in_the_world(all_names):
    for (one, _), (other, _) in itertools.combinations(all_names, 2):
        assert not one & other


def test_roles_policies_and_budgets_are_unique_in_their_account(all_names):
    for (_, one), (_, other) in itertools.combinations(all_names, 2):
        assert not one & other
