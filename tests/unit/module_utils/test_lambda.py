# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

import io
import zipfile

import pytest
from botocore.exceptions import ClientError

from ansible_collections.mlplatform.studio.plugins.module_utils import _lambda
from ansible_collections.mlplatform.studio.plugins.module_utils._waiting import StudioError


def error(code, message):
    return ClientError({"Error": {"Code": code, "Message": message}}, "CreateFunction")


@pytest.mark.parametrize(
    ("problem", "passing"),
    [
        (
            error("InvalidParameterValueException", "The role defined for the function cannot be assumed by Lambda."),
            True,
        ),
        (error("InvalidParameterValueException", "Unsupported value"), False),
        (error("ResourceConflictException", "The operation cannot be performed. An update is in progress"), True),
        (error("ResourceConflictException", "Function already exist: f"), False),
        (error("TooManyRequestsException", "Rate exceeded"), True),
        (ValueError("cannot be assumed by Lambda"), False),
    ],
)
def test_what_is_repeated(problem, passing):
    assert _lambda.is_passing(problem) is passing


def test_an_archive_depends_on_names_and_contents_alone(tmp_path):
    for name in ("a", "b"):
        (tmp_path / name / "inner").mkdir(parents=True)
        (tmp_path / name / "__pycache__").mkdir()
    for path in ("a/z.py", "a/inner/y.py", "a/__pycache__/z.cpython-311.pyc", "b/inner/y.py", "b/z.py"):
        (tmp_path / path).write_text(path[2:])
    (tmp_path / "b/z.py").chmod(0o700)
    archive = _lambda.pack(str(tmp_path / "a"))
    assert archive == _lambda.pack(str(tmp_path / "b"))
    assert zipfile.ZipFile(io.BytesIO(archive)).namelist() == ["inner/y.py", "z.py"]


def test_a_digest_is_shown_as_lambda_shows_it():
    # printf '' | openssl dgst -sha256 -binary | base64
    assert _lambda.code_sha256(b"") == "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="


@pytest.mark.parametrize(
    ("role", "arn"),
    [
        ("arn:aws-cn:iam::111111111111:role/r", "arn:aws-cn:lambda:cn-north-1:111111111111:function:f"),
        ("placeholder", None),
        (None, None),
    ],
)
def test_the_arn_follows_from_the_role(role, arn):
    assert _lambda.function_arn("f", role, "aws-cn", "cn-north-1") == arn


@pytest.mark.parametrize(
    ("statement", "principal", "options"),
    [
        ({"Principal": "*"}, None, {"principal": "*"}),
        (
            {"Principal": {"Service": "s3.amazonaws.com"}, "Action": "a"},
            None,
            {"principal": "s3.amazonaws.com", "action": "a"},
        ),
        ({"Principal": {"AWS": "arn:aws:iam::1:root"}}, "1", {"principal": "1"}),
        ({"Principal": {"AWS": "arn:aws:iam::1:root"}}, "2", {"principal": "arn:aws:iam::1:root"}),
        (
            {"Condition": {"ArnLike": {"AWS:SourceArn": "x"}, "StringEquals": {"AWS:SourceAccount": "1"}}},
            None,
            {"source_arn": "x", "source_account": "1"},
        ),
    ],
)
def test_the_options_behind_a_statement(statement, principal, options):
    assert _lambda.permission_of(statement, principal) == options


@pytest.mark.parametrize(
    ("function", "settled"),
    [
        (None, False),
        ({"state": "Pending"}, False),
        ({"state": "Active", "last_update_status": "InProgress"}, False),
        ({"state": "Active", "last_update_status": "Successful"}, True),
        ({"state": "Inactive"}, True),
    ],
)
def test_when_a_function_has_settled(function, settled):
    assert _Function()._settled(function) is settled


@pytest.mark.parametrize("status", ["state", "last_update_status"])
def test_a_failed_function_is_explained(status):
    with pytest.raises(StudioError, match=r"Function f is Failed .*No subnet.*run again"):
        _Function()._settled({status: "Failed", f"{status}_reason": "No subnet."})


class _Function(_lambda.Function):
    name = "f"

    def __init__(self):
        pass
