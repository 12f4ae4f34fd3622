# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who uses a lifecycle configuration."""

from __future__ import annotations

import typing as t

from .calls import SageMaker
from .referrers import referrers


def still_used(name: str, users: list[str]) -> str:
    """Return the sentence that names what keeps a configuration from being deleted, and what to do."""
    return (
        f"Lifecycle configuration {name} is still used by {', '.join(users)}. Take it out of the settings there (and "
        "delete apps that run with it), then run again."
    )


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

    AWS refuses to delete what is in use (API reference DeleteStudioLifecycleConfig). Of ignored domains the settings
    count for nothing, of leaving ones nothing does.
    """
    marks = {name: [f':studio-lifecycle-config/{name}"'] for name in names}
    return referrers(sagemaker, marks, ignored_domain_ids, leaving_domain_ids)
