# -*- coding: utf-8 -*-

# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    STATE = r"""
options:
  state:
    description:
      - Whether it should exist.
    type: str
    choices: [present, absent]
    default: present
"""

    REMOVAL_TAGS = r"""
options:
  match_tags:
    description:
      - With O(state=absent), tags that it must carry. One of the same name without them is somebody else's, and left
        alone.
    type: dict
"""

    OWNER_TAGS = r"""
options:
  owner_tags:
    description:
      - Tags that what exists must carry. One of the same name with other values of them, or without them, is somebody
        else's and refused, as whoever came first may have given it that name on purpose. Deletions are not concerned.
      - Buckets, log groups, user profiles and spaces without any of them are taken over, as AWS or an earlier run may
        have made them so.
    type: dict
"""

    WAIT = r"""
options:
  wait:
    description:
      - Whether to wait until AWS has finished what was started.
    type: bool
    default: true
"""

    SHOWN = r"""
options:
  wait_timeout:
    description:
      - How many seconds to wait until AWS shows what was changed.
    type: int
    default: 120
"""

    DOMAIN = r"""
options:
  domain_id:
    description:
      - The id of the domain.
    type: str
    required: true
"""

    MEMBERS = r"""
options:
  delete_apps:
    description:
      - Whether running apps are stopped in order to delete whom they belong to. Otherwise that is not deleted, as
        somebody may be at work in it.
    type: bool
    default: false
  purge_all:
    description:
      - Whether O(purge) may delete every one of them because the list is empty, and whether O(state=absent) means every
        one.
    type: bool
    default: false
  purge_tags:
    description:
      - Whether tags that are not listed are removed from those whose C(tags) are given.
    type: bool
    default: true
  recreate_failed:
    description:
      - Whether one whose creation failed is deleted and created again. It cannot be repaired.
    type: bool
    default: false
"""
