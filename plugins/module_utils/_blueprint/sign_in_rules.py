# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is wrong with a sign-in's description, beyond the types of its options: a sentence for every mistake."""

from __future__ import annotations

import json
import re
import typing as t

from . import bounds, sender
from .network import MOST_TAGS, RETENTION_DAYS
from .platform import name_mistakes
from .regions import user_pool_mistakes
from .sign_in import OIDC, SAML, IdentityProvider, SignIn
from .specification import QUOTES, shown
from .tags import tag_mistakes

DOMAIN_PREFIX = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
TAKEN_WORDS = re.compile("aws|amazon|cognito")
CALLBACK = re.compile(r"(https://|http://localhost[:/]|[a-z][a-z0-9+.-]*://(?<!http://))")
HELP = re.compile(r"((https://|mailto:)[!-~]{1,2000})?")
# Cognito's own pattern wants three characters (API reference, CreateIdentityProvider, ProviderName).
PROVIDER_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{1,30}[A-Za-z0-9]")
NEEDED_DETAILS = {OIDC: ("oidc_issuer", "client_id"), SAML: ()}
# A function's environment variables have 4 KB together (Lambda quotas).
MOST_ENVIRONMENT_BYTES = 4096
# What the other variables of the groups' function take at most.
OTHER_ENVIRONMENT_BYTES = 256
PORTAL_ENVIRONMENT_BYTES = 1024
# Two public keys of the user pool, which the function of a private sign-in is given.
KEYS_ENVIRONMENT_BYTES = 1024
# A limit of 0 refuses every request, and an alarm at 0 never ends.
ABOVE_ZERO = (
    "throttling_rate_limit",
    "throttling_burst_limit",
    "portal_throttling_rate_limit",
    "portal_throttling_burst_limit",
    "refused_alarm_threshold",
    "failed_alarm_threshold",
)
MOST_PROFILE_ROLES = 40
ROLE = re.compile(r"arn:aws[a-z-]*:iam::[0-9]{12}:role/.+")
# What the sign-in's functions run on.
RUNTIMES = ("python3.10", "python3.11", "python3.12", "python3.13", "python3.14", "python3.15")
# An ARN has at most 2048 characters (model, ResourceArn), of which its beginning takes a few.
WEB_ACL = re.compile(r"arn:aws[a-z-]*:wafv2:[a-z0-9-]+:[0-9]{12}:regional/webacl/\S{1,1900}")
TOPIC = re.compile(r"arn:aws[a-z-]*:sns:[a-z0-9-]+:[0-9]{12}:[A-Za-z0-9_-]{1,256}([.]fifo)?")
URL_SECONDS, SESSION_SECONDS = (5, 60), (1800, 43200)
PASSWORD_LENGTH, INVITATION_DAYS = (6, 99), (1, 365)
LONGEST_CALLBACK, MOST_CALLBACKS = 1024, 100
Sentences = t.Iterable[str]


def sign_in_mistakes(sign_in: SignIn) -> list[str]:
    """Return the sentences about a sign-in."""
    return [sentence for rule in RULES for sentence in rule(sign_in)]


def network_mistakes(sign_in: SignIn) -> list[str]:
    """Return what a sign-in that is made lacks of its network, a sentence each."""
    if not sign_in.is_private or "vpc_id" in sign_in.network:
        return []
    return [
        "login_endpoint_type is private, and login_network does not say in which network: give it the fact with which "
        "the role network ends (playbooks/platform.yml does)."
    ]


def _outside(option: str, value: int, range_: tuple[int, int]) -> Sentences:
    least, most = range_
    if not least <= value <= most:
        yield f"{option} must be from {least} to {most}."


def _times(sign_in: SignIn) -> Sentences:
    yield from _outside("login_url_lifetime_seconds", sign_in.url_lifetime_seconds, URL_SECONDS)
    yield from _outside("login_session_seconds", sign_in.session_seconds, SESSION_SECONDS)
    if sign_in.log_retention_days not in RETENTION_DAYS:
        days = ", ".join(map(str, RETENTION_DAYS))
        yield f"login_log_retention_days is {sign_in.log_retention_days}, and must be one of {days}."


def _live_groups(sign_in: SignIn) -> Sentences:
    if not sign_in.live_group_check:
        return
    if sign_in.is_private:
        yield (
            "login_live_group_check cannot be combined with login_endpoint_type private: AWS takes no calls about a "
            "user pool that has a domain through a VPC endpoint. Switch it off, or sign in regionally."
        )
    if sign_in.identity_provider:
        yield (
            "login_live_group_check looks memberships up in Cognito, where people of an identity provider have none. "
            "Switch it off, or leave login_identity_provider out."
        )


def _roles(sign_in: SignIn) -> Sentences:
    count = len(sign_in.profile_role_arns)
    if count > MOST_PROFILE_ROLES:
        yield (
            f"login_profile_role_arns has {count} roles, and a policy holds {MOST_PROFILE_ROLES} at most: fewer teams "
            "can let members make their profile."
        )
    for arn in sign_in.profile_role_arns:
        if not ROLE.fullmatch(arn):
            yield f"login_profile_role_arns has {arn}, which is not the ARN of a role."
    for team, arns in sign_in.brought_role_arns.items():
        if not isinstance(arns, (list, tuple)) or not all(isinstance(arn, str) and ROLE.fullmatch(arn) for arn in arns):
            yield f"login_brought_role_arns[{team}] is {shown(arns)}, and must be a list of ARNs of roles."


def _passwords(sign_in: SignIn) -> Sentences:
    ranges = {
        "minimum_length": (14, PASSWORD_LENGTH),
        "temporary_password_validity_days": (7, INVITATION_DAYS),
    }
    for name, (default, range_) in ranges.items():
        value = sign_in.password_policy.get(name, default)
        yield from _outside(f"login_password_policy.{name}", value, range_)


def _address(sign_in: SignIn) -> Sentences:
    prefix = sign_in.hosted_ui_prefix
    if not DOMAIN_PREFIX.fullmatch(prefix) or TAKEN_WORDS.search(prefix):
        yield (
            f"login_domain_prefix {prefix} must be 1 to 63 of a-z, 0-9 and inner hyphens, without the words aws, "
            "amazon and cognito."
        )
    for url in sign_in.callback_urls:
        if not CALLBACK.match(url):
            yield f"login_callback_urls: {url} must begin with https:// (http:// for localhost only)."
        elif re.search(r"[\s#]", url):
            yield f"login_callback_urls: {url[:80]} must have no space and no #."
        elif len(url) > LONGEST_CALLBACK:
            yield f"login_callback_urls: {url[:80]}… has {len(url)} characters; Cognito takes {LONGEST_CALLBACK}."
    count = len(sign_in.callback_urls)
    if count > MOST_CALLBACKS:
        yield f"login_callback_urls has {count} addresses; Cognito takes {MOST_CALLBACKS}."


def _plan(sign_in: SignIn) -> Sentences:
    if sign_in.has_threat_protection and sign_in.user_pool_tier != "PLUS":
        yield (
            f"login_threat_protection {sign_in.threat_protection} needs the feature plan PLUS, and "
            f"login_user_pool_tier is {sign_in.user_pool_tier}. Choose PLUS, or switch threat protection off."
        )


def _portal(sign_in: SignIn) -> Sentences:
    if len(sign_in.logo_text) > 12:
        yield "login_logo_text must have 12 characters at most."
    if not HELP.fullmatch(sign_in.help_url):
        yield "login_help_url must begin with https:// or mailto: and have no spaces."


def bounded(sign_in: SignIn) -> t.Iterable[tuple[str, bounds.Values]]:
    """Yield the values of a sign-in by the shape that they become; values are pairs of place and value."""
    provider, details = sign_in.identity_provider, "login_identity_provider.details"
    texts = [(f"{details}[{name}]", value) for name, value in provider.details.items() if isinstance(value, str)]
    pool = sign_in.user_pool_id
    yield "cognito-idp.UserPoolIdType", [("login_user_pool_id", pool)] if pool else []
    yield "cloudwatch.ResourceList", [("login_alarm_topic_arns", sign_in.alarm_topic_arns)]
    yield "cognito-idp.StringType", texts
    yield from sender.bounded(sign_in)


def _bounds(sign_in: SignIn) -> Sentences:
    yield from bounds.mistakes(bounded(sign_in))
    if sign_in.function_runtime not in RUNTIMES:
        yield f"login_function_runtime is {sign_in.function_runtime}, and must be one of {', '.join(RUNTIMES)}."
    if sign_in.web_acl_arn and not WEB_ACL.fullmatch(sign_in.web_acl_arn):
        yield f"login_web_acl_arn is {sign_in.web_acl_arn}, and must be the ARN of a regional web ACL of AWS WAF."
    for name in ABOVE_ZERO:
        if getattr(sign_in, name) <= 0:
            yield f"login_{name} is {getattr(sign_in, name):g}, and must be more than 0."


def _environment(sign_in: SignIn) -> Sentences:
    roles = json.dumps(dict(sign_in.brought_role_arns), default=str)
    texts = (sign_in.organisation_name, sign_in.logo_text, sign_in.help_url, *sign_in.studio_hosts, roles)
    keys = KEYS_ENVIRONMENT_BYTES if sign_in.is_private else 0
    size = sum(len(text.encode()) for text in texts)
    if size > MOST_ENVIRONMENT_BYTES - PORTAL_ENVIRONMENT_BYTES - keys:
        yield (
            "login_organisation_name, login_logo_text, login_help_url and login_studio_hosts, with "
            f"login_brought_role_arns, take {size} bytes, and a function's environment has {MOST_ENVIRONMENT_BYTES} in "
            f"all, of which {PORTAL_ENVIRONMENT_BYTES + keys} are used."
        )


def _alarms(sign_in: SignIn) -> Sentences:
    for arn in sign_in.alarm_topic_arns:
        if not TOPIC.fullmatch(arn):
            yield f"login_alarm_topic_arns has {arn}, which is not the ARN of an SNS topic."


def _provider(sign_in: SignIn) -> Sentences:
    provider = sign_in.identity_provider
    if not provider:
        return
    if not PROVIDER_NAME.fullmatch(provider.name):
        yield "login_identity_provider.name must be 3 to 32 letters, digits and inner hyphens."
    if provider.type not in NEEDED_DETAILS:
        yield "login_identity_provider.type must be SAML or OIDC."
    for name in NEEDED_DETAILS.get(provider.type, ()):
        if name not in provider.details:
            yield f"login_identity_provider.details needs {name}, as the provider is an OIDC provider."
    if provider.type == SAML and len({"MetadataURL", "MetadataFile"} & provider.details.keys()) != 1:
        yield "login_identity_provider.details of a SAML provider needs MetadataURL or MetadataFile, one of them."
    yield from _provider_secrets(sign_in)
    yield from _provider_values(sign_in)
    yield from _provider_teams(provider)


def _provider_teams(provider: IdentityProvider) -> Sentences:
    if not provider.teams and not provider.teams_by_name:
        yield (
            "login_identity_provider.teams is empty, so nobody of the provider is in any team. List the provider's "
            "groups of each team, or set login_identity_provider.teams_by_name."
        )
    size = len(json.dumps(dict(provider.teams), default=str).encode())
    if size > MOST_ENVIRONMENT_BYTES - OTHER_ENVIRONMENT_BYTES:
        yield (
            f"login_identity_provider.teams takes {size} bytes, and a function's environment has "
            f"{MOST_ENVIRONMENT_BYTES} in all. Name teams as the provider names their groups, leave those out, and set "
            "teams_by_name."
        )


def _provider_values(sign_in: SignIn) -> Sentences:
    provider = sign_in.identity_provider
    for name, value in provider.details.items():
        if not isinstance(name, str) or not isinstance(value, str):
            yield f"login_identity_provider.details[{name}] must be a text. {QUOTES}."
    for team, groups in provider.teams.items():
        if not isinstance(team, str):
            yield f"login_identity_provider.teams has the team {shown(team)}, which is no text. {QUOTES}."
        elif not isinstance(groups, (list, tuple)) or not all(isinstance(group, str) for group in groups):
            place = f"login_identity_provider.teams[{team}]"
            yield f"{place} is {shown(groups)}, and must be a list of the provider's groups."
    for name in ("groups_attribute", "email_attribute"):
        if not getattr(provider, name):
            yield f"login_identity_provider.{name} is empty, and must name an attribute or claim of the provider."


def _provider_secrets(sign_in: SignIn) -> Sentences:
    provider = sign_in.identity_provider
    if "client_secret" in provider.details:
        yield "login_identity_provider.details has a client_secret, which belongs into login_identity_provider_secret."
    if provider.type == OIDC and not sign_in.identity_provider_secret:
        yield "An OIDC provider needs its secret in login_identity_provider_secret."
    if sign_in.user_pool_tier == "LITE":
        yield (
            "login_identity_provider needs the feature plan ESSENTIALS or PLUS in login_user_pool_tier: in LITE the "
            "groups of a provider cannot get into access tokens."
        )


def _tags(sign_in: SignIn) -> Sentences:
    return tag_mistakes(sign_in.tags, "login_tags", MOST_TAGS)


def _place(sign_in: SignIn) -> Sentences:
    yield from name_mistakes(sign_in.platform.name, "login_platform_name")
    yield from user_pool_mistakes(sign_in.platform.region, "login_region")


RULES: tuple[t.Callable[[SignIn], Sentences], ...] = (
    _place,
    _times,
    _live_groups,
    _roles,
    _passwords,
    _address,
    _plan,
    sender.sender_mistakes,
    _portal,
    _alarms,
    _bounds,
    _environment,
    _provider,
    _tags,
)
