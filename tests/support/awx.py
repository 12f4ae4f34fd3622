# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Jobs as AWX runs them: a private data directory of AWX's shape, the inventory as a script, and ansible-runner."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from ansible.parsing.dataloader import DataLoader
from ansible.template import Templar

from scripts.collection_tree import tracked_files
from scripts.environments import search_path
from tests.support.emulator_plugin import ACCOUNT, SECRET
from tests.support.playbook import ROOT, Run

# What AWX sets, which hides the collections_path of the project's ansible.cfg.
COLLECTIONS = "/runner/requirements_collections:~/.ansible/collections:/usr/share/ansible/collections"


def imported(source):
    """What AWX keeps of an inventory of the project: {"all": {...}, group: {...}, "_meta": {"hostvars": {...}}}."""
    program = str(Path(sys.executable).with_name("ansible-inventory"))
    command = [program, "-i", str(ROOT / source), "--list", "--export"]
    return json.loads(subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout)


def sliced(inventory, number, count):
    """Slice `number` (from 1) of `count` of an inventory, as AWX hands it to a job.

    AWX deals the hosts out in turn, by name, whatever their group. Variables of groups stay with every slice that has
    a host of the group or a group below it; those of all stay always.
    """
    groups = {name: group for name, group in inventory.items() if name != "_meta"}
    hosts = sorted({host for group in groups.values() for host in group.get("hosts", [])})[number - 1 :: count]
    kept = {}
    for name, group in groups.items():
        present = [host for host in group.get("hosts", []) if host in hosts]
        if present or group.get("children") or name == "all":
            kept[name] = {**group, "hosts": present}
    hostvars = inventory["_meta"]["hostvars"]
    return {**kept, "_meta": {"hostvars": {host: hostvars.get(host, {}) for host in hosts}}}


def unsafe(variables):
    """A YAML text of variables in which, as AWX writes it, every key and every text is tagged !unsafe."""
    return "".join(f"!unsafe {_quoted(name)}: {_tagged(value)}\n" for name, value in variables.items())


def _tagged(value):
    if isinstance(value, list):
        return "[" + ", ".join(map(_tagged, value)) + "]"
    return f"!unsafe {_quoted(value)}" if isinstance(value, str) else json.dumps(value)


def _quoted(text):
    return json.dumps(text)


def copy_project(target):
    """Copy what a checkout of the project has."""
    for path in tracked_files():
        copy = target / path
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / path, copy, follow_symlinks=False)


def run_job(
    directory, project, playbook, variables, *, url, inventory, environment=None, check=False, verbosity=0, limit=""
):
    """Run a playbook of `project` as an AWX job in the new folder `directory`; return a Run.

    `variables` are the answers of the survey and the template's own variables, `environment` what the credential sets;
    `verbosity` is that of the template, from 0 to 5, and `limit` the hosts that it leaves.
    """
    (directory / "env").mkdir(parents=True)
    (directory / "inventory").mkdir()
    (directory / "project").symlink_to(project)
    awx = {"awx_job_id": 1, "awx_job_launch_type": "manual", "awx_user_name": "admin", "tower_job_id": 1}
    (directory / "env" / "extravars").write_text(unsafe({**awx, **variables}))
    (directory / "env" / "cmdline").write_text(
        "-u root"
        + (" --check --diff" if check else "")
        + (f" -{'v' * verbosity} --diff" if verbosity else "")
        + (f" -l {limit}" if limit else "")
    )
    (directory / "env" / "settings").write_text(json.dumps({"job_timeout": 0, "suppress_ansible_output": False}))
    credential = {"AWS_ACCESS_KEY_ID": ACCOUNT, "AWS_SECRET_ACCESS_KEY": SECRET, "AWS_ENDPOINT_URL": url}
    (directory / "env" / "envvars").write_text(
        json.dumps(
            {
                **credential,
                "ANSIBLE_COLLECTIONS_PATH": COLLECTIONS,
                "ANSIBLE_INVENTORY_UNPARSED_FAILED": "True",
                "ANSIBLE_FORCE_COLOR": "false",
                "ANSIBLE_NOCOLOR": "true",
                **(environment or {}),
            }
        )
    )
    script = directory / "inventory" / "hosts"
    script.write_text(f"#!/usr/bin/env python3\nprint({json.dumps(inventory)!r})\n")
    script.chmod(0o755)
    program = str(Path(sys.executable).with_name("ansible-runner"))
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "ANSIBLE_", "STUDIO_"))}
    ended = subprocess.run(
        [program, "run", str(directory), "-p", playbook, "-i", "job"],
        # AWX's container starts in the private data directory.
        cwd=directory,
        env={
            **clean,
            "PATH": search_path(),
            "PWD": str(directory),
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_CONFIG_FILE": os.devnull,
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return Run(ended.returncode, ended.stdout)


def artifacts(directory):
    """What the job returned with set_stats: the artifacts that AWX keeps with it."""
    found = {}
    for file in sorted((directory / "artifacts" / "job" / "job_events").glob("*.json")):
        data = json.loads(file.read_text()).get("event_data", {})
        found.update(data.get("artifact_data") or {})
    return found


TEAM = "churn"  # a team of inventories/example
EXAMPLE = "inventories/example"


def job_templates():
    """The job templates of awx/vars/job_templates.yml as awx/configure.yml makes them, with those of TEAM."""
    loader = DataLoader()
    variables = loader.load_from_file(str(ROOT / "awx" / "vars" / "job_templates.yml"), trusted_as_template=True)
    templar = Templar(loader=loader, variables=variables)
    general = templar.template(variables["awx_job_templates"])
    own = templar.template(variables["awx_job_templates_of_a_team"])
    return general + [
        {
            **template,
            "name": template["name"].replace("{team}", TEAM),
            "description": template["description"].replace("{team}", TEAM),
            "extra_vars": {**template.get("extra_vars", {}), "domain_name": TEAM},
        }
        for template in own
    ]


def survey_of(template):
    """The questions of a job template."""
    return template.get("survey", [])
