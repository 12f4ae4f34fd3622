# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Why S3 refuses the policy of a bucket.

Source: answers of AWS in public reports: hashicorp/terraform #11801 (what is no JSON), aws-amplify/docs #7799,
ministryofjustice/modernisation-platform #10762, noobaa/noobaa-core #10058, and versity/versitygw #645 to #650, which
tell what S3 answers; Service Authorization Reference, actions of S3 and their resources.
"""

from __future__ import annotations

import fnmatch
import json

from emulator.iam import policies
from emulator.shared.shapes import Structure

CONFIGURATIONS = (
    "accelerate", "analytics", "encryption", "intelligenttiering", "inventory", "lifecycle", "metrics",
    "replication",
)  # fmt: skip
# In small letters, as they are compared; those that patterns may mean, all others on buckets are known by their names.
BUCKET_ACTIONS = {f"s3:{verb}{name}configuration" for verb in ("get", "put") for name in CONFIGURATIONS} | {
    "s3:deletebucket", "s3:getbucketacl", "s3:getbuckettagging", "s3:listbucket", "s3:pausereplication",
    "s3:putbucketacl", "s3:putbuckettagging",
}  # fmt: skip
OBJECT_ACTIONS = {
    "s3:abortmultipartupload", "s3:bypassgovernanceretention", "s3:deleteobject", "s3:getobject", "s3:getobjectacl",
    "s3:getobjecttagging", "s3:getobjectversion", "s3:initiatereplication", "s3:listmultipartuploadparts",
    "s3:objectowneroverridetobucketowner", "s3:putobject", "s3:putobjectacl", "s3:putobjecttagging",
    "s3:replicatedelete", "s3:replicatetags", "s3:restoreobject",
}  # fmt: skip
# Neither on buckets nor on objects, though their names have both.
OTHERS = ("objectlambda", "listallmybuckets")


def refusal(bucket: str, body: bytes) -> str | None:
    """Why S3 refuses a bucket policy, or None."""
    try:
        document = body.decode("utf-8")
        if "Statement" not in json.loads(document):
            return "Missing required field Statement"
        found = policies.statements(document)
        unknown = policies.invalid_principal(document)
    except (ValueError, TypeError, RecursionError):
        return "Policies must be valid JSON and the first byte must be '{'"
    if unknown:
        return "Invalid principal in policy"
    return next(filter(None, (_of_statement(bucket, entry) for entry in found)), None)


def _of_statement(bucket: str, entry: Structure) -> str | None:
    effect = entry.get("Effect")
    if effect not in ("Allow", "Deny"):
        return f"Invalid effect: {effect}"
    of_bucket, of_objects = f"arn:aws:s3:::{bucket}", f"arn:aws:s3:::{bucket}/"
    resources = [str(resource) for resource in policies.as_list(entry.get("Resource"))]
    actions = [str(action).lower() for action in policies.as_list(entry.get("Action"))]
    if not all(_about_bucket(action) or _about_objects(action) for action in actions):
        return "Policy has invalid action"
    if not all(resource == of_bucket or resource.startswith(of_objects) for resource in resources):
        return "Policy has invalid resource"
    # Each action must have something that it can be done to.
    bucket_named, objects_named = of_bucket in resources, any(name.startswith(of_objects) for name in resources)
    for action in actions if resources else ():
        if not (bucket_named and _about_bucket(action)) and not (objects_named and _about_objects(action)):
            return "Action does not apply to any resource(s) in statement"
    return None


def _about_bucket(action: str) -> bool:
    """Whether an action, or some that a pattern means, is done to a bucket."""
    named = "bucket" in action and action not in OBJECT_ACTIONS
    return _means(action, BUCKET_ACTIONS) or (named and _of_s3(action))


def _about_objects(action: str) -> bool:
    """Whether an action, or some that a pattern means, is done to objects."""
    named = "object" in action and "bucket" not in action
    return _means(action, OBJECT_ACTIONS) or (named and _of_s3(action))


def _of_s3(action: str) -> bool:
    return action.startswith("s3:") and not any(other in action for other in OTHERS)


def _means(pattern: str, actions: set[str]) -> bool:
    return any(fnmatch.fnmatchcase(action, pattern) for action in actions)
