# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Shared fixtures: the emulator inside the test process, AWS clients for it, and the guard around every test."""

import os
from unittest import mock
from urllib.parse import urlsplit

import boto3
import pytest
from botocore.config import Config

from emulator.server import Emulator

ACCOUNT = "111111111111"
REGION = "eu-central-1"
# Some clients refuse short secrets; the emulator never checks the signature of a root key.
SECRET = "emulator-dummy-secret-key-of-forty-chars"
NOWHERE = "http://127.0.0.1:9"
LOCAL = "127.0.0.1"


def pytest_configure():
    """Point the whole environment at this machine before any test module is imported."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        del os.environ[name]
    os.environ.update(
        AWS_ENDPOINT_URL=NOWHERE,
        AWS_ACCESS_KEY_ID=ACCOUNT,
        AWS_SECRET_ACCESS_KEY=SECRET,
        AWS_DEFAULT_REGION=REGION,
        AWS_REGION=REGION,
        AWS_CONFIG_FILE=os.devnull,
        AWS_SHARED_CREDENTIALS_FILE=os.devnull,
        AWS_EC2_METADATA_DISABLED="true",
    )


def pytest_runtest_setup(item):
    """Refuse to run a test whose calls could leave this machine."""
    if not points_here(os.environ.get("AWS_ENDPOINT_URL")):
        pytest.fail(f"{item.nodeid}: AWS_ENDPOINT_URL does not point to {LOCAL}; no test may reach AWS.", pytrace=False)


def points_here(url):
    """Whether `url` is an http URL of 127.0.0.1."""
    return url is not None and urlsplit(url).scheme == "http" and urlsplit(url).hostname == LOCAL


@pytest.fixture(scope="session")
def emulator():
    """The emulator of this test process; AWS_ENDPOINT_URL points to it. It is reset before each test that uses it."""
    running = Emulator.start_in_thread()
    os.environ["AWS_ENDPOINT_URL"] = running.url
    yield running
    os.environ["AWS_ENDPOINT_URL"] = NOWHERE
    running.stop()


@pytest.fixture(autouse=True)
def _fresh_emulator(request):
    if "emulator" in request.fixturenames:
        request.getfixturevalue("emulator").reset()


@pytest.fixture
def own_operations():
    """Operations that a test gives the emulated SageMaker are its own."""
    from emulator.sagemaker import service

    with mock.patch.dict(service.OPERATIONS):
        yield


@pytest.fixture(scope="session")
def client(emulator):
    """A function `client(service, account=..., region=..., **arguments)` giving a boto3 client without retries."""
    made = {}

    def make(service, account=ACCOUNT, region=REGION, **arguments):
        key = (service, account, region, tuple(sorted(arguments.items())))
        if key not in made:
            made[key] = boto3_client(emulator.url, service, account, region, **arguments)
        return made[key]

    return make


def boto3_client(url, service, account=ACCOUNT, region=REGION, **arguments):
    """A boto3 client for the emulator at `url`, as root of `account` unless `arguments` carry other credentials."""
    return boto3.client(
        service,
        endpoint_url=url,
        region_name=region,
        **{
            "aws_access_key_id": account,
            "aws_secret_access_key": SECRET,
            "config": Config(retries={"total_max_attempts": 1}),
            **arguments,
        },
    )
