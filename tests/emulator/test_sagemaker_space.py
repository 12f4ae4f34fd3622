# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Spaces: ownership, storage, updates, guards."""

import pytest

from tests.emulator.studio import ARN, ROLE, refused, settled

PRIVATE = {"SharingType": "Private"}
LAB = {"AppType": "JupyterLab"}


@pytest.fixture
def domain_id(studio):
    domain_id = studio.domain()
    studio.profile(domain_id, "Ada")
    return domain_id


def create(sagemaker, domain_id, name="lab", **arguments):
    """CreateSpace of a private JupyterLab space of ada; a member that is None is left out."""
    request = {
        "OwnershipSettings": {"OwnerUserProfileName": "Ada"},
        "SpaceSharingSettings": PRIVATE,
        "SpaceSettings": LAB,
        **arguments,
    }
    given = {key: value for key, value in request.items() if value is not None}
    return sagemaker.create_space(DomainId=domain_id, SpaceName=name, **given)["SpaceArn"]


def describe(sagemaker, domain_id, name="lab"):
    return settled(lambda: sagemaker.describe_space(DomainId=domain_id, SpaceName=name))


def volume(size):
    return {"SpaceStorageSettings": {"EbsStorageSettings": {"EbsVolumeSizeInGb": size}}}


def test_create_goes_through_pending(sagemaker, domain_id):
    """Status enum as of domains."""
    assert create(sagemaker, domain_id) == f"{ARN}:space/{domain_id}/lab"
    seen = [sagemaker.describe_space(DomainId=domain_id, SpaceName="lab")["Status"] for _ in range(2)]
    assert seen == ["Pending", "InService"]


def test_describe_adds_url_uid_and_volume(sagemaker, domain_id):
    """Model: Url, HomeEfsFileSystemUid; terraform-provider-aws space.go: the service returns a storage size."""
    create(sagemaker, domain_id)
    found = describe(sagemaker, domain_id)
    assert found["Url"].endswith(".studio.eu-central-1.sagemaker.aws")
    assert found["HomeEfsFileSystemUid"] == "200002"
    assert found["SpaceSettings"] == {**LAB, **volume(5)}


def test_owner_and_sharing_come_as_a_pair(sagemaker, domain_id):
    """terraform-provider-aws space.go: each requires the other; neither is the old form of a shared space."""
    for missing in ("OwnershipSettings", "SpaceSharingSettings"):
        with refused("ValidationException"):
            create(sagemaker, domain_id, **{missing: None})
    create(sagemaker, domain_id, OwnershipSettings=None, SpaceSharingSettings=None, SpaceSettings=None)


def test_private_space_needs_settings(sagemaker, domain_id):
    """boto3 #4375, terraform-provider-aws #38370, verbatim."""
    with refused(
        "ValidationException",
        f"SpaceSettings must be provided for creating private space [{ARN}:space/{domain_id}/lab]",
    ):
        create(sagemaker, domain_id, SpaceSettings=None)


def test_owner_must_exist(sagemaker, domain_id):
    """Reference: the owner's profile must exist."""
    with refused("ValidationException"):
        create(sagemaker, domain_id, OwnershipSettings={"OwnerUserProfileName": "nobody"})


def test_name_is_taken_once(sagemaker, domain_id):
    """Model: ResourceInUse."""
    create(sagemaker, domain_id)
    with refused("ResourceInUse"):
        create(sagemaker, domain_id)


def test_volume_is_limited_by_the_domain(studio, sagemaker):
    """DefaultEbsStorageSettings: default size and maximum."""
    limits = {"DefaultEbsVolumeSizeInGb": 10, "MaximumEbsVolumeSizeInGb": 20}
    domain_id = studio.domain(user_settings={"SpaceStorageSettings": {"DefaultEbsStorageSettings": limits}})
    studio.profile(domain_id, "Ada")
    create(sagemaker, domain_id)
    assert describe(sagemaker, domain_id)["SpaceSettings"] == {**LAB, **volume(10)}
    with refused("ValidationException"):
        create(sagemaker, domain_id, "big", SpaceSettings={**LAB, **volume(21)})


def test_volume_grows_only(sagemaker, domain_id):
    """EBS volumes cannot shrink."""
    create(sagemaker, domain_id)
    describe(sagemaker, domain_id)
    sagemaker.update_space(DomainId=domain_id, SpaceName="lab", SpaceSettings=volume(50))
    assert describe(sagemaker, domain_id)["SpaceSettings"] == {**LAB, **volume(50)}
    with refused("ValidationException"):
        sagemaker.update_space(DomainId=domain_id, SpaceName="lab", SpaceSettings=volume(49))


def test_app_type_cannot_be_sent_in_an_update(sagemaker, domain_id):
    """terraform-provider-aws #38370, verbatim: not even the same."""
    create(sagemaker, domain_id)
    describe(sagemaker, domain_id)
    with refused("ValidationException", "Updating AppType for Space is not supported."):
        sagemaker.update_space(DomainId=domain_id, SpaceName="lab", SpaceSettings=LAB)


def test_update_of_the_display_name(sagemaker, domain_id):
    """Model: UpdateSpace takes SpaceSettings and SpaceDisplayName."""
    create(sagemaker, domain_id)
    describe(sagemaker, domain_id)
    sagemaker.update_space(DomainId=domain_id, SpaceName="lab", SpaceDisplayName="My lab")
    assert describe(sagemaker, domain_id)["SpaceDisplayName"] == "My lab"


def test_list_has_summaries(studio, sagemaker, domain_id):
    """Model: SpaceDetails; filters of ListSpaces."""
    create(sagemaker, domain_id)
    create(sagemaker, domain_id, "team", SpaceSharingSettings={"SharingType": "Shared"})
    found = sagemaker.list_spaces(DomainIdEquals=domain_id, SpaceNameContains="LA")["Spaces"]
    assert [space["SpaceName"] for space in found] == ["lab"]
    assert found[0]["SpaceSettingsSummary"] == {**LAB, **volume(5)}
    assert found[0]["SpaceSharingSettingsSummary"] == PRIVATE
    assert found[0]["OwnershipSettingsSummary"] == {"OwnerUserProfileName": "Ada"}
    assert "SpaceSettings" not in found[0]
    assert len(sagemaker.list_spaces()["Spaces"]) == 2


def test_spaces_block_their_owner_and_their_domain(studio, sagemaker, domain_id):
    """domain-user-profile-remove guide; text of the family of amazon-sagemaker-feedback #113."""
    create(sagemaker, domain_id)
    describe(sagemaker, domain_id)
    with refused(
        "ResourceInUse",
        f"Unable to delete UserProfile [{ARN}:user-profile/{domain_id}/ada] because Space(s) are associated with it.",
    ):
        sagemaker.delete_user_profile(DomainId=domain_id, UserProfileName="ada")
    other = studio.domain("team2")
    legacy = {"OwnershipSettings": None, "SpaceSharingSettings": None, "SpaceSettings": None}
    create(sagemaker, other, **legacy)
    with refused(
        "ResourceInUse", f"Unable to delete Domain [{ARN}:domain/{other}] because Space(s) are associated with it."
    ):
        sagemaker.delete_domain(DomainId=other)


def test_delete_goes_through_deleting(sagemaker, domain_id):
    """Deleting, then ResourceNotFound."""
    create(sagemaker, domain_id)
    describe(sagemaker, domain_id)
    sagemaker.delete_space(DomainId=domain_id, SpaceName="lab")
    assert sagemaker.describe_space(DomainId=domain_id, SpaceName="lab")["Status"] == "Deleting"
    with refused("ResourceNotFound"):
        sagemaker.describe_space(DomainId=domain_id, SpaceName="lab")


def test_tags_propagate(studio, sagemaker):
    """custom-tags guide: with TagPropagation tags of domain and owner reach new spaces."""
    domain_id = studio.domain(TagPropagation="ENABLED", Tags=[{"Key": "Team", "Value": "one"}])
    studio.profile(domain_id, "Ada", Tags=[{"Key": "Person", "Value": "ada"}])
    arn = create(sagemaker, domain_id, Tags=[{"Key": "Own", "Value": "x"}])
    found = {tag["Key"]: tag["Value"] for tag in sagemaker.list_tags(ResourceArn=arn)["Tags"]}
    assert found == {"Team": "one", "Person": "ada", "Own": "x"}


def test_tags_do_not_propagate_by_default(studio, sagemaker):
    """TagPropagation is DISABLED by default."""
    domain_id = studio.domain(Tags=[{"Key": "Team", "Value": "one"}])
    studio.profile(domain_id, "Ada")
    assert sagemaker.list_tags(ResourceArn=create(sagemaker, domain_id))["Tags"] == []


def test_presigned_url_names_the_space(sagemaker, domain_id):
    """API reference CreatePresignedDomainUrl.SpaceName."""
    from emulator.sagemaker import studio_page

    with refused("ResourceNotFound"):
        sagemaker.create_presigned_domain_url(DomainId=domain_id, UserProfileName="ada", SpaceName="lab")
    create(sagemaker, domain_id)
    describe(sagemaker, domain_id)
    url = sagemaker.create_presigned_domain_url(DomainId=domain_id, UserProfileName="ada", SpaceName="lab")
    path, _mark, query = url["AuthorizedUrl"].partition("?")
    status, _headers, body = studio_page.respond("GET", f"/_studio/{path.partition('/_studio/')[2]}", query, {})
    assert (status, b"Space: lab" in body) == (200, True)


def test_domain_must_be_in_service(studio, sagemaker):
    """As for profiles."""
    domain_id = studio.create_domain(user_settings={"ExecutionRole": ROLE})["DomainId"]
    with refused("ValidationException"):
        create(sagemaker, domain_id)
