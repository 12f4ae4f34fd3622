# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lines at the end of a terminal, as a terminal shows them."""

import io
import os
import threading

import pytest

from ansible_collections.mlplatform.studio.plugins.plugin_utils.progress import terminal
from ansible_collections.mlplatform.studio.plugins.plugin_utils.progress.terminal import Screen, Through
from tests.support.terminal import Terminal


class Shown(io.StringIO):
    """A stream whose text goes to a Terminal."""

    def __init__(self, columns):
        super().__init__()
        self.terminal = Terminal(columns)

    def write(self, text):
        self.terminal.feed(text)
        return len(text)


def screen_of(columns=20, rows=10):
    stream = Shown(columns)
    return Screen(stream, lambda: (columns, rows)), stream


def test_lines_are_drawn_in_place_and_below_what_stays():
    screen, stream = screen_of()
    screen.draw(["one", "two"])
    assert stream.terminal.text == "one\ntwo"
    screen.write(stream, "stays\n")
    screen.draw(["three"])
    screen.draw(["three"])
    assert stream.terminal.text == "stays\nthree"
    screen.close()
    assert stream.terminal.text == "stays"
    screen.draw(["four"])
    assert stream.terminal.text == "stays"


def test_nothing_is_drawn_into_a_question():
    screen, stream = screen_of()
    screen.write(stream, "Password: ")
    screen.draw(["one"])
    assert stream.terminal.text == "Password:"
    screen.write(stream, "")
    screen.write(stream, "\n")
    screen.draw(["one"])
    assert stream.terminal.text == "Password:\none"


def test_a_terminal_that_became_narrower_is_cleared():
    stream = Shown(10)
    width = [30]
    screen = Screen(stream, lambda: (width[0], 10))
    screen.draw(["x" * 25])
    assert len(stream.terminal.text.splitlines()) == 3
    width[0] = 10
    screen.close()
    assert stream.terminal.text == ""


def test_a_stream_that_stands_in_for_another():
    screen, stream = screen_of()
    through = Through(screen, stream)
    screen.draw(["one"])
    print("stays", file=through)
    assert stream.terminal.text == "stays" and not through.isatty()


def test_what_is_drawn_fits():
    screen, stream = screen_of(columns=12, rows=5)
    screen.draw(["a" * 30, "b", "c", "d"])
    assert stream.terminal.text.splitlines() == ["a" * 10 + "…", "b", "and 2 more"]


@pytest.mark.parametrize(
    ("line", "columns", "shown"), [("abc", 3, "abc"), ("abcd", 3, "ab…"), ("abc", 1, "…"), ("abc", 0, ""), ("", 0, "")]
)
def test_cut(line, columns, shown):
    assert terminal.cut(line, columns) == shown


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("short", "short"),
        ("one two three", "one two\n    three"),
        ("  in two three", "  in two\n      three"),
        ("at http://localhost/long", "at\n    http://localhost/long"),
    ],
)
def test_wrapped(line, shown):
    assert terminal.wrapped(line, 9) == shown


def test_fork_while_another_thread_draws():
    screen, stream = screen_of()
    screen.draw(["one"])
    screen.hold()
    drawn = threading.Thread(target=screen.draw, args=(["two"],), daemon=True)
    drawn.start()
    screen.release()
    drawn.join(10)
    assert stream.terminal.text == "two"
    screen.forget()
    screen.draw(["three"])
    assert stream.terminal.text == "two", "nothing is drawn by a process that was forked"


def test_size_without_a_terminal(monkeypatch):
    monkeypatch.setattr(terminal.sys, "__stdout__", None)
    assert terminal.terminal_size() == (80, 24)
    ours, theirs = os.openpty()
    with os.fdopen(theirs, "w") as stream:
        monkeypatch.setattr(terminal.sys, "__stdout__", stream)
        assert terminal.terminal_size() == (80, 24), "a terminal that does not know its size"
    os.close(ours)
