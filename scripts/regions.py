# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Write AWS's regions into the collection, whose controller part has no botocore.

`python -m scripts.regions` writes them; a unit test compares them with the botocore that is pinned.
"""

from __future__ import annotations

import textwrap
from pathlib import Path

from botocore.loaders import Loader

TARGET = Path(__file__).resolve().parent.parent / "plugins/module_utils/_blueprint/regions.py"
BEGIN, END = "PARTITIONS = {\n", "\n}\n"


def known_regions() -> dict[str, list[str]]:
    """Return the regions by their partition, without what stands for services that have none."""
    partitions = Loader().load_data("partitions")["partitions"]
    return {one["id"]: sorted(name for name in one["regions"] if not name.endswith("-global")) for one in partitions}


def written(text: str) -> str:
    """Return the file's text with the regions of today's botocore."""
    before, begin, rest = text.partition(BEGIN)
    entries = [f'    "{partition}": {_names(regions)},' for partition, regions in sorted(known_regions().items())]
    return before + begin + "\n".join(entries) + rest[rest.index(END) :]


def _names(regions: list[str]) -> str:
    """Return a call that names the regions, on one line where they fit."""
    line = " ".join(regions)
    if len(line) < 80:
        return f'_names("{line}")'
    block = textwrap.indent(textwrap.fill(line, width=112, break_on_hyphens=False), " " * 8)
    return f'_names("""\n{block}\n    """)'


if __name__ == "__main__":
    TARGET.write_text(written(TARGET.read_text()))
