# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What watches over a sign-in: metrics and alarms, and the web ACL of its API."""

from __future__ import annotations

import typing as t

from .sign_in import SignIn
from .sign_in_addresses import Addresses

Step = t.Dict[str, t.Any]
Steps = t.Dict[str, t.Optional[Step]]


def alarms(sign_in: SignIn) -> list[Step]:
    """Return the alarms on what is counted in the access log."""
    return [
        {
            "name": f"{sign_in.platform.name}-sign-in-{counted['name']}",
            "alarm_description": f"{counted['meaning']} by the sign-in of {sign_in.platform.name}",
            "namespace": sign_in.platform.name,
            "metric_name": counted["metric"],
            "statistic": "Sum",
            "period": 300,
            "evaluation_periods": 1,
            "threshold": counted["threshold"],
            "comparison_operator": "GreaterThanOrEqualToThreshold",
            "treat_missing_data": "notBreaching",
            "actions_enabled": True,
            "alarm_actions": list(sign_in.alarm_topic_arns),
            "ok_actions": list(sign_in.alarm_topic_arns),
        }
        for counted in _counted(sign_in)
    ]


def _counted(sign_in: SignIn) -> list[Step]:
    """Both are counted in the access log, as API Gateway's own metrics do not tell a refusal from a wrong address."""
    return [
        {
            "name": "refused",
            "metric": "Refused",
            # Whoever asks for a path that does not exist gets 403, too, with this message.
            "pattern": '{ ($.status = "403") && ($.error != "Missing Authentication Token") }',
            "threshold": sign_in.refused_alarm_threshold,
            "meaning": "Requests that were refused (403)",
        },
        {
            "name": "failed",
            "metric": "Failed",
            "pattern": '{ $.status = "5*" }',
            "threshold": sign_in.failed_alarm_threshold,
            "meaning": "Requests that failed (5xx)",
        },
    ]


def monitoring(sign_in: SignIn, at: Addresses) -> Steps:
    """Return the arguments by step."""
    filters = [
        {
            "name": counted["name"],
            "filter_pattern": counted["pattern"],
            "metric_transformations": [
                {
                    "metric_namespace": sign_in.platform.name,
                    "metric_name": counted["metric"],
                    "metric_value": "1",
                    "default_value": 0,
                }
            ],
        }
        for counted in _counted(sign_in)
    ]
    watched = sign_in.access_log and sign_in.alarms
    web_acl = sign_in.web_acl_arn
    return {
        "metric_filters": {"log_group_name": sign_in.access_log_group, "metric_filters": filters} if watched else None,
        "alarms": {"alarms": alarms(sign_in), "tags": sign_in.all_tags, "owner_tags": sign_in.platform.tags}
        if watched
        else None,
        "unheard_alarms": {
            "warning": (
                f"The alarms of {sign_in.platform.name} tell nobody: name an SNS topic that somebody reads in "
                "login_alarm_topic_arns."
            )
        }
        if watched and not sign_in.alarm_topic_arns
        else None,
        # Without the option, the one that is there is left alone.
        "web_acl": None
        if web_acl is None
        else {
            "resource_arn": at.stage_arn,
            "web_acl_arn": web_acl or None,
            "state": "present" if web_acl else "absent",
        },
    }
