# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The connection to an account with a role's session that does not end under a task."""

from __future__ import annotations

DOCUMENTATION = r"""
name: role_session
short_description: Connect with the session of a role that does not end under a task
version_added: 0.1.0
description:
  - Returns connection options of modules with the credentials of a role. They are worked out for each task, so a run
    may last longer than a session - when a quarter of it is over, the role is assumed anew, by the options without it.
author:
  - Contributors to the mlplatform.studio project (@mlplatform)
options:
  _terms:
    description: The connection options without the role.
    type: list
    elements: dict
    required: true
  first:
    description: The session with which the run began, as M(amazon.aws.sts_assume_role) tells of it.
    type: dict
    required: true
  role_arn:
    description: The role.
    type: str
    required: true
  session_name:
    description: The name of its sessions.
    type: str
    required: true
  duration:
    description: For how many seconds a session is asked for.
    type: int
    required: true
"""

EXAMPLES = r"""
connection: >-
  {{ lookup('mlplatform.studio.role_session', {'region': 'eu-central-1'}, first=assumed.sts_creds, role_arn=deployer,
            session_name='studio', duration=3600) }}
"""

RETURN = r"""
_raw:
  description: The connection options, one for each term.
  type: list
  elements: dict
"""

import typing as t

from ansible.errors import AnsibleError
from ansible.plugins.lookup import LookupBase

from ..module_utils._blueprint.connection import not_renewed
from ..plugin_utils.options import plain
from ..plugin_utils.role_sessions import NotRenewed, current


class LookupModule(LookupBase):  # type: ignore[misc]
    """The lookup of this file."""

    def run(self, terms: list[dict[str, str]], variables: t.Any = None, **kwargs: t.Any) -> list[dict[str, str]]:
        """Return the terms with a session's credentials. Raises AnsibleError where the role cannot be assumed anew."""
        self.set_options(var_options=variables, direct=kwargs)
        first = plain(self.get_option("first"))
        return [self._connected(plain(term), first) for term in terms]

    def _connected(self, term: dict[str, str], first: dict[str, str]) -> dict[str, str]:
        request = {"connection": term, **{name: plain(self.get_option(name)) for name in ("role_arn", "session_name")}}
        try:
            session = current({**request, "duration": int(self.get_option("duration"))}, first)
        except NotRenewed as error:
            raise AnsibleError(not_renewed(request["role_arn"], str(error))) from None
        return {**{name: value for name, value in term.items() if name != "profile"}, **session}
