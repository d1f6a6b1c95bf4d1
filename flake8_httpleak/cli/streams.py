"""Standard output and standard error: what may go there, and whether somebody looks at it on a terminal."""

from __future__ import annotations

import io
import os
import shutil
import sys
from collections.abc import Iterable
from contextlib import suppress
from typing import TextIO

from flake8_httpleak.report.showing import harmless, visible


class Streams:
    """Where the command writes. Reports go to standard output, everything about the run to standard error."""

    def __init__(self) -> None:
        """Take the streams as they are now; characters that they cannot show become escapes."""
        self.out: TextIO = sys.stdout
        self.err: TextIO = sys.stderr
        for stream in (self.out, self.err):
            if isinstance(stream, io.TextIOWrapper):
                with suppress(OSError, ValueError):
                    stream.reconfigure(errors="backslashreplace")

    @property
    def is_watched(self) -> bool:
        """Whether reports go to a terminal, which obeys what it is sent, in colour or not."""
        return self.out.isatty()

    @property
    def is_terminal(self) -> bool:
        """Whether reports are looked at in colour: on a terminal, unless NO_COLOR or a dumb one asks for less."""
        return self.is_watched and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"

    @property
    def width(self) -> int | None:
        """Columns of the terminal that reports go to; None if they go to a file or a pipe, where one thing is one line."""
        return shutil.get_terminal_size().columns if self.is_watched else None

    @property
    def shows_progress(self) -> bool:
        """Whether somebody would see a progress bar."""
        return self.err.isatty() and os.environ.get("TERM") != "dumb" and "CI" not in os.environ

    def write(self, text: str) -> None:
        """Write a report, or a part of one."""
        self.out.write(text)

    def write_lines(self, lines: Iterable[str]) -> None:
        """Write lines that are for people, each with nothing in it that a terminal or the log of a build would obey."""
        self.write("".join(f"{harmless(line)}\n" for line in lines))

    def write_code(self, text: str) -> None:
        """Write code of the user's: for programs as it is, on a terminal without what that would obey."""
        self.write("".join(f"{visible(line)}\n" for line in text.split("\n"))[:-1] if self.is_watched else text)

    def flush(self) -> None:
        """Hand over what was written; raises BrokenPipeError here and not at the end of Python."""
        self.out.flush()

    def say(self, text: str) -> None:
        """One line about the run."""
        with suppress(OSError):
            self.err.write(f"{harmless(text)}\n")
            self.err.flush()
