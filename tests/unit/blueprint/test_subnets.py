# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

import pytest

from ansible_collections.mlplatform.studio.plugins.module_utils._blueprint.subnets import (
    NoRoom,
    cidr_mistakes,
    subnet_cidrs,
)

HALVES = ["10.0.0.0/18", "10.0.64.0/18"]
FOUR = [*HALVES, "10.0.128.0/18", "10.0.192.0/18"]


@pytest.mark.parametrize(
    ("count", "existing", "wanted"),
    [
        (2, [], HALVES),
        (2, None, HALVES),
        (3, [], ["10.0.0.0/19", "10.0.32.0/19", "10.0.64.0/19"]),
        (2, HALVES, HALVES),
        (2, HALVES[:1], HALVES),
        (2, HALVES[1:], HALVES),
        (4, HALVES, FOUR),
    ],
    ids=["new", "no list", "new and more", "all there", "half-made", "other half", "grown"],
)
def test_subnets_keep_their_ranges(count, existing, wanted):
    assert subnet_cidrs("10.0.0.0/16", count, existing) == wanted
    assert cidr_mistakes("10.0.0.0/16", count, existing) == []


@pytest.mark.parametrize(
    ("cidr", "count", "existing", "said"),
    [
        ("10.0.0.0/16", 5, HALVES, "10.0.0.0/16 has room for 4 subnets as large as those that are there ("),
        ("10.0.0.0/16", 1, HALVES, "There are 2 subnets (10.0.0.0/18, 10.0.64.0/18), and 1 would leave out some"),
        ("10.0.0.0/8", 2, [], "a VPC is between /16 and /28"),
        ("10.0.0.0/27", 2, [], "no subnet is smaller than /28"),
        ("10.0.0.1/16", 2, [], "has host bits set"),
    ],
    ids=["no room", "shrinks", "large", "small", "host bits"],
)
def test_what_cannot_be_is_refused(cidr, count, existing, said):
    with pytest.raises(NoRoom) as refused:
        subnet_cidrs(cidr, count, existing)
    assert said in str(refused.value)
    assert cidr_mistakes(cidr, count, existing) == [str(refused.value)]
