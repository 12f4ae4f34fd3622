# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Accounts in which the project is deployed already, in seconds instead of a minute and a half.

The deployment is made once in a session of pytest, by whichever worker needs it first. What the emulator keeps of it
(--state) is copied for every test that asks, so tests share nothing that they change:

    def test_something(deployed):
        account = deployed()                       # or deployed("--latency-scale", "0.05")
        run = account.destroy("team1")

`deployed` gives a fresh Account (tests/support/account.py) at every call: the platform, team1 and team2 of the demo's
inventory; in each a private space with a running app, two versions of an object, and logs; SHARED is in both teams.
What the run that made them printed, as verbose as Ansible can be, is `deployment_output`.
"""

import fcntl
import shutil

import pytest

from scripts.emulator_process import free_port
from tests.support.account import Account
from tests.support.playbook import run_playbook

SHARED = "second-user"  # team2's own, and put into team1
OWNERS = (("team1", "demo-user"), ("team2", SHARED))
# Cognito and the function know the port at which they were made.
NAMING_THE_PORT = ("cognito.json", "lambda.json")


@pytest.fixture(scope="session")
def deployment(tmp_path_factory, worker_id):
    """The folder with the account's `state`, the `port` it was made at, and the `output` of the run; made once."""
    base = tmp_path_factory.getbasetemp()
    directory = (base if worker_id == "master" else base.parent) / "deployment"
    directory.mkdir(exist_ok=True)
    port = directory / "port"
    with (directory / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not port.exists():
            shutil.rmtree(directory / "state", ignore_errors=True)
            made_at, output = deploy(directory / "state")
            (directory / "output").write_text(output)
            port.write_text(str(made_at))
    return directory


@pytest.fixture(scope="session")
def deployment_output(deployment):
    """What site.yml printed when it deployed, with -vvv and --diff."""
    return (deployment / "output").read_text()


def deploy(state):
    """Deploy into an emulator with the directory `state`, stop it, and return its port and what the run printed."""
    account = Account("--state", str(state))
    try:
        run = run_playbook("site.yml", "-vvv", "--diff", url=account.url)
        assert run.status == 0, run.output[-6000:]
        for team, person in OWNERS:
            account.work(team, person)
        account.client("cognito-idp").admin_add_user_to_group(
            UserPoolId=account.pool_id(), Username=SHARED, GroupName="team1"
        )
    finally:
        account.stop()
    return account.process.port, run.output


@pytest.fixture(scope="module")
def deployed(deployment, tmp_path_factory):
    """A function `deployed(*arguments of python -m emulator)` giving an account of its own; see above."""
    made = []
    state, old_port = deployment / "state", int((deployment / "port").read_text())

    def account(*arguments):
        copy, port = tmp_path_factory.mktemp("account") / "state", free_port()
        shutil.copytree(state, copy)
        for name in NAMING_THE_PORT:
            text = (copy / name).read_text()
            (copy / name).write_text(text.replace(f":{old_port}", f":{port}"))
        made.append(Account("--port", str(port), "--state", str(copy), *arguments))
        return made[-1]

    yield account
    for one in made:
        one.stop()
