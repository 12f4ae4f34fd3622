# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Values that descriptions may have, for tests with Hypothesis: many of them such that they run into each other."""

import dataclasses

from hypothesis import strategies as st

from ansible_collections.mlplatform.studio.plugins.module_utils._blueprint import names, platform, regions

ACCOUNTS = ("111111111111", "222222222222")
REGIONS = [name for found in regions.PARTITIONS.values() for name in found]
# Where people can sign in: no platform is elsewhere.
OF_PLATFORMS = [name for name in REGIONS if not regions.user_pool_mistakes(name, "aws_region")]
# Parts of the names that are made of what a description says, and such as make them long.
WORDS = ("a", "b", "0", "eu", "central", "1", "eu-central-1", "person", "lead", "space", "data-scientist", "backup")
WORDS += ("flow-logs", "presigned-url", "access-log", "jupyterlab", "deadbeef", "x" * 9, "y" * 20, "z" * 60)
LETTERS = "abcdefghijklmnopqrstuvwxyz"


def put_together(longest, hyphens, characters, first=""):
    """Names of words with so many hyphens between them, which end as they begin: with none."""
    word = st.one_of(st.sampled_from(WORDS), st.text(characters, min_size=1, max_size=3))
    parts = st.lists(st.tuples(st.sampled_from(hyphens), word), min_size=1, max_size=5)
    texts = parts.map(lambda found: "".join(hyphen + one for hyphen, one in found).lstrip("-"))
    begun = st.tuples(st.sampled_from(first), texts).map("".join) if first else texts
    return begun.map(lambda name: name[:longest].rstrip("-"))


SMALL = LETTERS + "0123456789"
WELL_FORMED = put_together(20, ("", "-"), SMALL, LETTERS).filter(platform.NAME.fullmatch)
PLATFORM_NAMES = WELL_FORMED.filter(lambda name: not platform.name_mistakes(name, "platform_name"))
TEAM_NAMES = put_together(24, ("", "-"), SMALL)
STUDIO_NAMES = put_together(63, ("", "-", "--", "---"), SMALL + LETTERS.upper())
IMAGE_NAMES = put_together(63, ("", "-"), SMALL)
# Few places, so that two of them are often one.
PLATFORMS = st.builds(
    platform.Platform,
    PLATFORM_NAMES,
    st.one_of(st.sampled_from(["eu-central-1", "ap-southeast-1", "ap-southeast-2"]), st.sampled_from(OF_PLATFORMS)),
    st.sampled_from(ACCOUNTS),
)
TEAMS = st.builds(names.Names, PLATFORMS, TEAM_NAMES)


@st.composite
def neighbours(draw):
    """Two teams, each with what it calls a script: of the same words in the same order, divided in two ways."""
    words = draw(st.lists(st.sampled_from(("a", "b", "eu", "lead")), min_size=4, max_size=5))
    divided = [words[:1], words[1:2], words[2:]], [words[:2], words[2:3], words[3:]]
    place = draw(PLATFORMS)
    found = []
    for first, second, rest in divided:
        name = draw(st.sampled_from(("-", "--"))).join(first)
        owner = dataclasses.replace(place, name=name if platform.NAME.fullmatch(name) else f"{place.name[:9]}-x")
        found.append((names.Names(owner, "-".join(second)), draw(st.sampled_from(("-", "--"))).join(rest)))
    return found


# What anybody may type, and what is made to end what surrounds it.
NASTY = (
    "<script>x</script>",
    "<img src=x onerror=x>",
    "\"'><svg/onload=x>",
    "{{ 7 * 7 }}",
    "{% if %}",
    "&lt;b&gt;",
    "-->",
    "]]>",
)
TEXTS = st.one_of(st.text(), st.sampled_from(NASTY), st.tuples(st.text(), st.sampled_from(NASTY)).map("".join))
# Whatever JSON holds.
SCALARS = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False), TEXTS)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(TEXTS, inner, max_size=4)),
    max_leaves=10,
)
