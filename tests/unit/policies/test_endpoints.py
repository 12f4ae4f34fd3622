# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A right is worth nothing in a VPC without internet when its service has no endpoint there."""

import pytest

from tests.unit.policies import rendering

# The endpoints of each service prefix of IAM, as network_services names them.
ENDPOINTS = {
    "cloudwatch": {"monitoring"},
    "ec2": {"ec2"},
    "ecr": {"ecr.api", "ecr.dkr"},
    "elasticfilesystem": {"elasticfilesystem"},
    "events": {"events"},
    "kms": {"kms"},
    "logs": {"logs"},
    "sagemaker": {
        "sagemaker.api",
        "sagemaker.runtime",
        "sagemaker.featurestore-runtime",
        "aws.sagemaker.{region}.studio",
    },
    "sagemaker-mlflow": {"aws.sagemaker.{region}.experiments"},
    "sts": {"sts"},
    "s3": set(),  # the gateway endpoint
    "iam": set(),  # PassRole is a right to name a role in another service's call, and no call
}


def services_that_roles_may_call():
    team = rendering.team()
    documents = list(team.documents.values())
    statements = [statement for document in documents for statement in document["Statement"]]
    allowed = [statement["Action"] for statement in statements if statement["Effect"] == "Allow"]
    actions = [action for found in allowed for action in ([found] if isinstance(found, str) else found)]
    return sorted({action.split(":")[0] for action in actions})


@pytest.mark.parametrize("service", services_that_roles_may_call())
def test_every_service_that_a_role_may_call_has_its_endpoints(service):
    assert ENDPOINTS[service] <= set(rendering.network().network.services)
