# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the module presigned_url does; plugins/modules documents it."""

from __future__ import annotations

from .._run import (
    Call,
    Module,
    Result,
    connect,
)
from .._sagemaker.calls import SageMaker
from .._sagemaker.presigned_url import (
    check_destination,
    check_limits,
    create_presigned_url,
)
from .._secret_file import write_secret

MEMBERS = ("domain_id", "user_profile_name", "space_name", "landing_uri", "expires_in", "session_expiration")
OPTIONS = {
    "domain_id": {"type": "str", "required": True},
    "user_profile_name": {"type": "str", "required": True},
    "space_name": {"type": "str"},
    "landing_uri": {"type": "str"},
    "expires_in": {"type": "int", "aliases": ["expires_in_seconds"]},
    "session_expiration": {"type": "int", "aliases": ["session_expiration_duration_in_seconds"]},
    "dest": {"type": "path"},
    "return_url": {"type": "bool", "default": False},
}


def make_url(call: Call) -> Result:
    params = call.params
    dest = params["dest"]
    check_limits(params)
    check_destination(dest, params["return_url"])
    if call.check_mode:
        return {
            "changed": False,
            "skipped": True,
            "msg": "No URL is made in check mode.",
            **({"dest": dest} if dest else {}),
        }
    sagemaker = SageMaker(connect(call, "sagemaker"))
    url, expires_at = create_presigned_url(sagemaker, **{name: params[name] for name in MEMBERS})
    result = {"changed": bool(dest), "expires_at": expires_at}
    if dest:
        write_secret(dest, url)
        result["dest"] = dest
    if params["return_url"]:
        result["authorized_url"] = url
    return result


MODULE = Module(make_url, argument_spec=OPTIONS)
