# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""`make lint` judges what the project ships, and nothing that its users describe beside it."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest
import yaml
from ansiblelint.file_utils import Lintable
from ansiblelint.runner import Runner
from yamllint.config import YamlLintConfig

ROOT = Path(__file__).parents[3]
OURS = ["inventories/demo/group_vars/all.yml", "inventories/example/hosts.yml", "awx/vars/job_templates.yml"]
THEIRS = ["inventories/ours/hosts.yml", "inventories/ours/host_vars/churn.yml", "awx/ours.yml"]


@pytest.mark.parametrize("name", [*OURS, *THEIRS, "inventories/europe/hosts.yml"])
def test_yamllint_passes_over_what_users_describe(name):
    config = YamlLintConfig(file=ROOT / ".yamllint")
    assert config.is_file_ignored(name) is (name not in OURS)


@pytest.mark.parametrize("name", [*OURS, *THEIRS])
def test_ansible_lint_passes_over_what_users_describe(name, monkeypatch):
    monkeypatch.chdir(ROOT)
    excluded = yaml.safe_load(Path(".ansible-lint").read_text())["exclude_paths"]
    runner = Runner(rules=SimpleNamespace(app=None), exclude_paths=excluded)
    assert runner.is_excluded(Lintable(name)) is (name not in OURS)
