# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What AWS takes of each option, from which shape of its models that is known, and where it is checked.

`python -m tests.unit.blueprint.limits` writes the tables of docs/limits.md.
"""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.support.ansible_module import find_collections

find_collections()

from ansible_collections.mlplatform.studio.plugins.module_utils._blueprint import (  # noqa: E402
    apps,
    bounds,
    instance_types,
    names,
    network,
    passwords,
    script_text,
    sender,
    sign_in,
    sign_in_rules,
    tags,
    team_bounds,
    team_rules,
)
from ansible_collections.mlplatform.studio.plugins.plugin_utils.options import specification  # noqa: E402
from tests.unit.blueprint.test_bounds import CASES, IMAGE  # noqa: E402
from tests.unit.policies import rendering  # noqa: E402

PAGE = Path(__file__).parents[3] / "docs/limits.md"
ROLES = {"studio": "teams", "login": "sign-ins", "network": "networks"}


@functools.cache
def spec(role):
    """The options of a role."""
    return specification(role)


@dataclass(frozen=True)
class Limit:
    """What is taken of an option. own: (least, most), a pattern or words, as the code has them."""

    option: str
    takes: str
    shapes: str
    file: str
    own: Any = None
    # Why the code takes less than the model, where it does.
    stricter: str = ""


LIMITS = [
    # Names.
    Limit(
        "studio_domain_name",
        "1 to 24 of a-z, 0-9 and single inner hyphens",
        "sagemaker.DomainName cognito-idp.GroupNameType",
        "names.py",
        names.TEAM,
    ),
    Limit(
        "studio_users[].name",
        "1 to 63 letters, digits and inner hyphens",
        "sagemaker.UserProfileName cognito-idp.UsernameType",
        "names.py",
        names.STUDIO_NAME,
    ),
    Limit(
        "studio_spaces[].name, studio_personal_spaces[].name",
        "1 to 63 letters, digits and inner hyphens",
        "sagemaker.SpaceName",
        "names.py",
        names.STUDIO_NAME,
    ),
    Limit(
        "studio_lifecycle_scripts[].name",
        "1 to 63 letters, digits and inner hyphens",
        "sagemaker.StudioLifecycleConfigName",
        "names.py",
        names.STUDIO_NAME,
    ),
    Limit(
        "studio_custom_images[].name",
        "a-z, 0-9 and single inner hyphens",
        "sagemaker.ImageName sagemaker.AppImageConfigName",
        "team_rules.py",
    ),
    Limit(
        "studio_users[].groups[]",
        "1 to 90 letters, digits, hyphens and underscores",
        "cognito-idp.GroupNameType",
        "team_rules.py",
        team_rules.GROUP,
    ),
    Limit(
        "login_identity_provider.name",
        "3 to 32 letters, digits and inner hyphens",
        "cognito-idp.ProviderNameTypeV2 cognito-idp.ProviderNameType",
        "sign_in_rules.py",
        sign_in_rules.PROVIDER_NAME,
    ),
    Limit(
        "login_domain_prefix",
        "1 to 63 of a-z, 0-9 and inner hyphens, without aws, amazon and cognito",
        "cognito-idp.DomainType",
        "sign_in_rules.py",
        sign_in_rules.DOMAIN_PREFIX,
    ),
    # Numbers.
    Limit(
        "studio_ebs_default_gb, studio_ebs_maximum_gb, studio_spaces[].ebs_gb, studio_personal_spaces[].ebs_gb",
        "from 5 to 16384",
        "sagemaker.SpaceEbsVolumeSizeInGb",
        "team_rules.py",
        (team_rules.SMALLEST_DISK, team_rules.LARGEST_DISK),
    ),
    Limit(
        "studio_idle_timeout_minutes, studio_idle_timeout_maximum_minutes",
        "from 60 to 525600",
        "sagemaker.IdleTimeoutInMinutes",
        "apps.py",
        (apps.SHORTEST_IDLE_MINUTES, apps.LONGEST_IDLE_MINUTES),
    ),
    Limit(
        "studio_session_minutes",
        "from 30 to 720, or 0",
        "sagemaker.SessionExpirationDurationInSeconds",
        "team_rules.py",
        tuple(60 * minutes for minutes in team_rules.SESSION_MINUTES),
    ),
    Limit(
        "login_session_seconds",
        "from 1800 to 43200",
        "sagemaker.SessionExpirationDurationInSeconds",
        "sign_in_rules.py",
        sign_in_rules.SESSION_SECONDS,
    ),
    Limit(
        "login_url_lifetime_seconds",
        "from 5 to 60",
        "sagemaker.ExpiresInSeconds",
        "sign_in_rules.py",
        sign_in_rules.URL_SECONDS,
        "the portal opens a link at once",
    ),
    Limit(
        "studio_key_deletion_days",
        "from 7 to 30",
        "kms.PendingWindowInDaysType",
        "team_rules.py",
        team_rules.KEY_DELETION_DAYS,
        "the KMS API reference says 7 to 30, the model 1 to 365",
    ),
    Limit(
        "login_password_policy.minimum_length",
        "from 6 to 99",
        "cognito-idp.PasswordPolicyMinLengthType",
        "sign_in_rules.py",
        sign_in_rules.PASSWORD_LENGTH,
    ),
    Limit(
        "login_password_policy.temporary_password_validity_days",
        "from 1 to 365",
        "cognito-idp.TemporaryPasswordValidityDaysType cognito-idp.AdminCreateUserUnusedAccountValidityDaysType",
        "sign_in_rules.py",
        sign_in_rules.INVITATION_DAYS,
        "Cognito makes 7 of 0",
    ),
    Limit(
        "studio_budget.limit_usd",
        "more than 0",
        "budgets.NumericValue",
        "team_rules.py",
    ),
    Limit(
        "studio_budget.thresholds[]",
        "more than 0, at most nine, each once",
        "budgets.NotificationThreshold budgets.NotificationWithSubscribersList",
        "team_rules.py",
    ),
    Limit("studio_budget.notify", "one to ten e-mail addresses", "budgets.Subscribers", "team_rules.py"),
    Limit(
        "studio_budget.notify[]", "an e-mail address", "budgets.SubscriberAddress", "team_rules.py", team_rules.E_MAIL
    ),
    Limit(
        "network_subnet_count",
        "from 1 to 16",
        "sagemaker.Subnets lambda.SubnetIds",
        "network.py",
        (1, network.MOST_SUBNETS),
    ),
    Limit(
        "login_callback_urls",
        "at most 100",
        "cognito-idp.CallbackURLsListType",
        "sign_in_rules.py",
        (0, sign_in_rules.MOST_CALLBACKS),
    ),
    # Texts.
    Limit(
        "studio_users[].password",
        "at most 256 characters, no space first or last, no line end, and what the pool's policy asks for",
        "cognito-idp.PasswordType",
        "passwords.py",
        (None, passwords.LONGEST),
    ),
    Limit(
        "studio_lifecycle_scripts[].content",
        "at most 16384 characters as base64",
        "sagemaker.StudioLifecycleConfigContent",
        "script_text.py",
        (1, script_text.MAXIMUM_CONTENT),
    ),
    Limit(
        "studio_tags: keys, login_tags: keys, network_tags: keys",
        "1 to 128 letters, digits, spaces and _ . : / = + - @, without aws: in front",
        "sagemaker.TagKey iam.tagKeyType lambda.TagKey logs.TagKey efs.TagKey kms.TagKeyType budgets.ResourceTagKey "
        "dynamodb.TagKeyString "
        "cloudwatch.TagKey cognito-idp.TagKeysType s3.ObjectKey",
        "tags.py",
        (1, tags.LONGEST_KEY),
    ),
    Limit(
        "studio_tags: values, login_tags: values, network_tags: values",
        "at most 256 of the same characters, without aws: in front",
        "sagemaker.TagValue iam.tagValueType lambda.TagValue logs.TagValue efs.TagValue kms.TagValueType "
        "dynamodb.TagValueString "
        "budgets.ResourceTagValue cloudwatch.TagValue cognito-idp.TagValueType",
        "tags.py",
        (0, tags.LONGEST_VALUE),
    ),
    Limit(
        "studio_tags, login_tags, network_tags",
        "at most 40",
        "sagemaker.TagList iam.tagListType logs.Tags budgets.ResourceTagList",
        "tags.py",
        (0, network.MOST_TAGS),
        "the collection sets tags of its own",
    ),
    Limit(
        "login_callback_urls[]",
        "https, or http for localhost, of at most 1024 characters",
        "cognito-idp.RedirectUrlType",
        "sign_in_rules.py",
        (1, sign_in_rules.LONGEST_CALLBACK),
    ),
    Limit(
        "studio_extra_policy_arns[], studio_users[].policy_arns[], studio_permissions_boundary_arn",
        "the ARN of a managed policy",
        "iam.arnType",
        "team_rules.py",
        team_rules.POLICY,
    ),
    Limit("network_vpc_id", "the id of a VPC", "sagemaker.VpcId", "network.py", network.VPC),
    Limit(
        "network_subnet_ids[]", "the id of a subnet", "sagemaker.SubnetId lambda.SubnetId", "network.py", network.SUBNET
    ),
    Limit(
        "login_web_acl_arn",
        "the ARN of a regional web ACL",
        "wafv2.ResourceArn",
        "sign_in_rules.py",
        sign_in_rules.WEB_ACL,
    ),
    Limit(
        "login_alarm_topic_arns[]",
        "the ARN of an SNS topic",
        "cloudwatch.ResourceName",
        "sign_in_rules.py",
        sign_in_rules.TOPIC,
    ),
    Limit(
        "login_email_configuration.source_arn",
        "the ARN of an identity of Amazon SES",
        "cognito-idp.ArnType",
        "sender.py",
        sender.IDENTITY,
    ),
    Limit(
        "login_email_configuration.reply_to_email_address",
        "an address with @ and a dot behind it",
        "cognito-idp.EmailAddressType",
        "sender.py",
        sender.ADDRESS,
    ),
    # Words.
    Limit(
        "studio_hidden_app_types[]",
        ", ".join(team_bounds.APP_TYPES),
        "sagemaker.AppType",
        "team_bounds.py",
        team_bounds.APP_TYPES,
    ),
    Limit(
        "studio_default_instance_type, studio_jupyterlab.instance_type, studio_code_editor.instance_type, "
        "studio_spaces[].instance_type, studio_personal_spaces[].instance_type",
        "an instance type of Studio's apps",
        "sagemaker.AppInstanceType",
        "instance_types.py",
        instance_types.APPS,
    ),
    Limit(
        "studio_lifecycle_scripts[].app_type",
        "JupyterLab, CodeEditor, JupyterServer or KernelGateway",
        "sagemaker.StudioLifecycleConfigAppType",
        "specification.py",
        spec("studio")["studio_lifecycle_scripts"]["options"]["app_type"]["choices"],
    ),
    Limit(
        "studio_spaces[].sharing",
        "shared or private",
        "sagemaker.SharingType",
        "specification.py",
        [word.capitalize() for word in spec("studio")["studio_spaces"]["options"]["sharing"]["choices"]],
    ),
    Limit(
        "login_user_pool_tier",
        "LITE, ESSENTIALS or PLUS",
        "cognito-idp.UserPoolTierType",
        "specification.py",
        spec("login")["login_user_pool_tier"]["choices"],
    ),
    Limit(
        "login_mfa",
        "off, optional or required",
        "cognito-idp.UserPoolMfaType",
        "specification.py",
        ["OFF", *sign_in.MFA.values()],
    ),
    Limit(
        "login_threat_protection",
        "off, audit or enforced",
        "cognito-idp.AdvancedSecurityModeType",
        "specification.py",
        ["OFF", *sign_in.THREAT_PROTECTION.values()],
    ),
    Limit(
        "login_identity_provider.type",
        "SAML or OIDC",
        "cognito-idp.IdentityProviderTypeType",
        "specification.py",
        spec("login")["login_identity_provider"]["options"]["type"]["choices"],
        "social providers vouch for no teams",
    ),
    Limit(
        "login_function_runtime",
        "python3.10 to python3.15",
        "lambda.Runtime",
        "sign_in_rules.py",
        sign_in_rules.RUNTIMES,
        "the functions are written in Python, and AWS retires older versions",
    ),
]
# Options whose bounds no shape of a model tells: what is taken, who says so, and where it is checked.
DOCUMENTED = [
    ("studio_users[].email", "an address with @ and a dot behind it", "Cognito developer guide", "team_rules.py"),
    ("studio_infrequent_access_days", "0, or at least 30", "S3 user guide, lifecycle transitions", "team_rules.py"),
    ("studio_backup_schedule", "cron with six fields", "AWS Backup developer guide", "team_rules.py"),
    (
        "studio_extra_policy_arns",
        "four, with policy_arns of a person",
        "IAM quotas, ten policies of a role",
        "team_rules.py",
    ),
    ("studio_extra_statements", "10240 characters of a role's own policies", "IAM quotas", "statement_rules.py"),
    (
        "studio_allowed_instance_types, studio_custom_images, studio_package_index",
        "6144 characters of one policy",
        "IAM quotas",
        "statement_rules.py",
    ),
    (
        "network_log_retention_days, login_log_retention_days",
        "the days that CloudWatch Logs knows",
        "logs, PutRetentionPolicy, in words",
        "network.py",
    ),
    ("network_cidr", "an IPv4 range from /16 to /28", "Amazon VPC user guide", "subnets.py"),
    ("login_identity_provider.teams", "3840 bytes as JSON", "Lambda quotas, 4 KB of environment", "sign_in_rules.py"),
    (
        "login_organisation_name, login_logo_text, login_help_url, login_studio_hosts",
        "3072 bytes together",
        "Lambda quotas, 4 KB of environment",
        "sign_in_rules.py",
    ),
    (
        ", ".join(f"login_{name}" for name in sign_in_rules.ABOVE_ZERO),
        "more than 0",
        "the collection",
        "sign_in_rules.py",
    ),
    ("login_profile_role_arns", "at most 40", "IAM quotas, size of a policy", "sign_in_rules.py"),
]


# Descriptions that name what the cases of test_bounds.py name under another option.
SAMPLES = [
    {"login_user_pool_id": "eu-central-1_example"},
    {"studio_code_editor": {"image_arn": IMAGE, "image_version_arn": IMAGE, "image_version_alias": "3"}},
]


def bounded_options():
    """{shape: options} of the single bounds, as the rules themselves find them in descriptions."""
    found = {}
    for fits in [*(case[0] for case in CASES.values()), *SAMPLES]:
        for shape, values in _bounded(fits):
            places = [_option(place) for place, _value in values]
            found.setdefault(shape, {}).update(dict.fromkeys(places))
    return found


def _bounded(options):
    role = next(iter(options)).split("_")[0]
    if role == "network":
        return network.bounded(rendering.network(**options).network)
    if role == "login":
        return sign_in_rules.bounded(rendering.login(**options).sign_in)
    return team_bounds.bounded(rendering.team_with(**options).team)


def _option(place):
    """The option of a place, as docs name it: studio_users[ada].email is one of studio_users[].email."""
    return re.sub(r"\[[^]]*\]", "[]", place)


def rows():
    """(option, what is taken, who says so, file) of all options that AWS bounds."""
    files = {"studio": "team_bounds.py", "login": "sign_in_rules.py", "network": "network.py"}
    single = [
        (option, bounds.BOUNDS[shape].form, f"`{shape}`", files[option.split("_")[0]])
        for shape, options in bounded_options().items()
        for option in options
    ]
    several = [
        (one.option, _taken(one), ", ".join(f"`{shape}`" for shape in one.shapes.split()), one.file) for one in LIMITS
    ]
    return sorted([*single, *several, *DOCUMENTED])


def _taken(limit):
    return f"{limit.takes} ({limit.stricter})" if limit.stricter else limit.takes


def table(role):
    """The lines of a role's table."""
    lines = ["| option | takes | known from | checked in |", "|---|---|---|---|"]
    for options, takes, source, file in rows():
        own = [_shown(option) for option in options.split(", ") if option.startswith(f"{role}_")]
        if own:
            lines.append(f"| {', '.join(own)} | {takes} | {source} | `{file}` |")
    return "\n".join([*lines, ""])


def _shown(option):
    name, colon, part = option.partition(":")
    return f"`{name}`{colon}{part}"


def marks(role):
    """The lines around a table."""
    return f"<!-- limits of {ROLES[role]}: begin -->\n", f"<!-- limits of {ROLES[role]}: end -->\n"


def with_tables(text):
    """The page with its tables as they should be."""
    for role in ROLES:
        begin, end = marks(role)
        before, _begin, rest = text.partition(begin)
        text = before + begin + table(role) + end + rest.partition(end)[2]
    return text


if __name__ == "__main__":
    PAGE.write_text(with_tables(PAGE.read_text()))
