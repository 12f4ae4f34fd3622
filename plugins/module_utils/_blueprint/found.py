# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What of a team and its platform was found in AWS, as far as the run has come."""

from __future__ import annotations

import dataclasses
import typing as t

from .platform import Platform
from .steps import TEAM, changed_steps

Thing = t.Mapping[str, t.Any]
NO_ID = "0" * 17


def tags_of(thing: Thing) -> Thing:
    """Return the tags that a module answered of a thing; empty where it has none."""
    return thing.get("tags") or {}


@dataclasses.dataclass(frozen=True)
class Network:
    """Where a team's apps live."""

    vpc_id: str
    subnet_ids: tuple[str, ...]
    client_group_id: str


@dataclasses.dataclass(frozen=True)
class Found:
    """What modules answered so far. What is not there yet is empty; what is built on it gets a stand-in."""

    subnets: t.Sequence[Thing] = ()
    client_groups: t.Sequence[Thing] = ()
    user_pools: t.Sequence[Thing] = ()
    package_services: t.Sequence[str] = ()
    key_arn: str = ""
    security_group_id: str = ""
    lifecycle_configs: t.Sequence[Thing] = ()
    domain: Thing = dataclasses.field(default_factory=dict)
    # The domain before this run, as far as the run changed it, and what an adopted domain keeps.
    old_domain: Thing = dataclasses.field(default_factory=dict)
    domain_differences: Thing = dataclasses.field(default_factory=dict)
    cognito_groups: t.Sequence[str] = ()
    # What the run did about each member of the team's group.
    people_actions: Thing = dataclasses.field(default_factory=dict)
    user_profiles: t.Sequence[Thing] = ()
    spaces: t.Sequence[Thing] = ()
    # Those of the description that are there.
    described_spaces: t.Sequence[Thing] = ()
    # What the run changed, in words.
    changed: t.Sequence[str] = ()

    @property
    def network(self) -> Network:
        """The platform's network, found by its tags."""
        subnet_ids = tuple(sorted(subnet["subnet_id"] for subnet in self.subnets))
        return Network(
            vpc_id=self.subnets[0]["vpc_id"] if self.subnets else f"vpc-{NO_ID}",
            subnet_ids=subnet_ids or (f"subnet-{NO_ID}",),
            client_group_id=self.client_groups[0]["group_id"] if self.client_groups else f"sg-{NO_ID}",
        )

    @property
    def team_group_id(self) -> str:
        """The team's security group."""
        return self.security_group_id or f"sg-{NO_ID}"

    @property
    def domain_id(self) -> str:
        """The team's domain."""
        return self.domain.get("domain_id") or "d-predicted"

    def user_pool(self, platform: Platform) -> Thing:
        """Return the platform's user pool; empty where there is none."""
        pools = (pool for pool in self.user_pools if tags_of(pool).get("Platform") == platform.name)
        return next(pools, {})

    def user_pool_id(self, platform: Platform) -> str:
        """Return the id of the platform's user pool."""
        return self.user_pool(platform).get("id") or f"{platform.region}_predicted"

    def pool_is_adopted(self, platform: Platform) -> bool:
        """Return whether somebody else made the pool; who was in it before may need it for something else."""
        return "Adopted" in tags_of(self.user_pool(platform))

    def portal_url(self, platform: Platform) -> str | None:
        """Return the portal's address, as its app client has it; None where the sign-in is not there."""
        clients = self.user_pool(platform).get("user_pool_clients") or []
        portals = (client for client in clients if client.get("client_name") == f"{platform.name}-portal")
        return next((client["callback_urls"][0] for client in portals), None)

    def platform_is_there(self, platform: Platform) -> bool:
        """Return whether the platform has all that a team needs of it."""
        return bool(self.subnets and self.client_groups and self.portal_url(platform))


Results = t.Mapping[str, t.Mapping[str, t.Any]]


def found_of(results: Results) -> Found:
    """Return what the modules answered. results: what each step answered, by its name (steps.py)."""

    def of(step: str, key: str) -> t.Any:
        return (results.get(step) or {}).get(key)

    platform = results.get("found_platform") or {}
    return Found(
        subnets=platform.get("subnets") or (),
        client_groups=platform.get("security_groups") or (),
        user_pools=platform.get("user_pools") or (),
        package_services=[endpoint["service_name"] for endpoint in platform.get("vpc_endpoints") or ()],
        key_arn=(of("made_key", "kms_key") or {}).get("arn") or "",
        security_group_id=next(
            (group.get("group_id", "") for group in of("made_security_group", "security_groups") or ()), ""
        ),
        lifecycle_configs=of("made_lifecycle_configurations", "studio_lifecycle_configs") or (),
        domain=of("made_domain", "domain") or {},
        old_domain=(of("made_domain", "diff") or {}).get("before") or {},
        domain_differences=of("made_domain", "differences") or {},
        cognito_groups=[group["group_name"] for group in of("made_group", "groups") or () if "group_name" in group],
        people_actions=of("made_people", "actions") or {},
        user_profiles=of("all_profiles", "user_profiles") or (),
        spaces=of("all_spaces", "spaces") or (),
        described_spaces=of("found_spaces", "spaces") or (),
        changed=changed_steps(TEAM, results),
    )
