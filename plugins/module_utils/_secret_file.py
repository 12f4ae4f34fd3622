# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Files that hold a secret for their owner alone."""

from __future__ import annotations

import os
import tempfile

from ._waiting import StudioError


def check_secret_file(path: str) -> None:
    """Raise StudioError where no file could be written at path."""
    folder = os.path.dirname(os.path.abspath(path))
    if os.path.isdir(path):
        raise StudioError(f"dest {path} is a directory; name a file.")
    if not os.path.isdir(folder):
        raise StudioError(f"The directory of dest {path} does not exist. Create it first.")
    if not os.access(folder, os.W_OK):
        raise StudioError(f"The directory of dest {path} cannot be written to.")


def write_secret(path: str, text: str) -> None:
    """Write text and a newline to a file that only its owner can read, at once or not at all.

    Raises StudioError, with the reason but without the text, where the file cannot be written.
    """
    try:
        descriptor, temporary = tempfile.mkstemp(dir=os.path.dirname(os.path.abspath(path)))  # made with mode 0600
        try:
            with os.fdopen(descriptor, "w") as file:
                file.write(text + "\n")
            os.replace(temporary, path)
        except BaseException:
            os.unlink(temporary)
            raise
    except OSError as error:
        raise StudioError(f"{path} could not be written: {error.strerror or error}. Choose another dest.") from error
