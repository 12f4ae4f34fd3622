# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest

from scripts import environments, pins

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
