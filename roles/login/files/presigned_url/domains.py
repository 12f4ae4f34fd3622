# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which SageMaker domain is a team's, among any number, and what its tags say about signing in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import answers
from aws import error_code
from botocore.exceptions import ClientError
from memory import Memory

PLATFORM_TAG = "Platform"
TEAM_TAG = "DomainName"
# With the value "true", members without a profile make their own by signing in.
PROFILE_ON_FIRST_SIGN_IN_TAG = "ProfileOnFirstSignIn"
# The execution role of such a profile; with ":" and the profile's name in lower case behind it, that of one person.
PROFILE_ROLE_TAG = "ProfileRole"
# How many minutes a session in this team lasts, unless the platform's limit is lower.
SESSION_MINUTES_TAG = "SessionMinutes"
# Whatever its value, the domain is being taken down, and nobody is let in any more.
CLOSED_TAG = "ClosedForSignIn"

# How long what was read of a domain is used without asking again. That a domain was closed, and a team's changed
# settings, take effect after that time at the latest; docs/sign-in.md and docs/endings.md name it.
TAGS_SECONDS = 30
# How long "there is none" is repeated without going through all domains again.
MISSING_SECONDS = 5
# A function's memory is small, and one account has far fewer teams that sign in at the same time.
TEAMS = 1000


@dataclass(frozen=True)
class Domain:
    """A team's domain: its id, its ARN and its tags."""

    id: str
    arn: str
    tags: Mapping[str, str]

    @property
    def members_make_their_profile(self) -> bool:
        """Whether a member without a profile gets one by signing in."""
        return self.tags.get(PROFILE_ON_FIRST_SIGN_IN_TAG) == "true"

    @property
    def account_id(self) -> str:
        """The account that the domain is in."""
        return self.arn.split(":")[4]

    def role_of(self, profile: str) -> str | None:
        """Return the ARN of the execution role that a profile gets by signing in, or None for the domain's default."""
        return self.tags.get(f"{PROFILE_ROLE_TAG}:{profile.lower()}") or self.tags.get(PROFILE_ROLE_TAG)

    def session_seconds(self, limit: int) -> int:
        """Return how long a session lasts: what the team wants, from 30 minutes (AWS's least) to ``limit`` seconds."""
        minutes = self.tags.get(SESSION_MINUTES_TAG, "")
        # A tag that somebody edited must not keep the team out.
        return max(1800, min(limit, int(minutes) * 60)) if minutes.isascii() and minutes.isdigit() else limit


class Domains:
    """Finds teams' domains. Where a domain is, is remembered as long as it is right; what its tags say, for 30 s."""

    def __init__(self, sagemaker: Any, platform_name: str) -> None:
        self._sagemaker = sagemaker
        self._platform_name = platform_name
        self._found: Memory[Domain] = Memory(TAGS_SECONDS, TEAMS)
        self._arns: Memory[str] = Memory(float("inf"), TEAMS)
        self._missing: Memory[answers.Refusal] = Memory(MISSING_SECONDS, TEAMS)

    def get(self, team: str) -> Domain:
        """Return the team's domain, as remembered or found; raises answers.Refusal (404, 409).

        AWS may refuse what is then done with it (ResourceNotFound, ValidationException) when it has been replaced:
        get_afresh() finds the new one.
        """
        domain, arn, refusal = self._found.get(team), self._arns.get(team), self._missing.get(team)
        if refusal:
            raise refusal
        if domain:
            return domain
        return self._remember(team, arn, self._tags(arn)) if arn else self._find(team)

    def get_afresh(self, team: str) -> Domain:
        """Return the team's domain as AWS knows it now; raises answers.Refusal (404, 409) also when it is not ready."""
        for memory in (self._found, self._arns, self._missing):
            memory.forget(team)
        domain = self._find(team)
        # ListDomains may lag behind, so ask for this very one.
        try:
            status = self._sagemaker.describe_domain(DomainId=domain.id)["Status"]
        except ClientError as error:
            if error_code(error) != "ResourceNotFound":
                raise
            raise answers.no_domain(team) from None
        if status != "InService":
            raise answers.not_ready("domain", team, status)
        return domain

    def _remember(self, team: str, arn: str, tags: dict[str, str]) -> Domain:
        """Raise answers.Refusal (409) for a domain that is closed, which is not remembered; return any other."""
        if CLOSED_TAG in tags:
            raise answers.closed(team)
        domain = Domain(arn.rpartition("/")[2], arn, tags)
        self._arns.put(team, arn)
        self._found.put(team, domain)
        return domain

    def _find(self, team: str) -> Domain:
        """Find the team's domain among all of the account's; ListDomains has no filter."""
        pages = self._sagemaker.get_paginator("list_domains").paginate(PaginationConfig={"PageSize": 100})
        namesakes = [domain for page in pages for domain in page["Domains"] if domain["DomainName"] == team]
        tagged = [(domain, self._tags(domain["DomainArn"])) for domain in namesakes]
        ours = self._ours(tagged)
        if not ours:
            refusal = answers.no_domain(team, outcome="only_foreign_domains" if namesakes else "no_domain")
            self._missing.put(team, refusal)
            raise refusal
        # The one in service counts, then the oldest: it holds the home directories.
        domain, tags = min(ours, key=lambda found: (found[0]["Status"] != "InService", found[0]["CreationTime"]))
        if CLOSED_TAG not in tags and domain["Status"] != "InService":
            raise answers.not_ready("domain", team, domain["Status"])
        return self._remember(team, domain["DomainArn"], tags)

    def _ours(self, namesakes: list[tuple[dict[str, Any], dict[str, str]]]) -> list[tuple[dict[str, Any], dict]]:
        """Of domains with their tags, return those that carry our tag, or the only one if it carries nobody's."""
        platforms = [tags.get(PLATFORM_TAG) for _domain, tags in namesakes]
        if platforms == [None]:
            return namesakes
        return [found for found, name in zip(namesakes, platforms, strict=True) if name == self._platform_name]

    def _tags(self, arn: str) -> dict[str, str]:
        return tags_of(self._sagemaker, arn)


def tags_of(sagemaker: Any, arn: str) -> dict[str, str]:
    """Return the tags of a SageMaker resource."""
    pages = sagemaker.get_paginator("list_tags").paginate(ResourceArn=arn)
    return {tag["Key"]: tag["Value"] for page in pages for tag in page["Tags"]}
