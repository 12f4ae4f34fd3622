# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Carry a plan out. The only place that knows about check mode, waiting, re-reading and diff."""

from __future__ import annotations

import typing as t
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace

from ._attempts import Trouble, carry_out, no_trouble
from ._ownership import carries, is_unclaimed, tags_in_words
from ._plan import Action, Lists, Plan, make_plan, plan_diff, same
from ._waiting import StudioError, poll

MAX_THREADS = 8
SHOWN_WITHIN = 120  # seconds, of what was created
ACRONYMS = {"acl", "kms", "vpc"}

T = t.TypeVar("T")
R = t.TypeVar("R")


class ImmutableChange(StudioError):
    """The user asked for another value of an attribute that AWS sets only at creation."""


class NotApplied(StudioError):
    """AWS accepted an update, settled, and still describes the resource as before."""


class Resource:
    """One AWS thing. Subclasses say how to find, create, update and delete it, and nothing else.

    ``kind`` is the noun under which the module returns it, ``name`` what messages call it; ``immutable`` names the
    create-only attributes, ``unordered`` and ``filled`` what Lists say, ``secret`` what no result or diff may show,
    ``shared`` what others write at the same time, so that a difference after an update proves nothing; ``told`` what is
    never changed, and told where it is not as wanted; ``may_be_untagged`` says that ours may be without its tags.

    find() sets ``adopted`` where somebody else made the resource and it is taken over as it is: it then gets
    ``adoption_tags``, keeps its other tags, and keeps those of its ``adoptable`` (create-only) attributes that differ.
    """

    kind = ""
    name = ""
    immutable: t.Collection[str] = frozenset()
    unordered: t.Collection[str] = frozenset()
    filled: t.Collection[str] = frozenset()
    secret: t.Collection[str] = frozenset()
    shared: t.Collection[str] = frozenset()
    told: t.Collection[str] = frozenset()
    adoptable: t.Collection[str] = frozenset()
    may_be_untagged = False
    adopted = False
    adoption_tags: t.Mapping[str, str] = {}

    @property
    def label(self) -> str:
        """What messages call the resource, such as "user profile ada"."""
        return f"{in_words(self.kind)} {self.name}"

    def find(self) -> dict[str, t.Any] | None:
        """Return the resource as AWS describes it now, with a ``tags`` dict where it has tags, or None."""
        raise NotImplementedError

    def find_before(self) -> dict[str, t.Any] | None:
        """Return the resource as it is before anything is done: what find() does, or a listing that was read."""
        return self.find()

    def create(self, plan: Plan) -> None:
        """Create the resource from plan.after."""
        raise NotImplementedError

    def update(self, plan: Plan) -> None:
        """Apply plan.changes (APIs that patch) or plan.after (APIs that reset what is omitted)."""
        raise NotImplementedError

    def delete(self, plan: Plan) -> None:
        """Delete the resource described by plan.before."""
        raise NotImplementedError

    def wait(self, plan: Plan) -> None:
        """Block until what the plan started has settled. Synchronous APIs inherit this no-op."""

    def create_only(self, current: dict[str, t.Any]) -> t.Collection[str]:
        """Return the attributes that nothing but a replacement could change in the resource as it is."""
        return self.immutable

    def lists(self) -> Lists:
        """Return how the lists of the resource are compared."""
        return Lists(self.unordered, self.filled)

    def diff(self, plan: Plan) -> dict[str, dict[str, t.Any]]:
        """Return {"before", "after"} as people are shown what a plan changes."""
        return plan_diff(plan, self.secret)


class Listed(Resource):
    """A resource of a set that one listing has read already; listed is what it showed of it, or None."""

    def __init__(self, listed: dict[str, t.Any] | None) -> None:
        self.listed = listed

    def find_before(self) -> dict[str, t.Any] | None:
        """Return what the listing showed."""
        return self.listed


@dataclass
class Item:
    """One member of a set: what it is, and what the user wants of it."""

    resource: Resource
    desired: dict[str, t.Any] = field(default_factory=dict)
    state: str = "present"


@dataclass(frozen=True)
class Outcome:
    """What became of one resource.

    ``after`` is the resource as AWS describes it after the change: as predicted in check mode, {} when it is gone, and
    never with a secret. ``differences`` are what an adopted one keeps, as {attribute: {"present", "wanted"}};
    ``left_alone`` is what is not as wanted and only told, as {attribute: {"before", "after"}}; ``error`` is why it
    failed.
    """

    kind: str
    name: str
    action: Action = "none"
    after: dict[str, t.Any] = field(default_factory=dict)
    diff: dict[str, dict[str, t.Any]] = field(default_factory=lambda: {"before": {}, "after": {}})
    adopted: bool = False
    differences: dict[str, dict[str, t.Any]] = field(default_factory=dict)
    left_alone: dict[str, dict[str, t.Any]] = field(default_factory=dict)
    error: Exception | None = None

    @property
    def changed(self) -> bool:
        """Whether anything was, or in check mode would be, done."""
        return self.action != "none"


def in_words(kind: str) -> str:
    """Return the noun of a result as messages say it: "VPC endpoints" for vpc_endpoints."""
    return " ".join(word.upper() if word in ACRONYMS else word for word in kind.split("_"))


def in_threads(function: t.Callable[[T], R], values: t.Iterable[T]) -> list[R]:
    """Return [function(value), ...], computed by at most MAX_THREADS threads; the first error ends it."""
    with ThreadPoolExecutor(MAX_THREADS) as threads:
        return list(threads.map(function, values))


def refuse_duplicates(names: t.Iterable[t.Hashable], what: str) -> None:
    """Raise StudioError when a name is listed twice; what is the plural noun, as in "user profiles"."""
    twice = sorted(str(name) for name, count in Counter(names).items() if count > 1)
    if twice:
        raise StudioError(f"These {what} are listed more than once: {', '.join(twice)}. List each of them once.")


def refuse_empty_purge(listed: t.Collection[t.Any], purge: bool, purge_all: bool, what: str) -> None:
    """Raise StudioError when a purge would remove everything and purge_all does not say that this is meant."""
    if purge and not listed and not purge_all:
        raise StudioError(
            f"The list of {what} is empty, so purge would delete all of them. "
            "Set purge_all to true if that is what you want."
        )


@dataclass(frozen=True)
class Behaviour:
    """The options of a module that are the same for every resource; what is without owner_tags is somebody else's."""

    purge_tags: bool = True
    check_mode: bool = False
    wait: bool = True
    owner_tags: t.Mapping[str, t.Any] = field(default_factory=dict)
    trouble_of: t.Callable[[Exception], Trouble] = no_trouble


AS_USUAL = Behaviour()


def reconcile(item: Item, behaviour: Behaviour = AS_USUAL) -> Outcome:
    """Bring one resource to its desired state.

    Raises ImmutableChange, in check mode too, where only a replacement could do it, and NotApplied where AWS took an
    update without effect.
    """
    plan = _plan_and_write(item, behaviour)
    return _outcome(item, plan, plan.after if behaviour.check_mode else _wait_and_read(item, plan, behaviour))


def kept_differences(
    resource: Resource, current: dict[str, t.Any], desired: dict[str, t.Any]
) -> dict[str, dict[str, t.Any]]:
    """Return the adoptable attributes in which an adopted resource differs from what is desired, {} of any other."""
    names = _differing(resource, resource.adoptable if resource.adopted else (), current, desired)
    return {name: {"present": current.get(name), "wanted": desired[name]} for name in names}


def left_alone(resource: Resource, current: dict[str, t.Any], desired: dict[str, t.Any]) -> dict[str, dict[str, t.Any]]:
    """Return what is not as desired, and is told and not changed."""
    names = _differing(resource, resource.told, current, desired)
    return {name: {"before": current.get(name), "after": desired[name]} for name in names}


def _differing(
    resource: Resource, names: t.Iterable[str], current: dict[str, t.Any], desired: dict[str, t.Any]
) -> list[str]:
    return [
        name
        for name in sorted(names)
        if desired.get(name) is not None and not same(current.get(name), desired[name], resource.lists(), name)
    ]


def reconcile_all(items: list[Item], behaviour: Behaviour = AS_USUAL) -> list[Outcome]:
    """Bring every item of a set to its desired state, concurrently, and wait for all together.

    Returns the outcomes in the order of items. One failing item does not keep the others from being done.
    """

    def start(item: Item) -> Plan | Exception:
        return _attempt(lambda: _plan_and_write(item, behaviour))

    def complete(item: Item, plan: Plan | Exception) -> Outcome:
        if isinstance(plan, Exception):
            return Outcome(item.resource.kind, item.resource.name, error=plan)
        if behaviour.check_mode:
            return _outcome(item, plan, plan.after)
        after = _attempt(lambda: _wait_and_read(item, plan, behaviour))
        if isinstance(after, Exception):
            return replace(_outcome(item, plan, None), error=after)
        return _outcome(item, plan, after)

    with ThreadPoolExecutor(MAX_THREADS) as threads:
        plans = list(threads.map(start, items))
        return list(threads.map(complete, items, plans))


def _attempt(function: t.Callable[[], R]) -> R | Exception:
    try:
        return function()
    except Exception as error:  # reported per item, so that the others are still done
        return error


def _outcome(item: Item, plan: Plan, after: dict[str, t.Any] | None) -> Outcome:
    resource = item.resource
    return Outcome(
        resource.kind,
        resource.name,
        plan.action,
        {key: value for key, value in (after or {}).items() if key not in resource.secret},
        resource.diff(plan),
        resource.adopted,
        kept_differences(resource, after or {}, item.desired),
        left_alone(resource, after or {}, item.desired),
    )


def _plan_and_write(item: Item, behaviour: Behaviour) -> Plan:
    """Return what has to be done to a resource; done, but not waited for, unless this is check mode."""
    resource = item.resource
    plan = _plan_of(item, resource.find_before(), behaviour)
    if not behaviour.check_mode:

        def trouble_of(error: Exception) -> Trouble:
            return Trouble.FINAL if isinstance(error, StudioError) else behaviour.trouble_of(error)

        write = {"create": resource.create, "update": resource.update, "delete": resource.delete}
        carry_out(plan, write, resource.find, lambda now: _plan_of(item, now, behaviour), trouble_of)
    return plan


def _plan_of(item: Item, current: dict[str, t.Any] | None, behaviour: Behaviour) -> Plan:
    """Return what has to be done to a resource as it is now. Raises StudioError where nobody should do it."""
    resource = item.resource
    if item.state == "present" and not resource.adopted:
        _refuse_foreign(resource, current or {}, behaviour.owner_tags)
    plan = _plan(item, current, behaviour)
    if plan.conflicts:
        raise ImmutableChange(
            f"{resource.label}: {', '.join(plan.conflicts)} can only be set when it is created, and "
            "nothing is replaced behind your back. Keep the present value, or delete it by name and run again."
        )
    return plan


def _refuse_foreign(resource: Resource, current: dict[str, t.Any], owner_tags: t.Mapping[str, t.Any]) -> None:
    """Raise StudioError where something that has tags does not carry those of its owner."""
    tags = current.get("tags")
    if tags is None or carries(tags, owner_tags) or (resource.may_be_untagged and is_unclaimed(tags, owner_tags)):
        return
    raise StudioError(
        f"{resource.label} exists and is somebody else's: it is tagged {tags_in_words(tags, owner_tags)}. Delete it, "
        f"or tag it {tags_in_words(owner_tags, owner_tags)} by hand to have it taken over."
    )


def _wait_and_read(item: Item, plan: Plan, behaviour: Behaviour) -> dict[str, t.Any] | None:
    """Wait for what was written, and return the resource as AWS describes it then."""
    resource = item.resource
    if behaviour.wait and not (item.state == "absent" and plan.action == "none"):
        resource.wait(plan)
    if plan.action == "none":
        return plan.after
    after = resource.find()
    if plan.action == "create" and after is None:
        # A read may be older than the write before it, and who comes next needs what was created.
        after = poll(resource.find, lambda found: found is not None, SHOWN_WITHIN, f"{resource.label} to be seen")
    if plan.action == "update" and behaviour.wait:
        left = _plan(item, after, behaviour).changes.keys() - {*resource.secret, *resource.shared}
        if left:
            raise NotApplied(
                f"{resource.label}: AWS accepted the update and did not apply "
                f"{', '.join(sorted(left))}. Look into its status or CloudTrail, then run again."
            )
    return after


def _plan(item: Item, current: dict[str, t.Any] | None, behaviour: Behaviour) -> Plan:
    resource, purge_tags = item.resource, behaviour.purge_tags
    desired = {name: value for name, value in item.desired.items() if name not in resource.told}
    if resource.adopted and current is not None:
        kept = kept_differences(resource, current, desired)
        desired = {name: value for name, value in desired.items() if name not in kept}
        desired["tags"] = {**(desired.get("tags") or {}), **resource.adoption_tags}
        purge_tags = False
    return make_plan(
        current,
        desired,
        state=item.state,
        immutable=resource.create_only(current or {}),
        lists=resource.lists(),
        purge_tags=purge_tags,
    )


def wait_until_shown(resource: Resource, plan: Plan, timeout: float) -> None:
    """Block until AWS shows a resource with what was changed in it, at most timeout seconds."""

    def shows(found: dict[str, t.Any] | None) -> bool:
        return found is not None and all(
            same(found.get(name), value, resource.lists(), name) for name, value in plan.changes.items()
        )

    if plan.action != "none":
        poll(resource.find, shows, timeout, f"{resource.label} to show what was changed")
