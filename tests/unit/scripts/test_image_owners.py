# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The accounts of AWS's images are read out of a wheel of SageMaker's Python SDK, and written as they are read."""

import json
import re
import zipfile

from ansible_collections.mlplatform.studio.plugins.module_utils._blueprint.image_owners import IMAGE_OWNERS
from ansible_collections.mlplatform.studio.plugins.module_utils._blueprint.regions import partition_of
from scripts import image_owners


def test_accounts_are_read_however_deep_they_stand(tmp_path):
    registries = {"eu-central-1": "222222222222", "us-east-1": "333333333333"}
    files = {
        "sagemaker/image_uri_config/a.json": {"training": {"versions": {"1": {"registries": registries}}}},
        "sagemaker/image_uri_config/b.json": {"scope": [{"registries": {"eu-central-1": "111111111111"}}]},
        "sagemaker/image_uri_config/c.py": {"registries": {"eu-central-1": "999999999999"}},
        "sagemaker/other/d.json": {"registries": {"eu-central-1": "999999999999"}},
    }
    with zipfile.ZipFile(tmp_path / "sdk.whl", "w") as wheel:
        for name, content in files.items():
            wheel.writestr(name, json.dumps(content))
    assert image_owners.owners_in(str(tmp_path / "sdk.whl")) == {
        "eu-central-1": ["111111111111", "222222222222"],
        "us-east-1": ["333333333333"],
    }


def test_the_file_is_as_the_script_writes_it():
    text = image_owners.TARGET.read_text()
    owners = {region: list(accounts) for region, accounts in IMAGE_OWNERS.items()}
    assert image_owners.written(text, owners) == text


def test_every_region_is_known_and_every_account_has_twelve_digits():
    assert [region for region in IMAGE_OWNERS if not partition_of(region)] == []
    accounts = {account for found in IMAGE_OWNERS.values() for account in found}
    assert [account for account in accounts if not re.fullmatch("[0-9]{12}", account)] == []
    assert min(len(found) for found in IMAGE_OWNERS.values()) > 0
