"""What a terminal shows."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from flake8_httpleak.cli import progress
from flake8_httpleak.diagnostics import Diagnostic, Level, Position, Reclaim, Related, Span, Step
from flake8_httpleak.report import Entry, entries_of
from flake8_httpleak.report.frames import rows_of
from flake8_httpleak.report.model import foreign_entries
from tests.cli.conftest import Run, Terminal
from tests.cli.test_check import LEAK, SAID, write


def plain(text: str) -> str:
    """Take the colours out."""
    return re.sub("\x1b\\[[0-9;?]*[a-zA-Z]", "", text)


def test_frames(httpleak: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """The code, where it is acquired and where it is lost, the sum."""
    write("a.py")
    Terminal(monkeypatch)
    done = httpleak("check")
    assert "\x1b[" in done.out
    assert plain(done.out).splitlines() == [
        "HTL101 response-never-released  a.py:5:9",
        "  response of 'requests.get' is never closed; use 'with'",
        "  4 │ def f(u):",
        "● 5 │     r = requests.get(u, stream=True, timeout=9)",
        "    │         ━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━ acquired",
        "○ 6 │     return r.status_code",
        "    │     ──────────────────── lost: the function returns",
        "",
        "1 finding in 1 of 1 file · 1 note",
    ]
    write("a.py", "x = 1\n")
    assert plain(httpleak("check").out) == "✓ no leaks in 1 file\n"


@pytest.mark.parametrize(("name", "value"), [("NO_COLOR", "1"), ("TERM", "dumb")])
def test_no_colour(httpleak: Run, monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    """Who asks for none gets plain lines."""
    write("a.py")
    Terminal(monkeypatch)
    monkeypatch.setenv(name, value)
    assert httpleak("check").out == SAID


def test_no_control_characters_of_others(httpleak: Run, here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither from code nor from file names, in frames, lines and diffs."""
    nasty = LEAK.replace("timeout=9)", "timeout=9)  # \x1b]0;x\x07 \x9b31m \u202e")
    write("a\x1b[31m\n.py", nasty)
    (here / "b\x1b[31m.py").write_bytes(b"import requests\x00")
    Terminal(monkeypatch)
    done = httpleak("check")
    assert not re.search("[\x00-\x08\x0b-\x1a\x1c-\x1f\x7f-\x9f\u202e]", done.out.replace("\x1b[", "").replace("\n", ""))
    assert "\\x1b]0;x\\x07" in plain(done.out)
    assert "\x1b" not in done.err


def entry(lines: list[str], at: Span, *steps: tuple[Span, str]) -> Entry:
    """Make a finding."""
    found = Diagnostic("HTL101", "n", "m", at, Level.SURE, Reclaim.NEVER, steps=tuple(Step(*one) for one in steps))
    return entries_of("a.py", [found], lines)[0]


def span(line: int, start: int, end: int, last: int = 0) -> Span:
    """Make a range."""
    return Span(Position(line, start), Position(last or line, end))


def test_rows() -> None:
    """The head of the function, every station, what lies close between, a sign for what does not."""
    lines = [
        "class A:",
        "    def f(self):",
        *["        x"] * 6,
        "        r = get()",
        "        y",
        "        z",
        "        return",
        "",
        "    w",
    ] + [""] * 9
    found = rows_of(
        entry(lines, span(9, 12, 17), (span(9, 12, 17), "acquired"), (span(12, 8, 14), "returned"), (span(99, 0, 1), "far"))
    )
    assert [row.number for row in found] == [2, 0, 9, 10, 11, 12]
    assert [(mark.text, mark.main) for row in found for mark in row.marks] == [("acquired", True), ("returned", False)]


def test_rows_at_the_edges() -> None:
    """Module level, ranges over several lines, tabs, long lines, lines that are not there."""
    (row,) = rows_of(entry(["\tf(", ")"], span(1, 1, 1, 2)))
    assert (row.text, row.marks[0].start, row.marks[0].end) == ("    f(", 4, 6)
    (row,) = rows_of(entry(["x" * 9000 + "f()"], span(1, 9000, 9003)))
    assert len(row.text) < 400
    assert row.text[row.marks[0].start : row.marks[0].end] == "f()"
    assert rows_of(entry(["x"], span(7, 0, 1))) == []
    assert rows_of(foreign_entries("a.py", [("E1", 1, 0, "")], ["x"])[0])[0].marks[0].main


def test_related_places_are_marked(httpleak: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Other places of a finding are drawn as well."""
    from flake8_httpleak.cli.streams import Streams
    from flake8_httpleak.cli.terminal import print_frames

    lines = ["def f():", "    a = 1", *["    b"] * 9, "    c = 漢字()"]
    found = Diagnostic(
        "HTL205", "n", "m", span(2, 4, 9), Level.HINT, Reclaim.COLLECTOR, related=(Related(span(12, 8, 12), "the other"),)
    )
    Terminal(monkeypatch)
    print_frames(Streams(), entries_of("a.py", [found], lines))
    done = httpleak("check", ".")
    assert plain(done.out).splitlines()[2:9] == [
        "   1 │ def f():",
        "●  2 │     a = 1",
        "     │     ━━━━━",
        "   ⋮",
        "○ 12 │     c = 漢字()",
        "     │         ────── the other",
        "",
    ]


def test_progress(httpleak: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """A bar for who waits, gone at the end; none for short runs, pipes and CI."""
    for number in range(8):
        write(f"f{number}.py", LEAK if number in {3, 5} else "x = 1\n")
    Terminal(monkeypatch, err=True)
    assert httpleak("check", "--jobs=1").err == ""
    monkeypatch.setattr(progress, "PATIENCE", 0)
    monkeypatch.setattr(progress, "PERIOD", 0)
    done = httpleak("check", "--jobs=1")
    assert "checking" in done.err
    assert "8/8" in done.err
    assert "checking" not in done.out
    monkeypatch.setenv("CI", "1")
    assert httpleak("check", "--jobs=1").err == ""


def test_a_reader_that_has_gone(httpleak: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """`httpleak check | head -1` ends quietly."""
    import os

    write("a.py")

    def flush() -> None:
        raise BrokenPipeError

    done: list[tuple[int, int]] = []
    monkeypatch.setattr(sys.stdout, "flush", flush)
    monkeypatch.setattr(sys.stdout, "fileno", lambda: 77, raising=False)
    monkeypatch.setattr(os, "dup2", lambda *pair: done.append(pair))
    from flake8_httpleak.cli import main

    assert main(["check"]) == 1
    assert done[0][1] == 77
    os.close(done[0][0])
    monkeypatch.undo()
