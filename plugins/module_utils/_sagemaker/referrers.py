# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who refers to a thing of SageMaker's in settings, or runs with it."""

from __future__ import annotations

import json
import typing as t

from .._engine import in_threads
from .calls import SageMaker


def referrers(
    sagemaker: SageMaker,
    marks: t.Mapping[str, t.Collection[str]],
    ignored_domain_ids: t.Collection[str] = (),
    leaving_domain_ids: t.Collection[str] = (),
) -> dict[str, list[str]]:
    """Return, by name, what refers to a thing: domains, user profiles, spaces and running apps, in words.

    marks are texts by name, one of which is in the JSON of a description that refers to the thing. AWS offers no such
    list, so every description of the region is read. Of ignored domains the settings count for nothing, of leaving ones
    nothing does.
    """
    found: dict[str, list[str]] = {name: [] for name in marks}
    for words, description in _possible_users(sagemaker, ignored_domain_ids, leaving_domain_ids) if marks else []:
        text = json.dumps(description, default=str)
        for name, signs in marks.items():
            if any(sign in text for sign in signs):
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
