# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""`python -m emulator`: arguments, start, signals."""

from __future__ import annotations

import argparse
import asyncio
import atexit
import os
import signal
import sys
from typing import Any, NoReturn

from emulator.server import Emulator, EmulatorError, run_to_end
from emulator.settings import DEFAULTS, SettingsError
from emulator.shared.patching import MissingSymbol
from emulator.state.files import StateError


def parse(arguments: list[str] | None) -> dict[str, Any]:
    """The settings of a command line, as the keywords of Emulator; ends the program on a wrong one."""
    parser = argparse.ArgumentParser(prog="python -m emulator", description="AWS for SageMaker Studio on this machine.")
    parser.add_argument("--port", type=int, default=DEFAULTS["port"], help="port on 127.0.0.1; 0 takes a free one")
    parser.add_argument(
        "--latency-scale",
        type=float,
        default=DEFAULTS["latency_scale"],
        metavar="S",
        help="AWS's typical durations times S; 0 (default) settles by reads",
    )
    parser.add_argument("--auth", action="store_true", help="enforce signatures and IAM policies")
    parser.add_argument(
        "--domain-quota",
        type=int,
        default=DEFAULTS["domain_quota"],
        metavar="N",
        help="SageMaker domains per account and region (default %(default)s)",
    )
    parser.add_argument(
        "--quota",
        action="append",
        default=[],
        type=_quota,
        dest="quotas",
        metavar="NAME=N",
        help="another quota of SageMaker by its name in Service Quotas; may be repeated",
    )
    parser.add_argument("--state", metavar="DIR", help="keep in DIR all that was answered")
    parser.add_argument(
        "--set",
        action="append",
        default=[],
        type=_assignment,
        dest="switches",
        metavar="NAME=VALUE",
        help="decide what is unverified about AWS; see docs/emulator.md",
    )
    parser.add_argument("--aws-hostnames", action="store_true", help="presigned URLs carry AWS's own host names")
    parser.add_argument(
        "--assume-tls", action="store_true", help="aws:SecureTransport is true for every request, as for those to AWS"
    )
    parser.add_argument(
        "--session-seconds",
        type=int,
        default=DEFAULTS["session_seconds"],
        metavar="N",
        help="sessions of roles end after N seconds, however long they are asked for; 0 (default) lets them live",
    )
    values = vars(parser.parse_args(arguments))
    return {**values, "switches": dict(values["switches"]), "quotas": dict(values["quotas"])}


def _assignment(text: str) -> tuple[str, str]:
    name, sign, value = text.partition("=")
    if not sign:
        raise argparse.ArgumentTypeError(f"'{text}' is not NAME=VALUE")
    return name, value


def _quota(text: str) -> tuple[str, int]:
    name, number = _assignment(text)
    if not number.isdigit():
        raise argparse.ArgumentTypeError(f"'{number}' is not a number from 0")
    return name, int(number)


async def serve(emulator: Emulator) -> None:
    """Serve until SIGTERM or SIGINT; the line on stdout tells the address once requests are answered."""
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, emulator.stop_soon)
    await emulator.serve(on_ready=lambda: print(f"Listening on {emulator.url}", flush=True))


def forget_aws_settings() -> None:
    """Drop AWS_* from the environment: functions would inherit the caller's credentials and endpoints."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        del os.environ[name]


def main(arguments: list[str] | None = None) -> int:
    """Run the emulator; the exit status is 0 after a clean stop and 1 if it cannot start, or cannot save its state."""
    values = parse(arguments)
    forget_aws_settings()
    # Keys, state and the code of functions are this user's alone.
    os.umask(0o077)
    try:
        run_to_end(serve(Emulator(**values)))
    except (EmulatorError, MissingSymbol, SettingsError, StateError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def leave(status: int) -> NoReturn:
    """End this process now. Python would first wait for every thread of ministack's that waits for something itself."""
    atexit._run_exitfuncs()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)


if __name__ == "__main__":
    leave(main())
