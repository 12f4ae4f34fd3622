# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What SageMaker makes beside a domain: tagged while the domain lives, removed or kept when it is gone."""

import pytest

from tests.support.ansible_module import ModuleFailed, run_module
from tests.support.calls import no_writes
from tests.support.http import get
from tests.support.studio import make_domain, make_network

TAGS = {"Platform": "p", "DomainName": "team1"}


def run(check=False, **options):
    return run_module("sagemaker_domain_home", check=check, **options)


def resources(emulator, *types):
    return sorted(
        item["type"]
        for item in get(f"{emulator.url}/_emulator/resources")
        if item["type"] in types and item["name"] not in ("one", "two")
    )


@pytest.fixture
def domain(client):
    return make_domain(client, make_network(client))


@pytest.fixture
def left_behind(client, domain):
    """The id of a domain that is gone, with its file system retained and tagged."""
    run(domain_id=domain["DomainId"], tags=TAGS)
    client("efs").create_access_point(FileSystemId=domain["HomeEfsFileSystemId"], ClientToken="t")
    sagemaker = client("sagemaker")
    sagemaker.delete_domain(DomainId=domain["DomainId"])
    while sagemaker.list_domains()["Domains"]:
        pass
    return domain["DomainId"]


PARTS = ("file_system", "mount_target", "access_point", "network_interface", "security_group")


def test_tags_go_on_all_three_and_sagemakers_stay(emulator, domain):
    options = {"domain_id": domain["DomainId"], "tags": TAGS}
    with no_writes(emulator):
        predicted = run(check=True, **options)
    made = run(**options)
    assert predicted["diff"] == made["diff"]
    assert len(made["parts"]) == 3
    for part in made["parts"]:
        assert part["tags"] == {**TAGS, "ManagedByAmazonSageMakerResource": domain["DomainArn"]}
    with no_writes(emulator):
        assert run(**options)["changed"] is False


@pytest.mark.parametrize("found_by", ["domain_id", "match_tags"])
def test_everything_that_a_domain_left_behind_goes(emulator, left_behind, found_by):
    options = {"domain_id": left_behind} if found_by == "domain_id" else {"match_tags": TAGS}
    with no_writes(emulator):
        predicted = run(check=True, state="absent", **options)
    sizes = [before["size_in_bytes"] for before in predicted["diff"]["before"].values() if "size_in_bytes" in before]
    assert len(sizes) == 1 and isinstance(sizes[0], int)
    gone = run(state="absent", **options)
    assert gone["actions"] == predicted["actions"]
    assert set(gone["actions"].values()) == {"delete"} and len(gone["actions"]) == 3
    assert resources(emulator, *PARTS) == []
    with no_writes(emulator):
        assert run(state="absent", **options)["changed"] is False


def test_file_system_is_kept_bare_and_never_deleted_later(emulator, left_behind):
    options = {"domain_id": left_behind, "match_tags": TAGS, "state": "absent"}
    with no_writes(emulator):
        predicted = run(check=True, retain_file_system=True, **options)
    kept = run(retain_file_system=True, **options)
    assert predicted["actions"] == kept["actions"]
    assert resources(emulator, *PARTS) == ["access_point", "file_system"]
    (part,) = kept["parts"]
    assert part["tags"]["Retained"] == "true" and part["mount_target_ids"] == []
    with no_writes(emulator):
        again = run(**options)
    assert again["changed"] is False and again["parts"][0]["id"] == part["id"]


def test_what_others_own_stays(emulator, client, left_behind):
    foreign = client("efs").create_file_system(
        CreationToken="t", Tags=[{"Key": key, "Value": value} for key, value in TAGS.items()]
    )["FileSystemId"]
    run(state="absent", match_tags=TAGS)
    assert [fs["FileSystemId"] for fs in client("efs").describe_file_systems()["FileSystems"]] == [foreign]
    assert run(state="absent", match_tags={**TAGS, "DomainName": "team2"})["changed"] is False


def test_home_of_a_living_domain_is_not_touched(emulator, domain):
    with pytest.raises(ModuleFailed, match="still exists") as failure, no_writes(emulator):
        run(state="absent", domain_id=domain["DomainId"])
    assert len(failure.value.result["failures"]) == 3


def test_zone_without_mount_target_is_told(client, emulator, domain):
    efs, options = client("efs"), {"domain_id": domain["DomainId"], "tags": TAGS}
    run(**options)
    assert "left_alone" not in run(**options)
    target, _other = efs.describe_mount_targets(FileSystemId=domain["HomeEfsFileSystemId"])["MountTargets"]
    efs.delete_mount_target(MountTargetId=target["MountTargetId"])
    with no_writes(emulator):
        told = run(**options)
    zones = {"before": [target["AvailabilityZoneName"]], "after": []}
    assert told["left_alone"] == {domain["HomeEfsFileSystemId"]: {"zones_without_mount_target": zones}}


def test_lost_file_system_is_said(client, emulator, domain):
    efs = client("efs")
    for target in efs.describe_mount_targets(FileSystemId=domain["HomeEfsFileSystemId"])["MountTargets"]:
        efs.delete_mount_target(MountTargetId=target["MountTargetId"])
    while efs.describe_mount_targets(FileSystemId=domain["HomeEfsFileSystemId"])["MountTargets"]:
        pass
    efs.delete_file_system(FileSystemId=domain["HomeEfsFileSystemId"])
    with pytest.raises(ModuleFailed, match="does not exist any more"):
        run(domain_id=domain["DomainId"], tags=TAGS)


def test_domain_that_does_not_exist_has_no_home(emulator):
    for options in ({"tags": TAGS}, {"state": "absent"}):
        result = run(domain_id="d-0123456789ab", **options)
        assert (result["changed"], result["parts"]) == (False, [])


def test_home_of_an_earlier_domain_is_warned_of(emulator, left_behind, client):
    retained = run(state="absent", retain_file_system=True, domain_id=left_behind, match_tags=TAGS)["parts"][0]["id"]
    network = client("ec2").describe_subnets(Filters=[{"Name": "default-for-az", "Values": ["false"]}])["Subnets"]
    other = {"vpc_id": network[0]["VpcId"], "subnet_ids": [subnet["SubnetId"] for subnet in network], "group_ids": []}
    told = run(domain_id=make_domain(client, other)["DomainId"], tags=TAGS)
    assert f"File system {retained} has home directories" in str(told["warnings"])
