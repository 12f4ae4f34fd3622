# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who may do what: the team's managed policies and its roles."""

from __future__ import annotations

import typing as t

from .found import Network
from .policies.document import Document, document
from .policies.jobs import jobs_policy
from .policies.lead import lead_policy
from .policies.operations import operations_policy
from .policies.options import options_policy
from .policies.studio import studio_policy
from .policies.team import team_policy
from .policies.trusts import execution_trust, own_role_policy
from .team import DATA_SCIENTIST, LEAD, PERSONAS, SPACE, Person, Team

OPTIONS = "options"
POLICIES = ("team", "studio", "jobs", "operations", "lead", OPTIONS)
# Which policies each persona's role carries. Apps of shared spaces work with the role "space".
OF_PERSONAS = {
    DATA_SCIENTIST: ("team", "studio", "jobs", "operations"),
    LEAD: ("team", "studio", "jobs", "operations", "lead"),
    SPACE: ("team",),
}


def policy_documents(team: Team, network: Network, key_arn: str, group_id: str) -> dict[str, Document]:
    """Return the documents of the team's managed policies by purpose."""
    names = team.names
    return {
        "team": team_policy(names, key_arn),
        "studio": studio_policy(names, network.vpc_id if team.private_sign_in else None),
        "jobs": jobs_policy(team, key_arn),
        "operations": operations_policy(team, network),
        "lead": lead_policy(names),
        OPTIONS: options_policy(team, network, group_id),
    }


def policies(team: Team, network: Network, key_arn: str, group_id: str) -> list[dict[str, t.Any]]:
    """Return what iam_roles makes of the team's policies."""
    documents = policy_documents(team, network, key_arn, group_id)
    return [
        {
            "name": team.names.policy(purpose),
            "description": f"Team {team.name} of {team.platform.name}, {purpose}",
            "document": documents[purpose],
        }
        for purpose in POLICIES
    ]


def carried_by(persona: str) -> list[str]:
    """Return the purposes of the team's policies that a persona's roles carry."""
    return [*OF_PERSONAS[persona], OPTIONS]


def persona_roles(team: Team) -> list[dict[str, t.Any]]:
    """Return the roles of the personas."""
    return [
        {
            "name": team.names.role(persona),
            # Names are unique whatever the path, so one of the name may lie elsewhere, under somebody else's rights.
            "path": "/",
            "permissions_boundary": team.permissions_boundary_arn or None,
            "description": f"Team {team.name} of {team.platform.name}, {persona}",
            # EventBridge runs notebook schedules with the role that jobs have, and with no other.
            "assume_role_policy_document": execution_trust(
                team.names, schedules=team.schedules and persona == DATA_SCIENTIST
            ),
            "policy_arns": [*_team_arns(team, persona), *(team.extra_policy_arns if persona != SPACE else ())],
            "inline_policies": _extra_policies(team, persona),
        }
        for persona in PERSONAS
    ]


def people_with_roles(team: Team) -> list[Person]:
    """Return the people who get a role of their own."""
    return [person for person in team.people if team.role_per_person and not person.execution_role_arn]


def person_roles(team: Team) -> list[dict[str, t.Any]]:
    """Return the roles of single people, with the rights of their personas."""
    return [
        {
            "name": team.names.person_role(person.name),
            "path": team.names.role_path,
            "permissions_boundary": team.permissions_boundary_arn or None,
            "description": f"Team {team.name} of {team.platform.name}, {person.persona} {person.name}",
            "assume_role_policy_document": execution_trust(team.names, schedules=False),
            "policy_arns": list(
                dict.fromkeys([*_team_arns(team, person.persona), *team.extra_policy_arns, *person.policy_arns])
            ),
            "inline_policies": [
                *_extra_policies(team, person.persona),
                {"name": "own-role", "document": own_role_policy(team.names, person.name)},
            ],
        }
        for person in people_with_roles(team)
    ]


def key_users(team: Team) -> list[str]:
    """Return the ARNs of the roles that work with the team's key."""
    return [*sorted(map(team.names.role_arn, PERSONAS)), team.names.people_role_arns]


def role_arn_of(team: Team, person: Person) -> str:
    """Return the ARN of the role that a person works with."""
    if person.execution_role_arn:
        return person.execution_role_arn
    return team.names.person_role_arn(person.name) if team.role_per_person else team.names.role_arn(person.persona)


def _team_arns(team: Team, persona: str) -> list[str]:
    return [team.names.policy_arn(purpose) for purpose in carried_by(persona)]


def _extra_policies(team: Team, persona: str) -> list[dict[str, t.Any]]:
    statements = list(team.extra_statements.get(persona) or [])
    return [{"name": "extra", "document": document(statements)}] if statements else []
