#!/usr/bin/python
# -*- coding: utf-8 -*-

# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

DOCUMENTATION = r"""
module: s3_bucket
short_description: Manage an Amazon S3 bucket with its configurations
version_added: 0.1.0
description:
  - Creates, changes and deletes an Amazon S3 bucket and what hangs on it, such as its policy, lifecycle and logging.
  - Only those configurations that the task names are read, compared and returned.
  - The module M(amazon.aws.s3_bucket) has no check mode, and knows no lifecycle rules, CORS rules and access logs.
author:
  - Contributors to the mlplatform.studio project (@mlplatform)
options:
  name:
    description:
      - The name of the bucket, which is unique among all AWS customers.
    type: str
    required: true
    aliases: [bucket]
  expected_bucket_owner:
    description:
      - The id of the account that must own the bucket. Whoever guesses a name may have made it in another account, with
        a policy that lets everybody write.
    type: str
  versioning:
    description:
      - Whether earlier versions of objects are kept. V(false) suspends it, since S3 cannot end it.
    type: bool
  encryption:
    description:
      - The encryption of new objects that ask for none.
    type: dict
    suboptions:
      sse_algorithm:
        description: How objects are encrypted.
        type: str
        required: true
        choices: [AES256, "aws:kms", "aws:kms:dsse"]
      kms_master_key_id:
        description: The ARN of the KMS key; without it AWS's own.
        type: str
      bucket_key_enabled:
        description: Whether one key per bucket saves calls to KMS.
        type: bool
  policy:
    description:
      - The bucket policy. It is compared by its meaning.
      - An empty list as C(Statement) takes the policy away.
    type: dict
  public_access_block:
    description:
      - What is refused although a policy or list would make it public.
    type: dict
    suboptions:
      block_public_acls:
        description: Whether new public access control lists are refused.
        type: bool
      ignore_public_acls:
        description: Whether public access control lists have no effect.
        type: bool
      block_public_policy:
        description: Whether public bucket policies are refused.
        type: bool
      restrict_public_buckets:
        description: Whether a public policy gives access to this account alone.
        type: bool
  object_ownership:
    description:
      - Who owns new objects.
    type: str
    choices: [BucketOwnerEnforced, BucketOwnerPreferred, ObjectWriter]
  lifecycle_rules:
    description:
      - The lifecycle rules, all of them. An empty list takes them away. Order has no meaning.
    type: list
    elements: dict
    suboptions:
      id:
        description: The name of the rule.
        type: str
        required: true
      status:
        description: Whether the rule is in force.
        type: str
        choices: [Enabled, Disabled]
        default: Enabled
      filter:
        description: Which objects the rule is for; all of them when it is left out.
        type: dict
        suboptions:
          prefix:
            description: How their keys begin.
            type: str
          object_size_greater_than:
            description: They have more bytes than this.
            type: int
          object_size_less_than:
            description: They have fewer bytes than this.
            type: int
          tag:
            description: They carry this tag.
            type: dict
            suboptions:
              key:
                description: The key of the tag.
                type: str
                required: true
              value:
                description: The value of the tag.
                type: str
                required: true
      expiration:
        description: When objects are deleted.
        type: dict
        suboptions:
          days:
            description: Days after their creation.
            type: int
          expired_object_delete_marker:
            description: Whether delete markers that nothing is behind are deleted.
            type: bool
      transitions:
        description: When objects move to another storage class.
        type: list
        elements: dict
        suboptions:
          days:
            description: Days after their creation.
            type: int
            required: true
          storage_class:
            description: The storage class.
            type: str
            required: true
      noncurrent_version_expiration:
        description: When earlier versions are deleted.
        type: dict
        suboptions:
          noncurrent_days:
            description: Days after they were replaced.
            type: int
            required: true
          newer_noncurrent_versions:
            description: How many of them are kept anyway.
            type: int
      noncurrent_version_transitions:
        description: When earlier versions move to another storage class.
        type: list
        elements: dict
        suboptions:
          noncurrent_days:
            description: Days after they were replaced.
            type: int
            required: true
          storage_class:
            description: The storage class.
            type: str
            required: true
          newer_noncurrent_versions:
            description: How many of them stay anyway.
            type: int
      abort_incomplete_multipart_upload:
        description: When uploads that nobody finished are given up.
        type: dict
        suboptions:
          days_after_initiation:
            description: Days after their beginning.
            type: int
            required: true
  logging:
    description:
      - The server access log. An empty O(logging.target_bucket) ends it.
    type: dict
    suboptions:
      target_bucket:
        description: The bucket that receives the log; its policy has to allow that.
        type: str
        required: true
      target_prefix:
        description: How the keys of the log's objects begin.
        type: str
  cors_rules:
    description:
      - What pages of other sites may do, all rules in order. An empty list takes them away.
    type: list
    elements: dict
    suboptions:
      id:
        description: The name of the rule.
        type: str
      allowed_methods:
        description: The HTTP methods.
        type: list
        elements: str
        required: true
        choices: [GET, PUT, HEAD, POST, DELETE]
      allowed_origins:
        description: The sites.
        type: list
        elements: str
        required: true
      allowed_headers:
        description: The headers that a request may have.
        type: list
        elements: str
      expose_headers:
        description: The headers of the answer that the page may read.
        type: list
        elements: str
      max_age_seconds:
        description: How long a browser may remember this.
        type: int
  force:
    description:
      - Whether O(state=absent) also deletes all objects of the bucket, in all versions.
      - Without it, a bucket that holds anything is refused.
    type: bool
    default: false
extends_documentation_fragment:
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
  - amazon.aws.tags
  - mlplatform.studio.options.owner_tags
  - mlplatform.studio.attributes
  - mlplatform.studio.options.state
"""

EXAMPLES = r"""
- name: A private bucket that keeps old versions for a month
  mlplatform.studio.s3_bucket:
    name: example-team1-data
    versioning: true
    encryption:
      sse_algorithm: aws:kms
      kms_master_key_id: arn:aws:kms:eu-central-1:111111111111:key/11111111-2222-3333-4444-555555555555
      bucket_key_enabled: true
    public_access_block:
      block_public_acls: true
      ignore_public_acls: true
      block_public_policy: true
      restrict_public_buckets: true
    lifecycle_rules:
      - id: old-versions
        noncurrent_version_expiration:
          noncurrent_days: 30

- name: The bucket is gone, with everything in it
  mlplatform.studio.s3_bucket:
    name: example-team1-data
    state: absent
    force: true
"""

RETURN = r"""
bucket:
  description: The bucket with those of its configurations that the task names, after the change; empty when it is gone.
  returned: success
  type: dict
  contains:
    name:
      description: The name of the bucket.
      type: str
      returned: when it exists
      sample: example-team1-data
    arn:
      description: The ARN of the bucket.
      type: str
      returned: when it exists
      sample: arn:aws:s3:::example-team1-data
    versioning:
      description: Whether earlier versions of objects are kept.
      type: bool
      returned: when O(versioning) is set
      sample: true
    tags:
      description: The tags of the bucket.
      type: dict
      returned: when O(tags) is set
      sample: {"Platform": "sagemaker-studio"}
"""

from ansible_collections.mlplatform.studio.plugins.module_utils._modules.s3_bucket import MODULE


def main() -> None:
    MODULE.main()


if __name__ == "__main__":
    main()
