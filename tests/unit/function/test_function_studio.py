# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The team's domain among many, what is remembered of it, and profiles made on first sign-in."""

from __future__ import annotations

import pytest

URL = "https://{}.studio.eu-central-1.sagemaker.aws/auth?token=TOP-SECRET"


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


def test_a_warm_sign_in_costs_two_calls(ask, make_event, sagemaker):
    domain_id = sagemaker.add_domain("team1")
    opened(ask, make_event())
    assert sagemaker.operations() == ["ListDomains", "ListTags", "CreatePresignedDomainUrl"]
    sagemaker.calls.clear()
    assert opened(ask, make_event()) == URL.format(domain_id)
    assert sagemaker.operations() == ["ListTags", "CreatePresignedDomainUrl"]


@pytest.mark.parametrize("warm", [True, False])
def test_a_closed_domain_lets_nobody_in_from_that_moment_on(ask, make_event, sagemaker, warm):
    domain_id = sagemaker.add_domain("team1")
    sagemaker.add_domain("team2")
    if warm:
        opened(ask, make_event())
    sagemaker.domains[domain_id]["tags"]["ClosedForSignIn"] = "true"
    sagemaker.calls.clear()
    status, body = ask(make_event())
    assert (status, body["status"]) == (409, "Closed")
    assert "taking it down" in body["message"]
    assert "CreatePresignedDomainUrl" not in sagemaker.operations()
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
    assert sagemaker.operations() == ["ListTags", "CreatePresignedDomainUrl"]


def test_a_domain_that_is_being_replaced_gives_way_to_the_new_one(ask, make_event, sagemaker):
    first = sagemaker.add_domain("team1")
    opened(ask, make_event())
    sagemaker.domains[first]["Status"] = "Deleting"
    second = sagemaker.add_domain("team1")
    assert opened(ask, make_event()) == URL.format(second)


def test_a_removed_domain_gets_404_and_is_forgotten(ask, make_event, sagemaker):
    domain_id = sagemaker.add_domain("team1")
    opened(ask, make_event())
    sagemaker.remove_domain(domain_id)
    assert ask(make_event())[0] == 404
    sagemaker.calls.clear()
    assert ask(make_event())[0] == 404
    assert sagemaker.operations() == ["ListDomains"]


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


def test_of_namesakes_the_one_of_our_platform_counts(ask, make_event, sagemaker):
    sagemaker.add_domain("team1", tags={"Platform": "another"})
    sagemaker.add_domain("team1", tags={})
    ours = sagemaker.add_domain("team1")
    sagemaker.add_domain("team1", tags={"Platform": "sagemaker-studio-2"})
    assert opened(ask, make_event()) == URL.format(ours)


def test_of_our_own_namesakes_the_one_in_service_counts_then_the_oldest(ask, make_event, sagemaker):
    sagemaker.add_domain("team1", status="Failed")
    oldest = sagemaker.add_domain("team1")
    sagemaker.add_domain("team1")
    assert opened(ask, make_event()) == URL.format(oldest)


def test_a_domain_without_a_platform_counts_when_it_is_the_only_one(ask, make_event, sagemaker):
    only = sagemaker.add_domain("team1", tags={"Owner": "somebody"})
    assert opened(ask, make_event()) == URL.format(only)


@pytest.mark.parametrize("platforms", [["another"], ["another", None], [None, None]])
def test_a_domain_that_is_not_ours_is_not_opened(ask, make_event, sagemaker, platforms):
    for platform in platforms:
        sagemaker.add_domain("team1", tags={"Platform": platform} if platform else {})
    status, body = ask(make_event())
    assert status == 404
    assert "no Studio domain" in body["message"]
    assert "CreatePresignedDomainUrl" not in sagemaker.operations()


def test_names_are_compared_whole(ask, make_event, sagemaker):
    for name in ("team10", "my-team1", "Team1"):
        sagemaker.add_domain(name)
    assert ask(make_event())[0] == 404


def test_the_profile_is_found_whatever_its_case(ask, make_event, make_payload, sagemaker):
    domain_id = sagemaker.add_domain("team1", profiles=["ada"])
    assert opened(ask, make_event(make_payload(username="Ada"))) == URL.format(domain_id)


@pytest.mark.parametrize("username", ["a" * 64, "-ada", "ada-", "ada.b", "ada@b", "ada\n", "ådå"])
def test_a_name_that_cannot_be_a_profile_is_never_sent(ask, make_event, make_payload, sagemaker, username):
    sagemaker.add_domain("team1", profiles=[username])
    assert ask(make_event(make_payload(username=username)))[0] == 404
    assert sagemaker.calls == []


@pytest.mark.parametrize("username", ["a", "a" * 63, "Ada-B--c9"])
def test_every_name_that_can_be_a_profile_is_sent(ask, make_event, make_payload, sagemaker, username):
    sagemaker.add_domain("team1", profiles=[username])
    assert ask(make_event(make_payload(username=username)))[0] == 200


OPEN_TO_MEMBERS = {"Platform": "sagemaker-studio", "ProfileOnFirstSignIn": "true"}


def test_a_profile_is_made_on_first_sign_in_where_the_domain_says_so(ask, make_event, sagemaker):
    domain_id = sagemaker.add_domain("team1", tags=OPEN_TO_MEMBERS, profiles=[])
    status, body = ask(make_event())
    assert (status, body["status"]) == (409, "Pending")
    assert sagemaker.calls[-1] == (
        "CreateUserProfile",
        {
            "DomainId": domain_id,
            "UserProfileName": "ada",
            "Tags": [{"Key": "Platform", "Value": "sagemaker-studio"}, {"Key": "DomainName", "Value": "team1"}],
        },
    )
    assert ask(make_event())[0] == 409
    sagemaker.profiles[domain_id]["ada"] = "InService"
    assert opened(ask, make_event()) == URL.format(domain_id)
    assert sagemaker.operations().count("CreateUserProfile") == 1


def test_two_first_sign_ins_at_once_make_one_profile(ask, make_event, sagemaker):
    sagemaker.add_domain("team1", tags=OPEN_TO_MEMBERS, profiles=[])
    sagemaker.fail("CreateUserProfile", "ResourceInUse")
    status, body = ask(make_event())
    assert (status, body["status"]) == (409, "Pending")


def test_a_profile_that_cannot_be_made_gets_503(ask, make_event, sagemaker):
    sagemaker.add_domain("team1", tags=OPEN_TO_MEMBERS, profiles=[])
    sagemaker.fail("CreateUserProfile", "AccessDeniedException")
    assert ask(make_event())[0] == 503


@pytest.mark.parametrize("value", ["false", "True", "yes", ""])
def test_any_other_value_of_the_tag_makes_no_profile(ask, make_event, sagemaker, value):
    sagemaker.add_domain("team1", tags={**OPEN_TO_MEMBERS, "ProfileOnFirstSignIn": value}, profiles=[])
    assert ask(make_event())[0] == 404
    assert "CreateUserProfile" not in sagemaker.operations()


def test_a_non_member_makes_no_profile(ask, make_event, sagemaker):
    sagemaker.add_domain("team2", tags=OPEN_TO_MEMBERS, profiles=[])
    assert ask(make_event(team="team2"))[0] == 403
    assert sagemaker.calls == []


def test_the_real_client_gives_up_before_the_gateway_does(monkeypatch):
    import studio

    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "111111111111")
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    client = studio.make_client("eu-west-1")
    options = client.meta.config
    assert client.meta.region_name == "eu-west-1"
    assert client.meta.endpoint_url == "http://127.0.0.1:9"
    assert options.retries["mode"] == "standard"
    assert options.retries["total_max_attempts"] * (options.connect_timeout + options.read_timeout) < 29
