# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What SageMaker makes beside a domain: the file system of the home directories, and two security groups for NFS."""

from __future__ import annotations

import typing as t

from .._engine import Item, Plan, Resource, StudioError
from .calls import SageMaker

# Names that SageMaker gives (seen in state dumps of real accounts).
GROUP_NAMES = ("security-group-for-inbound-nfs-{}", "security-group-for-outbound-nfs-{}")


class HomePart(Resource):
    """One of the three things; only its tags are ours to change, and those of SageMaker stay."""

    kind = "part"

    def __init__(self, name: str, tags: dict[str, str], write_tags: t.Callable[[list[dict[str, str]]], t.Any]) -> None:
        self.name = name
        self.tags = tags
        self.write_tags = write_tags

    def find(self) -> dict[str, t.Any]:
        return {"id": self.name, "tags": self.tags}

    def update(self, plan: Plan) -> None:
        self.write_tags(
            [{"Key": key, "Value": value} for key, value in plan.after["tags"].items() if key in plan.changes["tags"]]
        )
        self.tags = plan.after["tags"]


def home_items(sagemaker: SageMaker, efs: t.Any, ec2: t.Any, domain_id: str, tags: dict[str, str]) -> list[Item]:
    """Return the file system and the NFS groups of a domain, each to carry tags; [] where there is no such domain.

    efs and ec2 are boto3 clients. Raises StudioError where the domain has a home that AWS does not show.
    """
    domain = sagemaker.read("DescribeDomain", domain_id=domain_id)
    file_system_id = (domain or {}).get("home_efs_file_system_id")
    if not file_system_id:
        return []
    parts = [_file_system(efs, file_system_id), *_groups(ec2, domain_id)]
    return [Item(part, {"tags": {**part.tags, **tags}}) for part in parts]


def _file_system(efs: t.Any, file_system_id: str) -> HomePart:
    found = efs.describe_file_systems(FileSystemId=file_system_id)["FileSystems"]
    if not found:
        raise StudioError(
            f"The domain's file system {file_system_id} does not exist any more; its home directories are lost."
        )
    tags = {tag["Key"]: tag["Value"] for tag in found[0].get("Tags", [])}
    return HomePart(file_system_id, tags, lambda tags: efs.tag_resource(ResourceId=file_system_id, Tags=tags))


def _groups(ec2: t.Any, domain_id: str) -> list[HomePart]:
    names = [name.format(domain_id) for name in GROUP_NAMES]
    pages = ec2.get_paginator("describe_security_groups").paginate(Filters=[{"Name": "group-name", "Values": names}])
    groups = [group for page in pages for group in page["SecurityGroups"]]
    return [_group(ec2, group) for group in groups]


def _group(ec2: t.Any, group: dict[str, t.Any]) -> HomePart:
    group_id = group["GroupId"]
    tags = {tag["Key"]: tag["Value"] for tag in group.get("Tags", [])}
    return HomePart(group_id, tags, lambda tags: ec2.create_tags(Resources=[group_id], Tags=tags))
