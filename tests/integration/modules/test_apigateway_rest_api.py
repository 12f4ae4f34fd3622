# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

import copy

import pytest
from botocore.exceptions import ClientError

from tests.support.ansible_module import ModuleFailed, run_module
from tests.support.calls import no_writes, writes
from tests.support.http import request
from tests.support.roles import make_log_role

FUNCTION = "arn:aws:lambda:eu-central-1:111111111111:function:presigned-url"
LAMBDA = {"lambda_function_arn": FUNCTION}
TEAM = {
    "path": "/teams/{team}",
    "authorizer": "user-pool",
    "authorization_scopes": ["openid"],
    "request_parameters": {"method.request.path.team": True},
    "request_validator": "parameters",
    "integration": LAMBDA,
}
PORTAL = {"path": "/portal", "integration": LAMBDA}
ROOT = {
    "path": "/",
    "method_responses": [{"status_code": "302", "response_parameters": {"method.response.header.Location": True}}],
    "integration": {
        "type": "MOCK",
        "request_templates": {"application/json": '{"statusCode": 302}'},
        "integration_responses": [
            {"status_code": "302", "response_parameters": {"method.response.header.Location": "'prod/portal'"}}
        ],
    },
}
DEFINITION = {
    "name": "studio",
    "description": "Sign-in",
    "endpoint_configuration": {"types": ["REGIONAL"]},
    "policy": {},
    "disable_execute_api_endpoint": False,
    "binary_media_types": [],
    "authorizers": [
        {
            "name": "user-pool",
            "provider_arns": ["arn:aws:cognito-idp:eu-central-1:111111111111:userpool/eu-central-1_AbCdEfGhI"],
        }
    ],
    "request_validators": [{"name": "parameters", "validate_request_parameters": True}],
    "routes": [TEAM, PORTAL, ROOT],
    "gateway_responses": [
        {
            "response_type": "UNAUTHORIZED",
            "response_parameters": {"gatewayresponse.header.Cache-Control": "'no-store'"},
        }
    ],
    "stage": {"name": "prod", "throttling": {"rate_limit": 20, "burst_limit": 40}, "variables": {"colour": "blue"}},
    "tags": {"Platform": "studio"},
}
POLICY = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "execute-api:Invoke", "Resource": "execute-api:/*"}],
}


def run(check=False, **changes):
    return run_module("apigateway_rest_api", check=check, **{**copy.deepcopy(DEFINITION), **changes})


def faults(emulator, *listed):
    assert request(f"{emulator.url}/_emulator/faults", "POST", list(listed))[0] == 200


@pytest.fixture
def gateway(client):
    return client("apigateway")


def stage(gateway, made):
    return gateway.get_stage(restApiId=made["rest_api"]["id"], stageName="prod")


def methods(gateway, made):
    items = gateway.get_resources(restApiId=made["rest_api"]["id"], embed=["methods"], limit=500)["items"]
    return {
        f"{method} {item['path']}": body for item in items for method, body in item.get("resourceMethods", {}).items()
    }


def test_create_check_again_and_delete(gateway):
    predicted = run(check=True)
    assert gateway.get_rest_apis()["items"] == []
    made = run()
    api = made["rest_api"]
    assert predicted["changed"] and made["changed"] and predicted["diff"] == made["diff"]
    assert predicted["rest_api"]["deployed"] is api["deployed"] is True
    assert api["invoke_url"] == f"https://{api['id']}.execute-api.eu-central-1.amazonaws.com/prod"
    assert api["arn"] == f"arn:aws:apigateway:eu-central-1::/restapis/{api['id']}"
    assert set(methods(gateway, made)) == {"GET /", "GET /portal", "GET /teams/{team}"}
    assert stage(gateway, made)["methodSettings"]["*/*"]["throttlingRateLimit"] == 20
    assert stage(gateway, made)["tags"] == api["tags"] == {"Platform": "studio"}

    for again in (run(check=True), run()):
        assert (again["changed"], again["diff"]) == (False, {"before": {}, "after": {}})
        assert again["rest_api"] == {**api, "deployed": False}

    assert run(state="absent", check=True)["changed"] is True
    assert run(state="absent")["changed"] is True
    assert gateway.get_rest_apis()["items"] == []
    assert run(state="absent")["changed"] is False


OTHER_POOL = {"provider_arns": ["arn:aws:cognito-idp:eu-central-1:111111111111:userpool/eu-central-1_Other"]}
ELSEWHERE = [{"status_code": "302", "response_parameters": {"method.response.header.Location": "'prod/x'"}}]
WITHOUT_DEPLOYMENT = {
    "texts": {"description": "Other", "tags": {"Team": "a"}},
    "emptied texts": {"description": "", "tags": {}},
    "stage": {
        "stage": {
            "name": "prod",
            "throttling": {"rate_limit": 5.5},
            "variables": {"colour": "red", "size": 3},
            "tracing_enabled": True,
        }
    },
    "single methods": {
        "routes": [
            {**TEAM, "throttling": {"rate_limit": 1, "burst_limit": 2}},
            PORTAL,
            {**ROOT, "throttling": {"rate_limit": 3}},
        ]
    },
}
WITH_DEPLOYMENT = {
    "api": {
        "policy": POLICY,
        "disable_execute_api_endpoint": True,
        "binary_media_types": ["image/png", "application/pdf"],
    },
    "private": {"policy": POLICY, "endpoint_configuration": {"types": ["PRIVATE"]}},
    "no gateway responses": {"gateway_responses": []},
    "gateway responses": {
        "gateway_responses": [
            {"response_type": "UNAUTHORIZED", "status_code": "403"},
            {"response_type": "THROTTLED", "response_templates": {"application/json": "{}"}},
        ]
    },
    "helpers": {
        "request_validators": [{"name": "parameters", "validate_request_body": True}],
        "authorizers": [{**DEFINITION["authorizers"][0], **OTHER_POOL}],
    },
    "other helpers": {
        "authorizers": [{**DEFINITION["authorizers"][0], "name": "other"}],
        "request_validators": [{"name": "all", "validate_request_body": True}],
        "routes": [{**TEAM, "authorizer": "other", "request_validator": "all"}, PORTAL],
    },
    "no helpers": {"authorizers": [], "request_validators": [], "routes": [PORTAL]},
    "route added": {"routes": [TEAM, PORTAL, ROOT, {"path": "/portal/config", "method": "ANY", "integration": LAMBDA}]},
    "route removed": {"routes": [TEAM]},
    "variable renamed": {
        "routes": [
            {**TEAM, "path": "/teams/{name}", "request_parameters": {"method.request.path.name": True}},
            PORTAL,
            ROOT,
        ]
    },
    "methods": {
        "routes": [
            {
                **TEAM,
                "authorization_scopes": ["email", "profile"],
                "request_parameters": {"method.request.path.team": True, "method.request.querystring.q": False},
            },
            {**PORTAL, "authorization_type": "AWS_IAM"},
            ROOT,
        ]
    },
    "no authorization": {"routes": [{"path": "/teams/{team}", "integration": LAMBDA}, PORTAL, ROOT]},
    "integrations": {
        "routes": [
            TEAM,
            {**PORTAL, "integration": {"lambda_function_arn": FUNCTION + "-2", "timeout_in_millis": 5000}},
            {**ROOT, "integration": {**ROOT["integration"], "integration_responses": ELSEWHERE}},
        ]
    },
    "integration type": {"routes": [TEAM, PORTAL, {"path": "/", "integration": LAMBDA}]},
}
CHANGES = {**WITHOUT_DEPLOYMENT, **WITH_DEPLOYMENT}


@pytest.mark.parametrize("name", CHANGES)
def test_change_and_back(gateway, name):
    first = run()
    predicted = run(check=True, **CHANGES[name])
    changed = run(**CHANGES[name])
    assert predicted["changed"] and changed["changed"] and predicted["diff"] == changed["diff"]
    assert changed["rest_api"]["id"] == first["rest_api"]["id"]
    assert predicted["rest_api"] == changed["rest_api"]
    assert changed["rest_api"]["deployed"] is (name not in WITHOUT_DEPLOYMENT)
    assert run(**CHANGES[name])["changed"] is False

    assert run()["rest_api"] == {**first["rest_api"], "deployed": changed["rest_api"]["deployed"]}
    assert len(gateway.get_deployments(restApiId=first["rest_api"]["id"])["items"]) == 1


def test_settings_of_a_single_method_go_with_its_wish(gateway):
    route = {**ROOT, "throttling": {"rate_limit": 3}}
    made = run(
        routes=[route, PORTAL], stage={"name": "prod", "throttling": {"burst_limit": 40}, "metrics_enabled": True}
    )
    settings = {key.replace("~1", "/"): value for key, value in stage(gateway, made)["methodSettings"].items()}
    own = settings.pop("*/*") and settings.popitem()[1]
    assert (own["throttlingRateLimit"], own["throttlingBurstLimit"], own["metricsEnabled"]) == (3, 40, True)
    run(routes=[ROOT, PORTAL])
    assert set(stage(gateway, made)["methodSettings"]) == {"*/*"}


def drop_route(gateway, api_id):
    resources = {item["path"]: item["id"] for item in gateway.get_resources(restApiId=api_id)["items"]}
    gateway.delete_method(restApiId=api_id, resourceId=resources["/portal"], httpMethod="GET")


def open_route(gateway, api_id):
    resources = {item["path"]: item["id"] for item in gateway.get_resources(restApiId=api_id)["items"]}
    gateway.update_method(
        restApiId=api_id,
        resourceId=resources["/teams/{team}"],
        httpMethod="GET",
        patchOperations=[{"op": "replace", "path": "/authorizationType", "value": "NONE"}],
    )


def foreign_deployment(gateway, api_id):
    open_route(gateway, api_id)
    gateway.create_deployment(restApiId=api_id, stageName="prod", description="by hand")


def extra_resource(gateway, api_id):
    root = next(item["id"] for item in gateway.get_resources(restApiId=api_id)["items"] if item["path"] == "/")
    gateway.create_resource(restApiId=api_id, parentId=root, pathPart="extra")


def unthrottle(gateway, api_id):
    patch = [{"op": "replace", "path": "/*/*/throttling/rateLimit", "value": "9000"}]
    gateway.update_stage(restApiId=api_id, stageName="prod", patchOperations=patch)


def no_stage(gateway, api_id):
    gateway.delete_stage(restApiId=api_id, stageName="prod")


@pytest.mark.parametrize("drift", [drop_route, open_route, foreign_deployment, extra_resource, unthrottle, no_stage])
def test_drift_is_seen_and_repaired(gateway, drift):
    made = run()
    wanted = methods(gateway, made)
    drift(gateway, made["rest_api"]["id"])
    predicted = run(check=True)
    repaired = run()
    assert predicted["changed"] and predicted["diff"] == repaired["diff"]
    assert methods(gateway, made).keys() == wanted.keys()
    assert methods(gateway, made)["GET /teams/{team}"]["authorizationType"] == "COGNITO_USER_POOLS"
    assert stage(gateway, made)["methodSettings"]["*/*"]["throttlingRateLimit"] == 20
    description = gateway.get_deployment(
        restApiId=made["rest_api"]["id"], deploymentId=stage(gateway, made)["deploymentId"]
    )["description"]
    assert description.startswith("mlplatform.studio definition ")
    assert run()["changed"] is False


def test_only_what_differs_is_changed(emulator):
    run()
    before = len(writes(emulator))
    run(routes=[TEAM, {**PORTAL, "integration": {**LAMBDA, "timeout_in_millis": 5000}}, ROOT])
    assert writes(emulator)[before:] == ["UpdateIntegration", "CreateDeployment", "DeleteDeployment"]
    with no_writes(emulator):
        run(check=True, routes=[TEAM], tags={}, description="x", stage={"name": "other"})
        run(check=True, state="absent")


@pytest.mark.parametrize("after", range(0, 19, 3))
def test_a_run_that_died_is_finished_by_the_next(emulator, gateway, after):
    faults(emulator, {"service": "apigateway", "operation": "*", "error": "AccessDeniedException", "after": after})
    try:
        run()
        died = False
    except ModuleFailed:
        died = True
    faults(emulator)
    finished = run()
    assert died, "the fault must have struck"
    assert finished["changed"] is True
    assert len(gateway.get_rest_apis()["items"]) == 1
    assert run()["changed"] is False
    assert len(gateway.get_deployments(restApiId=finished["rest_api"]["id"])["items"]) == 1


def test_a_change_that_was_not_deployed_is_deployed_by_the_next_run(emulator, gateway):
    made = run()
    old = stage(gateway, made)["deploymentId"]
    faults(emulator, {"service": "apigateway", "operation": "CreateDeployment", "error": "AccessDeniedException"})
    with pytest.raises(ModuleFailed):
        run(routes=[PORTAL])
    faults(emulator)
    assert stage(gateway, made)["deploymentId"] == old
    finished = run(routes=[PORTAL])
    assert finished["rest_api"]["deployed"] is True
    assert stage(gateway, made)["deploymentId"] != old


CONCURRENT = "Unable to complete operation due to concurrent modification. Please try again later."


@pytest.mark.parametrize(
    "operation", ["CreateResource", "PutMethod", "CreateDeployment", "UpdateStage", "DeleteRestApi"]
)
def test_concurrent_modification_passes(emulator, gateway, operation):
    """Text of AWS as Terraform's provider waits for it (resource aws_api_gateway_*, ConflictException)."""
    conflict = {"service": "apigateway", "operation": operation, "error": "ConflictException", "message": CONCURRENT}
    faults(emulator, {**conflict, "times": 2})
    made = run()
    assert len(gateway.get_deployments(restApiId=made["rest_api"]["id"])["items"]) == 1
    assert run(state="absent")["changed"] is True
    assert gateway.get_rest_apis()["items"] == []


def test_another_conflict_does_not_pass(emulator):
    text = "Another resource with the same parent already has this name: teams"
    conflict = {"service": "apigateway", "operation": "CreateResource", "error": "ConflictException", "message": text}
    faults(emulator, conflict)
    with pytest.raises(ModuleFailed, match="already has this name"):
        run()


@pytest.mark.parametrize(
    "operation",
    [
        "CreateRestApi",
        "CreateAuthorizer",
        "CreateResource",
        "PutMethod",
        "PutIntegration",
        "CreateDeployment",
        "UpdateStage",
    ],
)
def test_a_lost_answer_makes_nothing_twice(emulator, gateway, operation):
    faults(emulator, {"service": "apigateway", "operation": operation, "drop": True, "times": 1})
    made = run()
    api_id = made["rest_api"]["id"]
    assert [item["id"] for item in gateway.get_rest_apis()["items"]] == [api_id]
    assert len(gateway.get_authorizers(restApiId=api_id)["items"]) == 1
    assert len(gateway.get_deployments(restApiId=api_id)["items"]) == 1
    faults(emulator)
    assert run()["changed"] is False


def test_a_deletion_whose_answer_is_lost_is_done(emulator, gateway):
    run()
    faults(emulator, {"service": "apigateway", "operation": "DeleteRestApi", "drop": True, "times": 1})
    assert run(state="absent")["changed"] is True
    assert gateway.get_rest_apis()["items"] == []


@pytest.mark.parametrize("operation", ["CreateAuthorizer", "CreateResource"])
def test_an_api_that_is_not_yet_seen_everywhere_is_waited_for(emulator, operation):
    missing = {"service": "apigateway", "operation": operation, "error": "NotFoundException", "times": 2}
    faults(emulator, missing)
    assert run()["rest_api"]["deployed"] is True


def test_throttling_is_waited_for(emulator):
    faults(emulator, {"service": "apigateway", "operation": "*", "error": "throttle", "rate": 0.1, "seed": 1})
    assert run()["changed"] is True


def test_other_stages_and_deployments_stay(gateway):
    made = run()
    api_id = made["rest_api"]["id"]
    by_hand = gateway.create_deployment(restApiId=api_id, description="by hand")["id"]
    gateway.create_stage(restApiId=api_id, stageName="test", deploymentId=stage(gateway, made)["deploymentId"])
    run(routes=[PORTAL])
    test_stage = gateway.get_stage(restApiId=api_id, stageName="test")["deploymentId"]
    assert {item["id"] for item in gateway.get_deployments(restApiId=api_id)["items"]} == {
        by_hand,
        test_stage,
        stage(gateway, made)["deploymentId"],
    }
    assert test_stage != stage(gateway, made)["deploymentId"]


def test_lists_that_are_left_out_are_left_alone(gateway):
    made = run()
    alone = run_module("apigateway_rest_api", name="studio", description="Other")
    assert alone["diff"]["after"] == {"description": "Other"}
    assert len(methods(gateway, made)) == 3
    assert run_module("apigateway_rest_api", name="studio", routes=[PORTAL])["rest_api"]["deployed"] is False
    assert set(methods(gateway, made)) == {"GET /portal"}
    assert run_module("apigateway_rest_api", name="studio", stage={"name": "prod"})["rest_api"]["deployed"] is True


def test_foreign_tags_stay_when_asked_to(gateway):
    made = run()
    gateway.tag_resource(resourceArn=made["rest_api"]["arn"], tags={"Owner": "x"})
    assert run(purge_tags=False)["changed"] is False
    assert run()["rest_api"]["tags"] == {"Platform": "studio"}


def test_namesakes_are_refused_by_id(gateway):
    ids = sorted(gateway.create_rest_api(name="studio")["id"] for _ in range(2))
    for state in ("present", "absent"):
        with pytest.raises(ModuleFailed, match=f"2 REST APIs are called studio: {', '.join(ids)}"):
            run(state=state)


def test_namesake_without_the_tags_is_left_alone(emulator, gateway):
    gone = {"state": "absent", "match_tags": {"Platform": "studio"}}
    theirs = [gateway.create_rest_api(name="studio", tags=tags)["id"] for tags in ({}, {"Platform": "other"})]
    with no_writes(emulator):
        assert run(**gone)["changed"] is False
    gateway.create_rest_api(name="studio", tags={"Platform": "studio", "Owner": "x"})
    assert run(check=True, **gone)["changed"] and run(**gone)["changed"]
    assert sorted(api["id"] for api in gateway.get_rest_apis()["items"]) == sorted(theirs)


@pytest.mark.parametrize("check", [True, False])
@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"routes": [{**PORTAL, "authorizer": "nobody"}]}, "names the authorizer nobody, which does not exist"),
        ({"routes": [{**PORTAL, "request_validator": "none"}]}, "names the request validator none"),
        ({"routes": [{**PORTAL, "authorization_type": "CUSTOM"}]}, "CUSTOM needs an authorizer"),
        ({"routes": [{**TEAM, "authorization_type": "CUSTOM"}]}, "goes with authorization_type COGNITO_USER_POOLS"),
        ({"routes": [PORTAL, PORTAL]}, "routes lists GET /portal twice"),
        ({"routes": [{**PORTAL, "path": "portal/"}]}, "'portal/' is no path of a route"),
        (
            {"routes": [{**PORTAL, "method": "ANY", "throttling": {"rate_limit": 5}}]},
            "AWS has limits for a method by its name only",
        ),
        ({"routes": [{**TEAM, "request_parameters": {"team": True}}]}, "method.request.path.team"),
        ({"routes": [{**PORTAL, "integration": {**LAMBDA, "timeout_in_millis": 29001}}]}, "between 50 and 29000"),
        ({"routes": [{**PORTAL, "integration": {"lambda_function_arn": "f"}}]}, "must be the ARN of a function"),
        ({"routes": [{**PORTAL, "integration": {}}]}, "needs lambda_function_arn or uri"),
        ({"endpoint_configuration": {"types": ["PRIVATE"]}}, "cannot be deployed without a resource policy"),
        ({"policy": "{"}, "policy is not valid JSON"),
    ],
)
def test_bad_input_is_one_sentence_before_the_first_write(emulator, check, changes, message):
    with no_writes(emulator), pytest.raises(ModuleFailed, match=message):
        run(check=check, **changes)


def test_a_log_without_the_accounts_role_is_explained(client):
    client("logs").create_log_group(logGroupName="access")
    arn = "arn:aws:logs:eu-central-1:111111111111:log-group:access"
    logged = {"name": "prod", "access_log_settings": {"destination_arn": f"{arn}:*", "format": "$context.requestId"}}
    with pytest.raises(ModuleFailed, match=r"must be set in account settings.*mlplatform\.studio\.apigateway_account"):
        run(stage=logged)
    run_module("apigateway_account", cloudwatch_role_arn=make_log_role(client("iam"), "logs"))
    made = run(stage=logged)
    assert stage(client("apigateway"), made)["accessLogSettings"]["destinationArn"] == arn
    assert run(stage=logged)["changed"] is False


def test_info_describes_apis_and_stages(gateway):
    gateway.create_rest_api(name="other")
    api = run()["rest_api"]
    found = run_module("apigateway_rest_api_info", name="studio")
    assert found["changed"] is False
    (only,) = found["rest_apis"]
    assert {key: only[key] for key in ("id", "arn", "tags", "policy")} == {
        key: api[key] for key in ("id", "arn", "tags", "policy")
    }
    assert [(item["stage_name"], item["invoke_url"]) for item in only["stages"]] == [("prod", api["invoke_url"])]
    assert len(run_module("apigateway_rest_api_info")["rest_apis"]) == 2
    assert run_module("apigateway_rest_api_info", name="none")["rest_apis"] == []


def test_the_api_answers_as_deployed(emulator, gateway, client):
    made = run(routes=[ROOT])
    status, headers, _body = request(f"{emulator.url}/_aws/execute-api/{made['rest_api']['id']}/prod/")
    assert (status, headers["Location"]) == (302, "prod/portal")


def test_a_missing_api_has_no_id_in_check_mode(client):
    assert "id" not in run(check=True)["rest_api"]
    with pytest.raises(ClientError):
        client("apigateway").get_rest_api(restApiId="none")
