# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Domains: wire, states, defaults, updates, guards, quota. Each docstring names the source of the behaviour."""

import json
import re
import time
import urllib.error
import urllib.request

import pytest
from botocore.exceptions import ClientError

from emulator.settings import settings
from tests.emulator.studio import ARN, ROLE, Studio, refused, settled
from tests.support.emulator_plugin import ACCOUNT, REGION, boto3_client


def statuses(describe):
    """The Status of consecutive reads until the same comes twice or the thing is gone."""
    seen = []
    while len(seen) < 2 or seen[-1] != seen[-2]:
        try:
            seen.append(describe()["Status"])
        except ClientError as error:
            return [*seen, error.response["Error"]["Code"]]
    return seen[:-1]


def test_error_on_the_wire(emulator):
    """API reference, Common Errors; model: JSON 1.1, __type without Exception suffix, Message, HTTP 400."""
    headers = {
        "Content-Type": "application/x-amz-json-1.1",
        "X-Amz-Target": "SageMaker.DescribeDomain",
        "Authorization": f"AWS4-HMAC-SHA256 Credential={ACCOUNT}/20260101/{REGION}/sagemaker/aws4_request, "
        "SignedHeaders=host, Signature=0",
    }
    request = urllib.request.Request(emulator.url, json.dumps({"DomainId": "d-unknown"}).encode(), headers)
    with pytest.raises(urllib.error.HTTPError) as caught:
        urllib.request.urlopen(request, timeout=10)
    assert caught.value.code == 400
    assert caught.value.headers["Content-Type"] == "application/x-amz-json-1.1"
    assert json.load(caught.value) == {"__type": "ResourceNotFound", "Message": "Domain [d-unknown] does not exist."}


def test_unknown_operation_is_an_error(sagemaker):
    """API reference, Common Errors: UnknownOperationException."""
    with refused("UnknownOperationException"):
        sagemaker.list_models()


def test_create_answers_arn_id_and_url_at_once(studio):
    """Model: CreateDomainResponse; ids of real domains are d- and 12 lower-case letters or digits."""
    made = studio.create_domain()
    assert re.fullmatch("d-[a-z0-9]{12}", made["DomainId"])
    assert made["DomainArn"] == f"{ARN}:domain/{made['DomainId']}"
    assert made["Url"] == f"https://{made['DomainId']}.studio.{REGION}.sagemaker.aws"


def test_create_goes_through_pending(studio, sagemaker):
    """sm-domain guide: Pending, then InService; the first read still shows Pending."""
    domain_id = studio.create_domain()["DomainId"]
    assert statuses(lambda: sagemaker.describe_domain(DomainId=domain_id)) == ["Pending", "InService"]


def test_a_transition_ends_without_reads(client):
    """Settle rule: after one second nothing waits for a reader, as on AWS."""
    studio = Studio(client)
    domain_id = studio.create_domain()["DomainId"]
    time.sleep(1.1)
    assert studio.efs.describe_file_systems()["FileSystems"]
    assert studio.sagemaker.describe_domain(DomainId=domain_id)["Status"] == "InService"


def test_list_is_a_read(studio, sagemaker):
    """Settle rule: ListDomains shows Pending first, then InService."""
    studio.create_domain()
    seen = [sagemaker.list_domains()["Domains"][0]["Status"] for _ in range(2)]
    assert seen == ["Pending", "InService"]


def test_describe_has_the_services_defaults_and_no_empty_members(studio):
    """DescribeDomain output of a real domain of 2025: defaults present, members that were not set absent."""
    found = studio.settled(studio.domain())
    assert found["AppNetworkAccessType"] == "PublicInternetOnly"
    assert found["TagPropagation"] == "DISABLED"
    assert found["DefaultUserSettings"] == {"ExecutionRole": ROLE, "AutoMountHomeEFS": "Enabled"}
    absent = {"KmsKeyId", "DomainSettings", "DefaultSpaceSettings", "FailureReason", "AppSecurityGroupManagement"}
    assert not absent & found.keys()
    assert all(value not in (None, "", [], {}) for value in found.values())


def test_create_is_not_idempotent(studio, sagemaker):
    """Model: CreateDomain has no client token, so the same request twice makes two domains."""
    assert studio.domain() != studio.domain()
    assert [domain["DomainName"] for domain in sagemaker.list_domains()["Domains"]] == ["team1", "team1"]


def test_quota_counts_every_domain(studio, sagemaker, monkeypatch):
    """terraform-provider-aws #17402, verbatim; amazon-sagemaker-examples #1564: Failed domains count."""
    monkeypatch.setattr(settings, "domain_quota", 1)
    subnet = studio.subnet(9, "c")
    failing = studio.create_domain(SubnetIds=[subnet])["DomainId"]
    studio.ec2.delete_subnet(SubnetId=subnet)
    assert studio.settled(failing)["Status"] == "Failed"
    with refused(
        "ResourceLimitExceeded",
        "The account-level service limit 'Total domains' is 1 Domains, with current utilization of 1 Domains and a "
        "request delta of 1 Domains. Please contact AWS support to request an increase for this limit.",
    ):
        studio.create_domain()


def test_accounts_and_regions_are_apart(studio, sagemaker, client):
    """Domains belong to one account and region."""
    domain_id = studio.domain()
    for other in (client("sagemaker", region="us-east-1"), client("sagemaker", account="222222222222")):
        assert other.list_domains()["Domains"] == []
        with refused("ResourceNotFound"):
            other.describe_domain(DomainId=domain_id)


def test_patterns_are_checked_by_the_server(studio):
    """Model: DomainName; botocore does not check patterns."""
    with refused("ValidationException"):
        studio.create_domain(name="team_1")


def test_failed_domain_has_a_reason_and_can_be_deleted(studio, sagemaker):
    """sm-domain guide: a Failed domain cannot be repaired, only deleted."""
    subnet = studio.subnet(9, "c")
    domain_id = studio.create_domain(SubnetIds=[subnet])["DomainId"]
    studio.ec2.delete_subnet(SubnetId=subnet)
    failed = studio.settled(domain_id)
    assert failed["Status"] == "Failed"
    assert failed["FailureReason"].startswith("ConfigurationError: ")
    with refused("ResourceInUse"):
        sagemaker.update_domain(DomainId=domain_id, TagPropagation="ENABLED")
    sagemaker.delete_domain(DomainId=domain_id)
    studio.gone(domain_id)


@pytest.mark.parametrize(
    "arguments",
    [
        {"VpcId": "vpc-00000000000000000"},
        {"SubnetIds": ["subnet-00000000000000000"]},
        {"VpcId": None},
        {"SubnetIds": None},
    ],
    ids=["unknown vpc", "unknown subnet", "no vpc", "no subnets"],
)
def test_network_must_exist(studio, arguments):
    """studio-notebooks-and-internet-access guide; API reference CreateDomain.VpcId."""
    with refused("ValidationException"):
        studio.create_domain(**arguments)


def test_subnets_must_be_in_the_vpc(studio):
    """studio-notebooks-and-internet-access guide."""
    other = studio.ec2.create_vpc(CidrBlock="10.2.0.0/16")["Vpc"]["VpcId"]
    with refused("ValidationException"):
        studio.create_domain(VpcId=other)


def test_vpc_must_have_default_tenancy(studio):
    """studio-notebooks-and-internet-access guide."""
    vpc = studio.ec2.create_vpc(CidrBlock="10.2.0.0/16", InstanceTenancy="dedicated")["Vpc"]["VpcId"]
    subnet = studio.ec2.create_subnet(VpcId=vpc, CidrBlock="10.2.0.0/24")["Subnet"]["SubnetId"]
    with refused("ValidationException", f"VPC [{vpc}] must have default tenancy."):
        studio.create_domain(VpcId=vpc, SubnetIds=[subnet])


def test_vpc_only_needs_security_groups_in_the_user_settings(studio):
    """Model: UserSettings.SecurityGroups; those of DomainSettings do not count (aws-samples VPC-only issue 1)."""
    with refused("ValidationException"):
        studio.create_domain(AppNetworkAccessType="VpcOnly", DomainSettings={"SecurityGroupIds": ["sg-1"]})
    assert studio.domain(user_settings={"SecurityGroups": ["sg-1"]}, AppNetworkAccessType="VpcOnly")


def test_app_security_group_management_is_for_rstudio(studio):
    """terraform-provider-aws #39923, verbatim."""
    with refused("ValidationException", "AppSecurityGroupManagement can only be set for Rstudio enabled domains."):
        studio.create_domain(AppSecurityGroupManagement="Service")


def test_auto_mount_default_as_domain_is_for_profiles(studio):
    """Model: UserSettings.AutoMountHomeEFS."""
    with refused("ValidationException"):
        studio.create_domain(user_settings={"AutoMountHomeEFS": "DefaultAsDomain"})


def test_landing_page_studio_needs_the_web_portal(studio):
    """Model: UserSettings.DefaultLandingUri."""
    with refused("ValidationException"):
        studio.create_domain(user_settings={"DefaultLandingUri": "studio::"})
    assert studio.domain(user_settings={"DefaultLandingUri": "studio::", "StudioWebPortal": "ENABLED"})


def test_idle_minimum_is_not_above_the_timeout(studio):
    """Expected of IdleSettings: minimum <= timeout <= maximum."""
    idle = {"LifecycleManagement": "ENABLED", "IdleTimeoutInMinutes": 60, "MinIdleTimeoutInMinutes": 120}
    with refused("ValidationException"):
        studio.create_domain(
            user_settings={"JupyterLabAppSettings": {"AppLifecycleManagement": {"IdleSettings": idle}}}
        )


@pytest.mark.parametrize("member", ["DefaultUserSettings", "DefaultSpaceSettings"])
def test_execution_role_is_needed_in_practice(studio, member):
    """Switch execution_role: the model does not require it, tools and documentation do."""
    with refused("ValidationException", f"{member}.ExecutionRole is required."):
        studio.create_domain(**{member: {"SecurityGroups": ["sg-1"]}})


def test_deprecated_key_name_becomes_kms_key_id(studio, client):
    """Model: HomeEfsFileSystemKmsKeyId is deprecated, use KmsKeyId."""
    key = client("kms").create_key()["KeyMetadata"]["KeyId"]
    assert studio.settled(studio.domain(HomeEfsFileSystemKmsKeyId=key))["KmsKeyId"] == key


def test_sso_domain_has_its_application(studio):
    """Model: DescribeDomainResponse.SingleSignOnApplicationArn."""
    assert ":application/" in studio.settled(studio.domain(AuthMode="SSO"))["SingleSignOnApplicationArn"]


def test_list_pages_are_of_ten(studio, sagemaker):
    """API reference ListDomains: MaxResults defaults to 10; NextToken continues."""
    for number in range(12):
        studio.create_domain(name=f"team{number}", HomeEfsFileSystemCreation="Disabled")
    first = sagemaker.list_domains()
    assert len(first["Domains"]) == 10
    second = sagemaker.list_domains(NextToken=first["NextToken"])
    assert [domain["DomainName"] for domain in second["Domains"]] == ["team10", "team11"]
    assert "NextToken" not in second


def test_page_follows_the_last_item_even_if_it_is_gone(studio, sagemaker):
    """A NextToken must not skip items when earlier ones are deleted between two pages."""
    for name in ("team1", "team2", "team3"):
        studio.domain(name=name)
    first = sagemaker.list_domains(MaxResults=1)
    domain_id = first["Domains"][0]["DomainId"]
    sagemaker.delete_domain(DomainId=domain_id)
    studio.gone(domain_id)
    rest = sagemaker.list_domains(NextToken=first["NextToken"])["Domains"]
    assert [domain["DomainName"] for domain in rest] == ["team2", "team3"]


def test_foreign_next_token_is_refused(sagemaker):
    with refused("ValidationException"):
        sagemaker.list_domains(NextToken="x")


def test_update_shows_when_the_domain_is_in_service_again(studio, sagemaker):
    """sm-domain guide: InService, Updating, InService."""
    domain_id = studio.domain()
    assert sagemaker.update_domain(DomainId=domain_id, TagPropagation="ENABLED")["DomainArn"].endswith(domain_id)
    seen = [sagemaker.describe_domain(DomainId=domain_id) for _ in range(2)]
    assert [found["Status"] for found in seen] == ["Updating", "InService"]
    assert seen[1]["TagPropagation"] == "ENABLED"
    assert seen[1]["LastModifiedTime"] > seen[1]["CreationTime"]


def update(studio, domain_id, **user_settings):
    studio.sagemaker.update_domain(DomainId=domain_id, DefaultUserSettings=user_settings)
    return studio.settled(domain_id)["DefaultUserSettings"]


def test_update_merges_structures_deeply(studio):
    """terraform-provider-aws #43127: what a nested structure omits stays."""
    spec = {"InstanceType": "ml.t3.medium"}
    domain_id = studio.domain(user_settings={"JupyterLabAppSettings": {"DefaultResourceSpec": spec}})
    repositories = [{"RepositoryUrl": "https://example.com/one"}]
    found = update(studio, domain_id, JupyterLabAppSettings={"CodeRepositories": repositories})
    assert found["JupyterLabAppSettings"] == {"DefaultResourceSpec": spec, "CodeRepositories": repositories}
    assert found["ExecutionRole"] == ROLE


def test_update_replaces_lists(studio):
    """Model documentation: a list replaces the whole list."""
    domain_id = studio.domain(user_settings={"SecurityGroups": ["sg-1", "sg-2"]})
    assert update(studio, domain_id, SecurityGroups=["sg-3"])["SecurityGroups"] == ["sg-3"]


def test_empty_list_clears(studio):
    """Model documentation of LifecycleConfigArns; terraform-provider-aws #35503."""
    domain_id = studio.domain(user_settings={"SecurityGroups": ["sg-1"]})
    assert "SecurityGroups" not in update(studio, domain_id, SecurityGroups=[])


def test_none_clears_an_image_version(studio):
    """Model: the pattern of ImageVersionArn admits the literal None."""
    version = f"{ARN}:image-version/lab/1"
    spec = {"InstanceType": "ml.t3.medium", "SageMakerImageVersionArn": version}
    domain_id = studio.domain(user_settings={"JupyterLabAppSettings": {"DefaultResourceSpec": spec}})
    found = update(
        studio, domain_id, JupyterLabAppSettings={"DefaultResourceSpec": {"SageMakerImageVersionArn": "None"}}
    )
    assert found["JupyterLabAppSettings"]["DefaultResourceSpec"] == {"InstanceType": "ml.t3.medium"}


def test_update_of_domain_settings_merges(studio, sagemaker):
    """Model: UpdateDomain calls it DomainSettingsForUpdate, DescribeDomain shows DomainSettings."""
    domain_id = studio.domain(DomainSettings={"SecurityGroupIds": ["sg-1"]})
    change = {"ExecutionRoleIdentityConfig": "USER_PROFILE_NAME"}
    sagemaker.update_domain(DomainId=domain_id, DomainSettingsForUpdate=change)
    assert studio.settled(domain_id)["DomainSettings"] == {"SecurityGroupIds": ["sg-1"], **change}


@pytest.mark.parametrize("accounts", [["1" * 13], ["a" * 12], [f"{number:012}" for number in range(21)]])
def test_docker_trusts_twenty_accounts_by_number(studio, accounts):
    """botocore model, DockerSettings.VpcOnlyTrustedAccounts: up to 20 items of 12 digits."""
    with refused("ValidationException"):
        studio.domain(DomainSettings={"DockerSettings": {"VpcOnlyTrustedAccounts": accounts}})


def test_docker_settings_are_kept_merged_and_cleared(studio, sagemaker):
    """botocore model, DockerSettings; a list replaces and an empty one clears, as in all settings."""
    docker = {"EnableDockerAccess": "ENABLED", "VpcOnlyTrustedAccounts": ["1" * 12]}
    domain_id = studio.domain(DomainSettings={"DockerSettings": docker})
    assert studio.settled(domain_id)["DomainSettings"]["DockerSettings"] == docker

    def updated(**settings):
        sagemaker.update_domain(DomainId=domain_id, DomainSettingsForUpdate={"DockerSettings": settings})
        return studio.settled(domain_id)["DomainSettings"]["DockerSettings"]

    assert updated(VpcOnlyTrustedAccounts=["2" * 12]) == {**docker, "VpcOnlyTrustedAccounts": ["2" * 12]}
    assert updated(VpcOnlyTrustedAccounts=[]) == {"EnableDockerAccess": "ENABLED"}


def test_update_to_vpc_only_needs_vpc_and_subnets(studio, sagemaker):
    """terraform-provider-aws #45528, verbatim: even when nothing changes."""
    domain_id = studio.domain(user_settings={"SecurityGroups": ["sg-1"]}, AppNetworkAccessType="VpcOnly")
    with refused("ValidationException", "VpcId and Subnet IDs are required for updating domains to VpcOnly mode."):
        sagemaker.update_domain(DomainId=domain_id, AppNetworkAccessType="VpcOnly")
    sagemaker.update_domain(
        DomainId=domain_id, AppNetworkAccessType="VpcOnly", VpcId=studio.vpc, SubnetIds=studio.subnets
    )
    assert studio.settled(domain_id)["Status"] == "InService"


def test_vpc_cannot_change(studio, sagemaker):
    """API reference UpdateDomain.VpcId: only for domains made without VPC settings."""
    domain_id = studio.domain()
    other = studio.ec2.create_vpc(CidrBlock="10.2.0.0/16")["Vpc"]["VpcId"]
    with refused("ValidationException"):
        sagemaker.update_domain(DomainId=domain_id, VpcId=other)


def test_update_checks_the_result_not_only_the_request(studio, sagemaker):
    """Clearing the groups of a VpcOnly domain leaves it without any."""
    domain_id = studio.domain(user_settings={"SecurityGroups": ["sg-1"]}, AppNetworkAccessType="VpcOnly")
    with refused("ValidationException"):
        sagemaker.update_domain(DomainId=domain_id, DefaultUserSettings={"SecurityGroups": []})


@pytest.mark.parametrize("status", ["Pending", "Updating", "Deleting"])
def test_no_update_or_delete_in_transition(studio, sagemaker, status):
    """Model: ResourceInUse is declared for UpdateDomain and DeleteDomain."""
    domain_id = studio.create_domain()["DomainId"]
    if status != "Pending":
        studio.settled(domain_id)
        move = {"Updating": sagemaker.update_domain, "Deleting": sagemaker.delete_domain}[status]
        move(DomainId=domain_id)
    with refused("ResourceInUse"):
        sagemaker.update_domain(DomainId=domain_id)
    if status == "Pending":
        domain_id = studio.create_domain()["DomainId"]
        with refused("ResourceInUse"):
            sagemaker.delete_domain(DomainId=domain_id)


def test_update_failed_can_be_updated_again(studio, sagemaker):
    """sm-domain guide: after Update_Failed call UpdateDomain again; FailureReason goes."""
    domain_id = studio.domain()
    subnet = studio.subnet(9, "c")
    sagemaker.update_domain(DomainId=domain_id, SubnetIds=[subnet])
    studio.ec2.delete_subnet(SubnetId=subnet)
    failed = studio.settled(domain_id)
    assert (failed["Status"], "FailureReason" in failed) == ("Update_Failed", True)
    sagemaker.update_domain(DomainId=domain_id, SubnetIds=studio.subnets)
    repaired = studio.settled(domain_id)
    assert (repaired["Status"], "FailureReason" in repaired) == ("InService", False)


def test_delete_goes_through_deleting(studio, sagemaker):
    """sm-domain guide and model: Deleting, then ResourceNotFound; there is no Deleted."""
    domain_id = studio.domain()
    sagemaker.delete_domain(DomainId=domain_id)
    assert statuses(lambda: sagemaker.describe_domain(DomainId=domain_id)) == ["Deleting", "ResourceNotFound"]


def test_delete_is_refused_while_profiles_exist(studio, sagemaker):
    """Text quoted by public clean-up code; a profile in deletion still counts."""
    domain_id = studio.domain()
    studio.profile(domain_id)
    text = f"Unable to delete Domain [{ARN}:domain/{domain_id}] because UserProfile(s) are associated with it."
    with refused("ResourceInUse", text):
        sagemaker.delete_domain(DomainId=domain_id)
    sagemaker.delete_user_profile(DomainId=domain_id, UserProfileName="ada")
    with refused("ResourceInUse", text):
        sagemaker.delete_domain(DomainId=domain_id)
    sagemaker.delete_domain(DomainId=domain_id)


def test_unknown_domain_is_not_found(sagemaker):
    """Model: ResourceNotFound is declared for all three."""
    for call in (sagemaker.describe_domain, sagemaker.update_domain, sagemaker.delete_domain):
        with refused("ResourceNotFound", "Domain [d-unknown] does not exist."):
            call(DomainId="d-unknown")


def test_latency_scale_takes_typical_durations(start_emulator):
    """Table in emulator/timing/latency.py: a domain takes 240 s, so 0.4 % of it is about one second."""
    emulator = start_emulator("--latency-scale", "0.005")
    studio = Studio(lambda service, region: boto3_client(emulator.url, service, region=region))
    begin = time.monotonic()
    domain_id = studio.create_domain()["DomainId"]
    settled(lambda: studio.sagemaker.describe_domain(DomainId=domain_id))
    assert time.monotonic() - begin > 1.1


def test_state_survives_a_clean_stop(start_emulator, tmp_path):
    """--state: what was Pending goes on after the restart."""

    def start():
        emulator = start_emulator("--state", str(tmp_path))
        return emulator, boto3_client(emulator.url, "sagemaker")

    emulator, sagemaker = start()
    studio = Studio(lambda service, region: boto3_client(emulator.url, service, region=region))
    domain_id = studio.create_domain()["DomainId"]
    emulator.stop()
    emulator, sagemaker = start()
    found = settled(lambda: sagemaker.describe_domain(DomainId=domain_id))
    assert (found["Status"], found["HomeEfsFileSystemId"][:3]) == ("InService", "fs-")
