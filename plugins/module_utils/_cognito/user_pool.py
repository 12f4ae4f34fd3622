# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A Cognito user pool."""

from __future__ import annotations

import typing as t
from types import MappingProxyType

from .._blueprint.adopted_pool import unfit
from .._engine import Resource
from .._naming import Operations, unless_missing
from .._ownership import is_adopted
from .._plan import Plan, tag_changes
from .._waiting import StudioError
from .common import POOL_MISSING, filled
from .signing_keys import signing_keys

MFA = ("mfa_configuration", "software_token_mfa_configuration", "email_mfa_configuration", "sms_mfa_configuration")

# What an attribute has in a pool whether or not it was asked for (API reference SchemaAttributeType).
SCHEMA_DEFAULTS = (
    "attribute_data_type",
    "developer_only_attribute",
    "mutable",
    "required",
    "string_attribute_constraints",
    "string_attribute_constraints.min_length",
    "string_attribute_constraints.max_length",
    "number_attribute_constraints",
    "number_attribute_constraints.min_value",
    "number_attribute_constraints.max_value",
)
TOKENS = "pre_token_generation_config"


def read_user_pool(operations: Operations, user_pool_id: str) -> dict[str, t.Any] | None:
    """Return a pool as DescribeUserPool and GetUserPoolMfaConfig describe it, with a ``tags`` dict, or None."""
    answer = unless_missing(lambda: operations.call("DescribeUserPool", user_pool_id=user_pool_id), POOL_MISSING)
    if answer is None:
        return None
    pool = answer["user_pool"]
    tags = pool.pop("user_pool_tags", {})
    pool["email_configuration"] = {"email_sending_account": "COGNITO_DEFAULT", **pool.get("email_configuration", {})}
    # AWS shows no factors of a pool where none is on.
    none = {"software_token_mfa_configuration": {"enabled": False}}
    mfa = operations.call("GetUserPoolMfaConfig", user_pool_id=user_pool_id)
    return {**pool, **none, **mfa, "lambda_config": shown_triggers(pool.get("lambda_config") or {}), "tags": tags}


def user_pool_ids(operations: Operations, name: str | None) -> list[str]:
    """Return the ids of all pools of a name, or of all pools; AWS does not keep names unique."""
    pools = operations.pages("ListUserPools", "user_pools", max_results=60)
    return [pool["id"] for pool in pools if name in (None, pool["name"])]


def wanted_schema(pool: dict[str, t.Any], schema: list[dict[str, t.Any]]) -> list[dict[str, t.Any]]:
    """Return the pool's attributes that schema names, in its order; custom ones without AWS's prefix.

    DescribeUserPool lists every standard attribute too, whether or not it was asked for.
    """
    known = {item["name"].replace("custom:", "", 1): item for item in pool.get("schema_attributes", [])}
    names = [item["name"] for item in schema]
    return [{**known[name], "name": name} for name in names if name in known]


def factors_that_are_on(values: t.Mapping[str, t.Any]) -> list[str]:
    """Return the names of the second factors that are to be used; one that says nothing else is on."""
    return [name for name in MFA[1:] if values.get(name) and values[name].get("enabled", True)]


def refuse_factors_beside_off(values: t.Mapping[str, t.Any]) -> None:
    """Raise StudioError for a second factor that is on beside the mode OFF, which AWS refuses."""
    factors = factors_that_are_on(values)
    if values["mfa_configuration"] == "OFF" and factors:
        raise StudioError(
            f"With mfa_configuration OFF, AWS takes no second factor: leave out {' and '.join(factors)}, or set "
            "mfa_configuration to OPTIONAL or ON."
        )


def complete_update(pool: dict[str, t.Any]) -> dict[str, t.Any]:
    """Return what UpdateUserPool has to be sent so that pool is what comes out; it resets whatever is omitted.

    AWS mirrors some attributes in older ones and refuses both at once when they differ, so the older ones are left out
    (API reference UpdateUserPool; AdminCreateUserConfig.UnusedAccountValidityDays gave way to the password policy).
    """
    mirrored = ("email_verification_message", "email_verification_subject", "sms_verification_message")
    update = {key: value for key, value in pool.items() if key not in mirrored}
    invitation = update.get("admin_create_user_config") or {}
    update["admin_create_user_config"] = {
        key: value for key, value in invitation.items() if key != "unused_account_validity_days"
    }
    update["lambda_config"] = triggers(pool.get("lambda_config") or {})
    update["email_configuration"] = filled(pool.get("email_configuration") or {})
    return filled({**update, "pool_name": pool["name"], "user_pool_tags": own_tags(pool.get("tags", {}))})


def shown_triggers(lambda_config: dict[str, t.Any]) -> dict[str, t.Any]:
    """Return the functions of a pool with an empty ARN where none has the last word on tokens."""
    return {**lambda_config, TOKENS: lambda_config.get(TOKENS) or {"lambda_arn": ""}}


def triggers(lambda_config: dict[str, t.Any]) -> dict[str, t.Any]:
    """Return shown_triggers() as UpdateUserPool takes it: without the older name of the same function."""
    config = {key: value for key, value in lambda_config.items() if key != "pre_token_generation"}
    if config.get(TOKENS):
        return config if config[TOKENS].get("lambda_arn") else {key: config[key] for key in config if key != TOKENS}
    return lambda_config


def own_tags(tags: dict[str, str]) -> dict[str, str]:
    """Return the tags that a caller may send: AWS refuses its own."""
    return {key: value for key, value in tags.items() if not key.startswith("aws:")}


class UserPool(Resource):
    """The user pool called name, or with user_pool_id exactly that one; cognito is a boto3 client of cognito-idp.

    create_once is a client without retries, for the one call that would make a second pool. schema and
    custom_attributes name the attributes that are compared. protected refuses to find a pool whose deletion protection
    is on, for who wants to delete it.
    adoption_tags mark a pool that exists without match_tags, and is taken over as it is.
    """

    kind = "user_pool"
    immutable = frozenset({"schema", "username_configuration", "username_attributes", "alias_attributes"})
    # Beside what is create-only: what guards the people who are in the pool already, and what it costs.
    adoptable = immutable | {
        "mfa_configuration",
        "software_token_mfa_configuration",
        "user_pool_add_ons",
        "user_pool_tier",
    }
    unordered = frozenset({"auto_verified_attributes", "username_attributes", "alias_attributes"})
    filled = frozenset(f"{option}.{member}" for option in ("schema", "custom_attributes") for member in SCHEMA_DEFAULTS)

    def __init__(
        self,
        cognito: t.Any,
        create_once: t.Any,
        name: str,
        *,
        user_pool_id: str | None = None,
        schema: list[dict[str, t.Any]] | None = None,
        custom_attributes: list[dict[str, t.Any]] | None = None,
        protected: bool = False,
        match_tags: t.Mapping[str, t.Any] = MappingProxyType({}),
        adoption_tags: dict[str, str] | None = None,
        with_signing_keys: bool = False,
    ) -> None:
        self.operations = Operations(cognito)
        self.create_once = Operations(create_once)
        self.name = name
        self.user_pool_id = user_pool_id
        self.schema = schema or []
        self.custom_attributes = custom_attributes or []
        self.protected = protected
        self.match_tags = match_tags
        self.adoption_tags = adoption_tags or {}
        self.with_signing_keys = with_signing_keys

    def find(self) -> dict[str, t.Any] | None:
        user_pool_id = self.user_pool_id or self._only_id()
        pool = read_user_pool(self.operations, user_pool_id) if user_pool_id else None
        if pool is None:
            return None
        if self.protected and pool.get("deletion_protection") == "ACTIVE":
            raise StudioError(
                f"User pool {pool['name']} ({pool['id']}) is protected against deletion. To delete it with all its "
                "users, set override_deletion_protection to true."
            )
        self.adopted = is_adopted(pool["tags"], self.match_tags, self.adoption_tags)
        mistake = unfit(pool, "take a pool whose people have names, or let one be made.") if self.adopted else None
        if mistake:
            raise StudioError(mistake)
        keys = {"signing_keys": signing_keys(self.operations.client, pool["id"])} if self.with_signing_keys else {}
        return {
            **pool,
            **keys,
            "schema": wanted_schema(pool, self.schema),
            "custom_attributes": wanted_schema(pool, self.custom_attributes),
        }

    def _only_id(self) -> str | None:
        ids = user_pool_ids(self.operations, self.name)
        if len(ids) > 1:
            raise StudioError(
                f"{len(ids)} user pools are called {self.name}: {', '.join(sorted(ids))}. Say which with user_pool_id, "
                "or delete the others."
            )
        return ids[0] if ids else None

    def create(self, plan: Plan) -> None:
        # MFA needs its own call: CreateUserPool takes the mode, but not the factors that it requires.
        wanted = {key: value for key, value in plan.after.items() if key not in MFA}
        wanted["lambda_config"] = triggers(plan.after.get("lambda_config") or {})
        wanted["email_configuration"] = filled(plan.after.get("email_configuration") or {})
        made = self.create_once.call(
            "CreateUserPool", pool_name=self.name, user_pool_tags=plan.after.get("tags"), **filled(wanted)
        )
        if any(key in plan.after for key in MFA):
            self._set_mfa(made["user_pool"]["id"], plan.after, plan.after)
        self._add_attributes(made["user_pool"]["id"], plan.after.get("custom_attributes", []))

    def update(self, plan: Plan) -> None:
        new, gone = tag_changes(own_tags(plan.before["tags"]), own_tags(plan.after["tags"]))
        if self.adopted and new:
            # The rights to change a pool hang on its tags.
            self.operations.call("TagResource", resource_arn=plan.before["arn"], tags=new)
        # First the factors: UpdateUserPool repeats the mode and would be refused while no factor is on.
        if any(key in plan.changes for key in MFA):
            self._set_mfa(plan.before["id"], plan.after, plan.changes)
        if any(key not in (*MFA, "custom_attributes") for key in plan.changes):
            self._put(plan.after)
        there = {item["name"] for item in plan.before["custom_attributes"]}
        wanted = plan.changes.get("custom_attributes", [])
        self._add_attributes(plan.before["id"], [item for item in wanted if item["name"] not in there])
        if gone:
            self.operations.call("UntagResource", resource_arn=plan.before["arn"], tag_keys=gone)

    def delete(self, plan: Plan) -> None:
        pool = plan.before
        domain = pool.get("custom_domain") or pool.get("domain")
        if domain:
            raise StudioError(
                f"User pool {pool['name']} ({pool['id']}) still has the domain {domain}, and AWS deletes no pool that "
                "has one. Delete the domain first, with cognito_user_pool_domain."
            )
        if pool.get("deletion_protection") == "ACTIVE":
            self._put({**pool, "deletion_protection": "INACTIVE"})
        self.operations.call("DeleteUserPool", user_pool_id=pool["id"])

    def _add_attributes(self, user_pool_id: str, attributes: list[dict[str, t.Any]]) -> None:
        if attributes:
            self.operations.call("AddCustomAttributes", user_pool_id=user_pool_id, custom_attributes=attributes)

    def _set_mfa(self, user_pool_id: str, wanted: dict[str, t.Any], asked: dict[str, t.Any]) -> None:
        off = wanted.get("mfa_configuration", "OFF") == "OFF"
        # Beside OFF, AWS refuses even a factor that says it is off, and drops those that the pool had.
        names = MFA[:1] if off and not factors_that_are_on(asked) else MFA
        self.operations.call("SetUserPoolMfaConfig", user_pool_id=user_pool_id, **{k: wanted.get(k) for k in names})

    def _put(self, pool: dict[str, t.Any]) -> None:
        self.operations.call("UpdateUserPool", user_pool_id=pool["id"], **complete_update(pool))
