# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The overview of all teams: one page for whoever answers for them."""

from __future__ import annotations

import typing as t

from .files import page_link
from .markup import Content, Element, element
from .parts import (
    NOT_KNOWN,
    chip,
    counted,
    known,
    money,
    numbers,
    page,
    paragraph,
    section,
    small,
    soft,
    table,
    whole,
)
from .rows import Broken, Row

Told = t.Sequence[Row]


def overview_page(rows: Told, broken: t.Sequence[Broken], others: t.Sequence[str], made_at: str) -> str:
    """Return the overview.

    rows: a team's each; broken: reports that cannot be read; others: teams of reports that lie in the folder, and that
    the inventory does not list; made_at: UTC to the minute.
    """
    return page(
        f"Studio of all teams, {made_at} UTC",
        element(
            "header",
            element("h1", "Studio of all teams"),
            soft(f"Written on {made_at} UTC by the drift check, which changes nothing. All times are UTC."),
            _verdict(rows, broken),
        ),
        _sums(rows),
        section("teams", "Teams", _table(rows, made_at) if rows else paragraph("No team was looked at.")),
        _broken(broken),
        _others(others),
        _words(rows),
        wide=True,
    )


def _verdict(rows: Told, broken: t.Sequence[Broken]) -> Element:
    wrong = [row for row in rows if row.state != "as described"]
    if not wrong and not broken:
        return element("p", "Every team is as described.", class_="verdict good")
    words = f"{len(wrong)} of {counted(len(rows), 'team')} {'is' if len(wrong) == 1 else 'are'} not as described."
    unread = f" {counted(len(broken), 'report')} cannot be read." if broken else ""
    is_bad = broken or any(row.state != "differs" for row in wrong)
    return element("p", f"{words if wrong else ''}{unread}".strip(), class_=f"verdict {'bad' if is_bad else 'warn'}")


def _sums(rows: Told) -> Element:
    running, signed_up, hours = (
        [getattr(row, name) for row in rows if getattr(row, name) is not None]
        for name in ("running_apps", "signed_up", "hours_saved")
    )
    return numbers(
        (str(len(rows)), "team" if len(rows) == 1 else "teams"),
        (
            str(sum(signed_up)),
            f"of {counted(sum(row.described for row in rows), 'described person', 'described people')} signed up",
        ),
        (str(sum(running)), "app running" if sum(running) == 1 else "apps running"),
        (str(round(sum(hours), 1)), "instance hours not used, since apps stopped in the last 24 hours"),
    )


def _table(rows: Told, made_at: str) -> Element:
    asks = any(row.cost for row in rows)
    headings = ["Team", "State", "People", "Apps running", "Hours not used", "Budget", *(["Cost"] if asks else [])]
    cells = [
        [
            _team(row),
            _state(row),
            _people(row),
            _apps(row),
            known(row.hours_saved),
            _budget(row),
            *([_cost(row)] if asks else []),
            _last_activity(row),
            _looked(row, made_at),
        ]
        for row in rows
    ]
    return table([*headings, "Last activity", "Looked at"], cells)


def _team(row: Row) -> Content:
    place = f"{row.platform}, {row.region}" if row.platform else "platform not known"
    return [element("a", row.team, href=page_link(row.team)), small(place)]


def _state(row: Row) -> Content:
    return [chip(row.state), small(counted(row.differences, "difference")) if row.differences else None]


def _people(row: Row) -> Content:
    signed_up = NOT_KNOWN if row.signed_up is None else str(row.signed_up)
    return [
        f"{signed_up} of {row.described} signed up",
        small(f"{row.undescribed} not described") if row.undescribed else None,
    ]


def _apps(row: Row) -> Content:
    types = ", ".join(f"{number} of {name or 'no instance'}" for name, number in row.instance_types)
    return [known(row.running_apps), small(types) if types else None]


def _budget(row: Row) -> Content:
    budget = row.budget
    if not budget:
        return "none"
    if budget.get("error") or budget.get("actual") is None or budget.get("limit") is None:
        return NOT_KNOWN
    expected = budget.get("forecast")
    unit = budget.get("unit", "USD")
    over = budget["actual"] > budget["limit"]
    return [
        whole(money(budget["actual"], unit)),
        small(f"of {money(budget['limit'], unit)}"),
        small(f"{money(expected, unit)} expected") if expected is not None else None,
        element("span", "used up", class_="chip bad") if over else None,
    ]


def _cost(row: Row) -> Content:
    if not row.cost:
        return "not asked"
    amount = row.cost.get("amount")
    return NOT_KNOWN if amount is None else whole(money(amount, row.cost.get("unit", "USD")))


def _last_activity(row: Row) -> Content:
    if row.last_activity is None and row.running_apps == 0:
        return "none in 24 hours"
    return whole(known(row.last_activity))


def _looked(row: Row, made_at: str) -> Content:
    earlier = small("not in this run") if row.is_kept else None
    return [whole(row.checked_at), earlier]


def _broken(broken: t.Sequence[Broken]) -> Element | None:
    if not broken:
        return None
    rows: list[list[Content]] = [[element("code", one.file), one.reason] for one in broken]
    return section("broken", "Reports that cannot be read", table(["File", "Why"], rows))


def _others(others: t.Sequence[str]) -> Element | None:
    if not others:
        return None
    links = [element("li", element("a", team, href=page_link(team))) for team in others]
    return section(
        "others",
        "Not in this inventory",
        soft("Reports of earlier runs lie here of teams that the inventory does not list."),
        element("ul", links, class_="plain"),
    )


def _words(rows: Told) -> Element:
    errors = {str(money_of["error"]) for row in rows for money_of in (row.budget, row.cost) if money_of.get("error")}
    asked = "" if any(row.cost for row in rows) else " Cost Explorer was not asked (drift_ask_cost_explorer)."
    return section(
        "words",
        "What the columns say",
        soft(
            "State: as described; differs; not there (no domain); look incomplete (AWS or the description kept"
            " something from being looked at: the team's page says why); failed (the domain). A person in the team"
            " whom nobody describes is a difference."
        ),
        soft(
            "Hours not used: of apps that stopped in the last 24 hours, the instance hours from their last health check"
            " until the look. AWS does not say whether idle shutdown or a person stopped an app, nor how long it would"
            " have run."
        ),
        soft(
            "Budget: what AWS Budgets says was spent this month, of the limit. Cost: this month so far, of what carries"
            f" the team's tag DomainName.{asked} Last activity: the latest of the team's apps; AWS moves it at its"
            " health checks, too."
        ),
        [soft(f"Why money is not known: {error}") for error in sorted(errors)],
    )
