# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What AWS's API models refuse of single values of a team."""

from __future__ import annotations

import typing as t

from . import instance_types
from .bounds import Values, mistakes
from .specification import QUOTES, nearest, shown
from .team import Team

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
    yield from mistakes(bounded(team))
    yield from _images(team)
    yield from _unknown_words(team)


def bounded(team: Team) -> t.Iterable[tuple[str, Values]]:
    """Yield the values of a team by the shape that they become; values are pairs of place and value."""
    people = [(f"studio_users[{person.name}].", person) for person in team.people]
    apps = {"studio_jupyterlab.": team.jupyterlab, "studio_code_editor.": team.code_editor}.items()
    urls = "studio_code_repositories"
    yield "sagemaker.CodeRepositories", [(urls, team.code_repositories)]
    yield "sagemaker.RepositoryUrl", [(f"{urls}[{number}]", url) for number, url in enumerate(team.code_repositories)]
    accounts = team.docker_trusted_accounts or ()
    yield "sagemaker.VpcOnlyTrustedAccounts", [("studio_docker_trusted_accounts", accounts)]
    yield (
        "sagemaker.AccountId",
        [(f"studio_docker_trusted_accounts[{number}]", account) for number, account in enumerate(accounts)],
    )
    yield "sagemaker.DomainId", _members([("studio_", team)], "domain_id")
    yield "cognito-idp.UserPoolIdType", _members([("studio_", team)], "user_pool_id")
    yield "codeartifact.DomainName", _members([("studio_package_index.", team.package_index)], "domain")
    yield "codeartifact.RepositoryName", _members([("studio_package_index.", team.package_index)], "repository")
    yield "sagemaker.RoleArn", _members(people, "execution_role_arn")
    yield "cognito-idp.AttributeValueType", _members(people, "email")
    yield "sagemaker.ImageArn", _members(apps, "image_arn")
    yield "sagemaker.ImageVersionArn", _members(apps, "image_version_arn")
    yield "sagemaker.ImageVersionAlias", _members(apps, "image_version_alias")
    yield from _bounded_images(team)


def _bounded_images(team: Team) -> t.Iterable[tuple[str, Values]]:
    images = [(f"studio_custom_images[{image.name}].", image) for image in team.custom_images]
    arguments = _items(images, "arguments")
    entrypoints = _items(images, "entrypoint")
    variables = [(place, name, value) for place, image in images for name, value in (image.environment or {}).items()]
    yield "sagemaker.CustomImages", [("studio_custom_images", team.custom_images)]
    yield "sagemaker.ImageBaseImage", _members(images, "image_uri")
    yield "sagemaker.CustomImageContainerEntrypoint", _members(images, "entrypoint")
    yield "sagemaker.CustomImageContainerArguments", _members(images, "arguments")
    yield "sagemaker.CustomImageContainerEnvironmentVariables", _members(images, "environment")
    yield "sagemaker.NonEmptyString64", arguments
    names = [(f"{place}environment: the name", name) for place, name, _value in variables if isinstance(name, str)]
    texts = [(f"{place}environment[{name}]", value) for place, name, value in variables if isinstance(value, str)]
    yield "sagemaker.NonEmptyString256", [*entrypoints, *names]
    yield "sagemaker.String256", texts
    yield "sagemaker.MountPath", _members(images, "mount_path")
    yield "sagemaker.DefaultUid", _members(images, "uid")
    yield "sagemaker.DefaultGid", _members(images, "gid")
    yield "sagemaker.KernelName", _members(images, "kernel")
    yield "sagemaker.ImageDisplayName", _members(images, "display_name")
    yield "sagemaker.ImageDescription", _members(images, "description")


def _members(parts: t.Iterable[tuple[str, t.Any]], option: str) -> Values:
    """Return the places and values of an option where it is given; an empty text is none where it is the default."""
    found = [(f"{place}{option}", getattr(part, option), getattr(type(part), option, None)) for place, part in parts]
    return [(place, value) for place, value, default in found if value is not None and value != default]


def _items(parts: t.Iterable[tuple[str, t.Any]], option: str) -> list[tuple[str, t.Any]]:
    items = [(f"{place}{option}", getattr(part, option) or ()) for place, part in parts]
    return [(f"{place}[{number}]", one) for place, values in items for number, one in enumerate(values)]


def _images(team: Team) -> t.Iterable[str]:
    for image in team.custom_images:
        for name, value in (image.environment or {}).items():
            if not isinstance(name, str) or not isinstance(value, str):
                place = f"studio_custom_images[{image.name}].environment"
                yield f"{place}: {shown(name)} with the value {shown(value)} must be two texts. {QUOTES}."


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
        if (chosen or place == "studio_default_instance_type") and chosen not in instance_types.APPS:
            yield f"{place} is {chosen or 'empty'}, which is no instance type of Studio's apps{_hint(chosen or '')}"


def _hint(name: str) -> str:
    like = nearest(name, instance_types.APPS)
    return f"; did you mean {like}?" if like else "."
