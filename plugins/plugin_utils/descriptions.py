# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The descriptions of teams and platforms in an inventory, and what is wrong with them."""

from __future__ import annotations

import re
import typing as t

from ansible.errors import AnsibleError

from ..module_utils._blueprint import platform_needs
from ..module_utils._blueprint.choice import Choice, Inventory
from ..module_utils._blueprint.network import network_mistakes, network_of
from ..module_utils._blueprint.platform import UNKNOWN_ACCOUNT, misnamed, platform_mistakes
from ..module_utils._blueprint.regions import partition_of
from ..module_utils._blueprint.sign_in import PRIVATE, sign_in_of
from ..module_utils._blueprint.sign_in_rules import sign_in_mistakes
from ..module_utils._blueprint.specification import on_one_line
from ..module_utils._blueprint.team import Team
from .options import plain, read_options, specification
from .teams import described_team, survey_variables

# What a team's variables say of its platform.
OF_A_PLATFORM = re.compile(r"platform_name$|(aws|network|login)_(?!_)")
# What of a team its platform needs to know.
NEEDED = (
    "studio_members_make_their_profile",
    "studio_role_per_person",
    "studio_package_index",
)
# By what the playbooks set of the roles' options: where a description says it.
EVERYBODY_LEAVES = (
    "studio_remove_unlisted_people is set and studio_users is not, so everybody would leave the team: list the people "
    "who stay, or say studio_users: [] where that is meant."
)
INSTEAD = {
    "platform_name": "the platform says platform_name",
    "region": "the platform says aws_region",
    "account_id": "the platform says aws_account_id",
    "partition": "it follows from aws_region",
    "private_api": "it follows from login_endpoint_type",
    "private_sign_in": "it follows from login_endpoint_type of the platform",
    "user_pool_id": "the platform says login_user_pool_id",
    "password_policy": "the platform says login_password_policy",
    "domain_name": "it is the name of the host",
    "added_users": "studio_users names people",
}
PLATFORM_ANSWER = "survey_studio_platform"


class Descriptions:
    """What the hosts of an inventory say. hostvars: Ansible's, by the hosts' names."""

    def __init__(self, hostvars: t.Mapping[str, t.Any]) -> None:
        self._hostvars = hostvars
        self._specs = {role: specification(role) for role in ("studio", "network", "login")}
        self._choice, self._inventory = Choice(), Inventory({}, {})
        self._added_people: list[dict[str, t.Any]] = []
        self._removes = False

    def use(self, choice: Choice, inventory: Inventory, added_people: list[dict[str, t.Any]], removes: bool) -> None:
        """Take in what was chosen. removes: the run takes a team down, and needs neither network nor sign-in."""
        self._choice, self._inventory = choice, inventory
        self._added_people, self._removes = added_people, removes

    def _variables(self, host: str) -> t.Mapping[str, t.Any]:
        """Return what a host says: nothing where a slice of an AWX job lacks it."""
        return self._hostvars[host] if host in self._hostvars else {}  # noqa: SIM401 - get() fails for such a host

    def value(self, host: str, name: str) -> t.Any:
        """Return a variable of a host with its templates resolved; None where there is none, or it cannot be."""
        if name in self._choice.brought.get(host, {}):
            return self._choice.brought[host][name]
        try:
            return plain(self._variables(host).get(name))
        except AnsibleError:
            return None

    def platform_of(self, team: str) -> str:
        """Return the host of a team's platform. That of a team which is not listed may be answered in a survey."""
        described = str(self.value(team, "studio_platform") or "")
        answer = str(self.value(team, PLATFORM_ANSWER) or "")
        return answer if answer and not self.value(team, "inventory_file") else described

    def brought_by(self, team: str) -> dict[str, t.Any]:
        """Return what a team's variables say of its platform."""
        names = [name for name in self._hostvars[team] if isinstance(name, str) and OF_A_PLATFORM.match(name)]
        return {name: self.value(team, name) for name in names}

    def of_team(self, name: str) -> dict[str, t.Any]:
        """Return what the plays need to know of a team beside its variables."""
        return {
            "platform": self.platform_of(name),
            "added_people": self._added_people,
            "people": self._names_of_people(name),
            "password_policy": self._password_policy(self.platform_of(name)),
        }

    def _names_of_people(self, team: str) -> list[dict[str, str]]:
        """The people of a description, also of one with mistakes, by their names alone."""
        people = self.value(team, "studio_users")
        described = [*(people if isinstance(people, list) else []), *self._added_people]
        names = [one.get("name") for one in described if isinstance(one, dict)]
        return [{"name": str(name)} for name in names if name]

    def of_platform(self, name: str) -> dict[str, t.Any]:
        """Return what the plays need to know of a platform beside its variables."""
        teams = {team: self._needed(team) for team in self._teams_of(name)}
        owners = platform_needs.package_owner_ids(teams)
        return {
            "teams": teams,
            "brought_roles": platform_needs.brought_role_arns(teams),
            "extra_services": platform_needs.PACKAGE_SERVICES if owners is not None else [],
            "package_owner_ids": owners or [],
            "first_team": min(teams, default="team1"),
        }

    def mistakes(self) -> dict[str, list[str]]:
        """Return the sentences about each chosen host's description."""
        found = {name: self._platform_mistakes(name) for name in self._choice.platforms}
        for name in self._choice.teams:
            broken = bool(self._choice.mistakes.get(name)) or bool(found.get(self.platform_of(name)))
            found[name] = list(self._choice.mistakes.get(name, [])) or ([] if broken else self._team_mistakes(name))
        return {name: list(map(on_one_line, sentences)) for name, sentences in found.items()}

    def _teams_of(self, platform: str) -> list[str]:
        return [name for name, team in self._inventory.teams.items() if team.platform == platform]

    def _needed(self, team: str) -> dict[str, t.Any]:
        told = {name: self.value(team, name) for name in NEEDED}
        people = self.value(team, "studio_users")
        brought = [one.get("execution_role_arn") for one in people or [] if isinstance(one, dict)]
        return {**told, "studio_users": [{"execution_role_arn": arn} for arn in brought if arn]}

    def _platform_mistakes(self, name: str) -> list[str]:
        keys = ("platform_name", "aws_region", "aws_account_id", "aws_role_duration")
        told = [*self._variables(name), *self._choice.brought.get(name, {})]
        mistakes = misnamed(told) or platform_mistakes(*(self.value(name, key) for key in keys))
        if not mistakes and not self._removes:
            mistakes = self._role_mistakes(name)
        return mistakes

    def _role_mistakes(self, name: str) -> list[str]:
        private = self.value(name, "login_endpoint_type") == PRIVATE
        place = self._place(name)
        network, wrong = self._options(name, "network", {"private_api": private})
        wrong += self._without_effect(name, "network", {**place, "private_api": private})
        wrong += self._without_effect(name, "login", place)
        sign_in, more = self._options(name, "login", {})
        wrong += more
        if not wrong:
            wrong = network_mistakes(network_of(network)) + sign_in_mistakes(sign_in_of(sign_in))
        return wrong

    def _options(self, host: str, role: str, set_by_playbooks: dict[str, t.Any]) -> tuple[dict[str, t.Any], list[str]]:
        told = {**self._place(host), **set_by_playbooks}
        derived = {f"{role}_{name}": value for name, value in told.items()}
        names = [*self._variables(host), *self._choice.brought.get(host, {}), *derived]
        return read_options(
            role, self._specs[role], names, lambda name: derived[name] if name in derived else self._raw(host, name)
        )

    def _raw(self, host: str, name: str) -> t.Any:
        brought = self._choice.brought.get(host, {})
        return brought[name] if name in brought else self._hostvars[host][name]

    def _place(self, host: str) -> dict[str, t.Any]:
        """What the playbooks tell every role of the platform that it works on."""
        return {
            "platform_name": self.value(host, "platform_name"),
            "region": self.value(host, "aws_region"),
            "account_id": self.value(host, "aws_account_id") or UNKNOWN_ACCOUNT,
            "partition": partition_of(str(self.value(host, "aws_region"))) or "aws",
        }

    def team(self, name: str, told: dict[str, t.Any]) -> tuple[Team | None, list[str]]:
        """Return (team, sentences about its mistakes). told: what the playbooks say of it, by the role's options."""
        variables = self._hostvars[name]
        derived = {f"studio_{key}": value for key, value in told.items()}
        whole = {**dict.fromkeys(variables), **derived}
        for special in ("playbook_dir", "inventory_dir", "ansible_inventory_sources", "groups"):
            whole[special] = self.value(name, special)
        whole["hostvars"] = self._hostvars

        def value_of(key: str) -> t.Any:
            return whole[key] if whole[key] is not None else variables[key]

        return described_team(self._specs["studio"], whole, value_of)

    def told_of_team(self, name: str, place: dict[str, str], added_people: list[dict[str, t.Any]]) -> dict[str, t.Any]:
        """Return what the playbooks say of a team, by the role's options, as playbooks/vars/team.yml does."""
        platform = self.platform_of(name)
        return {
            **place,
            "domain_name": name,
            "added_users": added_people,
            "password_policy": self._password_policy(platform),
            "user_pool_id": self.value(platform, "login_user_pool_id") or "",
            "private_sign_in": self.value(platform, "login_endpoint_type") == PRIVATE,
            "predict_platform": "platform_look" in self._variables(platform),
        }

    def _team_mistakes(self, name: str) -> list[str]:
        place = self._place(self.platform_of(name))
        told = self.told_of_team(name, place, self._added_people)
        _team, mistakes = self.team(name, told)
        without = self._without_effect(name, "studio", told)
        return self._platform_answer_mistakes(name) + self._everybody_leaves(name) + without + mistakes

    def _everybody_leaves(self, name: str) -> list[str]:
        """A list that is not there, as its name was mistyped, must not take everybody out of the team."""
        if self._added_people or self._removes or "studio_users" in self._variables(name):
            return []
        return [EVERYBODY_LEAVES] if self.value(name, "studio_remove_unlisted_people") else []

    def _without_effect(self, host: str, role: str, told: dict[str, t.Any]) -> list[str]:
        """Sentences about options that the playbooks set themselves, whatever a description says."""
        variables = self._variables(host)
        return [
            f"{role}_{name} is set by the playbooks. Leave it out; {INSTEAD[name]}."
            for name, value in told.items()
            if name in INSTEAD and f"{role}_{name}" in variables and self.value(host, f"{role}_{name}") != value
        ]

    def _password_policy(self, platform: str) -> dict[str, t.Any]:
        own = self.value(platform, "login_password_policy")
        default = self._specs["login"]["login_password_policy"]["default"]
        return {**plain(default), **(own if isinstance(own, dict) else {})}

    def _platform_answer_mistakes(self, team: str) -> list[str]:
        """A listed team's platform is no question: on another one it would be another team."""
        answers = survey_variables({PLATFORM_ANSWER: True}, lambda name: self.value(team, name))
        answer, described = answers[PLATFORM_ANSWER], self.value(team, "studio_platform") or ""
        if not answer or not self.value(team, "inventory_file") or answer == described:
            return []
        return [f'{PLATFORM_ANSWER} is "{answer}", and the inventory has the team on "{described}".']
