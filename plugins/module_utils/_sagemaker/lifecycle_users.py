# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who uses a lifecycle configuration."""

from __future__ import annotations

import json
import typing as t

from .._engine import in_threads
from .calls import SageMaker


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
