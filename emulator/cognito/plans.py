# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Feature plans of user pools: what CreateUserPool and UpdateUserPool refuse in the lower ones.

Source: botocore model cognito-idp: UserPoolAddOns ("your user pool must be on the Plus tier"),
PreTokenGenerationConfig, FeatureUnavailableInTierException; Amazon Cognito developer guide, "User pool feature plans".
"""

from __future__ import annotations

from ministack.core.responses import error_response_json

from emulator.shared.patching import wrap
from emulator.shared.shapes import Answer, Handler, Structure
from emulator.shared.upstream import cognito as upstream

NEW = "ESSENTIALS"  # the plan of a pool that asks for none


def install() -> None:
    """Put the check in front of both calls."""
    wrap(upstream, "_create_user_pool", _checking_plan)
    wrap(upstream, "_update_user_pool", _checking_plan)


def _checking_plan(original: Handler) -> Handler:
    def call(data: Structure) -> Answer:
        pool = upstream._user_pools.get(data.get("UserPoolId")) or {}
        plan = data.get("UserPoolTier") or pool.get("UserPoolTier") or NEW
        return refusal(plan, data) or original(data)

    return call


def refusal(plan: str, data: Structure) -> Answer | None:
    """The answer to settings that the plan does not have, None where it has them all."""
    if (data.get("UserPoolAddOns") or {}).get("AdvancedSecurityMode", "OFF") != "OFF" and plan != "PLUS":
        return _unavailable("Threat protection", plan)
    trigger = (data.get("LambdaConfig") or {}).get("PreTokenGenerationConfig") or {}
    if trigger.get("LambdaVersion", "V1_0") != "V1_0" and plan == "LITE":
        return _unavailable("Access token customization", plan)
    return None


def _unavailable(feature: str, plan: str) -> Answer:
    return error_response_json(
        "FeatureUnavailableInTierException", f"{feature} is not available in the feature plan {plan}.", 400
    )
