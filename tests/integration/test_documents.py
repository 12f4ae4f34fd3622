# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The tutorial and the guides, followed to the letter: every command ends well, and prints what the page shows."""

import pytest

from scripts.emulator_process import free_port
from tests.support.documents import Workspace, missing


@pytest.mark.long
def test_tutorial(tmp_path):
    follow_well(Workspace(tmp_path, free_port()), "tutorial.md")


def follow_well(workspace, page):
    """Follow a page; fail with the first command that does otherwise than it says."""
    for done in workspace.follow(page):
        assert set(done.statuses) == {0}, (done.step.commands, done.printed)
        assert missing(done) == [], (done.step.commands, done.printed)
