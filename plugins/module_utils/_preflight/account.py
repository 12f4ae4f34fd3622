# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whose account and which region it is, and what has to be there before anything is made."""

from __future__ import annotations

import time
import typing as t
from email.utils import parsedate_to_datetime

from ansible.module_utils.ansible_release import __version__ as ansible_version

from ansible_collections.amazon.aws.plugins.module_utils.common import AMAZON_AWS_COLLECTION_VERSION

from .._blueprint import preflight
from .._blueprint.preflight import Line
from .._blueprint.preflight_wants import Wants
from .._naming import code_of
from .asking import HOMES, Asker
from .rights import is_allowed

try:
    import boto3
    import botocore
    from botocore.exceptions import BotoCoreError, ClientError
except ImportError:
    pass  # AnsibleAWSModule reports the missing library

LINKED = {"sagemaker.amazonaws.com": "AWSServiceRoleForAmazonSageMakerNotebooks"}


def caller(asker: Asker, region: str = "") -> dict[str, t.Any]:
    """Return GetCallerIdentity's answer. Raises what boto3 raises."""

    def ask() -> dict[str, t.Any]:
        return dict(asker.client("sts", region).get_caller_identity())

    return asker.once(f"caller {region}", ask)


def region_lines(asker: Asker, wants: Wants) -> list[Line]:
    """Return whether the region is on; asked where it is always on, if it does not answer itself."""
    name, home = wants.platform.region, HOMES.get(wants.platform.partition, "")
    try:
        found = _regions(asker, "", name)
    except (ClientError, BotoCoreError):
        if not home:
            raise
        found = _regions(asker, home, name)
    return [preflight.region(name, found)]


def _regions(asker: Asker, at: str, name: str) -> list[dict[str, t.Any]]:
    filters = [{"Name": "region-name", "Values": [name]}]
    return list(asker.client("ec2", at).describe_regions(AllRegions=True, Filters=filters)["Regions"])


def version_lines(wants: Wants) -> list[Line]:
    """Return what is said of the libraries of this process."""
    found = {
        "ansible-core": ansible_version,
        "amazon.aws": AMAZON_AWS_COLLECTION_VERSION,
        "boto3": boto3.__version__,
        "botocore": botocore.__version__,
    }
    return preflight.versions(found, any(not team.home_efs for team in wants.teams))


def clock_lines(asker: Asker, region: str = "") -> list[Line]:
    """Return whether this machine's clock is AWS's, by the header of an answer, be it an error."""
    before = time.time()
    try:
        answer = asker.client("sts", region).get_caller_identity()
    except ClientError as error:
        answer = error.response
    told = answer.get("ResponseMetadata", {}).get("HTTPHeaders", {}).get("date")
    if not told:
        return [preflight.unknown("clock", "AWS's answer does not tell the time.")]
    # The header has whole seconds.
    middle = (before + time.time()) / 2
    return [preflight.clock(middle - parsedate_to_datetime(told).timestamp() - 0.5)]


def linked_role_lines(asker: Asker) -> list[Line]:
    """Return whether SageMaker has its own role, or may be given one with these credentials."""
    lines = []
    for service, name in LINKED.items():
        try:
            asker.client("iam").get_role(RoleName=name)
            lines.append(preflight.linked_role(service, True, True))
        except ClientError as error:
            if code_of(error) != "NoSuchEntity":
                raise
            arn = caller(asker)["Arn"]
            partition, account = arn.split(":")[1], arn.split(":")[4]
            resource = f"arn:{partition}:iam::{account}:role/aws-service-role/{service}/{name}"
            allowed = is_allowed(asker, arn, "iam:CreateServiceLinkedRole", resource, {"iam:AWSServiceName": service})
            lines.append(preflight.linked_role(service, False, allowed))
    return lines


def api_log_role_lines(asker: Asker, wants: Wants) -> list[Line]:
    """Return whether API Gateway has, or gets, a role for its logs."""
    role = asker.client("apigateway").get_account().get("cloudwatchRoleArn") or ""
    sign_in = wants.sign_in
    return [preflight.api_log_role(role, sign_in.access_log, sign_in.manage_api_gateway_log_role)]


def invitation_lines(asker: Asker, wants: Wants) -> list[Line]:
    """Return whether people can be invited; SES is asked where the user pool sends through it."""
    by_ses = _sends_by_ses(asker, wants)
    sandbox = not asker.client("sesv2").get_account().get("ProductionAccessEnabled") if by_ses else None
    return [preflight.invitations(wants.invited, sandbox, by_ses)]


def _sends_by_ses(asker: Asker, wants: Wants) -> bool:
    """The description may say so; a pool that is taken over, or was set up by hand, may send through SES without it."""
    if wants.sign_in.email_configuration:
        return True
    pools = asker.listed("cognito-idp", "list_user_pools", "UserPools", MaxResults=60)
    wanted = wants.sign_in.user_pool_id
    ids = [pool["Id"] for pool in pools if pool["Id"] == wanted or (not wanted and pool["Name"] == wants.platform.name)]
    pools = [asker.client("cognito-idp").describe_user_pool(UserPoolId=pool_id)["UserPool"] for pool_id in ids]
    return any(pool.get("EmailConfiguration", {}).get("EmailSendingAccount") == "DEVELOPER" for pool in pools)


def concurrency_lines(asker: Asker, wants: Wants) -> list[Line]:
    """Return whether the sign-in's functions may run side by side."""
    limit = asker.client("lambda").get_account_settings()["AccountLimit"]
    return [preflight.concurrency(int(limit["UnreservedConcurrentExecutions"]), wants.burst)]
