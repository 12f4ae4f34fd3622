# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Elastic File System: the old tag calls, one file system per creation token, real network interfaces, states.

Source: API reference of Amazon EFS (CreateFileSystem, CreateMountTarget, DeleteMountTarget, DescribeTags).
"""

from __future__ import annotations

import json
import re
from typing import Any

from emulator.ec2.network_interfaces import OWNERS, create_managed_interface, discard_interface
from emulator.ec2.protocol import Ec2Error
from emulator.shared.patching import replace, wrap
from emulator.shared.shapes import Answer, AsyncHandler, Function, Handler, Headers, Structure
from emulator.shared.upstream import ec2
from emulator.shared.upstream import efs as upstream
from emulator.timing import clock, latency

PAGE_SIZE = 100
OLD_TAG_PATH = re.compile(r"/2015-02-01/(tags|create-tags|delete-tags)/(fs-[0-9a-f]+)/?")


def install() -> None:
    """Replace what ministack's EFS does too kindly, and add the calls that it lacks."""
    wrap(upstream, "handle_request", _with_old_tag_calls)
    wrap(upstream, "_create_file_system", _refusing_used_tokens)
    wrap(upstream, "_fs_response", _without_empty_members)
    wrap(upstream, "_create_mount_target", _with_network_interface)
    wrap(upstream, "_modify_mount_target_security_groups", _with_interface_groups)
    replace(upstream, "_delete_mount_target", delete_mount_target)
    replace(upstream, "_describe_mount_targets", describe_mount_targets)
    replace(upstream, "_describe_file_systems", describe_file_systems)
    wrap(upstream, "_delete_file_system", _after_reading_mount_targets)
    OWNERS["efs"] = _settle_owner
    clock.watch("efs._mount_targets", settle)


# --- tags ------------------------------------------------------------------------------------------------------------


def _with_old_tag_calls(original: AsyncHandler) -> AsyncHandler:
    async def handle_request(method: str, path: str, headers: Headers, body: bytes, query: Structure) -> Answer:
        match = OLD_TAG_PATH.fullmatch(path)
        if not match:
            return await original(method, path, headers, body, query)
        return _old_tag_call(method, match[1], match[2], json.loads(body or b"{}"), query)

    return handle_request


def _old_tag_call(method: str, call: str, file_system_id: str, body: Structure, query: Structure) -> Answer:
    file_system, error = upstream._resolve_tag_resource(file_system_id)
    if error:
        return error
    if (method, call) == ("GET", "tags"):
        return _page("Tags", file_system.get("Tags", []), {name: _first(value) for name, value in query.items()})
    if (method, call) == ("POST", "create-tags"):
        upstream._tag_resource(file_system_id, body)
    else:
        upstream._untag_resource(file_system_id, body.get("TagKeys", []))
    return upstream._json(204, {})


def _first(value: Any) -> Any:
    return value[0] if isinstance(value, list) else value


def _page(member: str, items: list[Any], query: Structure) -> Answer:
    """One page of items after Marker; NextMarker names the next one."""
    start, size = int(query.get("Marker") or 0), int(query.get("MaxItems") or PAGE_SIZE)
    answer: Structure = {member: items[start : start + size]}
    if start + size < len(items):
        answer["NextMarker"] = str(start + size)
    return upstream._json(200, answer)


# --- file systems ----------------------------------------------------------------------------------------------------


def _refusing_used_tokens(original: Handler) -> Handler:
    def create_file_system(body: Structure) -> Answer:
        for existing in upstream._file_systems.values():
            if body.get("CreationToken") and existing.get("CreationToken") == body["CreationToken"]:
                file_system_id = existing["FileSystemId"]
                message = f"File system '{file_system_id}' already exists with creation token '{body['CreationToken']}'"
                status, headers, answer = upstream._error(409, "FileSystemAlreadyExists", message)
                return status, headers, json.dumps({**json.loads(answer), "FileSystemId": file_system_id}).encode()
        return original(body)

    return create_file_system


def _without_empty_members(original: Function) -> Function:
    def file_system_structure(record: Structure) -> Structure:
        name = next((tag["Value"] for tag in record.get("Tags", []) if tag["Key"] == "Name"), None)
        structure = {**original(record), "Name": name}
        return {member: value for member, value in structure.items() if value not in (None, "")}

    return file_system_structure


def describe_file_systems(query: Structure) -> Answer:
    """DescribeFileSystems by id, by creation token or all, in pages."""
    file_system_id = query.get("FileSystemId") and upstream._fs_id_from(query["FileSystemId"])
    if file_system_id and file_system_id not in upstream._file_systems:
        return upstream._error(404, "FileSystemNotFound", f"File system '{file_system_id}' does not exist.")
    token = query.get("CreationToken")
    for record in upstream._mount_targets.values():
        # Reading a file system is not a read of its mount targets; it only shows those that are over by now.
        if "Transition" in record and latency.remaining(record["Transition"]) <= 0:
            settle(record)
    found = [
        upstream._fs_response(record)
        for record in upstream._file_systems.values()
        if file_system_id in (None, record["FileSystemId"]) and token in (None, record["CreationToken"])
    ]
    return _page("FileSystems", found, query)


def _after_reading_mount_targets(original: Handler) -> Handler:
    def delete_file_system(file_system_id: str) -> Answer:
        for record in _mount_targets_of(file_system_id):
            settle(record)
        if _mount_targets_of(file_system_id):
            # AWS's words: rebuy-de/aws-nuke #1203.
            message = (
                f"The file system '{file_system_id}' cannot be deleted because it has mount targets. "
                "You must delete the mount targets, and then try again."
            )
            return upstream._error(409, "FileSystemInUse", message)
        return original(file_system_id)

    return delete_file_system


def discard_file_system(file_system_id: str) -> None:
    """Remove a file system with its mount targets at once, for the service that owns it; unknown ids are ignored."""
    for record in _mount_targets_of(file_system_id):
        _remove_mount_target(record)
    upstream._delete_file_system(file_system_id)


# --- mount targets ---------------------------------------------------------------------------------------------------


def _mount_targets_of(file_system_id: str) -> list[Structure]:
    return [record for record in upstream._mount_targets.values() if record["FileSystemId"] == file_system_id]


def _group_identifiers(group_ids: list[str]) -> list[Structure]:
    return [{"GroupId": group_id, "GroupName": ec2._security_groups[group_id]["GroupName"]} for group_id in group_ids]


def _with_network_interface(original: Handler) -> Handler:
    def create_mount_target(body: Structure) -> Answer:
        status, headers, answer = original(body)
        if status != 200:
            if b"already has a mount target in" in answer:
                # AWS's words: hashicorp/terraform-provider-aws #2525.
                return upstream._error(409, "MountTargetConflict", "mount target already exists in this AZ")
            return status, headers, answer
        structure = json.loads(answer)
        record = upstream._mount_targets[structure["MountTargetId"]]
        try:
            interface = create_managed_interface(
                record["SubnetId"],
                _group_identifiers(record["SecurityGroups"]),
                f"EFS mount target for {record['FileSystemId']} ({record['MountTargetId']})",
                "efs",
                body.get("IpAddress"),
            )
        except Ec2Error as error:
            _remove_mount_target(record)
            return upstream._error(409, "NoFreeAddressesInSubnet", str(error))
        record["NetworkInterfaceId"] = interface["NetworkInterfaceId"]
        record["IpAddress"] = interface["PrivateIpAddress"]
        record["LifeCycleState"] = "creating"
        record["Transition"] = latency.begin("mount_target.create")
        return upstream._json(200, mount_target_structure(record))

    return create_mount_target


def mount_target_structure(record: Structure) -> Structure:
    """A MountTargetDescription of the API."""
    return {name: value for name, value in upstream._mt_response(record).items() if name != "Transition"}


def _with_interface_groups(original: Handler) -> Handler:
    def modify_mount_target_security_groups(mount_target_id: str, body: Structure) -> Answer:
        status, headers, answer = original(mount_target_id, body)
        if status == 204:
            record = upstream._mount_targets[mount_target_id]
            interface = ec2._network_interfaces[record["NetworkInterfaceId"]]
            interface["Groups"] = _group_identifiers(record["SecurityGroups"])
        return status, headers, answer

    return modify_mount_target_security_groups


def delete_mount_target(mount_target_id: str) -> Answer:
    """DeleteMountTarget: the mount target is ``deleting`` first, and its interface holds group and subnet till then."""
    record = upstream._mount_targets.get(mount_target_id)
    if not record:
        return upstream._error(404, "MountTargetNotFound", f"Mount target '{mount_target_id}' does not exist.")
    if record["LifeCycleState"] != "deleting":
        record["LifeCycleState"] = "deleting"
        record["Transition"] = latency.begin("mount_target.delete")
    return upstream._json(204, {})


def _remove_mount_target(record: Structure) -> None:
    discard_interface(record["NetworkInterfaceId"])
    upstream._mount_targets.pop(record["MountTargetId"], None)
    file_system = upstream._file_systems.get(record["FileSystemId"])
    if file_system:
        file_system["NumberOfMountTargets"] = len(_mount_targets_of(record["FileSystemId"]))


def settle(record: Structure) -> bool:
    """Count one read of a mount target in transition and finish it when due; False when it is gone after that."""
    transition = record.get("Transition")
    if transition and latency.read(transition):
        del record["Transition"]
        if record["LifeCycleState"] == "deleting" and not transition["failure"]:
            _remove_mount_target(record)
            return False
        record["LifeCycleState"] = "error" if transition["failure"] else "available"
    return True


def finish_mount_targets(file_system_id: str) -> None:
    """Make a file system's new mount targets available at once, for the service that has waited for them."""
    for record in _mount_targets_of(file_system_id):
        if record["LifeCycleState"] == "creating":
            record.pop("Transition", None)
            record["LifeCycleState"] = "available"


def _settle_owner(interface_id: str) -> None:
    for record in upstream._mount_targets.values():
        if record["NetworkInterfaceId"] == interface_id:
            settle(record)


def _asked_mount_targets(query: Structure) -> tuple[list[Structure], Answer | None]:
    """The records that a DescribeMountTargets asks for, or the error answer."""
    file_system_id, mount_target_id = query.get("FileSystemId"), query.get("MountTargetId")
    if query.get("AccessPointId"):
        access_point = upstream._access_points.get(query["AccessPointId"])
        if not access_point:
            message = f"Access point '{query['AccessPointId']}' does not exist."
            return [], upstream._error(404, "AccessPointNotFound", message)
        file_system_id = access_point["FileSystemId"]
    if mount_target_id:
        record = upstream._mount_targets.get(mount_target_id)
        return ([record] if record else []), None
    if not file_system_id:
        message = "You must specify exactly one of FileSystemId, MountTargetId or AccessPointId."
        return [], upstream._error(400, "BadRequest", message)
    file_system_id = upstream._fs_id_from(file_system_id)
    if file_system_id not in upstream._file_systems:
        return [], upstream._error(404, "FileSystemNotFound", f"File system '{file_system_id}' does not exist.")
    return _mount_targets_of(file_system_id), None


def describe_mount_targets(query: Structure) -> Answer:
    """DescribeMountTargets of a file system, an access point or one mount target, in pages."""
    asked, error = _asked_mount_targets(query)
    if error:
        return error
    found = [mount_target_structure(record) for record in asked if settle(record)]
    if query.get("MountTargetId") and not found:
        message = f"Mount target '{query['MountTargetId']}' does not exist."
        return upstream._error(404, "MountTargetNotFound", message)
    return _page("MountTargets", found, query)
