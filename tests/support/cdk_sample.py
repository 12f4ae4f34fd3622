# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What another tool made of Studio: the resources of a well-known CDK sample, made with boto3 as the sample makes them.

Names, settings and tags are those of its CloudFormation templates; ids are AWS's.
"""

from tests.support.emulator_plugin import ACCOUNT, REGION
from tests.support.roles import make_role
from tests.support.studio import settle_endpoints, settled

TEAM, USER, PASSWORD = "team1", "demo-user", "Analytical-Engine-1843"
NAME = "infrastructure-stack/sagemaker-demo-vpc"
SERVICES = [
    f"com.amazonaws.{REGION}.sagemaker.api",
    f"com.amazonaws.{REGION}.sagemaker.runtime",
    f"aws.sagemaker.{REGION}.studio",
    f"aws.sagemaker.{REGION}.notebook",
    f"com.amazonaws.{REGION}.logs",
]


def named(kind, name, **tags):
    """The TagSpecifications of a new resource of EC2."""
    pairs = {"Name": name, **tags}
    return [{"ResourceType": kind, "Tags": [{"Key": key, "Value": value} for key, value in pairs.items()]}]


class CdkSample:
    """The sample in an account; `client(service)` gives boto3 clients, and the attributes are what was made."""

    def __init__(self, client):
        self.client = client
        self.make_network()
        self.make_login()
        self.make_studio()

    def described(self):
        """The variables that say what to take over; the domain is found by its name."""
        return {
            "network_vpc_id": self.vpc_id,
            "network_subnet_ids": self.subnet_ids,
            "login_user_pool_id": self.pool_id,
        }

    def make_network(self):
        ec2 = self.client("ec2")
        self.vpc_id = ec2.create_vpc(CidrBlock="10.0.0.0/16", TagSpecifications=named("vpc", NAME))["Vpc"]["VpcId"]
        for attribute in ("EnableDnsSupport", "EnableDnsHostnames"):
            ec2.modify_vpc_attribute(VpcId=self.vpc_id, **{attribute: {"Value": True}})
        self.subnet_ids, self.route_table_ids = [], []
        for number in range(4):
            group, place = divmod(number, 2)
            self.make_subnet(number, f"isolated-subnet-{group + 1}", place)
        self.endpoint_group_id = self.make_group("EndpointSecurityGroup", "infrastructure-stack/EndpointSecurityGroup")
        self.admit(self.endpoint_group_id, IpRanges=[{"CidrIp": "10.0.0.0/16"}])
        self.endpoint_ids = [self.make_endpoint(service) for service in SERVICES]
        s3 = ec2.create_vpc_endpoint(
            VpcId=self.vpc_id,
            ServiceName=f"com.amazonaws.{REGION}.s3",
            RouteTableIds=self.route_table_ids,
            TagSpecifications=named("vpc-endpoint", NAME),
        )
        self.endpoint_ids.append(s3["VpcEndpoint"]["VpcEndpointId"])
        settle_endpoints(ec2, self.endpoint_ids)

    def make_subnet(self, number, group, place):
        ec2 = self.client("ec2")
        name = f"{NAME}/{group}Subnet{place + 1}"
        tags = {"aws-cdk:subnet-name": group, "aws-cdk:subnet-type": "Isolated"}
        subnet_id = ec2.create_subnet(
            VpcId=self.vpc_id,
            CidrBlock=f"10.0.{number}.0/24",
            AvailabilityZone=f"{REGION}{'ab'[place]}",
            TagSpecifications=named("subnet", name, **tags),
        )["Subnet"]["SubnetId"]
        table = ec2.create_route_table(VpcId=self.vpc_id, TagSpecifications=named("route-table", name))
        ec2.associate_route_table(RouteTableId=table["RouteTable"]["RouteTableId"], SubnetId=subnet_id)
        self.subnet_ids.append(subnet_id)
        self.route_table_ids.append(table["RouteTable"]["RouteTableId"])

    def make_group(self, name, description):
        return self.client("ec2").create_security_group(VpcId=self.vpc_id, GroupName=name, Description=description)[
            "GroupId"
        ]

    def admit(self, group_id, **whom):
        self.client("ec2").authorize_security_group_ingress(
            GroupId=group_id, IpPermissions=[{"IpProtocol": "-1", **whom}]
        )

    def make_endpoint(self, service):
        return self.client("ec2").create_vpc_endpoint(
            VpcId=self.vpc_id,
            ServiceName=service,
            VpcEndpointType="Interface",
            SubnetIds=self.subnet_ids[:2],
            SecurityGroupIds=[self.endpoint_group_id],
            PrivateDnsEnabled=True,
            TagSpecifications=named("vpc-endpoint", NAME),
        )["VpcEndpoint"]["VpcEndpointId"]

    def make_login(self):
        cognito = self.client("cognito-idp")
        self.pool_id = cognito.create_user_pool(
            PoolName="sagemaker-user-pool",
            Policies={"PasswordPolicy": {"MinimumLength": 8}},
            AdminCreateUserConfig={"AllowAdminCreateUserOnly": True},
        )["UserPool"]["Id"]
        self.prefix = f"sagemaker-login-{ACCOUNT}"
        cognito.create_user_pool_domain(Domain=self.prefix, UserPoolId=self.pool_id, ManagedLoginVersion=2)
        self.client_id = cognito.create_user_pool_client(
            UserPoolId=self.pool_id,
            ClientName="sagemaker-demo-client",
            GenerateSecret=True,
            AllowedOAuthFlows=["code"],
            AllowedOAuthScopes=["openid"],
            AllowedOAuthFlowsUserPoolClient=True,
            CallbackURLs=["https://oauth.pstmn.io/v1/browser-callback"],
            SupportedIdentityProviders=["COGNITO"],
        )["UserPoolClient"]["ClientId"]

    def make_studio(self):
        self.key_id = self.client("kms").create_key()["KeyMetadata"]["KeyId"]
        self.client("kms").create_alias(AliasName=f"alias/{TEAM}", TargetKeyId=self.key_id)
        self.bucket = f"{TEAM}-{REGION}-{ACCOUNT}"
        s3 = self.client("s3")
        s3.create_bucket(Bucket=self.bucket, CreateBucketConfiguration={"LocationConstraint": REGION})
        s3.put_object(Bucket=self.bucket, Key="model.bin", Body=b"theirs")
        self.group_id = self.make_group(f"{TEAM}-sagemakerstudio-domain-sg", f"Security group for {TEAM}")
        self.admit(self.group_id, UserIdGroupPairs=[{"GroupId": self.group_id}])
        iam = self.client("iam")
        self.role_arn = make_role(iam, f"{TEAM}-sagemaker-studio-role", "sagemaker.amazonaws.com")
        self.execution_role_arn = make_role(iam, f"{TEAM}-sagemaker-execution-role", "sagemaker.amazonaws.com")
        self.make_domain()
        self.make_person()

    def make_domain(self):
        sagemaker = self.client("sagemaker")
        settings = {
            "ExecutionRole": self.role_arn,
            "SecurityGroups": [self.group_id],
            "JupyterServerAppSettings": {
                "DefaultResourceSpec": {
                    "SageMakerImageArn": f"arn:aws:sagemaker:{REGION}:936697816551:image/jupyter-server-3"
                }
            },
            "KernelGatewayAppSettings": {"DefaultResourceSpec": {"InstanceType": "ml.t3.medium"}},
        }
        self.domain_id = sagemaker.create_domain(
            DomainName=TEAM,
            AuthMode="IAM",
            AppNetworkAccessType="VpcOnly",
            VpcId=self.vpc_id,
            SubnetIds=self.subnet_ids,
            KmsKeyId=self.key_id,
            DomainSettings={"SecurityGroupIds": [self.group_id]},
            DefaultUserSettings=settings,
            DefaultSpaceSettings=settings,
            Tags=[{"Key": "DomainName", "Value": TEAM}],
        )["DomainId"]
        self.settle_domain()
        self.scripts = [self.attach_script(*script) for script in (("jupyter-server", "JupyterServer", "system"),)]
        profile = {"DomainId": self.domain_id, "UserProfileName": USER}
        sagemaker.create_user_profile(**profile, UserSettings={"ExecutionRole": self.execution_role_arn})
        settled(lambda: sagemaker.describe_user_profile(**profile))

    def settle_domain(self):
        sagemaker = self.client("sagemaker")
        return settled(lambda: sagemaker.describe_domain(DomainId=self.domain_id))

    def attach_script(self, name, app_type, instance_type):
        sagemaker = self.client("sagemaker")
        arn = sagemaker.create_studio_lifecycle_config(
            StudioLifecycleConfigName=f"{TEAM}-on-{name}-start",
            StudioLifecycleConfigAppType=app_type,
            StudioLifecycleConfigContent="IyEvYmluL2Jhc2gK",
        )["StudioLifecycleConfigArn"]
        spec = {"InstanceType": instance_type, "LifecycleConfigArn": arn}
        settings = {f"{app_type}AppSettings": {"DefaultResourceSpec": spec, "LifecycleConfigArns": [arn]}}
        sagemaker.update_domain(DomainId=self.domain_id, DefaultUserSettings=settings)
        self.settle_domain()
        return arn

    def make_person(self):
        cognito = self.client("cognito-idp")
        cognito.create_group(GroupName=TEAM, UserPoolId=self.pool_id, Description="Cognito User Group")
        key = {"UserPoolId": self.pool_id, "Username": USER}
        attributes = [{"Name": "name", "Value": USER}]
        cognito.admin_create_user(**key, MessageAction="SUPPRESS", UserAttributes=attributes)
        cognito.admin_set_user_password(**key, Password=PASSWORD, Permanent=True)
        cognito.admin_add_user_to_group(**key, GroupName=TEAM)
