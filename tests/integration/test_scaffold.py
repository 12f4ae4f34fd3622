# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""`make scaffold`, in a copy of the project: what it writes is linted, documented, and passes its own tests."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from scripts.collection_tree import copy_files, tracked_files
from scripts.scaffold.__main__ import write
from scripts.scaffold.model import Unfit, read

ROOT = Path(__file__).parents[2]
MODULE = "events_event_bus"
TESTS = (
    "tests/unit/module_utils/test_events_event_bus.py",
    "tests/unit/test_house.py",
    "tests/unit/test_layers.py",
    "tests/emulator/test_events.py",
    f"tests/integration/test_targets.py::test_target[{MODULE}]",
)


@pytest.fixture
def copy(tmp_path):
    copy_files(tracked_files(), tmp_path, keep_links=True)
    (tmp_path / ".venv").symlink_to(ROOT / ".venv")
    subprocess.run(["git", "init", "--quiet"], cwd=tmp_path, check=True)
    return tmp_path


def run(folder, *command):
    """Run a program of .venv in a folder; fail with what it printed where it ends badly."""
    environment = {**os.environ, "PYTHONPATH": "", "ANSIBLE_HOME": str(folder / ".build" / "ansible")}
    program = Path(sys.executable).with_name(command[0])
    done = subprocess.run(
        [program, *command[1:]], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.long
def test_what_it_writes_is_a_module_that_works(copy):
    written = write(copy, MODULE, read("events", "event bus"))
    python = [path for path in written if path.endswith(".py")]
    assert len(python) >= 8
    run(copy, "ruff", "check", "--no-cache", *python)
    run(copy, "ruff", "format", "--no-cache", "--check", *python)
    run(copy, "yamllint", "--strict", *[path for path in written if path.endswith(".yml")])
    run(copy, "antsibull-changelog", "lint")
    run(copy, "python", "-m", "pytest", "--quiet", "-p", "no:cacheprovider", *TESTS)


def test_module_that_is_there_is_not_written_again(copy):
    with pytest.raises(Unfit, match="is there already"):
        write(copy, "kms_key", read("events", "event bus"))


@pytest.mark.parametrize(
    ("service", "words", "sentence"),
    [
        ("event", "bus", "botocore knows no service event"),
        ("events", "bus", "events has no DescribeBus. Write this module by hand"),
        ("kms", "alias", "kms has no DescribeAlias"),
        ("sagemaker", "space", "DeleteSpace wants DomainId and SpaceName, and no name alone"),
    ],
)
def test_what_is_not_known_by_a_name_is_refused(service, words, sentence):
    with pytest.raises(Unfit, match=sentence):
        read(service, words)


def test_tags_immutable_options_and_types_are_read_from_the_model():
    thing = read("events", "event bus")
    assert (thing.arn, thing.arn_option, thing.missing) == ("arn", "resource_arn", ("ResourceNotFoundException",))
    assert {one.name: one.type for one in thing.options} == {"description": "str", "kms_key_identifier": "str"}
    table = read("codeartifact", "domain")
    assert [(one.name, one.immutable) for one in table.options] == [("encryption_key", True)]
