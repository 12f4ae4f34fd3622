# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every setting that AWS's model has for Studio can be given, and what the model does not allow is refused."""

import re

import pytest
from botocore import xform_name

from ansible_collections.mlplatform.studio.plugins.module_utils._naming import UnknownOption, to_api
from ansible_collections.mlplatform.studio.plugins.module_utils._sagemaker import domain, limits, settings
from ansible_collections.mlplatform.studio.plugins.module_utils._waiting import StudioError
from tests.support.studio_settings import MODEL, OPTIONS, SHAPES, TAKEN, leaves, replaced, sample


def shape_at(shape, path):
    """The shape of what a path of option names leads to."""
    for key in path:
        if shape.type_name == "list":
            shape = shape.member
        else:
            shape = next(member for name, member in shape.members.items() if xform_name(name) == key)
    return shape


def words(option, path):
    """A path as messages write it."""
    return option + "".join(f"[{key}]" if isinstance(key, int) else f".{key}" for key in path)


LEAVES = [(option, path) for option, value in OPTIONS.items() for path in leaves(value)]


@pytest.mark.parametrize("option", TAKEN)
def test_every_member_can_be_given_in_snake_case(option):
    shape = SHAPES[option]
    assert to_api(settings.typed(OPTIONS[option], shape, option), shape) == sample(shape)


def test_every_domain_setting_can_be_changed_where_aws_can():
    """What an update calls otherwise is renamed, and nothing is lost but what AWS takes at creation alone."""
    shape = MODEL.operation_model("UpdateDomain").input_shape.members["DomainSettingsForUpdate"]
    plan = domain.Plan("update", changes={"domain_settings": OPTIONS["domain_settings"]})
    sent = domain.update_values({}, plan)["domain_settings_for_update"]
    created, updated = set(SHAPES["domain_settings"].members), set(shape.members)
    assert {name.removesuffix("ForUpdate") for name in updated} == created
    assert set(to_api(sent, shape)) == updated


@pytest.mark.parametrize(("option", "path"), LEAVES, ids=[words(*leaf) for leaf in LEAVES])
def test_wrong_value_is_refused_with_its_place(option, path):
    place, shape = words(option, path), shape_at(SHAPES[option], path)
    wrong = {"not": "text"} if shape.type_name == "string" else "many"
    with pytest.raises(StudioError, match=re.escape(place)):
        settings.typed(replaced(OPTIONS[option], path, wrong), SHAPES[option], option)
    choices = getattr(shape, "enum", ())
    if choices:
        with pytest.raises(StudioError, match=re.escape(f"{place} is 'no such choice'; ")):
            settings.typed(replaced(OPTIONS[option], path, "no such choice"), SHAPES[option], option)
    if "max" in shape.metadata and not choices:
        most = shape.metadata["max"]
        beyond = most + 1 if shape.type_name != "string" else "a" * (most + 1)
        with pytest.raises(StudioError, match=re.escape(place) + f".* AWS takes .*{most}"):
            settings.typed(replaced(OPTIONS[option], path, beyond), SHAPES[option], option)


@pytest.mark.parametrize(("option", "path"), LEAVES, ids=[words(*leaf) for leaf in LEAVES])
def test_misspelt_name_gives_the_nearest(option, path):
    names = [number for number, key in enumerate(path) if isinstance(key, str)]
    above, name = path[: names[-1]], path[names[-1]]
    siblings = OPTIONS[option]
    for key in above:
        siblings = siblings[key]
    misspelt = replaced(OPTIONS[option], above, {f"{name}x": siblings[name]})
    with pytest.raises(UnknownOption) as caught:
        settings.typed(misspelt, SHAPES[option], option)
    assert str(caught.value).endswith(f"{name}x. Did you mean {name}?")


IDLE = "jupyter_lab_app_settings.app_lifecycle_management.idle_settings"
IDLE_FIVE_MINUTES = {"app_lifecycle_management": {"idle_settings": {"idle_timeout_in_minutes": 5}}}


@pytest.mark.parametrize(
    ("option", "given", "text"),
    [
        (
            "domain_settings",
            {"docker_settings": {"enable_docker_access": "enabled"}},
            "domain_settings.docker_settings.enable_docker_access is 'enabled'; AWS takes ENABLED, DISABLED. "
            "Did you mean ENABLED?",
        ),
        (
            "domain_settings",
            {"docker_settings": {"enable_docker_access": True}},
            "domain_settings.docker_settings.enable_docker_access is 'True'; AWS takes ENABLED, DISABLED.",
        ),
        (
            "user_settings",
            {
                "jupyter_lab_app_settings": {
                    "app_lifecycle_management": {"idle_settings": {"idle_timeout_in_minutes": 5}}
                }
            },
            f"user_settings.{IDLE}.idle_timeout_in_minutes is 5; AWS takes 60 to 525600.",
        ),
        (
            "user_settings",
            {"jupyter_lab_app_settings": {"default_resource_spec": {"instance_type": "ml.t3.middle"}}},
            "user_settings.jupyter_lab_app_settings.default_resource_spec.instance_type is 'ml.t3.middle'; it is none "
            f"of the {len(MODEL.shape_for('AppInstanceType').enum)} values that this version of botocore knows. "
            "Did you mean ml.t3.",
        ),
        (
            "user_settings",
            {"security_groups": ["sg-1"] * 6},
            "user_settings.security_groups has 6 items; AWS takes 0 to 5.",
        ),
        ("user_settings", {"security_groups": "sg-1"}, "user_settings.security_groups must be a list, not 'sg-1'."),
        ("user_settings", {"sharing_settings": []}, "user_settings.sharing_settings must be a dict, not []."),
        ("user_settings", {"execution_role": ["a"]}, "user_settings.execution_role must be text, not ['a']."),
        (
            "user_settings",
            {"execution_role": "arn:aws:s3:::not-a-role"},
            "user_settings.execution_role is 'arn:aws:s3:::not-a-role'; AWS takes what the pattern arn:aws",
        ),
        (
            "user_settings",
            {"custom_posix_user_config": {"uid": True}},
            "Option user_settings.custom_posix_user_config.uid must be a number, not True.",
        ),
        (
            "user_settings",
            {"custom_posix_user_config": {"uid": 10000.5}},
            "Option user_settings.custom_posix_user_config.uid must be a number, not 10000.5.",
        ),
        (
            "user_settings",
            {"custom_file_system_configs": [{}]},
            "user_settings.custom_file_system_configs[0] takes exactly one of efs_file_system_config, ",
        ),
        (
            "user_settings",
            {"jupyter_lab_app_settings": {"custom_images": [{"image_name": "lab"}]}},
            "user_settings.jupyter_lab_app_settings.custom_images[0].app_image_config_name is missing.",
        ),
    ],
)
def test_what_the_model_does_not_allow_is_told_in_a_sentence(option, given, text):
    with pytest.raises(StudioError) as caught:
        settings.typed(given, SHAPES[option], option)
    assert str(caught.value).startswith(text)


def test_every_mistake_is_told_at_once():
    given = {"execution_role": "x" * 20, "studio_web_portal": "on"}
    with pytest.raises(StudioError) as caught:
        settings.typed(given, SHAPES["user_settings"], "user_settings")
    assert all(f"user_settings.{name} " in str(caught.value) for name in given)


def test_empty_reference_is_a_value_and_empty_list_too():
    spec = {"default_resource_spec": {"lifecycle_config_arn": ""}, "lifecycle_config_arns": []}
    given = {"jupyter_lab_app_settings": spec}
    assert settings.typed(given, SHAPES["user_settings"], "user_settings") == given


def test_dict_may_be_incomplete_as_it_is_merged_with_what_is_there():
    given = {"r_studio_server_pro_domain_settings": {"r_studio_connect_url": "https://connect.example/"}}
    assert settings.typed(given, SHAPES["domain_settings"], "domain_settings") == given


def test_pattern_that_backtracks_without_end_is_left_to_aws():
    url = "https://" + "a" * 60 + "?"
    given = {"jupyter_lab_app_settings": {"code_repositories": [{"repository_url": url}]}}
    assert settings.typed(given, SHAPES["user_settings"], "user_settings") == given


def test_the_patterns_of_all_settings_are_understood():
    shapes = [shape_at(SHAPES[option], path) for option, path in LEAVES]
    patterns = {shape.metadata["pattern"] for shape in shapes if "pattern" in shape.metadata}
    assert patterns
    assert all(re.compile(pattern) for pattern in patterns)
    left_to_aws = {shape.name for shape in shapes if limits.ENDLESS.search(shape.metadata.get("pattern", ""))}
    assert left_to_aws == {"ImageArn", "ImageVersionAlias", "ImageVersionArn", "RepositoryUrl"}
