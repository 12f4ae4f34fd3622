# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Bring a REST API to its wanted definition."""

from __future__ import annotations

import typing as t

from .._attempts import Trouble
from .._blueprint.regions import DNS_SUFFIXES
from .._engine import NotApplied
from .._naming import Operations, code_of, trouble_of
from .._plan import Plan, plan_diff
from .._waiting import StudioError, TimedOut, poll, retry
from .definition import wanted_definition
from .live import Live, describe_api, find_api, list_apis, list_stages, read
from .operations import Operation, Reference, operations, plan_api

try:
    from botocore.exceptions import ClientError, HTTPClientError
except ImportError:
    pass  # AnsibleAWSModule reports the missing library

# DeleteRestApi is allowed once in 30 s for a whole account, CreateRestApi once in 3 s (API Gateway quotas).
PATIENCE = 180  # seconds
THROTTLED = {"TooManyRequestsException", "ThrottlingException"}
# Two changes of one API at once. Other conflicts have the same code and do not pass.
CONCURRENT = "concurrent modification"
ATTEMPTS = 3
# One deployment is dozens of calls.
LOST_ANSWERS = 30
SHOWN = (
    "id",
    "root_resource_id",
    "name",
    "description",
    "endpoint_configuration",
    "policy",
    "binary_media_types",
    "disable_execute_api_endpoint",
    "tags",
)


class RestApi:
    """The REST API called name. client reads; connect_once() makes the client that writes.

    Hardly any writing call has an idempotency token, so that client does not retry by itself. APIs of the same name
    without all of match_tags are not meant.
    """

    def __init__(
        self,
        client: t.Any,
        connect_once: t.Callable[[], t.Any],
        name: str,
        stage_name: str | None,
        match_tags: dict[str, t.Any] | None = None,
    ) -> None:
        self.read, self.connect_once = Operations(client), connect_once
        self.name, self.stage_name, self.match_tags = name, stage_name, match_tags
        self.partition, self.region = client.meta.partition, client.meta.region_name

    def reconcile(
        self, options: dict[str, t.Any], state: str, purge_tags: bool, check_mode: bool = False
    ) -> dict[str, t.Any]:
        """Bring the API to options (state absent: remove it) and return the result of the module."""
        plan, live = self._plan(options, state, purge_tags)
        steps = operations(plan, live, self.name) if plan.action != "none" else []
        if not check_mode and steps:
            live = self._carry_out(steps, live, lambda: self._plan(options, state, purge_tags))
        after = plan.after if check_mode else live.definition if live else {}
        return {
            "changed": bool(steps),
            "rest_api": {} if state == "absent" else self._describe(after, "deployed_definition" in plan.changes),
            "diff": _diff(plan),
        }

    def find(self) -> Live | None:
        """Return the API, or None where there is none of its name."""
        api = find_api(self.read, self.name, self.match_tags)
        return read(self.read, api, self.stage_name) if api else None

    def _plan(self, options: dict[str, t.Any], state: str, purge_tags: bool) -> tuple[Plan, Live | None]:
        live = self.find()
        if state == "absent":
            return (Plan("delete", before=live.definition) if live else Plan("none")), live
        wanted = wanted_definition(options, live.definition if live else None, purge_tags)
        return plan_api(live, wanted, purge_tags), live

    def _carry_out(
        self, steps: list[Operation], live: Live | None, look_again: t.Callable[[], tuple[Plan, Live | None]]
    ) -> Live | None:
        """Execute steps. Where an answer is lost, look at what there is and do what is left: nothing is made twice."""
        writer = Operations(self.connect_once())
        attempt = lost = 0
        while attempt < ATTEMPTS:
            try:
                self._execute(writer, steps, live)
                attempt += 1
            except (ClientError, HTTPClientError) as error:
                lost += 1
                if (
                    trouble_of(error) is not Trouble.LOST
                    or lost > LOST_ANSWERS
                    or (live is None and not self._appears())
                ):
                    raise
            if live is None:
                self._appears()
            plan, live = look_again()
            if plan.action == "none":
                return live
            steps = operations(plan, live, self.name)
        raise NotApplied(
            f"REST API {self.name}: AWS accepted the update and did not apply {', '.join(sorted(plan.changes))}. "
            "Look for another run that manages the same API, or into CloudTrail, then run again."
        )

    def _appears(self) -> bool:
        try:
            return bool(
                poll(lambda: find_api(self.read, self.name, self.match_tags), bool, 10, f"REST API {self.name}")
            )
        except TimedOut:
            return False

    def _execute(self, writer: Operations, steps: list[Operation], live: Live | None) -> None:
        ids = dict(live.ids) if live else {}
        for step in steps:
            answer = self._call(writer, step, ids, fresh=live is None)
            if step.makes:
                ids[step.makes.kind, step.makes.name] = answer["id"]
            if step.call == "CreateRestApi":
                ids["resource", "/"] = answer.get("root_resource_id") or self._root(answer["id"])

    def _root(self, api_id: str) -> str:
        resources = self.read.pages("GetResources", "items", rest_api_id=api_id)
        return next(str(resource["id"]) for resource in resources if resource["path"] == "/")

    def _call(
        self, writer: Operations, step: Operation, ids: dict[tuple[str, str], str], fresh: bool
    ) -> dict[str, t.Any]:
        arguments = {"rest_api_id": ids.get(("rest_api", "")), **self._resolved(step.arguments, ids)}
        passing = THROTTLED | ({"NotFoundException"} if fresh else set())
        try:
            return retry(
                lambda: writer.call(step.call, **arguments),
                lambda error: code_of(error) in passing or CONCURRENT in str(error),
                PATIENCE,
            )
        except ClientError as error:
            raise _with_way_out(error) from error

    def _resolved(self, value: t.Any, ids: dict[tuple[str, str], str]) -> t.Any:
        if isinstance(value, Reference):
            return self.arn(ids["rest_api", ""]) + value.name if value.kind == "arn" else ids[value.kind, value.name]
        if isinstance(value, dict):
            return {key: self._resolved(item, ids) for key, item in value.items()}
        return [self._resolved(item, ids) for item in value] if isinstance(value, list) else value

    def arn(self, api_id: str) -> str:
        """Return the ARN of a REST API, which names no account."""
        return f"arn:{self.partition}:apigateway:{self.region}::/restapis/{api_id}"

    def _describe(self, definition: dict[str, t.Any], deployed: bool) -> dict[str, t.Any]:
        shown = {"name": self.name, **{key: definition[key] for key in SHOWN if key in definition}}
        shown["deployed"] = deployed
        if "id" in definition:
            shown["arn"] = self.arn(definition["id"])
        if definition.get("stage"):
            shown["stage_name"] = self.stage_name
            shown.update(invoke_url(definition.get("id"), self.region, self.partition, self.stage_name))
        return shown


def invoke_url(api_id: str | None, region: str, partition: str, stage_name: str | None) -> dict[str, str]:
    """Return {"invoke_url"} of a stage, {} while the API has no id."""
    if not (api_id and stage_name):
        return {}
    return {"invoke_url": f"https://{api_id}.execute-api.{region}.{DNS_SUFFIXES[partition]}/{stage_name}"}


def describe_all(client: t.Any, name: str | None) -> list[dict[str, t.Any]]:
    """Return all REST APIs, or those of a name, each with its stages."""
    reader, region, partition = Operations(client), client.meta.region_name, client.meta.partition
    return [
        {
            **describe_api(api),
            "arn": f"arn:{partition}:apigateway:{region}::/restapis/{api['id']}",
            "stages": [
                {**stage, **invoke_url(api["id"], region, partition, stage["stage_name"])}
                for stage in list_stages(reader, api["id"])
            ],
        }
        for api in list_apis(reader, name)
    ]


def _with_way_out(error: Exception) -> Exception:
    if "CloudWatch Logs role ARN must be set" not in str(error):
        return error
    return StudioError(
        f"{error} API Gateway writes logs with one role for the whole account and region: set it once with "
        "mlplatform.studio.apigateway_account, or leave access_log_settings and logging_level out."
    )


def _diff(plan: Plan) -> dict[str, t.Any]:
    if plan.action == "delete":
        return {"before": {key: plan.before[key] for key in SHOWN if key in plan.before}, "after": {}}
    return plan_diff(plan)
