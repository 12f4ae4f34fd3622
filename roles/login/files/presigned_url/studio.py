# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""SageMaker's side of a sign-in: the team's domain, the person's profile, the presigned URL."""

from __future__ import annotations

import re
from typing import Any

import answers
import boto3
from botocore.config import Config
from botocore.exceptions import ClientError
from config import Settings

PLATFORM_TAG = "Platform"
TEAM_TAG = "DomainName"
# A domain that carries this tag with the value "true" lets members without a profile make their own by signing in.
PROFILE_ON_FIRST_SIGN_IN_TAG = "ProfileOnFirstSignIn"
# A domain that carries this tag, whatever its value, is being taken down, and nobody is let in any more.
CLOSED_TAG = "ClosedForSignIn"

# botocore model, shape UserProfileName: at most 63 characters.
_PROFILE_NAME = re.compile(r"(?=.{1,63}$)[a-zA-Z0-9](-*[a-zA-Z0-9])*", re.ASCII)
_REFUSED = {"ResourceNotFound", "ValidationException"}
_THROTTLED = {"Throttling", "ThrottlingException", "TooManyRequestsException", "RequestLimitExceeded"}


def make_client(region: str) -> Any:
    """Return a SageMaker client that gives up before API Gateway does (after 29 s)."""
    options = Config(connect_timeout=2, read_timeout=5, retries={"mode": "standard", "total_max_attempts": 3})
    return boto3.client("sagemaker", region_name=region, config=options)


def error_code(error: ClientError) -> str:
    """Return AWS's code of an error, for example ``ResourceNotFound``."""
    return error.response.get("Error", {}).get("Code", "")


def is_throttling(error: ClientError) -> bool:
    """Say whether AWS asked us to slow down."""
    return error_code(error) in _THROTTLED or error.response.get("ResponseMetadata", {}).get("HTTPStatusCode") == 429


class Studio:
    """Opens Studio for members. Remembers domains, so that a warm sign-in costs two SageMaker calls.

    Tags are never remembered: a domain that is closed lets nobody in from that moment on.
    """

    def __init__(self, sagemaker: Any, settings: Settings) -> None:
        self._sagemaker = sagemaker
        self._settings = settings
        self._domains: dict[str, dict[str, Any]] = {}

    def presigned_url(self, team: str, username: str) -> str:
        """Return a presigned URL of ``team``'s domain for the profile named like the user.

        Profile names are not case sensitive (API reference, CreateUserProfile), so AWS finds it however it is written.
        Raises answers.Refusal (404, 409), and botocore's errors when AWS fails.
        """
        if not _PROFILE_NAME.fullmatch(username):
            raise answers.no_profile(team)
        try:
            return self._create_url(self._known_domain(team)["DomainId"], username)
        except ClientError as error:
            if error_code(error) not in _REFUSED:
                raise
        # The domain may have been replaced, or something is missing or not ready; AWS's refusal does not say which.
        # Look at everything afresh, and when nothing is wrong (any more) ask once more.
        self._domains.pop(team, None)
        domain = self._find_domain(team)
        self._require_domain(domain, team)
        self._require_profile(domain, team, username)
        return self._create_url(domain["DomainId"], username)

    def _create_url(self, domain_id: str, username: str) -> str:
        return self._sagemaker.create_presigned_domain_url(
            DomainId=domain_id,
            UserProfileName=username,
            ExpiresInSeconds=self._settings.url_lifetime_seconds,
            SessionExpirationDurationInSeconds=self._settings.session_seconds,
        )["AuthorizedUrl"]

    def _known_domain(self, team: str) -> dict[str, Any]:
        """Return the domain that an earlier sign-in found, as long as it is open, else look for it."""
        domain = self._domains.get(team)
        if domain is None:
            return self._find_domain(team)
        _require_open(self._tags(domain), team)
        return domain

    def _find_domain(self, team: str) -> dict[str, Any]:
        """Find the team's domain among all of the account's; ListDomains has no filter."""
        pages = self._sagemaker.get_paginator("list_domains").paginate(PaginationConfig={"PageSize": 100})
        namesakes = [domain for page in pages for domain in page["Domains"] if domain["DomainName"] == team]
        domain, tags = self._ours([(domain, self._tags(domain)) for domain in namesakes], team)
        _require_open(tags, team)
        if domain["Status"] != "InService":
            raise answers.not_ready("domain", team, domain["Status"])
        self._domains[team] = domain
        return domain

    def _ours(self, namesakes: list[tuple[dict[str, Any], dict[str, str]]], team: str) -> tuple[Any, dict[str, str]]:
        """Return the domain that carries our tag, or the only one of that name unless it is another platform's.

        namesakes are domains, each with its tags, as is the answer. Of several of ours the one in service counts, then
        the oldest: it holds the home directories.
        """
        platforms = [tags.get(PLATFORM_TAG) for _domain, tags in namesakes]
        ours = [found for found, name in zip(namesakes, platforms, strict=True) if name == self._settings.platform_name]
        if platforms == [None]:
            ours = namesakes
        if not ours:
            raise answers.no_domain(team, outcome="only_foreign_domains" if namesakes else "no_domain")
        return min(ours, key=lambda found: (found[0]["Status"] != "InService", found[0]["CreationTime"]))

    def _tags(self, domain: dict[str, Any]) -> dict[str, str]:
        pages = self._sagemaker.get_paginator("list_tags").paginate(ResourceArn=domain["DomainArn"])
        return {tag["Key"]: tag["Value"] for page in pages for tag in page["Tags"]}

    def _require_domain(self, domain: dict[str, Any], team: str) -> None:
        """Raise unless the domain is in service. ListDomains may lag behind, so ask for this very one."""
        try:
            status = self._sagemaker.describe_domain(DomainId=domain["DomainId"])["Status"]
        except ClientError as error:
            if error_code(error) != "ResourceNotFound":
                raise
            raise answers.no_domain(team) from None
        if status != "InService":
            raise answers.not_ready("domain", team, status)

    def _require_profile(self, domain: dict[str, Any], team: str, username: str) -> None:
        """Raise unless the person's profile is in service; where the domain's tag says so, start making it."""
        try:
            profile = self._sagemaker.describe_user_profile(DomainId=domain["DomainId"], UserProfileName=username)
        except ClientError as error:
            if error_code(error) != "ResourceNotFound":
                raise
            if self._tags(domain).get(PROFILE_ON_FIRST_SIGN_IN_TAG) != "true":
                raise answers.no_profile(team) from None
            self._start_profile(domain["DomainId"], team, username)
            raise answers.not_ready("user profile", team, "Pending") from None
        if profile["Status"] != "InService":
            raise answers.not_ready("user profile", team, profile["Status"])

    def _start_profile(self, domain_id: str, team: str, username: str) -> None:
        """Create a profile without settings of its own: the domain's default execution role and settings apply."""
        tags = {PLATFORM_TAG: self._settings.platform_name, TEAM_TAG: team}
        try:
            self._sagemaker.create_user_profile(
                DomainId=domain_id,
                UserProfileName=username,
                Tags=[{"Key": key, "Value": value} for key, value in tags.items()],
            )
        except ClientError as error:
            # Two sign-ins at once, or a retry after a lost answer: it is being made already.
            if error_code(error) != "ResourceInUse":
                raise


def _require_open(tags: dict[str, str], team: str) -> None:
    if CLOSED_TAG in tags:
        raise answers.closed(team)
