"""What the commands that read files share: settings, the files, their results, and which findings are shown."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from flake8_httpleak.baseline import Baseline, BaselineError, load_baseline
from flake8_httpleak.batch import analyze_paths
from flake8_httpleak.cache import Cache, open_cache
from flake8_httpleak.checking import FileResult, check_bytes
from flake8_httpleak.cli.streams import Streams
from flake8_httpleak.config import ConfigError, Settings, load_settings
from flake8_httpleak.config.discovery import STDIN, discover
from flake8_httpleak.config.selection import matches
from flake8_httpleak.diagnostics import Diagnostic
from flake8_httpleak.files import Document, UnreadableError, decode, read
from flake8_httpleak.index import Index
from flake8_httpleak.report.model import Entry

_KEYS = (
    "select",
    "extend_select",
    "ignore",
    "extend_ignore",
    "exclude",
    "extend_exclude",
    "disable_noqa",
    "httpleak_enable",
    "httpleak_clients",
    "httpleak_frameworks",
    "httpleak_reclaim",
    "httpleak_baseline",
    "httpleak_fix_timeout",
    "httpleak_fix_pool_size",
)


@dataclass(frozen=True, slots=True)
class Found:
    """One file with what is to be shown of it; `document` is there if something is."""

    path: str
    diagnostics: list[Diagnostic]
    document: Document | None
    result: FileResult


def settings_of(options: argparse.Namespace) -> Settings:
    """The settings of a run, the user's tables checked; raises ConfigError."""
    given = {key.replace("_", "-"): value for key in _KEYS if (value := getattr(options, key)) is not None}
    settings = load_settings(given, Path.cwd(), options.config, isolated=options.isolated)
    if settings.options.clients:
        from flake8_httpleak.clients.catalog import TableError, load_user_tables

        try:
            load_user_tables(settings.options.clients)
        except TableError as error:
            raise ConfigError(f"clients: {error}") from None
    if settings.options.frameworks:
        from flake8_httpleak.clients.problems import TableError
        from flake8_httpleak.frameworks.catalog import load_user_frameworks

        try:
            load_user_frameworks(settings.options.frameworks)
        except TableError as error:
            raise ConfigError(f"frameworks: {error}") from None
    return settings


def baseline_of(settings: Settings) -> Baseline:
    """The baseline, or an empty one; raises ConfigError."""
    if not settings.baseline:
        return Baseline(str(Path.cwd()))
    try:
        return load_baseline(settings.baseline)
    except BaselineError as error:
        raise ConfigError(f"baseline: {error}") from None


def jobs_of(options: argparse.Namespace) -> int:
    """The number of processes; 0 for one a processor. Raises ConfigError."""
    if options.jobs == "auto":
        return 0
    if options.jobs.isdigit() and int(options.jobs):
        return int(options.jobs)
    raise ConfigError(f"--jobs: '{options.jobs}' is neither 'auto' nor a number from 1")


def cache_of(options: argparse.Namespace, settings: Settings) -> Cache | None:
    """The kept results; None if they are not to be used."""
    if options.no_cache:
        return None
    from platformdirs import user_cache_path

    return open_cache(
        Path(options.cache_dir) if options.cache_dir else user_cache_path("flake8-httpleak") / "results", settings.options
    )


@dataclass
class Files:
    """The files of a run, checked one after another. `problems` counts what could not be checked, by whose fault it is."""

    options: argparse.Namespace
    settings: Settings
    streams: Streams
    cache: Cache | None = None

    def __post_init__(self) -> None:
        """Find the files before any is read, so that progress has an end."""
        self.missing = [path for path in self.options.paths if path != STDIN and not os.path.lexists(path)]
        given = [path for path in self.options.paths if path not in self.missing]
        self.failed = bool(self.missing)
        self.problems: list[tuple[str, str]] = [(path or "''", "there is no such file") for path in self.missing]
        self.paths = list(discover(given, self.settings, git=not self.options.no_gitignore, unread=self._unread))
        self._stdin = b""

    def _unread(self, folder: str, why: str) -> None:
        self.problems.append((os.path.normpath(folder), why))
        self.failed = self.failed or folder in self.options.paths

    def results(self) -> Iterator[FileResult]:
        """The result of each file, in order."""
        if STDIN in self.paths:
            self.paths.remove(STDIN)
            name = self.options.stdin_display_name
            if name == "stdin" or not matches(name, self.settings.exclude):
                self._stdin = sys.stdin.buffer.read()
                yield check_bytes(self._stdin, name, self.settings.options)
        if self.cache is None:
            yield from self._checked(self.paths)
            return
        index = Index(self.cache)
        try:
            yield from index.results(self.paths, self._checked)
        finally:
            index.save()

    def _checked(self, paths: list[str]) -> Iterator[FileResult]:
        return analyze_paths(paths, self.settings.options, jobs=jobs_of(self.options), cache=self.cache)

    def found(self, result: FileResult) -> Found:
        """What is to be shown of a file. What is wrong with it is kept, and said where people look."""
        path = result.path
        if result.problem:
            self.problems.append((path, result.problem))
            self.failed = self.failed or result.failed or path in self.options.paths
        for line in result.blanket:
            self.streams.say(
                f"{path}:{line}: warning: '# noqa: HTL' hides everything on the line; write the number, such as HTL101"
            )
        for line, text in result.unread:
            self.streams.say(f"{path}:{line}: warning: {text}")
        shown = [*result.diagnostics, *(result.silenced if self.settings.disable_noqa else ())]
        shown = [one for one in shown if self.settings.selection.shows(one.code, path)]
        if not shown:
            return Found(path, [], None, result)
        shown.sort(key=lambda one: (one.span, one.code))
        try:
            document = decode(self._stdin if path == self.options.stdin_display_name and self._stdin else read(path))
        except UnreadableError as error:
            self.problems.append((path, str(error)))
            return Found(path, [], None, replace(result, diagnostics=()))
        return Found(path, shown, document, result)

    def say_problems(self) -> None:
        """One line for each file that could not be checked."""
        for path, text in self.problems:
            self.streams.say(f"{path}: {text}")


def endings_of(path: str, document: Document, entries: list[Entry], settings: Settings) -> dict[Entry, Sequence[tuple[int, str]]]:
    """Where the other ways of each lost resource end well: lines, and what happens there."""
    lost = [one for one in entries if one.diagnostic is not None and one.diagnostic.steps]
    if not lost:
        return {}
    from flake8_httpleak.trace import endings  # brings LibCST

    found = endings(document.text, path, [one.span.start.line for one in lost], settings.options)
    return {one: found[one.span.start.line] for one in lost if one.span.start.line in found}
