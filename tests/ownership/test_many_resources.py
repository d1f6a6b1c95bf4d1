"""Functions that make far more resources than anybody writes: a bounded time, and an answer for as many as that allows."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.slowness import slowness

SECONDS = 15
"""For each of these on a quiet machine; they take a third of it."""
# In a process of its own, in which no coverage is measured: that costs several times what is measured here.
ASKED = """
import sys, time
from flake8_httpleak.analyze import analyze
from flake8_httpleak.options import Options
text = open(sys.argv[1]).read()
start = time.process_time()
print(len(analyze(text, "generated.py", Options())), time.process_time() - start)
"""
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
def test_bounded(body: Callable[[int], str], count: int, least: int, tmp_path: Path) -> None:
    """The first ones are reported all the same."""
    file = tmp_path / "generated.py"
    file.write_text(HEAD + body(count))
    done = subprocess.run([sys.executable, "-c", ASKED, str(file)], capture_output=True, text=True, check=True)
    found, taken = done.stdout.split()
    assert least <= int(found) <= count
    assert float(taken) < SECONDS * slowness(time.process_time)
