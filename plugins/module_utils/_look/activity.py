# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Look at who works with a team's Studio, and what runs in it."""

from __future__ import annotations

import typing as t

from .._blueprint.team import Person, Team
from .._modules import implementation
from .._run import Module, Result
from .prediction import Clients, predict

Arguments = t.Mapping[str, t.Any]


class NotRead(Exception):
    """AWS could not be read, for the reason that the text gives."""


def activity_of(team: Team, clients: Clients) -> dict[str, t.Any]:
    """Return the activity of a team, as studio_teams_info returns it. What cannot be read stands in not_read."""
    seen: dict[str, t.Any] = {
        "domain": {},
        "user_profiles": [],
        "spaces": [],
        "apps": [],
        "users": [],
        "strangers": [],
        "not_read": ["people", "apps"],
        "error": "",
    }
    try:
        _read(team, lambda name, arguments: _answer(implementation(name), arguments, clients), seen)
    except NotRead as error:
        seen["error"] = str(error)
    return seen


def _read(team: Team, ask: t.Callable[[str, Arguments], Result], seen: dict[str, t.Any]) -> None:
    """Fill in what is seen, as far as AWS lets it be read."""
    domains = ask("sagemaker_domain_info", {"domain_name": team.name})["domains"]
    own = [domain for domain in domains if team.owns(domain)]
    if not own:
        seen["not_read"] = []
        return
    seen["domain"], of_domain = own[0], {"domain_id": own[0]["domain_id"]}
    seen["user_profiles"] = ask("sagemaker_user_profile_info", of_domain)["user_profiles"]
    seen["spaces"] = ask("sagemaker_space_info", of_domain)["spaces"]
    # Those that were stopped in the last 24 hours too.
    seen["apps"] = ask("sagemaker_app_info", {**of_domain, "include_deleted": True})["apps"]
    seen["not_read"].remove("apps")
    named = {"user_pool_id": team.user_pool_id} if team.user_pool_id else {"name": team.platform.name}
    pools = ask("cognito_user_pool_info", named)["user_pools"]
    if len(pools) == 1:
        listed = [_invited(person) for person in team.people]
        members = {"exclusive_groups": [team.name], "purge_all": True}
        people = ask("cognito_users", {"user_pool_id": pools[0]["id"], "users": listed, **members})
        seen["users"] = people["users"]
        seen["strangers"] = sorted(set(people["actions"]) - {person.name for person in team.people})
    seen["not_read"].remove("people")


def _invited(person: Person) -> dict[str, t.Any]:
    """Return a person with what an invitation needs, as somebody may not be in the pool yet, or not any more."""
    return {"name": person.name, "email": person.email or None, "password": person.password or None}


def _answer(module: Module, arguments: Arguments, clients: Clients) -> Result:
    answer = predict(module, arguments, clients)
    if answer.get("failed"):
        raise NotRead(answer["msg"])
    return answer
