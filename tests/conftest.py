# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One environment for all tests: every AWS call of this process and its children goes to 127.0.0.1.

Every test may import the collection by its name, as Ansible finds it. Tests that Hypothesis finds examples for have the
same few of them in every run, unless --hypothesis-profile says `long`, as `make test-all` does: many, and others each
time. An example that failed once becomes an @example of its test.
"""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, configuration, settings

from tests.support.ansible_module import find_collections

find_collections()

pytest_plugins = ["tests.support.emulator_plugin", "tests.support.deployments"]

configuration.set_hypothesis_home_dir(Path(__file__).parents[1] / ".build" / "hypothesis")
# How long an example takes says nothing on a machine that does other things, too. No fixture keeps what one left.
COMMON = {
    "deadline": None,
    "database": None,
    "suppress_health_check": [HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
}
settings.register_profile("quick", max_examples=50, derandomize=True, **COMMON)
settings.register_profile("long", max_examples=1000, print_blob=True, **COMMON)
settings.load_profile("quick")


def pytest_collection_modifyitems(items):
    """Refuse a test whose name has an address of this process: workers side by side would not agree what there is."""
    if changing := [item.nodeid for item in items if " at 0x" in item.nodeid]:
        raise pytest.UsageError(f"The name of a test is another in each process: give its rows ids. {changing[0]}")
