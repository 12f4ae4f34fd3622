# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""App: create, describe, list, delete. There is no update; a deleted one stays visible for 24 hours."""

from __future__ import annotations

from emulator.sagemaker import domain, guards, listing, space, states, store, tags, user_profile
from emulator.sagemaker.errors import ResourceInUse, ResourceNotFound, ValidationException
from emulator.settings import settings

KIND = "app"
VISIBLE_SECONDS = 24 * 3600
CLASSIC = ("JupyterServer", "KernelGateway")
IN_SPACES = ("JupyterLab", "CodeEditor")
DEFAULT_INSTANCE = {"JupyterServer": "system"}


def path(request: dict) -> str:
    """The resource part of an application's ARN: the type in lower case (terraform-provider-aws app.go)."""
    owner = request.get("SpaceName") or str(request.get("UserProfileName", "")).lower()
    return f"app/{request['DomainId']}/{owner}/{request['AppType'].lower()}/{request['AppName']}"


def _place(request: dict) -> str:
    """The path of a request that names exactly one profile or space (API reference CreateApp.SpaceName)."""
    if ("UserProfileName" in request) == ("SpaceName" in request):
        raise ValidationException("Exactly one of UserProfileName and SpaceName must be specified.")
    return path(request)


def _read(where: str) -> dict | None:
    """The application there, counting a read; None if there is none or AWS does not show it any more."""
    record = states.read(store.get(where))
    if record and _expired(record):
        store.remove(record)
        return None
    return record


def _expired(record: dict) -> bool:
    ended = states.status(record) == "Deleted"
    return ended and store.now() - record["attributes"]["LastModifiedTime"] > VISIBLE_SECONDS


def create(request: dict) -> dict:
    """CreateApp in a space or for a profile; Deleted and Failed ones may be created again."""
    where, app_type = _place(request), request["AppType"]
    if app_type in CLASSIC and settings.switch("classic_apps") == "refused":
        # aws-ai-intelligent-document-processing #53, verbatim.
        raise ValidationException(f"Invalid AppType [{app_type}]. This AppType has been deprecated.")
    if app_type in IN_SPACES and "SpaceName" not in request:
        raise ValidationException(f"AppType [{app_type}] requires SpaceName.")
    parent = domain.parent_of("App", request["DomainId"])
    owner = _owner(request, store.arn(where))
    old = _read(where)
    if old and states.status(old) not in guards.ENDED:
        raise ResourceInUse(f"App [{store.arn(where)}] already exists.")
    attributes = {name: value for name, value in request.items() if name != "Tags"}
    if "UserProfileName" in request:
        attributes["UserProfileName"] = owner["name"]
    attributes["AppArn"] = store.arn(where)
    attributes["ResourceSpec"] = _resource_spec(request, owner)
    record = store.add(KIND, where, request["AppName"], attributes, tags.propagated(request, parent, owner))
    states.begin(record, "create")
    return attributes


def _owner(request: dict, arn: str) -> dict:
    """The record of the profile or space, which must be InService (text for spaces: Canvas troubleshooting guide)."""
    try:
        if "UserProfileName" in request:
            owner = user_profile.existing(request["DomainId"], request["UserProfileName"])
        else:
            owner = space.existing(request["DomainId"], request["SpaceName"])
    except ResourceNotFound as error:
        raise ValidationException(str(error)) from error
    if states.status(owner) != "InService":
        what = "space" if owner["kind"] == "space" else "user profile"
        raise ValidationException(f"Unable to create app {arn} because {what} {owner['arn']} is not in InService state")
    return owner


def _resource_spec(request: dict, owner: dict) -> dict:
    """The request's ResourceSpec over the owner's default, with an instance type in any case."""
    block = f"{request['AppType']}AppSettings"
    member = "SpaceSettings" if owner["kind"] == "space" else "UserSettings"
    default = owner["attributes"].get(member, {}).get(block, {}).get("DefaultResourceSpec", {})
    instance = {"InstanceType": DEFAULT_INSTANCE.get(request["AppType"], "ml.t3.medium")}
    return {**instance, **default, **request.get("ResourceSpec", {})}


def _existing(request: dict) -> dict:
    where = _place(request)
    record = _read(where)
    if record is None:
        raise ResourceNotFound(f"App [{store.arn(where)}] does not exist.")
    return record


def describe(request: dict) -> dict:
    """DescribeApp."""
    return _existing(request)["attributes"]


def list_all(request: dict) -> dict:
    """ListApps: CreationTime, Ascending by default; only one of the two owners (API reference)."""
    if "UserProfileNameEquals" in request and "SpaceNameEquals" in request:
        raise ValidationException("UserProfileNameEquals and SpaceNameEquals cannot be specified together.")
    found = [record for record in store.all_of(KIND, request.get("DomainIdEquals")) if _wanted(record, request)]
    descending = request.get("SortOrder") == "Descending"
    shown, token = listing.page(found, request, listing.newest("CreationTime"), listing.show, descending)
    return listing.answer("Apps", shown, token)


def _wanted(record: dict, request: dict) -> bool:
    attributes = record["attributes"]
    profile = request.get("UserProfileNameEquals")
    return (
        not _expired(record)
        and (profile is None or attributes.get("UserProfileName", "").lower() == profile.lower())
        and request.get("SpaceNameEquals") in (None, attributes.get("SpaceName"))
    )


def delete(request: dict) -> dict:
    """DeleteApp: texts for ended ones from terraform-provider-aws app.go (their ends are verbatim)."""
    record = _existing(request)
    status = states.status(record)
    if status == "Deleted":
        raise ValidationException(f"App [{record['arn']}] has already been deleted")
    if status == "Failed":
        raise ValidationException(f"App [{record['arn']}] previously failed and was automatically deleted")
    states.require(record, ("InService",), "delete")
    states.begin(record, "delete")
    return {}


states.KINDS[KIND] = states.Kind("App", kept=True)
OPERATIONS = {"CreateApp": create, "DescribeApp": describe, "ListApps": list_all, "DeleteApp": delete}
