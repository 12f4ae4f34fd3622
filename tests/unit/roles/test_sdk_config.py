# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The script that configures SageMaker's Python SDK, run by bash, and what it writes."""

import os
import subprocess

import pytest
import yaml

from ansible_collections.mlplatform.studio.plugins.module_utils._blueprint.found import Found
from ansible_collections.mlplatform.studio.plugins.module_utils._blueprint.plan import team_plan
from tests.unit.policies.rendering import ACCOUNT, KEY_IDS, REGION, team_with

KEY = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/{KEY_IDS['team1']}"
FOUND = Found(
    key_arn=KEY,
    security_group_id="sg-team",
    subnets=[{"subnet_id": f"subnet-{number}", "vpc_id": "vpc-1"} for number in (2, 1)],
    client_groups=[{"group_id": "sg-clients"}],
)
NETWORK = {"SecurityGroupIds": ["sg-team", "sg-clients"], "Subnets": ["subnet-1", "subnet-2"]}
# Where the SDK reads a default from (sagemaker-python-sdk, config_schema.py, the constants that end in _PATH).
READ = {
    "PythonSDK.Modules.Session.DefaultS3Bucket": f"sagemaker-studio--team1--{REGION}-{ACCOUNT}",
    "TrainingJob.OutputDataConfig.KmsKeyId": KEY,
    "TrainingJob.ResourceConfig.VolumeKmsKeyId": KEY,
    "TrainingJob.VpcConfig": NETWORK,
    "ProcessingJob.ProcessingOutputConfig.KmsKeyId": KEY,
    "ProcessingJob.ProcessingResources.ClusterConfig.VolumeKmsKeyId": KEY,
    "ProcessingJob.NetworkConfig.VpcConfig": NETWORK,
    "TransformJob.TransformOutput.KmsKeyId": KEY,
    "TransformJob.TransformResources.VolumeKmsKeyId": KEY,
    "Model.VpcConfig": NETWORK,
    "EndpointConfig.KmsKeyId": KEY,
    "EndpointConfig.DataCaptureConfig.KmsKeyId": KEY,
    "PythonSDK.Modules.RemoteFunction.S3KmsKeyId": KEY,
    "PythonSDK.Modules.NotebookJob.VpcConfig": NETWORK,
}
TAGGED = ("TrainingJob", "ProcessingJob", "TransformJob", "Model", "Endpoint", "EndpointConfig", "Pipeline")
MIRROR = {"type": "mirror", "pip_url": "https://mirror.example.com/simple/"}


def configs(package_script="", **options):
    """The lifecycle configurations of a team."""
    plan = team_plan(team_with(**options).team, FOUND, package_script)["lifecycle_configs"]
    return {one["app_type"]: one["content"] for one in (plan or {"lifecycle_configs": []})["lifecycle_configs"]}


@pytest.fixture
def place(tmp_path):
    """The environment of an app: a home, a place for all users that may be written, and no sudo."""
    (tmp_path / "bin").mkdir()
    sudo = tmp_path / "bin" / "sudo"
    sudo.write_text("#!/bin/bash\nexit 1\n")
    sudo.chmod(0o755)
    return {
        "HOME": str(tmp_path / "home"),
        "PATH": f"{tmp_path / 'bin'}:{os.environ['PATH']}",
        "XDG_CONFIG_DIRS": str(tmp_path / "etc"),
    }


def run(place, text):
    """What a script says."""
    done = subprocess.run(["bash"], env=place, input=text, capture_output=True, text=True, timeout=30, check=True)
    assert done.stderr == ""
    return done.stdout


def configuration(folder):
    """The SDK's configuration in a folder."""
    with open(f"{folder}/sagemaker/config.yaml", encoding="utf-8") as file:
        return yaml.safe_load(file)


def test_sdk_takes_bucket_key_tags_and_network_of_the_team(place):
    run(place, configs()["JupyterLab"])
    written = configuration(place["XDG_CONFIG_DIRS"])
    assert (written.keys(), written["SchemaVersion"]) == ({"SchemaVersion", "SageMaker"}, "1.0")
    for path, wanted in READ.items():
        found = written["SageMaker"]
        for part in path.split("."):
            found = found[part]
        assert found == wanted, path
    tags = [{"Key": "DomainName", "Value": "team1"}, {"Key": "Platform", "Value": "sagemaker-studio"}]
    assert all(written["SageMaker"][kind]["Tags"] == tags for kind in TAGGED)


def closed(place, tmp_path):
    """Take away the place for all users: root may write anywhere but below a file."""
    (tmp_path / "file").write_text("")
    return {**place, "XDG_CONFIG_DIRS": str(tmp_path / "file")}


def test_where_the_place_for_all_is_closed_the_persons_own_is_written_and_renewed(place, tmp_path):
    place = closed(place, tmp_path)
    own = f"{place['HOME']}/.config"
    for options in ({}, {"studio_people_separated": True}):
        assert own in run(place, configs(**options)["CodeEditor"])
    network = configuration(own)["SageMaker"]["Model"]["VpcConfig"]
    assert network["SecurityGroupIds"] == ["sg-clients"]


def test_own_configuration_of_a_person_stays(place, tmp_path):
    place = closed(place, tmp_path)
    folder = tmp_path / "home/.config/sagemaker"
    folder.mkdir(parents=True)
    (folder / "config.yaml").write_text("SchemaVersion: '1.0'\n")
    assert "stays" in run(place, configs()["JupyterLab"])
    assert (folder / "config.yaml").read_text() == "SchemaVersion: '1.0'\n"


def test_older_own_copy_does_not_hide_the_place_for_all(place, tmp_path):
    text = configs()["JupyterLab"]
    run(closed(place, tmp_path), text)
    run(place, text)
    assert not (tmp_path / "home/.config/sagemaker/config.yaml").exists()
    assert configuration(place["XDG_CONFIG_DIRS"])


def test_script_comes_after_that_of_the_package_index():
    text = configs("#!/bin/bash\necho packages\n", studio_package_index=MIRROR)["JupyterLab"]
    assert text.startswith("#!/bin/bash\necho packages\n") and "SchemaVersion" in text
    without = configs("#!/bin/bash\necho packages\n", studio_package_index=MIRROR, studio_sdk_config=False)
    assert without["JupyterLab"] == "#!/bin/bash\necho packages\n"


def test_without_it_there_is_no_script():
    assert configs(studio_sdk_config=False) == {}
