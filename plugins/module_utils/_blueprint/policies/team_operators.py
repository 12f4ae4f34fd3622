# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What those need who run the playbooks for one team, in its platform's region: who builds it, and who takes it down.

Everything is told from another team's, and another platform's, by the tags Platform and DomainName or by its name.
Which keys an action has, and on what resource it is asked, is in the Service Authorization Reference.
"""

from __future__ import annotations

import typing as t

from ..access import POLICIES
from ..names import Names
from ..team import PERSONAS
from ..turns import PLATFORM_TURN, team_turn, turns_table_arn
from .document import Document, Statement, allow, deny, document
from .readers import team_reader_policy
from .team_place import Place
from .team_removal import removal_policy


def team_policies(names: Names, boundary_arn: str, domain_id: str = "") -> dict[str, Document]:
    """Return the policies by their names. Who builds needs the first four; who takes down as well, all of them.

    boundary_arn: the permissions boundary of every role that is made or changed with them. Without one, who makes roles
    decides on all rights in the account. Raises ValueError where it is missing.
    domain_id: the team's SageMaker domain. As long as there is none, nobody can tell its profiles and spaces from those
    of other domains, and what it names is wide.
    """
    if not boundary_arn:
        raise ValueError("who builds a team makes roles, and needs the ARN of a boundary of their rights")
    place = Place(names, domain_id)
    return {
        "team-reader": team_reader_policy(names),
        "team-studio": document(_studio(place)),
        "team-access": document([*_people(place), *_network(place), *_roles(place, boundary_arn)]),
        "team-data": document([*_key(place), *_storage(place), *_turn(place)]),
        "team-removal": removal_policy(place),
    }


def _people(place: Place) -> list[Statement]:
    """People and their groups. Cognito decides on the user pool as a whole."""
    changes = ["AddUserToGroup", "CreateUser", "DeleteUser", "DisableUser", "EnableUser", "RemoveUserFromGroup"]
    changes += ["SetUserPassword", "UpdateUserAttributes", "UserGlobalSignOut"]
    groups = ["cognito-idp:CreateGroup", "cognito-idp:DeleteGroup", "cognito-idp:UpdateGroup"]
    return [
        allow(
            "People",
            [*(f"cognito-idp:Admin{change}" for change in changes), *groups],
            place.arn("cognito-idp", "userpool/*"),
            **place.of_the_platform,
        )
    ]


def _taking_over(place: Place) -> list[Statement]:
    """A domain that somebody else made, and what is in it, get the team's tags. Only who names it can be let do it."""
    if not place.domain_id:
        return []
    parts = (f"domain/{place.domain}", f"user-profile/{place.domain}/*", f"space/{place.domain}/*")
    arns = [place.arn("sagemaker", part) for part in parts]
    return [allow("TakeOver", ["sagemaker:AddTags"], arns, **place.taken_over)]


def _studio(place: Place) -> list[Statement]:
    """Domain, people's profiles, spaces, scripts and images, and the home directories' file system."""
    studio = place.arn("sagemaker", "*")
    domain = place.arn("sagemaker", f"domain/{place.domain}")
    in_domain = {"Space": "space", "UserProfile": "user-profile"}
    beside = {
        "AppImageConfig": "app-image-config",
        "Image": "image",
        "StudioLifecycleConfig": "studio-lifecycle-config",
    }
    network = {"sagemaker:AppNetworkAccessType": "VpcOnly"}
    linked = (
        f"arn:{place.names.partition}:iam::{place.names.account_id}:role/aws-service-role/sagemaker.amazonaws.com/*"
    )
    return [
        # A domain that is not there yet has no id.
        allow(
            "MakeDomain",
            ["sagemaker:CreateDomain"],
            place.arn("sagemaker", "domain/*"),
            StringEquals={**place.made["StringEquals"], **network},
        ),
        allow("ChangeDomain", ["sagemaker:UpdateDomain"], domain, **place.owned, StringEqualsIfExists=network),
        allow(
            "MakeStudio",
            [f"sagemaker:Create{kind}" for kind in (*in_domain, *beside)],
            [
                *(place.arn("sagemaker", f"{kind}/{place.domain}/*") for kind in in_domain.values()),
                *(place.arn("sagemaker", f"{kind}/*") for kind in beside.values()),
            ],
            **place.made,
        ),
        allow(
            "TagStudio",
            ["sagemaker:AddTags"],
            studio,
            **place.made,
            StringLike={"sagemaker:TaggingAction": "Create*"},
        ),
        *_taking_over(place),
        allow("RetagStudio", ["sagemaker:AddTags"], studio, **place.retagged),
        allow("UntagStudio", ["sagemaker:DeleteTags"], studio, **place.untagged_but_for_ours),
        allow(
            "ChangeStudio",
            [
                "sagemaker:CreateImageVersion",
                "sagemaker:CreatePresignedDomainUrl",
                "sagemaker:DeleteApp*",
                "sagemaker:DeleteImage*",
                "sagemaker:DeleteSpace",
                "sagemaker:DeleteStudioLifecycleConfig",
                "sagemaker:DeleteUserProfile",
                "sagemaker:UpdateAppImageConfig",
                "sagemaker:UpdateImage*",
                "sagemaker:UpdateSpace",
                "sagemaker:UpdateUserProfile",
            ],
            studio,
            **place.owned,
        ),
        # SageMaker makes both with its caller's rights: the domain's file system, and its own role in a new account.
        allow(
            "MakeHomes",
            ["elasticfilesystem:CreateFileSystem"],
            "*",
            StringEquals={"aws:RequestedRegion": place.names.region},
        ),
        allow(
            "MakeRoleOfSageMaker",
            ["iam:CreateServiceLinkedRole"],
            linked,
            StringEquals={"iam:AWSServiceName": "sagemaker.amazonaws.com"},
        ),
        allow(
            "RetagHomes",
            ["elasticfilesystem:TagResource"],
            place.arn("elasticfilesystem", "file-system/*"),
            **place.retagged,
        ),
        # SageMaker tags the file system and its groups as its own, and not as the team's.
        allow(
            "TagWhatSageMakerMade",
            ["ec2:CreateTags", "elasticfilesystem:TagResource"],
            [place.arn("ec2", "security-group/*"), place.arn("elasticfilesystem", "file-system/*")],
            StringEquals=place.made["StringEquals"],
            StringLike={"aws:ResourceTag/ManagedByAmazonSageMakerResource": domain},
            **place.untagged,
        ),
    ]


def _network(place: Place) -> list[Statement]:
    """The team's security group in the platform's VPC."""
    groups = place.arn("ec2", "security-group/*")
    return [
        allow("MakeGroup", ["ec2:CreateSecurityGroup"], groups, **place.made),
        allow("MakeGroupInVpc", ["ec2:CreateSecurityGroup"], place.arn("ec2", "vpc/*"), **place.of_the_platform),
        allow(
            "TagGroup",
            ["ec2:CreateTags"],
            groups,
            StringEquals={**place.made["StringEquals"], "ec2:CreateAction": "CreateSecurityGroup"},
        ),
        allow(
            "ChangeGroups",
            [
                "ec2:AuthorizeSecurityGroup*",
                "ec2:RevokeSecurityGroup*",
                "ec2:UpdateSecurityGroupRule*",
            ],
            groups,
            **place.owned,
        ),
        allow("RetagGroups", ["ec2:CreateTags"], groups, **place.retagged),
        allow("UntagGroups", ["ec2:DeleteTags"], groups, **place.untagged_but_for_ours),
    ]


def _key(place: Place) -> list[Statement]:
    """The team's key and its alias."""
    keys = place.arn("kms", "key/*")
    made_here = {"StringEquals": {**place.made["StringEquals"], "aws:RequestedRegion": place.names.region}}
    return [
        # A key that is not there yet has no ARN, so the region is a condition.
        allow("MakeKey", ["kms:CreateKey"], "*", **made_here),
        allow("TagKey", ["kms:TagResource"], "*", **made_here, **place.untagged),
        allow(
            "ChangeKey",
            [
                "kms:CancelKeyDeletion",
                "kms:CreateAlias",
                "kms:CreateGrant",
                "kms:Decrypt",
                "kms:EnableKey",
                "kms:*KeyRotation",
                "kms:GenerateDataKey*",
                "kms:PutKeyPolicy",
                "kms:RetireGrant",
                "kms:UpdateKeyDescription",
            ],
            keys,
            **place.owned,
        ),
        allow("RetagKey", ["kms:TagResource"], keys, **place.retagged),
        allow("UntagKey", ["kms:UntagResource"], keys, **place.untagged_but_for_ours),
        allow("Alias", ["kms:CreateAlias", "kms:UpdateAlias"], place.alias),
    ]


def _storage(place: Place) -> list[Statement]:
    """Buckets, backups and the budget."""
    names = place.names
    plans = place.arn("backup", "backup-plan:*")
    return [
        allow(
            "Buckets",
            [
                "s3:CreateBucket",
                "s3:PutBucketCORS",
                "s3:PutBucketLogging",
                "s3:PutBucketOwnershipControls",
                "s3:PutBucketPolicy",
                "s3:PutBucketPublicAccessBlock",
                "s3:PutBucketTagging",
                "s3:PutBucketVersioning",
                "s3:PutEncryptionConfiguration",
                "s3:PutLifecycleConfiguration",
            ],
            names.bucket_arns,
        ),
        allow("MakeBackupPlan", ["backup:CreateBackupPlan"], plans, **place.made),
        allow("TagBackupPlan", ["backup:TagResource"], plans, **place.made, **place.untagged),
        allow(
            "ChangeBackupPlan",
            [
                "backup:CreateBackupSelection",
                "backup:DeleteBackupSelection",
                "backup:UpdateBackupPlan",
            ],
            plans,
            **place.owned,
        ),
        allow("RetagBackupPlan", ["backup:TagResource"], plans, **place.retagged),
        allow("UntagBackupPlan", ["backup:UntagResource"], plans, **place.untagged_but_for_ours),
        allow(
            "Vault",
            [
                "backup:CreateBackupVault",
                "backup:PutBackupVaultAccessPolicy",
                "backup:TagResource",
                "backup:UntagResource",
            ],
            place.vault,
        ),
        allow("StorageOfVaults", ["backup-storage:MountCapsule"], "*"),
        allow(
            "Budget",
            ["budgets:ModifyBudget", "budgets:TagResource", "budgets:UntagResource"],
            f"arn:{names.partition}:budgets::{names.account_id}:budget/{names.budget}",
        ),
    ]


def _turn(place: Place) -> list[Statement]:
    """The team's turn. Who has the platform's is only read."""
    own = team_turn(place.names.team)
    table = turns_table_arn(place.names.platform)

    def of(*turns: str) -> dict[str, t.Any]:
        return {"ForAllValues:StringEquals": {"dynamodb:LeadingKeys": list(turns)}}

    return [
        allow("ReadTurns", ["dynamodb:GetItem"], table, **of(PLATFORM_TURN, own)),
        allow("TakeTurn", [f"dynamodb:{verb}Item" for verb in ("Delete", "Put", "Update")], table, **of(own)),
    ]


def _roles(place: Place, boundary_arn: str) -> list[Statement]:
    """Roles of the team and its people, which never have more rights than the boundary gives."""
    names = place.names
    roles = [*map(names.role_arn, PERSONAS), names.backup_role_arn, names.own_people_role_arns]
    return [
        allow(
            "Policies",
            ["iam:CreatePolicy*", "iam:DeletePolicy*", "iam:TagPolicy", "iam:UntagPolicy"],
            [names.policy_arn(purpose) for purpose in POLICIES],
        ),
        allow(
            "RightsOfRoles",
            [
                "iam:AttachRolePolicy",
                "iam:CreateRole",
                "iam:DeleteRolePolicy",
                "iam:DetachRolePolicy",
                "iam:PutRolePermissionsBoundary",
                "iam:PutRolePolicy",
            ],
            roles,
            StringEquals={"iam:PermissionsBoundary": boundary_arn},
        ),
        allow(
            "Roles",
            ["iam:DeleteRole", "iam:TagRole", "iam:UntagRole", "iam:UpdateAssumeRolePolicy", "iam:UpdateRole*"],
            roles,
        ),
        allow(
            "RolesAtWork",
            ["iam:PassRole"],
            roles,
            StringEquals={"iam:PassedToService": ["backup.amazonaws.com", "sagemaker.amazonaws.com"]},
        ),
        # A wildcard takes slashes too, and so any name below a path that begins like a person's role.
        deny("NothingBelowThePathOfPeople", ["iam:*"], f"{names.iam}:role{names.role_path}*/*"),
    ]
