# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where somebody may land: the person's own spaces and shared ones, and nobody else's, whatever a request names."""

from __future__ import annotations

import pytest

SUB_OF_ANOTHER = "c2d5a444-0000-4000-8000-00000000000f"


@pytest.fixture
def domain(sagemaker):
    """A domain in which ada and grace have a space each, and the team has two."""
    domain_id = sagemaker.add_domain("team1", profiles=["ada", "grace"])
    sagemaker.add_space(domain_id, "shared-lab", running="InService")
    sagemaker.add_space(domain_id, "shared-code", app="CodeEditor")
    sagemaker.add_space(domain_id, "ada-lab", owner="Ada", running="InService")
    sagemaker.add_space(domain_id, "ada-code", owner="ada", app="CodeEditor", running="Failed")
    sagemaker.add_space(domain_id, "grace-lab", owner="grace", running="InService")
    return domain_id


def told(ask, event):
    status, body = ask(event)
    assert status == 200, body
    return {place["space"]: (place["sharing"], place["app"], place["state"]) for place in body["places"]}


def sent(sagemaker):
    """What the last presigned URL was asked with, beside domain, profile and times."""
    operation, request = sagemaker.calls[-1]
    assert operation == "CreatePresignedDomainUrl"
    return {name: request[name] for name in ("SpaceName", "LandingUri") if name in request}


def test_own_and_shared_places_are_told_with_their_state(ask, make_event, sagemaker, domain):
    assert list(told(ask, make_event(route="places")).items()) == [
        ("ada-code", ("own", "CodeEditor", "failed")),
        ("ada-lab", ("own", "JupyterLab", "running")),
        ("shared-code", ("shared", "CodeEditor", "stopped")),
        ("shared-lab", ("shared", "JupyterLab", "running")),
    ]


@pytest.mark.parametrize(
    ("space", "landing"),
    [
        (None, {}),
        ("ada-lab", {"SpaceName": "ada-lab", "LandingUri": "app:JupyterLab:"}),
        ("ada-code", {}),
        ("shared-lab", {"SpaceName": "shared-lab", "LandingUri": "app:JupyterLab:"}),
        ("shared-code", {}),
    ],
)
def test_a_place_is_opened_as_it_is(ask, make_event, sagemaker, domain, space, landing):
    assert ask(make_event(space=space))[0] == 200
    assert sent(sagemaker) == landing


def test_code_editor_that_runs_is_landed_in(ask, make_event, sagemaker, domain):
    sagemaker.apps[domain].append(
        {
            "DomainId": domain,
            "SpaceName": "shared-code",
            "AppType": "CodeEditor",
            "AppName": "default",
            "Status": "InService",
        }
    )
    assert ask(make_event(space="shared-code"))[0] == 200
    assert sent(sagemaker) == {"SpaceName": "shared-code", "LandingUri": "app:CodeEditor:"}


def test_a_lab_that_is_stopped_leads_to_its_page_in_studio(ask, make_event, sagemaker, domain):
    sagemaker.apps[domain][0]["Status"] = "Deleted"
    assert told(ask, make_event(route="places"))["shared-lab"] == ("shared", "JupyterLab", "stopped")
    assert ask(make_event(space="shared-lab"))[0] == 200
    assert sent(sagemaker) == {"LandingUri": "studio::/jupyterlab/shared-lab"}


@pytest.mark.parametrize(
    "space",
    [
        "grace-lab",
        "nosuch",
        "",
        "ADA-LAB",
        "ada-lab\n",
        "ada-lab/../grace-lab",
        "studio::",
        "a" * 64,
        "-" * 5000,
        "a" + "-" * 5000 + "!",
        "<script>",
        "\u00e5da",
    ],
)
def test_a_place_that_is_not_ones_own_is_not_opened(ask, make_event, sagemaker, domain, space):
    status, body = ask(make_event(space=space))
    assert (status, body["gone"]) == (404, "space")
    assert body["message"] == "There is no such place for you in team1 any more. Choose another."
    assert "CreatePresignedDomainUrl" not in sagemaker.operations()


def test_what_cannot_be_a_space_costs_no_list(ask, make_event, sagemaker, domain):
    ask(make_event(space="x/y"))
    assert not {"ListSpaces", "ListApps"} & set(sagemaker.operations())


def test_nothing_is_told_to_who_is_no_member(ask, make_event, make_payload, sagemaker, domain):
    stranger = make_payload(**{"cognito:groups": ["team2"]})
    assert ask(make_event(stranger, route="places"))[0] == 403
    assert sagemaker.calls == []


def test_spaces_of_a_name_that_was_anothers_are_not_told(ask, make_event, make_payload, sagemaker, domain):
    sagemaker.profile_tags[domain, "ada"] = {**sagemaker.profile_tags[domain, "ada"], "UserSub": SUB_OF_ANOTHER}
    assert ask(make_event(route="places"))[0] == 404
    assert "ListSpaces" not in sagemaker.operations()


def test_who_has_no_profile_has_no_places_and_gets_none_made(ask, make_event, make_payload, sagemaker, domain):
    assert told(ask, make_event(make_payload(username="lin"), route="places")) == {}
    assert "CreateUserProfile" not in sagemaker.operations()


def test_another_teams_spaces_are_not_told(ask, make_event, sagemaker, domain):
    other = sagemaker.add_domain("team2", profiles=["ada"])
    sagemaker.add_space(other, "ada-elsewhere", owner="ada", running="InService")
    assert "ada-elsewhere" not in told(ask, make_event(route="places"))
    assert ask(make_event(space="ada-elsewhere"))[0] == 404


def test_spaces_of_classic_and_of_unknown_kinds_are_left_out(ask, make_event, sagemaker, domain):
    sagemaker.add_space(domain, "classic", app="JupyterServer")
    sagemaker.spaces[domain].append({"DomainId": domain, "SpaceName": "old", "Status": "InService"})
    assert not {"classic", "old"} & told(ask, make_event(route="places")).keys()


@pytest.mark.parametrize(
    ("status", "state"),
    [("Pending", "starting"), ("Deleting", "stopping"), ("Failed", "failed"), ("Updating", "running")],
)
def test_state_of_a_space_goes_before_that_of_its_app(ask, make_event, sagemaker, domain, status, state):
    sagemaker.add_space(domain, "ada-new", owner="ada", status=status, running="InService")
    assert told(ask, make_event(route="places"))["ada-new"][2] == state


def test_a_hundred_places_are_told_at_most_the_own_ones_first(ask, make_event, sagemaker, domain):
    for number in range(250):
        sagemaker.add_space(domain, f"shared-{number:03}")
    places = told(ask, make_event(route="places"))
    assert len(places) == 100
    assert list(places)[:2] == ["ada-code", "ada-lab"]


def test_people_of_a_team_who_arrive_together_ask_aws_once(ask, make_event, make_payload, sagemaker, clock, domain):
    grace = make_payload(username="grace")
    for _ in range(5):
        told(ask, make_event(route="places"))
        assert "ada-lab" not in told(ask, make_event(grace, route="places"))
    assert sagemaker.operations().count("ListSpaces") == sagemaker.operations().count("ListApps") == 1
    clock.wait(11)
    told(ask, make_event(route="places"))
    assert sagemaker.operations().count("ListSpaces") == 2


def test_what_is_opened_is_looked_at_afresh(ask, make_event, sagemaker, domain):
    told(ask, make_event(route="places"))
    sagemaker.spaces[domain] = []
    assert ask(make_event(space="ada-lab"))[0] == 404


def test_lists_that_aws_refuses_keep_nobody_from_studios_home(ask, make_event, sagemaker, domain):
    sagemaker.fail("ListApps", "AccessDeniedException", "AccessDeniedException")
    assert ask(make_event(route="places"))[0] == 503
    assert ask(make_event())[0] == 200


def test_home_costs_one_call_as_ever(ask, make_event, sagemaker, domain):
    ask(make_event())
    before = len(sagemaker.calls)
    ask(make_event())
    assert len(sagemaker.calls) - before == 1
