"""Many files at once: in processes of this machine, or on whatever executor is given.

from flake8_httpleak.batch import analyze_paths

for result in analyze_paths(["a.py", "b.py"]):
    print(result.path, result.diagnostics)
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import BrokenExecutor, Executor, Future, ProcessPoolExecutor
from functools import partial

from flake8_httpleak.cache import Cache
from flake8_httpleak.checking import FileResult, check_file
from flake8_httpleak.options import Options

SIZE = 32
"""Files in one piece of work: enough that handing it over costs little, few enough that all processes end together."""
FEW = 24
"""So many files are done before a process has started."""
DIED = "the process that analysed it died; please report it"
Work = Callable[[list[str]], list[FileResult]]


def analyze_paths(
    paths: Iterable[str],
    options: Options | None = None,
    executor: Executor | None = None,
    *,
    jobs: int = 0,
    cache: Cache | None = None,
) -> Iterator[FileResult]:
    """Check files; the results come in the order of the paths, whoever works and however long each takes.

    executor: any `concurrent.futures.Executor`, such as that of a Dask cluster whose workers see the same files; it is not
    shut down. Without one, processes are started here. A worker that dies costs no file: its files are tried again elsewhere,
    and one that kills every process it meets becomes a result with a `problem`.
    jobs: how many processes; 0 for as many as there are processors, 1 for none.
    """
    waiting = list(paths)
    work = partial(_check_files, options=options or Options(), cache=cache)
    pieces = [waiting[first : first + SIZE] for first in range(0, len(waiting), SIZE)]
    jobs = min(jobs or processors(), len(pieces))
    if executor is not None:
        yield from _through(executor, pieces, work)
    elif jobs <= 1 or len(waiting) <= FEW:
        for path in waiting:
            yield from work([path])
    else:
        yield from _through_processes(pieces, work, jobs)


def processors() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _check_files(paths: list[str], options: Options, cache: Cache | None) -> list[FileResult]:
    """What a worker does."""
    return [check_file(path, options, cache) for path in paths]


def _through(executor: Executor, pieces: Sequence[list[str]], work: Work) -> Iterator[FileResult]:
    futures = [executor.submit(work, piece) for piece in pieces]
    try:
        for piece, future in zip(pieces, futures, strict=True):
            try:
                results = future.result()
            except Exception:  # noqa: BLE001 - each executor has its own way to say that a worker was lost
                results = _again(executor, piece, work)
            yield from results
    finally:
        for future in futures:
            future.cancel()


def _again(executor: Executor, piece: list[str], work: Work) -> list[FileResult]:
    """A second try where the first one was made, then here."""
    try:
        return executor.submit(work, piece).result()
    except Exception:  # noqa: BLE001 - as above
        return _one_by_one(piece, work)


def _through_processes(pieces: Sequence[list[str]], work: Work, jobs: int) -> Iterator[FileResult]:
    done = 0
    while done < len(pieces):
        pool = ProcessPoolExecutor(jobs, initializer=_ignore_interrupts)
        try:
            for future in _submitted(pool, pieces[done:], work):
                yield from future.result()
                done += 1
        except BrokenExecutor:
            # Nobody knows whose fault it was: the next piece is done with care, and the rest gets new processes.
            yield from _one_by_one(pieces[done], work)
            done += 1
        finally:
            pool.shutdown(cancel_futures=True)


def _submitted(pool: Executor, pieces: Sequence[list[str]], work: Work) -> Iterator[Future[list[FileResult]]]:
    """Hand everything over, then give back what was handed over, in order."""
    futures: list[Future[list[FileResult]]] = []
    broken: BrokenExecutor | None = None
    for piece in pieces:
        try:
            futures.append(pool.submit(work, piece))
        except BrokenExecutor as error:
            broken = error
            break
    yield from futures
    if broken is not None:
        raise broken


def _one_by_one(piece: list[str], work: Work) -> list[FileResult]:
    """Each file in a process that may die of it."""
    found: list[FileResult] = []
    waiting = list(piece)
    while waiting:
        with ProcessPoolExecutor(1, initializer=_ignore_interrupts) as pool:
            try:
                while waiting:
                    found += pool.submit(work, waiting[:1]).result()
                    waiting.pop(0)
            except BrokenExecutor:
                found.append(FileResult(waiting.pop(0), problem=DIED, failed=True))
    return found


def _ignore_interrupts() -> None:
    """Ctrl-C is for the parent, which then ends its workers."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
