# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The action of every module of this collection that runs apart from Ansible; meta/runtime.yml names it for each."""

from __future__ import annotations

from ansible.plugins.action.normal import ActionModule as NormalAction

from ..plugin_utils.one_payload import OnePayload


class ActionModule(OnePayload, NormalAction):  # type: ignore[misc]
    """What Ansible does with modules, by one payload for all of them."""
