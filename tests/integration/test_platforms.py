# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Several platforms in one inventory: accounts and regions at once, with teams whose people have the same names.

The inventory is that of docs/teams.md, and one of the teams has everything that the guide shows.
"""

import json
import os

import pytest
import yaml

from tests.support.account import Account
from tests.support.emulator_plugin import boto3_client
from tests.support.playbook import run_playbook
from tests.support.roles import make_role
from tests.support.team_guide import inventory, whole_description

pytestmark = pytest.mark.long

EUROPE, IRELAND = ("111111111111", "eu-central-1"), ("222222222222", "eu-west-1")
OREGON = ("111111111111", "us-west-2")
TEAMS = {"churn": EUROPE, "pricing": IRELAND}
DEPLOYER = "arn:aws:iam::222222222222:role/ml-deployer"
SMALL = {
    "studio_users": [{"name": "ada", "email": "ada@example.com"}, {"name": "grace", "email": "grace@example.com"}],
    "studio_personal_spaces": [{"name": "lab"}],
}


@pytest.fixture(scope="module")
def account():
    """An emulator with its accounts; the role that the example's second platform is deployed with is in its account."""
    account = Account()
    iam = boto3_client(account.url, "iam", account=IRELAND[0])
    make_role(iam, "ml-deployer", "ec2.amazonaws.com")
    iam.update_assume_role_policy(
        RoleName="ml-deployer",
        PolicyDocument=json.dumps(
            {
                "Version": "2012-10-17",
                "Statement": [
                    {
                        "Effect": "Allow",
                        "Action": "sts:AssumeRole",
                        "Principal": {"AWS": f"arn:aws:iam::{EUROPE[0]}:root"},
                    }
                ],
            }
        ),
    )
    yield account
    account.stop()


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The inventory of the guide, and the profile that it names."""
    folder = tmp_path_factory.mktemp("ours")
    (folder / "hosts.ini").write_text(inventory())
    (folder / "host_vars").mkdir()
    descriptions = {"churn": whole_description(), "pricing": SMALL}
    for team, description in descriptions.items():
        (folder / "host_vars" / f"{team}.yml").write_text(yaml.safe_dump(description))
    (folder / "credentials").write_text(
        f"[ml-europe]\naws_access_key_id = {EUROPE[0]}\naws_secret_access_key = long-dummy-secret\n"
    )
    return folder


@pytest.fixture(scope="module")
def play(account, folder):
    """A function that runs a playbook on the inventory: the first account by a profile, the second by a role."""
    environment = {
        "AWS_SHARED_CREDENTIALS_FILE": str(folder / "credentials"),
        "AWS_CONFIG_FILE": os.devnull,
    }

    def run(playbook, *arguments, **variables):
        extra = ["-e", json.dumps({"aws_endpoint_url": account.url, **variables})]
        inventory_of_ours = ["-i", str(folder / "hosts.ini")]
        return run_playbook(playbook, *inventory_of_ours, *arguments, *extra, url=account.url, environment=environment)

    return run


def places(account):
    """(account, region) -> the resources there; the region of what is global is None."""
    found = {}
    for item in account.get("resources"):
        if item["id"] != DEPLOYER:
            found.setdefault((item["account"], item["region"]), []).append(item)
    return found


def kinds(resources):
    return {item["type"] for item in resources}


@pytest.fixture(scope="module")
def built(account, play):
    run = play("site.yml")
    assert run.status == 0, run.output[-6000:]
    return places(account)


def test_everything_is_where_its_platform_is(built):
    assert {place for place in built if place[1]} == {EUROPE, IRELAND}
    for place in (EUROPE, IRELAND):
        assert {"vpc", "user_pool", "rest_api", "function", "domain", "user_profile", "bucket", "key"} <= kinds(
            built[place]
        )
        assert {"role", "policy"} <= kinds(built[place[0], None])


def test_teams_of_both_have_people_of_the_same_names(built):
    for team, place in TEAMS.items():
        profiles = {item["name"]: item["tags"]["DomainName"] for item in built[place] if item["type"] == "user_profile"}
        assert profiles == {"ada": team, "grace": team}
        roles = [item["id"] for item in built[place[0], None] if item["type"] == "role"]
        assert f"arn:aws:iam::{place[0]}:role/ml/{team}/{place[1]}/ml--{team}--{place[1]}-person-ada" in roles


def test_the_whole_guide_is_built(built):
    found = [*built[EUROPE], *built[EUROPE[0], None]]
    assert {"image", "app_image_config", "budget", "studio_lifecycle_config", "space"} <= kinds(found)
    assert {item["name"] for item in found if item["type"] == "space"} == {"shared-lab", "ada--lab", "grace--lab"}
    assert {item["name"] for item in found if item["type"] == "group"} == {"churn", "churn--reviewers"}
    scripts = sorted(item["name"] for item in found if item["type"] == "studio_lifecycle_config")
    assert [name[:-9] for name in scripts] == [
        f"ml--churn--{name}" for name in ("built-in--codeeditor", "built-in--jupyterlab", "timeouts")
    ]


class TestTheirLife:
    """What comes after: nothing to do, a third platform beside its namesake, and the ends of all."""

    def test_a_second_run_changes_nothing(self, built, play):
        run = play("site.yml")
        assert (run.status, run.changed) == (0, 0), run.output[-6000:]

    def test_a_third_platform_in_the_first_account_has_the_same_name(self, account, built, folder, play):
        hosts = (folder / "hosts.ini").read_text()
        third = hosts.replace("[platforms]\n", "[platforms]\noregon\n").replace("[teams]\n", "[teams]\nfraud\n") + (
            "\n[america]\noregon\nfraud\n\n[america:vars]\nstudio_platform=oregon\nplatform_name=ml\n"
            f"aws_region={OREGON[1]}\naws_profile=ml-europe\n"
        )
        (folder / "hosts.ini").write_text(third)
        (folder / "host_vars" / "fraud.yml").write_text(yaml.safe_dump(SMALL))
        run = play("site.yml", domain_name="fraud")
        assert run.status == 0, run.output[-6000:]
        found = places(account)
        assert {"vpc", "user_pool", "rest_api", "domain"} <= kinds(found[OREGON])
        before = {place: {item["id"] for item in items} for place, items in built.items()}
        for place in (EUROPE, IRELAND, (IRELAND[0], None)):
            assert {item["id"] for item in found[place]} == before[place]
        assert before[EUROPE[0], None] < {item["id"] for item in found[EUROPE[0], None]}

    def test_a_name_of_several_platforms_is_not_enough_to_destroy_one(self, account, built, play):
        run = play("playbooks/destroy_platform.yml", confirm="ml")
        assert run.status != 0
        assert "-e confirm=frankfurt or -e confirm=dublin" in " ".join(run.output.split())

    def test_the_end_of_one_leaves_the_others_untouched(self, account, built, play):
        before = places(account)
        run = play("playbooks/destroy.yml", domain_name="fraud", confirm="fraud")
        assert run.status == 0, run.output[-6000:]
        run = play("playbooks/destroy_platform.yml", confirm="oregon")
        assert run.status == 0, run.output[-6000:]
        found = places(account)
        assert found.get(OREGON, []) == []
        for place in (EUROPE, IRELAND, (IRELAND[0], None)):
            assert found[place] == before[place]

    def test_nothing_is_left_of_all(self, account, built, play):
        for team in TEAMS:
            run = play("playbooks/destroy.yml", domain_name=team, confirm=team)
            assert run.status == 0, run.output[-6000:]
        for host in ("frankfurt", "dublin"):
            run = play("playbooks/destroy_platform.yml", confirm=host)
            assert run.status == 0, run.output[-6000:]
        assert places(account) == {}
