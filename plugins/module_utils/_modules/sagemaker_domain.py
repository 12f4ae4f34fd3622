# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the module sagemaker_domain does; plugins/modules documents it."""

from __future__ import annotations

from .._run import (
    STATE,
    TAGS,
    Call,
    Item,
    connect,
    resource_module,
    wait_options,
)
from .._sagemaker.calls import SageMaker
from .._sagemaker.domain import Domain, key_arn
from .._sagemaker.domain_search import DomainRequest

IDENTITY = {
    "domain_name": {"type": "str", "aliases": ["name"]},
    "domain_id": {"type": "str"},
    "match_tags": {"type": "dict"},
    "adoption_tags": {"type": "dict"},
}
ATTRIBUTES = {
    "auth_mode": {"type": "str", "choices": ["IAM", "SSO"]},
    "vpc_id": {"type": "str"},
    "subnet_ids": {"type": "list", "elements": "str"},
    "app_network_access_type": {"type": "str", "choices": ["PublicInternetOnly", "VpcOnly"]},
    "default_user_settings": {"type": "dict"},
    "default_space_settings": {"type": "dict"},
    "domain_settings": {"type": "dict"},
    "kms_key_id": {"type": "str", "no_log": False},
    "tag_propagation": {"type": "str", "choices": ["ENABLED", "DISABLED"]},
    "home_efs_file_system_creation": {"type": "str", "choices": ["Enabled", "Disabled"]},
    "app_security_group_management": {"type": "str", "choices": ["Service", "Customer"]},
}
BEHAVIOUR_OPTIONS = {
    "retention_policy": {
        "type": "dict",
        "options": {"home_efs_file_system": {"type": "str", "choices": ["Retain", "Delete"], "default": "Retain"}},
    },
    "recreate_failed": {"type": "bool", "default": False},
}


def make_item(call: Call) -> Item:
    params = call.params
    request = DomainRequest(
        name=params["domain_name"],
        domain_id=params["domain_id"],
        match_tags={key: str(value) for key, value in (params["match_tags"] or {}).items()},
        adoption_tags={key: str(value) for key, value in (params["adoption_tags"] or {}).items()},
        state=params["state"],
        retention_policy=params["retention_policy"],
        recreate_failed=params["recreate_failed"],
        wait=params["wait"],
        timeout=params["wait_timeout"],
    )
    sagemaker = SageMaker(connect(call, "sagemaker"), lambda: connect(call, "sagemaker", retries=False))
    desired = {name: params[name] for name in ("domain_name", *ATTRIBUTES)}
    domain = Domain(sagemaker, request, desired, lambda reference: key_arn(connect(call, "kms"), reference), call.warn)
    return Item(domain, {**domain.desired, "tags": params["tags"]}, params["state"])


MODULE = resource_module(
    make_item,
    argument_spec={**STATE, **TAGS, **wait_options(1800), **IDENTITY, **ATTRIBUTES, **BEHAVIOUR_OPTIONS},
    required_one_of=[("domain_name", "domain_id")],
)
