# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The lifecycle configurations of one team as a set: those that it wants, and those that it does not want any more."""

from __future__ import annotations

import functools
import typing as t
from dataclasses import dataclass, field

from .._engine import Item, in_threads, refuse_duplicates, refuse_empty_purge
from .._ownership import carries
from .calls import SageMaker
from .lifecycle_config import LifecycleConfig, describe_lifecycle_config, lifecycle_config_names, script_item
from .lifecycle_users import still_used, users_of


@dataclass(frozen=True)
class SetRequest:
    """What becomes of a set: create makes what is listed, purge deletes the others that nothing refers to.

    The others are those whose names begin with name_prefix and that carry all of match_tags. What the settings of
    ignored domains name counts as unused. With refuse_used the deletion of one that is used fails.
    """

    create: bool = True
    purge: bool = False
    purge_all: bool = False
    refuse_used: bool = False
    match_tags: dict[str, t.Any] = field(default_factory=dict)
    name_prefix: str = ""
    ignored_domain_ids: t.Collection[str] = ()


def lifecycle_config_items(
    sagemaker: SageMaker,
    caller_arn: t.Callable[[], str],
    wanted: list[dict[str, t.Any]],
    request: SetRequest,
    tags: dict[str, str] | None,
    tell: t.Callable[[str], None],
) -> list[Item]:
    """Return what has to become of each configuration of the set.

    wanted holds dicts with ``name`` (the base name), ``app_type`` and ``content``; caller_arn() answers the ARN of the
    caller; tell() is given a sentence about each that stays because something still uses it. Raises StudioError for
    scripts that could not run and for wishes that contradict.
    """
    refuse_duplicates((script["name"] for script in wanted), "lifecycle configurations")
    refuse_empty_purge(wanted, request.purge, request.purge_all, "lifecycle configurations")
    caller = functools.lru_cache(maxsize=None)(caller_arn)
    listed = [script_item(sagemaker, caller, script, tags) for script in wanted]
    unwanted = _unwanted(sagemaker, {item.resource.name for item in listed}, request, tell) if request.purge else []
    return [*(listed if request.create else []), *(_leaving(sagemaker, name) for name in unwanted)]


def _leaving(sagemaker: SageMaker, name: str) -> Item:
    return Item(LifecycleConfig(sagemaker, name), state="absent")


def _unwanted(
    sagemaker: SageMaker, kept: t.Collection[str], request: SetRequest, tell: t.Callable[[str], None]
) -> list[str]:
    """Return the full names of the others in the set that are to be deleted."""
    others = _names(sagemaker, request.name_prefix, request.match_tags, kept)
    if request.refuse_used:
        return others
    used = users_of(sagemaker, others, request.ignored_domain_ids)
    for name in filter(used.get, others):
        tell(still_used(name, used[name]))
    return [name for name in others if not used[name]]


def users_of_set(
    sagemaker: SageMaker, name_prefix: str, match_tags: dict[str, t.Any], leaving_domain_ids: t.Collection[str]
) -> list[str]:
    """Return a sentence for each configuration of the set to which something outside the leaving domains refers."""
    names = _names(sagemaker, name_prefix, match_tags)
    used = users_of(sagemaker, names, leaving_domain_ids=leaving_domain_ids)
    return [still_used(name, users) for name, users in used.items() if users]


def _names(
    sagemaker: SageMaker, name_prefix: str, match_tags: dict[str, t.Any], kept: t.Collection[str] = ()
) -> list[str]:
    """Return the full names of the configurations of the set but kept ones."""
    # AWS searches for what could be a name, and so takes no hyphen at the end.
    listed = lifecycle_config_names(sagemaker, name_prefix.rstrip("-") or None, None)
    others = [name for name in listed if name.startswith(name_prefix) and name not in kept]
    described = in_threads(lambda name: describe_lifecycle_config(sagemaker, name), others)
    return [
        config["studio_lifecycle_config_name"] for config in described if config and carries(config["tags"], match_tags)
    ]
