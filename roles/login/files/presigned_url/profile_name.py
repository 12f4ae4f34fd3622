# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which user profile is a person's, by one rule that two people can never share.

1. A user name that can be a profile's name, and does not end in ``--`` and 20 hexadecimal digits, is the profile's.
2. Any other, such as ``okta_ada@example.org`` of somebody whom an identity provider vouches for, gives what can stay of
   it, ``--``, and the first 20 hexadecimal digits of its SHA-256: ``okta-ada-example-org--44a7eb8266f7d88ae2f9``.

Names of the second kind end as names of the first kind never do, and differ from each other in 80 bits even where the
user names differ in upper and lower case alone, which SageMaker does not tell apart. A profile that is made at a
sign-in also carries the tag OWNER_TAG with the user's ``sub``, which Cognito gives to nobody else, so that a user name
that is given away again opens nothing of the one before.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping

# Value: the `sub` of the user whom the profile was made for. A profile without it belongs to whoever has its name.
OWNER_TAG = "UserSub"

# botocore model, shape UserProfileName: at most 63 characters.
PROFILE_NAME = re.compile(r"(?=.{1,63}$)[a-zA-Z0-9](-*[a-zA-Z0-9])*", re.ASCII)
_MADE = re.compile(r".*--[0-9a-f]{20}", re.ASCII | re.IGNORECASE)
_SHOWN = 63 - 22


def profile_name(username: str) -> str:
    """Return the name of the profile that belongs to a Cognito user name."""
    if PROFILE_NAME.fullmatch(username) and not _MADE.fullmatch(username):
        return username
    shown = re.sub("[^a-z0-9]+", "-", username.lower()).strip("-")[:_SHOWN].rstrip("-")
    digest = hashlib.sha256(username.encode(errors="surrogatepass")).hexdigest()
    return f"{shown or 'user'}--{digest[:20]}"


def belongs_to(tags: Mapping[str, str], sub: str) -> bool:
    """Say whether a profile with these tags is for the user with this ``sub``."""
    return tags.get(OWNER_TAG, sub) == sub
