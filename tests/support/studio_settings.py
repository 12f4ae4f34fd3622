# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every setting that AWS's model has for Studio, each with a value that the model allows."""

import copy

import boto3
from botocore import xform_name

MODEL = boto3.client("sagemaker", region_name="eu-central-1").meta.service_model
# The structures that the modules take, by the option that takes them.
TAKEN = {
    "default_user_settings": ("CreateDomain", "DefaultUserSettings"),
    "default_space_settings": ("CreateDomain", "DefaultSpaceSettings"),
    "domain_settings": ("CreateDomain", "DomainSettings"),
    "user_settings": ("CreateUserProfile", "UserSettings"),
    "space_settings": ("CreateSpace", "SpaceSettings"),
}
SHAPES = {name: MODEL.operation_model(op).input_shape.members[member] for name, (op, member) in TAKEN.items()}
ARN = "arn:aws:sagemaker:eu-central-1:111111111111:"
# A text that fits, by the name of the shape; a shape that is not here has choices or takes any text.
TEXTS = {
    "AccountId": "111111111111",
    "AppImageConfigName": "lab",
    "FileSystemId": "fs-0123456789abcdef0",
    "FileSystemPath": "/shared",
    "ImageArn": f"{ARN}image/lab",
    "ImageName": "lab",
    "ImageVersionAlias": "1.2.3",
    "ImageVersionAliasPattern": "1.2",
    "ImageVersionArn": f"{ARN}image-version/lab/1",
    "KmsKeyId": "alias/studio",
    "QProfileArn": "arn:aws:codewhisperer:eu-central-1:111111111111:profile/A",
    "RepositoryUrl": "https://github.com/example/notebooks",
    "RoleArn": "arn:aws:iam::111111111111:role/team1",
    "S3SchemaUri": "s3://bucket/prefix",
    "S3Uri": "s3://bucket/prefix",
    "SecretArn": "arn:aws:secretsmanager:eu-central-1:111111111111:secret:oauth",
    "SecurityGroupId": "sg-0123456789abcdef0",
    "SingleSignOnApplicationArn": "arn:aws:sso::111111111111:application/ssoins-1/apl-1",
    "StudioLifecycleConfigArn": f"{ARN}studio-lifecycle-config/proxy",
    "StudioResourceSpecTrainingPlanArn": f"{ARN}training-plan/plan",
    "UnifiedStudioDomainId": "dzd_1",
}


def is_union(shape):
    """Whether a list is one of structures of which each has exactly one member."""
    return shape.member.type_name == "structure" and shape.member.is_tagged_union


def sample(shape):
    """A value, in API names, that the model allows, with every member that there is."""
    if shape.type_name == "structure":
        return {name: sample(member) for name, member in shape.members.items()}
    if shape.type_name == "list":
        item = sample(shape.member)
        return [{name: value} for name, value in item.items()] if is_union(shape) else [item]
    if shape.type_name in ("integer", "long"):
        return max(shape.metadata.get("min", 0), 1)
    assert shape.type_name == "string", f"no sample of {shape.type_name}: teach this test and limits.py about it"
    return shape.enum[0] if shape.enum else TEXTS.get(shape.name, "text")


def in_snake_case(value):
    """A sample with the names that the documentation promises: AWS's own in snake case."""
    if isinstance(value, dict):
        return {xform_name(name): in_snake_case(item) for name, item in value.items()}
    return [in_snake_case(item) for item in value] if isinstance(value, list) else value


def leaves(value, path=()):
    """The paths, as tuples of keys and indices, of everything in a value that is neither dict nor list."""
    if not isinstance(value, (dict, list)):
        return [path]
    items = value.items() if isinstance(value, dict) else enumerate(value)
    return [leaf for key, item in items for leaf in leaves(item, (*path, key))]


def replaced(value, path, new):
    """A copy of value with new at path."""
    if not path:
        return new
    made = copy.copy(value)
    made[path[0]] = replaced(value[path[0]], path[1:], new)
    return made


OPTIONS = {name: in_snake_case(sample(shape)) for name, shape in SHAPES.items()}
