# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A pool sends with an identity of the account's own, and with Cognito's again; what nobody says stays."""

import pytest

from tests.support.ansible_module import run_module
from tests.support.calls import no_writes
from tests.support.emulator_plugin import ACCOUNT

ADDRESS = "studio@example.com"
OWN = {
    "email_sending_account": "DEVELOPER",
    "source_arn": f"arn:aws:ses:eu-central-1:{ACCOUNT}:identity/{ADDRESS}",
    "from": f"Studio <{ADDRESS}>",
    "reply_to_email_address": "",
    "configuration_set": "studio",
}
SHOWN = {
    "EmailSendingAccount": "DEVELOPER",
    "SourceArn": OWN["source_arn"],
    "From": OWN["from"],
    "ConfigurationSet": "studio",
}
COGNITO = {"email_sending_account": "COGNITO_DEFAULT", **dict.fromkeys(list(OWN)[1:], "")}


def run(check=False, **options):
    return run_module("cognito_user_pool", check=check, name="people", **options)


@pytest.fixture
def shown(client):
    """What Cognito says of the pool's sender."""
    client("ses").verify_email_identity(EmailAddress=ADDRESS)
    cognito = client("cognito-idp")

    def read():
        (pool,) = cognito.list_user_pools(MaxResults=2)["UserPools"]
        return cognito.describe_user_pool(UserPoolId=pool["Id"])["UserPool"]["EmailConfiguration"]

    return read


@pytest.mark.parametrize("first", [{}, {"email_configuration": OWN}])
def test_sender_is_given_kept_and_taken_back(emulator, shown, first):
    run(**first)
    assert run(email_configuration=OWN)["changed"] is not bool(first)
    assert shown() == SHOWN
    with no_writes(emulator):
        assert run(email_configuration=OWN)["changed"] is False
    assert run(deletion_protection="ACTIVE")["changed"]
    assert shown() == SHOWN
    with no_writes(emulator):
        predicted = run(check=True, email_configuration=COGNITO)
    back = run(email_configuration=COGNITO)
    assert predicted["changed"] and predicted["diff"] == back["diff"]
    assert shown() == {"EmailSendingAccount": "COGNITO_DEFAULT"}
    with no_writes(emulator):
        assert run(email_configuration=COGNITO)["changed"] is False
