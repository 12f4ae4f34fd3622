# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

import pytest

from tests.support.ansible_module import find_collections

find_collections()

from ansible_collections.mlplatform.studio.plugins.filter.script_mistakes import FilterModule  # noqa: E402

script_mistakes = FilterModule().filters()["script_mistakes"]
PROXY = {"name": "proxy", "app_type": "JupyterLab"}


@pytest.mark.parametrize(
    ("changes", "text", "sentence"),
    [
        ({}, "echo\r\n", "lifecycle script proxy has Windows line ends (CRLF)"),
        ({}, "x" * 12289, "lifecycle script proxy is 16388 characters long as base64; AWS takes 16384"),
        ({}, " \n", "lifecycle script proxy is empty"),
        (
            {"script": "files/proxy.sh"},
            "",
            "lifecycle script proxy cannot be read, or is empty: files/proxy.sh, looked for in /here, /there, and "
            "where Ansible looks for files of roles.",
        ),
        ({"script": "/proxy.sh"}, "", "lifecycle script proxy cannot be read, or is empty: /proxy.sh."),
        ({"name": "my_proxy"}, "echo", "lifecycle script my_proxy needs another name"),
        ({"app_type": "JupyterServer"}, "echo", "lifecycle script proxy is for JupyterServer, which studio_hidden"),
    ],
)
def test_script_that_cannot_be_used_is_told_in_one_sentence(changes, text, sentence):
    good = {**PROXY, "name": "good"}
    (mistake,) = script_mistakes([good, {**PROXY, **changes}], ["echo", text], ["JupyterServer"], ["/here", "/there"])
    assert mistake.startswith(sentence)


@pytest.mark.parametrize("text", ["echo", "x" * 12288])
def test_script_that_can_be_used_is_no_mistake(text):
    assert script_mistakes([PROXY], [text]) == []
