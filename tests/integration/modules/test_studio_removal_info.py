# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""sagemaker_running_work_info. The emulator has neither jobs nor endpoints, so the answers here are given to it."""

import pytest

from emulator.sagemaker import service
from tests.support.ansible_module import ModuleFailed, run_module
from tests.support.calls import set_faults

NAMES = ("team1--churn", "other-team1--churn", "team1-2--churn", "team1--a")
LISTS = {
    "ListEndpoints": ("Endpoints", "Endpoint", "InService"),
    "ListTrainingJobs": ("TrainingJobSummaries", "TrainingJob", "InProgress"),
    "ListProcessingJobs": ("ProcessingJobSummaries", "ProcessingJob", "InProgress"),
    "ListTransformJobs": ("TransformJobSummaries", "TransformJob", "InProgress"),
}


def listing(member, noun, status):
    """An operation that answers with all NAMES that its request does not leave out."""
    now = {
        "CreationTime": 1,
        "LastModifiedTime": 1,
        f"{noun}Arn": f"arn:aws:sagemaker:eu-central-1:111111111111:{noun}/x",
    }

    def answer(request):
        assert request.get("StatusEquals", status) == status and (noun == "Endpoint" or "StatusEquals" in request)
        names = [name for name in NAMES if request["NameContains"] in name]
        return {member: [{f"{noun}Name": name, f"{noun}Status": status, **now} for name in names]}

    return answer


@pytest.fixture
def busy(emulator, monkeypatch):
    for operation, row in LISTS.items():
        monkeypatch.setitem(service.OPERATIONS, operation, listing(*row))


def test_what_runs_is_named_by_kind_and_name(busy):
    found = run_module("sagemaker_running_work_info", name_prefix="team1--")["running_work"]
    kinds = ("endpoint", "training job", "processing job", "transform job")
    assert [(one["kind"], one["name"]) for one in found] == [
        (kind, name) for kind in kinds for name in ("team1--a", "team1--churn")
    ]
    assert {one["status"] for one in found} == {"InService", "InProgress"}


def test_list_that_may_not_be_read_is_left_out_with_a_warning(emulator, busy):
    set_faults(emulator, {"service": "sagemaker", "operation": "ListEndpoints", "error": "AccessDeniedException"})
    result = run_module("sagemaker_running_work_info", name_prefix="team1--")
    assert len(result["running_work"]) == 6
    assert "Nobody looked for endpoints" in str(result["warnings"])


def test_other_errors_are_not_passed_over(emulator, busy):
    set_faults(emulator, {"service": "sagemaker", "operation": "ListTrainingJobs", "error": "ValidationException"})
    with pytest.raises(ModuleFailed, match="ValidationException"):
        run_module("sagemaker_running_work_info", name_prefix="team1--")
