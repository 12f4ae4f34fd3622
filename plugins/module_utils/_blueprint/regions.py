# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The regions of AWS by their partition, as botocore lists them; scripts/regions.py writes the list."""

from __future__ import annotations

import typing as t

from .specification import nearest, shown


def _names(text: str) -> tuple[str, ...]:
    return tuple(text.split())


PARTITIONS = {
    "aws": _names("""
        af-south-1 ap-east-1 ap-east-2 ap-northeast-1 ap-northeast-2 ap-northeast-3 ap-south-1 ap-south-2 ap-southeast-1
        ap-southeast-2 ap-southeast-3 ap-southeast-4 ap-southeast-5 ap-southeast-6 ap-southeast-7 ca-central-1 ca-west-1
        eu-central-1 eu-central-2 eu-north-1 eu-south-1 eu-south-2 eu-west-1 eu-west-2 eu-west-3 il-central-1
        me-central-1 me-south-1 mx-central-1 sa-east-1 us-east-1 us-east-2 us-west-1 us-west-2
    """),
    "aws-cn": _names("cn-north-1 cn-northwest-1"),
    "aws-eusc": _names("eusc-de-east-1"),
    "aws-iso": _names("us-iso-east-1 us-iso-west-1"),
    "aws-iso-b": _names("us-isob-east-1 us-isob-west-1"),
    "aws-iso-e": _names("eu-isoe-west-1"),
    "aws-iso-f": _names("us-isof-east-1 us-isof-south-1"),
    "aws-us-gov": _names("us-gov-east-1 us-gov-west-1"),
}


# What the names of hosts end with (botocore, partitions.json).
DNS_SUFFIXES = {
    "aws": "amazonaws.com",
    "aws-cn": "amazonaws.com.cn",
    "aws-eusc": "amazonaws.eu",
    "aws-iso": "c2s.ic.gov",
    "aws-iso-b": "sc2s.sgov.gov",
    "aws-iso-e": "cloud.adc-e.uk",
    "aws-iso-f": "csp.hci.ic.gov",
    "aws-us-gov": "amazonaws.com",
}
# Where Cognito has no user pools (botocore, endpoints.json).
WITHOUT_USER_POOLS = ("aws-cn", "aws-iso", "aws-iso-b", "aws-iso-e", "aws-iso-f")
# Cognito in GovCloud has FIPS endpoints only (GovCloud user guide, govcloud-cog).
SIGN_IN_HOSTS = {"aws-us-gov": "auth-fips"}


def partition_of(region: str) -> str | None:
    """Return the partition of a region, or None for one that is not known."""
    return next((partition for partition, regions in PARTITIONS.items() if region in regions), None)


def region_mistakes(region: t.Any, option: str = "aws_region") -> list[str]:
    """Return a list of one sentence about an option that names no region, else []."""
    if isinstance(region, str) and partition_of(region):
        return []
    known = [name for regions in PARTITIONS.values() for name in regions]
    like = nearest(region.lower(), known) if isinstance(region, str) else None
    hint = f"did you mean {like}?" if like else "a region is named like eu-central-1."
    return [f"{option} is {shown(region)}, and AWS has no such region; {hint}"]


def user_pool_mistakes(region: str, option: str) -> list[str]:
    """Return a list of one sentence about an option that names a region in which nobody can sign in, else []."""
    partition = partition_of(region)
    if partition not in WITHOUT_USER_POOLS:
        return []
    return [
        f"{option} is {shown(region)}, and Cognito, through which people sign in, has no user pools in the partition "
        f"{partition}. Choose a region of another partition."
    ]
