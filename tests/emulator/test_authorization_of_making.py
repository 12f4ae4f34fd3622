# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What IAM policies decide under --auth where something is made, and where a call names several things.

Sources: Service Authorization Reference, EC2, CloudWatch, Lambda and API Gateway Management; API Gateway developer
guide, "API Gateway resources that can be tagged".
"""

import pytest

from tests.emulator.aws_answers import ACCOUNT, REGION, refused

EC2 = f"arn:aws:ec2:{REGION}:{ACCOUNT}"
APIS = f"arn:aws:apigateway:{REGION}::/restapis"
MADE = {"StringEquals": {"aws:RequestTag/Platform": "mine"}}
ALARM = {
    "MetricName": "m",
    "Namespace": "n",
    "Statistic": "Sum",
    "Period": 60,
    "EvaluationPeriods": 1,
    "Threshold": 1,
    "ComparisonOperator": "GreaterThanThreshold",
}
OWNED = {"StringEquals": {"aws:ResourceTag/Platform": "mine"}}


def tagged(kind, value="mine"):
    return [{"ResourceType": kind, "Tags": [{"Key": "Platform", "Value": value}]}]


@pytest.fixture
def vpcs(root):
    """The ids of a VPC with the tag Platform=mine, and of one with another."""
    made = [
        root("ec2").create_vpc(CidrBlock="10.0.0.0/16", TagSpecifications=tagged("vpc", v)) for v in ("mine", "yours")
    ]
    return [answer["Vpc"]["VpcId"] for answer in made]


def test_vpc_is_made_with_a_right_on_vpcs(user):
    vpc = {"CidrBlock": "10.0.0.0/16", "DryRun": True}
    with refused("DryRunOperation"):
        user("ec2", {"Action": "ec2:CreateVpc", "Resource": f"{EC2}:vpc/*"}).create_vpc(**vpc)
    with refused("UnauthorizedOperation"):
        user("ec2", {"Action": "ec2:CreateVpc", "Resource": f"{EC2}:subnet/*"}).create_vpc(**vpc)


def test_subnet_is_made_with_rights_on_it_and_on_its_vpc(user, vpcs):
    new = {"Action": ["ec2:CreateSubnet", "ec2:CreateTags"], "Resource": f"{EC2}:subnet/*", "Condition": MADE}
    in_vpc = {"Action": "ec2:CreateSubnet", "Resource": f"{EC2}:vpc/*", "Condition": OWNED}
    mine, yours = vpcs

    def make(client, vpc_id):
        subnet = {"CidrBlock": "10.0.0.0/24", "TagSpecifications": tagged("subnet")}
        return client.create_subnet(VpcId=vpc_id, **subnet)["Subnet"]["SubnetId"]

    assert make(user("ec2", new, in_vpc), mine)
    for statements, vpc_id in (((new, in_vpc), yours), ((new,), mine), ((in_vpc,), mine)):
        with refused("UnauthorizedOperation"):
            make(user("ec2", *statements), vpc_id)


def test_tags_of_the_request_are_those_of_what_is_made_alone(user, vpcs):
    by_request = {"Action": ["ec2:CreateSubnet", "ec2:CreateTags"], "Resource": "*", "Condition": MADE}
    with refused("UnauthorizedOperation"):
        user("ec2", by_request).create_subnet(
            VpcId=vpcs[0], CidrBlock="10.0.1.0/24", TagSpecifications=tagged("subnet")
        )


def test_group_of_an_endpoint_is_named_and_a_group_in_a_rule_only_mentioned(root, user, vpcs):
    mine, other = (
        root("ec2").create_security_group(GroupName=name, Description=name, VpcId=vpcs[0])["GroupId"]
        for name in ("mine", "other")
    )
    on_mine = {"Action": "ec2:AuthorizeSecurityGroupIngress", "Resource": f"{EC2}:security-group/{mine}"}
    rule = [{"IpProtocol": "-1", "UserIdGroupPairs": [{"GroupId": other}]}]
    user("ec2", on_mine).authorize_security_group_ingress(GroupId=mine, IpPermissions=rule)
    endpoint = {
        "VpcId": vpcs[0],
        "ServiceName": f"com.amazonaws.{REGION}.sts",
        "VpcEndpointType": "Interface",
        "SecurityGroupIds": [mine, other],
        "DryRun": True,
    }
    rights = [f"{EC2}:vpc-endpoint/*", f"{EC2}:vpc/{vpcs[0]}", f"{EC2}:security-group/{mine}"]
    allowed = {"Action": "ec2:CreateVpcEndpoint", "Resource": [*rights, f"{EC2}:security-group/{other}"]}
    with refused("DryRunOperation"):
        user("ec2", allowed).create_vpc_endpoint(**endpoint)
    with refused("UnauthorizedOperation"):
        user("ec2", {"Action": "ec2:CreateVpcEndpoint", "Resource": rights}).create_vpc_endpoint(**endpoint)


def test_route_table_of_an_association_is_decided_on(root, user, vpcs):
    ec2 = root("ec2")
    subnet = ec2.create_subnet(VpcId=vpcs[0], CidrBlock="10.0.9.0/24")["Subnet"]["SubnetId"]
    table = ec2.create_route_table(VpcId=vpcs[0])["RouteTable"]["RouteTableId"]
    association = ec2.associate_route_table(RouteTableId=table, SubnetId=subnet)["AssociationId"]
    with refused("UnauthorizedOperation"):
        user("ec2", {"Action": "ec2:DisassociateRouteTable", "Resource": f"{EC2}:subnet/*"}).disassociate_route_table(
            AssociationId=association
        )
    user(
        "ec2", {"Action": "ec2:DisassociateRouteTable", "Resource": f"{EC2}:route-table/{table}"}
    ).disassociate_route_table(AssociationId=association)


def test_tags_of_a_flow_log_are_conditions(root, user, vpcs):
    root("s3").create_bucket(Bucket="bucket", CreateBucketConfiguration={"LocationConstraint": REGION})
    made = root("ec2").create_flow_logs(
        ResourceIds=vpcs[:1],
        ResourceType="VPC",
        TrafficType="ALL",
        LogDestinationType="s3",
        LogDestination="arn:aws:s3:::bucket",
        TagSpecifications=tagged("vpc-flow-log"),
    )["FlowLogIds"]
    statement = {"Action": "ec2:DeleteFlowLogs", "Resource": f"{EC2}:vpc-flow-log/*", "Condition": OWNED}
    assert user("ec2", statement).delete_flow_logs(FlowLogIds=made)["Unsuccessful"] == []


def test_every_alarm_that_is_deleted_needs_the_right(root, user):
    for name in ("mine", "other"):
        root("cloudwatch").put_metric_alarm(AlarmName=name, **ALARM)
    client = user(
        "cloudwatch",
        {"Action": "cloudwatch:DeleteAlarms", "Resource": f"arn:aws:cloudwatch:{REGION}:{ACCOUNT}:alarm:mine"},
    )
    with refused("AccessDeniedException"):
        client.delete_alarms(AlarmNames=["mine", "other"])
    client.delete_alarms(AlarmNames=["mine"])


def test_alarm_is_tagged_with_a_right_on_it(root, user):
    alarms = f"arn:aws:cloudwatch:{REGION}:{ACCOUNT}:alarm"
    for name in ("mine", "other"):
        root("cloudwatch").put_metric_alarm(AlarmName=name, **ALARM)
    client = user("cloudwatch", {"Action": "cloudwatch:TagResource", "Resource": f"{alarms}:mine"})
    tags = [{"Key": "a", "Value": "b"}]
    client.tag_resource(ResourceARN=f"{alarms}:mine", Tags=tags)
    with refused("AccessDeniedException"):
        client.tag_resource(ResourceARN=f"{alarms}:other", Tags=tags)


def test_function_is_made_with_a_right_on_its_name(user):
    function = {
        "Role": f"arn:aws:iam::{ACCOUNT}:role/r",
        "Runtime": "python3.12",
        "Handler": "a.b",
        "Code": {"ZipFile": b""},
    }
    rights = [
        {"Action": "lambda:CreateFunction", "Resource": f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:mine"},
        {"Action": "iam:PassRole", "Resource": "*"},
    ]
    with refused("AccessDeniedException"):
        user("lambda", *rights).create_function(FunctionName="other", **function)
    with refused("InvalidParameterValueException"):
        user("lambda", *rights).create_function(FunctionName="mine", **function)


def test_tags_of_a_rest_api_are_conditions_on_all_within(root, user):
    rights = [
        {"Action": "apigateway:POST", "Resource": APIS, "Condition": MADE},
        {
            "Action": ["apigateway:GET", "apigateway:PUT"],
            "Resource": [f"{APIS}/*", f"{APIS[:-9]}/tags/*"],
            "Condition": OWNED,
        },
    ]
    client = user("apigateway", *rights)
    with refused("AccessDeniedException"):
        client.create_rest_api(name="untagged")
    mine = client.create_rest_api(name="mine", tags={"Platform": "mine"})["id"]
    other = root("apigateway").create_rest_api(name="other", tags={"Platform": "yours"})["id"]
    assert client.get_resources(restApiId=mine)["items"]
    client.tag_resource(resourceArn=f"{APIS}/{mine}", tags={"Other": "t"})
    for call in (
        lambda: client.get_resources(restApiId=other),
        lambda: client.tag_resource(resourceArn=f"{APIS}/{other}", tags={"Platform": "mine"}),
    ):
        with refused("AccessDeniedException"):
            call()


def test_tags_of_a_table_are_written_with_the_right_on_the_table(user, root):
    """Service Authorization Reference, DynamoDB: TagResource, UntagResource and ListTagsOfResource are on a table."""
    table = f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table"
    for name in ("mine", "other"):
        root("dynamodb").create_table(
            TableName=name,
            AttributeDefinitions=[{"AttributeName": "turn", "AttributeType": "S"}],
            KeySchema=[{"AttributeName": "turn", "KeyType": "HASH"}],
            BillingMode="PAY_PER_REQUEST",
        )
    client = user("dynamodb", {"Action": "dynamodb:*Tag*", "Resource": f"{table}/mine"})
    client.tag_resource(ResourceArn=f"{table}/mine", Tags=[{"Key": "a", "Value": "b"}])
    assert client.list_tags_of_resource(ResourceArn=f"{table}/mine")["Tags"] == [{"Key": "a", "Value": "b"}]
    with refused("AccessDeniedException", f"dynamodb:UntagResource on resource: {table}/other"):
        client.untag_resource(ResourceArn=f"{table}/other", TagKeys=["a"])
