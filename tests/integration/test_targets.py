# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The integration targets of the modules, each as ansible-test would run it, against an emulator of their own."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.emulator_process import EmulatorProcess
from tests.support.http import get, request
from tests.support.playbook import run_playbook

FOLDER = Path(__file__).parent / "targets"
TARGETS = sorted(path.name for path in FOLDER.iterdir() if not path.name.startswith("setup_"))
# What stands for all of them before every change: something simple, and a set in a domain.
SAMPLE = {"logs_log_groups", "sagemaker_user_profiles"}


@pytest.fixture(scope="module")
def url():
    process = EmulatorProcess()
    yield process.url
    process.stop()


@pytest.mark.parametrize(
    "target", [pytest.param(name, marks=() if name in SAMPLE else pytest.mark.long) for name in TARGETS]
)
def test_target(target, url):
    request(f"{url}/_emulator/reset", "POST")
    variables = ("-e", f"target={target}", "-e", f"emulator_url={url}")
    run = run_playbook(
        "tests/integration/targets.yml", *variables, url=url, environment={"ANSIBLE_ROLES_PATH": str(FOLDER)}
    )
    assert run.status == 0, run.output
    assert get(f"{url}/_emulator/resources") == []


@pytest.mark.long
def test_ansible_test_runs_targets():
    # One that stands alone, and one that needs another target.
    command = [sys.executable, "-m", "scripts.ansible_test_integration", "logs_log_groups", "cognito_groups"]
    ended = subprocess.run(command, cwd=FOLDER.parents[2], capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert ended.stdout.count("failed=0") == 2


@pytest.mark.parametrize("target", TARGETS)
def test_target_shares_what_all_have(target):
    for link, shared in {"aliases": "aliases", "meta/main.yml": "meta.yml", "tasks/main.yml": "main.yml"}.items():
        assert (FOLDER / target / link).resolve() == FOLDER / "setup_emulator" / "target" / shared
