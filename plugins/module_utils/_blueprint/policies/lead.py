# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a team's lead may do beside."""

from __future__ import annotations

from ..names import OWN_DOMAIN, Names
from .document import Document, document


def lead_policy(names: Names) -> Document:
    """Return the policy with which a lead stops the apps of colleagues and looks after shared spaces."""
    return document(
        [
            {
                "Sid": "StopAppsOfTheTeam",
                "Effect": "Allow",
                "Action": "sagemaker:DeleteApp",
                "Resource": f"{names.sagemaker}:app/{OWN_DOMAIN}/*",
            },
            {
                "Sid": "SharedSpacesOfTheTeam",
                "Effect": "Allow",
                "Action": ["sagemaker:UpdateSpace", "sagemaker:DeleteSpace"],
                "Resource": f"{names.sagemaker}:space/{OWN_DOMAIN}/*",
                "Condition": {"StringEquals": {"sagemaker:SpaceSharingType": "Shared"}},
            },
        ]
    )
