"""The command, run in this process."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

import pytest

from flake8_httpleak.cli import main
from flake8_httpleak.diagnostics import Diagnostic, Fix, Position, Span, TextEdit
from flake8_httpleak.options import Options


@dataclass(frozen=True)
class Done:
    """What a run gave."""

    code: int
    out: str
    err: str


Run = Callable[..., Done]


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Run in a folder of its own, with a cache of its own."""
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in ("NO_COLOR", "CI", "TERM"):
        monkeypatch.delenv(name, raising=False)
    return folder


@pytest.fixture
def httpleak(capsys: pytest.CaptureFixture[str]) -> Run:
    """Run the command."""

    def run(*arguments: str) -> Done:
        try:
            code = main(arguments)
        except SystemExit as error:  # argparse
            code = int(error.code or 0)
        said = capsys.readouterr()
        return Done(code, said.out, said.err)

    return run


class Terminal:
    """Standard output and standard error as a terminal of 100 columns."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *, err: bool = False) -> None:
        """Make them look like one."""
        monkeypatch.setenv("TERM", "xterm-256color")
        monkeypatch.setenv("COLUMNS", "100")
        monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
        if err:
            monkeypatch.setattr(sys.stderr, "isatty", lambda: True)


def closing_fix(source: str, found: Diagnostic, *, safe: bool) -> Fix:
    """Stand in for a real fix: close the response in the line after it was made."""
    line = found.span.start.line
    text = source.split("\n")[line - 1]
    indent = text[: len(text) - len(text.lstrip())]
    at = Span(Position(line, len(text)), Position(line, len(text)))
    name = text.split("=")[0].strip()
    return Fix(f"close '{name}'", safe, (TextEdit(at, f"\n{indent}{name}.close()"),))


@pytest.fixture
def fixer(monkeypatch: pytest.MonkeyPatch) -> None:
    """Stand in for the package `fixes`: HTL101 has a safe fix, HTL102 an unsafe one."""

    def fixes_for(source: str, _: str, __: Options, found: Sequence[Diagnostic]) -> dict[Diagnostic, tuple[Fix, ...]]:
        return {one: (closing_fix(source, one, safe=one.code == "HTL101"),) for one in found if one.code in {"HTL101", "HTL102"}}

    module = ModuleType("flake8_httpleak.fixes")
    module.fixes_for = fixes_for  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, module.__name__, module)
