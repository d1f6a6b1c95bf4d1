"""What the plugin costs: flake8 without and with it, in turns, in one run, over the same files.

    python -m bench.speed                     everything (about half an hour on two cores)
    python -m bench.speed --lines 200000      a random part of the corpus
    python -m bench.speed --only layers       one of: all, client, start, layers

Times are processor seconds of flake8 and its children, so that other work on the machine disturbs them little; a ratio is
the median over the rounds of (with / without), each pair measured one right after the other.
"""

from __future__ import annotations

import argparse
import ast
import cProfile
import os
import platform
import pstats
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from bench.corpus import CorpusError, Source, imports_client, load, parse, sources
from flake8_httpleak.gate import client_roots
from flake8_httpleak.options import Options

ROUNDS = 5
SEED = 1
PARTS = ("all", "client", "start", "layers")
TARGETS = {"all": 1.03, "client": 1.5}
START_TARGET = 15.0
# flake8 as it would be if we were not installed: the plugin is taken out of what the environment lists.
RUNNER = """
import sys
if sys.argv.pop(1) == "without":
    from importlib import metadata
    listed = metadata.distributions
    metadata.distributions = lambda **given: (one for one in listed(**given) if one.metadata["Name"] != "flake8-httpleak")
from flake8.main.cli import main
sys.exit(main(sys.argv[1:]))
"""
LAYERS = ("plugin", "gate", "noqa", "clients", "source", "ownership", "rules", "analyze")


@dataclass(frozen=True, slots=True)
class Cost:
    """What one run of flake8 took: processor seconds, wall seconds, and its largest process in MiB."""

    processor: float
    wall: float
    memory: float


def run_flake8(mode: str, files: Iterable[Path], jobs: int) -> Cost:
    """Run flake8 `with` or `without` the plugin over files; raises RuntimeError if it fails."""
    with tempfile.TemporaryDirectory() as folder:
        # Thousands of paths are too many for one command line: flake8 reads its files from a configuration.
        config = Path(folder, "flake8.cfg")
        config.write_text("[flake8]\nfilename = *.py\n", encoding="utf-8")
        tree = Path(folder, "files")
        tree.mkdir()
        for number, file in enumerate(files):
            (tree / f"f{number}.py").symlink_to(file)
        command = [sys.executable, "-c", RUNNER, mode, f"--config={config}", "--exit-zero", "-qq", f"--jobs={jobs}", str(tree)]
        start = time.perf_counter()
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=_environment())
        assert process.stderr is not None  # noqa: S101 - a pipe was asked for
        errors = process.stderr.read().decode(errors="replace")
        process.stderr.close()
        _, status, used = os.wait4(process.pid, 0)
        wall = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"flake8 {mode} the plugin ended with {process.returncode}: {errors.strip().splitlines()[-1:]}")
    unit = 2**20 if sys.platform == "darwin" else 2**10
    return Cost(used.ru_utime + used.ru_stime, wall, used.ru_maxrss / unit)


def measure(files: list[Path], jobs: int, rounds: int) -> list[tuple[Cost, Cost]]:
    """Pairs of costs, without and with the plugin; every other round begins with the plugin."""
    pairs: list[tuple[Cost, Cost]] = []
    for turn in range(rounds):
        order = ("without", "with") if turn % 2 == 0 else ("with", "without")
        cost = {mode: run_flake8(mode, files, jobs) for mode in order}
        pairs.append((cost["without"], cost["with"]))
        _progress(f"round {turn + 1} of {rounds}: {cost['without'].processor:.2f} s without, {cost['with'].processor:.2f} s with")
    return pairs


def ratio(pairs: list[tuple[Cost, Cost]], of: Callable[[Cost], float]) -> float:
    """The median of with / without."""
    return statistics.median(of(second) / of(first) for first, second in pairs)


def compare(name: str, files: list[Path], jobs: int, rounds: int) -> None:
    """Print one row: flake8 without and with the plugin over these files."""
    pairs = measure(files, jobs, rounds)
    lines = _count(files)
    without = statistics.median(first.processor for first, _ in pairs)
    cost = statistics.median(second.processor - first.processor for first, second in pairs)
    print(f"{name}: {len(files)} files, {lines} lines, medians of {rounds} rounds")
    print(f"  processor  {ratio(pairs, lambda one: one.processor):.3f} x  (target {TARGETS[name]} x)")
    print(f"  wall       {ratio(pairs, lambda one: one.wall):.3f} x")
    print(f"  memory     {ratio(pairs, lambda one: one.memory):.3f} x  (largest process {_largest(pairs):.0f} MiB; target 1.3 x)")
    print(f"  flake8 {without / lines * 1e6:.1f} us a line, the plugin adds {cost / lines * 1e6:.2f} us")


def start_up(rounds: int) -> None:
    """Print what the plugin adds to flake8 on one small file, with and without a client in it."""
    texts = {
        "without a client": "import json\n",
        "with a client": "import requests\n\n\ndef f(u):\n    return requests.get(u).json()\n",
    }
    with tempfile.TemporaryDirectory() as folder:
        for name, text in texts.items():
            file = Path(folder, f"{name.replace(' ', '_')}.py")
            file.write_text(text, encoding="utf-8")
            pairs = measure([file], 1, rounds * 2)
            added = statistics.median(second.wall - first.wall for first, second in pairs) * 1000
            alone = statistics.median(first.wall for first, _ in pairs) * 1000
            target = f" (target {START_TARGET:.0f} ms)" if name == "without a client" else ""
            print(f"start-up, one file {name}: flake8 {alone:.0f} ms, the plugin adds {added:.1f} ms{target}")


def layers(files: list[Path]) -> None:
    """Print where the time goes, in this process: reading, parsing, gate, then the analysis by package under the profiler."""
    from flake8_httpleak.analyze import analyze

    start = time.perf_counter()
    trees = [(file, parse(file)) for file in files]
    parsed = time.perf_counter() - start
    start = time.perf_counter()
    clients = [(file, tree) for file, tree in trees if tree is not None and client_roots(tree)]
    gated = time.perf_counter() - start
    texts = [(_text(file), file, tree) for file, tree in clients]
    start = time.perf_counter()
    for text, file, tree in texts:
        analyze(text, str(file), Options(), tree)
    analysed = time.perf_counter() - start
    lines, client_lines = _count(files), sum(text.count("\n") for text, _, _ in texts)
    print(f"layers: {len(files)} files, {lines} lines; {len(clients)} files with {client_lines} lines import a client")
    print(f"  read and ast.parse (flake8 does this anyway) {parsed:8.2f} s  {parsed / lines * 1e6:6.2f} us a line")
    print(f"  gate                                         {gated:8.2f} s  {gated / lines * 1e6:6.2f} us a line")
    print(f"  analysis                                     {analysed:8.2f} s  {analysed / lines * 1e6:6.2f} us a line", end="")
    print(f", {analysed / max(1, client_lines) * 1e6:.1f} of files with a client")
    profile = cProfile.Profile()
    profile.enable()
    for text, file, tree in texts:
        analyze(text, str(file), Options(), tree)
    profile.disable()
    for layer, share in sorted(_shares(profile).items(), key=lambda row: -row[1]):
        print(f"    {layer:<12}{share:6.1%} of it")


def _shares(profile: cProfile.Profile) -> dict[str, float]:
    """The share of each of our packages, of LibCST and of the rest, in the profiled time."""
    spent: dict[str, float] = {}
    # pstats keeps (file, line, function) -> (calls, calls, own seconds, ...) and has no public way to ask for it
    for (file, _, function), row in pstats.Stats(profile).stats.items():  # type: ignore[attr-defined]
        spent[_layer(file, function)] = spent.get(_layer(file, function), 0.0) + row[2]
    whole = sum(spent.values()) or 1.0
    return {layer: seconds / whole for layer, seconds in spent.items()}


def _layer(file: str, function: str) -> str:
    parts = Path(file).parts
    if "flake8_httpleak" in parts:
        name = parts[parts.index("flake8_httpleak") + 1 :][0].removesuffix(".py")
        return name if name in LAYERS else "other ours"
    return "libcst" if "libcst" in parts or "libcst" in function else "python"


def _largest(pairs: list[tuple[Cost, Cost]]) -> float:
    return max(second.memory for _, second in pairs)


def _environment() -> dict[str, str]:
    return {**os.environ, "HTTPLEAK_STRICT": "1"}


def _count(files: Iterable[Path]) -> int:
    return sum(file.read_bytes().count(b"\n") for file in files)


def _text(file: Path) -> str:
    from bench.reports import read_lines

    return "".join(read_lines(file))


def _progress(text: str) -> None:
    print(f"  {text}", file=sys.stderr, flush=True)


def choose(found: list[Source], lines: int) -> list[Path]:
    """Files at random, always the same ones, until they have that many lines; all of them for 0."""
    files = [source.file for source in found]
    if not lines:
        return files
    random.Random(SEED).shuffle(files)  # noqa: S311 - a sample, no secret
    chosen: list[Path] = []
    for file in files:
        if lines <= 0:
            break
        chosen.append(file)
        lines -= file.read_bytes().count(b"\n")
    return sorted(chosen)


def _machine() -> str:
    versions = ", ".join(f"{name} {metadata.version(name)}" for name in ("flake8", "libcst", "flake8-httpleak"))
    return f"Python {platform.python_version()}, {versions}, {os.cpu_count()} cores, {platform.machine()}"


def main(arguments: list[str] | None = None) -> int:
    """Run the bench and print its rows; returns 2 if the corpus cannot be had."""
    parser = argparse.ArgumentParser(
        prog="python -m bench.speed", description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument(
        "--lines", type=int, default=0, help="a random part of the corpus with that many lines (default: all of it)"
    )
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("-j", "--jobs", type=int, default=2)
    parser.add_argument("--only", choices=PARTS, action="append", help="only this part; may be repeated")
    options = parser.parse_args(arguments)
    parts = options.only or PARTS
    print(_machine())
    try:
        files = choose(list(sources(load(speed=True))), options.lines)
    except CorpusError as error:
        print(f"speed: {error}", file=sys.stderr)
        return 2
    files = [file for file in files if _readable(file)]
    if "all" in parts:
        compare("all", files, options.jobs, options.rounds)
    if "client" in parts:
        compare("client", [file for file in files if imports_client(file)], options.jobs, options.rounds)
    if "start" in parts:
        start_up(options.rounds)
    if "layers" in parts:
        layers(files)
    return 0


def _readable(file: Path) -> bool:
    tree = parse(file)
    return isinstance(tree, ast.Module)


if __name__ == "__main__":
    sys.exit(main())
