# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""UserSettings and DefaultSpaceSettings: how updates merge, and the rules that span several members."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from emulator.sagemaker import store
from emulator.sagemaker.errors import ValidationException
from emulator.settings import settings
from emulator.shared.shapes import Structure

# References that the literal "None" clears (patterns and documentation of these shapes in the botocore model).
CLEARED_BY_NONE = ("LifecycleConfigArn", "BuiltInLifecycleConfigArn", "SageMakerImageVersionArn")
APP_TYPES = ("JupyterServer", "KernelGateway", "JupyterLab", "CodeEditor")


def merge(old: Structure, new: Structure) -> Structure:
    """``old`` patched by ``new``: structures merge member by member, lists and scalars replace.

    Nothing is cleared by omission; ``[]`` clears a list and "None" a lifecycle config or image version reference.
    Sources: terraform-provider-aws #43127 (depth of the merge), #35503 and model documentation (clearing).
    """
    merged = dict(old)
    for name, value in new.items():
        if _clears(name, value):
            merged.pop(name, None)
        elif isinstance(value, dict):
            merged[name] = merge({} if _replaced(name) else merged.get(name, {}), value)
        elif isinstance(value, list):
            merged[name] = [merge({}, item) if isinstance(item, dict) else item for item in value]
        else:
            merged[name] = value
    return merged


def _replaced(name: str) -> bool:
    return name.endswith("AppSettings") and settings.switch("merge_depth") == "app_settings"


def _clears(name: str, value: Any) -> bool:
    if value == []:
        return settings.switch("cleared_lists") == "omitted"
    return value == "None" and name in CLEARED_BY_NONE


def lifecycle_configs(user_settings: Structure) -> Iterator[tuple[str, str]]:
    """Every ``(app type, ARN)`` of a lifecycle config that settings name."""
    for app_type in APP_TYPES:
        block = user_settings.get(f"{app_type}AppSettings", {})
        yield from ((app_type, arn) for arn in block.get("LifecycleConfigArns", []))
        for arn in (
            block.get("DefaultResourceSpec", {}).get("LifecycleConfigArn"),
            block.get("BuiltInLifecycleConfigArn"),
        ):
            if arn:
                yield app_type, arn


def check(user_settings: Structure, inherited: Structure | None = None) -> None:
    """Check settings as they would be stored; ``inherited`` are the domain's for a profile.

    Raises ValidationException. The texts are ours where no source quotes AWS's.
    """
    effective = {**(inherited or {}), **user_settings}
    _check_lifecycle_configs(user_settings)
    for app_type in APP_TYPES:
        _check_idle_settings(app_type, user_settings.get(f"{app_type}AppSettings", {}))
    block = user_settings.get("JupyterServerAppSettings", {})
    if block.get("LifecycleConfigArns") and "DefaultResourceSpec" not in block:
        # Model documentation of JupyterServerAppSettings.
        raise ValidationException("JupyterServerAppSettings.LifecycleConfigArns requires DefaultResourceSpec.")
    landing = user_settings.get("DefaultLandingUri", "")
    if landing.startswith("studio::") and effective.get("StudioWebPortal") != "ENABLED":
        # Model documentation of UserSettings.DefaultLandingUri.
        raise ValidationException("DefaultLandingUri studio:: requires StudioWebPortal to be ENABLED.")


def _check_lifecycle_configs(user_settings: Structure) -> None:
    """A lifecycle config must exist and be made for the application whose settings name it."""
    if settings.switch("lifecycle_config_references") == "unchecked":
        return
    for app_type, arn in lifecycle_configs(user_settings):
        record = store.by_arn(arn)
        if record is None:
            raise ValidationException(f"StudioLifecycleConfig [{arn}] does not exist.")
        made_for = record["attributes"]["StudioLifecycleConfigAppType"]
        if made_for != app_type:
            raise ValidationException(
                f"StudioLifecycleConfig [{arn}] is for {made_for} and cannot be attached to {app_type}AppSettings."
            )


def _check_idle_settings(app_type: str, block: Structure) -> None:
    """Minimum <= timeout <= maximum (expected; AWS's text is not known)."""
    idle = block.get("AppLifecycleManagement", {}).get("IdleSettings", {})
    names = ("MinIdleTimeoutInMinutes", "IdleTimeoutInMinutes", "MaxIdleTimeoutInMinutes")
    given = [(name, idle[name]) for name in names if name in idle]
    for (smaller, low), (larger, high) in pairwise(given):
        if low > high:
            raise ValidationException(
                f"{app_type}AppSettings: {smaller} ({low}) must not be greater than {larger} ({high})."
            )
