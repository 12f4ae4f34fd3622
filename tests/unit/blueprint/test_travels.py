# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A description that goes to another process comes out as it went in, and its secrets go apart from it."""

import json

import pytest

from ansible_collections.mlplatform.studio.plugins.module_utils._blueprint import platform
from ansible_collections.mlplatform.studio.plugins.module_utils._blueprint.network import network_from
from ansible_collections.mlplatform.studio.plugins.module_utils._blueprint.sign_in import carried_sign_in, sign_in_from
from ansible_collections.mlplatform.studio.plugins.module_utils._blueprint.team import carried_team, team_from
from tests.support.platform_changes import LOGIN, NETWORK
from tests.support.team_changes import AGAIN, BASE, CHANGED
from tests.unit.policies.rendering import login, network, team_with

ADDED = {"studio_added_users": [{"name": "eve", "password": "Analytical-Engine-1843"}]}


@pytest.mark.parametrize(
    "options", [{}, BASE, CHANGED, AGAIN, ADDED], ids=["nothing", "base", "changed", "again", "added"]
)
def test_team_is_the_same_afterwards(options):
    scripts = [one for one in options.get("studio_lifecycle_scripts", []) if "script" not in one]
    team = team_with(**{**options, "studio_lifecycle_scripts": scripts}).team
    fields, passwords = json.loads(json.dumps(carried_team(team)))
    assert team_from(fields, passwords) == team
    secrets = [person.password for person in (*team.users, *team.added_users) if person.password]
    assert [secret for secret in secrets if secret in json.dumps(fields)] == []
    assert sorted(passwords.values()) == sorted(secrets)


@pytest.mark.parametrize("options", [{}, *NETWORK.values()], ids=["nothing", *NETWORK])
def test_network_is_the_same_afterwards(options):
    described = network(**options).network
    assert network_from(json.loads(json.dumps(platform.carried(described)))) == described


@pytest.mark.parametrize("options", [{}, *LOGIN.values()], ids=["nothing", *LOGIN])
def test_sign_in_is_the_same_afterwards(options):
    described = login(**options).sign_in
    fields, secret = json.loads(json.dumps(carried_sign_in(described)))
    assert sign_in_from(fields, secret) == described
    assert secret == options.get("login_identity_provider_secret", "")
    assert "identity_provider_secret" not in fields
