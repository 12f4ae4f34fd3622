# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What API Gateway's REST APIs refuse and serve, each with the source of AWS's behaviour."""

import asyncio
import io
import json
import zipfile

import pytest
import requests
from ministack.core.responses import request_scope

from emulator.apigateway import execution
from emulator.shared.upstream import cognito
from tests.emulator.aws_answers import ACCOUNT, REGION, refused

CODE = "import json\ndef answer(event, context):\n    return {'statusCode': 200, 'body': json.dumps(event)}\n"
PASSWORD = "Aa1!aaaaaaaa"


@pytest.fixture
def gateway(client):
    return client("apigateway")


@pytest.fixture
def role(client):
    """A function that makes a role which a service may assume, and returns its ARN."""

    def make(name, service):
        trust = {
            "Version": "2012-10-17",
            "Statement": [{"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}],
        }
        return client("iam").create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(trust))["Role"]["Arn"]

    return make


@pytest.fixture
def function(client, role):
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as package:
        package.writestr("code.py", CODE)
    return client("lambda").create_function(
        FunctionName="answer",
        Runtime="python3.12",
        Role=role("function", "lambda.amazonaws.com"),
        Handler="code.answer",
        Code={"ZipFile": archive.getvalue()},
    )["FunctionArn"]


@pytest.fixture
def tokens(client):
    """Tokens of a person in two groups, and the ARN of the pool, by name."""
    cognito = client("cognito-idp")
    pool = cognito.create_user_pool(PoolName="people")["UserPool"]
    app = cognito.create_user_pool_client(
        UserPoolId=pool["Id"], ClientName="cli", ExplicitAuthFlows=["ALLOW_ADMIN_USER_PASSWORD_AUTH"]
    )["UserPoolClient"]["ClientId"]
    cognito.admin_create_user(UserPoolId=pool["Id"], Username="ada", MessageAction="SUPPRESS")
    cognito.admin_set_user_password(UserPoolId=pool["Id"], Username="ada", Password=PASSWORD, Permanent=True)
    for group in ("red", "blue"):
        cognito.create_group(UserPoolId=pool["Id"], GroupName=group)
        cognito.admin_add_user_to_group(UserPoolId=pool["Id"], Username="ada", GroupName=group)
    given = cognito.admin_initiate_auth(
        UserPoolId=pool["Id"],
        ClientId=app,
        AuthFlow="ADMIN_USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": "ada", "PASSWORD": PASSWORD},
    )["AuthenticationResult"]
    return {**given, "Pool": pool["Arn"]}


@pytest.fixture
def api(gateway):
    """``(api id, id of the resource /{team})`` of a new API."""
    made = gateway.create_rest_api(name="login", endpointConfiguration={"types": ["REGIONAL"]})
    resource = gateway.create_resource(restApiId=made["id"], parentId=made["rootResourceId"], pathPart="{team}")
    return made["id"], resource["id"]


def put_method(gateway, api, function, **method):
    api_id, resource_id = api
    where = {"restApiId": api_id, "resourceId": resource_id, "httpMethod": "GET"}
    gateway.put_method(**where, **{"authorizationType": "NONE", **method})
    gateway.put_integration(
        **where,
        type="AWS_PROXY",
        integrationHttpMethod="POST",
        uri=f"arn:aws:apigateway:{REGION}:lambda:path/2015-03-31/functions/{function}/invocations",
    )
    return where


def allow(client, function, source, statement="api"):
    client("lambda").add_permission(
        FunctionName=function,
        StatementId=statement,
        Action="lambda:InvokeFunction",
        Principal="apigateway.amazonaws.com",
        SourceArn=source,
    )


@pytest.fixture
def get(emulator, api):
    """A function that GETs /team1 of the API's stage, with a token."""

    def call(token=None):
        headers = {"Authorization": token} if token else {}
        return requests.get(f"{emulator.url}/_aws/execute-api/{api[0]}/prod/team1", headers=headers, timeout=30)

    return call


@pytest.fixture
def deployed(client, gateway, api, function):
    """The open method of an API, deployed to prod and allowed to invoke its function."""
    where = put_method(gateway, api, function)
    allow(client, function, f"arn:aws:execute-api:{REGION}:{ACCOUNT}:{api[0]}/*/GET/*")
    gateway.create_deployment(restApiId=api[0], stageName="prod")
    return where


# --- control plane


def test_second_of_the_same_name_is_a_conflict(gateway, api, function, tokens, deployed):
    """API reference: ConflictException of PutMethod, CreateAuthorizer, CreateStage."""
    with refused("ConflictException", "Method already exists"):
        gateway.put_method(**deployed, authorizationType="NONE")
    assert gateway.get_method(**deployed)["methodIntegration"]["type"] == "AWS_PROXY"
    authorizer = {"name": "people", "type": "COGNITO_USER_POOLS", "providerARNs": [tokens["Pool"]]}
    gateway.create_authorizer(restApiId=api[0], **authorizer)
    with refused("ConflictException", "must be unique"):
        gateway.create_authorizer(restApiId=api[0], **authorizer)
    deployment = gateway.get_stage(restApiId=api[0], stageName="prod")["deploymentId"]
    with refused("ConflictException", "Stage already exists"):
        gateway.create_stage(restApiId=api[0], stageName="prod", deploymentId=deployment)


def test_references_must_exist_and_hold(gateway, api, function, tokens):
    """API reference PutMethod, DeleteAuthorizer, CreateDeployment, DeleteDeployment; texts of public deployments."""
    api_id = api[0]
    with refused("BadRequestException", "doesn't contain any methods"):
        gateway.create_deployment(restApiId=api_id, stageName="prod")
    where = {"restApiId": api_id, "resourceId": api[1], "httpMethod": "GET"}
    with refused("BadRequestException", "requires a valid authorizer"):
        gateway.put_method(**where, authorizationType="COGNITO_USER_POOLS", authorizerId="abc123")
    authorizer = gateway.create_authorizer(
        restApiId=api_id, name="people", type="COGNITO_USER_POOLS", providerARNs=[tokens["Pool"]]
    )["id"]
    gateway.put_method(**where, authorizationType="COGNITO_USER_POOLS", authorizerId=authorizer)
    with refused("BadRequestException", "No integration defined"):
        gateway.create_deployment(restApiId=api_id, stageName="prod")
    with refused("ConflictException", "is referenced in method"):
        gateway.delete_authorizer(restApiId=api_id, authorizerId=authorizer)
    gateway.delete_method(**where)
    put_method(gateway, api, function)
    deployment = gateway.create_deployment(restApiId=api_id, stageName="prod")["id"]
    with refused("BadRequestException", "Active stages"):
        gateway.delete_deployment(restApiId=api_id, deploymentId=deployment)
    with refused("BadRequestException", "Deployment id does not exist"):
        gateway.create_stage(restApiId=api_id, stageName="test", deploymentId="abc123")
    gateway.delete_authorizer(restApiId=api_id, authorizerId=authorizer)


def test_patches(gateway, api, deployed):
    """API reference, patch operations: lists by value, pointers with ~1, typed values, known paths only."""

    def patch(*operations):
        names = ("op", "path", "value")
        return [dict(zip(names, operation, strict=True)) for operation in operations]

    scoped = gateway.update_method(
        **deployed,
        patchOperations=patch(
            ("add", "/authorizationScopes", "openid"),
            ("add", "/authorizationScopes", "email"),
            ("remove", "/authorizationScopes", "openid"),
            ("add", "/requestParameters/method.request.path.team", "true"),
            ("replace", "/apiKeyRequired", "true"),
        ),
    )
    assert scoped["authorizationScopes"] == ["email"] and scoped["apiKeyRequired"] is True
    assert scoped["requestParameters"] == {"method.request.path.team": True}
    private = gateway.update_rest_api(
        restApiId=api[0], patchOperations=patch(("replace", "/endpointConfiguration/types/REGIONAL", "PRIVATE"))
    )
    assert private["endpointConfiguration"]["types"] == ["PRIVATE"]
    with refused("BadRequestException", "Invalid patch path /colour"):
        gateway.update_method(**deployed, patchOperations=patch(("replace", "/colour", "red")))
    response = gateway.update_gateway_response(
        restApiId=api[0],
        responseType="UNAUTHORIZED",
        patchOperations=patch(
            ("add", "/responseParameters/gatewayresponse.header.Cache-Control", "'no-store'"),
            ("replace", "/responseTemplates/application~1json", '{"message":"Sign in."}'),
        ),
    )
    assert response["responseTemplates"] == {"application/json": '{"message":"Sign in."}'}
    assert (response["statusCode"], response["defaultResponse"]) == ("401", False)


def test_tags_are_seen_at_once(gateway, api, deployed):
    """API reference TagResource, GetRestApi, GetStage."""
    arn = f"arn:aws:apigateway:{REGION}::/restapis/{api[0]}"
    gateway.tag_resource(resourceArn=arn, tags={"Platform": "p", "old": "1"})
    gateway.tag_resource(resourceArn=f"{arn}/stages/prod", tags={"Platform": "p"})
    gateway.untag_resource(resourceArn=arn, tagKeys=["old"])
    assert gateway.get_rest_api(restApiId=api[0])["tags"] == {"Platform": "p"}
    assert gateway.get_stage(restApiId=api[0], stageName="prod")["tags"] == {"Platform": "p"}


def test_resources_show_methods_when_asked(gateway, api, deployed):
    """API reference GetResources, embed=methods."""

    def method(**embed):
        items = gateway.get_resources(restApiId=api[0], **embed)["items"]
        return next(item for item in items if item["path"] == "/{team}")["resourceMethods"]["GET"]

    assert method() == {}
    assert method(embed=["methods"])["methodIntegration"]["type"] == "AWS_PROXY"


def test_deleted_resource_takes_its_children(gateway, api):
    """API reference DeleteResource."""
    gateway.create_resource(restApiId=api[0], parentId=api[1], pathPart="below")
    gateway.delete_resource(restApiId=api[0], resourceId=api[1])
    assert [item["path"] for item in gateway.get_resources(restApiId=api[0])["items"]] == ["/"]


def test_default_endpoint_type_is_edge(gateway):
    """API reference CreateRestApi, endpointConfiguration."""
    assert gateway.create_rest_api(name="x")["endpointConfiguration"]["types"] == ["EDGE"]


# --- data plane


def test_stage_serves_its_deployment(gateway, deployed, get, api):
    """Developer guide, deployments: changes are live only after the next one."""
    assert get().status_code == 200
    gateway.update_method(
        **deployed, patchOperations=[{"op": "replace", "path": "/authorizationType", "value": "AWS_IAM"}]
    )
    assert get().status_code == 200
    gateway.create_deployment(restApiId=api[0], stageName="prod")
    assert get().status_code == 403


def test_old_deployment_can_be_put_back(gateway, deployed, get, api):
    """Developer guide, deployments: a stage can point to an earlier one."""
    first = gateway.get_stage(restApiId=api[0], stageName="prod")["deploymentId"]
    gateway.delete_method(**deployed)
    gateway.put_method(**deployed, authorizationType="NONE")
    gateway.put_integration(**deployed, type="MOCK", requestTemplates={"application/json": '{"statusCode": 204}'})
    gateway.create_deployment(restApiId=api[0], stageName="prod")
    assert "resource" not in get().text
    back = [{"op": "replace", "path": "/deploymentId", "value": first}]
    gateway.update_stage(restApiId=api[0], stageName="prod", patchOperations=back)
    assert get().json()["resource"] == "/{team}"


@pytest.mark.parametrize(
    "source, status",
    [
        (None, 500),
        ("arn:aws:execute-api:{region}:{account}:{api}/*/POST/*", 500),
        ("arn:aws:execute-api:{region}:{account}:other/*/*/*", 500),
        ("arn:aws:execute-api:{region}:{account}:{api}/prod/GET/*", 200),
        ("arn:aws:execute-api:{region}:{account}:{api}/*", 200),
    ],
)
def test_function_needs_a_permission(client, gateway, api, function, get, source, status):
    """Developer guide, Lambda proxy integrations: without a fitting statement API Gateway answers 500."""
    put_method(gateway, api, function)
    gateway.create_deployment(restApiId=api[0], stageName="prod")
    if source:
        allow(client, function, source.format(region=REGION, account=ACCOUNT, api=api[0]))
    assert get().status_code == status


@pytest.mark.parametrize(
    "scopes, statuses",
    [
        ([], {"IdToken": 200, "AccessToken": 401, "RefreshToken": 401}),
        (["aws.cognito.signin.user.admin"], {"IdToken": 401, "AccessToken": 200, "RefreshToken": 401}),
        (["openid"], {"IdToken": 401, "AccessToken": 401, "RefreshToken": 401}),
    ],
)
def test_which_token_opens_which_method(client, gateway, api, function, tokens, get, scopes, statuses):
    """Developer guide, apigateway-enable-cognito-user-pool: no scopes takes ID tokens, scopes take access tokens."""
    authorizer = gateway.create_authorizer(
        restApiId=api[0],
        name="people",
        type="COGNITO_USER_POOLS",
        providerARNs=[tokens["Pool"]],
        identitySource="method.request.header.Authorization",
    )["id"]
    put_method(
        gateway,
        api,
        function,
        authorizationType="COGNITO_USER_POOLS",
        authorizerId=authorizer,
        authorizationScopes=scopes,
    )
    allow(client, function, f"arn:aws:execute-api:{REGION}:{ACCOUNT}:{api[0]}/*")
    gateway.create_deployment(restApiId=api[0], stageName="prod")
    assert get().status_code == 401
    answers = {name: get(tokens[name]) for name in statuses}
    assert {name: answer.status_code for name, answer in answers.items()} == statuses
    for answer in answers.values():
        if answer.status_code == 200:
            claims = answer.json()["requestContext"]["authorizer"]["claims"]
            # re:Post: groups of a REST API are one string, joined by commas; dates are words.
            assert sorted(claims["cognito:groups"].split(",")) == ["blue", "red"]
            assert " UTC " in claims["exp"]
            assert all(isinstance(value, str) for value in claims.values())


@pytest.mark.parametrize("path", ["/{pool}/.well-known/jwks.json", "/another/.well-known/jwks.json", "/keys"])
def test_authorizer_asks_nobody_for_the_keys_of_its_pool(path):
    """AWS has them: nobody with a valid token is refused because many ask at once, and a request for keys is lost."""
    pool = f"{REGION}_Authorizer"

    async def asked(url):
        return {"asked": url}

    with request_scope(ACCOUNT, REGION):
        cognito._user_pools[pool] = {"Id": pool}
        try:
            url = f"http://127.0.0.1:9{path.format(pool=pool)}"
            found = asyncio.run(execution._with_keys_at_hand(asked)(url))
        finally:
            del cognito._user_pools[pool]
    assert ("keys" in found) == ("{pool}" in path)
    assert found.get("asked", url) == url


def test_event_of_a_rest_api(deployed, get, api):
    """Developer guide, Lambda proxy event: domainName is the API's, and there is no version."""
    event = get().json()
    assert "version" not in event
    assert event["requestContext"]["domainName"] == f"{api[0]}.execute-api.{REGION}.amazonaws.com"


@pytest.mark.parametrize("path", ["//team1", "/team1//", "//"])
def test_path_with_an_empty_part_is_no_resource(emulator, deployed, api, path):
    """No resource's path part is empty (API reference CreateResource); other paths get MISSING_AUTHENTICATION_TOKEN."""
    answer = requests.get(f"{emulator.url}/_aws/execute-api/{api[0]}/prod{path}", timeout=30)
    assert (answer.status_code, answer.json()) == (403, {"message": "Missing Authentication Token"})


def test_disabled_endpoint_answers_403(gateway, deployed, get, api):
    """API reference, disableExecuteApiEndpoint."""
    off = [{"op": "replace", "path": "/disableExecuteApiEndpoint", "value": "true"}]
    gateway.update_rest_api(restApiId=api[0], patchOperations=off)
    assert (get().status_code, get().json()) == (403, {"message": "Forbidden"})


# --- access log


LOG_FORMAT = json.dumps(
    {"status": "$context.status", "path": "$context.resourcePath", "error": "$context.error.message"}
)


def access_log(group):
    return [
        {"op": "replace", "path": "/accessLogSettings/destinationArn", "value": group},
        {"op": "replace", "path": "/accessLogSettings/format", "value": LOG_FORMAT},
    ]


def test_access_log_is_written(client, gateway, deployed, get, api, role):
    """Developer guide, CloudWatch logging of REST APIs: account role first, then one line per request."""
    logs = client("logs")
    logs.create_log_group(logGroupName="access")
    arn = f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:access"
    settings = {"restApiId": api[0], "stageName": "prod", "patchOperations": access_log(arn)}
    with refused("BadRequestException", "CloudWatch Logs role ARN must be set"):
        gateway.update_stage(**settings)
    account = {"op": "replace", "path": "/cloudwatchRoleArn", "value": role("gateway", "apigateway.amazonaws.com")}
    gateway.update_account(patchOperations=[account])
    gateway.update_stage(**settings)
    get()
    gateway.delete_method(**deployed)
    put_method(gateway, api, "arn:aws:lambda:eu-central-1:111111111111:function:none", authorizationType="AWS_IAM")
    gateway.create_deployment(restApiId=api[0], stageName="prod")
    get()
    stream = logs.describe_log_streams(logGroupName="access")["logStreams"][0]["logStreamName"]
    lines = [
        json.loads(event["message"])
        for event in logs.get_log_events(logGroupName="access", logStreamName=stream)["events"]
    ]
    assert lines == [
        {"status": "200", "path": "/{team}", "error": "-"},
        {"status": "403", "path": "/{team}", "error": "Missing Authentication Token"},
    ]


def test_account_role_must_trust_api_gateway(gateway, role):
    """API reference UpdateAccount; text of public deployments."""
    for arn in (role("stranger", "lambda.amazonaws.com"), f"arn:aws:iam::{ACCOUNT}:role/nobody"):
        with refused("BadRequestException", "trust permission"):
            gateway.update_account(patchOperations=[{"op": "replace", "path": "/cloudwatchRoleArn", "value": arn}])
    assert "cloudwatchRoleArn" not in gateway.get_account()


def test_execution_log_needs_the_account_role_too(gateway, deployed, api):
    """Developer guide, CloudWatch logging of REST APIs."""
    level = [{"op": "replace", "path": "/*/*/logging/loglevel", "value": "INFO"}]
    with refused("BadRequestException", "CloudWatch Logs role ARN must be set"):
        gateway.update_stage(restApiId=api[0], stageName="prod", patchOperations=level)
    throttle = [{"op": "replace", "path": "/*/*/throttling/rateLimit", "value": "50"}]
    gateway.update_stage(restApiId=api[0], stageName="prod", patchOperations=throttle)
    settings = gateway.get_stage(restApiId=api[0], stageName="prod")["methodSettings"]["*/*"]
    assert settings["throttlingRateLimit"] == 50.0


def test_nothing_of_a_deleted_api_is_left(emulator, client):
    gateway = client("apigateway")
    api_id = gateway.create_rest_api(name="short-lived")["id"]
    gateway.create_request_validator(restApiId=api_id, name="parameters", validateRequestParameters=True)
    gateway.delete_rest_api(restApiId=api_id)
    assert requests.get(f"{emulator.url}/_emulator/resources", timeout=30).json() == []
