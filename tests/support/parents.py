# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the modules' resources live in: each made with the AWS API when a test first asks for it."""

import json
from functools import cached_property
from tempfile import TemporaryDirectory

from emulator.sagemaker import service
from tests.support.function_code import packed
from tests.support.roles import make_log_role, make_role
from tests.support.studio import ROLE, make_domain, make_network, settle_endpoints, settled

# For files that modules write.
FOLDER = TemporaryDirectory()
TEAM_TAGS = {"Platform": "sagemaker-studio"}
DENIAL = {"Effect": "Deny", "Action": "*", "Resource": "*"}
NO_RIGHTS = json.dumps({"Version": "2012-10-17", "Statement": [DENIAL]})


def tag_list():
    """TEAM_TAGS as AWS takes them."""
    return [{"Key": key, "Value": value} for key, value in TEAM_TAGS.items()]


class Parents:
    """An account that fills itself on demand; client is the fixture of that name."""

    def __init__(self, client):
        self.client = client

    @cached_property
    def network(self):
        """As make_network() returns it, with the DNS that private names of endpoints need."""
        network = make_network(self.client)
        for attribute in ("EnableDnsSupport", "EnableDnsHostnames"):
            self.client("ec2").modify_vpc_attribute(VpcId=network["vpc_id"], **{attribute: {"Value": True}})
        return network

    def tagged_network(self):
        """Let the VPC, and nothing in it, carry TEAM_TAGS."""
        self.client("ec2").create_tags(Resources=[self.network["vpc_id"]], Tags=tag_list())

    def platform(self):
        """Make what a team lives on, with TEAM_TAGS; the options with which studio_platform_info finds it."""
        service, own = "com.amazonaws.eu-central-1.codeartifact.api", {"tag:Platform": "sagemaker-studio"}
        ec2, cognito, vpc_id = self.client("ec2"), self.client("cognito-idp"), self.network["vpc_id"]
        group = ec2.create_security_group(VpcId=vpc_id, GroupName="sagemaker-studio-clients", Description="Clients")
        endpoint = ec2.create_vpc_endpoint(VpcId=vpc_id, VpcEndpointType="Interface", ServiceName=service)
        endpoint = endpoint["VpcEndpoint"]["VpcEndpointId"]
        ec2.create_tags(Resources=[*self.network["subnet_ids"], group["GroupId"], endpoint], Tags=tag_list())
        settle_endpoints(ec2, [endpoint])
        arn = cognito.describe_user_pool(UserPoolId=self.pool_id)["UserPool"]["Arn"]
        cognito.tag_resource(ResourceArn=arn, Tags=TEAM_TAGS)
        cognito.create_user_pool_client(
            UserPoolId=self.pool_id,
            ClientName="sagemaker-studio-portal",
            CallbackURLs=["https://example.com/prod/portal"],
        )
        return {
            "subnets": own,
            "client_group": {**own, "group-name": "sagemaker-studio-clients"},
            "user_pool_id": self.pool_id,
            "package_endpoints": {**own, "service-name": [service]},
        }

    @cached_property
    def route_table_id(self):
        return self.client("ec2").create_route_table(VpcId=self.network["vpc_id"])["RouteTable"]["RouteTableId"]

    @cached_property
    def domain_id(self):
        return make_domain(self.client, self.network)["DomainId"]

    @cached_property
    def pool_id(self):
        return self.client("cognito-idp").create_user_pool(PoolName="sagemaker-studio")["UserPool"]["Id"]

    def app_client(self, name):
        """Make an app client with a secret and return its id."""
        client = self.client("cognito-idp").create_user_pool_client(
            UserPoolId=self.pool_id, ClientName=name, GenerateSecret=True
        )
        return client["UserPoolClient"]["ClientId"]

    @cached_property
    def key_arn(self):
        return self.client("kms").create_key()["KeyMetadata"]["Arn"]

    def delete_domain(self):
        """Delete the domain and retain its file system."""
        sagemaker = self.client("sagemaker")
        sagemaker.delete_domain(DomainId=self.domain_id)
        while sagemaker.list_domains()["Domains"]:
            pass

    def profile(self, name):
        """Make a user profile."""
        sagemaker, key = self.client("sagemaker"), {"DomainId": self.domain_id, "UserProfileName": name}
        sagemaker.create_user_profile(**key)
        settled(lambda: sagemaker.describe_user_profile(**key))

    def space(self, name, owner):
        """Make the profile `owner` and a shared JupyterLab space of it."""
        self.profile(owner)
        sagemaker, key = self.client("sagemaker"), {"DomainId": self.domain_id, "SpaceName": name}
        sagemaker.create_space(
            **key,
            OwnershipSettings={"OwnerUserProfileName": owner},
            SpaceSharingSettings={"SharingType": "Shared"},
            SpaceSettings={"AppType": "JupyterLab"},
        )
        settled(lambda: sagemaker.describe_space(**key))

    def app(self, space, owner):
        """Make a space and run JupyterLab in it."""
        self.space(space, owner)
        sagemaker = self.client("sagemaker")
        key = {"DomainId": self.domain_id, "SpaceName": space, "AppType": "JupyterLab", "AppName": "default"}
        sagemaker.create_app(**key)
        settled(lambda: sagemaker.describe_app(**key))

    def lifecycle_config(self, name):
        """Make a lifecycle configuration and return its ARN."""
        return self.client("sagemaker").create_studio_lifecycle_config(
            StudioLifecycleConfigName=name,
            StudioLifecycleConfigContent="ZWNobw==",
            StudioLifecycleConfigAppType="JupyterLab",
        )["StudioLifecycleConfigArn"]

    def role(self, name, service):
        """Make a role that `service` may assume."""
        return make_role(self.client("iam"), name, service)

    def log_role(self, name):
        """Make a role with which API Gateway writes logs."""
        return make_log_role(self.client("iam"), name)

    def function(self, name):
        """Make a Lambda function."""
        self.client("lambda").create_function(
            FunctionName=name,
            Role=self.role(name, "lambda.amazonaws.com"),
            Runtime="python3.13",
            Handler="index.handle",
            Code={"ZipFile": packed("def handle(event, context):\n    return 1\n")},
        )

    def groups(self, *names):
        """Make groups of the user pool."""
        for name in names:
            self.client("cognito-idp").create_group(UserPoolId=self.pool_id, GroupName=name)

    def security_groups(self, *names):
        """Make security groups that name each other and carry TEAM_TAGS."""
        ec2 = self.client("ec2")
        made = [
            ec2.create_security_group(VpcId=self.network["vpc_id"], GroupName=name, Description=name)["GroupId"]
            for name in names
        ]
        ec2.create_tags(Resources=made, Tags=tag_list())
        for group, peer in zip(made, made[::-1], strict=True):
            rule = {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "UserIdGroupPairs": [{"GroupId": peer}]}
            ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[rule])
        return made

    def alias(self, name):
        """Make an alias of the key."""
        self.client("kms").create_alias(AliasName=f"alias/{name}", TargetKeyId=self.key_arn)

    def log_stream(self, group, name):
        """Make a log group with one stream."""
        self.client("logs").create_log_group(logGroupName=group)
        self.client("logs").create_log_stream(logGroupName=group, logStreamName=name)

    def bucket(self, name):
        """Make a bucket with one object."""
        s3 = self.client("s3")
        s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
        s3.put_object(Bucket=name, Key="a", Body=b"12345")

    def endpoint(self, name):
        """Let the emulator, which has no endpoints, list one; the fixture own_operations takes it away again."""
        shown = {"EndpointName": name, "EndpointArn": f"arn:aws:sagemaker:eu-central-1:111111111111:endpoint/{name}"}
        times = {"CreationTime": 1, "LastModifiedTime": 1, "EndpointStatus": "InService"}
        service.OPERATIONS["ListEndpoints"] = lambda request: {"Endpoints": [{**shown, **times}]}

    def team_in_use(self, name, work):
        """Make a domain, an endpoint `work`, and what others use of `name`: group, script, policy and role."""
        assert self.domain_id
        self.endpoint(work)
        self.security_groups(name, "other")
        script = self.lifecycle_config(f"{name}-proxy")
        self.client("sagemaker").add_tags(ResourceArn=script, Tags=tag_list())
        settings = {"ExecutionRole": ROLE, "JupyterLabAppSettings": {"LifecycleConfigArns": [script]}}
        make_domain(self.client, self.network, "other", DefaultUserSettings=settings)
        iam = self.client("iam")
        policy = iam.create_policy(PolicyName=name, PolicyDocument=NO_RIGHTS)["Policy"]["Arn"]
        iam.create_user(UserName="bob", PermissionsBoundary=policy)
        iam.create_instance_profile(InstanceProfileName="machine")
        self.role(name, "ec2.amazonaws.com")
        iam.add_role_to_instance_profile(InstanceProfileName="machine", RoleName=name)

    def rest_api(self, name):
        """Make a REST API without routes."""
        self.client("apigateway").create_rest_api(name=name)

    def stage(self):
        """Make a stage of a REST API and return its ARN."""
        gateway = self.client("apigateway")
        api = gateway.create_rest_api(name="api")
        method = {"restApiId": api["id"], "resourceId": api["rootResourceId"], "httpMethod": "GET"}
        gateway.put_method(**method, authorizationType="NONE")
        gateway.put_integration(**method, type="MOCK")
        gateway.create_deployment(restApiId=api["id"], stageName="prod")
        return f"arn:aws:apigateway:eu-central-1::/restapis/{api['id']}/stages/prod"

    def web_acl(self, name):
        """Make a web ACL that lets everything through and return its ARN."""
        return self.client("wafv2").create_web_acl(
            Name=name,
            Scope="REGIONAL",
            DefaultAction={"Allow": {}},
            VisibilityConfig={"SampledRequestsEnabled": False, "CloudWatchMetricsEnabled": False, "MetricName": name},
            Rules=[],
        )["Summary"]["ARN"]
