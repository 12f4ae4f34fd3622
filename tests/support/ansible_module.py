# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run a module of the collection inside the test process: its own code, options and result, without a playbook."""

import contextlib
import importlib.util
import io
import json
import runpy
from pathlib import Path

import botocore.loaders
import botocore.session
from ansible.module_utils import basic
from ansible.module_utils.common import warnings
from ansible.utils.collection_loader._collection_finder import _AnsibleCollectionFinder

ROOT = Path(__file__).parents[2]
MODULES = "ansible_collections.mlplatform.studio.plugins.modules"


def find_collections():
    """Make ansible_collections.* importable: ours through the link in collections/, amazon.aws from the environment."""
    if importlib.util.find_spec("ansible_collections") and getattr(find_collections, "done", False):
        return
    _AnsibleCollectionFinder(paths=[str(ROOT / "collections")])._install()
    find_collections.done = True


# Modules make a session for every client, and reading the service models anew is most of what a short run costs.
_loader = botocore.loaders.create_loader()
botocore.session.create_loader = lambda _search_path=None: _loader


class ModuleFailed(Exception):
    """The module ended with fail_json; `result` is what it returned."""

    def __init__(self, result):
        super().__init__(result.get("msg"))
        self.result = result


def run_module(module, /, *, check=False, **options):
    """Return the result of running `module` with `options`. Raises ModuleFailed when the module fails."""
    find_collections()
    arguments = {**options, "_ansible_check_mode": check, "_ansible_diff": True, "_ansible_remote_tmp": "/tmp"}  # noqa: S108
    basic._ANSIBLE_ARGS = json.dumps({"ANSIBLE_MODULE_ARGS": arguments}).encode()
    basic._ANSIBLE_PROFILE = "legacy"
    warnings._global_warnings.clear()  # a module is a process of its own, and warns of its own things
    output = io.StringIO()
    with contextlib.redirect_stdout(output), contextlib.suppress(SystemExit):
        runpy.run_module(f"{MODULES}.{module}", run_name="__main__")
    result = json.loads(output.getvalue().splitlines()[-1])
    if result.get("failed"):
        raise ModuleFailed(result)
    return result
