# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the module s3_bucket does; plugins/modules documents it."""

from __future__ import annotations

from .._options import (
    flag,
    group,
    groups,
    mapping,
    number,
    text,
    texts,
)
from .._run import (
    STATE,
    TAGS,
    Call,
    Item,
    connect,
    resource_module,
)
from .._s3 import bucket_item

TAG = {"key": text(required=True, no_log=False), "value": text(required=True)}
FILTER = {
    "prefix": text(),
    "object_size_greater_than": number(),
    "object_size_less_than": number(),
    "tag": group(TAG),
}
TRANSITION = {"days": number(required=True), "storage_class": text(required=True)}
OLD = {"noncurrent_days": number(required=True), "newer_noncurrent_versions": number()}
RULE = {
    "id": text(required=True),
    "status": text("Enabled", "Disabled", default="Enabled"),
    "filter": group(FILTER),
    "expiration": group({"days": number(), "expired_object_delete_marker": flag()}),
    "transitions": groups(TRANSITION),
    "noncurrent_version_expiration": group(OLD),
    "noncurrent_version_transitions": groups({**OLD, "storage_class": text(required=True)}),
    "abort_incomplete_multipart_upload": group({"days_after_initiation": number(required=True)}),
}
CORS = {
    "id": text(),
    "allowed_methods": texts("GET", "PUT", "HEAD", "POST", "DELETE", required=True),
    "allowed_origins": texts(required=True),
    "allowed_headers": texts(),
    "expose_headers": texts(),
    "max_age_seconds": number(),
}
ENCRYPTION = {
    "sse_algorithm": text("AES256", "aws:kms", "aws:kms:dsse", required=True),
    "kms_master_key_id": text(no_log=False),
    "bucket_key_enabled": flag(no_log=False),
}
BLOCKS = ("block_public_acls", "ignore_public_acls", "block_public_policy", "restrict_public_buckets")
ATTRIBUTES = {
    "versioning": flag(),
    "encryption": group(ENCRYPTION),
    "policy": mapping(),
    "public_access_block": group({name: flag() for name in BLOCKS}),
    "object_ownership": text("BucketOwnerEnforced", "BucketOwnerPreferred", "ObjectWriter"),
    "lifecycle_rules": groups(RULE),
    "logging": group({"target_bucket": text(required=True), "target_prefix": text()}),
    "cors_rules": groups(CORS),
}
IDENTITY = {"name": text(required=True, aliases=["bucket"]), "force": flag(default=False)}
OWNER = {"expected_bucket_owner": text()}


def make_item(call: Call) -> Item:
    params = call.params
    desired = {name: params[name] for name in (*ATTRIBUTES, "tags")}
    owner = params["expected_bucket_owner"]
    return bucket_item(connect(call, "s3"), params["name"], desired, params["state"], params["force"], owner)


MODULE = resource_module(make_item, argument_spec={**STATE, **TAGS, **IDENTITY, **OWNER, **ATTRIBUTES})
