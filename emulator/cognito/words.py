# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What Cognito says of groups and clients that do not exist, of what exists already, and of temporary passwords.

And a setting that it took back. Sources: texts of AWS quoted widely, for clients
https://github.com/anomalyco/guide/issues/82, for groups https://github.com/aws-amplify/amplify-backend/issues/1781, for
users https://github.com/localstack/localstack/issues/4465, for attributes https://github.com/boto/boto3/issues/2317;
model, AdminCreateUserConfigType.UnusedAccountValidityDays ("no longer an available parameter for that user pool" once
TemporaryPasswordValidityDays is set), text from https://github.com/hashicorp/terraform-provider-aws/issues/9143.
"""

from __future__ import annotations

import json
import re
from typing import Any

from ministack.core.responses import error_response_json

from emulator.shared.patching import wrap
from emulator.shared.shapes import Answer, Handler, Structure
from emulator.shared.upstream import cognito as upstream

# What ministack says -> what AWS says.
WORDS = (
    (re.compile(r"Group \S+ not found\."), "Group not found."),
    (re.compile(r"Client (\S+) not found\."), r"User pool client \1 does not exist."),
    (re.compile(r"Group .+ already exists\."), "A group with the name already exists."),
    (re.compile(r"User account already exists\."), "User account already exists"),
    (
        re.compile(r"Required custom attributes are not supported\."),
        "Required custom attributes are not supported currently.",
    ),
)
# What a pool remembers, and does not show.
SET = "_temporary_password_validity_set"


def install() -> None:
    """Say what AWS says, and remember which pools have the newer setting."""
    wrap(upstream, "error_response_json", _in_its_words)
    wrap(upstream, "_admin_create_user", _of_the_temporary_password)
    wrap(upstream, "_create_user_pool", _remembering)
    wrap(upstream, "_update_user_pool", _without_the_old_setting)


def _in_its_words(original: Handler) -> Handler:
    def error(code: str, message: str, *rest: Any, **options: Any) -> Answer:
        for pattern, words in WORDS:
            message = pattern.sub(words, message) if pattern.fullmatch(message) else message
        return original(code, message, *rest, **options)

    return error


def _of_the_temporary_password(original: Handler) -> Handler:
    def admin_create_user(data: Structure) -> Answer:
        answer = original(data)
        said = json.loads(answer[2]).get("message", "") if answer[0] == 400 else ""
        if not said.startswith("Password did not conform with policy"):
            return answer
        return error_response_json("InvalidPasswordException", said.replace("with policy", "with password policy"), 400)

    return admin_create_user


def _sets(data: Structure) -> bool:
    policy = (data.get("Policies") or {}).get("PasswordPolicy") or {}
    return bool(policy.get("TemporaryPasswordValidityDays"))


def _remembering(original: Handler) -> Handler:
    def create_user_pool(data: Structure) -> Answer:
        answer = original(data)
        if answer[0] == 200 and _sets(data):
            upstream._user_pools[json.loads(answer[2])["UserPool"]["Id"]][SET] = True
        return answer

    return create_user_pool


def _without_the_old_setting(original: Handler) -> Handler:
    def update_user_pool(data: Structure) -> Answer:
        pool = upstream._user_pools.get(data.get("UserPoolId")) or {}
        if pool.get(SET) and (data.get("AdminCreateUserConfig") or {}).get("UnusedAccountValidityDays"):
            message = "Please use TemporaryPasswordValidityDays in PasswordPolicy instead of UnusedAccountValidityDays"
            return error_response_json("InvalidParameterException", message, 400)
        answer = original(data)
        if answer[0] == 200 and _sets(data):
            pool[SET] = True
        return answer

    return update_user_pool
