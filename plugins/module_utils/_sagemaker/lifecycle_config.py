# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Studio lifecycle configurations: scripts that AWS never changes, so every content gets a name of its own."""

from __future__ import annotations

import base64
import hashlib
import re
import typing as t

from .._blueprint.script_text import script_fault
from .._engine import Item, Resource, in_threads
from .._naming import tag_list
from .._plan import Plan
from .._waiting import StudioError, retry
from .calls import SageMaker, is_busy
from .lifecycle_users import still_used, unused_versions, users_of

MAXIMUM_NAME = 63
NAME = re.compile(r"[a-zA-Z0-9](-*[a-zA-Z0-9])*")
DIGEST_LENGTH = 8
BASE_NAME_LENGTH = MAXIMUM_NAME - DIGEST_LENGTH - 1
# How long (seconds) AWS may call a configuration in use after the last setting that named it has changed.
DELETE_PATIENCE = 60


def encode(content: str | None) -> str:
    """Return a script as SageMaker takes it. Raises StudioError where the script could not run or does not fit."""
    fault = script_fault(content)
    if fault:
        raise StudioError(f"content {fault}")
    return base64.b64encode((content or "").encode()).decode()


def is_name(name: str) -> bool:
    """Tell whether a name has the characters that SageMaker takes."""
    return NAME.fullmatch(name) is not None


def check_base_name(name: str) -> None:
    """Raise StudioError where no valid configuration name can be made of name and the digest of a content."""
    if not is_name(name) or len(name) > BASE_NAME_LENGTH:
        raise StudioError(
            f"The name {name} is not possible: take letters, digits and inner hyphens, at most {BASE_NAME_LENGTH} "
            "characters (AWS's 63 without the digest of the content)."
        )


def versioned_name(name: str, app_type: str, content: str) -> str:
    """Return the name that a script has in AWS: name, a hyphen, and eight hex digits of its content and app type."""
    digest = hashlib.sha256(f"{content}{app_type}".encode()).hexdigest()
    return f"{name}-{digest[:DIGEST_LENGTH]}"


def is_version_of(config_name: str, name: str) -> bool:
    """Tell whether a configuration's name was made of the base name."""
    return re.fullmatch(rf"{re.escape(name)}-[0-9a-f]{{{DIGEST_LENGTH}}}", config_name) is not None


class LifecycleConfig(Resource):
    """The configuration with this full name. previous() lists the versions that nobody uses and that are to go.

    others() lists the versions of the same script by name, so that a new one is shown beside the one before it.
    """

    kind = "studio_lifecycle_config"
    immutable = frozenset(
        {
            "studio_lifecycle_config_name",
            "studio_lifecycle_config_arn",
            "studio_lifecycle_config_app_type",
            "studio_lifecycle_config_content",
        }
    )

    def __init__(
        self,
        sagemaker: SageMaker,
        name: str,
        previous: t.Callable[[], list[str]] | None = None,
        others: t.Callable[[], list[str]] = list,
    ) -> None:
        self.sagemaker = sagemaker
        self.name = name
        self.previous = previous
        self.others = others
        self.replaced: dict[str, t.Any] | None = None

    def find(self) -> dict[str, t.Any] | None:
        config = describe_lifecycle_config(self.sagemaker, self.name)
        if config is None and self.replaced is None:
            # Now, as the creation may delete it.
            self.replaced = self._newest_of_the_others()
        return config and {**config, **({"unused_versions": self.previous()} if self.previous else {})}

    def create(self, plan: Plan) -> None:
        values = {**plan.after, "tags": tag_list(plan.after.get("tags") or {})}
        try:
            self.sagemaker.call("CreateStudioLifecycleConfig", **values)
        except Exception as error:
            # The name carries the content's digest: what already has it is what was to be made.
            if not (is_busy(error) and describe_lifecycle_config(self.sagemaker, self.name)):
                raise
        for name in self.previous() if self.previous else []:
            delete_lifecycle_config(self.sagemaker, name)

    def update(self, plan: Plan) -> None:
        if "tags" in plan.changes:
            arn = plan.before["studio_lifecycle_config_arn"]
            self.sagemaker.change_tags(arn, plan.before["tags"], plan.changes["tags"])
        for name in plan.before["unused_versions"] if "unused_versions" in plan.changes else []:
            delete_lifecycle_config(self.sagemaker, name)

    def delete(self, plan: Plan) -> None:
        delete_lifecycle_config(self.sagemaker, self.name)

    def diff(self, plan: Plan) -> dict[str, dict[str, t.Any]]:
        shown = super().diff(plan)
        if plan.action == "create" and self.replaced:
            after = {name: value for name, value in shown["after"].items() if name != "studio_lifecycle_config_arn"}
            shown = {"before": {name: self.replaced.get(name) for name in after}, "after": after}
        return {side: with_text(attributes) for side, attributes in shown.items()}

    def _newest_of_the_others(self) -> dict[str, t.Any]:
        described = [describe_lifecycle_config(self.sagemaker, name) for name in self.others()]
        found = [config for config in described if config]
        return max(found, key=lambda config: str(config.get("creation_time")), default={})


def with_text(attributes: dict[str, t.Any]) -> dict[str, t.Any]:
    """Return a configuration's attributes with the script as people read it, and not as SageMaker takes it."""
    content = attributes.get("studio_lifecycle_config_content")
    if not content:
        return attributes
    return {**attributes, "studio_lifecycle_config_content": base64.b64decode(content).decode(errors="replace")}


class Versions(Resource):
    """Every version of a base name (for one app type, or for all), which are only ever deleted."""

    kind = "studio_lifecycle_config"

    def __init__(self, sagemaker: SageMaker, name: str, app_type: str | None) -> None:
        self.sagemaker = sagemaker
        self.name = name
        self.app_type = app_type

    def find(self) -> dict[str, t.Any] | None:
        names = version_names(self.sagemaker, self.name, self.app_type)
        return {"studio_lifecycle_config_names": names} if names else None

    def delete(self, plan: Plan) -> None:
        for name in plan.before["studio_lifecycle_config_names"]:
            delete_lifecycle_config(self.sagemaker, name)


def script_item(
    sagemaker: SageMaker,
    caller_arn: t.Callable[[], str],
    script: dict[str, t.Any],
    tags: dict[str, str] | None,
    *,
    purge_previous: bool = False,
) -> Item:
    """Return what has to become of a script: a dict with ``name`` (the base name), ``app_type`` and ``content``.

    caller_arn() answers the ARN of the caller, which tells partition and account. With purge_previous the versions of
    the script that nothing refers to go. Raises StudioError for a script that could not run.
    """
    base_name, app_type = script["name"], script["app_type"]
    check_base_name(base_name)
    encoded = encode(script["content"])
    name = versioned_name(base_name, app_type, script["content"])
    _arn, partition, _service, _region, account, _resource = caller_arn().split(":", 5)
    region = sagemaker.client.meta.region_name

    def others() -> list[str]:
        return [other for other in version_names(sagemaker, base_name, app_type) if other != name]

    def previous() -> list[str]:
        return unused_versions(sagemaker, others())

    desired = {
        "studio_lifecycle_config_name": name,
        "studio_lifecycle_config_arn": f"arn:{partition}:sagemaker:{region}:{account}:studio-lifecycle-config/{name}",
        "studio_lifecycle_config_app_type": app_type,
        "studio_lifecycle_config_content": encoded,
        "unused_versions": [] if purge_previous else None,
        "tags": tags,
    }
    return Item(LifecycleConfig(sagemaker, name, previous if purge_previous else None, others), desired)


def versions_item(sagemaker: SageMaker, name: str, app_type: str | None) -> Item:
    """Return an Item to delete every version of a base name."""
    check_base_name(name)
    return Item(Versions(sagemaker, name, app_type), state="absent")


def delete_lifecycle_config(sagemaker: SageMaker, name: str) -> None:
    """Delete one configuration; nothing happens where it is gone. Raises StudioError naming what still uses it."""

    def passes(error: Exception) -> bool:
        if not is_busy(error):
            return False
        users = users_of(sagemaker, [name])[name]
        if users:
            raise StudioError(still_used(name, users)) from error
        return True

    call = {"studio_lifecycle_config_name": name}
    sagemaker.unless_missing(
        lambda: retry(lambda: sagemaker.call("DeleteStudioLifecycleConfig", **call), passes, DELETE_PATIENCE)
    )


def describe_lifecycle_config(sagemaker: SageMaker, name: str) -> dict[str, t.Any] | None:
    """Return a configuration with its tags, None where there is none of this full name."""
    config = sagemaker.read("DescribeStudioLifecycleConfig", studio_lifecycle_config_name=name)
    return config and {**config, "tags": sagemaker.tags(config["studio_lifecycle_config_arn"])}


def version_names(sagemaker: SageMaker, name: str, app_type: str | None) -> list[str]:
    """Return the names of all versions of a base name."""
    return [found for found in lifecycle_config_names(sagemaker, name, app_type) if is_version_of(found, name)]


def lifecycle_config_names(sagemaker: SageMaker, name: str | None, app_type: str | None) -> list[str]:
    """Return the names of all configurations, or of those whose name contains a text, or for one app type."""
    listed = sagemaker.list(
        "ListStudioLifecycleConfigs", "studio_lifecycle_configs", name_contains=name, app_type_equals=app_type
    )
    return sorted(config["studio_lifecycle_config_name"] for config in listed)


def describe_lifecycle_configs(
    sagemaker: SageMaker, name: str | None = None, app_type: str | None = None
) -> list[dict[str, t.Any]]:
    """Return configurations with their tags: all, those called name or made of that base name, or for one app type."""
    names = [
        found
        for found in lifecycle_config_names(sagemaker, name, app_type)
        if name is None or found == name or is_version_of(found, name)
    ]
    configs = in_threads(lambda found: describe_lifecycle_config(sagemaker, found), names)
    return [config for config in configs if config]
