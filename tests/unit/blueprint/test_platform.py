# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A platform is described by a name from which its teams can be told, a region of AWS and an account."""

import pytest

from ansible_collections.mlplatform.studio.plugins.module_utils._blueprint.platform import platform_mistakes

PLACE = ("eu-central-1", "111111111111")


@pytest.mark.parametrize("name", ["ml", "m1", "sagemaker-studio", "m-l", "p" * 20])
def test_name_is_taken(name):
    assert platform_mistakes(name, *PLACE) == []


# Platform ml--a with team b, and platform ml with team a, would share names and what policies are for.
@pytest.mark.parametrize("name", ["", "m", "p" * 21, "1m", "-ml", "ml-", "ml--a", "m--", "ML", "ml\n", "m_l", 7, None])
def test_name_is_refused(name):
    (sentence,) = platform_mistakes(name, *PLACE)
    assert "must be 2 to 20 of a-z, 0-9 and single inner hyphens, and start with a letter." in sentence
