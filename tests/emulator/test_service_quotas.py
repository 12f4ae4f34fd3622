# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What AWS decides of an account: quotas, regions, its clock."""

import time
from email.utils import parsedate_to_datetime

import pytest
from botocore.exceptions import ClientError

from emulator.settings import APPS_QUOTA
from tests.emulator.studio import Studio
from tests.support.emulator_plugin import REGION
from tests.support.http import get, request

VPCS = {"ServiceCode": "vpc", "QuotaCode": "L-F678F1CE"}
APPS = "Studio JupyterLab Apps running on ml.t3.medium instance"


@pytest.fixture
def decide(emulator):
    """Decide what AWS decides of the account."""

    def post(**facts):
        status, _headers, body = request(f"{emulator.url}/_emulator/account", "POST", facts)
        return status, body

    return post


def code_of(call, **arguments):
    with pytest.raises(ClientError) as raised:
        call(**arguments)
    return raised.value.response["Error"]["Code"]


def test_quota_has_awss_default(client):
    """VPC guide, "Amazon VPC quotas"; API reference, GetServiceQuota."""
    quota = client("service-quotas").get_service_quota(**VPCS)["Quota"]
    assert (quota["QuotaName"], quota["Value"], quota["Adjustable"]) == ("VPCs per Region", 5.0, True)
    assert quota["QuotaArn"].startswith(f"arn:aws:servicequotas:{REGION}:")


def test_quota_is_what_was_set(client, decide):
    decide(quotas={"vpc": {"VPCs per Region": 2}})
    assert client("service-quotas").get_service_quota(**VPCS)["Quota"]["Value"] == 2


def test_unknown_quota_and_unknown_service_are_not_found(client):
    """API reference, GetServiceQuota, Errors."""
    quotas = client("service-quotas")
    for of, code in (("vpc", "L-00000000"), ("nosuch", "L-F678F1CE")):
        assert code_of(quotas.get_service_quota, ServiceCode=of, QuotaCode=code) == "NoSuchResourceException"


def test_quotas_of_iam_are_told_in_one_region_alone(client):
    """Service Quotas guide: IAM is global, and its quotas are in US East (N. Virginia)."""
    assert code_of(client("service-quotas").list_service_quotas, ServiceCode="iam") == "NoSuchResourceException"
    listed = client("service-quotas", region="us-east-1").list_service_quotas(ServiceCode="iam")["Quotas"]
    assert {quota["QuotaName"]: quota["GlobalQuota"] for quota in listed}["Roles per account"] is True


def test_quotas_are_listed_in_pages(client):
    """API reference, ListServiceQuotas."""
    pages = client("service-quotas").get_paginator("list_service_quotas").paginate(ServiceCode="vpc", MaxResults=3)
    sizes = [len(page["Quotas"]) for page in pages]
    assert sizes == [3, 1]


def test_quota_of_an_instance_exists_once_it_is_set_and_then_holds(client, decide):
    assert APPS_QUOTA.fullmatch(APPS)
    quotas = client("service-quotas").get_paginator("list_service_quotas")

    def listed():
        pages = quotas.paginate(ServiceCode="sagemaker")
        return {quota["QuotaName"]: quota["Value"] for page in pages for quota in page["Quotas"]}

    assert APPS not in listed()
    decide(quotas={"sagemaker": {APPS: 1, "Total domains": 0}})
    assert (listed()[APPS], listed()["Total domains"]) == (1, 0)
    assert code_of(Studio(client).create_domain) == "ResourceLimitExceeded"


def test_iam_and_lambda_tell_the_same_numbers(client, decide):
    """IAM API reference, GetAccountSummary; Lambda API reference, GetAccountSettings."""
    decide(quotas={"iam": {"Roles per account": 7}, "lambda": {"Concurrent executions": 10}})
    summary = client("iam").get_account_summary()["SummaryMap"]
    assert (summary["RolesQuota"], summary["PoliciesQuota"]) == (7, 1500)
    assert client("lambda").get_account_settings()["AccountLimit"]["ConcurrentExecutions"] == 10


def test_region_that_is_off_is_told_of_on_request_alone(client, decide):
    """EC2 API reference, DescribeRegions, AllRegions."""
    decide(regions={"eu-south-2": "not-opted-in"})
    ec2 = client("ec2")
    enabled = {region["RegionName"] for region in ec2.describe_regions()["Regions"]}
    assert REGION in enabled
    assert "eu-south-2" not in enabled
    told = ec2.describe_regions(AllRegions=True, RegionNames=["eu-south-2"])["Regions"]
    assert [region["OptInStatus"] for region in told] == ["not-opted-in"]
    assert code_of(ec2.describe_regions, RegionNames=["eu-nowhere-1"]) == "InvalidParameterValue"


@pytest.mark.parametrize(
    ("service", "operation", "code"),
    [
        ("ec2", "describe_vpcs", "AuthFailure"),
        ("sts", "get_caller_identity", "InvalidClientTokenId"),
        ("sagemaker", "list_domains", "UnrecognizedClientException"),
    ],
)
def test_region_that_is_off_knows_no_credentials(client, decide, service, operation, code):
    """Account Management guide, "Enable or disable AWS Regions"; the codes of each protocol for unknown keys."""
    decide(regions={"eu-south-2": "not-opted-in"})
    assert code_of(getattr(client(service, region="eu-south-2"), operation)) == code
    assert getattr(client(service), operation)()["ResponseMetadata"]["HTTPStatusCode"] == 200


def test_answers_tell_the_time_of_awss_clock(client, decide):
    def ahead():
        told = client("sts").get_caller_identity()["ResponseMetadata"]["HTTPHeaders"]["date"]
        return parsedate_to_datetime(told).timestamp() - time.time()

    assert abs(ahead()) < 60
    decide(clock_seconds=-900)
    assert abs(ahead() + 900) < 60


def test_dry_run_is_no_write(emulator, client):
    """EC2 API reference, DryRun: checks the permissions, "without actually making the request"."""
    assert code_of(client("ec2").create_vpc, CidrBlock="10.0.0.0/16", DryRun=True) == "DryRunOperation"
    assert get(f"{emulator.url}/_emulator/calls")[-1]["write"] is False


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"quota": {}}, "Unknown member 'quota'"),
        ({"quotas": {"vpc": {"VPCs per Region": -1}}}, "'quotas' must be"),
        ({"regions": {"eu-south-2": "off"}}, "'regions' must be"),
        ({"clock_seconds": "late"}, "'clock_seconds' must be"),
    ],
)
def test_facts_that_cannot_be_are_refused_and_the_old_ones_stay(emulator, decide, facts, said):
    decide(clock_seconds=5)
    status, body = decide(**facts)
    assert (status, said in body.decode() if isinstance(body, bytes) else said in str(body)) == (400, True)
    assert get(f"{emulator.url}/_emulator/account")["clock_seconds"] == 5
