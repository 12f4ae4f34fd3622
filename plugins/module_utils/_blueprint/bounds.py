# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What AWS's API models allow of single values of a description.

A unit test compares each bound with its shape in botocore's models, and walks the models of what the collection calls
for bounds that nobody heeds.
"""

from __future__ import annotations

import dataclasses
import re
import typing as t

from . import instance_types
from .specification import nearest, shown
from .team import Team

Values = t.Iterable[t.Tuple[str, t.Any]]


@dataclasses.dataclass(frozen=True)
class Bound:
    """What a shape of an API model takes: least and most of a length or number, a pattern, and the same in words."""

    shape: str
    form: str
    least: int | None = None
    most: int | None = None
    pattern: str = ""

    def fault(self, value: t.Any) -> str | None:
        """Return what is wrong with a value, as the rest of a sentence about it, or None."""
        if isinstance(value, (list, tuple, dict)):
            within = self._is_within(len(value))
            return None if within else f"has {len(value)} entries, and AWS takes {self.form}."
        size = len(value) if isinstance(value, str) else value
        fits = not self.pattern or re.fullmatch(self.pattern, str(value))
        return None if self._is_within(size) and fits else f"is {shown(value)}, and must be {self.form}."

    def _is_within(self, size: int) -> bool:
        return (self.least is None or size >= self.least) and (self.most is None or size <= self.most)


IMAGE_VERSION = r"arn:aws(-[\w]+)*:sagemaker:.+:[0-9]{12}:image-version/[a-z0-9]([-.]?[a-z0-9])*/[0-9]+"
ROLE = r"arn:aws[a-z\-]*:iam::\d{12}:role/?[a-zA-Z_0-9+=,.@\-_/]+"
BOUNDS = {
    bound.shape: bound
    for bound in (
        Bound("sagemaker.CodeRepositories", "at most 10", 0, 10),
        Bound(
            "sagemaker.RepositoryUrl",
            "an https address of letters, digits, hyphens, dots, underscores and slashes",
            0,
            1024,
            r"https://([.\-_a-zA-Z0-9]+/?){3,1016}",
        ),
        Bound("sagemaker.CustomImages", "at most 200", 0, 200),
        Bound("sagemaker.CustomImageContainerEntrypoint", "one command at most; the rest belongs into arguments", 0, 1),
        Bound("sagemaker.CustomImageContainerArguments", "at most 50", 0, 50),
        Bound("sagemaker.NonEmptyString64", "a text of at most 64 characters", 0, 64, r"(?!\s*$).+"),
        Bound("sagemaker.NonEmptyString256", "a text of at most 256 characters", 0, 256, r"(?!\s*$).+"),
        Bound("sagemaker.String256", "a text of at most 256 characters", 0, 256),
        Bound("sagemaker.CustomImageContainerEnvironmentVariables", "at most 25", 0, 25),
        Bound("sagemaker.MountPath", "a path that begins with /, of at most 1024 characters", 0, 1024, r"\/.*"),
        Bound("sagemaker.DefaultUid", "from 0 to 65535", 0, 65535),
        Bound("sagemaker.DefaultGid", "from 0 to 65535", 0, 65535),
        Bound("sagemaker.KernelName", "a name of at most 1024 characters", 0, 1024),
        Bound("sagemaker.ImageDisplayName", "a name of at most 128 characters", 1, 128, r"\S(.*\S)?"),
        Bound("sagemaker.ImageDescription", "one line of at most 512 characters", 1, 512, r".*"),
        Bound("sagemaker.ImageBaseImage", "an address of at most 255 characters", 1, 255, r".*"),
        Bound(
            "sagemaker.ImageArn",
            "the ARN of a SageMaker image",
            0,
            256,
            r"arn:aws(-[\w]+)*:sagemaker:.+:[0-9]{12}:image/[a-zA-Z0-9]([-.]?[a-zA-Z0-9])*",
        ),
        Bound(
            "sagemaker.ImageVersionArn", "the ARN of a version of a SageMaker image", 0, 256, f"({IMAGE_VERSION}|None)"
        ),
        Bound(
            "sagemaker.ImageVersionAlias",
            "the alias of a version, such as 3 or 3.1",
            1,
            128,
            r"(^\d+$)|(^\d+.\d+$)|(^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)"
            r"(?:-((?:0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*)(?:\.(?:0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*))*))?"
            r"(?:\+([0-9a-zA-Z-]+(?:\.[0-9a-zA-Z-]+)*))?$)",
        ),
        Bound("sagemaker.RoleArn", "the ARN of a role", 20, 2048, ROLE),
        Bound("sagemaker.DomainId", "the id of a domain, such as d-abcdefghijkl", 0, 63, r"d-(-*[a-z0-9]){1,61}"),
        Bound("cognito-idp.UserPoolIdType", "the id of a user pool", 1, 55, r"[\w-]+_[0-9a-zA-Z]+"),
        Bound("cognito-idp.AttributeValueType", "a text of at most 2048 characters", None, 2048),
        Bound("iam.arnType", "the ARN of a policy", 20, 2048),
    )
}
APP_TYPES = (
    "JupyterServer",
    "KernelGateway",
    "DetailedProfiler",
    "TensorBoard",
    "CodeEditor",
    "JupyterLab",
    "RStudioServerPro",
    "RSessionGateway",
    "Canvas",
)


def team_mistakes(team: Team) -> t.Iterable[str]:
    """Yield a sentence for every value of a team that an API model refuses."""
    for shape, values in _bounded(team):
        for place, value in values:
            fault = BOUNDS[shape].fault(value) if value not in (None, "") else None
            if fault:
                yield f"{place} {fault}"
    yield from _unknown_words(team)


def _bounded(team: Team) -> t.Iterable[tuple[str, Values]]:
    """Yield the values of a team by the shape that they become; values are pairs of place and value."""
    people = [(f"studio_users[{person.name}].", person) for person in team.people]
    apps = {"studio_jupyterlab.": team.jupyterlab, "studio_code_editor.": team.code_editor}.items()
    urls = "studio_code_repositories"
    yield "sagemaker.CodeRepositories", [(urls, team.code_repositories)]
    yield "sagemaker.RepositoryUrl", [(f"{urls}[{number}]", url) for number, url in enumerate(team.code_repositories)]
    yield "sagemaker.DomainId", [("studio_domain_id", team.domain_id)]
    yield "cognito-idp.UserPoolIdType", [("studio_user_pool_id", team.user_pool_id)]
    yield "iam.arnType", [("studio_permissions_boundary_arn", team.permissions_boundary_arn)]
    yield "sagemaker.RoleArn", _members(people, "execution_role_arn")
    yield "cognito-idp.AttributeValueType", _members(people, "email")
    yield "sagemaker.ImageArn", _members(apps, "image_arn")
    yield "sagemaker.ImageVersionArn", _members(apps, "image_version_arn")
    yield "sagemaker.ImageVersionAlias", _members(apps, "image_version_alias")
    yield from _bounded_images(team)


def _bounded_images(team: Team) -> t.Iterable[tuple[str, Values]]:
    images = [(f"studio_custom_images[{image.name}].", image) for image in team.custom_images]
    arguments = [(f"{place}arguments", one) for place, image in images for one in image.arguments or ()]
    entrypoints = [(f"{place}entrypoint", one) for place, image in images for one in image.entrypoint or ()]
    variables = [(place, name, value) for place, image in images for name, value in (image.environment or {}).items()]
    yield "sagemaker.CustomImages", [("studio_custom_images", team.custom_images)]
    yield "sagemaker.ImageBaseImage", _members(images, "image_uri")
    yield "sagemaker.CustomImageContainerEntrypoint", _members(images, "entrypoint")
    yield "sagemaker.CustomImageContainerArguments", _members(images, "arguments")
    yield "sagemaker.CustomImageContainerEnvironmentVariables", _members(images, "environment")
    yield "sagemaker.NonEmptyString64", arguments
    yield "sagemaker.NonEmptyString256", entrypoints + [(f"{place}environment", name) for place, name, _ in variables]
    yield "sagemaker.String256", [(f"{place}environment[{name}]", str(value)) for place, name, value in variables]
    yield "sagemaker.MountPath", _members(images, "mount_path")
    yield "sagemaker.DefaultUid", _members(images, "uid")
    yield "sagemaker.DefaultGid", _members(images, "gid")
    yield "sagemaker.KernelName", _members(images, "kernel")
    yield "sagemaker.ImageDisplayName", _members(images, "display_name")
    yield "sagemaker.ImageDescription", _members(images, "description")


def _members(parts: t.Iterable[tuple[str, t.Any]], option: str) -> Values:
    return [(f"{place}{option}", getattr(part, option)) for place, part in parts]


def _unknown_words(team: Team) -> t.Iterable[str]:
    for name in team.hidden_app_types:
        if name not in APP_TYPES:
            yield f"studio_hidden_app_types has {name}, and SageMaker knows {', '.join(APP_TYPES)}."
    started = {
        "studio_default_instance_type": team.default_instance_type,
        "studio_jupyterlab.instance_type": team.jupyterlab.instance_type,
        "studio_code_editor.instance_type": team.code_editor.instance_type,
        **{f"studio_spaces[{one.name}].instance_type": one.instance_type for one in team.spaces},
        **{f"studio_personal_spaces[{one.name}].instance_type": one.instance_type for one in team.personal_spaces},
    }
    for place, chosen in started.items():
        if chosen and chosen not in instance_types.APPS:
            yield f"{place} is {chosen}, which is no instance type of Studio's apps{_hint(chosen)}"


def _hint(name: str) -> str:
    like = nearest(name, instance_types.APPS)
    return f"; did you mean {like}?" if like else "."
