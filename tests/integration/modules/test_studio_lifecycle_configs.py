# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A team's scripts as a set, and how they rotate: made, attached by the domain, and the old ones deleted."""

import pytest
import requests

from tests.support.ansible_module import ModuleFailed, run_module
from tests.support.calls import no_writes
from tests.support.studio import ROLE, make_domain, make_network, settled

TAGS = {"Platform": "p", "DomainName": "team1"}
OLD = {"name": "p--team1--proxy", "app_type": "JupyterLab", "content": "echo old\n"}
NEW = {**OLD, "content": "echo new\n"}
STEPS = ["CreateStudioLifecycleConfig", "UpdateDomain", "DeleteStudioLifecycleConfig"]


@pytest.fixture(autouse=True)
def _emulator(emulator):
    """Every test starts with an empty account."""


def make(scripts, **options):
    return run_module("studio_lifecycle_configs", lifecycle_configs=scripts, tags=TAGS, **options)


def purge(scripts, **options):
    given = {"create": False, "purge": True, "purge_all": True, "match_tags": TAGS, "name_prefix": "p--team1--"}
    return run_module("studio_lifecycle_configs", lifecycle_configs=scripts, **{**given, **options})


def attach(domain_id, arns):
    """What the role tells the domain: scripts of the list, and no default."""
    lab = {"default_resource_spec": {"lifecycle_config_arn": "None"}, "lifecycle_config_arns": arns}
    settings = {"execution_role": ROLE, "jupyter_lab_app_settings": lab}
    return run_module("sagemaker_domain", domain_id=domain_id, default_user_settings=settings)


def rotate(domain_id, scripts):
    """The three steps of the role; True where any of them changed something."""
    made = make(scripts)
    arns = [config["studio_lifecycle_config_arn"] for config in made["studio_lifecycle_configs"]]
    return any([made["changed"], attach(domain_id, arns)["changed"], purge(scripts)["changed"]])


def names(client):
    listed = client("sagemaker").list_studio_lifecycle_configs()["StudioLifecycleConfigs"]
    return {config["StudioLifecycleConfigName"] for config in listed}


def attached(client, domain_id):
    settings = client("sagemaker").describe_domain(DomainId=domain_id)["DefaultUserSettings"]
    arns = settings["JupyterLabAppSettings"].get("LifecycleConfigArns", [])
    return {arn.rpartition("/")[2] for arn in arns}


CONTENT = "studio_lifecycle_config_content"


def test_a_diff_shows_a_script_as_text_and_beside_the_version_before(client):
    first, (name,) = make([OLD]), names(client)
    assert first["diff"]["before"] == {name: {}} and first["diff"]["after"][name][CONTENT] == OLD["content"]
    predicted, second = make([NEW], check=True), make([NEW])
    assert predicted["diff"] == second["diff"]
    (new,) = names(client) - {name}
    sides = [second["diff"][side][new] for side in ("before", "after")]
    assert [side[CONTENT] for side in sides] == [OLD["content"], NEW["content"]]
    assert [side["studio_lifecycle_config_name"] for side in sides] == [name, new]
    gone = purge([NEW])
    assert gone["diff"]["before"][name][CONTENT] == OLD["content"] and gone["diff"]["after"] == {name: {}}


@pytest.fixture
def domain_id(client, emulator):
    domain_id = make_domain(client, make_network(client))["DomainId"]
    assert rotate(domain_id, [OLD])
    return domain_id


def inject(emulator, *faults):
    requests.post(f"{emulator.url}/_emulator/faults", json=faults, timeout=30).raise_for_status()


@pytest.mark.parametrize("step", STEPS)
def test_rotation_that_was_stopped_anywhere_is_finished_by_the_next(emulator, client, domain_id, step):
    (old,) = names(client)
    inject(emulator, {"service": "sagemaker", "operation": step, "error": "AccessDeniedException"})
    with pytest.raises(ModuleFailed, match="AccessDenied"):
        rotate(domain_id, [NEW])
    assert old in names(client) and (attached(client, domain_id) == {old}) is (step != STEPS[2])
    inject(emulator)
    assert rotate(domain_id, [NEW])
    assert len(names(client)) == 1 and names(client) != {old}
    assert attached(client, domain_id) == names(client)
    assert rotate(domain_id, [NEW]) is False


@pytest.mark.parametrize("step", STEPS)
def test_rotation_takes_a_step_whose_answer_was_lost_for_done(emulator, client, domain_id, step):
    inject(emulator, {"service": "sagemaker", "operation": step, "drop": True, "times": 1})
    assert rotate(domain_id, [NEW])
    assert len(names(client)) == 1 and attached(client, domain_id) == names(client)
    assert rotate(domain_id, [NEW]) is False


@pytest.mark.parametrize(
    "scripts",
    [[], [{**OLD, "app_type": "CodeEditor"}], [{**OLD, "name": "p--team1--other"}]],
    ids=["removed", "moved-to-another-app-type", "renamed"],
)
def test_script_that_nothing_wants_any_more_goes(client, domain_id, scripts):
    (old,) = names(client)
    made = make(scripts)["studio_lifecycle_configs"]
    assert purge(scripts)["changed"] is False, "it is attached still"
    lab = [config for config in made if config["studio_lifecycle_config_app_type"] == "JupyterLab"]
    attach(domain_id, [config["studio_lifecycle_config_arn"] for config in lab])
    assert purge(scripts)["actions"] == {old: "delete"}
    assert len(names(client)) == len(scripts)
    assert purge(scripts)["changed"] is False


def test_check_predicts_what_the_domain_lets_go(emulator, client, domain_id):
    (old,) = names(client)
    with no_writes(emulator):
        predicted = purge([], check=True, ignored_domain_ids=[domain_id])
    assert predicted["actions"] == {old: "delete"}
    attach(domain_id, [])
    assert purge([])["diff"] == predicted["diff"]


def test_use_of_what_has_to_go_is_an_error_that_names_it(client, domain_id):
    (old,) = names(client)
    with pytest.raises(ModuleFailed, match=rf"{old} is still used by domain team1\. Take it out of the settings there"):
        purge([], refuse_used=True)
    assert names(client) == {old}
    attach(domain_id, [])
    assert purge([], refuse_used=True)["actions"] == {old: "delete"}


def test_others_are_left_alone(client, domain_id):
    (ours,) = names(client)
    attach(domain_id, [])
    other_team = {**OLD, "name": "p--team10--proxy"}
    others = [
        run_module("studio_lifecycle_config", **script, tags=tags)["studio_lifecycle_config"]
        for script, tags in (
            (other_team, {**TAGS, "DomainName": "team10"}),
            ({**OLD, "name": "p--team1--by-hand"}, {"Owner": "somebody"}),
            ({**OLD, "name": "of-this-team-by-its-tags"}, TAGS),
        )
    ]
    assert purge([])["actions"] == {ours: "delete"}
    assert names(client) == {config["studio_lifecycle_config_name"] for config in others}


def test_script_of_a_running_app_stays_until_the_app_stops(client, domain_id):
    (old,) = names(client)
    sagemaker = client("sagemaker")
    sagemaker.create_user_profile(DomainId=domain_id, UserProfileName="ada")
    settled(lambda: sagemaker.describe_user_profile(DomainId=domain_id, UserProfileName="ada"))
    sagemaker.create_space(
        DomainId=domain_id,
        SpaceName="lab",
        OwnershipSettings={"OwnerUserProfileName": "ada"},
        SpaceSharingSettings={"SharingType": "Private"},
        SpaceSettings={"AppType": "JupyterLab"},
    )
    settled(lambda: sagemaker.describe_space(DomainId=domain_id, SpaceName="lab"))
    app = {"DomainId": domain_id, "SpaceName": "lab", "AppType": "JupyterLab", "AppName": "default"}
    arn = sagemaker.describe_studio_lifecycle_config(StudioLifecycleConfigName=old)["StudioLifecycleConfigArn"]
    sagemaker.create_app(**app, ResourceSpec={"InstanceType": "ml.t3.medium", "LifecycleConfigArn": arn})
    settled(lambda: sagemaker.describe_app(**app))
    attach(domain_id, [])
    assert purge([])["changed"] is False
    sagemaker.delete_app(**app)
    settled(lambda: sagemaker.describe_app(**app))
    assert purge([])["actions"] == {old: "delete"}


@pytest.mark.parametrize(
    "options, message",
    [
        ({"lifecycle_configs": [{**OLD, "content": "echo\r\n"}]}, "content has Windows line ends"),
        ({"lifecycle_configs": [OLD, NEW]}, "listed more than once: p--team1--proxy"),
        ({"lifecycle_configs": [], "purge": True, "match_tags": TAGS}, "Set purge_all to true"),
        ({"lifecycle_configs": [OLD], "purge": True}, "missing: match_tags"),
        ({"lifecycle_configs": [{**OLD, "app_type": "Jupyter"}]}, "must be one of: JupyterLab, CodeEditor"),
    ],
)
def test_bad_input_is_refused(emulator, options, message):
    with no_writes(emulator), pytest.raises(ModuleFailed, match=message):
        run_module("studio_lifecycle_configs", **options)
