# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Fixtures of the emulator's own tests; the shared ones are in tests/support/emulator_plugin.py."""

import json
import uuid

import pytest

from tests.emulator.studio import Studio
from tests.support.emulator_plugin import boto3_client
from tests.support.emulator_process import EmulatorProcess


@pytest.fixture
def start_emulator():
    """A function that starts `python -m emulator --port 0 ARGUMENTS` and returns its EmulatorProcess."""
    started = []

    def start(*arguments):
        started.append(EmulatorProcess(*arguments))
        return started[-1]

    yield start
    for process in started:
        process.stop()


@pytest.fixture
def studio(client, monkeypatch):
    """A network to make domains in; things settle by reads alone, so that a busy machine skips no state."""
    monkeypatch.setattr("emulator.timing.latency.SETTLE_AT_LATEST", 60)
    return Studio(client)


@pytest.fixture
def sagemaker(studio):
    """The SageMaker client of `studio`."""
    return studio.sagemaker


@pytest.fixture(scope="module")
def strict():
    """An emulator process in which IAM decides."""
    process = EmulatorProcess("--auth")
    yield process
    process.stop()


@pytest.fixture(scope="module")
def root(strict):
    """A function that gives a client of the account's root."""
    return lambda service: boto3_client(strict.url, service)


@pytest.fixture
def user(strict, root):
    """A function that makes an IAM user with these statements and gives its client of a service."""
    iam = root("iam")

    def make(service, *statements):
        name = f"user-{uuid.uuid4().hex}"
        iam.create_user(UserName=name)
        if statements:
            policy = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **each} for each in statements]}
            iam.put_user_policy(UserName=name, PolicyName="p", PolicyDocument=json.dumps(policy))
        key = iam.create_access_key(UserName=name)["AccessKey"]
        keys = {"aws_access_key_id": key["AccessKeyId"], "aws_secret_access_key": key["SecretAccessKey"]}
        return boto3_client(strict.url, service, **keys)

    return make
