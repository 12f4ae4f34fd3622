# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How long sessions of roles live, and what is answered when they have ended."""

import json
import time

import pytest
from botocore.exceptions import ClientError

from tests.emulator.aws_answers import ACCOUNT, refused
from tests.support.emulator_plugin import boto3_client
from tests.support.emulator_process import EmulatorProcess

SECONDS = 4


@pytest.fixture(scope="module")
def short():
    """An emulator in which IAM decides and sessions end soon."""
    process = EmulatorProcess("--auth", "--session-seconds", str(SECONDS))
    yield process
    process.stop()


@pytest.fixture(scope="module")
def role(short):
    """A function that makes a role for everything, which its account trusts."""
    iam = boto3_client(short.url, "iam")
    everything = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
    account = {"Effect": "Allow", "Principal": {"AWS": ACCOUNT}, "Action": "sts:AssumeRole"}

    def make(name, **options):
        trust = json.dumps({"Version": "2012-10-17", "Statement": [account]})
        arn = iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust, **options)["Role"]["Arn"]
        iam.put_role_policy(RoleName=name, PolicyName="all", PolicyDocument=json.dumps(everything))
        return arn

    return make


@pytest.fixture(scope="module")
def deployer(role):
    return role("deployer")


def as_session(short, service, given):
    """A client of a service with the credentials of a session."""
    keys = {"aws_access_key_id": given["AccessKeyId"], "aws_secret_access_key": given["SecretAccessKey"]}
    return boto3_client(short.url, service, **keys, aws_session_token=given["SessionToken"])


def assumed(sts, role, **options):
    return sts.assume_role(RoleArn=role, RoleSessionName="run", **options)["Credentials"]


# service, a call, and what AWS answers where the token has expired
ENDED = [
    ("sts", "get_caller_identity", "ExpiredToken"),
    ("iam", "list_roles", "ExpiredToken"),
    ("sagemaker", "list_domains", "ExpiredTokenException"),
    ("dynamodb", "list_tables", "ExpiredTokenException"),
    ("ec2", "describe_vpcs", "RequestExpired"),
    ("s3", "list_buckets", "ExpiredToken"),
]


def test_session_ends_and_says_so(short, deployer):
    """API references, "Common errors" (ExpiredToken, ExpiredTokenException); EC2 error codes (RequestExpired); S3 error
    responses (ExpiredToken). Later sessions do not hide that an earlier one has ended."""
    sts = boto3_client(short.url, "sts")
    for service, call, *_rest in ENDED:  # the first call of a service takes longer
        getattr(boto3_client(short.url, service), call)()
    given = assumed(sts, deployer)
    clients = {service: as_session(short, service, given) for service, *_rest in ENDED}
    for service, call, *_rest in ENDED:
        getattr(clients[service], call)()
    left = given["Expiration"].timestamp() - time.time()
    assert left <= SECONDS
    end = time.monotonic() + SECONDS + 2
    while time.monotonic() < end:
        try:
            clients["sts"].get_caller_identity()
        except ClientError:
            break
    assumed(sts, deployer)
    for service, call, code in ENDED:
        with refused(code):
            getattr(clients[service], call)()


def test_durations_have_bounds(short, deployer, role):
    """API reference AssumeRole, DurationSeconds: from 900 to the maximum of the role, an hour at first."""
    sts = boto3_client(short.url, "sts")
    with refused("ValidationError", "Member must have value less than or equal to 43200"):
        assumed(sts, deployer, DurationSeconds=43201)
    with refused("ValidationError", "exceeds the MaxSessionDuration set for this role"):
        assumed(sts, deployer, DurationSeconds=3601)
    long_one = role("long", MaxSessionDuration=7200)
    assert assumed(sts, long_one, DurationSeconds=7200)["AccessKeyId"]


def test_chained_roles_live_an_hour_at_most(short, role):
    """API reference AssumeRole: role chaining limits a session to one hour, whatever the role's maximum is."""
    first, second = role("first"), role("second", MaxSessionDuration=43200)
    given = assumed(boto3_client(short.url, "sts"), first)
    chained = as_session(short, "sts", given)
    with refused("ValidationError", "1 hour session limit for roles assumed by role chaining"):
        assumed(chained, second, DurationSeconds=3601)
    assert assumed(chained, second, DurationSeconds=3600)["AccessKeyId"]
