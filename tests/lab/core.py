"""Which tables CI runs: those of Python's own libraries, and those whose libraries the `test` extra names.

The rest is marked `lab` and left to `make lab`, which has every library. Nothing of the core may be skipped: what the extra names is
installed where its tests run.
"""

from __future__ import annotations

import re
import tomllib
from functools import cache
from pathlib import Path
from typing import NoReturn

import pytest

from flake8_httpleak.clients.store import Store, heads

_PROJECT = Path(__file__).parents[2] / "pyproject.toml"
_NAME = re.compile(r"[A-Za-z0-9._-]+")


@cache
def core() -> frozenset[str]:
    """The names of these tables."""
    extras = tomllib.loads(_PROJECT.read_text(encoding="utf-8"))["project"]["optional-dependencies"]
    there = {_name(one) for one in extras["test"]}
    tables = {name: Store(lab=True).library(name).table for name in heads()}
    return frozenset(name for name, table in tables.items() if {_name(one) for one in table.packages} <= there)


def marks(library: str) -> list[pytest.MarkDecorator]:
    """For a test of a library; of none if it is empty."""
    return [] if not library or library in core() else [pytest.mark.lab]


def missing(library: str, error: Exception) -> NoReturn:
    """A library that is not installed skips its tests, unless CI has to have it."""
    if library in core():
        pytest.fail(f"{library} is in the `test` extra: {error}")
    pytest.skip(str(error))


def _name(requirement: str) -> str:
    found = _NAME.match(requirement)
    assert found is not None, requirement
    return found[0].lower().replace("_", "-")
