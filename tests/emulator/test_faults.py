# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""POST /_emulator/faults: errors, delays and lost answers, seen by plain boto3."""

import contextlib
import json
import re
import time

import pytest
from botocore.config import Config
from botocore.exceptions import ClientError, ConnectionClosedError, ReadTimeoutError

from emulator.shared.faults import Fault
from tests.support.emulator_plugin import boto3_client
from tests.support.emulator_process import ROOT
from tests.support.http import get, request


@pytest.fixture
def set_faults(emulator):
    """A function that replaces the list of faults and gives (status, answer)."""

    def post(*entries):
        status, _headers, body = request(f"{emulator.url}/_emulator/faults", "POST", list(entries))
        return status, json.loads(body)

    return post


def error_of(call, **arguments):
    with pytest.raises(ClientError) as caught:
        call(**arguments)
    answer = caught.value.response
    return answer["Error"]["Code"], answer["Error"]["Message"], answer["ResponseMetadata"]["HTTPStatusCode"]


@pytest.mark.parametrize(
    ("service", "call", "code", "message", "status"),
    [
        ("apigateway", "get_rest_apis", "TooManyRequestsException", "Too Many Requests", 429),
        ("cloudwatch", "describe_alarms", "ThrottlingException", "Rate exceeded", 400),
        ("ec2", "describe_vpcs", "RequestLimitExceeded", "Request limit exceeded.", 503),
        ("iam", "list_roles", "Throttling", "Rate exceeded", 400),
        ("kms", "list_keys", "ThrottlingException", "Rate exceeded", 400),
        ("lambda", "list_functions", "TooManyRequestsException", "Rate Exceeded.", 429),
        ("s3", "list_buckets", "SlowDown", "Please reduce your request rate.", 503),
        ("sagemaker", "list_domains", "ThrottlingException", "Rate exceeded", 400),
    ],
)
def test_throttle_is_each_services_own(set_faults, client, service, call, code, message, status):
    set_faults({"service": "*", "operation": "*", "error": "throttle"})
    assert error_of(getattr(client(service), call)) == (code, message, status)


@pytest.mark.parametrize(
    ("service", "call", "arguments", "code", "status"),
    [
        ("iam", "get_role", {"RoleName": "r"}, "NoSuchEntity", 404),
        ("sagemaker", "describe_domain", {"DomainId": "d-1"}, "ResourceNotFound", 400),
        ("lambda", "get_function", {"FunctionName": "f"}, "ServiceException", 500),
        ("ec2", "describe_vpcs", {}, "InternalError", 500),
    ],
)
def test_error_has_the_status_of_the_model(set_faults, client, service, call, arguments, code, status):
    """botocore models: httpStatusCode of the error's shape."""
    set_faults({"service": service, "operation": "*", "error": code, "message": "As said."})
    assert error_of(getattr(client(service), call), **arguments) == (code, "As said.", status)


def test_head_has_no_body_to_carry_a_code(set_faults, client):
    """As on AWS, boto3 knows the status alone."""
    set_faults({"service": "s3", "operation": "HeadBucket", "error": "throttle"})
    assert error_of(client("s3").head_bucket, Bucket="any-bucket")[::2] == ("503", 503)
    client("s3").list_buckets()


def test_failed_call_has_no_effect_and_is_recorded(set_faults, client, emulator):
    set_faults({"service": "iam", "operation": "CreateUser", "error": "ServiceFailure", "times": 1})
    assert error_of(client("iam").create_user, UserName="ada")[0] == "ServiceFailure"
    assert client("iam").list_users()["Users"] == []
    first = get(f"{emulator.url}/_emulator/calls")[0]
    assert (first["operation"], first["error"], first["status"]) == ("CreateUser", "ServiceFailure", 500)
    client("iam").create_user(UserName="ada")


def test_other_calls_are_left_alone(set_faults, client):
    set_faults({"service": "iam", "operation": "ListUsers", "error": "throttle"})
    client("iam").list_roles()
    client("sts").get_caller_identity()


def test_drop_takes_effect_and_loses_the_answer(set_faults, client, emulator):
    set_faults({"service": "iam", "operation": "CreateUser", "drop": True})
    with pytest.raises(ConnectionClosedError):
        client("iam").create_user(UserName="ada")
    assert [user["UserName"] for user in client("iam").list_users()["Users"]] == ["ada"]
    assert get(f"{emulator.url}/_emulator/calls")[0]["status"] == 200


def test_delay_in_seconds(set_faults, client):
    client("sts").get_caller_identity()
    set_faults({"service": "sts", "operation": "*", "delay": 0.3})
    start = time.monotonic()
    client("sts").get_caller_identity()
    assert 0.3 <= time.monotonic() - start < 3


def test_after_and_times():
    fault = Fault({"service": "iam", "operation": "*", "error": "throttle", "after": 2, "times": 3})
    assert [fault.strikes("iam", "ListUsers") for _call in range(7)] == [False, False, True, True, True, False, False]


def test_rate_follows_the_seed():
    def pattern(seed):
        fault = Fault({"service": "*", "operation": "*", "error": "throttle", "rate": 0.3, "seed": seed})
        return [fault.strikes("iam", "ListUsers") for _call in range(1000)]

    assert pattern(1) == pattern(1) != pattern(2)
    assert 250 < sum(pattern(1)) < 350


def test_list_is_shown_and_cleared(set_faults, emulator):
    entry = {"service": "kms", "operation": "CreateKey", "error": "throttle", "rate": 0.5}
    assert set_faults(entry) == (200, [entry])
    assert get(f"{emulator.url}/_emulator/faults") == [entry]
    assert set_faults() == (200, [])
    set_faults(entry)
    emulator.reset()
    assert get(f"{emulator.url}/_emulator/faults") == []


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ({"operation": "*", "error": "throttle"}, "needs 'service' and 'operation'"),
        ({"service": "iam", "operation": "*"}, "exactly one of error, delay, drop, hold, effect, lag, propagation"),
        ({"service": "iam", "operation": "*", "error": "throttle", "drop": True}, "exactly one of"),
        ({"service": "sage", "operation": "*", "drop": True}, "boto3 has no service 'sage'"),
        ({"service": "iam", "operation": "MakeUser", "drop": True}, "Service 'iam' has no operation 'MakeUser'"),
        ({"service": "iam", "operation": "*", "drop": True, "rate": 2}, "'rate' is 2; it must be between 0 and 1"),
        ({"service": "iam", "operation": "*", "drop": True, "often": 2}, "Unknown member 'often'"),
        ({"service": "iam", "operation": "CreateUser", "lag": 2}, "'lag' cannot meet iam CreateUser"),
        ({"service": "sagemaker", "operation": "CreateDomain", "lag": 0}, "'lag' is 0; it must be a number of reads"),
        ({"service": "iam", "operation": "*", "effect": "fail"}, "'effect' cannot meet iam *. It can meet sagemaker: "),
        ({"service": "ec2", "operation": "CreateVpcEndpoint", "effect": "slow"}, "it must be 'fail'"),
        (
            {"service": "ec2", "operation": "DescribeVpcEndpointServices", "offers": {"endpoint_service": "s"}},
            "'offers' is {'endpoint_service': 's'}; it must be an object of",
        ),
        ({"service": "ec2", "operation": "*", "propagation": 2}, "'propagation' cannot meet ec2 *"),
        ("throttle", "A fault must be an object"),
    ],
)
def test_wrong_faults_are_refused_and_the_old_ones_kept(set_faults, emulator, entry, message):
    kept = {"service": "kms", "operation": "*", "drop": True}
    set_faults(kept)
    status, answer = set_faults(entry)
    assert status == 400
    assert message in answer["message"]
    assert get(f"{emulator.url}/_emulator/faults") == [kept]


def test_held_write_takes_effect_and_is_never_answered(emulator, set_faults):
    set_faults({"service": "*", "operation": "*", "hold": True, "writes": True, "but": ["iam"], "after": 1, "times": 1})
    ec2 = boto3_client(emulator.url, "ec2", config=Config(read_timeout=0.5, retries={"total_max_attempts": 1}))
    ec2.describe_vpcs()
    ec2.create_vpc(CidrBlock="10.1.0.0/16")
    boto3_client(emulator.url, "iam").create_user(UserName="ada")
    with pytest.raises(ReadTimeoutError):
        ec2.create_vpc(CidrBlock="10.2.0.0/16")
    ranges = {vpc["CidrBlock"] for vpc in ec2.describe_vpcs()["Vpcs"]}
    assert {"10.1.0.0/16", "10.2.0.0/16"} <= ranges
    ec2.create_vpc(CidrBlock="10.3.0.0/16")
    written = [call for call in get(f"{emulator.url}/_emulator/calls") if call["write"]]
    assert [call["status"] for call in written] == [200, 200, 200, 200]


RECIPE = re.compile(r'\| `(\[\{"service": ".*?\}\])`')
RECIPES = [json.loads(text) for text in RECIPE.findall((ROOT / "docs" / "emulator.md").read_text())]
THROTTLED, FAILING, LOST, LAGGING, UNKNOWN, SLOW, FAILED = RECIPES
READS = {
    "apigateway": "get_rest_apis",
    "ec2": "describe_vpcs",
    "efs": "describe_file_systems",
    "iam": "list_roles",
    "kms": "list_keys",
    "lambda": "list_functions",
    "s3": "list_buckets",
    "sagemaker": "list_domains",
    "sts": "get_caller_identity",
}


def codes(call, times, **arguments):
    """The error codes of so many calls, None where one succeeded."""
    found = []
    for _time in range(times):
        try:
            call(**arguments)
            found.append(None)
        except ClientError as error:
            found.append(error.response["Error"]["Code"])
    return found


@pytest.mark.parametrize(("entries", "share"), [(THROTTLED, 0.2), (FAILING, 0.05)])
def test_share_of_all_calls_fails(set_faults, client, entries, share):
    """Throttling and failures meet the calls of every service alike."""
    assert set_faults({**entries[0], "seed": 7})[0] == 200
    found = {service: codes(getattr(client(service), read), 100) for service, read in READS.items()}
    struck = [code for results in found.values() for code in results if code]
    assert 0.6 * share < len(struck) / (100 * len(READS)) < 1.4 * share
    assert all(any(results) and not all(results) for results in found.values())


@pytest.mark.parametrize("service", READS)
def test_failure_is_500_for_every_service(set_faults, client, service):
    set_faults({**FAILING[0], "rate": 1})
    assert error_of(getattr(client(service), READS[service]))[::2] == ("InternalError", 500)


def test_first_answer_to_each_creation_is_lost_in_turn(set_faults, client):
    set_faults(*LOST)
    for _time in range(2):
        with contextlib.suppress(ConnectionClosedError):
            client("ec2").create_vpc(CidrBlock="10.0.0.0/16")
        with contextlib.suppress(ConnectionClosedError):
            client("kms").create_key()
    assert len(client("kms").list_keys()["Keys"]) == 2
    assert len(client("ec2").describe_vpcs(Filters=[{"Name": "is-default", "Values": ["false"]}])["Vpcs"]) == 2


def test_three_reads_miss_what_was_created(set_faults, client):
    set_faults(*LAGGING, {"service": "kms", "operation": "CreateKey", "lag": 3})
    document = json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]})
    arn = client("iam").create_policy(PolicyName="p", PolicyDocument=document)["Policy"]["Arn"]
    assert codes(client("iam").get_policy, 4, PolicyArn=arn) == ["NoSuchEntity"] * 3 + [None]
    key = client("kms").create_key()["KeyMetadata"]
    assert codes(client("kms").describe_key, 2, KeyId=key["KeyId"]) == ["NotFoundException"] * 2
    assert codes(client("kms").describe_key, 2, KeyId=key["Arn"]) == ["NotFoundException", None]


def test_recipes_of_what_takes_time_are_taken_as_they_stand(set_faults, client):
    """Their effects: test_delay_in_seconds here, test_new_role_is_not_seen_by_* and test_domain_ends_failed there."""
    assert set_faults(*UNKNOWN, *SLOW, *FAILED) == (200, [*UNKNOWN, *SLOW, *FAILED])
    start = time.monotonic()
    client("sts").get_caller_identity()
    assert time.monotonic() - start >= SLOW[0]["delay"] == 2
