# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The page of the drift check shows any text as that very text, whatever it looks like, and no more elements for it."""

import html
import html.parser
import re

from hypothesis import example, given
from hypothesis import strategies as st

from ansible_collections.mlplatform.studio.plugins.module_utils._blueprint.drift_report import drift_report, explain
from ansible_collections.mlplatform.studio.plugins.plugin_utils.drift_pages.overview import overview_page
from ansible_collections.mlplatform.studio.plugins.plugin_utils.drift_pages.rows import Broken, row_of
from ansible_collections.mlplatform.studio.plugins.plugin_utils.drift_pages.team import team_page
from tests.unit.properties.strategies import TEXTS, VALUES

NOW = 1_800_000_000
WITHOUT_END = {"meta"}
# What a browser makes of a text before it parses it, and what no text of HTML can hold.
UNSEEN = re.compile("[\r\x00\ud800-\udfff]")


class Parsed(html.parser.HTMLParser):
    """A page as its elements, their attributes and its texts."""

    def __init__(self, page):
        super().__init__(convert_charrefs=True)
        self.elements, self.texts, self.comments, self._open = [], [""], [], []
        self.feed(page)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, tuple(attrs)))
        self.texts.append("")
        if tag not in WITHOUT_END:
            self._open.append(tag)

    def handle_endtag(self, tag):
        assert self._open.pop() == tag
        self.texts.append("")

    def handle_data(self, data):
        self.texts[-1] += data

    def handle_comment(self, data):
        self.comments.append(data)


def page(report):
    """The page of a report about a team without a name, parsed."""
    return Parsed(team_page(report))


def report(name, text, kind="changed"):
    """A report with one of everything, called by a name, and with a text where there may be a longer one."""
    resource = {"instance_type": name}
    running = {"app_type": name, "space_name": name, "status": "InService", "resource_spec": resource}
    found = drift_report(
        {
            "now": NOW,
            "described": [name],
            "users": [],
            "strangers": [f"x{name}"],
            "profiles": [],
            "apps": [{**running, "creation_time": NOW - 3600}, {**running, "status": "Deleted"}],
        }
    )
    value = {"options": [f"o{name}"], "name": f"n{name}", "actual": f"a{text}", "described": f"d{text}"}
    differences = [{"what": f"w{name}", "kind": kind, "options": [], "values": [value]}]
    return {
        **found,
        **{key: f"{key}{name}" for key in ("team", "platform", "region", "account", "checked_at")},
        "error": f"error{text}",
        "domain": {"id": f"id{name}", "status": f"status{name}"},
        "differences": differences,
        "platform_differences": differences,
        "budget": {"error": f"b{text}"},
        "cost": {"error": f"c{text}"},
    }


def seen(text):
    """A text as a reader of the page has it."""
    return UNSEEN.sub("", text)


@given(TEXTS.map(seen), TEXTS.map(seen))
@example("<script>window.hit=1</script>", "</code></td><img src=x onerror=window.hit=1>")
@example("&lt;", "&amp;amp;")
@example("{{ 7 * 7 }}", "{% endfor %}")
def test_any_text_is_shown_as_it_is(name, text):
    plain, shown = page(report("x", "x")), page(report(name, text))
    # People stand in the order of their names.
    assert sorted(shown.elements) == sorted(plain.elements)
    assert shown.comments == []
    texts = shown.texts
    for exact in (f"w{name}", f"n{name}", f"a{text}", f"d{text}", f"x{name}", f"Studio of team team{name}"):
        assert exact in texts
    for within in (
        f"error{text}",
        f"Platform platform{name} in region{name}, account account{name}",
        f"{name} in {name}",
    ):
        assert any(within in one for one in texts)
    assert any(f"Domain id{name}, status{name}." in one for one in texts)


@given(TEXTS.map(seen), TEXTS.map(seen))
@example("<script>window.hit=1</script>", "javascript:window.hit=1")
@example("\u202egnp.exe", '" onclick="window.hit=1')
def test_any_text_is_shown_as_it_is_on_the_overview(name, text):
    def overview(name, text):
        broken = [Broken(f"f{name}", f"r{text}")]
        return Parsed(overview_page([row_of(report(name, text))], broken, [f"o{name}"], f"m{name}"))

    def without_addresses(elements):
        return [(tag, [one for one in attributes if one[0] != "href"]) for tag, attributes in elements]

    plain, shown = overview("x", "x"), overview(name, text)
    assert without_addresses(shown.elements) == without_addresses(plain.elements)
    assert shown.comments == []
    for exact in (f"team{name}", f"platform{name}, region{name}", f"f{name}", f"r{text}", f"o{name}"):
        assert exact in shown.texts
    links = [dict(attributes)["href"] for tag, attributes in shown.elements if tag == "a"]
    # Of nothing but what needs no meaning: a file beside the page.
    assert all(re.fullmatch(r"[A-Za-z0-9._~%-]+\.html", link) for link in links), links


CHANGES = st.fixed_dictionaries({"task": TEXTS, "item": TEXTS, "before": VALUES, "after": VALUES})


@given(st.lists(CHANGES, max_size=3))
def test_any_difference_can_be_told(changes):
    told = [explain(change) for change in changes]
    assert len(told) == len(changes)
    for one in told:
        assert one["kind"] in ("changed", "missing", "left over")
        assert all(isinstance(value[name], str) for value in one["values"] for name in ("name", "actual", "described"))
    found = drift_report({"now": NOW, "found": changes})
    shown = page({**report("x", "x"), **found})
    assert shown.elements.count(("li", ())) == len(changes)
    assert found["summary"]["differences"] == len(changes)


@given(TEXTS, VALUES, VALUES)
def test_values_that_differ_are_told_apart(name, one, other):
    """Where the task says what was and what is, and both are something, the two differ in what is shown, too."""
    before, after = {name: one}, {name: other}
    told = explain({"task": "x", "item": "", "before": before, "after": after})
    assert all(value["actual"] != value["described"] for value in told["values"])
