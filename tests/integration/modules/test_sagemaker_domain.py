# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

import pytest

from tests.support.ansible_module import ModuleFailed, run_module
from tests.support.calls import no_writes, writes
from tests.support.http import get
from tests.support.studio import ROLE, make_domain, make_network, settled

ABSENT = {"domain_name": "team1", "state": "absent"}
IDLE = {
    "app_lifecycle_management": {"idle_settings": {"lifecycle_management": "ENABLED", "idle_timeout_in_minutes": 120}}
}


@pytest.fixture
def network(client):
    return make_network(client)


@pytest.fixture
def options(network):
    return {
        "domain_name": "team1",
        "vpc_id": network["vpc_id"],
        "subnet_ids": network["subnet_ids"][:2],
        "app_network_access_type": "VpcOnly",
        "default_user_settings": {
            "execution_role": ROLE,
            "security_groups": network["group_ids"],
            "studio_web_portal": "ENABLED",
            "jupyter_lab_app_settings": IDLE,
        },
        "default_space_settings": {"execution_role": ROLE, "security_groups": network["group_ids"][:1]},
        "domain_settings": {
            "security_group_ids": network["group_ids"],
            "docker_settings": {"rootless_docker": "DISABLED"},
        },
        "tags": {"Platform": "p", "DomainName": "team1"},
    }


def run(options, check=False, **changes):
    return run_module("sagemaker_domain", check=check, **{**options, **changes})


def described(client, domain_id):
    return settled(lambda: client("sagemaker").describe_domain(DomainId=domain_id))


def test_create_check_again_delete(emulator, options):
    with no_writes(emulator):
        predicted = run(options, check=True)
    made = run(options)
    assert predicted["changed"] and made["changed"] and predicted["diff"] == made["diff"]
    domain = made["domain"]
    assert (domain["status"], domain["auth_mode"]) == ("InService", "IAM")
    assert domain["tags"] == options["tags"] and domain["home_efs_file_system_id"] and domain["url"]

    with no_writes(emulator):
        assert run(options)["changed"] is False
        assert run(options, check=True)["changed"] is False
        assert run(ABSENT, check=True)["changed"] is True
    gone = run(ABSENT)
    assert gone["changed"] is True and gone["domain"] == {}
    with no_writes(emulator):
        assert run(ABSENT)["changed"] is False
        assert run({"domain_id": domain["domain_id"], "state": "absent"})["changed"] is False


def test_items_of_lists_are_replaced_whole(emulator, client, options):
    newest = {"image_name": "geo", "app_image_config_name": "geo"}
    other = {"image_name": "gpu", "app_image_config_name": "gpu", "image_version_number": 1}

    def images(*listed, **more):
        settings = {**options["default_user_settings"], "kernel_gateway_app_settings": {"custom_images": list(listed)}}
        return run(options, default_user_settings=settings, **more)

    made = images({**newest, "image_version_number": 3}, other)["domain"]
    with no_writes(emulator):
        predicted = images(newest, other, check=True)
    changed = images(newest, other)
    assert predicted["changed"] and changed["changed"] and predicted["diff"] == changed["diff"]
    shown = described(client, made["domain_id"])["DefaultUserSettings"]["KernelGatewayAppSettings"]["CustomImages"]
    assert sorted(len(image) for image in shown) == [2, 3], "the version number is gone"
    with no_writes(emulator):
        assert images(other, newest)["changed"] is False


def test_lists_have_no_order(emulator, options, network):
    run(options)
    with no_writes(emulator):
        again = run(
            options,
            subnet_ids=options["subnet_ids"][::-1],
            default_user_settings={"security_groups": network["group_ids"][::-1]},
            domain_settings={"security_group_ids": network["group_ids"][::-1]},
        )
    assert again["changed"] is False


@pytest.mark.parametrize(
    "change",
    [
        lambda network: {"subnet_ids": network["subnet_ids"]},
        lambda network: {"subnet_ids": network["subnet_ids"][:1]},
        lambda network: {"domain_settings": {"security_group_ids": network["group_ids"][:1]}},
        lambda network: {"domain_settings": {"security_group_ids": []}},
        lambda network: {"default_user_settings": {"security_groups": network["group_ids"][1:]}},
        lambda network: {"default_space_settings": {"security_groups": []}},
        lambda network: {"app_network_access_type": "PublicInternetOnly"},
        lambda network: {"tag_propagation": "ENABLED"},
        lambda network: {"tags": {"Platform": "p"}},
    ],
)
def test_change_in_place(emulator, client, options, network, change):
    made = run(options)["domain"]
    wanted = change(network)
    with no_writes(emulator):
        predicted = run(options, check=True, **wanted)
    changed = run(options, **wanted)
    assert changed["changed"] and predicted["diff"] == changed["diff"]
    for name in ("domain_id", "home_efs_file_system_id", "creation_time"):
        assert changed["domain"][name] == made[name], "a domain is never replaced"
    with no_writes(emulator):
        assert run(options, **wanted)["changed"] is False


def test_update_leaves_alone_what_it_does_not_name(client, options):
    domain_id = run(options)["domain"]["domain_id"]
    settings = {"jupyter_lab_app_settings": {"default_resource_spec": {"instance_type": "ml.t3.large"}}}
    changed = run({"domain_name": "team1", "default_user_settings": settings})["domain"]["default_user_settings"]
    assert changed["jupyter_lab_app_settings"] == {**IDLE, "default_resource_spec": {"instance_type": "ml.t3.large"}}
    assert changed["execution_role"] == ROLE
    # The service filled in what nobody asked for; it is no drift.
    lab = {"DefaultResourceSpec": {"InstanceType": "ml.t3.large", "SageMakerImageVersionAlias": "3.1.0"}}
    client("sagemaker").update_domain(DomainId=domain_id, DefaultUserSettings={"JupyterLabAppSettings": lab})
    described(client, domain_id)
    assert run({"domain_name": "team1", "default_user_settings": settings})["changed"] is False


def test_drift_is_repaired(client, options):
    domain_id = run(options)["domain"]["domain_id"]
    client("sagemaker").update_domain(DomainId=domain_id, DefaultUserSettings={"ExecutionRole": ROLE + "-other"})
    repaired = run(options)
    assert repaired["diff"]["after"]["default_user_settings"]["execution_role"] == ROLE
    assert described(client, domain_id)["DefaultUserSettings"]["ExecutionRole"] == ROLE


def test_access_type_can_become_vpc_only(client, options):
    made = run(options, app_network_access_type="PublicInternetOnly")
    changed = run(options)
    assert changed["domain"]["app_network_access_type"] == "VpcOnly"
    assert changed["domain"]["domain_id"] == made["domain"]["domain_id"]


def test_lifecycle_config_is_attached_and_cleared(client, options):
    sagemaker = client("sagemaker")
    arn = sagemaker.create_studio_lifecycle_config(
        StudioLifecycleConfigName="script",
        StudioLifecycleConfigContent="ZWNobyBoZWxsbwo=",
        StudioLifecycleConfigAppType="JupyterLab",
    )["StudioLifecycleConfigArn"]

    def settings(default, attached):
        return {
            "jupyter_lab_app_settings": {
                "default_resource_spec": {"lifecycle_config_arn": default},
                "lifecycle_config_arns": attached,
            }
        }

    run(options)
    attached = run(options, default_user_settings=settings(arn, [arn]))["domain"]["default_user_settings"]
    assert attached["jupyter_lab_app_settings"]["lifecycle_config_arns"] == [arn]
    for unset in ("", "None"):
        run(options, default_user_settings=settings(arn, [arn]))
        cleared = run(options, default_user_settings=settings(unset, []))["domain"]["default_user_settings"]
        assert arn not in str(cleared)
        assert run(options, default_user_settings=settings(unset, []))["changed"] is False
    sagemaker.delete_studio_lifecycle_config(StudioLifecycleConfigName="script")


def test_numbers_given_as_text_are_numbers(options):
    run(options)
    idle = {"app_lifecycle_management": {"idle_settings": {"idle_timeout_in_minutes": "120"}}}
    assert run(options, default_user_settings={"jupyter_lab_app_settings": idle})["changed"] is False


@pytest.mark.parametrize(
    "attribute, value",
    [("auth_mode", "SSO"), ("vpc_id", "vpc-0123456789abcdef0"), ("kms_key_id", "alias/other")],
)
@pytest.mark.parametrize("check", [True, False])
def test_create_only_attributes_are_refused(emulator, options, attribute, value, check):
    run(options)
    with no_writes(emulator), pytest.raises(ModuleFailed, match=f"{attribute} can only be set when it is created"):
        run(options, check=check, **{attribute: value})


def test_home_can_be_added_and_not_taken_away(options):
    without = run(options, home_efs_file_system_creation="Disabled")["domain"]
    assert "home_efs_file_system_id" not in without
    added = run(options, home_efs_file_system_creation="Enabled")["domain"]
    assert added["domain_id"] == without["domain_id"] and added["home_efs_file_system_id"]
    with pytest.raises(ModuleFailed, match="home_efs_file_system_creation can only be set"):
        run(options, home_efs_file_system_creation="Disabled", check=True)


def test_key_is_the_same_by_id_arn_and_alias(emulator, client, options):
    kms = client("kms")
    key = kms.create_key()["KeyMetadata"]
    kms.create_alias(AliasName="alias/team1", TargetKeyId=key["KeyId"])
    run(options, kms_key_id=key["Arn"])
    with no_writes(emulator):
        for reference in (key["KeyId"], key["Arn"], "alias/team1"):
            assert run(options, kms_key_id=reference)["changed"] is False
    other = kms.create_key()["KeyMetadata"]["KeyId"]
    with pytest.raises(ModuleFailed, match="kms_key_id can only be set"):
        run(options, kms_key_id=other)


def test_tags_change_by_tag_calls_and_reserved_ones_stay(emulator, client, options):
    domain = run(options)["domain"]
    client("sagemaker").add_tags(ResourceArn=domain["domain_arn"], Tags=[{"Key": "sagemaker:x", "Value": "aws"}])
    before = len(writes(emulator))
    changed = run(options, tags={"Platform": "p", "Cost": 42})["domain"]
    assert changed["tags"] == {"Platform": "p", "Cost": "42", "sagemaker:x": "aws"}
    assert writes(emulator)[before:] == ["AddTags", "DeleteTags"]
    kept = run(options, tags={"More": "1"}, purge_tags=False)["domain"]["tags"]
    assert kept == {**changed["tags"], "More": "1"}
    assert run({**options, "tags": None})["changed"] is False


@pytest.mark.parametrize("check", [True, False])
def test_unknown_setting_is_refused_before_any_call(emulator, options, check):
    before = len(get(f"{emulator.url}/_emulator/calls"))
    settings = {"execution_role": ROLE, "jupyterlab_app_settings": {}}
    with pytest.raises(
        ModuleFailed, match=r"default_user_settings\.jupyterlab_app_settings\. Did you mean jupyter_lab_app"
    ):
        run(options, check=check, default_user_settings=settings)
    assert len(get(f"{emulator.url}/_emulator/calls")) == before


def test_creation_needs_a_network(emulator):
    with pytest.raises(ModuleFailed, match="to create it vpc_id, subnet_ids, default_user_settings must be given"):
        run({"domain_name": "team1"}, check=True)
    with pytest.raises(ModuleFailed, match="There is no domain d-nothere"):
        run({"domain_id": "d-nothere"})


def test_unfinished_work_of_a_killed_run_is_finished(client, options, network):
    sagemaker = client("sagemaker")
    members = {
        "DomainName": "team1",
        "AuthMode": "IAM",
        "VpcId": network["vpc_id"],
        "SubnetIds": network["subnet_ids"],
        "DefaultUserSettings": {"ExecutionRole": ROLE, "SecurityGroups": network["group_ids"]},
    }
    domain_id = sagemaker.create_domain(**members)["DomainId"]  # and killed
    found = run(options)["domain"]
    assert (found["domain_id"], found["status"]) == (domain_id, "InService"), "nothing is created twice"

    sagemaker.update_domain(DomainId=domain_id, TagPropagation="ENABLED")  # and killed
    assert run(options, tag_propagation="DISABLED")["domain"]["tag_propagation"] == "DISABLED"

    sagemaker.delete_domain(DomainId=domain_id, RetentionPolicy={"HomeEfsFileSystem": "Delete"})  # and killed
    assert run(ABSENT)["changed"] is False
    domain_id = sagemaker.create_domain(**members)["DomainId"]
    described(client, domain_id)
    sagemaker.delete_domain(DomainId=domain_id, RetentionPolicy={"HomeEfsFileSystem": "Delete"})  # and killed
    made = run(options)
    assert made["diff"]["before"] == {} and made["domain"]["domain_id"] != domain_id


def test_without_waiting(options):
    assert run(options, wait=False)["domain"]["status"] == "Pending"
    assert run(options)["domain"]["status"] == "InService"
    assert run(ABSENT, wait=False)["changed"] is True
    assert run(ABSENT, wait=False)["changed"] is False


def test_namesakes(client, network, options):
    ids = [make_domain(client, network, Tags=[{"Key": "Platform", "Value": value}])["DomainId"] for value in "pq"]
    with pytest.raises(ModuleFailed, match="2 domains are called team1") as caught:
        run(options)
    assert all(domain_id in str(caught.value) for domain_id in ids)
    assert run({"domain_name": "team1", "match_tags": {"Platform": "q"}})["domain"]["domain_id"] == ids[1]
    assert run({"domain_id": ids[0]})["domain"]["domain_id"] == ids[0]
    with pytest.raises(ModuleFailed, match=r"is not ours: it is tagged Platform=p"):
        run(options, match_tags={"Platform": "r"})
    assert run(ABSENT, match_tags={"Platform": "r"})["changed"] is False
    assert run(ABSENT, match_tags={"Platform": "q"})["changed"] is True
    assert [domain["domain_id"] for domain in run_module("sagemaker_domain_info")["domains"]] == ids[:1]


def test_retention_is_explicit(client, options):
    def file_systems():
        return [found["FileSystemId"] for found in client("efs").describe_file_systems()["FileSystems"]]

    first = run(options)["domain"]["home_efs_file_system_id"]
    run(ABSENT)
    assert file_systems() == [first]
    run(options)
    run(ABSENT, retention_policy={"home_efs_file_system": "Delete"})
    assert file_systems() == [first]


def test_domain_with_profiles_is_not_deleted(client, options):
    domain_id = run(options)["domain"]["domain_id"]
    sagemaker = client("sagemaker")
    sagemaker.create_user_profile(DomainId=domain_id, UserProfileName="ada")
    settled(lambda: sagemaker.describe_user_profile(DomainId=domain_id, UserProfileName="ada"))
    with pytest.raises(ModuleFailed, match=r"still has user profile ada\. Delete them first"):
        run(ABSENT)
    sagemaker.delete_user_profile(DomainId=domain_id, UserProfileName="ada")
    assert run(ABSENT)["changed"] is True, "a profile that is just leaving is waited for"


def test_info(client, network, options):
    for number in range(12):
        make_domain(client, network, f"other-{number}")
    run(options)
    all_domains = run_module("sagemaker_domain_info")["domains"]
    assert len(all_domains) == 13 and all_domains[-1]["domain_name"] == "team1", "ListDomains gives ten by default"
    assert all_domains[-1]["tags"] == options["tags"]
    assert run_module("sagemaker_domain_info", domain_name="team1")["domains"] == all_domains[-1:]
    assert run_module("sagemaker_domain_info", domain_id=all_domains[-1]["domain_id"])["domains"] == all_domains[-1:]
    assert run_module("sagemaker_domain_info", domain_id="d-nothere")["domains"] == []
    assert run_module("sagemaker_domain_info", domain_name="other")["domains"] == []
