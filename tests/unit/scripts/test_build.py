# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The same commit must be built into the same bytes, wherever and whenever."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import tarfile

import pytest

from scripts import build
from scripts.collection_tree import ROOT, shipped_files

TIME = 1_700_000_000


def copied(folder, backwards, age):
    """Copy the collection in one order of its files or the other, with times of their own, and return the folder."""
    for path in sorted(shipped_files(), reverse=backwards):
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / path, target)
        shutil.copymode(ROOT / path, target)
        os.utime(target, (age, age))
    return folder


@pytest.fixture
def built(tmp_path, monkeypatch):
    """Two artifacts of the same content: one of a new folder and one of an old one, which lists its files backwards."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", str(TIME))
    folders = [copied(tmp_path / "here", False, TIME + 1), copied(tmp_path / "elsewhere" / "deep", True, TIME - 10**8)]
    return [build.build(tmp_path / f"dist{number}", folder) for number, folder in enumerate(folders)]


def test_collection_is_built_to_the_same_bytes(built):
    assert built[0].read_bytes() == built[1].read_bytes()


def test_artifact_holds_what_its_lists_say(built):
    with tarfile.open(built[0]) as archive:
        members = {member.name: member for member in archive}
        assert {(member.mtime, member.uid, member.uname) for member in members.values()} == {(TIME, 0, "")}
        content = {name: archive.extractfile(member).read() for name, member in members.items() if member.isfile()}
    manifest, listed = (json.loads(content[name]) for name in build.LISTS)
    assert manifest["file_manifest_file"]["chksum_sha256"] == hashlib.sha256(content["FILES.json"]).hexdigest()
    names = [file["name"] for file in listed["files"]]
    assert names == sorted(names)
    assert {"."} | (members.keys() - {*build.LISTS}) == set(names)
    sums = {file["name"]: file["chksum_sha256"] for file in listed["files"] if file["ftype"] == "file"}
    assert {name: hashlib.sha256(content[name]).hexdigest() for name in sums} == sums
    assert content["README.md"] == (ROOT / "README.md").read_bytes()


def test_time_is_the_last_commits_where_none_is_told(monkeypatch):
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    told = subprocess.run(["git", "log", "-1", "--format=%ct"], cwd=ROOT, check=True, capture_output=True, text=True)
    assert build.commit_time(ROOT) == int(told.stdout)
