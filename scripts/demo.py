# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From nothing to an open notebook: emulator, platform, one team, sign-in as its user, Studio."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from pathlib import Path

from scripts import emulator_process
from scripts.deployment import Deployment, DeploymentError, find_deployment
from scripts.sign_in import SignInError, open_portal, open_studio, presigned_url, sign_in

ROOT = Path(__file__).resolve().parent.parent
# inventories/demo makes it up at the first run.
PASSWORD_FILE = ROOT / ".demo" / "password"
TEAM = "team1"
USER = "demo-user"


class DemoError(RuntimeError):
    """The demo stopped; the text says where."""


def deploy(port: int) -> None:
    """Run site.yml for the team against the emulator at the port. Raises DemoError when the run fails."""
    command = ["ansible-playbook", "site.yml", "-e", f"domain_name={TEAM}"]
    print("$", *command, flush=True)
    if subprocess.run(command, cwd=ROOT, env=emulator_process.environment(port), check=False).returncode:
        raise DemoError("The playbook failed; its last error stands above.")


def open_as_user(deployment: Deployment, secret: str) -> str:
    """Open the portal, sign in through its client, open Studio and return the URL that opened it.

    Raises SignInError, or DemoError when the page is not this user's in this team.
    """
    open_portal(deployment.portal_url)
    tokens = sign_in(deployment.hosted_ui_url, deployment.portal_client_id, deployment.portal_url, USER, secret)
    url = presigned_url(deployment.api_url, TEAM, tokens["access_token"])
    page = open_studio(url)
    missing = [name for name in (TEAM, USER) if name not in page]
    if missing:
        raise DemoError(f"The presigned URL opened a page that does not name {' and '.join(missing)}.")
    return url


def main() -> int:
    """Run the demo; return 0 only if Studio opened."""
    parser = argparse.ArgumentParser(prog="python -m scripts.demo", description=__doc__)
    parser.add_argument("--deployed", action="store_true", help="only sign in and open Studio")
    options = parser.parse_args()
    port = int(os.environ.get("EMULATOR_PORT") or emulator_process.DEFAULT_PORT)
    try:
        if not options.deployed:
            emulator_process.start(port)
            print(f"The emulator answers at {emulator_process.address(port)}; make emulator-stop stops it.", flush=True)
            deploy(port)
        deployment = find_deployment(port)
        url = open_as_user(deployment, PASSWORD_FILE.read_text().strip())
    except (emulator_process.EmulatorProcessError, DemoError, DeploymentError, SignInError) as error:
        print(f"The demo did not reach Studio. {error}", file=sys.stderr)
        return 1
    print(f"{USER} signed in, and Studio of {TEAM} answered.")
    print(f"Portal: {deployment.portal_url}")
    print(f"User: {USER}")
    print(f"Password: in {PASSWORD_FILE.relative_to(ROOT)}")
    print(f"Studio: {url}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
