# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

import threading

import pytest

from tests.support.ansible_module import ModuleFailed, run_module
from tests.support.calls import writes
from tests.support.roles import make_log_role

ROLE = "arn:aws:iam::111111111111:role/apigateway-logs"
OTHER = "arn:aws:iam::111111111111:role/other"


@pytest.fixture
def gateway(client):
    for name in ("apigateway-logs", "other"):
        make_log_role(client("iam"), name)
    return client("apigateway")


def run(check=False, **changes):
    return run_module("apigateway_account", check=check, **{"cloudwatch_role_arn": ROLE, **changes})


def role(gateway):
    return gateway.get_account().get("cloudwatchRoleArn") or None


def test_set_check_again_unset(gateway, emulator):
    predicted = run(check=True)
    assert role(gateway) is None
    made = run()
    assert predicted["changed"] and made["changed"] and predicted["diff"] == made["diff"]
    assert role(gateway) == ROLE
    assert made["account"]["cloudwatch_role_arn"] == predicted["account"]["cloudwatch_role_arn"] == ROLE
    assert run()["changed"] is False

    assert run(state="absent", check=True)["changed"] is True
    assert role(gateway) == ROLE
    assert run(state="absent")["changed"] is True
    assert role(gateway) is None
    assert run(state="absent")["changed"] is False
    assert [name for name in writes(emulator) if name == "UpdateAccount"] == ["UpdateAccount"] * 2


def test_a_role_that_is_about_to_come_is_waited_for(client):
    client("apigateway").get_account()
    coming = threading.Timer(1, make_log_role, (client("iam"), "apigateway-logs"))
    coming.start()
    assert run()["account"]["cloudwatch_role_arn"] == ROLE
    coming.join()


def test_the_role_of_others_is_kept_unless_asked_otherwise(gateway):
    run(cloudwatch_role_arn=OTHER)
    kept = run()
    assert (kept["changed"], kept["account"]["cloudwatch_role_arn"]) == (False, OTHER)
    assert run(state="absent")["changed"] is False
    assert role(gateway) == OTHER

    changed = run(only_when_unset=False)
    assert changed["diff"] == {"before": {"cloudwatch_role_arn": OTHER}, "after": {"cloudwatch_role_arn": ROLE}}
    assert role(gateway) == ROLE


def test_a_role_must_be_named(emulator):
    with pytest.raises(ModuleFailed, match="cloudwatch_role_arn"):
        run_module("apigateway_account")
