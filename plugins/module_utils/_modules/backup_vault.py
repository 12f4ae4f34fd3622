# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the module backup_vault does; plugins/modules documents it."""

from __future__ import annotations

from .._backup import Vault
from .._run import STATE, TAGS, Call, connect, resource_module

OPTIONS = {
    "name": {"type": "str", "required": True, "aliases": ["backup_vault_name"]},
    "encryption_key_arn": {"type": "str", "no_log": False},
    "force": {"type": "bool", "default": False},
}


def make_resource(call: Call) -> Vault:
    params = call.params
    absent = params["state"] == "absent"
    return Vault(connect(call, "backup"), params["name"], force=params["force"], measure=absent)


MODULE = resource_module(make_resource, ["encryption_key_arn", "tags"], argument_spec={**STATE, **TAGS, **OPTIONS})
