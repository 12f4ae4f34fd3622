# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Images, their versions and AppImageConfigs, as far as custom images in settings need them."""

import pytest

from tests.emulator.studio import ARN, ROLE, refused, settled

BASE = "111111111111.dkr.ecr.eu-central-1.amazonaws.com/lab:1"


def status_of(sagemaker, name="Lab"):
    return sagemaker.describe_image(ImageName=name)["ImageStatus"]


def created(sagemaker, name="Lab"):
    sagemaker.create_image(ImageName=name, RoleArn=ROLE)
    assert [status_of(sagemaker, name) for _ in range(2)] == ["CREATING", "CREATED"]
    return name


def version(sagemaker, **arguments):
    return sagemaker.create_image_version(ImageName="Lab", BaseImage=BASE, **arguments)["ImageVersionArn"]


def number(sagemaker, **which):
    return sagemaker.describe_image_version(ImageName="Lab", **which)["Version"]


def test_image_is_created_updated_and_deleted(sagemaker):
    """Model: ImageStatus; API reference UpdateImage, DeleteProperties."""
    created(sagemaker)
    sagemaker.update_image(ImageName="Lab", DisplayName="Our lab", Description="x")
    assert [status_of(sagemaker) for _ in range(2)] == ["UPDATING", "CREATED"]
    sagemaker.update_image(ImageName="Lab", DeleteProperties=["Description"])
    shown = [sagemaker.describe_image(ImageName="Lab") for _ in range(2)][-1]
    assert (shown["DisplayName"], shown["ImageArn"], shown["RoleArn"]) == ("Our lab", f"{ARN}:image/Lab", ROLE)
    assert not {"Description", "Status"} & shown.keys()
    sagemaker.delete_image(ImageName="Lab")
    assert status_of(sagemaker) == "DELETING"
    with refused("ResourceNotFound"):
        status_of(sagemaker)


def test_image_name_is_taken(sagemaker):
    """sagemaker-studio-custom-image-samples #17, verbatim."""
    created(sagemaker)
    text = "The Image with ImageName Lab already exists. Please use a different ImageName."
    with refused("ResourceInUse", text):
        sagemaker.create_image(ImageName="Lab", RoleArn=ROLE)


def test_images_are_listed_newest_first(sagemaker):
    """API reference ListImages: CREATION_TIME, DESCENDING."""
    for name in ("b", "a"):
        created(sagemaker, name)
    names = [image["ImageName"] for image in sagemaker.list_images()["Images"]]
    by_name = sagemaker.list_images(SortBy="IMAGE_NAME", SortOrder="ASCENDING", NameContains="B")["Images"]
    assert (sorted(names), [image["ImageName"] for image in by_name]) == (["a", "b"], ["b"])


def test_versions_are_numbered_and_the_latest_is_the_default(sagemaker):
    """API reference CreateImageVersion, DescribeImageVersion.Version; model: ARN without capitals."""
    created(sagemaker)
    assert version(sagemaker) == f"{ARN}:image-version/lab/1"
    assert version(sagemaker) == f"{ARN}:image-version/lab/2"
    assert (number(sagemaker), number(sagemaker, Version=1)) == (2, 1)
    sagemaker.delete_image_version(ImageName="Lab", Version=2)
    settled_status = [sagemaker.describe_image_version(ImageName="Lab", Version=2)["ImageVersionStatus"]]
    with refused("ResourceNotFound"):
        number(sagemaker, Version=2)
    assert settled_status == ["DELETING"]
    assert version(sagemaker).endswith("/3")
    shown = sagemaker.list_image_versions(ImageName="Lab", SortBy="VERSION")["ImageVersions"]
    assert [entry["Version"] for entry in shown] == [3, 1]


def test_same_client_token_same_version(sagemaker):
    """API reference CreateImageVersion.ClientToken."""
    created(sagemaker)
    assert version(sagemaker, ClientToken="x" * 32) == version(sagemaker, ClientToken="x" * 32)


def test_alias_moves_to_the_version_that_gets_it(sagemaker):
    """API reference UpdateImageVersion, AliasesToAdd."""
    created(sagemaker)
    version(sagemaker, Aliases=["stable"])
    version(sagemaker)
    assert number(sagemaker, Alias="stable") == 1
    assert number(sagemaker) == 2
    sagemaker.update_image_version(ImageName="Lab", Version=2, AliasesToAdd=["stable"])
    assert number(sagemaker, Alias="stable") == 2


def test_aliases_are_listed(sagemaker):
    """API reference ListAliases: of all versions, or of one."""
    created(sagemaker)
    version(sagemaker, Aliases=["stable", "old"])
    version(sagemaker, Aliases=["new"])

    def listed(**which):
        return sagemaker.list_aliases(ImageName="Lab", **which)["SageMakerImageVersionAliases"]

    assert listed() == ["new", "old", "stable"]
    assert listed(Version=2) == ["new"]
    assert listed(Alias="old") == ["old"]


def test_no_version(sagemaker):
    """sagemaker-studio-custom-image-samples #17, verbatim."""
    created(sagemaker)
    text = "Latest ImageVersion with ImageName Lab does not exist. Please provide a valid ImageName."
    with refused("ResourceNotFound", text):
        number(sagemaker)


def test_image_takes_its_versions_along(sagemaker):
    """API reference DeleteImage."""
    created(sagemaker)
    version(sagemaker)
    sagemaker.delete_image(ImageName="Lab")
    status_of(sagemaker)
    with refused("ResourceNotFound"):
        status_of(sagemaker)
    created(sagemaker)
    assert sagemaker.list_image_versions(ImageName="Lab")["ImageVersions"] == []


def test_app_image_config(sagemaker):
    """API reference; text for a taken name from sagemaker-studio-custom-image-samples #17, verbatim."""
    lab = {"FileSystemConfig": {"DefaultUid": 1000, "DefaultGid": 100}}
    arn = sagemaker.create_app_image_config(AppImageConfigName="lab", JupyterLabAppImageConfig=lab)
    assert arn["AppImageConfigArn"] == f"{ARN}:app-image-config/lab"
    with refused("ResourceInUse", "The ID or Name specified is already in use."):
        sagemaker.create_app_image_config(AppImageConfigName="lab")
    sagemaker.update_app_image_config(AppImageConfigName="lab", CodeEditorAppImageConfig=lab)
    shown = sagemaker.describe_app_image_config(AppImageConfigName="lab")
    assert (shown["JupyterLabAppImageConfig"], shown["CodeEditorAppImageConfig"]) == (lab, lab)
    assert [entry["AppImageConfigName"] for entry in sagemaker.list_app_image_configs()["AppImageConfigs"]] == ["lab"]
    sagemaker.delete_app_image_config(AppImageConfigName="lab")
    with refused("ResourceNotFound"):
        sagemaker.describe_app_image_config(AppImageConfigName="lab")


@pytest.fixture
def launch(studio):
    """A function that starts JupyterLab with image `lab` in a private space and gives what became of it."""

    def start(domain_settings=None, profile_settings=None):
        domain_id = studio.domain(user_settings=domain_settings)
        studio.profile(domain_id, UserSettings=profile_settings or {})
        space = {"DomainId": domain_id, "SpaceName": "lab"}
        studio.sagemaker.create_space(
            **space,
            OwnershipSettings={"OwnerUserProfileName": "ada"},
            SpaceSharingSettings={"SharingType": "Private"},
            SpaceSettings={"AppType": "JupyterLab"},
        )
        settled(lambda: studio.sagemaker.describe_space(**space))
        app = {**space, "AppType": "JupyterLab", "AppName": "default"}
        studio.sagemaker.create_app(**app, ResourceSpec={"SageMakerImageArn": f"{ARN}:image/lab"})
        return settled(lambda: studio.sagemaker.describe_app(**app))

    return start


LISTED = {"JupyterLabAppSettings": {"CustomImages": [{"ImageName": "lab", "AppImageConfigName": "lab"}]}}
OTHER = {"JupyterLabAppSettings": {"CustomImages": [{"ImageName": "other", "AppImageConfigName": "lab"}]}}


def test_custom_image_missing_from_the_settings(launch):
    """amazon-sagemaker-feedback #110, verbatim: CreateApp succeeds, the launch fails."""
    app = launch()
    assert app["Status"] == "Failed"
    assert app["FailureReason"] == (
        f"ResourceNotFoundError: Unable to launch App [{app['AppArn']}] with Image [lab] because it is not present in "
        "list of custom images in AppSettings. Please update AppSettings to add Image [lab] in list of custom images."
    )


def test_custom_image_of_the_domain(launch):
    """API reference CustomImages: those of the domain hold for its profiles."""
    assert launch(domain_settings=LISTED)["Status"] == "InService"


def test_custom_images_of_the_profile_replace_the_domains(launch):
    """Model documentation of UserSettings: a profile's settings override the domain's."""
    assert launch(domain_settings=OTHER, profile_settings=LISTED)["Status"] == "InService"


def test_custom_images_of_the_domain_are_overridden(launch):
    """Model documentation of UserSettings: a profile's settings override the domain's."""
    assert launch(domain_settings=LISTED, profile_settings=OTHER)["Status"] == "Failed"
