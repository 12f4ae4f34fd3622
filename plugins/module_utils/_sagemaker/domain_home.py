# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What SageMaker makes beside a domain: the file system of the home directories, and two security groups for NFS."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from functools import partial

from .._engine import Item, Resource
from .._naming import Operations, tag_dict, tag_list, unless_missing
from .._ownership import carries
from .._plan import Plan
from .._security_groups import PEERS, LeavingGroup, find_groups
from .._waiting import StudioError, poll, retry
from .calls import SageMaker

# SageMaker finds the three by this tag, whose value is the domain's ARN (seen in state dumps of real accounts).
SERVICE_TAG = "ManagedByAmazonSageMakerResource"
# A file system that was kept on purpose carries this tag, and no later run touches it.
RETAINED_TAG = "Retained"
FILE_SYSTEM_MISSING = ("FileSystemNotFound",)
MOUNT_TARGET_MISSING = ("MountTargetNotFound", *FILE_SYSTEM_MISSING)
GOING = ("deleting", "deleted")
NFS = 2049  # its port
# How long (seconds) EFS takes at most for mount targets (below 30 s as a rule) and for the file system.
PATIENCE = 600


@dataclass(frozen=True)
class HomeRequest:
    """Whose home is meant: that of a domain, and everything SageMaker made that carries all of match_tags.

    retain keeps the file system, with its data and nothing around it.
    """

    domain_id: str | None = None
    match_tags: dict[str, str] = field(default_factory=dict)
    retain: bool = False


# What SageMaker made: rules of a group that it did not make, whether the group still lets NFS through to its pair, and
# where people's apps do not reach the file system.
AS_MADE: dict[str, t.Any] = {"strange_rules": [], "lets_nfs_through": True, "zones_without_mount_target": []}


class HomePart(Resource):
    """One of the three things; only its tags are ours to change, and those of SageMaker stay.

    seen is how it is what AS_MADE says, as far as that is about it. What is not so is told, as it is not ours either.
    """

    kind = "part"
    told = frozenset(AS_MADE)

    def __init__(
        self,
        name: str,
        tags: dict[str, str],
        write_tags: t.Callable[[list[dict[str, str]]], t.Any],
        seen: dict[str, t.Any],
    ) -> None:
        self.name = name
        self.tags = tags
        self.write_tags = write_tags
        self.seen = seen

    def find(self) -> dict[str, t.Any]:
        return {"id": self.name, "tags": self.tags, **self.seen}

    def update(self, plan: Plan) -> None:
        self.write_tags(tag_list(plan.changes["tags"]))
        self.tags = plan.after["tags"]


class LeavingFileSystem(Resource):
    """The file system of a domain that is gone: to be deleted, or to be left without mount targets."""

    kind = "part"
    unordered = frozenset({"mount_target_ids"})

    def __init__(self, efs: Operations, refuse_living: t.Callable[[dict[str, str]], None], name: str) -> None:
        self.efs = efs
        self.refuse_living = refuse_living
        self.name = name
        self.key = {"file_system_id": name}

    def find(self) -> dict[str, t.Any] | None:
        found = describe_file_system(self.efs, self.name)
        if found is None:
            return None
        return {
            "id": self.name,
            "tags": tag_dict(found.get("tags")),
            "size_in_bytes": found["size_in_bytes"]["value"],
            "mount_target_ids": [target["mount_target_id"] for target in self._mount_targets()],
        }

    def update(self, plan: Plan) -> None:
        self.refuse_living(plan.before["tags"])
        # First the tag: who finds the file system without mount targets must see that it is kept.
        if "tags" in plan.changes:
            tags = [{"key": RETAINED_TAG, "value": plan.changes["tags"][RETAINED_TAG]}]
            self.efs.call("TagResource", resource_id=self.name, tags=tags)
        self._delete_mount_targets(plan.before["mount_target_ids"])

    def delete(self, plan: Plan) -> None:
        self.refuse_living(plan.before["tags"])
        for point in self.efs.pages("DescribeAccessPoints", "access_points", **self.key):
            point_id = point["access_point_id"]
            unless_missing(
                partial(self.efs.call, "DeleteAccessPoint", access_point_id=point_id),
                ("AccessPointNotFound",),
            )
        self._delete_mount_targets(plan.before["mount_target_ids"])
        unless_missing(
            lambda: retry(lambda: self.efs.call("DeleteFileSystem", **self.key), is_in_use, PATIENCE),
            FILE_SYSTEM_MISSING,
        )

    def wait(self, plan: Plan) -> None:
        if plan.action == "delete":
            poll(self.find, lambda found: found is None, PATIENCE, f"file system {self.name} to be gone")

    def _mount_targets(self) -> list[dict[str, t.Any]]:
        return (
            unless_missing(
                lambda: self.efs.pages("DescribeMountTargets", "mount_targets", **self.key), FILE_SYSTEM_MISSING
            )
            or []
        )

    def _delete_mount_targets(self, mount_target_ids: list[str]) -> None:
        for target_id in mount_target_ids:
            unless_missing(
                partial(self.efs.call, "DeleteMountTarget", mount_target_id=target_id),
                MOUNT_TARGET_MISSING,
            )
        what = f"the mount targets of {self.name} to be gone"
        poll(self._mount_targets, lambda targets: not targets, PATIENCE, what, thing="mount targets", doing="Deleting")


class NfsGroup(LeavingGroup):
    """One of the two groups of a domain that is gone."""

    kind = "part"

    def __init__(
        self,
        ec2: Operations,
        group: dict[str, t.Any],
        companions: list[str],
        refuse_living: t.Callable[[dict[str, str]], None],
    ) -> None:
        super().__init__(ec2, group, companions)
        self.refuse_living = refuse_living

    def delete(self, plan: Plan) -> None:
        self.refuse_living(plan.before["tags"])
        super().delete(plan)


def is_in_use(error: Exception) -> bool:
    """Tell whether EFS still sees mount targets that are going."""
    return bool(getattr(error, "response", {}).get("Error", {}).get("Code") == "FileSystemInUse")


def describe_file_system(efs: Operations, file_system_id: str) -> dict[str, t.Any] | None:
    """Return a file system as DescribeFileSystems shows it, None where there is none."""
    answer = (
        unless_missing(lambda: efs.call("DescribeFileSystems", file_system_id=file_system_id), FILE_SYSTEM_MISSING)
        or {}
    )
    systems = [system for system in answer.get("file_systems", []) if system["life_cycle_state"] != "deleted"]
    return systems[0] if systems else None


def home_items(sagemaker: SageMaker, efs: t.Any, ec2: t.Any, domain_id: str, tags: dict[str, str]) -> list[Item]:
    """Return the file system and the NFS groups of a domain, each to carry tags; [] where there is no such domain.

    efs and ec2 are boto3 clients. Raises StudioError where the domain has a home that AWS does not show.
    """
    domain = sagemaker.read("DescribeDomain", domain_id=domain_id)
    if domain is None:
        return []
    file_system_id, network = domain.get("home_efs_file_system_id"), Operations(ec2)
    parts = [_file_system(Operations(efs), network, file_system_id, domain["subnet_ids"])] if file_system_id else []
    groups = find_groups(network, {f"tag:{SERVICE_TAG}": [domain["domain_arn"]]})
    parts += [_group(network, group, [one["group_id"] for one in groups]) for group in groups]
    return [
        Item(part, {"tags": {**part.tags, **tags}, **{name: AS_MADE[name] for name in part.seen}}) for part in parts
    ]


def earlier_homes(sagemaker: SageMaker, efs: t.Any, domain_id: str, tags: dict[str, str]) -> list[str]:
    """Return the ids of file systems with these tags that are of domains which are gone; efs is a boto3 client.

    [] unless the domain was made a short while ago, as it takes a list of all file systems of the account.
    """
    domain = sagemaker.read("DescribeDomain", domain_id=domain_id) or {}
    own, files = domain.get("home_efs_file_system_id"), Operations(efs)
    if not own or not _is_new(domain):
        return []
    tagged = {
        one["file_system_id"]: tag_dict(one.get("tags")) for one in files.pages("DescribeFileSystems", "file_systems")
    }
    return sorted(
        name for name, found in tagged.items() if SERVICE_TAG in found and carries(found, tags) and name != own
    )


def _is_new(domain: dict[str, t.Any]) -> bool:
    """Tell whether a domain was made within the last half hour."""
    made = datetime.fromisoformat(domain["creation_time"])
    return datetime.now(timezone.utc) - made < timedelta(minutes=30)


def _file_system(efs: Operations, ec2: Operations, file_system_id: str, subnet_ids: list[str]) -> HomePart:
    found = describe_file_system(efs, file_system_id)
    if found is None:
        raise StudioError(
            f"The domain's file system {file_system_id} does not exist any more; its home directories are lost, and a "
            "domain never gets another. Delete the domain by name, then run again for a new one with new homes."
        )
    return HomePart(
        file_system_id,
        tag_dict(found.get("tags")),
        lambda tags: efs.call("TagResource", resource_id=file_system_id, tags=tags),
        {"zones_without_mount_target": zones_without_mount_target(efs, ec2, file_system_id, subnet_ids)},
    )


def zones_without_mount_target(
    efs: Operations, ec2: Operations, file_system_id: str, subnet_ids: list[str]
) -> list[str]:
    """Return the zones of a domain's subnets in which its file system cannot be mounted.

    A zone has one mount target, however many subnets it has (API reference CreateMountTarget).
    """
    targets = efs.pages("DescribeMountTargets", "mount_targets", file_system_id=file_system_id)
    there = {one["availability_zone_name"] for one in targets if one["life_cycle_state"] not in GOING}
    # By a filter, as a subnet that is too new to be known everywhere is no error then.
    subnets = ec2.pages("DescribeSubnets", "subnets", filters=[{"name": "subnet-id", "values": subnet_ids}])
    return sorted({subnet["availability_zone"] for subnet in subnets} - there)


def _group(ec2: Operations, group: dict[str, t.Any], pair: list[str]) -> HomePart:
    group_id = group["group_id"]
    return HomePart(
        group_id,
        tag_dict(group.get("tags")),
        lambda tags: ec2.call("CreateTags", resources=[group_id], tags=tags),
        {"strange_rules": strange_rules(group, pair), "lets_nfs_through": lets_nfs_through(group, pair)},
    )


def strange_rules(group: dict[str, t.Any], pair: list[str]) -> list[str]:
    """Return the rules of an NFS group that SageMaker did not make, as people read them.

    Its own name the other group of the pair and nothing else (seen in state dumps of real accounts).
    """
    return sorted(
        f"{permission['ip_protocol']} {permission.get('from_port', 'all')} {word} {peer}"
        for word, permission, peer in _let_through(group)
        if peer not in pair
    )


def lets_nfs_through(group: dict[str, t.Any], pair: list[str]) -> bool:
    """Tell whether an NFS group still has SageMaker's own rule for NFS, without which no app mounts the file system."""
    others = set(pair) - {group["group_id"]}
    return any(permission.get("from_port") == NFS and peer in others for _way, permission, peer in _let_through(group))


def _let_through(group: dict[str, t.Any]) -> t.Iterator[tuple[str, dict[str, t.Any], str]]:
    """Yield all that a group lets through: whether from or to a peer, the permission, and the peer."""
    for word, direction in (("from", "ip_permissions"), ("to", "ip_permissions_egress")):
        for permission in group.get(direction) or []:
            for peer in _peers(permission):
                yield word, permission, peer


def _peers(permission: dict[str, t.Any]) -> list[str]:
    """Return all that a permission lets through."""
    return [entry[name] for name, member in PEERS.items() for entry in permission.get(member) or []]


def leaving_home_items(sagemaker: SageMaker, efs: t.Any, ec2: t.Any, request: HomeRequest) -> list[Item]:
    """Return what is left beside domains that are gone: file systems to delete or to keep bare, and groups to delete.

    Only what carries SageMaker's own tag counts. A file system that an earlier run was told to keep stays.
    """

    def refuse_living(tags: dict[str, str]) -> None:
        domain_id = tags[SERVICE_TAG].rpartition("/")[2]
        if sagemaker.read("DescribeDomain", domain_id=domain_id):
            raise StudioError(f"Domain {domain_id} still exists and needs its file system. Delete the domain first.")

    files, network = Operations(efs), Operations(ec2)
    systems = [
        _leaving_file_system(
            LeavingFileSystem(files, refuse_living, system["file_system_id"]), tag_dict(system.get("tags")), request
        )
        for system in files.pages("DescribeFileSystems", "file_systems")
        if is_meant(tag_dict(system.get("tags")), request)
    ]
    groups = [
        group
        for group in find_groups(network, {"tag-key": [SERVICE_TAG]})
        if is_meant(tag_dict(group.get("tags")), request)
    ]
    ids = [group["group_id"] for group in groups]
    return systems + [Item(NfsGroup(network, group, ids, refuse_living), state="absent") for group in groups]


def _leaving_file_system(resource: LeavingFileSystem, tags: dict[str, str], request: HomeRequest) -> Item:
    if not (request.retain or RETAINED_TAG in tags):
        return Item(resource, state="absent")
    return Item(resource, {"tags": {**tags, RETAINED_TAG: "true"}, "mount_target_ids": []})


def is_meant(tags: dict[str, str], request: HomeRequest) -> bool:
    """Tell whether something with these tags belongs to the home that a request is about."""
    arn = tags.get(SERVICE_TAG)
    if arn is None:
        return False
    if request.domain_id and arn.endswith(f":domain/{request.domain_id}"):
        return True
    return bool(request.match_tags) and carries(tags, request.match_tags)
