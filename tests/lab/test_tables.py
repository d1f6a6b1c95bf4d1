"""Every row of every client table, run against the installed library. A row that the lab contradicts is red."""

from __future__ import annotations

from collections import Counter
from functools import cache

import pytest

from flake8_httpleak.clients.overview import overview
from flake8_httpleak.clients.store import Library, Store, heads
from tests.lab import record
from tests.lab.cases import TURNS, Case, build, dump, spellings
from tests.lab.core import core, marks, missing
from tests.lab.run import Bench, Held, LibraryMissingError


@cache
def store() -> Store:
    """All tables, with their lab sections."""
    return Store(lab=True)


def _tables() -> list[str]:
    return sorted(heads(), key=lambda name: (name not in core(), name))


def _cases() -> list[Case]:
    found: list[Case] = []
    for name in _tables():
        library = store().library(name)
        for short, lab in library.table.lab.items():
            found.extend(build(library, library.kinds[short], lab))
    return found


CASES = _cases()
record.expect(Counter(case.library for case in CASES))


@pytest.mark.parametrize("case", [pytest.param(case, id=case.name, marks=marks(case.library)) for case in CASES])
def test_row(case: Case, lab: Bench) -> None:
    """The library does what the table says."""
    names = lab.names()
    if case.page not in names or ("TLS" in case.source and "TLS_PORT" not in names):
        pytest.skip("no TLS: trustme is not installed")
    try:
        held = lab.run(case.source, library=case.library, URL=names[case.page])
    except LibraryMissingError as error:
        missing(case.library, error)
    problem = _judge(case, held)
    record.note(case.library, case.name, passed=not problem)
    assert not problem, f"{problem}\n{held}\n{dump(case)}\n{held.trace}"


def _judge(case: Case, held: Held) -> str:
    """What contradicts the claim; empty if nothing does."""
    if held.error:
        return f"the snippet failed: {held.error}"
    if held.value:
        return f"contradicted: {held.value}"
    wrong = {
        "held": held.sockets < TURNS or held.collected < TURNS,
        "freed": held.sockets > 1,
        "collected": held.sockets < TURNS or held.collected > 1,
        "idle": held.accepted > 0,
        "value": False,
    }
    return f"expected {case.expect}" if wrong[case.expect] else ""


@pytest.mark.parametrize("name", [pytest.param(name, marks=marks(name)) for name in _tables()])
def test_spellings(name: str, lab: Bench) -> None:
    """Every dotted name exists, signatures and pool defaults are as written."""
    library: Library = store().library(name)
    source = "".join(f"import {package}\n" for package in library.table.imports or library.table.roots) + spellings(library)
    try:
        held = lab.run(source, library=name)
    except LibraryMissingError as error:
        missing(name, error)
    passed = not held.error and not held.value
    record.note(name, f"{name}-spellings", passed=passed)
    assert passed, (held.value, held.error, held.trace)


@pytest.mark.parametrize("name", _tables())
def test_what_was_proved_is_counted_anew(name: str) -> None:
    """`httpleak clients` counts today's rows: after a change of a table, `make proved` runs them and writes what passed."""
    row = {one.name: one for one in overview()}[name]
    spellings_too = 1
    assert (row.proved, row.failed) == (sum(case.library == name for case in CASES) + spellings_too, 0)


def test_what_ci_runs() -> None:
    """The libraries that most programs use, and Python's own."""
    assert core() >= {"requests", "httpx", "aiohttp", "urllib3", "urllib_request", "http_client", "openai", "boto3"}


@pytest.mark.parametrize("name", _tables())
def test_every_kind_is_proved_or_says_why_not(name: str) -> None:
    """A kind that holds something has a lab section or a reason."""
    library = store().library(name)
    silent = [
        short
        for short, kind in library.kinds.items()
        if kind.role != "inert" and short not in library.table.lab and not kind.unproved
    ]
    assert silent == []
