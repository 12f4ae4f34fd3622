# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Write the hashes of requirements-dev.txt anew: `python -m scripts.pins`, after a version there was changed by hand.

pip then installs nothing but these files (--require-hashes). uv asks the index for them, the one that pip is set to.
"""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

from packaging.utils import canonicalize_name, parse_wheel_filename

from scripts import environments

REQUIREMENTS = environments.ROOT / "requirements-dev.txt"
UV = "uv==0.13.8"
# The oldest Python that make env takes (Debian 12 has it), and what wheels of C code are named after from there on.
OLDEST_PYTHON = "3.11.2"
INTERPRETERS = ("cp311", "cp312", "cp313", "cp314")
# Debian and its like, and macOS. On others, such as Alpine, pip says that no file has a hash that is listed.
PLATFORMS = re.compile(r"any|(many)?linux.*_(x86_64|aarch64)|macosx_.*_(x86_64|arm64|universal2)")


def serves(wheel: str) -> bool:
    """Return whether a wheel may be installed where this project is developed: see INTERPRETERS and PLATFORMS."""
    return any(
        PLATFORMS.fullmatch(tag.platform) and _is_interpreter(tag.interpreter, tag.abi)
        for tag in parse_wheel_filename(wheel)[3]
    )


def _is_interpreter(interpreter: str, abi: str) -> bool:
    if interpreter.startswith("py"):
        return interpreter in ("py3", "py311")
    # A wheel of the stable ABI serves every Python from the one that it names.
    return abi == "abi3" or (interpreter in INTERPRETERS and abi in ("none", interpreter))


def hashes(package: dict) -> list[str]:
    """Return the hashes of a package of a pylock.toml: of the wheels that serve, or of its source where none does."""
    wheels = [wheel for wheel in package.get("wheels", []) if serves(_file_name(wheel))]
    files = wheels or [package["sdist"]]
    return sorted(file["hashes"]["sha256"] for file in files)


def _file_name(file: dict) -> str:
    return file.get("name") or file["url"].rpartition("/")[2]


def with_hashes(text: str, found: dict[str, list[str]]) -> str:
    """Return a requirements file with these hashes, by canonical name, in place of those that it has."""
    lines = []
    for line in environments.without_hashes(text):
        name = line.partition("==")[0]
        known = found[canonicalize_name(name)] if environments.is_requirement(line) else []
        lines.append(" \\\n    ".join([line, *(f"--hash=sha256:{one}" for one in known)]))
    return "\n".join([*lines, ""])


def index_arguments(listed: list[str]) -> list[str]:
    """Return uv's arguments for the index that "pip config list" names, as in global.index-url='https://...'."""
    urls = [line.partition("=")[2] for line in listed if line.partition("=")[0].endswith(".index-url")]
    return ["--default-index", ast.literal_eval(urls[-1])] if urls else []


def look_up(text: str) -> dict[str, list[str]]:
    """Ask the index for the hashes of every requirement of a file, by canonical name."""
    uv = environments.make("pins", Path(sys.executable), [UV]) / "uv"
    pip = [sys.executable, "-m", "pip", "config", "list"]
    listed = subprocess.run(pip, capture_output=True, text=True, check=True).stdout.splitlines()
    with tempfile.TemporaryDirectory() as folder:
        asked, lock = Path(folder) / "asked.txt", Path(folder) / "pylock.toml"
        asked.write_text("\n".join(environments.without_hashes(text)))
        wanted = ["--universal", "--no-deps", "--python-version", OLDEST_PYTHON, "--format", "pylock.toml"]
        command = [uv, "pip", "compile", *wanted, *index_arguments(listed), "--quiet", "--output-file", lock, asked]
        subprocess.run(list(map(str, command)), check=True)
        packages = tomllib.loads(lock.read_text())["packages"]
    return {canonicalize_name(package["name"]): hashes(package) for package in packages}


def main() -> int:
    """Refresh the hashes; the exit status is 1 where the index does not have what the file names."""
    text = REQUIREMENTS.read_text()
    try:
        REQUIREMENTS.write_text(with_hashes(text, look_up(text)))
    except environments.FAILURES as error:
        print(f"The hashes were left as they were: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
