# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is wrong with the IAM statements of a description, and with what it makes of policies."""

from __future__ import annotations

import json
import re
import typing as t

from . import access
from .found import NO_ID, Network
from .policies.document import document
from .policies.options import options_policy
from .policies.trusts import own_role_policy
from .specification import shown, unknown_names
from .team import PERSONAS, Team

# A network of as many subnets as are made; those of an adopted one are hardly more.
WIDEST = Network(f"vpc-{NO_ID}", (f"subnet-{NO_ID}",) * 6, f"sg-{NO_ID}")
Sentences = t.Iterable[str]
KEYS = ("Sid", "Effect", "Action", "NotAction", "Resource", "NotResource", "Condition")
SID = re.compile("[A-Za-z0-9]*")
# Characters of a managed policy, and of all inline policies of a role, without white space (IAM quotas).
MOST_OF_POLICY, MOST_OF_ROLE = 6144, 10240


def statement_mistakes(team: Team) -> Sentences:
    """Yield the sentences about a team's statements and the sizes of policies."""
    for persona, statements in team.extra_statements.items():
        for number, statement in enumerate(statements or []):
            place = f"studio_extra_statements.{persona}[{number}]"
            yield from unknown_names(statement, KEYS, f"{place}.")
            yield from (f"{place} {fault}." for fault in _faults(statement))
        names = [one["Sid"] for one in statements or [] if one.get("Sid")]
        if len(set(map(str, names))) < len(names):
            yield f"studio_extra_statements.{persona} has a Sid twice, and IAM wants each once."
    yield from _sizes(team)


def _faults(statement: t.Mapping[str, t.Any]) -> t.Iterable[str]:
    if statement.get("Effect") not in ("Allow", "Deny"):
        said = f"is {shown(statement['Effect'])}" if "Effect" in statement else "is missing"
        yield f"needs Allow or Deny as its Effect, which {said}"
    for key in ("Action", "Resource"):
        if len({key, f"Not{key}"} & set(statement)) != 1:
            yield f"needs {key} or Not{key}, one of them"
    if not SID.fullmatch(str(statement.get("Sid", ""))):
        yield f"has the Sid {shown(statement['Sid'])}, and IAM takes letters and digits"


def _sizes(team: Team) -> Sentences:
    size = _size(options_policy(team, WIDEST, WIDEST.client_group_id))
    if size > MOST_OF_POLICY:
        yield (
            f"studio_allowed_instance_types, studio_package_index and studio_custom_images make a policy of {size} "
            f"characters, and IAM takes {MOST_OF_POLICY}. Have fewer, or patterns such as ml.m5.* of types."
        )
    longest = max((one.name for one in access.people_with_roles(team)), key=len, default="")
    own = _size(own_role_policy(team.names, longest)) if longest else 0
    for persona in PERSONAS:
        statements = list(team.extra_statements.get(persona) or [])
        size = own + _size(document(statements))
        if statements and size > MOST_OF_ROLE:
            yield (
                f"studio_extra_statements.{persona} makes inline policies of {size} characters, and IAM takes "
                f"{MOST_OF_ROLE} in a role. Put some into a managed policy, and name it in studio_extra_policy_arns."
            )


def _size(policy: t.Mapping[str, t.Any]) -> int:
    return len(json.dumps(policy, separators=(",", ":"), default=str))
