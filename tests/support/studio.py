# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A network and a Studio domain, made with the AWS API, for tests of what lives in them."""

import contextlib
import time
from unittest import mock

from emulator.sagemaker import listing

ROLE = "arn:aws:iam::111111111111:role/team1-execution"


def make_network(client):
    """A VPC with three subnets and two security groups: {"vpc_id", "subnet_ids", "group_ids"}."""
    ec2 = client("ec2")
    vpc_id = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnets = [
        ec2.create_subnet(VpcId=vpc_id, CidrBlock=f"10.0.{number}.0/24", AvailabilityZone=f"eu-central-1{zone}")
        for number, zone in enumerate("abc")
    ]
    groups = [ec2.create_security_group(VpcId=vpc_id, GroupName=name, Description=name) for name in ("one", "two")]
    return {
        "vpc_id": vpc_id,
        "subnet_ids": [subnet["Subnet"]["SubnetId"] for subnet in subnets],
        "group_ids": [group["GroupId"] for group in groups],
    }


def make_domain(client, network, name="team1", **members):
    """A domain that is InService, as DescribeDomain shows it."""
    sagemaker = client("sagemaker")
    domain_id = sagemaker.create_domain(
        DomainName=name,
        VpcId=network["vpc_id"],
        SubnetIds=network["subnet_ids"][:2],
        **{
            "AuthMode": "IAM",
            "DefaultUserSettings": {"ExecutionRole": ROLE, "SecurityGroups": network["group_ids"]},
            **members,
        },
    )["DomainId"]
    return settled(lambda: sagemaker.describe_domain(DomainId=domain_id))


def start_lab(client, domain_id, person, space=""):
    """A private space of a person, PERSON-lab unless it is named, with JupyterLab running; what names the app."""
    sagemaker, key = client("sagemaker"), {"DomainId": domain_id, "SpaceName": space or f"{person}-lab"}
    sagemaker.create_space(
        **key,
        OwnershipSettings={"OwnerUserProfileName": person},
        SpaceSharingSettings={"SharingType": "Private"},
        SpaceSettings={"AppType": "JupyterLab"},
    )
    settled(lambda: sagemaker.describe_space(**key))
    app = {**key, "AppType": "JupyterLab", "AppName": "default"}
    sagemaker.create_app(**app)
    settled(lambda: sagemaker.describe_app(**app))
    return app


def stop_lab(client, app):
    """Delete an app that start_lab() started, as idle shutdown and people do."""
    client("sagemaker").delete_app(**app)
    settled(lambda: client("sagemaker").describe_app(**app))


def settled(describe):
    """describe()'s answer as soon as its Status is no longer a passing one."""
    while (answer := describe())["Status"] in ("Pending", "Updating", "Deleting"):
        time.sleep(0.05)
    return answer


def settle_endpoints(ec2, ids):
    """Wait until no VPC endpoint of these ids is pending: what is pending would look altered later."""
    while any(one["State"] == "pending" for one in ec2.describe_vpc_endpoints(VpcEndpointIds=ids)["VpcEndpoints"]):
        time.sleep(0.05)


@contextlib.contextmanager
def pages_of_ten():
    """Let the emulator's listings answer with ten items a page, whatever they are asked for."""
    page = listing.page

    def small_page(found, request, *arguments, **options):
        asked = {name: value for name, value in request.items() if name != "MaxResults"}
        return page(found, asked, *arguments, **options)

    with mock.patch.object(listing, "page", small_page):
        yield
