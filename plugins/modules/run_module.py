#!/usr/bin/python
# -*- coding: utf-8 -*-

# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

DOCUMENTATION = r"""
module: run_module
short_description: Run any module of this collection
version_added: 0.1.0
description:
  - Ansible sends this for every module of this collection, so that it has to put together one payload for all of them.
  - Playbooks name each module by its own name.
author:
  - Contributors to the mlplatform.studio project (@mlplatform)
options: {}
attributes:
  check_mode:
    description: Can run in check_mode and return changed status prediction without modifying target.
    support: full
  diff_mode:
    description: Will return details on what has changed (or possibly needs changing in check_mode), when in diff mode.
    support: full
"""

EXAMPLES = r"""
- name: Have a key by the module of its name, for which Ansible sends this one
  mlplatform.studio.kms_key:
    alias: sagemaker-studio/team1
"""

RETURN = r"""# It returns what the module returns that it runs.
"""

from ansible_collections.mlplatform.studio.plugins.module_utils._modules.run_module import MODULE


def main() -> None:
    MODULE.main()


if __name__ == "__main__":
    main()
