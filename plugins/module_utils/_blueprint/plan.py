# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The plan of a team: the arguments of every task of the role studio, by the task's part (steps.py).

A part that the description does without is None, and one whose task is a loop is a list. What a part needs and is not
there yet has a stand-in, so that the plan is whole at any time, as check mode needs. A task passes on the arguments of
its part, all of them and no others.
"""

from __future__ import annotations

import json
import typing as t

from . import access, apps, images, leavers, people, scripts, storage
from .found import Found, Results, Thing, found_of, tags_of
from .policies.resources import access_log_bucket_policy, data_bucket_policy, key_policy
from .policies.trusts import backup_trust
from .sdk_config import sdk_script
from .steps import NAMESAKES, PLATFORM
from .team import CODEARTIFACT, DATA_SCIENTIST, Team

Step = t.Dict[str, t.Any]
Steps = t.Dict[str, t.Union[Step, t.List[Step], None]]


def team_plan(team: Team, found: Found, package_script: str = "", predicts: bool = False) -> Steps:
    """Return the arguments by part. package_script sets up the package index; predicts: nothing is written."""
    built_in = scripts.built_in(package_script, sdk_script(team, found))
    return {
        "namesakes": {"domain_name": team.name},
        "platform": _platform(team),
        **_storage(team, found),
        **_access(team, found),
        **_people(team, found),
        **_before_the_domain(team, built_in),
        "domain": _domain(team, found),
        **_after_the_domain(team, found, built_in, predicts),
        **leavers.leavers_plan(team, found, predicts),
        **_backup(team, found),
        "result": _result(team, found),
    }


def platform_mistakes(team: Team, results: Results) -> list[str]:
    """Return what the team needs of its platform and is not there, a sentence each; [] before it was looked for."""
    if PLATFORM.name not in results:
        return []
    found = found_of(results)
    missing = [service for service in _package_services(team) if service not in found.package_services]
    sentences = []
    if not found.platform_is_there(team.platform):
        sentences.append(
            f"Platform {team.platform.name} in {team.platform.region} is missing or half-made, so team {team.name} has "
            "nothing to live on: run platform.yml first."
        )
    elif missing:
        sentences.append(
            f"Team {team.name} takes packages from CodeArtifact, and platform {team.platform.name} has no endpoint "
            f"{', '.join(missing)}: run platform.yml with a description of the team first."
        )
    return sentences


def namesake_mistakes(team: Team, results: Results) -> list[str]:
    """Return that a domain of the team's name is somebody else's, in one sentence; [] before any was looked for.

    Names of jobs, models and endpoints begin with the team's name alone, so no two platforms may have a team of one
    name; and whoever makes domains for one team may give them any name. A team that exists goes on.
    """
    domains = (results.get(NAMESAKES.name) or {}).get("domains") or []
    if any(team.owns(domain) for domain in domains):
        return []
    claimed = [domain for domain in domains if not _is_free(team, tags_of(domain))]
    # First those of other platforms, as no remedy but another name helps against them.
    others = {tags_of(domain)["Platform"]: domain for domain in claimed if "Platform" in tags_of(domain)}
    for platform in sorted(others.keys() - {team.platform.name}):
        return [
            f"Team {team.name} exists on platform {platform} in {team.platform.region} of this account already (domain "
            f"{others[platform]['domain_id']}), and the jobs and models of both would have the same names: take "
            "another name."
        ]
    return [
        f"The domain {domain['domain_id']} in {team.platform.region} is called {team.name} and is not the team's: it "
        f"is tagged {_in_words(tags_of(domain), team.own_tags)}. Delete it, or tag it "
        f"{_in_words(team.own_tags, team.own_tags)} by hand if it is the team's."
        for domain in claimed[:1]
    ]


def _is_free(team: Team, tags: Thing) -> bool:
    """Whether a domain may be taken over. The AWS sample, too, gives its domains the tag DomainName."""
    return "Platform" not in tags and tags.get("DomainName", team.name) == team.name


def _in_words(tags: Thing, keys: t.Iterable[str]) -> str:
    return ", ".join(f"{key}={tags.get(key, '(none)')}" for key in sorted(keys))


def _platform(team: Team) -> Step:
    """What of the platform is looked for before anything is made."""
    own = {"tag:Platform": team.platform.name}
    services = _package_services(team)
    return {
        "subnets": own,
        "client_group": {**own, "group-name": f"{team.platform.name}-clients"},
        "user_pool_name": None if team.user_pool_id else team.platform.name,
        "user_pool_id": team.user_pool_id or None,
        "package_endpoints": {**own, "service-name": services} if services else None,
    }


def _package_services(team: Team) -> list[str]:
    names = ("api", "repositories") if team.package_index.type == CODEARTIFACT else ()
    return [f"com.amazonaws.{team.platform.region}.codeartifact.{name}" for name in names]


def _storage(team: Team, found: Found) -> Steps:
    names, key_arn = team.names, found.key_arn or team.names.unknown_key_arn
    bucket = {
        "expected_bucket_owner": names.account_id,
        "object_ownership": "BucketOwnerEnforced",
        "versioning": True,
        "public_access_block": storage.NO_PUBLIC_ACCESS,
        "tags": team.all_tags,
        "owner_tags": team.own_tags,
    }
    return {
        "key": {
            "alias": names.key_alias,
            "description": f"Data of team {team.name} of {team.platform.name}",
            "enable_key_rotation": team.key_rotation,
            "policy": key_policy(names, access.key_users(team)),
            "tags": team.all_tags,
            "owner_tags": team.own_tags,
        },
        "access_log_bucket": {
            **bucket,
            "name": names.access_log_bucket,
            # Server access logging delivers to buckets with this kind of encryption only.
            "encryption": {"sse_algorithm": "AES256"},
            "policy": access_log_bucket_policy(names),
            "lifecycle_rules": storage.access_log_lifecycle_rules(team),
        },
        "data_bucket": {
            **bucket,
            "name": names.data_bucket,
            "encryption": {"sse_algorithm": "aws:kms", "kms_master_key_id": key_arn, "bucket_key_enabled": True},
            "policy": data_bucket_policy(team, key_arn, found.network, access.key_users(team)),
            "logging": {"target_bucket": names.access_log_bucket, "target_prefix": f"{team.name}/"},
            "lifecycle_rules": storage.data_lifecycle_rules(team),
        },
    }


def _access(team: Team, found: Found) -> Steps:
    names, key_arn = team.names, found.key_arn or team.names.unknown_key_arn
    own_traffic = {"proto": "all", "group_name": names.security_group, "rule_desc": "Apps and jobs of the team"}
    return {
        "roles": {
            "policies": access.policies(team, found.network, key_arn, found.team_group_id),
            "roles": [*access.persona_roles(team), *access.person_roles(team)],
            "tags": team.all_tags,
            "owner_tags": team.own_tags,
        },
        "security_group": {
            "vpc_id": found.network.vpc_id,
            "security_groups": [
                {
                    "name": names.security_group,
                    "description": f"Studio apps and jobs of team {team.name}",
                    "rules": [own_traffic],
                    "rules_egress": [own_traffic],
                }
            ],
            "tags": {**team.all_tags, "Name": names.security_group},
            "owner_tags": team.own_tags,
        },
    }


def _people(team: Team, found: Found) -> Steps:
    pool, groups = found.user_pool_id(team.platform), people.cognito_groups(team)
    names = [group["name"] for group in groups]
    own_groups = {"user_pool_id": pool, "groups": groups, "purge_prefix": team.names.work_prefix}
    unlisted = [name for name in found.cognito_groups if name not in names]
    return {
        "cognito_groups": own_groups,
        "cognito_users": {
            "user_pool_id": pool,
            "users": people.cognito_users(team),
            # Whom an earlier run disabled.
            "enable_joining": True,
            "purge_groups": True,
            "purge_groups_prefix": team.names.work_prefix,
            "exclusive_groups": names if team.removes_people else [],
            "purge_all": True,
        },
        "unwanted_cognito_groups": {**own_groups, "purge": True} if unlisted else None,
    }


def _before_the_domain(team: Team, built_in: str) -> Steps:
    configs = scripts.lifecycle_configs(team, built_in)
    return {
        "lifecycle_configs": {"lifecycle_configs": configs, "tags": team.all_tags, "owner_tags": team.own_tags}
        if configs
        else None,
        "images": {
            "images": images.sagemaker_images(team),
            "app_image_configs": images.app_image_configs(team),
            "tags": team.all_tags,
            "owner_tags": team.own_tags,
        }
        if team.custom_images
        else None,
    }


def _domain(team: Team, found: Found) -> Step:
    return {
        "domain_name": team.name,
        "domain_id": team.domain_id or None,
        "match_tags": team.own_tags,
        "adoption_tags": {"Adopted": "true"},
        "auth_mode": "IAM",
        "app_network_access_type": "VpcOnly",
        "vpc_id": found.network.vpc_id,
        "subnet_ids": list(found.network.subnet_ids),
        "kms_key_id": found.key_arn or team.names.unknown_key_arn,
        "home_efs_file_system_creation": "Enabled" if team.home_efs else "Disabled",
        "tag_propagation": "ENABLED",
        "domain_settings": apps.domain_settings(team, found),
        "default_user_settings": apps.user_settings(team, found),
        "default_space_settings": apps.space_settings(team, found),
        "tags": domain_tags(team),
        "recreate_failed": team.recreate_failed_domain,
        "wait_timeout": team.wait_timeout,
    }


def domain_tags(team: Team) -> dict[str, t.Any]:
    """Return the tags of the domain, which are more than other things have."""
    # The tag Budget tells people what the team may cost, and later runs that there is a budget.
    budget = {"Budget": f"USD {_plain_number(team.budget.limit_usd)}"} if team.budget else {}
    return {**team.all_tags, **people.sign_in_tags(team), **budget}


def _plain_number(number: float) -> str:
    """Return a number of dollars in full: 1000000 and not 1e+06."""
    return f"{number:.2f}".rstrip("0").rstrip(".")


def _after_the_domain(team: Team, found: Found, built_in: str, predicts: bool) -> Steps:
    is_adopted = "Adopted" in tags_of(found.domain)
    return {
        # By these tags endings know what may go.
        "home": None if is_adopted else {"domain_id": found.domain_id, "tags": team.all_tags},
        # In every run, as an earlier one may have been stopped between the domain and this.
        "unwanted_lifecycle_configs": {
            "lifecycle_configs": scripts.lifecycle_configs(team, built_in),
            "create": False,
            "purge": True,
            "purge_all": True,
            "match_tags": team.own_tags,
            "name_prefix": team.names.bounded_script_prefix,
            # Where nothing is written, the domain still names those that it would let go.
            "ignored_domain_ids": [found.domain_id] if predicts else [],
        },
        # After the domain, whose settings named them until now.
        "unwanted_images": {
            "images": images.sagemaker_images(team),
            "app_image_configs": images.app_image_configs(team),
            "create": False,
            "purge_match_tags": team.own_tags,
            "purge_name_prefixes": team.names.bounded_image_prefixes,
            "ignored_domain_ids": [found.domain_id] if predicts else [],
        },
        "budget": _budget(team) if team.budget or "Budget" in tags_of(found.old_domain) else None,
        "user_profiles": {
            "domain_id": found.domain_id,
            "user_profiles": people.user_profiles(team),
            "owner_tags": team.own_tags,
            "recreate_failed": team.recreate_failed_domain,
        },
        **_spaces(team, found),
    }


def _spaces(team: Team, found: Found) -> Steps:
    if not (team.spaces or team.personal_spaces):
        return {"found_spaces": None, "spaces": None}
    return {
        "found_spaces": {"domain_id": found.domain_id, "name": [space.name for space in team.spaces]},
        "spaces": {
            "domain_id": found.domain_id,
            "spaces": people.spaces(team, found),
            "owner_tags": team.own_tags,
            "inherited_tags": dict(tags_of(found.domain)) or None,
            "recreate_failed": team.recreate_failed_domain,
        },
    }


def _budget(team: Team) -> Step:
    """Who is told: at each threshold of what was spent, and once when AWS expects more than the limit."""
    thresholds = [("ACTUAL", one) for one in team.budget.thresholds]
    expected = [("FORECASTED", 100)] if team.budget.forecast else []
    return {
        "name": team.names.budget,
        "limit": team.budget.limit_usd,
        "cost_filters": {"TagKeyValue": [f"user:DomainName${team.name}"]},
        "notifications": [
            {"type": kind, "threshold": threshold, "emails": list(team.budget.notify)}
            for kind, threshold in (thresholds + expected if team.budget else [])
        ],
        "tags": team.all_tags,
        "owner_tags": team.own_tags,
        "state": "present" if team.budget else "absent",
    }


def _backup(team: Team, found: Found) -> Steps:
    if not team.backup:
        return {"backup_role": None, "backup_vault": None, "backup_plan": None}
    names = team.names
    rule = {
        "rule_name": "scheduled",
        "target_backup_vault_name": names.backup_vault,
        "schedule_expression": team.backup_schedule,
        "lifecycle": {"delete_after_days": team.backup_days},
        "recovery_point_tags": team.all_tags,
    }
    selection = {
        "selection_name": "data",
        "iam_role_arn": names.backup_role_arn,
        "resources": storage.backed_up(team, found),
    }
    role = {
        "name": names.backup_role,
        "path": "/",
        "description": f"Lets AWS Backup read the data of team {team.name}",
        "assume_role_policy_document": backup_trust(names),
        "permissions_boundary": team.permissions_boundary_arn or None,
        "policy_arns": storage.backup_policies(team),
    }
    return {
        "backup_role": {"roles": [role], "tags": team.all_tags, "owner_tags": team.own_tags},
        "backup_vault": {
            "name": names.backup_vault,
            "encryption_key_arn": found.key_arn or names.unknown_key_arn,
            "tags": team.all_tags,
            "owner_tags": team.own_tags,
        },
        "backup_plan": {
            "name": names.backup_vault,
            "rules": [rule],
            "selections": [selection],
            "tags": team.all_tags,
            "owner_tags": team.own_tags,
        },
    }


def _result(team: Team, found: Found) -> Step:
    """What the role tells at its end."""
    portal = found.portal_url(team.platform) or "predicted"
    return {
        "domain_id": found.domain_id,
        "domain_arn": found.domain.get("domain_arn") or "predicted",
        "status": found.domain.get("status") or "predicted",
        "url": found.domain.get("url") or "predicted",
        "sign_in_url": f"{portal}?team={team.name}",
        "execution_role_arn": team.names.role_arn(DATA_SCIENTIST),
        "data_bucket": team.names.data_bucket,
        "kms_key_arn": found.key_arn or team.names.unknown_key_arn,
        "differences": _differences(found),
        "changed": list(found.changed),
    }


def _differences(found: Found) -> list[str]:
    """What an adopted domain keeps, a sentence for each."""
    domain, kept = f"domain {found.domain_id}", found.domain_differences
    sentences = [
        f"{domain} keeps its own {option}: {_shown(values['present'])}, not {_shown(values['wanted'])}."
        for option, values in kept.items()
    ]
    if "auth_mode" in kept:
        sentences.append(f"{domain} signs people in through IAM Identity Center, so the portal cannot open it.")
    if "Adopted" in tags_of(found.domain):
        sentences.append(f"{domain} keeps its tags, and destroy.yml does not delete it.")
    return sentences


def _shown(value: t.Any) -> str:
    return json.dumps(value)
