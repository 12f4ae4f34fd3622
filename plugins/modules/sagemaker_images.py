#!/usr/bin/python
# -*- coding: utf-8 -*-

# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

DOCUMENTATION = r"""
module: sagemaker_images
short_description: Manage custom images of Amazon SageMaker Studio and how apps run them
version_added: 0.1.0
description:
  - Creates, changes and deletes SageMaker images, their versions, and the configurations with which apps run them.
  - A version belongs to a container image in Amazon ECR and never changes. So another O(images[].image_uri) becomes a
    new version, which apps take when they start the next time.
  - AWS looks a tag such as C(latest) up when it makes the version. New content behind the same tag is not noticed; give
    every content a tag of its own, or its digest.
author:
  - Contributors to the mlplatform.studio project (@mlplatform)
options:
  images:
    description:
      - The images.
    type: list
    elements: dict
    default: []
    suboptions:
      name:
        description: The name, with letters, digits and single inner hyphens and dots, at most 63 characters.
        type: str
        required: true
        aliases: [image_name]
      image_uri:
        description: The container image in Amazon ECR. Needed with O(state=present).
        type: str
        aliases: [base_image]
      role_arn:
        description: The role with which SageMaker fetches the container image. Needed with O(state=present).
        type: str
      display_name:
        description: The name that Studio shows.
        type: str
      description:
        description: What the image is for.
        type: str
  app_image_configs:
    description:
      - How apps run images; the members have the names of the API in snake case.
    type: list
    elements: dict
    default: []
    suboptions:
      name:
        description: The name of the configuration, with letters, digits and inner hyphens, at most 63 characters.
        type: str
        required: true
        aliases: [app_image_config_name]
      jupyter_lab_app_image_config:
        description: How JupyterLab runs it, with C(file_system_config) and C(container_config).
        type: dict
      code_editor_app_image_config:
        description: How Code Editor runs it, with C(file_system_config) and C(container_config).
        type: dict
      kernel_gateway_image_config:
        description: How the kernel gateway of Studio Classic runs it, with C(kernel_specs) and C(file_system_config).
        type: dict
  create:
    description:
      - Whether O(images) and O(app_image_configs) are made and changed. Otherwise they are only kept from
        O(purge_match_tags), as after a domain no longer names what goes.
    type: bool
    default: true
  purge_match_tags:
    description:
      - Deletes every image and configuration that carries all of these tags and is not listed.
      - With O(state=present) those stay that a domain, a user profile, a space or a running app still uses, with a
        warning that names it. AWS itself deletes them, and what uses them never starts again.
    type: dict
  purge_name_prefixes:
    description:
      - Limits O(purge_match_tags) to names that begin with one of these.
    type: list
    elements: str
    default: []
    version_added: 0.1.0
  ignored_domain_ids:
    description:
      - Domains whose settings do not keep anything from O(purge_match_tags). In check mode they still name what an
        earlier task would have taken out.
    type: list
    elements: str
    default: []
    version_added: 0.1.0
  wait_timeout:
    description:
      - How long to wait for each image and version, in seconds.
    type: int
    default: 600
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.tags
  - mlplatform.studio.options.owner_tags
  - amazon.aws.boto3
  - mlplatform.studio.attributes
  - mlplatform.studio.options.state
"""

EXAMPLES = r"""
- name: An image of the team, for JupyterLab
  mlplatform.studio.sagemaker_images:
    images:
      - name: team1.geo
        image_uri: 111111111111.dkr.ecr.eu-central-1.amazonaws.com/geo:1.4
        role_arn: arn:aws:iam::111111111111:role/team1-execution
        display_name: Geo analysis
    app_image_configs:
      - name: team1-geo-jupyterlab
        jupyter_lab_app_image_config:
          container_config:
            container_environment_variables: {PROJ_NETWORK: "OFF"}
    tags: {DomainName: team1}

- name: Delete all images of the team
  mlplatform.studio.sagemaker_images:
    purge_match_tags: {DomainName: team1}
    state: absent
"""

RETURN = r"""
images:
  description: The listed images as SageMaker describes them after the change; empty with O(create=false).
  returned: success
  type: list
  elements: dict
  contains:
    image_name:
      description: The name of the image.
      type: str
      returned: always
      sample: team1.geo
    image_arn:
      description: The ARN of the image.
      type: str
      returned: when it exists
      sample: arn:aws:sagemaker:eu-central-1:111111111111:image/team1.geo
    base_image:
      description: The container image of the latest version.
      type: str
      returned: when it exists
      sample: 111111111111.dkr.ecr.eu-central-1.amazonaws.com/geo:1.4
    version:
      description: The number of the latest version.
      type: int
      returned: when it exists
      sample: 1
app_image_configs:
  description: The listed configurations as SageMaker describes them after the change.
  returned: success
  type: list
  elements: dict
  contains:
    app_image_config_name:
      description: The name of the configuration.
      type: str
      returned: always
      sample: team1-geo-jupyterlab
actions:
  description: What was done, by kind and name.
  returned: success
  type: dict
  sample: {"image team1.geo": "create"}
failures:
  description: Why some failed, by kind and name. The others of the kind were done.
  returned: when some failed
  type: dict
  sample: {"image team1.geo": "SageMaker could not make a version of image team1.geo"}
"""

from ansible_collections.mlplatform.studio.plugins.module_utils._modules.sagemaker_images import MODULE


def main() -> None:
    MODULE.main()


if __name__ == "__main__":
    main()
