# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What EC2 gives tags to: things whose ids have its form, and in a creation only the kind of thing that is made.

Sources: https://github.com/pulumi/pulumi-aws/issues/502, https://github.com/kubernetes/cloud-provider-aws/pull/1387
(InvalidID), https://github.com/jonrau1/SyntheticSun/issues/13 (tags of another kind).
"""

from __future__ import annotations

import re

from emulator.ec2.protocol import Ec2Error
from emulator.iam.ec2_resources import MADE
from emulator.shared.shapes import Structure
from emulator.shared.upstream import ec2 as upstream

FORM_OF_IDS = re.compile(r"[a-z]+(?:-[a-z]+)*-(?:[0-9a-f]{8}|[0-9a-f]{17})")
KIND_OF_A_SPECIFICATION = re.compile(r"TagSpecification\.\d+\.ResourceType")
# By action: the kind of thing that it makes and tags.
TAGGED = {
    **MADE,
    "AuthorizeSecurityGroupEgress": "security-group-rule",
    "AuthorizeSecurityGroupIngress": "security-group-rule",
    "CreateInternetGateway": "internet-gateway",
}
# PrivateLink has codes of its own.
CODES = {"CreateVpcEndpoint": "InvalidParameter"}


def check_ids(request: Structure) -> None:
    """Ec2Error InvalidID for what does not look like an id of EC2."""
    for resource_id in request.get("Resources", []):
        if not FORM_OF_IDS.fullmatch(resource_id):
            raise Ec2Error("InvalidID", f"The ID '{resource_id}' is not valid")


def refused_kind(action: str, parameters: Structure) -> tuple[str, str] | None:
    """Code and text for tags of another kind of thing than the action makes, None where there are none."""
    for parameter in parameters:
        if action in TAGGED and KIND_OF_A_SPECIFICATION.fullmatch(parameter):
            kind = upstream._p(parameters, parameter)
            if kind != TAGGED[action]:
                message = f"'{kind}' is not a valid taggable resource type for this operation."
                return CODES.get(action, "InvalidParameterValue"), message
    return None
