# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The sign-in API as the login role deploys it, with teams and people of the tests' own and no network around it."""

import base64
import functools
import http.client
import json
import secrets
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding

from scripts.deployment import PLATFORM, find_deployment
from scripts.sign_in import sign_in
from tests.support.emulator_plugin import boto3_client
from tests.support.emulator_process import EmulatorProcess
from tests.support.playbook import run_playbook
from tests.support.studio import make_domain, make_network, settled

PLAYBOOK = "tests/integration/playbooks/login.yml"
# More than the machine can answer: what is tried is the sign-in, and not AWS's limits.
UNLIMITED = {
    "login_throttling_rate_limit": 10_000,
    "login_throttling_burst_limit": 5_000,
    "login_portal_throttling_rate_limit": 10_000,
    "login_portal_throttling_burst_limit": 5_000,
}


@dataclass(frozen=True)
class Answer:
    """An HTTP answer; `headers` have lower-case names."""

    status: int
    headers: dict
    body: bytes

    @property
    def json(self):
        """The body, decoded."""
        return json.loads(self.body)


def tags_of(team):
    """The tags by which what belongs to a team is known."""
    return {"Platform": PLATFORM, "DomainName": team}


class SignIn:
    """A running sign-in, deployed with the role's `variables`, and domains of `teams`, a name or (name, tags) each.

    The emulator enforces IAM policies, so the function can do what its role may and no more.
    `state` is an empty folder, where the emulator keeps the keys that sign tokens; `postman` is where the role wrote
    the files for Postman, if it was told to.
    """

    def __init__(self, state, teams, **variables):
        self._state = Path(state)
        self.password = f"Aa1-{secrets.token_urlsafe(18)}"
        self.emulator = EmulatorProcess("--auth", "--state", str(state))
        self.postman = Path(variables.get("login_postman_dir", state))
        self.client = functools.partial(boto3_client, self.emulator.url)
        try:
            self._deploy(variables)
            network = make_network(self.client)
            self.domains = {}
            for team in teams:
                name, tags = (team, {}) if isinstance(team, str) else team
                self.domains[name] = self._make_domain(network, name, {**tags_of(name), **tags})
        except BaseException:
            self.stop()
            raise

    def _deploy(self, variables):
        run = run_playbook(PLAYBOOK, "-e", json.dumps(variables), url=self.emulator.url)
        if run.status:
            raise RuntimeError(run.output[-6000:])
        self.deployment = find_deployment(self.emulator.port)
        (pool,) = self.client("cognito-idp").list_user_pools(MaxResults=60)["UserPools"]
        self.pool_id = pool["Id"]

    def _make_domain(self, network, team, tags):
        listed = [{"Key": key, "Value": value} for key, value in tags.items()]
        return make_domain(self.client, network, team, Tags=listed)["DomainId"]

    def stop(self):
        """Stop the emulator."""
        return self.emulator.stop()

    def add_person(self, name, *groups):
        """Make a user who is in `groups`, each of which is made when it does not exist."""
        cognito, pool = self.client("cognito-idp"), {"UserPoolId": self.pool_id}
        cognito.admin_create_user(**pool, Username=name, MessageAction="SUPPRESS")
        cognito.admin_set_user_password(**pool, Username=name, Password=self.password, Permanent=True)
        existing = {group["GroupName"] for group in cognito.list_groups(**pool)["Groups"]}
        for group in groups:
            if group not in existing:
                cognito.create_group(**pool, GroupName=group)
            cognito.admin_add_user_to_group(**pool, Username=name, GroupName=group)

    def add_profile(self, team, name):
        """Make a user profile in a team's domain, tagged as the studio role tags it."""
        sagemaker, key = self.client("sagemaker"), {"DomainId": self.domains[team], "UserProfileName": name}
        listed = [{"Key": key, "Value": value} for key, value in tags_of(team).items()]
        sagemaker.create_user_profile(**key, Tags=listed)
        settled(lambda: sagemaker.describe_user_profile(**key))

    def tokens(self, name):
        """What the hosted pages give the portal for a person: access_token, id_token, refresh_token."""
        found = self.deployment
        return sign_in(found.hosted_ui_url, found.portal_client_id, found.portal_url, name, self.password)

    def sign(self, claims, use="access", **header):
        """A token that the pool itself could have signed, with any claims and header."""
        key_file = self._state / "cognito-pool-keys" / f"{self.pool_id}-{use}.pem"
        key = serialization.load_pem_private_key(key_file.read_bytes(), password=None)
        signed = ".".join(encoded(part) for part in (header, claims))
        signature = key.sign(signed.encode(), padding.PKCS1v15(), hashes.SHA256())
        return f"{signed}.{base64.urlsafe_b64encode(signature).rstrip(b'=').decode()}"

    def send(self, path, *headers, method="GET", body=None):
        """Send exactly this path below the stage and these (name, value) headers, and return an Answer."""
        address = urlsplit(self.deployment.api_url)
        connection = http.client.HTTPConnection("127.0.0.1", address.port, timeout=180)
        try:
            connection.putrequest(method, address.path + path, skip_host=any(n.lower() == "host" for n, _ in headers))
            for name, value in headers:
                connection.putheader(name, value)
            if body is not None:
                connection.putheader("Content-Length", str(len(body)))
            connection.endheaders(body)
            answer = connection.getresponse()
            content = answer.read()
            return Answer(answer.status, {name.lower(): value for name, value in answer.getheaders()}, content)
        finally:
            connection.close()


def encoded(part):
    """A part of a token."""
    return base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode()


def decoded(token, part):
    """Part 0 (header) or 1 (claims) of a token."""
    text = token.split(".")[part]
    return json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))


def median_seconds(calls, rounds):
    """The median time of each of `calls`, made in turn, so that whatever else the machine does strikes all alike."""
    times = [[] for _ in calls]
    for _ in range(rounds):
        for call, taken in zip(calls, times, strict=True):
            begin = time.perf_counter()
            call()
            taken.append(time.perf_counter() - begin)
    return [sorted(taken)[len(taken) // 2] for taken in times]
