# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How deep the values of a document lie in each other, found out before anything reads it.

Python's YAML takes many seconds for brackets that nobody closes, and nothing else is served meanwhile.
"""

from __future__ import annotations

import re

# AWS's own limits are unknown; DynamoDB's are 32 values of two levels each.
DEPTH = 128
OPENING, CLOSING = "[{", "]}"
# Lists that begin in lists, in one line of YAML.
COMPACT = re.compile(rf"([-?:]\s+){{{DEPTH}}}")


def is_too_deep(document: str) -> bool:
    """Whether a document of JSON or YAML has more than DEPTH values in each other, as its brackets say."""
    if sum(document.count(bracket) for bracket in OPENING) <= DEPTH:
        return COMPACT.search(document) is not None
    depth = deepest = 0
    for letter in document:
        depth += (letter in OPENING) - (letter in CLOSING)
        deepest = max(deepest, depth)
    return deepest > DEPTH or COMPACT.search(document) is not None
