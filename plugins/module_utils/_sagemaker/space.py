# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The spaces of a Studio domain. A space has a disk, which only grows and which goes with the space."""

from __future__ import annotations

import typing as t

from .._engine import Item
from .._plan import RESERVED_TAG_PREFIXES, Plan
from .._waiting import StudioError
from .app import living_apps
from .calls import SageMaker, code_and_text, is_busy
from .limits import refuse_invalid
from .member import Member, MemberRequest, describe_members, refuse_contradictions, unlisted
from .settings import typed
from .status import DELETING

PRIVATE = "Private"


class Space(Member):
    """A space; wanted holds the attributes that it should have, see Member for the rest."""

    kind = "space"
    noun = "Space"
    settings = "space_settings"
    immutable = frozenset({"ownership_settings", "space_sharing_settings"})

    def __init__(
        self, sagemaker: SageMaker, request: MemberRequest, wanted: dict[str, t.Any], state: str, exists: bool
    ) -> None:
        super().__init__(sagemaker, request, wanted["space_name"], state, exists)
        self.wanted = wanted
        self.refused = False
        owner = owner_of(wanted)
        if owner:
            key = {"domain_id": request.domain_id, "user_profile_name": owner}
            self.depends_on.append(self.watch_of("DescribeUserProfile", "user profile", owner, **key))

    def check(self, present: dict[str, t.Any] | None) -> None:
        if self.state == "present":
            refuse_impossible(self.watch.what, present, self.wanted)
        elif present is not None and not self.request.delete_apps:
            remaining = self.remaining()
            if remaining:
                raise StudioError(
                    f"{self.watch.what} still has {', '.join(remaining)}, and its disk would be lost with it. Stop "
                    "them first (sagemaker_apps), or set delete_apps: true if that is what you want."
                )

    def remaining(self) -> list[str]:
        apps = living_apps(self.sagemaker, self.request.domain_id, space_name=self.name)
        return [f"app {app['app_type']} {app['app_name']}" for app in apps if app["status"] != DELETING]

    def update_values(self, plan: Plan) -> dict[str, t.Any]:
        values = super().update_values(plan)
        # AWS refuses the app type in an update, even the same one (terraform-provider-aws #38370).
        settings = {key: value for key, value in values.pop(self.settings, {}).items() if key != "app_type"}
        return {**values, self.settings: settings} if settings else values

    def update_passes(self, error: Exception) -> bool:
        if not super().update_passes(error):
            return False
        # The first refusal may come of an update that was still going on.
        remaining = self.remaining() if self.refused and is_busy(error) else []
        self.refused = True
        if remaining:
            raise StudioError(
                f"{self.watch.what}: AWS does not change this while {', '.join(remaining)} runs. Stop it "
                f"(sagemaker_apps), then run again. AWS says: {code_and_text(error)[1]}"
            ) from error
        return True

    def delete(self, plan: Plan) -> None:
        # check() has refused those that somebody may be at work in.
        self.stop_apps()
        self.request_deletion()


def owner_of(space: dict[str, t.Any]) -> str:
    """Return the profile that owns a space (attributes or description), "" where there is none."""
    return (space.get("ownership_settings") or {}).get("owner_user_profile_name") or ""


def volume_size(space: dict[str, t.Any]) -> int:
    """Return the size (GB) of the disk that a space's settings name, 0 where they name none."""
    storage = ((space.get("space_settings") or {}).get("space_storage_settings") or {}).get("ebs_storage_settings")
    return (storage or {}).get("ebs_volume_size_in_gb") or 0


def refuse_impossible(what: str, present: dict[str, t.Any] | None, wanted: dict[str, t.Any]) -> None:
    """Raise StudioError where AWS could never make what is wanted; what names the space, present describes it or None.

    A private space needs settings (boto3 #4375), the app type is create-only (API reference UpdateSpace), and an EBS
    volume never shrinks (Amazon EBS user guide).
    """
    settings = wanted.get("space_settings") or {}
    if present is None:
        sharing = (wanted.get("space_sharing_settings") or {}).get("sharing_type")
        if sharing == PRIVATE and not settings:
            raise StudioError(f"{what} is to be private, and AWS makes no private space without space_settings.")
        return
    app_type = (present.get("space_settings") or {}).get("app_type")
    if settings.get("app_type") not in (None, app_type):
        raise StudioError(
            f"{what} is for {app_type or 'apps of any type'}, and space_settings.app_type can only be set when it is "
            "created. Keep the present value, or make another space."
        )
    if 0 < volume_size(wanted) < volume_size(present):
        raise StudioError(
            f"{what} has a disk of {volume_size(present)} GB, and a disk never shrinks. Ask for at least as much, or "
            "make another space."
        )


def space_items(
    sagemaker: SageMaker,
    request: MemberRequest,
    wanted: list[dict[str, t.Any]],
    *,
    state: str,
    purge: bool,
    purge_all: bool,
    inherited_tags: dict[str, t.Any] | None = None,
) -> list[Item]:
    """Return what has to become of each space of the domain.

    wanted holds dicts with ``name``, ``owner``, ``sharing_type``, ``space_display_name``, ``space_settings`` and
    ``tags``; inherited_tags are what the domain propagates to them, None to look. With purge, present spaces that are
    not wanted are items to delete; purge_all must be true to delete every space. Raises StudioError for wishes that
    contradict.
    """
    named = [space["name"] for space in wanted]
    refuse_contradictions(named, "spaces", state=state, purge=purge, purge_all=purge_all)
    attributes = [_attributes(sagemaker, request.domain_id, space) for space in wanted]
    listed = sagemaker.list("ListSpaces", "spaces", domain_id_equals=request.domain_id)
    present = {space["space_name"]: space for space in listed}
    inherited = Inherited(sagemaker, request.domain_id)

    def item(space: dict[str, t.Any], item_state: str) -> Item:
        before = present.get(space["space_name"])
        if before and item_state == "present":
            space = with_present_spelling(space, before.get("ownership_settings_summary") or {})
        if space.get("tags") is not None and item_state == "present":
            known = inherited.tags(owner_of(space)) if inherited_tags is None else own_tags(inherited_tags)
            space = {**space, "tags": {**known, **space["tags"]}}
        return Item(Space(sagemaker, request, space, item_state, before is not None), space, item_state)

    others = unlisted(present, named, state=state, purge=purge, purge_all=purge_all)
    return [item(space, state) for space in attributes] + [
        item({"domain_id": request.domain_id, "space_name": name}, "absent") for name in others
    ]


def _attributes(sagemaker: SageMaker, domain_id: str, space: dict[str, t.Any]) -> dict[str, t.Any]:
    """Return a wanted space with the attributes of the API."""
    shape = sagemaker.model.operation_model("CreateSpace").input_shape
    place, owner, sharing_type = f"spaces.{space['name']}", space.get("owner"), space.get("sharing_type")
    for name, member in (("name", "SpaceName"), ("space_display_name", "SpaceDisplayName")):
        refuse_invalid(space.get(name), shape.members[member], f"{place}.{name}")
    return {
        "domain_id": domain_id,
        "space_name": space["name"],
        "space_display_name": space.get("space_display_name"),
        "ownership_settings": {"owner_user_profile_name": owner} if owner else None,
        "space_sharing_settings": {"sharing_type": sharing_type} if sharing_type else None,
        "space_settings": typed(space.get("space_settings"), shape.members["SpaceSettings"], f"{place}.space_settings"),
        "tags": space.get("tags"),
    }


def with_present_spelling(space: dict[str, t.Any], ownership: dict[str, t.Any]) -> dict[str, t.Any]:
    """Return space with its owner spelled as in ownership where only the case differs, which has no meaning."""
    present = ownership.get("owner_user_profile_name", "")
    if present and owner_of(space).lower() == present.lower():
        return {**space, "ownership_settings": {"owner_user_profile_name": present}}
    return space


class Inherited:
    """The tags that AWS puts on a space beside its own: those of the domain and the owner, where the domain propagates.

    They count as wanted, or every run would purge them from a new space (developer guide, custom-tags). Each is read at
    most once, and only when it is asked for.
    """

    def __init__(self, sagemaker: SageMaker, domain_id: str) -> None:
        self.sagemaker = sagemaker
        self.domain_id = domain_id
        self._known: dict[str, dict[str, str]] = {}

    def tags(self, owner: str) -> dict[str, str]:
        """Return the tags that a space of this owner ("" for none) inherits."""
        if "" not in self._known:
            domain = self.sagemaker.read("DescribeDomain", domain_id=self.domain_id) or {}
            self.propagates = domain.get("tag_propagation") == "ENABLED"
            self._known[""] = self._of(domain.get("domain_arn"))
        if owner.lower() not in self._known:
            key = {"domain_id": self.domain_id, "user_profile_name": owner}
            profile = self.sagemaker.read("DescribeUserProfile", **key) if self.propagates else None
            self._known[owner.lower()] = self._of((profile or {}).get("user_profile_arn"))
        return {**self._known[""], **self._known[owner.lower()]}

    def _of(self, arn: str | None) -> dict[str, str]:
        return own_tags(self.sagemaker.tags(arn)) if arn and self.propagates else {}


def own_tags(tags: dict[str, t.Any]) -> dict[str, str]:
    """Return tags without those that AWS manages."""
    return {key: str(value) for key, value in tags.items() if not key.startswith(RESERVED_TAG_PREFIXES)}


def describe_spaces(
    sagemaker: SageMaker, domain_id: str, names: t.Collection[str] | None = None
) -> list[dict[str, t.Any]]:
    """Return the full descriptions, with tags, of a domain's spaces, or of those of the names."""
    return describe_members(sagemaker, Space, domain_id, lambda name: names is None or name in names)
