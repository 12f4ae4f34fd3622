# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""ExpectedBucketOwner: S3 serves no bucket of somebody else to who says whose it should be.

Source: S3 user guide, "Verifying bucket ownership with bucket owner condition"; recordings of AWS (localstack,
tests/aws/services/s3/test_s3.snapshot.json test_get_bucket_policy_invalid_account_id).
"""

from __future__ import annotations

import re
from typing import Any

from emulator.shared.patching import wrap
from emulator.shared.shapes import Answer, AsyncHandler, Headers
from emulator.shared.upstream import s3 as upstream

EXPECTED = "x-amz-expected-bucket-owner"
ACCOUNT = re.compile(r"\d{12}")


def install() -> None:
    """Look at the expectation before anything else."""
    wrap(upstream, "handle_request", _as_expected)


def _as_expected(original: AsyncHandler) -> AsyncHandler:
    async def handle_request(method: str, path: str, headers: Headers, *rest: Any, **options: Any) -> Answer:
        expected = next((value for name, value in headers.items() if name.lower() == EXPECTED), None)
        refused = None if expected is None else _refusal(expected, path, headers)
        return refused or await original(method, path, headers, *rest, **options)

    return handle_request


def _refusal(expected: str, path: str, headers: Headers) -> Answer | None:
    bucket, _key = upstream._parse_bucket_key(path, headers)
    if not ACCOUNT.fullmatch(expected):
        message = f"The value of the expected bucket owner parameter must be an AWS Account ID... [{expected}]"
        return upstream._error("InvalidBucketOwnerAWSAccountID", message, 400, f"/{bucket}")
    owner = upstream._bucket_owner_account(bucket)
    if owner is None or owner == expected:
        return None
    return upstream._error("AccessDenied", "Access Denied", 403, f"/{bucket}")
