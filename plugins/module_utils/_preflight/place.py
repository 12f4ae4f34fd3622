# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the region offers, and which names are free."""

from __future__ import annotations

import typing as t

from .._blueprint import preflight
from .._blueprint.network_found import FoundNetwork, found_network
from .._blueprint.network_plan import found_mistakes, network_plan
from .._blueprint.preflight import Line
from .._blueprint.preflight_wants import Wants
from .._blueprint.steps import VPC
from .._ec2.vpc_view import look
from .asking import Asker

try:
    from botocore.exceptions import ClientError
except ImportError:
    pass  # AnsibleAWSModule reports the missing library


def own_vpcs(asker: Asker, wants: Wants) -> list[dict[str, t.Any]]:
    """Return the VPCs in which the platform is, or is to be."""
    vpcs = asker.listed("ec2", "describe_vpcs", "Vpcs")
    tag = {"Key": "Platform", "Value": wants.platform.name}
    wanted = wants.network.vpc_id
    return [vpc for vpc in vpcs if vpc["VpcId"] == wanted or (not wanted and tag in vpc.get("Tags", []))]


def network_lines(asker: Asker, wants: Wants) -> list[Line]:
    """Return whether the network can be made as it is planned: its VPC, its zones, the services of its endpoints."""
    network = wants.network
    lookups = network_plan(network, FoundNetwork())["lookups"] or {}
    results = {VPC.name: look(asker.client("ec2"), lookups["filters"], lookups["endpoint_services"])}
    mistakes = found_mistakes(network, results)
    if mistakes:
        return [preflight.will_fail("network", mistake) for mistake in mistakes]
    result = network_plan(network, found_network(results))["result"] or {}
    services = f"The region has the services of all {len(wants.endpoints)} endpoints that are needed."
    return [preflight.fine("network", " ".join([services, *(f"Note: {note}" for note in result["notes"])]))]


def prefix_lines(asker: Asker, wants: Wants) -> list[Line]:
    """Return whether the hosted sign-in's prefix is free."""
    if wants.sign_in.user_pool_id:
        return []
    prefix = wants.sign_in.hosted_ui_prefix
    description = asker.client("cognito-idp").describe_user_pool_domain(Domain=prefix).get("DomainDescription", {})
    pools = asker.listed("cognito-idp", "list_user_pools", "UserPools", MaxResults=60)
    own = [pool["Id"] for pool in pools if pool["Name"] == wants.platform.name]
    return [preflight.domain_prefix(prefix, description.get("UserPoolId") or "", own)]


def bucket_lines(asker: Asker, name: str) -> list[Line]:
    """Return whether a bucket's name is free or ours."""
    try:
        status = int(asker.client("s3").head_bucket(Bucket=name)["ResponseMetadata"]["HTTPStatusCode"])
    except ClientError as error:
        status = int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))
        if status not in (301, 403, 404):
            raise
    return [preflight.bucket(name, status)]
