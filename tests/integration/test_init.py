# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""mlplatform.studio.init gives a user of the installed collection what a clone has."""

import re
from pathlib import Path

import pytest
import yaml

from tests.support.emulator_plugin import NOWHERE
from tests.support.playbook import run_playbook

ROOT = Path(__file__).parents[2]
INIT = "mlplatform.studio.init"


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    folder = tmp_path_factory.mktemp("begun") / "project"
    run = run_playbook(INIT, "-e", f"into={folder}", url=NOWHERE)
    assert run.status == 0, run.output
    return folder


@pytest.mark.long
def test_every_playbook_that_awx_runs_is_there_and_runs_the_collections(project):
    templates = (ROOT / "awx" / "vars" / "job_templates.yml").read_text()
    for path in set(re.findall(r"playbook: (\S+\.yml)", templates)):
        (play,) = yaml.safe_load((project / path).read_text())
        assert play["ansible.builtin.import_playbook"] == f"mlplatform.studio.{Path(path).stem}"
        assert (ROOT / path).exists()


@pytest.mark.long
def test_inventory_is_the_example(project):
    example = ROOT / "inventories" / "example"
    for path in [path for path in example.rglob("*") if path.is_file()]:
        copied = project / "inventories" / "ours" / path.relative_to(example)
        assert copied.read_text() == path.read_text()


@pytest.mark.long
def test_second_time_nothing_changes_and_nothing_is_overwritten(project):
    own = project / "inventories" / "ours" / "host_vars" / "churn.yml"
    own.write_text("---\nstudio_ebs_default_gb: 7\n")
    run = run_playbook(INIT, "-e", f"into={project}", url=NOWHERE)
    assert (run.status, run.changed) == (0, 0), run.output
    assert "7" in own.read_text()


def test_nothing_is_guessed():
    run = run_playbook(INIT, url=NOWHERE)
    assert run.status != 0
    assert "Say where to begin, with -e into=. for this folder." in run.output
