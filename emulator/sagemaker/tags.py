# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tags of SageMaker resources: AddTags, ListTags, DeleteTags, and the tags given at creation."""

from __future__ import annotations

from emulator.sagemaker import listing, store
from emulator.sagemaker.errors import ResourceNotFound, ValidationException
from emulator.settings import settings
from emulator.shared.shapes import Structure

MAXIMUM = 50


def at_creation(request: Structure) -> list[Structure]:
    """The checked tags of a Create request."""
    return upsert([], request.get("Tags", []))


def propagated(request: Structure, domain: Structure, *owners: Structure) -> list[Structure]:
    """The tags of a new space or application: with TagPropagation also those of the domain and its owners.

    More than 50 in all make the creation fail; system tags are not propagated (custom-tags guide).
    """
    inherited = [domain, *owners] if domain["attributes"]["TagPropagation"] == "ENABLED" else []
    found: list[Structure] = []
    for record in inherited:
        found = upsert(found, record["tags"])
    return upsert(found, request.get("Tags", []))


def upsert(old: list[Structure], new: list[Structure]) -> list[Structure]:
    """``old`` with ``new`` added or overwritten by key.

    Raises ValidationException for a repeated or reserved key or more than 50 tags (SageMaker resource tagging guide;
    the texts are ours).
    """
    keys = [tag["Key"] for tag in new]
    for key in keys:
        if keys.count(key) > 1:
            raise ValidationException(f"Tag key '{key}' is given more than once.")
        if key.lower().startswith("aws:"):
            raise ValidationException(f"Tag key '{key}' is reserved: it starts with aws:.")
    merged = {tag["Key"]: tag["Value"] for tag in [*old, *new]}
    if len(merged) > MAXIMUM:
        raise ValidationException(f"A resource can have at most {MAXIMUM} tags; this request would make {len(merged)}.")
    return [{"Key": key, "Value": value} for key, value in merged.items()]


def _record(request: Structure) -> Structure:
    """The resource that ResourceArn names; what AWS answers for an unknown one is not known."""
    arn = request["ResourceArn"]
    record = store.by_arn(arn)
    if record is None:
        error = {"ValidationException": ValidationException, "ResourceNotFound": ResourceNotFound}
        raise error[settings.switch("tags_of_unknown_arn")](f"The resource [{arn}] does not exist.")
    return record


def add_tags(request: Structure) -> Structure:
    """AddTags: upsert by key; answers all tags."""
    record = _record(request)
    record["tags"] = upsert(record["tags"], request["Tags"])
    return {"Tags": record["tags"]}


def list_tags(request: Structure) -> Structure:
    """ListTags: pages of MaxResults, at least 50 (botocore model), so that one page shows all."""
    tags = _record(request)["tags"]
    shown, token = listing.page(tags, request, lambda tag: [tag["Key"]], lambda tag: tag, default=MAXIMUM)
    return listing.answer("Tags", shown, token)


def delete_tags(request: Structure) -> Structure:
    """DeleteTags: keys that are not there are ignored."""
    record = _record(request)
    record["tags"] = [tag for tag in record["tags"] if tag["Key"] not in request["TagKeys"]]
    return {}


OPERATIONS = {"AddTags": add_tags, "ListTags": list_tags, "DeleteTags": delete_tags}
