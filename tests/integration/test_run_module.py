# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every module is what its task names, though Ansible sends one payload for all of them."""

import json

import pytest

from tests.support.playbook import run_playbook

# Since ansible-core 2.21 they are told only where one asks for them.
INVOCATIONS = {"ANSIBLE_INJECT_INVOCATION": "true"}
PASSWORD = "Analytical-Engine-1843"
SECRET_TEAM = {"description": {}, "passwords": {"ada": PASSWORD}, "package_script": ""}
TASKS = {
    "named": {"mlplatform.studio.kms_key": {"alias": "a", "wrong": 1}},
    "short": {"kms_key": {"alias": "a", "wrong": 1}},
    "action": {"action": {"module": "mlplatform.studio.kms_key", "alias": "a", "wrong": 1}},
    "defaults": {
        "mlplatform.studio.kms_key": {"wrong": 1},
        "module_defaults": {"mlplatform.studio.kms_key": {"alias": "a"}},
    },
    "group": {
        "mlplatform.studio.kms_key": {},
        "module_defaults": {"group/mlplatform.studio.all": {"alias": "a", "wrong": 1}},
    },
    "secret": {"mlplatform.studio.studio_teams_info": {"teams": [SECRET_TEAM]}},
    "itself": {"mlplatform.studio.run_module": {}},
}
WRONG = "wrong is not an option."
# How messages begin.
SAID = {
    **dict.fromkeys(("named", "short", "action", "defaults", "group"), WRONG),
    "itself": "run_module runs other modules of this collection. Name the one that you want in its place.",
}


@pytest.fixture(scope="module")
def answers(tmp_path_factory):
    folder = tmp_path_factory.mktemp("run_module")
    tasks = [{"name": name, "ignore_errors": True, "register": name, **task} for name, task in TASKS.items()]
    tell = {"name": "Tell", "ansible.builtin.copy": {"dest": str(folder / "told"), "content": "{{ told | to_json }}"}}
    tell["vars"] = {"told": {name: f"{{{{ {name} }}}}" for name in TASKS}}
    play = {"hosts": "localhost", "gather_facts": False, "collections": ["mlplatform.studio"], "tasks": [*tasks, tell]}
    (folder / "play.yml").write_text(json.dumps([{**play, "connection": "mlplatform.studio.warm"}]))
    ended = run_playbook(folder / "play.yml", "-vvv", url="http://127.0.0.1:9", environment=INVOCATIONS)
    told = (folder / "told").read_text()
    assert "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER" in ended.output + told
    assert PASSWORD not in ended.output + told
    return json.loads(told)


@pytest.mark.parametrize("name", SAID)
def test_module_is_what_its_task_names(answers, name):
    assert answers[name]["failed"]
    assert answers[name]["msg"].startswith(SAID[name])
