"""Programs measured side by side: in turns, in one run, so that whatever else the machine does disturbs all of them alike."""

from __future__ import annotations

import math
import os
import statistics
import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Table = dict[str, Any]
"""Something that is written to a JSON file."""


# A process begins with the memory of the one that started it, and that stays in its account: a small one must start it.
LAUNCHER = """
import os, sys, time
null = os.open(os.devnull, os.O_WRONLY)
start = time.perf_counter()
child = os.posix_spawn(sys.argv[1], sys.argv[1:], os.environ, file_actions=[(os.POSIX_SPAWN_DUP2, null, 1)])
_, status, used = os.wait4(child, 0)
wall = time.perf_counter() - start
print(os.waitstatus_to_exitcode(status), used.ru_utime + used.ru_stime, wall, used.ru_maxrss)
"""


@dataclass(frozen=True, slots=True)
class Cost:
    """What one run of a program took: processor seconds with its children, wall seconds, and its largest process in MiB."""

    processor: float
    wall: float
    memory: float


@dataclass(frozen=True, slots=True)
class Program:
    """One of those that are measured. prepare: done before each run and not counted. good: exit codes that are no failure."""

    name: str
    command: tuple[str, ...]
    good: frozenset[int] = frozenset({0})
    prepare: Callable[[], object] = lambda: None


def run(program: Program) -> Cost:
    """Run a program once; raises RuntimeError with the end of what it said if it fails."""
    program.prepare()
    command = [sys.executable, "-I", "-S", "-c", LAUNCHER, *program.command]
    done = subprocess.run(command, capture_output=True, text=True, errors="replace", env=environment(), check=False)
    code, *used = done.stdout.split() or [str(done.returncode)]
    if int(code) not in program.good or not used:
        raise RuntimeError(f"{program.name} ended with {code}: {''.join(done.stderr.strip().splitlines()[-1:])[-300:]}")
    processor, wall, memory = map(float, used)
    return Cost(processor, wall, memory / (2**20 if sys.platform == "darwin" else 2**10))


def in_turns(programs: Sequence[Program], rounds: int) -> dict[str, list[Cost]]:
    """The costs of each program, round by round; every round begins with another one."""
    costs: dict[str, list[Cost]] = {program.name: [] for program in programs}
    for turn in range(rounds):
        first = turn % len(programs)
        for program in (*programs[first:], *programs[:first]):
            costs[program.name].append(run(program))
        said = ", ".join(f"{name} {row[-1].processor:.2f}" for name, row in costs.items())
        progress(f"round {turn + 1} of {rounds}, processor seconds: {said}")
    return costs


def summary(costs: Mapping[str, Sequence[Cost]], base: str) -> Table:
    """The median cost of each program, and the median over the rounds of its ratio to another one in the same round."""
    return {
        name: {field: figures(_field(row, field), _field(costs[base], field)) for field in Cost.__slots__}
        for name, row in costs.items()
    }


def figures(values: Sequence[float], base: Sequence[float]) -> Table:
    """A median with its smallest and largest value, the same of the ratio to a base, and the median of what is added to it."""
    ratios = [one / other for one, other in zip(values, base, strict=True) if other]
    added = [one - other for one, other in zip(values, base, strict=True)]
    return {
        "median": round(statistics.median(values), 4),
        "ratio": [round(one, 4) for one in spread(ratios)] if ratios else [],
        "added": round(statistics.median(added), 4),
    }


def spread(values: Iterable[float]) -> list[float]:
    """Median, smallest, largest."""
    ordered = sorted(values)
    return [statistics.median(ordered), ordered[0], ordered[-1]]


def exponent(points: Iterable[tuple[float, float]]) -> float:
    """How cost grows with size: 1 is linear, 2 is quadratic. The slope of the straight line through the logarithms."""
    logs = [(math.log(size), math.log(cost)) for size, cost in points]
    return statistics.linear_regression([x for x, _ in logs], [y for _, y in logs]).slope


def progress(text: str) -> None:
    """Say on standard error what is going on; the results go to standard output."""
    print(f"  {text}", file=sys.stderr, flush=True)


def _field(row: Iterable[Cost], field: str) -> list[float]:
    return [getattr(cost, field) for cost in row]


def environment() -> dict[str, str]:
    """What a measured program runs in: byte code is kept, as it is wherever a linter is installed."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"} | {"HTTPLEAK_STRICT": "1"}
