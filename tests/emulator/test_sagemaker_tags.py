# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tags: only through the tag operations, on every kind of resource."""

import pytest

from tests.emulator.studio import ARN, refused


@pytest.fixture
def arn(studio):
    return studio.create_domain(Tags=[{"Key": "Team", "Value": "one"}])["DomainArn"]


def tags(sagemaker, arn):
    return {tag["Key"]: tag["Value"] for tag in sagemaker.list_tags(ResourceArn=arn)["Tags"]}


def test_tags_of_creation(sagemaker, arn):
    """Model: Tags of CreateDomain; DescribeDomain never returns tags."""
    assert tags(sagemaker, arn) == {"Team": "one"}
    assert "Tags" not in sagemaker.describe_domain(DomainId=arn.rpartition("/")[2])


def test_add_overwrites_by_key_and_answers_all(sagemaker, arn):
    """API reference AddTags: adds or overwrites."""
    answer = sagemaker.add_tags(ResourceArn=arn, Tags=[{"Key": "Team", "Value": "two"}, {"Key": "Stage", "Value": ""}])
    assert tags(sagemaker, arn) == {"Team": "two", "Stage": ""} == {t["Key"]: t["Value"] for t in answer["Tags"]}


def test_delete_ignores_unknown_keys(sagemaker, arn):
    """API reference DeleteTags."""
    sagemaker.delete_tags(ResourceArn=arn, TagKeys=["Team", "Missing"])
    assert tags(sagemaker, arn) == {}


def test_reserved_and_repeated_keys_are_refused(sagemaker, arn):
    """Tagging guide: the prefix aws: is reserved, keys are unique per resource."""
    for bad in ([{"Key": "aws:x", "Value": ""}], [{"Key": "a", "Value": "1"}, {"Key": "a", "Value": "2"}]):
        with refused("ValidationException"):
            sagemaker.add_tags(ResourceArn=arn, Tags=bad)


def test_at_most_fifty(sagemaker, arn):
    """Tagging guide: 50 tags per resource, here with one already there."""
    with refused("ValidationException"):
        sagemaker.add_tags(ResourceArn=arn, Tags=[{"Key": f"k{n}", "Value": ""} for n in range(50)])
    sagemaker.add_tags(ResourceArn=arn, Tags=[{"Key": f"k{n}", "Value": ""} for n in range(49)])
    assert len(tags(sagemaker, arn)) == 50


def test_list_shows_all_in_one_page(sagemaker, arn):
    """Model: a page of ListTags has at least 50 entries, and a resource has no more tags than that."""
    answer = sagemaker.list_tags(ResourceArn=arn, MaxResults=50)
    assert (len(answer["Tags"]), "NextToken" in answer) == (1, False)


def test_unknown_resource(sagemaker):
    """Switch tags_of_unknown_arn."""
    with refused("ValidationException"):
        sagemaker.list_tags(ResourceArn=f"{ARN}:domain/d-unknown")


def test_every_kind_can_be_tagged(studio, sagemaker):
    """Model: domains, profiles and lifecycle configs take tags."""
    given = [{"Key": "Team", "Value": "one"}]
    domain_id = studio.domain()
    profile = sagemaker.create_user_profile(DomainId=domain_id, UserProfileName="ada", Tags=given)
    config = sagemaker.create_studio_lifecycle_config(
        StudioLifecycleConfigName="proxy",
        StudioLifecycleConfigContent="ZQ==",
        StudioLifecycleConfigAppType="JupyterLab",
        Tags=given,
    )
    for found in (profile["UserProfileArn"], config["StudioLifecycleConfigArn"]):
        assert tags(sagemaker, found) == {"Team": "one"}


def test_resource_groups_tagging_api_finds_domains(client, sagemaker, arn):
    """Resource Groups Tagging API supports sagemaker resources."""
    found = client("resourcegroupstaggingapi").get_resources(TagFilters=[{"Key": "Team", "Values": ["one"]}])
    assert [mapping["ResourceARN"] for mapping in found["ResourceTagMappingList"]] == [arn]
