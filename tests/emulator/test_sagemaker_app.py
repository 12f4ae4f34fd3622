# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Applications: owners, states, and what they block."""

import base64
import time
from unittest.mock import ANY

import pytest

from emulator.settings import settings
from tests.emulator.studio import ARN, refused, settled

SPACE = {"SpaceName": "lab", "AppType": "JupyterLab", "AppName": "default"}


@pytest.fixture
def domain_id(studio):
    domain_id = studio.domain()
    add_space(studio, domain_id)
    return domain_id


def add_space(studio, domain_id):
    studio.profile(domain_id)
    studio.sagemaker.create_space(
        DomainId=domain_id,
        SpaceName="lab",
        OwnershipSettings={"OwnerUserProfileName": "ada"},
        SpaceSharingSettings={"SharingType": "Private"},
        SpaceSettings={"AppType": "JupyterLab"},
    )
    settled(lambda: studio.sagemaker.describe_space(DomainId=domain_id, SpaceName="lab"))


def create(sagemaker, domain_id, **arguments):
    return sagemaker.create_app(DomainId=domain_id, **{**SPACE, **arguments})["AppArn"]


def describe(sagemaker, domain_id):
    return settled(lambda: sagemaker.describe_app(DomainId=domain_id, **SPACE))


@pytest.fixture
def running(sagemaker, domain_id):
    create(sagemaker, domain_id)
    describe(sagemaker, domain_id)
    return domain_id


def stop(sagemaker, domain_id):
    sagemaker.delete_app(DomainId=domain_id, **SPACE)
    assert describe(sagemaker, domain_id)["Status"] == "Deleted"


def test_create_goes_through_pending(sagemaker, domain_id):
    """Model: AppStatus; ARN with the type in lower case (terraform-provider-aws app.go)."""
    assert create(sagemaker, domain_id) == f"{ARN}:app/{domain_id}/lab/jupyterlab/default"
    seen = [sagemaker.describe_app(DomainId=domain_id, **SPACE)["Status"] for _ in range(2)]
    assert seen == ["Pending", "InService"]


def test_instance_type_is_never_missing(sagemaker, running):
    """Model: ResourceSpec; ml.t3.medium is the documented default."""
    assert describe(sagemaker, running)["ResourceSpec"] == {"InstanceType": "ml.t3.medium"}


@pytest.mark.parametrize("owner", [{}, {"SpaceName": "lab", "UserProfileName": "ada"}], ids=["none", "both"])
def test_exactly_one_owner(sagemaker, domain_id, owner):
    """API reference CreateApp: SpaceName or UserProfileName."""
    with refused("ValidationException"):
        sagemaker.create_app(DomainId=domain_id, AppType="Canvas", AppName="default", **owner)


def test_lab_runs_in_a_space(sagemaker, domain_id):
    """JupyterLab and Code Editor applications belong to spaces."""
    with refused("ValidationException"):
        sagemaker.create_app(DomainId=domain_id, UserProfileName="ada", AppType="JupyterLab", AppName="default")


def test_canvas_runs_for_a_profile(sagemaker, domain_id):
    """Canvas belongs to a profile, whose name has any case."""
    request = {"UserProfileName": "ADA", "AppType": "Canvas", "AppName": "default"}
    sagemaker.create_app(DomainId=domain_id, **request)
    assert sagemaker.describe_app(DomainId=domain_id, **request)["UserProfileName"] == "ada"


def test_classic_types_are_refused(sagemaker, domain_id):
    """aws-ai-intelligent-document-processing #53, verbatim (switch classic_apps)."""
    with refused("ValidationException", "Invalid AppType [KernelGateway]. This AppType has been deprecated."):
        sagemaker.create_app(DomainId=domain_id, UserProfileName="ada", AppType="KernelGateway", AppName="kernel")


def test_space_must_be_in_service(sagemaker, domain_id):
    """Canvas troubleshooting guide: the text."""
    sagemaker.update_space(DomainId=domain_id, SpaceName="lab", SpaceDisplayName="Lab")
    with refused(
        "ValidationException",
        f"Unable to create app {ARN}:app/{domain_id}/lab/jupyterlab/default because space "
        f"{ARN}:space/{domain_id}/lab is not in InService state",
    ):
        create(sagemaker, domain_id)


def test_one_at_a_time(sagemaker, running):
    """Model: ResourceInUse for an application that exists."""
    with refused("ResourceInUse"):
        create(sagemaker, running)


def test_deleted_stays_visible_and_may_be_created_again(sagemaker, running):
    """Model documentation: Deleted applications are shown for 24 hours; the name default is used again and again."""
    stop(sagemaker, running)
    assert [app["Status"] for app in sagemaker.list_apps(DomainIdEquals=running)["Apps"]] == ["Deleted"]
    create(sagemaker, running)
    assert [app["Status"] for app in sagemaker.list_apps(DomainIdEquals=running)["Apps"]] == ["Pending"]


def test_health_checks_move_the_last_activity(sagemaker, running):
    """API reference DescribeApp: LastUserActivityTimestamp is set to LastHealthCheckTimestamp."""
    seen = sagemaker.describe_app(DomainId=running, **SPACE)
    assert seen["LastUserActivityTimestamp"] == seen["LastHealthCheckTimestamp"] >= seen["CreationTime"]
    stop(sagemaker, running)
    ended = sagemaker.describe_app(DomainId=running, **SPACE)
    assert ended["LastHealthCheckTimestamp"] >= seen["LastHealthCheckTimestamp"]
    assert sagemaker.describe_app(DomainId=running, **SPACE) == {**ended, "ResponseMetadata": ANY}


def test_deleted_disappears_after_a_day(sagemaker, running, monkeypatch):
    """Model documentation: 24 hours."""
    stop(sagemaker, running)
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 24 * 3600 + 1)
    assert sagemaker.list_apps()["Apps"] == []
    with refused("ResourceNotFound"):
        sagemaker.describe_app(DomainId=running, **SPACE)


def test_deleting_twice(sagemaker, running):
    """terraform-provider-aws app.go matches this end of the text."""
    stop(sagemaker, running)
    with refused("ValidationException", f"App [{ARN}:app/{running}/lab/jupyterlab/default] has already been deleted"):
        sagemaker.delete_app(DomainId=running, **SPACE)


def test_applications_block_their_space_and_profile(sagemaker, running):
    """amazon-sagemaker-feedback #113 (text for profiles); Deleted ones do not block (gs-studio-delete-domain)."""
    with refused(
        "ResourceInUse", f"Unable to delete Space [{ARN}:space/{running}/lab] because App(s) are associated with it."
    ):
        sagemaker.delete_space(DomainId=running, SpaceName="lab")
    canvas = {"UserProfileName": "ada", "AppType": "Canvas", "AppName": "default"}
    sagemaker.create_app(DomainId=running, **canvas)
    with refused(
        "ResourceInUse",
        f"Unable to delete UserProfile [{ARN}:user-profile/{running}/ada] because App(s) are associated with it.",
    ):
        sagemaker.delete_user_profile(DomainId=running, UserProfileName="ada")
    stop(sagemaker, running)
    sagemaker.delete_space(DomainId=running, SpaceName="lab")


@pytest.mark.parametrize("change", ["network", "subnets", "identity"])
def test_running_applications_hold_the_domain(studio, sagemaker, running, change):
    """API reference UpdateDomain; text verbatim from terraform-provider-aws #31912."""
    request = {
        "network": {
            "AppNetworkAccessType": "VpcOnly",
            "VpcId": studio.vpc,
            "SubnetIds": studio.subnets,
            "DefaultUserSettings": {"SecurityGroups": ["sg-1"]},
        },
        "subnets": {"SubnetIds": studio.subnets[:1]},
        "identity": {"DomainSettingsForUpdate": {"ExecutionRoleIdentityConfig": "USER_PROFILE_NAME"}},
    }[change]
    with refused(
        "ValidationException",
        f"Unable to update Domain [{ARN}:domain/{running}] with InService App. Delete all InService apps in the "
        "domain including shared Apps for [domain-shared] User Profile, and try again.",
    ):
        sagemaker.update_domain(DomainId=running, **request)
    stop(sagemaker, running)
    sagemaker.update_domain(DomainId=running, **request)


def test_other_updates_are_free(studio, sagemaker, running):
    """Only what the API reference names is held by applications."""
    sagemaker.update_domain(DomainId=running, SubnetIds=[*studio.subnets, studio.subnet(8, "c")])
    assert studio.settled(running)["Status"] == "InService"


def test_application_holds_its_lifecycle_config(sagemaker, domain_id):
    """API reference DeleteStudioLifecycleConfig: no running application may use it."""
    arn = sagemaker.create_studio_lifecycle_config(
        StudioLifecycleConfigName="proxy",
        StudioLifecycleConfigContent=base64.b64encode(b"true").decode(),
        StudioLifecycleConfigAppType="JupyterLab",
    )["StudioLifecycleConfigArn"]
    create(sagemaker, domain_id, ResourceSpec={"LifecycleConfigArn": arn, "InstanceType": "ml.t3.large"})
    describe(sagemaker, domain_id)
    with refused("ResourceInUse"):
        sagemaker.delete_studio_lifecycle_config(StudioLifecycleConfigName="proxy")
    stop(sagemaker, domain_id)
    sagemaker.delete_studio_lifecycle_config(StudioLifecycleConfigName="proxy")


def test_list_filters(sagemaker, running):
    """API reference ListApps: one owner at most; items carry no ARN."""
    (found,) = sagemaker.list_apps(DomainIdEquals=running, SpaceNameEquals="lab")["Apps"]
    assert set(found) == {"DomainId", "SpaceName", "AppType", "AppName", "Status", "CreationTime", "ResourceSpec"}
    assert sagemaker.list_apps(UserProfileNameEquals="ada")["Apps"] == []
    with refused("ValidationException"):
        sagemaker.list_apps(UserProfileNameEquals="ada", SpaceNameEquals="lab")


def test_tags_propagate_from_domain_and_owner(studio, sagemaker):
    """custom-tags guide; tags given later reach only applications launched afterwards."""
    domain_id = studio.domain(TagPropagation="ENABLED", Tags=[{"Key": "Team", "Value": "one"}])
    add_space(studio, domain_id)
    arn = create(sagemaker, domain_id)
    sagemaker.add_tags(ResourceArn=f"{ARN}:domain/{domain_id}", Tags=[{"Key": "Late", "Value": "x"}])
    assert sagemaker.list_tags(ResourceArn=arn)["Tags"] == [{"Key": "Team", "Value": "one"}]


def test_switch_for_classic_applications(sagemaker, domain_id, monkeypatch):
    """Old domains may still have them."""
    monkeypatch.setitem(settings._switches, "classic_apps", "accepted")
    assert sagemaker.create_app(DomainId=domain_id, UserProfileName="ada", AppType="JupyterServer", AppName="default")
