# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The overlays that make ministack as strict as AWS, each a module with ``install()``."""

from __future__ import annotations

from importlib import import_module

# Each overlay imports ministack when it is imported, and ministack reads its environment then: the names stay
# strings until install_all() is called, after the server has set that environment.
OVERLAYS = (
    "ec2.overlay",
    "efs",
    "cognito.overlay",
    "apigateway.overlay",
    "logs",
    "iam.overlay",
    "iam.propagation",
    "kms.overlay",
    "s3",
    "waf",
    "lambda_.functions",
    "lambda_.network_interfaces",
    "iam.endpoints",
    "backup",
)

_installed: set[str] = set()


def install_all() -> None:
    """Install every overlay once per process; raises patching.MissingSymbol when ministack is not the pinned one."""
    for name in OVERLAYS:
        if name not in _installed:
            import_module(f"emulator.{name}").install()
            _installed.add(name)
