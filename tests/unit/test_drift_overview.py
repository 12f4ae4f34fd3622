# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The overview of all teams: its rows, their order, and what the folder keeps of earlier runs."""

import html
import json
import re

import pytest

from ansible_collections.mlplatform.studio.plugins.module_utils._blueprint.drift_report import STATES
from ansible_collections.mlplatform.studio.plugins.plugin_utils.drift_pages.files import page_link, page_name
from ansible_collections.mlplatform.studio.plugins.plugin_utils.drift_pages.overview import overview_page
from ansible_collections.mlplatform.studio.plugins.plugin_utils.drift_pages.rows import BadReport, in_order, row_of
from ansible_collections.mlplatform.studio.plugins.plugin_utils.drift_pages.team import team_page
from ansible_collections.mlplatform.studio.plugins.plugin_utils.drift_reports import write
from tests.support.drift_samples import DOMAIN, PLACE, cost, report, samples

SAMPLES = samples()


def texts(page):
    """What a page says, the texts of its elements one after another."""
    body = page.partition("<body>")[2]
    return [html.unescape(text.strip()) for text in re.split(r"<[^>]*>", body) if text.strip()]


def overview(*reports, broken=(), others=()):
    return texts(overview_page(in_order(map(row_of, reports)), broken, others, "2026-09-21 14:13"))


def row(shown, team):
    """What the overview says of a team, up to where it was looked at."""
    start = shown.index(team)
    return shown[start : shown.index("2026-09-21 14:13", start)]


@pytest.mark.parametrize("state", STATES)
def test_each_state_is_that_of_a_team(state):
    assert SAMPLES[state]["state"] == state
    assert state in row(overview(SAMPLES[state]), SAMPLES[state]["team"])


def test_teams_in_trouble_come_first():
    shown = overview(*SAMPLES.values())
    teams = [team for team in shown if team in {report["team"] for report in SAMPLES.values()}]
    assert teams == ["vision", "x" * 24, "risk", "pricing", "forecast", "fraud", "churn"]
    assert "6 of 7 teams are not as described." in shown


def test_all_is_told_of_a_team():
    assert row(overview(SAMPLES["as described"]), "churn") == [
        *("churn", "sagemaker-studio, eu-central-1", "as described", "1 of 2 signed up"),
        *("2", "1 of ml.g5.xlarge, 1 of ml.t3.medium", "6.5"),
        *("212.40 USD", "of 500.00 USD", "390.00 USD expected", "209.87 USD", "2026-09-21 13:13"),
    ]


def test_undescribed_person_is_a_difference_and_turns_the_state():
    told = SAMPLES["undescribed"]
    assert (told["state"], told["summary"]["differences"]) == ("differs", 1)
    assert told["differences"][0] == {
        "what": "Person: mallory",
        "kind": "not described",
        "options": ["studio_users"],
        "values": [],
    }
    page = texts(team_page(told))
    assert "Everything is as described." not in page
    assert "1 difference from the description of the team, 0 from that of the platform." in page
    assert "1 not described" in row(overview(told), "fraud")


def test_undescribed_person_is_none_where_members_make_their_profile():
    tags = {"ProfileOnFirstSignIn": "true"}
    told = report("open", profiles=[{"user_profile_name": "mallory"}], domain={**DOMAIN, "tags": tags})
    assert (told["state"], told["summary"]["differences"]) == ("as described", 0)
    assert [one["status"] for one in told["people"] if not one["described"]] == ["not described"]


def test_difference_names_the_option_first_then_aws_path():
    page = texts(team_page(SAMPLES["differs"]))
    option = page.index("studio_idle_timeout_minutes")
    path = (
        "default_user_settings.jupyter_lab_app_settings.app_lifecycle_management.idle_settings.idle_timeout_in_minutes"
    )
    assert page[option : option + 6] == [
        *("studio_idle_timeout_minutes", "or", "studio_jupyterlab.idle_timeout_minutes"),
        *(path, "120", "90"),
    ]
    assert page[page.index("versioning") :][:3] == ["versioning", "true", "false"]


def test_budget_that_is_used_up_is_told():
    assert "used up" in row(overview(SAMPLES["differs"]), "forecast")
    assert "used up" not in row(overview(SAMPLES["as described"]), "churn")


def test_cost_that_nobody_asked_for_has_no_column():
    shown = overview(report("quiet"))
    assert "Cost" not in shown
    assert any("Cost Explorer was not asked (drift_ask_cost_explorer)." in text for text in shown)


def test_refused_cost_is_told_and_is_no_failure():
    refused = {"error": "An error occurred (AccessDeniedException) when calling GetCostAndUsage."}
    told = report("team1", cost=refused, budget=refused)
    assert told["state"] == "as described"
    assert f"Why money is not known: {refused['error']}" in overview(told)
    assert f"Cost Explorer did not tell the cost: {refused['error']}" in texts(team_page(told))
    assert row(overview(told), "team1").count("not known") == 2


def test_cost_that_cost_explorer_does_not_know_is_not_nothing():
    assert "not known" in row(overview(report("team1", cost=cost(None))), "team1")
    assert any("cost allocation tag" in text for text in texts(team_page(report("team1", cost=cost(None)))))


@pytest.fixture
def folder(tmp_path):
    """A folder in which a run of three teams left its reports."""
    write(
        [SAMPLES[kind] for kind in ("as described", "differs", "failed")],
        ["churn", "forecast", "vision"],
        str(tmp_path),
    )
    return tmp_path


def index(folder):
    return texts((folder / "index.html").read_text())


def test_run_of_one_team_keeps_the_rows_of_the_others(folder):
    fresh = report("churn", checked_at="2026-09-22 06:00")
    write([fresh], ["churn", "forecast", "vision"], str(folder))
    shown = index(folder)
    assert shown.count("not in this run") == 2
    assert "2026-09-22 06:00" in shown and "2026-09-21 14:13" in shown
    assert "not in this run" not in shown[shown.index("2026-09-22 06:00") :][:2]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"{", "It is no JSON, perhaps as a run was stopped."),
        (b"\xff\xfe", "It is no JSON, perhaps as a run was stopped."),
        (b"[" * 100_000, "It is no JSON, perhaps as a run was stopped."),
        (b"[]", "It is no report of this version of the drift check. Look at the team once more."),
        (b"{}", "It is no report of this version of the drift check. Look at the team once more."),
        (json.dumps(SAMPLES["differs"]).encode(), "It is of another team than its name says."),
        (b" " * (1 << 22) + b"{}", "It is too large."),
    ],
    ids=["cut", "bytes", "deep", "list", "empty", "another", "large"],
)
def test_broken_report_is_told_and_stops_nothing(folder, content, reason):
    (folder / "vision.json").write_bytes(content)
    write([SAMPLES["as described"]], ["churn", "forecast", "vision"], str(folder))
    shown = index(folder)
    assert shown[shown.index("vision.json") + 1] == reason
    assert "1 of 2 teams is not as described. 1 report cannot be read." in shown


@pytest.mark.parametrize(
    "change",
    [
        {"team": 5},
        {"state": "well"},
        {"people": None},
        {"apps": [{}]},
        {"summary": []},
        {"summary": {"differences": True}},
        {"budget": {"actual": "much"}},
        {"cost": []},
    ],
    ids=str,
)
def test_report_with_something_of_another_kind_is_none(change):
    with pytest.raises(BadReport):
        row_of({**SAMPLES["as described"], **change})


def test_report_of_a_team_that_the_inventory_lacks_is_only_linked(folder):
    write([SAMPLES["as described"]], ["churn", "forecast"], str(folder))
    shown = index(folder)
    assert shown[shown.index("Not in this inventory") :][2:3] == ["vision"]
    assert "1 of 2 teams is not as described." in shown


def test_team_called_index_does_not_take_the_overviews_place(tmp_path):
    write([report("index")], ["index"], str(tmp_path))
    assert "Studio of all teams" in index(tmp_path)
    assert "Studio of team index" in (tmp_path / page_name("index")).read_text()
    assert f'href="{page_link("index")}"' in (tmp_path / "index.html").read_text()


def test_host_of_any_name_gets_a_file_in_the_folder_and_a_link_to_it(tmp_path):
    names = ["../up", "a/b", "Team One", "javascript:x", ".", "..", "\u202e"]
    write([report(name) for name in names], names, str(tmp_path))
    links = re.findall(r'<a href="([^"]*)"', (tmp_path / "index.html").read_text())
    assert len(set(links)) == len(names)
    assert all(re.fullmatch(r"[A-Za-z0-9_~%-]+\.html", link) for link in links), links
    assert {file.parent for file in tmp_path.rglob("*")} == {tmp_path}


@pytest.mark.parametrize(
    "page", [team_page(SAMPLES["differs"]), overview_page([], [], [], "")], ids=["team", "overview"]
)
def test_pages_run_and_load_nothing(page):
    assert "<script" not in page and "src=" not in page and " style=" not in page
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', page)
    assert html.unescape(policy[1]).startswith("default-src 'none'; style-src 'sha256-")
    assert PLACE["platform"] in team_page(SAMPLES["differs"])
