"""`httpleak check`: find, show, count."""

from __future__ import annotations

import argparse
from collections import Counter
from pathlib import Path

from flake8_httpleak.baseline import Baseline, Known, text_of
from flake8_httpleak.cli.progress import progress
from flake8_httpleak.cli.run import Files, Found, baseline_of, cache_of, jobs_of, settings_of
from flake8_httpleak.cli.streams import Streams
from flake8_httpleak.config import ConfigError, Settings
from flake8_httpleak.files import Document
from flake8_httpleak.fixing import Fixes, fixes_of
from flake8_httpleak.report import FORMATS, Entry, Problem, Report, entries_of

WITH_FIXES = frozenset({"json", "sarif", "rdjson", "rdjsonl"})


def run(options: argparse.Namespace, streams: Streams) -> int:
    """Check the paths; returns the exit code. Raises ConfigError."""
    settings = settings_of(options)
    jobs_of(options)
    if options.write_baseline and not settings.baseline:
        raise ConfigError("--write-baseline: say which file with --baseline FILE")
    baseline = Baseline(str(Path(settings.baseline).parent)) if options.write_baseline else baseline_of(settings)
    files = Files(options, settings, streams, cache_of(options, settings))
    checking = _Checking(options, settings, streams, baseline)
    checked: list[str] = []
    with progress(streams, len(files.paths)) as bar:
        for result in files.results():
            checked.append(result.path)
            found = files.found(result)
            bar.advance()
            if found.document is not None:
                with bar.paused():
                    checking.take(found, found.document)
    files.say_problems()
    if options.write_baseline:
        return _write(Path(settings.baseline), checking.known, streams)
    checking.finish([Problem(path, text) for path, text in files.problems], checked)
    if options.verbose:
        streams.say(f"httpleak: {len(checked)} file{'' if len(checked) == 1 else 's'} checked")
    return 2 if files.failed else int(bool(checking.entries))


class _Checking:
    """What has been found so far."""

    def __init__(self, options: argparse.Namespace, settings: Settings, streams: Streams, baseline: Baseline) -> None:
        self.entries: list[Entry] = []
        self.known: list[Known] = []
        self._options = options
        self._settings = settings
        self._streams = streams
        self._baseline = baseline
        self._shows_at_once = options.format == "text"

    def take(self, found: Found, document: Document) -> None:
        """Show a file's findings, or keep them until all are there."""
        lines = document.lines
        if self._options.write_baseline:
            self.known += self._baseline.entries(found.path, found.diagnostics, lines)
            return
        new = self._baseline.new(found.path, found.diagnostics, lines)
        fixes: Fixes = {}
        if self._options.show_fixes or self._options.format in WITH_FIXES:
            fixes = fixes_of(document.text, found.path, self._settings.options, new)
        entries = entries_of(found.path, new, lines, fixes, named=not self._shows_at_once)
        self.entries += entries
        if self._shows_at_once:
            self._show(entries)

    def _show(self, entries: list[Entry]) -> None:
        if self._streams.is_terminal and entries:
            from flake8_httpleak.cli.terminal import print_frames  # brings rich

            print_frames(self._streams, entries)
        else:
            self._streams.write(FORMATS["text"](Report(tuple(entries))))
            if self._options.show_fixes:
                self._streams.write_lines(
                    f"    fix: {fix.title}{'' if fix.safe else ' (unsafe)'}" for entry in entries for fix in entry.fixes
                )
        self._streams.flush()

    def finish(self, problems: list[Problem], checked: list[str]) -> None:
        """Show what was kept, the sum, and what the baseline lists for nothing."""
        if not self._shows_at_once:
            self._streams.write(FORMATS[self._options.format](Report(tuple(self.entries), tuple(problems))))
        elif self._streams.is_terminal:
            from flake8_httpleak.cli.terminal import print_sum

            print_sum(self._streams, self.entries, len(checked))
        if self._options.statistics:
            say = self._streams.write if self._options.format == "text" else self._streams.err.write
            say(_statistics(self.entries))
        self._streams.flush()
        gone = self._baseline.gone(checked)
        for one in gone:
            self._streams.say(f"{one.path}: no longer found: {one.code} {one.message}")
        if gone:
            has, them = ("has", "it") if len(gone) == 1 else ("have", "them")
            self._streams.say(f"httpleak: {len(gone)} of the baseline's findings {has} gone; --write-baseline takes {them} out")


def _statistics(entries: list[Entry]) -> str:
    counts = Counter((entry.code, entry.name) for entry in entries)
    return "".join(f"{count:5}  {code} {name}\n" for (code, name), count in sorted(counts.items()))


def _write(path: Path, known: list[Known], streams: Streams) -> int:
    try:
        path.write_text(text_of(known), encoding="utf-8")
    except OSError as error:
        raise ConfigError(f"--write-baseline: {path}: cannot be written ({error.strerror})") from None
    streams.say(f"httpleak: {len(known)} finding{'' if len(known) == 1 else 's'} written to {path}")
    return 0
