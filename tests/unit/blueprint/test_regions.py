# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

import pytest
from botocore.loaders import Loader

from ansible_collections.mlplatform.studio.plugins.module_utils._blueprint.regions import (
    DNS_SUFFIXES,
    PARTITIONS,
    WITHOUT_USER_POOLS,
    partition_of,
    region_mistakes,
    user_pool_mistakes,
)
from scripts import regions


def test_regions_are_those_of_the_pinned_botocore():
    assert {partition: sorted(names) for partition, names in PARTITIONS.items()} == regions.known_regions()
    text = regions.TARGET.read_text()
    assert text == regions.written(text), "run: python -m scripts.regions"


def test_suffixes_and_partitions_with_user_pools_are_those_of_the_pinned_botocore():
    loader = Loader()
    partitions = loader.load_data("partitions")["partitions"]
    assert {one["id"]: one["outputs"]["dnsSuffix"] for one in partitions} == DNS_SUFFIXES
    of_services = {one["partition"]: one["services"] for one in loader.load_data("endpoints")["partitions"]}
    assert {*of_services} == {*PARTITIONS}
    assert {name for name, services in of_services.items() if "cognito-idp" not in services} == {*WITHOUT_USER_POOLS}
    # Within a partition that has them, every region has them.
    for name in {*PARTITIONS} - {*WITHOUT_USER_POOLS}:
        assert {*PARTITIONS[name]} <= {*of_services[name]["cognito-idp"]["endpoints"]}


def test_a_region_without_user_pools_is_refused():
    assert user_pool_mistakes("cn-north-1", "aws_region") == [
        'aws_region is "cn-north-1", and Cognito, through which people sign in, has no user pools in the partition '
        "aws-cn. Choose a region of another partition."
    ]
    assert [user_pool_mistakes(region, "x") for region in ("eu-central-1", "us-gov-west-1", "eusc-de-east-1")] == [
        []
    ] * 3


@pytest.mark.parametrize(
    ("region", "partition"),
    [
        ("eu-central-1", "aws"),
        ("us-gov-west-1", "aws-us-gov"),
        ("cn-north-1", "aws-cn"),
        ("eusc-de-east-1", "aws-eusc"),
        ("aws-global", None),
        ("eu-central", None),
        ("", None),
    ],
)
def test_partition_of_a_region(region, partition):
    assert partition_of(region) == partition
    assert bool(region_mistakes(region)) == (partition is None)


@pytest.mark.parametrize(
    ("region", "sentence"),
    [
        ("eu-centra-1", 'aws_region is "eu-centra-1", and AWS has no such region; did you mean eu-central-1?'),
        ("EU-CENTRAL-1", 'aws_region is "EU-CENTRAL-1", and AWS has no such region; did you mean eu-central-1?'),
        ("us-east-1a", 'aws_region is "us-east-1a", and AWS has no such region; did you mean us-east-1?'),
        ("Frankfurt", 'aws_region is "Frankfurt", and AWS has no such region; a region is named like eu-central-1.'),
        ("", 'aws_region is "", and AWS has no such region; a region is named like eu-central-1.'),
        (None, "aws_region is null, and AWS has no such region; a region is named like eu-central-1."),
        (1, "aws_region is 1, and AWS has no such region; a region is named like eu-central-1."),
    ],
)
def test_region_that_does_not_exist_is_refused_with_the_nearest_that_does(region, sentence):
    assert region_mistakes(region) == [sentence]


def test_option_is_named_as_it_is():
    assert region_mistakes("x", "studio_region")[0].startswith('studio_region is "x"')
