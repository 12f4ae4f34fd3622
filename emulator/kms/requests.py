# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What KMS refuses of names, how it shows a key, and what it says of a key that does not exist.

Sources: recordings of AWS (localstack, tests/aws/services/kms/test_kms.snapshot.json): test_create_key,
test_create_alias, test_get_key_invalid_uuid; texts on aliases from issues of terraform-provider-aws; API reference,
CreateAlias, for names of AWS's own, with the code that moto answers.
"""

from __future__ import annotations

import re
from typing import Any

from ministack.core.responses import error_response_json, get_account_id

from emulator.shared.modelled import constrained
from emulator.shared.patching import wrap
from emulator.shared.shapes import Answer, Function, Handler, Structure
from emulator.shared.upstream import kms as upstream

PREFIX = "alias/"
OF_AWS = "alias/aws/"
UUID = re.compile(r"(mrk-[0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})")
UNKNOWN = re.compile(r"(?:Key|Alias) (?P<name>\S+) not found")
TAKEN = re.compile(r"Alias (?P<name>\S+) already exists")


def install() -> None:
    """Check requests, and answer in AWS's words."""
    wrap(upstream, "handle_request", constrained("kms", "ValidationException"))
    wrap(upstream, "_create_alias", _with_prefix)
    wrap(upstream, "_key_metadata", _as_shown)
    wrap(upstream, "error_response_json", _in_its_words)


def _with_prefix(original: Handler) -> Handler:
    def create_alias(data: Structure) -> Answer:
        if not data["AliasName"].startswith(PREFIX):
            message = (
                'Alias must start with the prefix "alias/". Please see '
                "https://docs.aws.amazon.com/kms/latest/developerguide/kms-alias.html"
            )
            return error_response_json("ValidationException", message, 400)
        if data["AliasName"].startswith(OF_AWS):
            return error_response_json("NotAuthorizedException", "", 400)
        return original(data)

    return create_alias


def _as_shown(original: Function) -> Function:
    """A key shows its account, and of its algorithms those that it has."""

    def key_metadata(record: Structure) -> Structure:
        shown = {"AWSAccountId": get_account_id(), **original(record)}
        empty = [name for name in ("EncryptionAlgorithms", "SigningAlgorithms") if not shown.get(name)]
        return {name: value for name, value in shown.items() if name not in empty}

    return key_metadata


def _in_its_words(original: Handler) -> Handler:
    def error(code: str, message: str, *rest: Any, **options: Any) -> Answer:
        unknown, taken = UNKNOWN.fullmatch(message), TAKEN.fullmatch(message)
        if unknown:
            message = unknown_text(unknown["name"])
        elif taken:
            message = f"An alias with the name {upstream._alias_arn(taken['name'])} already exists"
        return original(code, message, *rest, **options)

    return error


def unknown_text(name: str) -> str:
    """What KMS says of a key or an alias that does not exist, by id, alias or ARN."""
    last = name.rpartition("/")[2] if name.startswith("arn:") else name
    if name.startswith(PREFIX):
        return f"Alias {upstream._alias_arn(name)} is not found."
    if f":{PREFIX}" in name:
        return f"Alias {name} is not found."
    if not UUID.fullmatch(last):
        return f"Invalid keyId '{name}'"
    return f"Key '{name if name.startswith('arn:') else upstream._arn(name)}' does not exist"
