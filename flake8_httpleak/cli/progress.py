"""A progress bar for long runs that somebody watches. Nothing at all otherwise, and nothing imported for it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flake8_httpleak.cli.streams import Streams

PATIENCE = 0.7
"""Seconds before a bar appears: short runs end without one."""
PERIOD = 0.1
"""Seconds between two looks of the bar. It is drawn here and not by a thread, which processes that are forked would not like."""


class Bar:
    """Counts; draws itself from time to time once the run has taken a while."""

    def __init__(self, streams: Streams, total: int) -> None:
        """Take what there is to do; 0 for a bar that nobody sees."""
        self._streams = streams
        self._total = total if streams.shows_progress else 0
        self._done = 0
        self._next = time.monotonic() + PATIENCE
        self._drawn: Any = None

    def advance(self) -> None:
        """One file more."""
        self._done += 1
        if self._total and time.monotonic() >= self._next:
            self._draw()
            self._next = time.monotonic() + PERIOD

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Make room for a report."""
        if self._drawn is not None:
            self._drawn.stop()
        yield
        if self._drawn is not None:
            self._drawn.start()

    def close(self) -> None:
        """Leave no trace of it on the terminal."""
        if self._drawn is not None:
            self._drawn.stop()

    def _draw(self) -> None:
        from flake8_httpleak.cli.terminal import make_bar

        if self._drawn is None:
            self._drawn, self._task = make_bar(self._streams, self._total)
            self._drawn.start()
        self._drawn.update(self._task, completed=self._done)
        self._drawn.refresh()


@contextmanager
def progress(streams: Streams, total: int) -> Iterator[Bar]:
    """A bar for the time of a block."""
    bar = Bar(streams, total)
    try:
        yield bar
    finally:
        bar.close()
