# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Second factors of a user pool: a mode and factors that fit each other, each set whole.

Sources: https://github.com/go-to-k/cdkd/issues/1923, and what go-to-k/cdkd measured on AWS for its
src/provisioning/providers/cognito-provider.ts (what is off has no factors, what says no mode is off, and UpdateUserPool
without a factor); https://github.com/aws/aws-cdk/issues/12075 (CreateUserPool),
https://github.com/anomalyco/sst/issues/5177 (a mode without factors), and
https://github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/1176 (UpdateUserPool).
"""

from __future__ import annotations

from emulator.cognito.refusals import refused
from emulator.shared.patching import wrap
from emulator.shared.shapes import Answer, Handler, Structure
from emulator.shared.upstream import cognito as upstream

FACTORS = ("SmsMfaConfiguration", "SoftwareTokenMfaConfiguration", "EmailMfaConfiguration")
OFF = "OFF"
NOTHING_TO_SEND = "SMS configuration and Auto verification for phone_number are required when MFA is required/optional"


def install() -> None:
    """Put the checks in front of the three calls that set a mode."""
    wrap(upstream, "_create_user_pool", _that_can_be_sent)
    wrap(upstream, "_update_user_pool", _with_factors_that_are_on)
    wrap(upstream, "_set_user_pool_mfa_config", _of_mode_and_factors)


def _that_can_be_sent(original: Handler) -> Handler:
    """A new pool has no factor but messages to phones: the others have a call of their own."""

    def create_user_pool(data: Structure) -> Answer:
        if data.get("MfaConfiguration", OFF) != OFF and not data.get("SmsConfiguration"):
            return refused(NOTHING_TO_SEND)
        return original(data)

    return create_user_pool


def _with_factors_that_are_on(original: Handler) -> Handler:
    def update_user_pool(data: Structure) -> Answer:
        pool = upstream._user_pools.get(data.get("UserPoolId"))
        mode = data.get("MfaConfiguration", OFF)
        if pool is None or mode == OFF:
            return original(data)
        sent = {**pool, **data}.get("SmsConfiguration")
        if not sent and not any(_is_on(pool, factor) for factor in FACTORS):
            return refused(NOTHING_TO_SEND)
        if mode == "ON" and pool.get("MfaConfiguration", OFF) == OFF:
            return refused("Cannot turn MFA functionality ON, once the user pool has been created.")
        return original(data)

    return update_user_pool


def _is_on(data: Structure, factor: str) -> bool:
    return factor in data and (data[factor] or {}).get("Enabled", True)


def _of_mode_and_factors(original: Handler) -> Handler:
    """What a call leaves out is not kept: no mode is OFF, and OFF has no factors, not even one that says it is off."""

    def set_user_pool_mfa_config(data: Structure) -> Answer:
        pool = upstream._user_pools.get(data.get("UserPoolId"))
        mode = data.get("MfaConfiguration", OFF)
        if pool is None:
            return original(data)
        if mode == OFF and any(factor in data for factor in FACTORS):
            return refused("Invalid MFA configuration given, can't turn off MFA and configure an MFA together.")
        if mode != OFF and not any(_is_on(data, factor) for factor in FACTORS):
            return refused(
                "Invalid MFA configuration given, can't disable all MFAs with a required or optional configuration."
            )
        for factor in FACTORS:
            pool.pop(factor, None)
        return original({**data, "MfaConfiguration": mode})

    return set_user_pool_mfa_config
