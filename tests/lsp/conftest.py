"""An editor for each test, and stand-ins for what the server's other process works with."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.lsp.editor import Editor

FIXER = """
import sys, types
from flake8_httpleak.diagnostics import Fix, Position, Span, TextEdit
def fixes_for(source, filename, options, found):
    offered = {}
    for one in found:
        line = one.span.start.line
        at = Position(line + 1, 0)
        close = Fix("Close it", True, (TextEdit(Span(at, at), "    r.close()\\n"),))
        end = Position(line, len(source.split("\\n")[line - 1]))
        forget = Fix("Forget it", False, (TextEdit(Span(end, end), "  # forgotten"),))
        offered[one] = (forget, close)
    return offered
module = types.ModuleType("flake8_httpleak.fixes")
module.fixes_for = fixes_for
sys.modules[module.__name__] = module
"""
"""A fixer that closes what is called `r` on the next line."""
ANALYSIS = """
import os, sys, time, types
from flake8_httpleak.diagnostics import Diagnostic, Level, Position, Reclaim, Span
def analyze(source, filename, options, tree):
    if "# raise" in source:
        raise KeyError("x" * 9999)
    if "# die" in source:
        os.abort()
    if "# sleep" in source:
        time.sleep(60)
    span = Span(Position(1, 0), Position(1, 6))
    return [Diagnostic("HTL101", "name", "text", span, Level.SURE, Reclaim.NEVER)]
module = types.ModuleType("flake8_httpleak.analyze")
module.analyze = analyze
sys.modules[module.__name__] = module
"""
"""An analysis that does what the text asks for."""
Standins = Callable[..., dict[str, str]]


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the pages of rules out of everybody's way."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


@pytest.fixture
def editor(tmp_path: Path) -> Iterator[Editor]:
    """An editor that has not started its server yet; at the end nothing may have been said to standard error."""
    folder = tmp_path / "ws"
    folder.mkdir()
    found = Editor(folder)
    yield found
    if found.answers is not None:
        assert found.end() == ""


@pytest.fixture
def standins(tmp_path: Path) -> Standins:
    """Put Python code before everything that a process of ours does; the environment variables that do it."""

    def given(*code: str) -> dict[str, str]:
        folder = tmp_path / "standins"
        folder.mkdir(exist_ok=True)
        (folder / "sitecustomize.py").write_text("\n".join(code))
        return {"PYTHONPATH": str(folder)}

    return given
