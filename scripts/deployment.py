# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Find the sign-in addresses of a platform in the emulator, by the names the login role gives."""

from __future__ import annotations

import dataclasses

import boto3
import botocore.config
import botocore.exceptions

from scripts import emulator_process

PLATFORM = "sagemaker-studio"
REGION = "eu-central-1"


class DeploymentError(RuntimeError):
    """The platform is not, or not wholly, there."""


@dataclasses.dataclass(frozen=True)
class Deployment:
    """Addresses without a trailing slash, and the id of the app client that the portal page signs in with."""

    api_url: str
    portal_url: str
    hosted_ui_url: str
    portal_client_id: str


def find_deployment(
    port: int, platform: str = PLATFORM, region: str = REGION, user_pool: str | None = None
) -> Deployment:
    """Return the deployment of a platform in the emulator at the port.

    REST API and user pool carry the platform's name, the portal's client the name with "-portal". user_pool is
    the name of a pool that was there before, and has another.
    Raises DeploymentError where one of them is missing or there are two.
    """
    environment = emulator_process.environment(port)
    session = boto3.Session(environment["AWS_ACCESS_KEY_ID"], environment["AWS_SECRET_ACCESS_KEY"], region_name=region)
    here, once = emulator_process.address(port), botocore.config.Config(retries={"total_max_attempts": 1})
    cognito = session.client("cognito-idp", endpoint_url=here, config=once)
    gateway = session.client("apigateway", endpoint_url=here, config=once)
    try:
        api = _only("REST API", platform, gateway.get_paginator("get_rest_apis").paginate(), "items", "name")
        pages = cognito.get_paginator("list_user_pools").paginate(MaxResults=60)
        pool = _only("user pool", user_pool or platform, pages, "UserPools", "Name")
        pages = cognito.get_paginator("list_user_pool_clients").paginate(UserPoolId=pool["Id"], MaxResults=60)
        client = _only("app client", f"{platform}-portal", pages, "UserPoolClients", "ClientName")
    except (botocore.exceptions.BotoCoreError, botocore.exceptions.ClientError) as error:
        raise DeploymentError(f"The platform could not be looked up: {error}") from error
    # The forms that inventories/demo gives. AWS, and so Cognito here, accepts http callbacks for localhost alone.
    local = f"http://localhost:{port}"
    api_url = f"{local}/_aws/execute-api/{api['id']}/prod"
    return Deployment(api_url, f"{api_url}/portal", local, client["ClientId"])


def _only(kind: str, name: str, pages, member: str, key: str) -> dict:
    found = [item for page in pages for item in page.get(member, []) if item[key] == name]
    if len(found) != 1:
        raise DeploymentError(f"{len(found)} of kind {kind} are named {name}; there must be one.")
    return found[0]
