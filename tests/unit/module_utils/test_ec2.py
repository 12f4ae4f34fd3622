# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

import pytest

from ansible_collections.mlplatform.studio.plugins.module_utils._ec2.common import (
    Refused,
    refuse_unsuccessful,
    tag_specifications,
)
from ansible_collections.mlplatform.studio.plugins.module_utils._ec2.flow_log import (
    is_propagating,
    resource_type,
)
from ansible_collections.mlplatform.studio.plugins.module_utils._ec2.vpc_endpoints import (
    describe,
    modification,
    state_of,
    wanted_tags,
)
from ansible_collections.mlplatform.studio.plugins.module_utils._naming import tag_dict
from ansible_collections.mlplatform.studio.plugins.module_utils._waiting import StudioError


@pytest.mark.parametrize(
    ("changes", "arguments"),
    [
        ({}, {}),
        ({"tags": {"a": "b"}}, {}),
        ({"private_dns_enabled": False}, {"private_dns_enabled": False}),
        ({"subnet_ids": ["s2", "s3"]}, {"add_subnet_ids": ["s3"], "remove_subnet_ids": ["s1"]}),
        ({"security_group_ids": ["g1", "g2"]}, {"add_security_group_ids": ["g1", "g2"]}),
        ({"route_table_ids": []}, {"remove_route_table_ids": ["r1"]}),
        ({"policy": {"Statement": []}}, {"policy_document": '{"Statement": []}'}),
    ],
)
def test_modification(changes, arguments):
    before = {"subnet_ids": ["s1", "s2"], "route_table_ids": ["r1"]}
    sent = {key: value for key, value in modification(before, changes).items() if value is not None}
    assert sent == arguments


def test_describe_writes_the_policy_as_it_is_wanted():
    endpoint = {
        "policy_document": '{"Statement": {"Action": ["a"]}}',
        "groups": [{"group_id": "g2"}, {"group_id": "g1"}],
    }
    wanted = {"Statement": [{"Action": "a"}]}
    shown = describe(endpoint, wanted)
    assert shown["policy"] is wanted and shown["security_group_ids"] == ["g1", "g2"] and shown["tags"] == {}
    assert describe(endpoint, None)["policy"] == {"Statement": {"Action": ["a"]}}
    assert "policy_document" not in shown


def test_state_of():
    assert state_of(None) == "deleted" and state_of({"state": "PendingAcceptance"}) == "pendingacceptance"


@pytest.mark.parametrize(
    ("common", "own", "tags"),
    [
        (None, None, None),
        ({}, None, {}),
        ({"a": "1"}, {"a": "2", "b": "3"}, {"a": "2", "b": "3"}),
        (None, {"a": "1"}, {"a": "1"}),
    ],
)
def test_wanted_tags(common, own, tags):
    assert wanted_tags(common, own) == tags


def test_tags_as_ec2_takes_and_gives_them():
    listed = [{"key": "a", "value": "1"}, {"key": "b", "value": ""}]
    assert tag_specifications("vpc-endpoint", {"b": "", "a": "1"}) == [
        {"resource_type": "vpc-endpoint", "tags": listed}
    ]
    assert tag_specifications("vpc-endpoint", {}) is None and tag_specifications("vpc-endpoint", None) is None
    assert tag_dict(listed) == {"a": "1", "b": ""} and tag_dict(None) == {}


def test_refuse_unsuccessful():
    refuse_unsuccessful({"unsuccessful": []}, "do it")
    with pytest.raises(Refused, match=r"EC2 refuses to do it: No way \(Code\)\."):
        refuse_unsuccessful({"unsuccessful": [{"error": {"code": "Code", "message": "No way"}}]}, "do it")


@pytest.mark.parametrize(
    ("resource_id", "kind"),
    [("vpc-1", "VPC"), ("subnet-1", "Subnet"), ("eni-1", "NetworkInterface"), ("tgw-1", "TransitGateway")],
)
def test_resource_type(resource_id, kind):
    assert resource_type(resource_id) == kind


@pytest.mark.parametrize("resource_id", ["i-1", "vpce-1", ""])
def test_resources_without_flow_logs(resource_id):
    with pytest.raises(StudioError, match="only those have flow logs"):
        resource_type(resource_id)


def test_only_a_role_that_is_not_known_yet_passes():
    assert is_propagating(Refused("EC2 refuses: Unable to assume given IAM role (400)."))
    assert not is_propagating(Refused("EC2 refuses: FlowLogAlreadyExists"))
