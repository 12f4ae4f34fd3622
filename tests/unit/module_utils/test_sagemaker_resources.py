# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The decisions about domains, lifecycle configurations and presigned URLs that need no call."""

import base64
import types

import pytest

from ansible_collections.mlplatform.studio.plugins.module_utils._plan import make_plan
from ansible_collections.mlplatform.studio.plugins.module_utils._sagemaker import (
    domain,
    domain_search,
    lifecycle_config,
    presigned_url,
)
from ansible_collections.mlplatform.studio.plugins.module_utils._waiting import StudioError


def namesake(domain_id, **tags):
    return {"domain_id": domain_id, "domain_name": "team1", "status": "InService", "tags": tags}


OURS, OTHERS, UNTAGGED = namesake("d-1", Platform="p"), namesake("d-2", Platform="q"), namesake("d-3", Cost="1")
FAILED, OUR_FAILED = ({**one, "status": "Failed"} for one in (UNTAGGED, OURS))
HALF = namesake("d-4", Platform="p", Stage="test")


@pytest.mark.parametrize(
    ("domains", "match_tags", "chosen"),
    [
        ([], {"Platform": "p"}, []),
        ([OURS, OTHERS], {}, [OURS, OTHERS]),
        ([OTHERS, OURS, UNTAGGED], {"Platform": "p"}, [OURS]),
        ([OTHERS, UNTAGGED], {"Platform": "p"}, [UNTAGGED]),
        ([UNTAGGED], {"Platform": "p"}, [UNTAGGED]),
        ([FAILED], {"Platform": "p"}, []),
        ([OUR_FAILED, FAILED], {"Platform": "p"}, [OUR_FAILED]),
        ([FAILED], {}, [FAILED]),
        ([OTHERS, FAILED], {"Platform": "p"}, None),
        ([OURS], {"Platform": "p", "Stage": "live"}, [OURS]),
        ([HALF], {"Platform": "p", "Stage": "live"}, None),
        ([OTHERS], {"Platform": "p"}, None),
    ],
)
def test_namesakes_that_count(domains, match_tags, chosen):
    if chosen is None:
        assert domain_search.choose(domains, match_tags, "absent") == []
        with pytest.raises(StudioError, match=r"The domain team1 \(d-\d\) is not ours: it is tagged Platform="):
            domain_search.choose(domains, match_tags, "present")
    else:
        assert domain_search.choose(domains, match_tags, "present") == chosen


DESCRIBED = {
    "domain_id": "d-1",
    "status": "InService",
    "vpc_id": "vpc-1",
    "subnet_ids": ["subnet-1", "subnet-2"],
    "app_network_access_type": "VpcOnly",
    "tag_propagation": "DISABLED",
    "default_user_settings": {
        "execution_role": "role-1",
        "jupyter_lab_app_settings": {"lifecycle_config_arns": ["a"], "default_resource_spec": {"instance_type": "x"}},
        "kernel_gateway_app_settings": {"lifecycle_config_arns": ["b"]},
    },
    "domain_settings": {"security_group_ids": ["sg-1"], "docker_settings": {"rootless_docker": "DISABLED"}},
    "tags": {},
}


@pytest.mark.parametrize(
    ("desired", "sent"),
    [
        ({"tags": {"a": "1"}}, {}),
        ({"tag_propagation": "ENABLED", "app_network_access_type": "VpcOnly"}, {"tag_propagation": "ENABLED"}),
        ({"subnet_ids": ["subnet-1"]}, {"subnet_ids": ["subnet-1"]}),
        (
            {"app_network_access_type": "PublicInternetOnly"},
            {
                "app_network_access_type": "PublicInternetOnly",
                "vpc_id": "vpc-1",
                "subnet_ids": ["subnet-1", "subnet-2"],
            },
        ),
        (
            {"default_user_settings": {"jupyter_lab_app_settings": {"lifecycle_config_arns": []}}},
            {
                "default_user_settings": {
                    "jupyter_lab_app_settings": {
                        "lifecycle_config_arns": [],
                        "default_resource_spec": {"instance_type": "x"},
                    }
                }
            },
        ),
        (
            {"default_space_settings": {"execution_role": "role-2"}},
            {"default_space_settings": {"execution_role": "role-2"}},
        ),
        (
            {"domain_settings": {"security_group_ids": [], "r_studio_server_pro_domain_settings": {"a": "b"}}},
            {
                "domain_settings_for_update": {
                    "security_group_ids": [],
                    "r_studio_server_pro_domain_settings_for_update": {"a": "b"},
                }
            },
        ),
    ],
)
def test_update_sends_what_changes(desired, sent):
    assert domain.update_values(DESCRIBED, make_plan(DESCRIBED, desired)) == sent


def test_failed_update_is_sent_again_with_whole_structures():
    described = {**DESCRIBED, "status": "Update_Failed"}
    reported = {key: value for key, value in described.items() if key != "default_user_settings"}
    wanted = {"jupyter_lab_app_settings": {"lifecycle_config_arns": ["a"]}}
    plan = make_plan(reported, {"default_user_settings": wanted})
    assert domain.update_values(described, plan) == {
        "default_user_settings": {
            "jupyter_lab_app_settings": DESCRIBED["default_user_settings"]["jupyter_lab_app_settings"]
        }
    }


KEY = "arn:aws:kms:eu-central-1:111111111111:key/0123"
ALIAS = "arn:aws:kms:eu-central-1:111111111111:alias/team1"


@pytest.mark.parametrize(
    ("present", "wanted", "is_same", "asks"),
    [
        (KEY, KEY, True, False),
        (KEY, "0123", True, False),
        ("0123", KEY, True, False),
        (KEY, "4567", False, False),
        (KEY, KEY.replace("eu-central-1", "us-east-1"), False, False),
        ("alias/team1", "alias/team1", True, False),
        (KEY, "alias/team1", True, True),
        (ALIAS, "0123", True, True),
        (ALIAS, "alias/team1", True, True),
        (KEY, "alias/other", False, True),
    ],
)
def test_forms_of_one_key(present, wanted, is_same, asks):
    asked = []

    def resolve(reference):
        asked.append(reference)
        return "arn:other" if "other" in reference else KEY

    assert domain.same_key(present, wanted, resolve) is is_same and bool(asked) is asks


@pytest.mark.parametrize(
    ("described", "creation"),
    [
        ({"status": "InService", "home_efs_file_system_id": "fs-1"}, "Enabled"),
        ({"status": "InService"}, "Disabled"),
        ({"status": "Pending"}, None),
        ({"status": "InService", "home_efs_file_system_creation": "Disabled"}, "Disabled"),
    ],
)
def test_home_of_domains_that_do_not_say(described, creation):
    assert domain.with_home_efs_creation(described).get("home_efs_file_system_creation") == creation


@pytest.mark.parametrize("content", ["#!/bin/bash\necho hello\n", "echo äöü\n", "x" * 12288])
def test_script_is_encoded_once(content):
    assert base64.b64decode(lifecycle_config.encode(content)).decode() == content


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "content is empty"),
        ("", "content is empty"),
        (" \n", "content is empty"),
        ("a\r\nb", "CRLF"),
        ("x" * 12289, "is 16388 characters long as base64; AWS takes 16384"),
        ("ä" * 6145, "is 16388 characters long"),
    ],
)
def test_script_that_cannot_be_one(content, message):
    with pytest.raises(StudioError, match=message):
        lifecycle_config.encode(content)


def test_name_says_content_and_app_type():
    names = {
        lifecycle_config.versioned_name("proxy", app_type, content)
        for app_type in ("JupyterLab", "CodeEditor")
        for content in ("a", "b")
    }
    assert len(names) == 4 and all(lifecycle_config.is_version_of(name, "proxy") for name in names)
    assert lifecycle_config.versioned_name("proxy", "JupyterLab", "a") == "proxy-9a19f758"
    assert len(lifecycle_config.versioned_name("a" * lifecycle_config.BASE_NAME_LENGTH, "JupyterLab", "a")) == 63


@pytest.mark.parametrize(
    ("config_name", "is_version"),
    [
        ("proxy-0123abcd", True),
        ("proxy-0123ABCD", False),
        ("proxy", False),
        ("proxy-0123abc", False),
        ("proxy-two-0123abcd", False),
        ("my-proxy-0123abcd", False),
    ],
)
def test_versions_of_a_base_name(config_name, is_version):
    assert lifecycle_config.is_version_of(config_name, "proxy") is is_version


@pytest.mark.parametrize("name", ["", "-a", "a-", "a_b", "a.b", "a" * 55, "ä"])
def test_base_names_that_aws_refuses(name):
    with pytest.raises(StudioError, match="is not possible"):
        lifecycle_config.check_base_name(name)


@pytest.mark.parametrize("name", ["a", "team1-proxy", "A--b", "a" * 54])
def test_base_names_that_aws_takes(name):
    lifecycle_config.check_base_name(name)


@pytest.mark.parametrize(
    ("values", "refused"),
    [
        ({}, False),
        ({"expires_in": None}, False),
        ({"expires_in": 5, "session_expiration": 1800}, False),
        ({"expires_in": 300, "session_expiration": 43200}, False),
        ({"expires_in": 0}, True),
        ({"expires_in": 4}, True),
        ({"expires_in": 301}, True),
        ({"session_expiration": 1799}, True),
        ({"session_expiration": 43201}, True),
    ],
)
def test_limits_of_a_url(values, refused):
    if refused:
        with pytest.raises(StudioError, match="AWS takes"):
            presigned_url.check_limits(values)
    else:
        presigned_url.check_limits(values)


@pytest.mark.parametrize(
    ("members", "wish", "sent"),
    [
        (["DomainName"], "Enabled", False),
        (["DomainName"], "Disabled", True),
        (["DomainName", "HomeEfsFileSystemCreation"], "Enabled", True),
    ],
    ids=["old botocore", "old botocore, and its default is not wanted", "new botocore"],
)
def test_an_older_botocore_needs_no_word_for_the_default(members, wish, sent):
    shape = types.SimpleNamespace(members=dict.fromkeys(members))
    desired = {"domain_name": "team1", "home_efs_file_system_creation": wish}
    assert ("home_efs_file_system_creation" in domain.without_unknown_default(desired, shape)) is sent
