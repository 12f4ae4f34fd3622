# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The checks can fail: each planted fault is found by the check that is named for it.

That the same checks pass on the portal as it is, is tested in test_safety.py.
"""

from __future__ import annotations

import pytest

from tests.browser.checks import CHECKS
from tests.browser.deployment import SOURCE, copy_of_source
from tests.browser.faults import FAULTS

pytestmark = pytest.mark.long


@pytest.fixture
def watch():
    """A faulty portal may say and ask for anything."""


@pytest.fixture
def faulty(deployment, tmp_path):
    """A function that lets the deployment serve a faulty portal, until the end of the test."""

    def serve(fault):
        folder = copy_of_source(tmp_path)
        fault.plant(folder)
        deployment.serve(folder)

    yield serve
    deployment.serve(SOURCE)


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_a_planted_fault_is_found(faulty, portal, fault):
    faulty(fault)
    with pytest.raises(AssertionError):
        fault.found_by(portal)


def test_every_check_finds_a_fault():
    assert {fault.found_by for fault in FAULTS} == set(CHECKS)
