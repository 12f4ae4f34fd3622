# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What others on the machine could see of a run: commands and environments of processes, and files that it leaves.

Not every secret is known while a run goes on, as AWS makes some: all that was seen is kept, and searched in the end.
"""

import base64
import contextlib
import os
import re
import threading
from pathlib import Path

EVERY_SECONDS = 0.02
SERVER = b"warm_server.py"
CORE_LIMIT = re.compile(r"^Max core file size +(\S+)", re.MULTILINE)


def forms(secret):
    """A secret as it may be written: as it is, and within anything of base64."""
    text = secret.encode()
    found = {text}
    for offset in range(3):
        # Neither the first character nor the last is the secret's alone.
        whole = base64.b64encode(b"x" * offset + text).rstrip(b"=")
        found |= {
            whole[4 if offset else 0 : -2],
            whole[4 if offset else 0 : -2].translate(bytes.maketrans(b"+/", b"-_")),
        }
    return found


class Watch:
    """Looks at all processes and at the files below folders, over and over, from `with` to its end.

    `in_environments` are the texts `NAME=value` with which a run was started, so that all that it starts has them by
    right; the process that runs modules has not.
    """

    def __init__(self, *folders, in_environments=()):
        self._folders = folders
        self._given = {text.encode() for text in in_environments}
        self._seen = {}
        self._files = {}
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._run)
        self.rounds = 0
        # The latest limit of each process that ran modules: its core dump's size.
        self.core_limits = {}

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._end.set()
        self._thread.join()
        self._look_at_files()

    def keep(self, place, data):
        """Keep something that was seen."""
        self._seen.setdefault(data, place)

    def places(self, secrets):
        """Where any of these secrets, by name, was seen: pairs of name and place."""
        sought = [(name, form) for name, secret in secrets.items() for form in forms(secret)]
        return sorted({(name, place) for data, place in self._seen.items() for name, form in sought if form in data})

    def kinds(self):
        """How many different things were seen, by the first word of their places."""
        words = [place.partition(" ")[0] for place in self._seen.values()]
        return {word: words.count(word) for word in words}

    def _run(self):
        while not self._end.wait(EVERY_SECONDS):
            self._look_at_processes()
            self._look_at_files()
            self.rounds += 1

    def _look_at_processes(self):
        for pid in filter(str.isdigit, os.listdir("/proc")):
            # It ended in the meantime, or is somebody else's.
            with contextlib.suppress(OSError):
                folder = Path("/proc", pid)
                command = (folder / "cmdline").read_bytes()
                if not command:
                    continue
                self.keep(f"command {command[:200]!r}", command)
                is_server = SERVER in command
                entries = (folder / "environ").read_bytes().split(b"\0")
                kept = b"\0".join(entry for entry in entries if is_server or entry not in self._given)
                self.keep(f"{'server' if is_server else 'environment'} {command[:200]!r}", kept)
                if is_server:
                    self.core_limits[int(pid)] = CORE_LIMIT.search((folder / "limits").read_text())[1]

    def _look_at_files(self):
        for folder in self._folders:
            for directory, _folders, names in os.walk(folder):
                for name in names:
                    with contextlib.suppress(OSError):
                        self._look_at_file(Path(directory, name))

    def _look_at_file(self, path):
        found = path.lstat()
        version = (found.st_ino, found.st_size, found.st_mtime_ns)
        if path.is_symlink() or not path.is_file() or self._files.get(path) == version:
            return
        self.keep(f"file {path}", path.read_bytes())
        self._files[path] = version
