# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The script that studio_package_index makes, run by bash in a home of its own: pip is the real one, aws a stand-in."""

import contextlib
import os
import shutil
import signal
import stat
import subprocess
import sys
import time

import pytest
import yaml
from ansible.parsing.dataloader import DataLoader
from ansible.template import Templar

from ansible_collections.mlplatform.studio.plugins.module_utils._blueprint.found import Found
from ansible_collections.mlplatform.studio.plugins.module_utils._blueprint.plan import team_plan
from ansible_collections.mlplatform.studio.plugins.plugin_utils.package_script import package_script
from tests.unit.policies.rendering import team_with

CODEARTIFACT = {"type": "codeartifact", "domain": "packages", "repository": "python"}
MIRROR = {
    "type": "mirror",
    "pip_url": "https://mirror.example.com/pypi/simple/",
    "conda_url": "https://mirror.example.com/conda",
}
# What `aws codeartifact login --tool pip` does to pip, and then nothing but the wish to be looked at.
AWS = """#!/bin/bash
echo "$*" >> "$HOME/calls"
[ -e "$HOME/refuse" ] && exit 254
pip config --user set global.index-url https://aws:token@packages.example/simple/
"""


def script(index, app_type="JupyterLab"):
    """The script for one kind of app, of a team with this package index."""
    team = team_with(studio_package_index=index)
    loader = DataLoader()
    text = package_script(team.team, loader, Templar(loader, {}), {})
    plan = team_plan(team.team, Found(), text)
    (content,) = [
        one["content"] for one in plan["lifecycle_configs"]["lifecycle_configs"] if one["app_type"] == app_type
    ]
    return content


@pytest.fixture
def home(tmp_path):
    """A home directory, with aws and pip first in its path."""
    (tmp_path / "bin").mkdir()
    for name, text in (("aws", AWS), ("pip", f'#!/bin/bash\nexec {sys.executable} -m pip "$@"\n')):
        path = tmp_path / "bin" / name
        path.write_text(text)
        path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return tmp_path


def run(home, text, until=lambda: True):
    """What the script says; what it leaves running is ended when until() is true."""
    environment = {"HOME": str(home), "PATH": f"{home / 'bin'}:{os.environ['PATH']}"}
    process = subprocess.Popen(
        ["bash"],
        cwd=home,
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    said, _ = process.communicate(text, timeout=60)
    end = time.monotonic() + 30
    while not until() and time.monotonic() < end:
        time.sleep(0.1)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGTERM)
    assert process.returncode == 0
    return said


def pip_index(home):
    """Where pip of this home takes packages from."""
    environment = {"HOME": str(home), "PATH": os.environ["PATH"]}
    command = [sys.executable, "-m", "pip", "config", "get", "global.index-url"]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout.strip()


def conda_settings(home):
    """What conda reads in this home."""
    return yaml.safe_load((home / ".conda/condarc.d/package-index.yml").read_text())


def test_a_mirror_serves_pip_and_conda(home):
    assert script(MIRROR, "CodeEditor") == script(MIRROR, "JupyterLab")
    for _ in range(2):
        said = run(home, script(MIRROR))
    assert pip_index(home) == MIRROR["pip_url"]
    assert conda_settings(home) == {
        "channel_alias": MIRROR["conda_url"],
        "channels": ["conda-forge"],
        "default_channels": ["conda-forge"],
    }
    assert MIRROR["pip_url"] in said
    assert not (home / "calls").exists()


def test_codeartifact_serves_pip_and_conda_is_told_so(home):
    said = run(home, script({**CODEARTIFACT, "domain_owner": "222222222222"}))
    assert (home / "calls").read_text() == (
        "codeartifact login --tool pip --region eu-central-1 --domain packages --domain-owner 222222222222 "
        "--repository python\n"
    )
    assert pip_index(home) == "https://aws:token@packages.example/simple/"
    assert conda_settings(home) == {"offline": True}
    assert "conda has no index and works offline" in said
    assert "token@" not in said


def test_the_own_account_owns_the_domain_unless_told_otherwise(home):
    run(home, script(CODEARTIFACT))
    assert "--domain-owner 111111111111 " in (home / "calls").read_text()


def test_codeartifact_for_pip_goes_with_a_mirror_for_conda(home):
    run(
        home,
        script({**CODEARTIFACT, "conda_url": "https://mirror.example.com/conda", "conda_channels": ["main", "geo"]}),
    )
    assert conda_settings(home)["channels"] == ["main", "geo"]


def test_an_app_starts_without_codeartifact(home):
    (home / "refuse").touch()
    assert "gave no token; it is asked again" in run(home, script(CODEARTIFACT))


# Every sleep is a moment; after the second CodeArtifact gives tokens, and the fourth is the last.
SLEEP = f"""#!/bin/bash
echo "$1" >> "$HOME/slept"
times=$(wc -l < "$HOME/slept")
[ "$times" = 2 ] && rm "$HOME/refuse"
[ "$times" -lt 4 ] && exec {shutil.which("sleep")} 0.1
"""


def test_the_token_is_asked_for_until_there_is_one_and_renewed(home):
    (home / "bin" / "sleep").write_text(SLEEP)
    (home / "bin" / "sleep").chmod(0o755)
    (home / "refuse").touch()
    run(home, script(CODEARTIFACT), until=lambda: slept(home)[3:])
    assert slept(home) == ["60", "60", "36000", "36000"]
    assert len((home / "calls").read_text().splitlines()) == 4


def slept(home):
    """How long what the script left running meant to sleep, in seconds."""
    file = home / "slept"
    return file.read_text().split() if file.exists() else []


def test_scripts_fit_into_a_lifecycle_configuration():
    assert max(len(script(index)) for index in (MIRROR, CODEARTIFACT)) < 12000


def test_settings_name_the_scripts():
    made = [{"studio_lifecycle_config_arn": f"arn:{app_type}"} for app_type in ("JupyterLab", "CodeEditor")]
    domain = team_with(studio_package_index=MIRROR, found={"lifecycle_configs": made}).plan["domain"]
    found = domain["default_user_settings"]
    assert found["jupyter_lab_app_settings"]["built_in_lifecycle_config_arn"] == "arn:JupyterLab"
    assert found["code_editor_app_settings"]["built_in_lifecycle_config_arn"] == "arn:CodeEditor"
    assert found["jupyter_lab_app_settings"]["lifecycle_config_arns"] == []
    spaces = domain["default_space_settings"]
    assert spaces["jupyter_lab_app_settings"]["built_in_lifecycle_config_arn"] == "arn:JupyterLab"
