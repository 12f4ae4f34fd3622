# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What hosts describe, where a slice of an AWX job lacks the platform's host."""

from ansible_collections.mlplatform.studio.plugins.module_utils._blueprint.choice import (
    DescribedTeam,
    Inventory,
    Request,
    choose,
)
from ansible_collections.mlplatform.studio.plugins.plugin_utils.descriptions import Descriptions

PLATFORM = {"platform_name": "ml", "aws_region": "eu-central-1", "aws_account_id": "111111111111"}
OF_ANSIBLE = {"groups": {"all": ["churn"]}, "playbook_dir": ".", "inventory_dir": ".", "ansible_inventory_sources": []}
TEAM = {"studio_platform": "main", "inventory_file": "teams.yml", **OF_ANSIBLE, **PLATFORM}


class HostVars(dict):
    """As Ansible's, which answers for hosts that it does not have, and does so outside a template with an error."""

    def get(self, host, default=None):
        return self[host]

    def __missing__(self, host):
        raise RuntimeError("A required TemplateContext context is not active.")


def test_platform_that_a_slice_lacks_is_described_by_what_its_team_brings():
    descriptions = Descriptions(HostVars(churn=TEAM))
    inventory = Inventory({"churn": DescribedTeam("main", True, descriptions.brought_by("churn"))}, {})
    choice = choose(Request(), inventory)
    descriptions.use(choice, inventory, [], removes=False)
    assert choice.brought["main"]["platform_name"] == "ml"
    assert descriptions.mistakes() == {"main": [], "churn": []}
