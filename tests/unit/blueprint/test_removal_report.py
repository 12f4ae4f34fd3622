# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a team's end tells: the lines are those that templates wrote before Python did."""

import pytest

from ansible_collections.mlplatform.studio.plugins.module_utils._blueprint.removal import End, Leaving
from ansible_collections.mlplatform.studio.plugins.module_utils._blueprint.removal_report import (
    human_size,
    removed,
    retained,
)
from tests.unit.policies.rendering import team_with

RESULTS = {
    "apps": {"results": [{"actions": {"a/JupyterLab/x": "delete"}}, {"actions": {}}]},
    "spaces": {
        "diff": {
            "before": {
                "s1": {
                    "space_settings": {"space_storage_settings": {"ebs_storage_settings": {"ebs_volume_size_in_gb": 7}}}
                },
                "s2": {},
            }
        }
    },
    "user_profiles": {"actions": {"ada": "delete"}},
    "home": {
        "results": [
            {
                "parts": [
                    {"id": "fs-1", "tags": {}},
                    {"id": "fs-2", "tags": {"Retained": "true"}},
                    {"id": "sg-1", "tags": {}},
                ],
                "diff": {
                    "before": {"fs-1": {"size_in_bytes": 123456789}, "fs-2": {"size_in_bytes": 5}, "sg-1": {"x": 1}}
                },
            }
        ]
    },
    "lifecycle_configs": {"actions": {"c1": "delete"}},
    "images": {"actions": {"image_geo": "delete"}},
    "app_logs": {"changed": True},
    "job_logs": {"diff": {"before": {"a": {"log_stream_names": ["x"]}, "b": {"log_group_name": "/g"}}}},
    "log_group": {"changed": True},
    "people": {"actions": {"ada": "delete", "bob": "leave"}},
    "inner_groups": {"actions": {"team1--x": "delete"}},
    "team_group": {"changed": True},
    "buckets": {
        "results": [
            {"changed": True, "bucket": "sagemaker-studio--team1--eu-central-1-111111111111"},
            {"changed": False, "bucket": "sagemaker-studio--team1--eu-central-1-111111111111-access-log"},
        ]
    },
    "vault": {"changed": True},
    "policies": {"actions": {"policy x": "delete"}},
    "roles": {"actions": {"role y": "delete"}},
    "security_group": {"actions": {"sg": "delete"}},
    "budget": {"changed": True},
    "keys": {"changed": True, "kms_keys": [{"deletion_date": "2026-12-30"}, {"deletion_date": "2026-12-29"}, {}]},
}
FOUND = {
    "domains": [
        {
            "domain_id": "d-1",
            "status": "InService",
            "home_efs_file_system_id": "fs-1",
            "tags": {"Platform": "sagemaker-studio", "DomainName": "team1"},
        },
        {"domain_id": "d-2", "status": "InService", "home_efs_file_system_id": "fs-2", "tags": {}},
    ],
    "backup_vault": {"size_in_bytes": 2048, "number_of_recovery_points": 3, "tags": {}},
    "user_pools": [{"id": "pool", "tags": {"Platform": "sagemaker-studio"}}],
    "buckets": [
        {"name": "sagemaker-studio--team1--eu-central-1-111111111111", "size_in_bytes": 1, "versions": 2, "tags": {}},
        {"name": "sagemaker-studio--team1--eu-central-1-111111111111-access-log", "tags": {"Retained": "true"}},
    ],
    "keys": [
        {"key_id": "1", "arn": "arn:1", "key_state": "Enabled", "tags": {}},
        {"key_id": "2", "arn": "arn:2", "key_state": "PendingDeletion", "tags": {}},
    ],
}
REMOVED = [
    "app a/JupyterLab/x",
    "space s1 with its disk of 7 GB",
    "space s2 with its disk",
    "user profile ada",
    "domain d-1 (InService)",
    "file system fs-1 with 117.74 MB of home directories",
    "security group sg-1",
    "lifecycle configuration c1",
    "image geo",
    "logs of the apps",
    "logs of jobs",
    "log group /g",
    "log group /aws/sagemaker/studio",
    "person ada",
    "Cognito group team1--x",
    "Cognito group team1",
    "bucket sagemaker-studio--team1--eu-central-1-111111111111 with 1.00 Bytes in 2 versions of objects",
    "backup vault sagemaker-studio--team1 with 2.00 KB in 3 recovery points",
    "policy x",
    "role y",
    "security group sg",
    "budget sagemaker-studio--team1--eu-central-1",
    "key sagemaker-studio/team1, which AWS deletes on 2026-12-30",
]
RETAINED = [
    "file system fs-2: give it a mount target in a subnet of yours (aws efs create-mount-target --file-system-id "
    "fs-2), mount it there, and delete it with aws efs delete-file-system",
    "bucket sagemaker-studio--team1--eu-central-1-111111111111-access-log: aws s3 ls "
    "s3://sagemaker-studio--team1--eu-central-1-111111111111-access-log",
    "key arn:1: who reads what is encrypted with it needs kms:Decrypt by an IAM policy",
]


def end(**options):
    """The end of team1 in an account that has all of FOUND."""
    home = [part for one in RESULTS["home"]["results"] for part in one["parts"]]
    return End(team_with(**options).team, Leaving(home_parts=home, **FOUND))


def test_everything_that_is_gone_has_its_line():
    assert removed(end(), RESULTS, is_prediction=False) == REMOVED


def test_file_system_that_went_with_its_domain_is_told():
    gone_with_domain = {**RESULTS, "home": {"results": [{"parts": [], "diff": {"before": {"sg-1": {"x": 1}}}}]}}
    lines = removed(end(), gone_with_domain, is_prediction=False)
    at = lines.index("file system fs-1 with the home directories")
    assert lines[at - 1 : at + 2] == [
        "domain d-1 (InService)",
        "file system fs-1 with the home directories",
        "security group sg-1",
    ]


def test_prediction_tells_what_will_be_asked():
    question, *lines = removed(end(), RESULTS, is_prediction=True)
    assert question.startswith("(the run itself will stop and ask: Team team1 has 3 backups in the vault")
    assert lines == REMOVED


def test_what_stays_is_told_with_how_to_reach_it():
    assert retained(end()) == RETAINED


def test_retained_things_are_added():
    lines = retained(end(studio_retain={"people": True, "data_bucket": True, "backups": True}))
    assert [line.split(":")[0] for line in lines] == [
        "file system fs-2",
        "bucket sagemaker-studio--team1--eu-central-1-111111111111-access-log",
        "bucket sagemaker-studio--team1--eu-central-1-111111111111",
        "backup vault sagemaker-studio--team1",
        "key arn",
        "the people in user pool pool",
    ]


def test_nothing_is_told_of_nothing():
    nothing = End(team_with().team, Leaving())
    assert removed(nothing, {step: {} for step in RESULTS}, is_prediction=False) == []
    assert retained(nothing) == []


@pytest.mark.parametrize(
    ("size", "shown"), [(0, "0.00 Bytes"), (1023, "1023.00 Bytes"), (1536, "1.50 KB"), (5 * 1024**4, "5.00 TB")]
)
def test_sizes_are_told_as_people_read_them(size, shown):
    assert human_size(size) == shown
