# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""botocore's service models, the source of most that the emulator knows about AWS's interfaces."""

from __future__ import annotations

import gzip
import json
import re
from functools import cache
from pathlib import Path
from typing import Any

from botocore.loaders import Loader
from botocore.model import ServiceModel

from emulator.shared.shapes import Structure

# Where AWS takes other values than its model says. Cognito's model has [\S]+ for passwords; the service quotes this
# pattern when it refuses one (cds-snc/platform-forms-client #5635), and the developer guide counts a space
# within a password as a symbol.
CORRECTIONS = {"cognito-idp": {"PasswordType": {"pattern": r"^[\S]+.*[\S]+$"}}}

# How many letters of a model are read in the hope that its metadata is among them.
HEAD = 2048


def load(service: str) -> Structure | None:
    """The model of a service by boto3's name, read anew from its file; None for a service that boto3 does not know."""
    return Loader().load_service_model(service, "service-2") if service in services() else None


@cache
def services() -> frozenset[str]:
    """boto3's names of all services that it knows."""
    return frozenset(Loader().list_available_services("service-2"))


@cache
def signing_names() -> frozenset[str]:
    """What requests to some service of AWS may be signed for: boto3's names, prefixes of endpoints, signing names.

    It takes a tenth of a second: of most models only the beginning is read, where the metadata stands.
    """
    return services().union(*(_names_in(Path(Loader.BUILTIN_DATA_PATH) / service) for service in services()))


def _names_in(folder: Path) -> set[str]:
    latest = max(folder.glob("*/service-2.json.gz"), default=None)
    if latest is None:
        return set()
    with gzip.open(latest, "rt", encoding="utf-8") as model:
        beginning = model.read(HEAD)
        found = dict(re.findall(r'"(endpointPrefix|signingName)":"([^"]+)"', beginning))
        if "endpointPrefix" not in found:
            found = json.loads(beginning + model.read())["metadata"]
    return {found[name] for name in ("endpointPrefix", "signingName") if name in found}


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
