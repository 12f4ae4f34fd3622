# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the module kms_key_removal does; plugins/modules documents it."""

from __future__ import annotations

from .._kms import removal_stages
from .._run import (
    Call,
    Stages,
    connect,
    stages_module,
)

OPTIONS = {
    "key_ids": {"type": "list", "elements": "str", "default": [], "no_log": False},
    "alias": {"type": "str"},
    "pending_window": {"type": "int", "default": 30},
}


def make_stages(call: Call) -> Stages:
    params = call.params
    return removal_stages(connect(call, "kms"), params["key_ids"], params["alias"], params["pending_window"])


MODULE = stages_module(make_stages, argument_spec=OPTIONS)
