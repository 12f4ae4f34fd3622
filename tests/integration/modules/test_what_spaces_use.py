# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An image or a script that the description does not have any more, and a space still names, stays and is told of."""

import pytest

from tests.support.ansible_module import run_module
from tests.support.calls import no_writes
from tests.support.roles import make_role
from tests.support.studio import make_domain, make_network, settled

TAGS = {"Platform": "p", "DomainName": "team1"}
IMAGE, CONFIG, SCRIPT = "p.team1.geo", "p--team1--geo--jupyterlab", "p--team1--proxy"


@pytest.fixture
def sagemaker(client, emulator):
    return client("sagemaker")


@pytest.fixture
def domain_id(client, sagemaker):
    domain_id = make_domain(client, make_network(client))["DomainId"]
    sagemaker.create_user_profile(DomainId=domain_id, UserProfileName="ada")
    settled(lambda: sagemaker.describe_user_profile(DomainId=domain_id, UserProfileName="ada"))
    return domain_id


@pytest.fixture
def space(sagemaker, domain_id):
    """Calls CreateSpace, or UpdateSpace, for a space whose JupyterLab starts with members of a ResourceSpec."""
    key = {"DomainId": domain_id, "SpaceName": "lab"}

    def space(act=sagemaker.create_space, **spec):
        lab = {"DefaultResourceSpec": {"InstanceType": "ml.t3.medium", **spec}}
        owned = {
            "OwnershipSettings": {"OwnerUserProfileName": "ada"},
            "SpaceSharingSettings": {"SharingType": "Private"},
        }
        made = act == sagemaker.create_space
        kind = {"AppType": "JupyterLab"} if made else {}
        act(**key, **(owned if made else {}), SpaceSettings={**kind, "JupyterLabAppSettings": lab})
        settled(lambda: sagemaker.describe_space(**key))

    return space


@pytest.fixture
def image_arn(client):
    uri = "111111111111.dkr.ecr.eu-central-1.amazonaws.com/geo:1"
    image = {"name": IMAGE, "image_uri": uri, "role_arn": make_role(client("iam"), "images", "sagemaker.amazonaws.com")}
    config = {"name": CONFIG, "jupyter_lab_app_image_config": {}}
    made = run_module("sagemaker_images", images=[image], app_image_configs=[config], tags=TAGS)
    return made["images"][0]["image_arn"]


def purge_images(check=False, **options):
    """What the role does when the description has no image any more."""
    given = {"purge_match_tags": TAGS, "purge_name_prefixes": ["p.team1.", "p--team1--"], "create": False}
    return run_module("sagemaker_images", check=check, **{**given, **options})


def purge_scripts(script=(), check=False):
    given = {"create": False, "purge": True, "purge_all": True, "match_tags": TAGS, "name_prefix": "p--team1--"}
    return run_module("studio_lifecycle_configs", lifecycle_configs=list(script), check=check, **given)


def warned(result):
    return [str(warning) for warning in result.get("warnings", [])]


@pytest.mark.parametrize("by_version", [False, True])
def test_image_that_a_space_names_stays_until_the_space_lets_go(emulator, sagemaker, space, image_arn, by_version):
    member, named = "SageMakerImageArn", image_arn
    if by_version:
        member, named = "SageMakerImageVersionArn", f"{image_arn.replace(':image/', ':image-version/')}/1"
    space(**{member: named})
    with no_writes(emulator):
        predicted = purge_images(check=True)
    kept = purge_images()
    assert kept["actions"] == predicted["actions"] == {f"app_image_config {CONFIG}": "delete"}
    assert warned(kept) == warned(predicted) and len(warned(kept)) == 1
    assert f"Image {IMAGE} is still used by space lab of " in warned(kept)[0]
    assert sagemaker.describe_image(ImageName=IMAGE)["ImageStatus"] == "CREATED"
    space(sagemaker.update_space, **{member: named.replace("team1", "other")})
    gone = purge_images()
    assert gone["actions"] == {f"image {IMAGE}": "delete"} and warned(gone) == []


def test_image_that_a_domain_offers_stays_unless_its_settings_do_not_count(sagemaker, domain_id, image_arn):
    offered = [{"ImageName": IMAGE, "AppImageConfigName": CONFIG}]
    sagemaker.update_domain(
        DomainId=domain_id, DefaultUserSettings={"JupyterLabAppSettings": {"CustomImages": offered}}
    )
    settled(lambda: sagemaker.describe_domain(DomainId=domain_id))
    kept = purge_images()
    assert kept["actions"] == {} and len(warned(kept)) == 2
    predicted = purge_images(check=True, ignored_domain_ids=[domain_id])
    assert predicted["actions"] == {f"image {IMAGE}": "delete", f"app_image_config {CONFIG}": "delete"}


def test_images_of_other_names_are_left_alone(image_arn):
    assert purge_images(purge_name_prefixes=["p.team10.", "p--team10--"])["actions"] == {}


def test_all_images_of_a_team_that_ends_go(space, image_arn):
    space(SageMakerImageArn=image_arn)
    gone = run_module("sagemaker_images", purge_match_tags=TAGS, state="absent")
    assert set(gone["actions"].values()) == {"delete"} and len(gone["actions"]) == 2


def test_run_says_which_space_goes_on_with_the_old_script(emulator, space):
    old = {"name": SCRIPT, "app_type": "JupyterLab", "content": "echo old\n"}
    new = {**old, "content": "echo new\n"}
    made = run_module("studio_lifecycle_configs", lifecycle_configs=[old], tags=TAGS)["studio_lifecycle_configs"][0]
    space(LifecycleConfigArn=made["studio_lifecycle_config_arn"])
    run_module("studio_lifecycle_configs", lifecycle_configs=[new], tags=TAGS)
    with no_writes(emulator):
        told = [purge_scripts([new], check=True), purge_scripts([new])]
    for result in told:
        (sentence,) = warned(result)
        assert f"{made['studio_lifecycle_config_name']} is still used by space lab of " in sentence
        assert "Take it out of the settings there" in sentence
