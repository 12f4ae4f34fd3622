# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What runs, serves or fires: it belongs to no domain, and needs its role and key until it ends."""

from __future__ import annotations

import functools
import typing as t

from .._engine import in_threads
from .calls import SageMaker, code_and_text

IN_PROGRESS = {"status_equals": "InProgress"}
# Operation, noun of the list, noun of an item, and the filter for what is not over; endpoints serve until deleted.
KINDS: tuple[tuple[str, str, str, dict[str, str]], ...] = (
    ("ListEndpoints", "endpoints", "endpoint", {}),
    ("ListTrainingJobs", "training_job_summaries", "training_job", IN_PROGRESS),
    ("ListProcessingJobs", "processing_job_summaries", "processing_job", IN_PROGRESS),
    ("ListTransformJobs", "transform_job_summaries", "transform_job", IN_PROGRESS),
    ("ListHyperParameterTuningJobs", "hyper_parameter_tuning_job_summaries", "hyper_parameter_tuning_job", IN_PROGRESS),
    ("ListMonitoringSchedules", "monitoring_schedule_summaries", "monitoring_schedule", {"status_equals": "Scheduled"}),
)
FORBIDDEN = "AccessDeniedException"
NOT_THERE = "UnknownOperationException"  # of a region that does not have this kind

Warn = t.Callable[[str], None]
Works = t.List[t.Dict[str, str]]


def running_work(sagemaker: SageMaker, prefix: str, warn: Warn) -> Works:
    """Return what runs under names that begin with prefix, as {"kind", "name", "status"}, by kind and name.

    Calls warn() with a sentence for a list that the caller may not read.
    """
    questions = [functools.partial(_of_kind, sagemaker, prefix, warn, *kind) for kind in KINDS]
    questions.append(functools.partial(_pipeline_executions, sagemaker, prefix, warn))
    found = in_threads(lambda ask: ask(), questions)
    return [work for works in found for work in works]


def _of_kind(
    sagemaker: SageMaker, prefix: str, warn: Warn, operation: str, noun: str, kind: str, condition: dict[str, str]
) -> Works:
    listed = _readable(
        lambda: sagemaker.list(operation, noun, name_contains=prefix, **condition), operation, f"{kind}s", warn
    )
    names = {item[f"{kind}_name"]: item[f"{kind}_status"] for item in listed}
    return [
        {"kind": kind.replace("_", " "), "name": name, "status": names[name]}
        for name in sorted(names)
        if name.startswith(prefix)
    ]


def _pipeline_executions(sagemaker: SageMaker, prefix: str, warn: Warn) -> Works:
    # AWS takes for a prefix what could be a name, and so no hyphen at the end.
    listed = _readable(
        lambda: sagemaker.list("ListPipelines", "pipeline_summaries", pipeline_name_prefix=prefix.rstrip("-")),
        "ListPipelines",
        "pipelines",
        warn,
    )
    names = sorted(
        pipeline["pipeline_name"]
        for pipeline in listed
        if pipeline["pipeline_name"].startswith(prefix) and pipeline.get("last_execution_time")
    )
    found = in_threads(lambda name: _executions(sagemaker, name, warn), names)
    return [work for works in found for work in works]


def _executions(sagemaker: SageMaker, pipeline: str, warn: Warn) -> Works:
    """Return what runs of a pipeline, out of its 100 newest executions: there may be thousands, and no filter."""
    operation = "ListPipelineExecutions"
    newest = {"pipeline_name": pipeline, "sort_order": "Descending", "max_results": 100}
    noun = "pipeline_execution_summaries"
    listed = _readable(
        lambda: (sagemaker.read(operation, **newest) or {}).get(noun, []), operation, "executions of pipelines", warn
    )
    return [
        {
            "kind": "pipeline execution",
            "name": one["pipeline_execution_arn"].partition(":pipeline/")[2],
            "status": one["pipeline_execution_status"],
        }
        for one in listed
        if one["pipeline_execution_status"] in ("Executing", "Stopping")
    ]


def _readable(
    read: t.Callable[[], list[dict[str, t.Any]]], operation: str, nouns: str, warn: Warn
) -> list[dict[str, t.Any]]:
    """Return read(), [] with a warning where the caller may not, and without one where the region has no such thing."""
    try:
        return read()
    except Exception as error:
        code = code_and_text(error)[0]
        if code not in (FORBIDDEN, NOT_THERE):
            raise
        if code == FORBIDDEN:
            warn(f"Nobody looked for {nouns.replace('_', ' ')}, as you may not call {operation}.")
        return []
