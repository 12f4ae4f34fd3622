# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The process: start, address, stop, and what it answers about itself."""

import json
import urllib.request


def get(url):
    with urllib.request.urlopen(url, timeout=10) as response:
        return json.load(response)


def test_health_names_the_emulator(emulator):
    assert get(f"{emulator.url}/_emulator/health")["name"] == "mlplatform-studio-emulator"


def test_reset_forgets_resources(emulator, client):
    client("iam").create_user(UserName="ada")
    emulator.reset()
    assert client("iam").list_users()["Users"] == []


def test_sigterm_stops_cleanly(start_emulator):
    assert start_emulator().stop() == 0
