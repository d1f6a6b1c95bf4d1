"""Where fixes come from: one function of the package `fixes`, brought in only when somebody asks for a fix."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

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


def load_fixer() -> Fixer:
    """The function that computes fixes."""
    from flake8_httpleak.fixes import fixes_for

    return fixes_for


def fixes_of(source: str, filename: str, options: Options, diagnostics: Sequence[Diagnostic]) -> Fixes:
    """The fixes of one file's findings; empty if there are none."""
    return load_fixer()(source, filename, options, diagnostics) if diagnostics else {}
