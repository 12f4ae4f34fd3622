# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whose something is that exists, told by its tags."""

from __future__ import annotations

import typing as t


def is_unclaimed(tags: dict[str, str], own_tags: t.Mapping[str, t.Any]) -> bool:
    """Tell by its tags whether something is nobody's yet: it carries not all of ours, and none with another value."""
    claims = {key: value for key, value in own_tags.items() if key in tags}
    return carries(tags, claims) and (not claims or claims != own_tags)


def is_adopted(tags: dict[str, str], own_tags: t.Mapping[str, t.Any], adoption_tags: t.Mapping[str, str]) -> bool:
    """Tell by its tags whether something that exists was not made by us: it is marked so, or nobody's yet."""
    return bool(adoption_tags) and (adoption_tags.items() <= tags.items() or is_unclaimed(tags, own_tags))


def tags_in_words(tags: t.Mapping[str, t.Any], keys: t.Iterable[str]) -> str:
    """Return what tags say of some keys, for a sentence."""
    return ", ".join(f"{key}={tags.get(key, '(none)')}" for key in sorted(keys))


def carries(tags: dict[str, str], wanted: t.Mapping[str, t.Any]) -> bool:
    """Tell whether tags hold all of the wanted ones, whose values YAML may have made numbers of."""
    return all(tags.get(key) == str(value) for key, value in wanted.items())
