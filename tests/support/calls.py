# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the emulator was asked to do, and which of it shall fail. An `emulator` is whatever has a `url`."""

import contextlib

from tests.support.http import get, request

# By which runs take turns. They leave nothing behind.
OF_TURNS = {("dynamodb", f"{verb}Item") for verb in ("Delete", "Put", "Update")}


def written(emulator):
    """All writing calls that the emulator was sent, but for turns, in order, as GET /_emulator/calls shows them."""
    calls = get(f"{emulator.url}/_emulator/calls")
    return [call for call in calls if call["write"] and (call["service"], call["operation"]) not in OF_TURNS]


def writes(emulator):
    """The names of all writing operations that the emulator was sent, in order."""
    return [call["operation"] for call in written(emulator)]


def forget_calls(emulator):
    """Let the emulator forget the calls so far."""
    request(f"{emulator.url}/_emulator/calls", "DELETE")


@contextlib.contextmanager
def no_writes(emulator):
    """Fail unless everything in the block only read."""
    before = writes(emulator)
    yield
    assert writes(emulator)[len(before) :] == []


def set_faults(emulator, *faults):
    """Make the emulator fail as `faults` say; a reset clears them."""
    status, _headers, body = request(f"{emulator.url}/_emulator/faults", "POST", list(faults))
    assert status == 200, body
