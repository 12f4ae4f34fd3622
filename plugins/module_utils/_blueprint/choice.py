# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Choose what a run works on: teams, and the platforms that they live on."""

from __future__ import annotations

import dataclasses
import typing as t

from .names import KEPT_BY_ANSIBLE, TEAM
from .specification import nearest, shown

Variables = t.Mapping[str, t.Any]
# What a run is told with -e, beside options. A run for one team would be one for all, were its name not read.
NAMES_OF_TEAMS = ("team", "team_name", "domain")
ARGUMENTS = (
    *("domain_name", "new_team", "user", "email", "password", "resend_invitation", "confirm", "step"),
    *("client_secret_file", "print_url", "turn_wait_timeout"),
)


@dataclasses.dataclass(frozen=True)
class Request:
    """What a run was started with."""

    domain_name: t.Any = None
    # Whether -e new_team=true says that a team need not be listed.
    new_team: bool = False
    user: t.Any = None
    # Whether -e resend_invitation=true invites that person again.
    resend_invitation: bool = False
    # The platform, by its host or its name, of a run that works on no team.
    only_platform: t.Any = None
    # Whether the playbook makes teams, and the platforms too.
    makes_teams: bool = True
    builds_platforms: bool = False
    # Those hosts that --limit leaves, where there is one.
    limited_to: frozenset[str] | None = None
    # The names of all that came with -e.
    extra_variables: t.Collection[str] = ()
    # Whether this is a job of AWX, where a remedy is an answer or a field and not an argument.
    in_awx: bool = False


@dataclasses.dataclass(frozen=True)
class DescribedTeam:
    """What choosing needs to know of a team: its platform, and what its own variables say of a platform."""

    platform: str = ""
    is_listed: bool = True
    brings: Variables = dataclasses.field(default_factory=dict)


@dataclasses.dataclass(frozen=True)
class DescribedPlatform:
    """By what a platform is told from others."""

    name: str = ""
    region: str = ""
    account_id: str = ""


@dataclasses.dataclass(frozen=True)
class Inventory:
    """The teams and platforms that there are, by their hosts."""

    teams: t.Mapping[str, DescribedTeam]
    platforms: t.Mapping[str, DescribedPlatform]
    groups: t.Collection[str] = ()


@dataclasses.dataclass(frozen=True)
class Choice:
    """What a run works on. Platforms that only their teams describe are brought, by their hosts' names."""

    teams: tuple[str, ...] = ()
    platforms: tuple[str, ...] = ()
    brought: t.Mapping[str, Variables] = dataclasses.field(default_factory=dict)
    # Sentences about the teams that cannot be worked on.
    mistakes: t.Mapping[str, list[str]] = dataclasses.field(default_factory=dict)


def refusal(request: Request, inventory: Inventory) -> str | None:
    """Return why a run must not begin at all, in a sentence; each rule may count on those before it."""
    return next((sentence for rule in RULES for sentence in rule(request, inventory)), None)


def choose(request: Request, inventory: Inventory) -> Choice:
    """Return what a run works on, where nothing refuses it."""
    teams = _chosen_teams(request, inventory)
    brought = _brought_platforms(teams, inventory)
    platforms = [*inventory.platforms, *brought]
    of_teams = {inventory.teams[name].platform for name in teams}
    chosen = [name for name in platforms if not request.domain_name or name in of_teams]
    if request.only_platform is not None:
        chosen = [name for name in platforms if _is_only_platform(name, request, inventory)]
    mistakes = {
        name: [_no_platform(name, inventory.teams[name].platform, list(inventory.platforms))]
        for name in teams
        if inventory.teams[name].platform not in platforms
    }
    return Choice(tuple(teams), tuple(chosen), brought, mistakes)


def _chosen_teams(request: Request, inventory: Inventory) -> list[str]:
    if request.only_platform is not None:
        return []
    names = [request.domain_name] if request.domain_name else list(inventory.teams)
    return [name for name in names if request.limited_to is None or name in request.limited_to]


def _brought_platforms(teams: t.Iterable[str], inventory: Inventory) -> dict[str, Variables]:
    """A slice of an AWX job has some of the teams and often no platform. What the team's groups say of the platform is
    then the platform's description. A name for what a listed platform describes too is none: it is a mistyped one."""
    listed = {(one.name, one.region, one.account_id) for one in inventory.platforms.values()}
    found: dict[str, Variables] = {}
    for name in teams:
        team = inventory.teams[name]
        told = tuple(str(team.brings.get(key) or "") for key in ("platform_name", "aws_region", "aws_account_id"))
        if team.platform and team.platform not in inventory.platforms and told[0] and told not in listed:
            found.setdefault(team.platform, team.brings)
    return found


def _is_only_platform(name: str, request: Request, inventory: Inventory) -> bool:
    if request.only_platform in inventory.platforms:
        return bool(name == request.only_platform)
    return name in inventory.platforms and inventory.platforms[name].name == request.only_platform


def _no_platform(team: str, platform: str, known: list[str]) -> str:
    like = nearest(platform, known)
    hint = f"; did you mean {like}?" if like else "."
    return (
        f"Team {team} names the platform {shown(platform)} (studio_platform), and the inventory's group platforms has "
        f"{shown(known)}{hint}"
    )


def _something(request: Request, inventory: Inventory) -> t.Iterable[str]:
    if not inventory.platforms and not any(team.is_listed for team in inventory.teams.values()):
        remedy = (
            "look at the inventory's source in AWX, its path in the project, and its last update."
            if request.in_awx
            else "name your inventory with -i, as in -i inventories/ours, or start from the project's folder, whose "
            "ansible.cfg names one."
        )
        yield f"The inventory has no platform and no team, so there is nothing to do: {remedy}"


def _arguments(request: Request, inventory: Inventory) -> t.Iterable[str]:
    """Only what is nearly an argument: whoever runs a playbook may have variables of their own."""
    for name in sorted(set(request.extra_variables) - set(ARGUMENTS)):
        like = "domain_name" if name in NAMES_OF_TEAMS else nearest(name, ARGUMENTS, likeness=0.88)
        if like:
            yield f"The extra variable {name} says nothing to this playbook; did you mean {like}?"


def _team_name(request: Request, inventory: Inventory) -> t.Iterable[str]:
    name = request.domain_name
    if name is None or name == "":
        return
    if not isinstance(name, str):
        yield f"domain_name is {shown(name)}, and must be a text: put it in quotes."
    elif not TEAM.fullmatch(name):
        yield f"domain_name {shown(name)} cannot be a team's name: 1 to 24 of a-z, 0-9 and single inner hyphens."


def _taken_name(request: Request, inventory: Inventory) -> t.Iterable[str]:
    """A team is a host of the inventory, and is found by its name."""
    for name in sorted({*inventory.teams, *([request.domain_name] if request.domain_name else [])}):
        if name in inventory.platforms:
            yield f"No team can be called {name}: a platform's host in the inventory has this name. Rename one of them."
        elif name in KEPT_BY_ANSIBLE or name in inventory.groups:
            yield f"No team can be called {name}: a group of the inventory or Ansible itself has this name. Rename it."


def _person(request: Request, inventory: Inventory) -> t.Iterable[str]:
    if request.user and not request.domain_name:
        remedy = "domain_name" if request.in_awx else "-e domain_name=team1"
        yield f"user={request.user} names a person of one team; name the team too, with {remedy}."
    if request.resend_invitation and not request.user:
        remedy = "user" if request.in_awx else "-e user=ada"
        yield f"resend_invitation=true invites one person again; name the person too, with {remedy}."


def _listed(request: Request, inventory: Inventory) -> t.Iterable[str]:
    name = request.domain_name
    if not name or not request.makes_teams or request.new_team or inventory.teams[name].is_listed:
        return
    listed = [team for team, one in inventory.teams.items() if one.is_listed]
    like = nearest(name, listed)
    hint = f"; did you mean {like}?" if like else "."
    remedy = "the job template Studio new team" if request.in_awx else "-e new_team=true"
    yield f"The inventory lists no team {name}{hint} A team that it does not list is made with {remedy}."


def _limit(request: Request, inventory: Inventory) -> t.Iterable[str]:
    left = request.limited_to
    if left is None:
        return
    limit, instead = "--limit", "Leave --limit out, and choose a team with -e domain_name=team1."
    if request.in_awx:
        limit, instead = "The job's limit", "Clear it, and choose a team with a job template that asks for one."
    if request.builds_platforms:
        yield f"{limit} would leave out the hosts that this run makes for network and sign-in. {instead}"
    if request.domain_name and request.domain_name not in left:
        yield f"{limit} leaves out team {request.domain_name}, which domain_name names. {instead}"
    for name, team in inventory.teams.items():
        if name in left and team.platform in inventory.platforms and team.platform not in left:
            yield f"{limit} leaves out platform {team.platform} of team {name}. {instead}"
    if inventory.teams and not left & inventory.teams.keys() and request.only_platform is None:
        yield f"{limit} leaves out every team. {instead}"


RULES: tuple[t.Callable[[Request, Inventory], t.Iterable[str]], ...] = (
    _arguments,
    _something,
    _team_name,
    _taken_name,
    _person,
    _limit,
    _listed,
)
