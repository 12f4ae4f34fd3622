# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The main job, step by step: from an empty account to two teams in Studio, and back to nothing."""

from __future__ import annotations

import dataclasses
import json
import secrets
import string
import time
import typing as t
from pathlib import Path

from botocore.exceptions import ClientError

from acceptance import assumptions, browser, costs, leftovers
from acceptance.account import TAG, Account
from acceptance.images import XGBOOST
from acceptance.names import EXTRA_PERSON, JOB, LAB, PEOPLE, PLATFORM, TEAMS
from acceptance.runs import Playbooks, StepError

ONE, TWO = TEAMS
TAGS_OF_ONE = [{"Key": "Platform", "Value": PLATFORM}, {"Key": "DomainName", "Value": ONE}]
POLL_SECONDS, POLL_MINUTES = 5, 20


class NotTriedError(RuntimeError):
    """A step cannot be tried where the acceptance runs; the text says why."""


@dataclasses.dataclass(frozen=True)
class Step:
    """A step: what does it and returns what was seen in a sentence, its usual minutes, and what it costs by itself.

    Steps that `ends` are done whatever became of those before.
    """

    do: t.Callable[[MainJob], str]
    minutes: float
    dollars: float = 0
    ends: bool = False

    @property
    def name(self) -> str:
        """What a report calls it."""
        return (self.do.__doc__ or "").rstrip(".")


def new_password() -> str:
    """Return a password that every policy of a user pool takes."""
    letters = string.ascii_letters + string.digits
    return "Aa1-" + "".join(secrets.choice(letters) for _ in range(28))


class MainJob:
    """What the steps share: the account, the playbooks and the people's password."""

    def __init__(self, account: Account, folder: Path, tell: t.Callable[[str], None]) -> None:
        self.account, self.folder = account, folder
        self.password = new_password()
        self.assumptions: list[dict[str, str]] = []
        self.playbooks = Playbooks(account, folder, self.password, tell)

    # What is there

    def domain(self, team: str) -> dict[str, t.Any]:
        """Return what DescribeDomain says of a team's one domain. Raises StepError where there is none, or are two."""
        client = self.account.client("sagemaker")
        pages = client.get_paginator("list_domains").paginate()
        ids = [one["DomainId"] for page in pages for one in page["Domains"] if one["DomainName"] == team]
        if len(ids) != 1:
            raise StepError(f"There are {len(ids)} domains called {team} instead of one.")
        return t.cast(dict[str, t.Any], client.describe_domain(DomainId=ids[0]))

    def portal_url(self) -> str:
        """Return the address of the portal, from the callback of its app client."""
        cognito = self.account.client("cognito-idp")
        pools = cognito.list_user_pools(MaxResults=60)["UserPools"]
        (pool,) = [one["Id"] for one in pools if one["Name"] == PLATFORM]
        clients = cognito.list_user_pool_clients(UserPoolId=pool, MaxResults=60)["UserPoolClients"]
        (portal,) = [one["ClientId"] for one in clients if one["ClientName"] == f"{PLATFORM}-portal"]
        told = cognito.describe_user_pool_client(UserPoolId=pool, ClientId=portal)["UserPoolClient"]
        return str(told["CallbackURLs"][0])

    def until(self, seen: t.Callable[[], bool], what: str) -> None:
        """Wait until something is seen. Raises StepError after twenty minutes."""
        end = time.monotonic() + 60 * POLL_MINUTES
        while not seen():
            if time.monotonic() > end:
                raise StepError(f"After {POLL_MINUTES} minutes {what} still did not come about.")
            time.sleep(0.2 if self.account.is_emulator else POLL_SECONDS)

    # The steps

    def ask_first(self) -> str:
        """Ask whether account and region will do."""
        run = self.playbooks.try_to_run("playbooks/preflight", minutes=1)
        if run.status:
            raise StepError("The preflight says that something will fail; its lines stand in its log.")
        return "The preflight names nothing that will fail."

    def build(self) -> str:
        """Build platform and two teams."""
        run = self.playbooks.run("site", minutes=14)
        for team in TEAMS:
            status = self.domain(team)["Status"]
            if status != "InService":
                raise StepError(f"The domain of {team} is {status} after a run that ended well.")
        return f"Platform and two teams stand; {run.changed} changes."

    def build_again(self) -> str:
        """Build again."""
        run = self.playbooks.run("site", minutes=3)
        if run.changed:
            raise StepError(f"The second run changed {run.changed} things; its log names them.")
        return "The second run changed nothing."

    def ask_what_no_source_tells(self) -> str:
        """Ask what no source tells."""
        self.assumptions = assumptions.ask_all(assumptions.Probe(self.account, self.domain(ONE), TAGS_OF_ONE))
        others = [one for one in self.assumptions if one["assumed"] != one["found"]]
        held = f"{len(self.assumptions) - len(others)} of {len(self.assumptions)} assumptions hold."
        return " ".join([held, *(f"{one['switch']} is not {one['assumed']}: {one['found']}." for one in others)])

    def people_sign_in(self) -> str:
        """One person of each team signs in and opens Studio."""
        url = self.portal_url()
        links = {team: f"{url}?team={team}" for team in TEAMS}
        hosts = {team: browser.open_studio(links[team], person, self.password) for team, person in TEAMS.items()}
        for team, host in hosts.items():
            if not host.startswith(self.domain(team)["DomainId"]):
                raise StepError(f"{TEAMS[team]} came to {host}, which is not the domain of {team}.")
        return f"{' and '.join(TEAMS.values())} signed in on Cognito's pages, and each landed in their team's Studio."

    def app_starts_and_stops(self) -> str:
        """Start an app, and stop it."""
        client, domain = self.account.client("sagemaker"), self.domain(ONE)["DomainId"]
        space = {"DomainId": domain, "SpaceName": LAB}
        settings = {
            "AppType": "JupyterLab",
            "JupyterLabAppSettings": {"DefaultResourceSpec": {"InstanceType": "ml.t3.medium"}},
        }
        client.create_space(
            **space,
            OwnershipSettings={"OwnerUserProfileName": TEAMS[ONE]},
            SpaceSharingSettings={"SharingType": "Private"},
            SpaceSettings=settings,
            Tags=TAGS_OF_ONE,
        )
        self.until(lambda: client.describe_space(**space)["Status"] == "InService", f"space {LAB}")
        app = {**space, "AppType": "JupyterLab", "AppName": "default"}
        client.create_app(**app)
        self.until(lambda: client.describe_app(**app)["Status"] in ("InService", "Failed"), "the app")
        told = client.describe_app(**app)
        if told["Status"] == "Failed":
            raise StepError(f"JupyterLab failed: {told.get('FailureReason', 'AWS gives no reason')}")
        client.delete_app(**app)
        self.until(lambda: client.describe_app(**app)["Status"] == "Deleted", "the end of the app")
        client.delete_space(**space)
        return f"JupyterLab of {TEAMS[ONE]} started in the VPC, and stopped."

    def job_in_the_network(self) -> str:
        """Train on the smallest instance within the VPC."""
        domain = self.domain(ONE)
        settings = domain["DefaultUserSettings"]
        bucket = f"{PLATFORM}--{ONE}--{self.account.region}-{self.account.number}"
        rows = "".join(f"{number % 2},{number},{number * number}\n" for number in range(64))
        self.account.client("s3").put_object(Bucket=bucket, Key="acceptance/train.csv", Body=rows.encode())
        client = self.account.client("sagemaker", as_is=True)
        try:
            client.create_training_job(**self._training_job(bucket, domain, settings))
        except ClientError as error:
            if error.response["Error"]["Code"] in ("UnknownOperationException", "InvalidAction"):
                raise NotTriedError("Who answers here knows no training jobs.") from None
            raise
        name = {"TrainingJobName": JOB}
        self.until(
            lambda: client.describe_training_job(**name)["TrainingJobStatus"] in ("Completed", "Failed"), "the job"
        )
        told = client.describe_training_job(**name)
        if told["TrainingJobStatus"] == "Failed":
            raise StepError(f"The training job failed: {told.get('FailureReason', 'AWS gives no reason')}")
        return f"A training job in the VPC ended well after {told.get('TrainingTimeInSeconds', '?')} seconds."

    def _training_job(self, bucket: str, domain: dict[str, t.Any], settings: dict[str, t.Any]) -> dict[str, t.Any]:
        account = XGBOOST.get(self.account.region)
        if account is None:
            raise NotTriedError(f"acceptance/images.py names no image of AWS's for {self.account.region}.")
        source = {"S3DataType": "S3Prefix", "S3Uri": f"s3://{bucket}/acceptance/"}
        return {
            "TrainingJobName": JOB,
            "RoleArn": settings["ExecutionRole"],
            "AlgorithmSpecification": {
                "TrainingImage": f"{account}.dkr.ecr.{self.account.region}.amazonaws.com/sagemaker-xgboost:1.7-1",
                "TrainingInputMode": "File",
            },
            "HyperParameters": {"num_round": "2", "objective": "binary:logistic"},
            "InputDataConfig": [
                {"ChannelName": "train", "ContentType": "text/csv", "DataSource": {"S3DataSource": source}}
            ],
            "OutputDataConfig": {"S3OutputPath": f"s3://{bucket}/acceptance-output/", "KmsKeyId": domain["KmsKeyId"]},
            "ResourceConfig": {
                "InstanceType": "ml.m5.large",
                "InstanceCount": 1,
                "VolumeSizeInGB": 1,
                "VolumeKmsKeyId": domain["KmsKeyId"],
            },
            "VpcConfig": {"Subnets": domain["SubnetIds"], "SecurityGroupIds": settings["SecurityGroups"]},
            "StoppingCondition": {"MaxRuntimeInSeconds": 900},
            "EnableInterContainerTrafficEncryption": True,
            "Tags": [*TAGS_OF_ONE, {"Key": TAG, "Value": JOB}],
        }

    def job_outside_is_refused(self) -> str:
        """See that a job outside the VPC is refused."""
        # IAM's simulator answers for the role as it stands: SageMaker alone can take it.
        client = self.account.client("sagemaker")
        domain = self.domain(ONE)["DomainId"]
        profile = client.describe_user_profile(DomainId=domain, UserProfileName=TEAMS[ONE])
        role = profile["UserSettings"]["ExecutionRole"]
        place = f"arn:{self.account.partition}:sagemaker:{self.account.region}:{self.account.number}"
        evaluated = self.account.client("iam").simulate_principal_policy(
            PolicySourceArn=role,
            ActionNames=["sagemaker:CreateTrainingJob"],
            ResourceArns=[f"{place}:training-job/{ONE}--outside"],
            ContextEntries=[
                {"ContextKeyName": "aws:RequestTag/DomainName", "ContextKeyType": "string", "ContextKeyValues": [ONE]}
            ],
        )["EvaluationResults"][0]["EvalDecision"]
        if evaluated == "allowed":
            raise StepError(f"{role} may start a training job outside the VPC.")
        return f"IAM refuses {TEAMS[ONE]} a training job outside the VPC ({evaluated})."

    def drift(self) -> str:
        """Alter something by hand, see it told and taken back."""
        if told := self._differences():
            raise StepError(f"The drift check of an untouched team tells: {told[0]}.")
        kms, key = self.account.client("kms"), f"alias/{PLATFORM}/{ONE}"
        key_id = kms.describe_key(KeyId=key)["KeyMetadata"]["KeyId"]
        kms.update_key_description(KeyId=key_id, Description="altered by hand")
        told = self._differences()
        if not any("altered by hand" in one for one in told):
            raise StepError("The drift check does not tell that the key's description was altered.")
        self.playbooks.run("site", minutes=4, domain_name=ONE)
        if told := self._differences():
            raise StepError(f"After another run the drift check still tells: {told[0]}.")
        return "What was altered by hand was told with both values, and taken back by the next run."

    def _differences(self) -> list[str]:
        folder = self.folder / "drift"
        self.playbooks.run("playbooks/drift", minutes=2, domain_name=ONE, drift_report_dir=str(folder.resolve()))
        report = json.loads((folder / f"{ONE}.json").read_text())
        if report["error"]:
            raise StepError(f"The drift check could not look: {report['error']}")
        return [json.dumps(one) for one in [*report["platform_differences"], *report["differences"]]]

    def change_in_place(self) -> str:
        """Change a team in place."""
        before = self.domain(ONE)
        self.playbooks.run("site", minutes=5, domain_name=ONE, studio_idle_timeout_minutes=90)
        after = self.domain(ONE)
        if before["DomainId"] != after["DomainId"] or before["HomeEfsFileSystemId"] != after["HomeEfsFileSystemId"]:
            raise StepError("A changed option made another domain or home file system.")
        if "90" not in json.dumps(after["DefaultUserSettings"]):
            raise StepError("The domain does not carry the changed idle timeout.")
        return "The idle timeout changed in the running domain; it and its home directories stayed."

    def off_boarding(self) -> str:
        """Take in a person, and let them go."""
        self.playbooks.describe({**PEOPLE, ONE: [*PEOPLE[ONE], EXTRA_PERSON]})
        self.playbooks.run("site", minutes=4, domain_name=ONE)
        self.playbooks.describe(PEOPLE)
        self.playbooks.run("site", minutes=4, domain_name=ONE)
        pages = self.account.client("sagemaker").get_paginator("list_user_profiles")
        listed = [
            one["UserProfileName"]
            for page in pages.paginate(DomainIdEquals=self.domain(ONE)["DomainId"])
            for one in page["UserProfiles"]
        ]
        if listed != [TEAMS[ONE]]:
            raise StepError(f"After the off-boarding {ONE} has the profiles {', '.join(listed)}.")
        return f"{EXTRA_PERSON} came and went; {TEAMS[ONE]} stayed."

    def take_down(self) -> str:
        """Take everything down."""
        return take_down(self.playbooks)

    def look_what_is_left(self) -> str:
        """Look what is left."""
        if left := leftovers.of_ours(self.account):
            raise StepError(f"{len(left)} things are left: " + "; ".join(f"{one.kind} {one.id}" for one in left[:20]))
        return "Nothing is left."


def take_down(playbooks: Playbooks) -> str:
    """Take both teams and the platform down, whatever of them there is."""
    for team in TEAMS:
        playbooks.run("playbooks/destroy", minutes=10, domain_name=team, confirm=team)
    playbooks.run("playbooks/destroy_platform", minutes=12, confirm=PLATFORM)
    return "Both teams and the platform were taken down."


STEPS = [
    Step(MainJob.ask_first, 1),
    Step(MainJob.build, 14, costs.of_platform(100)),
    Step(MainJob.build_again, 3),
    Step(MainJob.ask_what_no_source_tells, 4),
    Step(MainJob.people_sign_in, 2),
    Step(MainJob.app_starts_and_stops, 6, costs.PRICES["app"][0] / 6),
    Step(MainJob.job_in_the_network, 6, costs.PRICES["job"][0] / 6),
    Step(MainJob.job_outside_is_refused, 0),
    Step(MainJob.drift, 8),
    Step(MainJob.change_in_place, 5),
    Step(MainJob.off_boarding, 8),
    Step(MainJob.take_down, 30, ends=True),
    Step(MainJob.look_what_is_left, 1, ends=True),
]
