# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

import json

import pytest

from tests.support.ansible_module import ModuleFailed, run_module
from tests.support.calls import no_writes, writes

ARN = "arn:aws:iam::111111111111:policy/"


@pytest.fixture
def iam(client):
    return client("iam")


def allow(action):
    return {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": action, "Resource": "*"}]}


def trust(service="sagemaker.amazonaws.com"):
    statement = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": service}}
    return {"Version": "2012-10-17", "Statement": [statement]}


def role(name, *policies, **options):
    return {
        "name": name,
        "path": "/team1/",
        "assume_role_policy_document": trust(),
        "policy_arns": [f"{ARN}{policy}" for policy in policies],
        **options,
    }


def run(check=False, **options):
    return run_module("iam_roles", check=check, **options)


def names(iam):
    return sorted(found["RoleName"] for found in iam.list_roles(PathPrefix="/team1/")["Roles"])


def test_the_oldest_version_goes_when_there_are_five(iam):
    for number in range(7):
        assert run(policies=[{"name": "read", "document": allow(f"s3:Get{number}")}])["changed"]
    versions = iam.list_policy_versions(PolicyArn=f"{ARN}read")["Versions"]
    assert len(versions) == 5
    (default,) = (version["VersionId"] for version in versions if version["IsDefaultVersion"])
    document = iam.get_policy_version(PolicyArn=f"{ARN}read", VersionId=default)["PolicyVersion"]["Document"]
    assert document == allow("s3:Get6")


def test_another_way_of_writing_is_no_change(emulator, iam):
    run(policies=[{"name": "read", "document": allow(["s3:GetObject", "s3:PutObject"])}], roles=[role("ada", "read")])
    with no_writes(emulator):
        document = {"Statement": allow(["s3:PutObject", "s3:GetObject"])["Statement"][0], "Version": "2012-10-17"}
        assert not run(policies=[{"name": "read", "document": document}], roles=[role("ada", "read")])["changed"]


def test_a_condition_that_is_wanted_no_more_goes(iam):
    """What is left out of a policy is no longer wanted: a condition, and the Deny of a statement more."""
    document = allow("s3:GetObject")
    (statement,) = document["Statement"]
    bound = {**statement, "Condition": {"StringEquals": {"aws:SourceVpc": "vpc-1"}}}
    for statements in ([bound], [bound, {**statement, "Effect": "Deny", "Action": "s3:*"}], [statement]):
        wanted = {**document, "Statement": statements}
        options = {"policies": [{"name": "read", "document": wanted}]}
        inside = [{"name": "inside", "document": wanted}]
        options["roles"] = [role("ada", "read", inline_policies=inside)]
        assert run(check=True, **options)["changed"]
        assert run(**options)["changed"]
        assert not run(**options)["changed"]
        policy = iam.get_policy(PolicyArn=f"{ARN}read")["Policy"]
        version = iam.get_policy_version(PolicyArn=f"{ARN}read", VersionId=policy["DefaultVersionId"])
        assert version["PolicyVersion"]["Document"] == wanted
        assert iam.get_role_policy(RoleName="ada", PolicyName="inside")["PolicyDocument"] == wanted


def test_what_was_changed_by_hand_is_repaired(emulator, iam):
    wanted = {"policies": [{"name": "read", "document": allow("s3:Get*")}], "roles": [role("ada", "read")]}
    run(**wanted)
    iam.detach_role_policy(RoleName="ada", PolicyArn=f"{ARN}read")
    iam.put_role_policy(RoleName="ada", PolicyName="own", PolicyDocument=json.dumps(allow("*")))
    iam.update_assume_role_policy(RoleName="ada", PolicyDocument=json.dumps(trust("ec2.amazonaws.com")))
    wanted["roles"][0]["inline_policies"] = []
    with no_writes(emulator):
        predicted = run(check=True, **wanted)
    made = run(**wanted)
    assert predicted["diff"] == made["diff"]
    assert set(made["diff"]["after"]["role ada"]) == {"policy_arns", "inline_policies", "assume_role_policy_document"}
    assert iam.list_role_policies(RoleName="ada")["PolicyNames"] == []
    assert iam.get_role(RoleName="ada")["Role"]["AssumeRolePolicyDocument"] == trust()
    assert not run(**wanted)["changed"]


def test_roles_of_the_path_that_are_not_listed_go_and_others_stay(iam):
    iam.create_role(RoleName="stranger", AssumeRolePolicyDocument=json.dumps(trust()))
    run(roles=[role("ada"), role("grace")])
    run(roles=[role("grace")], purge_path="/team1/")
    assert names(iam) == ["grace"]
    assert iam.get_role(RoleName="stranger")


@pytest.mark.parametrize("path", ["", "/", "team1", "/team1", "//"])
def test_a_path_under_which_roles_of_others_may_be_is_refused(iam, path):
    run(roles=[role("ada")])
    with pytest.raises(ModuleFailed, match="not the path of roles of your own"):
        run(purge_path=path)
    assert names(iam) == ["ada"]


def test_a_policy_that_goes_is_taken_off_every_role(iam):
    run(policies=[{"name": "read", "document": allow("s3:Get*")}], roles=[role("ada", "read")])
    run(policies=[{"name": "read", "document": allow("s3:Put*")}])
    run(policies=[{"name": "read"}], state="absent")
    assert iam.list_attached_role_policies(RoleName="ada")["AttachedPolicies"] == []
    assert iam.list_policies(Scope="Local")["Policies"] == []


def test_another_path_is_refused(emulator, iam):
    run(roles=[role("ada")])
    with no_writes(emulator), pytest.raises(ModuleFailed, match="path can only be set when it is created"):
        run(roles=[role("ada", path="/team2/")])


def test_a_bad_policy_is_named_and_no_role_is_begun(emulator, iam):
    wrong = {"name": "wrong", "document": allow("not-an-action")}
    with pytest.raises(ModuleFailed, match=r"policy wrong: .*must be prefaced by a vendor") as failed:
        run(policies=[{"name": "read", "document": allow("s3:Get*")}, wrong], roles=[role("ada", "read")])
    assert list(failed.value.result["failures"]) == ["policy wrong"]
    assert writes(emulator) == ["CreatePolicy", "CreatePolicy"]
    assert names(iam) == []


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"roles": [role("ada"), role("ada")]}, "These roles are listed more than once: ada"),
        ({"policies": [{"name": "x", "document": allow("s3:*")}] * 2}, "These policies are listed more than once: x"),
    ],
)
def test_twice_the_same_is_refused(emulator, options, sentence):
    with no_writes(emulator), pytest.raises(ModuleFailed, match=sentence):
        run(**options)
