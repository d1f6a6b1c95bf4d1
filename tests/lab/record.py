"""Keeps which rows the lab has proved, for `python -m flake8_httpleak.clients`, when HTTPLEAK_LAB_RECORD=1."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path

import flake8_httpleak.clients

PROVED = Path(flake8_httpleak.clients.__file__).with_name("proved.json")
_seen: dict[str, dict[str, bool]] = {}
_expected: dict[str, int] = {}


def expect(rows: Mapping[str, int]) -> None:
    """How many row cases each library has; only libraries that were run whole are written."""
    _expected.update(rows)


def note(library: str, case: str, *, passed: bool) -> None:
    """Remember the outcome of one case."""
    _seen.setdefault(library, {})[case] = passed


def save() -> None:
    """Write what was seen in this session over what the file says about the same libraries, if all of it was run."""
    if os.environ.get("HTTPLEAK_LAB_RECORD") != "1" or not _seen:
        return
    old = json.loads(PROVED.read_text(encoding="utf-8")) if PROVED.exists() else {}
    whole = {name: cases for name, cases in _seen.items() if len(cases) == _expected.get(name, 0) + 1}  # and the spellings
    new = {name: {"passed": sum(cases.values()), "failed": len(cases) - sum(cases.values())} for name, cases in whole.items()}
    PROVED.write_text(json.dumps(dict(sorted({**old, **new}.items())), indent=1) + "\n", encoding="utf-8")
