# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An AWS account of a test's own, in an emulator process, on which the project's playbooks run."""

import contextlib
import json
import tempfile
import time

from tests.support.calls import forget_calls, set_faults, written
from tests.support.emulator_plugin import boto3_client
from tests.support.emulator_process import EmulatorProcess
from tests.support.http import get
from tests.support.playbook import kill_playbook, run_playbook, start_playbook
from tests.support.studio import start_lab

DATA_BUCKET = "sagemaker-studio--{}--eu-central-1-111111111111"
STUDIO_LOGS = "/aws/sagemaker/studio"


def naming(resources, team):
    """Those of `resources` (GET /_emulator/resources) that name a team, or hang on it, by id."""
    return {item["id"]: item for item in resources if team in json.dumps(item)}


def extra(variables):
    """The arguments that give a run variables of any type."""
    return [part for item in variables.items() for part in ("-e", json.dumps(dict([item])))]


class Account:
    """`url` is the emulator's address; the arguments are those of `python -m emulator`."""

    def __init__(self, *arguments):
        self.process = EmulatorProcess(*arguments)
        self.url = self.process.url

    def stop(self):
        """End the emulator and return its exit status."""
        return self.process.stop()

    def client(self, service):
        """A boto3 client of root."""
        return boto3_client(self.url, service)

    def get(self, path):
        """The JSON of GET /_emulator/<path>."""
        return get(f"{self.url}/_emulator/{path}")

    def writes(self):
        """The writing calls since this was last asked, as service:operation."""
        calls = written(self)
        forget_calls(self)
        return [f"{call['service']}:{call['operation']}" for call in calls]

    def faults(self, *faults):
        """Let the emulator fail as `faults` say, and no more as earlier ones said."""
        set_faults(self, *faults)

    def run(self, playbook, *arguments, **variables):
        """Run playbooks/<playbook>.yml of the project with variables of any type; returns a Run."""
        return run_playbook(f"playbooks/{playbook}.yml", *arguments, *extra(variables), url=self.url)

    def run_killed(self, writes, playbook, **variables):
        """Run a playbook and kill it when it has written so often; its exit status, None where it was killed."""
        forget_calls(self)
        with tempfile.TemporaryFile() as output:
            process = start_playbook(f"playbooks/{playbook}.yml", *extra(variables), url=self.url, output=output)
            while process.poll() is None and len(written(self)) < writes:
                time.sleep(0.02)
            status = process.poll()
            kill_playbook(process)
        return status

    def destroy(self, team, *arguments, **variables):
        """Take a team down."""
        return self.run("destroy", *arguments, domain_name=team, confirm=team, **variables)

    def destroy_platform(self, *arguments):
        """Take the platform down."""
        return self.run("destroy_platform", *arguments, confirm="sagemaker-studio")

    def domains(self, team):
        """The domains of a team's name, as DescribeDomain shows them."""
        sagemaker = self.client("sagemaker")
        pages = sagemaker.get_paginator("list_domains").paginate()
        ids = [one["DomainId"] for page in pages for one in page["Domains"] if one["DomainName"] == team]
        found = [sagemaker.describe_domain(DomainId=domain_id) for domain_id in ids]
        return [{name: value for name, value in domain.items() if name != "ResponseMetadata"} for domain in found]

    def domain_id(self, team):
        """The id of the team's one domain."""
        (domain,) = self.domains(team)
        return domain["DomainId"]

    def pool_id(self):
        """The id of the one user pool."""
        (pool,) = self.client("cognito-idp").list_user_pools(MaxResults=10)["UserPools"]
        return pool["Id"]

    def work(self, team, person):
        """Leave what a day's work leaves: a private space of person with a running app, versions of an object, logs
        of the app, of a job and of an endpoint."""
        s3, logs = (self.client(service) for service in ("s3", "logs"))
        app = start_lab(self.client, self.domain_id(team), person)
        for body in (b"first", b"second"):
            s3.put_object(Bucket=DATA_BUCKET.format(team), Key="data.csv", Body=body)
        for group, stream in (
            (STUDIO_LOGS, f"{app['DomainId']}/{app['SpaceName']}/JupyterLab/default"),
            ("/aws/sagemaker/TrainingJobs", f"{team}--churn/algo-1-1700000000"),
            (f"/aws/sagemaker/Endpoints/{team}--churn", "AllTraffic/i-0123456789abcdef0"),
        ):
            with contextlib.suppress(logs.exceptions.ResourceAlreadyExistsException):
                logs.create_log_group(logGroupName=group)
            logs.create_log_stream(logGroupName=group, logStreamName=stream)
