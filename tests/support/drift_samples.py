# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reports of made-up teams, one of each kind, as the drift check makes them."""

from ansible_collections.mlplatform.studio.plugins.module_utils._blueprint.drift_report import drift_report

HOUR = 3600
NOW = 1_790_000_000
PLACE = {"platform": "sagemaker-studio", "region": "eu-central-1", "account": "111111111111"}
IDLE = {"lifecycle_management": "ENABLED", "idle_timeout_in_minutes": 120}
DOMAIN = {
    "domain_id": "d-0123456789ab",
    "status": "InService",
    "tags": {},
    "default_user_settings": {"jupyter_lab_app_settings": {"app_lifecycle_management": {"idle_settings": IDLE}}},
}
IDLE_PATH = "default_user_settings.jupyter_lab_app_settings.app_lifecycle_management.idle_settings"


def app(space, hours, instance_type="ml.t3.medium", status="InService", **values):
    """A JupyterLab app that began some hours ago."""
    return {
        "app_type": "JupyterLab",
        "space_name": space,
        "status": status,
        "resource_spec": {"instance_type": instance_type},
        "creation_time": NOW - hours * HOUR,
        "last_user_activity_timestamp": NOW - hours * HOUR / 2,
        **values,
    }


def person(name, signed_up=True):
    """A user of Cognito."""
    return {"username": name, "password_set": signed_up, "enabled": True}


def nested(path, value):
    """A value by its dotted path, as modules tell it."""
    for name in reversed(path.split(".")):
        value = {name: value}
    return value


def difference(step, path, before, after, item=""):
    """What a look finds."""
    task = step[:1].upper() + step[1:]
    return {"step": step, "task": task, "item": item, "before": nested(path, before), "after": nested(path, after)}


def report(team, **facts):
    """The report of a team of two people, ada and grace, of which all is as described, but for some facts."""
    known = {
        "now": NOW,
        "described": ["ada", "grace"],
        "users": [person("ada"), person("grace", signed_up=False)],
        "profiles": [{"user_profile_name": "ada"}, {"user_profile_name": "grace"}],
        "domain": DOMAIN,
        "apps": [],
        **facts,
    }
    domain = known["domain"]
    told = {"id": domain.get("domain_id", ""), "status": domain.get("status", "")}
    checked_at = facts.get("checked_at", "2026-09-21 14:13")
    return {
        "team": team,
        **PLACE,
        "checked_at": checked_at,
        "domain": told,
        "error": facts.get("error", ""),
        **drift_report(known),
    }


def budget(actual, limit=500.0, forecast=None):
    """What AWS Budgets tells."""
    return {"limit": limit, "unit": "USD", "actual": actual, "forecast": forecast, "error": ""}


def cost(amount):
    """What Cost Explorer tells."""
    return {"amount": amount, "unit": "USD", "since": "2026-09-01", "is_estimated": True, "error": ""}


def samples():
    """A report of each kind, by what it is."""
    altered = [
        difference("domain", f"{IDLE_PATH}.idle_timeout_in_minutes", 90, 120),
        difference("data bucket", "versioning", False, True),
    ]
    stopped = app("grace-lab", 9, status="Deleted", last_health_check_timestamp=NOW - 6.5 * HOUR)
    return {
        "as described": report(
            "churn",
            apps=[app("ada-lab", 2), app("shared-lab", 5, "ml.g5.xlarge"), stopped],
            budget=budget(212.4, forecast=390.0),
            cost=cost(209.87),
        ),
        "differs": report("forecast", found=altered, budget=budget(512.0), cost=cost(498.1)),
        "undescribed": report(
            "fraud", profiles=[*({"user_profile_name": name} for name in ("ada", "grace", "mallory"))], cost=cost(None)
        ),
        "not there": report("pricing", domain={}, users=[], profiles=[]),
        "look incomplete": report(
            "risk",
            not_read=["people", "apps"],
            domain={},
            error="Platform main cannot assume the role arn:aws:iam::222222222222:role/ml-deployer (aws_role_arn).",
        ),
        "failed": report("vision", domain={**DOMAIN, "status": "Update_Failed"}),
        "unusual": report(
            "x" * 24,
            described=["<script>window.hit=1</script>", "\u05e2\u05d3\u05d4 \u202e gnp.exe", "javascript:window.hit=1"],
            found=[difference("data bucket", "policy." + "long" * 40, "\"'><svg onload=window.hit=1>", "v" * 5000)],
            error="e" * 300,
        ),
    }
