# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Put together what the drift check found out of a team."""

from __future__ import annotations

import json
import typing as t
from datetime import datetime, timedelta, timezone

from .option_names import platform_options, team_options

# Of longer values only what differs is told, with so much of what is around it; of a difference at most so much.
LONGEST = 300
AROUND = 60
MOST = 4000
OptionsOf = t.Callable[[str, str], t.Tuple[str, ...]]
BLOCKS = {"JupyterLab": "jupyter_lab_app_settings", "CodeEditor": "code_editor_app_settings"}
RUNNING = ("InService", "Pending", "Deleting")
FAILED = ("Failed", "Update_Failed", "Delete_Failed")
NOT_DESCRIBED = "not described"
# What a team is, the worst first.
AS_DESCRIBED = "as described"
STATES = ("failed", "look incomplete", "not there", "differs", AS_DESCRIBED)
# By its domain's tag a team takes members whom nobody describes.
TAKES_MEMBERS_TAG = "ProfileOnFirstSignIn"
# Seconds. AWS's shortest idle time is an hour, so an app that stops soon was idle for half an hour at least.
SOON = 30 * 60


def drift_report(facts: dict[str, t.Any]) -> dict[str, t.Any]:
    """Return the report: state, differences, platform_differences, people, apps, stopped_apps, last_activity, budget,
    cost, not_read, summary. What AWS does not tell is None.

    facts: now (seconds since 1970, or ISO 8601), found (what would change, each {"task", "step", "item", "before",
    "after"}, the step in words), described (names of the described people), users, strangers, profiles, domain,
    spaces, apps (as modules return them), budget and cost (as a look tells them), prices (dollars an hour by instance
    type), error (why not everything could be looked at), platform_found (as found, of the platform), and not_read
    ("people", "apps", or both, where AWS could not be read).
    """
    facts = {**facts, "now": _seconds(facts["now"])}
    prices, apps = facts.get("prices") or {}, facts.get("apps") or []
    people = _people(facts)
    report = {
        "differences": [
            *_explained(facts.get("found"), team_options),
            *_undescribed(people, facts.get("domain") or {}),
        ],
        "platform_differences": _explained(facts.get("platform_found"), platform_options),
        "people": people,
        "apps": [_app(app, facts) for app in apps if app["status"] in RUNNING],
        "stopped_apps": [_stopped(app, facts["now"], prices) for app in apps if app["status"] == "Deleted"],
        "last_activity": _moment(max((_seconds(app.get("last_user_activity_timestamp")) for app in apps), default=0)),
        "budget": facts.get("budget") or {},
        "cost": facts.get("cost") or {},
        "not_read": facts.get("not_read") or [],
    }
    return {
        **report,
        "state": _state(report, facts),
        "summary": {**_counts(report), **_savings(report, prices)},
    }


def _explained(found: list[dict[str, t.Any]] | None, options_of: OptionsOf) -> list[dict[str, t.Any]]:
    return [explain(one, options_of) for one in found or []]


def _undescribed(people: list[dict[str, t.Any]], domain: dict[str, t.Any]) -> list[dict[str, t.Any]]:
    """Return people who are in the team and whom nobody describes, as differences, unless the team takes such."""
    if (domain.get("tags") or {}).get(TAKES_MEMBERS_TAG) == "true":
        return []
    return [
        {"what": f"Person: {person['name']}", "kind": NOT_DESCRIBED, "options": ["studio_users"], "values": []}
        for person in people
        if not person["described"]
    ]


def _state(report: dict[str, t.Any], facts: dict[str, t.Any]) -> str:
    """Return one of STATES, the first that fits."""
    domain = facts.get("domain") or {}
    fits = {
        "failed": domain.get("status") in FAILED,
        "look incomplete": bool(facts.get("error") or report["not_read"]),
        "not there": not domain,
        "differs": bool(report["differences"] or report["platform_differences"]),
        AS_DESCRIBED: True,
    }
    return next(state for state in STATES if fits[state])


def _counts(report: dict[str, t.Any]) -> dict[str, t.Any]:
    """Return how many there are of what the report tells; None where AWS was not read."""
    people, apps = ("people" not in report["not_read"]), ("apps" not in report["not_read"])
    return {
        "differences": len(report["differences"]),
        "people": len(report["people"]),
        "described": sum(person["described"] for person in report["people"]),
        "signed_up": sum(person["status"] == "signed up" for person in report["people"]) if people else None,
        "running_apps": len(report["apps"]) if apps else None,
        "stopping_soon": sum(app["stops_soon"] for app in report["apps"]) if apps else None,
    }


def _savings(report: dict[str, t.Any], prices: dict[str, t.Any]) -> dict[str, t.Any]:
    """Return what is known of what the stopped apps saved."""
    stopped, read = report["stopped_apps"], "apps" not in report["not_read"]
    return {
        "hours_saved": _sum([app["hours_saved"] for app in stopped], 1) if read else None,
        "dollars_saved": _sum([app["dollars_saved"] for app in stopped], 2) if read and prices else None,
    }


def _sum(numbers: list[float | None], digits: int) -> float | None:
    """Return the sum of those that are known; None where there are some and none is known."""
    known = [number for number in numbers if number is not None]
    return _rounded(sum(known) if known or not numbers else None, digits)


def _rounded(number: float | None, digits: int) -> float | None:
    return None if number is None else round(number, digits)


def explain(found: dict[str, t.Any], options_of: OptionsOf = team_options) -> dict[str, t.Any]:
    """Return a difference as {"what", "kind", "options", "values"}.

    kind is missing, left over or changed, values a list of {"options", "name", "actual", "described"}: the
    options of the inventory that describe it, where they are known, its path in AWS, and texts. A module that shows no
    values gives none.
    """
    before, after, step = _read(found.get("before")), _read(found.get("after")), found.get("step") or ""
    what = ": ".join(part for part in (found["task"], found.get("item") or "") if part)
    told = {"what": what, "options": list(options_of(step, "")), "values": []}
    if before is None and after is None:
        return {**told, "kind": "changed"}
    if not before:
        return {**told, "kind": "missing"}
    if not after:
        return {**told, "kind": "left over"}
    actual, described = _leaves(before), _leaves(after)
    names = [name for name in {**actual, **described} if actual.get(name) != described.get(name)]
    values = [
        {
            "options": list(options_of(step, name)),
            "name": name,
            **dict(zip(("actual", "described"), _apart(actual.get(name), described.get(name)))),
        }
        for name in sorted(names)
    ]
    return {**told, "kind": "changed", "values": values}


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
    return value if isinstance(value, str) else json.dumps(value, sort_keys=True, default=str)


def _apart(actual: object, described: object) -> tuple[str, str]:
    """Return both values as texts. Of long ones what both have is left out, so that what differs can be seen."""
    if isinstance(actual, list) and isinstance(described, list) and _is_long(actual, described):
        kept = [item for item in actual if item not in described], [item for item in described if item not in actual]
        actual, described = kept if any(kept) else (actual, described)
    if not _is_long(actual, described):
        return _text(actual), _text(described)
    left, right = _text(actual), _text(described)
    same = _alike(left, right)
    start = max(0, same - AROUND)
    end = max(0, _alike(left[same:][::-1], right[same:][::-1]) - AROUND)
    return _window(left, start, end), _window(right, start, end)


def _alike(left: str, right: str) -> int:
    """Return with how many same characters two texts begin."""
    pairs = enumerate(zip(left, right))
    return next((number for number, (one, other) in pairs if one != other), min(len(left), len(right)))


def _is_long(*values: object) -> bool:
    return any(len(_text(value)) > LONGEST for value in values)


def _window(text: str, start: int, end: int) -> str:
    """Return a text without its first and last characters, so many, and not more than MOST of it."""
    part = text[start : len(text) - end]
    shown = part if len(part) <= MOST else f"{part[:MOST]}…"
    return f"{'…' if start else ''}{shown}{'…' if end else ''}"


def _people(facts: dict[str, t.Any]) -> list[dict[str, t.Any]]:
    users = {user["username"].lower(): user for user in facts.get("users") or [] if "username" in user}
    profiles = {profile["user_profile_name"].lower() for profile in facts.get("profiles") or []}
    described = {name.lower(): name for name in facts.get("described") or []}
    others = {name.lower(): name for name in facts.get("strangers") or []}
    others.update({name: name for name in profiles - described.keys() - others.keys()})
    if "people" in (facts.get("not_read") or []):
        unknown = {"described": True, "status": "not known", "profile": None}
        return [{"name": name, **unknown} for _key, name in sorted(described.items())]
    return [
        {
            "name": name,
            "described": key in described,
            "status": _status(users.get(key), key in described),
            "profile": key in profiles,
        }
        for key, name in sorted({**others, **described}.items())
    ]


def _status(user: dict[str, t.Any] | None, described: bool) -> str:
    if not described:
        return NOT_DESCRIBED
    if user is None:
        return "not invited yet"
    if not user.get("enabled", True):
        return "shut out"
    return "signed up" if user.get("password_set") else "invited"


def _app(app: dict[str, t.Any], facts: dict[str, t.Any]) -> dict[str, t.Any]:
    now, active = facts["now"], _seconds(app.get("last_user_activity_timestamp"))
    minutes = _idle_minutes(app, facts)
    stops = active + minutes * 60 if active and minutes else None
    return {
        **_place(app),
        "status": app["status"],
        "since": _moment(app.get("creation_time")),
        "hours": _rounded(_hours(app.get("creation_time"), now), 1),
        "last_activity": _moment(app.get("last_user_activity_timestamp")),
        "idle_minutes": minutes,
        "stops_at": _moment(stops),
        "stops_soon": stops is not None and stops < now + SOON,
    }


def _idle_minutes(app: dict[str, t.Any], facts: dict[str, t.Any]) -> int | None:
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


def _idle(settings: dict[str, t.Any], block: str) -> dict[str, t.Any]:
    lifecycle = (settings.get(block) or {}).get("app_lifecycle_management") or {}
    return lifecycle.get("idle_settings") or {}


def _stopped(app: dict[str, t.Any], now: float, prices: dict[str, t.Any]) -> dict[str, t.Any]:
    """AWS tells no end: the last health check is it, and is not always there."""
    place, ended = _place(app), app.get("last_health_check_timestamp")
    hours, price = _hours(ended, now), prices.get(place["instance_type"])
    return {
        **place,
        "stopped_at": _moment(ended),
        "hours_saved": _rounded(hours, 1),
        "dollars_saved": None if hours is None or price is None else round(hours * float(price), 2),
    }


def _hours(since: object, now: float) -> float | None:
    """Return the hours since a moment; None where there is none."""
    seconds = _seconds(since)
    return max(0.0, (now - seconds) / 3600) if seconds else None


def _place(app: dict[str, t.Any]) -> dict[str, t.Any]:
    return {
        "app_type": app["app_type"],
        "place": app.get("space_name") or app.get("user_profile_name") or "",
        "instance_type": (app.get("resource_spec") or {}).get("instance_type", ""),
    }


def _seconds(moment: object) -> float:
    """Return the seconds since 1970 of a moment as modules show it: seconds, or a text of ISO 8601; 0 for none."""
    if isinstance(moment, (int, float)):
        return float(moment)
    try:
        read = datetime.fromisoformat(str(moment).replace("Z", "+00:00"))
    except ValueError:
        return 0.0
    return (read if read.tzinfo else read.replace(tzinfo=timezone.utc)).timestamp()


def _moment(value: object) -> str | None:
    """Return a moment as UTC to the minute, None where there is none."""
    seconds = _seconds(value)
    if not seconds:
        return None
    return (datetime(1970, 1, 1, tzinfo=timezone.utc) + timedelta(seconds=seconds)).strftime("%Y-%m-%d %H:%M")
