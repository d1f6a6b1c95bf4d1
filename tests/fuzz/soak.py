"""The fuzzing without an end: `python -m tests.fuzz.soak`, or `make fuzz`.

$HTTPLEAK_FUZZ_SECONDS says for how long (600), $HTTPLEAK_FUZZ_JOBS in how many processes (2), $HTTPLEAK_FUZZ_SEED where to
begin. Each failing program is made as small as hypothesis can make it, printed, and kept in $HTTPLEAK_FUZZ_FOLDER.
"""

from __future__ import annotations

import hashlib
import itertools
import os
import random
import sys
import tempfile
import time
import traceback
import warnings
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from importlib import import_module
from pathlib import Path

from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st

from tests.fuzz.mutations import mutated, mutation_lists, sources, text_of
from tests.fuzz.programs import dressed, programs
from tests.fuzz.properties import check, check_fixes

os.environ["HTTPLEAK_STRICT"] = "1"
SECONDS = float(os.environ.get("HTTPLEAK_FUZZ_SECONDS", "600"))
JOBS = int(os.environ.get("HTTPLEAK_FUZZ_JOBS", "2"))
FIRST = int(os.environ.get("HTTPLEAK_FUZZ_SEED", "") or random.SystemRandom().randrange(10**9))
FOLDER = Path(os.environ.get("HTTPLEAK_FUZZ_FOLDER") or Path(tempfile.gettempdir(), "httpleak-fuzz"))
ROUND = settings(
    max_examples=20,
    database=None,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
    report_multiple_bugs=False,
    print_blob=False,
)
Property = Callable[[str, int], object]


def damaged() -> st.SearchStrategy[str]:
    """Real files after some mutations."""
    return st.builds(lambda path, mutations: mutated(text_of(path), mutations), st.sampled_from(sources()), mutation_lists)


def any_python(maker: str) -> st.SearchStrategy[str]:
    """Programs from Python's grammar or from LibCST's nodes, with names of ours."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        hypothesmith = import_module("hypothesmith")  # takes seconds, and is no part of the extra `test`
    return st.builds(dressed, getattr(hypothesmith, maker)(), st.lists(st.integers(0, 100), max_size=20))


KINDS: dict[str, tuple[Callable[[], st.SearchStrategy[str]], Property]] = {
    "generated": (programs, check),
    "mutated": (damaged, check),
    "fixes of generated": (programs, lambda source, _: check_fixes(source)),
    "fixes of mutated": (damaged, lambda source, _: check_fixes(source)),
    "from the grammar": (lambda: any_python("from_grammar"), check),
    "from nodes": (lambda: any_python("from_node"), check),
}
"""What is tried: where programs come from, and what is checked. The last two need hypothesmith."""


def one_round(strategy: st.SearchStrategy[str], holds: Property, number: int) -> tuple[int, str, str]:
    """Try some programs: how many, and of one that fails the smallest form and what happens."""
    tried = 0
    failing = ""

    @seed(number)
    @ROUND
    @given(strategy, st.integers(0, 1000))
    def attempt(source: str, remarks: int) -> None:
        nonlocal tried, failing
        tried += 1
        try:
            holds(source, remarks)
        except BaseException:
            failing = source  # the last one that fails is the smallest
            raise

    try:
        attempt()
    except Exception:  # noqa: BLE001 - whatever it is, it is what we look for
        return tried, failing, traceback.format_exc(limit=-3)
    return tried, "", ""


def work(first: int, until: float) -> tuple[Counter[str], list[str]]:
    """Try programs of all kinds in turn until it is time: how many of each, and what was found."""
    warnings.simplefilter("ignore")
    tried: Counter[str] = Counter()
    found: list[str] = []
    number = first
    for name in itertools.cycle(KINDS):
        make, holds = KINDS[name]
        number += 1
        count, source, error = one_round(make(), holds, number)
        tried[name] += count
        if error:
            found.append(_keep(name, number, source, error))
        if time.time() >= until:
            break
    return tried, found


def _keep(name: str, number: int, source: str, error: str) -> str:
    """Write a failing program down; gives what to tell of it."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    file = FOLDER / f"{hashlib.sha256(source.encode('utf-8', 'replace')).hexdigest()[:12]}.py"
    file.write_text(source, encoding="utf-8", errors="surrogateescape")
    text = f"{name}, seed {number}: {file}\n{source}\n{error}"
    _say(text)
    return text


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def main() -> int:
    """Fuzz for as long as the environment says; 1 if anything was found."""
    until = time.time() + SECONDS
    _say(f"fuzzing for {SECONDS:.0f} s in {JOBS} processes, from seed {FIRST}")
    tried: Counter[str] = Counter()
    found: list[str] = []
    with ProcessPoolExecutor(JOBS) as pool:
        for counts, texts in pool.map(work, [FIRST + job * 10**6 for job in range(JOBS)], [until] * JOBS):
            tried += counts
            found += texts
    for name, count in tried.items():
        _say(f"{count:8} {name}")
    _say(f"{len(found)} found")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
