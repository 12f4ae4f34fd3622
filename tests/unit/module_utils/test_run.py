# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

import json

import pytest
from ansible.module_utils import basic
from botocore.exceptions import (
    ClientError,
    ConnectionClosedError,
    EndpointConnectionError,
    NoCredentialsError,
    ParamValidationError,
    PartialCredentialsError,
    ReadTimeoutError,
)

from ansible_collections.mlplatform.studio.plugins.module_utils import _run
from ansible_collections.mlplatform.studio.plugins.module_utils._engine import Item, Resource, reconcile_all
from ansible_collections.mlplatform.studio.plugins.module_utils._waiting import StudioError

DENIED = ClientError({"Error": {"Code": "AccessDenied", "Message": "no"}}, "CreateDomain")


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (StudioError("Say which one."), "Say which one."),
        (DENIED, "An error occurred (AccessDenied) when calling the CreateDomain operation: no"),
        (NoCredentialsError(), "No complete AWS credentials were found"),
        (
            PartialCredentialsError(provider="env", cred_var="aws_secret_access_key"),
            "No complete AWS credentials were found",
        ),
        (EndpointConnectionError(endpoint_url="http://127.0.0.1:9"), "AWS did not answer: "),
        (
            ConnectionClosedError(endpoint_url="http://127.0.0.1:9"),
            "AWS's answer was lost, and the call may have taken effect: ",
        ),
        (
            ReadTimeoutError(endpoint_url="http://127.0.0.1:9"),
            "AWS's answer was lost, and the call may have taken effect: ",
        ),
        (ParamValidationError(report="Invalid length"), "Parameter validation failed"),
        (
            KeyError("domain_id"),
            "Unexpected KeyError: 'domain_id'. This is a fault of the collection; please report it.",
        ),
    ],
)
def test_errors_become_sentences(error, sentence):
    assert _run.explain(error).startswith(sentence)


@pytest.mark.parametrize("code", ["ExpiredToken", "ExpiredTokenException", "RequestExpired"])
def test_credentials_that_ended_are_told_in_a_sentence(code):
    """Codes as IAM and S3, services with JSON, and EC2 answer them (API references, "Common errors")."""
    error = ClientError({"Error": {"Code": code, "Message": "no"}}, "CreateDomain")
    assert _run.explain(error) == (
        f"The session of these AWS credentials has ended ({error}), and nobody here can renew it. Get new "
        "credentials, or let a role be assumed (aws_role_arn), which is done anew while a run goes on; then run again."
    )


@pytest.mark.parametrize(
    ("error", "code"), [(DENIED, {"error": {"code": "AccessDenied", "message": "no"}}), (StudioError("x"), {})]
)
def test_error_code_is_for_aws_errors(error, code):
    assert _run.error_code(error) == code
    assert _run.code_of(error) == code.get("error", {}).get("code", "")


def test_lost_answer_has_no_code():
    assert _run.code_of(ConnectionClosedError(endpoint_url="http://127.0.0.1:9")) == ""


class Thing(Resource):
    kind = "thing"
    secret = frozenset({"key"})

    def __init__(self, name, current=None, error=None):
        self.name, self.current, self.error = name, current, error

    def find(self):
        if self.error:
            raise self.error
        return self.current

    def create(self, plan):
        self.current = {"name": self.name, **plan.after}

    def update(self, plan):
        self.current = {**self.current, **plan.changes}

    def delete(self, plan):
        self.current = None


def make_items():
    return [
        Item(Thing("new"), {"a": 1, "key": "top-secret"}),
        Item(Thing("same", {"name": "same", "a": 1}), {"a": 1}),
        Item(Thing("left", {"name": "left", "key": "top-secret"}), {}, "absent"),
    ]


def test_result_of_a_set():
    result = _run.set_result("things", reconcile_all(make_items()))
    assert result == {
        "changed": True,
        "things": [{"name": "new", "a": 1}, {"name": "same", "a": 1}],
        "actions": {"new": "create", "left": "delete"},
        "diff": {
            "before": {"new": {}, "left": {"name": "left", "key": "(secret, before)"}},
            "after": {"new": {"a": 1, "key": "(secret, after)"}, "left": {}},
        },
    }


def test_failures_of_a_set_are_named():
    items = [
        *make_items(),
        Item(Thing("bad", error=StudioError("It is broken.")), {}),
        Item(Thing("worse", error=DENIED), {}),
    ]
    result = _run.set_result("things", reconcile_all(items))
    assert (
        result["failed"]
        and result["failures"]["bad"] == "It is broken."
        and "AccessDenied" in result["failures"]["worse"]
    )
    assert result["msg"].startswith("2 of 5 things failed, the others were done. bad: It is broken. worse: ")
    assert result["actions"] == {"new": "create", "left": "delete"}


def test_set_in_which_nothing_changes():
    assert _run.set_result("things", reconcile_all([make_items()[1]])) == {
        "changed": False,
        "things": [{"name": "same", "a": 1}],
        "actions": {},
        "diff": {"before": {}, "after": {}},
    }


@pytest.fixture
def module(monkeypatch, capsys):
    """A function that makes a module and runs it with options, and returns what it printed."""

    def run(function, *arguments, options=None, **named):
        ansible = {"_ansible_check_mode": False, "_ansible_remote_tmp": "/tmp"}  # noqa: S108
        monkeypatch.setattr(
            basic, "_ANSIBLE_ARGS", json.dumps({"ANSIBLE_MODULE_ARGS": {**ansible, **(options or {})}}).encode()
        )
        # ansible-core 2.17 and 2.18 have no profiles.
        monkeypatch.setattr(basic, "_ANSIBLE_PROFILE", "legacy", raising=False)
        with pytest.raises(SystemExit) as ended:
            function(*arguments, **named).main()
        return ended.value.code, json.loads(capsys.readouterr().out.splitlines()[-1])

    return run


def test_module_of_one_resource(module):
    options = {**_run.STATE, **_run.TAGS, **_run.wait_options(60), "a": {"type": "int"}}
    making = (_run.resource_module, lambda call: Thing("t"), ["a", "tags"])
    code, result = module(*making, argument_spec=options, options={"a": 1})
    assert code == 0 and result["changed"] and result["thing"] == {"name": "t", "a": 1}


def test_check_mode_reaches_the_engine(module):
    made = Thing("t")
    _code, result = module(
        _run.resource_module,
        lambda module: made,
        ["a"],
        argument_spec={"a": {"type": "int"}},
        options={"a": 1, "_ansible_check_mode": True},
    )
    assert result["changed"] and made.current is None


def test_module_of_a_set(module):
    code, result = module(_run.set_module, lambda module: make_items(), "things", argument_spec={})
    assert code == 0 and result["actions"] == {"new": "create", "left": "delete"}


def test_module_of_a_set_that_fails_still_says_what_was_done(module):
    items = [*make_items(), Item(Thing("bad", error=KeyError("x")), {})]
    code, result = module(_run.set_module, lambda module: items, "things", argument_spec={})
    assert code == 1 and result["failed"] and result["actions"] == {"new": "create", "left": "delete"}
    assert "Traceback" not in str(result) and "fault of the collection" in result["failures"]["bad"]


def test_info_module_changes_nothing(module):
    code, result = module(_run.info_module, lambda module: {"things": [1]}, argument_spec={})
    assert code == 0 and result["changed"] is False and result["things"] == [1]


@pytest.mark.parametrize("error", [StudioError("Say which one."), DENIED, KeyError("x")])
def test_every_failure_is_one_sentence(module, error):
    code, result = module(_run.resource_module, lambda module: Thing("t", error=error), [], argument_spec={})
    assert code == 1 and result["msg"] == _run.explain(error) and "Traceback" not in str(result)
    assert ("error" in result) == isinstance(error, ClientError)


def test_clients_repeat_calls_unless_told_not_to(module):
    attempts = {}

    def read(module):
        for retries in (True, False):
            client = _run.connect(module, "sagemaker", retries=retries)
            attempts[retries] = client.meta.config.retries["total_max_attempts"]
        return {}

    module(_run.info_module, read, argument_spec={})
    assert attempts[False] == 1 and attempts[True] >= 10
