# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the module sagemaker_domain_home does; plugins/modules documents it."""

from __future__ import annotations

from .._run import (
    STATE,
    Call,
    Item,
    connect,
    set_module,
)
from .._sagemaker.calls import SageMaker
from .._sagemaker.domain_home import (
    HomeRequest,
    earlier_homes,
    home_items,
    leaving_home_items,
)

OPTIONS = {
    "domain_id": {"type": "str"},
    "tags": {"type": "dict"},
    "match_tags": {"type": "dict"},
    "retain_file_system": {"type": "bool", "default": False},
}


def parts(call: Call) -> list[Item]:
    params = call.params
    clients = SageMaker(connect(call, "sagemaker")), connect(call, "efs"), connect(call, "ec2")
    if params["state"] == "present":
        for file_system_id in earlier_homes(*clients[:2], params["domain_id"], params["tags"]):
            call.warn(
                f"File system {file_system_id} has home directories of an earlier domain of the team, which people do "
                "not see in this one. Copy what they miss into their new ones, or delete it."
            )
        return home_items(*clients, params["domain_id"], params["tags"])
    tags = {key: str(value) for key, value in (params["match_tags"] or {}).items()}
    return leaving_home_items(*clients, HomeRequest(params["domain_id"], tags, params["retain_file_system"]))


MODULE = set_module(
    parts,
    "parts",
    argument_spec={**STATE, **OPTIONS},
    required_if=[
        ["state", "present", ["domain_id", "tags"]],
        ["state", "absent", ["domain_id", "match_tags"], True],
    ],
)
