# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A program that takes turns for a run and keeps them until the run ends; plugins/action/take_turns.py starts it.

A turn is an item in a table of DynamoDB, written on the condition that nobody else's is there. It is good for some
seconds by AWS's own clock, as the headers of its answers tell it, and is made good again as long as the run lives. So
no clock of this machine matters, and the turn of a run that was killed frees itself.

The program reads a Request as JSON from stdin and writes lines of JSON to stdout: {"waits_for": item} while somebody
else has the turn, and at the end {"taken": true}, {"missing": true} where there is no table, or {"failed": sentence}.
On SIGTERM it gives the turns back, and says in a file whether it had them all the time.
"""

from __future__ import annotations

import contextlib
import dataclasses
import email.utils
import json
import os
import select
import signal
import sys
import time
import typing as t
import uuid

# Seconds between two attempts to take a turn, and between two lines about who has it.
PAUSE = 1.0
PAUSE_OF_LINES = 30.0
# A run that is gone may leave a module behind that ends within these seconds.
LAST_BREATH = 5.0
EXPIRED = ("ExpiredToken", "ExpiredTokenException")

Item = t.Dict[str, t.Any]


def elapsed() -> float:
    """Return seconds that pass while the machine sleeps, too."""
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))


class Failed(Exception):
    """A sentence for who started the run."""


@dataclasses.dataclass(frozen=True)
class Request:
    """What to take. connection: as modules take it; with it role_arn is assumed, unless it is empty.

    patience and lease are in seconds; run is a process.
    first: the turn that stands before the others. With alone, nobody else may have any turn at all.
    """

    connection: dict[str, str]
    role_arn: str
    table: str
    turns: list[str]
    first: str
    alone: bool
    holder: dict[str, str]
    patience: float
    lease: float
    run: int
    file: str


class Turns:
    """The table; connect() makes a boto3 client of dynamodb. Conditional writes and consistent reads make it exact."""

    def __init__(self, connect: t.Callable[[], t.Any], request: Request) -> None:
        self._connect = connect
        self._client = connect()
        self._request = request
        self.me = uuid.uuid4().hex
        self._clock = (0.0, elapsed())

    def _call(self, operation: str, **arguments: t.Any) -> dict[str, t.Any]:
        answer = self._answer(operation, arguments)
        date = email.utils.parsedate_to_datetime(answer["ResponseMetadata"]["HTTPHeaders"]["date"])
        self._clock = (date.timestamp(), elapsed())
        return answer

    def _answer(self, operation: str, arguments: dict[str, t.Any]) -> dict[str, t.Any]:
        from botocore.exceptions import ClientError

        for is_last in (False, True):
            try:
                answer: dict[str, t.Any] = getattr(self._client, operation)(TableName=self._request.table, **arguments)
                return answer
            except ClientError as error:
                # The session of an assumed role ends after an hour, which a run may outlast.
                if is_last or not self._request.role_arn or _code(error) not in EXPIRED:
                    raise
            self._client = self._connect()
        raise AssertionError

    def _now(self) -> float:
        """AWS's time, in epoch seconds."""
        told, at = self._clock
        return told + elapsed() - at

    def holder(self, turn: str) -> Item | None:
        """Return the item of another run that has a turn now, or None."""
        found = self._read(turn)
        return found if found and self._is_anothers(found) else None

    def others(self) -> list[Item]:
        """Return the items of all turns that other runs have now."""
        pages = self._client.get_paginator("scan").paginate(TableName=self._request.table, ConsistentRead=True)
        found = [_plain(item) for page in pages for item in page["Items"]]
        return [item for item in found if self._is_anothers(item)]

    def take(self, turn: str) -> Item | None:
        """Take a turn, and return None; or the item of who has it."""
        found = self._read(turn)
        if found and self._is_anothers(found):
            return found
        now = self._now()
        item = {
            "turn": turn,
            "run": self.me,
            "since": now,
            "until": now + self._request.lease,
            "alone": self._request.alone,
            **self._request.holder,
        }
        try:
            self._call("put_item", Item=_typed(item), **_as_read(found))
        except self._client.exceptions.ConditionalCheckFailedException:
            # Somebody else was faster, or this is another attempt of a write whose answer was lost.
            found = self._read(turn)
            return found if found and found["run"] != self.me else None
        return None

    def renew(self, turn: str) -> bool:
        """Make a turn good for another while; False where it is this run's no more."""
        try:
            self._call(
                "update_item",
                Key=_typed({"turn": turn}),
                UpdateExpression="SET #until = :until",
                ConditionExpression="#run = :run",
                ExpressionAttributeNames={"#until": "until", "#run": "run"},
                ExpressionAttributeValues=_typed({":until": self._now() + self._request.lease, ":run": self.me}),
            )
        except self._client.exceptions.ConditionalCheckFailedException:
            return False
        return True

    def give_back(self, turn: str) -> bool:
        """Give a turn back; False where it was this run's no more."""
        found = self._read(turn)
        if found is None or found["run"] != self.me:
            return False
        # The condition fails where this is another attempt of a deletion whose answer was lost.
        with contextlib.suppress(self._client.exceptions.ConditionalCheckFailedException):
            self._call("delete_item", Key=_typed({"turn": turn}), **_as_read(found))
        return True

    def _read(self, turn: str) -> Item | None:
        found = self._call("get_item", Key=_typed({"turn": turn}), ConsistentRead=True).get("Item")
        return _plain(found) if found else None

    def _is_anothers(self, item: Item) -> bool:
        return bool(item["run"] != self.me and item["until"] >= self._now())


def _as_read(found: Item | None) -> dict[str, t.Any]:
    """Return the condition that an item is still as it was read."""
    if found is None:
        return {"ConditionExpression": "attribute_not_exists(turn)"}
    return {
        "ConditionExpression": "#run = :run AND #until = :until",
        "ExpressionAttributeNames": {"#run": "run", "#until": "until"},
        "ExpressionAttributeValues": _typed({":run": found["run"], ":until": found["until"]}),
    }


def _typed(item: Item) -> dict[str, dict[str, t.Any]]:
    return {name: _typed_value(value) for name, value in item.items()}


def _typed_value(value: t.Any) -> dict[str, t.Any]:
    if isinstance(value, bool):
        return {"BOOL": value}
    return {"N": repr(value)} if isinstance(value, float) else {"S": value}


def _plain(item: dict[str, dict[str, t.Any]]) -> Item:
    convert: dict[str, t.Callable[[t.Any], t.Any]] = {"N": float, "S": str, "BOOL": bool}
    return {name: convert[kind](value) for name, typed in item.items() for kind, value in typed.items()}


class Run:
    """The run that wants turns, and the wish to end: SIGTERM, or the end of the run's process."""

    def __init__(self, process: int) -> None:
        self._process = process
        self._read, self._write = os.pipe()
        self.is_over = False
        signal.signal(signal.SIGTERM, lambda *_: os.write(self._write, b"."))
        self._descriptor: int | None = None
        if hasattr(os, "pidfd_open"):
            try:
                self._descriptor = os.pidfd_open(process)
            except OSError:
                self.is_over = True

    def wait(self, seconds: float) -> bool:
        """Wait; True as soon as the turns are to be given back."""
        watched = [self._read] + ([] if self._descriptor is None else [self._descriptor])
        ready = select.select([] if self.is_over else watched, [], [], 0 if self.is_over else seconds)[0]
        self.is_over = self.is_over or self._descriptor in ready or not self._lives()
        return self.is_over or self._read in ready

    def _lives(self) -> bool:
        try:
            os.kill(self._process, 0)
        except ProcessLookupError:
            return False
        except PermissionError:
            pass
        return True

    def stop(self, sentence: str) -> None:
        """End the run as Ctrl-C does, and say why where its own errors go."""
        with contextlib.suppress(OSError), open(f"/proc/{self._process}/fd/2", "w", encoding="utf-8") as terminal:
            terminal.write(f"\n{sentence}\n")
        with contextlib.suppress(OSError):
            os.kill(self._process, signal.SIGINT)


class Keeper:
    """Takes the turns of a request, and keeps them."""

    def __init__(self, request: Request, turns: Turns, run: Run) -> None:
        self._request = request
        self._turns = turns
        self._run = run
        self._held: dict[str, float] = {}

    def take(self) -> bool:
        """Take all turns, however long that takes; False where the run ended meanwhile. Raises Failed."""
        begin, told = elapsed(), -PAUSE_OF_LINES
        while True:
            blocker = self._attempt()
            if blocker is None:
                return True
            waited = elapsed() - begin
            if waited > self._request.patience:
                raise Failed(
                    f"{blocker['who']} ({blocker['what']}) has had the turn of {in_words(blocker['turn'])} for "
                    f"longer than the {waited:.0f} seconds that this run waited. Look after that run, then run again."
                )
            if waited - told >= PAUSE_OF_LINES:
                told = waited
                tell({"waits_for": {**blocker, "waited": waited}})
            if self._run.wait(PAUSE):
                return False
            if not self._renew():
                raise Failed(f"{self._lost()} Run again.")

    def _attempt(self) -> Item | None:
        """Take what can be taken; return the item of who stands in the way, or None where all is taken."""
        if self._request.alone:
            return self._take_each() or next(iter(self._turns.others()), None)
        return self._give_way() or self._take_each() or self._give_way()

    def _give_way(self) -> Item | None:
        """Give way to who works alone: it waits for every turn, also for those that this run has already."""
        found = self._turns.holder(self._request.first)
        if found is None or not found["alone"]:
            return None
        self.give_back()
        return found

    def _take_each(self) -> Item | None:
        # In one order everywhere, so that no two runs wait for each other.
        for turn in sorted(set(self._request.turns) - self._held.keys()):
            blocker = self._turns.take(turn)
            if blocker:
                return blocker
            self._held[turn] = elapsed()
        return None

    def keep(self) -> str:
        """Keep the turns until they are to be given back; return "", or the sentence about what was lost."""
        while not self._run.wait(PAUSE):
            if not self._renew():
                return self._lost()
        if self._run.is_over:
            self._after_the_run()
        lost = self._lost()
        return "" if self.give_back() else lost

    def _lost(self) -> str:
        turns = ", ".join(sorted(map(in_words, self._held)))
        return f"This run lost its turn of {turns}, so another run may have worked on the same."

    def _after_the_run(self) -> None:
        end = elapsed() + LAST_BREATH
        while elapsed() < end and self._renew():
            time.sleep(PAUSE)

    def _renew(self) -> bool:
        """Make turns good again that are at a quarter of their time; False where one is lost, or soon will be."""
        from botocore.exceptions import BotoCoreError, ClientError

        for turn, at in list(self._held.items()):
            age = elapsed() - at
            if age < self._request.lease / 4:
                continue
            try:
                if not self._turns.renew(turn):
                    return False
                self._held[turn] = elapsed()
            except (BotoCoreError, ClientError) as error:
                # A table that is gone is the end of the platform, to which this run itself may have brought it.
                if _is_missing(error):
                    del self._held[turn]
                elif age > self._request.lease * 3 / 4:
                    return False
        return True

    def give_back(self) -> bool:
        """Give back what was taken; False where something of it was this run's no more."""
        from botocore.exceptions import BotoCoreError, ClientError

        kept = True
        while self._held:
            # What cannot be given back frees itself.
            with contextlib.suppress(BotoCoreError, ClientError):
                kept = self._turns.give_back(self._held.popitem()[0]) and kept
        return kept


def in_words(turn: str) -> str:
    """Return what a turn is called in messages: a team's has a slash before its name."""
    return turn.replace("/", " ") if "/" in turn else f"the {turn}"


def _code(error: Exception) -> str:
    return str(getattr(error, "response", {}).get("Error", {}).get("Code"))


def _is_missing(error: Exception) -> bool:
    return _code(error) == "ResourceNotFoundException"


def tell(line: dict[str, t.Any]) -> None:
    """Write a line for who started this program; nobody may be there any more."""
    with contextlib.suppress(OSError):
        print(json.dumps(line), flush=True)


def client_of(request: Request) -> t.Any:
    """Return a boto3 client of dynamodb, after the role of a request was assumed where it names one."""
    import boto3
    from botocore.config import Config

    connection = request.connection
    place = {"region_name": connection.get("region"), "endpoint_url": connection.get("endpoint_url")}
    session = boto3.Session(
        profile_name=connection.get("profile"),
        aws_access_key_id=connection.get("access_key"),
        aws_secret_access_key=connection.get("secret_key"),
    )
    if request.role_arn:
        sts = session.client("sts", **place)
        keys = sts.assume_role(RoleArn=request.role_arn, RoleSessionName=request.table)["Credentials"]
        session = boto3.Session(keys["AccessKeyId"], keys["SecretAccessKey"], keys["SessionToken"])
    # A turn is lost by then, so nothing waits longer for an answer.
    config = Config(retries={"mode": "standard", "total_max_attempts": 5}, connect_timeout=5, read_timeout=5)
    return session.client("dynamodb", config=config, **place)


def main() -> int:
    """Take, keep and give back what stdin asks for; return the exit status."""
    from botocore.exceptions import BotoCoreError, ClientError

    request = Request(**json.load(sys.stdin))
    run = Run(request.run)
    keeper = None
    try:
        keeper = Keeper(request, Turns(lambda: client_of(request), request), run)
        taken = keeper.take()
    except (BotoCoreError, ClientError, Failed) as error:
        tell({"missing": True} if _is_missing(error) else {"failed": str(error)})
        if keeper:
            keeper.give_back()
        return 1
    if not taken:
        keeper.give_back()
        return 1
    tell({"taken": True})
    # Nobody reads on, and who started this shall not wait for it.
    os.close(1)
    os.open(os.devnull, os.O_WRONLY)
    lost = keeper.keep()
    if lost:
        run.stop(lost)
    with contextlib.suppress(OSError):
        with open(f"{request.file}.new", "w", encoding="utf-8") as file:
            file.write(lost)
        os.replace(f"{request.file}.new", request.file)
    return 0


if __name__ == "__main__":
    sys.exit(main())
