# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""User profiles: names, states, settings, guards."""

import pytest

from tests.emulator.studio import ARN, ROLE, refused


@pytest.fixture
def domain_id(studio):
    return studio.domain()


def create(sagemaker, domain_id, name="ada", **arguments):
    return sagemaker.create_user_profile(DomainId=domain_id, UserProfileName=name, **arguments)


def describe(sagemaker, domain_id, name="ada"):
    return sagemaker.describe_user_profile(DomainId=domain_id, UserProfileName=name)


def test_create_goes_through_pending(sagemaker, domain_id):
    """Real profiles: Pending for 2-4 seconds, then InService."""
    assert create(sagemaker, domain_id)["UserProfileArn"] == f"{ARN}:user-profile/{domain_id}/ada"
    assert [describe(sagemaker, domain_id)["Status"] for _ in range(2)] == ["Pending", "InService"]


def test_describe_omits_settings_that_were_never_set(studio, sagemaker, domain_id):
    """DescribeUserProfile output of real profiles: own settings only, no UserSettings without any."""
    studio.profile(domain_id)
    found = describe(sagemaker, domain_id)
    assert "UserSettings" not in found
    assert found["HomeEfsFileSystemUid"] == "200001"


def test_uids_rise_and_are_not_used_again(studio, sagemaker, domain_id):
    """Real accounts: decimal strings such as 200001, one more for each profile; a new profile has a new home."""
    studio.profile(domain_id)
    sagemaker.delete_user_profile(DomainId=domain_id, UserProfileName="ada")
    with refused("ResourceNotFound"):
        studio.settled_profile(domain_id)
    studio.profile(domain_id)
    assert describe(sagemaker, domain_id)["HomeEfsFileSystemUid"] == "200002"


def test_describe_shows_the_profiles_own_settings(studio, sagemaker, domain_id):
    """DescribeUserProfile does not merge the domain's defaults."""
    studio.profile(domain_id, UserSettings={"ExecutionRole": ROLE})
    assert describe(sagemaker, domain_id)["UserSettings"] == {"ExecutionRole": ROLE}


def test_names_are_not_case_sensitive(studio, sagemaker, domain_id):
    """API reference CreateUserProfile: the name is not case sensitive; duplicates are ResourceInUse."""
    studio.profile(domain_id, "Ada")
    with refused("ResourceInUse"):
        create(sagemaker, domain_id, "ADA")
    assert describe(sagemaker, domain_id, "aDa")["UserProfileName"] == "Ada"


def test_names_are_free_in_each_domain(studio, domain_id):
    """ARNs of profiles contain the domain's id."""
    other = studio.domain("team2")
    assert studio.profile(domain_id) == studio.profile(other)


def test_domain_must_be_in_service(studio, sagemaker):
    """Public reports: ValidationException while the domain is not InService."""
    domain_id = studio.create_domain()["DomainId"]
    with refused("ValidationException"):
        create(sagemaker, domain_id)
    create(sagemaker, domain_id)


def test_domain_must_exist(sagemaker):
    """Switch create_in_unknown_domain: CreateUserProfile declares no ResourceNotFound."""
    with refused("ValidationException"):
        create(sagemaker, "d-unknown")


def test_unknown_profile_is_not_found(sagemaker, domain_id):
    """Model: ResourceNotFound."""
    for call in (sagemaker.describe_user_profile, sagemaker.update_user_profile, sagemaker.delete_user_profile):
        with refused("ResourceNotFound"):
            call(DomainId=domain_id, UserProfileName="nobody")


SSO = {"SingleSignOnUserIdentifier": "UserName", "SingleSignOnUserValue": "ada@example.com"}


def test_sso_members_are_for_sso_domains(studio, sagemaker, domain_id):
    """API reference CreateUserProfile: required in an SSO domain, not allowed elsewhere."""
    with refused("ValidationException"):
        create(sagemaker, domain_id, **SSO)
    single_sign_on = studio.domain("team2", AuthMode="SSO")
    with refused("ValidationException"):
        create(sagemaker, single_sign_on)
    studio.profile(single_sign_on, **SSO)
    assert SSO.items() <= describe(sagemaker, single_sign_on).items()


def test_update_merges(studio, sagemaker, domain_id):
    """UpdateUserProfile patches as UpdateDomain does (terraform-provider-aws #43127)."""
    studio.profile(domain_id, UserSettings={"ExecutionRole": ROLE, "SecurityGroups": ["sg-1"]})
    sagemaker.update_user_profile(DomainId=domain_id, UserProfileName="ada", UserSettings={"SecurityGroups": ["sg-2"]})
    assert describe(sagemaker, domain_id)["Status"] == "Updating"
    found = describe(sagemaker, domain_id)
    assert found["UserSettings"] == {"ExecutionRole": ROLE, "SecurityGroups": ["sg-2"]}


def test_no_update_in_transition(sagemaker, domain_id):
    """Model: ResourceInUse is declared for UpdateUserProfile and DeleteUserProfile."""
    create(sagemaker, domain_id)
    with refused("ResourceInUse"):
        sagemaker.update_user_profile(DomainId=domain_id, UserProfileName="ada")
    create(sagemaker, domain_id, "bob")
    with refused("ResourceInUse"):
        sagemaker.delete_user_profile(DomainId=domain_id, UserProfileName="bob")


def test_landing_page_counts_the_domains_portal(studio, sagemaker):
    """Model: DefaultLandingUri studio:: needs StudioWebPortal ENABLED, which a profile inherits."""
    with_portal = studio.domain("team2", user_settings={"StudioWebPortal": "ENABLED"})
    studio.profile(with_portal, UserSettings={"DefaultLandingUri": "studio::"})
    without = studio.domain("team3")
    with refused("ValidationException"):
        create(sagemaker, without, UserSettings={"DefaultLandingUri": "studio::"})


def test_auto_mount_may_follow_the_domain(studio, sagemaker, domain_id):
    """Model: DefaultAsDomain is only for profiles."""
    studio.profile(domain_id, UserSettings={"AutoMountHomeEFS": "DefaultAsDomain"})
    assert describe(sagemaker, domain_id)["UserSettings"] == {"AutoMountHomeEFS": "DefaultAsDomain"}


def test_delete_goes_through_deleting(studio, sagemaker, domain_id):
    """Deleting, then ResourceNotFound."""
    studio.profile(domain_id)
    sagemaker.delete_user_profile(DomainId=domain_id, UserProfileName="ADA")
    assert describe(sagemaker, domain_id)["Status"] == "Deleting"
    with refused("ResourceNotFound"):
        describe(sagemaker, domain_id)


def test_list_filters_and_orders(studio, sagemaker, domain_id):
    """API reference ListUserProfiles: filters, CreationTime Ascending by default; items carry no ARN."""
    other = studio.domain("team2")
    for domain, name in ((domain_id, "ada"), (domain_id, "Bob"), (other, "adam")):
        studio.profile(domain, name)

    def names(**arguments):
        return [found["UserProfileName"] for found in sagemaker.list_user_profiles(**arguments)["UserProfiles"]]

    assert names() == ["ada", "Bob", "adam"]
    assert names(DomainIdEquals=domain_id) == ["ada", "Bob"]
    assert names(UserProfileNameContains="AD") == ["ada", "adam"]
    assert names(SortOrder="Descending") == ["adam", "Bob", "ada"]
    sagemaker.update_user_profile(DomainId=domain_id, UserProfileName="ada", UserSettings={"ExecutionRole": ROLE})
    assert names(SortBy="LastModifiedTime", DomainIdEquals=domain_id) == ["Bob", "ada"]
    (item,) = sagemaker.list_user_profiles(DomainIdEquals=other)["UserProfiles"]
    assert set(item) == {"DomainId", "UserProfileName", "Status", "CreationTime", "LastModifiedTime"}


def test_list_pages(studio, sagemaker, domain_id):
    """Paginator of ListUserProfiles: ten by default, all in the end."""
    for number in range(23):
        create(sagemaker, domain_id, f"user{number}")
    pages = list(sagemaker.get_paginator("list_user_profiles").paginate(DomainIdEquals=domain_id))
    assert [len(page["UserProfiles"]) for page in pages] == [10, 10, 3]
    assert len({item["UserProfileName"] for page in pages for item in page["UserProfiles"]}) == 23
