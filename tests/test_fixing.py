"""Where fixes come from, and when they are asked for."""

from __future__ import annotations

import sys
from types import ModuleType

import pytest

from flake8_httpleak.fixing import fixes_of
from flake8_httpleak.options import Options
from tests.report.test_formats import FIX, FOUND


def test_there(monkeypatch: pytest.MonkeyPatch) -> None:
    """The function is asked once a file, and not at all where nothing was found."""
    module = ModuleType("flake8_httpleak.fixes")
    module.fixes_for = lambda *_: {FOUND: (FIX,)}  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "flake8_httpleak.fixes", module)
    assert fixes_of("", "a.py", Options(), [FOUND]) == {FOUND: (FIX,)}
    assert fixes_of("", "a.py", Options(), []) == {}
