# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

import json

import botocore.session
import pytest

from ansible_collections.mlplatform.studio.plugins.module_utils._apigateway import (
    definition,
    live,
    operations,
    patches,
    policy,
)
from ansible_collections.mlplatform.studio.plugins.module_utils._apigateway.live import Live
from ansible_collections.mlplatform.studio.plugins.module_utils._apigateway.rest_api import invoke_url
from ansible_collections.mlplatform.studio.plugins.module_utils._naming import member_names
from ansible_collections.mlplatform.studio.plugins.module_utils._waiting import StudioError

FUNCTION = "arn:aws-cn:lambda:cn-north-1:111111111111:function:f"
BACKEND = {"type": "AWS_PROXY", "lambda_function_arn": FUNCTION}
POOL = {"name": "pool", "type": "COGNITO_USER_POOLS", "provider_arns": ["b", "a"]}


def route(path, method="GET", **options):
    return {"path": path, "method": method, "integration": BACKEND, **options}


def plan(options, was=None, **current):
    """Return the calls that lead from a live API, made of the options was, to options."""
    there = None
    if was is not None:
        there = Live({"id": "api", **definition.wanted_definition(was, None, True), **current}, ids_of(was))
        there.definition.setdefault("empty_resources", [])
    wanted = definition.wanted_definition(options, there.definition if there else None, True)
    return [calls(step) for step in operations.operations(operations.plan_api(there, wanted, True), there, "api")]


def ids_of(options):
    paths = {path for item in options.get("routes", []) for path in operations._needed([item])}
    ids = {("resource", path): f"id-{path}" for path in (*paths, "/")}
    ids.update({("authorizer", item["name"]): "id" for item in options.get("authorizers", [])})
    return {**ids, ("rest_api", ""): "api"}


def calls(step):
    values = [step.arguments.get(key) for key in ("name", "path_part", "resource_id", "http_method")]
    named = [getattr(value, "name", value) for value in values if value is not None]
    return " ".join([step.call, *named])


@pytest.mark.parametrize(
    ("was", "options", "expected"),
    [
        (None, {}, ["CreateRestApi api"]),
        ({}, {}, []),
        ({"description": "a"}, {"description": "b"}, ["UpdateRestApi"]),
        ({"tags": {"a": "1"}}, {"tags": {"b": "2"}}, ["UntagResource", "TagResource"]),
        (
            None,
            {"routes": [route("/a/b"), route("/")]},
            [
                "CreateRestApi api",
                "CreateResource a",
                "CreateResource b",
                "PutMethod / GET",
                "PutIntegration / GET",
                "PutMethod /a/b GET",
                "PutIntegration /a/b GET",
            ],
        ),
        # A path has one variable at each place, so the old one goes first.
        (
            {"routes": [route("/{a}/x")]},
            {"routes": [route("/{b}")]},
            [
                "DeleteResource /{a}/x",
                "DeleteResource /{a}",
                "CreateResource {b}",
                "PutMethod /{b} GET",
                "PutIntegration /{b} GET",
            ],
        ),
        (
            {"routes": [route("/a"), route("/a", "PUT"), route("/")]},
            {"routes": [route("/a")]},
            ["DeleteMethod / GET", "DeleteMethod /a PUT"],
        ),
        (
            {"routes": [route("/a/b")]},
            {"routes": [route("/a")]},
            ["DeleteResource /a/b", "PutMethod /a GET", "PutIntegration /a GET"],
        ),
        # An authorizer can only go when no method uses it, and must be there when one does.
        (
            {"authorizers": [POOL], "routes": [route("/", authorizer="pool")]},
            {"authorizers": [{**POOL, "name": "new"}], "routes": [route("/", authorizer="new")]},
            ["CreateAuthorizer new", "UpdateMethod / GET", "DeleteAuthorizer"],
        ),
        ({"authorizers": [POOL]}, {"authorizers": [{**POOL, "provider_arns": ["a"]}]}, ["UpdateAuthorizer"]),
        ({"authorizers": [POOL]}, {"authorizers": [{**POOL, "provider_arns": ["a", "b"]}]}, []),
        ({"authorizers": [POOL]}, {}, []),
        (
            {"routes": [route("/")]},
            {"routes": [{**route("/"), "integration": {"type": "MOCK"}}]},
            ["PutIntegration / GET"],
        ),
        (
            {"routes": [route("/", method_responses=[{"status_code": "200"}])]},
            {"routes": [route("/", method_responses=[{"status_code": 302}])]},
            ["DeleteMethodResponse / GET", "PutMethodResponse / GET"],
        ),
        (
            {"gateway_responses": [{"response_type": "A", "status_code": "400"}, {"response_type": "B"}]},
            {"gateway_responses": [{"response_type": "A"}]},
            ["DeleteGatewayResponse"],
        ),
    ],
)  # fmt: skip
def test_the_calls_from_one_definition_to_another(was, options, expected):
    assert plan(options, was) == expected


STAGE = {"routes": [route("/")], "stage": {"name": "prod"}}


@pytest.mark.parametrize(
    ("options", "current", "expected"),
    [
        (STAGE, {}, []),
        ({**STAGE, "description": "x"}, {}, ["UpdateRestApi"]),
        (STAGE, {"deployed_definition": ""}, ["CreateDeployment"]),
        (STAGE, {"stage": None, "deployed_definition": ""}, ["CreateDeployment"]),
        ({**STAGE, "stage": {"name": "prod", "tracing_enabled": True}}, {}, ["UpdateStage"]),
        (
            {**STAGE, "routes": [route("/", api_key_required=True)]},
            {},
            ["UpdateMethod / GET", "CreateDeployment"],
        ),
        (STAGE, {"routes": []}, ["PutMethod / GET", "PutIntegration / GET", "CreateDeployment"]),
        (STAGE, {"old_deployments": ["1", "2"]}, ["DeleteDeployment", "DeleteDeployment"]),
        ({"stage": {"name": "prod"}}, {"empty_resources": ["/x"]}, ["CreateDeployment"]),
    ],
    ids=[
        "nothing",
        "what works at once",
        "another deployment",
        "no stage",
        "stage alone",
        "definition",
        "repair under our mark",
        "leftovers",
        "resources that are not ours",
    ],
)
def test_when_the_api_is_deployed(options, current, expected):
    assert plan(options, STAGE, **current) == expected


@pytest.mark.parametrize("key", [key for key in definition.DEPLOYED if key != "routes"])
def test_the_hash_covers_whatever_a_deployment_publishes(key):
    other = {"policy": {"Statement": [{"Effect": "Deny"}]}}.get(key, ["x"])
    assert definition.definition_hash({}) != definition.definition_hash({key: other})


@pytest.mark.parametrize("key", ["description", "tags", "stage"])
def test_the_hash_covers_nothing_else(key):
    assert definition.definition_hash({}) == definition.definition_hash({key: "x"})


def test_the_hash_does_not_depend_on_order():
    one, two = route("/a"), route("/b", authorization_scopes=["x", "y"])
    other = route("/b", authorization_scopes=["y", "x"])
    hashes = {
        definition.definition_hash(definition.wanted_definition({"routes": routes}, None, True))
        for routes in ([one, two], [other, one])
    }
    assert len(hashes) == 1


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ({}, {"uri": "x"}, [("replace", "/uri", "x")]),
        ({"uri": "x"}, {}, [("replace", "/uri", "")]),
        ({"timeout_in_millis": 1}, {"timeout_in_millis": 2}, [("replace", "/timeoutInMillis", "2")]),
        ({"request_templates": {"a/b": "1"}}, {}, [("remove", "/requestTemplates/a~1b", None)]),
        (
            {"request_templates": {"a/b": "1"}},
            {"request_templates": {"a/b": "2", "c~d": "3"}},
            [("replace", "/requestTemplates/a~1b", "2"), ("add", "/requestTemplates/c~0d", "3")],
        ),
        ({"request_templates": {}}, {}, []),
    ],
)
def test_patches(before, after, expected):
    found = patches.differences(before, after, patches.INTEGRATION)
    assert [(patch["op"], patch["path"], patch.get("value")) for patch in found] == expected


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (
            {"endpoint_configuration": {"types": ["REGIONAL"]}},
            {"endpoint_configuration": {"types": ["PRIVATE"], "vpc_endpoint_ids": ["vpce-1"]}, "policy": {"a": 1}},
            [
                ("replace", "/policy", '{"a": 1}'),
                ("replace", "/endpointConfiguration/types/REGIONAL", "PRIVATE"),
                ("add", "/endpointConfiguration/vpcEndpointIds", "vpce-1"),
            ],
        ),
        (
            {"endpoint_configuration": {"types": ["PRIVATE"], "vpc_endpoint_ids": ["vpce-1"]}, "policy": {"a": 1}},
            {"endpoint_configuration": {"types": ["REGIONAL"], "vpc_endpoint_ids": []}, "policy": {}},
            [
                ("replace", "/policy", ""),
                ("remove", "/endpointConfiguration/vpcEndpointIds", "vpce-1"),
                ("replace", "/endpointConfiguration/types/PRIVATE", "REGIONAL"),
            ],
        ),
        (
            {"binary_media_types": ["image/png"]},
            {"binary_media_types": ["image/gif"]},
            [("add", "/binaryMediaTypes/image~1gif", None), ("remove", "/binaryMediaTypes/image~1png", None)],
        ),
        ({}, {"disable_execute_api_endpoint": True}, [("replace", "/disableExecuteApiEndpoint", "true")]),
    ],
)
def test_patches_of_the_api(before, after, expected):
    found = patches.rest_api_differences(before, after)
    assert [(patch["op"], patch["path"], patch.get("value")) for patch in found] == expected


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ({}, {"all_methods": {"throttling_rate_limit": 5.0}}, [("replace", "/*/*/throttling/rateLimit", "5.0")]),
        (
            {},
            {"single_methods": [{"path": "/a/b", "method": "GET", "logging_level": "INFO"}]},
            [("replace", "/~1a~1b/GET/logging/loglevel", "INFO")],
        ),
        (
            {"single_methods": [{"path": "/", "method": "GET", "metrics_enabled": True}]},
            {"single_methods": []},
            [("remove", "/~1/GET", None)],
        ),
        ({}, {"variables": {"a": "1"}}, [("replace", "/variables/a", "1")]),
        (
            {},
            {"access_log_settings": {"destination_arn": "x", "format": "y"}},
            [("replace", "/accessLogSettings/destinationArn", "x"), ("replace", "/accessLogSettings/format", "y")],
        ),
    ],
)
def test_patches_of_a_stage(before, after, expected):
    found = patches.stage_differences(before, after)
    assert [(patch["op"], patch["path"], patch.get("value")) for patch in found] == expected


@pytest.mark.parametrize(
    ("operation", "options"),
    [
        ("CreateAuthorizer", patches.AUTHORIZER),
        ("CreateRequestValidator", patches.REQUEST_VALIDATOR),
        ("PutMethod", patches.METHOD),
        ("CreateRestApi", patches.REST_API),
        ("PutGatewayResponse", live.GATEWAY_RESPONSE),
    ],
)
def test_options_are_the_models(operation, options):
    model = botocore.session.get_session().get_service_model("apigateway")
    assert set(options) <= set(member_names(model.operation_model(operation).input_shape))


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("*/*", ("*", "*")),
        ("~1a~1b/GET", ("/a/b", "GET")),
        ("a/b/GET", ("/a/b", "GET")),
        ("~1/GET", ("/", "GET")),
        ("/GET", ("/", "GET")),
    ],
)
def test_keys_of_method_settings(key, expected):
    assert live.setting_key(key) == expected


@pytest.mark.parametrize(
    ("methods", "expected"),
    [
        ({}, ["/a", "/a/b", "/ab"]),
        ({"/a/b": 1}, ["/ab"]),
        ({"/ab": 1}, ["/a", "/a/b"]),
        ({"/": 1}, ["/a", "/a/b", "/ab"]),
    ],
)
def test_empty_resources(methods, expected):
    resources = [
        {"path": path, "resource_methods": {"GET": {}} if path in methods else {}}
        for path in ("/", "/a", "/a/b", "/ab")
    ]
    assert live.empty_paths(resources) == expected


def test_live_routes_say_what_wanted_ones_say():
    wanted = definition.wanted_route(
        route(
            "/", authorizer="pool", authorization_scopes=["b", "a"], request_parameters={"method.request.path.x": "yes"}
        ),
        {"pool": "COGNITO_USER_POOLS"},
    )
    method = {
        "http_method": "GET",
        "authorization_type": "COGNITO_USER_POOLS",
        "authorizer_id": "1",
        "authorization_scopes": ["a", "b"],
        "request_parameters": {"method.request.path.x": True},
        "request_models": {},
        "operation_name": "",
        "method_integration": {
            "type": "AWS_PROXY",
            "http_method": "POST",
            "uri": f"arn:aws-cn:apigateway:cn-north-1:lambda:path/2015-03-31/functions/{FUNCTION}/invocations",
            "cache_namespace": "x",
            "timeout_in_millis": 29000,
        },
    }
    assert live.live_routes([{"path": "/", "resource_methods": {"GET": method}}], {"1": "pool"}) == [wanted]


OWN = "arn:aws:execute-api:eu-central-1:111111111111:a1/"


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (None, {}),
        ("", {}),
        ({}, {}),
        ('{"Version": "1"}', {"Version": "1"}),
        (json.dumps('{"Version": "1"}')[1:-1], {"Version": "1"}),
        ({"Statement": {"Resource": OWN + "*"}}, {"Statement": [{"Resource": "execute-api:/*"}]}),
        (
            {"Statement": [{"Resource": [OWN + "prod/GET/", OWN.replace("a1", "a2") + "*"]}]},
            {"Statement": [{"Resource": ["execute-api:/prod/GET/", OWN.replace("a1", "a2") + "*"]}]},
        ),
    ],
)
def test_policies_are_read(given, expected):
    assert policy.policy_document(given, "a1") == expected


@pytest.mark.parametrize("given", ["{", "[1]", "nonsense"])
def test_what_is_no_policy_is_refused(given):
    with pytest.raises(StudioError, match="policy"):
        policy.policy_document(given)


@pytest.mark.parametrize(
    ("partition", "expected"),
    [
        ("aws", "https://a1.execute-api.eu-central-1.amazonaws.com/prod"),
        ("aws-cn", "https://a1.execute-api.eu-central-1.amazonaws.com.cn/prod"),
    ],
)
def test_the_url_of_a_stage(partition, expected):
    assert invoke_url("a1", "eu-central-1", partition, "prod") == {"invoke_url": expected}
    assert invoke_url(None, "eu-central-1", partition, "prod") == {}
