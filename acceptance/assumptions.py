# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What no source tells of AWS, and an account can: each switch of the emulator is asked, and its true value told."""

from __future__ import annotations

import dataclasses
import json
import time
import typing as t

from botocore.exceptions import ClientError

from acceptance.account import Account

PROFILE, NOT_THERE = "accept-questions", "d-0123456789ab"
SECONDS = 300
Settings = dict[str, t.Any]


class UnknownError(RuntimeError):
    """AWS answers as no value of the switch says; the text says how."""


@dataclasses.dataclass(frozen=True)
class Assumption:
    """A switch with the value that the emulator assumes, and what asks AWS for the true one."""

    switch: str
    assumed: str
    ask: t.Callable[[Probe], str]


class Probe:
    """A profile of its own in a domain that stands, with which AWS is asked; domain is as DescribeDomain shows it."""

    def __init__(self, account: Account, domain: dict[str, t.Any], tags: list[dict[str, str]]) -> None:
        self.account, self.domain = account, domain
        self.sagemaker = account.client("sagemaker", as_is=True)
        self.key = {"DomainId": domain["DomainId"], "UserProfileName": PROFILE}
        self.pause = 0.2 if account.is_emulator else 3.0
        self.sagemaker.create_user_profile(**self.key, Tags=tags)
        self._settled()

    def accepts(self, settings: Settings) -> bool:
        """Whether an update of the profile's settings is accepted, and succeeds."""
        try:
            self.sagemaker.update_user_profile(**self.key, UserSettings=settings)
        except ClientError as error:
            if error.response["Error"]["Code"] not in ("ValidationException", "ResourceNotFound"):
                raise
            return False
        return self._settled() == "InService"

    def of_jupyterlab(self, **settings: t.Any) -> bool:
        """The same of the settings of JupyterLab."""
        return self.accepts({"JupyterLabAppSettings": settings})

    def jupyterlab(self) -> Settings:
        """Return the profile's settings of JupyterLab."""
        told = self.sagemaker.describe_user_profile(**self.key).get("UserSettings") or {}
        return dict(told.get("JupyterLabAppSettings") or {})

    def arn(self, resource: str) -> str:
        """Return the ARN of something of SageMaker's in the account."""
        return f"arn:{self.account.partition}:sagemaker:{self.account.region}:{self.account.number}:{resource}"

    def wait_for(self, is_so: t.Callable[[], bool], what: str) -> None:
        """Wait until something is so. Raises UnknownError after five minutes."""
        end = time.monotonic() + SECONDS
        while not is_so():
            if time.monotonic() > end:
                raise UnknownError(f"{what} took longer than {SECONDS} seconds")
            time.sleep(self.pause)

    def _settled(self) -> str:
        seen: list[str] = []

        def rests() -> bool:
            seen.append(self.sagemaker.describe_user_profile(**self.key)["Status"])
            return seen[-1] not in ("Pending", "Updating")

        self.wait_for(rests, "a change of a profile")
        return seen[-1]


def _code(call: t.Callable[[], t.Any]) -> str:
    """Return the code of the error that a call ends with, "" where it ends well."""
    try:
        call()
    except ClientError as error:
        return str(error.response["Error"]["Code"])
    return ""


def _one_of(code: str, values: dict[str, str]) -> str:
    if code not in values:
        raise UnknownError(f"AWS answers with {code or 'success'}")
    return values[code]


def _checked(is_accepted: bool) -> str:
    return "unchecked" if is_accepted else "checked"


def _unknown_members(probe: Probe) -> str:
    client = probe.account.session.client("sagemaker")

    def add(params: dict[str, t.Any], **_rest: t.Any) -> None:
        params["body"] = json.dumps({**json.loads(params["body"]), "NoSuchMember": "x"}).encode()

    client.meta.events.register("before-call.sagemaker.DescribeUserProfile", add)
    return "refuse" if _code(lambda: client.describe_user_profile(**probe.key)) else "ignore"


def _classic_apps(probe: Probe) -> str:
    app = {**probe.key, "AppType": "JupyterServer", "AppName": "default"}
    tags = probe.sagemaker.list_tags(ResourceArn=probe.arn(f"user-profile/{probe.key['DomainId']}/{PROFILE}"))["Tags"]
    if _code(lambda: probe.sagemaker.create_app(**app, Tags=tags)):
        return "refused"
    probe.wait_for(lambda: _status(probe, app) in ("InService", "Failed"), "an application of Studio Classic")
    probe.sagemaker.delete_app(**app)
    probe.wait_for(lambda: _status(probe, app) == "Deleted", "the end of an application of Studio Classic")
    return "accepted"


def _status(probe: Probe, app: Settings) -> str:
    return str(probe.sagemaker.describe_app(**app)["Status"])


def _cleared_lists(probe: Probe) -> str:
    probe.of_jupyterlab(CodeRepositories=[{"RepositoryUrl": "https://example.com/questions.git"}])
    probe.of_jupyterlab(CodeRepositories=[])
    return "shown" if "CodeRepositories" in probe.jupyterlab() else "omitted"


def _create_in_unknown_domain(probe: Probe) -> str:
    create = probe.sagemaker.create_user_profile
    code = _code(lambda: create(DomainId=NOT_THERE, UserProfileName=PROFILE))
    return _one_of(code, {value: value for value in ("ValidationException", "ResourceNotFound")})


def _custom_image_references(probe: Probe) -> str:
    image = {"ImageName": "accept-no-such-image", "AppImageConfigName": "accept-no-such-config"}
    is_accepted = probe.of_jupyterlab(CustomImages=[image])
    probe.of_jupyterlab(CustomImages=[])
    return _checked(is_accepted)


def _execution_role_references(probe: Probe) -> str:
    role = probe.domain["DefaultUserSettings"]["ExecutionRole"]
    nobody = f"arn:{probe.account.partition}:iam::{probe.account.number}:role/accept-no-such-role"
    is_accepted = probe.accepts({"ExecutionRole": nobody})
    probe.accepts({"ExecutionRole": role})
    return _checked(is_accepted)


def _lifecycle_config_references(probe: Probe) -> str:
    is_accepted = probe.of_jupyterlab(LifecycleConfigArns=[probe.arn("studio-lifecycle-config/accept-no-such-script")])
    probe.of_jupyterlab(LifecycleConfigArns=[])
    return _checked(is_accepted)


def _merge_depth(probe: Probe) -> str:
    probe.of_jupyterlab(DefaultResourceSpec={"InstanceType": "ml.t3.medium"})
    probe.of_jupyterlab(CodeRepositories=[{"RepositoryUrl": "https://example.com/questions.git"}])
    return "all" if "DefaultResourceSpec" in probe.jupyterlab() else "app_settings"


def _not_found_of_spaces_and_apps(probe: Probe) -> str:
    describe = probe.sagemaker.describe_space
    code = _code(lambda: describe(DomainId=probe.key["DomainId"], SpaceName="no-such-space"))
    return _one_of(code, {"ResourceNotFound": "ResourceNotFound", "ValidationException": "RecordNotFound"})


def _security_group_references(probe: Probe) -> str:
    return _checked(probe.accepts({"SecurityGroups": ["sg-0123456789abcdef0"]}))


def _tags_of_unknown_arn(probe: Probe) -> str:
    arn, tags = probe.arn(f"domain/{NOT_THERE}"), [{"Key": "a", "Value": "b"}]
    code = _code(lambda: probe.sagemaker.add_tags(ResourceArn=arn, Tags=tags))
    return _one_of(code, {value: value for value in ("ValidationException", "ResourceNotFound")})


def _delete_while_deleting(probe: Probe) -> str:
    probe.sagemaker.delete_user_profile(**probe.key)
    code = _code(lambda: probe.sagemaker.delete_user_profile(**probe.key))
    probe.wait_for(
        lambda: _code(lambda: probe.sagemaker.describe_user_profile(**probe.key)) == "ResourceNotFound",
        "the end of a profile",
    )
    return _one_of(code, {"ResourceInUse": "ResourceInUse", "": "accepted"})


# In this order, as the last one is the end of the profile. A test holds them to the emulator's own table.
ASSUMPTIONS = (
    Assumption("unknown_members", "ignore", _unknown_members),
    Assumption("classic_apps", "refused", _classic_apps),
    Assumption("cleared_lists", "omitted", _cleared_lists),
    Assumption("merge_depth", "all", _merge_depth),
    Assumption("create_in_unknown_domain", "ValidationException", _create_in_unknown_domain),
    Assumption("custom_image_references", "unchecked", _custom_image_references),
    Assumption("execution_role_references", "unchecked", _execution_role_references),
    Assumption("lifecycle_config_references", "checked", _lifecycle_config_references),
    Assumption("not_found_of_spaces_and_apps", "ResourceNotFound", _not_found_of_spaces_and_apps),
    Assumption("security_group_references", "unchecked", _security_group_references),
    Assumption("tags_of_unknown_arn", "ValidationException", _tags_of_unknown_arn),
    Assumption("delete_while_deleting", "ResourceInUse", _delete_while_deleting),
)
# By switch: why the acceptance does not ask, or what asks instead.
NOT_ASKED = {
    "client_secret_after_rotation": "a fact asks: DescribeUserPoolClient shows the oldest secret",
    "domain_names": "a second domain would be made, for four minutes, if AWS takes the name",
    "execution_role": "a domain would be made, for four minutes, if AWS takes it without a role",
    "presigned_url_conditions": "it takes a person whose rights change between two clicks",
    "presigned_url_uses": "it takes a person who opens an address twice",
}


def ask_all(probe: Probe) -> list[dict[str, str]]:
    """Return for each assumption its switch, what is assumed, and what AWS has; where that is no value, why."""
    answers = []
    for one in ASSUMPTIONS:
        try:
            found = one.ask(probe)
        except (UnknownError, ClientError) as error:
            found = f"unknown: {error}"
        answers.append({"switch": one.switch, "assumed": one.assumed, "found": found})
    return answers
