# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Write the accounts in which AWS keeps SageMaker's images into the collection, as its Python SDK lists them.

`python -m scripts.image_owners sagemaker-2.257.7-py3-none-any.whl` reads them out of a wheel of the SDK.
"""

from __future__ import annotations

import collections
import json
import sys
import textwrap
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

TARGET = Path(__file__).resolve().parent.parent / "plugins/module_utils/_blueprint/image_owners.py"
BEGIN, END = "IMAGE_OWNERS = {\n", "\n}\n"


def owners_in(wheel: str) -> dict[str, list[str]]:
    """Return the accounts by their region, each once."""
    found: dict[str, set[str]] = collections.defaultdict(set)
    with zipfile.ZipFile(wheel) as archive:
        for name in archive.namelist():
            if "/image_uri_config/" in name and name.endswith(".json"):
                for region, account in _registries(json.loads(archive.read(name))):
                    found[region].add(account)
    return {region: sorted(accounts) for region, accounts in sorted(found.items())}


def _registries(part: Any) -> Iterator[tuple[str, str]]:
    """Yield (region, account) of every member ``registries``, however deep."""
    if isinstance(part, dict):
        registries = part.get("registries")
        yield from registries.items() if isinstance(registries, dict) else ()
    for inner in part.values() if isinstance(part, dict) else part if isinstance(part, list) else ():
        yield from _registries(inner)


def written(text: str, owners: dict[str, list[str]]) -> str:
    """Return the file's text with these accounts."""
    before, begin, rest = text.partition(BEGIN)
    entries = [f'    "{region}": _accounts({_quoted(accounts)}),' for region, accounts in owners.items()]
    return before + begin + "\n".join(entries) + rest[rest.index(END) :]


def _quoted(accounts: list[str]) -> str:
    line = " ".join(accounts)
    if len(line) < 80:
        return f'"{line}"'
    return f'"""\n{textwrap.indent(textwrap.fill(line, width=112), " " * 8)}\n    """'


if __name__ == "__main__":
    TARGET.write_text(written(TARGET.read_text(), owners_in(sys.argv[1])))
