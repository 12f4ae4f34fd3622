# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Space: create, describe, list, update, delete."""

from __future__ import annotations

import secrets

from ministack.core.responses import get_region

from emulator.sagemaker import domain, guards, listing, quotas, states, store, tags, user_settings
from emulator.sagemaker.errors import ResourceInUse, ValidationException, not_found
from emulator.settings import SPACES_QUOTA
from emulator.shared.shapes import Structure

KIND = "space"
DEFAULT_VOLUME_GB = 5
APPS_WITH_VOLUME = ("JupyterLab", "CodeEditor")


def path(domain_id: str, name: str) -> str:
    """The resource part of a space's ARN."""
    return f"space/{domain_id}/{name}"


def existing(domain_id: str, name: str) -> Structure:
    """The space's record, counting a read; raises ResourceNotFound."""
    record = states.find(path(domain_id, name))
    if record is None:
        raise not_found(f"Space [{name}] does not exist in Domain [{domain_id}].")
    return record


def create(request: Structure) -> Structure:
    """CreateSpace: private with an owner and settings, or shared, in a domain that is InService."""
    parent = domain.parent_of("Space", request["DomainId"])
    where = path(request["DomainId"], request["SpaceName"])
    owner = _owner(request, store.arn(where))
    attributes = user_settings.merge({}, {name: value for name, value in request.items() if name != "Tags"})
    _give_volume(attributes, parent, owner)
    user_settings.check(attributes.get("SpaceSettings", {}))
    if states.read(store.get(where)):
        raise ResourceInUse(f"Space [{store.arn(where)}] already exists.")
    quotas.check(SPACES_QUOTA, len(store.all_of(KIND)), "Spaces")
    attributes["SpaceArn"] = store.arn(where)
    attributes["HomeEfsFileSystemUid"] = domain.next_uid(parent)
    attributes["Url"] = f"https://{secrets.token_hex(8)}.studio.{get_region()}.sagemaker.aws"
    given = tags.propagated(request, parent, *([owner] if owner else []))
    record = store.add(KIND, where, request["SpaceName"], attributes, given)
    states.begin(record, "create")
    return attributes


def _owner(request: Structure, arn: str) -> Structure | None:
    """The owner's record, or None for a shared space of the old form, which has neither owner nor sharing type.

    Sources: terraform-provider-aws space.go (the pair), boto3 #4375 and terraform-provider-aws #38370 (text).
    """
    if ("OwnershipSettings" in request) != ("SpaceSharingSettings" in request):
        raise ValidationException("OwnershipSettings and SpaceSharingSettings must be specified together.")
    if "OwnershipSettings" not in request:
        return None
    if request["SpaceSharingSettings"]["SharingType"] == "Private" and "SpaceSettings" not in request:
        raise ValidationException(f"SpaceSettings must be provided for creating private space [{arn}]")
    name = request["OwnershipSettings"]["OwnerUserProfileName"]
    owner = states.read(store.get(f"user-profile/{request['DomainId']}/{name.lower()}"))
    if owner is None:
        raise ValidationException(f"UserProfile [{name}] does not exist in Domain [{request['DomainId']}].")
    return owner


def _limits(parent: Structure, owner: Structure | None) -> Structure:
    """DefaultEbsStorageSettings that hold for a space: the owner's, else the domain's."""
    shared = "DefaultUserSettings" if owner else "DefaultSpaceSettings"
    sources = [owner["attributes"].get("UserSettings", {})] if owner else []
    for source in [*sources, parent["attributes"].get(shared, {})]:
        found = source.get("SpaceStorageSettings", {}).get("DefaultEbsStorageSettings")
        if found:
            return found
    return {}


def _give_volume(attributes: Structure, parent: Structure, owner: Structure | None) -> None:
    """The service returns a size when none is given (terraform-provider-aws space.go); the maximum is checked."""
    settings = attributes.get("SpaceSettings", {})
    limits = _limits(parent, owner)
    if settings.get("AppType") in APPS_WITH_VOLUME and "SpaceStorageSettings" not in settings:
        size = limits.get("DefaultEbsVolumeSizeInGb", DEFAULT_VOLUME_GB)
        settings["SpaceStorageSettings"] = {"EbsStorageSettings": {"EbsVolumeSizeInGb": size}}
    maximum = limits.get("MaximumEbsVolumeSizeInGb")
    if maximum is not None and _volume(settings) > maximum:
        raise ValidationException(f"EbsVolumeSizeInGb ({_volume(settings)}) exceeds the maximum of {maximum}.")


def _volume(settings: Structure) -> int:
    return settings.get("SpaceStorageSettings", {}).get("EbsStorageSettings", {}).get("EbsVolumeSizeInGb", 0)


def describe(request: Structure) -> Structure:
    """DescribeSpace."""
    return existing(request["DomainId"], request["SpaceName"])["attributes"]


def list_all(request: Structure) -> Structure:
    """ListSpaces: CreationTime, Ascending by default (API reference)."""
    found = [
        record
        for record in store.all_of(KIND, request.get("DomainIdEquals"))
        if listing.contains(request.get("SpaceNameContains"), record["name"])
    ]
    shown, token = listing.page(
        found,
        request,
        listing.newest(request.get("SortBy", "CreationTime")),
        _summary,
        descending=request.get("SortOrder") == "Descending",
    )
    return listing.answer("Spaces", shown, token)


def _summary(record: Structure) -> Structure | None:
    attributes = listing.show(record)
    if attributes is None:
        return None
    summary = dict(attributes)
    if "SpaceSettings" in attributes:
        wanted = ("AppType", "RemoteAccess", "SpaceStorageSettings")
        settings = attributes["SpaceSettings"]
        summary["SpaceSettingsSummary"] = {name: settings[name] for name in wanted if name in settings}
    for name in ("SpaceSharingSettings", "OwnershipSettings"):
        summary[f"{name}Summary"] = attributes.get(name)
    return summary


def update(request: Structure) -> Structure:
    """UpdateSpace: a patch of SpaceSettings and SpaceDisplayName; owner and sharing never change (model)."""
    record = existing(request["DomainId"], request["SpaceName"])
    states.require(record, states.UPDATABLE, "update")
    if "AppType" in request.get("SpaceSettings", {}):
        # terraform-provider-aws #38370, verbatim: also when it is the same.
        raise ValidationException("Updating AppType for Space is not supported.")
    old = record["attributes"]
    given: Structure = {name: request[name] for name in ("SpaceSettings", "SpaceDisplayName") if name in request}
    new = user_settings.merge(old, given)
    parent = store.at(domain.path(request["DomainId"]))
    owner = old.get("OwnershipSettings", {}).get("OwnerUserProfileName", "").lower()
    _give_volume(new, parent, store.get(f"user-profile/{request['DomainId']}/{owner}"))
    if _volume(new.get("SpaceSettings", {})) < _volume(old.get("SpaceSettings", {})):
        raise ValidationException("EbsVolumeSizeInGb cannot be decreased.")  # presumed: EBS volumes only grow
    user_settings.check(new.get("SpaceSettings", {}))
    states.begin(record, "update", changes={name: new[name] for name in given})
    return {"SpaceArn": old["SpaceArn"]}


def delete(request: Structure) -> Structure:
    """DeleteSpace: refused while applications run in it."""
    record = existing(request["DomainId"], request["SpaceName"])
    if states.deleting_already(record):
        return {}
    guards.no_apps(record)
    states.begin(record, "delete")
    return {}


states.KINDS[KIND] = states.Kind("Space")
OPERATIONS = {
    "CreateSpace": create,
    "DescribeSpace": describe,
    "ListSpaces": list_all,
    "UpdateSpace": update,
    "DeleteSpace": delete,
}
