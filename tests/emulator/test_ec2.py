# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What EC2 refuses and shows, each with the source of AWS's behaviour."""

import ipaddress
import json
import time

import pytest
from botocore.exceptions import ClientError

from tests.emulator.aws_answers import REGION, refused, states

API = f"com.amazonaws.{REGION}.sagemaker.api"
S3 = f"com.amazonaws.{REGION}.s3"


@pytest.fixture
def ec2(client):
    return client("ec2")


@pytest.fixture
def vpc(ec2):
    vpc_id = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    ec2.modify_vpc_attribute(VpcId=vpc_id, EnableDnsHostnames={"Value": True})
    return vpc_id


@pytest.fixture
def subnets(ec2, vpc):
    return [
        ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.0.{number}.0/24", AvailabilityZone=f"{REGION}{zone}")["Subnet"][
            "SubnetId"
        ]
        for number, zone in enumerate("ab")
    ]


@pytest.fixture
def group(ec2, vpc):
    return ec2.create_security_group(GroupName="endpoints", Description="Endpoints", VpcId=vpc)["GroupId"]


@pytest.fixture
def main_table(ec2, vpc):
    return ec2.describe_route_tables(Filters=[{"Name": "vpc-id", "Values": [vpc]}])["RouteTables"][0]["RouteTableId"]


@pytest.fixture
def endpoint(ec2, vpc, subnets, group):
    made = ec2.create_vpc_endpoint(
        VpcId=vpc,
        ServiceName=API,
        VpcEndpointType="Interface",
        SubnetIds=subnets,
        SecurityGroupIds=[group],
        TagSpecifications=[{"ResourceType": "vpc-endpoint", "Tags": [{"Key": "Platform", "Value": "p"}]}],
    )
    return made["VpcEndpoint"]["VpcEndpointId"]


def describe(ec2, endpoint_id):
    return ec2.describe_vpc_endpoints(VpcEndpointIds=[endpoint_id])["VpcEndpoints"][0]


# --- endpoints


def test_interface_endpoint_shows_what_was_given(ec2, vpc, subnets, group, endpoint):
    """API reference VpcEndpoint: all attributes, private DNS on by default, one interface per subnet."""
    shown = describe(ec2, endpoint)
    assert shown["SubnetIds"] == subnets
    assert shown["Groups"] == [{"GroupId": group, "GroupName": "endpoints"}]
    assert shown["PrivateDnsEnabled"] is True
    assert json.loads(shown["PolicyDocument"])["Statement"][0]["Effect"] == "Allow"
    assert f"api.sagemaker.{REGION}.amazonaws.com" in [entry["DnsName"] for entry in shown["DnsEntries"]]
    assert shown["Tags"] == [{"Key": "Platform", "Value": "p"}]
    interfaces = ec2.describe_network_interfaces(Filters=[{"Name": "group-id", "Values": [group]}])["NetworkInterfaces"]
    assert [entry["NetworkInterfaceId"] for entry in interfaces] == shown["NetworkInterfaceIds"]
    assert [entry["SubnetId"] for entry in interfaces] == subnets
    assert {(entry["InterfaceType"], entry["RequesterManaged"]) for entry in interfaces} == {("vpc_endpoint", True)}
    blocks = [ipaddress.ip_network("10.0.0.0/24"), ipaddress.ip_network("10.0.1.0/24")]
    for interface, block in zip(interfaces, blocks, strict=True):
        assert ipaddress.ip_address(interface["PrivateIpAddress"]) in block


def test_interface_endpoint_is_pending_then_available_then_deleting_then_deleted_then_gone(ec2, endpoint):
    """API reference State; the first read shows the passing state; terraform-provider-aws waits for deleted to pass."""
    assert states(lambda: describe(ec2, endpoint)["State"], 2) == ["pending", "available"]
    assert ec2.delete_vpc_endpoints(VpcEndpointIds=[endpoint])["Unsuccessful"] == []
    assert states(lambda: describe(ec2, endpoint)["State"], 2) == ["deleting", "deleted"]
    with refused("InvalidVpcEndpointId.NotFound"):
        describe(ec2, endpoint)
    assert ec2.describe_network_interfaces()["NetworkInterfaces"] == []


def test_deleted_endpoint_has_no_interfaces_and_holds_nothing(ec2, vpc, subnets, group, endpoint):
    """terraform-provider-aws: groups and subnets are free when the interfaces are gone."""
    ec2.delete_vpc_endpoints(VpcEndpointIds=[endpoint])
    describe(ec2, endpoint)
    shown = describe(ec2, endpoint)
    assert (shown["State"], shown.get("NetworkInterfaceIds", [])) == ("deleted", [])
    ec2.delete_security_group(GroupId=group)
    for subnet in subnets:
        ec2.delete_subnet(SubnetId=subnet)
    ec2.delete_vpc(VpcId=vpc)


def test_endpoint_settles_by_the_clock_too(ec2, endpoint):
    """A transition is over after a second, although nobody reads what is in transition."""
    ec2.delete_vpc_endpoints(VpcEndpointIds=[endpoint])
    time.sleep(1.3)
    assert ec2.describe_network_interfaces()["NetworkInterfaces"] == []
    with refused("InvalidVpcEndpointId.NotFound"):
        describe(ec2, endpoint)


def test_deleting_unknown_endpoint_is_reported_not_raised(ec2):
    """API reference DeleteVpcEndpoints: Unsuccessful lists what could not be deleted."""
    item = ec2.delete_vpc_endpoints(VpcEndpointIds=["vpce-0123456789abcdef0"])["Unsuccessful"][0]
    assert (item["ResourceId"], item["Error"]["Code"]) == ("vpce-0123456789abcdef0", "InvalidVpcEndpoint.NotFound")


@pytest.mark.parametrize(
    "name, value, found",
    [
        ("service-name", API, True),
        ("service-name", S3, False),
        ("vpc-endpoint-type", "Interface", True),
        ("vpc-endpoint-state", "pending", True),
        ("vpc-endpoint-state", "available", False),
        ("tag:Platform", "p", True),
        ("tag:Platform", "q", False),
        ("tag-key", "Platform", True),
        ("vpc-id", "vpc-1", False),
    ],
)
def test_endpoint_filters(ec2, endpoint, name, value, found):
    """API reference DescribeVpcEndpoints, Filter."""
    shown = ec2.describe_vpc_endpoints(Filters=[{"Name": name, "Values": [value]}])["VpcEndpoints"]
    assert [entry["VpcEndpointId"] for entry in shown] == ([endpoint] if found else [])


def test_unknown_filter_is_refused(ec2, endpoint):
    """EC2 error codes, InvalidParameterValue: the filter is invalid."""
    with refused("InvalidParameterValue"):
        ec2.describe_vpc_endpoints(Filters=[{"Name": "colour", "Values": ["red"]}])


def test_modify_interface_endpoint(ec2, vpc, subnets, group, endpoint):
    """API reference ModifyVpcEndpoint: groups, subnets, policy and private DNS change as asked."""
    other = ec2.create_security_group(GroupName="other", Description="Other", VpcId=vpc)["GroupId"]
    policy = json.dumps({"Statement": []})
    states(lambda: describe(ec2, endpoint)["State"], 2)
    ec2.modify_vpc_endpoint(
        VpcEndpointId=endpoint,
        AddSecurityGroupIds=[other],
        RemoveSecurityGroupIds=[group],
        RemoveSubnetIds=subnets[1:],
        PolicyDocument=policy,
        PrivateDnsEnabled=False,
    )
    shown = describe(ec2, endpoint)
    assert shown["State"] == "pending"
    assert [entry["GroupId"] for entry in shown["Groups"]] == [other]
    assert shown["SubnetIds"] == subnets[:1] and len(shown["NetworkInterfaceIds"]) == 1
    assert (shown["PolicyDocument"], shown["PrivateDnsEnabled"]) == (policy, False)
    interface = ec2.describe_network_interfaces(NetworkInterfaceIds=shown["NetworkInterfaceIds"])["NetworkInterfaces"]
    assert [entry["GroupId"] for entry in interface[0]["Groups"]] == [other]
    ec2.modify_vpc_endpoint(VpcEndpointId=endpoint, AddSubnetIds=subnets[1:], ResetPolicy=True)
    shown = describe(ec2, endpoint)
    assert shown["SubnetIds"] == subnets and shown["PolicyDocument"] != policy


def test_refused_modification_changes_nothing(ec2, endpoint, group):
    """ModifyVpcEndpoint with an unknown group."""
    with refused("InvalidGroup.NotFound"):
        ec2.modify_vpc_endpoint(VpcEndpointId=endpoint, AddSecurityGroupIds=["sg-0123456789abcdef1"], ResetPolicy=True)
    assert [entry["GroupId"] for entry in describe(ec2, endpoint)["Groups"]] == [group]


def test_gateway_endpoint_puts_its_route_into_tables(ec2, vpc, main_table):
    """PrivateLink guide, gateway endpoints: a route to the service's prefix list per associated table."""
    made = ec2.create_vpc_endpoint(VpcId=vpc, ServiceName=S3, RouteTableIds=[main_table])["VpcEndpoint"]
    assert (made["VpcEndpointType"], made["State"], made["RouteTableIds"]) == ("Gateway", "available", [main_table])

    def targets():
        routes = ec2.describe_route_tables(RouteTableIds=[main_table])["RouteTables"][0]["Routes"]
        return [route["GatewayId"] for route in routes if "DestinationPrefixListId" in route]

    assert targets() == [made["VpcEndpointId"]]
    with refused("RouteAlreadyExists"):
        ec2.create_vpc_endpoint(VpcId=vpc, ServiceName=S3, RouteTableIds=[main_table])
    ec2.modify_vpc_endpoint(VpcEndpointId=made["VpcEndpointId"], RemoveRouteTableIds=[main_table])
    assert targets() == []
    ec2.modify_vpc_endpoint(VpcEndpointId=made["VpcEndpointId"], AddRouteTableIds=[main_table])
    ec2.delete_vpc_endpoints(VpcEndpointIds=[made["VpcEndpointId"]])
    assert targets() == []


@pytest.mark.parametrize(
    "change, code",
    [
        ({"ServiceName": f"com.amazonaws.{REGION}.unheard-of"}, "InvalidServiceName"),
        ({"VpcId": "vpc-0123456789abcdef0"}, "InvalidVpcID.NotFound"),
        ({"VpcEndpointType": "Gateway", "SubnetIds": [], "SecurityGroupIds": []}, "InvalidParameter"),
        ({"SubnetIds": ["subnet-0123456789abcdef0"]}, "InvalidSubnetID.NotFound"),
        ({"SecurityGroupIds": ["sg-0123456789abcdef1"]}, "InvalidGroup.NotFound"),
        ({"PolicyDocument": "{"}, "InvalidPolicyDocument"),
    ],
)
def test_refused_endpoints(ec2, vpc, subnets, group, change, code):
    """EC2 error codes; a refused call leaves no interface behind."""
    asked = {
        "VpcId": vpc,
        "ServiceName": API,
        "VpcEndpointType": "Interface",
        "SubnetIds": subnets,
        "SecurityGroupIds": [group],
    }
    with refused(code):
        ec2.create_vpc_endpoint(**{**asked, **change})
    assert ec2.describe_network_interfaces()["NetworkInterfaces"] == []


def test_two_subnets_in_one_zone(ec2, vpc, subnets, group):
    """EC2 error codes, DuplicateSubnetsInSameZone."""
    twin = ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.9.0/24", AvailabilityZone=f"{REGION}a")["Subnet"]["SubnetId"]
    with refused("DuplicateSubnetsInSameZone"):
        ec2.create_vpc_endpoint(VpcId=vpc, ServiceName=API, VpcEndpointType="Interface", SubnetIds=[subnets[0], twin])


def test_private_dns_conflict_and_vpc_attributes(ec2, vpc, endpoint):
    """Texts of public deployments: one private DNS name per VPC; both DNS attributes of the VPC are needed."""
    with refused("InvalidParameter", "conflicting DNS domain"):
        ec2.create_vpc_endpoint(VpcId=vpc, ServiceName=API, VpcEndpointType="Interface")
    ec2.modify_vpc_attribute(VpcId=vpc, EnableDnsHostnames={"Value": False})
    with refused("InvalidParameter", "enableDnsHostnames"):
        ec2.create_vpc_endpoint(VpcId=vpc, ServiceName=f"com.amazonaws.{REGION}.sts", VpcEndpointType="Interface")


def test_client_token_makes_creation_idempotent(ec2, vpc):
    """API reference CreateVpcEndpoint, ClientToken."""
    asked = {"VpcId": vpc, "ServiceName": API, "VpcEndpointType": "Interface", "ClientToken": "once"}
    ids = {ec2.create_vpc_endpoint(**asked)["VpcEndpoint"]["VpcEndpointId"] for _ in range(2)}
    assert len(ids) == 1


@pytest.mark.parametrize(
    "short, dns",
    [
        ("sagemaker.api", "api.sagemaker.{}.amazonaws.com"),
        ("sagemaker.runtime", "runtime.sagemaker.{}.amazonaws.com"),
        ("sts", "sts.{}.amazonaws.com"),
        ("logs", "logs.{}.amazonaws.com"),
        ("monitoring", "monitoring.{}.amazonaws.com"),
        ("kms", "kms.{}.amazonaws.com"),
        ("ecr.api", "api.ecr.{}.amazonaws.com"),
        ("ecr.dkr", "*.dkr.ecr.{}.amazonaws.com"),
        ("secretsmanager", "secretsmanager.{}.amazonaws.com"),
        ("ssm", "ssm.{}.amazonaws.com"),
        ("ec2", "ec2.{}.amazonaws.com"),
        ("elasticfilesystem", "elasticfilesystem.{}.amazonaws.com"),
        ("events", "events.{}.amazonaws.com"),
        ("codeartifact.api", "codeartifact.{}.amazonaws.com"),
        ("codeartifact.repositories", "*.d.codeartifact.{}.amazonaws.com"),
        ("glue", "glue.{}.amazonaws.com"),
        ("athena", "athena.{}.amazonaws.com"),
        ("execute-api", "*.execute-api.{}.amazonaws.com"),
        ("servicecatalog", "servicecatalog.{}.amazonaws.com"),
    ],
)
def test_endpoint_services_and_their_private_names(ec2, short, dns):
    """PrivateLink guide, AWS services that integrate with AWS PrivateLink."""
    name = f"com.amazonaws.{REGION}.{short}"
    details = ec2.describe_vpc_endpoint_services(ServiceNames=[name])["ServiceDetails"]
    assert [(entry["ServiceType"], entry["PrivateDnsName"]) for entry in details] == [
        ([{"ServiceType": "Interface"}], dns.format(REGION))
    ]


def test_studio_service_has_another_prefix_and_s3_two_types(ec2):
    """SageMaker guide, studio-interface-endpoint; PrivateLink guide, gateway endpoints."""
    studio = f"aws.sagemaker.{REGION}.studio"
    details = ec2.describe_vpc_endpoint_services(ServiceNames=[studio])["ServiceDetails"]
    assert details[0]["PrivateDnsName"] == f"*.studio.{REGION}.sagemaker.aws"
    kinds = ec2.describe_vpc_endpoint_services(ServiceNames=[S3])["ServiceDetails"]
    assert sorted(entry["ServiceType"][0]["ServiceType"] for entry in kinds) == ["Gateway", "Interface"]
    with refused("InvalidServiceName"):
        ec2.describe_vpc_endpoint_services(ServiceNames=["com.amazonaws.nowhere.s3"])


# --- security groups


def permission(**source):
    return {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, **source}


def prefix_list(ec2):
    lists = ec2.describe_managed_prefix_lists(Filters=[{"Name": "prefix-list-name", "Values": [S3]}])["PrefixLists"]
    return lists[0]["PrefixListId"]


def test_prefix_list_rules_are_kept_and_revoked_as_shown(ec2, group):
    """API reference IpPermission; RevokeSecurityGroupEgress takes what DescribeSecurityGroups shows."""
    rule = permission(
        PrefixListIds=[{"PrefixListId": prefix_list(ec2), "Description": "S3"}],
        UserIdGroupPairs=[{"GroupId": group}],
        IpRanges=[{"CidrIp": "10.0.0.7/16"}],
    )
    made = ec2.authorize_security_group_egress(GroupId=group, IpPermissions=[rule])["SecurityGroupRules"]
    assert len({entry["SecurityGroupRuleId"] for entry in made}) == 3
    shown = ec2.describe_security_groups(GroupIds=[group])["SecurityGroups"][0]["IpPermissionsEgress"]
    assert shown[1]["PrefixListIds"] == rule["PrefixListIds"]
    assert shown[1]["IpRanges"] == [{"CidrIp": "10.0.0.0/16"}]
    assert ec2.revoke_security_group_egress(GroupId=group, IpPermissions=shown)["Return"] is True
    assert ec2.describe_security_groups(GroupIds=[group])["SecurityGroups"][0]["IpPermissionsEgress"] == []


def test_duplicate_and_unknown_rules(ec2, group):
    """EC2 error codes InvalidPermission.Duplicate and .NotFound; refused calls change nothing."""
    known, new = permission(IpRanges=[{"CidrIp": "10.0.0.0/16"}]), permission(IpRanges=[{"CidrIp": "10.1.0.0/16"}])
    ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[known])
    described = permission(IpRanges=[{"CidrIp": "10.0.0.0/16", "Description": "again"}])
    with refused("InvalidPermission.Duplicate"):
        ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[new, described])
    with refused("InvalidPermission.NotFound"):
        ec2.revoke_security_group_ingress(GroupId=group, IpPermissions=[known, new])
    with refused("InvalidParameterValue", "must not appear multiple times"):
        ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[new, new])
    shown = ec2.describe_security_groups(GroupIds=[group])["SecurityGroups"][0]["IpPermissions"]
    assert [entry["CidrIp"] for rule in shown for entry in rule["IpRanges"]] == ["10.0.0.0/16"]


@pytest.mark.parametrize(
    "rule, code",
    [
        (permission(UserIdGroupPairs=[{"GroupId": "sg-0123456789abcdef1"}]), "InvalidGroup.NotFound"),
        (permission(PrefixListIds=[{"PrefixListId": "pl-0123"}]), "InvalidPrefixListID.NotFound"),
        (permission(IpRanges=[{"CidrIp": "10.0.0.0/99"}]), "InvalidParameterValue"),
        ({"IpProtocol": "tcp", "IpRanges": [{"CidrIp": "10.0.0.0/16"}]}, "InvalidParameterValue"),
        (
            {"IpProtocol": "tcp", "FromPort": 9, "ToPort": 1, "IpRanges": [{"CidrIp": "10.0.0.0/16"}]},
            "InvalidParameterValue",
        ),
    ],
)
def test_impossible_rules(ec2, group, rule, code):
    """API reference AuthorizeSecurityGroupIngress; EC2 error codes."""
    with refused(code):
        ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[rule])


def test_rules_by_id_and_their_descriptions(ec2, group):
    """API reference DescribeSecurityGroupRules, UpdateSecurityGroupRuleDescriptionsIngress, Revoke by rule id."""
    rule = permission(IpRanges=[{"CidrIp": "10.0.0.0/16", "Description": "old"}])
    rule_id = ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[rule])["SecurityGroupRules"][0][
        "SecurityGroupRuleId"
    ]
    ec2.update_security_group_rule_descriptions_ingress(
        GroupId=group, IpPermissions=[permission(IpRanges=[{"CidrIp": "10.0.0.0/16", "Description": "new"}])]
    )
    shown = ec2.describe_security_group_rules(SecurityGroupRuleIds=[rule_id])["SecurityGroupRules"][0]
    assert (shown["Description"], shown["IsEgress"], shown["CidrIpv4"]) == ("new", False, "10.0.0.0/16")
    ec2.revoke_security_group_ingress(GroupId=group, SecurityGroupRuleIds=[rule_id])
    with refused("InvalidSecurityGroupRuleId.NotFound"):
        ec2.revoke_security_group_ingress(GroupId=group, SecurityGroupRuleIds=[rule_id])


def test_group_filters(ec2, vpc, group):
    """API reference DescribeSecurityGroups, Filter: ip-permission.* and egress.ip-permission.*."""
    other = ec2.create_security_group(GroupName="other", Description="Other", VpcId=vpc)["GroupId"]
    ec2.authorize_security_group_ingress(
        GroupId=other, IpPermissions=[permission(UserIdGroupPairs=[{"GroupId": group}])]
    )
    ec2.authorize_security_group_egress(
        GroupId=group, IpPermissions=[permission(PrefixListIds=[{"PrefixListId": prefix_list(ec2)}])]
    )

    def found(name, value):
        return [
            entry["GroupId"]
            for entry in ec2.describe_security_groups(Filters=[{"Name": name, "Values": [value]}])["SecurityGroups"]
        ]

    assert found("ip-permission.group-id", group) == [other]
    assert found("egress.ip-permission.prefix-list-id", prefix_list(ec2)) == [group]
    assert found("egress.ip-permission.group-id", group) == []


@pytest.mark.parametrize(
    "change, code",
    [
        ({"VpcId": "vpc-0123456789abcdef0"}, "InvalidVpcID.NotFound"),
        ({"Description": "ö"}, "InvalidParameterValue"),
        ({"GroupName": "default"}, "InvalidParameterValue"),
        ({"GroupName": "sg-mine"}, "InvalidParameterValue"),
        ({"GroupName": "endpoints"}, "InvalidGroup.Duplicate"),
    ],
)
def test_refused_groups(ec2, vpc, group, change, code):
    """API reference CreateSecurityGroup; EC2 error codes."""
    with refused(code):
        ec2.create_security_group(**{"GroupName": "new", "Description": "New", "VpcId": vpc, **change})


def test_members_of_the_default_group_reach_each_other(ec2, vpc):
    """VPC user guide, "Default security groups": all traffic from its own members comes in, and everything goes out."""
    (group,) = ec2.describe_security_groups(
        Filters=[{"Name": "vpc-id", "Values": [vpc]}, {"Name": "group-name", "Values": ["default"]}]
    )["SecurityGroups"]
    (incoming,), (outgoing,) = group["IpPermissions"], group["IpPermissionsEgress"]
    assert incoming["IpProtocol"] == outgoing["IpProtocol"] == "-1"
    assert [pair["GroupId"] for pair in incoming["UserIdGroupPairs"]] == [group["GroupId"]]
    assert [entry["CidrIp"] for entry in outgoing["IpRanges"]] == ["0.0.0.0/0"]
    ec2.revoke_security_group_ingress(GroupId=group["GroupId"], IpPermissions=[incoming])


# --- dependencies


def test_group_named_by_another_group_cannot_go(ec2, vpc, group):
    """API reference DeleteSecurityGroup: DependencyViolation; its own rules do not count."""
    other = ec2.create_security_group(GroupName="other", Description="Other", VpcId=vpc)["GroupId"]
    own = permission(UserIdGroupPairs=[{"GroupId": group}])
    ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[own])
    ec2.authorize_security_group_ingress(GroupId=other, IpPermissions=[own])
    with refused("DependencyViolation"):
        ec2.delete_security_group(GroupId=group)
    ec2.revoke_security_group_ingress(GroupId=other, IpPermissions=[own])
    ec2.delete_security_group(GroupId=group)
    with refused("InvalidGroup.NotFound"):
        ec2.describe_security_groups(GroupIds=[group])


def test_endpoint_holds_group_subnet_and_vpc_until_it_is_gone(ec2, vpc, subnets, group, endpoint):
    """Interfaces of an endpoint are dependencies until the deletion is over (terraform-provider-aws waits for it)."""
    with refused("DependencyViolation"):
        ec2.delete_security_group(GroupId=group)
    with refused("DependencyViolation"):
        ec2.delete_subnet(SubnetId=subnets[0])
    with refused("InvalidParameterValue", "currently in use"):
        ec2.delete_network_interface(NetworkInterfaceId=describe(ec2, endpoint)["NetworkInterfaceIds"][0])
    ec2.delete_vpc_endpoints(VpcEndpointIds=[endpoint])
    with refused("DependencyViolation"):
        ec2.delete_security_group(GroupId=group)
    ec2.delete_security_group(GroupId=group)
    for subnet in subnets:
        ec2.delete_subnet(SubnetId=subnet)
    ec2.delete_vpc(VpcId=vpc)


def test_vpc_with_gateway_endpoint_or_own_route_table_cannot_go(ec2, vpc):
    """API reference DeleteVpc: everything that runs in or belongs to the VPC goes first."""
    endpoint_id = ec2.create_vpc_endpoint(VpcId=vpc, ServiceName=S3)["VpcEndpoint"]["VpcEndpointId"]
    table = ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"]
    with refused("DependencyViolation"):
        ec2.delete_vpc(VpcId=vpc)
    ec2.delete_vpc_endpoints(VpcEndpointIds=[endpoint_id])
    with refused("DependencyViolation"):
        ec2.delete_vpc(VpcId=vpc)
    ec2.delete_route_table(RouteTableId=table)
    ec2.delete_vpc(VpcId=vpc)


def test_route_table_with_associations_cannot_go(ec2, vpc, subnets, main_table):
    """API reference DeleteRouteTable; AssociateRouteTable: a subnet has one table."""
    table = ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"]
    association = ec2.associate_route_table(RouteTableId=table, SubnetId=subnets[0])["AssociationId"]
    with refused("Resource.AlreadyAssociated"):
        ec2.associate_route_table(RouteTableId=main_table, SubnetId=subnets[0])
    for busy in (table, main_table):
        with refused("DependencyViolation"):
            ec2.delete_route_table(RouteTableId=busy)
    ec2.disassociate_route_table(AssociationId=association)
    ec2.delete_route_table(RouteTableId=table)


def test_internet_gateway(ec2, vpc):
    """API reference AttachInternetGateway, DetachInternetGateway, DeleteInternetGateway, CreateRoute."""
    gateway, other = (ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"] for _ in range(2))
    table = ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"]
    with refused("InvalidParameterValue", "different networks"):
        ec2.create_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0", GatewayId=gateway)
    ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
    with refused("InvalidParameterValue", "already has"):
        ec2.attach_internet_gateway(InternetGatewayId=other, VpcId=vpc)
    ec2.create_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0", GatewayId=gateway)
    with refused("RouteAlreadyExists"):
        ec2.create_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0", GatewayId=gateway)
    with refused("DependencyViolation"):
        ec2.delete_internet_gateway(InternetGatewayId=gateway)
    with refused("Gateway.NotAttached"):
        ec2.detach_internet_gateway(InternetGatewayId=other, VpcId=vpc)
    ec2.detach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
    ec2.delete_internet_gateway(InternetGatewayId=gateway)


@pytest.mark.parametrize(
    "block, code",
    [
        ("10.0.1.0/25", "InvalidSubnet.Conflict"),
        ("10.1.0.0/24", "InvalidSubnet.Range"),
        ("10.0.8.0/30", "InvalidSubnet.Range"),
        ("nonsense", "InvalidParameterValue"),
    ],
)
def test_subnets_must_fit(ec2, vpc, subnets, block, code):
    """API reference CreateSubnet; VPC user guide, subnet sizing."""
    with refused(code):
        ec2.create_subnet(VpcId=vpc, CidrBlock=block)


def test_subnet_counts_its_free_addresses(ec2, subnets, endpoint):
    """VPC user guide, subnet sizing: five addresses of each subnet are kept, interfaces take theirs."""
    shown = ec2.describe_subnets(SubnetIds=subnets[:1])["Subnets"][0]
    assert shown["AvailableIpAddressCount"] == 256 - 5 - 1


# --- every action


def test_dry_run_makes_nothing(ec2):
    """API reference, common parameters: DryRunOperation says that the call would have succeeded."""
    before = len(ec2.describe_vpcs()["Vpcs"])
    with pytest.raises(ClientError) as error:
        ec2.create_vpc(CidrBlock="10.0.0.0/16", DryRun=True)
    assert error.value.response["Error"]["Code"] == "DryRunOperation"
    assert error.value.response["ResponseMetadata"]["HTTPStatusCode"] == 412
    assert len(ec2.describe_vpcs()["Vpcs"]) == before


@pytest.mark.parametrize(
    "operation, member", [("describe_subnets", "Subnets"), ("describe_security_groups", "SecurityGroups")]
)
def test_pages(ec2, operation, member):
    """API reference: MaxResults and NextToken, for actions of ministack and for replaced ones."""
    vpc_id = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    for number in range(7):
        ec2.create_subnet(VpcId=vpc_id, CidrBlock=f"10.0.{number}.0/24")
        ec2.create_security_group(GroupName=f"g{number}", Description="G", VpcId=vpc_id)
    everything = getattr(ec2, operation)()[member]
    pages = list(ec2.get_paginator(operation).paginate(PaginationConfig={"PageSize": 5}))
    assert [len(page[member]) for page in pages] == [5, len(everything) - 5]
    assert [entry for page in pages for entry in page[member]] == everything


def test_tags_need_a_resource_and_go_with_it(ec2, vpc):
    """API reference CreateTags: ids must exist, aws: is reserved; tags end with what they are on."""
    with refused("InvalidVpcID.NotFound"):
        ec2.create_tags(Resources=["vpc-0123456789abcdef0"], Tags=[{"Key": "a", "Value": "b"}])
    with refused("InvalidParameterValue"):
        ec2.create_tags(Resources=[vpc], Tags=[{"Key": "aws:a", "Value": "b"}])
    ec2.create_tags(Resources=[vpc], Tags=[{"Key": "a", "Value": "b"}])
    ec2.delete_vpc(VpcId=vpc)
    assert ec2.describe_tags(Filters=[{"Name": "resource-id", "Values": [vpc]}])["Tags"] == []
