"""Where fixes come from: one function of the package `fixes`, brought in only when somebody asks for a fix."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import Protocol, cast

from flake8_httpleak.diagnostics import Diagnostic, Fix
from flake8_httpleak.options import Options

Fixes = Mapping[Diagnostic, tuple[Fix, ...]]


class Fixer(Protocol):
    """What `fixes.fixes_for` is."""

    def __call__(self, source: str, filename: str, options: Options, diagnostics: Sequence[Diagnostic], /) -> Fixes:
        """The fixes of findings that `analyze` gave for this text; a finding without one may be left out.

        Positions of edits count lines and code points of `source`, whose line ends are newline characters.
        """
        ...


def load_fixer() -> Fixer | None:
    """The function that computes fixes; None as long as this version has none."""
    try:
        module = import_module("flake8_httpleak.fixes")
    except ModuleNotFoundError:
        return None
    return cast("Fixer | None", getattr(module, "fixes_for", None))


def fixes_of(source: str, filename: str, options: Options, diagnostics: Sequence[Diagnostic]) -> Fixes:
    """The fixes of one file's findings; empty if there are none."""
    fixer = load_fixer() if diagnostics else None
    return fixer(source, filename, options, diagnostics) if fixer else {}
