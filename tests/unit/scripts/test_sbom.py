# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The bill of materials must be CycloneDX, name everything that is pinned, and what is pinned must be everything."""

from __future__ import annotations

import importlib.metadata
import json

import pytest
import yaml
from cyclonedx.schema import OutputFormat
from cyclonedx.validation import make_schemabased_validator
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from scripts import environments, sbom

DEFINITION = yaml.safe_load((environments.ROOT / "execution-environment.yml").read_text())
# The Python of the image, for markers.
IMAGE = {"extra": "", "python_version": "3.12", "python_full_version": "3.12.0"}


def pinned():
    """Return what the execution environment installs with pip."""
    wanted = DEFINITION["dependencies"]
    return [wanted["ansible_core"]["package_pip"], wanted["ansible_runner"]["package_pip"], *wanted["python"]]


def needed(names):
    """Return these packages and all that they need, by canonical name, as what is installed here says."""
    found, left = set(), [*names]
    while left:
        name = left.pop()
        if name not in found:
            found.add(name)
            wanted = map(Requirement, importlib.metadata.requires(name) or [])
            left += [canonicalize_name(one.name) for one in wanted if one.marker is None or one.marker.evaluate(IMAGE)]
    return found


def validator():
    return make_schemabased_validator(OutputFormat.JSON, sbom.VERSION)


def test_bill_is_cyclonedx():
    assert validator().validate_str(sbom.bill()) is None


@pytest.mark.parametrize("planted", [{"bomFormat": "Other"}, {"components": [{"name": "without type"}]}])
def test_planted_mistake_is_found(planted):
    assert validator().validate_str(json.dumps({**json.loads(sbom.bill()), **planted})) is not None


def test_bill_is_the_same_for_the_same_commit():
    assert sbom.bill() == sbom.bill()


def test_bill_names_everything_that_is_pinned():
    bill = json.loads(sbom.bill())
    assert bill["metadata"]["component"]["name"] == "mlplatform.studio"
    named = {f"{one['name']}=={one['version']}" for one in bill["components"]}
    image = DEFINITION["images"]["base_image"]["name"].replace(":", "==")
    assert named == {*pinned(), "amazon.aws==10.1.2", image}
    refs = {one["bom-ref"] for one in bill["components"]}
    assert {ref for one in bill["dependencies"] for ref in one.get("dependsOn", [])} == refs


def test_image_has_the_versions_that_were_tested():
    assert set(pinned()) - set(environments.pins().values()) == set()


def test_image_has_a_version_for_everything_that_it_needs():
    names = {canonicalize_name(line.partition("==")[0]) for line in pinned()}
    assert names == needed(["ansible-core", "ansible-runner", "boto3", "botocore"])


def test_image_has_the_amazon_aws_that_was_tested():
    release = importlib.metadata.files("ansible")
    path = next(file for file in release if str(file) == "ansible_collections/amazon/aws/MANIFEST.json")
    manifest = json.loads(path.read_text())
    wanted = {one["name"]: one.get("version") for one in DEFINITION["dependencies"]["galaxy"]["collections"]}
    assert wanted["amazon.aws"] == manifest["collection_info"]["version"]
