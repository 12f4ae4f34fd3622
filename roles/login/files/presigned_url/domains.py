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
# How long it is used where a team's domain is, without going through all domains again.
ARN_SECONDS = 300
# How long "there is none" is repeated without going through all domains again.
MISSING_SECONDS = 5
# Such a domain never was anybody's home, or ceases to be it, and gives way to the one that replaces it.
_GIVES_WAY = {"Deleting", "Failed"}
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
    """Finds teams' domains. Where a domain is, is remembered for 5 minutes; what its tags say, for 30 s."""

    def __init__(self, sagemaker: Any, platform_name: str) -> None:
        self._sagemaker = sagemaker
        self._platform_name = platform_name
        self._found: Memory[Domain] = Memory(TAGS_SECONDS, TEAMS)
        self._arns: Memory[str] = Memory(ARN_SECONDS, TEAMS)
        self._missing: Memory[answers.Refusal] = Memory(MISSING_SECONDS, TEAMS)

    def get(self, team: str) -> Domain:
        """Return the team's domain, as remembered or found; raises answers.Refusal (404, 409).

        AWS may refuse what is then done with it (ResourceNotFound, ValidationException) when it has been replaced:
        get_afresh() finds the new one.
        """
        domain, refusal = self._found.get(team), self._missing.get(team)
        if refusal:
            raise refusal
        return domain or self._where_it_was(team) or self._find(team)

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

    def _where_it_was(self, team: str) -> Domain | None:
        """Return the domain that was the team's when it was last looked for, if its tags still say so."""
        arn = self._arns.get(team)
        tags = tags_of(self._sagemaker, arn) if arn else {}
        return self._remember(team, arn, tags) if arn and is_owned(tags, self._platform_name, team) else None

    def _remember(self, team: str, arn: str, tags: dict[str, str]) -> Domain:
        """Raise answers.Refusal (409) for a domain that is closed, which is not remembered; return any other."""
        if CLOSED_TAG in tags:
            raise answers.closed(team)
        domain = Domain(arn.rpartition("/")[2], arn, tags)
        self._found.put(team, domain)
        return domain

    def _find(self, team: str) -> Domain:
        """Find the team's domain among all of the account's; ListDomains has no filter."""
        pages = self._sagemaker.get_paginator("list_domains").paginate(PaginationConfig={"PageSize": 100})
        namesakes = [domain for page in pages for domain in page["Domains"] if domain["DomainName"] == team]
        tagged = [(domain, tags_of(self._sagemaker, domain["DomainArn"])) for domain in namesakes]
        ours = [found for found in tagged if is_owned(found[1], self._platform_name, team)]
        if not ours:
            refusal = answers.no_domain(team, outcome="only_foreign_domains" if namesakes else "no_domain")
            self._missing.put(team, refusal)
            raise refusal
        # The oldest counts, whatever its status: it holds the home directories, and no later one takes its place.
        domain, tags = min(ours, key=lambda found: (found[0]["Status"] in _GIVES_WAY, found[0]["CreationTime"]))
        if CLOSED_TAG not in tags and domain["Status"] != "InService":
            raise answers.not_ready("domain", team, domain["Status"])
        self._arns.put(team, domain["DomainArn"])
        return self._remember(team, domain["DomainArn"], tags)


def is_owned(tags: Mapping[str, str], platform_name: str, team: str) -> bool:
    """Say whether something with these tags is the team's. Whoever may make things for one team may name them at will.

    What carries no tag is nobody's: a run of the playbooks that takes a domain or a profile over puts both on it.
    """
    return tags.get(PLATFORM_TAG) == platform_name and tags.get(TEAM_TAG) == team


def tags_of(sagemaker: Any, arn: str) -> dict[str, str]:
    """Return the tags of a SageMaker resource."""
    pages = sagemaker.get_paginator("list_tags").paginate(ResourceArn=arn)
    return {tag["Key"]: tag["Value"] for page in pages for tag in page["Tags"]}
