"""How slow the machine is just now: what takes a bounded time on a quiet one may take longer beside other work."""

from __future__ import annotations

import time
from collections.abc import Callable

QUIET = 0.0107
"""Seconds that the loop takes on the quiet two-core machine on which the bounds were set."""
RUNS = 5


def slowness(clock: Callable[[], float] = time.perf_counter) -> float:
    """By how much a plain loop is slower than on the quiet machine, by its fastest run; never below one.

    clock: the clock of what is to be bounded, such as `time.process_time`.
    """
    best = min(_loop(clock) for _ in range(RUNS))
    return max(best / QUIET, 1.0)


def _loop(clock: Callable[[], float]) -> float:
    start = clock()
    sum(number * number for number in range(200_000))
    return clock() - start
