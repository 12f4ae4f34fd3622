# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Compare a wanted REST API with the live one, and list the calls that lead from one to the other."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field

from .._plan import EMPTY, Action, Lists, Plan, make_plan, tag_changes
from .._policy import written_as
from . import patches
from .definition import DEPLOYED, MARK, METHOD_SETTINGS, Definition, filled
from .live import Live

# Compared as they are: what is not listed is to go, while _plan alone would leave it.
EXACT = (
    "policy",
    "binary_media_types",
    "authorizers",
    "request_validators",
    "gateway_responses",
    "routes",
    "empty_resources",
    "old_deployments",
    "stage_tags",
)
# Members of authorizers and gateway responses that AWS fills in where the user does not.
LEFT_TO_AWS = ("authorizer_result_ttl_in_seconds", "status_code", "response_templates")
# A method with settings of its own has all of them (API reference UpdateStage: each is patched by itself).
LISTS = Lists(filled={f"stage.single_methods.{name}" for name in METHOD_SETTINGS})
API = ("description", "policy", "endpoint_configuration", "disable_execute_api_endpoint", "binary_media_types")


@dataclass(frozen=True)
class Reference:
    """An id that may not exist yet, by kind and name as in Live.ids; or "arn" and a suffix, for the API's ARN."""

    kind: str
    name: str = ""


@dataclass(frozen=True)
class Operation:
    """One call: the operation's name, its arguments with option names, and what the id in its answer is of."""

    call: str
    arguments: dict[str, t.Any] = field(default_factory=dict)
    makes: Reference | None = None


def plan_api(live: Live | None, wanted: Definition, purge_tags: bool) -> Plan:
    """Return the Plan for a REST API that is wanted; its changes name what operations() has to look at."""
    current = live.definition if live else None
    if current is not None and "policy" in wanted:
        current = {**current, "policy": written_as(current["policy"], wanted["policy"])}
    compared = {key: wanted[key] for key in wanted if key not in EXACT}
    plan = make_plan(current, compared, lists=LISTS, purge_tags=purge_tags)
    desired = {**wanted, **_leftovers(current or {}, wanted)}
    changes = {
        **plan.changes,
        **{
            key: desired[key]
            for key in EXACT
            if key in desired and not _settled((current or {}).get(key), desired[key])
        },
    }
    if "deployed_definition" in wanted and changes.keys() & set(DEPLOYED):
        # Somebody may have deployed what was changed by hand under our mark, so a repair is always deployed.
        changes["deployed_definition"] = wanted["deployed_definition"]
    action: Action = "create" if live is None else "update" if changes else "none"
    return Plan(action, current or {}, {**(current or {}), **changes}, changes)


def _leftovers(current: Definition, wanted: Definition) -> dict[str, list[str]]:
    """What runs that died left behind is wanted gone, as far as this run looks after it."""
    owners = {"empty_resources": "routes", "old_deployments": "stage"}
    return {left: [] for left, owner in owners.items() if owner in wanted and current.get(left)}


def _settled(current: t.Any, desired: t.Any) -> bool:
    if current in EMPTY and desired in EMPTY:
        return True
    if not isinstance(desired, list) or not isinstance(current, list) or len(current) != len(desired):
        return bool(current == desired)
    return all(_same_item(left, right) for left, right in zip(current, desired))


def _same_item(current: t.Any, desired: t.Any) -> bool:
    if not isinstance(desired, dict):
        return bool(current == desired)
    return desired == {key: item for key, item in current.items() if key in desired or key not in LEFT_TO_AWS}


def operations(plan: Plan, live: Live | None, name: str) -> list[Operation]:
    """Return the calls that carry plan out, in an order that API Gateway takes.

    What routes need comes before them and what they no longer need after them; resources go before others come, because
    a path has at most one variable at each place; the deployment follows the definition, and the stage the deployment.
    """
    live = live or Live()
    if plan.action == "delete":
        return [Operation("DeleteRestApi")]
    return [
        *_api(plan, name),
        *_tags(plan, "tags", ""),
        *_named(plan, "authorizer", "Authorizer", patches.AUTHORIZER),
        *_named(plan, "request_validator", "RequestValidator", patches.REQUEST_VALIDATOR),
        *_gateway_responses(plan),
        *_routes_removed(plan, live),
        *_resources(plan, live),
        *_routes(plan),
        *_named_removed(plan, "authorizer", "Authorizer"),
        *_named_removed(plan, "request_validator", "RequestValidator"),
        *_deployment(plan),
        *_stage(plan),
        *_old_deployments(plan, live),
    ]


def _api(plan: Plan, name: str) -> list[Operation]:
    if plan.action == "create":
        values = {key: plan.after[key] for key in (*API, "tags") if plan.after.get(key) not in EMPTY}
        if "endpoint_configuration" in values:
            values["endpoint_configuration"] = filled(values["endpoint_configuration"])
        if "policy" in values:
            values["policy"] = patches.text(values["policy"])
        return [Operation("CreateRestApi", {"name": name, **values}, Reference("rest_api"))]
    changes = patches.rest_api_differences(
        {key: plan.before.get(key) for key in API if key in plan.changes},
        {key: plan.changes[key] for key in API if key in plan.changes},
    )
    return [Operation("UpdateRestApi", {"patch_operations": changes})] if changes else []


def _tags(plan: Plan, attribute: str, suffix: str) -> list[Operation]:
    if attribute not in plan.changes or (attribute == "tags" and plan.action == "create"):
        return []
    before, after = plan.before.get(attribute) or {}, plan.changes[attribute]
    arn = {"resource_arn": Reference("arn", suffix)}
    new, gone = tag_changes(before, after)
    return [
        *([Operation("UntagResource", {**arn, "tag_keys": gone})] if gone else []),
        *([Operation("TagResource", {**arn, "tags": new})] if new else []),
    ]


def _by(plan: Plan, attribute: str, *keys: str) -> tuple[dict[t.Any, t.Any], dict[t.Any, t.Any]]:
    """Return the items of an attribute before and after, by key; both empty where the plan leaves it alone."""
    if attribute not in plan.changes:
        return {}, {}
    before, after = (
        {tuple(item[key] for key in keys): item for item in items or []}
        for items in (plan.before.get(attribute), plan.changes[attribute])
    )
    return before, after


def _named(plan: Plan, kind: str, noun: str, paths: dict[str, str]) -> list[Operation]:
    before, after = _by(plan, f"{kind}s", "name")
    found = []
    for (name,), item in after.items():
        if (name,) not in before:
            found.append(Operation(f"Create{noun}", item, Reference(kind, name)))
            continue
        looked_at = {option: path for option, path in paths.items() if option in item or option not in LEFT_TO_AWS}
        changes = patches.differences(before[name,], item, looked_at)
        if changes:
            found.append(Operation(f"Update{noun}", {f"{kind}_id": Reference(kind, name), "patch_operations": changes}))
    return found


def _named_removed(plan: Plan, kind: str, noun: str) -> list[Operation]:
    before, after = _by(plan, f"{kind}s", "name")
    return [
        Operation(f"Delete{noun}", {f"{kind}_id": Reference(kind, name)}) for (name,) in before if (name,) not in after
    ]


def _gateway_responses(plan: Plan) -> list[Operation]:
    before, after = _by(plan, "gateway_responses", "response_type")
    put = [
        Operation("PutGatewayResponse", item)
        for key, item in after.items()
        if key not in before or not _same_item(before[key], item)
    ]
    return put + [Operation("DeleteGatewayResponse", {"response_type": key[0]}) for key in before if key not in after]


def _needed(routes: t.Iterable[dict[str, t.Any]]) -> set[str]:
    """Return the paths of routes and of everything above them, without the root, which every API has."""
    needed = set()
    for route in routes:
        parts = route["path"].strip("/").split("/")
        needed |= {"/" + "/".join(parts[: count + 1]) for count in range(len(parts))}
    return needed - {"/"}


def _routes_removed(plan: Plan, live: Live) -> list[Operation]:
    if not {"routes", "empty_resources"} & plan.changes.keys():
        return []
    before, after = _by(plan, "routes", "path", "method")
    needed = _needed(plan.after.get("routes") or [])
    existing = {path for kind, path in live.ids if kind == "resource"}
    gone = sorted(existing - needed - {"/"}, reverse=True)  # what is below goes before what is above
    methods = [
        Operation("DeleteMethod", {"resource_id": Reference("resource", path), "http_method": method})
        for path, method in before
        if (path, method) not in after and path not in gone
    ]
    return methods + [Operation("DeleteResource", {"resource_id": Reference("resource", path)}) for path in gone]


def _resources(plan: Plan, live: Live) -> list[Operation]:
    found = []
    for path in sorted(_needed(plan.changes.get("routes") or [])):
        if ("resource", path) not in live.ids:
            parent, _slash, part = path.rpartition("/")
            arguments = {"parent_id": Reference("resource", parent or "/"), "path_part": part}
            found.append(Operation("CreateResource", arguments, Reference("resource", path)))
    return found


def _routes(plan: Plan) -> list[Operation]:
    before, after = _by(plan, "routes", "path", "method")
    return [
        operation
        for key, route in after.items()
        if before.get(key) != route
        for operation in route_operations(before.get(key), route)
    ]


def route_operations(before: dict[str, t.Any] | None, after: dict[str, t.Any]) -> list[Operation]:
    """Return the calls that make a route, or turn one that exists into what is wanted."""
    where = {"resource_id": Reference("resource", after["path"]), "http_method": after["method"]}
    old, new = _with_references(before or {}), _with_references(after)
    if before is None:
        found = [Operation("PutMethod", {**_method(new), **where})]
    else:
        changes = patches.differences(old, new, patches.METHOD)
        found = [Operation("UpdateMethod", {**where, "patch_operations": changes})] if changes else []
    return found + _integration(old, new, where)


def _with_references(route: dict[str, t.Any]) -> dict[str, t.Any]:
    references = {
        f"{kind}_id": Reference(kind, route[kind]) for kind in ("authorizer", "request_validator") if kind in route
    }
    return {**route, **references}


def _method(route: dict[str, t.Any]) -> dict[str, t.Any]:
    return {key: route[key] for key in patches.METHOD if key in route}


def _integration(old: dict[str, t.Any], new: dict[str, t.Any], where: dict[str, t.Any]) -> list[Operation]:
    was, becomes = old.get("integration") or {}, new["integration"]
    found: list[Operation] = []
    replaced = was.get("type") != becomes["type"]
    answers = [
        (side.get("method_responses"), part.get("integration_responses")) for side, part in ((old, was), (new, becomes))
    ]
    responses_differ = replaced or answers[0] != answers[1]
    if responses_differ:
        found += _responses_removed(*answers[0], where)
    if replaced:
        values = {key: becomes[key] for key in patches.INTEGRATION if key in becomes and key != "http_method"}
        method = {"integration_http_method": becomes.get("http_method")}
        found.append(Operation("PutIntegration", {**values, **method, "type": becomes["type"], **where}))
    else:
        changes = patches.differences(was, becomes, patches.INTEGRATION)
        found += [Operation("UpdateIntegration", {**where, "patch_operations": changes})] if changes else []
    return found + (_responses_put(*answers[1], where) if responses_differ else [])


def _responses_removed(methods: t.Any, integrations: t.Any, where: dict[str, t.Any]) -> list[Operation]:
    return [
        Operation(f"Delete{noun}Response", {**where, "status_code": item["status_code"]})
        for noun, items in (("Integration", integrations), ("Method", methods))
        for item in items or []
    ]


def _responses_put(methods: t.Any, integrations: t.Any, where: dict[str, t.Any]) -> list[Operation]:
    return [
        Operation(f"Put{noun}Response", {**item, **where})
        for noun, items in (("Method", methods), ("Integration", integrations))
        for item in items or []
    ]


def _deployment(plan: Plan) -> list[Operation]:
    if "deployed_definition" not in plan.changes:
        return []
    # One call makes the deployment and points the stage to it, so a run that dies leaves no deployment without a stage.
    stage = {"stage_name": plan.after["stage"]["name"]}
    return [Operation("CreateDeployment", {**stage, "description": MARK + plan.changes["deployed_definition"]})]


def _stage(plan: Plan) -> list[Operation]:
    found = []
    if "stage" in plan.changes:
        changes = patches.stage_differences(plan.before.get("stage") or {}, plan.changes["stage"])
        stage = {"stage_name": plan.changes["stage"]["name"]}
        found += [Operation("UpdateStage", {**stage, "patch_operations": changes})] if changes else []
    if "stage_tags" in plan.changes:
        found += _tags(plan, "stage_tags", f"/stages/{plan.after['stage']['name']}")
    return found


def _old_deployments(plan: Plan, live: Live) -> list[Operation]:
    """Deployments of ours that no stage uses any more: nothing goes back to them, and an API may have 300 at most."""
    old = list(plan.before.get("old_deployments") or []) if "old_deployments" in plan.changes else []
    if "deployed_definition" in plan.changes and live.deployment:
        old.append(live.deployment)
    return [Operation("DeleteDeployment", {"deployment_id": item}) for item in old]
