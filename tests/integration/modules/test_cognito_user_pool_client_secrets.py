# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

import stat

import pytest

from tests.support.ansible_module import ModuleFailed, run_module
from tests.support.calls import no_writes, set_faults

MODULE = "cognito_user_pool_client_secrets"


@pytest.fixture
def key(client):
    cognito = client("cognito-idp")
    pool = cognito.create_user_pool(PoolName="p")["UserPool"]["Id"]
    made = cognito.create_user_pool_client(UserPoolId=pool, ClientName="api", GenerateSecret=True)["UserPoolClient"]
    return {"user_pool_id": pool, "client_id": made["ClientId"]}


@pytest.fixture
def valid_secret(client, key):
    """What Cognito shows as the client's secret."""

    def read():
        described = client("cognito-idp").describe_user_pool_client(
            UserPoolId=key["user_pool_id"], ClientId=key["client_id"]
        )
        return described["UserPoolClient"]["ClientSecret"]

    return read


def test_rotation_from_one_secret_over_two_to_the_new_one(emulator, key, tmp_path, valid_secret):
    dest = tmp_path / "secret"
    old = valid_secret()
    with no_writes(emulator):
        predicted = run_module(MODULE, check=True, number=2, dest=str(dest), **key)
    assert not dest.exists()
    made = run_module(MODULE, number=2, dest=str(dest), **key)
    assert predicted["changed"] and made["changed"] and predicted["diff"] == made["diff"]
    assert stat.S_IMODE(dest.stat().st_mode) == 0o600
    new = dest.read_text().strip()
    assert (len(new), valid_secret()) == (64, old)
    assert made[MODULE.removeprefix("cognito_")]["number"] == 2

    again = run_module(MODULE, number=2, dest=str(dest), **key)
    assert again["changed"] is False and dest.read_text().strip() == new

    with no_writes(emulator):
        assert run_module(MODULE, check=True, number=1, **key)["changed"]
    ended = run_module(MODULE, number=1, **key)
    assert ended["changed"] and valid_secret() == new
    assert run_module(MODULE, number=1, **key)["changed"] is False
    assert all(secret not in str([made, again, ended]) for secret in (old, new))


def test_rotation_can_be_taken_back(key, tmp_path, valid_secret):
    old = valid_secret()
    run_module(MODULE, number=2, dest=str(tmp_path / "secret"), **key)
    run_module(MODULE, number=1, keep="oldest", **key)
    assert valid_secret() == old


def test_secret_is_written_down_before_it_is_valid(emulator, key, tmp_path):
    """A run that ends between the two is repeated; the other way round the secret would be lost."""
    dest = tmp_path / "secret"
    fault = {"service": "cognito-idp", "operation": "AddUserPoolClientSecret", "error": "InternalErrorException"}
    set_faults(emulator, fault)
    with pytest.raises(ModuleFailed):
        run_module(MODULE, number=2, dest=str(dest), **key)
    set_faults(emulator)
    lost = dest.read_text()
    run_module(MODULE, number=2, dest=str(dest), **key)
    assert dest.read_text() != lost


def test_lost_answer_leaves_the_secret_that_is_valid_in_the_file(emulator, key, tmp_path, valid_secret):
    dest = tmp_path / "secret"
    fault = {"service": "cognito-idp", "operation": "AddUserPoolClientSecret", "drop": True, "times": 1}
    set_faults(emulator, fault)
    assert run_module(MODULE, number=2, dest=str(dest), **key)["changed"] is True
    written = dest.read_text().strip()
    assert run_module(MODULE, number=2, dest=str(dest), **key)["changed"] is False
    run_module(MODULE, number=1, **key)
    assert valid_secret() == written == dest.read_text().strip()


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"number": 2}, "number is 2 but all of the following are missing: dest"),
        ({"number": 3}, "value of number must be one of: 1, 2"),
        ({"number": 2, "dest": "/nowhere/secret"}, "The directory of dest /nowhere/secret does not exist"),
    ],
)
def test_bad_input_is_refused_before_the_first_write(emulator, key, options, sentence):
    with no_writes(emulator), pytest.raises(ModuleFailed, match=sentence):
        run_module(MODULE, **options, **key)


def test_client_without_a_secret_is_refused(client, emulator, key, tmp_path):
    cognito = client("cognito-idp")
    public = cognito.create_user_pool_client(UserPoolId=key["user_pool_id"], ClientName="portal")["UserPoolClient"]
    with pytest.raises(ModuleFailed, match="was made without a secret"):
        run_module(MODULE, number=2, dest=str(tmp_path / "x"), **{**key, "client_id": public["ClientId"]})
