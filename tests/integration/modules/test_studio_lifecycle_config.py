# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

import base64

import pytest

from tests.support.ansible_module import ModuleFailed, run_module
from tests.support.calls import no_writes, writes
from tests.support.studio import make_domain, make_network, settled

SCRIPT = "#!/bin/bash\necho hello\n"


def run(check=False, **options):
    defaults = {"name": "team1-proxy", "app_type": "JupyterLab", "content": SCRIPT, "tags": {"Platform": "p"}}
    return run_module("studio_lifecycle_config", check=check, **{**defaults, **options})


def delete(check=False, **options):
    return run_module("studio_lifecycle_config", check=check, **{"name": "team1-proxy", "state": "absent", **options})


def names(client):
    listed = client("sagemaker").list_studio_lifecycle_configs()["StudioLifecycleConfigs"]
    return sorted(config["StudioLifecycleConfigName"] for config in listed)


def attach(client, domain_id, arn):
    settings = {"JupyterLabAppSettings": {"LifecycleConfigArns": [arn] if arn else []}}
    client("sagemaker").update_domain(DomainId=domain_id, DefaultUserSettings=settings)
    settled(lambda: client("sagemaker").describe_domain(DomainId=domain_id))


def test_create_check_again_delete(emulator, client):
    with no_writes(emulator):
        predicted = run(check=True)
    made = run()
    assert predicted["changed"] and made["changed"] and predicted["diff"] == made["diff"]
    config = made["studio_lifecycle_config"]
    assert base64.b64decode(config["studio_lifecycle_config_content"]).decode() == SCRIPT, "encoded once"
    assert config["tags"] == {"Platform": "p"}
    for member in ("name", "arn", "app_type"):
        name = f"studio_lifecycle_config_{member}"
        assert predicted["studio_lifecycle_config"][name] == config[name]
    assert names(client) == [config["studio_lifecycle_config_name"]]

    with no_writes(emulator):
        assert run()["changed"] is False
        assert run(check=True)["changed"] is False
        assert delete(check=True)["changed"] is True
    assert delete()["studio_lifecycle_config"] == {}
    assert delete()["changed"] is False
    assert names(client) == []


def test_tags_change_in_place(emulator):
    arn = run()["studio_lifecycle_config"]["studio_lifecycle_config_arn"]
    before = len(writes(emulator))
    changed = run(tags={"Cost": "42"})["studio_lifecycle_config"]
    assert changed["tags"] == {"Cost": "42"} and changed["studio_lifecycle_config_arn"] == arn
    assert writes(emulator)[before:] == ["AddTags", "DeleteTags"]


def test_new_content_is_a_new_config_beside_the_old_one(client):
    old = run()["studio_lifecycle_config"]["studio_lifecycle_config_name"]
    new = run(content=SCRIPT + "true\n")["studio_lifecycle_config"]["studio_lifecycle_config_name"]
    other = run(app_type="CodeEditor")["studio_lifecycle_config"]["studio_lifecycle_config_name"]
    assert names(client) == sorted([old, new, other])
    assert delete(app_type="CodeEditor")["changed"] and names(client) == sorted([old, new])
    assert delete()["changed"] and names(client) == []


def test_absent_leaves_other_names_alone(client):
    run(name="team1")
    run(name="team1-proxy")
    run(name="team1-proxy-two")
    assert delete(name="team1-proxy")["changed"]
    assert [name.rpartition("-")[0] for name in names(client)] == ["team1", "team1-proxy-two"]
    assert delete(name="team")["changed"] is False


def test_previous_versions_are_purged_when_nothing_uses_them(emulator, client):
    domain_id = make_domain(client, make_network(client))["DomainId"]
    old = run()["studio_lifecycle_config"]
    attach(client, domain_id, old["studio_lifecycle_config_arn"])
    new_content = {"content": SCRIPT + "true\n", "purge_previous": True}
    new = run(**new_content)["studio_lifecycle_config"]
    assert len(names(client)) == 2, "the old one is still attached"
    with no_writes(emulator):
        assert run(**new_content)["changed"] is False

    attach(client, domain_id, new["studio_lifecycle_config_arn"])
    with no_writes(emulator):
        predicted = run(check=True, **new_content)
    purged = run(**new_content)
    assert purged["changed"] and predicted["diff"] == purged["diff"]
    assert purged["diff"]["before"] == {"unused_versions": [old["studio_lifecycle_config_name"]]}
    assert names(client) == [new["studio_lifecycle_config_name"]]
    assert run(**new_content)["changed"] is False


def test_unused_version_is_purged_with_the_creation(client):
    run()
    run(content=SCRIPT + "true\n", purge_previous=True)
    assert len(names(client)) == 1
    assert run(content=SCRIPT + "true\n", purge_previous=True)["changed"] is False


def test_config_in_use_is_not_deleted(client):
    domain_id = make_domain(client, make_network(client))["DomainId"]
    config = run()["studio_lifecycle_config"]
    attach(client, domain_id, config["studio_lifecycle_config_arn"])
    with pytest.raises(ModuleFailed, match=r"is still used by domain team1\. Take it out of the settings there"):
        delete()
    attach(client, domain_id, None)
    assert delete()["changed"] is True


@pytest.mark.parametrize(
    "options, message",
    [
        ({"content": " \n"}, "content is empty"),
        ({"content": "#!/bin/bash\r\necho hello\r\n"}, "Windows line ends"),
        ({"content": "x" * 12289}, "AWS takes 16384"),
        ({"name": "a" * 55}, "at most 54"),
        ({"name": "team1_proxy"}, "The name team1_proxy is not possible"),
        ({"content": None}, "content is empty"),
    ],
)
@pytest.mark.parametrize("check", [True, False])
def test_bad_input_is_refused(emulator, options, message, check):
    with no_writes(emulator), pytest.raises(ModuleFailed, match=message):
        run(check=check, **options)


def test_script_and_app_type_are_needed():
    for given, missing in (("content", "app_type"), ("app_type", "content")):
        options = {given: {"content": SCRIPT, "app_type": "JupyterLab"}[given]}
        with pytest.raises(ModuleFailed, match=f"state is present but all of the following are missing: {missing}"):
            run_module("studio_lifecycle_config", name="team1-proxy", **options)


def test_longest_content_is_taken():
    assert run(content="x" * 12288)["changed"]


@pytest.fixture(autouse=True)
def _emulator(emulator):
    """Every test here needs it."""


def test_info(client):
    for number in range(12):
        run(name=f"script-{number}")
    run(app_type="CodeEditor")
    found = run_module("studio_lifecycle_config_info")["studio_lifecycle_configs"]
    assert len(found) == 13 and found[0]["tags"] == {"Platform": "p"} and found[0]["studio_lifecycle_config_content"]
    of_base = run_module("studio_lifecycle_config_info", name="script-1")["studio_lifecycle_configs"]
    assert [config["studio_lifecycle_config_name"].rpartition("-")[0] for config in of_base] == ["script-1"]
    full_name = of_base[0]["studio_lifecycle_config_name"]
    assert run_module("studio_lifecycle_config_info", name=full_name)["studio_lifecycle_configs"] == of_base
    editors = run_module("studio_lifecycle_config_info", app_type="CodeEditor")["studio_lifecycle_configs"]
    assert [config["studio_lifecycle_config_app_type"] for config in editors] == ["CodeEditor"]
