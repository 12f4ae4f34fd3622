#!/usr/bin/python
# -*- coding: utf-8 -*-

# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

DOCUMENTATION = r"""
module: sagemaker_apps
short_description: Start and stop the apps of an Amazon SageMaker Studio domain
version_added: 0.1.0
description:
  - Starts or stops any number of apps of one domain at the same time, and waits for all together.
  - An app is a running program on an instance of its own. Stopping it deletes it and ends what runs in it; the disk of
    its space stays.
  - One app that fails does not keep the others from being done; RV(failures) says why each failed.
  - AWS still shows a stopped app for 24 hours. Such an app, and one whose start failed, counts as not being there. A
    failed app is never deleted, as AWS does that by itself, and starting it again makes a new one.
  - An app cannot be changed. Another O(apps[].resource_spec) for a running app is refused; stop it first.
author:
  - Contributors to the mlplatform.studio project (@mlplatform)
options:
  apps:
    description:
      - The apps that should run, or with O(state=absent) those that should not.
    type: list
    elements: dict
    default: []
    suboptions:
      space_name:
        description:
          - The space of the app; JupyterLab and Code Editor run in spaces.
          - Exactly one of O(apps[].space_name) and O(apps[].user_profile_name) must be given.
        type: str
      user_profile_name:
        description:
          - The user profile of the app, in any case.
        type: str
      app_type:
        description:
          - The kind of app. AWS starts no JupyterServer and KernelGateway apps any more, and still stops them.
        type: str
        required: true
        choices:
          - JupyterServer
          - KernelGateway
          - DetailedProfiler
          - TensorBoard
          - CodeEditor
          - JupyterLab
          - RStudioServerPro
          - RSessionGateway
          - Canvas
      app_name:
        description:
          - The name of the app. Studio itself uses V(default).
        type: str
        default: default
      resource_spec:
        description:
          - The instance type, image and lifecycle configuration, with the names of the API's C(ResourceSpec) in snake
            case. What it does not name comes from the space, the profile or the domain.
        type: dict
  scope:
    description:
      - Which apps O(state=absent) stops; V(listed) means O(apps), the others every app that lives there, without list.
      - V(domain) means the whole domain, V(space) the space O(space_name), and V(user_profile) the profile
        O(user_profile_name) together with the private spaces that it owns.
    type: str
    choices: [listed, domain, space, user_profile]
    default: listed
  space_name:
    description:
      - The space of O(scope=space).
    type: str
  user_profile_name:
    description:
      - The profile of O(scope=user_profile), in any case.
    type: str
  state:
    description:
      - Whether the apps should run. V(started) is another word for V(present), and V(stopped) for V(absent).
    type: str
    choices: [present, started, absent, stopped]
    default: present
  wait_timeout:
    description:
      - How long to wait for each app, in seconds.
    type: int
    default: 1200
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
  - mlplatform.studio.attributes
  - mlplatform.studio.options.domain
  - mlplatform.studio.options.wait
"""

EXAMPLES = r"""
- name: JupyterLab in a shared space, on a larger instance than usual
  mlplatform.studio.sagemaker_apps:
    domain_id: d-0123456789ab
    apps:
      - space_name: shared-lab
        app_type: JupyterLab
        resource_spec:
          instance_type: ml.m5.xlarge
    state: started

- name: Stop everything that runs in a domain
  mlplatform.studio.sagemaker_apps:
    domain_id: d-0123456789ab
    scope: domain
    state: stopped
"""

RETURN = r"""
apps:
  description: The listed apps as AWS describes them after the change; none of those that were stopped.
  returned: success
  type: list
  elements: dict
  contains:
    app_name:
      description: The name of the app.
      type: str
      returned: always
      sample: default
    app_type:
      description: The kind of app.
      type: str
      returned: always
      sample: JupyterLab
    space_name:
      description: The space of the app.
      type: str
      returned: when it is in a space
      sample: shared-lab
    user_profile_name:
      description: The user profile of the app.
      type: str
      returned: when it is of a profile
      sample: ada
    app_arn:
      description: The ARN of the app.
      type: str
      returned: when it exists
      sample: arn:aws:sagemaker:eu-central-1:111111111111:app/d-0123456789ab/shared-lab/jupyterlab/default
    status:
      description: The status of the app.
      type: str
      returned: when it exists
      sample: InService
    resource_spec:
      description: On what the app runs.
      type: dict
      returned: when it exists
      sample: {"instance_type": "ml.m5.xlarge"}
actions:
  description: What was done, by C(owner/app type/app name); V(create) or V(delete).
  returned: success
  type: dict
  sample: {"shared-lab/JupyterLab/default": "create"}
failures:
  description: Why apps failed, by C(owner/app type/app name). The others were done.
  returned: when some failed
  type: dict
  sample: {"shared-lab/JupyterLab/default": "app shared-lab/JupyterLab/default of d-0123456789ab did not start."}
"""

from ansible_collections.mlplatform.studio.plugins.module_utils._modules.sagemaker_apps import MODULE


def main() -> None:
    MODULE.main()


if __name__ == "__main__":
    main()
