# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""People come, go and move between teams; whoever stays keeps the password, whoever goes leaves the home directory."""

from urllib.parse import urlsplit

import pytest
import requests

from scripts.deployment import find_deployment
from scripts.sign_in import SignInError, open_studio, presigned_url, sign_in
from tests.support.account import Account
from tests.support.studio import settled

pytestmark = pytest.mark.long
PASSWORD = "Analytical-Engine-1843"
OF_EACH_TEAM = {"studio_users": "{{ people[inventory_hostname] }}", "studio_remove_unlisted_people": True}
WITHOUT_THE_DEMO = {"studio_spaces": [], "studio_lifecycle_scripts": []}


def person(name):
    return {"name": name, "email": f"{name}@example.com", "password": PASSWORD}


class People:
    """The people of an account, as Cognito and Studio have them."""

    def __init__(self, account):
        self.account = account
        self.cognito, self.sagemaker = account.client("cognito-idp"), account.client("sagemaker")

    def list(self, *arguments, playbook="teams", **teams):
        """Run over all teams, or one, with these people."""
        people = {team: [person(name) for name in names] for team, names in teams.items()}
        run = self.account.run(playbook, *arguments, people=people, **OF_EACH_TEAM, **WITHOUT_THE_DEMO)
        assert run.status == 0, run.output[-6000:]
        return run

    def share(self, team, person, space):
        """Leave a shared space of person with a running app."""
        key = {"DomainId": self.account.domain_id(team), "SpaceName": space}
        self.sagemaker.create_space(
            **key,
            OwnershipSettings={"OwnerUserProfileName": person},
            SpaceSharingSettings={"SharingType": "Shared"},
            SpaceSettings={"AppType": "JupyterLab"},
        )
        settled(lambda: self.sagemaker.describe_space(**key))
        self.start(team, space)

    def start(self, team, space):
        app = {
            "DomainId": self.account.domain_id(team),
            "SpaceName": space,
            "AppType": "JupyterLab",
            "AppName": "default",
        }
        self.sagemaker.create_app(**app)
        settled(lambda: self.sagemaker.describe_app(**app))

    def apps(self, team):
        listed = self.sagemaker.list_apps(DomainIdEquals=self.account.domain_id(team))["Apps"]
        return {app["SpaceName"] for app in listed if app["Status"] == "InService"}

    def groups(self, name):
        key = {"UserPoolId": self.account.pool_id(), "Username": name}
        return {group["GroupName"] for group in self.cognito.admin_list_groups_for_user(**key)["Groups"]}

    def enabled(self, name):
        return self.cognito.admin_get_user(UserPoolId=self.account.pool_id(), Username=name)["Enabled"]

    def profiles(self, team):
        found = self.sagemaker.list_user_profiles(DomainIdEquals=self.account.domain_id(team))["UserProfiles"]
        return {profile["UserProfileName"] for profile in found}

    def tokens(self, name):
        deployment = find_deployment(urlsplit(self.account.url).port)
        portal = deployment.portal_client_id
        return sign_in(deployment.hosted_ui_url, portal, deployment.portal_url, name, PASSWORD)

    def open(self, team, name):
        deployment = find_deployment(urlsplit(self.account.url).port)
        return open_studio(presigned_url(deployment.api_url, team, self.tokens(name)["access_token"]))

    def refresh(self, tokens):
        deployment = find_deployment(urlsplit(self.account.url).port)
        form = {
            "grant_type": "refresh_token",
            "client_id": deployment.portal_client_id,
            "refresh_token": tokens["refresh_token"],
        }
        return requests.post(f"{deployment.hosted_ui_url}/oauth2/token", data=form, timeout=30).status_code


@pytest.fixture(scope="module")
def people():
    account = Account()
    people = People(account)
    people.list(playbook="site", team1=["ada", "carl"], team2=["bob"])
    account.work("team1", "ada")
    account.writes()
    yield people
    account.stop()


@pytest.fixture(scope="module")
def moved(people):
    """Ada goes from team1 to team2 in one run over both; her tokens from before are under "tokens"."""
    home = people.account.domains("team1")[0]["HomeEfsFileSystemId"]
    tokens = people.tokens("ada")
    assert people.refresh(tokens) == 200
    run = people.list(team1=["carl"], team2=["bob", "ada"])
    return {"home": home, "tokens": tokens, "run": run, "writes": people.account.writes()}


def test_who_moves_joins_one_team_and_leaves_the_other_in_one_run(people, moved):
    assert people.groups("ada") == {"team2"} and people.enabled("ada")
    assert (people.profiles("team1"), people.profiles("team2")) == ({"carl"}, {"bob", "ada"})
    assert "ada" in people.open("team2", "ada")
    with pytest.raises(SignInError) as refused:
        people.open("team1", "ada")
    assert refused.value.status == 403


def test_who_leaves_is_signed_out_and_warned_of_and_leaves_the_home_directory(people, moved):
    assert people.refresh(moved["tokens"]) == 400
    output = " ".join(moved["run"].output.split())
    assert "Private space ada-lab of ada goes with everything on its disk." in output
    writes = moved["writes"]
    assert writes.index("sagemaker:DeleteApp") < writes.index("sagemaker:DeleteUserProfile")
    assert writes.index("cognito-idp:AdminRemoveUserFromGroup") < writes.index("sagemaker:DeleteApp")
    assert not {"elasticfilesystem:DeleteFileSystem", "cognito-idp:AdminSetUserPassword"} & set(writes)
    files = people.account.client("efs").describe_file_systems()["FileSystems"]
    assert moved["home"] in {system["FileSystemId"] for system in files}


def test_who_moves_in_two_runs_is_disabled_in_between(people, moved):
    people.list("-e", "domain_name=team1", team1=["carl-two"])
    assert people.groups("carl") == set() and not people.enabled("carl")
    assert people.profiles("team1") == {"carl-two"}
    people.account.writes()
    people.list("-e", "domain_name=team2", team2=["bob", "ada", "carl"])
    assert people.groups("carl") == {"team2"} and people.enabled("carl")
    assert "cognito-idp:AdminSetUserPassword" not in people.account.writes()
    assert "carl" in people.open("team2", "carl"), "with the password that he has had all the time"


def test_who_owns_a_shared_space_keeps_the_profile_and_no_open_session(people, moved):
    people.share("team2", "carl", "common")
    run = people.list("-e", "domain_name=team2", team2=["bob", "ada"])
    assert "Shared space common belongs to carl" in " ".join(run.output.split())
    assert people.apps("team2") == set() and people.profiles("team2") == {"bob", "ada", "carl"}
    people.start("team2", "common")
    again = people.list("-e", "domain_name=team2", team2=["bob", "ada"])
    assert again.changed == 0 and people.apps("team2") == {"common"}, "the others go on with the space"


def test_who_was_disabled_is_let_in_by_whoever_takes_them_in(people, moved):
    assert not people.enabled("carl")
    taken = people.account.run("teams", domain_name="team1", user="carl", email="taken-over@example.com")
    assert taken.status != 0 and "carl is in the user pool already" in " ".join(taken.output.split())
    assert not people.enabled("carl")
    run = people.account.run("teams", domain_name="team1", user="carl", email="carl@example.com")
    assert run.status == 0, run.output[-6000:]
    assert people.enabled("carl") and "carl" in people.open("team1", "carl")
    run = people.account.run("teams", domain_name="team2", user="carl", email="carl@example.com")
    assert run.status == 0, run.output[-6000:]
    assert people.groups("carl") == {"team1", "team2"}


def test_who_is_in_no_team_is_deleted_as_chosen(people, moved):
    people.list(team1=["carl-two"], team2=["bob", "ada", "carl"])
    people.list("-e", "domain_name=team2", "-e", "studio_people_without_team=delete", team2=["ada", "carl"])
    users = people.cognito.list_users(UserPoolId=people.account.pool_id())["Users"]
    assert "bob" not in {user["Username"] for user in users}
    assert people.profiles("team2") == {"ada", "carl"}
