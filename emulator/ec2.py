# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The EC2 overlay: what AWS checks and ministack does not."""

from __future__ import annotations

from emulator import ec2_endpoint_services, ec2_endpoints, ec2_network_interfaces, ec2_security_groups


def install() -> None:
    """Install every part of the EC2 overlay."""
    for part in (ec2_network_interfaces, ec2_endpoint_services, ec2_endpoints, ec2_security_groups):
        part.install()
