# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Endpoints, jobs, schedules and pipelines, of which there are none here. Source: botocore model."""

import pytest
from botocore import xform_name

from emulator.sagemaker.work import LISTS
from tests.emulator.aws_answers import ACCOUNT, REGION, refused


@pytest.mark.parametrize("operation", LISTS)
def test_lists_are_empty(sagemaker, operation):
    """Model: the list is there, and no token."""
    answer = getattr(sagemaker, xform_name(operation))(MaxResults=100)
    assert answer[LISTS[operation]] == [] and "NextToken" not in answer


def test_requests_are_checked_against_the_model(sagemaker):
    """Model: a prefix of pipelines is what could be a name; a token is one of an earlier page."""
    with refused("ValidationException", "pipelineNamePrefix"):
        sagemaker.list_pipelines(PipelineNamePrefix="team1--")
    with refused("ValidationException"):
        sagemaker.list_training_jobs(NextToken="none")


@pytest.mark.parametrize("name", ["churn", f"arn:aws:sagemaker:{REGION}:{ACCOUNT}:pipeline/churn"])
def test_executions_of_no_pipeline_are_not_found(sagemaker, name):
    """Model: ListPipelineExecutions, ResourceNotFound."""
    with refused("ResourceNotFound", ":pipeline/churn' does not exist"):
        sagemaker.list_pipeline_executions(PipelineName=name)
