# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How Chromium is started: it reaches the deployment alone, and sends nothing of its own accord."""

from __future__ import annotations

import os

from scripts import chromium

# What Chromium must not do. The list replaces Playwright's own, so what is needed of that stands here too.
FEATURES = [
    # AWS is not on a local network: how browsers guard those must not hide a missing guard of ours.
    "LocalNetworkAccessChecks",
    # Who writes http gets http, and not what the browser makes of it.
    "HttpsUpgrades",
    "HttpsFirstBalancedModeAutoEnable",
    "MediaRouter",
]
ARGUMENTS = [
    "--disable-background-networking",
    "--disable-component-update",
    f"--disable-features={','.join(FEATURES)}",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
]


def options(deployment):
    """Playwright's launch options. Raises chromium.NoChromiumError where there is no Chromium."""
    # Chromium refuses its sandbox to root.
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    return {"executable_path": str(chromium.find()), "args": [*ARGUMENTS, *sandbox, *deployment.browser_arguments()]}
