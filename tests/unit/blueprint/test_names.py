# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

import pytest

from ansible_collections.mlplatform.studio.plugins.module_utils._blueprint.names import bounded_name


@pytest.mark.parametrize("name", ["", "short", "x" * 20])
def test_a_short_name_stays(name):
    assert bounded_name(name, 20) == name


@pytest.mark.parametrize(
    ("name", "limit", "wanted"),
    [
        # printf %s NAME | sha256sum
        ("sagemaker-studio-team1", 20, "sagemaker-s-128492e5"),
        ("sagemaker-studio-team2", 20, "sagemaker-s-9ba02349"),
        ("sagemaker-studio-team1", 19, "sagemaker-128492e5"),
    ],
    ids=["one", "another", "no two hyphens"],
)
def test_a_long_name_keeps_its_head_and_gets_a_hash(name, limit, wanted):
    assert bounded_name(name, limit) == wanted
    assert len(wanted) <= limit


def test_a_limit_without_room_for_a_hash_is_refused():
    with pytest.raises(ValueError, match="at least 10"):
        bounded_name("name", 9)
