# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What somebody changed by hand stands in the drift report, with what is there and what should be."""

import json

import pytest

TEAM, PLATFORM = "team1", "sagemaker-studio"
OPEN = {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "IpRanges": [{"CidrIp": "0.0.0.0/0", "Description": "Me"}]}


class Hand:
    """Somebody with the AWS console; each method is a change, and returns what the report should say of it.

    That is (what differs, the value's name, what is there, what should be), the last two each a part of the text.
    """

    def __init__(self, account):
        self.ec2, self.kms = account.client("ec2"), account.client("kms")
        self.sagemaker, self.functions = account.client("sagemaker"), account.client("lambda")
        self.domain = account.domain_id(TEAM)
        tagged = [{"Name": "tag:Platform", "Values": [PLATFORM]}]
        (self.vpc,) = [vpc["VpcId"] for vpc in self.ec2.describe_vpcs(Filters=tagged)["Vpcs"]]
        self.subnets = self.ec2.describe_subnets(Filters=tagged)["Subnets"]
        (self.table,) = [
            table["RouteTableId"] for table in self.ec2.describe_route_tables(Filters=tagged)["RouteTables"]
        ]
        groups = self.ec2.describe_security_groups(Filters=tagged)["SecurityGroups"]
        self.groups = {group["GroupName"]: group for group in groups}
        self.key = f"alias/{PLATFORM}/{TEAM}"
        self.key_id = self.kms.describe_key(KeyId=self.key)["KeyMetadata"]["KeyId"]
        self.gateway = ""

    def description_of_the_key(self):
        self.kms.update_key_description(KeyId=self.key_id, Description="Mine")
        return "Key", "description", "Mine", f"Data of team {TEAM}"

    def rotation_of_the_key(self):
        self.kms.disable_key_rotation(KeyId=self.key_id)
        return "Key", "enable_key_rotation", "false", "true"

    def policy_of_the_key(self):
        policy = json.loads(self.kms.get_key_policy(KeyId=self.key_id, PolicyName="default")["Policy"])
        root = {"AWS": "arn:aws:iam::111111111111:root"}
        mine = {"Sid": "Mine", "Effect": "Allow", "Principal": root, "Action": "kms:Decrypt", "Resource": "*"}
        policy["Statement"].insert(1, mine)
        self.kms.put_key_policy(KeyId=self.key_id, PolicyName="default", Policy=json.dumps(policy))
        return "Key", "policy.Statement", '"Sid": "Mine"', ""

    def tags_of_the_key(self):
        self.kms.tag_resource(KeyId=self.key_id, Tags=[{"TagKey": "Mine", "TagValue": "m"}])
        return "Key", "tags.Mine", "m", ""

    def tag_of_the_teams_group(self):
        self.ec2.create_tags(
            Resources=[self.groups[f"{PLATFORM}--{TEAM}"]["GroupId"]], Tags=[{"Key": "Mine", "Value": "m"}]
        )
        return f"Security group: security_group {PLATFORM}--{TEAM}", "tags.Mine", "m", ""

    def attribute_of_a_subnet(self):
        subnet = self.subnets[0]
        self.ec2.modify_subnet_attribute(SubnetId=subnet["SubnetId"], MapPublicIpOnLaunch={"Value": True})
        return f"VPC: subnet {subnet['CidrBlock']}", "map_public_ip_on_launch", "true", "false"

    def dns_of_the_vpc(self):
        self.ec2.modify_vpc_attribute(VpcId=self.vpc, EnableDnsHostnames={"Value": False})
        return f"VPC: vpc {PLATFORM}", "enable_dns_hostnames", "false", "true"

    def internet_gateway(self):
        self.gateway = self.ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
        self.ec2.attach_internet_gateway(InternetGatewayId=self.gateway, VpcId=self.vpc)
        return f"VPC (left alone): vpc {PLATFORM}", "internet_gateways", self.gateway, ""

    def route(self):
        self.ec2.create_route(RouteTableId=self.table, DestinationCidrBlock="0.0.0.0/0", GatewayId=self.gateway)
        return f"VPC: route_table {PLATFORM}-isolated", "routes", f"0.0.0.0/0 {self.gateway}", ""

    def route_of_the_main_table(self):
        main = [{"Name": "vpc-id", "Values": [self.vpc]}, {"Name": "association.main", "Values": ["true"]}]
        (table,) = self.ec2.describe_route_tables(Filters=main)["RouteTables"]
        self.ec2.create_route(
            RouteTableId=table["RouteTableId"], DestinationCidrBlock="0.0.0.0/0", GatewayId=self.gateway
        )
        return f"VPC (left alone): vpc {PLATFORM}", "routes_of_main_table", f"0.0.0.0/0 {self.gateway}", ""

    def subnet_that_goes_by_another_table(self):
        link = next(
            link
            for table in self.ec2.describe_route_tables(RouteTableIds=[self.table])["RouteTables"]
            for link in table["Associations"]
            if link["SubnetId"] == self.subnets[1]["SubnetId"]
        )
        self.ec2.disassociate_route_table(AssociationId=link["RouteTableAssociationId"])
        both = sorted(subnet["CidrBlock"] for subnet in self.subnets)
        return (
            f"VPC: route_table {PLATFORM}-isolated",
            "subnets",
            json.dumps([self.subnets[0]["CidrBlock"]]),
            json.dumps(both),
        )

    def rule_that_is_added(self):
        group = self.groups[f"{PLATFORM}-clients"]["GroupId"]
        self.ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[OPEN])
        return f"Security groups: rules {PLATFORM}-clients", "rules", '["tcp 22 0.0.0.0/0 (Me)"]', ""

    def group_of_a_profile(self):
        group, key = self.groups[f"{PLATFORM}-clients"]["GroupId"], {"DomainId": self.domain}
        profile = self.sagemaker.list_user_profiles(DomainIdEquals=self.domain)["UserProfiles"][0]["UserProfileName"]
        settings = {"SecurityGroups": [group]}
        self.sagemaker.update_user_profile(**key, UserProfileName=profile, UserSettings=settings)
        return f"User profiles: {profile}", "user_settings.security_groups", group, ""

    def statement_of_the_function(self):
        may = {"Action": "lambda:InvokeFunction", "Principal": "222222222222"}
        self.functions.add_permission(FunctionName=f"{PLATFORM}-presigned-url", StatementId="mine", **may)
        return "API permission", "other_statements", "222222222222", ""

    def rule_of_an_nfs_group(self):
        named = [{"Name": "group-name", "Values": [f"security-group-for-inbound-nfs-{self.domain}"]}]
        (group,) = self.ec2.describe_security_groups(Filters=named)["SecurityGroups"]
        self.ec2.authorize_security_group_ingress(GroupId=group["GroupId"], IpPermissions=[OPEN])
        return f"Home (left alone): {group['GroupId']}", "strange_rules", '["tcp 22 from 0.0.0.0/0"]', ""

    def rule_that_is_taken_away(self):
        group = self.groups[f"{PLATFORM}-endpoints"]
        self.ec2.revoke_security_group_ingress(GroupId=group["GroupId"], IpPermissions=group["IpPermissions"])
        described = f'["tcp 443 {PLATFORM}-clients (Studio apps)"]'
        return f"Security groups: rules {PLATFORM}-endpoints", "rules", "", described


CHANGES = [name for name in vars(Hand) if not name.startswith("_")]
# What no run takes back, as it was not made here.
LEFT_ALONE = {"internet_gateway", "route_of_the_main_table", "rule_of_an_nfs_group"}


@pytest.fixture(scope="module")
def account(deployed):
    return deployed()


@pytest.fixture(scope="module")
def expected(account):
    """What the report should say of each change; all of them are made."""
    hand = Hand(account)
    return {name: getattr(hand, name)() for name in CHANGES}


def drift(account, folder):
    """The differences that the drift check finds, as (what, name, actual, described)."""
    account.writes()
    run = account.run("drift", domain_name=TEAM, drift_report_dir=str(folder))
    assert run.status == 0, run.output[-6000:]
    assert account.writes() == []
    report = json.loads((folder / f"{TEAM}.json").read_text())
    assert report["error"] == ""
    return [
        (found["what"], value["name"], value["actual"], value["described"])
        for found in [*report["platform_differences"], *report["differences"]]
        for value in found["values"]
    ]


@pytest.fixture(scope="module")
def found(account, expected, tmp_path_factory):
    return drift(account, tmp_path_factory.mktemp("drift"))


@pytest.mark.parametrize("change", CHANGES)
def test_change_is_told_with_what_is_and_what_should_be(expected, found, change):
    task, name, actual, described = expected[change]
    (told,) = [one for one in found if one[:2] == (task, name)]
    assert ("left alone" in told[0]) is (change in LEFT_ALONE)
    assert actual in told[2] and described in told[3]
    assert bool(actual) is bool(told[2]) or name == "policy.Statement"
    assert bool(described) is bool(told[3]) or name == "policy.Statement"


def test_nothing_else_is_told(expected, found):
    assert {one[:2] for one in found} == {told[:2] for told in expected.values()}


@pytest.mark.usefixtures("found")
def test_next_run_takes_back_what_is_its_own(account, expected, tmp_path):
    run = account.run("site", domain_name=TEAM)
    assert run.status == 0, run.output[-6000:]
    assert "has internet gateways that were not made here" in " ".join(run.output.split())
    left = {one[:2] for one in drift(account, tmp_path)}
    assert left == {expected[change][:2] for change in LEFT_ALONE}
