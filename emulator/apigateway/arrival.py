# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which way a request took into the emulator: over the internet, or through a VPC endpoint that its host names.

Source: API Gateway developer guide, "Invoke a private API": the host names of endpoints.
"""

from __future__ import annotations

import contextvars
import re

EXECUTE_API_HOST = re.compile(
    r"(?P<api>[a-z0-9]+)(-(?P<endpoint>vpce-[0-9a-f]+))?\.execute-api\.[a-z0-9-]+\.amazonaws\.com(:\d+)?"
)
ENDPOINT_HOST = re.compile(
    r"(?P<endpoint>vpce-[0-9a-f]+)-[a-z0-9]+(-[a-z0-9-]+)?\.execute-api\.[a-z0-9-]+\.vpce\.amazonaws\.com(:\d+)?"
)
# The path that stands for the first form, for clients that cannot choose the host.
EXECUTE_API_PATH = re.compile(r"/_aws/execute-api/(?P<api>[a-z0-9]+)-(?P<endpoint>vpce-[0-9a-f]+)(?P<rest>/.*)?")

# The id of the VPC endpoint through which the request that is being served came, or None.
vpc_endpoint: contextvars.ContextVar[str | None] = contextvars.ContextVar("vpc_endpoint", default=None)


def execute_api_target(host: str, path: str, api_id_header: str | None) -> tuple[str, str, str | None] | None:
    """``(api id, path below the API, endpoint id)`` when host or path name a REST API as AWS's host names do.

    An endpoint's own host says nothing of the API: the header ``x-apigw-api-id`` does (developer guide).
    """
    found = EXECUTE_API_HOST.fullmatch(host)
    if found:
        return found["api"], path, found["endpoint"]
    found = ENDPOINT_HOST.fullmatch(host)
    if found:
        return api_id_header or "none", path, found["endpoint"]
    found = EXECUTE_API_PATH.fullmatch(path)
    return (found["api"], found["rest"] or "/", found["endpoint"]) if found else None
