# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Write what a release is made of, as CycloneDX JSON, into dist/.

It lists the collection, and what execution-environment.yml pins for it. The same commit gives the same text.
"""

from __future__ import annotations

import argparse
import datetime
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path

import yaml
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.model.license import LicenseExpression
from cyclonedx.output import make_outputter
from cyclonedx.schema import OutputFormat, SchemaVersion
from packageurl import PackageURL

from scripts.build import commit_time
from scripts.environments import ROOT

VERSION = SchemaVersion.V1_6


def collection() -> Component:
    """Return the collection itself."""
    galaxy = yaml.safe_load((ROOT / "galaxy.yml").read_text())
    name, version = f"{galaxy['namespace']}.{galaxy['name']}", galaxy["version"]
    return Component(
        type=ComponentType.LIBRARY,
        name=name,
        version=version,
        bom_ref=f"{name}@{version}",
        description=galaxy["description"],
        licenses=[LicenseExpression(value) for value in galaxy["license"]],
    )


def parts() -> Iterator[Component]:
    """Return what the execution environment brings along: its image, collections, and Python packages."""
    definition = yaml.safe_load((ROOT / "execution-environment.yml").read_text())
    wanted = definition["dependencies"]
    image, _, tag = definition["images"]["base_image"]["name"].rpartition(":")
    yield Component(type=ComponentType.CONTAINER, name=image, version=tag, bom_ref=f"{image}:{tag}")
    for other in wanted["galaxy"]["collections"]:
        if other.get("type") != "file":
            yield _package("generic", other["name"], other["version"])
    of_ansible = [wanted[name]["package_pip"] for name in ("ansible_core", "ansible_runner")]
    for requirement in [*of_ansible, *wanted["python"]]:
        yield _package("pypi", *requirement.split("=="))


def _package(kind: str, name: str, version: str) -> Component:
    url = PackageURL(kind, name=name, version=version)
    return Component(type=ComponentType.LIBRARY, name=name, version=version, purl=url, bom_ref=str(url))


def bill() -> str:
    """Return the bill of materials of this commit."""
    ours, others = collection(), list(parts())
    bom = Bom(components=others, serial_number=uuid.uuid5(uuid.NAMESPACE_URL, ours.bom_ref.value))
    bom.metadata.component = ours
    bom.metadata.timestamp = datetime.datetime.fromtimestamp(commit_time(ROOT), datetime.UTC)
    bom.register_dependency(ours, others)
    return make_outputter(bom, OutputFormat.JSON, VERSION).output_as_string(indent=2) + "\n"


def main() -> int:
    """Write the bill into the folder that the command line names, and say where it lies."""
    parser = argparse.ArgumentParser(prog="python -m scripts.sbom", description=__doc__.splitlines()[0])
    parser.add_argument("output", nargs="?", type=Path, default=ROOT / "dist")
    output = parser.parse_args().output
    output.mkdir(parents=True, exist_ok=True)
    ours = collection()
    file = output / f"{ours.name.replace('.', '-')}-{ours.version}.cdx.json"
    file.write_text(bill())
    print(file)
    return 0


if __name__ == "__main__":
    sys.exit(main())
