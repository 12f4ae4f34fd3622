# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""CreateVpc answers before the VPC is available, and with no IPv6 blocks rather than none named.

Source: recordings of AWS (localstack, tests/aws/services/ec2/test_ec2.snapshot.json test_get_security_groups_for_vpc).
"""

from __future__ import annotations

from emulator.ec2.protocol import install_action
from emulator.shared.shapes import Answer, Handler, Structure

AVAILABLE, PENDING = b"<state>available</state>", b"<state>pending</state><ipv6CidrBlockAssociationSet/>"


def install() -> None:
    """Show a new VPC as pending; who asks for it afterwards finds it available."""
    install_action("CreateVpc", "_create_vpc", _pending)


def _pending(original: Handler) -> Handler:
    def create_vpc(parameters: Structure) -> Answer:
        status, headers, body = original(parameters)
        return status, headers, body.replace(AVAILABLE, PENDING, 1)

    return create_vpc
