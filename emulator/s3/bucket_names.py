# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""S3 keeps some beginnings and ends of bucket names for itself.

Sources: S3 user guide, "General purpose bucket naming rules"; error codes, InvalidBucketName.
"""

from __future__ import annotations

from typing import Any

from emulator.shared.patching import wrap
from emulator.shared.shapes import Answer, Handler
from emulator.shared.upstream import s3 as upstream

BEGINNINGS = ("xn--", "sthree-", "amzn-s3-demo-")
# Directory buckets, of another kind, end with --x-s3.
ENDS = ("-s3alias", "--ol-s3", ".mrap", "--table-s3")


def install() -> None:
    """Refuse such names."""
    wrap(upstream, "_create_bucket", _without_reserved_names)


def _without_reserved_names(original: Handler) -> Handler:
    def create_bucket(name: str, *rest: Any, **options: Any) -> Answer:
        if name.startswith(BEGINNINGS) or name.endswith(ENDS):
            return upstream._error("InvalidBucketName", "The specified bucket is not valid.", 400, f"/{name}")
        return original(name, *rest, **options)

    return create_bucket
