"""How the cost of a file grows with its length and with its nesting, on files that are made for it."""

from __future__ import annotations

import ast
import statistics
import sys
import time
from collections.abc import Callable, Iterable
from textwrap import indent

from bench.timing import Table, exponent, progress

LENGTHS = (100, 300, 1_000, 3_000, 10_000, 30_000, 50_000)
DEPTHS = (5, 10, 20, 40, 80)
ROUNDS = 3
COPIES = 5
"""How many functions of one depth make a file: one alone is too quick to be measured."""
LAST = 3
"""The exponent is taken from so many points at the end: what a file costs at least hides the growth of small ones."""
HEAD = "import requests\n\n\n"
# What is repeated: a function that loses a response on one path, one that has nothing to do with clients, a class with a session.
PIECE = '''def load_{n}(url):
    response = requests.get(url, stream=True, timeout=5)
    if not response.ok:
        return None
    text = response.text
    response.close()
    return text


def count_{n}(rows, names):
    """How often each name is there."""
    found = {{name: 0 for name in names}}
    for row in rows:
        if row in found:
            found[row] += 1
        elif row:
            found[row] = 1
    return sorted(found.items(), key=lambda pair: (pair[1], pair[0]))


class Api_{n}:
    def __init__(self, root):
        self.root = root
        self.session = requests.Session()

    def get(self, path):
        return self.session.get(self.root + path, timeout=5).json()

    def close(self):
        self.session.close()


'''
BLOCKS: dict[str, tuple[str, str]] = {
    "if": ("if url:", ""),
    "for": ("for url in url:", ""),
    "try": ("try:", "finally:\n    print(url)"),
    "with": ("with open(url) as file:", ""),
    "def": ("def inner(url):", "inner(url)"),
}
"""Statements to be nested: what stands before the inner part, and after it."""
INNER = "response = requests.get(url, stream=True, timeout=5)\nprint(response.status_code)\nresponse.close()\n"


def long_text(lines: int) -> str:
    """A file of that many lines, or a few more."""
    count = -(-(lines - HEAD.count("\n")) // PIECE.count("\n"))
    return HEAD + "".join(PIECE.format(n=number) for number in range(max(1, count)))


def nested_text(kind: str, depth: int) -> str:
    """A file of functions with statements of one kind inside each other; `call` nests calls, `chain` strings them together."""
    if kind == "call":
        body = f"response = {'str(' * depth}requests.get(url, stream=True, timeout=5){')' * depth}\n"
    elif kind == "chain":
        body = f"response = requests.get(url + {' + '.join(['url'] * depth)}, stream=True, timeout=5)\nresponse.close()\n"
    else:
        before, after = BLOCKS[kind]
        body = INNER
        for _ in range(depth):
            body = f"{before}\n{indent(body, ' ')}{after}\n" if after else f"{before}\n{indent(body, ' ')}"
    return HEAD + "".join(f"def load_{number}(url):\n{indent(body, ' ')}\n\n" for number in range(COPIES))


def length(lengths: Iterable[int] = LENGTHS, rounds: int = ROUNDS) -> Table:
    """What files of growing length cost: lines and microseconds a line, and the exponent of the whole cost."""
    points = _points(long_text, lengths, rounds)
    rows = [[lines, round(seconds / lines * 1e6, 1)] for lines, seconds in points]
    return {"rows": rows, "exponent": round(exponent(points[-LAST:]), 2)}


def nesting(depths: Iterable[int] = DEPTHS, rounds: int = ROUNDS) -> Table:
    """What files of growing depth cost: for each kind milliseconds a file, and the exponent of the cost against their length."""
    found: Table = {"depths": [*depths], "kinds": {}}
    for kind in (*BLOCKS, "call", "chain"):
        seconds = [_seconds(nested_text(kind, depth), rounds) for depth in found["depths"]]
        grown = [(float(depth), one) for depth, one in zip(found["depths"], seconds, strict=True)]
        row = {"ms": [round(one * 1e3, 1) for one in seconds], "exponent": round(exponent(grown[-LAST:]), 2)}
        found["kinds"][kind] = row
        progress(f"nested {kind}: {row['ms']} ms, exponent {row['exponent']}")
    return found


def _points(make: Callable[[int], str], sizes: Iterable[int], rounds: int) -> list[tuple[int, float]]:
    """The length of each file and its median cost."""
    found: list[tuple[int, float]] = []
    for size in sizes:
        text = make(size)
        found.append((text.count("\n"), _seconds(text, rounds)))
        progress(f"{found[-1][0]} lines: {found[-1][1]:.3f} s")
    return found


def _seconds(text: str, rounds: int) -> float:
    """The median of the processor seconds of gate and analysis; the tree is flake8's, and its making is not counted."""
    from flake8_httpleak.analyze import analyze
    from flake8_httpleak.options import Options

    analyze(HEAD + PIECE.format(n=0), "first.py", Options())  # tables are read once in a process
    taken: list[float] = []
    for _ in range(rounds):
        tree = ast.parse(text)
        start = time.process_time()
        analyze(text, "generated.py", Options(), tree)
        taken.append(time.process_time() - start)
    return max(statistics.median(taken), sys.float_info.epsilon)
