"""flake8 formatters: `flake8 --format=httpleak-sarif` and kin.

flake8 hands formatters line, column and text only. The few files with findings of ours are analysed once more, so that their
ends, levels, steps and fixes are there too. What other plugins report is carried along.

flake8 imports this module in every run, whatever format is asked for: what makes reports is imported by those who need it.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from flake8 import utils
from flake8.formatting.base import BaseFormatter

from flake8_httpleak.plugin import STRICT, Plugin

if TYPE_CHECKING:
    from flake8.statistics import Statistics
    from flake8.violation import Violation

    from flake8_httpleak.diagnostics import Diagnostic
    from flake8_httpleak.report import Entry


class Formatter(BaseFormatter):
    """Collects what flake8 reports and prints it at the end, in one of our formats."""

    format_name: ClassVar[str]
    carries_fixes: ClassVar[bool] = False

    def after_init(self) -> None:
        """Begin with nothing."""
        self._violations: list[Violation] = []
        self._entries: list[Entry] = []

    def start(self) -> None:
        """Open the output file anew: two documents in one file would be none."""
        if self.filename:
            path = Path(self.filename)
            path.parent.mkdir(parents=True, exist_ok=True)
            self.output_fd = path.open("w", encoding="utf-8")

    def handle(self, error: Violation) -> None:
        """Keep a violation until its file is finished."""
        self._violations.append(error)

    def finished(self, filename: str) -> None:
        """Make entries of a file's violations."""
        violations, self._violations = self._violations, []
        if not violations:
            return
        from flake8_httpleak.fixing import fixes_of
        from flake8_httpleak.report import entries_of
        from flake8_httpleak.report.model import foreign_entries

        text = self._text(filename)
        lines = text.split("\n")
        wanted = [(one.line_number, one.column_number - 1, one.code) for one in violations]
        found: list[Diagnostic] = []
        if any(code.startswith("HTL") for _, _, code in wanted):
            found = [one for one in _analysed(text, filename) if (one.span.start.line, one.span.start.column, one.code) in wanted]
        known = {(one.span.start.line, one.span.start.column, one.code) for one in found}
        fixes = fixes_of(text, filename, Plugin.options, found) if self.carries_fixes else {}
        ours = entries_of(filename, found, lines, fixes)
        given = [
            (one.code, one.line_number, max(one.column_number - 1, 0), one.text)
            for one, place in zip(violations, wanted, strict=True)
            if place not in known
        ]
        entries = [*ours, *foreign_entries(filename, given, lines)]
        self._entries += sorted(entries, key=lambda entry: (entry.span.start, entry.code))

    def show_statistics(self, statistics: Statistics) -> None:
        """Print none: they would end up within the document."""

    def show_benchmarks(self, benchmarks: list[tuple[str, float]]) -> None:
        """Print none, for the same reason."""

    def stop(self) -> None:
        """Print the document."""
        from flake8_httpleak.report import FORMATS, Report

        text = FORMATS[self.format_name](Report(tuple(self._entries)))
        if text:
            self._write(text.removesuffix("\n"))
        super().stop()

    def _text(self, filename: str) -> str:
        """The file's text, or what came through standard input; empty if it has gone or nobody can read it."""
        if "-" in self.options.filenames and filename == self.options.stdin_display_name:
            return utils.stdin_get_value().removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
        from flake8_httpleak.files import UnreadableError, decode, read

        try:
            return decode(read(filename)).text
        except UnreadableError:
            return ""


def _analysed(text: str, filename: str) -> list[Diagnostic]:
    """The findings of a file; none if the analysis fails, as in the plugin."""
    from flake8_httpleak.analyze import analyze

    try:
        return analyze(text, filename, Plugin.options)
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:  # a panic of a native parser is no Exception
        if os.environ.get(STRICT) == "1" and not isinstance(error, SyntaxError):
            raise
        return []


class Json(Formatter):
    """`--format=httpleak-json`."""

    format_name = "json"
    carries_fixes = True


class Sarif(Formatter):
    """`--format=httpleak-sarif`."""

    format_name = "sarif"
    carries_fixes = True


class Rdjson(Formatter):
    """`--format=httpleak-rdjson`."""

    format_name = "rdjson"
    carries_fixes = True


class Rdjsonl(Formatter):
    """`--format=httpleak-rdjsonl`."""

    format_name = "rdjsonl"
    carries_fixes = True


class Github(Formatter):
    """`--format=httpleak-github`."""

    format_name = "github"


class Gitlab(Formatter):
    """`--format=httpleak-gitlab`."""

    format_name = "gitlab"
