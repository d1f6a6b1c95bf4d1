"""What it costs: flake8 without and with the plugin and beside other plugins, pylint, ruff, `httpleak check`; all in one run.

    python -m bench.speed                everything; writes bench/speed.json, docs/performance.md and a line of the README
    python -m bench.speed --only start   one part; the others stay as they were measured
    python -m bench.speed --quick        a look at small samples; nothing is written

Programs take turns over the same files, five times; a ratio is the median over these rounds. It is one of processor seconds,
children included, so that other work on the machine disturbs it little; wall seconds stand beside it.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import random
import sys
import tempfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from bench import everything, growth, layers, programs
from bench.corpus import HERE, CorpusError, imports_client, load, parse, sources
from bench.timing import Program, Table, in_turns, summary

SEED = 1
RESULT = HERE / "speed.json"
PAGE = HERE.parent / "docs" / "performance.md"
README = HERE.parent / "README.md"
FIRST = (
    *("apprise", "atlassian-python-api", "celery", "dagster", "databricks-sdk", "dvc", "haystack-ai", "hvac", "jira"),
    *("kubernetes", "mitmproxy", "praw", "python-telegram-bot", "scrapy", "semantic-kernel"),
    *("snowflake-connector-python", "tweepy"),
)
"""The packages whose reports were read first: people's own code is more like these than like a choice of HTTP clients."""
WITHOUT, WITH = "import json\n", "import requests\n\n\ndef f(u):\n    return requests.get(u).json()\n"


@dataclass(frozen=True, slots=True)
class Size:
    """How much is measured. The lines are those of samples; whoever has more time may raise them."""

    all_lines: int = 300_000
    client_lines: int = 100_000
    slow_lines: int = 24_000
    slow_client_lines: int = 8_000
    rounds: int = 5
    starts: int = 21
    growing: int = growth.ROUNDS
    lengths: tuple[int, ...] = growth.LENGTHS
    depths: tuple[int, ...] = growth.DEPTHS


QUICK = Size(10_000, 5_000, 2_000, 2_000, 2, 3, 1, growth.LENGTHS[:4], growth.DEPTHS[:3])


@dataclass(frozen=True, slots=True)
class Samples:
    """Files at random, always the same ones: of all, and of those that import a client; fewer of both for slow linters.

    first: of the packages that were read first.
    """

    all: list[Path]
    first: list[Path]
    client: list[Path]
    slow_all: list[Path]
    slow_client: list[Path]


def choose(files: Iterable[Path], lines: int, wanted: Callable[[Path], bool]) -> list[Path]:
    """Files at random that are wanted, always the same ones, until they have that many lines."""
    shuffled = list(files)
    random.Random(SEED).shuffle(shuffled)  # noqa: S311 - a sample, no secret
    chosen: list[Path] = []
    for file in shuffled:
        if lines <= 0:
            break
        if wanted(file):
            chosen.append(file)
            lines -= count([file])
    return sorted(chosen)


def draw(size: Size) -> tuple[Samples, Table]:
    """The samples, and what there is to draw from; raises CorpusError."""
    packages = load(speed=True)
    files = [source.file for source in sources(packages)]
    samples = Samples(
        choose(files, size.all_lines, _is_readable),
        choose((source.file for source in sources(load(FIRST))), size.all_lines, _is_readable),
        choose(files, size.client_lines, imports_client),
        choose(files, size.slow_lines, _is_readable),
        choose(files, size.slow_client_lines, imports_client),
    )
    return samples, {"packages": len(packages), "files": len(files), "lines": count(files), "seed": SEED}


def count(files: Iterable[Path]) -> int:
    """The lines of files."""
    return sum(file.read_bytes().count(b"\n") for file in files)


def compare(files: Sequence[Path], make: Callable[[Path, Path], list[Program]], rounds: int, *, warm: bool = True) -> Table:
    """Programs in turns over files; the first one is what the others are compared with.

    make: the programs, from the folder of the files and an empty one. warm: run each once before it is measured.
    """
    with tempfile.TemporaryDirectory() as place:
        folder = programs.lay_out(files, Path(place, "files"))
        made = make(folder, Path(place))
        if warm:  # bytecode and caches are there in every later run of a user too
            in_turns(made, 1)
        costs = in_turns(made, rounds)
    base = made[0].name
    return {"files": len(files), "lines": count(files), "rounds": rounds, "base": base, "programs": summary(costs, base)}


def plugins(files: Sequence[Path], size: Size) -> Table:
    """flake8 alone, with us, and with a plugin of others."""
    chosen = (programs.OURS, programs.BUGBEAR)
    return compare(files, lambda folder, _: programs.flake8(folder, chosen), size.rounds, warm=False)


def slow(files: Sequence[Path], size: Size) -> Table:
    """flake8 alone, with us, with a plugin that is slow, and pylint."""

    def make(folder: Path, _: Path) -> list[Program]:
        return [*programs.flake8(folder, (programs.OURS, programs.ASYNC)), programs.pylint(folder)]

    return compare(files, make, size.rounds, warm=False)


def beside_ruff(files: Sequence[Path], size: Size) -> Table:
    """Ruff and `httpleak check`."""
    return compare(files, lambda folder, place: [programs.ruff(folder), *programs.command(folder, place)], size.rounds)


def start_up(size: Size) -> Table:
    """flake8 with and without us on one small file, without and with a client in it."""
    found: Table = {}
    for name, text in {"without": WITHOUT, "with": WITH}.items():
        with tempfile.TemporaryDirectory() as place:
            file = Path(place, "one.py")
            file.write_text(text, encoding="utf-8")
            found[name] = compare([file], lambda folder, _: programs.flake8(folder, [programs.OURS], jobs=1), size.starts)
    return found


def growing(size: Size) -> Table:
    """Cost against length and against nesting."""
    return {"length": growth.length(size.lengths, size.growing), "nesting": growth.nesting(size.depths, size.growing)}


def steps(size: Size, samples: Samples) -> dict[str, Callable[[], Table]]:
    """The parts of the measuring, by the names that they have in the results."""
    return {
        "all": lambda: plugins(samples.all, size),
        "first": lambda: plugins(samples.first, size),
        "client": lambda: plugins(samples.client, size),
        "slow_all": lambda: slow(samples.slow_all, size),
        "slow_client": lambda: slow(samples.slow_client, size),
        "command_all": lambda: beside_ruff(samples.all, size),
        "command_client": lambda: beside_ruff(samples.client, size),
        "start": lambda: start_up(size),
        "layers": lambda: layers.measure(samples.all),
        "growth": lambda: growing(size),
        "everything": everything.measure,
    }


PARTS = tuple(steps(Size(), Samples([], [], [], [], [])))


def machine() -> Table:
    """What it is measured on."""
    return {
        "processor": _processor(),
        "cores": os.cpu_count(),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
    }


def _processor() -> str:
    listed = Path("/proc/cpuinfo")
    if listed.is_file():
        for line in listed.read_text(encoding="utf-8").splitlines():
            name, _, value = line.partition(":")
            if name.strip() == "model name":
                return value.strip()
    return platform.processor() or platform.machine()


def main(arguments: list[str] | None = None) -> int:
    """Measure, print, write; returns 1 if a file crashes the analysis, 2 if something that is needed cannot be had."""
    parser = argparse.ArgumentParser(
        prog="python -m bench.speed", description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--only", choices=PARTS, action="append", help="only this part; may be repeated")
    parser.add_argument("--quick", action="store_true", help="small samples, two rounds, nothing written")
    parser.add_argument("--pages", action="store_true", help="measure nothing: write the page and the README anew")
    options = parser.parse_args(arguments)
    if options.pages:
        write_pages()
        return 0
    size = QUICK if options.quick else Size()
    try:
        measured = measure(size, [part for part in PARTS if part in (options.only or PARTS)])
    except (CorpusError, RuntimeError) as error:
        print(f"speed: {error}", file=sys.stderr)
        return 2
    if not options.quick:
        old = json.loads(RESULT.read_text(encoding="utf-8")) if options.only and RESULT.is_file() else {}
        measured["minutes"] = old.get("minutes", {}) | measured["minutes"]
        RESULT.write_text(json.dumps(old | measured, indent=1) + "\n", encoding="utf-8")
        write_pages()
    return int(bool(measured.get("everything", {}).get("crashes")))


def measure(size: Size, parts: Iterable[str]) -> Table:
    """Measure some parts, and print the table of each as soon as it is there."""
    from bench.speed_tables import TABLES

    samples, corpus = draw(size)
    measured: Table = {
        "date": datetime.now(UTC).date().isoformat(),
        "versions": programs.versions(),
        "machine": machine(),
        "corpus": corpus,
    }
    todo = steps(size, samples)
    for part in parts:
        start = datetime.now(UTC)
        measured[part] = todo[part]()
        minutes = (datetime.now(UTC) - start).total_seconds() / 60
        measured.setdefault("minutes", {})[part] = round(minutes, 1)
        print(f"\n{part} ({minutes:.1f} minutes)\n\n{TABLES[part](measured)}", flush=True)
    return measured


def write_pages() -> None:
    """Write the tables of the page, and what the README says of them, from the results."""
    from bench.speed_tables import fill

    measured = json.loads(RESULT.read_text(encoding="utf-8"))
    for path in (PAGE, README):
        path.write_text(fill(path.read_text(encoding="utf-8"), measured), encoding="utf-8")


def _is_readable(file: Path) -> bool:
    return parse(file) is not None


if __name__ == "__main__":
    sys.exit(main())
