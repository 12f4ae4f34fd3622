# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

import pytest

from tests.support.ansible_module import ModuleFailed, run_module
from tests.support.calls import no_writes

STREAMS = ("d-1/lab/JupyterLab/default", "d-1/lab2/JupyterLab/default", "d-12/lab/JupyterLab/default")


@pytest.fixture
def logs(client):
    logs = client("logs")
    logs.create_log_group(logGroupName="/aws/sagemaker/studio")
    for stream in STREAMS:
        logs.create_log_stream(logGroupName="/aws/sagemaker/studio", logStreamName=stream)
    return logs


def run(check=False, prefix="d-1/"):
    groups = ["/aws/sagemaker/studio", "/aws/sagemaker/TrainingJobs"]
    return run_module("logs_log_streams", check=check, log_group_names=groups, prefix=prefix)


def stream_names(logs):
    return [
        stream["logStreamName"]
        for stream in logs.describe_log_streams(logGroupName="/aws/sagemaker/studio")["logStreams"]
    ]


def test_streams_of_the_prefix_go_and_no_others(emulator, logs):
    with no_writes(emulator):
        predicted = run(check=True)
    gone = run()
    assert predicted["diff"] == gone["diff"] and gone["actions"] == {"/aws/sagemaker/studio d-1/": "delete"}
    assert stream_names(logs) == [STREAMS[2]]
    with no_writes(emulator):
        assert run()["changed"] is False


def test_empty_prefix_is_refused(logs):
    with pytest.raises(ModuleFailed, match="prefix is empty"):
        run(prefix="")
    assert len(stream_names(logs)) == 3
