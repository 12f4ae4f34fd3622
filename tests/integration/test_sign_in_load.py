# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The sign-in under load: many people of two teams at once, alone and among strangers; the figures are printed.

Gateway, authorizer and function are the login role's, in the emulator; what is measured is this machine's. `pytest -s`
shows the figures as they come, a failure shows them as well.
"""

from __future__ import annotations

import http.client
import json
import random
import statistics
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import pytest

from tests.support.memory import resident
from tests.support.sign_in import UNLIMITED, SignIn

pytestmark = pytest.mark.long

CLIENTS, REQUESTS = 50, 5_000
STRANGERS = 100
ROUTE = "/domainName/{}/getPresignedUrl"
TEAMS = ("team1", "team2")


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The sign-in of two teams with a person each, who has signed in."""
    site = SignIn(tmp_path_factory.mktemp("state"), TEAMS, **UNLIMITED)
    try:
        site.people = {team: f"person-of-{team}" for team in TEAMS}
        for team, name in site.people.items():
            site.add_person(name, team)
            site.add_profile(team, name)
        site.token_of = {team: Token(site, name) for team, name in site.people.items()}
        warm_up(site)
        yield site
    finally:
        site.stop()


class Token:
    """A person's access token, which is never about to expire: it lives for five minutes."""

    def __init__(self, site, name):
        self._site, self._name = site, name
        self._lock, self._made = threading.Lock(), -float("inf")

    def fresh(self):
        """The token, made anew every minute."""
        with self._lock:
            if time.monotonic() - self._made > 60:
                self._token, self._made = self._site.tokens(self._name)["access_token"], time.monotonic()
            return self._token


def warm_up(site):
    """Let the emulator start a process of the function for each client, some at a time.

    AWS starts them side by side; two cores take half a minute for fifty, after which the function gives up.
    """
    for clients in range(5, CLIENTS + 5, 5):
        with ThreadPoolExecutor(clients) as pool:
            list(pool.map(lambda number: members(site, number, 2), range(clients)))


class Client:
    """One person's connection to the API, which stays open."""

    def __init__(self, site):
        address = urlsplit(site.deployment.api_url)
        self._stage = address.path
        self._connection = http.client.HTTPConnection("127.0.0.1", address.port, timeout=120)

    def get(self, path, token):
        """(status, body, seconds)."""
        start = time.perf_counter()
        self._connection.request("GET", self._stage + path, headers={"Authorization": token})
        answer = self._connection.getresponse()
        body = answer.read()
        return answer.status, body, time.perf_counter() - start

    def close(self):
        self._connection.close()


def members(site, number, count):
    """What a member of one of the teams is answered, asking in turn for the own team and for the other."""
    own, other = TEAMS[number % 2], TEAMS[1 - number % 2]
    client, found = Client(site), []
    for turn in range(count):
        team = own if turn % 10 else other
        found.append((own, team, *client.get(ROUTE.format(team), site.token_of[own].fresh())))
    client.close()
    return found


def wrong(site, own, team, status, body):
    """Whether an answer is not what this person must get."""
    if own != team:
        return (status, json.loads(body)) != (403, {"message": "You are not a member of this team."})
    other = next(name for name in TEAMS if name != own)
    url = json.loads(body).get("url", "") if status == 200 else ""
    return f"/{site.domains[own]}/" not in url or site.domains[other] in url


def figures(name, found, seconds, before, after):
    """One line with what was measured."""
    taken = sorted(row[-1] for row in found)
    p95 = taken[int(len(taken) * 0.95)]
    return (
        f"{name}: {len(found)} requests in {seconds:.0f} s, p50 {statistics.median(taken):.3f} s, p95 {p95:.3f} s, "
        f"memory {before:.0f} -> {after:.0f} MiB"
    )


def measured(site, name):
    """All answers of CLIENTS members who ask REQUESTS times together; prints the figures."""
    process = site.emulator.process.pid
    before, start = resident(process), time.monotonic()
    with ThreadPoolExecutor(CLIENTS) as pool:
        parts = pool.map(lambda number: members(site, number, REQUESTS // CLIENTS), range(CLIENTS))
        found = [row for part in parts for row in part]
    print(figures(name, found, time.monotonic() - start, before, resident(process)))
    return found


def garbage(chance, token):
    """A path and a token that open nothing."""
    cut = chance.randrange(10, len(token) - 10)
    tokens = ("", "x" * chance.randrange(5000), "a.b.c", token[:cut] + token[cut + 1 :], f"Bearer {token[:-5]}")
    team = chance.choice((*TEAMS, "..%2fteam1", "%00", "t" * 300, "team1%20"))
    return ROUTE.format(team), chance.choice(tokens)


def strangers(site, number, stop):
    """The statuses that a stranger is answered who asks each second until `stop` is set."""
    chance, client, found = random.Random(number), Client(site), []  # noqa: S311 - chance, not secrecy
    while not stop.wait(1):
        status, body, _seconds = client.get(*garbage(chance, site.token_of[TEAMS[number % 2]].fresh()))
        found.append(status)
        assert b"auth?token=" not in body
    client.close()
    return found


def check(site, found):
    """Nobody met a failure of the server, a wrong answer, or anything of the other team; each URL was given once."""
    assert len(found) == REQUESTS
    assert [body for _own, _team, status, body, _seconds in found if status >= 500] == []
    assert [row[:4] for row in found if wrong(site, *row[:4])] == []
    urls = [body for own, team, _status, body, _seconds in found if own == team]
    assert len(set(urls)) == len(urls) == REQUESTS * 9 // 10


def test_people_of_two_teams_at_once(site):
    check(site, measured(site, f"{CLIENTS} clients"))


def test_people_of_two_teams_among_strangers(site):
    stop = threading.Event()
    with ThreadPoolExecutor(STRANGERS) as pool:
        asking = [pool.submit(strangers, site, number, stop) for number in range(STRANGERS)]
        try:
            found = measured(site, f"{CLIENTS} clients beside {STRANGERS} strangers")
        finally:
            stop.set()
        statuses = [status for one in asking for status in one.result(120)]
    print(f"{len(statuses)} requests of strangers")
    check(site, found)
    assert len(statuses) > REQUESTS // 10
    assert set(statuses) <= {400, 401, 403, 404}


@pytest.fixture
def limited(tmp_path):
    """The sign-in of one team as it is by default, with its limits."""
    site = SignIn(tmp_path, TEAMS[:1])
    try:
        site.add_person("ada", TEAMS[0])
        site.add_profile(TEAMS[0], "ada")
        site.token_of = {TEAMS[0]: Token(site, "ada")}
        yield site
    finally:
        site.stop()


def test_strangers_use_up_no_limit_of_a_member(limited):
    """Who has no token is refused before anything is counted, and the portal is counted apart."""
    stop, member = threading.Event(), Client(limited)
    with ThreadPoolExecutor(STRANGERS // 10) as pool:
        asking = [pool.submit(visitors, limited, stop) for _stranger in range(STRANGERS // 10)]
        try:
            answers = [member.get(ROUTE.format(TEAMS[0]), limited.token_of[TEAMS[0]].fresh()) for _turn in range(40)]
        finally:
            stop.set()
        statuses = [status for one in asking for status in one.result(120)]
    member.close()
    assert [status for status, _body, _seconds in answers] == [200] * 40
    # The portal's limit was reached, and far more than a limit's worth of requests was refused.
    assert 429 in statuses
    assert statuses.count(401) > 200


def visitors(site, stop):
    """The statuses that somebody without a token gets at the portal and at the API until `stop` is set."""
    client, found = Client(site), []
    while not stop.is_set():
        for path in ("/portal", ROUTE.format(TEAMS[0])):
            found.append(client.get(path, "no.token.here")[0])
    client.close()
    return found
