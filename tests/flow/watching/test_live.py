"""The moving picture on a real terminal: how it ends, and what it costs."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time

import pytest

pty = pytest.importorskip("pty", reason="terminals of this kind are not to be had here")

HIDE, SHOW = "\x1b[?25l", "\x1b[?25h"
PROGRAM = """
import contextlib, os, signal, time
from headstart.flow.adapting.display import Display
from headstart.flow.adapting.watching.events import Progressed
from tests.flow.watching.samples import race
signal.signal(signal.SIGINT, signal.default_int_handler)  # some shells start programs that ignore it
display = Display.on_stderr(lambda: 60.0)
with contextlib.closing(display):
    display.say("  note: before it all")
    for event in race(12):
        display.tell(event)
    {then}
"""


def run(then: str, *, interrupt: bool = False, term: str = "xterm-256color") -> tuple[int, str]:
    """Exit status and all that a terminal of 80 columns was sent."""
    ours, theirs = pty.openpty()
    environment = {
        **os.environ,
        "TERM": term,
        "COLUMNS": "80",
        "LINES": "24",
        "PYTHONPATH": os.pathsep.join(sys.path),
    }
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM.format(then=then)],
        stderr=theirs,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        env=environment,
    )
    os.close(theirs)
    told = bytearray()
    # What nobody reads fills the terminal, and then the program waits.
    reader = threading.Thread(target=read_all, args=(ours, told))
    reader.start()
    if interrupt:
        assert process.stdout is not None
        process.stdout.readline()
        process.send_signal(signal.SIGINT)
    status = process.wait(timeout=60)
    reader.join(timeout=60)
    os.close(ours)
    return status, told.decode()


def read_all(source: int, told: bytearray) -> None:
    """Reads until the other end is closed, of which Linux speaks as of a fault."""
    with contextlib.suppress(OSError):
        while chunk := os.read(source, 65536):
            told.extend(chunk)


def restored(told: str) -> bool:
    return HIDE in told and told.rindex(SHOW) > told.rindex(HIDE)


def test_the_picture_stays_and_the_cursor_comes_back():
    status, told = run("display.say('  note: while at work')")
    assert status == 0
    assert restored(told)
    assert told.index("before it all") < told.index(HIDE)
    assert "while at work" in told
    last = told[told.rindex("candidate") :]
    assert "probe" in last
    assert "left of" not in last


def test_an_error_leaves_the_terminal_as_it_was():
    status, told = run("raise RuntimeError('it broke')")
    assert status == 1
    assert restored(told)
    assert "it broke" in told[told.rindex(SHOW) :]


def test_ctrl_c_leaves_the_terminal_as_it_was():
    status, told = run("os.write(1, b'ready\\n'); time.sleep(60)", interrupt=True)
    assert status in (-signal.SIGINT, 130)
    assert restored(told)


def test_many_events_make_no_more_pictures():
    began = time.monotonic()
    status, told = run("[display.tell(Progressed(fraction=at / 20000)) for at in range(20000)]")
    assert status == 0
    # At 4 a second, and one more for the begin and the end.
    assert told.count("candidate") <= 4 * (time.monotonic() - began) + 4


@pytest.mark.parametrize("term", ["dumb", "unknown"])
def test_a_simple_terminal_gets_plain_lines(term):
    status, told = run("pass", term=term)
    assert status == 0
    assert "\x1b" not in told
    assert "trial: probe, rung 1  1.5 s  (expected 2.0 s)" in told
