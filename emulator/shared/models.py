# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""botocore's service models, the source of most that the emulator knows about AWS's interfaces."""

from __future__ import annotations

from functools import cache
from typing import Any

from botocore.exceptions import UnknownServiceError
from botocore.loaders import Loader
from botocore.model import ServiceModel

from emulator.shared.shapes import Structure

# Where AWS takes other values than its model says. Cognito's model has [\S]+ for passwords; the service quotes this
# pattern when it refuses one (cds-snc/platform-forms-client #5635), and the developer guide counts a space
# within a password as a symbol.
CORRECTIONS = {"cognito-idp": {"PasswordType": {"pattern": r"^[\S]+.*[\S]+$"}}}


def load(service: str) -> Structure | None:
    """The model of a service by boto3's name, read anew from its file; None for a service that boto3 does not know."""
    try:
        return Loader().load_service_model(service, "service-2")
    except UnknownServiceError:
        return None


@cache
def service_model(service: str) -> ServiceModel:
    """The model of a known service, kept for all who ask, without its documentation, which is most of its size."""
    model = _without_documentation(load(service))
    for shape, limits in CORRECTIONS.get(service, {}).items():
        model["shapes"][shape].update(limits)
    return ServiceModel(model, service)


def _without_documentation(node: Any) -> Any:
    if isinstance(node, list):
        return [_without_documentation(item) for item in node]
    if isinstance(node, dict):
        # A member of that name is a dict; the text is a string.
        return {
            name: _without_documentation(value)
            for name, value in node.items()
            if not (name == "documentation" and isinstance(value, str))
        }
    return node
