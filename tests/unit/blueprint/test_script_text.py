# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

import pytest

from ansible_collections.mlplatform.studio.plugins.module_utils._blueprint.script_text import (
    read_script,
    script_fault,
)

# As base64 these have 16384 characters, which AWS takes, and four more.
LONGEST, TOO_LONG = "x" * 12288, "x" * 12289


@pytest.mark.parametrize(
    "text",
    [
        "echo",
        "#!/bin/bash\necho",
        "#!/bin/bash\ncat > run <<END\n#!/bin/sh\nEND\n",
        "echo Grüße 😀",
        "# note\necho",
        LONGEST,
    ],
)
def test_script_that_can_run_has_no_fault(text):
    assert script_fault(text) is None


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (None, "is empty; a lifecycle configuration needs a script."),
        ("", "is empty;"),
        (" \n\t", "is empty;"),
        ("\ufeff#!/bin/bash\n", "begins with a byte order mark"),
        ("echo\r\n", "has Windows line ends (CRLF)"),
        ("echo\r", "has Windows line ends (CRLF)"),
        ("# note\n#!/bin/bash\n", "has its #! line below other text"),
        ("\n#!/bin/bash\n", "has its #! line below other text"),
        ("  #!/bin/bash\n", "has its #! line below other text"),
        (TOO_LONG, "is 16388 characters long as base64; AWS takes 16384"),
        # Bytes count, and not characters.
        ("ü" * 6145, "is 16388 characters long as base64"),
    ],
)
def test_script_that_cannot_run_is_told_why(text, fault):
    assert script_fault(text).startswith(fault)


@pytest.mark.parametrize("text", ["echo Grüße", "\ufeffecho"])
def test_file_is_read_as_utf_8(text):
    assert read_script(text.encode()) == (text, None)


@pytest.mark.parametrize("content", ["echo Grüße".encode("latin-1"), "echo".encode("utf-16"), b"\xff"])
def test_file_that_is_no_utf_8_is_told(content):
    assert read_script(content) == ("", "is not UTF-8 text; save it as UTF-8.")
