# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""StudioLifecycleConfig: immutable, without a status, not deletable while settings name it."""

from __future__ import annotations

from emulator.sagemaker import guards, listing, store, tags, user_settings
from emulator.sagemaker.errors import ResourceInUse, ResourceNotFound
from emulator.shared.shapes import Structure

KIND = "studio_lifecycle_config"


def path(name: str) -> str:
    """The resource part of a lifecycle config's ARN."""
    return f"studio-lifecycle-config/{name}"


def _existing(request: Structure) -> Structure:
    name = request["StudioLifecycleConfigName"]
    record = store.find(path(name))
    if record is None:
        raise ResourceNotFound(f"StudioLifecycleConfig with name [{name}] does not exist.")
    return record


def create(request: Structure) -> Structure:
    """CreateStudioLifecycleConfig: at once there; a taken name is ResourceInUse (botocore model)."""
    name = request["StudioLifecycleConfigName"]
    where = path(name)
    if store.get(where):
        raise ResourceInUse(f"StudioLifecycleConfig [{store.arn(where)}] already exists.")
    members = ("StudioLifecycleConfigName", "StudioLifecycleConfigContent", "StudioLifecycleConfigAppType")
    attributes = {"StudioLifecycleConfigArn": store.arn(where), **{member: request[member] for member in members}}
    store.add(KIND, where, name, attributes, tags.at_creation(request))
    return {"StudioLifecycleConfigArn": store.arn(where)}


def describe(request: Structure) -> Structure:
    """DescribeStudioLifecycleConfig: LastModifiedTime is CreationTime, since there is no update (API reference)."""
    return _existing(request)["attributes"]


def list_all(request: Structure) -> Structure:
    """ListStudioLifecycleConfigs: CreationTime, Descending by default (API reference)."""
    found = [record for record in store.all_of(KIND) if _wanted(record["attributes"], request)]
    sort_by = request.get("SortBy", "CreationTime")
    sort_by = "StudioLifecycleConfigName" if sort_by == "Name" else sort_by
    shown, token = listing.page(
        found,
        request,
        listing.newest(sort_by),
        lambda record: None if store.missed(record) else record["attributes"],
        descending=request.get("SortOrder", "Descending") == "Descending",
    )
    return listing.answer("StudioLifecycleConfigs", shown, token)


def _wanted(attributes: Structure, request: Structure) -> bool:
    return (
        listing.contains(request.get("NameContains"), attributes["StudioLifecycleConfigName"])
        and request.get("AppTypeEquals") in (None, attributes["StudioLifecycleConfigAppType"])
        and listing.within(attributes, request)
    )


def delete(request: Structure) -> Structure:
    """DeleteStudioLifecycleConfig: refused while settings name it or an application uses it (API reference)."""
    record = _existing(request)
    arn = record["arn"]
    for holder in store.of_caller():
        if arn in _references(holder):
            raise ResourceInUse(
                f"Unable to delete StudioLifecycleConfig [{arn}] because it is attached to [{holder['arn']}]."
            )
    store.remove(record)
    return {}


def _references(holder: Structure) -> set[str]:
    """The lifecycle configs that a domain, profile or space names now or will name when its update ends, or that an
    application runs with."""
    if holder["kind"] == "app":
        return guards.lifecycle_configs(holder)
    sources = [holder["attributes"], (holder["transition"] or {}).get("changes", {})]
    members = ("UserSettings", "DefaultUserSettings", "DefaultSpaceSettings", "SpaceSettings")
    blocks = [source[member] for source in sources for member in members if member in source]
    return {arn for block in blocks for _app_type, arn in user_settings.lifecycle_configs(block)}


OPERATIONS = {
    "CreateStudioLifecycleConfig": create,
    "DescribeStudioLifecycleConfig": describe,
    "ListStudioLifecycleConfigs": list_all,
    "DeleteStudioLifecycleConfig": delete,
}
