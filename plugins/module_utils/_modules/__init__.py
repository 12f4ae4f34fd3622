# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What each module of the collection does, in a file of its name."""

from __future__ import annotations

import importlib

from .._run import Module


def implementation(name: str) -> Module:
    """Return the module of a name. All of them are in the payload of run_module, which Ansible sends for each."""
    found: Module = importlib.import_module(f"{__name__}.{name}").MODULE
    return found
