# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A platform's sign-in as its description says it is: the options of the role login, and its names."""

from __future__ import annotations

import dataclasses
import hashlib
import typing as t

from .names import LONGEST_ROLE, bounded_name
from .platform import Platform, arrived, carried, described, options_of

PREFIX = "login_"
STAGE = "prod"
PRIVATE = "private"
OIDC, SAML = "OIDC", "SAML"
MFA = {"optional": "OPTIONAL", "required": "ON"}
THREAT_PROTECTION = {"audit": "AUDIT", "enforced": "ENFORCED"}
Options = t.Mapping[str, t.Any]


@dataclasses.dataclass(frozen=True)
class IdentityProvider:
    """Who vouches for people of the platform, beside its own user pool or in place of it."""

    name: str = ""
    type: str = ""
    details: Options = dataclasses.field(default_factory=dict)
    groups_attribute: str = "groups"
    email_attribute: str = "email"
    teams: Options = dataclasses.field(default_factory=dict)
    teams_by_name: bool = False
    exclusive: bool = False

    def __bool__(self) -> bool:
        """Return whether there is one."""
        return self != IdentityProvider()

    @property
    def attribute_mapping(self) -> dict[str, str]:
        """What of a person comes from the provider, by the pool's attribute."""
        return {"email": self.email_attribute, "custom:groups": self.groups_attribute}


@dataclasses.dataclass(frozen=True)
class SignIn:
    """The sign-in of a platform: the options of the role login, without their prefix."""

    platform: Platform
    callback_urls: tuple[str, ...] = ()
    user_pool_id: str = ""
    endpoint_type: str = "regional"
    network: Options = dataclasses.field(default_factory=dict)
    password_policy: Options = dataclasses.field(default_factory=dict)
    deletion_protection: bool = True
    mfa: str = "off"
    user_pool_tier: str = "ESSENTIALS"
    threat_protection: str = "off"
    email_configuration: Options | None = None
    identity_provider: IdentityProvider = IdentityProvider()
    identity_provider_secret: str = dataclasses.field(default="", repr=False)
    domain_prefix: str = ""
    url_lifetime_seconds: int = 30
    session_seconds: int = 28800
    throttling_rate_limit: float = 20
    throttling_burst_limit: int = 40
    portal_throttling_rate_limit: float = 20
    portal_throttling_burst_limit: int = 40
    access_log: bool = True
    log_retention_days: int = 365
    manage_api_gateway_log_role: bool = True
    alarms: bool = True
    refused_alarm_threshold: int = 50
    failed_alarm_threshold: int = 5
    alarm_topic_arns: tuple[str, ...] = ()
    web_acl_arn: str | None = None
    tracing: bool = False
    live_group_check: bool | None = None
    profile_role_arns: tuple[str, ...] = ()
    brought_role_arns: Options = dataclasses.field(default_factory=dict)
    organisation_name: str = "SageMaker Studio"
    logo_text: str = ""
    help_url: str = ""
    postman_dir: str = ""
    postman_team: str = "team1"
    function_runtime: str = "python3.13"
    api_url: str = ""
    hosted_ui_url: str = ""
    studio_hosts: tuple[str, ...] = ()
    tags: Options = dataclasses.field(default_factory=dict)

    @property
    def all_tags(self) -> dict[str, t.Any]:
        """The tags of everything that is made for the sign-in."""
        return {**self.tags, **self.platform.tags}

    @property
    def checks_groups(self) -> bool:
        """Whether each sign-in asks Cognito for the person's groups: by default wherever that can be."""
        if self.live_group_check is None:
            return not self.is_private and not self.identity_provider
        return self.live_group_check

    @property
    def is_private(self) -> bool:
        """Whether the API can be reached through the VPC alone."""
        return self.endpoint_type == PRIVATE

    @property
    def has_threat_protection(self) -> bool:
        """Whether Cognito watches for stolen passwords."""
        return self.threat_protection in THREAT_PROTECTION

    @property
    def hosted_ui_prefix(self) -> str:
        """The first part of the hosted sign-in's address.

        It is unique in the region among all of AWS's customers, without telling the account's number.
        """
        place = self.platform
        digest = hashlib.sha256(f"{place.account_id}:{place.region}:{place.name}".encode()).hexdigest()
        return self.domain_prefix or f"{place.name}-{digest[:10]}"

    def role(self, purpose: str) -> str:
        """Return the name of one of the sign-in's roles, which is also that of the role's policy."""
        return bounded_name(f"{self.platform.name}--{self.platform.region}-{purpose}", LONGEST_ROLE)

    def role_arn(self, purpose: str) -> str:
        """Return the ARN of one of the sign-in's roles."""
        return f"arn:{self.platform.partition}:iam::{self.platform.account_id}:role/{self.role(purpose)}"

    def policy_arn(self, purpose: str) -> str:
        """Return the ARN of the policy of one of the sign-in's roles."""
        return f"arn:{self.platform.partition}:iam::{self.platform.account_id}:policy/{self.role(purpose)}"

    def function(self, purpose: str) -> str:
        """Return the name of one of the sign-in's functions."""
        return f"{self.platform.name}-{purpose}"

    def function_arn(self, purpose: str) -> str:
        """Return the ARN of one of the sign-in's functions."""
        place = self.platform
        return f"arn:{place.partition}:lambda:{place.region}:{place.account_id}:function:{self.function(purpose)}"

    def function_log_group(self, purpose: str) -> str:
        """Return the log group of one of the sign-in's functions."""
        return f"/aws/lambda/{self.function(purpose)}"

    @property
    def function_security_group(self) -> str:
        """The security group of the sign-in function, where it lives in the VPC."""
        return f"{self.platform.name}-sign-in"

    @property
    def access_log_group(self) -> str:
        """The log group of the API's access log."""
        return f"/aws/apigateway/{self.platform.name}"

    @property
    def logs(self) -> str:
        """What the ARNs of log groups begin with."""
        return f"arn:{self.platform.partition}:logs:{self.platform.region}:{self.platform.account_id}:log-group"


# The functions and the role of the account's API Gateway, as they are named.
PRESIGNED_URL, TOKEN_GROUPS, API_LOGS = "presigned-url", "token-groups", "api-logs"


def sign_in_of(options: Options) -> SignIn:
    """Return the sign-in that options of the role login describe, in the types of its argument spec."""
    platform, given = described(options, PREFIX)
    provider = {name: value for name, value in given.pop("identity_provider", {}).items() if value is not None}
    return SignIn(platform, identity_provider=IdentityProvider(**provider), **options_of(SignIn, given))


def carried_sign_in(sign_in: SignIn) -> tuple[dict[str, t.Any], str]:
    """Return (sign-in, secret of its identity provider) as what travels to another process.

    sign_in_from() makes the sign-in of it again.
    """
    fields = carried(sign_in)
    secret: str = fields.pop("identity_provider_secret")
    return fields, secret


def sign_in_from(fields: t.Mapping[str, t.Any], secret: str) -> SignIn:
    """Return the sign-in that carried_sign_in() took apart. What is not said holds its default."""
    values = {**arrived(fields), "identity_provider_secret": secret}
    return SignIn(**{**values, "identity_provider": IdentityProvider(**values.get("identity_provider", {}))})
