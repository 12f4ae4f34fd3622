# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A platform is described by a name from which its teams can be told, a region of AWS and an account."""

import pytest

from ansible_collections.mlplatform.studio.plugins.module_utils._blueprint.network import network_mistakes
from ansible_collections.mlplatform.studio.plugins.module_utils._blueprint.platform import (
    Platform,
    misnamed,
    platform_mistakes,
)
from ansible_collections.mlplatform.studio.plugins.module_utils._blueprint.sign_in_addresses import (
    Addresses,
    FoundSignIn,
)
from ansible_collections.mlplatform.studio.plugins.module_utils._blueprint.sign_in_rules import sign_in_mistakes
from ansible_collections.mlplatform.studio.plugins.module_utils._blueprint.team_rules import team_mistakes
from tests.unit.policies.rendering import login, network, team_with

PLACE = ("eu-central-1", "111111111111")


@pytest.mark.parametrize("name", ["ml", "m1", "sagemaker-studio", "m-l", "p" * 20])
def test_name_is_taken(name):
    assert platform_mistakes(name, *PLACE) == []


# Platform ml--a with team b, and platform ml with team a, would share names and what policies are for.
@pytest.mark.parametrize("name", ["", "m", "p" * 21, "1m", "-ml", "ml-", "ml--a", "m--", "ML", "ml\n", "m_l", 7, None])
def test_name_is_refused(name):
    (sentence,) = platform_mistakes(name, *PLACE)
    assert "must be 2 to 20 of a-z, 0-9 and single inner hyphens, and start with a letter." in sentence


@pytest.mark.parametrize(
    "name", ["sg", "sg-ml", "xn", "sthree", "sthree-1", "amzn-s3-demo", "amzn-s3-demo-1", "aws", "aws-service-role"]
)
def test_name_that_aws_keeps_for_itself_is_refused(name):
    (sentence,) = platform_mistakes(name, *PLACE)
    assert sentence == (
        f'platform_name is "{name}", and AWS keeps names that begin so for itself; choose another, such as ml.'
    )


@pytest.mark.parametrize("name", ["ML", "sg"])
def test_every_role_refuses_the_name(name):
    told = {
        "network": network_mistakes(network(network_platform_name=name).network),
        "login": sign_in_mistakes(login(login_platform_name=name, login_domain_prefix="ours").sign_in),
        "studio": team_mistakes(team_with(studio_platform_name=name).team),
    }
    for role, (sentence,) in told.items():
        assert sentence.startswith(f"{role}_platform_name ")


@pytest.mark.parametrize("name", ["sgx", "xn-a", "sthree1", "amzn-s3", "aws-ml", "awsome", "aws-service-roles"])
def test_name_like_those_of_aws_is_taken(name):
    assert platform_mistakes(name, *PLACE) == []


def test_a_platform_where_cognito_has_no_user_pools_is_refused():
    (sentence,) = platform_mistakes("ml", "cn-northwest-1", "111111111111")
    assert sentence.startswith('aws_region is "cn-northwest-1", and Cognito, through which people sign in, has no user')
    (sentence,) = sign_in_mistakes(login(login_region="us-iso-east-1", login_partition="aws-iso").sign_in)
    assert sentence.startswith('login_region is "us-iso-east-1"')


@pytest.mark.parametrize(
    ("region", "partition", "sign_in", "api"),
    [
        # Cognito developer guide, user pool domains; GovCloud user guide, govcloud-cog; botocore, partitions.json.
        ("eu-central-1", "aws", "auth.eu-central-1.amazoncognito.com", "execute-api.eu-central-1.amazonaws.com"),
        (
            "us-gov-west-1",
            "aws-us-gov",
            "auth-fips.us-gov-west-1.amazoncognito.com",
            "execute-api.us-gov-west-1.amazonaws.com",
        ),
        (
            "us-gov-east-1",
            "aws-us-gov",
            "auth-fips.us-gov-east-1.amazoncognito.com",
            "execute-api.us-gov-east-1.amazonaws.com",
        ),
        ("eusc-de-east-1", "aws-eusc", None, "execute-api.eusc-de-east-1.amazonaws.eu"),
    ],
)
def test_addresses_are_those_of_the_partition(region, partition, sign_in, api):
    described = login(login_region=region, login_partition=partition, login_domain_prefix="ours").sign_in
    assert sign_in_mistakes(described) == []
    addresses = Addresses(described, FoundSignIn(rest_api_id="id"))
    if sign_in:
        assert addresses.hosted_ui_url == f"https://ours.{sign_in}"
    assert addresses.api_url == f"https://id.{api}/prod"
    assert (
        Platform("ml", region, "111111111111", partition).arn("sns", "x").startswith(f"arn:{partition}:sns:{region}:")
    )


@pytest.mark.parametrize(
    ("region", "partition", "suffix"),
    [("us-gov-west-1", "aws-us-gov", "amazonaws.com"), ("eusc-de-east-1", "aws-eusc", "amazonaws.eu")],
)
def test_regions_of_other_partitions_pass_every_pattern(region, partition, suffix):
    place = {"region": region, "partition": partition}
    described = {role: {f"{role}_{key}": value for key, value in place.items()} for role in ("network", "studio")}
    image = {"name": "geo", "image_uri": f"111111111111.dkr.ecr.{region}.{suffix}/geo:1"}
    assert platform_mistakes("ml", region, "111111111111") == []
    assert network_mistakes(network(**described["network"]).network) == []
    assert team_mistakes(team_with(**described["studio"], studio_custom_images=[image]).team) == []


@pytest.mark.parametrize(
    ("names", "sentences"),
    [
        (["aws_regoin"], ["aws_regoin is not a variable of a platform; did you mean aws_region?"]),
        (["aws_role_ran", "aws_region"], ["aws_role_ran is not a variable of a platform; did you mean aws_role_arn?"]),
        (["aws_regions", "aws_region"], []),  # one's own, beside that which is read
        (["aws_costs", "inventory_hostname", "network_cidr"], []),
    ],
)
def test_variable_that_nobody_reads_is_named(names, sentences):
    assert misnamed(names) == sentences
