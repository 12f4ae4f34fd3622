# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the Studio modules do when AWS fails, loses an answer, refuses for a while, or leaves something half-made."""

import dataclasses

import pytest

from emulator.sagemaker import states, store
from tests.support.ansible_module import ModuleFailed, run_module
from tests.support.calls import no_writes, writes
from tests.support.http import request
from tests.support.studio import ROLE, make_domain, make_network, settled

ABSENT = {"domain_name": "team1", "state": "absent"}


@pytest.fixture
def network(client):
    return make_network(client)


@pytest.fixture
def domain(client, network):
    """The id of a domain that is InService."""
    return make_domain(client, network)["DomainId"]


@pytest.fixture
def options(network):
    return {
        "domain_name": "team1",
        "vpc_id": network["vpc_id"],
        "subnet_ids": network["subnet_ids"][:2],
        "default_user_settings": {"execution_role": ROLE, "security_groups": network["group_ids"]},
    }


@pytest.fixture
def fault(emulator):
    """A function that lets the next call of a SageMaker operation go wrong."""

    def inject(operation, **how):
        fault = {"service": "sagemaker", "operation": operation, "times": 1, **how}
        status, _headers, body = request(f"{emulator.url}/_emulator/faults", "POST", [fault])
        assert status == 200, body

    yield inject
    request(f"{emulator.url}/_emulator/faults", "POST", [])


def run(options, check=False, **changes):
    return run_module("sagemaker_domain", check=check, **{**options, **changes})


def profiles(domain, *listed, **options):
    return run_module("sagemaker_user_profiles", domain_id=domain, user_profiles=list(listed), **options)


def left_as(kind, status, reason=None):
    """Leave the one resource of a kind in a status, as a failure inside AWS would."""
    record = next(record for record in store.everything() if record["kind"] == kind)
    record["attributes"]["Status"] = status
    if reason:
        record["attributes"]["FailureReason"] = reason


LOST_OR_REFUSED = [
    {"drop": True},
    {"error": "throttle"},
    {"error": "ServiceUnavailable"},
    {"error": "ValidationException", "message": f"Could not assume role {ROLE}. Please ensure that the role exists."},
]


@pytest.mark.parametrize("how", LOST_OR_REFUSED)
def test_domain_is_created_once(client, options, fault, how):
    fault("CreateDomain", **how)
    made = run(options)["domain"]
    listed = client("sagemaker").list_domains()["Domains"]
    assert [domain["DomainId"] for domain in listed] == [made["domain_id"]] and made["status"] == "InService"


@pytest.mark.parametrize("how", LOST_OR_REFUSED)
def test_profile_is_created_once(client, domain, fault, how):
    fault("CreateUserProfile", **how)
    assert profiles(domain, {"name": "ada"})["user_profiles"][0]["status"] == "InService"
    assert len(client("sagemaker").list_user_profiles()["UserProfiles"]) == 1


@pytest.mark.parametrize("how", LOST_OR_REFUSED[:3])
def test_lifecycle_config_is_created_once(client, fault, how):
    fault("CreateStudioLifecycleConfig", **how)
    run_module("studio_lifecycle_config", name="proxy", app_type="JupyterLab", content="true\n")
    assert len(client("sagemaker").list_studio_lifecycle_configs()["StudioLifecycleConfigs"]) == 1


@pytest.mark.parametrize(
    "operation", ["UpdateDomain", "AddTags", "DescribeDomain", "ListDomains", "ListTags", "DeleteDomain"]
)
@pytest.mark.parametrize("how", [{"drop": True}, {"error": "throttle"}])
def test_other_calls_are_repeated(options, domain, fault, operation, how):
    fault(operation, **how)
    changed = run(options, tag_propagation="ENABLED", tags={"Platform": "p"})["domain"]
    assert (changed["tag_propagation"], changed["tags"]) == ("ENABLED", {"Platform": "p"})
    assert run(ABSENT)["domain"] == {}


def test_quota_is_not_tried_again(emulator, options, fault):
    fault("CreateDomain", error="ResourceLimitExceeded", times=2)
    with pytest.raises(ModuleFailed, match="ResourceLimitExceeded"):
        run(options)
    assert writes(emulator).count("CreateDomain") == 1


def test_full_quota_is_told_with_the_failed_domains_in_it(client, options, domain, fault):
    left_as("domain", "Failed", "ConfigurationError: no such key")
    fault("CreateDomain", error="ResourceLimitExceeded", times=2)
    with pytest.raises(ModuleFailed, match=rf"1 domains, 1 of them Failed.*team1 .{domain}.*ask AWS for more"):
        run(options, domain_name="team9")


def test_failed_domain_is_replaced_only_when_asked(client, emulator, options, domain):
    left_as("domain", "Failed", "ConfigurationError: no such key")
    for check in (True, False):
        with (
            no_writes(emulator),
            pytest.raises(ModuleFailed, match=r"ConfigurationError: no such key.*recreate_failed: true"),
        ):
            run(options, check=check)
    with no_writes(emulator):
        predicted = run(options, recreate_failed=True, check=True)
    made = run(options, recreate_failed=True)
    assert made["changed"] and predicted["diff"] == made["diff"]
    assert [found["DomainId"] for found in client("sagemaker").list_domains()["Domains"]] == [
        made["domain"]["domain_id"]
    ]
    assert made["domain"]["domain_id"] != domain and run(options, recreate_failed=True)["changed"] is False


def test_failed_domain_is_deleted(client, domain):
    left_as("domain", "Failed")
    assert run(ABSENT)["changed"] is True
    assert client("sagemaker").list_domains()["Domains"] == []


def test_failed_update_is_sent_again(emulator, options):
    run(options)
    left_as("domain", "Update_Failed", "InternalFailure")
    with no_writes(emulator):
        assert run(options, check=True)["changed"] is True
    assert run(options)["domain"]["status"] == "InService"
    assert run(options)["changed"] is False


def test_failed_update_of_what_is_not_managed_is_told(options):
    run(options)
    left_as("domain", "Update_Failed", "InternalFailure")
    with pytest.raises(ModuleFailed, match="ended in status Update_Failed: InternalFailure"):
        run({"domain_name": "team1"})


def test_failed_deletion_is_finished_and_nothing_else(options, domain):
    left_as("domain", "Delete_Failed", "mount targets remain")
    with pytest.raises(ModuleFailed, match=r"Delete_Failed: mount targets remain.*state: absent"):
        run(options, recreate_failed=True)
    assert run(ABSENT)["changed"] is True


def test_update_without_effect_is_told(monkeypatch, options):
    run(options)
    lazy = dataclasses.replace(states.KINDS["domain"], updated=lambda record: None)
    monkeypatch.setitem(states.KINDS, "domain", lazy)
    with pytest.raises(ModuleFailed, match="AWS accepted the update and did not apply tag_propagation"):
        run(options, tag_propagation="ENABLED")


def test_failed_profile_is_replaced_only_when_asked(client, domain):
    profiles(domain, {"name": "ada"})
    left_as("user_profile", "Failed", "ConfigurationError: role")
    with pytest.raises(ModuleFailed, match=r"ada.*is in status Failed: ConfigurationError: role"):
        profiles(domain, {"name": "ada"})
    made = profiles(domain, {"name": "ada"}, recreate_failed=True)
    assert made["actions"] == {"ada": "create"} and made["user_profiles"][0]["status"] == "InService"
    left_as("user_profile", "Failed")
    assert profiles(domain, {"name": "ada"}, state="absent")["actions"] == {"ada": "delete"}


def test_failed_update_of_a_profile_is_sent_again(domain):
    wanted = {"name": "ada", "user_settings": {"execution_role": ROLE}}
    profiles(domain, wanted)
    left_as("user_profile", "Update_Failed")
    assert profiles(domain, wanted)["user_profiles"][0]["status"] == "InService"
    assert profiles(domain, wanted)["changed"] is False


@pytest.fixture
def running_app(client, domain):
    """A JupyterLab app in the private space "lab" of profile ada."""
    sagemaker = client("sagemaker")
    profiles(domain, {"name": "ada"})
    space = {"DomainId": domain, "SpaceName": "lab"}
    sagemaker.create_space(
        **space,
        OwnershipSettings={"OwnerUserProfileName": "ada"},
        SpaceSharingSettings={"SharingType": "Private"},
        SpaceSettings={"AppType": "JupyterLab"},
    )
    settled(lambda: sagemaker.describe_space(**space))
    app = {**space, "AppType": "JupyterLab", "AppName": "default"}
    sagemaker.create_app(**app)
    settled(lambda: sagemaker.describe_app(**app))
    return app


def test_running_app_keeps_a_domain_from_changing(options, running_app):
    with pytest.raises(ModuleFailed, match="AWS changes this only while no app runs"):
        run(options, app_network_access_type="VpcOnly")


def test_space_keeps_profile_and_domain_from_being_deleted(client, domain, running_app):
    with pytest.raises(ModuleFailed, match="still has space lab"):
        profiles(domain, {"name": "ada"}, state="absent")
    with pytest.raises(ModuleFailed, match="still has user profile ada, space lab"):
        run(ABSENT)
    sagemaker = client("sagemaker")
    sagemaker.delete_app(**running_app)
    settled(lambda: sagemaker.describe_app(**running_app))
    sagemaker.delete_space(DomainId=domain, SpaceName="lab")
    assert profiles(domain, {"name": "ada"}, state="absent")["changed"], "a space that is just leaving is waited for"
    assert run(ABSENT)["changed"] is True


def test_script_of_a_running_app_is_not_deleted(client, options, domain):
    config = run_module("studio_lifecycle_config", name="proxy", app_type="JupyterLab", content="true\n")
    arn = config["studio_lifecycle_config"]["studio_lifecycle_config_arn"]
    profiles(domain, {"name": "ada", "user_settings": {"jupyter_lab_app_settings": {"lifecycle_config_arns": [arn]}}})
    with pytest.raises(ModuleFailed, match=f"is still used by user profile ada of {domain}"):
        run_module("studio_lifecycle_config", name="proxy", state="absent")
