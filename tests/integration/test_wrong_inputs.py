# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The table of wrong inputs in wrong_inputs/: each is refused in a short sentence that names the option and the remedy.

All descriptions go through one run, each as a host of its own, and all tasks of modules through this process. Some
rows, drawn with a seed, are runs of their own as well, as a person starts them; the others take long.
"""

import json
import random
import re
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

from tests.support.ansible_module import ModuleFailed, run_module
from tests.support.calls import no_writes
from tests.support.emulator_plugin import ACCOUNT, REGION, SECRET
from tests.support.emulator_process import EmulatorProcess
from tests.support.playbook import ROOT, run_playbook

FOLDER = Path(__file__).parent / "wrong_inputs"
LINE = re.compile(r"(?:Team|Platform) ([\w-]+):? (.*)")
MOST_LINES = 20
SEED, SHORT = 20260101, 2  # so many rows of each area are runs of their own in make test, too


@dataclass(frozen=True)
class Row:
    """One wrong input: what it is given to, what is given, and what the sentence about it has."""

    area: str
    kind: str
    number: int
    given: object
    option: str
    remedy: str

    @property
    def name(self):
        """The row's name, which can be a host's."""
        return f"{self.area}-{re.sub('[^a-z]+', '-', self.kind.lower())}-{self.number}"


class Table(yaml.SafeLoader):
    """Reads the table: !times [text, number] is a text again and again, !nested a list in so many lists."""


def times(loader, node):
    """A text again and again."""
    text, number = loader.construct_sequence(node)
    return text * number


def nested(depth):
    """A list in lists."""
    return [nested(depth - 1)] if depth else []


Table.add_constructor("!times", times)
Table.add_constructor("!nested", lambda _loader, node: nested(int(node.value)))


def rows_of(area):
    """The rows of a file of the table."""
    table = yaml.load((FOLDER / f"{area}.yml").read_text(), Loader=Table)  # noqa: S506 (a safe loader)
    return [Row(area, kind, number, *row) for kind, rows in table.items() for number, row in enumerate(rows)]


AREAS = ("teams", "platforms", "modules", "commands", "inventories")
TABLE = {area: rows_of(area) for area in AREAS}
DRAW = random.Random(SEED)  # noqa: S311
DRAWN = {row.name for rows in TABLE.values() for row in DRAW.sample(rows, SHORT)}


def host_of(row):
    """The name of a row's host: a team's has 24 characters at most."""
    return f"{row.area[0]}-{row.kind.lower()}-{row.number}"


HOSTS = {host_of(row): row for area in ("teams", "platforms") for row in TABLE[area]}


def test_table_has_what_was_promised():
    names = [row.name for rows in TABLE.values() for row in rows]
    assert len(names) >= 200
    assert len(set(names)) == len(names)


@pytest.fixture(scope="module")
def account():
    process = EmulatorProcess()
    yield process
    process.stop()


def inventory_of(rows, folder):
    """The arguments for the demo's inventory with the hosts of some rows."""
    groups = {
        area: {"hosts": {host_of(row): row.given for row in rows if row.area == area}}
        for area in ("teams", "platforms")
    }
    (folder / "hosts.yml").write_text(yaml.safe_dump({"all": {"children": groups}}))
    return "-i", str(ROOT / "inventories" / "demo"), "-i", str(folder / "hosts.yml")


@pytest.fixture(scope="module")
def told(account, tmp_path_factory):
    """What one run of site.yml over all descriptions says of each, by its host."""
    arguments = inventory_of(HOSTS.values(), tmp_path_factory.mktemp("inventory"))
    with no_writes(account):
        run = run_playbook(
            "site.yml", *arguments, url=account.url, environment={"ANSIBLE_CALLBACK_RESULT_FORMAT": "json"}
        )
    assert run.status != 0 and "Traceback" not in run.output, run.output[-4000:]
    said = json.loads(re.search(r"^fatal: .*? => (\{.*\})$", run.output, re.MULTILINE)[1])["msg"]
    return dict(LINE.fullmatch(line).groups() for line in said.splitlines())


@pytest.mark.parametrize("host", HOSTS)
def test_wrong_description_is_refused(told, host):
    said = told.get(host, "")
    assert HOSTS[host].option in said
    assert HOSTS[host].remedy in said


def test_nothing_else_is_told_of(told):
    assert told.keys() == HOSTS.keys()


@pytest.mark.parametrize("row", TABLE["modules"], ids=lambda row: row.name)
def test_wrong_task_is_refused(account, row):
    with no_writes(account), pytest.raises(ModuleFailed) as refusal:
        run_module(row.kind, **connection(account.url), **row.given)
    said = refusal.value.result["msg"]
    assert row.option in said and row.remedy in said
    assert "Traceback" not in said and len(said.splitlines()) == 1
    assert SECRET not in json.dumps(refusal.value.result)


def connection(url):
    """The options by which a task of a module finds the emulator."""
    return {"region": REGION, "endpoint_url": url, "access_key": ACCOUNT, "secret_key": SECRET}


def alone(row, folder, url):
    """The playbook and the arguments of a row's own run."""
    if row.area in ("teams", "platforms"):
        return "site.yml", inventory_of([row], folder)
    if row.area == "commands":
        return row.kind, row.given
    if row.area == "inventories":
        for path, text in row.given.items():
            (folder / path).parent.mkdir(exist_ok=True)
            (folder / path).write_text(text)
        return "site.yml", ("-i", str(folder / "hosts.yml"))
    task = {f"mlplatform.studio.{row.kind}": {**connection(url), **row.given}}
    (folder / "task.yml").write_text(yaml.safe_dump([{"hosts": "localhost", "gather_facts": False, "tasks": [task]}]))
    return str(folder / "task.yml"), ()


@pytest.mark.parametrize(
    "row",
    [
        pytest.param(row, id=row.name, marks=() if row.name in DRAWN else pytest.mark.long)
        for rows in TABLE.values()
        for row in rows
    ],
)
def test_run_with_one_wrong_input_ends_in_a_short_sentence(account, tmp_path, row):
    playbook, arguments = alone(row, tmp_path, account.url)
    with no_writes(account):
        run = run_playbook(playbook, *arguments, url=account.url)
    said = " ".join(run.output.split())
    assert run.status != 0
    assert row.option in said and row.remedy in said, run.output
    assert "Traceback" not in run.output
    assert len([line for line in run.output.splitlines() if line.strip()]) < MOST_LINES, run.output
