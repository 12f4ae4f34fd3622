# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The team's domain among many, and what is remembered of it."""

from __future__ import annotations

import pytest

URL = "https://{}.studio.eu-central-1.sagemaker.aws/auth?token=TOP-SECRET"


OURS = {"Platform": "sagemaker-studio", "DomainName": "team1"}
OPEN_TO_MEMBERS = {**OURS, "ProfileOnFirstSignIn": "true"}
# Named like the team, and not the team's.
NOT_OURS = {
    "another platform's": {**OURS, "Platform": "another"},
    "another team's": {**OURS, "DomainName": "team2"},
    "no team's": {"Platform": "sagemaker-studio"},
    "no platform's": {"DomainName": "team1"},
    "nobody's": {},
}


def opened(ask, event):
    """The address that a sign-in opened; fails when it opened none."""
    status, body = ask(event)
    assert status == 200, body
    return body["url"]


@pytest.mark.parametrize("position", [0, 10, 149])
def test_the_domain_is_found_among_any_number(ask, make_event, sagemaker, position):
    domain_ids = [sagemaker.add_domain("team1" if number == position else f"other{number}") for number in range(150)]
    assert opened(ask, make_event()) == URL.format(domain_ids[position])
    assert sagemaker.operations().count("ListDomains") == 2


def test_a_warm_sign_in_costs_one_call(ask, make_event, sagemaker, clock):
    domain_id = sagemaker.add_domain("team1")
    opened(ask, make_event())
    assert sagemaker.operations() == [
        "ListDomains",
        "ListTags",
        "DescribeUserProfile",
        "ListTags",
        "CreatePresignedDomainUrl",
    ]
    sagemaker.calls.clear()
    clock.wait(29.9)
    assert opened(ask, make_event()) == URL.format(domain_id)
    assert sagemaker.operations() == ["CreatePresignedDomainUrl"]


def test_the_domains_tags_are_read_again_after_30_seconds(ask, make_event, sagemaker, clock):
    domain_id = sagemaker.add_domain("team1")
    opened(ask, make_event())
    sagemaker.calls.clear()
    clock.wait(30)
    assert opened(ask, make_event()) == URL.format(domain_id)
    assert sagemaker.operations() == ["ListTags", "CreatePresignedDomainUrl"]


@pytest.mark.parametrize("waits", [False, True])
def test_a_closed_domain_lets_nobody_in_after_30_seconds(ask, make_event, sagemaker, clock, waits):
    domain_id = sagemaker.add_domain("team1")
    opened(ask, make_event())
    sagemaker.domains[domain_id]["tags"]["ClosedForSignIn"] = "true"
    clock.wait(30 if waits else 29.9)
    sagemaker.calls.clear()
    status, body = ask(make_event())
    assert (status, body.get("status")) == ((409, "Closed") if waits else (200, None))
    assert ("CreatePresignedDomainUrl" in sagemaker.operations()) != waits


def test_a_closed_domain_makes_no_profile_and_gives_no_reason_but_that(ask, make_event, sagemaker):
    """What goes away while the domain is taken down is looked at afresh, however short a time ago it was there."""
    domain_id = sagemaker.add_domain("team1", tags={**OPEN_TO_MEMBERS})
    opened(ask, make_event())
    sagemaker.domains[domain_id]["tags"]["ClosedForSignIn"] = "true"
    del sagemaker.profiles[domain_id]["ada"]
    status, body = ask(make_event())
    assert (status, body["status"]) == (409, "Closed")
    assert "CreateUserProfile" not in sagemaker.operations()


def test_closed_is_not_remembered(ask, make_event, sagemaker):
    domain_id = sagemaker.add_domain("team1")
    sagemaker.domains[domain_id]["tags"]["ClosedForSignIn"] = "true"
    status, body = ask(make_event())
    assert (status, body["status"]) == (409, "Closed")
    assert "taking it down" in body["message"]
    del sagemaker.domains[domain_id]["tags"]["ClosedForSignIn"]
    assert opened(ask, make_event()) == URL.format(domain_id)


def test_a_replaced_domain_is_found_again(ask, make_event, sagemaker):
    first = sagemaker.add_domain("team1")
    assert opened(ask, make_event()) == URL.format(first)
    sagemaker.remove_domain(first)
    second = sagemaker.add_domain("team1")
    assert opened(ask, make_event()) == URL.format(second)
    sagemaker.calls.clear()
    assert opened(ask, make_event()) == URL.format(second)
    assert sagemaker.operations() == ["CreatePresignedDomainUrl"]


@pytest.mark.parametrize("seconds", [1, 31, 301])
def test_a_domain_is_found_however_long_ago_it_was_replaced(ask, make_event, sagemaker, clock, seconds):
    first = sagemaker.add_domain("team1")
    opened(ask, make_event())
    sagemaker.remove_domain(first)
    second = sagemaker.add_domain("team1")
    clock.wait(seconds)
    assert opened(ask, make_event()) == URL.format(second)


def test_a_domain_that_is_being_replaced_gives_way_to_the_new_one(ask, make_event, sagemaker):
    first = sagemaker.add_domain("team1")
    opened(ask, make_event())
    sagemaker.domains[first]["Status"] = "Deleting"
    second = sagemaker.add_domain("team1")
    assert opened(ask, make_event()) == URL.format(second)


def test_a_removed_domain_gets_404_and_is_looked_for_again_after_5_seconds(ask, make_event, sagemaker, clock):
    domain_id = sagemaker.add_domain("team1")
    opened(ask, make_event())
    sagemaker.remove_domain(domain_id)
    assert ask(make_event())[0] == 404
    sagemaker.calls.clear()
    clock.wait(4.9)
    assert ask(make_event())[0] == 404
    assert sagemaker.operations() == []
    domain_id = sagemaker.add_domain("team1")
    clock.wait(0.1)
    assert opened(ask, make_event()) == URL.format(domain_id)


def test_thousands_of_domains_are_told_apart_and_do_not_fill_the_memory(
    ask, make_event, make_payload, sagemaker, monkeypatch
):
    import domains
    import handler

    monkeypatch.setattr(domains, "TEAMS", 20)
    domain_ids = [sagemaker.add_domain(f"team{number}") for number in range(2000)]
    # The first is asked for twice, with so many others between that it is forgotten.
    for number in [0, 1999, *range(970, 1000), 0]:
        payload = make_payload(**{"cognito:groups": [f"team{number}"]})
        assert opened(ask, make_event(payload, team=f"team{number}")) == URL.format(domain_ids[number])
    assert sagemaker.operations().count("ListDomains") == 33 * 2000 / 100
    remembered = handler.make_service().studio._domains
    assert [len(memory) for memory in (remembered._found, remembered._arns)] == [20, 20]


def test_a_domain_that_the_list_still_shows_but_is_gone_gets_404(ask, make_event, sagemaker):
    sagemaker.add_domain("team1")
    sagemaker.fail("CreatePresignedDomainUrl", "ResourceNotFound")
    sagemaker.fail("DescribeDomain", "ResourceNotFound")
    status, body = ask(make_event())
    assert status == 404
    assert "no Studio domain" in body["message"]


def test_a_domain_that_the_list_shows_in_service_but_is_not_gets_409(ask, make_event, sagemaker, monkeypatch):
    sagemaker.add_domain("team1")
    sagemaker.fail("CreatePresignedDomainUrl", "ValidationException")
    monkeypatch.setattr(sagemaker, "DescribeDomain", lambda DomainId: {"Status": "Deleting"})  # noqa: N803
    status, body = ask(make_event())
    assert (status, body["status"]) == (409, "Deleting")


def test_a_refusal_that_has_passed_is_tried_once_more(ask, make_event, sagemaker):
    domain_id = sagemaker.add_domain("team1")
    sagemaker.fail("CreatePresignedDomainUrl", "ValidationException")
    assert opened(ask, make_event()) == URL.format(domain_id)


@pytest.mark.parametrize("tags", NOT_OURS.values(), ids=NOT_OURS)
@pytest.mark.parametrize("status", ["InService", "Pending"])
def test_of_namesakes_the_one_with_both_tags_counts(ask, make_event, sagemaker, tags, status):
    sagemaker.add_domain("team1", tags=tags)
    ours = sagemaker.add_domain("team1", status)
    sagemaker.add_domain("team1", tags=tags)
    answer, body = ask(make_event())
    if status == "InService":
        assert body == {"url": URL.format(ours)}
    else:
        assert (answer, body["status"]) == (409, "Pending")


@pytest.mark.parametrize("tags", NOT_OURS.values(), ids=NOT_OURS)
@pytest.mark.parametrize("count", [1, 2])
def test_a_domain_that_is_not_ours_is_not_opened(ask, make_event, sagemaker, tags, count):
    for _ in range(count):
        sagemaker.add_domain("team1", tags=tags)
    status, body = ask(make_event())
    assert status == 404
    assert "no Studio domain" in body["message"]
    assert "CreatePresignedDomainUrl" not in sagemaker.operations()


@pytest.mark.parametrize("status", ["Pending", "Updating", "Update_Failed", "Delete_Failed"])
def test_a_younger_namesake_never_takes_over(ask, make_event, sagemaker, status):
    """The oldest holds the home directories, and is waited for."""
    oldest = sagemaker.add_domain("team1")
    sagemaker.add_domain("team1")
    assert opened(ask, make_event()) == URL.format(oldest)
    sagemaker.domains[oldest]["Status"] = status
    answer, body = ask(make_event())
    assert (answer, body["status"]) == (409, status)


@pytest.mark.parametrize("status", ["Failed", "Deleting"])
def test_a_domain_that_never_was_or_is_going_counts_where_there_is_no_other(ask, make_event, sagemaker, status):
    sagemaker.add_domain("team1", status)
    answer, body = ask(make_event())
    assert (answer, body["status"]) == (409, status)
    other = sagemaker.add_domain("team1")
    assert opened(ask, make_event()) == URL.format(other)


def test_a_domain_that_is_the_teams_no_more_is_forgotten(ask, make_event, sagemaker, clock):
    former = sagemaker.add_domain("team1")
    opened(ask, make_event())
    sagemaker.domains[former]["tags"] = {**OURS, "DomainName": "team2"}
    clock.wait(30)
    assert ask(make_event())[0] == 404
    clock.wait(5)
    present = sagemaker.add_domain("team1")
    assert opened(ask, make_event()) == URL.format(present)


def test_where_a_domain_is_is_looked_for_again_after_5_minutes(ask, make_event, sagemaker, clock):
    sagemaker.add_domain("team1")
    for expected in (1, 1, 2, 2):
        opened(ask, make_event())
        assert sagemaker.operations().count("ListDomains") == expected
        clock.wait(150)


def test_names_are_compared_whole(ask, make_event, sagemaker):
    for name in ("team10", "my-team1", "Team1"):
        sagemaker.add_domain(name)
    assert ask(make_event())[0] == 404
