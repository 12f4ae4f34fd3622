# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The function takes no token that the pool did not sign, even where the authorizer's claims say that it did."""

from __future__ import annotations

import base64
import hashlib
import hmac
import io
import json
import time

import pytest

from tests.unit.function import conftest as made

PREFIX = bytes.fromhex("3031300d060960864801650304020105000420")


@pytest.fixture
def ask_with(ask, make_event, sagemaker):
    """Send an event with this token, as somebody would who may invoke the function: with claims to match."""
    sagemaker.add_domain("team1")

    def ask_with(token, **claims):
        payload = made.access_token_payload(**claims)
        event = make_event(payload)
        event["headers"] = {"Authorization": token}
        event["multiValueHeaders"] = {"Authorization": [token]}
        return ask(event)[0]

    return ask_with


def raw(text, padding):
    """What an RSA key makes of a padded text, without adding any padding of its own."""
    numbers = made.KEY.private_numbers()
    n = numbers.public_numbers.n
    return pow(int.from_bytes(padding(hashlib.sha256(text).digest()), "big"), numbers.d, n).to_bytes(256, "big")


def padded(token, padding):
    """The token with a signature that the pool's own key made of another padding."""
    text = token.rpartition(".")[0]
    return f"{text}.{made.part(raw(text.encode(), padding))}"


def right(digest):
    return b"\x00\x01" + b"\xff" * (256 - 3 - len(PREFIX) - 32) + b"\x00" + PREFIX + digest


def test_a_token_of_the_pool_opens(ask_with):
    """Without this the refusals below would prove nothing, nor those of paddings without the right one."""
    token = made.encode_token(made.access_token_payload())
    assert ask_with(token) == ask_with(f"Bearer {token}") == ask_with(padded(token, right)) == 200


GOOD = made.encode_token(made.access_token_payload())
HEADER, BODY, SIGNATURE = GOOD.split(".")
NUMBER = int.from_bytes(base64.urlsafe_b64decode(SIGNATURE + "=="), "big")
MODULUS = made.KEY.public_key().public_numbers().n
NONE = made.part(b'{"alg": "none", "kid": "kid-1"}')


def with_header(**header):
    return made.encode_token(made.access_token_payload(), header=header)


def hmac_with_the_public_key():
    """The old trick: the public key as the secret of HS256."""
    text = f"{made.part(json.dumps({'alg': 'HS256', 'kid': 'kid-1'}).encode())}.{BODY}"
    secret = json.dumps(made.jwks(made.KEY)).encode()
    return f"{text}.{made.part(hmac.new(secret, text.encode(), hashlib.sha256).digest())}"


FORGED = {
    "made_up": made.encode_token(made.access_token_payload(), signature=b"SIGNATURE"),
    "empty": f"{HEADER}.{BODY}.",
    "zero": made.encode_token(made.access_token_payload(), signature=b"\x00" * 256),
    "one": made.encode_token(made.access_token_payload(), signature=b"\x00" * 255 + b"\x01"),
    "another_key": made.encode_token(made.access_token_payload(), key=made.ANOTHER_KEY),
    "another_body": f"{HEADER}.{made.part(json.dumps(made.access_token_payload(sub='x')).encode())}.{SIGNATURE}",
    "longer_signature": f"{HEADER}.{BODY}.{made.part(b'0' + base64.urlsafe_b64decode(SIGNATURE + '=='))}",
    "modulus_added": f"{HEADER}.{BODY}.{made.part((NUMBER + MODULUS).to_bytes(257, 'big'))}",
    "no_algorithm": f"{made.part(b'{}')}.{BODY}.{SIGNATURE}",
    "none": f"{NONE}.{BODY}.",
    "hs256": hmac_with_the_public_key(),
    "rs512": with_header(alg="RS512", kid="kid-1"),
    "crit": with_header(alg="RS256", kid="kid-1", crit=["exp"]),
    "no_kid": with_header(alg="RS256"),
    "unknown_kid": with_header(alg="RS256", kid="kid-9"),
    "list_as_kid": with_header(alg="RS256", kid=["kid-1"]),
    "own_jwk": made.encode_token(
        made.access_token_payload(),
        key=made.ANOTHER_KEY,
        header={"alg": "RS256", "kid": "kid-1", "jwk": made.jwks(made.ANOTHER_KEY)["keys"][0]},
    ),
    "short_padding": padded(
        GOOD, lambda digest: (b"\x00\x01" + b"\xff" * 8 + b"\x00" + PREFIX + digest).ljust(256, b"x")
    ),
    "digest_at_the_end": padded(GOOD, lambda digest: b"\x00\x01" + b"\xff" * 221 + b"\x00" + digest),
    "kind_two": padded(GOOD, lambda digest: b"\x00\x02" + right(digest)[2:]),
    "trailing_part": f"{GOOD}.{SIGNATURE}",
}


@pytest.mark.parametrize("name", FORGED)
def test_a_forged_token_opens_nothing_whatever_the_authorizer_says(ask_with, sagemaker, name):
    assert ask_with(FORGED[name]) == 403
    assert sagemaker.calls == []


@pytest.mark.parametrize(
    "claims",
    [
        {"exp": int(time.time()) - 1},
        {"exp": None},
        {"exp": str(int(time.time()) + 24 * 60 * 60)},
        {"exp": True},
        {"nbf": int(time.time()) + 600},
        {"iss": "https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_another"},
        {"iss": "https://example.org/eu-central-1_example"},
        {"token_use": "id"},
        {"client_id": "foreign"},
    ],
)
def test_a_token_that_does_not_hold_opens_nothing(ask_with, sagemaker, claims):
    """An authorizer may answer out of its memory, and does not look at the time again."""
    assert ask_with(made.encode_token(made.access_token_payload(**claims)), **claims) == 403
    assert sagemaker.calls == []


class Pool:
    """A pool that tells its keys, or does not."""

    def __init__(self):
        self.keys, self.asked, self.down = [made.KEY], [], False

    def urlopen(self, url, timeout):
        self.asked.append(url)
        if self.down:
            raise TimeoutError
        return io.BytesIO(json.dumps(made.jwks(*self.keys)).encode())


@pytest.fixture
def pool(function, monkeypatch):
    """The function without keys of the deployment."""
    import tokens

    pool = Pool()
    monkeypatch.setenv("TOKEN_KEYS", "")
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    monkeypatch.setattr(tokens.urllib.request, "urlopen", pool.urlopen)
    function.make_service.cache_clear()
    return pool


def test_keys_are_read_once_and_again_for_a_new_one(pool, ask_with, clock):
    assert [ask_with(GOOD), ask_with(GOOD)] == [200, 200]
    assert pool.asked == [f"https://cognito-idp.eu-central-1.amazonaws.com/{made.POOL}/.well-known/jwks.json"]
    rotated = made.encode_token(made.access_token_payload(), made.ANOTHER_KEY, {"alg": "RS256", "kid": "kid-2"})
    pool.keys.append(made.ANOTHER_KEY)
    assert ask_with(rotated) == 403, "keys were read a moment ago"
    clock.wait(61)
    assert ask_with(rotated) == 200 and len(pool.asked) == 2
    for _ in range(5):
        assert ask_with(FORGED["unknown_kid"]) == 403
    assert len(pool.asked) <= 3


def test_without_keys_nobody_gets_in_until_they_can_be_read(pool, ask_with):
    pool.down = True
    assert ask_with(GOOD) == 503
    pool.down = False
    assert ask_with(GOOD) == 200


def test_keys_of_the_deployment_do_where_the_pool_cannot_be_reached(pool, function, ask_with, monkeypatch):
    monkeypatch.setenv("TOKEN_KEYS", json.dumps(made.jwks(made.KEY)))
    function.make_service.cache_clear()
    pool.down = True
    assert ask_with(GOOD) == 200
    assert ask_with(FORGED["unknown_kid"]) == 403


@pytest.mark.parametrize(
    "text", ["{", "[]", "{}", '{"keys": [{"kid": "x"}]}', '{"keys": [{"kid": "x", "n": 1, "e": 3}]}']
)
def test_what_is_no_list_of_keys_is_refused(text):
    import tokens

    with pytest.raises(ValueError, match=r"JWKS|Expecting"):
        tokens.keys_of(json.loads(text))


def test_a_weak_key_is_no_key():
    import tokens

    weak = {"keys": [{"kid": "x", "n": made.part(b"\xff" * 128), "e": made.part(b"\x01\x00\x01")}]}
    assert tokens.keys_of(weak) == {}
