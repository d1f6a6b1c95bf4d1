"""Many files: the same results in the same order, whoever works and whoever dies."""

from __future__ import annotations

import ast
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from typing import Any

import pytest

from flake8_httpleak import batch
from flake8_httpleak.batch import DIED, analyze_paths
from flake8_httpleak.checking import FileResult, check_bytes
from flake8_httpleak.options import Options

LEAK = "import requests\n\n\ndef f(u):\n    r = requests.get(u, stream=True, timeout=9)\n    return r.status_code\n"


@pytest.fixture
def paths(tmp_path: Path) -> list[str]:
    """Make a hundred files, every fifth with a finding."""
    found = []
    for number in range(100):
        path = tmp_path / f"f{number:03}.py"
        path.write_text("# x\n" * (number % 7) + (LEAK if number % 5 == 0 else "x = 1\n"))
        found.append(str(path))
    return found


@pytest.fixture
def wanted(paths: list[str]) -> list[FileResult]:
    """What must come out."""
    found = list(analyze_paths(paths, jobs=1))
    assert [one.path for one in found] == paths
    assert sum(len(one.diagnostics) for one in found) == 20
    return found


@pytest.mark.parametrize("jobs", [0, 2, 5])
def test_processes(paths: list[str], wanted: list[FileResult], jobs: int) -> None:
    """Processes of our own."""
    assert list(analyze_paths(paths, jobs=jobs)) == wanted
    assert list(analyze_paths(paths[:30], Options(), jobs=jobs)) == wanted[:30]
    assert list(analyze_paths([], jobs=jobs)) == []


@pytest.mark.parametrize("kind", [ThreadPoolExecutor, ProcessPoolExecutor])
def test_executors(paths: list[str], wanted: list[FileResult], kind: Callable[[int], Executor]) -> None:
    """Somebody else's, which stays open."""
    with kind(2) as executor:
        assert list(analyze_paths(paths, executor=executor)) == wanted
        assert list(analyze_paths(paths, executor=executor)) == wanted


def test_stopping_early(paths: list[str], wanted: list[FileResult]) -> None:
    """Who has seen enough leaves nothing running."""
    for results in (analyze_paths(paths, jobs=2), analyze_paths(paths, executor=ThreadPoolExecutor(1))):
        assert next(results) == wanted[0]
        del results


def killer(path: str, *_: object, always: bool = False) -> FileResult:
    """Kill the process that checks the file 42, once or always."""
    if path.endswith("f042.py"):
        mark = Path(path).with_suffix(".killed")
        if always or not mark.exists():
            mark.touch()
            os.kill(os.getpid(), signal.SIGKILL)
    return check_bytes(Path(path).read_bytes(), path, Options())


def always(path: str, *_: object) -> FileResult:
    """Kill it every time."""
    return killer(path, always=True)


fork = pytest.mark.skipif(sys.platform != "linux" or sys.version_info >= (3, 14), reason="needs processes that are forked")


@fork
@pytest.mark.parametrize("own", [True, False])
def test_a_worker_that_is_killed(
    paths: list[str],
    wanted: list[FileResult],
    own: bool,  # noqa: FBT001 - a table's column
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """No file is lost, whosever process it was."""
    monkeypatch.setattr(batch, "check_file", killer)
    if own:
        assert list(analyze_paths(paths, jobs=2)) == wanted
    else:
        with ProcessPoolExecutor(2) as executor:
            assert list(analyze_paths(paths, executor=executor)) == wanted


@fork
def test_a_file_that_kills(paths: list[str], wanted: list[FileResult], monkeypatch: pytest.MonkeyPatch) -> None:
    """It alone becomes a problem."""
    monkeypatch.setattr(batch, "check_file", always)
    found = list(analyze_paths(paths, jobs=2))
    assert found[42] == FileResult(paths[42], problem=DIED, failed=True)
    assert [one for number, one in enumerate(found) if number != 42] == [one for number, one in enumerate(wanted) if number != 42]


class Lossy(Executor):
    """Loses every third piece of work once."""

    def __init__(self) -> None:
        """Count."""
        self.count = 0

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:  # noqa: ANN401
        """Do it now, or lose it."""
        self.count += 1
        future: Future[Any] = Future()
        if self.count % 3 == 0:
            future.set_exception(RuntimeError("the worker has gone"))
        else:
            future.set_result(fn(*args, **kwargs))
        return future


def test_an_executor_that_loses_work(paths: list[str], wanted: list[FileResult]) -> None:
    """It is asked again."""
    assert list(analyze_paths(paths, executor=Lossy())) == wanted


def test_a_pool_that_breaks_at_once(paths: list[str], wanted: list[FileResult], monkeypatch: pytest.MonkeyPatch) -> None:
    """Even one that takes no work."""
    real = ProcessPoolExecutor.submit
    calls: list[int] = []

    def submit(self: ProcessPoolExecutor, *given: Any, **named: Any) -> Future[Any]:  # noqa: ANN401
        calls.append(1)
        if len(calls) == 2:
            raise BrokenProcessPool
        return real(self, *given, **named)

    monkeypatch.setattr(ProcessPoolExecutor, "submit", submit)
    assert list(analyze_paths(paths, jobs=2)) == wanted


def test_processors(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the system cannot say which we may use, all."""
    assert batch.processors() >= 1
    monkeypatch.delattr(os, "sched_getaffinity")
    monkeypatch.setattr(os, "cpu_count", lambda: None)
    assert batch.processors() == 1


def test_interrupts_are_the_parents() -> None:
    """Workers leave Ctrl-C to who started them."""
    before = signal.getsignal(signal.SIGINT)
    try:
        batch._ignore_interrupts()  # noqa: SLF001 - runs in workers only, where nobody measures
        assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGINT, before)


@pytest.fixture
def cluster() -> Iterator[Any]:
    """A real Dask cluster of two processes on this machine."""
    distributed = pytest.importorskip("distributed")
    with (
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, silence_logs=50
        ) as found,
        distributed.Client(found) as client,
    ):
        yield client


def slow(path: str, *_: object) -> FileResult:
    """Take long enough to be killed on the way."""
    time.sleep(0.02)
    return check_bytes(Path(path).read_bytes(), path, Options())


@pytest.mark.filterwarnings("ignore")
def test_a_dask_cluster(paths: list[str], wanted: list[FileResult], cluster: Any, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: ANN401
    """One of two workers is killed on the way: the same findings in the same order."""
    monkeypatch.setattr(batch, "SIZE", 5)
    workers = cluster.run(os.getpid)
    assert len(workers) == 2
    results = analyze_paths(paths, executor=cluster.get_executor())
    found = [next(results)]
    os.kill(next(iter(workers.values())), signal.SIGKILL)
    found += list(results)
    assert found == wanted


def test_problems(tmp_path: Path) -> None:
    """Files that cannot be read are results too; NUL in names, values that Python's parser refuses."""
    found = list(analyze_paths([str(tmp_path / "missing.py"), "a\0b.py"]))
    assert [one.problem for one in found] == ["cannot be read (No such file or directory)", "cannot be read (no such name)"]


def test_parsing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever Python's parser says, it is one line."""
    for error, said in [
        (ValueError("odd"), "is no Python (odd)"),
        (RecursionError(), "is nested too deeply for Python's parser"),
        (MemoryError(), "is nested too deeply for Python's parser"),
    ]:

        def parse(*_: object, error: Exception = error) -> None:
            raise error

        monkeypatch.setattr(ast, "parse", parse)
        assert check_bytes(LEAK.encode(), "a.py", Options()).problem == said


def test_interrupted_analysis(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C passes through."""
    from flake8_httpleak import analyze

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(analyze, "analyze", interrupt)
    with pytest.raises(KeyboardInterrupt):
        check_bytes(LEAK.encode(), "a.py", Options())


def test_a_warning_of_the_parser_is_nobodys_business() -> None:
    """Invalid escapes are other tools' business."""
    assert len(check_bytes(LEAK.encode() + b"x = '\\d'\n", "a.py", Options()).diagnostics) == 1
