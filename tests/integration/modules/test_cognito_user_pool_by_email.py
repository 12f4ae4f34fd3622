# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A pool whose people sign in by e-mail is not taken over: its users' names are made up."""

import pytest

from tests.support.ansible_module import ModuleFailed, run_module
from tests.support.calls import no_writes

OWN = {"match_tags": {"Platform": "p"}, "adoption_tags": {"Adopted": "true"}, "tags": {"Platform": "p"}}


@pytest.mark.parametrize("check", [True, False])
def test_pool_by_email_is_refused_before_the_first_write(emulator, client, check):
    pool = client("cognito-idp").create_user_pool(PoolName="people", UsernameAttributes=["email"])["UserPool"]["Id"]
    with no_writes(emulator), pytest.raises(ModuleFailed, match="cannot be taken over, as its people sign in by email"):
        run_module("cognito_user_pool", check=check, name="people", user_pool_id=pool, **OWN)


def test_pool_with_names_and_an_alias_is_taken_over(client):
    pool = client("cognito-idp").create_user_pool(PoolName="people", AliasAttributes=["email"])["UserPool"]["Id"]
    assert run_module("cognito_user_pool", name="people", user_pool_id=pool, **OWN)["changed"]
