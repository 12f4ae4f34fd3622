#!/usr/bin/python
# -*- coding: utf-8 -*-

# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

DOCUMENTATION = r"""
module: lambda_function
short_description: Manage a Lambda function made of a directory of code
version_added: 0.1.0
description:
  - Creates, changes and deletes an AWS Lambda function. Its code is packed in memory, the same way on every machine,
    and uploaded when and only when it differs from what the function runs.
author:
  - Contributors to the mlplatform.studio project (@mlplatform)
notes:
  - The module M(amazon.aws.lambda) reports a change on every run with a KMS key, cannot empty a value, and takes a
    function out of its VPC when the VPC options are left out.
  - A role or key that was created a moment ago is waited for, for up to two minutes.
  - Lambda keeps the log group C(/aws/lambda/NAME) when a function is deleted.
options:
  name:
    description:
      - The name of the function.
    type: str
    required: true
    aliases: [function_name]
  role:
    description:
      - The ARN of the role that the function runs with. Needed with O(state=present).
    type: str
  handler:
    description:
      - The function that Lambda calls, for example V(handler.handle). Needed with O(state=present).
    type: str
  runtime:
    description:
      - The runtime, for example V(python3.13). Needed with O(state=present).
    type: str
  source_dir:
    description:
      - The directory on the machine where the module runs that holds the code. Needed with O(state=present).
      - Everything in it is packed except compiled Python.
    type: path
  description:
    description:
      - What the function is for.
    type: str
  timeout:
    description:
      - How long a call may take, in seconds.
    type: int
  memory_size:
    description:
      - The memory of the function, in MB.
    type: int
  environment:
    description:
      - Environment variables. Variables that are not listed stay as they are.
      - Lambda shows them to everyone who may read the function, so no secret belongs here.
    type: dict
  architectures:
    description:
      - The processor architecture.
    type: list
    elements: str
    choices: [x86_64, arm64]
  vpc_config:
    description:
      - The subnets and security groups that the function uses. Empty lists take it out of its VPC.
    type: dict
    suboptions:
      subnet_ids:
        description: The ids of the subnets.
        type: list
        elements: str
      security_group_ids:
        description: The ids of the security groups.
        type: list
        elements: str
  tracing_config:
    description:
      - Tracing with AWS X-Ray.
    type: dict
    suboptions:
      mode:
        description: Whether the function takes part in traces by itself, or only in those that its caller began.
        type: str
        choices: [Active, PassThrough]
  kms_key_arn:
    description:
      - The ARN of the key that encrypts the environment variables; V("") is AWS's own key.
    type: str
  logging_config:
    description:
      - Where and how the function logs.
    type: dict
    suboptions:
      log_format:
        description: The format of the log.
        type: str
        choices: [JSON, Text]
      application_log_level:
        description: The lowest level that is kept of what the code logs, with the format V(JSON).
        type: str
        choices: [TRACE, DEBUG, INFO, WARN, ERROR, FATAL]
      system_log_level:
        description: The lowest level that is kept of what Lambda logs, with the format V(JSON).
        type: str
        choices: [DEBUG, INFO, WARN]
      log_group:
        description: The name of the log group.
        type: str
  wait_timeout:
    description:
      - How long to wait until the function is ready, in seconds.
    type: int
    default: 300
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
  - amazon.aws.tags
  - mlplatform.studio.options.owner_tags
  - mlplatform.studio.attributes
  - mlplatform.studio.options.state
  - mlplatform.studio.options.removal_tags
  - mlplatform.studio.options.wait
"""

EXAMPLES = r"""
- name: A function made of a directory
  mlplatform.studio.lambda_function:
    name: presigned-url
    role: arn:aws:iam::111111111111:role/presigned-url
    runtime: python3.13
    handler: handler.handle
    source_dir: "{{ role_path }}/files/presigned_url"
    timeout: 20
    environment:
      PLATFORM: studio
    tags: {Platform: studio}

- name: The same function, gone
  mlplatform.studio.lambda_function:
    name: presigned-url
    match_tags: {Platform: studio}
    state: absent
"""

RETURN = r"""
function:
  description: The function as Lambda describes it after the change; empty when it is gone.
  returned: success
  type: dict
  contains:
    function_name:
      description: The name of the function.
      type: str
      returned: when it exists
      sample: presigned-url
    function_arn:
      description: The ARN of the function; predicted in check mode.
      type: str
      returned: when it exists
      sample: arn:aws:lambda:eu-central-1:111111111111:function:presigned-url
    code_sha256:
      description: The base64-encoded SHA-256 of the deployed archive; predicted in check mode.
      type: str
      returned: when it exists
      sample: 47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=
    state:
      description: The state of the function.
      type: str
      returned: when it exists
      sample: Active
    environment:
      description: The environment variables.
      type: dict
      returned: when it exists
      sample: {"PLATFORM": "studio"}
    tags:
      description: The tags of the function.
      type: dict
      returned: when it exists
      sample: {"Platform": "studio"}
"""

from ansible_collections.mlplatform.studio.plugins.module_utils._modules.lambda_function import MODULE


def main() -> None:
    MODULE.main()


if __name__ == "__main__":
    main()
