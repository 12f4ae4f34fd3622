# -*- coding: utf-8 -*-

# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options: {}
attributes:
  check_mode:
    description: Can run in check mode and predict what would change without making any write call.
    support: full
  diff_mode:
    description: Returns what changes, before and after, when asked with C(--diff).
    support: full
  idempotent:
    description: A second run with the same options changes nothing.
    support: full
  action_group:
    description: Takes its defaults from C(module_defaults) of these groups.
    support: full
    membership:
      - mlplatform.studio.all
"""

    INFO = r"""
options: {}
attributes:
  check_mode:
    description: Only reads, so check mode makes no difference.
    support: full
  diff_mode:
    description: Only reads, so there is never a difference to show.
    support: N/A
  idempotent:
    description: Only reads.
    support: full
  action_group:
    description: Takes its defaults from C(module_defaults) of these groups.
    support: full
    membership:
      - mlplatform.studio.all
"""
