# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Domains and user pools that somebody else made are taken over as they are, and never by accident."""

import pytest

from tests.support.ansible_module import ModuleFailed, run_module
from tests.support.calls import no_writes, writes
from tests.support.studio import ROLE, make_domain, make_network

OURS = {"Platform": "p"}
MARK = {"Adopted": "true"}
THEIRS = {"aws-cdk:id": "stack"}
ADOPT = {"match_tags": OURS, "adoption_tags": MARK, "tags": OURS}


def tag_list(tags):
    return [{"Key": key, "Value": value} for key, value in tags.items()]


@pytest.fixture
def network(emulator, client):
    return make_network(client)


@pytest.fixture
def theirs(client, network):
    """A domain of another tool: another key, another kind of sign-in, other settings."""
    key_id = client("kms").create_key()["KeyMetadata"]["KeyId"]
    return make_domain(client, network, AuthMode="SSO", KmsKeyId=key_id, Tags=tag_list(THEIRS))


def take(network, check=False, **options):
    our_key = options.pop(
        "kms_key_id", "arn:aws:kms:eu-central-1:111111111111:key/00000000-0000-0000-0000-000000000000"
    )
    wanted = {
        "domain_name": "team1",
        "auth_mode": "IAM",
        "vpc_id": network["vpc_id"],
        "subnet_ids": network["subnet_ids"],
        "kms_key_id": our_key,
        "home_efs_file_system_creation": "Disabled",
        "default_user_settings": {"execution_role": ROLE, "studio_web_portal": "ENABLED"},
    }
    return run_module("sagemaker_domain", check=check, **{**wanted, **ADOPT, **options})


def test_domain_is_taken_over_and_says_what_it_keeps(emulator, client, network, theirs):
    with no_writes(emulator):
        predicted = take(network, check=True)
    taken = take(network)
    assert predicted["diff"] == taken["diff"] and predicted["differences"] == taken["differences"]
    domain = taken["domain"]
    for same in ("domain_id", "home_efs_file_system_id", "kms_key_id", "auth_mode"):
        api = {"domain_id": "DomainId", "home_efs_file_system_id": "HomeEfsFileSystemId", "auth_mode": "AuthMode"}
        assert domain[same] == theirs[api.get(same, "KmsKeyId")], same
    assert domain["tags"] == {**THEIRS, **OURS, **MARK}
    assert domain["default_user_settings"]["studio_web_portal"] == "ENABLED"
    assert set(taken["differences"]) == {"auth_mode", "home_efs_file_system_creation", "kms_key_id"}
    assert taken["differences"]["auth_mode"] == {"present": "SSO", "wanted": "IAM"}
    with no_writes(emulator):
        again = take(network)
    assert again["changed"] is False and again["differences"] == taken["differences"]
    assert writes(emulator)[-2:] == ["AddTags", "UpdateDomain"]  # rights hang on tags


def test_domain_without_the_mark_is_ours_and_refuses_again(client, network, theirs):
    take(network)
    client("sagemaker").delete_tags(ResourceArn=theirs["DomainArn"], TagKeys=["Adopted"])
    with pytest.raises(ModuleFailed, match="auth_mode, home_efs_file_system_creation, kms_key_id can only be set"):
        take(network)


def test_domain_is_not_taken_over_without_the_word(client, network, theirs):
    with pytest.raises(ModuleFailed, match="can only be set when it is created"):
        take(network, adoption_tags=None)


def test_domain_of_another_platform_is_never_taken_over(client, network):
    make_domain(client, network, Tags=tag_list({"Platform": "other"}))
    with pytest.raises(ModuleFailed, match="is not ours: it is tagged Platform=other"):
        take(network)


def test_domain_in_another_vpc_is_refused(client, network, theirs):
    with pytest.raises(ModuleFailed, match="vpc_id can only be set when it is created"):
        take(make_network(client))


def test_domain_that_is_made_here_bears_no_mark(network):
    made = take(network, kms_key_id=None)
    assert made["domain"]["tags"] == OURS and "differences" not in made


def pool(check=False, **options):
    wanted = {
        "name": "studio",
        "username_configuration": {"case_sensitive": False},
        "policies": {"password_policy": {"minimum_length": 14}},
    }
    return run_module("cognito_user_pool", check=check, **{**wanted, **ADOPT, **options})


def test_pool_is_taken_over_with_its_users(emulator, client):
    cognito = client("cognito-idp")
    theirs = cognito.create_user_pool(PoolName="studio", UserPoolTags=THEIRS)["UserPool"]
    cognito.admin_create_user(UserPoolId=theirs["Id"], Username="ada", MessageAction="SUPPRESS")
    with no_writes(emulator):
        predicted = pool(check=True)
    taken = pool()
    assert predicted["diff"] == taken["diff"]
    assert taken["user_pool"]["id"] == theirs["Id"]
    assert taken["user_pool"]["tags"] == {**THEIRS, **OURS, **MARK}
    assert taken["user_pool"]["policies"]["password_policy"]["minimum_length"] == 14
    wanted = {"case_sensitive": False}
    assert taken["differences"]["username_configuration"]["wanted"] == wanted
    with no_writes(emulator):
        assert pool()["changed"] is False
    assert [user["Username"] for user in cognito.list_users(UserPoolId=theirs["Id"])["Users"]] == ["ada"]


def test_pool_that_is_made_here_bears_no_mark(emulator):
    made = pool()
    assert made["user_pool"]["tags"] == OURS and "differences" not in made
    assert pool()["changed"] is False


def test_endpoints_are_taken_over_with_our_group_beside_theirs(emulator, client, network):
    ec2 = client("ec2")
    for attribute in ("EnableDnsSupport", "EnableDnsHostnames"):
        ec2.modify_vpc_attribute(VpcId=network["vpc_id"], **{attribute: {"Value": True}})
    theirs, ours = network["group_ids"]
    sts, logs = (f"com.amazonaws.eu-central-1.{service}" for service in ("sts", "logs"))
    made = ec2.create_vpc_endpoint(
        VpcId=network["vpc_id"],
        ServiceName=sts,
        VpcEndpointType="Interface",
        SubnetIds=network["subnet_ids"][:1],
        SecurityGroupIds=[theirs],
        PrivateDnsEnabled=True,
        TagSpecifications=[{"ResourceType": "vpc-endpoint", "Tags": tag_list(THEIRS)}],
    )["VpcEndpoint"]
    wanted = {"subnet_ids": network["subnet_ids"][:2], "security_group_ids": [ours], "private_dns_enabled": True}
    options = {"vpc_id": network["vpc_id"], "endpoints": [{"service_name": name, **wanted} for name in (sts, logs)]}
    with no_writes(emulator):
        predicted = run_module("vpc_endpoints", check=True, **options, **ADOPT)
    taken = run_module("vpc_endpoints", **options, **ADOPT)
    assert predicted["diff"] == taken["diff"]
    shown = {endpoint["service_name"]: endpoint for endpoint in taken["vpc_endpoints"]}
    assert shown[sts]["vpc_endpoint_id"] == made["VpcEndpointId"]
    assert shown[sts]["security_group_ids"] == sorted([theirs, ours])
    assert shown[sts]["subnet_ids"] == network["subnet_ids"][:1]
    assert shown[sts]["tags"] == {**THEIRS, **OURS, **MARK} and shown[logs]["tags"] == OURS
    assert set(taken["differences"]) == {sts} and set(taken["differences"][sts]) == {"subnet_ids"}
    with no_writes(emulator):
        assert run_module("vpc_endpoints", **options, **ADOPT)["changed"] is False
    purge = {"purge": True, "purge_all": True, "purge_match_tags": OURS, "adoption_tags": MARK}
    gone = run_module("vpc_endpoints", vpc_id=network["vpc_id"], endpoints=[], **purge)
    assert gone["actions"] == {shown[logs]["vpc_endpoint_id"]: "delete"}
