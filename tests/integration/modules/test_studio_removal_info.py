# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""studio_removal_info. The emulator has neither jobs nor endpoints, so their lists here are given to it."""

import json

import pytest

from emulator.sagemaker import service
from tests.support.ansible_module import ModuleFailed, run_module
from tests.support.calls import no_writes, set_faults
from tests.support.roles import make_role
from tests.support.studio import make_domain, make_network, settled

NAMES = ("team1--churn", "other-team1--churn", "team1-2--churn", "team1--a")
LISTS = {
    "ListEndpoints": ("Endpoints", "Endpoint", "InService"),
    "ListTrainingJobs": ("TrainingJobSummaries", "TrainingJob", "InProgress"),
    "ListProcessingJobs": ("ProcessingJobSummaries", "ProcessingJob", "InProgress"),
    "ListTransformJobs": ("TransformJobSummaries", "TransformJob", "InProgress"),
    "ListHyperParameterTuningJobs": ("HyperParameterTuningJobSummaries", "HyperParameterTuningJob", "InProgress"),
    "ListMonitoringSchedules": ("MonitoringScheduleSummaries", "MonitoringSchedule", "Scheduled"),
}
KINDS = (
    "endpoint",
    "training job",
    "processing job",
    "transform job",
    "hyper parameter tuning job",
    "monitoring schedule",
)
TAGS = {"Platform": "p", "DomainName": "team1"}
TAG_LIST = [{"Key": key, "Value": value} for key, value in TAGS.items()]
POLICY_ARN = "arn:aws:iam::111111111111:policy/p--team1--{}"
ALLOW = json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:List*", "Resource": "*"}]})
USERS = ("security_group_users", "lifecycle_config_users", "policy_users", "role_users")
PERSON_PATH = "/p/team1/eu-central-1/"


def look():
    return run_module(
        "studio_removal_info",
        domain_name="team1",
        domain_tags={"Platform": "p"},
        work_prefix="team1--",
        backup_vault_name="p--team1",
        security_group_name="p--team1",
        lifecycle_config_prefix="p--team1--",
        match_tags=TAGS,
        policy_arns=[POLICY_ARN.format(name) for name in ("team", "jobs", "options")],
        role_names=["p--team1-lead", "p--team1-backup"],
        role_path=PERSON_PATH,
    )


def listing(member, noun, status):
    """An operation that answers with all NAMES that its request does not leave out."""
    now = {
        "CreationTime": 1,
        "LastModifiedTime": 1,
        f"{noun}Arn": f"arn:aws:sagemaker:eu-central-1:111111111111:{noun}/x",
    }

    def answer(request):
        assert request.get("StatusEquals", status) == status and (noun == "Endpoint" or "StatusEquals" in request)
        names = [name for name in NAMES if request["NameContains"] in name]
        return {member: [{f"{noun}Name": name, f"{noun}Status": status, **now} for name in names]}

    return answer


@pytest.fixture
def busy(emulator, monkeypatch):
    for operation, row in LISTS.items():
        monkeypatch.setitem(service.OPERATIONS, operation, listing(*row))


def test_nothing_is_found_of_a_team_that_is_not_there(emulator):
    with no_writes(emulator):
        found = look()
    nothing = {"domains": [], "running_work": [], "backup_vault": {}, **{key: [] for key in USERS}}
    assert found["changed"] is False and nothing.items() <= found.items()


def test_domains_and_backups(client):
    network = make_network(client)
    domain = make_domain(client, network)
    make_domain(client, network, "team2")
    client("backup").create_backup_vault(BackupVaultName="p--team1", BackupVaultTags=TAGS)
    found = look()
    assert [one["domain_id"] for one in found["domains"]] == [domain["DomainId"]]
    vault = found["backup_vault"]
    assert vault["tags"] == TAGS and vault["number_of_recovery_points"] == vault["size_in_bytes"] == 0


def test_what_others_attached_to_the_group_is_named(client):
    ec2 = client("ec2")
    network = make_network(client)
    specification = [{"ResourceType": "security-group", "Tags": TAG_LIST}]
    group, other = (
        ec2.create_security_group(GroupName=name, Description=name, VpcId=network["vpc_id"], **options)["GroupId"]
        for name, options in (("p--team1", {"TagSpecifications": specification}), ("other", {}))
    )
    assert look()["security_group_users"] == []
    rule = [{"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "UserIdGroupPairs": [{"GroupId": group}]}]
    ec2.authorize_security_group_ingress(GroupId=other, IpPermissions=rule)
    interface = ec2.create_network_interface(SubnetId=network["subnet_ids"][0], Groups=[group], Description="theirs")
    (sentence,) = look()["security_group_users"]
    assert f"a rule of {other}" in sentence and interface["NetworkInterface"]["NetworkInterfaceId"] in sentence


def test_what_runs_is_named_by_kind_and_name(busy):
    found = look()["running_work"]
    assert [(one["kind"], one["name"]) for one in found] == [
        (kind, name) for kind in KINDS for name in ("team1--a", "team1--churn")
    ]
    assert {one["status"] for one in found} == {"InService", "InProgress", "Scheduled"}


def test_executions_of_pipelines_are_named(emulator, monkeypatch):
    asked = []

    def pipelines(request):
        assert request["PipelineNamePrefix"] == "team1"
        never = [{"PipelineName": "team1--never"}]
        return {"PipelineSummaries": [{"PipelineName": name, "LastExecutionTime": 1} for name in NAMES] + never}

    def executions(request):
        asked.append(request["PipelineName"])
        arn = f"arn:aws:sagemaker:eu-central-1:111111111111:pipeline/{request['PipelineName']}/execution/"
        statuses = ("Executing", "Succeeded", "Stopping", "Failed", "Stopped")
        shown = [{"PipelineExecutionArn": arn + one, "PipelineExecutionStatus": one} for one in statuses]
        return {"PipelineExecutionSummaries": shown}

    monkeypatch.setitem(service.OPERATIONS, "ListPipelines", pipelines)
    monkeypatch.setitem(service.OPERATIONS, "ListPipelineExecutions", executions)
    found = look()["running_work"]
    assert sorted(asked) == ["team1--a", "team1--churn"]
    assert [(one["kind"], one["name"], one["status"]) for one in found] == [
        ("pipeline execution", f"{name}/execution/{status}", status)
        for name in sorted(asked)
        for status in ("Executing", "Stopping")
    ]


def test_lifecycle_configuration_that_stays_in_use_is_named(client):
    sagemaker, network = client("sagemaker"), make_network(client)
    arns = [
        sagemaker.create_studio_lifecycle_config(
            StudioLifecycleConfigName=name,
            StudioLifecycleConfigContent="ZWNobw==",
            StudioLifecycleConfigAppType="JupyterLab",
            Tags=tags,
        )["StudioLifecycleConfigArn"]
        for name, tags in (
            ("p--team1--proxy-0123abcd", TAG_LIST),
            ("p--team1--other-0123abcd", TAG_LIST),
            ("p--team1--by-hand", []),
        )
    ]

    def settings(*wanted):
        return {"JupyterLabAppSettings": {"LifecycleConfigArns": list(wanted)}}

    own = make_domain(client, network, Tags=[{"Key": "Platform", "Value": "p"}])["DomainId"]
    other = make_domain(client, network, "other")["DomainId"]
    namesake = make_domain(client, network)["DomainId"]
    sagemaker.update_domain(DomainId=own, DefaultUserSettings=settings(*arns))
    settled(lambda: sagemaker.describe_domain(DomainId=own))
    for domain_id, wanted in ((own, arns[:1]), (other, arns[:1]), (namesake, arns[2:])):
        key = {"DomainId": domain_id, "UserProfileName": "ada"}
        sagemaker.create_user_profile(**key, UserSettings=settings(*wanted))
        settled(lambda key=key: sagemaker.describe_user_profile(**key))
    (sentence,) = look()["lifecycle_config_users"]
    assert f"p--team1--proxy-0123abcd is still used by user profile ada of {other}." in sentence
    sagemaker.update_domain(DomainId=namesake, DefaultUserSettings=settings(arns[1]))
    settled(lambda: sagemaker.describe_domain(DomainId=namesake))
    assert "p--team1--other-0123abcd is still used by domain team1." in " ".join(look()["lifecycle_config_users"])


@pytest.fixture
def policies(client):
    """Two of the team's three policies, attached to its role and to the role of a person; their ARNs."""
    iam = client("iam")
    arns = [
        iam.create_policy(PolicyName=f"p--team1--{name}", PolicyDocument=ALLOW)["Policy"]["Arn"]
        for name in ("team", "jobs")
    ]
    make_role(iam, "p--team1-lead", "sagemaker.amazonaws.com")
    trust = json.dumps({"Version": "2012-10-17", "Statement": []})
    iam.create_role(RoleName="p--team1-ada", Path=PERSON_PATH, AssumeRolePolicyDocument=trust)
    for role in ("p--team1-lead", "p--team1-ada"):
        iam.attach_role_policy(RoleName=role, PolicyArn=arns[0])
    return arns


def test_who_uses_a_policy_is_named(client, policies):
    iam = client("iam")
    assert look()["policy_users"] == []
    make_role(iam, "theirs", "lambda.amazonaws.com")
    iam.create_user(UserName="bob", PermissionsBoundary=policies[1])
    iam.create_group(GroupName="ops")
    iam.attach_role_policy(RoleName="theirs", PolicyArn=policies[0])
    iam.attach_user_policy(UserName="bob", PolicyArn=policies[0])
    iam.attach_group_policy(GroupName="ops", PolicyArn=policies[0])
    iam.put_role_permissions_boundary(RoleName="p--team1-lead", PermissionsBoundary=policies[1])
    attached, bounds = look()["policy_users"]
    assert attached.startswith("Policy p--team1--team is attached to group ops, role theirs, user bob, which")
    assert bounds.startswith("Policy p--team1--jobs is the permissions boundary of role p--team1-lead, user bob, which")


def test_instance_profile_with_a_role_is_named(emulator, client, policies):
    iam = client("iam")
    make_role(iam, "theirs", "ec2.amazonaws.com")
    for profile, role in (("a", "p--team1-lead"), ("b", "p--team1-ada"), ("c", "theirs"), ("d", None)):
        iam.create_instance_profile(InstanceProfileName=profile)
        if role:
            iam.add_role_to_instance_profile(InstanceProfileName=profile, RoleName=role)
    assert [sentence.partition(",")[0] for sentence in look()["role_users"]] == [
        "Role p--team1-lead is in instance profile a",
        "Role p--team1-ada is in instance profile b",
    ]
    set_faults(emulator, {"service": "iam", "operation": "ListInstanceProfiles", "error": "AccessDenied"})
    result = look()
    assert result["role_users"] == [] and "Nobody looked for instance profiles" in str(result["warnings"])
    set_faults(emulator, {"service": "iam", "operation": "ListInstanceProfiles", "error": "ValidationError"})
    with pytest.raises(ModuleFailed, match="ValidationError"):
        look()


def test_list_that_may_not_be_read_is_left_out_with_a_warning(emulator, busy):
    set_faults(emulator, {"service": "sagemaker", "operation": "ListEndpoints", "error": "AccessDeniedException"})
    result = look()
    assert len(result["running_work"]) == 10
    assert "Nobody looked for endpoints" in str(result["warnings"])


def test_kind_that_a_region_does_not_have_is_passed_over(emulator, busy):
    faults = [
        {"service": "sagemaker", "operation": operation, "error": "UnknownOperationException"}
        for operation in ("ListMonitoringSchedules", "ListPipelines")
    ]
    set_faults(emulator, *faults)
    result = look()
    assert len(result["running_work"]) == 10 and "warnings" not in result


def test_other_errors_are_not_passed_over(emulator, busy):
    set_faults(emulator, {"service": "sagemaker", "operation": "ListTrainingJobs", "error": "ValidationException"})
    with pytest.raises(ModuleFailed, match="ValidationException"):
        look()
