# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

import io
import json
import zipfile

import pytest

from tests.support.ansible_module import ModuleFailed, run_module
from tests.support.roles import make_role

SOURCE = "arn:aws:execute-api:eu-central-1:111111111111:a1b2c3d4e5/prod/GET/portal"


@pytest.fixture
def function(client):
    code = io.BytesIO()
    with zipfile.ZipFile(code, "w") as archive:
        archive.writestr("handler.py", "def handle(event, context):\n    return 1\n")
    client("lambda").create_function(
        FunctionName="f",
        Role=make_role(client("iam"), "f", "lambda.amazonaws.com"),
        Runtime="python3.12",
        Handler="handler.handle",
        Code={"ZipFile": code.getvalue()},
    )
    return "f"


def run(check=False, **changes):
    options = {
        "function_name": "f",
        "statement_id": "rest-api",
        "principal": "apigateway.amazonaws.com",
        "source_arn": SOURCE,
    }
    return run_module("lambda_permission", check=check, **{**options, **changes})


def statements(client):
    try:
        return json.loads(client("lambda").get_policy(FunctionName="f")["Policy"])["Statement"]
    except client("lambda").exceptions.ResourceNotFoundException:
        return []


def test_create_check_again_change_delete(function, client):
    predicted = run(check=True)
    assert statements(client) == []
    made = run()
    assert predicted["changed"] and made["changed"] and predicted["diff"] == made["diff"]
    assert {**predicted["permission"], "other_statements": []} == made["permission"]
    assert run()["changed"] is False

    other = SOURCE.replace("portal", "other")
    predicted = run(check=True, source_arn=other)
    changed = run(source_arn=other)
    assert predicted["diff"] == changed["diff"] == {"before": {"source_arn": SOURCE}, "after": {"source_arn": other}}
    assert [statement["Condition"] for statement in statements(client)] == [{"ArnLike": {"AWS:SourceArn": other}}]

    assert run(state="absent", check=True)["changed"] is True
    assert run(state="absent")["changed"] is True
    assert run(state="absent")["changed"] is False
    assert statements(client) == []


def test_purge_takes_the_other_statements_away_and_leaves_its_own(function, client):
    run()
    add = client("lambda").add_permission
    add(FunctionName="f", StatementId="mine", Action="lambda:InvokeFunction", Principal="222222222222")
    assert run()["changed"] is False
    predicted = run(purge=True, check=True)
    told = predicted["diff"]["before"]["other_statements"]
    assert len(told) == 1 and told[0].startswith("mine: ") and "222222222222" in told[0]
    assert len(statements(client)) == 2
    assert run(purge=True)["diff"] == predicted["diff"]
    assert [statement["Sid"] for statement in statements(client)] == ["rest-api"]
    assert run(purge=True)["changed"] is False


def test_check_mode_sees_a_statement_that_is_gone(function, client):
    run()
    client("lambda").remove_permission(FunctionName="f", StatementId="rest-api")
    assert run(check=True)["changed"] is True
    assert statements(client) == []
    assert run()["changed"] is True
    assert len(statements(client)) == 1


def test_other_statements_stay(function, client):
    client("lambda").add_permission(
        FunctionName="f", StatementId="other", Action="lambda:InvokeFunction", Principal="111111111111"
    )
    run()
    run(source_arn=f"{SOURCE}/x")
    run(state="absent")
    assert [statement["Sid"] for statement in statements(client)] == ["other"]


def test_an_account_is_its_root(function):
    options = {"principal": "222222222222", "source_arn": None}
    run(**options)
    assert run(**options)["changed"] is False


def test_without_its_function(emulator):
    assert run(check=True)["changed"] is True, "the function may be about to be made"
    assert run(state="absent")["changed"] is False
    with pytest.raises(ModuleFailed, match="Function not found"):
        run()
