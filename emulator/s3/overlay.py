# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""S3: new buckets block public access, bucket policies name nobody unknown, access logs go to a bucket that exists.

Sources: S3 user guide, "Blocking public access" (default since April 2023); API reference PutBucketPolicy,
PutBucketLogging; error codes, InvalidTargetBucketForLogging.
"""

from __future__ import annotations

import re
from typing import Any

from emulator.s3 import bucket_names, bucket_policies, configurations, keys, owners
from emulator.shared.patching import replace, wrap
from emulator.shared.shapes import Answer, Handler
from emulator.shared.upstream import s3 as upstream

PARTS = (bucket_names, configurations, keys, owners)


def install() -> None:
    """Block public access whether or not signatures are enforced, and check bucket policies."""
    block = upstream._NEW_BUCKET_PUBLIC_ACCESS_BLOCK
    replace(upstream, "_new_bucket_public_access_block", lambda: {"_public_access_block": block})
    wrap(upstream, "_put_bucket_policy", _checked_policy)
    wrap(upstream, "_put_bucket_logging", _checked_logging)
    for part in PARTS:
        part.install()


def _checked_policy(original: Handler) -> Handler:
    def put_bucket_policy(name: str, body: bytes, *rest: Any, **options: Any) -> Answer:
        refusal = bucket_policies.refusal(name, body)
        if refusal and name in upstream._buckets:
            return upstream._error("MalformedPolicy", refusal, 400, f"/{name}")
        return original(name, body, *rest, **options)

    return put_bucket_policy


def _checked_logging(original: Handler) -> Handler:
    def put_bucket_logging(name: str, body: bytes, *rest: Any, **options: Any) -> Answer:
        target = re.search(rb"<TargetBucket>([^<]*)</TargetBucket>", body)
        if name in upstream._buckets and target and target[1].decode() not in upstream._buckets:
            message = "The target bucket for logging does not exist"
            return upstream._error("InvalidTargetBucketForLogging", message, 400, f"/{name}")
        return original(name, body, *rest, **options)

    return put_bucket_logging
