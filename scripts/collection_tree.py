# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lay out the collection as it is shipped, in ansible_collections with amazon.aws beside it, and run a command there.

ansible-test and antsibull-docs want that layout; a clone has another.
"""

from __future__ import annotations

import fnmatch
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / ".build"
# Not shipped, but read by ansible-test.
FOR_ANSIBLE_TEST = ("tests/config.yml", "tests/sanity/*", "tests/integration/targets/*")


def tracked_files() -> list[str]:
    """Return the paths that git knows, or would take; links count as files."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    paths = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\0")
    return [path for path in paths if path and (ROOT / path).exists()]


def shipped_files() -> list[str]:
    """Return the tracked files without those that galaxy.yml keeps out of the collection."""
    ignored = yaml.safe_load((ROOT / "galaxy.yml").read_text())["build_ignore"]
    return [path for path in tracked_files() if (ROOT / path).is_file() and _is_wanted(path, ignored)]


def _is_wanted(path: str, ignored: list[str]) -> bool:
    if any(fnmatch.fnmatch(path, pattern) for pattern in FOR_ANSIBLE_TEST):
        return True
    above = [path, *map(str, Path(path).parents)]
    return not any(fnmatch.fnmatch(folder, pattern) for folder in above for pattern in ignored)


def copy_files(paths: list[str], folder: Path, *, keep_links: bool = False) -> None:
    """Copy files of the clone, by their paths in it, into another folder; of links the files that they lead to."""
    for path in paths:
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / path, target, follow_symlinks=not keep_links)


def lay_out(name: str) -> Path:
    """Copy the collection into a fresh tree .build/name; return the collection's folder there."""
    collections = BUILD / name / "ansible_collections"
    shutil.rmtree(collections, ignore_errors=True)
    collection = collections / "mlplatform" / "studio"
    copy_files(shipped_files(), collection)
    amazon_aws = importlib.util.find_spec("ansible_collections.amazon.aws")
    (collections / "amazon").mkdir()
    (collections / "amazon" / "aws").symlink_to(next(iter(amazon_aws.submodule_search_locations)))
    # ansible-test asks git for the files; the repository above ignores everything here.
    subprocess.run(["git", "init", "--quiet"], cwd=collection, check=True)
    return collection


def main() -> int:
    """Run "NAME COMMAND..." of the command line in a fresh tree .build/NAME; return the command's exit status."""
    name, *command = sys.argv[1:]
    # antsibull-docs asks git which files amazon.aws has; our repository, around .venv, would say that it ignores them.
    # It also leaves a log in its home.
    home = BUILD / "home"
    home.mkdir(parents=True, exist_ok=True)
    environment = {**os.environ, "GIT_CEILING_DIRECTORIES": sys.prefix, "HOME": str(home)}
    return subprocess.run(command, cwd=lay_out(name), env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
