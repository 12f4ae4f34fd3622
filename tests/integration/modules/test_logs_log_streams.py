# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

import pytest
from ministack.services import cloudwatch_logs

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


def run(check=False, prefix="d-1/", **options):
    groups = ["/aws/sagemaker/studio", "/aws/sagemaker/TrainingJobs"]
    return run_module("logs_log_streams", check=check, log_group_names=groups, prefix=prefix, **options)


def group_names(logs):
    return [group["logGroupName"] for group in logs.describe_log_groups()["logGroups"]]


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


def test_group_goes_when_no_stream_of_another_name_is_left(emulator, logs):
    logs.create_log_group(logGroupName="/aws/sagemaker/TrainingJobs")
    with no_writes(emulator):
        predicted = run(check=True, delete_emptied=True)
    gone = run(delete_emptied=True)
    assert predicted["diff"] == gone["diff"]
    assert gone["actions"] == dict.fromkeys(
        ("/aws/sagemaker/studio d-1/", "/aws/sagemaker/TrainingJobs d-1/"), "delete"
    )
    assert group_names(logs) == ["/aws/sagemaker/studio"] and stream_names(logs) == [STREAMS[2]]
    with no_writes(emulator):
        assert run(delete_emptied=True)["changed"] is False
    assert run(prefix="d-12/")["changed"] is True and group_names(logs) == ["/aws/sagemaker/studio"]
    assert run(prefix="d-12/", delete_emptied=True)["changed"] is True and group_names(logs) == []


def test_group_into_which_somebody_logs_meanwhile_stays(emulator, logs, monkeypatch):
    delete = cloudwatch_logs._delete_log_stream

    def while_another_begins(data):
        logs_of_theirs = {**data, "logStreamName": "theirs"}
        cloudwatch_logs._create_log_stream(logs_of_theirs)
        return delete(data)

    logs.delete_log_stream(logGroupName="/aws/sagemaker/studio", logStreamName=STREAMS[2])
    monkeypatch.setattr(cloudwatch_logs, "_delete_log_stream", while_another_begins)
    assert run(delete_emptied=True)["changed"] is True
    assert stream_names(logs) == ["theirs"]


def test_groups_of_a_prefix_go_with_all_streams(emulator, logs):
    for name in ("team1--churn", "team1--fraud", "team1-2--churn"):
        logs.create_log_group(logGroupName=f"/aws/sagemaker/Endpoints/{name}")
    logs.create_log_stream(logGroupName="/aws/sagemaker/Endpoints/team1--churn", logStreamName="AllTraffic/i-1")
    prefixes = ["/aws/sagemaker/Endpoints/team1--"]
    with no_writes(emulator):
        predicted = run(check=True, prefix="team1--", log_group_prefixes=prefixes)
    gone = run(prefix="team1--", log_group_prefixes=prefixes)
    assert predicted["diff"] == gone["diff"]
    assert gone["actions"] == {f"{prefixes[0]}{name}": "delete" for name in ("churn", "fraud")}
    assert group_names(logs) == ["/aws/sagemaker/Endpoints/team1-2--churn", "/aws/sagemaker/studio"]
    with no_writes(emulator):
        assert run(prefix="team1--", log_group_prefixes=prefixes)["changed"] is False
    with no_writes(emulator), pytest.raises(ModuleFailed, match="every log group"):
        run(prefix="team1--", log_group_prefixes=[""])
