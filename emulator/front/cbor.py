# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether a body is CBOR (RFC 8949), as the protocol rpc-v2-cbor sends it."""

from __future__ import annotations

from emulator.shared.shapes import Headers
from emulator.shared.validation import SerializationError

UNSIGNED, NEGATIVE, BYTES, TEXT, LIST, MAP, TAG, SIMPLE = range(8)
INDEFINITE, BREAK = 31, 0xFF
STRINGS = (BYTES, TEXT)


def is_cbor(headers: Headers) -> bool:
    """Whether the body of a request is CBOR."""
    return "application/cbor" in headers.get("content-type", "") or headers.get("smithy-protocol") == "rpc-v2-cbor"


def check(body: bytes, depth: int) -> None:
    """Raise SerializationError unless a body is one map, whole, and nested no deeper than `depth`."""
    if not body or body[0] >> 5 != MAP:
        raise SerializationError("Start of structure or map expected")
    if _end(body, 0, depth) != len(body):
        raise SerializationError("There is more than one value in the body.")


def _end(body: bytes, at: int, depth: int) -> int:
    """Where the item that begins at `at` ends (RFC 8949, Appendix C)."""
    if not depth:
        raise SerializationError("The body is nested too deeply.")
    kind, count, at = _head(body, at)
    if count is None:
        return _end_of_indefinite(body, kind, at, depth)
    if kind in STRINGS:
        return _text_end(body, kind, at, count)
    for _item in range({LIST: count, MAP: 2 * count, TAG: 1}.get(kind, 0)):
        at = _end(body, at, depth - 1)
    return at


def _head(body: bytes, at: int) -> tuple[int, int | None, int]:
    """(major type, argument, where the content begins); the argument of an item of indefinite length is None."""
    if at >= len(body):
        raise SerializationError("The body is cut.")
    kind, low = body[at] >> 5, body[at] & 31
    if low < 24:
        return kind, low, at + 1
    if low == INDEFINITE and kind in (*STRINGS, LIST, MAP):
        return kind, None, at + 1
    size = {24: 1, 25: 2, 26: 4, 27: 8}.get(low)
    if size is None:
        raise SerializationError("The body is no CBOR.")
    if at + 1 + size > len(body):
        raise SerializationError("The body is cut.")
    return kind, int.from_bytes(body[at + 1 : at + 1 + size]), at + 1 + size


def _end_of_indefinite(body: bytes, kind: int, at: int, depth: int) -> int:
    while at < len(body) and body[at] != BREAK:
        if kind in STRINGS and (body[at] >> 5 != kind or body[at] & 31 == INDEFINITE):
            raise SerializationError("The body is no CBOR.")
        at = _end(body, at, depth - 1)
        if kind == MAP:
            at = _end(body, at, depth - 1)
    if at >= len(body):
        raise SerializationError("The body is cut.")
    return at + 1


def _text_end(body: bytes, kind: int, at: int, size: int) -> int:
    if at + size > len(body):
        raise SerializationError("The body is cut.")
    if kind == TEXT:
        try:
            body[at : at + size].decode("utf-8")
        except UnicodeDecodeError as error:
            raise SerializationError(str(error).partition(":")[0]) from None
    return at + size
