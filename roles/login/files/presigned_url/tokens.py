# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether a token is the user pool's own and still holds.

Whoever may invoke the function needs a real token all the same. RS256 alone, by RFC 8017 (RSASSA-PKCS1-v1_5): the
signed text is built anew and compared as a whole, as a check that looks for a digest somewhere in it could be deceived.
Lambda's Python has no library for it, and needs none.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from typing import Any

import answers
from memory import Memory

_TOKEN = re.compile(r"([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)", re.ASCII)
# DigestInfo of SHA-256 (RFC 8017, section 9.2, note 1).
_SHA256 = bytes.fromhex("3031300d060960864801650304020105000420")
_LEAST_BITS = 2048
# How long keys that were read are used; Cognito announces no change of keys, and a new one has a new kid.
KEYS_SECONDS = 24 * 3600
# A token with an unknown kid must not make the function read the keys again and again.
PAUSE_SECONDS = 60
MOST_KEYS = 20


class Keys:
    """The public keys of the user pool by kid, as they were given at the deployment or read where the pool has them."""

    def __init__(self, url: str, given: Mapping[str, tuple[int, int]]) -> None:
        self._url = url
        self._given = dict(given)
        self._read: Memory[tuple[int, int]] = Memory(KEYS_SECONDS, MOST_KEYS)
        self._paused: Memory[bool] = Memory(PAUSE_SECONDS, 1)

    def get(self, kid: Any) -> tuple[int, int]:
        """Return (modulus, exponent); raises answers.Refusal (403, or 503 where the keys cannot be read)."""
        known = self._known(kid)
        if known is None and not self._paused.get("paused"):
            self._paused.put("paused", True)
            self._fetch()
            known = self._known(kid)
        if known is None:
            raise answers.token_refused("unknown_key")
        return known

    def _known(self, kid: Any) -> tuple[int, int] | None:
        return (self._read.get(kid) or self._given.get(kid)) if isinstance(kid, str) else None

    def _fetch(self) -> None:
        try:
            with urllib.request.urlopen(self._url, timeout=2) as answer:
                found = keys_of(json.loads(answer.read(100_000)))
        except (OSError, ValueError, urllib.error.URLError):
            if not self._given:
                self._paused.forget("paused")
                raise answers.no_keys() from None
            return
        for kid, key in found.items():
            self._read.put(kid, key)


def keys_of(document: Any) -> dict[str, tuple[int, int]]:
    """Return the RSA keys of a JWKS (RFC 7517) by kid. Raises ValueError."""
    try:
        keys = {key["kid"]: (_number(key["n"]), _number(key["e"])) for key in document["keys"]}
    except (AttributeError, KeyError, TypeError):
        raise ValueError("this is no JWKS") from None
    return {kid: (n, e) for kid, (n, e) in keys.items() if n.bit_length() >= _LEAST_BITS and e > 1 and e % 2}


def verified_payload(token: str, keys: Keys, issuer: str) -> dict[str, Any]:
    """Return the claims of a token that the pool signed and that holds now; raises answers.Refusal (403, 503)."""
    parts = _TOKEN.fullmatch(token)
    if not parts:
        raise answers.token_refused("malformed_token")
    header, payload = _json(parts[1]), _json(parts[2])
    if header.get("alg") != "RS256" or "crit" in header:
        raise answers.token_refused("not_rs256")
    signed = f"{parts[1]}.{parts[2]}".encode("ascii")
    if not _is_signature(_bytes(parts[3]), signed, *keys.get(header.get("kid"))):
        raise answers.token_refused("bad_signature")
    if payload.get("iss") != issuer:
        raise answers.token_refused("foreign_issuer")
    now = time.time()
    if not _is_time(payload.get("exp")) or payload["exp"] <= now:
        raise answers.token_refused("expired")
    if "nbf" in payload and not (_is_time(payload["nbf"]) and payload["nbf"] <= now):
        raise answers.token_refused("not_yet_valid")
    return payload


def _is_signature(signature: bytes, signed: bytes, n: int, e: int) -> bool:
    size = (n.bit_length() + 7) // 8
    number = int.from_bytes(signature, "big")
    if len(signature) != size or number >= n:
        return False
    end = _SHA256 + hashlib.sha256(signed).digest()
    expected = b"\x00\x01" + b"\xff" * (size - len(end) - 3) + b"\x00" + end
    return hmac.compare_digest(pow(number, e, n).to_bytes(size, "big"), expected)


def _is_time(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _bytes(part: str) -> bytes:
    try:
        return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
    except ValueError:
        raise answers.token_refused("malformed_token") from None


def _number(text: str) -> int:
    return int.from_bytes(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)), "big")


def _json(part: str) -> dict[str, Any]:
    try:
        found = json.loads(_bytes(part))
    except (ValueError, RecursionError):
        raise answers.token_refused("malformed_token") from None
    if not isinstance(found, dict):
        raise answers.token_refused("malformed_token")
    return found
