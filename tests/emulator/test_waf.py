# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Web ACLs of AWS WAF on stages of REST APIs (API reference AssociateWebACL, GetWebACLForResource, DeleteWebACL)."""

import pytest
import requests
from botocore.exceptions import ClientError


@pytest.fixture
def wafv2(client):
    return client("wafv2")


@pytest.fixture
def acl(wafv2):
    visibility = {"SampledRequestsEnabled": False, "CloudWatchMetricsEnabled": False, "MetricName": "m"}
    return wafv2.create_web_acl(
        Name="office", Scope="REGIONAL", DefaultAction={"Allow": {}}, VisibilityConfig=visibility, Rules=[]
    )["Summary"]


@pytest.fixture
def stage(client):
    gateway = client("apigateway")
    api = gateway.create_rest_api(name="api")
    method = {"restApiId": api["id"], "resourceId": api["rootResourceId"], "httpMethod": "GET"}
    gateway.put_method(**method, authorizationType="NONE")
    gateway.put_integration(**method, type="MOCK")
    gateway.create_deployment(restApiId=api["id"], stageName="prod")
    return f"arn:aws:apigateway:eu-central-1::/restapis/{api['id']}/stages/prod"


def code(call, **arguments):
    with pytest.raises(ClientError) as failure:
        call(**arguments)
    return failure.value.response["Error"]["Code"]


def test_stage_wears_one_web_acl(wafv2, acl, stage):
    assert "WebACL" not in wafv2.get_web_acl_for_resource(ResourceArn=stage)
    wafv2.associate_web_acl(ResourceArn=stage, WebACLArn=acl["ARN"])
    assert wafv2.get_web_acl_for_resource(ResourceArn=stage)["WebACL"]["ARN"] == acl["ARN"]
    wafv2.disassociate_web_acl(ResourceArn=stage)
    assert "WebACL" not in wafv2.get_web_acl_for_resource(ResourceArn=stage)


def test_web_acl_goes_on_nothing_that_does_not_exist(wafv2, acl, stage):
    missing = stage.replace("/prod", "/none")
    assert code(wafv2.associate_web_acl, ResourceArn=missing, WebACLArn=acl["ARN"]) == "WAFNonexistentItemException"
    assert code(wafv2.get_web_acl_for_resource, ResourceArn=missing) == "WAFNonexistentItemException"


def test_web_acl_that_is_worn_stays(wafv2, acl, stage):
    wafv2.associate_web_acl(ResourceArn=stage, WebACLArn=acl["ARN"])
    deletion = {"Name": "office", "Scope": "REGIONAL", "Id": acl["Id"], "LockToken": acl["LockToken"]}
    assert code(wafv2.delete_web_acl, **deletion) == "WAFAssociatedItemException"
    wafv2.disassociate_web_acl(ResourceArn=stage)
    wafv2.delete_web_acl(**deletion)


def test_association_is_listed_as_a_resource(emulator, wafv2, acl, stage):
    wafv2.associate_web_acl(ResourceArn=stage, WebACLArn=acl["ARN"])
    listed = requests.get(f"{emulator.url}/_emulator/resources", timeout=30).json()
    assert [item["id"] for item in listed if item["type"] == "web_acl_association"] == [stage]


@pytest.mark.parametrize("whole", [True, False])
def test_association_goes_with_its_stage(client, emulator, wafv2, acl, stage, whole):
    wafv2.associate_web_acl(ResourceArn=stage, WebACLArn=acl["ARN"])
    api_id, gateway = stage.split("/")[2], client("apigateway")
    if whole:
        gateway.delete_rest_api(restApiId=api_id)
    else:
        gateway.delete_stage(restApiId=api_id, stageName="prod")
    listed = requests.get(f"{emulator.url}/_emulator/resources", timeout=30).json()
    assert [item["id"] for item in listed if item["type"] == "web_acl_association"] == []
    wafv2.delete_web_acl(Name="office", Scope="REGIONAL", Id=acl["Id"], LockToken=acl["LockToken"])
