# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An AWS account of a test file's own, in an emulator process, on which the project's playbooks run."""

import json

import requests

from tests.support.emulator_plugin import boto3_client
from tests.support.emulator_process import EmulatorProcess
from tests.support.playbook import run_playbook


class Account:
    """An emulator, its boto3 clients, and the project's playbooks."""

    def __init__(self, *arguments):
        self.process = EmulatorProcess(*arguments)
        self.url = self.process.url

    def client(self, service):
        return boto3_client(self.url, service)

    def get(self, path):
        return requests.get(f"{self.url}/_emulator/{path}", timeout=60).json()

    def writes(self):
        calls = [f"{call['service']}:{call['operation']}" for call in self.get("calls") if call["write"]]
        requests.delete(f"{self.url}/_emulator/calls", timeout=30)
        return calls

    def run(self, playbook, *arguments, **variables):
        extra = [part for item in variables.items() for part in ("-e", json.dumps(dict([item])))]
        return run_playbook(f"playbooks/{playbook}.yml", *arguments, *extra, url=self.url)

    def destroy(self, team, *arguments, **variables):
        return self.run("destroy", *arguments, domain_name=team, confirm=team, **variables)

    def domain_id(self, team):
        domains = self.client("sagemaker").list_domains()["Domains"]
        return next(domain["DomainId"] for domain in domains if domain["DomainName"] == team)
