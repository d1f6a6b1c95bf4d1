"""Every file there is: no crash, no hang, no finding at the price of a long wait.

    python -m bench.everything            the standard library, CPython's tests, the installed packages, the whole corpus
    python -m bench.everything -p corpus  one of them

Every rule is on, the opt-in ones too, and HTTPLEAK_STRICT=1: an error of ours is an error. Fails if there is one, or if a file
takes longer than `bench.reports.LIMIT` seconds.
"""

from __future__ import annotations

import argparse
import sys
import sysconfig
from collections.abc import Callable, Iterator
from pathlib import Path

from bench.corpus import CorpusError, Package, Source, load, sources
from bench.reports import LIMIT, FileRun, Run, analyse
from bench.timing import Table, progress

ALL_RULES = ("HTL",)
SLOWEST = 10
STANDARD, TESTS, INSTALLED, CORPUS = "standard library", "CPython's own tests", "installed packages", "corpus"
TEST_FOLDERS = frozenset({"test", "tests", "idle_test"})


def parts() -> dict[str, Callable[[], Iterator[Source]]]:
    """Where files come from."""
    return {
        STANDARD: lambda: (one for one in _standard() if not _is_test(one)),
        TESTS: lambda: (one for one in _standard() if _is_test(one)),
        INSTALLED: _installed,
        CORPUS: lambda: sources(load()),
    }


def _standard() -> Iterator[Source]:
    """The standard library of this interpreter, without what is installed beside it."""
    yield from _below(STANDARD, Path(sysconfig.get_path("stdlib")), frozenset({"site-packages", "dist-packages"}))


def _installed() -> Iterator[Source]:
    """The packages of this environment, our own dependencies and the other linters with it."""
    yield from _below(INSTALLED, Path(sysconfig.get_path("purelib")), frozenset())


def _below(name: str, folder: Path, without: frozenset[str]) -> Iterator[Source]:
    package = Package(name, "", "")
    for file in sorted(folder.rglob("*.py")):
        path = file.relative_to(folder)
        if without.isdisjoint(path.parts):
            yield Source(package, path.as_posix(), file)


def _is_test(source: Source) -> bool:
    return not TEST_FOLDERS.isdisjoint(Path(source.path).parts)


def measure(names: list[str] | None = None, jobs: int = 2) -> Table:
    """Analyse everything and count; the JSON that the page is made from. names: only these parts."""
    rows: list[Table] = []
    slow: list[FileRun] = []
    crashes: list[FileRun] = []
    for name, find in parts().items():
        if names and name not in names:
            continue
        progress(f"everything: {name}")
        run = analyse(find(), ALL_RULES, jobs)
        rows.append(row(name, run))
        slow = slowest([*slow, *run.files])
        crashes += run.crashes
    return {
        "limit": LIMIT,
        "parts": rows,
        "crashes": [f"{_place(one)}: {one.crash}" for one in crashes],
        "slowest": [{"file": _place(one), "lines": one.lines, "seconds": round(one.seconds, 2)} for one in slow],
    }


def row(name: str, run: Run) -> Table:
    """What is counted of one part."""
    return {
        "name": name,
        "files": len(run.files),
        "lines": sum(file.lines for file in run.files),
        "unreadable": sum(file.lines == 0 and file.source.file.stat().st_size > 0 for file in run.files),
        "client_files": sum(file.client for file in run.files),
        "findings": len(run.reports),
        "crashes": len(run.crashes),
        "seconds": round(sum(file.seconds for file in run.files), 1),
    }


def slowest(files: list[FileRun]) -> list[FileRun]:
    """Those that took longest, the slowest first."""
    return sorted(files, key=lambda file: -file.seconds)[:SLOWEST]


def _place(file: FileRun) -> str:
    return f"{file.source.package.folder.removesuffix('-')}: {file.source.path}"


def main(arguments: list[str] | None = None) -> int:
    """Run over everything and print; returns 1 if a file crashed or hung, 2 if the corpus cannot be had."""
    parser = argparse.ArgumentParser(
        prog="python -m bench.everything", description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("-p", "--part", choices=list(parts()), action="append", help="only this part; may be repeated")
    parser.add_argument("-j", "--jobs", type=int, default=2)
    options = parser.parse_args(arguments)
    from bench.speed_tables import everything

    try:
        found = measure(options.part, options.jobs)
    except CorpusError as error:
        print(f"everything: {error}", file=sys.stderr)
        return 2
    print(everything({"everything": found}))
    return int(bool(found["crashes"]))


if __name__ == "__main__":
    sys.exit(main())
