# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The condition keys of SageMaker Studio's actions.

Source: Service Authorization Reference, "Actions, resources, and condition keys for Amazon SageMaker", which also says
which action has which key. ``sagemaker:DomainId`` and ``sagemaker:UserProfileName`` belong to the credentials of Studio
applications; no application runs here, so nobody has them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from emulator.sagemaker import store, work_conditions
from emulator.shared.shapes import Structure

IN_SETTINGS = {"sagemaker:InstanceTypes", "sagemaker:ImageArns", "sagemaker:ImageVersionArns"} | {
    "sagemaker:StudioLifecycleConfigArns"
}
OF_USERS = {"sagemaker:VpcSecurityGroupIds", "sagemaker:DomainSharingOutputKmsKey"}
OF_SPACES = {"sagemaker:OwnerUserProfileArn", "sagemaker:SpaceSharingType"}
OF_DOMAINS = {"sagemaker:AppNetworkAccessType", "sagemaker:VpcSubnets"}
KEYS = {
    "CreateDomain": IN_SETTINGS | OF_USERS | OF_DOMAINS | {"sagemaker:VolumeKmsKey"},
    "UpdateDomain": IN_SETTINGS | OF_USERS | OF_DOMAINS,
    "CreateUserProfile": IN_SETTINGS | OF_USERS,
    "UpdateUserProfile": IN_SETTINGS | OF_USERS,
    "CreateSpace": IN_SETTINGS | OF_SPACES | {"sagemaker:RemoteAccess"},
    "UpdateSpace": IN_SETTINGS | OF_SPACES | {"sagemaker:RemoteAccess"},
    "DeleteSpace": OF_SPACES,
    "CreateApp": IN_SETTINGS | OF_SPACES,
    "DeleteApp": OF_SPACES,
}
# Key -> the members of a request, at any depth, that hold its values.
MEMBERS = {
    "sagemaker:InstanceTypes": ("InstanceType",),
    "sagemaker:ImageArns": ("SageMakerImageArn",),
    "sagemaker:ImageVersionArns": ("SageMakerImageVersionArn",),
    "sagemaker:StudioLifecycleConfigArns": ("LifecycleConfigArn", "LifecycleConfigArns", "BuiltInLifecycleConfigArn"),
    "sagemaker:VpcSecurityGroupIds": ("SecurityGroups", "SecurityGroupIds"),
    "sagemaker:VpcSubnets": ("SubnetIds",),
}
SINGLE_MEMBERS = {
    "sagemaker:AppNetworkAccessType": ("AppNetworkAccessType",),
    "sagemaker:DomainSharingOutputKmsKey": ("S3KmsKeyId",),
    "sagemaker:RemoteAccess": ("RemoteAccess",),
    "sagemaker:VolumeKmsKey": ("KmsKeyId", "HomeEfsFileSystemKmsKeyId"),
}


def context(operation: str, request: Structure) -> dict[str, str | list[str]]:
    """The condition keys of a request: ``{key: value or values}``, without those that it says nothing about."""
    many = {key: sorted(set(_values(request, members))) for key, members in MEMBERS.items()}
    single = {key: next(_values(request, members), None) for key, members in SINGLE_MEMBERS.items()}
    found = {**many, **single, **_of_space(request)}
    if operation in work_conditions.KEYS:
        return _of_work(operation, request, many)
    return {key: value for key in KEYS.get(operation, ()) if (value := found.get(key))}


def _of_work(operation: str, request: Structure, found: Structure) -> Structure:
    """The keys of a job, a model or an endpoint."""
    many = {key: sorted(set(_values(request, members))) for key, members in work_conditions.MEMBERS.items()}
    single = {key: next(_values(request, members), None) for key, members in work_conditions.SINGLE_MEMBERS.items()}
    if operation == "CreateEndpointConfig":
        single["sagemaker:VolumeKmsKey"] = request.get("KmsKeyId")
    switches = {key: str(any(_switches(request, members))).lower() for key, members in work_conditions.SWITCHES.items()}
    models = [store.arn(f"model/{name}") for name in sorted(set(_values(request, ("ModelName",))))]
    values = {**found, **many, **single, **switches, "sagemaker:ModelArn": models}
    return {key: value for key in work_conditions.KEYS[operation] if (value := values.get(key))}


def _switches(node: Any, members: tuple[str, ...]) -> Iterator[bool]:
    """The truth values under ``members`` anywhere in a request."""
    if isinstance(node, list):
        for item in node:
            yield from _switches(item, members)
    elif isinstance(node, dict):
        for name, value in node.items():
            yield from [value] if name in members and isinstance(value, bool) else _switches(value, members)


def _values(node: Any, members: tuple[str, ...]) -> Iterator[str]:
    """The texts under ``members`` anywhere in a request."""
    if isinstance(node, list):
        for item in node:
            yield from _values(item, members)
    elif isinstance(node, dict):
        for name, value in node.items():
            if name in members and isinstance(value, (str, list)):
                yield from ([value] if isinstance(value, str) else filter(_is_text, value))
            else:
                yield from _values(value, members)


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _of_space(request: Structure) -> dict[str, str | None]:
    """Owner and sharing type of the space that is created, or that the request names."""
    record = store.get(f"space/{request.get('DomainId')}/{request.get('SpaceName')}")
    space = record["attributes"] if record else request
    ownership, sharing = space.get("OwnershipSettings"), space.get("SpaceSharingSettings")
    owner = ownership.get("OwnerUserProfileName") if isinstance(ownership, dict) else None
    return {
        "sagemaker:OwnerUserProfileArn": store.arn(f"user-profile/{request.get('DomainId')}/{owner.lower()}")
        if isinstance(owner, str)
        else None,
        "sagemaker:SpaceSharingType": sharing.get("SharingType") if isinstance(sharing, dict) else None,
    }
