# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Mistakes with Studio that are known from other tools, and that no other test guards against."""

import contextlib
from unittest import mock

import pytest

from emulator.sagemaker import service
from tests.support.ansible_module import ModuleFailed, run_module
from tests.support.calls import no_writes, set_faults, writes
from tests.support.emulator_plugin import ACCOUNT, REGION
from tests.support.parents import Parents
from tests.support.studio import ROLE

SERVERS = [{"TrackingServerName": name, "TrackingServerStatus": "Created"} for name in ("team1-runs", "old-runs")]


@pytest.fixture
def parents(client):
    return Parents(client)


@pytest.fixture
def options(parents):
    return {
        "domain_name": "team1",
        "vpc_id": parents.network["vpc_id"],
        "subnet_ids": parents.network["subnet_ids"],
        "default_user_settings": {"execution_role": ROLE, "security_groups": parents.network["group_ids"]},
    }


@contextlib.contextmanager
def requests_of(operation):
    """The requests that the emulator gets for an operation, as SageMaker's members."""
    sent, perform = [], service.OPERATIONS[operation]
    with mock.patch.dict(service.OPERATIONS, {operation: lambda request: sent.append(request) or perform(request)}):
        yield sent


def values(structure):
    """All values of a structure, however deep."""
    if isinstance(structure, dict):
        return [structure, *(found for item in structure.values() for found in values(item))]
    if isinstance(structure, list):
        return [structure, *(found for item in structure for found in values(item))]
    return [structure]


def test_nothing_is_sent_that_nobody_named(options):
    """An empty role or an empty structure in a request is refused, and whatever is sent is a wish."""
    with requests_of("CreateDomain") as created:
        run_module("sagemaker_domain", **options)
    assert set(created[0]) == {"DomainName", "AuthMode", "VpcId", "SubnetIds", "DefaultUserSettings", "Tags"}
    assert [value for value in values(created[0]) if value in ("", {}, None)] == []
    with requests_of("UpdateDomain") as updated:
        run_module("sagemaker_domain", **options, tag_propagation="ENABLED")
        run_module("sagemaker_domain", **{**options, "subnet_ids": options["subnet_ids"][:2]})
    assert [set(request) - {"DomainId"} for request in updated] == [{"TagPropagation"}, {"SubnetIds"}]


def test_profile_without_settings_is_sent_without_any(parents):
    with requests_of("CreateUserProfile") as created:
        run_module("sagemaker_user_profiles", domain_id=parents.domain_id, user_profiles=[{"name": "ada"}])
    assert [set(request) - {"Tags"} for request in created] == [{"DomainId", "UserProfileName"}]


def test_vpc_only_without_groups_of_the_users_is_refused_in_awss_words(client, options, parents):
    settings = {"security_group_ids": parents.network["group_ids"]}
    members = {"app_network_access_type": "VpcOnly", "domain_settings": settings}
    with pytest.raises(ModuleFailed, match=r"(?i)security ?groups"):
        run_module("sagemaker_domain", **{**options, "default_user_settings": {"execution_role": ROLE}, **members})
    assert client("sagemaker").list_domains()["Domains"] == []


def test_busy_domain_is_waited_for_and_never_taken_for_another(client, emulator, options):
    made = run_module("sagemaker_domain", **options)["domain"]
    set_faults(emulator, {"service": "sagemaker", "operation": "UpdateDomain", "error": "ResourceInUse", "times": 2})
    changed = run_module("sagemaker_domain", **options, tag_propagation="ENABLED")["domain"]
    assert (changed["domain_id"], changed["tag_propagation"]) == (made["domain_id"], "ENABLED")
    assert writes(emulator).count("CreateDomain") == 1


def test_app_that_was_deleted_is_started_again(client, emulator, parents):
    parents.space("lab", "ada")
    key = {"domain_id": parents.domain_id, "apps": [{"space_name": "lab", "app_type": "JupyterLab"}]}
    for state, action in (("started", "create"), ("stopped", "delete"), ("started", "create")):
        assert run_module("sagemaker_apps", **key, state=state)["actions"] == {"lab/JupyterLab/default": action}
    run_module("sagemaker_apps", **key, state="stopped")
    shown = client("sagemaker").list_apps(DomainIdEquals=parents.domain_id)["Apps"]
    assert {app["Status"] for app in shown} == {"Deleted"}, "AWS shows deleted apps for a day"
    with no_writes(emulator):
        assert run_module("sagemaker_apps", **key, state="stopped")["changed"] is False
        drained = run_module("sagemaker_apps", domain_id=parents.domain_id, scope="domain", state="stopped")
        assert drained["changed"] is False and drained["actions"] == {}
    assert run_module("sagemaker_app_info", domain_id=parents.domain_id)["apps"] == []
    gone = run_module("sagemaker_spaces", domain_id=parents.domain_id, spaces=[{"name": "lab"}], state="absent")
    assert gone["actions"] == {"lab": "delete"}, "a deleted app keeps no space"


def test_app_shows_its_own_tags_and_not_its_domains(client, parents):
    """TagPropagation is not retroactive: what ran before has none of the new tags."""
    parents.app("lab", "ada")
    domain = client("sagemaker").describe_domain(DomainId=parents.domain_id)
    client("sagemaker").add_tags(ResourceArn=domain["DomainArn"], Tags=[{"Key": "Platform", "Value": "p"}])
    run_module("sagemaker_domain", domain_id=parents.domain_id, tag_propagation="ENABLED")
    (app,) = run_module("sagemaker_app_info", domain_id=parents.domain_id)["apps"]
    assert app["status"] == "InService" and app["tags"] == {}


def delete_domain(options):
    return run_module("sagemaker_domain", domain_name=options["domain_name"], state="absent")


def test_tracking_servers_that_cost_money_are_named(monkeypatch, options):
    run_module("sagemaker_domain", **options)
    answer = {"TrackingServerSummaries": SERVERS}
    monkeypatch.setitem(service.OPERATIONS, "ListMlflowTrackingServers", lambda request: answer)
    warnings = delete_domain(options)["warnings"]
    assert len(warnings) == 1 and "go on costing money: old-runs, team1-runs." in str(warnings[0])
    assert "warnings" not in delete_domain(options), "nothing was deleted"


def test_mlflow_apps_are_named(monkeypatch, options):
    """botocore model, ListMlflowApps. They have come beside the tracking servers, and belong to no domain either."""
    run_module("sagemaker_domain", **options)
    answer = {"Summaries": [{"Arn": f"arn:aws:sagemaker:{REGION}:{ACCOUNT}:mlflow-app/app-1", "Name": "runs"}]}
    monkeypatch.setitem(service.OPERATIONS, "ListMlflowApps", lambda request: answer)
    warnings = delete_domain(options)["warnings"]
    assert len(warnings) == 1 and "These MLflow apps are not deleted" in str(warnings[0]) and "runs" in str(warnings[0])
    assert "delete-mlflow-app" in str(warnings[0])


def test_no_tracking_servers_no_warning(monkeypatch, options):
    run_module("sagemaker_domain", **options)
    monkeypatch.setitem(
        service.OPERATIONS, "ListMlflowTrackingServers", lambda request: {"TrackingServerSummaries": []}
    )
    assert "warnings" not in delete_domain(options)


@pytest.mark.parametrize("error", ["AccessDeniedException", "UnknownOperationException"])
def test_list_of_tracking_servers_that_may_not_be_read_is_no_failure(emulator, options, error):
    run_module("sagemaker_domain", **options)
    set_faults(emulator, {"service": "sagemaker", "operation": "ListMlflowTrackingServers", "error": error})
    gone = delete_domain(options)
    assert gone["changed"] and "warnings" not in gone
