# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Roles with the policies of docs/iam, and how a run tells what one lacks."""

import json
import re

from tests.support.emulator_plugin import ACCOUNT

TRUST = {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}, "Action": "sts:AssumeRole"}
REFUSAL = re.compile(r"is\s+not\s+authorized\s+to\s+perform:\s+(\S+)\s+on\s+resource:\s+(arn:\S+|\*)")


def make_role(account, name, policies):
    """Make a role that root may take, with managed policies; return the ARNs of all of them, the role's first."""
    iam, document = account.client("iam"), json.dumps({"Version": "2012-10-17", "Statement": [TRUST]})
    arns = [iam.create_role(RoleName=name, AssumeRolePolicyDocument=document)["Role"]["Arn"]]
    for policy, text in policies.items():
        arns.append(make_policy(account, f"{name}-{policy}", text))
        iam.attach_role_policy(RoleName=name, PolicyArn=arns[-1])
    return arns


def make_policy(account, name, document):
    """Make a managed policy; return its ARN."""
    made = account.client("iam").create_policy(PolicyName=name, PolicyDocument=json.dumps(document))
    return made["Policy"]["Arn"]


def rewrite_policy(account, arn, document):
    """Give a managed policy another text."""
    account.client("iam").create_policy_version(PolicyArn=arn, PolicyDocument=json.dumps(document), SetAsDefault=True)


def without(policies, lacking):
    """The policies without statements, each (policy, Sid)."""
    return {
        name: {**policy, "Statement": [one for one in policy["Statement"] if (name, one["Sid"]) not in lacking]}
        for name, policy in policies.items()
    }


def tell_what_is_lacking(run, statement):
    """Fail unless a run was refused and named a right of the statement and what it is needed on."""
    assert run is not None, f"nothing needs {statement['Sid']}"
    found = REFUSAL.findall(run.output)
    assert [action for action, _arn in found if allows(statement, action)], run.output[-3000:]
    assert "Traceback" not in run.output


def allows(statement, action):
    """Whether one of the statement's actions, which may have wildcards, is this one."""
    patterns = [re.escape(one).replace(r"\*", ".*") for one in statement["Action"]]
    return any(re.fullmatch(pattern, action) for pattern in patterns)
