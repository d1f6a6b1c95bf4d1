"""Where the time of a file goes, layer by layer.

The analysis is looked at every millisecond of its processor time: the innermost frame of ours says which layer works, whatever it
calls in LibCST or Python. A profiler that notes every call would make small functions look dear. What a process pays
once, for imports and tables, is measured in processes of its own.
"""

from __future__ import annotations

import ast
import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from types import FrameType

from bench.corpus import parse
from bench.reports import read_lines
from bench.timing import Table, environment, figures, progress, spread
from flake8_httpleak.diagnostics import Diagnostic
from flake8_httpleak.gate import client_roots
from flake8_httpleak.options import Options

INTERVAL = 0.001
ROUNDS = 5
PACKAGE = "flake8_httpleak"
OTHER = "other"
LAYERS = {
    "gate.py": "gate",
    "source/trees.py": "parse",
    "source/positions.py": "positions",
    "source/": "names",
    "clients/": "tables",
    "frameworks/": "tables",
    "ownership/": "ownership",
    "rules/": "rules",
}
"""The beginning of a path in our package, and its layer; the first one that fits."""
IMPORTS = {
    "the plugin, in every run of flake8": "import flake8_httpleak.plugin, flake8_httpleak.formatters",
    "LibCST, from the first file with a client": "import libcst",
    "the analysis beside it": "import flake8_httpleak.analyze",
    "the tables of `requests`": (
        "from flake8_httpleak.analyze import analyze; from flake8_httpleak.options import Options; "
        "analyze('import requests\\n', 'a.py', Options())"
    ),
}
"""What each adds to flake8 and to those before it."""


class Sampler:
    """Shares of processor time by layer, while it runs. One at a time, in the main thread, where the platform has such timers."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self.seconds: dict[str, float] = {}
        self._last = 0.0

    @contextmanager
    def running(self) -> Iterator[None]:
        """Look on while this is open."""
        before = signal.signal(signal.SIGPROF, self._look)
        self._last = time.process_time()
        signal.setitimer(signal.ITIMER_PROF, INTERVAL, INTERVAL)
        try:
            yield
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)
            signal.signal(signal.SIGPROF, before)

    def _look(self, _: int, frame: FrameType | None) -> None:
        # Native code is not interrupted: the look comes when it is over, and counts for all the time since the last one.
        now = time.process_time()
        layer = layer_of(_files(frame))
        self.seconds[layer] = self.seconds.get(layer, 0.0) + now - self._last
        self._last = now


def _files(frame: FrameType | None) -> Iterator[str]:
    """The files of a frame and of those that called it."""
    while frame is not None:
        yield frame.f_code.co_filename
        frame = frame.f_back


def layer_of(files: Iterable[str]) -> str:
    """The layer that works, from the files of the frames, the innermost first."""
    for file in files:
        parts = Path(file).parts
        if PACKAGE in parts:
            inside = "/".join(parts[len(parts) - parts[::-1].index(PACKAGE) :])
            return next((layer for start, layer in LAYERS.items() if inside.startswith(start)), OTHER)
    return OTHER


def measure(files: Sequence[Path]) -> Table:
    """Seconds by layer over some files, each file once; imports and the making of fixes by themselves."""
    trees = [(file, parse(file)) for file in files]
    start = time.process_time()
    found = [(file, tree) for file, tree in trees if tree is not None and client_roots(tree)]
    gate = time.process_time() - start
    texts = [("".join(read_lines(file)), str(file), tree) for file, tree in found]
    progress(f"layers: {len(files)} files, {len(texts)} of them import a client")
    seconds, diagnostics = _analysed(texts)
    return {
        "files": len(files),
        "lines": sum(file.read_bytes().count(b"\n") for file in files),
        "client_files": len(texts),
        "client_lines": sum(text.count("\n") for text, _, _ in texts),
        "seconds": {"gate": round(gate, 4), **{name: round(one, 4) for name, one in seconds.items()}},
        "imports": imports(),
        "fixes": _fixes(texts, diagnostics),
    }


def _analysed(texts: Sequence[tuple[str, str, ast.Module]]) -> tuple[dict[str, float], list[list[Diagnostic]]]:
    from flake8_httpleak.analyze import analyze

    for text, name, tree in texts[:20]:  # tables and modules are read once in a process
        analyze(text, name, Options(), tree)
    sampler = Sampler()
    with sampler.running():
        found = [analyze(text, name, Options(), tree) for text, name, tree in texts]
    sampler.seconds.pop("gate", None)  # asked once more here, and counted over all files already
    return sampler.seconds, found


def _fixes(texts: Sequence[tuple[str, str, ast.Module]], diagnostics: Iterable[list[Diagnostic]]) -> Table:
    """What the fixes of all findings take; flake8 never asks for them, only the command and editors do."""
    from flake8_httpleak.fixing import fixes_of

    taken: list[float] = []
    for (text, name, _), found in zip(texts, diagnostics, strict=True):
        for one in found:
            start = time.process_time()
            fixes_of(text, name, Options(), [one])
            taken.append(time.process_time() - start)
    return {"findings": len(taken), "ms": [round(one * 1e3, 1) for one in spread(taken)] if taken else []}


def imports(rounds: int = ROUNDS) -> Table:
    """Milliseconds that a fresh process needs for each thing, beside flake8 and what came before it."""
    codes = ["import flake8.main.cli", *IMPORTS.values()]
    names = ["", *IMPORTS]
    taken: dict[str, list[float]] = {name: [] for name in names}
    for _ in range(rounds):
        for last, name in enumerate(names, 1):
            taken[name].append(_process("\n".join(codes[:last])))
    return {name: round(figures(taken[name], taken[before])["added"] * 1e3, 1) for before, name in pairwise(names)}


def _process(code: str) -> float:
    """The processor seconds that a new interpreter takes to run some code, its own start included."""
    asked = f"import time\n{code}\nprint(time.process_time())"
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True, env=environment())
    return float(done.stdout)
