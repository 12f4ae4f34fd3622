# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Objects under a KMS key: it must exist and be usable when they are written, and usable when they are read.

Source: recordings of AWS (localstack, tests/aws/services/s3/test_s3.snapshot.json test_s3_sse_validate_kms_key and
test_s3_sse_validate_kms_key_state). Keys of other accounts and regions are not looked up.
"""

from __future__ import annotations

from typing import Any

from emulator.shared.patching import wrap
from emulator.shared.shapes import Answer, Function, Handler, Headers
from emulator.shared.upstream import kms
from emulator.shared.upstream import s3 as upstream

KEY = "x-amz-server-side-encryption-aws-kms-key-id"
# A key's state -> what S3 says of it.
UNUSABLE = {
    "PendingDeletion": ("KMS.KMSInvalidStateException", "{arn} is pending deletion."),
    "Disabled": ("KMS.DisabledException", "{arn} is disabled."),
}


def install() -> None:
    """Check the key of whatever is written or read."""
    wrap(upstream, "_resolve_sse_write_headers", _with_usable_key)
    wrap(upstream, "_get_object", _under_usable_key)


def _with_usable_key(original: Function) -> Function:
    def resolve(headers: Headers, bucket: str) -> tuple[Headers | None, Answer | None]:
        kept, error = original(headers, bucket)
        key = (kept or {}).get(KEY, "")
        refused = _refusal(key) if key else None
        return (None, refused) if refused else (kept, error)

    return resolve


def _under_usable_key(original: Handler) -> Handler:
    def get_object(*arguments: Any, **options: Any) -> Answer:
        answer = original(*arguments, **options)
        key = answer[1].get(KEY, "")
        return (_refusal(key, must_exist=False) if key else None) or answer

    return get_object


def _refusal(key: str, must_exist: bool = True) -> Answer | None:
    record = kms._resolve_key(key)
    if record is not None:
        code, text = UNUSABLE.get(record["KeyState"], ("", ""))
        return upstream._error(code, text.format(arn=record["Arn"]), 400) if code else None
    arn = key if key.startswith("arn:") else kms._arn(key)
    elsewhere = arn.split(":")[3:5] != kms._arn("").split(":")[3:5]
    if elsewhere or not must_exist:
        return None
    return upstream._error("KMS.NotFoundException", f"Key '{arn}' does not exist", 400)
