# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A platform's network as its description says it is: the options of the role network."""

from __future__ import annotations

import dataclasses
import ipaddress
import re
import typing as t

from . import bounds
from .names import LONGEST_ROLE, bounded_name
from .platform import Platform, arrived, described, name_mistakes, options_of
from .subnets import cidr_mistakes
from .tags import tag_mistakes

PREFIX = "network_"
# The days for which CloudWatch Logs keeps events (API reference, PutRetentionPolicy).
RETENTION_DAYS = (
    1,
    3,
    5,
    7,
    14,
    30,
    60,
    90,
    120,
    150,
    180,
    365,
    400,
    545,
    731,
    1096,
    1827,
    2192,
    2557,
    2922,
    3288,
    3653,
)
# What AWS takes for most things, less what the roles set themselves.
MOST_TAGS = 40
SERVICE = re.compile(r"[a-z0-9.-]*([{]region[}])?[a-z0-9.-]+")
# Ids have at most 32 characters (model, VpcId and SubnetId).
VPC, SUBNET = re.compile("vpc-[0-9a-z]{1,28}"), re.compile("subnet-[0-9a-z]{1,25}")
# A domain and a function take subnets so many (model, Subnets).
MOST_SUBNETS = 16
BUCKET_ARN = re.compile(r"arn:(aws[a-z-]*|[{]partition[}]):s3:::\S+")
SHORT_SERVICE = re.compile(r"[^.]+([.][^.]+)?")
ACCOUNT = re.compile(r"[0-9]{12}")


@dataclasses.dataclass(frozen=True)
class Network:
    """The network of a platform: the options of the role network, without their prefix."""

    platform: Platform
    cidr: str = "10.0.0.0/16"
    subnet_count: int = 2
    vpc_id: str = ""
    subnet_ids: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    extra_services: tuple[str, ...] = ()
    optional_endpoint_services: tuple[str, ...] = ()
    private_api: bool = False
    browser_cidrs: tuple[str, ...] = ()
    endpoint_policies: bool = True
    studio_endpoint_full_access: bool = False
    package_owner_ids: tuple[str, ...] = ()
    image_owner_ids: tuple[str, ...] = ()
    foreign_bucket_arns: tuple[str, ...] = ()
    flow_logs: bool = True
    log_retention_days: int = 365
    tags: t.Mapping[str, t.Any] = dataclasses.field(default_factory=dict)
    leaving_groups: tuple[str, ...] = ()

    @property
    def all_tags(self) -> dict[str, t.Any]:
        """The tags of everything that is made for the network."""
        return {**self.tags, **self.platform.tags}

    @property
    def service_names(self) -> list[str]:
        """The full names of the services that get an interface endpoint, each once."""
        return self._full_names(*self.services, *self.extra_services)

    @property
    def interface_services(self) -> list[str]:
        """The same with that of private APIs, which has an endpoint of its own kind."""
        names = self.service_names
        return [*names, self.api_service] if self.private_api and self.api_service not in names else names

    @property
    def optional_services(self) -> list[str]:
        """The full names of those services that the region may lack."""
        return self._full_names(*self.optional_endpoint_services)

    def _full_names(self, *services: str) -> list[str]:
        region = self.platform.region
        return [
            f"com.amazonaws.{region}.{name}" if SHORT_SERVICE.fullmatch(name) else name.replace("{region}", region)
            for name in dict.fromkeys(services)
        ]

    @property
    def studio_service(self) -> str:
        """The service whose endpoint browsers open Studio through."""
        return f"aws.sagemaker.{self.platform.region}.studio"

    @property
    def api_service(self) -> str:
        """The service whose endpoint leads to private APIs."""
        return f"com.amazonaws.{self.platform.region}.execute-api"

    def group_name(self, purpose: str) -> str:
        """Return the name of one of the network's security groups."""
        return f"{self.platform.name}-{purpose}"

    @property
    def flow_log_group(self) -> str:
        """The log group of the flow logs."""
        return f"/aws/vpc/{self.platform.name}"

    @property
    def flow_log_role(self) -> str:
        """The role, and the policy, with which flow logs are written."""
        return bounded_name(f"{self.platform.name}--{self.platform.region}-flow-logs", LONGEST_ROLE)


def network_of(options: t.Mapping[str, t.Any]) -> Network:
    """Return the network that options of the role describe, in the types of its argument spec."""
    platform, given = described(options, PREFIX)
    return Network(platform, **options_of(Network, given))


def network_from(fields: t.Mapping[str, t.Any]) -> Network:
    """Return the network that travelled here (platform.py, carried). What is not said holds its default."""
    return Network(**arrived(fields))


def network_mistakes(network: Network) -> list[str]:
    """Return what is wrong with a network's description, beyond the types of its options: a sentence each."""
    sentences = name_mistakes(network.platform.name, "network_platform_name")
    if not 1 <= network.subnet_count <= MOST_SUBNETS:
        sentences += [f"network_subnet_count is {network.subnet_count}, and must be from 1 to {MOST_SUBNETS}."]
    else:
        sentences += [f"network_cidr: {one}" for one in cidr_mistakes(network.cidr, network.subnet_count)]
    if network.log_retention_days not in RETENTION_DAYS:
        days = ", ".join(map(str, RETENTION_DAYS))
        sentences.append(f"network_log_retention_days is {network.log_retention_days}, and must be one of {days}.")
    for range_ in network.browser_cidrs:
        sentences += [f"network_browser_cidrs: {one}" for one in _range_mistakes(range_)]
    if network.subnet_ids and not network.vpc_id:
        sentences.append("network_subnet_ids names subnets of a VPC that is there: name it too, in network_vpc_id.")
    for option in ("package_owner_ids", "image_owner_ids"):
        wrong = [account for account in getattr(network, option) if not ACCOUNT.fullmatch(account)]
        sentences += [f"network_{option} has {account}, and an account has 12 digits." for account in wrong]
    return [*sentences, *_malformed(network), *tag_mistakes(network.tags, "network_tags", MOST_TAGS)]


def bounded(network: Network) -> t.Iterable[tuple[str, bounds.Values]]:
    """Yield the values of a network by the shape that they become; values are pairs of place and value."""
    yield "sagemaker.Subnets", [("network_subnet_ids", network.subnet_ids)] if network.subnet_ids else []


def _malformed(network: Network) -> t.Iterable[str]:
    yield from bounds.mistakes(bounded(network))
    forms = [
        ("network_vpc_id", filter(None, [network.vpc_id]), VPC, "is no id such as vpc-0123456789abcdef0"),
        ("network_subnet_ids", network.subnet_ids, SUBNET, "is no id such as subnet-0123456789abcdef0"),
        ("network_services", network.services, SERVICE, "is no name of a service such as sagemaker.api"),
        ("network_extra_services", network.extra_services, SERVICE, "is no name of a service such as codeartifact.api"),
        (
            "network_optional_endpoint_services",
            network.optional_endpoint_services,
            SERVICE,
            "is no name of a service such as sagemaker.metrics",
        ),
        ("network_foreign_bucket_arns", network.foreign_bucket_arns, BUCKET_ARN, "is no ARN in S3"),
    ]
    for option, values, form, what in forms:
        yield from (f"{option} has {one}, which {what}." for one in values if not form.fullmatch(one))


def _range_mistakes(range_: str) -> list[str]:
    try:
        ipaddress.IPv4Network(range_)
    except ValueError as error:
        return [f"{range_!r} is not an IPv4 range in CIDR notation such as 10.0.0.0/8: {error}."]
    return []
