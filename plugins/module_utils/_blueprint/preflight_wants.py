# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an inventory wants of an account, as far as a quota, a zone or a name can keep it from that."""

from __future__ import annotations

import dataclasses
import itertools
import typing as t

from .access import POLICIES, people_with_roles, persona_roles
from .network import Network
from .network_found import FoundNetwork
from .network_plan import network_plan
from .platform import Platform
from .sign_in import API_LOGS, PRESIGNED_URL, TOKEN_GROUPS, SignIn
from .team import CODE_EDITOR, JUPYTERLAB, Team

# SageMaker makes two groups with each domain that has a home file system (SageMaker guide, "Choose an Amazon VPC").
GROUPS_OF_HOMES = ("inbound NFS", "outbound NFS")
LABELS = {JUPYTERLAB: "JupyterLab", CODE_EDITOR: "CodeEditor"}


def invited_people(teams: t.Iterable[Team]) -> int:
    """Return how many people are invited, as they have no password."""
    return sum(1 for team in teams for person in team.people if person.password is None)


@dataclasses.dataclass(frozen=True)
class Wants:
    """A platform with the teams of a run. All names are those of AWS's things, by which those are known that exist."""

    network: Network
    sign_in: SignIn
    teams: tuple[Team, ...] = ()
    # How many people are invited, as they have no password.
    invited: int = 0

    @property
    def platform(self) -> Platform:
        """Where everything is made."""
        return self.network.platform

    @property
    def endpoints(self) -> list[str]:
        """The services of the network's interface endpoints."""
        planned = self._plan["endpoints"]["endpoints"]
        return [one["service_name"] for one in planned if one["vpc_endpoint_type"] == "Interface"]

    @property
    def most_rules(self) -> int:
        """The rules in one direction of the security group that has most."""
        groups = self._plan["security_groups"]["security_groups"]
        return max(len(group[direction]) for group in groups for direction in ("rules", "rules_egress"))

    @property
    def _plan(self) -> t.Mapping[str, t.Any]:
        return network_plan(self.network, FoundNetwork())

    @property
    def vpcs(self) -> list[str]:
        """The VPC, where none of somebody else's is taken over."""
        return [] if self.network.vpc_id else [self.platform.name]

    @property
    def groups(self) -> list[str]:
        """The security groups, those among them that SageMaker makes, as "team1 inbound NFS"."""
        groups = self._plan["security_groups"]["security_groups"]
        own = [group["name"] for group in groups if group["name"] != "default"]
        private = [self.sign_in.function_security_group] if self.sign_in.is_private else []
        teams = [team.names.security_group for team in self.teams]
        homes = [f"{team.name} {group}" for team in self.teams if team.home_efs for group in GROUPS_OF_HOMES]
        return [*own, *private, *teams, *homes]

    @property
    def roles(self) -> list[str]:
        """The roles."""
        made = [[role["name"] for role in persona_roles(team)] for team in self.teams]
        people = [[team.names.person_role(one.name) for one in people_with_roles(team)] for team in self.teams]
        backup = [team.names.backup_role for team in self.teams if team.backup]
        return [*self._own_roles, *itertools.chain(*made, *people), *backup]

    @property
    def policies(self) -> list[str]:
        """The customer-managed policies."""
        return [*self._own_roles, *(team.names.policy(purpose) for team in self.teams for purpose in POLICIES)]

    @property
    def _own_roles(self) -> list[str]:
        """The platform's roles, each of which has a policy of its name."""
        logs = [self.network.flow_log_role] if self.network.flow_logs else []
        api = [API_LOGS] if self.makes_api_log_role else []
        return [*logs, *(self.sign_in.role(purpose) for purpose in (PRESIGNED_URL, TOKEN_GROUPS, *api))]

    @property
    def makes_api_log_role(self) -> bool:
        """Whether a run sets the role with which API Gateway writes logs."""
        return self.sign_in.access_log and self.sign_in.manage_api_gateway_log_role

    @property
    def domains(self) -> list[str]:
        """The SageMaker domains."""
        return [team.name for team in self.teams]

    @property
    def profiles(self) -> list[str]:
        """The user profiles, as "team1/ada"."""
        return [f"{team.name}/{person.name}" for team in self.teams for person in team.people]

    @property
    def spaces(self) -> list[str]:
        """The spaces, as "team1/shared-lab"."""
        return [f"{team.name}/{space.name}" for team in self.teams for space in team.every_space]

    @property
    def user_pools(self) -> list[str]:
        """The user pool, where none of somebody else's is taken over."""
        return [] if self.sign_in.user_pool_id else [self.platform.name]

    @property
    def apis(self) -> list[str]:
        """The REST API."""
        return [self.platform.name]

    @property
    def app_types(self) -> dict[tuple[str, str], int]:
        """How many people's apps start, at most, on each instance type: {(kind of app, type): people}."""
        found: dict[tuple[str, str], int] = {}
        for team in self.teams:
            kinds = [kind for kind in LABELS if kind not in team.hidden_app_types]
            started = {(LABELS[kind], str(team.app(kind).instance_type)) for kind in kinds}
            started |= {(LABELS[one.app_type], one.instance_type) for one in team.every_space if _is_started(one)}
            for one in started:
                found[one] = found.get(one, 0) + len(team.people)
        return found

    @property
    def all_types(self) -> list[str]:
        """Every instance type that a description names."""
        allowed = [name for team in self.teams for name in team.allowed_instance_types if "*" not in name]
        return list(dict.fromkeys([*(name for _kind, name in self.app_types), *allowed]))

    @property
    def buckets(self) -> list[str]:
        """The buckets."""
        return [name for team in self.teams for name in (team.names.data_bucket, team.names.access_log_bucket)]

    @property
    def burst(self) -> int:
        """The requests that API Gateway lets through to the sign-in's functions at once."""
        return max(self.sign_in.throttling_burst_limit, self.sign_in.portal_throttling_burst_limit)


def _is_started(space: t.Any) -> bool:
    return space.app_type in LABELS and bool(space.instance_type)
