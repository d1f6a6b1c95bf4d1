"""The story runs as it is told: every program dies, is found, is mended, and then runs ten times as long."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from fixtures.too_many_open_files import demo
from fixtures.too_many_open_files.chart import Line, chart
from fixtures.too_many_open_files.demo import LIBRARIES, LONGER
from fixtures.too_many_open_files.runs import HERE, LIMIT, Run, habits_for, run
from flake8_httpleak.analyze import analyze
from flake8_httpleak.config import Settings
from flake8_httpleak.diagnostics import Diagnostic
from flake8_httpleak.files import decode
from flake8_httpleak.fixing import load_fixer
from flake8_httpleak.options import Options
from flake8_httpleak.repair import fix_document

pytest.importorskip("resource", reason="this system has no limit of descriptors")
ROOT = Path(__file__).parents[2]
CODES = {"http_client": "HTL501"}
"""What flake8 says of the program as it was; HTL103 of the others."""
ASKING = [library for library in LIBRARIES if library != "urllib"]


@pytest.fixture(autouse=True)
def unmeasured(monkeypatch: pytest.MonkeyPatch) -> None:
    """The programs run none of our code: nothing of theirs is measured."""
    for name in list(os.environ):
        if name.startswith("COVERAGE"):
            monkeypatch.delenv(name)


def program(kind: str, library: str) -> Path:
    """Name a program's file."""
    return HERE / kind / f"upload_{library}.py"


def findings(path: Path) -> list[Diagnostic]:
    """Analyse a program with the settings that users have by default."""
    return analyze(path.read_text(encoding="utf-8"), str(path), Options())


@cache
def died(library: str) -> Run:
    """Run a program as it was, once."""
    return run(program("programs", library), habits_for(library), 100 * LIMIT)


def outcome(done: Run) -> str:
    """Put the end of a run in the words of the fixture's README."""
    if done.code == 0:
        return "runs on"
    assert done.ran_out, done.err
    return "dies, in CLOSE_WAIT" if done.half[-1] > LIMIT // 2 else "dies"


def told(library: str) -> list[str]:
    """Find what the fixture's README says of a library."""
    text = (HERE / "README.md").read_text(encoding="utf-8").partition("<!-- outcomes: begin -->")[2]
    row = re.search(rf"^\| {library} \| (.*) \|$", text, re.MULTILINE)
    assert row is not None
    ends = row[1].split(" | ")
    # Only Linux tells the state of a connection.
    return ends if sys.platform == "linux" else [one.partition(",")[0] for one in ends]


@pytest.mark.parametrize("library", LIBRARIES)
def test_it_dies(library: str) -> None:
    """Every second upload takes a descriptor for good, until there is none."""
    done = died(library)
    assert outcome(done) == told(library)[0]
    assert 2 * (LIMIT - 10) <= done.uploads <= 2 * LIMIT
    assert done.held[-1] > LIMIT - 10
    assert done.err.rstrip().splitlines()[-1].startswith("OSError: [Errno 24] Too many open files: 'photo-")


@pytest.mark.parametrize("library", LIBRARIES)
def test_it_is_found(library: str) -> None:
    """One finding, at the call that makes what is lost."""
    (found,) = findings(program("programs", library))
    assert found.code == CODES.get(library, "HTL103")
    line = program("programs", library).read_text(encoding="utf-8").splitlines()[found.span.start.line - 1]
    assert re.search(r" = .*(HTTPConnection|\.put|\.send|\.urlopen)\(", line)
    assert found.scope == "upload"
    assert findings(program("mended", library)) == []


@pytest.mark.parametrize("library", LIBRARIES)
def test_mended_it_runs_on(library: str) -> None:
    """Ten times as many uploads, and never more than one socket."""
    calls = LONGER * died(library).uploads
    done = run(program("mended", library), habits_for(library), calls)
    assert outcome(done) == told(library)[1]
    assert done.out == f"{calls} files sent, {calls // 2} of them refused\n"
    assert len(done.held) == calls + 1
    assert max(done.held) <= 1


@pytest.mark.parametrize("library", LIBRARIES)
def test_the_fix_is_as_good_as_by_hand(library: str, tmp_path: Path) -> None:
    """What `httpleak fix` writes unasked for more is silent, and runs as the program mended by hand does."""
    document = decode(program("programs", library).read_bytes())
    fixed = fix_document(document, "upload.py", Settings(), load_fixer(), unsafe=False)
    assert fixed.left == 0
    new = tmp_path / "upload.py"
    new.write_bytes(fixed.document.data)
    done = run(new, habits_for(library), 4 * LIMIT)
    assert (outcome(done), done.out) == ("runs on", f"{4 * LIMIT} files sent, {2 * LIMIT} of them refused\n")
    assert max(done.held) <= 1


@pytest.mark.parametrize("obeys", [True, False])
@pytest.mark.parametrize("library", ASKING)
def test_what_asking_cures(library: str, *, obeys: bool) -> None:
    """`Connection: close` cures a connection whose response was read, if the server obeys; flake8 still names the line."""
    done = run(program("asking", library), habits_for(library, obeys=obeys), 4 * LIMIT)
    assert outcome(done) == told(library)[2 if obeys else 3]
    assert CODES.get(library, "HTL103") in [found.code for found in findings(program("asking", library))]


def test_asking_is_all_that_differs() -> None:
    """The variants that ask have one more header, nothing else."""
    for library in ASKING:
        before = program("programs", library).read_text(encoding="utf-8").splitlines()
        after = program("asking", library).read_text(encoding="utf-8").splitlines()
        (changed,) = [new for old, new in zip(before, after, strict=True) if old != new]
        assert '{"Connection": "close"}' in changed


@pytest.mark.timeout(60)
def test_the_demo() -> None:
    """It plays in far less than a minute, needs no library, and shows the end, the line, its path, the change, the picture."""
    done = subprocess.run(
        [sys.executable, "-m", "fixtures.too_many_open_files.demo"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    shown = done.stdout
    for part in (
        "OSError: [Errno 24] Too many open files: 'photo-",
        "upload.py:13:18: HTL501 connection 'http.client.HTTPConnection' stays open",
        "line 13: acquired",
        "+    with ",
        "alive; 0 connections open at most",
        "connected sockets",
        "a server or proxy that does not: dead after",
    ):
        assert part in shown
    assert "Traceback" not in done.stderr


def test_the_demo_of_a_library_that_has_none(capsys: pytest.CaptureFixture[str]) -> None:
    """It says which there are."""
    assert demo.main(["gopher"]) == 2
    assert capsys.readouterr().err == "no program for 'gopher'; there are: aiohttp, http_client, httpx, requests, urllib\n"


def test_the_demo_of_a_library_that_is_not_installed(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """It says how to get it."""
    monkeypatch.setattr(demo, "find_spec", lambda _: None)
    assert demo.main(["requests"]) == 2
    assert capsys.readouterr().err.endswith("-m pip install requests\n")


def test_the_chart() -> None:
    """Both lines on one scale, the longer one to the right edge."""
    rows = chart([Line("x", "short", [0, 2, 4], "end"), Line("o", "long", [0] * 9)], "sockets")
    assert rows[0] == "sockets"
    assert rows[1].rstrip().endswith("x end")
    assert rows[1].startswith("   4 ┤")
    assert rows[9].count("x") == 1
    assert rows[9].endswith("o")
    assert rows[-2].split() == ["0", "8", "uploads"]
    assert rows[-1].split() == ["x", "short", "o", "long"]
