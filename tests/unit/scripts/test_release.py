# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""make release: what it refuses, and what it writes."""

import os
import re
import subprocess
from pathlib import Path

import pytest
import yaml

from scripts import release
from scripts.collection_tree import copy_files, tracked_files

ROOT = Path(__file__).parents[3]
IDENTITY = ("-c", "user.name=somebody", "-c", "user.email=somebody@example.com")


@pytest.mark.parametrize("version", ["", "1", "1.0", "v1.0.0", "one", "1.0.0+mine", "01.0.0"])
def test_what_is_no_version_is_refused(version):
    with pytest.raises(release.Refused, match=r"say VERSION=1\.2\.3"):
        release.check_version(version, {})


@pytest.mark.parametrize("version", ["0.9.0", "1.0.0"])
def test_what_was_released_is_refused(version):
    with pytest.raises(release.Refused, match="does not come after 1"):
        release.check_version(version, {"releases": {"1.0.0": {}, "0.9.1": {}}})


def test_next_version_is_taken():
    release.check_version("1.10.0", {"releases": {"1.9.0": {}}})


@pytest.fixture
def clone(tmp_path):
    """A repository with what the changelog and Galaxy need of this one, all of it committed."""
    needed = ("changelogs/", "plugins/", "meta/", "roles/", "playbooks/", *release.NAMED)
    copy_files([path for path in tracked_files() if path.startswith(needed)], tmp_path, keep_links=True)
    # A release takes those that there are; the tests pass after one as well.
    for old in (tmp_path / "changelogs" / "fragments").glob("*"):
        old.unlink()
    news = [f"all - news ``{number}``." for number in range(30)]
    (tmp_path / "changelogs" / "fragments").mkdir(exist_ok=True)
    (tmp_path / "changelogs" / "fragments" / "news.yml").write_text(yaml.safe_dump({"minor_changes": news}))
    for arguments in (("init", "--quiet"), ("add", "--all"), ("commit", "--quiet", "--message", "Begin")):
        subprocess.run(["git", *IDENTITY, *arguments], cwd=tmp_path, check=True)
    return tmp_path


def test_tree_with_changes_is_refused(clone):
    release.check_tree(clone)
    (clone / "galaxy.yml").write_text("")
    with pytest.raises(release.Refused, match=r"M galaxy\.yml"):
        release.check_tree(clone)


def test_release_without_news_is_refused(clone):
    subprocess.run(["git", "rm", "--quiet", "-r", "changelogs/fragments"], cwd=clone, check=True)
    subprocess.run(["git", *IDENTITY, "commit", "--quiet", "--message", "Forget"], cwd=clone, check=True)
    with pytest.raises(release.Refused, match="says what is new"):
        release.check_tree(clone)


def test_release_that_cannot_be_written_leaves_all_as_it_was(clone):
    (clone / "changelogs" / "config.yaml").write_text("nothing that it knows")
    subprocess.run(["git", *IDENTITY, "commit", "--quiet", "--all", "--message", "Break"], cwd=clone, check=True)
    with pytest.raises(release.Refused, match="Everything is as it was"):
        release.release(clone, "9.8.7", checks=())
    release.check_tree(clone)


def test_version_and_changelog_are_written(clone, monkeypatch):
    monkeypatch.setenv("PATH", os.defpath)  # as where make is called, without the environment's programs
    release.write_version(clone, "9.8.7")
    assert yaml.safe_load((clone / "galaxy.yml").read_text())["version"] == "9.8.7"
    assert all("9.8.7" in (clone / name).read_text() for name in release.NAMED)
    assert list((clone / "changelogs" / "fragments").glob("*.yml")) == []
    assert "v9.8.7" in (clone / "CHANGELOG.rst").read_text()
    changelog = yaml.safe_load((clone / "changelogs" / "changelog.yaml").read_text())
    told = release.notes(changelog, "9.8.7")
    assert "## Minor changes" in told and "``" not in told
    assert told.count("\n- all - news `") == 30


def test_no_other_file_names_the_version():
    """What is built of the collection and of the execution environment has the version in its name."""
    named = re.compile(r"(studio-ee:|mlplatform-studio-)\d+\.\d+\.\d+")
    elsewhere = ("changelogs/", "CHANGELOG", "tests/")
    texts = {
        path: (ROOT / path).read_text(errors="replace")
        for path in tracked_files()
        if not path.startswith(elsewhere) and (ROOT / path).is_file()
    }
    assert {path for path, text in texts.items() if named.search(text)} <= release.NAMED.keys()
