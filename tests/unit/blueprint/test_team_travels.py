# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A team that goes to another process comes out as it went in, and its passwords go apart from it."""

import json

import pytest

from ansible_collections.mlplatform.studio.plugins.module_utils._blueprint.team import carried, team_from
from tests.support.team_changes import AGAIN, BASE, CHANGED
from tests.unit.policies.rendering import team_with

ADDED = {"studio_added_users": [{"name": "eve", "password": "Analytical-Engine-1843"}]}


@pytest.mark.parametrize(
    "options", [{}, BASE, CHANGED, AGAIN, ADDED], ids=["nothing", "base", "changed", "again", "added"]
)
def test_team_is_the_same_afterwards(options):
    scripts = [one for one in options.get("studio_lifecycle_scripts", []) if "script" not in one]
    team = team_with(**{**options, "studio_lifecycle_scripts": scripts}).team
    fields, passwords = json.loads(json.dumps(carried(team)))
    assert team_from(fields, passwords) == team
    secrets = [person.password for person in (*team.users, *team.added_users) if person.password]
    assert [secret for secret in secrets if secret in json.dumps(fields)] == []
    assert sorted(passwords.values()) == sorted(secrets)
