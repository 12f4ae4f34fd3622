# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Build the collection twice to the same bytes, and have Galaxy's importer judge it.

Then install it as a user does, and build two teams with it.

The user's environment holds only the ansible bundle and requirements.txt, and the folder has nothing but an inventory.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

from scripts import build, emulator_process, environments
from scripts.environments import BUILD, ROOT

WORK = BUILD / "build-check"
IMPORTER = "galaxy-importer==0.4.44"
PYTHON = "3.11"
# What galaxy.yml lets through: everything that a user of the collection needs, and nothing else.
INTENDED = {
    *("FILES.json", "LICENSE", "MANIFEST.json", "README.md", "SECURITY.md", "requirements.txt"),
    *("CODE_OF_CONDUCT.md", "CONTRIBUTING.md", "execution-environment.yml"),
    *("awx", "changelogs", "docs", "inventories", "meta", "playbooks", "plugins", "roles"),
}
# The first release writes it.
SINCE_A_RELEASE = {"CHANGELOG.rst"}
IMPORTER_SETTINGS = """\
[galaxy-importer]
RUN_ANSIBLE_DOC = True
RUN_ANSIBLE_LINT = True
RUN_FLAKE8 = False
CHECK_REQUIRED_TAGS = True
CHECK_CHANGELOG = True
"""


class BuildError(RuntimeError):
    """What was built is not what it should be; the text says why."""


def build_twice() -> Path:
    """Build the collection into two empty folders; return one artifact, or raise BuildError where they differ."""
    first, second = (build.build(WORK / name) for name in ("artifact", "once-more"))
    if first.read_bytes() != second.read_bytes():
        raise BuildError(f"{first} and {second} are built from the same files, and differ.")
    return first


def content_mistakes(names: list[str]) -> list[str]:
    """Return what is wrong with the paths in an artifact: what stands there unasked, and what is missing."""
    found = {name.partition("/")[0] for name in names}
    unasked, missing = sorted(found - INTENDED - SINCE_A_RELEASE), sorted(INTENDED - found)
    mistakes = [f"{name} is in the artifact; add it to build_ignore of galaxy.yml." for name in unasked]
    return mistakes + [f"{name} is missing from the artifact." for name in missing]


def check_content(artifact: Path) -> None:
    """Raise BuildError unless the artifact holds what is intended."""
    with tarfile.open(artifact) as archive:
        mistakes = content_mistakes([member.name for member in archive])
    if mistakes:
        raise BuildError("\n".join(mistakes))


def importer_errors(output: str) -> list[str]:
    """Return the lines of galaxy-importer that are errors or warnings. It ends well with some, as of ansible-doc."""
    return [line for line in output.splitlines() if any(word in line for word in ("WARNING", "ERROR", "CRITICAL"))]


def check_import(artifact: Path) -> None:
    """Have galaxy-importer judge the artifact; raise BuildError for every error that it names."""
    pins = environments.pins()
    packages = [IMPORTER, pins["ansible"], pins["ansible-lint"]]
    programs = environments.make("galaxy-importer", environments.find_python(PYTHON), packages)
    settings = WORK / "galaxy-importer.cfg"
    settings.write_text(IMPORTER_SETTINGS)
    # The importer leaves files where it runs.
    folder = WORK / "importer"
    folder.mkdir()
    environment = {**_environment(programs, folder), "GALAXY_IMPORTER_CONFIG": str(settings)}
    output = _run("python", "-m", "galaxy_importer.main", str(artifact), cwd=folder, environment=environment)
    errors = importer_errors(output)
    if errors or "Importer processing completed successfully" not in output:
        raise BuildError("\n".join(["galaxy-importer:", *(errors or [output])]))


def install(artifact: Path, home: Path) -> dict[str, str]:
    """Install the artifact for the user whose home this is; return the environment that the user works in."""
    requirements = (ROOT / "requirements.txt").read_text().split()
    packages = [environments.pins()["ansible"], *requirements]
    programs = environments.make("bundle", environments.find_python(PYTHON), packages)
    environment = _environment(programs, home)
    _run("ansible-galaxy", "collection", "install", str(artifact), "--offline", cwd=home, environment=environment)
    return environment


def check_use(environment: dict[str, str], home: Path) -> None:
    """Run the collection's own site playbook from a folder that holds nothing but the demo's inventory."""
    shutil.copytree(ROOT / "inventories" / "demo", home / "inventories" / "demo")
    folder = home / "empty"
    folder.mkdir()
    _run(
        "ansible-playbook",
        "mlplatform.studio.init",
        "-e",
        f"into={home / 'project'}",
        cwd=folder,
        environment=environment,
    )
    port = emulator_process.free_port()
    emulator_process.start(port)
    try:
        aws = {name: value for name, value in emulator_process.environment(port).items() if name.startswith("AWS_")}
        command = ["ansible-playbook", "mlplatform.studio.site", "-i", str(home / "inventories" / "demo")]
        _run(*command, cwd=folder, environment={**environment, **aws})
        # The example that init wrote describes the account that the credentials are of.
        begun = ["ansible-playbook", "mlplatform.studio.site", "--check"]
        _run(*begun, cwd=home / "project", environment={**environment, **aws})
    finally:
        emulator_process.stop(port)


def _environment(programs: Path, home: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "ANSIBLE_", "PYTHON"))}
    return {**kept, "HOME": str(home), "PATH": environments.search_path(programs)}


def _run(*command: str, cwd: Path, environment: dict[str, str]) -> str:
    """Run a command and return what it printed; raise BuildError with that when it fails."""
    print("$", *command, flush=True)
    # The programs of another environment are found with its PATH, not with ours.
    program = shutil.which(command[0], path=environment["PATH"]) or command[0]
    ended = subprocess.run(
        [program, *command[1:]],
        cwd=cwd,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if ended.returncode:
        raise BuildError(f"{ended.stdout}\n{' '.join(command)} ended with status {ended.returncode}.")
    return ended.stdout


def main() -> int:
    """Check everything in turn; return 0 only if nothing was wrong."""
    shutil.rmtree(WORK, ignore_errors=True)
    home = WORK / "home"
    try:
        artifact = build_twice()
        check_content(artifact)
        check_import(artifact)
        home.mkdir()
        check_use(install(artifact, home), home)
    except (BuildError, emulator_process.EmulatorProcessError, *environments.FAILURES) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
