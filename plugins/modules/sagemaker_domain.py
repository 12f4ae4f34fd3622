#!/usr/bin/python
# -*- coding: utf-8 -*-

# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

DOCUMENTATION = r"""
module: sagemaker_domain
short_description: Manage an Amazon SageMaker Studio domain
version_added: 0.1.0
description:
  - Creates, changes and deletes a SageMaker Studio domain, waits until AWS has finished, and checks that a change
    took effect.
  - A domain is never replaced. Where AWS sets something only at creation, another value is refused with its name,
    because a replaced domain is a team's lost home directories.
  - Settings are compared by what is given; members that are left out, and those that AWS fills in, stay as they are.
    A list replaces the one that is there, its items whole; an empty one clears it, and an empty string the reference
    to an image version or a lifecycle configuration.
  - When the domain is still being created, changed or deleted by an earlier run, the module waits for that first, in
    check mode too.
  - MLflow tracking servers and MLflow apps belong to no domain and are never deleted here. When a domain is deleted,
    those of the account and region are named in a warning, as they go on costing money.
author:
  - Contributors to the mlplatform.studio project (@mlplatform)
options:
  domain_name:
    description:
      - The name of the domain.
      - AWS does not promise that names are unique. Where several domains carry it, see O(match_tags) and
        O(domain_id).
    type: str
    aliases: [name]
  domain_id:
    description:
      - The id of an existing domain; it decides before O(domain_name).
    type: str
  match_tags:
    description:
      - Among domains of one name only those count that carry these tags with the same values, or none of them with
        another value.
      - Where only domains with other values exist, O(state=present) is refused and O(state=absent) finds nothing to
        delete.
    type: dict
  adoption_tags:
    description:
      - Allows to take over a domain that somebody else made. A domain that exists and carries none of the keys of
        O(match_tags) gets these tags, and those of O(tags), and keeps its others.
      - As long as it carries them, create-only attributes that differ stay as they are and are told in
        RV(differences), in place of a refusal. Another O(vpc_id) is refused all the same.
      - Take the tags off to make the domain one like any other.
    type: dict
  auth_mode:
    description:
      - How members sign in. It can only be set at creation, where it is V(IAM) unless given.
    type: str
    choices: [IAM, SSO]
  vpc_id:
    description:
      - The VPC of the domain. Needed at creation, and can only be set then.
    type: str
  subnet_ids:
    description:
      - The subnets of the domain, in any order. Needed at creation; changed in place.
    type: list
    elements: str
  app_network_access_type:
    description:
      - Whether apps reach the internet through SageMaker or only the VPC. AWS changes it only while no app runs.
      - With V(VpcOnly), security groups are needed in O(default_user_settings), or in every user profile.
    type: str
    choices: [PublicInternetOnly, VpcOnly]
  default_user_settings:
    description:
      - The settings of members and their private spaces, with the names of the API's C(UserSettings) in snake case,
        for example C(execution_role), C(security_groups), C(jupyter_lab_app_settings). Needed at creation.
      - Unknown names are refused before the first call.
    type: dict
  default_space_settings:
    description:
      - The settings of shared spaces, with the names of the API's C(DefaultSpaceSettings) in snake case.
    type: dict
  domain_settings:
    description:
      - The settings of the domain itself, with the names of the API's C(DomainSettings) in snake case, for example
        C(security_group_ids), C(docker_settings), C(execution_role_identity_config).
    type: dict
  kms_key_id:
    description:
      - The KMS key of the home directories and the spaces' volumes, as an id, ARN or alias. It can only be set at
        creation.
    type: str
  tag_propagation:
    description:
      - Whether the tags of domain, user profile and space go to what is started in them later.
    type: str
    choices: [ENABLED, DISABLED]
  home_efs_file_system_creation:
    description:
      - Whether the domain gets a file system for home directories. It can be enabled later, and never be disabled.
    type: str
    choices: [Enabled, Disabled]
  app_security_group_management:
    description:
      - Who makes the security groups between domain and apps. AWS takes this for domains with RStudio only.
    type: str
    choices: [Service, Customer]
  retention_policy:
    description:
      - What becomes of the home directories when the domain is deleted.
    type: dict
    suboptions:
      home_efs_file_system:
        description:
          - With V(Retain), the file system, its mount targets and the domain's two NFS security groups stay, and keep
            the VPC from being deleted.
        type: str
        choices: [Retain, Delete]
        default: Retain
  recreate_failed:
    description:
      - Whether a domain whose creation failed is deleted and created again. It cannot be repaired, and never held any
        data.
    type: bool
    default: false
  wait_timeout:
    description:
      - How long to wait, in seconds.
    type: int
    default: 1800
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.tags
  - mlplatform.studio.options.owner_tags
  - amazon.aws.boto3
  - mlplatform.studio.attributes
  - mlplatform.studio.options.state
  - mlplatform.studio.options.wait
"""

EXAMPLES = r"""
- name: A domain that reaches nothing but its VPC
  mlplatform.studio.sagemaker_domain:
    domain_name: team1
    vpc_id: vpc-0123456789abcdef0
    subnet_ids: [subnet-0123456789abcdef0, subnet-0123456789abcdef1]
    app_network_access_type: VpcOnly
    kms_key_id: arn:aws:kms:eu-central-1:111111111111:key/01234567-89ab-cdef-0123-456789abcdef
    default_user_settings:
      execution_role: arn:aws:iam::111111111111:role/team1
      security_groups: [sg-0123456789abcdef0]
      studio_web_portal: ENABLED
      default_landing_uri: "studio::"
      jupyter_lab_app_settings:
        app_lifecycle_management:
          idle_settings:
            lifecycle_management: ENABLED
            idle_timeout_in_minutes: 120
    match_tags:
      Platform: sagemaker-studio
    tags:
      Platform: sagemaker-studio

- name: Detach all lifecycle configurations of JupyterLab
  mlplatform.studio.sagemaker_domain:
    domain_name: team1
    default_user_settings:
      jupyter_lab_app_settings:
        lifecycle_config_arns: []

- name: Delete the domain and its home directories
  mlplatform.studio.sagemaker_domain:
    domain_name: team1
    retention_policy:
      home_efs_file_system: Delete
    state: absent
"""

RETURN = r"""
domain:
  description:
    - The domain as AWS describes it after the change, with its tags; empty when it is gone.
    - In check mode a domain that does not exist yet has neither id nor ARN.
  returned: success
  type: dict
  contains:
    domain_id:
      description: The id of the domain.
      type: str
      returned: when it exists
      sample: d-0123456789ab
    domain_arn:
      description: The ARN of the domain.
      type: str
      returned: when it exists
      sample: arn:aws:sagemaker:eu-central-1:111111111111:domain/d-0123456789ab
    domain_name:
      description: The name of the domain.
      type: str
      returned: when it exists
      sample: team1
    status:
      description: The status of the domain.
      type: str
      returned: when it exists
      sample: InService
    url:
      description: The address of Studio in this domain; it opens with a presigned URL only.
      type: str
      returned: when it exists
      sample: https://d-0123456789ab.studio.eu-central-1.sagemaker.aws
    home_efs_file_system_id:
      description: The file system of the home directories.
      type: str
      returned: when it exists and has one
      sample: fs-0123456789abcdef0
    default_user_settings:
      description: The settings of members and their private spaces.
      type: dict
      returned: when it exists
      sample: {"execution_role": "arn:aws:iam::111111111111:role/team1"}
    tags:
      description: The tags of the domain.
      type: dict
      returned: when it exists
      sample: {"Platform": "sagemaker-studio"}
differences:
  description: The create-only attributes that an adopted domain keeps, each with its present and its wanted value.
  returned: when the domain was taken over
  type: dict
  sample: {"auth_mode": {"present": "SSO", "wanted": "IAM"}}
"""

from ansible_collections.mlplatform.studio.plugins.module_utils._modules.sagemaker_domain import MODULE


def main() -> None:
    MODULE.main()


if __name__ == "__main__":
    main()
