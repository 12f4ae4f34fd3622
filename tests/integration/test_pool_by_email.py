# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A pool whose people sign in by e-mail is refused before anything of the platform is made."""

import pytest

from tests.support.account import Account
from tests.support.platform_changes import SAML

pytestmark = pytest.mark.long

# The table of turns is older than any look: a run without a turn looks at nothing.
TURN = {"dynamodb:CreateTable", "dynamodb:TagResource"}


@pytest.fixture
def account():
    account = Account()
    yield account
    account.stop()


@pytest.mark.parametrize(
    "options",
    [{}, {"login_identity_provider": SAML}],
    ids=["alone", "with a provider"],
)
@pytest.mark.parametrize("by_id", [True, False], ids=["by id", "by name"])
def test_it_is_refused_before_the_first_write(account, by_id, options):
    name = "people" if by_id else "sagemaker-studio"
    cognito = account.client("cognito-idp")
    pool = cognito.create_user_pool(PoolName=name, UsernameAttributes=["email"])["UserPool"]["Id"]
    account.writes()
    run = account.run("platform", **({"login_user_pool_id": pool} if by_id else {}), **options)
    assert run.status != 0
    told = " ".join(run.output.split())
    assert f"User pool {name} ({pool}) cannot be taken over, as its people sign in by email" in told
    assert "login_user_pool_id" in told
    assert [write for write in account.writes() if write not in TURN] == []
    looked = account.run("platform", "--check", **({"login_user_pool_id": pool} if by_id else {}), **options)
    assert looked.status != 0
    assert account.writes() == []
