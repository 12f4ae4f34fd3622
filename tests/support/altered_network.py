# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What people change in the AWS console of a network, its groups and a team's key: rows of tests.support.altered."""

import json

from tests.support.altered import MINE, ROOT, row
from tests.support.hand import FUNCTION, GROUP, PLATFORM, TEAM

OPEN = {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "IpRanges": [{"CidrIp": "0.0.0.0/0", "Description": "Me"}]}


def subnets(hand):
    """The two subnets of the platform."""
    return hand.in_vpc(hand.ec2.describe_subnets, "Subnets")


def isolated_table(hand):
    """The route table of the platform's subnets, which leads nowhere."""
    tables = hand.in_vpc(hand.ec2.describe_route_tables, "RouteTables")
    return next(one for one in tables if {"Key": "Name", "Value": f"{PLATFORM}-isolated"} in one["Tags"])


def attached_gateway(hand):
    """The id of the internet gateway that an earlier row attached to the VPC."""
    attached = [{"Name": "attachment.vpc-id", "Values": [hand.vpc]}]
    (gateway,) = hand.ec2.describe_internet_gateways(Filters=attached)["InternetGateways"]
    return gateway["InternetGatewayId"]


@row
def description_of_the_key(hand):
    hand.kms.update_key_description(KeyId=hand.key, Description="Mine")
    return "Key", "description", "Mine", f"Data of team {TEAM}"


@row
def rotation_of_the_key(hand):
    hand.kms.disable_key_rotation(KeyId=hand.key)
    return "Key", "enable_key_rotation", "false", "true"


@row
def policy_of_the_key(hand):
    policy = json.loads(hand.kms.get_key_policy(KeyId=hand.key, PolicyName="default")["Policy"])
    policy["Statement"].insert(1, {**MINE, "Principal": ROOT, "Action": "kms:Decrypt"})
    hand.kms.put_key_policy(KeyId=hand.key, PolicyName="default", Policy=json.dumps(policy))
    return "Key", "policy.Statement", '"Sid": "Mine"', ""


@row
def tags_of_the_key(hand):
    hand.kms.tag_resource(KeyId=hand.key, Tags=[{"TagKey": "Mine", "TagValue": "m"}])
    return "Key", "tags.Mine", "m", ""


@row
def tag_of_the_teams_group(hand):
    hand.ec2.create_tags(Resources=[hand.group(GROUP)], Tags=[{"Key": "Mine", "Value": "m"}])
    return f"Security group: security_group {PLATFORM}--{TEAM}", "tags.Mine", "m", ""


@row
def attribute_of_a_subnet(hand):
    subnet = subnets(hand)[0]
    hand.ec2.modify_subnet_attribute(SubnetId=subnet["SubnetId"], MapPublicIpOnLaunch={"Value": True})
    return f"VPC: subnet {subnet['CidrBlock']}", "map_public_ip_on_launch", "true", "false"


@row
def dns_of_the_vpc(hand):
    hand.ec2.modify_vpc_attribute(VpcId=hand.vpc, EnableDnsHostnames={"Value": False})
    return f"VPC: vpc {PLATFORM}", "enable_dns_hostnames", "false", "true"


@row
def internet_gateway(hand):
    gateway = hand.ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    hand.ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=hand.vpc)
    return f"VPC (left alone): vpc {PLATFORM}", "internet_gateways", gateway, ""


@row
def route(hand):
    gateway = attached_gateway(hand)
    hand.ec2.create_route(
        RouteTableId=isolated_table(hand)["RouteTableId"], DestinationCidrBlock="0.0.0.0/0", GatewayId=gateway
    )
    return f"VPC: route_table {PLATFORM}-isolated", "routes", f"0.0.0.0/0 {gateway}", ""


@row
def route_of_the_main_table(hand):
    gateway = attached_gateway(hand)
    main = [{"Name": "vpc-id", "Values": [hand.vpc]}, {"Name": "association.main", "Values": ["true"]}]
    (table,) = hand.ec2.describe_route_tables(Filters=main)["RouteTables"]
    hand.ec2.create_route(RouteTableId=table["RouteTableId"], DestinationCidrBlock="0.0.0.0/0", GatewayId=gateway)
    return f"VPC (left alone): vpc {PLATFORM}", "routes_of_main_table", f"0.0.0.0/0 {gateway}", ""


@row
def subnet_that_goes_by_another_table(hand):
    kept, other = subnets(hand)
    link = next(one for one in isolated_table(hand)["Associations"] if one["SubnetId"] == other["SubnetId"])
    hand.ec2.disassociate_route_table(AssociationId=link["RouteTableAssociationId"])
    both = sorted(subnet["CidrBlock"] for subnet in (kept, other))
    return f"VPC: route_table {PLATFORM}-isolated", "subnets", json.dumps([kept["CidrBlock"]]), json.dumps(both)


@row
def rule_that_is_added(hand):
    group = hand.group(f"{PLATFORM}-clients")
    hand.ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[OPEN])
    return f"Security groups: rules {PLATFORM}-clients", "rules", '["tcp 22 0.0.0.0/0 (Me)"]', ""


@row
def group_of_a_profile(hand):
    group, key = hand.group(f"{PLATFORM}-clients"), {"DomainId": hand.domain}
    profile = hand.sagemaker.list_user_profiles(DomainIdEquals=hand.domain)["UserProfiles"][0]["UserProfileName"]
    settings = {"SecurityGroups": [group]}
    hand.sagemaker.update_user_profile(**key, UserProfileName=profile, UserSettings=settings)
    return f"User profiles: {profile}", "user_settings.security_groups", group, ""


@row
def statement_of_the_function(hand):
    may = {"Action": "lambda:InvokeFunction", "Principal": "222222222222"}
    hand.functions.add_permission(FunctionName=FUNCTION, StatementId="mine", **may)
    return "API permission", "other_statements", "222222222222", ""


@row
def rule_of_an_nfs_group(hand):
    group = hand.nfs_group()
    hand.ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[OPEN])
    return f"Home (left alone): {group}", "strange_rules", '["tcp 22 from 0.0.0.0/0"]', ""


@row
def rule_that_is_taken_away(hand):
    groups = hand.in_vpc(hand.ec2.describe_security_groups, "SecurityGroups")
    group = next(one for one in groups if one["GroupName"] == f"{PLATFORM}-endpoints")
    hand.ec2.revoke_security_group_ingress(GroupId=group["GroupId"], IpPermissions=group["IpPermissions"])
    described = f'["tcp 443 {PLATFORM}-clients (Studio apps)"]'
    return f"Security groups: rules {PLATFORM}-endpoints", "rules", "", described


@row
def key_that_is_disabled(hand):
    """Nothing that it encrypts opens."""
    hand.kms.disable_key(KeyId=hand.key)
    return "Key", "key_state", "Disabled", "Enabled"
