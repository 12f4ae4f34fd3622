# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a platform needs because of what its teams say, also those that a run does not work on.

Descriptions with mistakes count as far as they can be read: no team that runs loses a right by another line that is
wrong.
"""

from __future__ import annotations

import typing as t

from .names import Names
from .platform import Platform
from .specification import TRUTHS
from .team import CODEARTIFACT, DATA_SCIENTIST, LEAD

Options = t.Mapping[str, t.Any]
# CodeArtifact has endpoints where a team of the platform takes packages from it, and nowhere else.
PACKAGE_SERVICES = ["codeartifact.api", "codeartifact.repositories"]


def profile_role_arns(platform: Platform, teams: t.Mapping[str, Options]) -> list[str]:
    """Return the execution roles that the sign-in may give to profiles which members make by signing in.

    These are the roles of personas, the path of single people's roles, and the roles that people bring.
    teams: the options of the platform's teams, by the teams' names.
    """
    arns = set()
    for name, options in teams.items():
        if not _is_true(options.get("studio_members_make_their_profile"), False):
            continue
        names, own = Names(platform, name), _is_true(options.get("studio_role_per_person"), True)
        arns |= {names.role_arn(DATA_SCIENTIST), names.people_role_arns if own else names.role_arn(LEAD)}
        arns |= set(_brought(options))
    return sorted(arns)


def brought_role_arns(teams: t.Mapping[str, Options]) -> dict[str, list[str]]:
    """Return the roles that people bring, by the teams in which they get their profile by signing in."""
    makers = {
        name: _brought(options)
        for name, options in teams.items()
        if _is_true(options.get("studio_members_make_their_profile"), False)
    }
    return {name: arns for name, arns in makers.items() if arns}


def _brought(options: Options) -> list[str]:
    people = [person for person in options.get("studio_users") or () if isinstance(person, t.Mapping)]
    return sorted({str(person["execution_role_arn"]) for person in people if person.get("execution_role_arn")})


def package_owner_ids(teams: t.Mapping[str, Options]) -> list[str] | None:
    """Return the other accounts whose CodeArtifact domains teams take packages from; None where no team takes any."""
    indexes = [options.get("studio_package_index") or {} for options in teams.values()]
    used = [index for index in indexes if isinstance(index, t.Mapping) and index.get("type") == CODEARTIFACT]
    if not used:
        return None
    return list(dict.fromkeys(str(index["domain_owner"]) for index in used if index.get("domain_owner")))


def _is_true(value: t.Any, default: bool) -> bool:
    return default if value is None else TRUTHS.get(str(value).strip().lower(), False)
