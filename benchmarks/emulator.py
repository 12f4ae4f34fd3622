# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Measure the emulator: time to start, memory, calls per second, what saving costs, and many creations at once.

Prints one line per figure with its limit; the exit status is 1 if a figure misses its limit.
"""

from __future__ import annotations

import atexit
import dataclasses
import functools
import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import boto3
from botocore.config import Config

from benchmarks.run import ROOT, BenchmarkError, memory_of

STARTS = 5
CLIENTS = 8
ROUNDS, ROUND_SECONDS = 5, 1.0
DOMAINS, PROFILES = 200, 10
AT_ONCE = 100
SAVED_DOMAINS = 10
TRUST = '{"Version": "2012-10-17", "Statement": []}'
TAGS = [{"Key": "a", "Value": "b"}]
PLACE = {"LocationConstraint": "eu-central-1"}
SAVED_CALLS = (
    ("iam", "tag_role", {"RoleName": "role1", "Tags": TAGS}),
    ("s3", "put_bucket_tagging", {"Bucket": "saved", "Tagging": {"TagSet": TAGS}}),
)
PATIENCE = 300
ROLE = "arn:aws:iam::111111111111:role/studio"


@dataclasses.dataclass(frozen=True)
class Figure:
    """One result: what it is, its value and unit, and its limit, a maximum unless ``at_least``; None has no limit."""

    name: str
    value: float
    unit: str
    limit: float | None = None
    at_least: bool = False

    @property
    def good(self) -> bool:
        """Whether the value keeps the limit."""
        if self.limit is None:
            return True
        return self.value >= self.limit if self.at_least else self.value <= self.limit

    def __str__(self) -> str:
        if self.limit is None:
            return f"     {self.name}: {self.value:.2f} {self.unit}"
        relation = ">=" if self.at_least else "<="
        return f"{'ok  ' if self.good else 'MISS'} {self.name}: {self.value:.2f} {self.unit} ({relation} {self.limit})"


class Emulator:
    """An emulator process without --auth; ``ready`` is the seconds from its start to the first answer."""

    def __init__(self, *arguments: str) -> None:
        started = time.monotonic()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "emulator", "--port", "0", *arguments],
            cwd=ROOT,
            env=environment(),
            stdout=subprocess.PIPE,
            text=True,
        )
        said = self._process.stdout.readline().split()
        if not said:
            raise BenchmarkError("The emulator did not start; its reason stands above.")
        self.url = said[-1]
        urllib.request.urlopen(f"{self.url}/_emulator/health", timeout=PATIENCE).close()
        self.ready = time.monotonic() - started

    def __enter__(self) -> Emulator:
        return self

    def __exit__(self, *_error) -> None:
        self._process.terminate()
        self._process.wait(PATIENCE)

    def memory(self) -> float:
        """The process's memory in MiB (proportional set size)."""
        return memory_of([self._process.pid])

    def client(self, service: str, connections: int = 1):
        """A boto3 client that keeps its connections and never retries."""
        return boto3.client(
            service,
            endpoint_url=self.url,
            region_name="eu-central-1",
            aws_access_key_id="111111111111",
            aws_secret_access_key="emulator-dummy-secret-key-of-forty-chars",  # noqa: S106 - no secret, never checked
            config=Config(retries={"total_max_attempts": 1}, max_pool_connections=connections, read_timeout=PATIENCE),
        )


@functools.cache
def environment() -> dict[str, str]:
    """The environment, in which Python keeps its bytecode as it does for a user, but outside the tree."""
    directory = tempfile.TemporaryDirectory(prefix="emulator-bytecode-")
    atexit.register(directory.cleanup)
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, "PYTHONPYCACHEPREFIX": directory.name}


def starting() -> list[Figure]:
    """Time to the first answer, and memory when idle; the very first start, which makes the bytecode, is left out."""
    ready, memory = [], []
    with Emulator():
        pass
    for _ in range(STARTS):
        with Emulator() as emulator:
            ready.append(emulator.ready)
            memory.append(emulator.memory())
    return [
        Figure(f"ready, median of {STARTS} starts", statistics.median(ready), "s", 1.0),
        Figure("memory when idle", statistics.median(memory), "MiB", 80),
    ]


def network(emulator: Emulator) -> tuple[str, str]:
    """A new VPC and a subnet in it."""
    ec2 = emulator.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.1.0.0/16")["Vpc"]["VpcId"]
    return vpc, ec2.create_subnet(VpcId=vpc, CidrBlock="10.1.0.0/20")["Subnet"]["SubnetId"]


def create_domain(sagemaker, name: str, vpc: str, subnet: str) -> str:
    """The id of a new domain."""
    settings = {"ExecutionRole": ROLE}
    made = sagemaker.create_domain(
        DomainName=name, AuthMode="IAM", DefaultUserSettings=settings, VpcId=vpc, SubnetIds=[subnet]
    )
    return made["DomainId"]


def settle(sagemaker, domain_id: str) -> None:
    """Read a domain until it is InService."""
    while sagemaker.describe_domain(DomainId=domain_id)["Status"] != "InService":
        time.sleep(0.01)


def calls_per_second(calls: list[Callable[[], object]]) -> float:
    """The rate of calls, one thread for each of ``calls``, over ROUND_SECONDS."""
    stop, counts = threading.Event(), [0] * len(calls)

    def repeat(number: int) -> None:
        while not stop.is_set():
            calls[number]()
            counts[number] += 1

    threads = [threading.Thread(target=repeat, args=(number,)) for number in range(len(calls))]
    started = time.monotonic()
    for thread in threads:
        thread.start()
    time.sleep(ROUND_SECONDS)
    stop.set()
    for thread in threads:
        thread.join()
    return sum(counts) / (time.monotonic() - started)


def throughput() -> list[Figure]:
    """DescribeDomain beside DescribeVpcs in turns, so that what else the machine does meets both alike."""
    with Emulator() as emulator:
        vpc, subnet = network(emulator)
        sagemaker = emulator.client("sagemaker")
        domain_id = create_domain(sagemaker, "team1", vpc, subnet)
        settle(sagemaker, domain_id)
        studios = [emulator.client("sagemaker") for _ in range(CLIENTS)]
        networks = [emulator.client("ec2") for _ in range(CLIENTS)]
        domain_calls = [lambda client=client: client.describe_domain(DomainId=domain_id) for client in studios]
        vpc_calls = [lambda client=client: client.describe_vpcs(VpcIds=[vpc]) for client in networks]
        rates = [(calls_per_second(domain_calls), calls_per_second(vpc_calls)) for _ in range(ROUNDS)]
    domains = statistics.median(rate for rate, _ in rates)
    ratio = statistics.median(domain / vpc for domain, vpc in rates)
    return [
        Figure(f"DescribeDomain, {CLIENTS} clients", domains, "calls/s"),
        Figure("DescribeDomain / DescribeVpcs", ratio, "", 0.8, at_least=True),
    ]


def saving() -> list[Figure]:
    """Calls that write, with `--state` and without, in turns: one that changes its own service alone, and another."""
    with tempfile.TemporaryDirectory() as directory, Emulator() as plain, Emulator("--state", directory) as kept:
        for emulator in (plain, kept):
            vpc, subnet = network(emulator)
            emulator.client("s3").create_bucket(Bucket="saved", CreateBucketConfiguration=PLACE)
            for number in range(SAVED_DOMAINS):
                create_domain(emulator.client("sagemaker"), f"team{number}", vpc, subnet)
                emulator.client("iam").create_role(RoleName=f"role{number}", AssumeRolePolicyDocument=TRUST)
        return [
            figure
            for service, operation, arguments in SAVED_CALLS
            for figure in _times(
                operation, *(getattr(one.client(service), operation) for one in (plain, kept)), arguments
            )
        ]


def _times(operation: str, plain: Callable, kept: Callable, arguments: dict) -> list[Figure]:
    calls = [lambda call=call: call(**arguments) for call in (plain, kept)]
    rates = [[calls_per_second([call]) for call in calls] for _ in range(ROUNDS)]
    saved = statistics.median(rate for _, rate in rates)
    ratio = statistics.median(without / with_state for without, with_state in rates)
    return [
        Figure(f"{operation}, saved before it is answered", 1000 / saved, "ms"),
        Figure(f"{operation} with --state / without", ratio, "times as long", 10),
    ]


def many() -> list[Figure]:
    """Memory of a large account, and creations that all start at once."""
    with Emulator() as emulator, ThreadPoolExecutor(CLIENTS) as pool:
        vpc, subnet = network(emulator)
        sagemaker = emulator.client("sagemaker", CLIENTS)

        def fill(number: int) -> None:
            domain_id = create_domain(sagemaker, f"team{number}", vpc, subnet)
            settle(sagemaker, domain_id)
            for person in range(PROFILES):
                sagemaker.create_user_profile(DomainId=domain_id, UserProfileName=f"person{person}")

        list(pool.map(fill, range(DOMAINS)))
        memory = emulator.memory()
        profiles = len(json.load(urllib.request.urlopen(f"{emulator.url}/_emulator/resources", timeout=PATIENCE)))
    return [
        Figure(f"memory with {DOMAINS} domains, {PROFILES} profiles each", memory, "MiB", 400),
        Figure("resources then", profiles, "", DOMAINS * (PROFILES + 1), at_least=True),
    ]


def at_once() -> list[Figure]:
    """AT_ONCE creations of domains that start together all end, InService."""
    with Emulator() as emulator, ThreadPoolExecutor(AT_ONCE) as pool:
        vpc, subnet = network(emulator)
        sagemaker = emulator.client("sagemaker", AT_ONCE)
        started = time.monotonic()

        def make(number: int) -> None:
            settle(sagemaker, create_domain(sagemaker, f"team{number}", vpc, subnet))

        list(pool.map(make, range(AT_ONCE), timeout=PATIENCE))
    return [Figure(f"{AT_ONCE} domains created at once", time.monotonic() - started, "s", 60)]


def main() -> int:
    """Print every figure as it stands; 1 if one misses its limit."""
    good = True
    try:
        for part in (starting, throughput, saving, many, at_once):
            for figure in part():
                good = good and figure.good
                print(figure, flush=True)
    except BenchmarkError as error:
        print(error, file=sys.stderr)
        good = False
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
