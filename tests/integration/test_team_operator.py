# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The policies of who builds a team and takes it down: enough for the team, too few for others."""

import json
from contextlib import suppress
from functools import partial

import boto3
import pytest
from botocore.exceptions import ClientError

from tests.support.account import DATA_BUCKET, Account, naming
from tests.support.emulator_plugin import ACCOUNT
from tests.support.operator_roles import TRUST, make_policy, make_role, rewrite_policy, tell_what_is_lacking, without
from tests.support.team_changes import AGAIN, OWN_ROLE
from tests.unit.policies.operators import EXAMPLE, Names, team_boundary, team_policies

pytestmark = pytest.mark.long
TEAM, OTHER = "crew", "team2"
# What the playbooks say themselves is left out.
DESCRIPTION = {
    **{name: value for name, value in AGAIN.items() if name != "studio_private_sign_in"},
    "studio_users": [person for person in AGAIN["studio_users"] if person.get("execution_role_arn") != OWN_ROLE],
}
DENIED = {"AccessDenied", "AccessDeniedException", "UnauthorizedOperation"}
SHARED = ("vpc", "subnet", "vpc_endpoint", "rest_api", "function", "user_pool", "user_pool_client", "route_table")


BUILDING = ("team-reader", "team-studio", "team-access", "team-data")
EVERYTHING = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}


def boundary_arn(team):
    """The ARN of the boundary that an administrator makes for a team."""
    return f"arn:aws:iam::{ACCOUNT}:policy/{team}-boundary"


def policies_of(team, domain_id=""):
    """The policies of who builds a team and takes it down."""
    return team_policies(Names(EXAMPLE, team), boundary_arn(team), domain_id)


def make_boundary(account, team):
    """What a team's description says of the boundary that is made here."""
    arn = make_policy(account, f"{team}-boundary", team_boundary(Names(EXAMPLE, team)))
    return {"studio_permissions_boundary_arn": arn}


@pytest.fixture(scope="module")
def account(tmp_path_factory):
    """A platform with another team, where policies are enforced, and the role of the team's jobs."""
    account = Account("--auth", "--assume-tls")
    for playbook, variables in (("platform", {}), ("teams", {"domain_name": OTHER})):
        run = account.run(playbook, **variables)
        assert run.status == 0, run.output[-6000:]
    account.boundary = make_boundary(account, TEAM)
    policies = policies_of(TEAM)
    account.job_role, *account.job_policies = make_role(
        account, f"{TEAM}-job", {name: policies[name] for name in BUILDING}
    )
    yield account
    account.stop()


def job(account, playbook, *arguments, **variables):
    """Run a playbook of the team with the role of its jobs."""
    place = {"domain_name": TEAM, "new_team": True, "aws_role_arn": account.job_role}
    return account.run(playbook, *arguments, **{**place, **variables, **account.boundary})


@pytest.fixture(scope="module")
def built(account):
    """What there was of others before the team was built; then its domain is there, and the policies name it."""
    before = {item["id"]: item for item in account.get("resources?full=1")}
    run = job(account, "teams", **DESCRIPTION)
    assert run.status == 0, run.output[-6000:]
    policies = policies_of(TEAM, account.domain_id(TEAM))
    for name, arn in zip(BUILDING, account.job_policies, strict=True):
        rewrite_policy(account, arn, policies[name])
    account.boundary["studio_domain_id"] = account.domain_id(TEAM)
    return before


def differing(before, after):
    """The names of attributes that are not the same."""
    return {name for name in {*before, *after} if before.get(name) != after.get(name)}


def test_team_is_built_and_nothing_shared_or_of_others_changes(account, built):
    after = {item["id"]: item for item in account.get("resources?full=1")}
    assert [item for item in built if item not in after] == []
    assert naming(built.values(), OTHER).items() <= after.items()
    shared = {key: item for key, item in built.items() if item["type"] in SHARED}
    changed = {name for key, item in shared.items() for name in differing(item["attributes"], after[key]["attributes"])}
    assert {item["type"] for item in shared.values()} == set(SHARED)
    assert changed <= {"EstimatedNumberOfUsers"}
    assert account.domains(TEAM)[0]["Status"] == "InService"


def test_second_run_drift_check_and_link_work_with_these_rights(account, built, tmp_path):
    again = job(account, "teams", **DESCRIPTION)
    assert (again.status, again.changed) == (0, 0), again.output[-6000:]
    drift = job(account, "drift", drift_report_dir=str(tmp_path), drift_ask_cost_explorer=True, **DESCRIPTION)
    assert drift.status == 0, drift.output[-6000:]
    report = json.loads((tmp_path / f"{TEAM}.json").read_text())
    assert (report["error"], report["differences"]) == ("", [])
    # It tells the costs of all teams.
    assert "AccessDenied" in report["cost"]["error"] and "ce:GetCostAndUsage" in report["cost"]["error"]
    link = job(account, "open_studio", user="ada")
    assert link.status == 0, link.output[-6000:]


@pytest.fixture(scope="module")
def clients(account):
    """A function that gives clients with the rights of the team's jobs."""
    given = account.client("sts").assume_role(RoleArn=account.job_role, RoleSessionName="job")["Credentials"]
    session = boto3.Session(given["AccessKeyId"], given["SecretAccessKey"], given["SessionToken"])
    return lambda service, region="eu-central-1": session.client(service, region, endpoint_url=account.url)


def as_tags(team, platform="sagemaker-studio"):
    """The tags of a team's things, as SageMaker and EC2 take them."""
    return [{"Key": "DomainName", "Value": team}, {"Key": "Platform", "Value": platform}]


def as_key_tags(tags):
    """The same as KMS takes them."""
    return [{"TagKey": tag["Key"], "TagValue": tag["Value"]} for tag in tags]


def refusal(call, **arguments):
    """The code with which a call is refused, or None for one that is not."""
    try:
        call(**arguments)
    except ClientError as error:
        return error.response["Error"]["Code"]
    return None


def of_the_other(account):
    """Calls that reach for the other team, each (service, method, arguments)."""
    domain = account.domains(OTHER)[0]
    key = {"DomainId": domain["DomainId"]}
    prefix = f"sagemaker-studio--{OTHER}--eu-central-1"
    role = f"{prefix}-data-scientist"
    bucket = {"Bucket": DATA_BUCKET.format(OTHER)}
    tags = as_tags(TEAM)
    group = domain["DomainSettings"]["SecurityGroupIds"][0]
    (pool,) = account.client("cognito-idp").list_user_pools(MaxResults=10)["UserPools"]
    (shared_group,) = set(domain["DefaultUserSettings"]["SecurityGroups"]) - {group}
    rule = [{"IpProtocol": "-1", "UserIdGroupPairs": [{"GroupId": group}]}]
    return [
        ("sagemaker", "update_domain", {**key, "AppNetworkAccessType": "VpcOnly"}),
        (
            "sagemaker",
            "update_domain",
            {"DomainId": account.domain_id(TEAM), "AppNetworkAccessType": "PublicInternetOnly"},
        ),
        ("sagemaker", "delete_domain", key),
        ("sagemaker", "add_tags", {"ResourceArn": domain["DomainArn"], "Tags": tags}),
        ("sagemaker", "delete_user_profile", {**key, "UserProfileName": "second-user"}),
        ("sagemaker", "create_presigned_domain_url", {**key, "UserProfileName": "second-user"}),
        (
            "kms",
            "tag_resource",
            {"KeyId": domain["KmsKeyId"], "Tags": as_key_tags(tags)},
        ),
        ("ec2", "create_tags", {"Resources": [group], "Tags": tags}),
        ("ec2", "create_tags", {"Resources": [shared_group], "Tags": tags}),
        ("ec2", "create_tags", {"Resources": domain["SubnetIds"], "Tags": tags}),
        ("efs", "tag_resource", {"ResourceId": domain["HomeEfsFileSystemId"], "Tags": tags}),
        ("s3", "put_bucket_policy", {**bucket, "Policy": "{}"}),
        ("s3", "delete_bucket", bucket),
        ("iam", "put_role_policy", {"RoleName": role, "PolicyName": "x", "PolicyDocument": "{}"}),
        ("iam", "attach_role_policy", {"RoleName": role, "PolicyArn": boundary_arn(TEAM)}),
        ("iam", "create_role", {"RoleName": f"sagemaker-studio--{TEAM}--x", "AssumeRolePolicyDocument": "{}"}),
        ("iam", "create_role", {"RoleName": "administrator", "AssumeRolePolicyDocument": "{}"}),
        ("iam", "attach_role_policy", {"RoleName": f"{TEAM}-job", "PolicyArn": boundary_arn(TEAM)}),
        ("kms", "schedule_key_deletion", {"KeyId": f"alias/sagemaker-studio/{OTHER}"}),
        ("kms", "put_key_policy", {"KeyId": domain["KmsKeyId"], "PolicyName": "default", "Policy": "{}"}),
        ("ec2", "authorize_security_group_ingress", {"GroupId": group, "IpPermissions": rule}),
        ("cognito-idp", "delete_user_pool", {"UserPoolId": pool["Id"]}),
        ("cognito-idp", "update_user_pool", {"UserPoolId": pool["Id"]}),
        ("cognito-idp", "create_user_pool_client", {"UserPoolId": pool["Id"], "ClientName": "mine"}),
        ("lambda", "get_function", {"FunctionName": "somebody-elses"}),
        ("lambda", "update_function_code", {"FunctionName": "sagemaker-studio-presigned-url", "ZipFile": b"x"}),
        ("ec2", "delete_vpc_endpoints", {"VpcEndpointIds": ["vpce-00000001"]}),
    ]


def test_nothing_of_others_and_nothing_shared_can_be_changed(account, built, clients):
    tried = {}
    for number, (service, method, arguments) in enumerate(of_the_other(account)):
        tried[number, service, method] = refusal(getattr(clients(service), method), **arguments)
    assert {name: code for name, code in tried.items() if code not in DENIED} == {}


def into_the_domain_of_the_other(account):
    """Calls that make something in the other team's domain, with the own team's tags, each (method, arguments)."""
    place = {"DomainId": account.domain_id(OTHER), "Tags": as_tags(TEAM)}
    owner = {"OwnershipSettings": {"OwnerUserProfileName": "second-user"}}
    return [
        ("create_user_profile", {**place, "UserProfileName": "guest"}),
        *(
            ("create_space", {**place, **owner, "SpaceName": "hole", "SpaceSharingSettings": {"SharingType": sharing}})
            for sharing in ("Shared", "Private")
        ),
    ]


def test_nothing_is_made_in_the_domain_of_the_other(account, built, clients):
    """A profile without a role of its own would work with the role of that domain."""
    for method, arguments in into_the_domain_of_the_other(account):
        assert refusal(getattr(clients("sagemaker"), method), **arguments) in DENIED, (method, arguments)


def as_another_teams(account, clients):
    """Calls that pass a thing of the team off as another's, or take off what tells whose it is."""
    domain = account.domains(TEAM)[0]
    (group,) = domain["DomainSettings"]["SecurityGroupIds"]
    studio = {"ResourceArn": domain["DomainArn"]}
    homes, key = {"ResourceId": domain["HomeEfsFileSystemId"]}, {"KeyId": domain["KmsKeyId"]}
    for tags in (as_tags(OTHER), as_tags(OTHER)[:1], as_tags(TEAM, "another")[1:]):
        yield clients("sagemaker").add_tags, {**studio, "Tags": tags}
        yield clients("ec2").create_tags, {"Resources": [group], "Tags": tags}
        yield clients("efs").tag_resource, {**homes, "Tags": tags}
        yield clients("kms").tag_resource, {**key, "Tags": as_key_tags(tags)}
    for name in ("DomainName", "Platform"):
        yield clients("sagemaker").delete_tags, {**studio, "TagKeys": [name]}
        yield clients("ec2").delete_tags, {"Resources": [group], "Tags": [{"Key": name}]}
        yield clients("efs").untag_resource, {**homes, "TagKeys": [name]}
        yield clients("kms").untag_resource, {**key, "TagKeys": [name]}


def test_what_is_the_teams_stays_the_teams(account, built, clients):
    for call, arguments in as_another_teams(account, clients):
        assert refusal(call, **arguments) in DENIED, (call, arguments)


def test_names_of_other_teams_roles_and_policies_are_not_taken(account, built, clients):
    """IAM knows a name once in an account, whatever its path."""
    iam, name = clients("iam"), "sagemaker-studio--team4--eu-central-1"
    own, bound = f"sagemaker-studio--{TEAM}--eu-central-1", {"PermissionsBoundary": boundary_arn(TEAM)}
    paths = (f"/sagemaker-studio/{TEAM}/eu-central-1/", f"/{own}-x/")
    below = f"/sagemaker-studio/{TEAM}/eu-central-1/{own}-person-x/"
    for path in (*paths, below):
        role = {"RoleName": f"{name}-data-scientist", "Path": path, "AssumeRolePolicyDocument": "{}", **bound}
        assert refusal(iam.create_role, **role) in DENIED, path
        policy = {"PolicyName": f"{name}-team", "Path": path, "PolicyDocument": json.dumps(EVERYTHING)}
        assert refusal(iam.create_policy, **policy) in DENIED, path


def test_boundary_cannot_be_changed(account, built, clients):
    version = {"PolicyArn": boundary_arn(TEAM), "PolicyDocument": json.dumps(EVERYTHING), "SetAsDefault": True}
    assert refusal(clients("iam").create_policy_version, **version) in DENIED


def test_role_with_all_rights_reads_nothing_of_others(account, built, clients):
    """Who builds a team may write a role's rights, and its trust; the boundary holds all the same."""
    iam, role = clients("iam"), f"sagemaker-studio--{TEAM}--eu-central-1-space"
    account.client("s3").put_object(Bucket=DATA_BUCKET.format(OTHER), Key="secret", Body=b"theirs")
    iam.put_role_policy(RoleName=role, PolicyName="all", PolicyDocument=json.dumps(EVERYTHING))
    iam.detach_role_policy(RoleName=role, PolicyArn=f"arn:aws:iam::{ACCOUNT}:policy/{role.replace('-space', '-team')}")
    iam.update_assume_role_policy(RoleName=role, PolicyDocument=json.dumps({**EVERYTHING, "Statement": [TRUST]}))
    given = account.client("sts").assume_role(RoleArn=f"arn:aws:iam::{ACCOUNT}:role/{role}", RoleSessionName="attack")
    keys = given["Credentials"]
    session = boto3.Session(keys["AccessKeyId"], keys["SecretAccessKey"], keys["SessionToken"])
    s3, studio = (session.client(service, "eu-central-1", endpoint_url=account.url) for service in ("s3", "sagemaker"))
    assert refusal(studio.list_domains) is None, "what the boundary allows, all rights give"
    assert refusal(s3.get_object, Bucket=DATA_BUCKET.format(OTHER), Key="secret") in DENIED
    job(account, "teams", **DESCRIPTION)


def of_other_regions(account):
    """Calls for the team's own things in another region, each (service, method, arguments)."""
    tags = as_tags(TEAM)
    own, place = (
        f"sagemaker-studio--{TEAM}--eu-west-1",
        {"CreateBucketConfiguration": {"LocationConstraint": "eu-west-1"}},
    )
    return [
        ("sagemaker", "create_image", {"ImageName": "x", "RoleArn": account.job_role, "Tags": tags}),
        ("sagemaker", "list_domains", {}),
        ("kms", "create_key", {"Tags": as_key_tags(tags)}),
        ("ec2", "describe_vpcs", {}),
        ("s3", "create_bucket", {"Bucket": f"{own}-{ACCOUNT}", **place}),
        ("iam", "put_role_policy", {"RoleName": f"{own}-data-scientist", "PolicyName": "x", "PolicyDocument": "{}"}),
        ("iam", "delete_role", {"RoleName": f"{own}-data-scientist"}),
    ]


def test_nothing_can_be_done_in_other_regions(account, built, clients):
    tried = {}
    for service, method, arguments in of_other_regions(account):
        tried[service, method] = refusal(getattr(clients(service, "eu-west-1"), method), **arguments)
    assert {name: code for name, code in tried.items() if code not in DENIED} == {}


def leave_home(account, team):
    """Leave the file system of an earlier domain, as a run does that is killed while the domain goes."""
    earlier = f"arn:aws:sagemaker:eu-central-1:{ACCOUNT}:domain/d-earlier"
    tags = [*as_tags(team), {"Key": "ManagedByAmazonSageMakerResource", "Value": earlier}]
    account.client("efs").create_file_system(CreationToken=f"{team}-earlier", Tags=tags)


def life(account, team, lacking=()):
    """The runs of a team's life, in order, by who has all policies of a team but for the statements that lack."""
    described = {**DESCRIPTION, **make_boundary(account, team), "studio_tags": {"CostCenter": "4711", "Owner": "ada"}}
    policies = without(policies_of(team), lacking)
    run = partial(
        account.run, domain_name=team, new_team=True, aws_role_arn=make_role(account, f"{team}-operator", policies)[0]
    )
    fewer = [person for person in DESCRIPTION["studio_users"] if person["name"] == "ada"]
    changes = {"studio_tags": {"CostCenter": "42"}, "studio_ebs_default_gb": 18, "studio_users": fewer}
    changed = {**described, **changes}
    # As in an account that never had a domain.
    with suppress(ClientError):
        account.client("iam").delete_service_linked_role(RoleName="AWSServiceRoleForAmazonSageMakerNotebooks")
    yield run("teams", **described)
    account.work(team, "ada")
    leave_home(account, team)
    yield run("teams", **changed, studio_remove_unlisted_people=True)
    yield run("open_studio", user="ada")
    yield run("destroy", confirm=team, **changed)


def test_whole_life_of_a_team(account):
    before = {item["id"] for item in account.get("resources")}
    for run in life(account, "whole"):
        assert run.status == 0, run.output[-6000:]
    left = {item["id"] for item in account.get("resources")} - before
    assert [one for one in left if "whole" in one and "whole-operator" not in one and "whole-boundary" not in one] == []


STATEMENTS = [
    (name, statement)
    for name, policy in policies_of(TEAM).items()
    if name != "team-reader"
    for statement in policy["Statement"]
    # What is refused is tried above.
    if statement["Effect"] == "Allow"
]


@pytest.mark.parametrize(("name", "statement"), STATEMENTS, ids=[f"{name}-{one['Sid']}" for name, one in STATEMENTS])
def test_run_without_a_statement_says_which_right_it_lacks_and_on_what(account, name, statement):
    runs = life(account, statement["Sid"].lower()[:24], {(name, statement["Sid"])})
    tell_what_is_lacking(next((run for run in runs if run.status != 0), None), statement)
