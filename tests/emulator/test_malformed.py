# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Requests that no service can make sense of: each gets AWS's answer, and the emulator goes on as before."""

import contextlib
import json
import socket
import time

import pytest

from tests.emulator.malformed import BUCKET, CBOR, SIGNED, requests
from tests.support.emulator_plugin import boto3_client
from tests.support.emulator_process import EmulatorProcess
from tests.support.http import request
from tests.support.memory import resident

SEEDS = range(5)
REQUESTS = 110
JSON = {"X-Amz-Target": "TrentService.CreateKey", "Content-Type": "application/x-amz-json-1.1"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
TEMPLATE = b"Action=CreateStack&StackName=s&TemplateBody="
RPC = {"Content-Type": "application/cbor", "smithy-protocol": "rpc-v2-cbor"}


@pytest.fixture(scope="module")
def running():
    """An emulator that all of these requests meet, with a bucket; it still stops as it should."""
    process = EmulatorProcess()
    s3 = boto3_client(process.url, "s3")
    s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
    yield process
    assert process.stop() == 0


def answer_to(port, sent):
    """All that comes back on a connection of its own until the emulator closes it, which it does."""
    with socket.create_connection(("127.0.0.1", port), timeout=20) as connection:
        # It may be refused, and closed, before all of it is sent.
        with contextlib.suppress(OSError):
            connection.sendall(sent)
            connection.shutdown(socket.SHUT_WR)
        answer = b""
        with contextlib.suppress(ConnectionResetError):
            while part := connection.recv(65536):
                answer += part
        return answer


def works(running):
    """Whether services with different protocols answer."""
    identity = boto3_client(running.url, "sts").get_caller_identity()["Account"]
    domains = boto3_client(running.url, "sagemaker").list_domains()["Domains"]
    vpcs = boto3_client(running.url, "ec2").describe_vpcs(MaxResults=5)["Vpcs"]
    return (identity, domains) == ("111111111111", []) and isinstance(vpcs, list)


def strange(malformed, answer):
    """What is wrong with an answer; "" for a right one."""
    status = answer.partition(b"\r\n")[0]
    if status.startswith(b"HTTP/1.1 5"):
        return f"{malformed.kind}: {status!r} to {malformed.sent[:600]!r}"
    if malformed.unreadable and not (status.startswith(b"HTTP/1.1 400") and b"SerializationException" in answer):
        return f"{malformed.kind}: {answer[-200:]!r} to {malformed.sent[:600]!r}"
    return ""


@pytest.mark.parametrize("seed", SEEDS)
def test_nothing_malformed_fails_blocks_or_fills_the_emulator(running, seed, capfd):
    assert works(running)
    before, start = resident(running.process.pid), time.monotonic()
    found = [strange(malformed, answer_to(running.port, malformed.sent)) for malformed in requests(seed, REQUESTS)]
    assert [one for one in found if one] == []
    assert time.monotonic() - start < 30
    # What a service takes when it is first asked is not kept by requests.
    assert resident(running.process.pid) - before < 100
    assert "Traceback" not in capfd.readouterr().err
    assert works(running)


def test_batches_are_large_enough_and_repeatable():
    assert len(SEEDS) * REQUESTS >= 500
    assert list(requests(1, 20)) == list(requests(1, 20)) != list(requests(2, 20))


def test_requests_that_are_half_sent_keep_nobody_waiting(running):
    whole = [malformed.sent for malformed in requests("half", 300) if len(malformed.sent) > 1]
    with contextlib.ExitStack() as opened:
        for sent in whole:
            connection = opened.enter_context(socket.create_connection(("127.0.0.1", running.port), timeout=20))
            connection.sendall(sent[: min(len(sent) // 2, 5000)])
        start = time.monotonic()
        assert works(running)
        assert time.monotonic() - start < 10
    assert works(running)


@pytest.mark.parametrize(
    ("service", "method", "path", "headers", "body", "status", "code"),
    [
        ("kms", "POST", "/", JSON, b"\xff", 400, "SerializationException"),
        ("kms", "POST", "/", JSON, b"[1]", 400, "SerializationException"),
        ("kms", "POST", "/", JSON, b'{"Description": NaN}', 400, "SerializationException"),
        ("kms", "POST", "/", JSON, b'{"Description": "\\ud800"}', 400, "SerializationException"),
        ("kms", "POST", "/", JSON, b'{"Tags": ' + b"[" * 200 + b"]" * 200 + b"}", 400, "SerializationException"),
        ("kms", "POST", "/", {**JSON, "Content-Encoding": "gzip"}, b"{}", 400, "SerializationException"),
        ("kms", "POST", "/", {**JSON, "X-Amz-Target": "TrentService.ListKeys"}, b'{"Limit": [1]}', 400, "Serializ"),
        ("elasticfilesystem", "POST", "/2015-02-01/file-systems", {}, b"[", 400, "SerializationException"),
        ("lambda", "GET", "/2015-03-31/functions?MaxItems=many", {}, b"", 400, "MalformedInput"),
        ("monitoring", "POST", CBOR, RPC, b"\xa1\x61", 400, "SerializationException"),
        ("monitoring", "POST", CBOR, RPC, b"\x80", 400, "SerializationException"),
        ("iam", "POST", "/", FORM, b"Action=ListUsers&Version=2010-05-08&MaxItems=many", 400, "MalformedInput"),
        ("ec2", "POST", "/", FORM, b"Action=DescribeVpcs&MaxResults=many", 400, "InvalidParameterValue"),
        (
            "cloudformation",
            "POST",
            "/",
            FORM,
            b"Action=CreateStack&TemplateBody=" + b"[" * 9000,
            400,
            "ValidationError",
        ),
        (
            "cloudformation",
            "POST",
            "/",
            FORM,
            b"Action=CreateStack&TemplateBody=" + b"- " * 9000,
            400,
            "ValidationError",
        ),
        ("apigateway", "POST", "/restapis?mode=import", {}, b"[" * 9000, 400, "BadRequestException"),
        ("s3", "PUT", f"/{BUCKET}?versioning", {}, b"<a>", 400, "MalformedXML"),
        ("s3", "PUT", f"/{BUCKET}?tagging", {}, b'<!DOCTYPE a [<!ENTITY e "x">]><a>&e;</a>', 400, "MalformedXML"),
        ("s3", "PUT", f"/{BUCKET}?policy", {}, b"\xff", 400, "MalformedPolicy"),
        ("nothing", "POST", "/_emulator/faults", {}, b"[" * 100_000, 400, "recursion"),
    ],
)
def test_answer_to_what_cannot_be_read(running, service, method, path, headers, body, status, code):
    signed = {"Authorization": SIGNED.format(service), **headers}
    found, answered, answer = request(f"{running.url}{path}", method, body, signed)
    assert found == status
    assert code in answered.get("x-amzn-ErrorType", answer.decode("latin-1"))


def test_what_only_looks_malformed_is_served(running):
    """Bodies that are bytes on AWS: objects, payloads of functions, documents to import; and nested, but not deep."""
    s3 = boto3_client(running.url, "s3")
    s3.put_object(Bucket=BUCKET, Key="bytes", Body=b"\xff[[[<a>")
    assert s3.get_object(Bucket=BUCKET, Key="bytes")["Body"].read() == b"\xff[[[<a>"
    dynamodb = boto3_client(running.url, "dynamodb")
    dynamodb.create_table(
        TableName="deep",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    for status in ("CREATING", "ACTIVE"):
        assert dynamodb.describe_table(TableName="deep")["Table"]["TableStatus"] == status
    value = {"S": "x"}
    for _level in range(31):
        value = {"M": {"a": value}}
    dynamodb.put_item(TableName="deep", Item={"id": {"S": "1"}, "value": value})
    assert dynamodb.get_item(TableName="deep", Key={"id": {"S": "1"}})["Item"]["value"] == value
    document = json.dumps({"openapi": "3.0.1", "info": {"title": "t", "version": "1"}, "paths": {}}).encode()
    assert boto3_client(running.url, "apigateway").import_rest_api(body=document)["name"] == "t"


def test_every_kind_is_among_the_requests():
    kinds = {malformed.kind for seed in SEEDS for malformed in requests(seed, REQUESTS)}
    assert {"not UTF-8", "a deep member", "a list", "compression", "types", "form", "XML", "CBOR", "target"} < kinds
