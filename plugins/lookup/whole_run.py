# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Refuse a run of which parts would be left out."""

from __future__ import annotations

DOCUMENTATION = r"""
name: whole_run
short_description: Refuse a run of which parts would be left out
version_added: 0.1.0
description:
  - Gives back its term, the hosts of a playbook's first play. Ansible works it out before it leaves out any task, so
    that what would silently do half of the work is refused - C(--tags), and C(--start-at-task).
author:
  - Contributors to the mlplatform.studio project (@mlplatform)
options:
  _terms:
    description: The hosts.
    type: list
    elements: str
    required: true
"""

EXAMPLES = r"""
- name: Begin
  hosts: "{{ lookup('mlplatform.studio.whole_run', 'all') }}"
"""

RETURN = r"""
_raw:
  description: The hosts.
  type: list
  elements: str
"""

import typing as t

from ansible import context
from ansible.errors import AnsibleError
from ansible.plugins.lookup import LookupBase


class LookupModule(LookupBase):  # type: ignore[misc]
    """The lookup of this file."""

    def run(self, terms: list[str], variables: t.Any = None, **kwargs: t.Any) -> list[str]:
        """Return the terms. Raises AnsibleError where the command line leaves out tasks."""
        start, tags = context.CLIARGS.get("start_at_task"), set(context.CLIARGS.get("tags") or ())
        if start:
            raise AnsibleError(
                "This playbook chooses and checks what it works on first, and --start-at-task would skip that. Leave "
                "it out: what is done already is passed over."
            )
        if tags - {"all"}:
            remedy = "Leave them out, and choose a team with -e domain_name=team1."
            if "awx_job_id" in (variables or {}):
                remedy = "Clear the job tags of the job template."
            raise AnsibleError(f"This playbook has no tags, and --tags would leave out all that it does. {remedy}")
        return terms
