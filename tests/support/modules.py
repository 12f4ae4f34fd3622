# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The modules of the collection."""

from pathlib import Path

FOLDER = Path(__file__).parents[2] / "plugins" / "modules"
# Ansible sends it for every other one, and none of what holds for modules that people use holds for it.
RUN_MODULE = "run_module"
MODULES = sorted({path.stem for path in FOLDER.glob("*.py")} - {RUN_MODULE})
