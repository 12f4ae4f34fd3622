# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Small helpers for tests of what services refuse and how they settle."""

import contextlib

import pytest
from botocore.exceptions import ClientError

REGION = "eu-central-1"
ACCOUNT = "111111111111"


@contextlib.contextmanager
def refused(code, text=""):
    """The block's call fails with AWS error ``code``, and its message contains ``text``."""
    with pytest.raises(ClientError) as error:
        yield
    found = error.value.response["Error"]
    assert (found["Code"], text in found["Message"]) == (code, True), found


def states(read, times):
    """What ``read()`` returns, called ``times`` times."""
    return [read() for _ in range(times)]
