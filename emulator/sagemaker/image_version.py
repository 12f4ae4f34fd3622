# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""ImageVersion: numbered from 1 within its image, found by number, by alias, or as the latest.

Sources: botocore model; the text for a missing latest version from sagemaker-studio-custom-image-samples #17, the
others are of its form.
"""

from __future__ import annotations

from emulator.sagemaker import image, listing, states, store
from emulator.sagemaker.errors import ResourceNotFound
from emulator.shared.shapes import Structure

KIND = "image_version"
SORTED_BY = {"CREATION_TIME": "CreationTime", "LAST_MODIFIED_TIME": "LastModifiedTime", "VERSION": "Version"}
DETAILS = ("VendorGuidance", "JobType", "MLFramework", "ProgrammingLang", "Processor", "Horovod", "ReleaseNotes")


def path(image_name: str, version: int) -> str:
    """The resource part of a version's ARN; the model's pattern has no capitals."""
    return f"image-version/{image_name.lower()}/{version}"


def _existing(request: Structure) -> Structure:
    """The version that Version or Alias names, else the latest; raises ResourceNotFound."""
    name = request["ImageName"]
    found = image.versions(image.existing(name))
    if "Version" in request:
        wanted, which = [one for one in found if _number(one) == request["Version"]], str(request["Version"])
    elif "Alias" in request:
        wanted, which = [one for one in found if request["Alias"] in one["aliases"]], request["Alias"]
    else:
        wanted, which = found, "Latest"
    record = states.find(max(wanted, key=_number)["path"]) if wanted else None
    if record is None:
        raise ResourceNotFound(
            f"{which} ImageVersion with ImageName {name} does not exist. Please provide a valid ImageName."
        )
    return record


def _number(record: Structure) -> int:
    return record["attributes"]["Version"]


def create(request: Structure) -> Structure:
    """CreateImageVersion: the next number; the same ClientToken gives the same version (API reference)."""
    parent = image.existing(request["ImageName"])
    states.require(parent, states.UPDATABLE, "create a version of")
    for version in image.versions(parent):
        if version["token"] == request["ClientToken"]:
            return version["attributes"]
    number = parent.get("next_version", 1)
    parent["next_version"] = number + 1
    where = path(request["ImageName"], number)
    attributes = {
        "ImageArn": parent["arn"],
        "ImageVersionArn": store.arn(where),
        "Version": number,
        "BaseImage": request["BaseImage"],
        "ContainerImage": request["BaseImage"],
        **{name: request[name] for name in DETAILS if name in request},
    }
    record = store.add(KIND, where, f"{request['ImageName']}/{number}", attributes, [])
    record.update(token=request["ClientToken"], aliases=[])
    _give_aliases(record, request.get("Aliases", []))
    states.begin(record, "create")
    return attributes


def _give_aliases(record: Structure, aliases: list[str]) -> None:
    """An alias means one version of an image, so it leaves the one that had it."""
    for other in store.all_of(KIND):
        if other["attributes"]["ImageArn"] == record["attributes"]["ImageArn"]:
            other["aliases"] = [alias for alias in other["aliases"] if alias not in aliases]
    record["aliases"] += aliases


def describe(request: Structure) -> Structure:
    """DescribeImageVersion."""
    return image.shown(_existing(request))


def list_all(request: Structure) -> Structure:
    """ListImageVersions: CREATION_TIME, DESCENDING by default (API reference)."""
    found = image.versions(image.existing(request["ImageName"]))
    wanted = [record for record in found if listing.within(record["attributes"], request)]
    return listing.answer("ImageVersions", *image.page(wanted, request, SORTED_BY))


def list_aliases(request: Structure) -> Structure:
    """ListAliases: of one version, or of all of the image (API reference)."""
    found = image.versions(image.existing(request["ImageName"]))
    wanted = [record for record in found if request.get("Version") in (None, _number(record))]
    aliases = sorted(alias for record in wanted for alias in record["aliases"])
    matching = [alias for alias in aliases if request.get("Alias") in (None, alias)]
    shown, token = listing.page(matching, request, lambda alias: [alias], lambda alias: alias)
    return listing.answer("SageMakerImageVersionAliases", shown, token)


def update(request: Structure) -> Structure:
    """UpdateImageVersion: at once, since ImageVersionStatus has no word for updating (botocore model)."""
    record = _existing(request)
    states.require(record, states.UPDATABLE, "update")
    record["attributes"].update({name: request[name] for name in DETAILS if name in request})
    record["attributes"]["LastModifiedTime"] = store.now()
    _give_aliases(record, request.get("AliasesToAdd", []))
    record["aliases"] = [alias for alias in record["aliases"] if alias not in request.get("AliasesToDelete", [])]
    return record["attributes"]


def delete(request: Structure) -> Structure:
    """DeleteImageVersion."""
    record = _existing(request)
    states.require(record, states.DELETABLE, "delete")
    states.begin(record, "delete")
    return {}


states.KINDS[KIND] = states.Kind("ImageVersion")
OPERATIONS = {
    "CreateImageVersion": create,
    "DescribeImageVersion": describe,
    "ListImageVersions": list_all,
    "ListAliases": list_aliases,
    "UpdateImageVersion": update,
    "DeleteImageVersion": delete,
}
