# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""UserProfile: create, describe, list, update, delete."""

from __future__ import annotations

from emulator.sagemaker import domain, guards, listing, quotas, references, states, store, tags, user_settings
from emulator.sagemaker.errors import ResourceInUse, ResourceNotFound, ValidationException
from emulator.settings import USER_PROFILES_QUOTA
from emulator.shared.shapes import Structure

KIND = "user_profile"


def path(domain_id: str, name: str) -> str:
    """The resource part of a profile's ARN; names are not case sensitive (API reference CreateUserProfile)."""
    return f"user-profile/{domain_id}/{name.lower()}"


def existing(domain_id: str, name: str) -> Structure:
    """The profile's record, counting a read; raises ResourceNotFound."""
    record = states.find(path(domain_id, name))
    if record is None:
        raise ResourceNotFound(f"UserProfile [{name}] does not exist in Domain [{domain_id}].")
    return record


def create(request: Structure) -> Structure:
    """CreateUserProfile: the domain must be InService, the name free in any spelling."""
    parent = domain.parent_of("UserProfile", request["DomainId"])
    _check_single_sign_on(parent["attributes"], request)
    settings_given = user_settings.merge({}, request.get("UserSettings", {}))
    user_settings.check(settings_given, parent["attributes"]["DefaultUserSettings"])
    references.check(settings_given, parent["attributes"]["VpcId"])
    where = path(request["DomainId"], request["UserProfileName"])
    if states.read(store.get(where)):
        raise ResourceInUse(f"UserProfile [{store.arn(where)}] already exists.")
    quotas.check(USER_PROFILES_QUOTA, len(store.all_of(KIND)), "User Profiles")
    attributes = {name: value for name, value in request.items() if name not in ("Tags", "UserSettings")}
    attributes["UserProfileArn"] = store.arn(where)
    attributes["HomeEfsFileSystemUid"] = domain.next_uid(parent)
    if settings_given:
        attributes["UserSettings"] = settings_given
    record = store.add(KIND, where, request["UserProfileName"], attributes, tags.at_creation(request))
    states.begin(record, "create")
    return attributes


def _check_single_sign_on(parent: Structure, request: Structure) -> None:
    """SSO fields are required in an SSO domain and forbidden elsewhere (API reference CreateUserProfile)."""
    for member in ("SingleSignOnUserIdentifier", "SingleSignOnUserValue"):
        if parent["AuthMode"] == "SSO" and member not in request:
            raise ValidationException(f"{member} is required when the AuthMode of the Domain is SSO.")
        if parent["AuthMode"] != "SSO" and member in request:
            raise ValidationException(f"{member} cannot be specified when the AuthMode of the Domain is not SSO.")


def describe(request: Structure) -> Structure:
    """DescribeUserProfile: the profile's own settings, not merged with the domain's (real output)."""
    return existing(request["DomainId"], request["UserProfileName"])["attributes"]


def list_all(request: Structure) -> Structure:
    """ListUserProfiles: CreationTime, Ascending by default (API reference)."""
    found = [
        record
        for record in store.all_of(KIND, request.get("DomainIdEquals"))
        if listing.contains(request.get("UserProfileNameContains"), record["attributes"]["UserProfileName"])
    ]
    shown, token = listing.page(
        found,
        request,
        listing.newest(request.get("SortBy", "CreationTime")),
        listing.show,
        descending=request.get("SortOrder") == "Descending",
    )
    return listing.answer("UserProfiles", shown, token)


def update(request: Structure) -> Structure:
    """UpdateUserProfile: a patch of UserSettings, shown when the profile is InService again."""
    record = existing(request["DomainId"], request["UserProfileName"])
    states.require(record, states.UPDATABLE, "update")
    old = record["attributes"]
    new = user_settings.merge(old.get("UserSettings", {}), request.get("UserSettings", {}))
    parent = store.at(domain.path(request["DomainId"]))
    user_settings.check(new, parent["attributes"]["DefaultUserSettings"])
    references.check(request.get("UserSettings", {}), parent["attributes"]["VpcId"])
    states.begin(record, "update", changes={"UserSettings": new} if new or "UserSettings" in old else {})
    return {"UserProfileArn": old["UserProfileArn"]}


def delete(request: Structure) -> Structure:
    """DeleteUserProfile: refused while it has applications or owns spaces."""
    record = existing(request["DomainId"], request["UserProfileName"])
    if states.deleting_already(record):
        return {}
    guards.no_apps(record)
    guards.no_owned_spaces(record)
    states.begin(record, "delete")
    return {}


states.KINDS[KIND] = states.Kind("UserProfile")
OPERATIONS = {
    "CreateUserProfile": create,
    "DescribeUserProfile": describe,
    "ListUserProfiles": list_all,
    "UpdateUserProfile": update,
    "DeleteUserProfile": delete,
}
