# -*- coding: utf-8 -*-

# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Find lifecycle scripts that SageMaker would refuse, or that could not run."""

from __future__ import annotations

from ansible_collections.mlplatform.studio.plugins.module_utils._sagemaker.lifecycle_config import is_name, script_fault

DOCUMENTATION = r"""
name: script_mistakes
short_description: Find lifecycle scripts that SageMaker would refuse, or that could not run
version_added: 0.1.0
description:
  - Returns a sentence for every script that has an impossible name, is empty or missing, has Windows line ends, is
    larger than SageMaker takes, or is for a kind of app that Studio does not offer.
positional: _input, texts, hidden_app_types, folders
options:
  _input:
    description: The scripts, dicts with C(name), C(app_type) and perhaps C(script), the path of the file.
    type: list
    elements: dict
    required: true
  texts:
    description: The text of each script, in the same order; empty where a file cannot be read.
    type: list
    elements: str
    required: true
  hidden_app_types:
    description: The kinds of apps that Studio does not offer.
    type: list
    elements: str
    default: []
  folders:
    description: The folders in which files were looked for.
    type: list
    elements: str
    default: []
"""

EXAMPLES = r"""
mistakes: "{{ [{'name': 'proxy', 'app_type': 'JupyterLab'}] | mlplatform.studio.script_mistakes(['echo hello']) }}"
"""

RETURN = r"""
_value:
  description: One sentence per script, empty when all can be used.
  type: list
  elements: str
"""

# Ansible's own search for a file that a role names.
OTHER_FOLDERS = "and where Ansible looks for files of roles"


def script_mistakes(
    scripts: list[dict], texts: list[str], hidden_app_types: list[str] = (), folders: list[str] = ()
) -> list[str]:
    """Return one sentence per script that cannot be used as it is."""
    faults = {script["name"]: _fault(script, text, hidden_app_types, folders) for script, text in zip(scripts, texts)}
    return [f"lifecycle script {name} {fault}" for name, fault in faults.items() if fault]


def _fault(script: dict, text: str, hidden_app_types: list[str], folders: list[str]) -> str | None:
    if not is_name(str(script["name"])):
        return "needs another name: letters, digits and inner hyphens."
    if script["app_type"] in hidden_app_types:
        return (
            f"is for {script['app_type']}, which studio_hidden_app_types keeps people from starting. Take another "
            "app_type, or show that one."
        )
    if not text and script.get("script"):
        return f"cannot be read, or is empty: {script['script']}{_looked_for(script['script'], folders)}."
    return script_fault(text)


def _looked_for(path: str, folders: list[str]) -> str:
    return "" if path.startswith(("/", "~")) else f", looked for in {', '.join(folders)}, {OTHER_FOLDERS}"


class FilterModule:
    """The filter of this file."""

    def filters(self) -> dict:
        """Return the filters by name."""
        return {"script_mistakes": script_mistakes}
