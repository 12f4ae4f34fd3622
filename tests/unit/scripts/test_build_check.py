# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is wrong with an artifact must be found."""

from __future__ import annotations

import os

import pytest

from scripts.build_check import INTENDED, BuildError, _run, content_mistakes, importer_errors

GOOD = sorted(INTENDED)


@pytest.mark.parametrize(
    ("names", "mistakes"),
    [
        (GOOD, []),
        ([*GOOD, "CHANGELOG.rst"], []),
        ([*GOOD, "plugins/modules/x.py"], []),
        ([*GOOD, "emulator/server.py", "emulator/timing/clock.py"], ["emulator is in the artifact"]),
        ([*GOOD, "extensions"], ["extensions is in the artifact"]),
        ([name for name in GOOD if name != "playbooks"], ["playbooks is missing"]),
    ],
)
def test_content_is_what_is_intended(names, mistakes):
    found = content_mistakes(names)
    assert len(found) == len(mistakes)
    assert all(text.startswith(start) for text, start in zip(found, mistakes, strict=True))


def test_error_of_an_importer_that_ended_well_is_found():
    output = "INFO: Loading\nERROR: Error running ansible-doc\nINFO: Importer processing completed successfully"
    assert importer_errors(output) == ["ERROR: Error running ansible-doc"]
    assert importer_errors("INFO: Importer processing completed successfully") == []


def test_failing_command_is_told_with_its_output(tmp_path):
    with pytest.raises(BuildError, match=r"what went wrong\n\nsh -c .* ended with status 3"):
        _run("sh", "-c", "echo what went wrong; exit 3", cwd=tmp_path, environment=dict(os.environ))
