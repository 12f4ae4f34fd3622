# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The same mistakes made against the emulator and against moto, which was written independently: one error code.

Where both differ, ACCEPTED says why ours stays as it is. A difference that is gone must leave that table.
"""

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from moto import mock_aws

from tests.emulator.aws_answers import ACCOUNT, REGION

PASSWORD = "Aa1!aaaaaaaa"
SUCCESS = "(no error)"
# Requests that moto should not answer end at a port where nobody listens, never at AWS.
NOWHERE = {"http": "http://127.0.0.1:9", "https": "http://127.0.0.1:9"}

MISTAKES = {}


def mistake(function):
    """Register a mistake: a function of a client and of a world made for it, whose last call goes wrong."""
    MISTAKES[function.__name__] = function
    return function


class Network:
    """A VPC with a subnet, a group, a route table and an internet gateway."""

    def __init__(self, ec2):
        self.vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
        self.subnet = ec2.create_subnet(VpcId=self.vpc, CidrBlock="10.0.1.0/24")["Subnet"]["SubnetId"]
        self.group = ec2.create_security_group(GroupName="g", Description="g", VpcId=self.vpc)["GroupId"]
        self.table = ec2.create_route_table(VpcId=self.vpc)["RouteTable"]["RouteTableId"]
        self.gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
        ec2.attach_internet_gateway(InternetGatewayId=self.gateway, VpcId=self.vpc)

    def rule(self, **change):
        """Arguments of AuthorizeSecurityGroupIngress and its likes."""
        permission = {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "IpRanges": [{"CidrIp": "10.0.0.0/16"}]}
        return {"GroupId": self.group, "IpPermissions": [{**permission, **change}]}


class People:
    """A user pool with an app client, a group and a user."""

    def __init__(self, cognito):
        self.pool = cognito.create_user_pool(PoolName="people")["UserPool"]["Id"]
        self.app = cognito.create_user_pool_client(
            UserPoolId=self.pool,
            ClientName="cli",
            ExplicitAuthFlows=["ALLOW_ADMIN_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
        )["UserPoolClient"]["ClientId"]
        cognito.create_group(UserPoolId=self.pool, GroupName="red")
        cognito.admin_create_user(UserPoolId=self.pool, Username="ada", MessageAction="SUPPRESS")
        cognito.admin_set_user_password(UserPoolId=self.pool, Username="ada", Password=PASSWORD, Permanent=True)

    def sign_in(self, **change):
        """Arguments of AdminInitiateAuth."""
        parameters = {"USERNAME": "ada", "PASSWORD": PASSWORD, **change.pop("parameters", {})}
        given = {"UserPoolId": self.pool, "ClientId": self.app, "AuthFlow": "ADMIN_USER_PASSWORD_AUTH"}
        return {**given, "AuthParameters": parameters, **change}


WORLDS = {"ec2": Network, "cognito-idp": People}

# --- rules of security groups


@mistake
def ec2_rule_twice(ec2, network):
    ec2.authorize_security_group_ingress(**network.rule())
    ec2.authorize_security_group_ingress(**network.rule())


@mistake
def ec2_egress_rule_twice(ec2, network):
    ec2.authorize_security_group_egress(**network.rule())
    ec2.authorize_security_group_egress(**network.rule())


@mistake
def ec2_default_egress_rule_again(ec2, network):
    permission = {"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}
    ec2.authorize_security_group_egress(GroupId=network.group, IpPermissions=[permission])


@mistake
def ec2_revoke_unknown_rule(ec2, network):
    ec2.revoke_security_group_ingress(**network.rule())


@mistake
def ec2_revoke_unknown_egress_rule(ec2, network):
    ec2.revoke_security_group_egress(**network.rule())


@mistake
def ec2_rule_of_unknown_group(ec2, network):
    ec2.authorize_security_group_ingress(**{**network.rule(), "GroupId": "sg-0123456789abcdef0"})


@mistake
def ec2_revoke_from_unknown_group(ec2, network):
    ec2.revoke_security_group_ingress(**{**network.rule(), "GroupId": "sg-0123456789abcdef0"})


@mistake
def ec2_rule_to_unknown_group(ec2, network):
    ec2.authorize_security_group_ingress(
        **network.rule(IpRanges=[], UserIdGroupPairs=[{"GroupId": "sg-0123456789abcdef0"}])
    )


@mistake
def ec2_rule_with_bad_cidr(ec2, network):
    ec2.authorize_security_group_ingress(**network.rule(IpRanges=[{"CidrIp": "10.0.0.0/33"}]))


@mistake
def ec2_rule_with_bad_cidr6(ec2, network):
    ec2.authorize_security_group_ingress(**network.rule(IpRanges=[], Ipv6Ranges=[{"CidrIpv6": "10.0.0.0/8"}]))


@mistake
def ec2_rule_with_unknown_protocol(ec2, network):
    ec2.authorize_security_group_ingress(**network.rule(IpProtocol="sctpx"))


# --- security groups


@mistake
def ec2_group_in_unknown_vpc(ec2, _network):
    ec2.create_security_group(GroupName="x", Description="x", VpcId="vpc-0123456789abcdef0")


@mistake
def ec2_group_of_same_name(ec2, network):
    ec2.create_security_group(GroupName="g", Description="g", VpcId=network.vpc)


@mistake
def ec2_delete_unknown_group(ec2, _network):
    ec2.delete_security_group(GroupId="sg-0123456789abcdef0")


@mistake
def ec2_delete_default_group(ec2, network):
    groups = ec2.describe_security_groups(Filters=[{"Name": "vpc-id", "Values": [network.vpc]}])["SecurityGroups"]
    ec2.delete_security_group(GroupId=next(found["GroupId"] for found in groups if found["GroupName"] == "default"))


@mistake
def ec2_delete_named_group(ec2, network):
    other = ec2.create_security_group(GroupName="h", Description="h", VpcId=network.vpc)["GroupId"]
    ec2.authorize_security_group_ingress(**network.rule(IpRanges=[], UserIdGroupPairs=[{"GroupId": other}]))
    ec2.delete_security_group(GroupId=other)


@mistake
def ec2_delete_worn_group(ec2, network):
    ec2.create_network_interface(SubnetId=network.subnet, Groups=[network.group])
    ec2.delete_security_group(GroupId=network.group)


@mistake
def ec2_describe_unknown_group(ec2, _network):
    ec2.describe_security_groups(GroupIds=["sg-0a1b2c3d4e5f60718"])


# --- VPCs and subnets


@mistake
def ec2_vpc_too_big(ec2, _network):
    ec2.create_vpc(CidrBlock="10.0.0.0/8")


@mistake
def ec2_vpc_of_nonsense(ec2, _network):
    ec2.create_vpc(CidrBlock="ten")


@mistake
def ec2_describe_unknown_vpc(ec2, _network):
    ec2.describe_vpcs(VpcIds=["vpc-0123456789abcdef0"])


@mistake
def ec2_delete_unknown_vpc(ec2, _network):
    ec2.delete_vpc(VpcId="vpc-0123456789abcdef0")


@mistake
def ec2_attribute_of_unknown_vpc(ec2, _network):
    ec2.modify_vpc_attribute(VpcId="vpc-0123456789abcdef0", EnableDnsSupport={"Value": True})


@mistake
def ec2_delete_vpc_in_use(ec2, network):
    ec2.delete_vpc(VpcId=network.vpc)


@mistake
def ec2_subnet_outside(ec2, network):
    ec2.create_subnet(VpcId=network.vpc, CidrBlock="10.1.0.0/24")


@mistake
def ec2_subnet_over_another(ec2, network):
    ec2.create_subnet(VpcId=network.vpc, CidrBlock="10.0.1.128/25")


@mistake
def ec2_subnet_of_nonsense(ec2, network):
    ec2.create_subnet(VpcId=network.vpc, CidrBlock="ten")


@mistake
def ec2_subnet_in_unknown_vpc(ec2, _network):
    ec2.create_subnet(VpcId="vpc-0123456789abcdef0", CidrBlock="10.0.2.0/24")


@mistake
def ec2_subnet_in_foreign_zone(ec2, network):
    ec2.create_subnet(VpcId=network.vpc, CidrBlock="10.0.2.0/24", AvailabilityZone="us-east-1a")


@mistake
def ec2_describe_unknown_subnet(ec2, _network):
    ec2.describe_subnets(SubnetIds=["subnet-0123456789abcdef0"])


@mistake
def ec2_delete_unknown_subnet(ec2, _network):
    ec2.delete_subnet(SubnetId="subnet-0123456789abcdef0")


@mistake
def ec2_interface_in_unknown_subnet(ec2, _network):
    ec2.create_network_interface(SubnetId="subnet-0123456789abcdef0")


@mistake
def ec2_delete_unknown_interface(ec2, _network):
    ec2.delete_network_interface(NetworkInterfaceId="eni-0123456789abcdef0")


# --- endpoints


@mistake
def ec2_endpoint_of_unknown_service(ec2, network):
    ec2.create_vpc_endpoint(VpcId=network.vpc, ServiceName=f"com.amazonaws.{REGION}.nothing")


@mistake
def ec2_endpoint_in_unknown_vpc(ec2, _network):
    ec2.create_vpc_endpoint(VpcId="vpc-0123456789abcdef0", ServiceName=f"com.amazonaws.{REGION}.s3")


@mistake
def ec2_endpoint_with_unknown_route_table(ec2, network):
    ec2.create_vpc_endpoint(
        VpcId=network.vpc, ServiceName=f"com.amazonaws.{REGION}.s3", RouteTableIds=["rtb-0123456789abcdef0"]
    )


@mistake
def ec2_endpoint_with_unknown_subnet(ec2, network):
    ec2.create_vpc_endpoint(
        VpcId=network.vpc,
        VpcEndpointType="Interface",
        ServiceName=f"com.amazonaws.{REGION}.sts",
        SubnetIds=["subnet-0123456789abcdef0"],
    )


@mistake
def ec2_describe_unknown_endpoint(ec2, _network):
    ec2.describe_vpc_endpoints(VpcEndpointIds=["vpce-0123456789abcdef0"])


@mistake
def ec2_modify_unknown_endpoint(ec2, _network):
    ec2.modify_vpc_endpoint(VpcEndpointId="vpce-0123456789abcdef0", ResetPolicy=True)


# --- routes and gateways


@mistake
def ec2_describe_unknown_route_table(ec2, _network):
    ec2.describe_route_tables(RouteTableIds=["rtb-0123456789abcdef0"])


@mistake
def ec2_delete_unknown_route_table(ec2, _network):
    ec2.delete_route_table(RouteTableId="rtb-0123456789abcdef0")


@mistake
def ec2_delete_associated_route_table(ec2, network):
    ec2.associate_route_table(RouteTableId=network.table, SubnetId=network.subnet)
    ec2.delete_route_table(RouteTableId=network.table)


@mistake
def ec2_associate_unknown_subnet(ec2, network):
    ec2.associate_route_table(RouteTableId=network.table, SubnetId="subnet-0123456789abcdef0")


@mistake
def ec2_associate_unknown_route_table(ec2, network):
    ec2.associate_route_table(RouteTableId="rtb-0123456789abcdef0", SubnetId=network.subnet)


@mistake
def ec2_disassociate_unknown(ec2, _network):
    ec2.disassociate_route_table(AssociationId="rtbassoc-0123456789abcdef0")


@mistake
def ec2_route_twice(ec2, network):
    for _ in range(2):
        ec2.create_route(RouteTableId=network.table, DestinationCidrBlock="0.0.0.0/0", GatewayId=network.gateway)


@mistake
def ec2_delete_unknown_route(ec2, network):
    ec2.delete_route(RouteTableId=network.table, DestinationCidrBlock="0.0.0.0/0")


@mistake
def ec2_route_to_unknown_gateway(ec2, network):
    ec2.create_route(RouteTableId=network.table, DestinationCidrBlock="0.0.0.0/0", GatewayId="igw-0123456789abcdef0")


@mistake
def ec2_describe_unknown_gateway(ec2, _network):
    ec2.describe_internet_gateways(InternetGatewayIds=["igw-0123456789abcdef0"])


@mistake
def ec2_delete_attached_gateway(ec2, network):
    ec2.delete_internet_gateway(InternetGatewayId=network.gateway)


@mistake
def ec2_attach_gateway_to_unknown_vpc(ec2, _network):
    gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId="vpc-0123456789abcdef0")


@mistake
def ec2_attach_second_gateway(ec2, network):
    gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=network.vpc)


@mistake
def ec2_detach_unattached_gateway(ec2, network):
    gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    ec2.detach_internet_gateway(InternetGatewayId=gateway, VpcId=network.vpc)


# --- tags, flow logs, dry runs


@mistake
def ec2_tag_unknown_vpc(ec2, _network):
    ec2.create_tags(Resources=["vpc-0123456789abcdef0"], Tags=[{"Key": "a", "Value": "b"}])


@mistake
def ec2_tag_of_aws(ec2, network):
    ec2.create_tags(Resources=[network.vpc], Tags=[{"Key": "aws:a", "Value": "b"}])


@mistake
def ec2_flow_log_without_role(ec2, network):
    ec2.create_flow_logs(ResourceType="VPC", ResourceIds=[network.vpc], TrafficType="ALL", LogGroupName="flow")


@mistake
def ec2_flow_log_without_group(ec2, network):
    ec2.create_flow_logs(
        ResourceType="VPC",
        ResourceIds=[network.vpc],
        TrafficType="ALL",
        DeliverLogsPermissionArn=f"arn:aws:iam::{ACCOUNT}:role/flow",
    )


@mistake
def ec2_dry_run(ec2, _network):
    ec2.create_vpc(CidrBlock="10.9.0.0/16", DryRun=True)


# --- user pools


@mistake
def cognito_describe_unknown_pool(cognito, _people):
    cognito.describe_user_pool(UserPoolId=f"{REGION}_unknown12")


@mistake
def cognito_delete_unknown_pool(cognito, _people):
    cognito.delete_user_pool(UserPoolId=f"{REGION}_unknown12")


@mistake
def cognito_delete_protected_pool(cognito, _people):
    pool = cognito.create_user_pool(PoolName="kept", DeletionProtection="ACTIVE")["UserPool"]["Id"]
    cognito.delete_user_pool(UserPoolId=pool)


@mistake
def cognito_describe_unknown_client(cognito, people):
    cognito.describe_user_pool_client(UserPoolId=people.pool, ClientId="unknown1234567890")


@mistake
def cognito_delete_unknown_client(cognito, people):
    cognito.delete_user_pool_client(UserPoolId=people.pool, ClientId="unknown1234567890")


@mistake
def cognito_client_of_unknown_pool(cognito, _people):
    cognito.create_user_pool_client(UserPoolId=f"{REGION}_unknown12", ClientName="x")


@mistake
def cognito_domain_twice(cognito, people):
    other = cognito.create_user_pool(PoolName="other")["UserPool"]["Id"]
    cognito.create_user_pool_domain(UserPoolId=people.pool, Domain="people-1")
    cognito.create_user_pool_domain(UserPoolId=other, Domain="people-1")


@mistake
def cognito_resource_server_twice(cognito, people):
    for _ in range(2):
        cognito.create_resource_server(UserPoolId=people.pool, Identifier="api", Name="api")


# --- groups and users


@mistake
def cognito_group_twice(cognito, people):
    cognito.create_group(UserPoolId=people.pool, GroupName="red")


@mistake
def cognito_get_unknown_group(cognito, people):
    cognito.get_group(UserPoolId=people.pool, GroupName="blue")


@mistake
def cognito_update_unknown_group(cognito, people):
    cognito.update_group(UserPoolId=people.pool, GroupName="blue")


@mistake
def cognito_delete_unknown_group(cognito, people):
    cognito.delete_group(UserPoolId=people.pool, GroupName="blue")


@mistake
def cognito_group_of_unknown_pool(cognito, _people):
    cognito.create_group(UserPoolId=f"{REGION}_unknown12", GroupName="red")


@mistake
def cognito_unknown_user_into_group(cognito, people):
    cognito.admin_add_user_to_group(UserPoolId=people.pool, Username="bob", GroupName="red")


@mistake
def cognito_user_into_unknown_group(cognito, people):
    cognito.admin_add_user_to_group(UserPoolId=people.pool, Username="ada", GroupName="blue")


@mistake
def cognito_list_users_of_unknown_group(cognito, people):
    cognito.list_users_in_group(UserPoolId=people.pool, GroupName="blue")


@mistake
def cognito_user_twice(cognito, people):
    cognito.admin_create_user(UserPoolId=people.pool, Username="ada")


@mistake
def cognito_get_unknown_user(cognito, people):
    cognito.admin_get_user(UserPoolId=people.pool, Username="bob")


@mistake
def cognito_delete_unknown_user(cognito, people):
    cognito.admin_delete_user(UserPoolId=people.pool, Username="bob")


@mistake
def cognito_disable_unknown_user(cognito, people):
    cognito.admin_disable_user(UserPoolId=people.pool, Username="bob")


@mistake
def cognito_attributes_of_unknown_user(cognito, people):
    cognito.admin_update_user_attributes(
        UserPoolId=people.pool, Username="bob", UserAttributes=[{"Name": "email", "Value": "b@example.com"}]
    )


@mistake
def cognito_weak_password(cognito, people):
    cognito.admin_set_user_password(UserPoolId=people.pool, Username="ada", Password="weak", Permanent=True)


@mistake
def cognito_weak_temporary_password(cognito, people):
    cognito.admin_create_user(UserPoolId=people.pool, Username="bob", TemporaryPassword="weakweak")


@mistake
def cognito_password_of_unknown_user(cognito, people):
    cognito.admin_set_user_password(UserPoolId=people.pool, Username="bob", Password=PASSWORD, Permanent=True)


# --- signing in


@mistake
def cognito_wrong_password(cognito, people):
    cognito.admin_initiate_auth(**people.sign_in(parameters={"PASSWORD": "Wrong1!aaaaa"}))


@mistake
def cognito_unknown_user_signs_in(cognito, people):
    cognito.admin_initiate_auth(**people.sign_in(parameters={"USERNAME": "bob"}))


@mistake
def cognito_unknown_client_signs_in(cognito, people):
    cognito.admin_initiate_auth(**people.sign_in(ClientId="unknown1234567890"))


@mistake
def cognito_flow_that_is_off(cognito, people):
    cognito.initiate_auth(
        ClientId=people.app,
        AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": "ada", "PASSWORD": PASSWORD},
    )


@mistake
def cognito_disabled_user_signs_in(cognito, people):
    cognito.admin_disable_user(UserPoolId=people.pool, Username="ada")
    cognito.admin_initiate_auth(**people.sign_in())


@mistake
def cognito_forged_token(cognito, _people):
    cognito.get_user(AccessToken="not.a.token")


@mistake
def cognito_client_without_its_secret(cognito, people):
    secret = cognito.create_user_pool_client(
        UserPoolId=people.pool,
        ClientName="secret",
        GenerateSecret=True,
        ExplicitAuthFlows=["ALLOW_ADMIN_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
    )["UserPoolClient"]["ClientId"]
    cognito.admin_initiate_auth(**people.sign_in(ClientId=secret))


# Mistake -> (ours, moto's, why ours).
ACCEPTED = {
    "ec2_attach_second_gateway": (
        "InvalidParameterValue", SUCCESS, "a VPC has one internet gateway at most (VPC quotas); moto attaches a second"
    ),
    "ec2_delete_default_group": ("CannotDelete", SUCCESS, "EC2 error codes, CannotDelete; moto deletes it"),
    "ec2_delete_named_group": (
        "DependencyViolation", SUCCESS, "API reference DeleteSecurityGroup; moto does not look at other groups' rules"
    ),
    "ec2_delete_worn_group": (
        "DependencyViolation", SUCCESS, "API reference DeleteSecurityGroup; moto does not look at interfaces"
    ),
    "ec2_dry_run": ("DryRunOperation", SUCCESS, "API reference, DryRun; moto makes the VPC"),
    "ec2_endpoint_of_unknown_service": (
        "InvalidServiceName", SUCCESS, "EC2 error codes, InvalidServiceName; moto knows no services here"
    ),
    "ec2_endpoint_with_unknown_route_table": (
        "InvalidRouteTableId.NotFound",
        "InvalidRouteTableID.NotFound",
        "calls about endpoints spell it so (terraform-provider-aws has constants for both)",
    ),
    "ec2_group_in_unknown_vpc": ("InvalidVpcID.NotFound", SUCCESS, "EC2 error codes; moto does not look at the VPC"),
    "ec2_rule_with_unknown_protocol": (
        "InvalidParameterValue", SUCCESS, "terraform-provider-aws #1793 quotes the refusal; moto takes any word"
    ),
    "ec2_subnet_in_foreign_zone": (
        "InvalidParameterValue", SUCCESS, "API reference CreateSubnet; moto takes zones of all regions here"
    ),
    "ec2_tag_of_aws": ("InvalidParameterValue", SUCCESS, "EC2 user guide, tag restrictions; moto takes the prefix"),
    "cognito_client_without_its_secret": (
        "NotAuthorizedException", SUCCESS, "developer guide, secret hash; moto does not ask for it here"
    ),
    "cognito_delete_protected_pool": (
        "InvalidParameterException", SUCCESS, "developer guide, deletion protection; moto stores it only"
    ),
    "cognito_domain_twice": (
        "InvalidParameterException", SUCCESS, "domain prefixes are unique in a region (developer guide); moto's are not"
    ),
    "cognito_flow_that_is_off": (
        "InvalidParameterException", SUCCESS, "model, ExplicitAuthFlows; moto checks them for AdminInitiateAuth only"
    ),
    "cognito_weak_temporary_password": (
        "InvalidPasswordException", SUCCESS, "model, AdminCreateUser.TemporaryPassword; moto takes any"
    ),
}  # fmt: skip


def code_of(make, client):
    """The error code that a mistake ends in."""
    world = WORLDS["ec2" if make.__name__.startswith("ec2") else "cognito-idp"](client)
    try:
        make(client, world)
    except ClientError as error:
        return error.response["Error"]["Code"]
    return SUCCESS


@pytest.fixture(scope="module")
def moto_client():
    """A function that gives a client which moto answers."""
    with mock_aws():
        yield lambda service: boto3.client(
            service,
            endpoint_url=f"https://{service}.{REGION}.amazonaws.com",
            region_name=REGION,
            aws_access_key_id="testing",
            aws_secret_access_key="testing",
            config=Config(retries={"total_max_attempts": 1}, proxies=NOWHERE),
        )


@pytest.mark.parametrize("name", MISTAKES)
def test_both_call_a_mistake_the_same(name, client, moto_client):
    service = "ec2" if name.startswith("ec2") else "cognito-idp"
    found = (code_of(MISTAKES[name], client(service)), code_of(MISTAKES[name], moto_client(service)))
    ours, theirs, _reason = ACCEPTED.get(name, (found[0], found[0], ""))
    assert found == (ours, theirs)


def test_accepted_differences_are_differences():
    """Every accepted difference belongs to a mistake, is one, and has a reason."""
    assert ACCEPTED.keys() <= MISTAKES.keys()
    assert all(ours != theirs and reason for ours, theirs, reason in ACCEPTED.values())
