# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One environment for all tests: every AWS call of this process and its children goes to 127.0.0.1.

Every test may import the collection by its name, as Ansible finds it.
"""

from tests.support.ansible_module import find_collections

find_collections()

pytest_plugins = ["tests.support.emulator_plugin", "tests.support.deployments"]
