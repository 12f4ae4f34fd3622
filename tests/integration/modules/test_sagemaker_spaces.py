# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

import pytest

from emulator.sagemaker import store
from tests.support.ansible_module import ModuleFailed, run_module
from tests.support.calls import no_writes, set_faults, writes
from tests.support.http import get
from tests.support.studio import make_domain, make_network, pages_of_ten, settled


def storage(size):
    return {"space_storage_settings": {"ebs_storage_settings": {"ebs_volume_size_in_gb": size}}}


LAB = {
    "name": "lab",
    "owner": "ada",
    "sharing_type": "Shared",
    "space_settings": {"app_type": "JupyterLab", **storage(10)},
    "tags": {"Team": "team1"},
}
OWN = {"name": "own", "owner": "ada", "sharing_type": "Private", "space_settings": {"app_type": "CodeEditor"}}
OLD = {"name": "old"}


def make_profile(client, domain, name="ada", **members):
    sagemaker = client("sagemaker")
    key = {"DomainId": domain, "UserProfileName": name}
    sagemaker.create_user_profile(**key, **members)
    return settled(lambda: sagemaker.describe_user_profile(**key))


@pytest.fixture
def domain(client):
    """The id of a domain that is InService and has the user profile ada."""
    domain_id = make_domain(client, make_network(client))["DomainId"]
    make_profile(client, domain_id)
    return domain_id


def run(domain, *spaces, check=False, **options):
    return run_module("sagemaker_spaces", check=check, domain_id=domain, spaces=list(spaces), **options)


def names(client, domain):
    listed = client("sagemaker").list_spaces(DomainIdEquals=domain, MaxResults=100)["Spaces"]
    return sorted(space["SpaceName"] for space in listed)


def start_app(client, domain, space="lab", app_type="JupyterLab"):
    key = {"DomainId": domain, "SpaceName": space, "AppType": app_type, "AppName": "default"}
    client("sagemaker").create_app(**key)
    return settled(lambda: client("sagemaker").describe_app(**key))


def test_create_check_again_change_delete(client, domain, emulator):
    with no_writes(emulator):
        predicted = run(domain, LAB, OWN, check=True)
    made = run(domain, LAB, OWN)
    assert predicted["changed"] and made["changed"] and predicted["diff"] == made["diff"]
    assert made["actions"] == predicted["actions"] == {"lab": "create", "own": "create"}
    lab, own = made["spaces"]
    assert (lab["status"], own["status"]) == ("InService", "InService")
    assert lab["ownership_settings"] == {"owner_user_profile_name": "ada"} and lab["tags"] == {"Team": "team1"}
    assert own["space_sharing_settings"] == {"sharing_type": "Private"}

    with no_writes(emulator):
        assert run(domain, LAB, OWN)["changed"] is False
        assert run(domain, LAB, OWN, check=True)["changed"] is False

    larger = {**LAB, "space_display_name": "The lab", "space_settings": {"app_type": "JupyterLab", **storage(20)}}
    with no_writes(emulator):
        predicted = run(domain, larger, check=True)
    changed = run(domain, larger)
    assert changed["actions"] == {"lab": "update"} and predicted["diff"] == changed["diff"]
    assert changed["spaces"][0]["space_settings"] == {"app_type": "JupyterLab", **storage(20)}
    assert changed["spaces"][0]["space_display_name"] == "The lab"
    assert run(domain, larger)["changed"] is False

    with no_writes(emulator):
        assert run(domain, LAB, OWN, state="absent", check=True)["actions"] == {"lab": "delete", "own": "delete"}
    assert names(client, domain) == ["lab", "own"]
    assert run(domain, LAB, OWN, state="absent")["spaces"] == []
    assert run(domain, LAB, OWN, state="absent")["changed"] is False
    assert names(client, domain) == []


def test_app_type_is_never_sent_in_an_update(client, domain):
    run(domain, LAB)
    more = {**LAB["space_settings"], "jupyter_lab_app_settings": {"default_resource_spec": {"instance_type": "system"}}}
    assert run(domain, {**LAB, "space_settings": more})["spaces"][0]["space_settings"] == more
    for record in store.everything():
        if record["kind"] == "space":
            record["attributes"]["Status"] = "Update_Failed"
    assert run(domain, {**LAB, "space_settings": more})["spaces"][0]["status"] == "InService"


def test_app_type_is_create_only(domain, emulator):
    run(domain, LAB, OLD)
    for space, present in (({**LAB, "space_settings": {"app_type": "CodeEditor"}}, "JupyterLab"), (OLD, "any type")):
        wanted = {**space, "space_settings": {"app_type": "CodeEditor"}}
        for check in (True, False):
            with no_writes(emulator), pytest.raises(ModuleFailed, match=f"{present}.*only be set when it is created"):
                run(domain, wanted, check=check)


@pytest.mark.parametrize(
    ("change", "attribute"),
    [({"owner": "bob"}, "ownership_settings"), ({"sharing_type": "Private"}, "space_sharing_settings")],
)
def test_owner_and_sharing_are_create_only(client, domain, emulator, change, attribute):
    make_profile(client, domain, "bob")
    run(domain, LAB)
    for check in (True, False):
        with no_writes(emulator), pytest.raises(ModuleFailed, match=f"{attribute} can only be set when it is created"):
            run(domain, {**LAB, **change}, check=check)


def test_owner_is_one_in_any_case(domain):
    run(domain, LAB)
    assert run(domain, {**LAB, "owner": "ADA"})["changed"] is False


def test_owner_and_sharing_come_together(domain):
    for given in ({"owner": "ada"}, {"sharing_type": "Shared"}):
        with pytest.raises(ModuleFailed, match="owner, sharing_type"):
            run(domain, {"name": "lab", **given})


def test_private_space_needs_settings(client, domain, emulator):
    bare = {name: OWN[name] for name in ("name", "owner", "sharing_type")}
    for settings in (None, {}):
        for check in (True, False):
            with no_writes(emulator), pytest.raises(ModuleFailed, match="no private space without space_settings"):
                run(domain, {**bare, "space_settings": settings}, check=check)
    run(domain, OWN)
    assert run(domain, bare)["changed"] is False, "a space that is there needs no settings to be named"


def test_disk_never_shrinks(domain, emulator):
    run(domain, LAB)
    for check in (True, False):
        with (
            no_writes(emulator),
            pytest.raises(ModuleFailed, match=r"lab of .* has a disk of 10 GB, and a disk never shrinks"),
        ):
            run(domain, {**LAB, "space_settings": storage(5)}, check=check)


def test_size_that_aws_chose_is_no_difference(domain):
    made = run(domain, OWN)["spaces"][0]
    assert made["space_settings"]["space_storage_settings"], "AWS gives a disk by itself"
    assert run(domain, OWN)["changed"] is False


def test_running_app_keeps_its_space(client, domain, emulator):
    run(domain, LAB, OLD)
    start_app(client, domain)
    for check in (True, False):
        with pytest.raises(ModuleFailed, match=r"lab of .* still has app JupyterLab default.*delete_apps: true"):
            run(domain, LAB, OLD, state="absent", check=check)
    assert "DeleteApp" not in writes(emulator) and names(client, domain) == ["lab"], "the other one was deleted"
    with no_writes(emulator):
        assert run(domain, LAB, state="absent", delete_apps=True, check=True)["actions"] == {"lab": "delete"}
    assert run(domain, LAB, state="absent", delete_apps=True)["actions"] == {"lab": "delete"}
    assert names(client, domain) == []


def test_app_that_is_just_leaving_is_waited_for(client, domain):
    run(domain, LAB)
    app = start_app(client, domain)
    client("sagemaker").delete_app(**{name: app[name] for name in ("DomainId", "SpaceName", "AppType", "AppName")})
    assert run(domain, LAB, state="absent")["actions"] == {"lab": "delete"}


def test_update_that_a_running_app_forbids_is_told(client, domain, emulator):
    run(domain, LAB)
    start_app(client, domain)
    set_faults(emulator, {"service": "sagemaker", "operation": "UpdateSpace", "error": "ResourceInUse"})
    with pytest.raises(ModuleFailed, match="does not change this while app JupyterLab default runs"):
        run(domain, {**LAB, "space_settings": storage(20)})


def test_purge(client, domain, emulator):
    run(domain, LAB, OWN, OLD)
    with no_writes(emulator):
        predicted = run(domain, LAB, purge=True, check=True)
    assert predicted["actions"] == {"old": "delete", "own": "delete"} and len(names(client, domain)) == 3
    assert run(domain, LAB, purge=True)["actions"] == predicted["actions"]
    assert names(client, domain) == ["lab"]
    assert run(domain, LAB, purge=True)["changed"] is False


def test_emptying_needs_the_word(client, domain):
    run(domain, LAB, OLD)
    with pytest.raises(ModuleFailed, match="Set purge_all to true"):
        run(domain, purge=True)
    with pytest.raises(ModuleFailed, match="use one of them"):
        run(domain, LAB, state="absent", purge=True)
    assert run(domain, state="absent")["changed"] is False and len(names(client, domain)) == 2
    assert run(domain, state="absent", purge_all=True)["actions"] == {"lab": "delete", "old": "delete"}


def test_drift_is_repaired_in_place(client, domain):
    first = run(domain, LAB)["spaces"][0]
    client("sagemaker").update_space(DomainId=domain, SpaceName="lab", SpaceDisplayName="Other")
    settled(lambda: client("sagemaker").describe_space(DomainId=domain, SpaceName="lab"))
    wanted = {**LAB, "space_display_name": "The lab"}
    repaired = run(domain, wanted)
    assert repaired["actions"] == {"lab": "update"}
    assert repaired["spaces"][0]["home_efs_file_system_uid"] == first["home_efs_file_system_uid"]


def test_tags_that_the_domain_propagates_are_no_drift(client, emulator):
    tags = {"TagPropagation": "ENABLED", "Tags": [{"Key": "Platform", "Value": "p"}]}
    domain = make_domain(client, make_network(client), **tags)["DomainId"]
    make_profile(client, domain, Tags=[{"Key": "Person", "Value": "ada"}])
    with no_writes(emulator):
        predicted = run(domain, LAB, check=True)
    made = run(domain, LAB)
    assert made["spaces"][0]["tags"] == {"Platform": "p", "Person": "ada", "Team": "team1"}
    assert predicted["diff"] == made["diff"]
    assert run(domain, LAB)["changed"] is False
    client("sagemaker").add_tags(ResourceArn=made["spaces"][0]["space_arn"], Tags=[{"Key": "Stray", "Value": "1"}])
    assert run(domain, LAB)["spaces"][0]["tags"] == made["spaces"][0]["tags"]


def test_one_that_fails_does_not_keep_the_others(client, domain):
    with pytest.raises(ModuleFailed) as caught:
        run(domain, LAB, {**LAB, "name": "lost", "owner": "nobody"})
    result = caught.value.result
    assert list(result["failures"]) == ["lost"] and "nobody" in result["msg"]
    assert names(client, domain) == ["lab"]


def test_bad_input_is_refused_before_any_call(domain, emulator):
    before = len(get(f"{emulator.url}/_emulator/calls"))
    with pytest.raises(ModuleFailed, match=r"spaces\.lab\.space_settings\.app_typ\. Did you mean app_type\?"):
        run(domain, {"name": "lab", "space_settings": {"app_typ": "JupyterLab"}})
    with pytest.raises(ModuleFailed, match="listed more than once: lab"):
        run(domain, LAB, LAB)
    assert len(get(f"{emulator.url}/_emulator/calls")) == before


def test_domain_that_does_not_exist_yet(emulator):
    assert run("d-placeholder", LAB, check=True)["actions"] == {"lab": "create"}
    assert run("d-placeholder", LAB, state="absent")["changed"] is False
    assert run_module("sagemaker_space_info", domain_id="d-placeholder")["spaces"] == []
    with pytest.raises(ModuleFailed, match="d-placeholder"):
        run("d-placeholder", LAB)


@pytest.mark.parametrize("what", ["domain", "owner"])
def test_what_the_space_needs_is_just_being_changed(client, domain, what):
    if what == "domain":
        client("sagemaker").update_domain(DomainId=domain, TagPropagation="ENABLED")
    else:
        client("sagemaker").update_user_profile(DomainId=domain, UserProfileName="ada", UserSettings={})
    # Without tags: for these the module reads domain and owner, and the emulator settles by reads.
    assert run(domain, {**LAB, "tags": None})["spaces"][0]["status"] == "InService"


@pytest.mark.parametrize("how", [{"drop": True}, {"error": "throttle"}, {"error": "ServiceUnavailable"}])
def test_space_is_created_once(client, domain, emulator, how):
    set_faults(emulator, {"service": "sagemaker", "operation": "CreateSpace", "times": 1, **how})
    assert run(domain, LAB)["spaces"][0]["status"] == "InService"
    assert names(client, domain) == ["lab"]


def test_failed_space_is_replaced_only_when_asked(domain, emulator):
    failing = {"service": "sagemaker", "operation": "CreateSpace", "effect": "fail", "reason": "InternalFailure"}
    set_faults(emulator, failing)
    with pytest.raises(ModuleFailed, match=r"ended in status Failed: InternalFailure\. .*recreate_failed: true"):
        run(domain, LAB)
    set_faults(emulator)
    with no_writes(emulator), pytest.raises(ModuleFailed, match="is in status Failed"):
        run(domain, LAB)
    assert run(domain, LAB, recreate_failed=True)["spaces"][0]["status"] == "InService"


def test_without_waiting_the_space_is_still_pending(domain):
    assert run(domain, LAB, wait=False)["spaces"][0]["status"] == "Pending"
    assert run(domain, LAB)["spaces"][0]["status"] == "InService"


def test_info_reads_more_than_one_page(client, domain):
    many = [{"name": f"space-{number:02}", "tags": {"Number": str(number)}} for number in range(15)]
    run(domain, *many)
    with pages_of_ten():
        assert len(names(client, domain)) == 10
        found = run_module("sagemaker_space_info", domain_id=domain)["spaces"]
    assert [space["space_name"] for space in found] == [space["name"] for space in many]
    found = run_module("sagemaker_space_info", domain_id=domain, name="space-07")["spaces"]
    assert [space["tags"] for space in found] == [{"Number": "7"}]
    found = run_module("sagemaker_space_info", domain_id=domain, name=["space-09", "none", "space-03"])["spaces"]
    assert [space["space_name"] for space in found] == ["space-03", "space-09"]
