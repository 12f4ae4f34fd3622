# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the module sagemaker_domain_info does; plugins/modules documents it."""

from __future__ import annotations

from .._run import Call, Result, connect, info_module
from .._sagemaker.calls import SageMaker
from .._sagemaker.domain import describe_domains


def read(call: Call) -> Result:
    sagemaker = SageMaker(connect(call, "sagemaker"))
    return {"domains": describe_domains(sagemaker, call.params["domain_id"], call.params["domain_name"])}


MODULE = info_module(
    read,
    argument_spec={"domain_name": {"type": "str", "aliases": ["name"]}, "domain_id": {"type": "str"}},
    mutually_exclusive=[("domain_name", "domain_id")],
)
