# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Somebody with the AWS console in a deployed account, who finds things by the names that they have there."""

import functools
import json
import time

from botocore.exceptions import ClientError

from tests.support.account import DATA_BUCKET
from tests.support.studio import stop_lab

TEAM, PLATFORM = "team1", "sagemaker-studio"
ACCOUNT, REGION = "111111111111", "eu-central-1"
OF_TEAM = f"{PLATFORM}--{TEAM}--{REGION}"
DATA = DATA_BUCKET.format(TEAM)
ACCESS_LOG = f"{DATA}-access-log"
FUNCTION = f"{PLATFORM}-presigned-url"
OF_PLATFORM = f"{PLATFORM}--{REGION}"
GROUP = f"{PLATFORM}--{TEAM}"
ALIAS = f"alias/{PLATFORM}/{TEAM}"
PERSON, LEAD = "demo-user", "lead-user"


def policy_arn(name):
    """The ARN of a managed policy of the account."""
    return f"arn:aws:iam::{ACCOUNT}:policy/{name}"


def seen(read):
    """What read() returns, None where AWS refuses to show it, as there is no such thing."""
    try:
        return read()
    except ClientError:
        return None


class Hand:
    """A person with all rights. Attributes that are services of AWS are boto3 clients, with _ for the hyphen."""

    def __init__(self, account):
        self.account = account

    def __getattr__(self, service):
        client = self.account.client({"functions": "lambda"}.get(service, service.replace("_", "-")))
        setattr(self, service, client)
        return client

    @functools.cached_property
    def domain(self):
        return self.account.domain_id(TEAM)

    @functools.cached_property
    def pool(self):
        return self.account.pool_id()

    @functools.cached_property
    def api(self):
        (api,) = self.apigateway.get_rest_apis()["items"]
        return api["id"]

    @functools.cached_property
    def key(self):
        return self.kms.describe_key(KeyId=ALIAS)["KeyMetadata"]["KeyId"]

    @functools.cached_property
    def vpc(self):
        tagged = [{"Name": "tag:Platform", "Values": [PLATFORM]}]
        (vpc,) = self.ec2.describe_vpcs(Filters=tagged)["Vpcs"]
        return vpc["VpcId"]

    @functools.cached_property
    def file_system(self):
        return self.sagemaker.describe_domain(DomainId=self.domain)["HomeEfsFileSystemId"]

    def in_vpc(self, read, members):
        """All of one kind in the platform's VPC."""
        return read(Filters=[{"Name": "vpc-id", "Values": [self.vpc]}])[members]

    def group(self, name):
        """The id of a security group."""
        groups = self.in_vpc(self.ec2.describe_security_groups, "SecurityGroups")
        return next(group["GroupId"] for group in groups if group["GroupName"] == name)

    def endpoint(self, service):
        """An endpoint of the platform, by the last part of its service's name."""
        listed = self.in_vpc(self.ec2.describe_vpc_endpoints, "VpcEndpoints")
        return next(one for one in listed if one["ServiceName"] == f"com.amazonaws.{REGION}.{service}")

    def nfs_group(self):
        """The id of one of the groups that SageMaker made beside the domain."""
        return self.group(f"security-group-for-inbound-nfs-{self.domain}")

    def app_client(self, purpose):
        """The id of an app client of the pool."""
        listed = self.cognito_idp.list_user_pool_clients(UserPoolId=self.pool, MaxResults=60)["UserPoolClients"]
        return next(one["ClientId"] for one in listed if one["ClientName"] == f"{PLATFORM}-{purpose}")

    def resource(self, path):
        """The id of a resource of the REST API."""
        items = self.apigateway.get_resources(restApiId=self.api)["items"]
        return next(one["id"] for one in items if one["path"] == path)

    def script(self):
        """The name of the team's one lifecycle configuration beside the built-in ones."""
        listed = self.sagemaker.list_studio_lifecycle_configs(NameContains=GROUP)["StudioLifecycleConfigs"]
        names = [one["StudioLifecycleConfigName"] for one in listed]
        return next(name for name in names if "--built-in--" not in name)

    def alarm(self):
        """The name of an alarm of the sign-in."""
        return self.cloudwatch.describe_alarms(AlarmNamePrefix=PLATFORM)["MetricAlarms"][0]["AlarmName"]

    def metric_filter(self):
        """A metric filter of the sign-in's log."""
        return self.logs.describe_metric_filters()["metricFilters"][0]

    def delete_policy(self, name):
        """Delete a managed policy: AWS wants it taken from every role first."""
        arn = policy_arn(name)
        for role in self.iam.list_entities_for_policy(PolicyArn=arn)["PolicyRoles"]:
            self.iam.detach_role_policy(RoleName=role["RoleName"], PolicyArn=arn)
        for version in self.iam.list_policy_versions(PolicyArn=arn)["Versions"]:
            if not version["IsDefaultVersion"]:
                self.iam.delete_policy_version(PolicyArn=arn, VersionId=version["VersionId"])
        self.iam.delete_policy(PolicyArn=arn)

    def delete_role(self, name):
        """Delete a role: AWS wants it emptied first."""
        for policy in self.iam.list_attached_role_policies(RoleName=name)["AttachedPolicies"]:
            self.iam.detach_role_policy(RoleName=name, PolicyArn=policy["PolicyArn"])
        for policy in self.iam.list_role_policies(RoleName=name)["PolicyNames"]:
            self.iam.delete_role_policy(RoleName=name, PolicyName=policy)
        self.iam.delete_role(RoleName=name)

    def delete_bucket(self, name):
        """Delete a bucket: AWS wants it emptied first."""
        listed = self.s3.list_object_versions(Bucket=name)
        for one in [*listed.get("Versions", []), *listed.get("DeleteMarkers", [])]:
            self.s3.delete_object(Bucket=name, Key=one["Key"], VersionId=one["VersionId"])
        self.s3.delete_bucket(Bucket=name)

    def delete_file_system(self):
        """Delete the home file system of the domain: EFS wants its mount targets gone first."""
        for target in self.efs.describe_mount_targets(FileSystemId=self.file_system)["MountTargets"]:
            self.efs.delete_mount_target(MountTargetId=target["MountTargetId"])
        while self.efs.describe_mount_targets(FileSystemId=self.file_system)["MountTargets"]:
            time.sleep(0.05)
        self.efs.delete_file_system(FileSystemId=self.file_system)
        while seen(lambda: self.efs.describe_file_systems(FileSystemId=self.file_system)):
            time.sleep(0.05)

    def delete_domain(self):
        """Delete the domain and keep its file system: SageMaker wants it emptied first."""
        key, kept = {"DomainId": self.domain}, self.file_system
        spaces = [one["SpaceName"] for one in self.sagemaker.list_spaces(DomainIdEquals=self.domain)["Spaces"]]
        for app in self.sagemaker.list_apps(DomainIdEquals=self.domain)["Apps"]:
            if app["Status"] == "InService":
                named = {name: app[name] for name in ("DomainId", "SpaceName", "AppType", "AppName")}
                stop_lab(self.account.client, named)
        for name in spaces:
            self.sagemaker.delete_space(**key, SpaceName=name)
        while self.sagemaker.list_spaces(DomainIdEquals=self.domain)["Spaces"]:
            time.sleep(0.05)
        for one in self.sagemaker.list_user_profiles(DomainIdEquals=self.domain)["UserProfiles"]:
            self.sagemaker.delete_user_profile(**key, UserProfileName=one["UserProfileName"])
        while self.sagemaker.list_user_profiles(DomainIdEquals=self.domain)["UserProfiles"]:
            time.sleep(0.05)
        self.sagemaker.delete_domain(**key, RetentionPolicy={"HomeEfsFileSystem": "Retain"})
        while seen(lambda: self.sagemaker.describe_domain(**key)):
            time.sleep(0.05)
        assert self.efs.describe_file_systems(FileSystemId=kept)["FileSystems"]

    def delete_user_pool(self):
        """Delete the user pool with everybody in it: Cognito wants its protection and its domain gone first."""
        pool = self.cognito_idp.describe_user_pool(UserPoolId=self.pool)["UserPool"]
        self.cognito_idp.update_user_pool(UserPoolId=self.pool, DeletionProtection="INACTIVE")
        self.cognito_idp.delete_user_pool_domain(UserPoolId=self.pool, Domain=pool["Domain"])
        self.cognito_idp.delete_user_pool(UserPoolId=self.pool)


def report_of(account, folder, **variables):
    """The report of the drift check about TEAM."""
    account.writes()
    run = account.run("drift", domain_name=TEAM, drift_report_dir=str(folder), **variables)
    assert run.status == 0, run.output[-6000:]
    assert account.writes() == []
    return json.loads((folder / f"{TEAM}.json").read_text())


def drift(account, folder, **variables):
    """The differences that the drift check finds of TEAM and its platform, all with both sides."""
    report = report_of(account, folder, **variables)
    assert report["error"] == "", report["error"]
    return differences(report)


def differences(report):
    """The differences that a report tells, all with both sides."""
    found = [*report["platform_differences"], *report["differences"]]
    assert [one for one in found if not tells_both_sides(one)] == []
    return found


def tells_both_sides(difference):
    """Tell whether a difference says what is there and what should be: by values that differ, or by its kind."""
    values = difference["values"]
    if any(value["actual"] == value["described"] for value in values):
        return False
    return bool(values) is (difference["kind"] == "changed")
