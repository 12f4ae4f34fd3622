# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

import pytest

from emulator.settings import settings
from tests.support.ansible_module import ModuleFailed, run_module
from tests.support.calls import no_writes, set_faults, writes
from tests.support.http import get
from tests.support.studio import make_domain, make_network, pages_of_ten, settled

LAB = {"space_name": "lab", "app_type": "JupyterLab", "resource_spec": {"instance_type": "ml.t3.large"}}
OWN = {"space_name": "own", "app_type": "CodeEditor"}
CANVAS = {"user_profile_name": "ada", "app_type": "Canvas"}
SLOWLY = 0.02  # of AWS's time: starting takes 1.8 s, stopping 0.9 s
NAMES = ["ada/Canvas/default", "lab/JupyterLab/default", "own/CodeEditor/default"]


def make_space(client, domain, name, sharing="Shared", app_type="JupyterLab", owner="ada"):
    sagemaker = client("sagemaker")
    sagemaker.create_space(
        DomainId=domain,
        SpaceName=name,
        OwnershipSettings={"OwnerUserProfileName": owner},
        SpaceSharingSettings={"SharingType": sharing},
        SpaceSettings={"AppType": app_type},
    )
    return settled(lambda: sagemaker.describe_space(DomainId=domain, SpaceName=name))


@pytest.fixture
def domain(client):
    """The id of a domain with profiles ada and bob, ada's shared space lab and her private space own."""
    sagemaker = client("sagemaker")
    domain_id = make_domain(client, make_network(client))["DomainId"]
    for name in ("ada", "bob"):
        key = {"DomainId": domain_id, "UserProfileName": name}
        sagemaker.create_user_profile(**key)
        settled(lambda key=key: sagemaker.describe_user_profile(**key))
    make_space(client, domain_id, "lab")
    make_space(client, domain_id, "own", "Private", "CodeEditor")
    return domain_id


@pytest.fixture
def slow(domain, monkeypatch):
    """Let apps take their time, however often they are read."""
    monkeypatch.setattr(settings, "latency_scale", SLOWLY)


def run(domain, *apps, check=False, **options):
    return run_module("sagemaker_apps", check=check, domain_id=domain, apps=list(apps), **options)


def statuses(client, domain):
    """{"owner/type/name": status} of every app that AWS shows."""
    listed = client("sagemaker").list_apps(DomainIdEquals=domain, MaxResults=100)["Apps"]
    return {
        f"{app.get('SpaceName') or app['UserProfileName']}/{app['AppType']}/{app['AppName']}": app["Status"]
        for app in listed
    }


def key_of(domain, app):
    owner = {"SpaceName": app["space_name"]} if "space_name" in app else {"UserProfileName": app["user_profile_name"]}
    return {"DomainId": domain, **owner, "AppType": app["app_type"], "AppName": "default"}


def break_start(emulator):
    set_faults(
        emulator,
        {"service": "sagemaker", "operation": "CreateApp", "effect": "fail", "reason": "ConfigurationError: no image"},
    )


def test_start_check_again_stop(client, domain, emulator):
    with no_writes(emulator):
        predicted = run(domain, LAB, OWN, CANVAS, check=True)
    made = run(domain, LAB, OWN, CANVAS, state="started")
    assert predicted["diff"] == made["diff"] and made["actions"] == predicted["actions"] == dict.fromkeys(
        sorted(NAMES), "create"
    )
    assert [app["status"] for app in made["apps"]] == ["InService"] * 3
    assert made["apps"][0]["resource_spec"]["instance_type"] == "ml.t3.large"
    assert statuses(client, domain) == dict.fromkeys(NAMES, "InService")

    with no_writes(emulator):
        assert run(domain, LAB, OWN, CANVAS)["changed"] is False
        assert run(domain, LAB, OWN, CANVAS, check=True)["changed"] is False
        stopping = run(domain, LAB, OWN, state="stopped", check=True)
    stopped = run(domain, LAB, OWN, state="absent")
    assert stopped["actions"] == stopping["actions"] == dict.fromkeys(NAMES[1:], "delete")
    assert stopped["diff"] == stopping["diff"] and stopped["apps"] == []
    assert statuses(client, domain) == {NAMES[0]: "InService", NAMES[1]: "Deleted", NAMES[2]: "Deleted"}

    with no_writes(emulator):
        assert run(domain, LAB, OWN, state="stopped")["changed"] is False, "a Deleted app counts as absent"
        assert run(domain, LAB, check=True)["actions"] == {NAMES[1]: "create"}
    assert run(domain, LAB)["apps"][0]["status"] == "InService"


def test_another_instance_needs_another_app(domain, emulator):
    run(domain, LAB)
    other = {**LAB, "resource_spec": {"instance_type": "ml.m5.xlarge"}}
    for check in (True, False):
        with no_writes(emulator), pytest.raises(ModuleFailed, match="resource_spec can only be set when it is created"):
            run(domain, other, check=check)
    assert run(domain, {"space_name": "lab", "app_type": "JupyterLab"})["changed"] is False


def test_failed_start_is_told_and_tried_again(client, domain, emulator):
    break_start(emulator)
    with pytest.raises(ModuleFailed, match=r"lab/JupyterLab/default.* did not start: ConfigurationError: no image"):
        run(domain, LAB)
    set_faults(emulator)
    assert statuses(client, domain) == {NAMES[1]: "Failed"}
    with no_writes(emulator):
        assert run(domain, LAB, state="absent")["changed"] is False, "AWS refuses to delete a failed app"
        assert run(domain, scope="domain", state="absent")["changed"] is False
    assert run(domain, LAB)["actions"] == {NAMES[1]: "create"}
    assert statuses(client, domain) == {NAMES[1]: "InService"}


def test_without_waiting_the_app_is_still_pending(domain):
    assert run(domain, LAB, wait=False)["apps"][0]["status"] == "Pending"
    assert run(domain, LAB)["apps"][0]["status"] == "InService"


def test_app_that_is_still_starting_is_waited_for(client, domain, slow):
    client("sagemaker").create_app(**key_of(domain, LAB))
    result = run(domain, {"space_name": "lab", "app_type": "JupyterLab"})
    assert result["changed"] is False and statuses(client, domain) == {NAMES[1]: "InService"}


def test_app_that_is_still_starting_is_stopped(client, domain, emulator, slow):
    client("sagemaker").create_app(**key_of(domain, LAB))
    assert run(domain, LAB, state="absent")["actions"] == {NAMES[1]: "delete"}
    assert writes(emulator).count("DeleteApp") == 1, "AWS is not asked before it has started"
    assert statuses(client, domain) == {NAMES[1]: "Deleted"}


def test_app_whose_start_fails_while_it_is_to_be_stopped(client, domain, emulator, slow):
    break_start(emulator)
    client("sagemaker").create_app(**key_of(domain, LAB))
    assert run(domain, LAB, state="absent")["changed"] is True
    assert statuses(client, domain) == {NAMES[1]: "Failed"}
    assert "DeleteApp" not in writes(emulator)


def test_app_that_is_just_leaving(client, domain, emulator, monkeypatch):
    run(domain, LAB, OWN)
    monkeypatch.setattr(settings, "latency_scale", SLOWLY)
    client("sagemaker").delete_app(**key_of(domain, LAB))
    with no_writes(emulator):
        assert run(domain, LAB, state="absent")["changed"] is False
    assert statuses(client, domain)[NAMES[1]] == "Deleted", "its end was waited for"
    client("sagemaker").delete_app(**key_of(domain, OWN))
    assert run(domain, OWN)["apps"][0]["status"] == "InService", "its end was waited for"


@pytest.mark.parametrize("text", ["has already been deleted", "previously failed and was automatically deleted"])
def test_app_that_ends_meanwhile(client, domain, emulator, text):
    run(domain, LAB)
    fault = {"service": "sagemaker", "operation": "DeleteApp", "times": 1, "error": "ValidationException"}
    set_faults(emulator, {**fault, "message": f"App [lab] {text}"})
    assert run(domain, LAB, state="absent", wait=False)["actions"] == {NAMES[1]: "delete"}


@pytest.mark.parametrize("how", [{"drop": True}, {"error": "throttle"}, {"error": "ServiceUnavailable"}])
@pytest.mark.parametrize("operation", ["CreateApp", "DeleteApp", "DescribeApp", "ListApps"])
def test_calls_are_repeated(client, domain, emulator, operation, how):
    set_faults(emulator, {"service": "sagemaker", "operation": operation, "times": 1, **how})
    assert run(domain, LAB)["apps"][0]["status"] == "InService"
    assert run(domain, scope="domain", state="absent")["actions"] == {NAMES[1]: "delete"}
    assert statuses(client, domain) == {NAMES[1]: "Deleted"}


def test_quota_is_not_tried_again(domain, emulator):
    set_faults(emulator, {"service": "sagemaker", "operation": "CreateApp", "error": "ResourceLimitExceeded"})
    with pytest.raises(ModuleFailed, match="ResourceLimitExceeded"):
        run(domain, LAB)
    assert writes(emulator).count("CreateApp") == 1


def test_space_that_is_just_being_changed(client, domain):
    client("sagemaker").update_space(DomainId=domain, SpaceName="lab", SpaceDisplayName="The lab")
    assert run(domain, LAB)["apps"][0]["status"] == "InService"


def test_classic_apps_are_refused_in_awss_words(domain):
    with pytest.raises(ModuleFailed, match=r"Invalid AppType \[JupyterServer\]"):
        run(domain, {"user_profile_name": "ada", "app_type": "JupyterServer"}, OWN)
    assert run(domain, OWN)["changed"] is False, "the other one was started"


@pytest.mark.parametrize(
    ("scope", "stopped"),
    [
        ({"scope": "domain"}, [*NAMES, "theirs/JupyterLab/default"]),
        ({"scope": "space", "space_name": "lab"}, ["lab/JupyterLab/default"]),
        ({"scope": "user_profile", "user_profile_name": "ADA"}, ["ada/Canvas/default", "own/CodeEditor/default"]),
    ],
)
def test_drain(client, domain, emulator, scope, stopped):
    make_space(client, domain, "theirs", "Private", owner="bob")
    run(domain, LAB, OWN, CANVAS, {"space_name": "theirs", "app_type": "JupyterLab"})
    with no_writes(emulator):
        predicted = run(domain, **scope, state="absent", check=True)
    drained = run(domain, **scope, state="absent")
    assert drained["actions"] == predicted["actions"] == dict.fromkeys(stopped, "delete")
    assert sorted(name for name, status in statuses(client, domain).items() if status == "Deleted") == sorted(stopped)
    with no_writes(emulator):
        assert run(domain, **scope, state="absent")["changed"] is False


def test_drain_reads_more_than_one_page(client, domain):
    many = [f"space-{number:02}" for number in range(12)]
    for name in many:
        make_space(client, domain, name)
        client("sagemaker").create_app(DomainId=domain, SpaceName=name, AppType="JupyterLab", AppName="default")
    with pages_of_ten():
        assert len(statuses(client, domain)) == 10
        assert len(run(domain, scope="domain", state="stopped")["actions"]) == 12
    assert list(statuses(client, domain).values()) == ["Deleted"] * 12


def test_bad_input_is_refused_before_any_call(domain, emulator):
    before = len(get(f"{emulator.url}/_emulator/calls"))
    refused = {
        r"apps\.lab/JupyterLab/default\.resource_spec\.instance_typ\. Did you mean instance_type\?": [
            {**LAB, "resource_spec": {"instance_typ": "system"}}
        ],
        "listed more than once: lab/JupyterLab/default": [LAB, LAB],
        "listed more than once: ada/canvas/default": [CANVAS, {**CANVAS, "user_profile_name": "Ada"}],
        "A JupyterLab app runs in a space": [{"user_profile_name": "ada", "app_type": "JupyterLab"}],
        "one of the following is required: space_name, user_profile_name": [{"app_type": "JupyterLab"}],
        "mutually exclusive: space_name.user_profile_name": [{**LAB, "user_profile_name": "ada"}],
    }
    for message, apps in refused.items():
        with pytest.raises(ModuleFailed, match=message):
            run(domain, *apps)
    scopes = [({"scope": "domain"}, "to be stopped"), ({"scope": "space", "state": "absent"}, "space_name")]
    for options, message in scopes:
        with pytest.raises(ModuleFailed, match=message):
            run(domain, **options)
    assert len(get(f"{emulator.url}/_emulator/calls")) == before


def test_domain_that_does_not_exist_yet(emulator):
    assert run("d-placeholder", LAB, check=True)["actions"] == {NAMES[1]: "create"}
    assert run("d-placeholder", LAB, state="absent")["changed"] is False
    assert run("d-placeholder", scope="domain", state="absent")["changed"] is False
    assert run_module("sagemaker_app_info", domain_id="d-placeholder")["apps"] == []
    with pytest.raises(ModuleFailed, match="d-placeholder"):
        run("d-placeholder", LAB)


def test_case_of_a_profile_has_no_meaning(domain):
    run(domain, CANVAS)
    assert run(domain, {**CANVAS, "user_profile_name": "ADA"})["changed"] is False


def test_info(domain):
    run(domain, LAB, CANVAS)
    run(domain, LAB, state="absent")
    found = run_module("sagemaker_app_info", domain_id=domain)["apps"]
    assert [(app["user_profile_name"], app["status"], app["tags"]) for app in found] == [("ada", "InService", {})]
    found = run_module("sagemaker_app_info", domain_id=domain, include_deleted=True)["apps"]
    assert [app["status"] for app in found] == ["InService", "Deleted"]
    assert run_module("sagemaker_app_info", domain_id=domain, space_name="lab")["apps"] == []
    assert len(run_module("sagemaker_app_info", domain_id=domain, user_profile_name="ada")["apps"]) == 1
