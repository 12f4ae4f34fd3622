# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Build the collection into dist/, the same bytes for the same commit, so that anybody can check a release.

ansible-galaxy writes the time of the build, times of files and the file system's order of them into an artifact. Here
all times are that of the last commit, or SOURCE_DATE_EPOCH, and files are sorted by their names.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import io
import json
import os
import subprocess
import sys
import tarfile
from pathlib import Path

from scripts.environments import ROOT

LISTS = ("MANIFEST.json", "FILES.json")


def commit_time(source: Path) -> int:
    """Return the time that all of an artifact has: SOURCE_DATE_EPOCH, or else the last commit's."""
    if told := os.environ.get("SOURCE_DATE_EPOCH"):
        return int(told)
    command = ["git", "log", "-1", "--format=%ct"]
    return int(subprocess.run(command, cwd=source, check=True, capture_output=True, text=True).stdout)


def build(output: Path, source: Path = ROOT) -> Path:
    """Build the collection of a folder into another, and return the artifact."""
    command = [
        sys.executable,
        "-m",
        "ansible",
        "galaxy",
        "collection",
        "build",
        "--force",
        "--output-path",
        str(output),
    ]
    ended = subprocess.run(command, cwd=source, check=True, stdout=subprocess.PIPE, text=True)
    artifact = Path(ended.stdout.strip().rpartition(" at ")[2])
    artifact.write_bytes(normalised(artifact.read_bytes(), commit_time(source)))
    return artifact


def normalised(artifact: bytes, time: int) -> bytes:
    """Return an artifact with what it holds, and nothing of where and when it was built."""
    with tarfile.open(fileobj=io.BytesIO(artifact)) as archive:
        members = [member for member in archive if member.name not in LISTS]
        # A link has no content.
        held = [(member, (file := archive.extractfile(member)) and file.read()) for member in members]
        texts = sorted_lists(*(json.load(archive.extractfile(name)) for name in LISTS))
    listed = [(tarfile.TarInfo(name), text) for name, text in zip(LISTS, texts, strict=True)]
    packed = io.BytesIO()
    with (
        gzip.GzipFile(filename="", fileobj=packed, mode="wb", mtime=time) as pressed,
        tarfile.open(fileobj=pressed, mode="w", format=tarfile.PAX_FORMAT) as archive,
    ):
        for member, content in [*listed, *sorted(held, key=lambda one: one[0].name)]:
            member.mtime, member.pax_headers = time, {}
            if content is not None:
                member.size = len(content)
            archive.addfile(member, content and io.BytesIO(content))
    return packed.getvalue()


def sorted_lists(manifest: dict, files: dict) -> list[bytes]:
    """Return MANIFEST.json, with the checksum of the other, and FILES.json, sorted by name."""
    ordered = _text({**files, "files": sorted(files["files"], key=lambda file: file["name"])})
    of_files = {**manifest["file_manifest_file"], "chksum_sha256": hashlib.sha256(ordered).hexdigest()}
    return [_text({**manifest, "file_manifest_file": of_files}), ordered]


def _text(value: dict) -> bytes:
    return json.dumps(value, indent=1).encode()


def main() -> int:
    """Build into the folder that the command line names; say what was built, and its checksum."""
    parser = argparse.ArgumentParser(prog="python -m scripts.build", description=__doc__.splitlines()[0])
    parser.add_argument("output", nargs="?", type=Path, default=ROOT / "dist")
    artifact = build(parser.parse_args().output)
    print(f"{hashlib.sha256(artifact.read_bytes()).hexdigest()}  {artifact}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
