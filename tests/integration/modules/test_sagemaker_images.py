# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

import pytest

from tests.support.ansible_module import ModuleFailed, run_module
from tests.support.calls import no_writes, set_faults, writes
from tests.support.roles import make_role

URI = "111111111111.dkr.ecr.eu-central-1.amazonaws.com/geo"
NAME = "team1.geo"


@pytest.fixture
def role(client):
    return make_role(client("iam"), "images", "sagemaker.amazonaws.com")


@pytest.fixture
def sagemaker(client):
    return client("sagemaker")


def run(role, tag="1", check=False, **options):
    image = {"name": NAME, "image_uri": f"{URI}:{tag}", "role_arn": role}
    return run_module("sagemaker_images", check=check, **{"images": [image], **options})


def versions(sagemaker):
    found = sagemaker.list_image_versions(ImageName=NAME)["ImageVersions"]
    return {each["Version"]: each["ImageVersionStatus"] for each in found}


def latest(sagemaker):
    return sagemaker.describe_image_version(ImageName=NAME)["BaseImage"]


def test_another_container_image_is_a_new_version_and_so_is_going_back(emulator, sagemaker, role):
    for number, tag in enumerate("121", start=1):
        with no_writes(emulator):
            predicted = run(role, tag, check=True)
        made = run(role, tag)
        assert predicted["diff"] == made["diff"]
        assert list(versions(sagemaker)) == list(range(number, 0, -1))
        assert latest(sagemaker) == f"{URI}:{tag}"
        with no_writes(emulator):
            assert not run(role, tag)["changed"]


def test_a_version_that_failed_is_named_and_made_again(emulator, sagemaker, role):
    fault = {"service": "sagemaker", "operation": "CreateImageVersion", "effect": "fail", "reason": "No such image."}
    set_faults(emulator, {**fault, "times": 1})
    with pytest.raises(ModuleFailed, match=r"could not make a version of image team1\.geo of .*geo:1: No such image\."):
        run(role)
    assert run(role)["actions"] == {f"image {NAME}": "update"}
    assert set(versions(sagemaker).values()) == {"CREATED", "CREATE_FAILED"}
    assert not run(role)["changed"]


@pytest.mark.parametrize("operation", ["CreateImage", "CreateImageVersion"])
def test_a_lost_answer_makes_nothing_twice(emulator, sagemaker, role, operation):
    set_faults(emulator, {"service": "sagemaker", "operation": operation, "drop": True, "times": 1})
    run(role)
    assert list(versions(sagemaker)) == [1]
    assert not run(role)["changed"]


def test_a_role_that_iam_has_just_made_is_waited_for(client, emulator, sagemaker):
    set_faults(emulator, {"service": "iam", "operation": "CreateRole", "propagation": 1})
    role = make_role(client("iam"), "new", "sagemaker.amazonaws.com")
    assert run(role)["images"][0]["role_arn"] == role
    assert "CreateImage" in writes(emulator)


def test_only_what_carries_all_the_tags_is_purged(sagemaker, role):
    run(role, tags={"DomainName": "team1", "Platform": "p"})
    for name, tags in (("other", {"DomainName": "team1"}), ("mine", {"DomainName": "team1", "Platform": "p"})):
        config = {"name": name, "code_editor_app_image_config": {}}
        run(role, images=[{"name": name, "image_uri": URI, "role_arn": role}], app_image_configs=[config], tags=tags)
    run(role, purge_match_tags={"DomainName": "team1", "Platform": "p"}, app_image_configs=[])
    assert sorted(each["ImageName"] for each in sagemaker.list_images()["Images"]) == ["other", NAME]
    assert [each["AppImageConfigName"] for each in sagemaker.list_app_image_configs()["AppImageConfigs"]] == ["other"]


def test_listed_ones_that_are_not_to_be_made_are_only_kept(emulator, role):
    run(role)
    kept = {"create": False, "purge_match_tags": {"DomainName": "team1"}}
    with no_writes(emulator):
        assert not run(role, "another", **kept)["changed"]


@pytest.mark.parametrize(
    ("config", "sentence"),
    [
        ({"jupyter_lab_app_image_config": {"container_confg": {}}}, "Did you mean container_config"),
        ({"kernel_gateway_image_config": {"kernel_specs": []}}, "kernel_specs has 0 items; AWS takes 1 to 5"),
    ],
)
def test_bad_configurations_are_refused_before_the_first_write(emulator, role, config, sentence):
    with no_writes(emulator), pytest.raises(ModuleFailed, match=sentence):
        run(role, app_image_configs=[{"name": "x", **config}])
