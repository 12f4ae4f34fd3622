# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The overlays that make ministack as strict as AWS, each a module with ``install()``."""

from __future__ import annotations


def install_all() -> None:
    """Install every overlay; raises patching.MissingSymbol when ministack is not the pinned one.

    They import ministack, which reads its environment then, so nothing here is imported before the server has set it.
    """
    from emulator import backup, costs, dynamodb, efs, logs, service_quotas, waf
    from emulator.apigateway import overlay as apigateway
    from emulator.cognito import overlay as cognito
    from emulator.ec2 import overlay as ec2
    from emulator.iam import endpoints, propagation
    from emulator.iam import overlay as iam
    from emulator.kms import overlay as kms
    from emulator.lambda_ import environment, functions, network_interfaces, permissions, requests, shown
    from emulator.s3 import overlay as s3

    ec2.install()
    efs.install()
    cognito.install()
    apigateway.install()
    logs.install()
    # Where several wrap the same function, the last one sees a request first.
    iam.install()
    propagation.install()
    kms.install()
    s3.install()
    waf.install()
    functions.install()
    shown.install()
    environment.install()
    requests.install()
    permissions.install()
    network_interfaces.install()
    endpoints.install()
    backup.install()
    dynamodb.install()
    service_quotas.install()
    costs.install()
