# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What -e user=ada -e resend_invitation=true tells the roles of a team."""

import json
import re

import pytest

from tests.support.playbook import ROOT, run_playbook

NOWHERE = "http://127.0.0.1:9"  # choosing calls nothing
PLAY = """\
- name: Choose
  ansible.builtin.import_playbook: {choose}

- name: Show
  hosts: chosen_teams
  gather_facts: false
  tasks:
    - name: Show who is added
      ansible.builtin.debug:
        msg: "added {{{{ chosen.added_people | to_json }}}}"
"""


@pytest.fixture
def added(tmp_path):
    """Calls choose.yml for team1 with arguments; who is added to the team, or what the run said instead."""
    playbook = tmp_path / "show.yml"
    playbook.write_text(PLAY.format(choose=ROOT / "playbooks/choose.yml"))

    def added(*arguments):
        environment = {"ANSIBLE_CALLBACK_RESULT_FORMAT": "yaml"}
        run = run_playbook(str(playbook), *arguments, url=NOWHERE, environment=environment)
        found = re.search(r"added (\[.*\])", run.output)
        return json.loads(found[1].replace('\\"', '"')) if run.status == 0 and found else run.output

    return added


@pytest.mark.parametrize(
    ("word", "people"),
    [
        ("resend_invitation=true", [{"name": "demo-user", "resend_invitation": True}]),
        ("resend_invitation=no", [{"name": "demo-user"}]),
        ("resend_invitation=", [{"name": "demo-user"}]),
    ],
)
def test_word_of_a_run_is_said_of_the_person(added, word, people):
    assert added("-e", "domain_name=team1", "-e", "user=demo-user", "-e", word) == people


def test_word_without_a_person_is_refused(added):
    said = added("-e", "domain_name=team1", "-e", "resend_invitation=true")
    assert "resend_invitation=true invites one person again; name the person too, with -e user=ada." in said
