# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

import pytest

from ansible_collections.mlplatform.studio.plugins.module_utils._plan import make_plan
from ansible_collections.mlplatform.studio.plugins.module_utils._policy import same_policy, written_as


def policy(version="2012-10-17", **statement):
    base = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "*"}
    return {"Version": version, "Statement": [{**base, **statement}]}


@pytest.mark.parametrize(
    "left, right",
    [
        ({"Action": "s3:Get"}, {"Action": ["s3:Get"]}),
        ({"Action": ["a:B", "a:C"]}, {"Action": ["a:C", "a:B"]}),
        ({"Resource": ["x", "y"]}, {"Resource": ["y", "x"]}),
        ({"Principal": "*"}, {"Principal": {"AWS": "*"}}),
        ({"Principal": {"AWS": "111111111111"}}, {"Principal": {"AWS": ["arn:aws:iam::111111111111:root"]}}),
        ({"Principal": {"AWS": "111111111111"}}, {"Principal": {"AWS": "arn:aws-cn:iam::111111111111:root"}}),
        ({"Condition": {"Bool": {"k": False}}}, {"Condition": {"Bool": {"k": ["false"]}}}),
        ({"Condition": {"NumericLessThan": {"k": 5}}}, {"Condition": {"NumericLessThan": {"k": "5"}}}),
        ({"Condition": {"StringEquals": {"k": ["a", "b"]}}}, {"Condition": {"StringEquals": {"k": ["b", "a"]}}}),
    ],
)  # fmt: skip
def test_same(left, right):
    assert same_policy(policy(**left), policy(**right))


@pytest.mark.parametrize(
    "left, right",
    [
        ({"Action": "s3:Get"}, {"Action": "s3:Put"}),
        ({"Action": "s3:Get"}, {"Action": ["s3:Get", "s3:Put"]}),
        ({"Effect": "Allow"}, {"Effect": "Deny"}),
        ({"Resource": "x"}, {"NotResource": "x"}),
        ({"Principal": {"AWS": "111111111111"}}, {"Principal": {"AWS": "222222222222"}}),
        ({"Principal": {"AWS": "111111111111"}}, {"Principal": {"AWS": "arn:aws:iam::111111111111:role/root"}}),
        ({"Principal": {"Service": "*"}}, {"Principal": {"AWS": "*"}}),
        ({}, {"Condition": {"Bool": {"aws:SecureTransport": "true"}}}),
        ({"Condition": {"StringLike": {"k": "v"}}}, {"Condition": {"StringEquals": {"k": "v"}}}),
        ({"version": "2012-10-17"}, {"version": "2008-10-17"}),
    ],
)
def test_different(left, right):
    assert not same_policy(policy(**left), policy(**right))


def test_statements_have_no_order_and_one_needs_no_list():
    one, two = policy()["Statement"][0], policy(Effect="Deny")["Statement"][0]
    assert same_policy({"Statement": [one, two]}, {"Statement": [two, one]})
    assert same_policy({"Statement": one}, {"Statement": [one]})
    assert not same_policy({"Statement": [one]}, {"Statement": [one, two]})


def test_missing_version_is_the_old_one():
    statement = policy()["Statement"]
    assert same_policy({"Statement": statement}, {"Version": "2008-10-17", "Statement": statement})


def test_no_statements_are_no_policy():
    assert same_policy({}, {"Version": "2012-10-17", "Statement": []})
    assert not same_policy({}, policy())


def test_written_as():
    wanted, actual, other = policy(), policy(Action=["s3:GetObject"]), policy(Action="s3:Other")
    assert written_as(actual, wanted) is wanted
    assert written_as(other, wanted) == other
    assert written_as(other, None) == other


CONDITION = {"Bool": {"aws:SecureTransport": "true"}}


@pytest.mark.parametrize(
    ("actual", "wanted"),
    [
        (policy(Condition=CONDITION), policy()),
        (policy(), policy(Condition=CONDITION)),
        ({**policy(), "Id": "mine"}, policy(Action="s3:*")),
        ({"Version": "2012-10-17", "Statement": policy()["Statement"] * 2}, policy(Action="s3:*")),
    ],
)
def test_policy_that_says_more_is_replaced_whole(actual, wanted):
    """A plan compares what is desired alone; of a policy, what is there beside it counts, too."""
    plan = make_plan({"policy": written_as(actual, wanted)}, {"policy": wanted})
    assert (plan.action, plan.changes) == ("update", {"policy": wanted})
