"""`httpleak report`: everything that is found, as a page to look at."""

from __future__ import annotations

import argparse
import os
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from flake8_httpleak.cli.progress import progress
from flake8_httpleak.cli.run import Files, baseline_of, cache_of, endings_of, jobs_of, settings_of
from flake8_httpleak.cli.streams import Streams
from flake8_httpleak.config import ConfigError, Settings
from flake8_httpleak.diagnostics import Diagnostic
from flake8_httpleak.files import Document
from flake8_httpleak.fixing import fixes_of
from flake8_httpleak.report import Entry, Problem, Report, entries_of
from flake8_httpleak.report.html import render


def run(options: argparse.Namespace, streams: Streams) -> int:
    """Write the page; returns the exit code. Raises ConfigError."""
    settings = settings_of(options)
    jobs_of(options)
    baseline = baseline_of(settings)
    files = Files(options, settings, streams, cache_of(options, settings))
    entries: list[Entry] = []
    ways: dict[Entry, Sequence[tuple[int, str]]] = {}
    checked = 0
    with progress(streams, len(files.paths)) as bar:
        for result in files.results():
            checked += 1
            found = files.found(result)
            if found.document is not None:
                new = baseline.new(found.path, found.diagnostics, found.document.lines)
                shown = _entries(found.path, found.document, new, settings)
                entries += shown
                ways |= endings_of(found.path, found.document, shown, settings)
            bar.advance()
    files.say_problems()
    report = Report(tuple(entries), tuple(Problem(path, text) for path, text in files.problems))
    _write(Path(options.html), render(report, ways, checked))
    streams.say(f"httpleak: {len(entries)} finding{'' if len(entries) == 1 else 's'} written to {options.html}")
    return 2 if files.failed else 0


def _entries(path: str, document: Document, found: list[Diagnostic], settings: Settings) -> list[Entry]:
    fixes = fixes_of(document.text, path, settings.options, found)
    return entries_of(path, found, document.lines, fixes)


def _write(path: Path, text: str) -> None:
    """Put the page where it was asked for; whoever looks at an older one while it is written sees all of it."""
    spare = path.parent / f".{os.getpid()}.httpleak"  # short: the page's own name may be as long as names can be
    try:
        spare.write_text(text, encoding="utf-8", errors="replace")
        spare.replace(path)
    except OSError as error:
        raise ConfigError(f"--html: {path}: cannot be written ({error.strerror})") from None
    finally:
        with suppress(OSError):  # where no page can be
            spare.unlink()
