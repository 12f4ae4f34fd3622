# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import importlib.metadata
import subprocess
import sys

import pytest
from packaging.specifiers import SpecifierSet

from scripts import environments, pins

# That of Debian 12, the oldest that README.md says is enough.
OLDEST_PYTHON = "3.11.2"
TEXT = "# why\n\nPyYAML==6.0 \\\n    --hash=sha256:old \\\n    --hash=sha256:older\nsix==1.17.0\n"


@pytest.mark.parametrize(
    "wheel",
    [
        "six-1.17.0-py2.py3-none-any.whl",
        "pyyaml-6.0.3-cp311-cp311-manylinux2014_x86_64.manylinux_2_17_x86_64.whl",
        "pyyaml-6.0.3-cp313-cp313-macosx_11_0_arm64.whl",
        "cryptography-50.0.2-cp38-abi3-manylinux_2_34_aarch64.whl",
        "ruff-0.17.6-py3-none-manylinux_2_17_x86_64.whl",
    ],
)
def test_wheel_that_serves(wheel):
    assert pins.serves(wheel)


@pytest.mark.parametrize(
    "wheel",
    [
        "pyyaml-6.0.3-cp310-cp310-manylinux2014_x86_64.whl",
        "pyyaml-6.0.3-cp314-cp314t-manylinux2014_x86_64.whl",
        "pyyaml-6.0.3-cp311-cp311-win_amd64.whl",
        "pyyaml-6.0.3-cp311-cp311-musllinux_1_2_x86_64.whl",
        "pyyaml-6.0.3-cp311-cp311-manylinux2014_s390x.whl",
        "cryptography-50.0.2-pp311-pypy311_pp73-manylinux_2_34_aarch64.whl",
        "six-1.17.0-py2-none-any.whl",
    ],
)
def test_wheel_that_does_not_serve(wheel):
    assert not pins.serves(wheel)


def test_source_has_its_hash_only_where_no_wheel_serves():
    source = {"url": "https://host/six-1.tar.gz", "hashes": {"sha256": "s"}}
    wheels = [
        {"url": "https://host/six-1-py3-none-any.whl", "hashes": {"sha256": "w"}},
        {"name": "six-1-cp39-cp39-win_amd64.whl", "hashes": {"sha256": "x"}},
    ]
    assert pins.hashes({"sdist": source, "wheels": wheels}) == ["w"]
    assert pins.hashes({"sdist": source, "wheels": wheels[1:]}) == ["s"]


def test_hashes_are_written_anew_and_nothing_else():
    written = pins.with_hashes(TEXT, {"pyyaml": ["b", "c"], "six": ["d"]})
    assert written == (
        "# why\n\nPyYAML==6.0 \\\n    --hash=sha256:b \\\n    --hash=sha256:c\nsix==1.17.0 \\\n    --hash=sha256:d\n"
    )
    assert pins.with_hashes(written, {"pyyaml": ["b", "c"], "six": ["d"]}) == written


def test_index_is_pips():
    assert pins.index_arguments(["global.cert='/x'", "global.index-url='https://host/simple'"]) == [
        "--default-index",
        "https://host/simple",
    ]
    assert pins.index_arguments(["global.extra-index-url='https://host/simple'"]) == []


def test_who_reads_the_pins_sees_no_hash():
    assert {line for line in environments.pins().values() if "hash" in line or "\\" in line} == set()
    assert environments.pins()["ansible"].startswith("ansible==")


@pytest.mark.parametrize("package", environments.pins())
def test_pinned_package_takes_the_oldest_python(package):
    """soupsieve 4.1.2, which wants 3.11.5, once kept Debian 12 from making the environment."""
    wanted = importlib.metadata.metadata(package).get("Requires-Python") or ""
    assert OLDEST_PYTHON in SpecifierSet(wanted)


def test_pinned_versions_are_those_whose_python_is_asked_for():
    installed = {name: importlib.metadata.version(name) for name in environments.pins()}
    assert [line for name, line in environments.pins().items() if line != f"{name}=={installed[name]}"] == []


@pytest.mark.parametrize(
    ("file", "newer"),
    [
        ("scripts/x.py", "type Name = str\n"),
        ("emulator/x.py", "def f[T](x: T) -> T:\n    return x\n"),
        ("tests/x.py", 'x = f"{\'a\' + "b"}"\n'),
        ("plugins/module_utils/x.py", "match x:\n    case 1:\n        pass\n"),
    ],
)
def test_syntax_that_the_oldest_python_does_not_know_is_refused(file, newer):
    """`make lint` runs ruff over everything, also where .venv is of a newer Python."""
    command = [sys.executable, "-m", "ruff", "check", "--no-cache", "--select", "E9", "--stdin-filename", file, "-"]
    done = subprocess.run(command, input=newer, capture_output=True, text=True, check=False)
    assert done.returncode == 1 and "invalid-syntax" in done.stdout
