# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

import html
import re

import pytest

from ansible_collections.mlplatform.studio.plugins.module_utils._blueprint.drift_report import drift_report, explain
from ansible_collections.mlplatform.studio.plugins.plugin_utils.drift_pages.team import team_page

TOP = {"team": "team1", "platform": "p", "region": "r", "account": "", "checked_at": "", "error": "No."}
HOUR = 3600
NOW = 500_000 * HOUR
IDLE = {"lifecycle_management": "ENABLED", "idle_timeout_in_minutes": 120}


def settings(idle):
    return {"jupyter_lab_app_settings": {"app_lifecycle_management": {"idle_settings": idle}}}


def app(**values):
    return {
        "app_type": "JupyterLab",
        "space_name": "lab",
        "status": "InService",
        "resource_spec": {"instance_type": "ml.t3.medium"},
        "creation_time": NOW - 5 * HOUR,
        "last_user_activity_timestamp": NOW - HOUR,
        **values,
    }


def space(sharing, idle=None):
    return {
        "space_name": "lab",
        "space_sharing_settings": {"sharing_type": sharing},
        "space_settings": settings(idle) if idle else {},
    }


def report(**facts):
    return drift_report({"now": NOW, **facts})


def page(found):
    """The page as a text, each element's on a line of its own."""
    page = team_page({**found, **TOP, "domain": {"id": "", "status": ""}})
    return [html.unescape(line.strip()) for line in re.split(r"<[^>]*>|\n", page) if line.strip()]


def test_of_nothing_nothing_is_told():
    found = report()
    assert found["differences"] == found["people"] == found["apps"] == found["stopped_apps"] == []
    assert found["summary"]["differences"] == found["summary"]["running_apps"] == 0


@pytest.mark.parametrize(
    ("before", "after", "kind", "values"),
    [
        ({}, {"name": "x"}, "missing", []),
        ({"name": "x"}, {}, "left over", []),
        (None, None, "changed", []),
        ({"a": {"b": 1, "c": 2}}, {"a": {"b": 3, "c": 2}}, "changed", [("a.b", "1", "3")]),
        ({"a": None, "b": 1}, {"a": [], "b": 2}, "changed", [("b", "1", "2")]),
        ({"on": True}, {"on": False}, "changed", [("on", "true", "false")]),
        ('{"Statement": 1}', '{"Statement": 2}', "changed", [("Statement", "1", "2")]),
        ("old text", "new text", "changed", [("", "old text", "new text")]),
    ],
)
def test_difference_is_told_by_its_values(before, after, kind, values):
    found = explain({"task": "Domain", "item": "", "before": before, "after": after})
    assert (found["what"], found["kind"]) == ("Domain", kind)
    assert [tuple(value[name] for name in ("name", "actual", "described")) for value in found["values"]] == values


def told(actual, described):
    """What the report says of a value that differs."""
    found = explain({"task": "Policy", "item": "team", "before": {"a": actual}, "after": {"a": described}})
    assert found["what"] == "Policy: team"
    return found["values"][0]["actual"], found["values"][0]["described"]


def test_long_values_are_cut_where_they_do_not_differ():
    same, more = "x" * 1000, "z" * 1000
    around = "x" * 60
    assert told(f"{same}1", f"{same}2") == (f"…{around}1", f"…{around}2")
    assert told(f"{same}1{more}", f"{same}22{more}") == (f"…{around}1{'z' * 60}…", f"…{around}22{'z' * 60}…")
    assert told(same, same + same) == (f"…{around}", f"…{around}{same}")
    assert told("x", "y" * 1000) == ("x", "y" * 1000)
    assert len(told("x", "y" * 10_000)[1]) == 4001


def test_of_long_lists_the_items_that_differ_are_told():
    statements = [{"Sid": f"S{number}", "Action": f"s3:Action{number}"} for number in range(50)]
    changed = [*statements[:3], {**statements[3], "Action": "*"}, *statements[4:40], *statements[41:]]
    assert told(changed, statements) == (
        '[{"Action": "*", "Sid": "S3"}]',
        '[{"Action": "s3:Action3", "Sid": "S3"}, {"Action": "s3:Action40", "Sid": "S40"}]',
    )
    assert told(statements[::-1], statements) != told(statements, statements[::-1]), "an order that matters is told"


def test_people_are_told_with_where_they_stand():
    users = [
        {"username": "ada", "password_set": True, "enabled": True},
        {"username": "grace", "password_set": False, "enabled": True},
        {"username": "joan", "password_set": True, "enabled": False},
    ]
    found = report(
        described=["Ada", "grace", "joan", "new"],
        users=users,
        strangers=["mallory"],
        profiles=[{"user_profile_name": "ada"}, {"user_profile_name": "old"}],
    )
    assert {person["name"]: (person["status"], person["profile"]) for person in found["people"]} == {
        "Ada": ("signed up", True),
        "grace": ("invited", False),
        "joan": ("shut out", False),
        "mallory": ("not described", False),
        "new": ("not invited yet", False),
        "old": ("not described", True),
    }
    assert found["summary"]["signed_up"] == 1


@pytest.mark.parametrize(
    ("sharing", "domain", "own", "minutes"),
    [
        ("Private", {"default_user_settings": settings(IDLE)}, None, 120),
        ("Private", {"default_user_settings": settings(IDLE)}, {"idle_timeout_in_minutes": 90}, 90),
        ("Shared", {"default_user_settings": settings(IDLE)}, None, None),
        ("Shared", {"default_space_settings": settings(IDLE)}, None, 120),
        ("Private", {"default_user_settings": settings({"lifecycle_management": "DISABLED"})}, None, None),
    ],
)
def test_app_stops_after_the_idle_time_of_its_space_or_domain(sharing, domain, own, minutes):
    (found,) = report(apps=[app()], spaces=[space(sharing, own)], domain=domain)["apps"]
    assert found["idle_minutes"] == minutes
    assert found["hours"] == 5.0
    assert (found["stops_at"] is None) == (minutes is None)


@pytest.mark.parametrize(("idle_hours", "soon"), [(0, 0), (1.4, 0), (1.6, 1), (3, 1)])
def test_app_stops_soon_where_its_idle_time_is_nearly_over(idle_hours, soon):
    running = [app(last_user_activity_timestamp=NOW - idle_hours * HOUR), app(app_type="Canvas")]
    found = report(apps=running, domain={"default_user_settings": settings(IDLE)})
    assert (found["summary"]["running_apps"], found["summary"]["stopping_soon"]) == (2, soon)
    assert [one["stops_soon"] for one in found["apps"]] == [bool(soon), False]


def test_what_aws_does_not_tell_is_not_known():
    (found,) = report(apps=[app(creation_time=None, last_user_activity_timestamp=None)])["apps"]
    assert (found["since"], found["hours"], found["last_activity"]) == (None, None, None)


def test_moments_are_read_as_seconds_and_as_text():
    apps = [
        app(last_user_activity_timestamp="2027-01-15T08:00:30+01:00"),
        app(last_user_activity_timestamp=1_800_000_000),
    ]
    assert [found["last_activity"] for found in report(apps=apps)["apps"]] == ["2027-01-15 07:00", "2027-01-15 08:00"]


def test_stopped_app_saves_from_its_end_on():
    apps = [app(status="Deleted", last_health_check_timestamp=NOW - 4 * HOUR), app(status="Failed")]
    found = report(apps=apps, prices={"ml.t3.medium": 0.05})
    assert found["apps"] == []
    assert [(one["hours_saved"], one["dollars_saved"]) for one in found["stopped_apps"]] == [(4.0, 0.2)]
    assert (found["summary"]["hours_saved"], found["summary"]["dollars_saved"]) == (4.0, 0.2)
    assert report(apps=apps)["summary"]["dollars_saved"] is None


def test_app_without_a_known_end_saves_nobody_knows_what():
    unknown, known = app(status="Deleted"), app(status="Deleted", last_health_check_timestamp=NOW - 2 * HOUR)
    found = report(apps=[unknown], prices={"ml.t3.medium": 0.05})
    assert [(one["stopped_at"], one["hours_saved"], one["dollars_saved"]) for one in found["stopped_apps"]] == [
        (None, None, None)
    ]
    assert (found["summary"]["hours_saved"], found["summary"]["dollars_saved"]) == (None, None)
    assert report(apps=[unknown, known])["summary"]["hours_saved"] == 2.0
    assert report()["summary"]["hours_saved"] == 0
    shown = page(found)
    row = shown.index("JupyterLab in lab")
    assert shown[row : row + 4] == ["JupyterLab in lab", "ml.t3.medium", "not known", "not known"]


def test_what_could_not_be_read_is_neither_nothing_nor_nobody():
    found = report(described=["ada"], not_read=["people", "apps"], prices={"ml.t3.medium": 0.05})
    assert found["people"] == [{"name": "ada", "described": True, "status": "not known", "profile": None}]
    assert found["not_read"] == ["people", "apps"]
    names = ("signed_up", "running_apps", "stopping_soon", "hours_saved", "dollars_saved")
    assert {name: found["summary"][name] for name in names} == dict.fromkeys(names)
    shown = page(found)
    assert shown.count("Not known: AWS could not be read.") == 2
    assert "No app." not in shown and "None" not in shown
    assert " 0" not in shown[shown.index("of 1 described person signed up") :]
