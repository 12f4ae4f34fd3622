# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Choose the teams and platforms that a run works on, and say what is wrong with their descriptions."""

from __future__ import annotations

import os
import typing as t

from ansible.errors import AnsibleParserError
from ansible.plugins.action import ActionBase
from ansible.utils.vars import load_extra_vars

from ..module_utils._blueprint.choice import (
    Choice,
    DescribedPlatform,
    DescribedTeam,
    Inventory,
    Request,
    choose,
    refusal,
)
from ..module_utils._blueprint.specification import on_one_line
from ..plugin_utils.broken_yaml import broken_yaml
from ..plugin_utils.descriptions import Descriptions
from ..plugin_utils.options import plain


class ActionModule(ActionBase):  # type: ignore[misc]
    """The action of this file; plugins/modules/choose_teams.yml documents it."""

    _VALID_ARGS = frozenset({"adds_a_person", "builds_platforms", "makes_teams", "only_platform", "reports", "removes"})

    def run(self, tmp: str | None = None, task_vars: dict[str, t.Any] | None = None) -> dict[str, t.Any]:
        """Return the teams and platforms, each with what the plays need to know of them."""
        result: dict[str, t.Any] = super().run(tmp, task_vars)
        self._variables = task_vars or {}
        try:
            return self._chosen(result, plain(self._task.args))
        except AnsibleParserError:
            broken = broken_yaml(self._value("ansible_inventory_sources") or [])
            if broken is None:
                raise
            return {**result, "failed": True, "msg": broken}

    def _chosen(self, result: dict[str, t.Any], args: dict[str, t.Any]) -> dict[str, t.Any]:
        descriptions = Descriptions(self._variables["hostvars"])
        request, inventory = self._request(args), self._inventory(descriptions)
        refused = refusal(request, inventory)
        if refused:
            return {**result, "failed": True, "msg": on_one_line(refused)}
        choice = choose(request, inventory)
        descriptions.use(choice, inventory, self._added_people(args), bool(args.get("removes")))
        mistakes = descriptions.mistakes()
        if any(mistakes.values()) and not args.get("reports"):
            return {**result, "failed": True, "msg": "\n".join(_told(choice, mistakes))}
        return {**result, **self._answer(choice, descriptions, mistakes), "_ansible_no_log": True}

    def _answer(self, choice: Choice, descriptions: Descriptions, mistakes: dict[str, list[str]]) -> dict[str, t.Any]:
        return {
            "teams": [
                {"name": name, "chosen": {**descriptions.of_team(name), "mistakes": mistakes[name]}}
                for name in choice.teams
            ],
            "platforms": [
                {
                    **choice.brought.get(name, {}),
                    "name": name,
                    "chosen": {**descriptions.of_platform(name), "mistakes": mistakes[name]},
                }
                for name in choice.platforms
            ],
        }

    def _value(self, name: str) -> t.Any:
        return plain(self._templar.template(self._variables[name])) if name in self._variables else None

    def _is_true(self, name: str) -> bool:
        return str(self._value(name) or "").lower() in ("true", "yes", "1", "on")

    def _request(self, args: dict[str, t.Any]) -> Request:
        limit = self._value("ansible_limit")
        return Request(
            domain_name=self._value("domain_name"),
            new_team=self._is_true("new_team"),
            user=self._value("user"),
            resend_invitation=self._is_true("resend_invitation"),
            only_platform=args.get("only_platform"),
            makes_teams=args.get("makes_teams", True),
            builds_platforms=args.get("builds_platforms", False),
            extra_variables=list(load_extra_vars(self._loader)),
            in_awx="awx_job_id" in self._variables,
            limited_to=frozenset(self._value("ansible_play_hosts_all") or ()) if limit else None,
        )

    def _inventory(self, descriptions: Descriptions) -> Inventory:
        groups = self._value("groups") or {}
        unlisted = groups.get("unlisted_teams") or []
        return Inventory(
            teams={
                name: DescribedTeam(descriptions.platform_of(name), name not in unlisted, descriptions.brought_by(name))
                for name in groups.get("teams") or []
            },
            platforms={
                name: DescribedPlatform(
                    *(
                        str(descriptions.value(name, key) or "")
                        for key in ("platform_name", "aws_region", "aws_account_id")
                    )
                )
                for name in groups.get("platforms") or []
            },
            groups=list(groups),
        )

    def _added_people(self, args: dict[str, t.Any]) -> list[dict[str, t.Any]]:
        """The person of -e user=ada, whose password comes from the environment or from vault."""
        name = self._value("user")
        if not name or not args.get("adds_a_person", True):
            return []
        password = self._value("password") or os.environ.get("STUDIO_PASSWORD") or ""
        person = {
            "name": str(name),
            "password": str(password),
            "email": str(self._value("email") or ""),
            "resend_invitation": self._is_true("resend_invitation"),
        }
        return [{key: value for key, value in person.items() if value}]


def _told(choice: Choice, mistakes: dict[str, list[str]]) -> list[str]:
    """Return a line for each host with mistakes, which says whose they are."""
    kinds = {**dict.fromkeys(choice.platforms, "Platform"), **dict.fromkeys(choice.teams, "Team")}
    return [
        " ".join(sentences if name in choice.mistakes else [f"{kinds[name]} {name}:", *sentences])
        for name, sentences in mistakes.items()
        if sentences
    ]
