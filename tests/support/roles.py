# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Roles that services assume."""

import json

LOG_POLICY = "arn:aws:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs"


def make_role(iam, name, service):
    """Create a role that `service` may assume and return its ARN."""
    trust = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    return iam.create_role(RoleName=name, AssumeRolePolicyDocument=policy)["Role"]["Arn"]


def make_log_role(iam, name):
    """Create a role with which API Gateway may write logs and return its ARN."""
    arn = make_role(iam, name, "apigateway.amazonaws.com")
    iam.attach_role_policy(RoleName=name, PolicyArn=LOG_POLICY)
    return arn
