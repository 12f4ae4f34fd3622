# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A program that assumes a role once; plugin_utils/role_sessions.py starts it.

It reads {"connection": as modules take it, "role_arn", "session_name", "duration": in seconds} as JSON from stdin, and
writes to stdout the session as modules take it, with "expiration" in epoch seconds, or {"failed": sentence}.
"""

from __future__ import annotations

import json
import sys
import typing as t


def assume(
    connection: t.Mapping[str, str], role_arn: str, session_name: str, duration: int
) -> dict[str, t.Union[str, float]]:
    """Return the session of a role. Raises what boto3 does."""
    import boto3

    session = boto3.Session(
        profile_name=connection.get("profile"),
        aws_access_key_id=connection.get("access_key"),
        aws_secret_access_key=connection.get("secret_key"),
    )
    sts = session.client("sts", region_name=connection.get("region"), endpoint_url=connection.get("endpoint_url"))
    answer = sts.assume_role(RoleArn=role_arn, RoleSessionName=session_name, DurationSeconds=duration)
    given = answer["Credentials"]
    return {
        "access_key": given["AccessKeyId"],
        "secret_key": given["SecretAccessKey"],
        "session_token": given["SessionToken"],
        "expiration": given["Expiration"].timestamp(),
    }


def main() -> int:
    """Assume what stdin asks for; return the exit status."""
    try:
        told: dict[str, t.Any] = assume(**json.load(sys.stdin))
    except Exception as error:  # whatever happened, the user reads a sentence
        told = {"failed": str(error)}
    print(json.dumps(told))
    return 1 if "failed" in told else 0


if __name__ == "__main__":
    sys.exit(main())
