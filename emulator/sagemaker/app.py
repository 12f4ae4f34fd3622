# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""App: create, describe, list, delete. There is no update; a deleted one stays visible for 24 hours."""

from __future__ import annotations

from ministack.core.responses import get_account_id

from emulator.sagemaker import domain, guards, listing, quotas, space, states, store, tags, user_profile
from emulator.sagemaker.errors import ResourceInUse, ResourceNotFound, ValidationException, not_found
from emulator.settings import settings
from emulator.shared.shapes import Structure

KIND = "app"
VISIBLE_SECONDS = 24 * 3600
CLASSIC = ("JupyterServer", "KernelGateway")
IN_SPACES = ("JupyterLab", "CodeEditor")
DEFAULT_INSTANCE = {"JupyterServer": "system"}


def path(request: Structure) -> str:
    """The resource part of an application's ARN: the type in lower case (terraform-provider-aws app.go)."""
    owner = request.get("SpaceName") or str(request.get("UserProfileName", "")).lower()
    return f"app/{request['DomainId']}/{owner}/{request['AppType'].lower()}/{request['AppName']}"


def _place(request: Structure) -> str:
    """The path of a request that names exactly one profile or space (API reference CreateApp.SpaceName)."""
    if ("UserProfileName" in request) == ("SpaceName" in request):
        raise ValidationException("Exactly one of UserProfileName and SpaceName must be specified.")
    return path(request)


def _read(where: str) -> Structure | None:
    """The application there, counting a read; None if there is none or AWS does not show it any more."""
    record = states.read(store.get(where))
    if record and _expired(record):
        store.remove(record)
        return None
    return record


def _expired(record: Structure) -> bool:
    ended = states.status(record) == "Deleted"
    return ended and store.now() - record["attributes"]["LastModifiedTime"] > VISIBLE_SECONDS


def create(request: Structure) -> Structure:
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
    attributes["ResourceSpec"] = _resource_spec(request, owner)
    _check_quota(app_type, attributes["ResourceSpec"]["InstanceType"])
    if "UserProfileName" in request:
        attributes["UserProfileName"] = owner["name"]
    attributes["AppArn"] = store.arn(where)
    record = store.add(KIND, where, request["AppName"], attributes, tags.propagated(request, parent, owner))
    states.begin(record, "create")
    return attributes


def _owner(request: Structure, arn: str) -> Structure:
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


def _check_quota(app_type: str, instance: str) -> None:
    """One quota for each type of application on each type of instance (text: jupyterlab #8759, Service Quotas)."""
    running = [
        app
        for app in store.all_of(KIND)
        if states.status(app) not in guards.ENDED
        and (app["attributes"]["AppType"], app["attributes"]["ResourceSpec"]["InstanceType"]) == (app_type, instance)
    ]
    label = f"Studio {app_type}" if app_type in IN_SPACES else app_type
    quotas.check(f"{label} Apps running on {instance} instance", len(running), "Apps")


def _resource_spec(request: Structure, owner: Structure) -> Structure:
    """The request's ResourceSpec over the owner's default, with an instance type in any case."""
    block = f"{request['AppType']}AppSettings"
    member = "SpaceSettings" if owner["kind"] == "space" else "UserSettings"
    default = owner["attributes"].get(member, {}).get(block, {}).get("DefaultResourceSpec", {})
    instance = {"InstanceType": DEFAULT_INSTANCE.get(request["AppType"], "ml.t3.medium")}
    return {**instance, **default, **request.get("ResourceSpec", {})}


def _launched(record: Structure) -> None:
    """A custom image must be in the settings, or the launch fails (amazon-sagemaker-feedback #110, text verbatim)."""
    name = _custom_image(record["attributes"]["ResourceSpec"])
    if name and name.lower() not in (listed["ImageName"].lower() for listed in _listed_images(record["attributes"])):
        raise states.TransitionFailed(
            f"ResourceNotFoundError: Unable to launch App [{record['arn']}] with Image [{name}] because it is not "
            "present in list of custom images in AppSettings. Please update AppSettings to add "
            f"Image [{name}] in list of custom images."
        )


def _custom_image(resource_spec: Structure) -> str | None:
    """The name of this account's image that a ResourceSpec asks for; AWS's own images belong to other accounts."""
    for member in ("SageMakerImageArn", "SageMakerImageVersionArn"):
        parts = resource_spec.get(member, "").split(":")  # arn:aws:sagemaker:REGION:ACCOUNT:image/NAME
        if len(parts) == 6 and parts[4] == get_account_id():
            return parts[5].split("/")[1]
    return None


def _listed_images(app: Structure) -> list[Structure]:
    """The CustomImages that hold for an application: of its space or profile, else of the owner, else of the domain."""
    parent = store.at(domain.path(app["DomainId"]))["attributes"]
    place = store.at(space.path(app["DomainId"], app["SpaceName"]))["attributes"] if "SpaceName" in app else {}
    profile = app.get("UserProfileName") or place.get("OwnershipSettings", {}).get("OwnerUserProfileName", "")
    owner = (store.get(user_profile.path(app["DomainId"], profile)) or {"attributes": {}})["attributes"]
    shared = place and place.get("SpaceSharingSettings", {}).get("SharingType") != "Private"
    settings_ = (
        place.get("SpaceSettings"),
        None if shared else owner.get("UserSettings"),
        parent.get("DefaultSpaceSettings" if shared else "DefaultUserSettings"),
    )
    lists = ((found or {}).get(f"{app['AppType']}AppSettings", {}).get("CustomImages") for found in settings_)
    return next((listed for listed in lists if listed), [])


def _existing(request: Structure) -> Structure:
    where = _place(request)
    record = store.find(where) and _read(where)
    if record is None:
        raise not_found(f"App [{store.arn(where)}] does not exist.")
    return record


def describe(request: Structure) -> Structure:
    """DescribeApp. Health checks move the user's last activity, too (API reference, LastUserActivityTimestamp)."""
    record = _existing(request)
    return {**record["attributes"], **_seen(record)}


def _seen(record: Structure) -> Structure:
    """When an application was last checked: now while it runs, at its end after that."""
    at = {"InService": store.now(), "Deleted": record["attributes"].get("LastModifiedTime")}.get(states.status(record))
    return {"LastHealthCheckTimestamp": at, "LastUserActivityTimestamp": at} if at else {}


def list_all(request: Structure) -> Structure:
    """ListApps: CreationTime, Ascending by default; only one of the two owners (API reference)."""
    if "UserProfileNameEquals" in request and "SpaceNameEquals" in request:
        raise ValidationException("UserProfileNameEquals and SpaceNameEquals cannot be specified together.")
    found = [record for record in store.all_of(KIND, request.get("DomainIdEquals")) if _wanted(record, request)]
    descending = request.get("SortOrder") == "Descending"
    shown, token = listing.page(found, request, listing.newest("CreationTime"), listing.show, descending)
    return listing.answer("Apps", shown, token)


def _wanted(record: Structure, request: Structure) -> bool:
    attributes = record["attributes"]
    profile = request.get("UserProfileNameEquals")
    return (
        not _expired(record)
        and (profile is None or attributes.get("UserProfileName", "").lower() == profile.lower())
        and request.get("SpaceNameEquals") in (None, attributes.get("SpaceName"))
    )


def delete(request: Structure) -> Structure:
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


# AppStatus has one word for all failures (botocore model).
states.KINDS[KIND] = states.Kind("App", created=_launched, kept=True, failed=dict.fromkeys(states.FAILED, "Failed"))
OPERATIONS = {"CreateApp": create, "DescribeApp": describe, "ListApps": list_all, "DeleteApp": delete}
