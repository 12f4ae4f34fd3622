# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Jobs that run and endpoints that serve: they belong to no domain, and need their role and key until they end."""

from __future__ import annotations

import typing as t

from .._engine import in_threads
from .calls import SageMaker, code_and_text

IN_PROGRESS = {"status_equals": "InProgress"}
# Operation, noun of the list, noun of an item, and the filter for what is not over; endpoints serve until deleted.
KINDS = (
    ("ListEndpoints", "endpoints", "endpoint", {}),
    ("ListTrainingJobs", "training_job_summaries", "training_job", IN_PROGRESS),
    ("ListProcessingJobs", "processing_job_summaries", "processing_job", IN_PROGRESS),
    ("ListTransformJobs", "transform_job_summaries", "transform_job", IN_PROGRESS),
)
FORBIDDEN = "AccessDeniedException"
NOT_THERE = "UnknownOperationException"  # of a region that does not have this kind


def running_work(sagemaker: SageMaker, prefix: str, warn: t.Callable[[str], None]) -> list[dict[str, str]]:
    """Return what runs under names that begin with prefix, as {"kind", "name", "status"}, by kind and name.

    Calls warn() with a sentence for a list that the caller may not read.
    """
    found = in_threads(lambda kind: _of_kind(sagemaker, prefix, warn, *kind), KINDS)
    return [work for works in found for work in works]


def _of_kind(
    sagemaker: SageMaker,
    prefix: str,
    warn: t.Callable[[str], None],
    operation: str,
    noun: str,
    kind: str,
    condition: dict[str, str],
) -> list[dict[str, str]]:
    try:
        listed = sagemaker.list(operation, noun, name_contains=prefix, **condition)
    except Exception as error:
        code = code_and_text(error)[0]
        if code not in (FORBIDDEN, NOT_THERE):
            raise
        if code == FORBIDDEN:
            warn(f"Nobody looked for {kind.replace('_', ' ')}s, as you may not call {operation}.")
        return []
    names = {item[f"{kind}_name"]: item[f"{kind}_status"] for item in listed}
    return [
        {"kind": kind.replace("_", " "), "name": name, "status": names[name]}
        for name in sorted(names)
        if name.startswith(prefix)
    ]
