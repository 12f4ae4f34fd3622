# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

import pytest

from ansible_collections.mlplatform.studio.plugins.module_utils._blueprint.passwords import password_faults
from ansible_collections.mlplatform.studio.plugins.module_utils._cognito.members import username_key
from ansible_collections.mlplatform.studio.plugins.module_utils._cognito.user_pool import (
    UserPool,
    complete_update,
    wanted_schema,
)
from ansible_collections.mlplatform.studio.plugins.module_utils._cognito.user_wishes import (
    user_problem,
    wanted_attributes,
    wanted_user,
    without_groups,
)
from ansible_collections.mlplatform.studio.plugins.module_utils._cognito.users import changed_attributes
from ansible_collections.mlplatform.studio.plugins.module_utils._plan import Lists, make_plan

STRICT = {
    "minimum_length": 8,
    "require_uppercase": True,
    "require_lowercase": True,
    "require_numbers": True,
    "require_symbols": True,
}


@pytest.mark.parametrize(
    ("password", "policy", "missing"),
    [
        ("Correct-Horse-7", STRICT, []),
        ("correct-horse-7", STRICT, ["upper-case"]),
        ("CORRECT-HORSE-7", STRICT, ["lower-case"]),
        ("Correct-Horse-x", STRICT, ["digit"]),
        ("CorrectHorse7", STRICT, ["symbol"]),
        ("Correct Horse 7", STRICT, []),
        (" CorrectHorse7", STRICT, ["space", "symbol"]),
        ("Correct-Horse-7 ", STRICT, ["space"]),
        ("Correct\tHorse-7", STRICT, []),
        ("Correct-\nHorse-7", STRICT, ["line end"]),
        ("Ä-correct-7", STRICT, ["upper-case"]),
        ("x", STRICT, ["8 characters", "upper-case", "digit", "symbol"]),
        ("abcdef", {}, []),
        ("abcde", {}, ["6 characters"]),
        ("a" * 257, {}, ["at most 256"]),
    ],
)
def test_password_faults(password, policy, missing):
    faults = password_faults(password, policy)
    assert len(faults) == len(missing)
    assert all(part in text for part, text in zip(missing, faults, strict=True))


@pytest.mark.parametrize(
    ("user", "expected"),
    [
        ({}, {}),
        ({"email": "a@b"}, {"email": "a@b", "email_verified": "true"}),
        ({"email": "a@b", "attributes": {"email_verified": False}}, {"email": "a@b", "email_verified": "false"}),
        ({"attributes": {"custom:level": 3, "name": None}}, {"custom:level": "3"}),
    ],
)
def test_wanted_attributes(user, expected):
    assert wanted_attributes(user) == expected


def test_changed_attributes_repeat_that_a_new_address_is_verified():
    before = {"sub": "1", "email": "old", "email_verified": "true", "name": "n"}
    assert changed_attributes(before, {**before, "email": "new"}) == {"email": "new", "email_verified": "true"}
    assert changed_attributes(before, {**before, "name": ""}) == {"name": ""}
    assert changed_attributes(before, before) == {}


CURRENT = {"groups": ["a", "b"], "password_set": True}


@pytest.mark.parametrize(
    ("user", "current", "purge", "groups"),
    [
        ({}, CURRENT, None, None),
        ({}, CURRENT, "", None),
        ({"groups": ["c"]}, CURRENT, None, ["a", "b", "c"]),
        ({"groups": ["c"]}, CURRENT, "", ["c"]),
        ({"groups": ["c"]}, CURRENT, "b", ["a", "c"]),
        ({"groups": []}, CURRENT, "", []),
        ({"groups": ["c"]}, None, None, ["c"]),
    ],
)
def test_wanted_groups(user, current, purge, groups):
    assert wanted_user(user, current, purge)["groups"] == groups


@pytest.mark.parametrize(
    ("user", "expected"),
    [
        ({}, (None, None)),
        ({"password": "p", "update_password": "on_create"}, (None, True)),
        ({"password": "p", "update_password": "always"}, ("p", True)),
    ],
)
def test_password_is_wanted_only_when_it_has_to_be_set_again(user, expected):
    wanted = wanted_user(user, CURRENT, None)
    assert (wanted["password"], wanted["password_set"]) == expected


@pytest.mark.parametrize(
    ("user", "current", "problem"),
    [
        ({"password": "short"}, None, "needs at least 8 characters"),
        ({"password": "short"}, CURRENT, None),
        ({"password": "short"}, {**CURRENT, "password_set": False}, "needs at least 8 characters"),
        ({"password": "short", "update_password": "always"}, CURRENT, "needs at least 8 characters"),
        ({"password": "long enough"}, None, None),
        ({}, None, "neither a password nor an e-mail"),
        ({}, CURRENT, None),
        ({"email": "a@b"}, None, None),
        ({"attributes": {"email": "a@b"}}, None, None),
    ],
)
def test_user_problem(user, current, problem):
    found = user_problem({"name": "ada", **user}, current, {"minimum_length": 8})
    assert found is None if problem is None else "ada" in found and problem in found
    assert found is None or "short" not in found


@pytest.mark.parametrize(
    ("pool", "same"),
    [
        ({"username_configuration": {"case_sensitive": False}}, True),
        ({"username_configuration": {"case_sensitive": True}}, False),
        ({}, False),
    ],
)
def test_username_key(pool, same):
    assert (username_key(pool, "Ada") == username_key(pool, "ada")) is same


def test_without_groups():
    assert without_groups({"groups": ["a", "b", "c"]}, ["b", "x"]) == {"groups": ["a", "c"]}


def test_complete_update_sends_everything_but_mirrors_and_reserved_tags():
    pool = {
        "id": "p",
        "name": "studio",
        "mfa_configuration": "ON",
        "email_verification_message": "old",
        "verification_message_template": {"email_message": "new"},
        "admin_create_user_config": {"allow_admin_create_user_only": True, "unused_account_validity_days": 7},
        "lambda_config": {},
        "tags": {"aws:cloudformation:stack-name": "s", "Platform": "p"},
    }
    update = complete_update(pool)
    assert update["pool_name"] == "studio" and update["mfa_configuration"] == "ON"
    assert update["user_pool_tags"] == {"Platform": "p"}
    assert update["admin_create_user_config"] == {"allow_admin_create_user_only": True}
    assert not {"email_verification_message", "lambda_config"} & set(update)


def test_wanted_schema_takes_what_is_named_in_its_order():
    pool = {"schema_attributes": [{"name": "email", "required": True}, {"name": "custom:team"}, {"name": "sub"}]}
    schema = [{"name": "team"}, {"name": "email"}, {"name": "missing"}]
    assert wanted_schema(pool, schema) == [{"name": "team"}, {"name": "email", "required": True}]


def test_what_cognito_adds_to_an_attribute_is_no_change():
    shown = {
        "name": "team",
        "attribute_data_type": "String",
        "developer_only_attribute": False,
        "mutable": True,
        "required": False,
        "string_attribute_constraints": {"min_length": "0", "max_length": "9"},
    }
    lists = Lists(UserPool.unordered, UserPool.filled)
    wanted = {"name": "team", "string_attribute_constraints": {"max_length": "9"}}
    for option in ("schema", "custom_attributes"):
        assert make_plan({option: [shown]}, {option: [wanted]}, lists=lists).action == "none"
        assert make_plan({option: [shown]}, {option: [{**wanted, "mutable": False}]}, lists=lists).action == "update"
