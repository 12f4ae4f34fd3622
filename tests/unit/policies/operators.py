# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The policies of those who run the playbooks, as docs/iam shows them for an example.

`python -m tests.unit.policies.operators` writes them there, out of the functions that the playbook uses.
"""

from __future__ import annotations

import json
import typing as t
from pathlib import Path

from acceptance import rights
from tests.support.ansible_module import find_collections

find_collections()

from ansible_collections.mlplatform.studio.plugins.module_utils._blueprint.names import Names  # noqa: E402
from ansible_collections.mlplatform.studio.plugins.module_utils._blueprint.platform import Platform  # noqa: E402
from ansible_collections.mlplatform.studio.plugins.module_utils._blueprint.policies.boundary import (  # noqa: E402
    team_boundary,
)
from ansible_collections.mlplatform.studio.plugins.module_utils._blueprint.policies.operators import (  # noqa: E402
    platform_policies,
)
from ansible_collections.mlplatform.studio.plugins.module_utils._blueprint.policies.team_operators import (  # noqa: E402
    team_policies,
)

FOLDER = Path(__file__).parents[3] / "docs/iam"
EXAMPLE = Platform("sagemaker-studio", "eu-central-1", "111111111111")
LONGEST = Platform("p" * 20, "ap-southeast-1", "111111111111", "aws-us-gov")
BOUNDARY = "arn:aws:iam::111111111111:policy/team1-boundary"
DOMAIN = "d-0123456789ab"


def policies(
    platform: Platform = EXAMPLE, team: str = "team1", boundary: str = BOUNDARY, domain_id: str = DOMAIN
) -> dict[str, t.Any]:
    """All policies by their names: of a platform, of a team, and of who runs the acceptance."""
    names = Names(platform, team)
    return {
        "acceptance": rights.policy(platform.partition, platform.region, platform.account_id),
        **platform_policies(platform),
        "team-boundary": team_boundary(names),
        **team_policies(names, boundary, domain_id),
    }


def files() -> dict[str, str]:
    """The text of each file by its name."""
    documents = policies()
    return {f"{name}.json": json.dumps(document, indent=2) + "\n" for name, document in documents.items()}


def write() -> None:
    """Write all of them, and leave nothing else in the folder."""
    FOLDER.mkdir(exist_ok=True)
    for old in FOLDER.iterdir():
        old.unlink()
    for name, text in files().items():
        (FOLDER / name).write_text(text)


if __name__ == "__main__":
    write()
