# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Replacing ministack's private symbols: a missing one stops the start with one clear sentence."""

from types import ModuleType

import pytest

from emulator.patching import MissingSymbol, replace, replace_entry, require, wrap


@pytest.fixture
def module():
    made = ModuleType("ministack.services.example")
    made._double = lambda number: 2 * number
    return made


def test_replace_and_wrap_return_the_original(module):
    original = require(module, "_double")
    assert wrap(module, "_double", lambda inner: lambda number: inner(number) + 1) is original
    assert module._double(3) == 7
    assert replace(module, "_double", original)(3) == 7
    assert module._double(3) == 6


@pytest.mark.parametrize(
    "use",
    [
        lambda module: require(module, "_gone"),
        lambda module: replace(module, "_gone", None),
        lambda module: wrap(module, "_gone", lambda inner: inner),
    ],
)
def test_missing_symbol_is_named_with_module_and_version(module, use):
    with pytest.raises(MissingSymbol, match=r"ministack.services.example has no '_gone'.*ministack==1\.5\.33"):
        use(module)
    assert not hasattr(module, "_gone")


def test_missing_table_entry_is_named():
    table = {"Known": 1}
    assert replace_entry("the table", table, "Known", 2) == 1
    with pytest.raises(MissingSymbol, match="the table has no 'Unknown'"):
        replace_entry("the table", table, "Unknown", 3)
    assert table == {"Known": 2}
