# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every playbook of a platform and its team, run by one operator who has the policies of docs/iam and nothing else."""

import json

import pytest

from tests.support.account import Account
from tests.support.cdk_sample import TEAM as ADOPTED
from tests.support.cdk_sample import USER, CdkSample
from tests.support.emulator_plugin import ACCOUNT
from tests.support.operator_roles import make_policy, make_role, tell_what_is_lacking, without
from tests.unit.policies.operators import EXAMPLE, Names, platform_policies, team_boundary, team_policies

pytestmark = pytest.mark.long
TEAM = "crew"
OF_PLATFORMS = ("reader", "platform-network", "platform-sign-in")
# Beside reader, which sees a team as well.
OF_TEAMS = ("team-studio", "team-access", "team-data", "team-removal")


class Operator:
    """An account where policies are enforced, and one operator of its platform and of a team in it."""

    def __init__(self, team, domain_id="", account=None, lacking=()):
        self.account = account or Account("--auth", "--assume-tls")
        names, boundary = Names(EXAMPLE, team), f"arn:aws:iam::{ACCOUNT}:policy/{team}-boundary"
        make_policy(self.account, f"{team}-boundary", team_boundary(names))
        platform, of_team = platform_policies(EXAMPLE), team_policies(names, boundary, domain_id)
        policies = {name: platform[name] for name in OF_PLATFORMS} | {name: of_team[name] for name in OF_TEAMS}
        self.role = make_role(self.account, f"{team}-operator", without(policies, lacking))[0]
        self.told = {"aws_role_arn": self.role, "domain_name": team, "new_team": True}
        self.told["studio_permissions_boundary_arn"] = boundary

    def run(self, playbook, *arguments, **variables):
        """Run a playbook to its good end, and return it."""
        run = self.account.run(playbook, *arguments, **{**self.told, **variables})
        assert run.status == 0, run.output[-6000:]
        return run


@pytest.fixture
def operator():
    made = Operator(TEAM)
    yield made
    made.account.stop()


def test_whole_life(operator, tmp_path):
    before = {item["id"] for item in operator.account.get("resources")}
    people = {"studio_users": [{"name": "ada", "email": "ada@example.com"}]}
    operator.run("preflight", preflight_report_dir=str(tmp_path), **people)
    lines = json.loads((tmp_path / "main.json").read_text())["lines"]
    assert [line for line in lines if line["verdict"] == "will fail"] == []
    operator.run("site", **people)
    assert operator.run("site", **people).changed == 0
    operator.run("site", "--check", "--diff", **people, studio_ebs_default_gb=18)
    operator.run("site", **people, studio_ebs_default_gb=18, login_mfa="optional")
    operator.run("drift", drift_report_dir=str(tmp_path), **people)
    operator.run("open_studio", user="ada", **people)
    secret = {"client_secret_file": str(tmp_path / "secret")}
    operator.run("rotate_client_secret", step="begin", **secret)
    operator.run("rotate_client_secret", step="finish", **secret)
    operator.run("site", studio_users=[], studio_remove_unlisted_people=True)
    operator.run("destroy", confirm=TEAM)
    operator.run("destroy_platform", confirm=EXAMPLE.name)
    assert {item["id"] for item in operator.account.get("resources")} - before == set()


@pytest.fixture
def theirs():
    """An account with what somebody else made in it: VPC, endpoints, pool, domain, a profile."""
    account = Account("--auth", "--assume-tls")
    yield account, CdkSample(account.client)
    account.stop()


def test_adoption(theirs):
    account, sample = theirs
    operator = Operator(ADOPTED, sample.domain_id, account)
    taken = operator.run("site", **sample.described())
    assert f"domain {sample.domain_id} keeps its tags" in " ".join(taken.output.split())
    assert operator.run("site", **sample.described()).changed == 0
    operator.run("open_studio", user=USER, **sample.described())
    # As somebody who wants the domain gone says of it.
    arn = account.client("sagemaker").describe_domain(DomainId=sample.domain_id)["DomainArn"]
    account.client("sagemaker").delete_tags(ResourceArn=arn, TagKeys=["Adopted"])
    operator.run("destroy", confirm=ADOPTED, **sample.described())
    operator.run("destroy_platform", confirm=EXAMPLE.name, **sample.described())


def test_domain_is_taken_over_by_who_may_alone(theirs):
    account, sample = theirs
    policies = team_policies(Names(EXAMPLE, ADOPTED), "arn:aws:iam::111111111111:policy/x", sample.domain_id)
    (statement,) = [one for one in policies["team-studio"]["Statement"] if one["Sid"] == "TakeOver"]
    operator = Operator(ADOPTED, sample.domain_id, account, lacking={("team-studio", "TakeOver")})
    run = account.run("site", **operator.told, **sample.described())
    assert run.status != 0
    tell_what_is_lacking(run, statement)
