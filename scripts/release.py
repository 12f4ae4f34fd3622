# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Make a release on this machine: `make release VERSION=1.2.3`. It publishes nothing.

The tree is checked, version and changelog are written and committed, the collection is built twice and compared, and
beside it lie the SBOM and the notes. Then somebody pushes the tag, and the release workflow builds the same bytes.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
from pathlib import Path

import yaml
from packaging.version import InvalidVersion, Version

from scripts.environments import PROGRAMS, ROOT, search_path

# The files that name the version, and what it follows there.
NAMED = {
    "galaxy.yml": r"^version: ",
    "emulator/__init__.py": r'^VERSION = "',
    "execution-environment.yml": r"studio-ee:|mlplatform-studio-",
    "awx/vars/objects.yml": r"studio-ee:",
    "docs/awx.md": r"studio-ee:",
}
# What every release is held to; the workflow runs make test for the tag again.
CHECKS = (["scripts.check", "lint", "sanity", "unit"], ["scripts.build_check"])


class Refused(RuntimeError):
    """The release does not begin; the text says why and what to do."""


def check_version(wanted: str, changelog: dict) -> None:
    """Raise Refused unless a version is one of three numbers and newer than all that the changelog knows."""
    try:
        version = Version(wanted)
    except InvalidVersion:
        raise Refused(f"{wanted or 'Nothing'} is no version: say VERSION=1.2.3.") from None
    if str(version) != wanted or len(version.release) != 3 or version.local:
        raise Refused(f"{wanted} is no version of three numbers: say VERSION=1.2.3.")
    newest = max(map(Version, changelog.get("releases") or {}), default=None)
    if newest and version <= newest:
        raise Refused(f"{wanted} does not come after {newest}, the newest in changelogs/changelog.yaml.")


def check_tree(root: Path) -> None:
    """Raise Refused unless everything is committed and there is something to tell of."""
    if changed := _git(root, "status", "--porcelain"):
        raise Refused(f"Commit or remove what git status names first: {changed.splitlines()[0].strip()}")
    if not list((root / "changelogs" / "fragments").glob("*.y*ml")):
        raise Refused("changelogs/fragments is empty: a release says what is new.")


def write_version(root: Path, version: str) -> None:
    """Write the version wherever it is named, and let the changelog take its fragments in."""
    last = re.escape(str(yaml.safe_load((root / "galaxy.yml").read_text())["version"]))
    for name, before in NAMED.items():
        text = (root / name).read_text()
        (root / name).write_text(re.sub(rf"({before}){last}", rf"\g<1>{version}", text, flags=re.MULTILINE))
    # It runs ansible-doc, which lies beside it, and may be on nobody's PATH.
    environment = {**os.environ, "PATH": search_path()}
    command = [str(PROGRAMS / "antsibull-changelog"), "release", "--version", version]
    subprocess.run(command, cwd=root, env=environment, check=True)


def notes(changelog: dict, version: str) -> str:
    """Return a release's notes as Markdown, from the changelog's data."""
    changes = dict(changelog["releases"][version]["changes"])
    lines = [changes.pop("release_summary", "").strip(), ""]
    for section, entries in changes.items():
        lines += [f"## {section.replace('_', ' ').capitalize()}", ""]
        lines += [f"- {entry}".replace("``", "`") for entry in entries]
        lines.append("")
    return "\n".join(lines).strip() + "\n"


def release(root: Path, version: str, checks: tuple[list[str], ...] = CHECKS) -> Path:
    """Do all of it in a clone; return the folder with what was made. Raises Refused, CalledProcessError."""
    changes = root / "changelogs" / "changelog.yaml"
    known = yaml.safe_load(changes.read_text()) if changes.exists() else {}
    check_version(version, known)
    check_tree(root)
    try:
        write_version(root, version)
    except subprocess.CalledProcessError as error:
        _git(root, "reset", "--quiet", "--hard")
        raise Refused("antsibull-changelog failed, as it says above. Everything is as it was.") from error
    _git(root, "add", "--all")
    _git(root, "commit", "--quiet", "--message", f"Release {version}")
    for check in checks:
        subprocess.run([sys.executable, "-m", *check], cwd=root, check=True)
    for program in ("build", "sbom"):
        subprocess.run([sys.executable, "-m", f"scripts.{program}"], cwd=root, check=True)
    (root / "dist" / f"notes-{version}.md").write_text(notes(yaml.safe_load(changes.read_text()), version))
    _git(root, "tag", "--annotate", "--message", f"Release {version}", f"v{version}")
    return root / "dist"


def _git(root: Path, *arguments: str) -> str:
    return subprocess.run(["git", *arguments], cwd=root, check=True, capture_output=True, text=True).stdout


def main() -> int:
    """Release the version of the command line."""
    parser = argparse.ArgumentParser(prog="make release VERSION=1.2.3", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("version", nargs="?", default="")
    version = parser.parse_args().version
    try:
        folder = release(ROOT, version)
    except Refused as refusal:
        print(refusal, file=sys.stderr)
        return 2
    except subprocess.CalledProcessError as error:
        print(f"{' '.join(map(str, error.cmd))} failed. The commit of the release stays: mend it, or", file=sys.stderr)
        print("take it back with: git reset --hard HEAD~1", file=sys.stderr)
        return 1
    print(f"{folder} has the collection, its SBOM and its notes. Publish it with: git push origin main v{version}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
