# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The instance types that SageMaker's API model knows."""

from __future__ import annotations

import typing as t
from fnmatch import fnmatchcase

from .._engine import StudioError

try:
    import botocore.session
except ImportError:
    pass  # the caller reports the missing library

APPS = "AppInstanceType"
OTHERS = ("TrainingInstanceType", "ProcessingInstanceType", "TransformInstanceType", "ProductionVariantInstanceType")
# What the pages of Studio Classic run on; it costs nothing and nobody chooses it.
SYSTEM = "system"


def known_types(*shapes: str) -> list[str]:
    """Return the instance types of some of the model's enumerations, in its order, each once."""
    try:
        model = botocore.session.get_session().get_service_model("sagemaker")
    except NameError:
        raise StudioError("The Python library botocore is missing; install boto3 and botocore.") from None
    return list(dict.fromkeys(name for shape in shapes for name in model.shape_for(shape).enum))


def without(patterns: t.Collection[str]) -> list[str]:
    """Return the instance types of apps that match none of the patterns, such as ml.t3.*."""
    types = known_types(APPS)
    return [name for name in types if name != SYSTEM and not matches(name, patterns)]


def useless(patterns: t.Collection[str]) -> list[str]:
    """Return the patterns that no instance type of apps, jobs or endpoints matches."""
    types = known_types(APPS, *OTHERS)
    return [pattern for pattern in patterns if not any(fnmatchcase(name, pattern) for name in types)]


def matches(name: str, patterns: t.Collection[str]) -> bool:
    """Tell whether an instance type matches one of the patterns, as IAM's StringLike compares them."""
    return any(fnmatchcase(name, pattern) for pattern in patterns)
