# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the first version left becomes what this one makes, in place, by the calls that docs/upgrading.md names.

``first_version/state.tar.xz`` is the ``--state`` of an emulator with ``--aws-hostnames`` on which the first version's
site.yml was run for ``first_version/inventory.yml``, in a region whose zones have every endpoint service.
"""

import re
import shutil
from pathlib import Path

import pytest

from tests.support.account import Account

pytestmark = pytest.mark.long
HERE = Path(__file__).parent / "first_version"
NOTES = Path(__file__).parents[2] / "docs" / "upgrading.md"
CALL = re.compile(r"`([a-z0-9]+:[A-Z]\w+)`")
# By the notes: what is made and what is deleted, by the end of its ARN.
MADE = re.compile(r"table/sagemaker-studio-turns$|-options$|--built-in--\w+-[0-9a-f]{8}$|/deployments/\w+$")
DELETED = re.compile(r"--package-index--\w+-[0-9a-f]{8}$|/deployments/\w+$")
# The first version made its endpoints in all zones.
IN_ALL_ZONES = ["sagemaker.featurestore-runtime", "codeartifact.api", "codeartifact.repositories"]


@pytest.fixture(scope="module")
def account(tmp_path_factory):
    state = tmp_path_factory.mktemp("state")
    shutil.unpack_archive(HERE / "state.tar.xz", state)
    state.chmod(0o700)
    account = Account("--state", str(state), "--aws-hostnames")
    zones = [f"eu-central-1{letter}" for letter in "abc"]
    account.faults(
        *(
            {
                "service": "ec2",
                "operation": "DescribeVpcEndpointServices",
                "offers": {"endpoint_service": f"com.amazonaws.eu-central-1.{service}", "zones": zones},
            }
            for service in IN_ALL_ZONES
        )
    )
    yield account
    account.stop()


def site(account, *arguments):
    run = account.run("site", "-i", str(HERE / "inventory.yml"), *arguments)
    assert run.status == 0, run.output[-6000:]
    return run


def ids(account):
    return {resource["id"] for resource in account.get("resources")}


def test_upgrade_changes_what_the_notes_say(account):
    before = ids(account)
    assert len(before) > 100
    account.writes()
    assert site(account, "--check").changed > 0
    assert account.writes() == []
    site(account)
    assert set(account.writes()) == set(CALL.findall(NOTES.read_text()))
    after = ids(account)
    assert [one for one in sorted(after - before) if not MADE.search(one)] == []
    assert [one for one in sorted(before - after) if not DELETED.search(one)] == []


def test_second_run_changes_nothing(account):
    assert site(account).changed == 0
    assert account.writes() == []
