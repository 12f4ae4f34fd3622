# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""ImportRestApi, PutRestApi and GetExport, each with the source of AWS's behaviour."""

import json

import pytest
import requests
import yaml

from tests.emulator.aws_answers import ACCOUNT, REGION, refused

POOL = f"arn:aws:cognito-idp:{REGION}:{ACCOUNT}:userpool/{REGION}_abcdefghi"
MOCK = {
    "type": "mock",
    "passthroughBehavior": "when_no_match",
    "requestTemplates": {"application/json": '{"statusCode": 200}'},
    "responses": {"default": {"statusCode": "200", "responseTemplates": {"application/json": '{"ok":true}'}}},
}
OPENAPI = {
    "openapi": "3.0.1",
    "info": {"title": "login", "version": "7", "description": "Signing in"},
    "x-amazon-apigateway-binary-media-types": ["image/png"],
    "x-amazon-apigateway-request-validators": {"all": {"validateRequestBody": True, "validateRequestParameters": True}},
    "x-amazon-apigateway-gateway-responses": {
        "UNAUTHORIZED": {"statusCode": 401, "responseTemplates": {"application/json": '{"message":"Sign in."}'}}
    },
    "paths": {
        "/teams/{team}": {
            "parameters": [{"name": "team", "in": "path", "required": True, "schema": {"type": "string"}}],
            "get": {
                "operationId": "getTeam",
                "parameters": [{"$ref": "#/components/parameters/verbose"}],
                "security": [{"people": ["openid"]}],
                "responses": {"200": {"description": "ok", "headers": {"Cache-Control": {}}}},
                "x-amazon-apigateway-integration": MOCK,
            },
            "post": {
                "x-amazon-apigateway-request-validator": "all",
                "requestBody": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Team"}}}},
                "responses": {"200": {"description": "ok"}},
                "x-amazon-apigateway-integration": MOCK,
            },
        },
        "/portal": {
            "x-amazon-apigateway-any-method": {"responses": {"200": {}}, "x-amazon-apigateway-integration": MOCK}
        },
    },
    "components": {
        "parameters": {"verbose": {"name": "verbose", "in": "query", "schema": {"type": "boolean"}}},
        "schemas": {
            "Name": {"type": "string", "maxLength": 3},
            "Team": {"type": "object", "properties": {"name": {"$ref": "#/components/schemas/Name"}}},
        },
        "securitySchemes": {
            "people": {
                "type": "apiKey",
                "name": "Authorization",
                "in": "header",
                "x-amazon-apigateway-authtype": "cognito_user_pools",
                "x-amazon-apigateway-authorizer": {"type": "cognito_user_pools", "providerARNs": [POOL]},
            }
        },
    },
}
SWAGGER = {
    "swagger": "2.0",
    "info": {"title": "login", "version": "8"},
    "consumes": ["application/json"],
    "paths": {
        "/teams/{team}": {
            "post": {
                "parameters": [
                    {"name": "team", "in": "path", "required": True, "type": "string"},
                    {"name": "body", "in": "body", "schema": {"type": "object"}},
                ],
                "security": [{"sigv4": []}, {"api_key": []}],
                "responses": {"200": {"description": "ok", "schema": {"$ref": "#/definitions/Team"}}},
                "x-amazon-apigateway-integration": MOCK,
            }
        }
    },
    "definitions": {"Team": {"type": "object"}},
    "securityDefinitions": {
        "sigv4": {
            "type": "apiKey",
            "name": "Authorization",
            "in": "header",
            "x-amazon-apigateway-authtype": "awsSigv4",
        },
        "api_key": {"type": "apiKey", "name": "x-api-key", "in": "header"},
    },
}


@pytest.fixture
def gateway(client):
    return client("apigateway")


@pytest.fixture
def imported(gateway):
    """The id of an API made of OPENAPI."""
    return gateway.import_rest_api(body=json.dumps(OPENAPI))["id"]


def methods(gateway, api_id):
    """``{"GET /path": method}`` of everything in an API."""
    items = gateway.get_resources(restApiId=api_id, embed=["methods"])["items"]
    return {
        f"{name} {item['path']}": method for item in items for name, method in item.get("resourceMethods", {}).items()
    }


def changed(document, **members):
    """A deep copy of a document with other members."""
    return {**json.loads(json.dumps(document)), **members}


@pytest.mark.parametrize("text", [json.dumps, yaml.safe_dump], ids=["json", "yaml"])
def test_imported_api_is_what_the_document_says(gateway, text):
    """Developer guide, OpenAPI extensions; API reference ImportRestApi: JSON and YAML."""
    api = gateway.import_rest_api(body=text(OPENAPI), parameters={"endpointConfigurationTypes": "REGIONAL"})
    assert (api["name"], api["version"], api["description"]) == ("login", "7", "Signing in")
    assert (api["endpointConfiguration"]["types"], api["binaryMediaTypes"]) == (["REGIONAL"], ["image/png"])
    found = methods(gateway, api["id"])
    assert sorted(found) == ["ANY /portal", "GET /teams/{team}", "POST /teams/{team}"]
    get = found["GET /teams/{team}"]
    assert get["requestParameters"] == {"method.request.path.team": True, "method.request.querystring.verbose": False}
    assert (get["authorizationType"], get["authorizationScopes"]) == ("COGNITO_USER_POOLS", ["openid"])
    assert get["methodResponses"]["200"]["responseParameters"] == {"method.response.header.Cache-Control": False}
    assert (get["methodIntegration"]["type"], get["methodIntegration"]["passthroughBehavior"]) == (
        "MOCK",
        "WHEN_NO_MATCH",
    )
    assert get["operationName"] == "getTeam"
    (authorizer,) = gateway.get_authorizers(restApiId=api["id"])["items"]
    assert (authorizer["id"], authorizer["type"], authorizer["providerARNs"], authorizer["identitySource"]) == (
        get["authorizerId"],
        "COGNITO_USER_POOLS",
        [POOL],
        "method.request.header.Authorization",
    )
    post = found["POST /teams/{team}"]
    (validator,) = gateway.get_request_validators(restApiId=api["id"])["items"]
    assert (post["requestValidatorId"], validator["validateRequestBody"]) == (validator["id"], True)
    assert post["requestModels"] == {"application/json": "Team"}
    response = gateway.get_gateway_response(restApiId=api["id"], responseType="UNAUTHORIZED")
    assert response["responseTemplates"] == {"application/json": '{"message":"Sign in."}'}


def test_imported_api_serves_and_validates(emulator, gateway, imported):
    """Developer guide, request validation: models refer to each other, and an unfit body is a 400."""
    gateway.create_deployment(restApiId=imported, stageName="prod")
    url = f"{emulator.url}/_aws/execute-api/{imported}/prod"
    assert requests.get(f"{url}/portal", timeout=30).json() == {"ok": True}
    assert requests.get(f"{url}/teams/red", timeout=30).json() == {"message": "Sign in."}
    answers = [requests.post(f"{url}/teams/red", json={"name": name}, timeout=30) for name in ("red", "violet")]
    assert [answer.status_code for answer in answers] == [200, 400]


def test_swagger_is_imported_too(gateway):
    """Developer guide: Swagger 2 has its body among the parameters and its schemes in securityDefinitions."""
    api_id = gateway.import_rest_api(body=json.dumps(SWAGGER))["id"]
    post = methods(gateway, api_id)["POST /teams/{team}"]
    assert (post["authorizationType"], post["apiKeyRequired"]) == ("AWS_IAM", True)
    assert post["methodResponses"]["200"]["responseModels"] == {"application/json": "Team"}
    assert post["requestModels"]["application/json"].startswith("MODEL")
    assert post["requestParameters"] == {"method.request.path.team": True}


def operation_with(**members):
    return changed(
        OPENAPI, paths={"/x": {"get": {"responses": {}, "x-amazon-apigateway-integration": MOCK, **members}}}
    )


@pytest.mark.parametrize(
    "document, text",
    [
        ({"hello": 1}, "Invalid OpenAPI input"),
        ("[", "Invalid OpenAPI input"),
        ({"openapi": "3.1.0", "info": {"title": "x"}, "paths": {}}, "Invalid OpenAPI input"),
        ({"openapi": "3.0.1", "info": {}, "paths": {}}, "Title"),
        (operation_with(**{"x-amazon-apigateway-integration": {"uri": "x"}}), "malformed integration at path /x"),
        (operation_with(**{"x-amazon-apigateway-request-validator": "none"}), "Invalid Request Validator"),
        (operation_with(parameters=[{"$ref": "#/components/parameters/none"}]), "Unable to resolve reference"),
        (
            operation_with(requestBody={"content": {"a/b": {"schema": {"$ref": "#/components/schemas/None"}}}}),
            "Unable to put method 'GET' on resource at path '/x': Invalid model identifier specified: None",
        ),
        (changed(OPENAPI, paths={"/a b": {}}), "Resource's path part only allow"),
        (changed(OPENAPI, **{"x-amazon-apigateway-gateway-responses": {"NONE": {}}}), "gateway response"),
    ],
)
def test_bad_documents_make_nothing(gateway, document, text):
    """Developer guide, errors and warnings during import; texts of public deployments."""
    with refused("BadRequestException", text):
        gateway.import_rest_api(body=document if isinstance(document, str) else json.dumps(document))
    assert gateway.get_rest_apis()["items"] == []


def test_bad_document_leaves_an_api_as_it_was(gateway, imported):
    """API reference PutRestApi: an API is updated as a whole or not at all."""
    before = (methods(gateway, imported), gateway.get_rest_apis()["items"])
    bad = operation_with(**{"x-amazon-apigateway-request-validator": "none"})
    with refused("BadRequestException", "Errors found during import"):
        gateway.put_rest_api(restApiId=imported, mode="overwrite", body=json.dumps(bad))
    assert (methods(gateway, imported), gateway.get_rest_apis()["items"]) == before


def test_warnings_fail_only_when_asked(gateway):
    """API reference ImportRestApi, failOnWarnings: false by default."""
    warned = changed(OPENAPI, paths={"/x": {"get": {"x-amazon-apigateway-integration": MOCK}}})
    with refused("BadRequestException", "Warnings found during import"):
        gateway.import_rest_api(body=json.dumps(warned), failOnWarnings=True)
    assert "responses is missing" in gateway.import_rest_api(body=json.dumps(warned))["warnings"][0]
    gateway.import_rest_api(body=json.dumps(OPENAPI), failOnWarnings=True)


SMALL = {
    "openapi": "3.0.1",
    "info": {"title": "login", "version": "9"},
    "paths": {"/portal": {"get": {"responses": {}, "x-amazon-apigateway-integration": MOCK}}},
}


def test_merge_adds_and_replaces(gateway, imported):
    """Developer guide, update an API with OpenAPI: merge is the default and removes nothing."""
    gateway.put_rest_api(restApiId=imported, body=json.dumps(SMALL))
    assert sorted(methods(gateway, imported)) == [
        "ANY /portal",
        "GET /portal",
        "GET /teams/{team}",
        "POST /teams/{team}",
    ]
    before = gateway.get_authorizers(restApiId=imported)["items"]
    gateway.put_rest_api(restApiId=imported, mode="merge", body=json.dumps(OPENAPI))
    assert gateway.get_authorizers(restApiId=imported)["items"] == before
    assert gateway.get_rest_api(restApiId=imported)["version"] == "7"


def test_overwrite_removes_what_the_document_lacks(gateway, imported):
    """Developer guide, update an API with OpenAPI: overwrite keeps the id, the endpoint type and the tags."""
    arn = f"arn:aws:apigateway:{REGION}::/restapis/{imported}"
    gateway.tag_resource(resourceArn=arn, tags={"Platform": "p"})
    root = gateway.get_rest_api(restApiId=imported)["rootResourceId"]
    api = gateway.put_rest_api(restApiId=imported, mode="overwrite", body=json.dumps(SMALL))
    assert (api["id"], api["tags"], api["rootResourceId"]) == (imported, {"Platform": "p"}, root)
    assert "binaryMediaTypes" not in api and "description" not in api
    assert list(methods(gateway, imported)) == ["GET /portal"]
    assert gateway.get_authorizers(restApiId=imported)["items"] == []
    assert gateway.get_models(restApiId=imported)["items"] == []
    assert gateway.get_gateway_response(restApiId=imported, responseType="UNAUTHORIZED")["defaultResponse"] is True
    assert {item["path"] for item in gateway.get_resources(restApiId=imported)["items"]} == {"/", "/portal"}


def test_put_of_an_unknown_api_or_mode(gateway, imported):
    """API reference PutRestApi: NotFoundException; mode is merge or overwrite."""
    with refused("NotFoundException"):
        gateway.put_rest_api(restApiId="none", body=json.dumps(OPENAPI))
    with refused("BadRequestException"):
        gateway.put_rest_api(restApiId=imported, mode="other", body=json.dumps(OPENAPI))


@pytest.mark.parametrize("kind", ["oas30", "swagger"])
def test_export_can_be_imported_again(gateway, imported, kind):
    """Developer guide, export a REST API with extensions=apigateway: security, validators, gateway responses stay."""
    gateway.create_deployment(restApiId=imported, stageName="prod")
    exported = gateway.get_export(
        restApiId=imported, stageName="prod", exportType=kind, parameters={"extensions": "apigateway"}
    )["body"].read()
    again = gateway.import_rest_api(body=exported)["id"]

    def comparable(api_id):
        """Without ids and namespaces, which are another API's."""
        own = ("authorizerId", "requestValidatorId", "cacheNamespace")
        return json.loads(
            json.dumps(methods(gateway, api_id), sort_keys=True),
            object_hook=lambda item: {name: value for name, value in item.items() if name not in own},
        )

    assert comparable(again) == comparable(imported)
    assert [item["providerARNs"] for item in gateway.get_authorizers(restApiId=again)["items"]] == [[POOL]]
    assert [item["name"] for item in gateway.get_request_validators(restApiId=again)["items"]] == ["all"]
    response = gateway.get_gateway_response(restApiId=again, responseType="UNAUTHORIZED")
    assert response["responseTemplates"] == {"application/json": '{"message":"Sign in."}'}


def test_export_is_of_the_deployment(gateway, imported):
    """API reference GetExport: what a stage serves, not what has changed since."""
    gateway.create_deployment(restApiId=imported, stageName="prod")
    gateway.put_rest_api(restApiId=imported, mode="overwrite", body=json.dumps(SMALL))
    exported = json.loads(gateway.get_export(restApiId=imported, stageName="prod", exportType="oas30")["body"].read())
    assert sorted(exported["paths"]) == ["/portal", "/teams/{team}"]
    assert "x-amazon-apigateway-integration" not in exported["paths"]["/teams/{team}"]["get"]


def test_responses_are_patched(gateway, imported):
    """API reference UpdateMethodResponse, UpdateIntegrationResponse."""
    resource = next(
        item["id"] for item in gateway.get_resources(restApiId=imported)["items"] if item["path"] == "/teams/{team}"
    )
    where = {"restApiId": imported, "resourceId": resource, "httpMethod": "GET", "statusCode": "200"}

    def patch(path, value):
        return {"patchOperations": [{"op": "add", "path": path, "value": value}]}

    header = "method.response.header.X-Team"
    method = gateway.update_method_response(**where, **patch(f"/responseParameters/{header}", "true"))
    assert method["responseParameters"][header] is True
    integration = gateway.update_integration_response(**where, **patch(f"/responseParameters/{header}", "'red'"))
    assert integration["responseParameters"] == {header: "'red'"}
    with refused("BadRequestException", "Invalid patch path"):
        gateway.update_method_response(**where, **patch("/colour", "red"))
    with refused("NotFoundException"):
        gateway.update_integration_response(**{**where, "statusCode": "404"}, **patch("/selectionPattern", "x"))


def test_caches_are_flushed(gateway, imported):
    """API reference FlushStageCache, FlushStageAuthorizersCache."""
    gateway.create_deployment(restApiId=imported, stageName="prod")
    for flush in (gateway.flush_stage_cache, gateway.flush_stage_authorizers_cache):
        assert flush(restApiId=imported, stageName="prod")["ResponseMetadata"]["HTTPStatusCode"] == 202
        with refused("NotFoundException"):
            flush(restApiId=imported, stageName="none")


def test_models_of_an_api_are_its_own(gateway, imported):
    """Developer guide, models: a schema refers to another model by the API's own address."""
    schema = json.loads(gateway.get_model(restApiId=imported, modelName="Team")["schema"])
    reference = f"https://apigateway.amazonaws.com/restapis/{imported}/models/Name"
    assert schema["properties"]["name"]["$ref"] == reference
