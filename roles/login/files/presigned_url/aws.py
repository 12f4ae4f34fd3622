# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How the function calls AWS."""

from __future__ import annotations

from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

_THROTTLED = {"Throttling", "ThrottlingException", "TooManyRequestsException", "RequestLimitExceeded"}


def make_client(service: str, region: str) -> Any:
    """Return a boto3 client that gives up before API Gateway does (after 29 s)."""
    options = Config(connect_timeout=2, read_timeout=5, retries={"mode": "standard", "total_max_attempts": 3})
    return boto3.client(service, region_name=region, config=options)


def error_code(error: ClientError) -> str:
    """Return AWS's code of an error, for example ``ResourceNotFound``."""
    return error.response.get("Error", {}).get("Code", "")


def is_throttling(error: ClientError) -> bool:
    """Say whether AWS asked us to slow down."""
    return error_code(error) in _THROTTLED or error.response.get("ResponseMetadata", {}).get("HTTPStatusCode") == 429
