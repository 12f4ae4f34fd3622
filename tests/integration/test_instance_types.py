# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What studio_allowed_instance_types denies, asked of SageMaker under IAM policies (--auth)."""

import json

import pytest
from botocore.exceptions import ClientError

from tests.emulator.studio import Studio
from tests.support.emulator_plugin import boto3_client
from tests.support.emulator_process import EmulatorProcess
from tests.unit.policies.rendering import team_with

EVERYTHING = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sagemaker:*", "Resource": "*"}]}


@pytest.fixture(scope="module")
def strict():
    process = EmulatorProcess("--auth")
    yield process
    process.stop()


@pytest.fixture(scope="module")
def domain_id(strict):
    studio = Studio(lambda service, region: boto3_client(strict.url, service, region=region))
    domain_id = studio.domain("team1")
    studio.profile(domain_id)
    return domain_id


@pytest.fixture(scope="module")
def member(strict):
    """SageMaker as somebody who may do everything but what the team's options deny."""
    iam = boto3_client(strict.url, "iam")
    iam.create_user(UserName="ada")
    limits = team_with(studio_allowed_instance_types=["ml.t3.*"]).documents["options"]
    for name, document in (("everything", EVERYTHING), ("options", limits)):
        iam.put_user_policy(UserName="ada", PolicyName=name, PolicyDocument=json.dumps(document))
    key = iam.create_access_key(UserName="ada")["AccessKey"]
    credentials = {"aws_access_key_id": key["AccessKeyId"], "aws_secret_access_key": key["SecretAccessKey"]}
    return boto3_client(strict.url, "sagemaker", **credentials)


def space(domain_id, name, instance_type=None):
    """A private space of ada for JupyterLab; its apps start on instance_type."""
    spec = {"DefaultResourceSpec": {"InstanceType": instance_type}} if instance_type else {}
    return {
        "DomainId": domain_id,
        "SpaceName": name,
        "SpaceSettings": {"AppType": "JupyterLab", "JupyterLabAppSettings": spec},
        "OwnershipSettings": {"OwnerUserProfileName": "ada"},
        "SpaceSharingSettings": {"SharingType": "Private"},
    }


def denied(call, **arguments):
    with pytest.raises(ClientError) as caught:
        call(**arguments)
    error = caught.value.response["Error"]
    return error["Code"] == "AccessDeniedException" and "explicit deny" in error["Message"]


def test_apps_start_on_allowed_types_alone(domain_id, member):
    member.create_space(**space(domain_id, "lab"))
    app = {"DomainId": domain_id, "SpaceName": "lab", "AppType": "JupyterLab", "AppName": "default"}
    while member.describe_space(DomainId=domain_id, SpaceName="lab")["Status"] != "InService":
        pass
    assert denied(member.create_app, **app, ResourceSpec={"InstanceType": "ml.p4d.24xlarge"})
    assert member.create_app(**app, ResourceSpec={"InstanceType": "ml.t3.large"})["AppArn"]


def test_spaces_are_not_given_other_types(domain_id, member):
    assert denied(member.create_space, **space(domain_id, "big", "ml.g5.xlarge"))
    assert member.create_space(**space(domain_id, "small", "ml.t3.medium"))["SpaceArn"]
    changed = {"JupyterLabAppSettings": {"DefaultResourceSpec": {"InstanceType": "ml.g5.xlarge"}}}
    assert denied(member.update_space, DomainId=domain_id, SpaceName="small", SpaceSettings=changed)
