# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The tutorial and the guides, followed to the letter: every command ends well, and prints what the page shows."""

import json

import pytest

from scripts.emulator_process import free_port
from tests.support.documents import Workspace, missing

pytestmark = pytest.mark.long
TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111111111111:root"}, "Action": "sts:AssumeRole"}
    ],
}
# The one command that shows a failure, and its page.
FAILS = ("how-to/failed-domain.md", "ansible-playbook -i inventories/ours site.yml -e domain_name=churn")
FAILING = [{"service": "sagemaker", "operation": "CreateDomain", "effect": "fail", "times": 1}]
# What is so when somebody comes to a guide, as commands before it.
BEFORE = {
    # A domain fails, once, for a team that is just being made.
    "how-to/failed-domain.md": (
        "ansible-playbook -i inventories/ours playbooks/platform.yml",
        f"curl -s -X POST -d '{json.dumps(FAILING)}' \"$AWS_ENDPOINT_URL/_emulator/faults\"",
    ),
    "how-to/leaver.md": (),
    "how-to/rotate-secret.md": (),
    "how-to/package-mirror.md": (),
    "how-to/custom-image.md": (),
    "how-to/restore-home.md": (),
    "how-to/several-accounts.md": (
        'aws() { AWS_ACCESS_KEY_ID=222222222222 command aws "$@"; }',
        f"aws iam create-role --role-name ml-deployer --assume-role-policy-document '{json.dumps(TRUST)}'",
    ),
}


def test_tutorial(tmp_path):
    follow_well(Workspace(tmp_path, free_port()), "tutorial.md")


@pytest.fixture(scope="module")
def ours(tmp_path_factory):
    """A workspace whose inventories/ours is the example, on an emulator."""
    workspace = Workspace(tmp_path_factory.mktemp("ours"), free_port())
    workspace.run("make emulator-start", "cp -r inventories/example inventories/ours")
    yield workspace
    workspace.run("make emulator-stop")


@pytest.mark.parametrize("page", BEFORE)
def test_guide(ours, page):
    if BEFORE[page]:
        ours.run(*BEFORE[page])
    follow_well(ours, page)


def follow_well(workspace, page):
    """Follow a page; fail with the first command that does otherwise than it says."""
    for done in workspace.follow(page):
        wanted = [page == FAILS[0] and command == FAILS[1] for command in done.step.commands]
        assert [status != 0 for status in done.statuses] == wanted, (done.step.commands, done.printed)
        assert missing(done) == [], (done.step.commands, done.printed)
