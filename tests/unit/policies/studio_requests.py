# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Requests to judge policies with: what a person of a team asks in Studio, on things of the own or of another team."""

from __future__ import annotations

import re

from tests.unit.policies.evaluation import Request
from tests.unit.policies.rendering import ACCOUNT, PLATFORM, REGION, team
from tests.unit.policies.sample_statements import arn_format, resource_types

DOMAINS = {"team1": "d-aaaaaaaaaaaa", "team2": "d-bbbbbbbbbbbb"}
VPC = f"arn:aws:ec2:{REGION}:{ACCOUNT}:vpc/vpc-1"
SAGEMAKER = f"arn:aws:sagemaker:{REGION}:{ACCOUNT}"


def tags_of(owner):
    return {"Platform": PLATFORM, "DomainName": owner}


def studio_session(owner="team1", person="ada"):
    """The keys that SageMaker fills in for a session of Studio."""
    return {"sagemaker:DomainId": DOMAINS[owner], "sagemaker:UserProfileName": person}


def request_keys(owner, person="ada"):
    """What the call itself says: tags, key, names; as if everything in it were owner's."""
    return {
        "aws:RequestTag/DomainName": owner,
        "sagemaker:TaggingAction": "CreateTrainingJob",
        "sagemaker:VolumeKmsKey": team(owner).found.key_arn,
        "sagemaker:OutputKmsKey": team(owner).found.key_arn,
        "sagemaker:InstanceTypes": ["ml.m5.large"],
        "sagemaker:OwnerUserProfileArn": f"{SAGEMAKER}:user-profile/{DOMAINS[owner]}/{person}",
        "sagemaker:SpaceSharingType": "Private",
        "sagemaker:SearchVisibilityCondition/Tags.DomainName/EqualsIfExists": owner,
        "events:TargetArn": [f"{SAGEMAKER}:pipeline/train"],
        "iam:PassedToService": "sagemaker.amazonaws.com",
        "kms:GrantIsForAWSResource": "true",
        "ec2:Vpc": VPC,
        "sagemaker:VpcSubnets": ["subnet-000a", "subnet-000b"],
        "sagemaker:VpcSecurityGroupIds": ["sg-clients", "sg-team"],
        "sagemaker:ModelArn": [f"{SAGEMAKER}:model/{owner}--churn"],
    }


def arn_of(action, resource_type, owner):
    """The ARN of a thing of this type that belongs to owner."""
    role, service = team(owner), action.split(":")[0]
    own = {
        "bucket": f"arn:aws:s3:::{role.names.data_bucket}",
        "object": f"arn:aws:s3:::{role.names.data_bucket}/data.csv",
        "key": role.found.key_arn,
        "log-group": f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:/aws/sagemaker/TrainingJobs",
        "log-stream": f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:/aws/sagemaker/TrainingJobs:log-stream:{owner}--x/1",
        "subnet": f"arn:aws:ec2:{REGION}:{ACCOUNT}:subnet/subnet-000a",
        "model": f"{SAGEMAKER}:model/{owner}--churn",
        "role": role.role_arns["data-scientist"],
    }
    if resource_type in own:
        return own[resource_type]
    names = {
        "Partition": "aws",
        "Region": REGION,
        "Account": ACCOUNT,
        "DomainId": DOMAINS[owner],
        "UserProfileName": "ada",
    }
    return re.sub(r"\$\{(\w+)\}", lambda match: names.get(match[1], f"of-{owner}"), arn_format(service, resource_type))


def request_on(action, owner, *, types=None, new=(), **changes):
    """A person of team1 does something to what belongs to owner. Types in `new` are made by the call: no tags yet."""
    resources = {
        arn_of(action, each, owner): {} if each in new else tags_of(owner)
        for each in (resource_types(action) if types is None else types)
    }
    context = {**studio_session(), **request_keys(owner), **changes}
    return Request(action, resources or {"*": {}}, context)
