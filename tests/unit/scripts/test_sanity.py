# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What ansible-test's pip is told."""

from __future__ import annotations

import configparser

from scripts.sanity import pip_configuration


def parsed(*listed):
    parser = configparser.RawConfigParser()
    parser.read_string(pip_configuration(list(listed)))
    return {name: value.split() for name, value in parser["global"].items()}


def test_settings_of_files_and_environment_are_kept():
    assert parsed("global.index-url='https://a.example/simple'", ":env:.find-links='/wheels'") == {
        "index-url": ["https://a.example/simple"],
        "find-links": ["/wheels"],
    }


def test_environment_goes_first():
    assert parsed(":env:.timeout='2'", "global.timeout='1'") == {"timeout": ["2"]}


def test_lists_stay_lists():
    assert parsed("global.extra-index-url='https://a.example https://b.example'")["extra-index-url"] == [
        "https://a.example",
        "https://b.example",
    ]


def test_no_settings_are_no_settings():
    assert parsed() == {}
