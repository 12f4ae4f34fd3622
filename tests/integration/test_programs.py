# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Programs that sign in: newman with the collection that the login role wrote, and a secret that is rotated.

`make newman` installs newman.
"""

from __future__ import annotations

import json
import stat
import subprocess

import pytest

from scripts.sign_in import SignInError, presigned_url, sign_in
from tests.support.playbook import ROOT, run_playbook
from tests.support.sign_in import SignIn

NEWMAN = ROOT / ".build/newman/node_modules/.bin/newman"

CALLBACK = "http://localhost/callback"

pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """A team with a member, and the files for Postman."""
    folders = {name: str(tmp_path_factory.mktemp(name)) for name in ("state", "postman")}
    site = SignIn(folders["state"], ["team1"], login_postman_dir=folders["postman"], login_callback_urls=[CALLBACK])
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


def rotate(site, **variables):
    """Run the playbook that rotates the secret, and return what it printed."""
    extra = [part for item in variables.items() for part in ("-e", json.dumps(dict([item])))]
    run = run_playbook("playbooks/rotate_client_secret.yml", *extra, url=site.emulator.url)
    assert run.status == 0, run.output[-6000:]
    return run


def api_client(site):
    """The app client of programs, with its secret."""
    cognito = site.client("cognito-idp")
    listed = cognito.list_user_pool_clients(UserPoolId=site.pool_id, MaxResults=60)["UserPoolClients"]
    assert sorted(client["ClientName"] for client in listed) == ["sagemaker-studio-api", "sagemaker-studio-portal"]
    client_id = next(client["ClientId"] for client in listed if client["ClientName"] == "sagemaker-studio-api")
    return cognito.describe_user_pool_client(UserPoolId=site.pool_id, ClientId=client_id)["UserPoolClient"]


def opens(site, secret):
    """Whether a program with this secret gets its user into Studio."""
    client_id = api_client(site)["ClientId"]
    try:
        tokens = sign_in(site.deployment.hosted_ui_url, client_id, CALLBACK, "ada", site.password, secret)
    except SignInError:
        return False
    return bool(presigned_url(site.deployment.api_url, "team1", tokens["access_token"]))


def test_a_program_is_never_without_a_valid_secret(site, tmp_path):
    old, file = api_client(site)["ClientSecret"], tmp_path / "secret"
    assert [opens(site, old), opens(site, "wrong"), opens(site, "")] == [True, False, False]
    begun = rotate(site, step="begin", client_secret_file=str(file))
    new = file.read_text().strip()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [opens(site, old), opens(site, new)] == [True, True]
    again = rotate(site, step="begin", client_secret_file=str(file))
    assert (begun.changed, again.changed) == (1, 0)
    assert file.read_text().strip() == new
    finished = rotate(site, step="finish")
    assert [opens(site, old), opens(site, new)] == [False, True]
    assert all(secret not in run.output for secret in (old, new) for run in (begun, again, finished))


def test_a_rotation_can_be_taken_back(site, tmp_path):
    old = api_client(site)["ClientSecret"]
    rotate(site, step="begin", client_secret_file=str(tmp_path / "secret"))
    rotate(site, step="cancel")
    assert [opens(site, old), opens(site, (tmp_path / "secret").read_text().strip())] == [True, False]


def test_the_step_is_not_guessed(site):
    run = run_playbook("playbooks/rotate_client_secret.yml", url=site.emulator.url)
    assert run.status != 0
    assert "-e step=begin" in " ".join(run.output.split())
