# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The only glue between modules and Ansible: options, clients, errors, results."""

from __future__ import annotations

import typing as t
from dataclasses import replace

from ansible_collections.amazon.aws.plugins.module_utils.exceptions import AnsibleAWSError
from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule

from ._engine import Behaviour, Item, Outcome, Resource, StudioError, in_words, reconcile, reconcile_all

try:
    from botocore.exceptions import (
        BotoCoreError,
        ClientError,
        ConnectionClosedError,
        EndpointConnectionError,
        NoCredentialsError,
        PartialCredentialsError,
    )
except ImportError:
    pass  # AnsibleAWSModule reports the missing library

# What a module returns, and what run_stages() does: the plural noun of each set with its items.
Result = t.Dict[str, t.Any]
Stages = t.List[t.Tuple[str, t.List[Item]]]
# Many small calls from many processes: adaptive mode slows down before AWS throttles, and ten attempts outlast a burst.
RETRIES = {"retries": {"mode": "adaptive", "max_attempts": 10}}
# For calls without an idempotency token: a second attempt after a lost answer would create a second resource.
NO_RETRIES = {"retries": {"mode": "standard", "total_max_attempts": 1}}

STATE: dict[str, t.Any] = {"state": {"type": "str", "choices": ["present", "absent"], "default": "present"}}
TAGS: dict[str, t.Any] = {
    "tags": {"type": "dict", "aliases": ["resource_tags"]},
    "purge_tags": {"type": "bool", "default": True},
}
REMOVAL_TAGS: dict[str, t.Any] = {"match_tags": {"type": "dict"}}


def removal_tags(module: AnsibleAWSModule) -> dict[str, t.Any]:
    """Return the tags that what is to be deleted must carry, {} for none and where nothing is to be deleted."""
    return (module.params["match_tags"] or {}) if module.params["state"] == "absent" else {}


def wait_options(timeout: int) -> dict[str, t.Any]:
    """Return the options wait and wait_timeout (seconds) with the default that fits the resource."""
    return {"wait": {"type": "bool", "default": True}, "wait_timeout": {"type": "int", "default": timeout}}


def connect(module: AnsibleAWSModule, service: str, *, retries: bool = True) -> t.Any:
    """Return a boto3 client. retries=False is for creating calls that have no idempotency token."""
    return module.client(
        service, aws_config={**(module.params.get("aws_config") or {}), **(RETRIES if retries else NO_RETRIES)}
    )


def run(
    make: t.Callable[[AnsibleAWSModule], Resource | Item],
    attributes: t.Collection[str] = (),
    **module_options: t.Any,
) -> None:
    """The whole life of a module that manages one resource.

    make(module) builds the Resource (connect() makes its clients), and attributes names the options that describe it;
    where they are not simply what the user gave, make(module) returns an Item. module_options go to AnsibleAWSModule.
    Ends the process with the result of reconcile() or one clear sentence.
    """

    def work(module: AnsibleAWSModule) -> Result:
        made, params = make(module), module.params
        if isinstance(made, Resource):
            made = Item(made, {name: params[name] for name in attributes}, params.get("state", "present"))
        return resource_result(reconcile(made, behaviour_of(module)))

    run_plainly(work, **module_options)


def run_set(make_items: t.Callable[[AnsibleAWSModule], list[Item]], kind: str, **module_options: t.Any) -> None:
    """The whole life of a module that manages a set: make_items(module) says what is wanted of each member.

    The result carries ``kind`` (the list of members that exist afterwards), ``changed``, ``diff`` (before and after by
    name), ``actions`` (what was done, by name), ``differences`` (what adopted members keep, by name), ``left_alone``
    (what is not as wanted and only told, by name) and, when some failed, ``failures`` (texts by name) with the rest
    done.
    """
    run_plainly(
        lambda module: set_result(kind, reconcile_all(make_items(module), behaviour_of(module))), **module_options
    )


def run_stages(make_stages: t.Callable[[AnsibleAWSModule], Stages], **module_options: t.Any) -> None:
    """The whole life of a module that manages several sets, each of which must be done before the next.

    make_stages(module) returns pairs of the plural noun of a set and its items. The result is as that of run_set(),
    with a list per noun, and names with their kind before them ("role x"). A set with failures ends the run.
    """

    def work(module: AnsibleAWSModule) -> Result:
        together: Result = {"changed": False, "actions": {}, "diff": {"before": {}, "after": {}}}
        for kind, items in make_stages(module):
            outcomes = reconcile_all(items, behaviour_of(module))
            named = [replace(outcome, name=f"{outcome.kind} {outcome.name}") for outcome in outcomes]
            stage = set_result(kind, named)
            together["changed"] = together["changed"] or stage["changed"]
            together[kind] = together.get(kind, []) + stage[kind]
            together["actions"].update(stage["actions"])
            if "left_alone" in stage:
                together.setdefault("left_alone", {}).update(stage["left_alone"])
            for side in ("before", "after"):
                together["diff"][side].update(stage["diff"][side])
            if stage.get("failed"):
                return {**together, **{name: stage[name] for name in ("failures", "failed", "msg")}}
        return together

    run_plainly(work, **module_options)


def run_info(read: t.Callable[[AnsibleAWSModule], Result], **module_options: t.Any) -> None:
    """The whole life of an _info module: read(module) returns the result; nothing is ever changed."""
    run_plainly(lambda module: {"changed": False, **read(module)}, **module_options)


def run_plainly(work: t.Callable[[AnsibleAWSModule], Result], **module_options: t.Any) -> None:
    """The whole life of a module: work(module) returns its result.

    Ends the process with it, or with one sentence that says what was wrong; never with a traceback.
    """
    module = AnsibleAWSModule(supports_check_mode=True, **module_options)
    try:
        result = work(module)
    except Exception as error:  # the last line of defence: whatever happened, the user reads a sentence
        module.fail_json(msg=explain(error), **error_code(error))
    if result.pop("failed", False):
        module.fail_json(**result)
    module.exit_json(**result)


def behaviour_of(module: AnsibleAWSModule) -> Behaviour:
    """Return what the options of a module say about how to go about it."""
    params = module.params
    return Behaviour(params.get("purge_tags", True), module.check_mode, params.get("wait", True))


def resource_result(outcome: Outcome) -> Result:
    """Return the module result of what became of one resource."""
    differences = {"differences": outcome.differences} if outcome.adopted else {}
    told = {"left_alone": {outcome.name: outcome.left_alone}} if outcome.left_alone else {}
    return {"changed": outcome.changed, outcome.kind: outcome.after, "diff": outcome.diff, **differences, **told}


def set_result(kind: str, outcomes: list[Outcome]) -> Result:
    """Return the module result of what became of the members of a set; kind is their plural noun."""
    changed = [outcome for outcome in outcomes if outcome.changed]
    result: Result = {
        "changed": bool(changed),
        kind: [outcome.after for outcome in outcomes if outcome.after],
        "actions": {outcome.name: outcome.action for outcome in changed},
        "diff": {side: {outcome.name: outcome.diff[side] for outcome in changed} for side in ("before", "after")},
    }
    differences = {outcome.name: outcome.differences for outcome in outcomes if outcome.differences}
    if differences:
        result["differences"] = differences
    left_alone = {outcome.name: outcome.left_alone for outcome in outcomes if outcome.left_alone}
    if left_alone:
        result["left_alone"] = left_alone
    failures = {outcome.name: explain(outcome.error) for outcome in outcomes if outcome.error}
    if failures:
        result["failures"] = failures
        result["failed"] = True
        result["msg"] = (
            f"{len(failures)} of {len(outcomes)} {in_words(kind)} failed, the others were done. "
            + " ".join(f"{name}: {text}" for name, text in sorted(failures.items()))
        )
    return result


def error_code(error: Exception) -> dict[str, t.Any]:
    """Return {"error": {"code", "message"}} of an AWS error, {} of any other, so that playbooks can tell them apart."""
    if isinstance(error, ClientError):
        return {"error": {"code": code_of(error), "message": error.response.get("Error", {}).get("Message", "")}}
    return {}


def code_of(error: Exception) -> str:
    """Return the AWS error code of an exception, or ""."""
    return error.response.get("Error", {}).get("Code", "") if isinstance(error, ClientError) else ""


def explain(error: Exception) -> str:
    """Return one sentence for the user: what was wrong, where, and what to do."""
    if isinstance(error, (NoCredentialsError, PartialCredentialsError)):
        return (
            f"No complete AWS credentials were found ({error}). "
            "Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or aws_profile."
        )
    if isinstance(error, (EndpointConnectionError, ConnectionClosedError)):
        return (
            f"AWS did not answer: {error} "
            "Check endpoint_url and the network (emulator: is it running? make emulator-start)."
        )
    if isinstance(error, (StudioError, AnsibleAWSError, ClientError, BotoCoreError)):
        return str(error)
    return f"Unexpected {type(error).__name__}: {error}. This is a fault of the collection; please report it."
