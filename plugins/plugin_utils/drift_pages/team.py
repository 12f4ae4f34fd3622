# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A team's page of the drift check."""

from __future__ import annotations

from .files import OVERVIEW
from .markup import Content, Element, element
from .parts import (
    NOT_KNOWN,
    Variables,
    chip,
    counted,
    known,
    money,
    numbers,
    page,
    paragraph,
    section,
    soft,
    table,
    whole,
)

# Of a difference with more settings than these the settings are folded away.
FEW = 4
NOTHING = "-"
DOING = {"Pending": ", starting", "Deleting": ", stopping"}


def team_page(report: Variables) -> str:
    """Return the page of a team's report, as drift_reports.report_of() makes it."""
    return page(
        f"Studio of team {report['team']}, {report['checked_at']} UTC",
        element("nav", element("a", "All teams", href=OVERVIEW), aria_label="Pages"),
        _header(report),
        _counts(report),
        _differences(report),
        section("people", "People", _people(report)),
        section("money", "Budget and cost", _budget(report["budget"]), _cost(report["cost"])),
        section("apps", "What runs now", *_apps(report)),
        section("stopped", "What stopped in the last 24 hours", *_stopped(report)),
        element("footer", _domain(report)),
    )


def _header(report: Variables) -> Element:
    place = f"Platform {report['platform']} in {report['region']}" if report["platform"] else "Platform not known"
    account = f", account {report['account']}" if report["account"] else ""
    return element(
        "header",
        element("h1", f"Studio of team {report['team']}"),
        soft(
            f"{place}{account}.",
            f" Compared with its description on {report['checked_at']} UTC; nothing was changed. All times are UTC.",
        ),
        _verdict(report),
    )


def _verdict(report: Variables) -> Element:
    count, of_platform = report["summary"]["differences"], len(report["platform_differences"])
    if report["error"]:
        return _said("bad", f"The comparison is not complete: {report['error']}")
    if report["state"] == "failed":
        return _said("bad", f"The domain has failed: its status is {report['domain']['status']}.")
    if report["state"] == "not there":
        return _said("bad", "The team has no domain in AWS. The next run of teams.yml makes it.")
    if count or of_platform:
        words = (
            f"{counted(count, 'difference')} from the description of the team, {of_platform} from that of the platform."
        )
        return _said("warn", words)
    return _said("good", "Everything is as described.")


def _said(tone: str, words: str) -> Element:
    return element("p", words, class_=f"verdict {tone}")


def _counts(report: Variables) -> Element:
    summary = report["summary"]
    found = "found before the comparison stopped" if report["error"] else "from the description"
    difference = "difference" if summary["differences"] == 1 else "differences"
    return numbers(
        (str(summary["differences"]), f"{difference} {found}"),
        (
            known(summary["signed_up"]),
            f"of {counted(summary['described'], 'described person', 'described people')} signed up",
        ),
        (known(summary["running_apps"]), f"{'app' if summary['running_apps'] == 1 else 'apps'} running"),
        (known(summary["hours_saved"]), "instance hours not used, since apps stopped in the last 24 hours"),
    )


def _differences(report: Variables) -> Element:
    nothing = "Nothing was found before the comparison stopped." if report["error"] else "Nothing."
    own, of_platform = report["differences"], report["platform_differences"]
    return section(
        "differences",
        "What differs from the description",
        _list(own) if own else paragraph(nothing),
        [element("h3", "On the platform, which all its teams share"), _list(of_platform)] if of_platform else None,
    )


def _list(differences: list[Variables]) -> Element:
    return element("ul", [element("li", _difference(one)) for one in differences], class_="differences")


def _difference(difference: Variables) -> Content:
    options = [*_named(difference["options"]), " "] if not difference["values"] else []
    head = paragraph(element("strong", difference["what"]), " ", options, chip(difference["kind"]))
    if difference["values"]:
        return [head, _values(difference["values"])]
    unsaid = difference["kind"] == "changed"
    return [head, soft("The task does not tell which settings.") if unsaid else None]


def _values(values: list[Variables]) -> Element:
    rows: list[list[Content]] = [
        [_setting(value), element("code", value["described"] or NOTHING), element("code", value["actual"] or NOTHING)]
        for value in values
    ]
    return element(
        "details",
        element("summary", counted(len(values), "setting")),
        table(["Option, and setting in AWS", "Described", "In AWS"], rows, "values"),
        **({"open": ""} if len(values) < FEW else {}),
    )


def _setting(value: Variables) -> Content:
    """The inventory's own name first, where it is known."""
    path = element("code", value["name"] or "value")
    return [element("strong", _named(value["options"])), path] if value["options"] else path


def _named(options: list[str]) -> list[Content]:
    names: list[Content] = []
    for option in options:
        names += [" or " if names else None, element("code", option)]
    return names


def _people(report: Variables) -> Element:
    if not report["people"]:
        return paragraph("Nobody.")
    rows: list[list[Content]] = [
        [person["name"], chip(person["status"]), _profile(person["profile"])] for person in report["people"]
    ]
    return table(["Name", "Sign-in", "Studio profile"], rows)


def _profile(is_there: bool | None) -> str:
    return NOT_KNOWN if is_there is None else "yes" if is_there else "none"


def _budget(budget: Variables) -> Element:
    if not budget:
        return paragraph("No budget is described (studio_budget), or AWS was not asked.")
    if budget["error"]:
        return paragraph(f"The budget is not known: {budget['error']}")
    unit = budget["unit"]
    forecast = (
        "no forecast yet" if budget["forecast"] is None else f"{money(budget['forecast'], unit)} expected by its end"
    )
    spent = NOT_KNOWN if budget["actual"] is None else money(budget["actual"], unit)
    limit = NOT_KNOWN if budget["limit"] is None else money(budget["limit"], unit)
    return paragraph(f"Budget of this month, by AWS Budgets: {spent} of {limit} spent, {forecast}.")


def _cost(cost: Variables) -> Element:
    if not cost:
        return soft("Cost Explorer was not asked, as each request costs 0.01 USD: drift_ask_cost_explorer asks it.")
    if cost["error"]:
        return paragraph(f"Cost Explorer did not tell the cost: {cost['error']}")
    if cost["amount"] is None:
        return paragraph(
            "Cost Explorer knows of no cost of the team in this month: there was none, or the tag DomainName is not"
            " activated as a cost allocation tag."
        )
    estimated = ", an estimate until the month is billed" if cost["is_estimated"] else ""
    words = f"Cost since {cost['since']}, by Cost Explorer: {money(cost['amount'], cost['unit'])}{estimated}."
    return paragraph(words)


def _apps(report: Variables) -> list[Content]:
    if not report["apps"]:
        return [paragraph(_no_app(report))]
    summary = report["summary"]
    rows: list[list[Content]] = [
        [
            f"{app['app_type']} in {app['place']}{DOING.get(app['status'], '')}",
            whole(app["instance_type"]),
            [whole(known(app["since"])), f" ({app['hours']} hours)" if app["since"] else ""],
            whole(known(app["last_activity"])),
            _shutdown(app),
        ]
        for app in report["apps"]
    ]
    stop = "stops" if summary["stopping_soon"] == 1 else "stop"
    return [
        table(["App", "Instance", "Since (UTC)", "Last activity (UTC)", "Idle shutdown"], rows),
        soft(
            f"{summary['stopping_soon']} of {summary['running_apps']} {stop} within half an hour if nobody works there."
            " AWS moves the last activity at every health check, too, so an app may be idle for longer than it seems."
        ),
    ]


def _shutdown(app: Variables) -> Content:
    return [
        f"after {app['idle_minutes']} idle minutes" if app["idle_minutes"] else "never",
        [", not before ", whole(app["stops_at"])] if app["stops_at"] else None,
        [" ", element("span", "soon", class_="chip warn")] if app["stops_soon"] else None,
    ]


def _stopped(report: Variables) -> list[Content]:
    if not report["stopped_apps"]:
        return [paragraph(_no_app(report))]
    rows: list[list[Content]] = [
        [f"{app['app_type']} in {app['place']}", whole(app["instance_type"]), known(app["stopped_at"]), _saved(app)]
        for app in report["stopped_apps"]
    ]
    dollars = report["summary"]["dollars_saved"]
    total = f" What is known adds up to {money(dollars)}." if dollars is not None else ""
    return [
        table(["App", "Instance", "Stopped (UTC)", "Not used since then"], rows),
        soft(
            "An app counts from its last health check, which is when it stopped, until this look. AWS keeps it for 24"
            f" hours, and does not say who stopped it: idle shutdown or a person.{total}"
        ),
    ]


def _saved(app: Variables) -> str:
    hours = NOT_KNOWN if app["hours_saved"] is None else f"{app['hours_saved']} instance hours"
    return hours if app["dollars_saved"] is None else f"{hours}, {money(app['dollars_saved'])}"


def _no_app(report: Variables) -> str:
    return "Not known: AWS could not be read." if "apps" in report["not_read"] else "No app."


def _domain(report: Variables) -> str:
    domain = report["domain"]
    status = f", {domain['status']}" if domain["status"] else ""
    return f"Domain {domain['id'] or (NOT_KNOWN if report['not_read'] else 'not there')}{status}."
