"""Would the tests notice a mistake? Small changes of `flake8_httpleak/ownership/`, one at a time, and the tests that meet them.

    python -m bench.mutants                       a random sample, always the same one, spread over the modules by size
    python -m bench.mutants --seed 7              another one
    python -m bench.mutants --module loops --all  every change of a module

A change that no test fails for has survived; each one is printed with its place. Kept tools were not enough: mutmut leaves
functions with decorators alone, by which ours are registered, and others start the tests anew for each change.
Here one process has collected the tests, and a copy of it (a fork) for each change runs those that meet the changed lines.
"""

from __future__ import annotations

import argparse
import datetime as dt
import importlib
import itertools
import json
import os
import pickle
import random
import resource
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

import coverage
import pytest

from bench.corpus import HERE
from bench.mutations import Mutant, mutants, put_in_place
from bench.timing import Table, progress

ROOT = HERE.parent
PACKAGE = "flake8_httpleak.ownership"
FOLDER = ROOT / "flake8_httpleak" / "ownership"
TESTS = (
    "tests/test_fixtures.py",
    "tests/ownership",
    "tests/rules",
    "tests/source",
    "tests/test_declared.py",
)
"""What says of small programs what is right: less than half a minute in all."""
WITHOUT = "tests/ownership/test_renaming.py"
"""Takes long, and only compares answers with each other."""
RESULT = HERE / "mutants.json"
SEED = 20261126
COUNT = 300
LEAST = 2
"""So many changes at least of each module."""
PATIENCE = 5
"""A run may take so many times what the tests take without a change, and as many seconds more; then it hangs."""
MEMORY = 4 << 30
TARGET = 80
PYTEST = ("-s", "-p", "no:cacheprovider", "-p", "no:terminal", "-o", "addopts=--import-mode=importlib")
SURVIVED, KILLED = "survived", "killed"
T = TypeVar("T")


@dataclass(slots=True)
class Met:
    """Which tests run which lines, and what each test takes. Tests are numbers: their places in the collection."""

    lines: dict[str, dict[int, set[int]]] = field(default_factory=dict)
    seconds: list[float] = field(default_factory=list)

    def tests(self, mutant: Mutant) -> list[int]:
        """Those that run a changed line, the quickest first; all, if the change is met by importing."""
        if not mutant.lines:
            found: Iterable[int] = range(len(self.seconds))
        else:
            of_file = self.lines.get(str(mutant.file), {})
            found = {test for line in mutant.lines for test in of_file.get(line, ())}
        return sorted(found, key=self.seconds.__getitem__)


class Trial:
    """A plugin of pytest that tries the changes in the place of a plain run."""

    def __init__(self, chosen: Sequence[Mutant]) -> None:
        """Take the changes that are to be tried."""
        self.chosen = chosen
        self.survivors: list[Mutant] = []

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Try one after another; the answer is that the tests have been run."""
        progress(f"{len(session.items)} tests, as they are")
        met = in_a_copy(lambda: _record(session))
        if met is None:
            raise pytest.UsageError("the tests fail without any change")
        for number, mutant in enumerate(self.chosen, 1):
            if self._survives(session, met, mutant):
                self.survivors.append(mutant)
            if number % 20 == 0:
                progress(f"{number} of {len(self.chosen)} changes, {len(self.survivors)} survived")
        return True

    @staticmethod
    def _survives(session: pytest.Session, met: Met, mutant: Mutant) -> bool:
        tests = met.tests(mutant)
        bound = int(PATIENCE * (1 + sum(met.seconds[one] for one in tests)))

        def attempt() -> str:
            resource.setrlimit(resource.RLIMIT_CPU, (bound, bound))
            resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
            module = importlib.import_module(f"{PACKAGE}.{mutant.file.stem}")
            try:
                put_in_place(mutant, module)
            except (LookupError, SyntaxError) as error:
                return f"{mutant}: {error!r}"
            return SURVIVED if _run(session, tests) else KILLED

        answer = in_a_copy(attempt) if tests else SURVIVED
        if answer not in (SURVIVED, KILLED, None):
            raise pytest.UsageError(answer)  # a change that was not made says nothing
        return answer == SURVIVED


def in_a_copy(work: Callable[[], T]) -> T | None:
    """What a copy of this process finds; None if it does not live to say it."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            null = os.open(os.devnull, os.O_WRONLY)
            os.dup2(null, 1)
            os.dup2(null, 2)
            with os.fdopen(writing, "wb") as pipe:
                pickle.dump(work(), pipe)
        finally:
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        answer = pipe.read()
    os.waitpid(child, 0)
    return pickle.loads(answer) if answer else None  # noqa: S301 - our own


def _run(session: pytest.Session, tests: Iterable[int], before: Callable[[int], object] = id) -> bool:
    """Run some tests, up to the first that fails; says whether none does. before: called with the number of each."""
    for number in tests:
        before(number)
        item = session.items[number]
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=None)
        if session.testsfailed:
            return False
    return True


def _record(session: pytest.Session) -> Met | None:
    """Run all tests and note which lines they run; None if one fails."""
    starts: list[float] = []
    watch = coverage.Coverage(data_file=None, config_file=False, include=[f"{FOLDER}/*"], messages=False)

    def before(number: int) -> None:
        watch.switch_context(str(number))
        starts.append(time.process_time())

    with watch.collect():
        passed = _run(session, range(len(session.items)), before)
    starts.append(time.process_time())
    met = Met(seconds=[after - start for start, after in itertools.pairwise(starts)])
    data = watch.get_data()
    for file in data.measured_files():
        met.lines[file] = {line: {int(one) for one in found if one} for line, found in data.contexts_by_lineno(file).items()}
    return met if passed else None


def sample(by_module: Mapping[str, Sequence[Mutant]], count: int, seed: int) -> list[Mutant]:
    """Some changes of each module, as many as its share of all of them, two at least; always the same for a seed."""
    every = sum(map(len, by_module.values()))
    chosen: list[Mutant] = []
    for name, found in by_module.items():
        share = min(len(found), max(LEAST, round(count * len(found) / every)))
        chosen += sorted(random.Random(f"{seed} {name}").sample(found, share), key=found.index)  # noqa: S311 - no secret
    return chosen


def table(chosen: Iterable[Mutant], survivors: Iterable[Mutant]) -> Table:
    """How many were tried and how many killed, in each module and in all."""
    tried, left = (Counter(one.file.stem for one in some) for some in (chosen, survivors))
    rows = {name: {"mutants": tried[name], "killed": tried[name] - left[name]} for name in sorted(tried)}
    every, survived = tried.total(), left.total()
    return {"mutants": every, "survivors": survived, "score": round(100 * (every - survived) / max(1, every), 1), "modules": rows}


def report(result: Table, survivors: Iterable[Mutant]) -> None:
    """Print the score of each module, the survivors, the score of all."""
    for name, row in result["modules"].items():
        print(f"{name:<14}{row['killed']:>5} of {row['mutants']:>4}")
    for one in survivors:
        print(one)
    print(f"{result['score']} % of {result['mutants']} changes killed")


def main(arguments: list[str] | None = None) -> int:
    """Try, print, write `mutants.json` after a sample of all modules; 1 if too few are killed, 2 if the tests fail anyway."""
    parser = argparse.ArgumentParser(
        prog="python -m bench.mutants", description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--count", type=int, default=COUNT, help="how many changes")
    parser.add_argument("--all", action="store_true", help="every change there is")
    parser.add_argument("--module", action="append", help="only of this module; may be repeated")
    options = parser.parse_args(arguments)
    files = [one for one in sorted(FOLDER.glob("*.py")) if not options.module or one.stem in options.module]
    by_module = {one.stem: changes for one in files if (changes := mutants(one))}
    every = [one for changes in by_module.values() for one in changes]
    trial = Trial(every if options.all else sample(by_module, options.count, options.seed))
    start = time.monotonic()
    os.environ["HTTPLEAK_STRICT"] = "1"
    if pytest.main([*PYTEST, f"--ignore={ROOT / WITHOUT}", *(str(ROOT / one) for one in TESTS)], plugins=[trial]):
        return 2
    result: Table = {"date": dt.datetime.now(dt.UTC).date().isoformat(), "seed": options.seed}
    result |= table(trial.chosen, trial.survivors)
    report(result, trial.survivors)
    progress(f"{time.monotonic() - start:.0f} seconds")
    if not (options.module or options.all or options.count != COUNT):
        RESULT.write_text(f"{json.dumps(result, indent=1)}\n", encoding="utf-8")
    return int(result["score"] < TARGET)


if __name__ == "__main__":
    sys.exit(main())
