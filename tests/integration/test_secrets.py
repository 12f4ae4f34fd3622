# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""No secret of a whole life of a team is anywhere but where it belongs, however much Ansible is asked to tell.

Every run has -vvvv and --diff. Where secrets belong: in the descriptions that hold them, in the environment variable
that gives a password, and in the files that open_studio.yml and rotate_client_secret.yml write for their user alone.
"""

import contextlib
import json
import resource
import stat
import subprocess
import uuid
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.support.account import Account
from tests.support.awx import EXAMPLE, TEAM, copy_project, imported, job_templates, run_job, survey_of
from tests.support.platform_changes import OIDC
from tests.support.playbook import run_playbook
from tests.support.secrecy import Watch, forms

pytestmark = pytest.mark.long
REFUSAL = {"service": "cognito-idp", "operation": "AdminSetUserPassword", "error": "InvalidPasswordException"}
PROVIDER = {name: value for name, value in OIDC.items() if name != "exclusive"}


def marked(name):
    """A secret of this run alone, which a password policy takes."""
    return f"{name}-Marked-{uuid.uuid4()}"


@contextlib.contextmanager
def core_dumps():
    """Whatever is started in the meantime would dump core."""
    before = resource.getrlimit(resource.RLIMIT_CORE)
    resource.setrlimit(resource.RLIMIT_CORE, (before[1], before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_CORE, before)


def token_of(url):
    """The token of a presigned URL."""
    (token,) = parse_qs(urlsplit(url).query)["token"]
    return token


def provider_secret(account):
    """The secret of the identity provider, as root sees it."""
    found = account.client("cognito-idp").describe_identity_provider(
        UserPoolId=account.pool_id(), ProviderName=PROVIDER["name"]
    )
    return found["IdentityProvider"]["ProviderDetails"]["client_secret"]


class Life:
    """An account, and the runs of a team in it under a watch."""

    def __init__(self, folder):
        self.account, self.folder = Account(), folder
        self.own = folder / "own"  # where secrets belong
        self.watched = folder / "watched"
        for path in (self.own, *(self.watched / name for name in ("tmp", "local", "remote", "home"))):
            path.mkdir(parents=True)
        self.secrets = {name: marked(name) for name in ("ada", "grace", "joan", "provider", "aws", "refused")}
        self.watch = Watch(self.watched, in_environments=[f"STUDIO_PASSWORD={self.secrets['joan']}"])
        self.outputs = {}

    def people(self, **changes):
        passwords = {**self.secrets, **changes}
        return [
            {"name": name, "email": f"{name}@example.com", "password": passwords[name], "update_password": "always"}
            for name in ("ada", "grace")
        ]

    def run(self, name, playbook, succeeds=True, environment=None, **variables):
        """Run a playbook with variables from a file, as a vault gives them."""
        file = self.own / f"{name}.json"
        described = {
            "aws_secret_access_key": self.secrets["aws"],
            "login_identity_provider": PROVIDER,
            "login_identity_provider_secret": self.secrets["provider"],
            "studio_users": self.people(),
            "domain_name": "team1",
        }
        file.write_text(json.dumps({**described, **variables}))
        run = run_playbook(
            playbook,
            *("-vvvv", "--diff", "-e", f"@{file}"),
            url=self.account.url,
            environment={
                "HOME": str(self.watched / "home"),
                "TMPDIR": str(self.watched / "tmp"),
                "ANSIBLE_LOCAL_TEMP": str(self.watched / "local"),
                "ANSIBLE_REMOTE_TEMP": str(self.watched / "remote"),
                "ANSIBLE_LOG_PATH": str(self.watched / f"{name}.log"),
                **(environment or {}),
            },
        )
        assert (run.status == 0) is succeeds, run.output[-6000:]
        self.watch.keep(f"output of {name}", run.output.encode())
        self.outputs[name] = run.output
        return run

    def client_secrets(self, when):
        """Keep the secrets of all app clients, as root sees them."""
        cognito, pool = self.account.client("cognito-idp"), {"UserPoolId": self.account.pool_id()}
        for client in cognito.list_user_pool_clients(**pool, MaxResults=60)["UserPoolClients"]:
            asked = {**pool, "ClientId": client["ClientId"]}
            secret = cognito.describe_user_pool_client(**asked)["UserPoolClient"].get("ClientSecret")
            if secret:
                self.secrets[f"{client['ClientName']} {when}"] = secret
        self.provider_secret = provider_secret(self.account)


@pytest.fixture(scope="module")
def life(tmp_path_factory):
    """The whole life of a team, watched; each step is a run."""
    life = Life(tmp_path_factory.mktemp("life"))
    link, secret = life.own / "link", life.own / "secret"
    try:
        with core_dumps(), life.watch:
            life.run("site", "site.yml")
            life.client_secrets("at first")
            life.run("again", "site.yml")
            life.run(
                "added",
                "playbooks/teams.yml",
                user="joan",
                email="joan@example.com",
                environment={"STUDIO_PASSWORD": life.secrets["joan"]},
            )
            # A task fails that has passwords among its arguments.
            life.account.faults(REFUSAL)
            life.run("refused", "playbooks/teams.yml", False, studio_users=life.people(ada=life.secrets["refused"]))
            life.account.faults()
            life.run("opened", "playbooks/open_studio.yml", user="ada", open_studio_file=str(link))
            life.secrets["link"] = token_of(link.read_text().strip())
            life.run("begun", "playbooks/rotate_client_secret.yml", step="begin", client_secret_file=str(secret))
            life.secrets["rotated"] = secret.read_text().strip()
            life.run("finished", "playbooks/rotate_client_secret.yml", step="finish")
            life.client_secrets("in the end")
            life.run("drift", "playbooks/drift.yml", drift_report_dir=str(life.watched / "drift"))
            life.run("destroyed", "playbooks/destroy.yml", confirm="team1")
            life.run("ended", "playbooks/destroy_platform.yml", confirm="sagemaker-studio")
        life.files = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (link, secret)}
        yield life
    finally:
        life.account.stop()


def test_the_runs_had_the_secrets(life):
    """Without this, what is not found would prove nothing."""
    assert life.secrets["sagemaker-studio-api at first"] != life.secrets["sagemaker-studio-api in the end"]
    assert life.secrets["sagemaker-studio-api in the end"] == life.secrets["rotated"]
    assert len(set(life.secrets.values())) == len(life.secrets) - 1
    assert life.provider_secret == life.secrets["provider"]
    assert "InvalidPassword" in life.outputs["refused"]
    assert life.files == {"link": 0o600, "secret": 0o600}
    assert all("in a warm process" in output for output in life.outputs.values())


def test_the_watch_saw_what_there_was_to_see(life):
    kinds = life.watch.kinds()
    assert min(kinds.get(kind, 0) for kind in ("command", "environment", "server", "file", "output")) > 0
    assert life.watch.rounds > 100
    logs = {name for name in life.outputs if (life.watched / f"{name}.log").read_text().count("EXEC")}
    assert logs == life.outputs.keys()


@pytest.mark.parametrize("form", range(len(forms("x" * 40))))
def test_the_watch_finds_what_leaks(tmp_path, form):
    """In a command, an environment and a file that are there for a moment, as it is and in base64."""
    secrets = {name: marked(name) for name in ("command", "environment", "file", "given")}
    written = {name: sorted(forms(secret))[form].decode() for name, secret in secrets.items()}
    file = tmp_path / "file"
    with Watch(tmp_path, in_environments=[f"GIVEN={written['given']}"]) as watch:
        environment = {"LEAK": written["environment"], "GIVEN": written["given"]}
        with subprocess.Popen(["/bin/sh", "-c", "sleep 1; true", written["command"]], env=environment):
            file.write_text(f"<{written['file']}>")
        file.unlink()
    assert {name for name, _place in watch.places(secrets)} == {"command", "environment", "file"}


def test_no_secret_is_where_it_does_not_belong(life):
    assert life.watch.places(life.secrets) == []


def test_process_that_runs_modules_dumps_no_core(life):
    assert life.watch.core_limits
    assert set(life.watch.core_limits.values()) == {"0"}


TEMPLATES = {template["name"]: template for template in job_templates()}
JOBS = (
    ("Studio platform", {}),
    ("Studio team", {"domain_name": TEAM, "user": "joan", "email": "joan@example.com", "password": ""}),
    (f"Studio drift check of team {TEAM}", {}),
    ("Studio team, destroy", {"domain_name": TEAM, "confirm": TEAM}),
)


@pytest.fixture(scope="module")
def jobs(tmp_path_factory):
    """Jobs of AWX from a platform to a team's end, watched: their events, artifacts and output."""
    folder, account = tmp_path_factory.mktemp("jobs"), Account()
    secrets = {name: marked(name) for name in ("joan", "ada", "provider")}
    inventory = imported(EXAMPLE)
    inventory["_meta"]["hostvars"][TEAM]["studio_users"] = [
        {"name": "ada", "email": "ada@example.com", "password": secrets["ada"]}
    ]
    inventory["all"].setdefault("vars", {}).update(
        login_identity_provider=PROVIDER, login_identity_provider_secret=secrets["provider"]
    )
    copy_project(folder / "project")
    artifacts = [folder / f"job{number}" / "artifacts" for number in range(len(JOBS))]
    watch, statuses = Watch(*artifacts, folder / "tmp"), {}
    (folder / "tmp").mkdir()
    try:
        with watch:
            for number, (name, given) in enumerate(JOBS):
                template = TEMPLATES[name]
                questions = {question["variable"]: "" for question in survey_of(template)}
                answers = {**given, **({"password": secrets["joan"]} if "password" in given else {})}
                run = run_job(
                    folder / f"job{number}",
                    folder / "project",
                    template["playbook"],
                    {**questions, **answers, **template.get("extra_vars", {})},
                    url=account.url,
                    inventory=inventory,
                    environment={"TMPDIR": str(folder / "tmp")},
                    check=template.get("job_type") == "check",
                    verbosity=4,
                )
                assert run.status == 0, run.output[-6000:]
                watch.keep(f"output of {name}", run.output.encode())
                users = account.client("cognito-idp").list_users(UserPoolId=account.pool_id())["Users"]
                statuses |= {user["Username"]: user["UserStatus"] for user in users}
        assert provider_secret(account) == secrets["provider"]
        yield watch, secrets, artifacts, statuses
    finally:
        account.stop()


def test_no_secret_is_in_events_and_artifacts_of_jobs(jobs):
    watch, secrets, artifacts, statuses = jobs
    assert statuses == {"ada": "CONFIRMED", "joan": "CONFIRMED"}, "the jobs had the passwords"
    events = [list(folder.rglob("job_events/*.json")) for folder in artifacts]
    assert min(map(len, events)) > 10
    assert watch.kinds()["file"] > sum(map(len, events)) / 2
    assert watch.places(secrets) == []
