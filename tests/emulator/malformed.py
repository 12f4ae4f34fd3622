# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Requests that no service can make sense of, from a seed: bodies, encodings, framings, targets.

``requests(seed, count)`` gives Malformed: what is wrong, the bytes to send, and what AWS answers where that is known.
"""

import functools
import gzip
import json
import random
from dataclasses import dataclass

HOST = "127.0.0.1"
SCOPE = "111111111111/20250101/eu-central-1/{}/aws4_request"
SIGNED = f"AWS4-HMAC-SHA256 Credential={SCOPE}, SignedHeaders=host, Signature=00"
BUCKET = "made-up-bucket"
# Signing name, and target of an operation with a request body, for each JSON service that the emulator has by itself.
TARGETS = (
    ("sagemaker", "SageMaker.CreateDomain"),
    ("sagemaker", "SageMaker.ListDomains"),
    ("cognito-idp", "AWSCognitoIdentityProviderService.CreateUserPool"),
    ("cognito-idp", "AWSCognitoIdentityProviderService.InitiateAuth"),
    ("kms", "TrentService.CreateKey"),
    ("kms", "TrentService.ListKeys"),
    ("logs", "Logs_20140328.CreateLogGroup"),
    ("dynamodb", "DynamoDB_20120810.CreateTable"),
    ("dynamodb", "DynamoDB_20120810.PutItem"),
    ("wafv2", "AWSWAF_20190729.CreateWebACL"),
    ("secretsmanager", "secretsmanager.CreateSecret"),
    ("ssm", "AmazonSSM.PutParameter"),
    ("events", "AWSEvents.PutRule"),
    ("states", "AWSStepFunctions.CreateStateMachine"),
    ("budgets", "AWSBudgetServiceGateway.CreateBudget"),
    ("tagging", "ResourceGroupsTaggingAPI_20170126.GetResources"),
)
PATHS = (
    ("lambda", "POST", "/2015-03-31/functions"),
    ("apigateway", "POST", "/restapis"),
    ("apigateway", "PATCH", "/account"),
    ("elasticfilesystem", "POST", "/2015-02-01/file-systems"),
    ("backup", "PUT", "/backup-vaults/vault"),
)
FORMS = (
    ("iam", "Action=CreateRole&Version=2010-05-08&RoleName=r&AssumeRolePolicyDocument={}"),
    ("sts", "Action=AssumeRole&Version=2011-06-15&RoleArn={}&RoleSessionName=s"),
    ("sns", "Action=CreateTopic&Version=2010-03-31&Name={}"),
    ("ec2", "Action=CreateVpc&Version=2016-11-15&CidrBlock={}"),
    ("ec2", "Action=DescribeVpcs&Version=2016-11-15&Filter.1.Name=x&Filter.{}=y&MaxResults={}"),
    ("cloudformation", "Action=CreateStack&Version=2010-05-15&StackName=s&TemplateBody={}"),
)
# Requests of S3 whose body is XML.
DOCUMENTS = ("?versioning", "?tagging", "?lifecycle", "?encryption", "?policy", "?logging", "?publicAccessBlock", "")
CBOR = "/service/GraniteServiceVersion20100801/operation/PutMetricData"


@dataclass(frozen=True)
class Malformed:
    """One request: its kind, the bytes to send, whether AWS's answer is a SerializationException."""

    kind: str
    sent: bytes
    unreadable: bool = False


def http(method, path, headers, body=b"", length=None):
    """The bytes of an HTTP request; `length` is announced instead of the body's own, False announces none."""
    lines = [f"{method} {path} HTTP/1.1", f"Host: {HOST}", "Connection: close"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    if length is not False:
        lines.append(f"Content-Length: {len(body) if length is None else length}")
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + body


def json_call(chance, body, headers=None, **framing):
    """A call of some service's JSON protocol with this body."""
    if chance.random() < 0.7:
        service, target = chance.choice(TARGETS)
        own = {"X-Amz-Target": target, "Content-Type": "application/x-amz-json-1.1"}
        method, path = "POST", "/"
    else:
        service, method, path = chance.choice(PATHS)
        own = {"Content-Type": "application/json"}
    return http(method, path, {"Authorization": SIGNED.format(service), **own, **(headers or {})}, body, **framing)


def noise(chance, least=1, most=200):
    """Bytes that are no text, as the first is none of UTF-8's."""
    return b"\xff" + chance.randbytes(chance.randint(least, most))


def unreadable_bodies(chance):
    """Bodies of JSON's protocols that AWS cannot read, by what is wrong with them."""
    depth = chance.choice((2_000, 50_000, 300_000))
    whole = json.dumps({"DomainName": "d", "Tags": [{"Key": "k", "Value": "v"}] * 3}).encode()
    return {
        "not UTF-8": noise(chance),
        "not UTF-8 within a text": b'{"Name": "' + noise(chance).replace(b'"', b"").replace(b"\\", b"") + b'"}',
        "UTF-16": whole.decode().encode("utf-16"),
        "deep lists": b"[" * depth,
        "deep objects": b'{"a":' * depth + b"1" + b"}" * depth,
        "a deep member": b'{"Tags": ' + b"[" * depth + b"]" * depth + b"}",
        "a list": b"[1, 2]",
        "a text": b'"text"',
        "a number": str(chance.randint(-9, 9**9)).encode(),
        "null": b"null",
        "true": b"true",
        "cut": whole[: chance.randint(1, len(whole) - 1)],
        "two objects": whole + whole,
        "no quotes": b"{Name: x}",
        "a control character": b'{"Name": "a\x00b"}',
        "a number without end": b'{"Name": ' + b"9" * 20_000 + b"}",
        "XML": b"<a>1</a>",
        "a form": b"Action=ListUsers",
    }


def unreadable(chance):
    """A JSON call that AWS answers with a SerializationException."""
    kind, body = chance.choice(list(unreadable_bodies(chance).items()))
    return Malformed(kind, json_call(chance, body), unreadable=True)


def compressed(chance):
    """Compression that is not what it says."""
    whole = gzip.compress(b'{"Name": "' + b"x" * 1000 + b'"}', mtime=0)
    body = chance.choice((whole[: chance.randint(1, len(whole) - 1)], noise(chance), b"", whole[:10] + noise(chance)))
    coding = chance.choice(("gzip", "GZIP", "gzip, gzip", "deflate", "br", "aws-chunked", "gzip,aws-chunked"))
    return Malformed("compression", json_call(chance, body, {"Content-Encoding": coding}))


def value(chance, depth=0):
    """Any JSON value, with little sense."""
    simple = (None, True, -1, 1.5, 10**30, "", "x" * 5000, "\ud800", "a\u0000b", "../../etc/passwd", "arn:aws:iam::1:x")
    if depth > 2 or chance.random() < 0.6:
        return chance.choice(simple)
    if chance.random() < 0.5:
        return [value(chance, depth + 1) for _item in range(chance.randint(0, 3))]
    return {chance.choice(MEMBERS): value(chance, depth + 1) for _item in range(chance.randint(0, 3))}


MEMBERS = (
    *("DomainName", "DomainId", "Name", "Tags", "Key", "Value", "PoolName", "ClientId", "AuthFlow", "AuthParameters"),
    *("KeyId", "Policy", "logGroupName", "TableName", "Item", "KeySchema", "Scope", "Rules", "definition", "roleArn"),
    *("AccountId", "Budget", "ResourceARNList", "TagFilters", "FunctionName", "Code", "Role", "Runtime", "name", "id"),
    *("patchOperations", "CreationToken", "BackupVaultTags", "Limit", "MaxResults", "NextToken", "__proto__", ""),
)


def mistyped(chance):
    """Objects whose members have other types than AWS's."""
    members = {chance.choice(MEMBERS): value(chance) for _member in range(chance.randint(1, 6))}
    return Malformed("types", json_call(chance, json.dumps(members).encode()))


def form(chance):
    """Query calls with values that are none, or with a body that is no form."""
    service, template = chance.choice(FORMS)
    odd = ("%", "%ff%fe", "%00", "{}", "[" * 5000, "x" * 20_000, "<a>", "%7B%22a%22%3A", "-1", "9" * 400)
    body = template.replace("{}", chance.choice(odd)).encode()
    if chance.random() < 0.3:
        body = chance.choice((noise(chance), body + b"&" * 2000, b"Action=&" + body, body * 3, b"{}", b"<a/>"))
    headers = {"Authorization": SIGNED.format(service), "Content-Type": "application/x-www-form-urlencoded"}
    return Malformed("form", http("POST", "/", headers, body))


def document(chance):
    """XML for S3 that is none, or that would become too much."""
    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 9))
    bodies = (
        *(noise(chance), b"<a>", b"<a><b></a>", b"{}", b"<", b"<?xml version='1.0'?>", b"<a>\x00</a>", b"\xfe\xff<a/>"),
        f'<!DOCTYPE a [<!ENTITY e0 "x">{entities}]><a>&e8;</a>'.encode(),
        b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>',
        b"<a>" * 20_000 + b"</a>" * 20_000,
    )
    headers = {"Authorization": SIGNED.format("s3")}
    return Malformed("XML", http("PUT", f"/{BUCKET}{chance.choice(DOCUMENTS)}", headers, chance.choice(bodies)))


def cbor(chance):
    """CBOR that is none: cut, without end, deep, of wrong types."""
    bodies = (noise(chance), b"\xa1", b"\xbf", b"\x9f" * 50_000, b"\x81" * 50_000, b"\xa1\x61", b"\x1b" + b"\xff" * 8)
    body = chance.choice((*bodies, b"\x80", b"\x01", b"\xf6", b"\xa1\x01\x02", b"\x5b" + b"\xff" * 8, b"\xc1\xa0"))
    headers = {"Content-Type": "application/cbor", "smithy-protocol": "rpc-v2-cbor"}
    return Malformed("CBOR", http("POST", CBOR, {"Authorization": SIGNED.format("monitoring"), **headers}, body))


def target(chance):
    """Targets, services and paths that there are not."""
    odd = ("", ".", "SageMaker.", ".CreateDomain", "SageMaker", "X.Y", "x" * 5000, "SageMaker.__init__", "\xff\xfe")
    paths = ("/", "//", "/%", "/%ff", "/%00", "/..%2f..%2fetc", "/?%ff=%fe", "/?X-Amz-Credential=%ff", "/" + "a" * 5000)
    paths += ("/\xff", "/?\xff", "/service/X/operation/Y", "/2015-03-31/functions/%ff/invocations", "/_studio/%ff/auth")
    paths += ("/_emulator/%ff", "/_aws/execute-api/%ff/prod/x", "/restapis/%00/resources", "/login?%ff", "http://x y/")
    signed = tuple(SIGNED.format(service) for service in ("sagemaker", "s3", "nothing", "lambda", "\xff"))
    odd_credentials = ("", "AWS4-HMAC-SHA256", "AWS4-HMAC-SHA256 Credential=////", "Bearer \xff")
    headers = {"Authorization": chance.choice(odd_credentials + signed)}
    if chance.random() < 0.5:
        headers["X-Amz-Target"] = chance.choice(odd)
    method = chance.choice(("GET", "PUT", "POST", "DELETE", "PATCH", "HEAD", "OPTIONS", "BREW"))
    return Malformed("target", http(method, chance.choice(paths), headers, b"{}"))


def framing(chance):
    """HTTP that breaks HTTP: lengths, chunks, headers, lines."""
    body = b'{"NameContains": "a"}'
    chunked = {"Transfer-Encoding": "chunked"}
    make = functools.partial(json_call, chance)
    return Malformed(
        "framing",
        chance.choice(
            (
                make(body, length=len(body) + 100),
                make(body, length=3),
                make(body, length=-1),
                make(body, length="ten"),
                make(body, length=10**12),
                make(body, {"content-length": "1"}),
                make(b"5\r\n{}", chunked, length=False),
                make(b"zz\r\n{}\r\n0\r\n\r\n", chunked, length=False),
                make(b"-1\r\n{}\r\n0\r\n\r\n", chunked, length=False),
                make(b"2\r\n{}\r\n", chunked, length=False),
                make(b"2\r\n{}\r\n0\r\n\r\n", {**chunked, "Content-Length": "9"}, length=False),
                make(b"2;chunk-signature=0\r\n{}\r\n", {"x-amz-content-sha256": "STREAMING-AWS4-HMAC-SHA256-PAYLOAD"}),
                make(body, {"X-Huge": "x" * chance.choice((20_000, 200_000))}),
                make(body, {f"X-{number}": "x" for number in range(2_000)}),
                make(body, {"X-Zero": "a\x00b"}),
                make(body, {"X-Lines": "a\r\n b\r\nNo colon"}),
                make(body, {"Expect": "100-continue"}),
                make(body, {"Expect": "200-ok"}),
                make(body, {"Upgrade": "h2c", "Connection": "Upgrade"}, length=False),
                make(body, {"Upgrade": "websocket", "Connection": "Upgrade"}),
                make(body)[: chance.randint(1, 150)],
                b"GET / HTTP/9.9\r\n\r\n",
                b"GET /\r\n\r\n",
                b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
                b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + chance.randbytes(80),
                noise(chance),
                b"\r\n" * 50,
                b"",
            )
        ),
    )


KINDS = (unreadable, unreadable, compressed, mistyped, form, document, cbor, target, framing, framing)


def requests(seed, count):
    """`count` Malformed, the same for the same seed."""
    chance = random.Random(seed)  # noqa: S311 - chance, not secrecy
    for _request in range(count):
        yield chance.choice(KINDS)(chance)
