# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who uses the roles and policies of a team that is to be removed."""

from __future__ import annotations

import typing as t

from .._engine import in_threads
from .._iam import MISSING, refuse_wide_path
from .._naming import Operations, unless_missing

try:
    from botocore.exceptions import ClientError
except ImportError:
    pass  # AnsibleAWSModule reports the missing library

FORBIDDEN = "AccessDenied"
# How something may use a policy, as what follows the policy's name in a sentence, and what to do about it.
USES = {
    "PermissionsPolicy": ("attached to", "Detach it"),
    "PermissionsBoundary": ("the permissions boundary of", "Take the boundary off"),
}


def users_of_policies(iam: t.Any, policy_arns: list[str], role_names: list[str], role_path: str) -> list[str]:
    """Return a sentence for each use of a policy that keeps it from being deleted, or that its deletion would break.

    Attached to the roles called role_names and those under role_path it may be. AWS deletes no policy that is anybody's
    boundary, so the roles' own count too.
    """
    refuse_wide_path(role_path)
    operations = Operations(iam)
    uses = [(arn, usage) for arn in policy_arns for usage in USES]
    found = in_threads(lambda use: _entities(operations, *use), uses)
    own = {f"role {name}" for name in role_names}
    if {name for names in found for name in names} - own:  # AWS names roles without their paths
        own |= {f"role {role['role_name']}" for role in operations.pages("ListRoles", "roles", path_prefix=role_path)}
    sentences = []
    for (arn, usage), names in zip(uses, found):
        strangers = [name for name in names if usage == "PermissionsBoundary" or name not in own]
        if strangers:
            how, advice = USES[usage]
            sentences.append(
                f"Policy {arn.rpartition('/')[2]} is {how} {', '.join(strangers)}, which was not done here. {advice} "
                "there, then run again."
            )
    return sentences


def _entities(operations: Operations, policy_arn: str, usage: str) -> list[str]:
    """Return what uses a policy in one of the two ways, as "user ada"; nothing does where there is no policy."""
    operation = "ListEntitiesForPolicy"
    paginator = operations.client.get_paginator("list_entities_for_policy")
    key = operations.arguments(operation, {"policy_arn": policy_arn, "policy_usage_filter": usage})
    pages = unless_missing(lambda: list(paginator.paginate(**key)), MISSING) or []
    return sorted(
        f"{kind} {entity[f'{kind}_name']}"
        for page in pages
        for kind in ("group", "role", "user")
        for entity in operations.answer(operation, page).get(f"policy_{kind}s", [])
    )


def users_of_roles(iam: t.Any, role_names: list[str], role_path: str, warn: t.Callable[[str], None]) -> list[str]:
    """Return a sentence for each instance profile with one of these roles, which AWS then does not delete.

    Calls warn() with a sentence where the caller may not list them.
    """
    refuse_wide_path(role_path)
    try:
        profiles = Operations(iam).pages("ListInstanceProfiles", "instance_profiles", max_items=1000)
    except ClientError as error:
        if error.response["Error"]["Code"] != FORBIDDEN:
            raise
        warn("Nobody looked for instance profiles, as you may not call ListInstanceProfiles.")
        return []
    return [
        f"Role {role['role_name']} is in instance profile {profile['instance_profile_name']}, which was not done here. "
        "Take it out there, then run again."
        for profile in profiles
        for role in profile.get("roles", [])
        if role["role_name"] in role_names or role["path"].startswith(role_path)
    ]
