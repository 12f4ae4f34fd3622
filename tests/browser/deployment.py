# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A platform to sign in to under AWS's host names: the role's sign-in, with teams and people of the tests' own."""

from __future__ import annotations

import functools
import io
import json
import secrets
import shutil
import tempfile
import zipfile
from pathlib import Path
from urllib.parse import urlsplit

import requests

from scripts.deployment import PLATFORM
from tests.support.emulator_plugin import ACCOUNT, REGION, SECRET, boto3_client
from tests.support.emulator_process import EmulatorProcess
from tests.support.playbook import run_playbook
from tests.support.studio import make_domain, make_network, settled
from tests.support.tls_front import TlsFront

PLAYBOOK = "tests/browser/login.yml"
FUNCTION = f"{PLATFORM}-presigned-url"
SOURCE = Path(__file__).parents[2] / "roles/login/files/presigned_url"
HOSTS = [
    f"*.execute-api.{REGION}.amazonaws.com",
    f"*.auth.{REGION}.amazoncognito.com",
    f"*.studio.{REGION}.sagemaker.aws",
]

# Cognito takes such names, of people and of groups.
MARKUP = "<img/src=x/onerror=alert(1)>"
PEOPLE = {
    "ada": ["team1"],
    "grace": ["team1", "team2", "closed", "planned", "first-time"],
    "lin": ["team1", "team2"],
    "nobody": [],
    "newcomer": ["team1"],
    "mallory": ["x,team1", MARKUP],
    MARKUP: ["team1"],
    "kim": ["labs"],
    "rob": ["labs", "team1"],
}
TEAMS = {
    "team1": {},
    "team2": {},
    "closed": {"ClosedForSignIn": "true"},
    "first-time": {"ProfileOnFirstSignIn": "true"},
    "labs": {},
}
PROFILES = {
    "team1": ["ada", "grace", "newcomer", "rob"],
    "team2": ["grace"],
    "closed": ["grace"],
    "labs": ["kim", "rob"],
}
# (owner, sharing, app, whether it runs) by name, all of the team labs.
SPACES = {
    "kim-lab": ("kim", "Private", "JupyterLab", True),
    "kim-code": ("kim", "Private", "CodeEditor", True),
    "rob-lab": ("rob", "Private", "JupyterLab", True),
    "shared-lab": ("rob", "Shared", "JupyterLab", False),
    "shared-code": ("rob", "Shared", "CodeEditor", False),
}


class Deployment:
    """A running emulator with a platform in it, and the TLS front before it.

    `portal_url`, `hosted_ui_url`, `api_url` and `user_pool_id` are the role's; `password` is everybody's, and
    `temporary_password` that of the newcomer, who has not chosen one yet.
    """

    def __init__(self):
        self.password = f"Aa1-{secrets.token_urlsafe(18)}"
        self.temporary_password = f"Tt1-{secrets.token_urlsafe(18)}"
        self.emulator = EmulatorProcess("--aws-hostnames")
        self.front = TlsFront(self.emulator.port, HOSTS)
        self._cookies, self._environment = {}, None
        self.client = functools.partial(boto3_client, self.emulator.url)
        try:
            self.result = self._build_sign_in()
            self._make_teams()
            self._make_people()
        except BaseException:
            self.stop()
            raise
        self.portal_url = self.result["portal_url"]
        self.api_url = self.result["api_url"]
        self.hosted_ui_url = self.result["hosted_ui_url"]

    def stop(self):
        """Stop front and emulator."""
        self.front.stop()
        self.emulator.stop()

    def cookies_of(self, person):
        """The cookies of a browser in which the person has signed in to the hosted pages, made once."""
        if person not in self._cookies:
            self._cookies[person] = self._sign_in(person)
        return self._cookies[person]

    def _sign_in(self, person):
        client = self.result["client_ids"]["portal"]
        query = {"client_id": client, "response_type": "code", "scope": "openid", "redirect_uri": self.portal_url}
        host = urlsplit(self.hosted_ui_url).hostname
        form = {**query, "username": person, "password": self.password}
        answer = requests.post(
            f"{self.emulator.url}/login", data=form, headers={"Host": host}, allow_redirects=False, timeout=30
        )
        if answer.status_code != 302:
            raise RuntimeError(f"{person} was not signed in: {answer.status_code}")
        return [{"name": name, "value": value, "domain": host, "path": "/"} for name, value in answer.cookies.items()]

    def browser_arguments(self):
        """Chromium's arguments: AWS's names lead here, any other name nowhere else, and one key alone is trusted.

        Names on port 80 lead to the emulator itself, for who writes http instead of https.
        """
        rules = f"MAP *:80 127.0.0.1:{self.emulator.port}, MAP * 127.0.0.1:{self.front.port}, EXCLUDE 127.0.0.1"
        return [f"--host-resolver-rules={rules}", f"--ignore-certificate-errors-spki-list={self.front.spki}"]

    def _build_sign_in(self):
        credentials = {"AWS_ACCESS_KEY_ID": ACCOUNT, "AWS_SECRET_ACCESS_KEY": SECRET}
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "result.json"
            arguments = ("-i", "localhost,", "-e", f"result_file={file}")
            run = run_playbook(PLAYBOOK, *arguments, url=self.emulator.url, environment=credentials)
            if run.status != 0:
                raise RuntimeError(f"The sign-in could not be built:\n{run.output}")
            return json.loads(file.read_text())

    def _make_teams(self):
        network = make_network(self.client)
        for team, tags in TEAMS.items():
            own = [{"Key": "Platform", "Value": PLATFORM}, {"Key": "DomainName", "Value": team}]
            more = [{"Key": key, "Value": value} for key, value in tags.items()]
            domain = make_domain(self.client, network, team, Tags=[*own, *more])["DomainId"]
            for person in PROFILES.get(team, []):
                self._make_profile(domain, person, own)
            if team == "labs":
                self._make_spaces(domain)

    def _make_profile(self, domain, person, tags):
        sagemaker, key = self.client("sagemaker"), {"DomainId": domain, "UserProfileName": person}
        sagemaker.create_user_profile(**key, Tags=tags)
        settled(lambda: sagemaker.describe_user_profile(**key))

    def _make_spaces(self, domain):
        sagemaker = self.client("sagemaker")
        for name, (owner, sharing, app_type, runs) in SPACES.items():
            key = {"DomainId": domain, "SpaceName": name}
            sagemaker.create_space(
                **key,
                OwnershipSettings={"OwnerUserProfileName": owner},
                SpaceSharingSettings={"SharingType": sharing},
                SpaceSettings={"AppType": app_type},
            )
            settled(lambda key=key: sagemaker.describe_space(**key))
            if runs:
                app = {**key, "AppType": app_type, "AppName": "default"}
                sagemaker.create_app(**app)
                settled(lambda app=app: sagemaker.describe_app(**app))

    def _make_people(self):
        cognito, pool = self.client("cognito-idp"), self.result["user_pool_id"]
        for group in sorted({group for groups in PEOPLE.values() for group in groups}):
            cognito.create_group(UserPoolId=pool, GroupName=group)
        for person, groups in PEOPLE.items():
            key = {"UserPoolId": pool, "Username": person}
            if person == "newcomer":
                cognito.admin_create_user(**key, MessageAction="SUPPRESS", TemporaryPassword=self.temporary_password)
            else:
                cognito.admin_create_user(**key, MessageAction="SUPPRESS")
                cognito.admin_set_user_password(**key, Password=self.password, Permanent=True)
            for group in groups:
                cognito.admin_add_user_to_group(**key, GroupName=group)

    def set_membership(self, person, group, member):
        """Put a person into a group, or take the person out."""
        cognito = self.client("cognito-idp")
        change = cognito.admin_add_user_to_group if member else cognito.admin_remove_user_from_group
        change(UserPoolId=self.result["user_pool_id"], Username=person, GroupName=group)

    def set_environment(self, **changes):
        """Give the sign-in function the role's environment with these changes; without any, the role's own."""
        functions = self.client("lambda")
        if self._environment is None:
            configuration = functions.get_function_configuration(FunctionName=FUNCTION)
            self._environment = configuration["Environment"]["Variables"]
        functions.update_function_configuration(
            FunctionName=FUNCTION, Environment={"Variables": {**self._environment, **changes}}
        )

    def serve(self, folder):
        """Let the sign-in function run the code in a folder."""
        content = io.BytesIO()
        with zipfile.ZipFile(content, "w") as archive:
            for path in sorted(Path(folder).glob("*.*")):
                archive.write(path, path.name)
        self.client("lambda").update_function_code(FunctionName=FUNCTION, ZipFile=content.getvalue())


def copy_of_source(folder):
    """A copy of the function's source in a new folder, to be changed."""
    target = Path(folder) / "presigned_url"
    shutil.copytree(SOURCE, target, ignore=shutil.ignore_patterns("__pycache__"))
    return target
