# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Measure the sign-in: what the function adds to SageMaker's time, its cold start, and the size of the portal.

The sign-in is deployed by the login role. The figures are printed with their limits and written into
benchmarks/README.md; the exit status is 1 if one misses.
"""

from __future__ import annotations

import io
import json
import statistics
import subprocess
import sys
import tempfile
import time
import zipfile
from pathlib import Path

import requests

from benchmarks.emulator import Figure
from benchmarks.run import ROOT, BenchmarkError, cpu_of_children, write
from scripts import emulator_process
from scripts.deployment import REGION
from scripts.sign_in import presigned_url
from tests.support.sign_in import UNLIMITED, SignIn, decoded

TEAM, PERSON = "team1", "ada"
FUNCTION = "sagemaker-studio-presigned-url"
SOURCE = ROOT / "roles/login/files/presigned_url"
TIMED = ROOT / "benchmarks/timed_handler.py"
WARM = 200
STARTS = 7
# What every function that calls SageMaker pays when it starts.
BASE = f"import boto3; boto3.client('sagemaker', region_name='{REGION}')"
FIRST_ANSWER = "import json, sys, handler; sys.exit(handler.handler(json.load(sys.stdin), None)['statusCode'] != 200)"


def deploy_timed_function(site: SignIn) -> None:
    """Put the function with a clock in place of the function, with the same files and settings."""
    package = io.BytesIO()
    with zipfile.ZipFile(package, "w") as archive:
        for path in [*SOURCE.iterdir(), TIMED]:
            if path.is_file():
                archive.write(path, path.name)
    client = site.client("lambda")
    client.update_function_code(FunctionName=FUNCTION, ZipFile=package.getvalue())
    client.update_function_configuration(FunctionName=FUNCTION, Handler="timed_handler.handler")


def warm_times(site: SignIn, token: str) -> tuple[list[float], list[float]]:
    """Return the function's own and the whole milliseconds of WARM sign-ins through the gateway.

    Raises BenchmarkError when one does not open Studio.
    """
    address = f"{site.deployment.api_url}/domainName/{TEAM}/getPresignedUrl"
    own, whole = [], []
    with requests.Session() as browser:
        browser.get(address, headers={"Authorization": token}, timeout=60)
        requests.delete(f"{site.emulator.url}/_emulator/calls", timeout=60)
        for _ in range(WARM):
            begin = time.perf_counter()
            answer = browser.get(address, headers={"Authorization": token}, timeout=60)
            whole.append(1000 * (time.perf_counter() - begin))
            if answer.status_code != 200:
                raise BenchmarkError(f"A sign-in was answered with {answer.status_code}: {answer.text}")
            own.append(float(answer.headers["X-Took"]) - float(answer.headers["X-Waited"]))
    return own, whole


def sagemaker_calls(site: SignIn, milliseconds: float) -> Figure:
    """Return how many SageMaker calls the sign-ins of warm_times() made in so many milliseconds.

    Each may make one, and the domain's tags are read again every 30 s.
    """
    calls = requests.get(f"{site.emulator.url}/_emulator/calls", timeout=60).json()
    made = sum(call["service"] == "sagemaker" for call in calls)
    return Figure(f"SageMaker calls of {WARM} warm sign-ins", made, "calls", WARM + milliseconds // 30000)


def event_for(token: str) -> dict:
    """Return an event as the gateway sends it to the function."""
    claims = {name: str(value) for name, value in decoded(token, 1).items()}
    return {
        "resource": "/domainName/{domainName}/getPresignedUrl",
        "pathParameters": {"domainName": TEAM},
        "headers": {"Authorization": token},
        "requestContext": {"requestId": "benchmark", "authorizer": {"claims": claims}},
    }


def cpu_seconds(code: str, environment: dict[str, str], stdin: str = "") -> float:
    """Return the CPU seconds of a Python process that runs code; raises BenchmarkError when it fails."""
    before = cpu_of_children()
    ended = subprocess.run(
        [sys.executable, "-c", code],
        cwd=SOURCE,
        env=environment,
        input=stdin,
        text=True,
        capture_output=True,
        check=False,
    )
    if ended.returncode:
        raise BenchmarkError(f"{code} failed: {ended.stdout[-1000:]}{ended.stderr[-1000:]}")
    return cpu_of_children() - before


def start_times(site: SignIn, token: str) -> tuple[float, float]:
    """Return the CPU seconds from import to first answer, and of boto3 with one client; medians, taken in turn."""
    settings = site.client("lambda").get_function_configuration(FunctionName=FUNCTION)["Environment"]["Variables"]
    environment = {**emulator_process.environment(site.emulator.port), **settings, "AWS_REGION": REGION}
    event = json.dumps(event_for(token))
    rounds = [(cpu_seconds(FIRST_ANSWER, environment, event), cpu_seconds(BASE, environment)) for _ in range(STARTS)]
    first, base = (statistics.median(values) for values in zip(*rounds, strict=True))
    return first, base


def measure(site: SignIn) -> list[Figure]:
    """Return the figures of a sign-in with one member."""
    site.add_person(PERSON, TEAM)
    site.add_profile(TEAM, PERSON)
    token = site.tokens(PERSON)["access_token"]
    presigned_url(site.deployment.api_url, TEAM, token)
    first, base = start_times(site, token)
    page = requests.get(site.deployment.portal_url, timeout=60)
    deploy_timed_function(site)
    own, whole = warm_times(site, token)
    return [
        Figure("warm sign-in, the function's own time, p50", statistics.median(own), "ms", 10),
        Figure("the same, p95", statistics.quantiles(own, n=20)[-1], "ms"),
        Figure("warm sign-in through gateway, function and SageMaker, p50", statistics.median(whole), "ms"),
        sagemaker_calls(site, sum(whole)),
        Figure("boto3 with one SageMaker client, CPU", 1000 * base, "ms"),
        Figure("cold start, from import to first answer, CPU", 1000 * first, "ms", 1500 * base),
        Figure("the portal, one request", len(page.content) / 1024, "KiB", 30),
    ]


def table(figures: list[Figure]) -> str:
    """Return the Markdown that goes into benchmarks/README.md."""
    lines = [
        f"{time.strftime('%Y-%m-%d')}, {WARM} warm sign-ins, median of {STARTS} starts.",
        "",
        "| figure | measured | limit |",
        "|---|---|---|",
    ]
    for one in figures:
        limit = "" if one.limit is None else f"{one.limit:.1f} {one.unit}"
        lines.append(f"| {one.name} | {one.value:.1f} {one.unit} | {limit} |")
    return "\n".join(lines)


def main() -> int:
    """Print and write every figure; 1 if one misses its limit or nothing could be measured."""
    try:
        with tempfile.TemporaryDirectory(prefix="studio-sign-in-") as state:
            site = SignIn(Path(state), [TEAM], **UNLIMITED)
            try:
                figures = measure(site)
            finally:
                site.stop()
    except (BenchmarkError, RuntimeError) as error:
        print(error, file=sys.stderr)
        return 1
    print(*figures, sep="\n")
    write("sign-in", table(figures))
    return 0 if all(figure.good for figure in figures) else 1


if __name__ == "__main__":
    sys.exit(main())
