# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The script that sets up a team's package index, which is a template of the role studio."""

from __future__ import annotations

import typing as t

from ansible.plugins.loader import lookup_loader

from ..module_utils._blueprint.scripts import package_index
from ..module_utils._blueprint.team import Team
from .options import COLLECTION

TEMPLATE = COLLECTION / "roles" / "studio" / "templates" / "package_index.sh.j2"


def package_script(team: Team, loader: t.Any, templar: t.Any, variables: t.Mapping[str, t.Any]) -> str:
    """Return the script, "" for a team without an index. loader, templar, variables: those of the action that asks."""
    index = package_index(team)
    if not index["type"]:
        return ""
    lookup = lookup_loader.get("ansible.builtin.template", loader=loader, templar=templar)
    return str(lookup.run([str(TEMPLATE)], {**variables, "package_index": index})[0])
