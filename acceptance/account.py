# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The AWS account that is asked: clients, and the names and tags of what is made in it."""

from __future__ import annotations

import functools
import secrets
import typing as t

import boto3
from botocore.config import Config

# All that is made on the way has this tag, or where there are no tags, a name that begins so.
TAG = "mlplatform-acceptance"
# Of a request that AWS should refuse botocore must not think first. AWS is asked once: what it answers is what counts.
AS_IS = Config(parameter_validation=False, retries={"total_max_attempts": 1}, read_timeout=60)
PATIENT = Config(retries={"mode": "standard", "total_max_attempts": 8})


class Account:
    """An account and region, by a boto3 session; ``number`` and ``region`` are theirs."""

    def __init__(self, session: boto3.Session) -> None:
        self.session = session
        self.region: str = session.region_name
        identity = self.client("sts").get_caller_identity()
        self.number: str = identity["Account"]
        self.partition: str = identity["Arn"].split(":")[1]
        self.caller: str = identity["Arn"]

    @property
    def is_emulator(self) -> bool:
        """Whether an emulator on this machine stands for AWS: it is asked more often, as its waits are short."""
        return "127.0.0.1" in str(self.client("sts").meta.endpoint_url)

    @functools.cache  # noqa: B019 - an account lives as long as the program
    def client(self, service: str, *, as_is: bool = False) -> t.Any:
        """Return a client; one that is as_is sends what it is given, once."""
        return self.session.client(service, config=AS_IS if as_is else PATIENT)


def unique_name() -> str:
    """Return a name that nothing has; it is a name for everything that facts make (lower case, 30 characters)."""
    return f"{TAG}-{secrets.token_hex(4)}"
