# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""newman runs the collection that the login role wrote, and its tests can fail. `make newman` installs it."""

from __future__ import annotations

import subprocess

import pytest

from tests.support.playbook import ROOT
from tests.support.sign_in import SignIn

NEWMAN = ROOT / ".build/newman/node_modules/.bin/newman"

pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """A team with a member, and the files for Postman."""
    site = SignIn(
        tmp_path_factory.mktemp("state"), ["team1"], login_postman_dir=str(tmp_path_factory.mktemp("postman"))
    )
    try:
        site.add_person("ada", "team1")
        site.add_profile("team1", "ada")
        site.add_person("eve")
        yield site
    finally:
        site.stop()


def run_newman(site, *options):
    """(exit status, output) of newman with the role's collection and environment."""
    files = [site.postman / f"sagemaker-studio.postman_{kind}.json" for kind in ("collection", "environment")]
    command = [NEWMAN, "run", files[0], "--environment", files[1], "--color", "off", *options]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    return ended.returncode, ended.stdout + ended.stderr


def test_a_member_passes_every_test_of_the_collection(site):
    token = site.tokens("ada")["access_token"]
    status, output = run_newman(site, "--env-var", f"access-token={token}")
    assert status == 0, output
    assert output.count("✓") == 6
    assert token not in output and "auth?token" not in output


@pytest.mark.parametrize("who", ["eve", None])
def test_the_collections_tests_fail_for_who_is_not_a_member(site, who):
    token = site.tokens(who)["access_token"] if who else "not-a-token"
    status, output = run_newman(site, "--env-var", f"access-token={token}")
    assert status == 1
    assert "a member gets a link into Studio" in output
