"""Run the analysis over files of the corpus: reports that can be recognised again, crashes, times."""

from __future__ import annotations

import ast
import hashlib
import os
import re
import signal
import subprocess
import sys
import time
import tokenize
import traceback
import warnings
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, replace
from pathlib import Path

from bench.corpus import Source
from bench.reading import scope_at
from flake8_httpleak.diagnostics import Diagnostic
from flake8_httpleak.gate import client_roots
from flake8_httpleak.options import Options

LIMIT = 60
"""Seconds for one file; longer is a hang."""
SLOW = 0.25
BATCH = 400
ROW = re.compile(r"(?P<path>.+)\t(?P<line>\d+)\t(?P<code>HTL\d+)")


@dataclass(frozen=True, slots=True, order=True)
class Report:
    """One finding in a package. `fingerprint` names its place and stays the same when lines move."""

    package: str
    version: str
    path: str
    line: int
    last: int
    code: str
    message: str
    level: str
    reclaim: str
    scope: str
    fingerprint: str


@dataclass(frozen=True, slots=True)
class FileRun:
    """One file: whether the gate let it through, what came out, the seconds it took, or why it failed."""

    source: Source
    lines: int = 0
    client: bool = False
    seconds: float = 0.0
    reports: tuple[Report, ...] = ()
    crash: str = ""


@dataclass(frozen=True, slots=True)
class Run:
    """All files of a run."""

    files: tuple[FileRun, ...]

    @property
    def reports(self) -> list[Report]:
        """Every report, in order."""
        return sorted(report for file in self.files for report in file.reports)

    @property
    def crashes(self) -> list[FileRun]:
        """The files that the analysis failed on."""
        return [file for file in self.files if file.crash]

    def slowest(self, count: int = 10) -> list[FileRun]:
        """The files that took longest, and all that took longer than `SLOW`."""
        ordered = sorted(self.files, key=lambda file: -file.seconds)
        return [file for number, file in enumerate(ordered) if file.seconds > SLOW or (number < count and file.seconds)]


def analyse(sources: Iterable[Source], enable: tuple[str, ...] = (), jobs: int = 2) -> Run:
    """Analyse files in processes of their own; an error in one, even one that kills the process, leaves the others alone.

    enable: prefixes of opt-in codes. jobs: how many processes; 0 does it in this one, without a limit of time.
    """
    os.environ["HTTPLEAK_STRICT"] = "1"
    waiting = list(sources)
    if not jobs:
        return Run(tuple(examine(source, enable, 0) for source in waiting))
    done: list[FileRun] = []
    while waiting:
        finished, waiting = _pool(waiting, enable, jobs)
        done += finished
        if waiting and jobs == 1:  # one process takes the files in order: the first one left is the one that killed it
            done.append(FileRun(waiting.pop(0), crash="the process died"))
        jobs = 1
    return Run(tuple(done))


def examine(source: Source, enable: tuple[str, ...] = (), limit: int = LIMIT) -> FileRun:
    """Analyse one file as the plugin would, and time it; after `limit` seconds (0: never) it is given up as a crash."""
    try:
        lines = read_lines(source.file)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse("".join(lines))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return FileRun(source)  # flake8 does not ask plugins about these
    start = time.perf_counter()
    client = bool(client_roots(tree))
    found: list[Diagnostic] = []
    crash = ""
    if client:
        from flake8_httpleak.analyze import analyze

        _alarm(limit or None)
        try:
            found = analyze("".join(lines), str(source.file), Options(enable=enable), tree)
        except BaseException as error:  # noqa: BLE001 - a panic of a native parser is no Exception
            place = traceback.extract_tb(error.__traceback__)[-1]
            text = str(error).partition("\n")[0][:120]
            crash = f"{type(error).__name__}: {text} ({Path(place.filename).name}:{place.lineno})"
        finally:
            _alarm(0 if limit else None)
    seconds = time.perf_counter() - start
    reports = _distinct(_report(one, source, lines) for one in found)
    return FileRun(source, len(lines), client, seconds, tuple(reports), crash)


def through_flake8(sources: Sequence[Source], enable: tuple[str, ...] = (), jobs: int = 2) -> set[tuple[str, str, int, str]]:
    """What the real flake8 prints for files that import a client: package, path, line, code.

    Raises RuntimeError if flake8 fails.
    """
    names = {str(source.file): source for source in sources}
    paths = list(names)
    found: set[tuple[str, str, int, str]] = set()
    options = [
        "--isolated",
        "--select=HTL",
        "--disable-noqa",
        "--exit-zero",
        f"--jobs={jobs}",
        "--format=%(path)s\t%(row)d\t%(code)s",
    ]
    if enable:
        options.append(f"--httpleak-enable={','.join(enable)}")
    for first in range(0, len(paths), BATCH):
        command = [sys.executable, "-m", "flake8", *options, *paths[first : first + BATCH]]
        run = subprocess.run(command, env={**os.environ, "HTTPLEAK_STRICT": "1"}, capture_output=True, text=True, check=False)
        if run.returncode:
            raise RuntimeError(f"flake8 ended with {run.returncode}: {run.stderr.strip().splitlines()[-1:]}")
        for match in map(ROW.fullmatch, run.stdout.splitlines()):
            if match:
                source = names[match["path"]]
                found.add((source.package.name, source.path, int(match["line"]), match["code"]))
    return found


def fingerprint(file: Path, path: str, lines: Sequence[str], first: int, last: int) -> str:
    """Name a place so that it can be found again after lines have moved.

    Built from the path, the function or class around it, the text of the acquiring call's lines (white space does not count),
    and how many equal first lines come before it in the same function.

    file: the file as it is here. path: its path in the package. lines: its text. first, last: the acquiring call's lines.
    """
    scope = scope_at(file, first)
    head = lines[first - 1].split() if 0 < first <= len(lines) else []
    same = (number for number, line in enumerate(lines[: first - 1], 1) if line.split() == head)
    earlier = sum(scope_at(file, number) == scope for number in same)
    text = " ".join("".join(lines[first - 1 : last]).split())
    return hashlib.sha256("\0".join((path, scope, text, str(earlier))).encode("utf-8", "replace")).hexdigest()[:12]


def _report(found: Diagnostic, source: Source, lines: Sequence[str]) -> Report:
    line = found.span.start.line
    last = max(line, found.lines[1])
    place = fingerprint(source.file, source.path, lines, line, last)
    scope = found.scope or scope_at(source.file, line)
    package = source.package
    level, reclaim = str(found.level), str(found.reclaim)
    return Report(package.name, package.version, source.path, line, last, found.code, found.message, level, reclaim, scope, place)


def _distinct(reports: Iterable[Report]) -> Iterator[Report]:
    """Number the reports that would be recognised as one: the same code twice in one line."""
    seen: Counter[tuple[str, str]] = Counter()
    for report in reports:
        name = report.fingerprint, report.code
        seen[name] += 1
        yield replace(report, fingerprint=f"{report.fingerprint}-{seen[name]}") if seen[name] > 1 else report


def read_lines(file: Path) -> list[str]:
    """The lines of a file as flake8 hands them over."""
    try:
        with tokenize.open(file) as stream:
            lines = stream.readlines()
    except (SyntaxError, UnicodeError):
        with file.open(encoding="latin-1") as stream:
            lines = stream.readlines()
    if lines and lines[0].startswith("\ufeff"):
        lines[0] = lines[0][1:]
    return lines


def _pool(waiting: list[Source], enable: tuple[str, ...], jobs: int) -> tuple[list[FileRun], list[Source]]:
    """Examine files until all are done or a process dies; returns the results and the files without one."""
    done: list[FileRun] = []
    left: list[Source] = []
    with ProcessPoolExecutor(jobs) as pool:
        futures: list[tuple[Source, Future[FileRun]]] = [(source, future) for source, future in _submit(pool, waiting, enable)]
        for source, future in futures:
            try:
                done.append(future.result())
            except BrokenProcessPool:
                left.append(source)
    submitted = len(futures)
    return done, left + waiting[submitted:]


def _submit(
    pool: ProcessPoolExecutor, waiting: list[Source], enable: tuple[str, ...]
) -> Iterator[tuple[Source, Future[FileRun]]]:
    for source in waiting:
        try:
            yield source, pool.submit(examine, source, enable)
        except BrokenProcessPool:
            return


def _hang(*_: object) -> None:
    raise TimeoutError(f"longer than {LIMIT} s")


def _alarm(seconds: int | None) -> None:
    """Interrupt the analysis after that long, where the platform can; 0 takes it back, None does nothing."""
    if seconds is not None and hasattr(signal, "SIGALRM"):
        signal.signal(signal.SIGALRM, _hang)
        signal.alarm(seconds)
