# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The acceptance from its beginning to its report, where the emulator stands for AWS under AWS's host names."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from acceptance import rights
from acceptance.assumptions import ASSUMPTIONS
from tests.browser.deployment import HOSTS
from tests.support.account import Account
from tests.support.calls import forget_calls
from tests.support.emulator_plugin import ACCOUNT, REGION
from tests.support.operator_roles import make_role
from tests.support.tls_front import TlsFront

ROOT = Path(__file__).parents[2]


class Acceptance:
    """An account that is empty, and runs of the acceptance in it, by who has its policy and no other right."""

    def __init__(self, folder):
        self.account = Account("--aws-hostnames", "--auth", "--assume-tls")
        policy = rights.policy("aws", REGION, ACCOUNT)
        self.own = set(make_role(self.account, "tester", {"policy": policy}))
        role = f"arn:aws:iam::{ACCOUNT}:role/tester"
        given = self.account.client("sts").assume_role(RoleArn=role, RoleSessionName="tester")["Credentials"]
        self.credentials = {
            "AWS_ACCESS_KEY_ID": given["AccessKeyId"],
            "AWS_SECRET_ACCESS_KEY": given["SecretAccessKey"],
            "AWS_SESSION_TOKEN": given["SessionToken"],
        }
        forget_calls(self.account)
        self.front = TlsFront(self.account.process.port, HOSTS)
        self.folder = folder

    def stop(self):
        self.front.stop()
        self.account.stop()

    def start(self, *arguments, costs="yes", number=ACCOUNT, again=ACCOUNT):
        """Start it with the account's number typed twice; its process, printing into a pipe."""
        names = f"MAP * 127.0.0.1:{self.front.port}, EXCLUDE 127.0.0.1"
        chromium = [f"--host-resolver-rules={names}", f"--ignore-certificate-errors-spki-list={self.front.spki}"]
        environment = {
            **os.environ,
            "AWS_ENDPOINT_URL": self.account.url,
            **self.credentials,
            "ACCEPT_COSTS": costs,
            "ACCEPTANCE_CHROMIUM_ARGUMENTS": json.dumps(chromium),
        }
        command = [sys.executable, "-m", "acceptance", "--region", REGION, "--report", str(self.folder), *arguments]
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        process.stdin.write(f"{number}\n{again}\n")
        process.stdin.flush()
        return process

    def start_and_see_a_domain(self):
        """Start it, and return its process when the first domain is there."""
        process = self.start()
        while not self.account.client("sagemaker").list_domains()["Domains"]:
            assert process.poll() is None, process.stdout.read()
            time.sleep(0.2)
        return process

    def run(self, *arguments, **typed):
        """Let it end by itself; its exit status and what it printed."""
        process = self.start(*arguments, **typed)
        output, _nothing = process.communicate()
        return process.returncode, output

    def left(self):
        """What is in the account beside the role and policy of who runs it."""
        return [one for one in self.account.get("resources") if one["id"] not in self.own]

    def report(self):
        return json.loads((self.folder / "report.json").read_text())


@pytest.fixture
def acceptance(tmp_path):
    running = Acceptance(tmp_path / "report")
    yield running
    running.stop()


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"costs": ""}, "This costs money. Where that is wanted, set ACCEPT_COSTS=yes"),
        ({"number": "222222222222"}, f"The credentials are those of account {ACCOUNT}; 222222222222 was typed."),
        ({"again": ""}, f"The credentials are those of account {ACCOUNT}; nothing was typed."),
    ],
    ids=["costs are not wanted", "another account", "typed once"],
)
def test_nothing_begins_that_nobody_wanted(acceptance, typed, sentence):
    status, output = acceptance.run(**typed)
    assert (status, sentence in output) == (2, True), output
    assert "together" in output
    assert acceptance.account.writes() == []


def test_account_that_has_anything_of_ours_is_refused(acceptance):
    tags = [{"ResourceType": "vpc", "Tags": [{"Key": "Platform", "Value": "ml"}]}]
    acceptance.account.client("ec2").create_vpc(CidrBlock="10.0.0.0/24", TagSpecifications=tags)
    status, output = acceptance.run()
    assert (status, "The account has 1 things of a platform" in output) == (2, True), output


def test_account_that_is_used_for_other_things_is_refused(acceptance):
    acceptance.account.client("cognito-idp").create_user_pool(PoolName="customers")
    status, output = acceptance.run()
    assert (status, "1 of kind user pool, such as customers" in output) == (2, True), output


@pytest.mark.long
def test_from_the_beginning_to_the_report(acceptance):
    status, output = acceptance.run()
    report = acceptance.report()
    became = {step["name"]: step["state"] for step in report["steps"]}
    # The emulator has no training jobs, and the report says so.
    assert became.pop("Train on the smallest instance within the VPC") == "not tried", output
    assert set(became.values()) == {"done"}, output
    assert {fact["state"] for fact in report["facts"]} == {"done"}
    assert [one for one in report["assumptions"] if one["found"] != one["assumed"]] == []
    assert len(report["assumptions"]) == len(ASSUMPTIONS)
    assert (report["leftovers"], status) == ([], 1)
    assert acceptance.left() == []
    page = (acceptance.folder / "report.html").read_text()
    assert "Not wholly" in page and "knows no training jobs" in page
    for log in acceptance.folder.glob("*.log"):
        assert "Aa1-" not in log.read_text()


@pytest.mark.long
def test_who_is_killed_in_the_middle_is_swept(acceptance):
    process = acceptance.start_and_see_a_domain()
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    process.stdout.close()
    process.stdin.close()
    assert acceptance.left() != []
    status, output = acceptance.run("--sweep")
    assert (status, acceptance.left()) == (0, []), output


@pytest.mark.long
def test_ctrl_c_takes_away_what_was_made(acceptance):
    process = acceptance.start_and_see_a_domain()
    os.killpg(process.pid, signal.SIGINT)
    output, _nothing = process.communicate()
    assert "What was made is taken away first" in output
    assert (acceptance.left(), acceptance.report()["leftovers"]) == ([], []), output


@pytest.mark.long
def test_what_is_answered_otherwise_becomes_a_patch(acceptance):
    """A planted difference: the endpoint refuses otherwise than AWS is known to."""
    fault = {"service": "apigateway", "operation": "DeleteResource", "error": "NotFoundException", "message": "No such"}
    acceptance.account.faults(fault)
    status, output = acceptance.run("--facts-only")
    (told,) = [fact for fact in acceptance.report()["facts"] if fact["fact"] == "DeleteResource refuses the root"]
    assert (status, told["state"]) == (1, "failed"), output
    patch = acceptance.folder / "emulator.patch"
    checked = subprocess.run(
        ["git", "apply", "--check", str(patch)], cwd=ROOT, check=False, capture_output=True, text=True
    )
    assert checked.returncode == 0, checked.stderr
    assert "+    code: NotFoundException" in patch.read_text() and "+    message: No such" in patch.read_text()
