# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Do the steps of a role one module after the other, to compare what they change with what a look told before."""

import re

from ansible_collections.mlplatform.studio.plugins.module_utils._look.look import differences_of
from tests.support.ansible_module import run_module


def do(steps, plan_of):
    """Do steps as their role does, and return what they changed, as a look tells differences.

    plan_of: returns the plan for what each step answered so far.
    """
    results, changes = {}, []
    for step in steps:
        part = plan_of(results)[step.part]
        uses = [] if part is None else part if isinstance(part, list) else [part]
        answers = []
        for arguments in uses:
            given = {name: value for name, value in arguments.items() if value is not None}
            answers.append(run_module(step.module, **given))
            changes += differences_of(step, answers[-1])
        if answers:
            results[step.name] = {"results": answers} if isinstance(part, list) else answers[0]
    return changes


# The end of a built-in script's name: a hash of its text, in which ids stand that AWS gave.
HASH = re.compile(r"(--built-in--[a-z]+)-[0-9a-f]{8}$")


def places(differences):
    """What differs, without what ids AWS will give."""
    return [(one["step"], HASH.sub(r"\1", one["item"]), one["action"], sorted(one["after"])) for one in differences]
