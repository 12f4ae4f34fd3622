# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Custom images of Studio: an image with its versions, and how an app runs it (AppImageConfig)."""

from __future__ import annotations

import hashlib
import typing as t
from dataclasses import dataclass

from .._engine import Item, Resource, in_threads, in_words, refuse_duplicates
from .._naming import tag_list
from .._ownership import carries
from .._plan import Plan
from .._waiting import StudioError, poll, retry
from .calls import IAM_PROPAGATION, SageMaker, is_busy, is_propagating
from .referrers import referrers
from .settings import list_paths, typed

CREATED, CREATE_FAILED, DELETE_FAILED = "CREATED", "CREATE_FAILED", "DELETE_FAILED"
# Statuses in which nothing is going on; images have other words for it than domains (botocore model, ImageStatus).
SETTLED = (CREATED, CREATE_FAILED, "UPDATE_FAILED", DELETE_FAILED)
CONFIGS = ("kernel_gateway_image_config", "jupyter_lab_app_image_config", "code_editor_app_image_config")


class Image(Resource):
    """The image called name, seen with its latest version: base_image is the container image that this was made of."""

    kind = "image"

    def __init__(self, sagemaker: SageMaker, name: str, timeout: float) -> None:
        self.sagemaker = sagemaker
        self.name = name
        self.timeout = timeout
        self.key = {"image_name": name}

    def find(self) -> dict[str, t.Any] | None:
        image = self._settled()
        if image is None:
            return None
        version = self.sagemaker.read("DescribeImageVersion", **self.key) or {}
        # A version that failed is no version: it is made again.
        base_image = version.get("base_image") if version.get("image_version_status") == CREATED else None
        return {
            **{
                name: image.get(name) for name in ("image_name", "image_arn", "role_arn", "display_name", "description")
            },
            "base_image": base_image,
            "version": version.get("version", 0),
            "tags": self.sagemaker.tags(image["image_arn"]),
        }

    def create(self, plan: Plan) -> None:
        values = {**plan.after, "tags": tag_list(plan.after.get("tags") or {})}
        try:
            retry(lambda: self.sagemaker.call("CreateImage", **values), is_propagating, IAM_PROPAGATION)
        except Exception as error:
            # In use although it was not found: an earlier attempt of ours took effect and its answer was lost.
            if not is_busy(error):
                raise
        self._expect_created()
        self._add_version(plan.after["base_image"], 0)

    def update(self, plan: Plan) -> None:
        accepted = self.sagemaker.accepted("UpdateImage")
        values = {name: value for name, value in plan.changes.items() if name in accepted}
        if values:
            self.sagemaker.call("UpdateImage", **self.key, **values)
            self._expect_created()
        if "base_image" in plan.changes:
            self._add_version(plan.after["base_image"], plan.before["version"])
        if "tags" in plan.changes:
            self.sagemaker.change_tags(plan.before["image_arn"], plan.before["tags"], plan.changes["tags"])

    def delete(self, plan: Plan) -> None:
        """Delete the image with all its versions (API reference DeleteImage)."""
        self.sagemaker.unless_missing(lambda: self.sagemaker.call("DeleteImage", **self.key))

    def wait(self, plan: Plan) -> None:
        if plan.action == "delete" and self._settled() is not None:
            raise StudioError(f"Image {self.name} could not be deleted. Look into its versions, then run again.")

    def _add_version(self, base_image: str, latest: int) -> None:
        # The same wish after a lost answer is the same version; after another version it is a new one.
        token = hashlib.sha256(f"{self.name} {base_image} {latest}".encode()).hexdigest()[:36]
        self.sagemaker.call("CreateImageVersion", base_image=base_image, client_token=token, **self.key)
        version = poll(
            lambda: self.sagemaker.read("DescribeImageVersion", **self.key),
            lambda found: found is not None and found["image_version_status"] in SETTLED,
            self.timeout,
            f"the version of image {self.name}",
            thing="image version",
        )
        if version is None or version["image_version_status"] != CREATED:
            raise StudioError(
                f"SageMaker could not make a version of image {self.name} of {base_image}: {_reason(version or {})} "
                "Correct image_uri or the repository, then run again."
            )

    def _settled(self) -> dict[str, t.Any] | None:
        return poll(
            lambda: self.sagemaker.read("DescribeImage", **self.key),
            lambda found: found is None or found["image_status"] in SETTLED,
            self.timeout,
            f"image {self.name} to settle",
            thing="image",
        )

    def _expect_created(self) -> None:
        image = self._settled()
        if image is None or image["image_status"] != CREATED:
            raise StudioError(
                f"Image {self.name} did not become {CREATED}: {_reason(image or {})} Correct that, delete the image "
                "(state: absent), then run again."
            )


class AppImageConfig(Resource):
    """The AppImageConfig called name; it has no status and is there at once."""

    kind = "app_image_config"

    def __init__(self, sagemaker: SageMaker, name: str) -> None:
        self.sagemaker = sagemaker
        self.name = name
        self.key = {"app_image_config_name": name}
        self.unordered = list_paths(sagemaker.model.operation_model("CreateAppImageConfig").input_shape) - {
            f"{config}.container_config.{member}"
            for config in CONFIGS
            for member in ("container_arguments", "container_entrypoint")
        }

    def find(self) -> dict[str, t.Any] | None:
        config = self.sagemaker.read("DescribeAppImageConfig", **self.key)
        return config and {
            **{name: value for name, value in config.items() if not name.endswith("_time")},
            "tags": self.sagemaker.tags(config["app_image_config_arn"]),
        }

    def create(self, plan: Plan) -> None:
        values = {**plan.after, "tags": tag_list(plan.after.get("tags") or {})}
        try:
            self.sagemaker.call("CreateAppImageConfig", **values)
        except Exception as error:
            if not is_busy(error):  # an earlier attempt whose answer was lost
                raise

    def update(self, plan: Plan) -> None:
        values = {name: value for name, value in plan.changes.items() if name in CONFIGS}
        if values:
            self.sagemaker.call("UpdateAppImageConfig", **self.key, **values)
        if "tags" in plan.changes:
            arn = plan.before["app_image_config_arn"]
            self.sagemaker.change_tags(arn, plan.before["tags"], plan.changes["tags"])

    def delete(self, plan: Plan) -> None:
        self.sagemaker.unless_missing(lambda: self.sagemaker.call("DeleteAppImageConfig", **self.key))


@dataclass(frozen=True)
class Purge:
    """Which others go: those that carry all of match_tags, with names that begin with one of prefixes.

    What something still uses stays, and tell() is given a sentence about it; the settings of ignored domains count for
    nothing. With even_used it goes all the same.
    """

    match_tags: t.Mapping[str, str]
    prefixes: tuple[str, ...]
    tell: t.Callable[[str], None]
    ignored_domain_ids: t.Collection[str] = ()
    even_used: bool = False


def image_items(
    sagemaker: SageMaker,
    images: list[dict[str, t.Any]],
    tags: dict[str, str] | None,
    *,
    state: str,
    purge: Purge | None,
    create: bool,
    timeout: float,
) -> list[Item]:
    """Return what has to become of each listed image, and of each other one that goes by purge.

    Without create the listed ones are left as they are. images holds dicts with ``name`` and the attributes of an
    image. Raises StudioError for one that is listed twice.
    """
    names = [image["name"] for image in images]
    refuse_duplicates(names, "images")
    others = _others(sagemaker, "image", names, purge)
    listed = [
        Item(
            Image(sagemaker, image["name"], timeout),
            {"image_name": image["name"], **_without_name(image), "tags": tags},
            state,
        )
        for image in images
        if create
    ]
    return listed + [Item(Image(sagemaker, name, timeout), state="absent") for name in others]


def app_image_config_items(
    sagemaker: SageMaker,
    configs: list[dict[str, t.Any]],
    tags: dict[str, str] | None,
    *,
    state: str,
    purge: Purge | None,
    create: bool,
) -> list[Item]:
    """Return what has to become of each listed AppImageConfig, as image_items() does of images."""
    names = [config["name"] for config in configs]
    refuse_duplicates(names, "app_image_configs")
    shape = sagemaker.model.operation_model("CreateAppImageConfig").input_shape
    wanted = [typed(_without_name(config), shape, f"app_image_configs.{config['name']}") for config in configs]
    others = _others(sagemaker, "app_image_config", names, purge)
    listed = [
        Item(AppImageConfig(sagemaker, name), {"app_image_config_name": name, **values, "tags": tags}, state)
        for name, values in zip(names, wanted)
        if create
    ]
    return listed + [Item(AppImageConfig(sagemaker, name), state="absent") for name in others]


def _reason(described: dict[str, t.Any]) -> str:
    return str(described.get("failure_reason", "AWS gives no reason")).rstrip(".") + "."


def _without_name(values: dict[str, t.Any]) -> dict[str, t.Any]:
    return {key: value for key, value in values.items() if key != "name" and value is not None}


def _others(sagemaker: SageMaker, kind: str, names: list[str], purge: Purge | None) -> list[str]:
    """Return the names of those not listed that go."""
    if not purge:
        return []
    operation = {"image": "ListImages", "app_image_config": "ListAppImageConfigs"}[kind]
    found = [
        one
        for one in sagemaker.list(operation, f"{kind}s")
        if one[f"{kind}_name"] not in names and one[f"{kind}_name"].startswith(purge.prefixes)
    ]
    tags = in_threads(lambda one: sagemaker.tags(one[f"{kind}_arn"]), found)
    others = sorted(one[f"{kind}_name"] for one, has in zip(found, tags) if carries(has, purge.match_tags))
    return others if purge.even_used else _unused(sagemaker, kind, others, purge)


def _unused(sagemaker: SageMaker, kind: str, names: list[str], purge: Purge) -> list[str]:
    """Return those that nothing refers to. AWS would delete the others too, and their apps would never start again."""
    used = referrers(sagemaker, {name: _marks(kind, name) for name in names}, purge.ignored_domain_ids)
    for name in filter(used.get, names):
        purge.tell(
            f"{in_words(kind).capitalize()} {name} is still used by {', '.join(used[name])}, and so stays. Choose "
            "another one there (and delete apps that run with it), then run again."
        )
    return [name for name in names if not used[name]]


def _marks(kind: str, name: str) -> list[str]:
    by_arn = [f':image/{name}"', f":image-version/{name}/"] if kind == "image" else []
    return [f'"{kind}_name": "{name}"', *by_arn]
