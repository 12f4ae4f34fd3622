# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Image: create, describe, list, update, delete. Its versions are in image_version.py and go with it.

Sources: botocore model; texts from sagemaker-studio-custom-image-samples #17.
"""

from __future__ import annotations

from emulator.sagemaker import listing, states, store, tags
from emulator.sagemaker.errors import ResourceInUse, ResourceNotFound, ValidationException
from emulator.shared.shapes import Structure

KIND = "image"
# ImageStatus and ImageVersionStatus say what Status says of other resources (botocore model).
STATUS_WORDS = {
    "Pending": "CREATING",
    "InService": "CREATED",
    "Failed": "CREATE_FAILED",
    "Updating": "UPDATING",
    "Update_Failed": "UPDATE_FAILED",
    "Deleting": "DELETING",
    "Delete_Failed": "DELETE_FAILED",
}
SORTED_BY = {"CREATION_TIME": "CreationTime", "LAST_MODIFIED_TIME": "LastModifiedTime", "IMAGE_NAME": "ImageName"}
MEMBERS = ("ImageName", "DisplayName", "Description", "RoleArn")


def path(name: str) -> str:
    """The resource part of an image's ARN."""
    return f"image/{name}"


def existing(name: str) -> Structure:
    """The image's record, counting a read; raises ResourceNotFound."""
    record = states.find(path(name))
    if record is None:
        raise ResourceNotFound(f"The Image with ImageName {name} does not exist. Please provide a valid ImageName.")
    return record


def create(request: Structure) -> Structure:
    """CreateImage: a taken name is ResourceInUse."""
    name = request["ImageName"]
    if states.read(store.get(path(name))):
        raise ResourceInUse(f"The Image with ImageName {name} already exists. Please use a different ImageName.")
    given = {member: request[member] for member in MEMBERS if member in request}
    attributes = {"ImageArn": store.arn(path(name)), **given}
    record = store.add(KIND, path(name), name, attributes, tags.at_creation(request))
    states.begin(record, "create")
    return attributes


def shown(record: Structure) -> Structure:
    """What Describe and List show: the Status in the words of images."""
    return {**record["attributes"], f"{states.KINDS[record['kind']].label}Status": STATUS_WORDS[states.status(record)]}


def describe(request: Structure) -> Structure:
    """DescribeImage."""
    return shown(existing(request["ImageName"]))


def list_all(request: Structure) -> Structure:
    """ListImages: CREATION_TIME, DESCENDING by default (API reference)."""
    found = [
        record
        for record in store.all_of(KIND)
        if listing.contains(request.get("NameContains"), record["name"])
        and listing.within(record["attributes"], request)
    ]
    return listing.answer("Images", *page(found, request, SORTED_BY))


def page(found: list[Structure], request: Structure, sorted_by: dict[str, str]) -> tuple[list[Structure], str | None]:
    """A page of images or versions, with SortBy in the words of ``sorted_by``."""
    return listing.page(
        found,
        request,
        listing.newest(sorted_by[request.get("SortBy", "CREATION_TIME")]),
        lambda record: shown(record) if listing.show(record) else None,
        descending=request.get("SortOrder", "DESCENDING") == "DESCENDING",
    )


def update(request: Structure) -> Structure:
    """UpdateImage: a patch; DeleteProperties takes Description or DisplayName away (API reference)."""
    record = existing(request["ImageName"])
    states.require(record, states.UPDATABLE, "update")
    removed = dict.fromkeys(request.get("DeleteProperties", []))
    given = {name: request[name] for name in MEMBERS if name in request}
    if removed.keys() & given.keys():
        raise ValidationException("A property cannot be both updated and deleted.")
    states.begin(record, "update", changes={**given, **removed})
    return record["attributes"]


def delete(request: Structure) -> Structure:
    """DeleteImage: the image and all its versions (API reference)."""
    record = existing(request["ImageName"])
    states.require(record, states.DELETABLE, "delete")
    states.begin(record, "delete")
    return {}


def versions(record: Structure) -> list[Structure]:
    """The records of an image's versions, as they stand."""
    return [version for version in store.all_of("image_version") if version["attributes"]["ImageArn"] == record["arn"]]


def _deleted(record: Structure) -> None:
    for version in versions(record):
        store.remove(version)


states.KINDS[KIND] = states.Kind("Image", deleted=_deleted)
OPERATIONS = {
    "CreateImage": create,
    "DescribeImage": describe,
    "ListImages": list_all,
    "UpdateImage": update,
    "DeleteImage": delete,
}
