# -*- coding: utf-8 -*-

# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Put together what the drift check found out of a team."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone

DOCUMENTATION = r"""
name: drift_report
short_description: Put together what the drift check found out of a team
version_added: 0.1.0
description:
  - Makes of raw findings the report that people and programs read. It calls nothing.
positional: _input
options:
  _input:
    description:
      - The findings. C(now) (seconds since 1970, or ISO 8601), C(found) (what tasks would change, with C(task),
        C(item), C(before), C(after)), C(described) (names of the described people), C(users), C(strangers),
        C(profiles), C(domain), C(spaces), C(apps) (as the collection's modules return them) and C(prices) (dollars an
        hour by instance type).
    type: dict
    required: true
"""

EXAMPLES = r"""
report: "{{ {'now': 1767225600, 'found': [], 'apps': []} | mlplatform.studio.drift_report }}"
"""

RETURN = r"""
_value:
  description: C(differences), C(people), C(apps), C(stopped_apps) and C(summary).
  type: dict
"""

LONGEST = 300
BLOCKS = {"JupyterLab": "jupyter_lab_app_settings", "CodeEditor": "code_editor_app_settings"}
RUNNING = ("InService", "Pending", "Deleting")


def drift_report(facts: dict) -> dict:
    """Return the report: differences, people, apps, stopped_apps, summary."""
    facts = {**facts, "now": _seconds(facts["now"])}
    people, prices = _people(facts), facts.get("prices") or {}
    apps = [_app(app, facts) for app in facts.get("apps") or [] if app["status"] in RUNNING]
    stopped = [_stopped(app, facts["now"], prices) for app in facts.get("apps") or [] if app["status"] == "Deleted"]
    differences = [part for found in facts.get("found") or [] for part in explain(found)]
    return {
        "differences": differences,
        "people": people,
        "apps": apps,
        "stopped_apps": stopped,
        "summary": {
            "differences": len(differences),
            "people": len(people),
            "signed_up": sum(person["status"] == "signed up" for person in people),
            "running_apps": len(apps),
            "stopping_soon": sum(app["stops_at"] is not None for app in apps),
            "hours_saved": round(sum(app["hours_saved"] for app in stopped), 1),
            "dollars_saved": round(sum(app["dollars_saved"] or 0 for app in stopped), 2) if prices else None,
        },
    }


def explain(found: dict) -> list[dict]:
    """Return a difference as {"what", "kind", "values"}; kind is missing, left over or changed, values a list of
    {"name", "actual", "described"} texts. A module that shows no values gives none."""
    before, after = _read(found.get("before")), _read(found.get("after"))
    what = ": ".join(part for part in (found["task"], found.get("item") or "") if part)
    if before is None and after is None:
        return [{"what": what, "kind": "changed", "values": []}]
    if not before:
        return [{"what": what, "kind": "missing", "values": []}]
    if not after:
        return [{"what": what, "kind": "left over", "values": []}]
    actual, described = _leaves(before), _leaves(after)
    names = [name for name in {**actual, **described} if actual.get(name) != described.get(name)]
    values = [
        {"name": name, "actual": _text(actual.get(name)), "described": _text(described.get(name))}
        for name in sorted(names)
    ]
    return [{"what": what, "kind": "changed", "values": values}]


def _read(value: object) -> object:
    """Return what a text of JSON says; other texts and values as they are."""
    if isinstance(value, str):
        try:
            return json.loads(value)
        except ValueError:
            return value
    return value


def _leaves(value: object) -> dict[str, object]:
    """Return the leaves of a value by their paths, without empty ones: AWS leaves those out."""
    return {name: leaf for name, leaf in _flat(value) if leaf not in (None, "", [], {})}


def _flat(value: object, path: str = "") -> list[tuple[str, object]]:
    """Return the leaves of dicts, by their dotted paths; a list is a leaf."""
    value = _read(value)
    if isinstance(value, dict) and value:
        return [leaf for name, part in value.items() for leaf in _flat(part, f"{path}.{name}" if path else str(name))]
    return [(path, value)]


def _text(value: object) -> str:
    if value is None:
        return ""
    text = value if isinstance(value, str) else json.dumps(value, sort_keys=True, default=str)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


def _people(facts: dict) -> list[dict]:
    users = {user["username"].lower(): user for user in facts.get("users") or [] if "username" in user}
    profiles = {profile["user_profile_name"].lower() for profile in facts.get("profiles") or []}
    described = {name.lower(): name for name in facts.get("described") or []}
    others = {name.lower(): name for name in facts.get("strangers") or []}
    others.update({name: name for name in profiles - described.keys() - others.keys()})
    return [
        {
            "name": name,
            "described": key in described,
            "status": _status(users.get(key), key in described),
            "profile": key in profiles,
        }
        for key, name in sorted({**others, **described}.items())
    ]


def _status(user: dict | None, described: bool) -> str:
    if not described:
        return "not described"
    if user is None:
        return "not invited yet"
    if not user.get("enabled", True):
        return "shut out"
    return "signed up" if user.get("password_set") else "invited"


def _app(app: dict, facts: dict) -> dict:
    now, active = facts["now"], _seconds(app.get("last_user_activity_timestamp"))
    minutes = _idle_minutes(app, facts)
    stops = active + minutes * 60 if active and minutes else None
    return {
        **_place(app),
        "status": app["status"],
        "since": _moment(app.get("creation_time")),
        "hours": round((now - _seconds(app.get("creation_time"), now)) / 3600, 1),
        "last_activity": _moment(app.get("last_user_activity_timestamp")),
        "idle_minutes": minutes,
        "stops_at": _moment(stops) if stops else None,
    }


def _idle_minutes(app: dict, facts: dict) -> int | None:
    """Return after how many idle minutes an app is stopped, by its space, else by the domain; None for never."""
    block = BLOCKS.get(app["app_type"])
    if block is None:
        return None
    spaces = {space["space_name"]: space for space in facts.get("spaces") or []}
    space = spaces.get(app.get("space_name"), {})
    shared = (space.get("space_sharing_settings") or {}).get("sharing_type") == "Shared"
    domain = (facts.get("domain") or {}).get("default_space_settings" if shared else "default_user_settings") or {}
    own, general = (_idle(settings, block) for settings in (space.get("space_settings") or {}, domain))
    if general.get("lifecycle_management") != "ENABLED":
        return None
    return own.get("idle_timeout_in_minutes") or general.get("idle_timeout_in_minutes")


def _idle(settings: dict, block: str) -> dict:
    lifecycle = (settings.get(block) or {}).get("app_lifecycle_management") or {}
    return lifecycle.get("idle_settings") or {}


def _stopped(app: dict, now: float, prices: dict) -> dict:
    ended = _seconds(app.get("last_health_check_timestamp"), now)
    place, hours = _place(app), max(0.0, (now - ended) / 3600)
    price = prices.get(place["instance_type"])
    return {
        **place,
        "stopped_at": _moment(ended),
        "hours_saved": round(hours, 1),
        "dollars_saved": None if price is None else round(hours * float(price), 2),
    }


def _place(app: dict) -> dict:
    return {
        "app_type": app["app_type"],
        "place": app.get("space_name") or app.get("user_profile_name") or "",
        "instance_type": (app.get("resource_spec") or {}).get("instance_type", ""),
    }


def _seconds(moment: object, default: float = 0.0) -> float:
    """Return the seconds since 1970 of a moment as modules show it: seconds, or a text of ISO 8601."""
    if isinstance(moment, (int, float)):
        return float(moment)
    try:
        read = datetime.fromisoformat(str(moment).replace("Z", "+00:00"))
    except ValueError:
        return default
    return (read if read.tzinfo else read.replace(tzinfo=timezone.utc)).timestamp()


def _moment(value: object) -> str:
    """Return a moment as UTC to the minute, "" where there is none."""
    seconds = _seconds(value)
    if not seconds:
        return ""
    return (datetime(1970, 1, 1, tzinfo=timezone.utc) + timedelta(seconds=seconds)).strftime("%Y-%m-%d %H:%M")


class FilterModule:
    """The filter of this file."""

    def filters(self) -> dict:
        """Return the filters by name."""
        return {"drift_report": drift_report}
