# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Why a platform's account cannot be worked in, as the answers to the first calls tell it."""

from __future__ import annotations

import re
import typing as t

Answer = t.Mapping[str, t.Any]
# AWS answers a wrong signature with the request that it saw, session token included, from the second line on. Elsewhere
# a word that is as long as a secret key might be one.
SECRET_WORD = re.compile(r"[A-Za-z0-9/+=]{40,}")
# What a module says that ended without a word of its own.
SILENT = re.compile(r"MODULE FAILURE|$")


def connection_mistakes(
    host: str,
    *,
    role_arn: str = "",
    account_id: str = "",
    endpoint_url: str = "",
    session: Answer | None = None,
    base_caller: Answer | None = None,
    caller: Answer | None = None,
) -> list[str]:
    """Return what is wrong with the connection to a platform's account, one sentence or none.

    host: the platform's host; session, base_caller, caller: what assuming its role, and asking who we are without and
    with it, answered; None where nobody asked.
    """
    if role_arn and session is not None and not session.get("sts_creds"):
        said = session.get("msg") or ""
        reason = _reason(base_caller or {} if SILENT.match(said) else session)
        return [
            f"Platform {host} cannot assume the role {role_arn} (aws_role_arn): {reason.rstrip('.')}. Check "
            "aws_role_arn, the trust policy of the role, and the credentials that assume it (aws_profile or the "
            "environment), which have to be allowed sts:AssumeRole."
        ]
    account = str((caller or {}).get("account") or "")
    if not account:
        where = f" at {endpoint_url}" if endpoint_url else ""
        return [
            f"Platform {host} cannot reach AWS{where}: {_reason(caller or {})}. Check the credentials (aws_profile, "
            "aws_role_arn or the environment) and the network; the emulator is started with: make emulator-start"
        ]
    if account_id and account_id != account:
        return [
            f"Platform {host} is for account {account_id}, but these credentials are of account {account}. Use "
            "credentials of the right account, or correct aws_account_id."
        ]
    return []


def not_renewed(role_arn: str, reason: str) -> str:
    """Return the sentence about a role that could be assumed when a run began, and cannot be any more."""
    return (
        f"The session of the role {role_arn} (aws_role_arn) is about to end, and it cannot be assumed anew: {reason}. "
        "The credentials that assume it have probably ended: get new ones, and run again."
    )


def _reason(answer: Answer) -> str:
    return without_secrets(answer.get("msg") or "no answer")


def without_secrets(message: str) -> str:
    """Return the first line of what AWS or a module said, without what might be a secret."""
    return SECRET_WORD.sub("***", (message.splitlines() or [""])[0])
