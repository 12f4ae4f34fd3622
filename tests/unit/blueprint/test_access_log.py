# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Nobody who calls the API can write members of a line of its access log."""

from __future__ import annotations

import json

import pytest

from ansible_collections.mlplatform.studio.plugins.module_utils._blueprint.sign_in_api import ACCESS_LOG_FORMAT
from emulator.apigateway.access_log import VARIABLE, render

# What API Gateway fills in, and the pool's own name of a person. A path, a query and headers are the caller's.
OF_AWS = {
    "requestId",
    "requestTimeEpoch",
    "identity.sourceIp",
    "authorizer.claims.username",
    "httpMethod",
    "resourcePath",
    "status",
    "responseLatency",
    "error.message",
}


def test_line_has_nothing_that_a_caller_writes():
    assert set(VARIABLE.findall(ACCESS_LOG_FORMAT)) - OF_AWS == set()


@pytest.mark.parametrize("path", ['/prod/x","status":"200', "/prod/team1"])
def test_path_cannot_forge_a_member(path):
    """API Gateway puts values in as they are (developer guide, $context variables: path comes decoded)."""
    values = {**dict.fromkeys(OF_AWS, "1"), "status": "403", "path": path, "resourcePath": "/{team}"}
    line = json.loads(render(ACCESS_LOG_FORMAT, values))
    assert (line["status"], line["path"]) == ("403", "/{team}")
