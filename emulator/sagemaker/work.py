# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Endpoints, jobs, schedules and pipelines. Nothing makes any here, so AWS's lists of them are empty.

Source: botocore model.
"""

from __future__ import annotations

from collections.abc import Callable

from emulator.sagemaker import listing, store
from emulator.sagemaker.errors import ResourceNotFound
from emulator.shared.shapes import Structure

# Operation -> the list in its answer.
LISTS = {
    "ListEndpoints": "Endpoints",
    "ListTrainingJobs": "TrainingJobSummaries",
    "ListProcessingJobs": "ProcessingJobSummaries",
    "ListTransformJobs": "TransformJobSummaries",
    "ListHyperParameterTuningJobs": "HyperParameterTuningJobSummaries",
    "ListMonitoringSchedules": "MonitoringScheduleSummaries",
    "ListPipelines": "PipelineSummaries",
}


def pipeline_path(name: str) -> str:
    """The resource part of a pipeline's ARN, given its name or ARN."""
    return f"pipeline/{name.rpartition('/')[2]}"


def _none(member: str) -> Callable[[Structure], Structure]:
    def list_none(request: Structure) -> Structure:
        return listing.answer(member, *listing.page([], request, key=list, show=dict))

    return list_none


def list_executions(request: Structure) -> Structure:
    """ListPipelineExecutions: of a pipeline that there is not (botocore model: ResourceNotFound); the text is ours."""
    raise ResourceNotFound(f"Pipeline '{store.arn(pipeline_path(request['PipelineName']))}' does not exist.")


OPERATIONS = {
    **{operation: _none(member) for operation, member in LISTS.items()},
    "ListPipelineExecutions": list_executions,
}
