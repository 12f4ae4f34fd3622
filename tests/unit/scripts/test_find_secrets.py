# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A secret that is planted must be found, and an explanation must explain something."""

from __future__ import annotations

import pytest
import yaml

from scripts import find_secrets

# Put together here, so that this file does not carry what it plants.
PLANTED = {
    "keys.yml": "secret_key: " + "wJalrXUtnFEMI/K7MD" + "ENG/bPxRfiCYEXAMPLEKEY\n",
    "settings.py": "PASS" + 'WORD = "hunter-2-hunter"\n',
    "id": "-----BEGIN RSA " + "PRIVATE KEY-----\n",
}


@pytest.mark.parametrize("name", PLANTED)
def test_planted_secret_is_found_unless_it_is_explained(tmp_path, name):
    (tmp_path / name).write_text(PLANTED[name])
    found = find_secrets.found_in([name], tmp_path)
    (one,) = found[name]
    assert [text.partition(" (")[0] for text in find_secrets.complaints(found, {})] == [f"{name}: looks like a secret"]
    assert list(find_secrets.complaints(found, {one: "why"})) == []


def test_explanation_that_explains_nothing_is_told():
    (told,) = find_secrets.complaints({}, {"abc": "why"})
    assert "no file has anything with the hash abc any more" in told


def test_every_explanation_has_a_reason():
    explained = yaml.safe_load((find_secrets.ROOT / find_secrets.EXPLAINED).read_text())
    assert [one for one, reason in explained.items() if not reason or len(reason.split()) < 3] == []
