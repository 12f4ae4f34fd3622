# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The judge is judged first: IAM's own examples (IAM guide, policy evaluation, variables, operators)."""

import pytest

from tests.unit.policies.evaluation import Request, decide, decide_resource_policy


def policy(**statement):
    return {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*", **statement}]}


@pytest.mark.parametrize(
    ("documents", "request_", "wanted"),
    [
        ([], Request("s3:GetObject"), "ImplicitDeny"),
        ([policy()], Request("s3:GetObject"), "Allow"),
        ([policy()], Request("kms:Decrypt"), "ImplicitDeny"),
        ([policy(), policy(Effect="Deny", Action="s3:Get*")], Request("s3:GetObject"), "Deny"),
        ([policy(Resource="arn:aws:s3:::a/*")], Request("s3:GetObject", {"arn:aws:s3:::a/x": {}}), "Allow"),
        ([policy(Resource="arn:aws:s3:::a/*")], Request("s3:GetObject", {"arn:aws:s3:::ab/x": {}}), "ImplicitDeny"),
        (
            [policy(Resource="arn:aws:s3:::a/*")],
            Request("s3:X", {"arn:aws:s3:::a/x": {}, "arn:aws:s3:::b/x": {}}),
            "ImplicitDeny",
        ),
        (
            [policy(Resource="arn:aws:s3:::${aws:username}/*")],
            Request("s3:X", {"arn:aws:s3:::ada/x": {}}, {"aws:username": "ada"}),
            "Allow",
        ),
        (
            [policy(Resource="arn:aws:s3:::${aws:username}/*")],
            Request("s3:X", {"arn:aws:s3:::bob/x": {}}, {"aws:username": "ada"}),
            "ImplicitDeny",
        ),
        (
            [policy(Resource="arn:aws:s3:::${aws:username}/*")],
            Request("s3:X", {"arn:aws:s3:::ada/x": {}}),
            "ImplicitDeny",
        ),
        (
            [policy(Condition={"StringEquals": {"k": "${aws:username}"}})],
            Request("s3:X", context={"k": "x"}),
            "ImplicitDeny",
        ),
        ([policy(Condition={"StringEquals": {"aws:ResourceTag/T": "1"}})], Request("s3:X", {"*": {"T": "1"}}), "Allow"),
        ([policy(Condition={"StringEquals": {"aws:ResourceTag/T": "1"}})], Request("s3:X"), "ImplicitDeny"),
        ([policy(Condition={"StringNotEquals": {"k": "1"}})], Request("s3:X"), "Allow"),
        ([policy(Condition={"StringNotEqualsIfExists": {"k": "1"}})], Request("s3:X"), "Allow"),
        ([policy(Condition={"StringEqualsIfExists": {"k": "1"}})], Request("s3:X", context={"k": "2"}), "ImplicitDeny"),
        ([policy(Condition={"Null": {"k": "false"}})], Request("s3:X"), "ImplicitDeny"),
        (
            [policy(Condition={"ForAllValues:StringLike": {"k": "a*"}})],
            Request("s3:X", context={"k": ["ab", "b"]}),
            "ImplicitDeny",
        ),
        (
            [policy(Condition={"ForAllValues:StringLike": {"k": "a*"}})],
            Request("s3:X", context={"k": ["ab", "ac"]}),
            "Allow",
        ),
    ],
)
def test_identity_policies(documents, request_, wanted):
    assert decide(documents, request_) == wanted


def test_resource_policies():
    document = policy(Principal={"Service": "events.amazonaws.com"}, Action="sts:AssumeRole")
    assert decide_resource_policy(document, Request("sts:AssumeRole"), "events.amazonaws.com") == "Allow"
    assert decide_resource_policy(document, Request("sts:AssumeRole"), "ec2.amazonaws.com") == "ImplicitDeny"
    assert decide_resource_policy(document, Request("sts:AssumeRole")) == "ImplicitDeny"
