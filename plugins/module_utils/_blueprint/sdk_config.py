# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What SageMaker's Python SDK takes where nobody says otherwise: the team's bucket, key, tags and network.

Without it the SDK writes with S3's own key, which the data bucket refuses, and starts jobs outside the network. Source:
sagemaker-python-sdk, src/sagemaker/config/config_schema.py (schema version 1.0) and its guide, "Configuring and using
defaults with the SageMaker Python SDK".
"""

from __future__ import annotations

import json
import typing as t

from .apps import groups_of_people
from .found import Found
from .team import Team

Settings = t.Dict[str, t.Any]
MARK = "# Written for a team by mlplatform.studio"
# The place for all users is the administrator's. Where the image lets nobody write there, the person's own file is
# written, unless the person has made one.
SCRIPT = """
# What SageMaker's Python SDK takes where nobody says otherwise.
read -r -d '' sdk_config << 'END'
{mark}; changes belong into its description.
{config}
END
own="${{XDG_CONFIG_HOME:-$HOME/.config}}/sagemaker/config.yaml"
for all in "${{XDG_CONFIG_DIRS:-/etc/xdg}}"; do all="${{all%%:*}}/sagemaker"; done
is_ours() {{ [ "$(head -c {length} "$own" 2> /dev/null)" = '{mark}' ]; }}
put() {{ printf '%s\\n' "$sdk_config"; }}
if {{ mkdir -p "$all" && put > "$all/config.yaml"; }} 2> /dev/null ||
  {{ sudo -n mkdir -p "$all" && put | sudo -n tee "$all/config.yaml" > /dev/null; }} 2> /dev/null; then
  if is_ours; then rm -f "$own"; fi
  echo "SDK configuration: $all/config.yaml"
elif is_ours || [ ! -e "$own" ]; then
  mkdir -p "$(dirname "$own")" && put > "$own"
  echo "SDK configuration: $own"
else
  echo "SDK configuration: $own is the person's own, and stays"
fi
"""


def sdk_script(team: Team, found: Found) -> str:
    """Return the lines of bash that write the configuration, "" for a team without it."""
    if not team.sdk_config:
        return ""
    config = json.dumps(sdk_configuration(team, found), separators=(",", ":"))
    return SCRIPT.format(mark=MARK, length=len(MARK), config=config)


def sdk_configuration(team: Team, found: Found) -> Settings:
    """Return the configuration, by the SDK's schema."""
    key = found.key_arn or team.names.unknown_key_arn
    tags = [{"Key": name, "Value": value} for name, value in sorted(team.own_tags.items())]
    network = {
        "SecurityGroupIds": groups_of_people(team, found),
        "Subnets": list(found.network.subnet_ids),
    }
    output, volume, placed = {"KmsKeyId": key}, {"VolumeKmsKeyId": key}, {"VpcConfig": network}
    cluster = {"ClusterConfig": volume}
    secured = {**volume, **placed}
    module = {"S3KmsKeyId": key, "S3RootUri": f"s3://{team.names.data_bucket}", **secured}
    monitoring = {
        "MonitoringOutputConfig": output,
        "MonitoringResources": cluster,
        "NetworkConfig": placed,
    }
    kinds: Settings = {
        "AutoMLJob": {"AutoMLJobConfig": {"SecurityConfig": secured}, "OutputDataConfig": output},
        "AutoMLJobV2": {"SecurityConfig": secured, "OutputDataConfig": output},
        "CompilationJob": {"OutputConfig": output, **placed},
        "Endpoint": {},
        "EndpointConfig": {
            "AsyncInferenceConfig": {"OutputConfig": output},
            "DataCaptureConfig": output,
            "KmsKeyId": key,
        },
        "FeatureGroup": {"OfflineStoreConfig": {"S3StorageConfig": output}},
        "Model": placed,
        "MonitoringSchedule": {"MonitoringScheduleConfig": {"MonitoringJobDefinition": monitoring}},
        "Pipeline": {},
        "ProcessingJob": {
            "NetworkConfig": placed,
            "ProcessingOutputConfig": output,
            "ProcessingResources": cluster,
        },
        "TrainingJob": {"OutputDataConfig": output, "ResourceConfig": volume, **placed},
        "TransformJob": {"TransformOutput": output, "TransformResources": volume},
    }
    modules = {
        "NotebookJob": module,
        "RemoteFunction": {**module, "Tags": tags},
        "Session": {"DefaultS3Bucket": team.names.data_bucket},
    }
    tagged = {kind: {**settings, "Tags": tags} for kind, settings in kinds.items()}
    return {"SchemaVersion": "1.0", "SageMaker": {**tagged, "PythonSDK": {"Modules": modules}}}
