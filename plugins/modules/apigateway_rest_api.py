#!/usr/bin/python
# -*- coding: utf-8 -*-

# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

DOCUMENTATION = r"""
module: apigateway_rest_api
short_description: Manage a REST API with its routes and its stage
version_added: 0.1.0
description:
  - Creates, changes and deletes an Amazon API Gateway REST API, everything in it, and one stage.
  - O(authorizers), O(request_validators), O(gateway_responses) and O(routes) are complete lists. What the API has
    beside them is removed, only within this API. A list that is left out is left alone.
  - Only what differs is changed. The API is deployed when and only when the stage does not serve the wanted definition,
    also after a run that died between a change and its deployment.
author:
  - Contributors to the mlplatform.studio project (@mlplatform)
notes:
  - API Gateway does not keep names unique. Where several REST APIs share the name the module refuses to guess.
  - A deployment made by this module carries a hash of the definition in its description. After a successful deployment
    the earlier ones made by this module which no stage uses are deleted; to go back, deploy the earlier definition.
    Deployments made otherwise, and other stages, are left alone.
  - Settings of single methods of the stage are removed where no route asks for them, when O(routes) and O(stage) are
    both given.
  - The control plane of API Gateway allows few calls (for an account one DeleteRestApi in 30 seconds). The module waits
    for its turn for up to three minutes per call.
  - VPC links, models, caches, canaries, usage plans and custom domains are not managed.
options:
  owner_tags:
    description:
      - With O(state=present), tags that it must carry. Several REST APIs may have one name, and those without these
        tags are somebody else's, and left alone.
    type: dict
  name:
    description:
      - The name of the REST API.
    type: str
    required: true
  description:
    description:
      - What the API is for.
    type: str
  endpoint_configuration:
    description:
      - From where the API can be reached.
    type: dict
    suboptions:
      types:
        description: The one endpoint type. It is changed in place.
        type: list
        elements: str
        choices: [REGIONAL, PRIVATE, EDGE]
      vpc_endpoint_ids:
        description: The VPC endpoints that get a DNS name for a V(PRIVATE) API.
        type: list
        elements: str
  policy:
    description:
      - The resource policy, as a dict or as JSON. An empty dict removes it. A V(PRIVATE) API needs one.
      - It is compared by meaning. The API itself is written C(execute-api:/STAGE/METHOD/PATH).
    type: raw
  disable_execute_api_endpoint:
    description:
      - Whether the default address of the API is switched off.
    type: bool
  binary_media_types:
    description:
      - The media types that are handed on as bytes.
    type: list
    elements: str
  authorizers:
    description:
      - Who decides whether a caller may use a route.
    type: list
    elements: dict
    suboptions:
      name:
        description: The name, by which routes use it.
        type: str
        required: true
      type:
        description: Cognito user pools, or a Lambda function that reads a token or the request.
        type: str
        choices: [COGNITO_USER_POOLS, TOKEN, REQUEST]
        default: COGNITO_USER_POOLS
      provider_arns:
        description: The ARNs of the user pools.
        type: list
        elements: str
      authorizer_uri:
        description: The invocation URI of the Lambda function.
        type: str
      authorizer_credentials:
        description: The ARN of the role with which the function is called.
        type: str
      authorizer_result_ttl_in_seconds:
        description: How long a decision is kept, in seconds; AWS's default at first, left alone when left out.
        type: int
      identity_source:
        description: Where the token is; the Authorization header by default, except for V(REQUEST).
        type: str
      identity_validation_expression:
        description: A regular expression that the token must match.
        type: str
  request_validators:
    description:
      - What of a request is checked before it is handed on.
    type: list
    elements: dict
    suboptions:
      name:
        description: The name, by which routes use it.
        type: str
        required: true
      validate_request_body:
        description: Whether the body is checked.
        type: bool
        default: false
      validate_request_parameters:
        description: Whether the required parameters are checked.
        type: bool
        default: false
  routes:
    description:
      - The methods of the API. What a route leaves out has AWS's default.
    type: list
    elements: dict
    suboptions:
      path:
        description: The path, for example V(/), V(/portal) or V(/teams/{team}).
        type: str
        required: true
      method:
        description: The HTTP method.
        type: str
        choices: [ANY, DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT]
        default: GET
      authorizer:
        description: The name of the authorizer.
        type: str
      authorization_type:
        description: How callers are authorized. It follows from O(routes[].authorizer); otherwise it is V(NONE).
        type: str
        choices: [NONE, AWS_IAM, CUSTOM, COGNITO_USER_POOLS]
      authorization_scopes:
        description:
          - The scopes of which a token must carry one.
          - With scopes a Cognito authorizer takes access tokens, without it takes ID tokens.
        type: list
        elements: str
      api_key_required:
        description: Whether callers must send an API key.
        type: bool
        default: false
      request_parameters:
        description: Parameters such as C(method.request.path.team), each with whether it is required.
        type: dict
      request_validator:
        description: The name of the request validator.
        type: str
      throttling:
        description: Limits for this method alone, set in the stage. AWS has none for V(ANY).
        type: dict
        suboptions:
          rate_limit:
            description: Requests in a second.
            type: float
          burst_limit:
            description: Requests at once.
            type: int
      method_responses:
        description: The answers the method declares; only needed where the integration is no proxy.
        type: list
        elements: dict
        suboptions:
          status_code:
            description: The HTTP status.
            type: str
            required: true
          response_parameters:
            description: Headers such as C(method.response.header.Location), each with whether it is required.
            type: dict
          response_models:
            description: The models of the body by media type.
            type: dict
      integration:
        description: What answers the request.
        type: dict
        required: true
        suboptions:
          type:
            description: The kind of integration.
            type: str
            choices: [AWS_PROXY, AWS, HTTP_PROXY, HTTP, MOCK]
            default: AWS_PROXY
          lambda_function_arn:
            description: The ARN of the Lambda function that answers, from which the URI follows.
            type: str
          uri:
            description: The URI of another backend.
            type: str
          http_method:
            description: The method with which the backend is called; POST by default, and always with Lambda.
            type: str
          credentials:
            description: The ARN of the role with which the backend is called.
            type: str
          timeout_in_millis:
            description: How long the backend may take, in milliseconds, from 50 to 29000.
            type: int
            default: 29000
          passthrough_behavior:
            description: What happens to a body for which there is no template.
            type: str
            choices: [WHEN_NO_MATCH, WHEN_NO_TEMPLATES, NEVER]
            default: WHEN_NO_MATCH
          content_handling:
            description: How the body is converted.
            type: str
            choices: [CONVERT_TO_BINARY, CONVERT_TO_TEXT]
          request_parameters:
            description: What the backend's parameters are made of.
            type: dict
          request_templates:
            description: What the backend's body is made of, by media type.
            type: dict
          integration_responses:
            description: How answers of the backend become answers of the method.
            type: list
            elements: dict
            suboptions:
              status_code:
                description: The HTTP status of the method's answer.
                type: str
                required: true
              selection_pattern:
                description: A regular expression for the answers of the backend that this is for.
                type: str
              response_parameters:
                description: What the headers of the answer are made of.
                type: dict
              response_templates:
                description: What the body of the answer is made of, by media type.
                type: dict
  gateway_responses:
    description:
      - The answers that API Gateway itself gives, where they differ from AWS's.
    type: list
    elements: dict
    suboptions:
      response_type:
        description: The kind of answer, for example V(UNAUTHORIZED) or V(DEFAULT_4XX).
        type: str
        required: true
      status_code:
        description: The HTTP status; AWS's default at first, left alone when left out.
        type: str
      response_parameters:
        description: The headers, for example C(gatewayresponse.header.Cache-Control).
        type: dict
      response_templates:
        description: The bodies by media type; AWS's default at first, left alone when left out.
        type: dict
  stage:
    description:
      - The stage under which the API is deployed. Without it nothing is deployed.
      - What is left out of it is left alone.
    type: dict
    suboptions:
      name:
        description: The name of the stage, the first part of the path of every URL.
        type: str
        required: true
      variables:
        description: The stage variables. Variables that are not listed are left alone.
        type: dict
      tracing_enabled:
        description: Whether requests are traced with AWS X-Ray.
        type: bool
      access_log_settings:
        description: The access log. It needs the account's role, see M(mlplatform.studio.apigateway_account).
        type: dict
        suboptions:
          destination_arn:
            description: The ARN of the log group.
            type: str
            required: true
          format:
            description: The format of a line, with C($context) variables.
            type: str
            required: true
      throttling:
        description: Limits for every method.
        type: dict
        suboptions:
          rate_limit:
            description: Requests in a second.
            type: float
          burst_limit:
            description: Requests at once.
            type: int
      logging_level:
        description: The level of the execution log, which needs the account's role too.
        type: str
        choices: ["OFF", ERROR, INFO]
      data_trace_enabled:
        description: Whether whole requests and answers, with all that is secret in them, are logged.
        type: bool
      metrics_enabled:
        description: Whether there are metrics for each method.
        type: bool
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
  - amazon.aws.tags
  - mlplatform.studio.attributes
  - mlplatform.studio.options.state
  - mlplatform.studio.options.removal_tags
"""

EXAMPLES = r"""
- name: An API with one route for members of a user pool
  mlplatform.studio.apigateway_rest_api:
    name: sagemaker-studio
    endpoint_configuration:
      types: [REGIONAL]
    authorizers:
      - name: user-pool
        provider_arns: [arn:aws:cognito-idp:eu-central-1:111111111111:userpool/eu-central-1_AbCdEfGhI]
    routes:
      - path: /teams/{team}
        method: GET
        authorizer: user-pool
        authorization_scopes: [openid]
        request_parameters:
          method.request.path.team: true
        integration:
          lambda_function_arn: arn:aws:lambda:eu-central-1:111111111111:function:presigned-url
    stage:
      name: prod
      throttling:
        rate_limit: 20
        burst_limit: 40
    tags: {Platform: sagemaker-studio}

- name: Nothing is left of it
  mlplatform.studio.apigateway_rest_api:
    name: sagemaker-studio
    match_tags: {Platform: sagemaker-studio}
    state: absent
"""

RETURN = r"""
rest_api:
  description: The REST API after the change; empty when it is gone.
  returned: success
  type: dict
  contains:
    id:
      description: The id of the API.
      type: str
      returned: when it exists
      sample: a1b2c3d4e5
    name:
      description: The name of the API.
      type: str
      returned: when it exists
      sample: sagemaker-studio
    root_resource_id:
      description: The id of the resource C(/).
      type: str
      returned: when it exists
      sample: f6g7h8i9j0
    arn:
      description: The ARN of the API.
      type: str
      returned: when it exists
      sample: arn:aws:apigateway:eu-central-1::/restapis/a1b2c3d4e5
    policy:
      description: The resource policy; empty when there is none.
      type: dict
      returned: when it exists
      sample: {}
    tags:
      description: The tags of the API, which are also put on the stage.
      type: dict
      returned: when it exists
      sample: {"Platform": "studio"}
    stage_name:
      description: The name of the stage.
      type: str
      returned: when there is one
      sample: prod
    invoke_url:
      description: The URL of the stage.
      type: str
      returned: when there is one
      sample: https://a1b2c3d4e5.execute-api.eu-central-1.amazonaws.com/prod
    deployed:
      description: Whether this run deployed the API, or would have in check mode.
      type: bool
      returned: when it exists
      sample: true
"""

from ansible_collections.mlplatform.studio.plugins.module_utils._modules.apigateway_rest_api import MODULE


def main() -> None:
    MODULE.main()


if __name__ == "__main__":
    main()
