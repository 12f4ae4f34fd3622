# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""--state that cannot be used: refused at the start in one sentence, never overwritten; a failed save ends with 1."""

import errno
import json
import os
import resource
from pathlib import Path

import pytest
from botocore.exceptions import BotoCoreError

from emulator.state import files
from tests.support.emulator_plugin import boto3_client
from tests.support.emulator_process import EmulatorProcess, run_emulator

POLICY = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}


def refusal(directory):
    """The one sentence with which an emulator does not start."""
    result = run_emulator("--port", "0", "--state", str(directory))
    assert (result.returncode, result.stdout) == (1, "")
    assert result.stderr.count("\n") == 1
    return result.stderr


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    """A directory with a state: a VPC, a bucket with an object."""
    directory = tmp_path_factory.mktemp("saved")
    running = EmulatorProcess("--state", str(directory))
    boto3_client(running.url, "ec2").create_vpc(CidrBlock="10.0.0.0/16")
    s3 = boto3_client(running.url, "s3")
    s3.create_bucket(Bucket="kept", CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
    s3.put_object(Bucket="kept", Key="key", Body=b"body")
    assert running.stop() == 0
    return directory


def test_a_file_in_place_of_the_directory(tmp_path):
    place = tmp_path / "state"
    place.write_text("somebody's")
    assert refusal(place) == (
        f"The state cannot be saved in {place} (File exists): make it writable, or name another with --state.\n"
    )
    assert place.read_text() == "somebody's"


def test_a_directory_below_a_file(tmp_path):
    (tmp_path / "file").write_text("")
    assert "Not a directory" in refusal(tmp_path / "file" / "state")


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EROFS, errno.EACCES, errno.EDQUOT])
def test_a_directory_that_cannot_be_written(tmp_path, monkeypatch, number):
    def write(*_arguments):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(Path, "write_bytes", write)
    with pytest.raises(files.StateError, match=rf"cannot be saved in {tmp_path} \({os.strerror(number)}\)"):
        files.prepare(tmp_path)


DAMAGED = (b"", b"{", b"\xff\xfe", b"[]", b"{}", b"null", b'{"__ministack_format__": 3, "payload": []}', b"[" * 99_999)


@pytest.mark.parametrize("content", DAMAGED)
def test_a_damaged_file_is_known_as_such(tmp_path, content):
    (tmp_path / "ec2.json").write_bytes(content)
    with pytest.raises(files.StateError, match=r"ec2\.json is damaged"):
        files.read(tmp_path / "ec2.json", 3, None)


@pytest.mark.parametrize("name", ["ec2.json", "s3.json"])
def test_a_damaged_file_is_refused_and_left_alone(saved, name):
    whole = (saved / name).read_bytes()
    (saved / name).write_bytes(whole[:-9])
    try:
        sentence = refusal(saved)
        assert (saved / name).read_bytes() == whole[:-9]
    finally:
        (saved / name).write_bytes(whole)
    assert sentence == f"{saved / name} is damaged: restore it, or name another directory with --state.\n"


def test_a_file_whose_records_are_none_is_refused(saved):
    """It is JSON, and ministack knows its format, but cannot take it over."""
    whole = (saved / "ec2.json").read_bytes()
    content = json.loads(whole)
    content["payload"]["vpcs"] = [1]
    (saved / "ec2.json").write_text(json.dumps(content))
    try:
        assert f"{saved / 'ec2.json'} is damaged" in refusal(saved)
    finally:
        (saved / "ec2.json").write_bytes(whole)


def test_a_file_of_a_newer_ministack_is_refused(tmp_path):
    (tmp_path / "ec2.json").write_text(json.dumps({"__ministack_format__": 4, "payload": {}}))
    with pytest.raises(files.StateError, match=r"ec2\.json is of a newer ministack"):
        files.read(tmp_path / "ec2.json", 3, None)


def test_objects_without_their_buckets_are_refused(saved):
    (saved / "s3.json").rename(saved / "aside")
    try:
        assert f"{saved / 's3.json'} is damaged" in refusal(saved)
    finally:
        (saved / "aside").rename(saved / "s3.json")
    assert run_and_list(saved) == ["kept"]


def run_and_list(directory):
    running = EmulatorProcess("--state", str(directory))
    buckets = boto3_client(running.url, "s3").list_buckets()["Buckets"]
    assert running.stop() == 0
    return [bucket["Name"] for bucket in buckets]


def fill_policies(running):
    """Policies until the file of IAM is as large as it may be; how many were answered."""
    iam = boto3_client(running.url, "iam")
    policy = json.dumps({**POLICY, "Statement": POLICY["Statement"] * 60})
    for number in range(200):
        try:
            iam.create_policy(PolicyName=f"policy{number}", PolicyDocument=policy)
        except BotoCoreError:
            return number
    raise AssertionError("no save failed")


def fill_a_bucket(running):
    """An object that is larger than a file may be; nothing was answered after the bucket."""
    s3 = boto3_client(running.url, "s3")
    s3.create_bucket(Bucket="kept", CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
    with pytest.raises(BotoCoreError):
        s3.put_object(Bucket="kept", Key="key", Body=bytes(400_000))
    return 0


@pytest.mark.parametrize("fill", [fill_policies, fill_a_bucket])
def test_a_save_that_fails_is_not_answered_and_ends_the_emulator(tmp_path, capfd, fill):
    """As if the disk were full: no file may be larger than 200 kB."""
    running = EmulatorProcess("--state", str(tmp_path))
    resource.prlimit(running.process.pid, resource.RLIMIT_FSIZE, (200_000, 200_000))
    answered = fill(running)
    assert running.process.wait(30) == 1
    running.stop()
    printed = capfd.readouterr().err
    assert f"The state cannot be saved in {tmp_path}" in printed
    assert "(File too large): make it writable, or name another with --state.\n" in printed
    assert "Traceback" not in printed
    again = EmulatorProcess("--state", str(tmp_path))
    policies = boto3_client(again.url, "iam").list_policies(Scope="Local")["Policies"]
    objects = [bucket["Name"] for bucket in boto3_client(again.url, "s3").list_buckets()["Buckets"]]
    assert again.stop() == 0
    assert len(policies) == answered
    assert objects == (["kept"] if fill is fill_a_bucket else [])


OLD, NEW = {"a.json": "old a", "b.json": "old b"}, {"a.json": "new a", "b.json": "new b"}


@pytest.mark.parametrize("after", range(8))
def test_files_change_together_or_not_at_all(tmp_path, monkeypatch, after):
    """The process is killed after so many steps of writing."""
    files.write(tmp_path, OLD)
    with monkeypatch.context() as patched:
        left = iter(range(after))
        for step in ("write_text", "replace", "unlink"):
            patched.setattr(Path, step, killed_when_none_is_left(getattr(Path, step), left))
        try:
            files.write(tmp_path, NEW)
        except KeyboardInterrupt:
            assert after < 7
        else:
            assert after == 7
    files.prepare(tmp_path)
    found = {path.name: path.read_text() for path in tmp_path.iterdir()}
    assert found == (OLD if after < 4 else NEW)


def killed_when_none_is_left(step, left):
    def do(*arguments, **options):
        if next(left, None) is None:
            raise KeyboardInterrupt
        return step(*arguments, **options)

    return do
