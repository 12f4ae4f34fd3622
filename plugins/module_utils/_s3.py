# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An S3 bucket and the configurations that hang on it, each with calls of its own."""

from __future__ import annotations

import json
import re
import typing as t
from dataclasses import dataclass
from functools import partial

from ._engine import Item, Resource, in_threads
from ._naming import Operations, tag_dict, tag_list, unless_missing
from ._plan import Plan
from ._policy import written_as
from ._waiting import StudioError, retry

try:
    from botocore.exceptions import ClientError
except ImportError:
    pass  # AnsibleAWSModule reports the missing library

PASSING_TIME = 120  # seconds
NAME = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")  # user guide, "Bucket naming rules"


@dataclass(frozen=True)
class Part:
    """One configuration of a bucket: how it is read, written and removed.

    value(answer) is the option's value in the answer of read, empty where there is none; body(value) are the arguments
    of write; missing is the error code that AWS answers where nothing is configured; remove is the call for an empty
    value, where write does not take one.
    """

    read: str
    value: t.Callable[[dict[str, t.Any]], t.Any]
    write: str
    body: t.Callable[[t.Any], dict[str, t.Any]]
    missing: str = ""
    remove: str = ""


def encryption_of(answer: dict[str, t.Any]) -> dict[str, t.Any]:
    """Return the default encryption as one flat dict."""
    rules = answer.get("server_side_encryption_configuration", {}).get("rules", [])
    return {
        key: value
        for rule in rules[:1]
        for key, value in {
            **rule.get("apply_server_side_encryption_by_default", {}),
            "bucket_key_enabled": rule.get("bucket_key_enabled", False),
        }.items()
    }


def encryption_body(value: dict[str, t.Any]) -> dict[str, t.Any]:
    """Return the arguments of PutBucketEncryption; only KMS takes a key."""
    default = {"sse_algorithm": value["sse_algorithm"]}
    if value["sse_algorithm"].startswith("aws:kms") and value.get("kms_master_key_id"):
        default["kms_master_key_id"] = value["kms_master_key_id"]
    rule: dict[str, t.Any] = {"apply_server_side_encryption_by_default": default}
    if value.get("bucket_key_enabled") is not None:
        rule["bucket_key_enabled"] = value["bucket_key_enabled"]
    return {"server_side_encryption_configuration": {"rules": [rule]}}


def ownership_of(answer: dict[str, t.Any]) -> str:
    """Return who owns new objects, "" where nothing is said."""
    rules = answer.get("ownership_controls", {}).get("rules", [])
    return rules[0]["object_ownership"] if rules else ""


def without_blanks(value: t.Any) -> t.Any:
    """Return value without its empty texts, at any depth."""
    if isinstance(value, dict):
        return {key: without_blanks(item) for key, item in value.items() if item != ""}
    return [without_blanks(item) for item in value] if isinstance(value, list) else value


def lifecycle_body(rules: list[dict[str, t.Any]]) -> dict[str, t.Any]:
    """Return the arguments of PutBucketLifecycleConfiguration; a rule without a filter is for all objects."""
    return {"lifecycle_configuration": {"rules": [{"filter": {}, **without_blanks(rule)} for rule in rules]}}


def logging_body(value: dict[str, t.Any]) -> dict[str, t.Any]:
    """Return the arguments of PutBucketLogging; an empty status ends the logging."""
    status = {"logging_enabled": {"target_prefix": "", **value}} if value.get("target_bucket") else {}
    return {"bucket_logging_status": status}


# By option name, in the order in which they are written: what protects goes first, what refers to others last.
PARTS = {
    "public_access_block": Part(
        "GetPublicAccessBlock",
        lambda answer: answer.get("public_access_block_configuration", {}),
        "PutPublicAccessBlock",
        lambda value: {"public_access_block_configuration": value},
        missing="NoSuchPublicAccessBlockConfiguration",
    ),
    "object_ownership": Part(
        "GetBucketOwnershipControls",
        ownership_of,
        "PutBucketOwnershipControls",
        lambda value: {"ownership_controls": {"rules": [{"object_ownership": value}]}},
        missing="OwnershipControlsNotFoundError",
    ),
    "tags": Part(
        "GetBucketTagging",
        lambda answer: tag_dict(answer.get("tag_set")),
        "PutBucketTagging",
        lambda tags: {"tagging": {"tag_set": tag_list(tags)}},
        missing="NoSuchTagSet",
        remove="DeleteBucketTagging",
    ),
    "encryption": Part(
        "GetBucketEncryption",
        encryption_of,
        "PutBucketEncryption",
        encryption_body,
        missing="ServerSideEncryptionConfigurationNotFoundError",
    ),
    "versioning": Part(
        "GetBucketVersioning",
        lambda answer: answer.get("status") == "Enabled",
        "PutBucketVersioning",
        lambda value: {"versioning_configuration": {"status": "Enabled" if value else "Suspended"}},
    ),
    "policy": Part(
        "GetBucketPolicy",
        lambda answer: json.loads(answer.get("policy", "{}")),
        "PutBucketPolicy",
        lambda value: {"policy": json.dumps(value)},
        missing="NoSuchBucketPolicy",
        remove="DeleteBucketPolicy",
    ),
    "lifecycle_rules": Part(
        "GetBucketLifecycleConfiguration",
        lambda answer: without_blanks(answer.get("rules", [])),
        "PutBucketLifecycleConfiguration",
        lifecycle_body,
        missing="NoSuchLifecycleConfiguration",
        remove="DeleteBucketLifecycle",
    ),
    "cors_rules": Part(
        "GetBucketCors",
        lambda answer: answer.get("cors_rules", []),
        "PutBucketCors",
        lambda rules: {"cors_configuration": {"cors_rules": without_blanks(rules)}},
        missing="NoSuchCORSConfiguration",
        remove="DeleteBucketCors",
    ),
    "logging": Part(
        "GetBucketLogging", lambda answer: answer.get("logging_enabled", {}), "PutBucketLogging", logging_body
    ),
}


def is_nothing(value: t.Any) -> bool:
    """Tell whether a value asks for no configuration at all, as a policy without statements does."""
    return value in ("", [], {}) or (isinstance(value, dict) and value.get("Statement") == [])


def is_passing(*codes: str) -> t.Callable[[Exception], bool]:
    """Return a function that knows errors with one of these codes."""
    return lambda error: isinstance(error, ClientError) and error.response["Error"]["Code"] in codes


class Bucket(Resource):
    """The bucket called name; s3 is a boto3 client of the bucket's region.

    parts are the option names of the configurations that are read and compared, policy the wanted policy. must_be_empty
    refuses to find a bucket that holds anything, for who wants to delete it. owner is the account that must have it.
    """

    kind = "bucket"
    # Older versions of botocore know no tags of CreateBucket.
    may_be_untagged = True
    unordered = frozenset(
        {
            "cors_rules.allowed_methods",
            "cors_rules.allowed_origins",
            "lifecycle_rules",
            "lifecycle_rules.filter.and.tags",
            "lifecycle_rules.noncurrent_version_transitions",
            "lifecycle_rules.transitions",
        }
    )

    def __init__(
        self,
        s3: t.Any,
        name: str,
        *,
        parts: t.Collection[str] = (),
        policy: dict[str, t.Any] | None = None,
        must_be_empty: bool = False,
        owner: str | None = None,
    ) -> None:
        self.operations = Operations(s3)
        self.name = name
        self.parts = parts
        self.policy = policy
        self.must_be_empty = must_be_empty
        self.owner = owner

    def find(self) -> dict[str, t.Any] | None:
        if not self._exists():
            return None
        if self.must_be_empty and any(self._batches()):
            raise StudioError(
                f"Bucket {self.name} is not empty. Set force to true to delete it with all versions of all its objects."
            )
        names = [name for name in PARTS if name in self.parts]
        found = dict(zip(names, in_threads(self._read, names)))
        if "policy" in found:
            found["policy"] = written_as(found["policy"], self.policy)
        return {"name": self.name, "arn": f"arn:{self.operations.client.meta.partition}:s3:::{self.name}", **found}

    def _exists(self) -> bool:
        if not NAME.fullmatch(self.name):
            raise StudioError(
                f"{self.name} cannot be the name of a bucket. Take 3 to 63 lower-case letters, digits, dots and "
                "hyphens, with a letter or digit at both ends."
            )
        region = self.operations.client.meta.region_name
        try:
            answer = self.operations.call("HeadBucket", bucket=self.name, expected_bucket_owner=self.owner)
        except ClientError as error:
            status = error.response["ResponseMetadata"]["HTTPStatusCode"]
            if status == 404:
                return False
            if status == 403:
                raise StudioError(
                    f"Bucket {self.name} exists and you may not see it: it belongs to another account, or you lack "
                    "s3:ListBucket. Bucket names are unique among all AWS customers: choose another, or ask for access."
                ) from error
            raise
        if answer.get("bucket_region", region) != region:
            raise StudioError(
                f"Bucket {self.name} is in region {answer['bucket_region']}, not in {region}. Bucket names are unique "
                "across regions: choose another, or set region."
            )
        return True

    def _read(self, name: str) -> t.Any:
        part = PARTS[name]
        answer = unless_missing(lambda: self.operations.call(part.read, bucket=self.name), [part.missing]) or {}
        return part.value(answer)

    def create(self, plan: Plan) -> None:
        region = self.operations.client.meta.region_name
        # S3 takes every region as location but us-east-1 (API reference CreateBucket).
        location = None if region == "us-east-1" else {"location_constraint": region}
        try:
            retry(
                lambda: self.operations.call("CreateBucket", bucket=self.name, create_bucket_configuration=location),
                is_passing("OperationAborted"),
                PASSING_TIME,
            )
        except self.operations.client.exceptions.BucketAlreadyOwnedByYou:
            pass  # an earlier attempt whose answer was lost
        except self.operations.client.exceptions.BucketAlreadyExists as error:
            raise StudioError(
                f"The name {self.name} is taken by a bucket of another account. Bucket names are unique among all AWS "
                "customers: choose another."
            ) from error
        self._write(plan.after, is_passing("OperationAborted", "NoSuchBucket"))

    def update(self, plan: Plan) -> None:
        self._write({name: plan.after[name] for name in plan.changes}, is_passing("OperationAborted"))

    def _write(self, values: dict[str, t.Any], passing: t.Callable[[Exception], bool]) -> None:
        for name, part in PARTS.items():
            if name in values:
                retry(partial(self._write_part, part, values[name]), passing, PASSING_TIME)

    def _write_part(self, part: Part, value: t.Any) -> None:
        if part.remove and is_nothing(value):
            self.operations.call(part.remove, bucket=self.name)
        else:
            self.operations.call(part.write, bucket=self.name, **part.body(value))

    def delete(self, plan: Plan) -> None:
        def empty_and_delete() -> None:
            for batch in self._batches():
                self._delete_objects(batch)
            unless_missing(lambda: self.operations.call("DeleteBucket", bucket=self.name), ["NoSuchBucket"])

        # Access logs may still arrive between the last object and the bucket.
        retry(empty_and_delete, is_passing("OperationAborted", "BucketNotEmpty"), PASSING_TIME)

    def _batches(self) -> t.Iterator[list[dict[str, str]]]:
        """Yield the keys and versions of everything in the bucket, delete markers too, at most 1000 at a time."""
        for page in self.operations.client.get_paginator("list_object_versions").paginate(Bucket=self.name):
            entries = page.get("Versions", []) + page.get("DeleteMarkers", [])
            if entries:
                yield [{"key": entry["Key"], "version_id": entry["VersionId"]} for entry in entries]

    def _delete_objects(self, objects: list[dict[str, str]]) -> None:
        answer = self.operations.call("DeleteObjects", bucket=self.name, delete={"objects": objects, "quiet": True})
        errors = answer.get("errors", [])
        if errors:
            first = f"{errors[0]['key']}: {errors[0]['message']}"
            raise StudioError(f"{len(errors)} objects of bucket {self.name} cannot be deleted. {first}")


def bucket_item(
    s3: t.Any, name: str, desired: dict[str, t.Any], state: str, force: bool, owner: str | None = None
) -> Item:
    """Return what has to become of a bucket. Without force, one that holds anything is refused when it has to go."""
    present = state == "present"
    bucket = Bucket(
        s3,
        name,
        parts=[option for option, value in desired.items() if present and value is not None],
        policy=desired["policy"],
        must_be_empty=not present and not force,
        owner=owner,
    )
    return Item(bucket, desired, state)


def bucket_content(s3: t.Any, name: str, measure: bool) -> dict[str, t.Any] | None:
    """Return a bucket's ``name`` and ``tags`` and, with measure, its ``versions`` and ``size_in_bytes``, or None.

    All versions of all objects count. That takes a call for every 1000 of them.
    """
    bucket = Bucket(s3, name, parts=["tags"]).find()
    if bucket is None:
        return None
    found = {"name": name, "tags": bucket["tags"]}
    if not measure:
        return found
    pages = s3.get_paginator("list_object_versions").paginate(Bucket=name)
    sizes = [version["Size"] for page in pages for version in page.get("Versions", [])]
    return {**found, "versions": len(sizes), "size_in_bytes": sum(sizes)}
