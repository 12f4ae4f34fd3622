# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every name, ARN, prefix and pattern of a team, once.

A team's name has no double hyphen, and a platform's has none either, so platform--team can be taken apart in one way
only, and no two platforms, teams or regions meet in one name. Buckets are unique among all of AWS's customers, roles
and policies in the whole account.
"""

from __future__ import annotations

import dataclasses
import hashlib
import re

from .platform import Platform

# What SageMaker fills in with the domain and the profile of a session (IAM condition keys of SageMaker).
OWN_DOMAIN = "${sagemaker:DomainId}"
OWN_PROFILE = "${sagemaker:UserProfileName}"

TEAM = re.compile(r"(?!.*--)[a-z0-9]([a-z0-9-]{0,22}[a-z0-9])?")
# What Ansible knows under these names is no host of ours.
KEPT_BY_ANSIBLE = frozenset({"all", "localhost", "ungrouped"})
# How the sign-in function ends the names of profiles that are made of other user names (profile_name.py).
MADE_PROFILE = re.compile(r".*--[0-9a-f]{20}", re.IGNORECASE)
# User profiles, spaces and scripts (SageMaker API reference, UserProfileName, SpaceName).
STUDIO_NAME = re.compile(r"(?=.{1,63}$)[a-zA-Z0-9](-*[a-zA-Z0-9])*")

LONGEST_BUCKET = 63
LONGEST_ROLE = 64
LONGEST_POLICY = 128
LONGEST_STUDIO_NAME = 63
# A lifecycle configuration's name has 63 characters, of which the hash of the script takes nine.
LONGEST_SCRIPT = 54
HASH_DIGITS = 8


def bounded_name(name: str, limit: int) -> str:
    """Return name, or its head, a hyphen and a hash of the whole where it has more than limit characters.

    Two long names stay different, and the same name is always shortened in the same way. Raises ValueError where the
    limit leaves no room for a head.
    """
    shortest = HASH_DIGITS + 2
    if limit < shortest:
        raise ValueError(f"a limit must be at least {shortest} characters, not {limit}")
    if len(name) <= limit:
        return name
    # A head that ends in a hyphen would give two in a row, which several services refuse.
    head = name[: limit - HASH_DIGITS - 1].rstrip("-")
    return f"{head}-{hashlib.sha256(name.encode()).hexdigest()[:HASH_DIGITS]}"


@dataclasses.dataclass(frozen=True)
class Names:
    """The names of a team on its platform."""

    platform: Platform
    team: str

    @property
    def region(self) -> str:
        """The platform's region."""
        return self.platform.region

    @property
    def account_id(self) -> str:
        """The platform's account."""
        return self.platform.account_id

    @property
    def partition(self) -> str:
        """The platform's partition."""
        return self.platform.partition

    @property
    def iam(self) -> str:
        """What the ARNs of the account's roles and policies begin with."""
        return f"arn:{self.partition}:iam::{self.account_id}"

    @property
    def sagemaker(self) -> str:
        """What the ARNs of SageMaker's things begin with."""
        return self.arn("sagemaker")

    def arn(self, service: str, resource: str = "") -> str:
        """Return the ARN of a resource in the platform's region, or what those of a service begin with."""
        return self.platform.arn(service, resource)

    @property
    def prefix(self) -> str:
        """What the names of things begin with that must be unique in the account."""
        return f"{self.platform.name}--{self.team}--{self.region}"

    @property
    def key_alias(self) -> str:
        """The alias of the team's key."""
        return f"{self.platform.name}/{self.team}"

    @property
    def unknown_key_arn(self) -> str:
        """Stands in for the key's ARN as long as there is no key."""
        return self.arn("kms", "key/00000000-0000-0000-0000-000000000000")

    @property
    def data_bucket(self) -> str:
        """The bucket with the team's data."""
        return bounded_name(f"{self.prefix}-{self.account_id}", LONGEST_BUCKET)

    @property
    def access_log_bucket(self) -> str:
        """The bucket with the data bucket's access log."""
        return bounded_name(f"{self.prefix}-{self.account_id}-access-log", LONGEST_BUCKET)

    @property
    def bucket_arns(self) -> list[str]:
        """The ARNs of the team's buckets."""
        return [f"arn:{self.partition}:s3:::{name}" for name in (self.data_bucket, self.access_log_bucket)]

    @property
    def security_group(self) -> str:
        """The security group of the team's apps and jobs."""
        return f"{self.platform.name}--{self.team}"

    def role(self, persona: str) -> str:
        """Return the name of the role that a persona works with."""
        return bounded_name(f"{self.prefix}-{persona}", LONGEST_ROLE)

    def role_arn(self, persona: str) -> str:
        """Return the ARN of the role that a persona works with."""
        return f"{self.iam}:role/{self.role(persona)}"

    @property
    def role_path(self) -> str:
        """The path of single people's roles, by which all of them are found."""
        return f"/{self.platform.name}/{self.team}/{self.region}/"

    def person_role(self, person: str) -> str:
        """Return the name of a person's own role: unique in the account without its path; case has no meaning."""
        return bounded_name(f"{self.prefix}-person-{person.lower()}", LONGEST_ROLE)

    def person_role_arn(self, person: str) -> str:
        """Return the ARN of a person's own role."""
        return f"{self.iam}:role{self.role_path}{self.person_role(person)}"

    @property
    def people_role_arns(self) -> str:
        """The pattern of the ARNs of all people's own roles."""
        return f"{self.iam}:role{self.role_path}*"

    @property
    def own_people_role_arns(self) -> str:
        """The same, but of names alone that no other team's role has: IAM knows a name once, whatever its path."""
        head = f"{self.prefix}-person-"[: LONGEST_ROLE - HASH_DIGITS - 1]
        return f"{self.iam}:role{self.role_path}{head}*"

    def policy(self, purpose: str) -> str:
        """Return the name of one of the team's managed policies."""
        return bounded_name(f"{self.prefix}-{purpose}", LONGEST_POLICY)

    def policy_arn(self, purpose: str) -> str:
        """Return the ARN of one of the team's managed policies."""
        return f"{self.iam}:policy/{self.policy(purpose)}"

    @property
    def own_names(self) -> str:
        """The pattern of the team's jobs, models and endpoints, which cannot all be told apart by tag."""
        return f"{self.team}--*"

    @property
    def work_prefix(self) -> str:
        """What the names of the team's jobs, models, endpoints and inner groups begin with."""
        return f"{self.team}--"

    def inner_group(self, group: str) -> str:
        """Return the Cognito group of people within the team. None of these opens another team's Studio."""
        return f"{self.work_prefix}{group}"

    @property
    def script_prefix(self) -> str:
        """What the names of the team's lifecycle configurations begin with; names shorten it."""
        return f"{self.platform.name}--{self.team}--"

    @property
    def bounded_script_prefix(self) -> str:
        """What every shortened name of the team's lifecycle configurations still begins with."""
        return self.script_prefix[: LONGEST_SCRIPT - HASH_DIGITS - 3]

    def script(self, name: str) -> str:
        """Return the name of a lifecycle configuration, without the hash of its text."""
        return bounded_name(f"{self.script_prefix}{name}", LONGEST_SCRIPT)

    def image(self, name: str) -> str:
        """Return the name of a custom image. It takes single hyphens and dots; a team's name has no dot."""
        return bounded_name(f"{self.platform.name}.{self.team}.{name}", LONGEST_STUDIO_NAME)

    def app_image_config(self, name: str, app_type: str) -> str:
        """Return the name of what a custom image needs in one kind of app."""
        return bounded_name(f"{self.platform.name}--{self.team}--{name}--{app_type.lower()}", LONGEST_STUDIO_NAME)

    @property
    def bounded_image_prefixes(self) -> list[str]:
        """What every shortened name of the team's custom images, and of what they need in apps, still begins with."""
        longest = LONGEST_STUDIO_NAME - HASH_DIGITS - 3
        return [f"{self.platform.name}{mark}{self.team}{mark}"[:longest] for mark in (".", "--")]

    @property
    def backup_vault(self) -> str:
        """The vault and the plan of the team's backups, unique in account and region."""
        return f"{self.platform.name}--{self.team}"

    @property
    def backup_role(self) -> str:
        """The role with which AWS Backup reads."""
        return self.role("backup")

    @property
    def backup_role_arn(self) -> str:
        """The ARN of that role."""
        return f"{self.iam}:role/{self.backup_role}"

    @property
    def budget(self) -> str:
        """The team's budget."""
        return self.prefix


def personal_space(person: str, space: str) -> str:
    """Return the name of one of a person's own spaces."""
    return bounded_name(f"{person}--{space}", LONGEST_STUDIO_NAME)
