# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The policies of the roles that the login role makes, as docs/roles-and-policies.md shows them.

`python -m tests.unit.policies.shown` writes them there, out of the templates that the role gives to AWS.
"""

from __future__ import annotations

import json
from pathlib import Path

from tests.unit.policies import rendering

DOCUMENT = Path(__file__).parents[3] / "docs/roles-and-policies.md"
BEGIN, END = "<!-- policies of the sign-in: begin -->\n", "<!-- policies of the sign-in: end -->\n"
ENDPOINTS = {
    "com.amazonaws.eu-central-1.sagemaker.api": "vpce-of-sagemaker.api",
    "aws.sagemaker.eu-central-1.studio": "vpce-of-studio",
}
# What adds statements to a policy, or conditions, and how the page calls it.
SWITCHES = {
    "`login_endpoint_type: private`": {
        "login_endpoint_type": "private",
        "login_network": {"vpc_endpoints": ENDPOINTS},
    },
    "teams whose members make their profile": {"login_profile_role_arns": ["<role of team1>"]},
    "`login_live_group_check`": {"login_live_group_check": True},
    "`login_tracing`": {"login_tracing": True},
}
ROLES = {
    "presigned-url": "presigned_url_policy.json.j2",
    "token-groups (with `login_identity_provider`)": "token_groups_policy.json.j2",
}
TRUSTS = {"presigned-url, token-groups": "function_trust.json.j2", "api-logs": "gateway_trust.json.j2"}


def statements(template, **options):
    """The statements of a policy by Sid."""
    document = rendering.login(**options).policy(template)
    return {statement["Sid"]: statement for statement in document["Statement"]}


def rows(template):
    """[when, statement] for every statement that the policy can have."""
    always = statements(template)
    found = [["always", statement] for statement in always.values()]
    for when, options in SWITCHES.items():
        for sid, statement in statements(template, **options).items():
            if statement != always.get(sid):
                found.append([f"{when}, instead" if sid in always else when, statement])
    return found


def page():
    """The section of the page."""
    lines = ["| role | statement | when | effect | calls | on | condition |", "|---|---|---|---|---|---|---|"]
    for role, template in ROLES.items():
        lines += [_line(role, when, statement) for when, statement in rows(template)]
    lines += ["", "Who may take these roles:", "", "| role | who |", "|---|---|"]
    for role, template in TRUSTS.items():
        (trust,) = rendering.login().policy(template)["Statement"]
        lines.append(f"| {role} | `{trust['Principal']['Service']}` ({trust['Action']}) |")
    return "\n".join([*lines, ""])


def _line(role, when, statement):
    condition = statement.get("Condition")
    cells = [
        role,
        statement["Sid"],
        when,
        statement["Effect"],
        _list(statement["Action"]),
        _list(statement["Resource"]),
        f"`{json.dumps(condition)}`" if condition else "",
    ]
    return f"| {' | '.join(cells)} |"


def _list(value):
    return ", ".join(f"`{item}`" for item in ([value] if isinstance(value, str) else value))


def with_section(text, section):
    """The page with another section."""
    before, _begin, rest = text.partition(BEGIN)
    return before + BEGIN + section + END + rest.partition(END)[2]


if __name__ == "__main__":
    DOCUMENT.write_text(with_section(DOCUMENT.read_text(), page()))
