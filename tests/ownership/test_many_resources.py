"""Functions that make far more resources than anybody writes: a bounded time, and an answer for as many as that allows."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from flake8_httpleak.analyze import analyze
from flake8_httpleak.options import Options
from tests.slowness import slowness

SECONDS = 15
"""For each of these on a quiet machine; they take a third of it."""
HEAD = "import requests\n\n\ndef f(u, c):\n"


def branches(count: int) -> str:
    """A release on one of two ways, again and again: as many ways through the function as two to the power of `count`."""
    return "".join(f"    r{i} = requests.get(u, stream=True)\n    if c.a{i}:\n        r{i}.close()\n" for i in range(count))


def blocks(count: int) -> str:
    """A `try` with a clean-up for each."""
    return "".join(
        f"    r{i} = requests.get(u, stream=True)\n    try:\n        c.a{i}()\n    finally:\n        r{i}.close()\n"
        for i in range(count)
    )


def elements(count: int) -> str:
    """A list of as many responses, none of which anybody closes."""
    return "    x = [\n" + "        requests.get(u, stream=True),\n" * count + "    ]\n    print(x)\n"


def assignments(count: int) -> str:
    """One name for all of them."""
    return "    r = requests.get(u, stream=True)\n" * count


def nested_loops(count: int) -> str:
    """Ten loops inside each other, and that again and again."""
    one = "".join(f"{'    ' * (depth + 1)}for x{depth} in c:\n" for depth in range(10))
    return (one + "    " * 11 + "r = requests.get(u, stream=True)\n") * count


@pytest.mark.alone
@pytest.mark.parametrize(
    ("body", "count", "least"),
    [(branches, 200, 40), (blocks, 200, 0), (elements, 800, 100), (assignments, 10_000, 1_000), (nested_loops, 5, 5)],
    ids=lambda given: getattr(given, "__name__", None),
)
def test_bounded(body: Callable[[int], str], count: int, least: int) -> None:
    """The first ones are reported all the same."""
    start = time.process_time()
    found = len(analyze(HEAD + body(count), "generated.py", Options()))
    taken = time.process_time() - start
    assert least <= found <= count
    assert taken < SECONDS * slowness(time.process_time)
