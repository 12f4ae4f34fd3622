# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The inventory that everybody copies, as it is: from an empty account to its teams and back to nothing."""

import pytest

from scripts.deployment import find_deployment
from scripts.sign_in import open_portal
from tests.support.account import Account
from tests.support.playbook import run_playbook

INVENTORY = ("-i", "inventories/example")
# The example has no credentials of its own: whoever runs it brings some. To the emulator the key id is the account.
CREDENTIALS = {"AWS_ACCESS_KEY_ID": "111111111111", "AWS_SECRET_ACCESS_KEY": "test"}
TEAMS = ("churn", "pricing")


@pytest.fixture
def account():
    account = Account()
    yield account
    account.stop()


def build(account, *arguments):
    """Build the example's platform with no credentials in the environment, and see that its portal is there."""
    run = run_playbook("playbooks/platform.yml", *INVENTORY, *arguments, url=account.url)
    assert run.status == 0, run.output
    deployment = find_deployment(account.process.port)
    assert f"http://localhost:{account.process.port}" in deployment.portal_url
    assert deployment.portal_url in run.output
    open_portal(deployment.portal_url)


@pytest.mark.long
def test_address_of_the_emulator_is_all_that_an_inventory_needs(account):
    """The emulator says where its sign-in and Studio are, and its root key serves who has no other."""
    build(account)


@pytest.mark.long
def test_what_an_inventory_says_of_credentials_for_aws_can_be_left_out(account):
    theirs = ("-e", "aws_role_arn=arn:aws:iam::111111111111:role/deployer", "-e", "aws_profile=theirs")
    build(account, *theirs, "-e", "@playbooks/vars/emulator.yml")


@pytest.mark.long
def test_example_is_built_once_and_leaves_nothing(account):
    def run(playbook, *arguments):
        ended = run_playbook(playbook, *INVENTORY, *arguments, url=account.url, environment=CREDENTIALS)
        assert ended.status == 0, ended.output
        return ended

    before = account.get("resources")
    run("site.yml")
    assert [account.domains(team)[0]["Status"] for team in TEAMS] == ["InService"] * 2
    account.writes()
    assert run("site.yml").changed == 0 and run("site.yml", "--check").changed == 0
    assert account.writes() == []
    for team in TEAMS:
        run("playbooks/destroy.yml", "-e", f"domain_name={team}", "-e", f"confirm={team}")
    run("playbooks/destroy_platform.yml", "-e", "confirm=sagemaker-studio")
    assert account.get("resources") == before == []
