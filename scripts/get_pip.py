# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Takes the place of get-pip.py, which ansible-test would download from its own site.

Python ships a pip; that one installs the packages asked for (a newer pip among them) from the configured index.
"""

import ensurepip
import runpy
import sys
from pathlib import Path

BUNDLED = sorted((Path(ensurepip.__file__).parent / "_bundled").glob("pip-*.whl"))
# get-pip.py takes two options of its own; without the packages named, nothing of theirs is installed.
PACKAGES = [argument for argument in sys.argv[1:] if argument not in ("--no-setuptools", "--no-wheel")]

sys.path.insert(0, str(BUNDLED[-1]))
sys.argv = ["pip", "install", "--upgrade", "--force-reinstall", *PACKAGES]
runpy.run_module("pip", run_name="__main__", alter_sys=True)
