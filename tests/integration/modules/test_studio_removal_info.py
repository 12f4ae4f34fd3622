# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""studio_removal_info. The emulator has neither jobs nor endpoints, so their lists here are given to it."""

import pytest

from emulator.sagemaker import service
from tests.support.ansible_module import ModuleFailed, run_module
from tests.support.calls import no_writes, set_faults
from tests.support.studio import make_domain, make_network

NAMES = ("team1--churn", "other-team1--churn", "team1-2--churn", "team1--a")
LISTS = {
    "ListEndpoints": ("Endpoints", "Endpoint", "InService"),
    "ListTrainingJobs": ("TrainingJobSummaries", "TrainingJob", "InProgress"),
    "ListProcessingJobs": ("ProcessingJobSummaries", "ProcessingJob", "InProgress"),
    "ListTransformJobs": ("TransformJobSummaries", "TransformJob", "InProgress"),
}


TAGS = {"Platform": "p", "DomainName": "team1"}


def look():
    return run_module(
        "studio_removal_info",
        domain_name="team1",
        work_prefix="team1--",
        backup_vault_name="p--team1",
        security_group_name="p--team1",
        match_tags=TAGS,
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
    nothing = {"domains": [], "running_work": [], "backup_vault": {}, "security_group_users": []}
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
    tags = [{"Key": name, "Value": value} for name, value in TAGS.items()]
    specification = [{"ResourceType": "security-group", "Tags": tags}]
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
    kinds = ("endpoint", "training job", "processing job", "transform job")
    assert [(one["kind"], one["name"]) for one in found] == [
        (kind, name) for kind in kinds for name in ("team1--a", "team1--churn")
    ]
    assert {one["status"] for one in found} == {"InService", "InProgress"}


def test_list_that_may_not_be_read_is_left_out_with_a_warning(emulator, busy):
    set_faults(emulator, {"service": "sagemaker", "operation": "ListEndpoints", "error": "AccessDeniedException"})
    result = look()
    assert len(result["running_work"]) == 6
    assert "Nobody looked for endpoints" in str(result["warnings"])


def test_other_errors_are_not_passed_over(emulator, busy):
    set_faults(emulator, {"service": "sagemaker", "operation": "ListTrainingJobs", "error": "ValidationException"})
    with pytest.raises(ModuleFailed, match="ValidationException"):
        look()
