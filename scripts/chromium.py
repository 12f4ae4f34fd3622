# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Chromium for the browser tests: the one that is there, or Debian's, installed where that is allowed.

``CHROMIUM`` or ``PLAYWRIGHT_CHROMIUM_EXECUTABLE_PATH`` names one; otherwise it is looked for on the PATH and where
``playwright install`` puts it.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

VARIABLES = ("CHROMIUM", "PLAYWRIGHT_CHROMIUM_EXECUTABLE_PATH")
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
DOWNLOADED = "chromium-*/chrome-linux*/chrome"
ADVICE = "Install one (Debian: apt-get install chromium), or name it: CHROMIUM=/path/to/chromium make test"


class NoChromiumError(RuntimeError):
    """There is no Chromium; the text says what to do."""


def find(environ: Mapping[str, str] = os.environ) -> Path:
    """Return the path of a Chromium. Raises NoChromiumError where there is none, also where a wrong one is named."""
    for name in VARIABLES:
        if environ.get(name):
            return _named(name, environ[name], environ)
    found = [shutil.which(name, path=environ.get("PATH", "")) for name in NAMES]
    home = Path(environ.get("HOME") or "/nonexistent")
    downloads = Path(environ.get("PLAYWRIGHT_BROWSERS_PATH") or home / ".cache" / "ms-playwright")
    chosen = next((Path(path) for path in [*found, *sorted(downloads.glob(DOWNLOADED))] if path), None)
    if chosen is None:
        raise NoChromiumError(f"The browser tests need Chromium, and there is none on the PATH. {ADVICE}")
    return chosen


def _named(variable: str, value: str, environ: Mapping[str, str]) -> Path:
    path = shutil.which(value, path=environ.get("PATH", ""))
    if not path:
        raise NoChromiumError(f"{variable} names {value}, which is no program here. {ADVICE}")
    return Path(path)


def install() -> None:
    """Install Debian's Chromium. Raises NoChromiumError where this user may not, or where it does not work."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        raise NoChromiumError(
            f"The browser tests need Chromium, and only root can install it, and only with apt-get. {ADVICE}"
        )
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for arguments in (["update", "-qq"], ["install", "-y", "-qq", "--no-install-recommends", "chromium"]):
        ended = subprocess.run(
            ["apt-get", *arguments],
            env=environment,
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
            check=False,
        )
        if ended.returncode:
            last = (ended.stderr.strip() or ended.stdout.strip() or "no output").splitlines()[-1]
            raise NoChromiumError(f"apt-get {arguments[0]} could not install Chromium: {last}. {ADVICE}")


def main() -> int:
    """Make sure that there is a Chromium; 1 and a sentence on stderr where that is impossible."""
    try:
        try:
            find()
        except NoChromiumError:
            if any(os.environ.get(name) for name in VARIABLES):
                raise
            print("Installing Debian's chromium for the browser tests", flush=True)
            install()
            find()
    except NoChromiumError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
