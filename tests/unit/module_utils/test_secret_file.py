# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

import stat

import pytest

from ansible_collections.mlplatform.studio.plugins.module_utils import _secret_file
from ansible_collections.mlplatform.studio.plugins.module_utils._waiting import StudioError


def test_secret_file_is_replaced_at_once_or_not_at_all(tmp_path, monkeypatch):
    path = tmp_path / "url"
    _secret_file.write_secret(str(path), "one")
    assert path.read_text() == "one\n" and stat.S_IMODE(path.stat().st_mode) == 0o600

    def fail(*_arguments):
        raise OSError("disk full")

    monkeypatch.setattr(_secret_file.os, "replace", fail)
    with pytest.raises(StudioError, match="could not be written: disk full"):
        _secret_file.write_secret(str(path), "two")
    assert path.read_text() == "one\n" and [entry.name for entry in tmp_path.iterdir()] == ["url"]


@pytest.mark.parametrize("path", [".", "none/file"])
def test_place_where_no_file_can_be_is_refused(tmp_path, path):
    with pytest.raises(StudioError, match="dest"):
        _secret_file.check_secret_file(str(tmp_path / path))
