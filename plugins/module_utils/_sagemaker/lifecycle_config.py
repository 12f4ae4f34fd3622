# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Studio lifecycle configurations: scripts that AWS never changes, so every content gets a name of its own."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import typing as t

from .._engine import Resource, StudioError, in_threads, retry
from .._naming import tag_list
from .._plan import Plan
from .calls import SageMaker, is_busy

MAXIMUM_NAME = 63
MAXIMUM_CONTENT = 16384  # characters of base64 (botocore model, StudioLifecycleConfigContent)
NAME = re.compile(r"[a-zA-Z0-9](-*[a-zA-Z0-9])*")
DIGEST_LENGTH = 8
BASE_NAME_LENGTH = MAXIMUM_NAME - DIGEST_LENGTH - 1
# How long (seconds) AWS may call a configuration in use after the last setting that named it has changed.
DELETE_PATIENCE = 60
# What a module wants of a configuration, beside its tags.
DESIRED = (
    "studio_lifecycle_config_name",
    "studio_lifecycle_config_arn",
    "studio_lifecycle_config_app_type",
    "studio_lifecycle_config_content",
    "unused_versions",
)


def script_fault(content: str | None) -> str | None:
    """Return why a script could not run or does not fit, as the rest of a sentence about it, or None."""
    if not content or not content.strip():
        return "is empty; a lifecycle configuration needs a script."
    if "\r" in content:
        return "has Windows line ends (CRLF), which no shell understands. Save the script with LF."
    length = len(base64.b64encode(content.encode()))
    if length > MAXIMUM_CONTENT:
        return (
            f"is {length} characters long as base64; AWS takes {MAXIMUM_CONTENT} (about 12,000 bytes of script). Let "
            "the script fetch the rest from S3."
        )
    return None


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
    """The configuration with one content; state absent means every version of its base name.

    ``desired`` is what the module wants of it: ``unused_versions`` lists versions that nothing refers to, and is there
    only with purge_previous.
    """

    kind = "studio_lifecycle_config"
    immutable = frozenset(DESIRED) - {"unused_versions"}

    def __init__(
        self, sagemaker: SageMaker, name: str, app_type: str | None, *, state: str, purge_previous: bool = False
    ) -> None:
        check_base_name(name)
        self.sagemaker = sagemaker
        self.base_name = name
        self.name = name
        self.app_type = app_type
        self.state = state
        self.purge_previous = purge_previous
        self.unused: list[str] = []
        self.desired: dict[str, t.Any] = {}

    def want(self, content: str, caller_arn: t.Callable[[], str]) -> None:
        """Set the desired content; caller_arn() answers the ARN of the caller, which tells partition and account."""
        encoded = encode(content)
        self.name = versioned_name(self.base_name, self.app_type or "", content)
        _arn, partition, _service, _region, account, _resource = caller_arn().split(":", 5)
        region = self.sagemaker.client.meta.region_name
        self.desired = {
            "studio_lifecycle_config_name": self.name,
            "studio_lifecycle_config_arn": (
                f"arn:{partition}:sagemaker:{region}:{account}:studio-lifecycle-config/{self.name}"
            ),
            "studio_lifecycle_config_app_type": self.app_type,
            "studio_lifecycle_config_content": encoded,
            "unused_versions": [] if self.purge_previous else None,
        }

    def find(self) -> dict[str, t.Any] | None:
        if self.state == "absent":
            versions = self._versions()
            return {"studio_lifecycle_config_names": versions} if versions else None
        config = describe_lifecycle_config(self.sagemaker, self.name)
        if not self.purge_previous:
            return config
        self.unused = unused_versions(self.sagemaker, [name for name in self._versions() if name != self.name])
        return config and {**config, "unused_versions": self.unused}

    def create(self, plan: Plan) -> None:
        values = {**plan.after, "tags": tag_list(plan.after.get("tags") or {})}
        try:
            self.sagemaker.call("CreateStudioLifecycleConfig", **values)
        except Exception as error:
            # The name carries the content's digest: what already has it is what was to be made.
            if not (is_busy(error) and describe_lifecycle_config(self.sagemaker, self.name)):
                raise
        self._delete_all(self.unused)

    def update(self, plan: Plan) -> None:
        if "tags" in plan.changes:
            arn = plan.before["studio_lifecycle_config_arn"]
            self.sagemaker.change_tags(arn, plan.before["tags"], plan.changes["tags"])
        if "unused_versions" in plan.changes:
            self._delete_all(self.unused)

    def delete(self, plan: Plan) -> None:
        self._delete_all(plan.before["studio_lifecycle_config_names"])

    def _versions(self) -> list[str]:
        names = lifecycle_config_names(self.sagemaker, self.base_name, self.app_type)
        return [name for name in names if is_version_of(name, self.base_name)]

    def _delete_all(self, names: list[str]) -> None:
        for name in names:
            delete_lifecycle_config(self.sagemaker, name)


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


def still_used(name: str, users: list[str]) -> str:
    """Return the sentence that names what keeps a configuration from being deleted, and what to do."""
    return (
        f"Lifecycle configuration {name} is still used by {', '.join(users)}. Take it out of the settings there (and "
        "delete apps that run with it), then run again."
    )


def describe_lifecycle_config(sagemaker: SageMaker, name: str) -> dict[str, t.Any] | None:
    """Return a configuration with its tags, None where there is none of this full name."""
    config = sagemaker.read("DescribeStudioLifecycleConfig", studio_lifecycle_config_name=name)
    return config and {**config, "tags": sagemaker.tags(config["studio_lifecycle_config_arn"])}


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


def unused_versions(sagemaker: SageMaker, names: list[str], ignored_domain_ids: t.Collection[str] = ()) -> list[str]:
    """Return those configurations that nothing refers to; the settings of ignored domains count for nothing."""
    used = users_of(sagemaker, names, ignored_domain_ids)
    return [name for name in names if not used[name]]


def users_of(
    sagemaker: SageMaker,
    names: list[str],
    ignored_domain_ids: t.Collection[str] = (),
    leaving_domain_ids: t.Collection[str] = (),
) -> dict[str, list[str]]:
    """Return, by configuration name, what refers to it: domains, user profiles, spaces and running apps, in words.

    AWS offers no such list and refuses to delete what is in use (API reference DeleteStudioLifecycleConfig), so every
    description of the region is read. Of ignored domains the settings count for nothing, of leaving ones nothing does.
    """
    found: dict[str, list[str]] = {name: [] for name in names}
    for words, description in _possible_users(sagemaker, ignored_domain_ids, leaving_domain_ids) if names else []:
        text = json.dumps(description, default=str)
        for name in names:
            if f':studio-lifecycle-config/{name}"' in text:
                found[name].append(words)
    return found


def _possible_users(
    sagemaker: SageMaker, ignored_domain_ids: t.Collection[str], leaving_domain_ids: t.Collection[str]
) -> list[tuple[str, dict[str, t.Any] | None]]:
    def read(found: tuple[str, str, dict[str, t.Any]]) -> tuple[str, dict[str, t.Any] | None]:
        words, operation, key = found
        return words, sagemaker.read(operation, **key)

    def staying(operation: str, noun: str) -> list[dict[str, t.Any]]:
        return [item for item in sagemaker.list(operation, noun) if item["domain_id"] not in leaving_domain_ids]

    sources = [
        (f"domain {domain['domain_name']}", "DescribeDomain", {"domain_id": domain["domain_id"]})
        for domain in staying("ListDomains", "domains")
        if domain["domain_id"] not in ignored_domain_ids
    ]
    for operation, noun, described_by in (
        ("ListUserProfiles", "user_profiles", "DescribeUserProfile"),
        ("ListSpaces", "spaces", "DescribeSpace"),
    ):
        name = f"{noun[:-1]}_name"
        sources += [
            (
                f"{noun[:-1].replace('_', ' ')} {item[name]} of {item['domain_id']}",
                described_by,
                {"domain_id": item["domain_id"], name: item[name]},
            )
            for item in staying(operation, noun)
        ]
    apps = [
        (f"app {app['app_type']} of {app.get('space_name') or app.get('user_profile_name')}", app)
        for app in staying("ListApps", "apps")
        if app["status"] not in ("Deleted", "Failed")
    ]
    return in_threads(read, sources) + apps
