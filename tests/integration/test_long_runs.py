# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs that last longer than the session of the platform's role."""

import time

import pytest

from tests.support.account import Account
from tests.support.operator_roles import make_role

SECONDS = 20
EVERYTHING = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}


@pytest.fixture(scope="module")
def account():
    made = Account("--auth", "--assume-tls", "--session-seconds", str(SECONDS))
    yield made
    made.stop()


@pytest.fixture(scope="module")
def deployer(account):
    return make_role(account, "deployer", {"everything": EVERYTHING})[0]


@pytest.mark.long
def test_whole_run_outlives_the_sessions_of_its_role(account, deployer):
    """STS API reference, AssumeRole: a session ends, an hour after a chained role was assumed at the latest."""
    begin = time.monotonic()
    run = account.run("site", aws_role_arn=deployer, domain_name="team1")
    took = time.monotonic() - begin
    assert run.status == 0, run.output[-4000:]
    assert took > SECONDS, f"the run took {took:.0f} s, so no session ended in it"
    calls = [call for call in account.get("calls") if call["operation"] == "AssumeRole"]
    assert len(calls) > 2
    # The program that keeps the turn assumes the role anew when it is told that its session has ended.
    ended = {call["service"] for call in account.get("calls") if "xpired" in str(call["error"])}
    assert ended <= {"dynamodb"}


def test_role_that_cannot_be_assumed_anew_is_named(account, deployer):
    """The first session is there; what assumes the role has ended before a second."""
    account.faults(
        {"service": "sts", "operation": "AssumeRole", "error": "ExpiredToken", "after": 1},
    )
    run = account.run("platform", aws_role_arn=deployer)
    account.faults()
    assert run.status != 0
    said = " ".join(run.output.split())
    assert f"The session of the role {deployer} (aws_role_arn) is about to end, and it cannot be assumed anew" in said
    assert "The security token included in the request is expired" in said
    assert "get new ones, and run again." in said
    assert "Traceback" not in said
