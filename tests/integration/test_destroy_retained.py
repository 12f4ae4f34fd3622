# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is kept of a team, what somebody else attached to it, and what is not ours to take away."""

import json

import pytest

from tests.support.account import DATA_BUCKET
from tests.support.roles import make_log_role, make_role

NOTHING = {"home_efs": False, "data_bucket": False, "access_logs": False, "kms_key": False, "people": False}
# What stays of team1, by type, for each thing that studio_retain can keep; a key has its alias.
KEPT = {
    "home_efs": {"file_system", "key", "alias"},
    "data_bucket": {"bucket", "key", "alias"},
    "access_logs": {"bucket"},
    "kms_key": {"key", "alias"},
    "people": {"user"},
}
OWN_PERSON = "demo-user"


def left_of(account, team):
    """What is there of a team: its own by name or tag, and the person that is in no other."""
    found = [item for item in account.get("resources") if item["type"] not in ("user_pool", "log_group")]
    return [item for item in found if team in json.dumps(item) or item["name"] == OWN_PERSON]


def said(run):
    return " ".join(run.output.split())


@pytest.mark.long
@pytest.mark.parametrize("thing", KEPT)
def test_each_thing_can_be_kept_alone(deployed, thing):
    account = deployed()
    run = account.destroy("team1", studio_retain={**NOTHING, thing: True})
    assert run.status == 0, run.output[-6000:]
    left = left_of(account, "team1")
    assert {item["type"] for item in left} == KEPT[thing]
    for item in left:
        if item["type"] not in ("alias", "user"):
            assert item["tags"]["Retained"] == "true"
            assert item["id"].rpartition(":")[2].rpartition("/")[2] in said(run), item
    if thing == "people":
        cognito = account.client("cognito-idp")
        assert cognito.admin_get_user(UserPoolId=account.pool_id(), Username=OWN_PERSON)["Enabled"] is True
        assert f"the people in user pool {account.pool_id()}" in said(run)
    if thing == "data_bucket":
        bucket = DATA_BUCKET.format("team1")
        assert account.client("s3").get_object(Bucket=bucket, Key="data.csv")["Body"].read() == b"second"
        assert f"aws s3 ls s3://{bucket}" in said(run)
    # Things carry a tag that tells later runs to leave them alone; people have none.
    told = {"studio_retain": {"people": True}} if thing == "people" else {}
    again = account.destroy("team1", **told)
    assert (again.status, again.changed) == (0, 0), again.output[-6000:]
    assert left_of(account, "team1") == left


@pytest.mark.long
def test_team_made_anew_takes_its_bucket_back_and_never_the_old_file_system(deployed):
    account = deployed()
    run = account.destroy("team1", studio_retain={**NOTHING, "home_efs": True, "data_bucket": True})
    assert run.status == 0, run.output[-6000:]
    kept = {item["type"]: item for item in left_of(account, "team1")}
    old = kept["file_system"]["id"].rpartition("/")[2]
    run = account.run("teams", domain_name="team1")
    assert run.status == 0, run.output[-6000:]
    (domain,) = account.domains("team1")
    assert domain["HomeEfsFileSystemId"] != old
    assert domain["KmsKeyId"] == kept["key"]["id"]
    efs, s3 = account.client("efs"), account.client("s3")
    assert efs.describe_mount_targets(FileSystemId=old)["MountTargets"] == []
    bucket = DATA_BUCKET.format("team1")
    assert s3.get_object(Bucket=bucket, Key="data.csv")["Body"].read() == b"second"
    assert "Retained" not in {tag["Key"] for tag in s3.get_bucket_tagging(Bucket=bucket)["TagSet"]}
    run = account.destroy("team1")
    assert run.status == 0, run.output[-6000:]
    # The file system stays until somebody deletes it, and its key with it.
    assert {item["type"]: item["id"] for item in left_of(account, "team1")} == {
        name: kept[name]["id"] for name in ("file_system", "key", "alias")
    }


@pytest.mark.long
def test_backups_are_made_and_go_when_the_run_is_told_what_becomes_of_them(deployed):
    account = deployed()
    run = account.run("teams", domain_name="team1", studio_backup=True)
    assert run.status == 0, run.output[-6000:]
    again = account.run("teams", domain_name="team1", studio_backup=True)
    assert (again.status, again.changed) == (0, 0), again.output[-6000:]
    backup, (domain,) = account.client("backup"), account.domains("team1")
    (plan,) = backup.list_backup_plans()["BackupPlansList"]
    key = {"BackupPlanId": plan["BackupPlanId"]}
    (listed,) = backup.list_backup_selections(**key)["BackupSelectionsList"]
    selected = backup.get_backup_selection(**key, SelectionId=listed["SelectionId"])["BackupSelection"]["Resources"]
    assert {arn.rpartition(":")[2].rpartition("/")[2] for arn in selected} == {
        DATA_BUCKET.format("team1"),
        domain["HomeEfsFileSystemId"],
    }
    vault = "sagemaker-studio--team1"
    assert backup.describe_backup_vault(BackupVaultName=vault)["EncryptionKeyArn"] == domain["KmsKeyId"]
    backup.start_backup_job(BackupVaultName=vault, ResourceArn=selected[0], IamRoleArn=listed["IamRoleArn"])
    account.writes()
    run = account.destroy("team1", "--check")
    assert run.status == 0, run.output[-6000:]
    assert "the run itself will stop and ask: Team team1 has 1 backups in the vault" in said(run)
    run = account.destroy("team1")
    assert run.status != 0 and "has 1 backups in the vault" in said(run), run.output[-6000:]
    assert account.writes() == []
    run = account.destroy("team1", studio_retain={"backups": True})
    assert run.status == 0, run.output[-6000:]
    assert {item["type"] for item in left_of(account, "team1")} == {"backup_vault", "recovery_point", "key", "alias"}
    assert f"--backup-vault-name {vault}" in said(run)
    again = account.destroy("team1")
    assert (again.status, again.changed) == (0, 0), again.output[-6000:]


@pytest.mark.long
def test_backups_go_with_the_team_when_the_run_is_told_so(deployed):
    account = deployed()
    run = account.run("teams", domain_name="team1", studio_backup=True)
    assert run.status == 0, run.output[-6000:]
    (role,) = (item["id"] for item in account.get("resources") if item["name"].endswith("--eu-central-1-backup"))
    bucket = f"arn:aws:s3:::{DATA_BUCKET.format('team1')}"
    account.client("backup").start_backup_job(
        BackupVaultName="sagemaker-studio--team1", ResourceArn=bucket, IamRoleArn=role
    )
    run = account.destroy("team1", studio_retain={"backups": False})
    assert run.status == 0, run.output[-6000:]
    assert "backup vault sagemaker-studio--team1 with 0.00 Bytes in 1 recovery points" in said(run)
    assert left_of(account, "team1") == []


@pytest.mark.long
def test_what_somebody_else_attached_is_named_and_stops_the_run(deployed):
    account = deployed()
    ec2 = account.client("ec2")
    (group,) = ec2.describe_security_groups(Filters=[{"Name": "group-name", "Values": ["sagemaker-studio--team1"]}])[
        "SecurityGroups"
    ]
    (subnet, *_others) = ec2.describe_subnets(Filters=[{"Name": "vpc-id", "Values": [group["VpcId"]]}])["Subnets"]
    interface = ec2.create_network_interface(
        SubnetId=subnet["SubnetId"], Groups=[group["GroupId"]], Description="a notebook of mine"
    )["NetworkInterface"]["NetworkInterfaceId"]
    other = ec2.create_security_group(GroupName="mine", Description="mine", VpcId=group["VpcId"])["GroupId"]
    rule = {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "UserIdGroupPairs": [{"GroupId": group["GroupId"]}]}
    ec2.authorize_security_group_ingress(GroupId=other, IpPermissions=[rule])
    texts = (interface, "a notebook of mine", f"a rule of {other}", *attached_by_hand(account))
    account.writes()
    for arguments in ([], ["--check"]):
        run = account.destroy("team1", *arguments)
        assert run.status != 0
        for text in texts:
            assert text in said(run), run.output[-6000:]
        assert account.writes() == []


def attached_by_hand(account):
    """Let others use a script, policies and a role of team1; what a run has to say of each."""
    iam, sagemaker = account.client("iam"), account.client("sagemaker")
    script = "sagemaker-studio--team1--by-hand"
    arn = sagemaker.create_studio_lifecycle_config(
        StudioLifecycleConfigName=script,
        StudioLifecycleConfigContent="ZWNobw==",
        StudioLifecycleConfigAppType="JupyterLab",
        Tags=[{"Key": "Platform", "Value": "sagemaker-studio"}, {"Key": "DomainName", "Value": "team1"}],
    )["StudioLifecycleConfigArn"]
    settings = {"JupyterLabAppSettings": {"LifecycleConfigArns": [arn]}}
    for team in ("team1", "team2"):
        sagemaker.create_user_profile(DomainId=account.domain_id(team), UserProfileName="guest", UserSettings=settings)
    policies = {policy["PolicyName"]: policy["Arn"] for policy in iam.list_policies(Scope="Local")["Policies"]}
    prefix = "sagemaker-studio--team1--eu-central-1"
    iam.create_user(UserName="bob", PermissionsBoundary=policies[f"{prefix}-lead"])
    iam.attach_user_policy(UserName="bob", PolicyArn=policies[f"{prefix}-team"])
    make_role(iam, "theirs", "lambda.amazonaws.com")
    iam.attach_role_policy(RoleName="theirs", PolicyArn=policies[f"{prefix}-team"])
    iam.create_instance_profile(InstanceProfileName="machine")
    iam.add_role_to_instance_profile(InstanceProfileName="machine", RoleName=f"{prefix}-lead")
    return (
        f"{script} is still used by user profile guest of {account.domain_id('team2')}.",
        f"Policy {prefix}-team is attached to role theirs, user bob, which",
        f"Policy {prefix}-lead is the permissions boundary of user bob, which",
        f"Role {prefix}-lead is in instance profile machine, which",
    )


@pytest.mark.long
def test_foreign_role_of_api_gateway_stays(deployed):
    account = deployed()
    arn = make_log_role(account.client("iam"), "somebody-elses-logs")
    gateway = account.client("apigateway")
    gateway.update_account(patchOperations=[{"op": "replace", "path": "/cloudwatchRoleArn", "value": arn}])
    for run in (account.destroy("team1"), account.destroy("team2"), account.destroy_platform()):
        assert run.status == 0, run.output[-6000:]
    assert gateway.get_account()["cloudwatchRoleArn"] == arn
    assert {item["name"] for item in account.get("resources")} == {"somebody-elses-logs", arn}
