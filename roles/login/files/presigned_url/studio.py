# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""SageMaker's side of a sign-in: the team's domain, the person's profile, the presigned URL."""

from __future__ import annotations

from typing import Any

import answers
from aws import error_code
from botocore.exceptions import ClientError
from config import Settings
from domains import PLATFORM_TAG, TEAM_TAG, Domain, Domains, is_owned, tags_of
from membership import Person
from memory import Memory
from places import Place, Places
from profile_name import OWNER_TAG, belongs_to, profile_name
from team_roles import is_the_teams

# How long it is remembered that a profile is a person's: as long as a token lives that names the person.
OWNER_SECONDS = 300
OWNERS = 10000

_REFUSED = {"ResourceNotFound", "ValidationException"}
# A profile that is gone has no tag either, by which the function may open it.
_REFUSED_OF_A_KNOWN_PROFILE = {*_REFUSED, "AccessDeniedException"}


class Studio:
    """Opens Studio for members. Remembers domains and whose profile is whose: a warm sign-in at home costs one call."""

    def __init__(self, sagemaker: Any, settings: Settings) -> None:
        self._sagemaker = sagemaker
        self._settings = settings
        self._domains = Domains(sagemaker, settings.platform_name)
        self._owners: Memory[bool] = Memory(OWNER_SECONDS, OWNERS)
        self._places = Places(sagemaker)

    def places(self, team: str, person: Person) -> list[Place]:
        """Return where in ``team``'s domain the person may land, beside Studio's home; none without a profile.

        Raises answers.Refusal (404, 409), and botocore's errors when AWS fails.
        """
        profile = profile_name(person.username)
        domain = self._domains.get(team)
        try:
            if not self._owners.get((domain.id, profile, person.sub)):
                self._require_own(domain, team, person, self._describe(domain, profile))
            return self._places.of(domain.id, profile)
        except ClientError as error:
            if error_code(error) not in _REFUSED:
                raise
            return []

    def presigned_url(self, team: str, person: Person, space: str | None = None) -> str:
        """Return a presigned URL of ``team``'s domain for the person's own profile, which lands in Studio's home, or in
        the space of that name.

        Profile names are not case sensitive (API reference, CreateUserProfile), so AWS finds it however it is written.
        Raises answers.Refusal (404, 409), and botocore's errors when AWS fails.
        """
        profile = profile_name(person.username)
        known = False
        try:
            domain = self._domains.get(team)
            known = bool(self._owners.get((domain.id, profile, person.sub)))
            if not known:
                self._require_own(domain, team, person, self._describe(domain, profile))
            return self._create_url(domain, profile, self._landing(domain, team, profile, space))
        except ClientError as error:
            if error_code(error) not in (_REFUSED_OF_A_KNOWN_PROFILE if known else _REFUSED):
                raise
        # The domain may have been replaced, or something is missing or not ready; AWS's refusal does not say which.
        # Look at everything afresh, and when nothing is wrong (any more) ask once more.
        domain = self._domains.get_afresh(team)
        self._require_profile(domain, team, person)
        return self._create_url(domain, profile, self._landing(domain, team, profile, space))

    def _landing(self, domain: Domain, team: str, profile: str, space: str | None) -> dict[str, str]:
        """Raise answers.Refusal (404) where the space is none of the profile's; what is sent is what AWS listed."""
        if space is None:
            return {}
        place = self._places.find(domain.id, profile, space)
        if place is None:
            raise answers.no_place(team)
        return place.landing

    def _create_url(self, domain: Domain, profile: str, landing: dict[str, str]) -> str:
        return self._sagemaker.create_presigned_domain_url(
            DomainId=domain.id,
            UserProfileName=profile,
            ExpiresInSeconds=self._settings.url_lifetime_seconds,
            SessionExpirationDurationInSeconds=domain.session_seconds(self._settings.session_seconds),
            **landing,
        )["AuthorizedUrl"]

    def _describe(self, domain: Domain, profile: str) -> dict[str, Any]:
        return self._sagemaker.describe_user_profile(DomainId=domain.id, UserProfileName=profile)

    def _require_own(self, domain: Domain, team: str, person: Person, described: dict[str, Any]) -> None:
        """Raise answers.Refusal (404) when the profile is not the team's, or was made for somebody else."""
        tags = tags_of(self._sagemaker, described["UserProfileArn"])
        if not (is_owned(tags, self._settings.platform_name, team) and belongs_to(tags, person.sub)):
            raise answers.profile_of_another(team)
        self._owners.put((domain.id, profile_name(person.username), person.sub), True)

    def _require_profile(self, domain: Domain, team: str, person: Person) -> None:
        """Raise unless the person's profile is in service; where the team lets members, start making it."""
        try:
            described = self._describe(domain, profile_name(person.username))
        except ClientError as error:
            if error_code(error) != "ResourceNotFound":
                raise
            if not domain.members_make_their_profile:
                raise answers.no_profile(team) from None
            self._start_profile(domain, team, person)
            raise answers.not_ready("user profile", team, "Pending") from None
        self._require_own(domain, team, person, described)
        if described["Status"] != "InService":
            raise answers.not_ready("user profile", team, described["Status"])

    def _start_profile(self, domain: Domain, team: str, person: Person) -> None:
        """Create the person's profile with the execution role that the domain names; it carries whose it is."""
        profile = profile_name(person.username)
        tags = {PLATFORM_TAG: self._settings.platform_name, TEAM_TAG: team, OWNER_TAG: person.sub}
        role = domain.role_of(profile)
        settings = self._settings
        brought = settings.brought_roles.get(team, ())
        if role and not is_the_teams(role, settings.platform_name, team, domain.account_id, brought):
            raise answers.role_of_another(team)
        try:
            self._sagemaker.create_user_profile(
                DomainId=domain.id,
                UserProfileName=profile,
                Tags=[{"Key": key, "Value": value} for key, value in tags.items()],
                **({"UserSettings": {"ExecutionRole": role}} if role else {}),
            )
        except ClientError as error:
            # Two sign-ins at once, or a retry after a lost answer: it is being made already.
            if error_code(error) != "ResourceInUse":
                raise
