# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Studio lifecycle configs and their references in settings."""

import base64
import time

from tests.emulator.studio import ARN, refused

CONTENT = base64.b64encode(b"#!/bin/bash\necho hello\n").decode()


def create(sagemaker, name="proxy", app_type="JupyterLab", content=CONTENT):
    return sagemaker.create_studio_lifecycle_config(
        StudioLifecycleConfigName=name,
        StudioLifecycleConfigContent=content,
        StudioLifecycleConfigAppType=app_type,
    )["StudioLifecycleConfigArn"]


def lab(*arns):
    return {"JupyterLabAppSettings": {"LifecycleConfigArns": list(arns)}}


def test_describe_shows_what_was_created(sagemaker):
    """API reference: no status; LastModifiedTime is CreationTime."""
    arn = create(sagemaker)
    found = sagemaker.describe_studio_lifecycle_config(StudioLifecycleConfigName="proxy")
    assert arn == found["StudioLifecycleConfigArn"] == f"{ARN}:studio-lifecycle-config/proxy"
    assert (found["StudioLifecycleConfigContent"], found["StudioLifecycleConfigAppType"]) == (CONTENT, "JupyterLab")
    assert found["CreationTime"] == found["LastModifiedTime"]


def test_name_is_taken_once(sagemaker):
    """Model: ResourceInUse; there is no update."""
    create(sagemaker)
    with refused("ResourceInUse"):
        create(sagemaker, content=base64.b64encode(b"other").decode())


def test_content_has_a_maximum(sagemaker):
    """Model: 1 to 16384 characters of base64."""
    with refused("ValidationException"):
        create(sagemaker, content="a" * 16385)


def test_unknown_is_not_found(sagemaker):
    """Model: ResourceNotFound."""
    for call in (sagemaker.describe_studio_lifecycle_config, sagemaker.delete_studio_lifecycle_config):
        with refused("ResourceNotFound", "StudioLifecycleConfig with name [proxy] does not exist."):
            call(StudioLifecycleConfigName="proxy")


def test_delete_is_immediate(sagemaker):
    """No status, so no transition."""
    create(sagemaker)
    sagemaker.delete_studio_lifecycle_config(StudioLifecycleConfigName="proxy")
    assert sagemaker.list_studio_lifecycle_configs()["StudioLifecycleConfigs"] == []


def test_list_filters_and_orders(sagemaker):
    """API reference: CreationTime Descending by default, times "on or before"; items have no content."""
    for name, app_type in (("beta", "JupyterLab"), ("alpha", "CodeEditor"), ("gamma", "JupyterLab")):
        create(sagemaker, name, app_type)
        time.sleep(0.002)

    def names(**arguments):
        found = sagemaker.list_studio_lifecycle_configs(**arguments)["StudioLifecycleConfigs"]
        return [item["StudioLifecycleConfigName"] for item in found]

    assert names() == ["gamma", "alpha", "beta"]
    assert names(SortBy="Name", SortOrder="Ascending") == ["alpha", "beta", "gamma"]
    assert names(AppTypeEquals="CodeEditor") == ["alpha"]
    assert names(NameContains="a", AppTypeEquals="JupyterLab") == ["gamma", "beta"]
    created = sagemaker.describe_studio_lifecycle_config(StudioLifecycleConfigName="alpha")["CreationTime"]
    assert names(CreationTimeAfter=created) == ["gamma", "alpha"]
    assert names(CreationTimeBefore=created) == ["alpha", "beta"]
    assert names(ModifiedTimeAfter=created, ModifiedTimeBefore=created) == ["alpha"]
    assert "StudioLifecycleConfigContent" not in sagemaker.list_studio_lifecycle_configs()["StudioLifecycleConfigs"][0]


def test_delete_is_refused_while_a_domain_names_it(studio, sagemaker):
    """API reference DeleteStudioLifecycleConfig: remove it from all settings first; [] does."""
    domain_id = studio.domain(user_settings=lab(create(sagemaker)))
    with refused("ResourceInUse"):
        sagemaker.delete_studio_lifecycle_config(StudioLifecycleConfigName="proxy")
    sagemaker.update_domain(DomainId=domain_id, DefaultUserSettings=lab())
    studio.settled(domain_id)
    sagemaker.delete_studio_lifecycle_config(StudioLifecycleConfigName="proxy")


def test_delete_is_refused_while_a_profile_names_it(studio, sagemaker):
    """The same for profiles, as default of the application; "None" clears it."""
    arn = create(sagemaker)
    domain_id = studio.domain()
    spec = {"DefaultResourceSpec": {"InstanceType": "ml.t3.medium", "LifecycleConfigArn": arn}}
    studio.profile(domain_id, UserSettings={"JupyterLabAppSettings": spec})
    with refused("ResourceInUse"):
        sagemaker.delete_studio_lifecycle_config(StudioLifecycleConfigName="proxy")
    cleared = {"DefaultResourceSpec": {"LifecycleConfigArn": "None"}}
    sagemaker.update_user_profile(
        DomainId=domain_id, UserProfileName="ada", UserSettings={"JupyterLabAppSettings": cleared}
    )
    found = studio.settled_profile(domain_id)["UserSettings"]["JupyterLabAppSettings"]
    assert found == {"DefaultResourceSpec": {"InstanceType": "ml.t3.medium"}}
    sagemaker.delete_studio_lifecycle_config(StudioLifecycleConfigName="proxy")


def test_delete_is_refused_while_an_update_attaches_it(studio, sagemaker):
    """A reference that an update in progress brings counts already."""
    arn, domain_id = create(sagemaker), studio.domain()
    sagemaker.update_domain(DomainId=domain_id, DefaultUserSettings=lab(arn))
    with refused("ResourceInUse"):
        sagemaker.delete_studio_lifecycle_config(StudioLifecycleConfigName="proxy")


def test_app_type_must_match_the_settings(studio, sagemaker):
    """studio-lifecycle-configurations guide: a config is made for one application."""
    with refused("ValidationException"):
        studio.create_domain(user_settings=lab(create(sagemaker, app_type="CodeEditor")))


def test_reference_must_exist(studio):
    """Switch lifecycle_config_references."""
    with refused("ValidationException"):
        studio.create_domain(user_settings=lab(f"{ARN}:studio-lifecycle-config/missing"))


def test_notebook_instance_config_is_of_the_wrong_kind(studio):
    """cloudformation-coverage-roadmap #1953: its ARN fails the pattern."""
    with refused("ValidationException"):
        studio.create_domain(user_settings=lab(f"{ARN}:notebook-instance-lifecycle-config/proxy"))


def test_jupyter_server_configs_need_a_resource_spec(studio, sagemaker):
    """Model: JupyterServerAppSettings.LifecycleConfigArns requires DefaultResourceSpec."""
    block = {"LifecycleConfigArns": [create(sagemaker, app_type="JupyterServer")]}
    with refused("ValidationException"):
        studio.create_domain(user_settings={"JupyterServerAppSettings": block})
    block["DefaultResourceSpec"] = {"InstanceType": "system"}
    assert studio.create_domain(user_settings={"JupyterServerAppSettings": block})
