# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The only glue between modules and Ansible: options, clients, errors, results."""

from __future__ import annotations

import difflib
import typing as t
from dataclasses import replace

from ansible.module_utils import basic
from ansible.module_utils.common.validation import check_type_dict, check_type_list

from ansible_collections.amazon.aws.plugins.module_utils.exceptions import AnsibleAWSError
from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule, aws_argument_spec

from ._engine import Behaviour, Item, Outcome, Resource, in_words, reconcile, reconcile_all
from ._naming import code_of, trouble_of
from ._waiting import StudioError

try:
    from botocore.exceptions import (
        BotoCoreError,
        ClientError,
        ConnectionClosedError,
        EndpointConnectionError,
        NoCredentialsError,
        PartialCredentialsError,
        ReadTimeoutError,
    )
except ImportError:
    pass  # AnsibleAWSModule reports the missing library

# What a module returns, and what stages_module() works on: the plural noun of each set with its items.
Result = t.Dict[str, t.Any]
Stages = t.List[t.Tuple[str, t.List[Item]]]
# Many small calls from many processes: adaptive mode slows down before AWS throttles, and ten attempts outlast a burst.
RETRIES = {"retries": {"mode": "adaptive", "max_attempts": 10}}
# What services answer to a session that has ended; RequestExpired is EC2's.
EXPIRED = ("ExpiredToken", "ExpiredTokenException", "RequestExpired")
# For calls without an idempotency token: a second attempt after a lost answer would create a second resource.
NO_RETRIES = {"retries": {"mode": "standard", "total_max_attempts": 1}}

STATE: dict[str, t.Any] = {"state": {"type": "str", "choices": ["present", "absent"], "default": "present"}}
TAGS: dict[str, t.Any] = {
    "tags": {"type": "dict", "aliases": ["resource_tags"]},
    "purge_tags": {"type": "bool", "default": True},
    "owner_tags": {"type": "dict"},
}
REMOVAL_TAGS: dict[str, t.Any] = {"match_tags": {"type": "dict"}}


class Call(t.Protocol):
    """One use of a module, with its options as they were read: an AnsibleAWSModule, or one of many in a process."""

    params: dict[str, t.Any]
    check_mode: bool

    def client(self, service: str, *, aws_config: dict[str, t.Any]) -> t.Any:
        """Return a boto3 client of a service."""

    def warn(self, warning: str) -> None:
        """Tell the user what is no failure."""


def unreadable(options: t.Mapping[str, t.Any], values: t.Mapping[str, t.Any]) -> str | None:
    """Return why the options of a task cannot be read, in a sentence, where Ansible would say it badly.

    Of an option that there is not it lists all that there are. Of a text in a list of dictionaries it says "dictionary
    requested" and names no option; and it shows all options with the secrets in them, as it stumbles when it looks for
    these.
    """
    known = {**aws_argument_spec(), **options}
    names = [*known, *(alias for spec in known.values() for alias in spec.get("aliases", ()))]
    for name in values:
        if name not in names and not name.startswith("_ansible_"):
            like = difflib.get_close_matches(name, names, n=1)
            return f"{name} is not an option; did you mean {like[0]}?" if like else f"{name} is not an option."
    for name, spec in options.items():
        if spec.get("elements") == "dict" and not _are_dicts(values.get(name)):
            return f"{name} must be a list of dictionaries."
    return None


def _are_dicts(items: t.Any) -> bool:
    """Return whether Ansible can read a list of dictionaries; it reads "name=ada" as one, too."""
    try:
        for item in check_type_list(items or []):
            check_type_dict(item)
    except TypeError:
        return False
    return True


def fail_unread(given: t.Iterable[str], sentence: str) -> None:
    """End the module with a sentence, without reading its options by their types, and without showing any."""
    names = [name for name in given if not name.startswith("_ansible_")]
    spec = {name: {"type": "raw", "no_log": False} for name in names}
    module = basic.AnsibleModule(argument_spec=spec, no_log=True)  # nor in the log of the machine
    module.params = {}
    module.fail_json(msg=sentence)


class Module:
    """A module: its work, which answers with its result, and its options, as AnsibleAWSModule takes them."""

    def __init__(self, work: t.Callable[[Call], Result], **options: t.Any) -> None:
        self.work = work
        self.options = options

    def main(self) -> None:
        """The whole life of the module as a program.

        Ends the process with the result, or with one sentence that says what was wrong; never with a traceback.
        """
        given = basic._load_params() or {}  # none where ansible-test only asks for the options
        wrong = unreadable(self.options.get("argument_spec", {}), given)
        if wrong:
            fail_unread(given, wrong)
        module = AnsibleAWSModule(supports_check_mode=True, **self.options)
        result = self.answer(module)
        if result.pop("failed", False):
            module.fail_json(**result)
        module.exit_json(**result)

    def answer(self, call: Call) -> Result:
        """Return the result of one use; "failed" and "msg" are in it where it went wrong."""
        try:
            self._check(call.params)
            return self.work(call)
        except Exception as error:  # the last line of defence: whatever happened, the user reads a sentence
            return {"failed": True, "msg": explain(error), **error_code(error)}

    def _check(self, params: dict[str, t.Any]) -> None:
        """Raise StudioError where the tags by which things are told from others' are none: all would be ours."""
        spec = self.options.get("argument_spec", {}).get("match_tags", {})
        if spec.get("required") and not params["match_tags"]:
            raise StudioError("match_tags is empty, and would match what others made. Name a tag at least.")


def removal_tags(module: Call) -> dict[str, t.Any]:
    """Return the tags that what is to be deleted must carry, {} for none and where nothing is to be deleted."""
    return (module.params["match_tags"] or {}) if module.params["state"] == "absent" else {}


def wait_options(timeout: int) -> dict[str, t.Any]:
    """Return the options wait and wait_timeout (seconds) with the default that fits the resource."""
    return {"wait": {"type": "bool", "default": True}, "wait_timeout": {"type": "int", "default": timeout}}


def connect(module: Call, service: str, *, retries: bool = True) -> t.Any:
    """Return a boto3 client. retries=False is for creating calls that have no idempotency token."""
    return module.client(
        service, aws_config={**(module.params.get("aws_config") or {}), **(RETRIES if retries else NO_RETRIES)}
    )


def resource_module(
    make: t.Callable[[Call], Resource | Item], attributes: t.Collection[str] = (), **options: t.Any
) -> Module:
    """Return a module that manages one resource.

    make(call) builds the Resource (connect() makes its clients), and attributes names the options that describe it;
    where they are not simply what the user gave, make(call) returns an Item.
    """

    def work(call: Call) -> Result:
        made, params = make(call), call.params
        if isinstance(made, Resource):
            made = Item(made, {name: params[name] for name in attributes}, params.get("state", "present"))
        return resource_result(reconcile(made, behaviour_of(call)))

    return Module(work, **options)


def set_module(make_items: t.Callable[[Call], list[Item]], kind: str, **options: t.Any) -> Module:
    """Return a module that manages a set: make_items(call) says what is wanted of each member.

    The result carries ``kind`` (the list of members that exist afterwards), ``changed``, ``diff`` (before and after by
    name), ``actions`` (what was done, by name), ``differences`` (what adopted members keep, by name), ``left_alone``
    (what is not as wanted and only told, by name) and, when some failed, ``failures`` (texts by name) with the rest
    done.
    """
    return Module(lambda call: set_result(kind, reconcile_all(make_items(call), behaviour_of(call))), **options)


def stages_module(make_stages: t.Callable[[Call], Stages], **options: t.Any) -> Module:
    """Return a module that manages several sets, each of which must be done before the next.

    make_stages(call) returns pairs of the plural noun of a set and its items. The result is as that of a set_module(),
    with a list per noun, and names with their kind before them ("role x"). A set with failures ends the work.
    """

    def work(call: Call) -> Result:
        together: Result = {"changed": False, "actions": {}, "diff": {"before": {}, "after": {}}}
        for kind, items in make_stages(call):
            outcomes = reconcile_all(items, behaviour_of(call))
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

    return Module(work, **options)


def info_module(read: t.Callable[[Call], Result], **options: t.Any) -> Module:
    """Return an _info module: read(call) returns the result; nothing is ever changed."""
    return Module(lambda call: {"changed": False, **read(call)}, **options)


def behaviour_of(module: Call) -> Behaviour:
    """Return what the options of a module say about how to go about it."""
    params = module.params
    return Behaviour(
        params.get("purge_tags", True),
        module.check_mode,
        params.get("wait", True),
        params.get("owner_tags") or {},
        trouble_of,
    )


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


def explain(error: Exception) -> str:
    """Return one sentence for the user: what was wrong, where, and what to do."""
    if isinstance(error, (NoCredentialsError, PartialCredentialsError)):
        return (
            f"No complete AWS credentials were found ({error}). "
            "Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or aws_profile."
        )
    if isinstance(error, EndpointConnectionError):
        return (
            f"AWS did not answer: {error} "
            "Check endpoint_url and the network (emulator: is it running? make emulator-start)."
        )
    if code_of(error) in EXPIRED:
        return (
            f"The session of these AWS credentials has ended ({error}), and nobody here can renew it. Get new "
            "credentials, or let a role be assumed (aws_role_arn), which is done anew while a run goes on; then run "
            "again."
        )
    if isinstance(error, (ConnectionClosedError, ReadTimeoutError)):
        return f"AWS's answer was lost, and the call may have taken effect: {error} Run it again."
    if isinstance(error, (StudioError, AnsibleAWSError, ClientError, BotoCoreError)):
        return str(error)
    return f"Unexpected {type(error).__name__}: {error}. This is a fault of the collection; please report it."
