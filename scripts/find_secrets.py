# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Look for secrets in all files that git knows, with detect-secrets, which asks nobody whether they are real.

What looks like a secret and is none stands in .ci/no-secrets.yml: the hash that is told here, and the reason.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import yaml
from detect_secrets import SecretsCollection
from detect_secrets.settings import default_settings

from scripts.collection_tree import tracked_files
from scripts.environments import ROOT

EXPLAINED = ".ci/no-secrets.yml"
# Hashes look like secrets, and these files consist of them.
OF_HASHES = {EXPLAINED, "requirements-dev.txt", "tests/postman/package-lock.json"}


def found_in(paths: Iterable[str], root: Path = ROOT) -> dict[str, dict[str, str]]:
    """Return the hash of everything in these files that looks like a secret, with its kind and line."""
    found: dict[str, dict[str, str]] = {}
    with default_settings():
        secrets = SecretsCollection(root=str(root))
        for path in paths:
            secrets.scan_file(path)
        for path, secret in secrets:
            found.setdefault(path, {})[secret.secret_hash] = f"{secret.type}, line {secret.line_number}"
    return found


def complaints(found: dict[str, dict[str, str]], explained: dict[str, str]) -> Iterator[str]:
    """Say what has no explanation, and which explanation explains nothing."""
    for path, secrets in sorted(found.items()):
        for one in sorted(secrets.keys() - explained.keys()):
            yield f"{path}: looks like a secret ({secrets[one]}). Take it out, or explain {one} in {EXPLAINED}."
    seen = {one for secrets in found.values() for one in secrets}
    for one in sorted(explained.keys() - seen):
        yield f"{EXPLAINED}: no file has anything with the hash {one} any more. Take it out."


def main() -> int:
    """Print every complaint; the exit status is 0 where there is none."""
    paths = [path for path in tracked_files() if (ROOT / path).is_file() and path not in OF_HASHES]
    said = list(complaints(found_in(paths), yaml.safe_load((ROOT / EXPLAINED).read_text())))
    print("\n".join(said) or f"{len(paths)} files have no secret.")
    return 1 if said else 0


if __name__ == "__main__":
    sys.exit(main())
