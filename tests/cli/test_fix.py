"""`httpleak fix`, with a stand-in for the fixes themselves."""

from __future__ import annotations

import io
import os
import re
import stat
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from types import ModuleType

import pytest

from flake8_httpleak import repair
from flake8_httpleak.diagnostics import Diagnostic, Fix, Position, Span, TextEdit
from tests.cli.conftest import Run, Terminal
from tests.cli.test_check import LEAK, write

FIXED = LEAK.replace("timeout=9)\n", "timeout=9)\n    r.close()\n")
UNSAFE = LEAK.replace("    return r", "    if u:\n        return 1\n    r.close()\n    return r")
DIFF = (
    "--- a/a.py\n+++ b/a.py\n@@ -3,4 +3,5 @@\n \n def f(u):\n     r = requests.get(u, stream=True, timeout=9)\n"
    "+    r.close()\n     return r.status_code\n"
)


@pytest.fixture
def offer(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Offer these edits for every finding, whatever it is."""

    def given(*fixes: Fix) -> None:
        module = ModuleType("flake8_httpleak.fixes")
        module.fixes_for = lambda _, __, ___, found: dict.fromkeys(found, fixes)  # type: ignore[attr-defined]
        monkeypatch.setitem(sys.modules, module.__name__, module)

    return given


def edit(line: int, start: int, end: int, text: str) -> TextEdit:
    """Make an edit."""
    return TextEdit(Span(Position(line, start), Position(line, end)), text)


def test_diff(httpleak: Run, fixer: None) -> None:
    """Shown, not made; exit code 1 as long as there is something to do."""
    write("a.py")
    for arguments in (["fix"], ["fix", "--diff", "a.py"]):
        done = httpleak(*arguments)
        assert (done.code, done.out, done.err) == (1, DIFF, "httpleak: 1 file would be changed by --write\n")
    assert Path("a.py").read_text() == LEAK
    write("a.py", FIXED)
    done = httpleak("fix")
    assert (done.code, done.out, done.err) == (0, "", "httpleak: 0 files would be changed by --write\n")


def test_write(httpleak: Run, fixer: None) -> None:
    """Made, and clean afterwards; a second time changes nothing."""
    path = write("a.py")
    path.chmod(0o755)
    done = httpleak("fix", "--write")
    assert (done.code, done.out, done.err) == (0, "a.py: close 'r'\n", "httpleak: 1 file changed\n")
    assert path.read_text() == FIXED
    assert stat.S_IMODE(path.stat().st_mode) == 0o755
    assert httpleak("check").code == 0
    assert httpleak("fix", "--write").err == "httpleak: 0 files changed\n"


def test_unsafe(httpleak: Run, fixer: None) -> None:
    """Only when asked for; what is left is counted."""
    write("a.py", UNSAFE)
    done = httpleak("fix", "--write")
    assert (done.code, done.err) == (1, "httpleak: 0 files changed; 1 finding without a fix that is safe\n")
    assert httpleak("fix", "--write", "--unsafe").code == 0
    assert "r.close()\n    if u:" in Path("a.py").read_text()


def test_select(httpleak: Run, fixer: None) -> None:
    """Only the codes that are asked for; what a comment or the baseline hides is left alone."""
    write("a.py")
    assert httpleak("fix", "--select=HTL2").out == ""
    assert httpleak("check", "--baseline=known.json", "--write-baseline").code == 0
    assert httpleak("fix", "--baseline=known.json").out == ""
    write("a.py", LEAK.replace("timeout=9)", "timeout=9)  # noqa: HTL101"))
    assert httpleak("fix").out == ""


@pytest.mark.parametrize("end", [b"\r\n", b"\r", b"\n"])
def test_bytes_are_kept(httpleak: Run, fixer: None, here: Path, end: bytes) -> None:
    """Line ends, byte-order mark, no last newline."""
    path = here / "a.py"
    path.write_bytes(b"\xef\xbb\xbf" + LEAK.rstrip().encode().replace(b"\n", end))
    assert httpleak("fix", "--write").code == 0
    assert path.read_bytes() == b"\xef\xbb\xbf" + FIXED.rstrip().encode().replace(b"\n", end)


def test_no_last_newline(httpleak: Run, fixer: None, here: Path) -> None:
    """The diff says so, as patch expects it."""
    (here / "a.py").write_text("import requests\n\n\ndef f(u):\n    r = requests.get(u, stream=True, timeout=9)")
    assert httpleak("fix").out.endswith("\\ No newline at end of file\n")


def test_standard_input(httpleak: Run, fixer: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """`--write` gives the new text back."""

    def stdin() -> None:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(LEAK.encode())))

    stdin()
    assert httpleak("fix", "-").out == DIFF.replace("a.py", "stdin")
    stdin()
    assert httpleak("fix", "--write", "-").out == FIXED


def test_links(httpleak: Run, fixer: None, here: Path) -> None:
    """The file behind a link is changed where it was given too, and the link stays; outside nothing is touched."""
    outside = here.parent / "outside.py"
    outside.write_text(LEAK)
    Path("link.py").symlink_to(outside)
    done = httpleak("fix", "--write", "--jobs=1")
    assert done.code == 2
    assert done.err.splitlines()[0] == "link.py: is a link to a file outside the given paths; not changed"
    assert httpleak("fix", "--write", "link.py").code == 2
    assert outside.read_text() == LEAK
    Path("link.py").unlink()
    write("real.py")
    Path("link.py").symlink_to("real.py")
    assert httpleak("fix", "--write", ".").err.splitlines()[-1] == "httpleak: 1 file changed"
    assert Path("link.py").is_symlink()
    assert Path("real.py").read_text() == FIXED


def test_read_only(httpleak: Run, fixer: None, here: Path) -> None:
    """One line, the rest goes on."""
    write("a.py").chmod(0o444)
    write("b.py")
    done = httpleak("fix", "--write")
    assert done.code == 2
    assert done.err.splitlines() == ["a.py: is read-only; not changed", "httpleak: 1 file changed"]
    assert Path("a.py").read_text() == LEAK
    assert Path("b.py").read_text() == FIXED
    assert sorted(os.listdir(here)) == ["a.py", "b.py"]  # noqa: PTH208


def test_changed_meanwhile(httpleak: Run, here: Path, monkeypatch: pytest.MonkeyPatch, offer: Callable[..., None]) -> None:
    """Somebody saves while we think: theirs stays."""
    write("a.py")
    offer(Fix("close", safe=True, edits=(edit(5, 47, 47, "\n    r.close()"),)))
    fixes = sys.modules["flake8_httpleak.fixes"]
    plain = fixes.fixes_for

    def fixes_for(*given: object) -> object:
        write("a.py", LEAK + "# saved\n")
        return plain(*given)

    monkeypatch.setattr(fixes, "fixes_for", fixes_for)
    done = httpleak("fix", "--write")
    assert done.err.splitlines()[0] == "a.py: was changed by somebody else in the meantime; not changed"
    assert Path("a.py").read_text() == LEAK + "# saved\n"


@pytest.mark.parametrize(
    "bad",
    [
        Fix("breaks it", safe=True, edits=(edit(5, 0, 0, "("),)),
        Fix("does not help", safe=True, edits=(edit(1, 0, 0, "# x\n"),)),
        Fix("is nowhere", safe=True, edits=(edit(99, 0, 0, "x"),)),
        Fix("does nothing", safe=True, edits=()),
    ],
)
def test_bad_fixes(httpleak: Run, offer: Callable[..., None], bad: Fix) -> None:
    """What does not compile or does not help is not made."""
    write("a.py")
    offer(bad)
    done = httpleak("fix", "--write")
    assert (done.code, done.out) == (1, "")
    assert Path("a.py").read_text() == LEAK


def test_overlapping_fixes(httpleak: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of two that touch the same text the second waits for the next round; an edit that both need is made once."""
    write("a.py", LEAK + "\n\ndef g(u):\n    r = requests.get(u, stream=True, timeout=9)\n    return r.status_code\n")

    def fixes_for(source: str, *given: Sequence[Diagnostic]) -> dict[Diagnostic, tuple[Fix, ...]]:
        offered: dict[Diagnostic, tuple[Fix, ...]] = {}
        for one in given[-1]:
            line = one.span.start.line
            head = edit(1, 0, 0, "import contextlib\n")
            wide = TextEdit(Span(Position(2, 0), Position(line, 0)), "".join(source.splitlines(keepends=True)[1 : line - 1]))
            both = (edit(line, 47, 47, "\n    r.close()"), *(() if "contextlib" in source else (head,)), wide)
            offered[one] = (Fix(f"close line {line}", safe=True, edits=both),)
        return offered

    module = ModuleType("flake8_httpleak.fixes")
    module.fixes_for = fixes_for  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, module.__name__, module)
    done = httpleak("fix", "--write")
    assert done.out.splitlines() == ["a.py: close line 5", "a.py: close line 12"]
    text = Path("a.py").read_text()
    assert text.count("import contextlib\n") == 1
    assert text.count("r.close()") == 2
    write("a.py", LEAK + "\n\ndef g(u):\n    r = requests.get(u, stream=True, timeout=9)\n    return r.status_code\n")
    monkeypatch.setattr(repair, "ROUNDS", 1)
    assert httpleak("fix", "--write").err == "httpleak: 1 file changed; 1 finding without a fix that is safe\n"


def test_shared_edits(httpleak: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two fixes of one round that both add the same import."""
    write("a.py", LEAK + "\n\ndef g(u):\n    r = requests.get(u, stream=True, timeout=9)\n    return r.status_code\n")

    def fixes_for(_: str, *given: Sequence[Diagnostic]) -> dict[Diagnostic, tuple[Fix, ...]]:
        head = edit(1, 0, 0, "import contextlib\n")
        return {
            one: (Fix("close", safe=True, edits=(head, edit(one.span.start.line, 47, 47, "\n    r.close()"))),)
            for one in given[-1]
        }

    module = ModuleType("flake8_httpleak.fixes")
    module.fixes_for = fixes_for  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, module.__name__, module)
    assert httpleak("fix", "--write").code == 0
    assert Path("a.py").read_text().count("import contextlib\n") == 1


def test_on_a_terminal(httpleak: Run, fixer: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """In colour, the same text."""
    write("a.py")
    Terminal(monkeypatch)
    out = httpleak("fix").out
    assert "\x1b[32m+    r.close()" in out
    assert re.sub("\x1b\\[[0-9;]*m", "", out) == DIFF


def test_interrupted(httpleak: Run, fixer: None, monkeypatch: pytest.MonkeyPatch, here: Path) -> None:
    """Ctrl-C while writing: every file is either old or new."""
    for name in "abc":
        write(f"{name}.py")
    real = os.fsync
    calls: list[int] = []

    def fsync(descriptor: int) -> None:
        calls.append(descriptor)
        if len(calls) == 2:
            raise KeyboardInterrupt
        real(descriptor)

    monkeypatch.setattr(os, "fsync", fsync)
    assert httpleak("fix", "--write").code == 130
    assert [Path(f"{name}.py").read_text() for name in "abc"] == [FIXED, LEAK, LEAK]
    assert len(list(here.iterdir())) == 3
