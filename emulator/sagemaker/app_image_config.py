# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""AppImageConfig: how an image runs as an application; at once there, without a status."""

from __future__ import annotations

from emulator.sagemaker import listing, store, tags
from emulator.sagemaker.errors import ResourceInUse, ResourceNotFound
from emulator.shared.shapes import Structure

KIND = "app_image_config"
CONFIGS = ("KernelGatewayImageConfig", "JupyterLabAppImageConfig", "CodeEditorAppImageConfig")


def path(name: str) -> str:
    """The resource part of an AppImageConfig's ARN."""
    return f"app-image-config/{name}"


def _existing(request: Structure) -> Structure:
    name = request["AppImageConfigName"]
    record = store.find(path(name))
    if record is None:
        raise ResourceNotFound(f"AppImageConfig with name [{name}] does not exist.")
    return record


def create(request: Structure) -> Structure:
    """CreateAppImageConfig: a taken name is ResourceInUse (text verbatim from
    sagemaker-studio-custom-image-samples #17)."""
    name = request["AppImageConfigName"]
    if store.get(path(name)):
        raise ResourceInUse("The ID or Name specified is already in use.")
    given = {member: request[member] for member in CONFIGS if member in request}
    attributes = {"AppImageConfigArn": store.arn(path(name)), "AppImageConfigName": name, **given}
    store.add(KIND, path(name), name, attributes, tags.at_creation(request))
    return attributes


def describe(request: Structure) -> Structure:
    """DescribeAppImageConfig."""
    return _existing(request)["attributes"]


def list_all(request: Structure) -> Structure:
    """ListAppImageConfigs: CreationTime, Descending by default (API reference)."""
    found = [
        record
        for record in store.all_of(KIND)
        if listing.contains(request.get("NameContains"), record["name"])
        and listing.within(record["attributes"], request)
    ]
    sort_by = request.get("SortBy", "CreationTime")
    sort_by = "AppImageConfigName" if sort_by == "Name" else sort_by
    shown, token = listing.page(
        found,
        request,
        listing.newest(sort_by),
        lambda record: None if store.missed(record) else record["attributes"],
        descending=request.get("SortOrder", "Descending") == "Descending",
    )
    return listing.answer("AppImageConfigs", shown, token)


def update(request: Structure) -> Structure:
    """UpdateAppImageConfig: what is given replaces what was there."""
    record = _existing(request)
    record["attributes"].update({member: request[member] for member in CONFIGS if member in request})
    record["attributes"]["LastModifiedTime"] = store.now()
    return record["attributes"]


def delete(request: Structure) -> Structure:
    """DeleteAppImageConfig: nothing protects it (the model declares no ResourceInUse)."""
    store.remove(_existing(request))
    return {}


OPERATIONS = {
    "CreateAppImageConfig": create,
    "DescribeAppImageConfig": describe,
    "ListAppImageConfigs": list_all,
    "UpdateAppImageConfig": update,
    "DeleteAppImageConfig": delete,
}
