# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The function's folder on the path, a SageMaker and a Cognito without a network, and events as API Gateway sends them.

The clients are boto3's own: what the function sends is checked against botocore's model, and errors, pages and
exceptions are botocore's. Only the request's way out is replaced, and the clock stands still.
"""

from __future__ import annotations

import base64
import datetime
import itertools
import json
import os
import sys
import time
from pathlib import Path
from types import SimpleNamespace
from unittest import mock

import boto3
import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

FUNCTION = Path(__file__).parents[3] / "roles/login/files/presigned_url"
sys.path.insert(0, str(FUNCTION))

ACCOUNT = "111111111111"
REGION = "eu-central-1"
POOL = f"{REGION}_example"
KEY, ANOTHER_KEY = (rsa.generate_private_key(public_exponent=65537, key_size=2048) for _ in range(2))
ENVIRONMENT = {
    "USER_POOL_ID": POOL,
    "AWS_REGION": REGION,
    "PLATFORM_NAME": "sagemaker-studio",
    "CLIENT_IDS": "portal-client,api-client",
    "PORTAL_CLIENT_ID": "portal-client",
    "HOSTED_UI_URL": "https://login.auth.eu-central-1.amazoncognito.com",
    "ORGANISATION_NAME": "Example",
    "LOGO_TEXT": "EX",
    "HELP_URL": "https://help.example.org/",
}


def tags_of(team):
    """The tags of everything that is a team's."""
    return {"Platform": ENVIRONMENT["PLATFORM_NAME"], "DomainName": team}


class FakeService:
    """Answers what reached it as AWS would, and keeps the list of calls."""

    name = ""

    def __init__(self):
        self.calls = []
        self.errors = {}
        self.client = boto3.client(
            self.name,
            region_name=REGION,
            endpoint_url="http://127.0.0.1:9",
            aws_access_key_id=ACCOUNT,
            aws_secret_access_key="not-a-secret",
        )
        self.client.meta.events.register(f"before-call.{self.name}", self._answer)

    def fail(self, operation, *codes):
        """Let the next calls of an operation fail, once per code."""
        self.errors[operation] = list(codes)

    def operations(self):
        return [operation for operation, _ in self.calls]

    def _answer(self, model, params, **_):
        request = json.loads(params["body"])
        self.calls.append((model.name, request))
        try:
            if self.errors.get(model.name):
                raise FakeError(self.errors[model.name].pop(0))
            return SimpleNamespace(status_code=200), getattr(self, model.name)(**request)
        except FakeError as error:
            if isinstance(error.code, Exception):
                raise error.code from None
            status = 429 if error.code == "SlowDown" else 400
            body = {
                "Error": {"Code": error.code, "Message": "secret detail"},
                "ResponseMetadata": {"HTTPStatusCode": status},
            }
            return SimpleNamespace(status_code=status), body


class FakeCognito(FakeService):
    """A user pool whose groups can change at any time."""

    name = "cognito-idp"

    def __init__(self):
        super().__init__()
        self.groups = {"ada": ["team1"]}
        # What an account has beside its groups.
        self.subs = {"ada": access_token_payload()["sub"]}
        self.disabled = set()

    def AdminListGroupsForUser(self, UserPoolId, Username, Limit=60, NextToken="0"):  # noqa: N802, N803
        if Username not in self.groups:
            raise FakeError("UserNotFoundException")
        groups, end = self.groups[Username], int(NextToken) + Limit
        page = {"Groups": [{"GroupName": name} for name in groups[int(NextToken) : end]]}
        return {**page, **({"NextToken": str(end)} if end < len(groups) else {})}

    def AdminGetUser(self, UserPoolId, Username):  # noqa: N802, N803
        if Username not in self.groups:
            raise FakeError("UserNotFoundException")
        attributes = [{"Name": "email", "Value": "a@b.example"}, {"Name": "sub", "Value": self.subs[Username]}]
        return {"Username": Username, "Enabled": Username not in self.disabled, "UserAttributes": attributes}


class FakeSageMaker(FakeService):
    """Domains and profiles; profile names are kept in lower case, as their ARNs have them."""

    name = "sagemaker"

    def __init__(self):
        super().__init__()
        self.domains = {}
        self.profiles = {}
        self.profile_tags = {}
        self.spaces = {}
        self.apps = {}
        self._numbers = itertools.count(1)

    # What a test arranges

    def add_domain(self, name, status="InService", tags=None, profiles=("ada",)):
        number = next(self._numbers)
        domain_id = f"d-{number:012d}"
        self.domains[domain_id] = {
            "DomainId": domain_id,
            "DomainArn": f"arn:aws:sagemaker:{REGION}:{ACCOUNT}:domain/{domain_id}",
            "DomainName": name,
            "Status": status,
            "CreationTime": datetime.datetime(2025, 1, 1, tzinfo=datetime.UTC) + datetime.timedelta(days=number),
            "tags": tags_of(name) if tags is None else tags,
        }
        self.profiles[domain_id] = {}
        for profile in profiles:
            self.add_profile(domain_id, profile, tags_of(name))
        return domain_id

    def add_profile(self, domain_id, name, tags):
        self.profiles[domain_id][name.lower()] = "InService"
        self.profile_tags[domain_id, name.lower()] = tags

    def add_space(self, domain_id, name, owner=None, app="JupyterLab", status="InService", running=None):
        """A space: the owner's, or everybody's; running is the status of its app, where there is one."""
        sharing = "Private" if owner else "Shared"
        self.spaces.setdefault(domain_id, []).append(
            {
                "DomainId": domain_id,
                "SpaceName": name,
                "Status": status,
                "SpaceSettingsSummary": {"AppType": app},
                "SpaceSharingSettingsSummary": {"SharingType": sharing},
                "OwnershipSettingsSummary": {"OwnerUserProfileName": owner or "lead"},
            }
        )
        if running:
            found = {"DomainId": domain_id, "SpaceName": name, "AppType": app, "AppName": "default", "Status": running}
            self.apps.setdefault(domain_id, []).append(found)

    def remove_domain(self, domain_id):
        del self.domains[domain_id]
        del self.profiles[domain_id]

    # What AWS does

    def _domain(self, domain_id):
        if domain_id not in self.domains:
            raise FakeError("ResourceNotFound")
        return self.domains[domain_id]

    def _profile_status(self, domain_id, name):
        self._domain(domain_id)
        if name.lower() not in self.profiles[domain_id]:
            raise FakeError("ResourceNotFound")
        return self.profiles[domain_id][name.lower()]

    def ListDomains(self, MaxResults=10, NextToken="0"):  # noqa: N802, N803
        domains = list(self.domains.values())
        end = int(NextToken) + MaxResults
        summaries = [{k: v for k, v in d.items() if k != "tags"} for d in domains[int(NextToken) : end]]
        return {"Domains": summaries, **({"NextToken": str(end)} if end < len(domains) else {})}

    def _page(self, items, MaxResults, NextToken, key):  # noqa: N803
        end = int(NextToken) + MaxResults
        more = {"NextToken": str(end)} if end < len(items) else {}
        return {key: items[int(NextToken) : end], **more}

    def ListSpaces(self, DomainIdEquals, MaxResults=10, NextToken="0"):  # noqa: N802, N803
        return self._page(self.spaces.get(DomainIdEquals, []), MaxResults, NextToken, "Spaces")

    def ListApps(self, DomainIdEquals, MaxResults=10, NextToken="0"):  # noqa: N802, N803
        return self._page(self.apps.get(DomainIdEquals, []), MaxResults, NextToken, "Apps")

    def ListTags(self, ResourceArn):  # noqa: N802, N803
        kind, *ids = ResourceArn.rpartition(":")[2].split("/")
        if kind == "user-profile":
            self._profile_status(*ids)
        tags = self.profile_tags.get(tuple(ids), {}) if kind == "user-profile" else self._domain(*ids)["tags"]
        return {"Tags": [{"Key": key, "Value": value} for key, value in tags.items()]}

    def DescribeDomain(self, DomainId):  # noqa: N802, N803
        return self._domain(DomainId)

    def DescribeUserProfile(self, DomainId, UserProfileName):  # noqa: N802, N803
        status = self._profile_status(DomainId, UserProfileName)
        arn = f"arn:aws:sagemaker:{REGION}:{ACCOUNT}:user-profile/{DomainId}/{UserProfileName.lower()}"
        return {"Status": status, "UserProfileArn": arn}

    def CreateUserProfile(self, DomainId, UserProfileName, Tags, UserSettings=None):  # noqa: N802, N803
        if UserProfileName.lower() in self.profiles[DomainId]:
            raise FakeError("ResourceInUse")
        self.profiles[DomainId][UserProfileName.lower()] = "Pending"
        self.profile_tags[DomainId, UserProfileName.lower()] = {tag["Key"]: tag["Value"] for tag in Tags}
        return {"UserProfileArn": "arn"}

    def CreatePresignedDomainUrl(self, DomainId, UserProfileName, **_):  # noqa: N802, N803
        ready = {self._domain(DomainId)["Status"], self._profile_status(DomainId, UserProfileName)}
        if ready != {"InService"}:
            raise FakeError("ValidationException")
        return {"AuthorizedUrl": f"https://{DomainId}.studio.{REGION}.sagemaker.aws/auth?token=TOP-SECRET"}


class FakeError(Exception):
    """An AWS error code, or an exception to be raised as it is."""

    def __init__(self, code):
        super().__init__(str(code))
        self.code = code


def access_token_payload(**changes):
    """The claims of a Cognito access token; a change to None leaves the claim out."""
    payload = {
        "sub": "c2d5a444-0000-4000-8000-000000000001",
        "cognito:groups": ["team1"],
        "iss": f"https://cognito-idp.{REGION}.amazonaws.com/{POOL}",
        "client_id": "portal-client",
        "username": "ada",
        "token_use": "access",
        "scope": "openid",
        "jti": "0fe0b6f1-0000-4000-8000-000000000002",
        "exp": int(time.time()) + 24 * 60 * 60,
        **changes,
    }
    return {name: value for name, value in payload.items() if value is not None}


def part(data):
    """A part of a JWT."""
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def encode_token(payload, key=KEY, header=None, signature=None):
    """A JWT that the pool signed, or another key; with another header, or a signature of one's own, where given."""
    told = header or {"alg": "RS256", "kid": "kid-1"}
    text = ".".join([part(json.dumps(told).encode()), part(json.dumps(payload).encode())])
    signed = key.sign(text.encode(), padding.PKCS1v15(), hashes.SHA256()) if signature is None else signature
    return f"{text}.{part(signed)}"


def jwks(*keys):
    """The document in which a pool tells its public keys: kid-1, kid-2, ..."""
    numbers = [key.public_key().public_numbers() for key in keys]
    return {
        "keys": [
            {
                "kid": f"kid-{number}",
                "kty": "RSA",
                "alg": "RS256",
                "use": "sig",
                **{
                    name: part(value.to_bytes((value.bit_length() + 7) // 8, "big"))
                    for name, value in (("n", n.n), ("e", n.e))
                },
            }
            for number, n in enumerate(numbers, 1)
        ]
    }


def flatten(payload):
    """The claims as a REST API hands them on: strings, lists joined with commas."""
    return {name: ",".join(value) if isinstance(value, list) else str(value) for name, value in payload.items()}


def gateway_event(payload=None, team="team1", route="getPresignedUrl", space=None, **changes):
    """An event of GET /domainName/{domainName}/getPresignedUrl, or another route of a team, payload format 1.0."""
    payload = access_token_payload() if payload is None else payload
    token = encode_token(payload)
    return {
        "resource": f"/domainName/{{domainName}}/{route}",
        "queryStringParameters": None if space is None else {"space": space},
        "httpMethod": "GET",
        "path": f"/domainName/{team}/{route}",
        "headers": {"Authorization": token},
        "multiValueHeaders": {"Authorization": [token]},
        "pathParameters": {"domainName": team},
        "requestContext": {
            "requestId": "request-1",
            "path": f"/prod/domainName/{team}/{route}",
            "authorizer": {"claims": flatten(payload)},
        },
        **changes,
    }


@pytest.fixture
def make_event():
    return gateway_event


@pytest.fixture
def make_payload():
    return access_token_payload


@pytest.fixture
def make_token():
    return encode_token


@pytest.fixture
def sagemaker():
    return FakeSageMaker()


@pytest.fixture
def cognito():
    return FakeCognito()


class Clock:
    """The time that the function sees; it passes only when a test says so."""

    def __init__(self):
        self.seconds = 1000.0

    def monotonic(self):
        return self.seconds

    def wait(self, seconds):
        self.seconds += seconds


@pytest.fixture
def clock(monkeypatch):
    import memory

    clock = Clock()
    monkeypatch.setattr(memory, "time", clock)
    return clock


@pytest.fixture
def function(sagemaker, cognito, clock, monkeypatch):
    """The function as Lambda would have just started it, on the fakes."""
    import aws
    import handler
    import portal

    fakes = {fake.name: fake for fake in (sagemaker, cognito)}
    monkeypatch.setattr(aws, "make_client", lambda service, region: fakes[service].client)
    handler.make_service.cache_clear()
    portal.answer.cache_clear()
    with mock.patch.dict(os.environ, {**ENVIRONMENT, "TOKEN_KEYS": json.dumps(jwks(KEY))}):
        yield handler
    handler.make_service.cache_clear()
    portal.answer.cache_clear()


@pytest.fixture
def ask(function):
    """Send an event; return status code and decoded body of the answer."""

    def ask(event):
        answer = function.handler(event, None)
        return answer["statusCode"], json.loads(answer["body"])

    return ask
