# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

import pytest

from tests.support.ansible_module import ModuleFailed, run_module
from tests.support.calls import no_writes, writes
from tests.support.http import get
from tests.support.studio import make_domain, make_network, pages_of_ten

ROLE = "arn:aws:iam::111111111111:role/team1-lead"
PROFILES = [
    {"name": "ada", "tags": {"Team": "team1"}},
    {
        "name": "lead",
        "user_settings": {"execution_role": ROLE, "jupyter_lab_app_settings": {"lifecycle_config_arns": []}},
    },
]


@pytest.fixture
def domain(client):
    """The id of a domain that is InService."""
    return make_domain(client, make_network(client))["DomainId"]


def run(domain, profiles=PROFILES, check=False, **options):
    return run_module("sagemaker_user_profiles", check=check, domain_id=domain, user_profiles=profiles, **options)


def names(client, domain):
    listed = client("sagemaker").list_user_profiles(DomainIdEquals=domain)["UserProfiles"]
    return sorted(profile["UserProfileName"] for profile in listed)


def test_create_check_again_change_delete(client, domain, emulator):
    with no_writes(emulator):
        predicted = run(domain, check=True)
    made = run(domain)
    assert predicted["changed"] and made["changed"] and predicted["diff"] == made["diff"]
    assert made["actions"] == {"ada": "create", "lead": "create"}
    by_name = {profile["user_profile_name"]: profile for profile in made["user_profiles"]}
    assert [profile["status"] for profile in by_name.values()] == ["InService", "InService"]
    assert by_name["ada"]["tags"] == {"Team": "team1"} and "user_settings" not in by_name["ada"]
    assert by_name["lead"]["user_settings"]["execution_role"] == ROLE

    with no_writes(emulator):
        assert run(domain)["changed"] is False
        assert run(domain, check=True)["changed"] is False

    changed = run(domain, [{"name": "lead", "user_settings": {"security_groups": ["sg-1", "sg-2"]}}])
    assert changed["actions"] == {"lead": "update"}
    settings = changed["user_profiles"][0]["user_settings"]
    assert settings["execution_role"] == ROLE, "an update leaves alone what it does not name"
    again = run(domain, [{"name": "lead", "user_settings": {"security_groups": ["sg-2", "sg-1"]}}])
    assert again["changed"] is False, "security groups have no order"

    with no_writes(emulator):
        assert run(domain, state="absent", check=True)["actions"] == {"ada": "delete", "lead": "delete"}
    assert names(client, domain) == ["ada", "lead"]
    assert run(domain, state="absent")["user_profiles"] == []
    assert run(domain, state="absent")["changed"] is False
    assert names(client, domain) == []


def test_names_are_one_in_any_case(client, domain):
    run(domain, [{"name": "Ada"}])
    again = run(domain, [{"name": "ADA", "tags": {"Team": "team1"}}])
    assert again["actions"] == {"Ada": "update"} and names(client, domain) == ["Ada"]
    with pytest.raises(ModuleFailed, match="listed more than once: ada"):
        run(domain, [{"name": "ada"}, {"name": "Ada"}])


def test_purge(client, domain):
    run(domain, [{"name": "ada"}, {"name": "bob"}, {"name": "eve"}])
    keep = [{"name": "ADA"}]
    predicted = run(domain, keep, purge=True, check=True)
    assert predicted["actions"] == {"bob": "delete", "eve": "delete"} and len(names(client, domain)) == 3
    assert run(domain, keep, purge=True)["actions"] == predicted["actions"]
    assert names(client, domain) == ["ada"]
    assert run(domain, keep, purge=True)["changed"] is False


def test_emptying_needs_the_word(client, domain):
    run(domain, [{"name": "ada"}, {"name": "bob"}])
    with pytest.raises(ModuleFailed, match="Set purge_all to true"):
        run(domain, [], purge=True)
    assert run(domain, [], state="absent")["changed"] is False
    assert names(client, domain) == ["ada", "bob"]
    assert run(domain, [], state="absent", purge_all=True)["actions"] == {"ada": "delete", "bob": "delete"}
    assert names(client, domain) == []


def test_purge_and_absent_contradict(domain):
    with pytest.raises(ModuleFailed, match="use one of them"):
        run(domain, state="absent", purge=True)


def test_tags_follow_purge_tags_and_reserved_ones_stay(client, domain):
    arn = run(domain, [{"name": "ada", "tags": {"Team": "one"}}])["user_profiles"][0]["user_profile_arn"]
    client("sagemaker").add_tags(ResourceArn=arn, Tags=[{"Key": "sagemaker:x", "Value": "aws"}])
    added = run(domain, [{"name": "ada", "tags": {"Cost": "42"}}], purge_tags=False)["user_profiles"][0]
    assert added["tags"] == {"Team": "one", "Cost": "42", "sagemaker:x": "aws"}
    purged = run(domain, [{"name": "ada", "tags": {"Cost": "42"}}])["user_profiles"][0]
    assert purged["tags"] == {"Cost": "42", "sagemaker:x": "aws"}
    assert run(domain, [{"name": "ada"}])["changed"] is False, "tags that are not given stay"


def test_drift_is_repaired_in_place(client, domain):
    first = run(domain)
    client("sagemaker").update_user_profile(
        DomainId=domain, UserProfileName="lead", UserSettings={"ExecutionRole": ROLE + "2"}
    )
    repaired = run(domain)
    assert repaired["actions"] == {"lead": "update"}
    uids = [
        [profile["home_efs_file_system_uid"] for profile in result["user_profiles"]] for result in (first, repaired)
    ]
    assert uids[0] == uids[1]


def test_one_that_fails_does_not_keep_the_others(client, domain):
    foreign = {"single_sign_on_user_identifier": "UserName", "single_sign_on_user_value": "eve"}
    with pytest.raises(ModuleFailed) as caught:
        run(domain, [{"name": "ada"}, {"name": "eve", **foreign}, {"name": "bob"}])
    result = caught.value.result
    assert list(result["failures"]) == ["eve"] and "1 of 3 user profiles failed" in result["msg"]
    assert result["actions"] == {"ada": "create", "bob": "create"}
    assert names(client, domain) == ["ada", "bob"]


def test_running_app_keeps_its_profile(client, domain, emulator):
    run(domain)
    app = {"DomainId": domain, "UserProfileName": "ada", "AppType": "Canvas", "AppName": "default"}
    client("sagemaker").create_app(**app)
    with pytest.raises(ModuleFailed, match=r"ada of .* still has app Canvas default"):
        run(domain, PROFILES[:1], state="absent")
    assert "DeleteApp" not in writes(emulator)
    assert run(domain, PROFILES[:1], state="absent", delete_apps=True)["actions"] == {"ada": "delete"}
    assert names(client, domain) == ["lead"]


def test_what_the_model_does_not_know_is_refused_before_any_call(domain, emulator):
    before = len(get(f"{emulator.url}/_emulator/calls"))
    with pytest.raises(ModuleFailed, match=r"ada.user_settings.execution_rol\. Did you mean execution_role\?"):
        run(domain, [{"name": "ada", "user_settings": {"execution_rol": ROLE}}])
    with pytest.raises(ModuleFailed, match=r"ada.user_settings.studio_web_portal is 'on'; AWS takes ENABLED, DISABLED"):
        run(domain, [{"name": "ada", "user_settings": {"studio_web_portal": "on"}}])
    with pytest.raises(ModuleFailed, match=r"^user_profiles.not a name.name is 'not a name'; AWS takes what"):
        run(domain, [{"name": "ada"}, {"name": "not a name"}])
    assert len(get(f"{emulator.url}/_emulator/calls")) == before


def test_create_only_attribute_is_refused_in_check_mode_too(domain):
    run(domain, [{"name": "ada"}])
    for check in (True, False):
        with pytest.raises(ModuleFailed, match="single_sign_on_user_value can only be set when it is created"):
            run(domain, [{"name": "ada", "single_sign_on_user_value": "ada"}], check=check)


def test_domain_that_does_not_exist_yet(emulator):
    options = {"domain_id": "d-placeholder", "user_profiles": PROFILES}
    assert run_module("sagemaker_user_profiles", check=True, **options)["actions"] == {
        "ada": "create",
        "lead": "create",
    }
    assert run_module("sagemaker_user_profiles", **{**options, "state": "absent"})["changed"] is False
    with pytest.raises(ModuleFailed, match="d-placeholder"):
        run_module("sagemaker_user_profiles", **options)


def test_domain_that_is_just_being_changed(client, domain):
    client("sagemaker").update_domain(DomainId=domain, TagPropagation="ENABLED")
    assert run(domain, [{"name": "ada"}])["user_profiles"][0]["status"] == "InService"


def test_without_waiting_the_profile_is_still_pending(domain):
    assert run(domain, [{"name": "ada"}], wait=False)["user_profiles"][0]["status"] == "Pending"
    assert run(domain, [{"name": "ada"}])["user_profiles"][0]["status"] == "InService"


def test_info(domain):
    run(domain)
    found = run_module("sagemaker_user_profile_info", domain_id=domain)["user_profiles"]
    assert [profile["user_profile_name"] for profile in found] == ["ada", "lead"]
    assert found[0]["tags"] == {"Team": "team1"} and found[1]["user_settings"]["execution_role"] == ROLE
    found = run_module("sagemaker_user_profile_info", domain_id=domain, name="LEAD")["user_profiles"]
    assert [profile["user_profile_name"] for profile in found] == ["lead"]
    assert run_module("sagemaker_user_profile_info", domain_id="d-placeholder")["user_profiles"] == []


def test_info_reads_more_than_one_page(client, domain):
    many = [{"name": f"user-{number:02}"} for number in range(25)]
    run(domain, many)
    with pages_of_ten():
        assert len(names(client, domain)) == 10
        found = run_module("sagemaker_user_profile_info", domain_id=domain)["user_profiles"]
    assert [profile["user_profile_name"] for profile in found] == [profile["name"] for profile in many]
