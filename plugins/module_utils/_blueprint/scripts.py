# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The team's lifecycle scripts: those of the description in their order, then the built-in ones, which run before."""

from __future__ import annotations

import dataclasses
import typing as t

from .found import Found
from .team import CODE_EDITOR, JUPYTERLAB, Team

# SageMaker clears a script only when it is told so.
NO_SCRIPT = "None"
BUILT_IN_APPS = (JUPYTERLAB, CODE_EDITOR)
BUILT_IN_SCRIPT = "built-in--"


def lifecycle_configs(team: Team, built_in_script: str) -> list[dict[str, t.Any]]:
    """Return what studio_lifecycle_configs makes. built_in_script: the text that sets up package index and SDK."""
    described = [
        {"name": team.names.script(script.name), "app_type": script.app_type, "content": script.content}
        for script in team.lifecycle_scripts
    ]
    return described + [
        {
            "name": team.names.script(f"{BUILT_IN_SCRIPT}{app_type.lower()}"),
            "app_type": app_type,
            "content": built_in_script,
        }
        for app_type in (BUILT_IN_APPS if has_built_in(team) else ())
    ]


def has_built_in(team: Team) -> bool:
    """Tell whether a script runs when an app starts that the description does not list."""
    return bool(team.package_index or team.sdk_config)


def built_in(package_script: str, sdk_script: str) -> str:
    """Return the script that runs first in an app; both parts are bash, the second without its first line."""
    return (package_script or "#!/bin/bash\nset -u\n") + sdk_script


def package_index(team: Team) -> dict[str, t.Any]:
    """Return what the script that sets up the package index says; its type is empty where there is none."""
    index = team.package_index
    return {
        **dataclasses.asdict(index),
        "conda_channels": list(index.conda_channels),
        "domain_owner": index.domain_owner or team.platform.account_id,
        "region": team.platform.region,
        "team": team.name,
    }


def arns(team: Team, found: Found, app_type: str) -> list[str]:
    """Return the ARNs of the scripts that people may choose for a kind of app."""
    return [_arn(config) for script, config in _made(team, found) if script.app_type == app_type]


def default_arn(team: Team, found: Found, app_type: str) -> str:
    """Return the ARN of the script that runs unless the person chooses another; of several, the last."""
    chosen = [_arn(one) for script, one in _made(team, found) if script.app_type == app_type and script.default]
    return chosen[-1] if chosen else NO_SCRIPT


def built_in_arn(team: Team, found: Found, app_type: str) -> str:
    """Return the ARN of the built-in script."""
    made = dict(zip(BUILT_IN_APPS, found.lifecycle_configs[len(team.lifecycle_scripts) :]))
    return _arn(made[app_type]) if app_type in made else NO_SCRIPT


def _made(team: Team, found: Found) -> t.Iterable[tuple[t.Any, t.Mapping[str, t.Any]]]:
    return zip(team.lifecycle_scripts, found.lifecycle_configs)


def _arn(config: t.Mapping[str, t.Any]) -> str:
    return str(config["studio_lifecycle_config_arn"])
