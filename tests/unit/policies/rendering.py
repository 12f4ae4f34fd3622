# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The policies of the roles, rendered by Ansible itself: defaults, vars, an inventory's answers, the template."""

from __future__ import annotations

import functools
from pathlib import Path

import yaml
from ansible.parsing.dataloader import DataLoader
from ansible.template import Templar

from ansible_collections.mlplatform.studio.plugins.module_utils._blueprint import access
from ansible_collections.mlplatform.studio.plugins.module_utils._blueprint.found import Found
from ansible_collections.mlplatform.studio.plugins.module_utils._blueprint.network import network_of
from ansible_collections.mlplatform.studio.plugins.module_utils._blueprint.network_found import FoundNetwork
from ansible_collections.mlplatform.studio.plugins.module_utils._blueprint.network_plan import network_plan
from ansible_collections.mlplatform.studio.plugins.module_utils._blueprint.plan import team_plan
from ansible_collections.mlplatform.studio.plugins.module_utils._blueprint.policies.network import (
    api_endpoint_policy,
    flow_log_policy,
    flow_log_trust,
    interface_endpoint_policy,
    s3_endpoint_policy,
    studio_endpoint_policy,
)
from ansible_collections.mlplatform.studio.plugins.module_utils._blueprint.policies.sign_in import (
    function_trust,
    gateway_trust,
    token_groups_policy,
)
from ansible_collections.mlplatform.studio.plugins.module_utils._blueprint.sign_in import sign_in_of
from ansible_collections.mlplatform.studio.plugins.module_utils._blueprint.sign_in_addresses import FoundSignIn
from ansible_collections.mlplatform.studio.plugins.module_utils._blueprint.sign_in_plan import sign_in_plan
from ansible_collections.mlplatform.studio.plugins.module_utils._blueprint.specification import read
from ansible_collections.mlplatform.studio.plugins.module_utils._blueprint.team import PERSONAS, team_of
from ansible_collections.mlplatform.studio.plugins.plugin_utils.options import specification

try:
    from ansible.template import trust_as_template

    TRUSTED = {"trusted_as_template": True}
except ImportError:  # before ansible-core 2.19 every text is a template
    trust_as_template, TRUSTED = str, {}

ROLES = Path(__file__).parents[3] / "roles"
ACCOUNT, REGION, PARTITION, PLATFORM = "111111111111", "eu-central-1", "aws", "sagemaker-studio"
KEY_IDS = {"team1": "11111111-1111-4111-8111-111111111111", "team2": "22222222-2222-4222-8222-222222222222"}


class Role:
    """A role of the collection with the variables that a playbook would give it."""

    def __init__(self, name, **variables):
        self._folder = ROLES / name
        self._loader = DataLoader()
        self._loader.set_basedir(str(self._folder))
        defaults = self._loader.load_from_file(str(self._folder / "defaults/main.yml"), **TRUSTED)
        self._variables = {**defaults, **variables}
        self.value = functools.cache(self._value)

    def _value(self, name):
        """The value of a variable of the role, all templates in it resolved."""
        return self._templar().template(trust_as_template("{{ " + name + " }}"))

    def policy(self, template, **variables):
        """The policy document in templates/, as a dict; it must be valid JSON."""
        path = self._folder / "templates" / template
        text = self._templar(**variables).template(
            trust_as_template(f"{{{{ lookup('ansible.builtin.template', '{path}') }}}}")
        )
        # The lookup gives a document that looks like JSON back as data where it can.
        return text if isinstance(text, (dict, list)) else yaml.safe_load(text)

    def _templar(self, **variables):
        return Templar(self._loader, {**self._variables, **variables})


class DescribedTeam:
    """A team on a platform that exists, and all that the studio role makes of it. `found` is more of what is there."""

    def __init__(self, options, found):
        values, mistakes = read(options, team_specification())
        assert mistakes == []
        self.team = team_of(values)
        self.names = self.team.names
        self.found = Found(**found)
        self.plan = team_plan(self.team, self.found)
        self.documents = access.policy_documents(
            self.team, self.found.network, self.found.key_arn, self.found.team_group_id
        )
        # Which of them each persona carries.
        self.carried = {persona: access.carried_by(persona) for persona in PERSONAS}
        self.role_arns = {persona: self.names.role_arn(persona) for persona in PERSONAS}


@functools.cache
def team_specification():
    """The options of the studio role."""
    return specification("studio")


@functools.cache
def team(name="team1", platform=PLATFORM):
    """The studio role for one team that schedules notebooks, on a platform that exists."""
    return team_with(name, platform, studio_schedules=True)


def team_with(name="team1", platform=PLATFORM, found=None, **options):
    """The same for a team whose description says more, as in studio_users=[...]."""
    place = {
        "studio_domain_name": name,
        "studio_platform": "main",
        "studio_platform_name": platform,
        "studio_region": REGION,
        "studio_account_id": ACCOUNT,
        "studio_partition": PARTITION,
    }
    present = {
        "subnets": [{"subnet_id": f"subnet-{number}", "vpc_id": "vpc-1"} for number in ("000a", "000b")],
        "client_groups": [{"group_id": "sg-clients"}],
        "key_arn": f"arn:aws:kms:{REGION}:{ACCOUNT}:key/{KEY_IDS.get(name, KEY_IDS['team1'])}",
        "security_group_id": "sg-team",
    }
    return DescribedTeam({**place, **options}, {**present, **(found or {})})


class DescribedNetwork:
    """The network of a platform, and the policies that the network role gives to AWS. `found` is what is there."""

    def __init__(self, options, found):
        values, mistakes = read(options, specification("network"))
        assert mistakes == []
        self.network = network_of(values)
        self.plan = network_plan(self.network, FoundNetwork(**found))
        self.documents = {
            "interface": interface_endpoint_policy(self.network),
            "studio": studio_endpoint_policy(self.network),
            "s3": s3_endpoint_policy(self.network),
            "api": api_endpoint_policy(self.network),
            "flow_log": flow_log_policy(self.network),
            "flow_log_trust": flow_log_trust(self.network),
        }


def network(found=None, **options):
    """The network of the platform."""
    place = {
        "network_platform_name": PLATFORM,
        "network_region": REGION,
        "network_account_id": ACCOUNT,
        "network_partition": PARTITION,
    }
    return DescribedNetwork({**place, **options}, found or {})


class DescribedSignIn:
    """The sign-in of a platform, and the policies that the login role gives to AWS. `found` is what is there."""

    def __init__(self, options, found):
        values, mistakes = read(options, specification("login"))
        assert mistakes == []
        self.sign_in = sign_in_of(values)
        self.plan = sign_in_plan(self.sign_in, FoundSignIn(**found), str(ROLES / "login" / "files"))
        self.documents = {
            "presigned_url": self.plan["roles"]["policies"][0]["document"],
            "token_groups": token_groups_policy(self.sign_in),
            "function_trust": function_trust(),
            "gateway_trust": gateway_trust(),
        }


def login(found=None, **options):
    """The sign-in of the platform."""
    place = {
        "login_platform_name": PLATFORM,
        "login_region": REGION,
        "login_account_id": ACCOUNT,
        "login_partition": PARTITION,
    }
    pool = {"id": f"{REGION}_example"}
    return DescribedSignIn({**place, **options}, {"user_pool": pool, **(found or {})})


def execution_policies(name="team1", platform=PLATFORM):
    """The customer-managed policies of a team without options: name -> document."""
    return team(name, platform).documents


FENCES = ("NothingOfAnotherTeam", "NothingOfAnotherPlatform")


def role_policies(persona, fenced=True):
    """The policies of one of team1's roles; unfenced without the Denys by tag.

    These cover up for a right that is too wide, so every right is judged without them too.
    """
    documents = [execution_policies()[name] for name in team().carried[persona]]
    if fenced:
        return documents
    return [
        {**each, "Statement": [part for part in each["Statement"] if part["Sid"] not in FENCES]} for each in documents
    ]


def execution_trusts(name="team1"):
    """The trust policies of a team's roles: persona -> document."""
    roles = team(name).plan["roles"]["roles"]
    return {persona: role["assume_role_policy_document"] for persona, role in zip(PERSONAS, roles, strict=True)}
