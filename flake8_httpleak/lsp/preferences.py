"""The settings that count for a file in an editor: configuration files of its folder, and over them the editor's own."""

from __future__ import annotations

import contextlib
import difflib
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from flake8_httpleak.baseline import Baseline, BaselineError, load_baseline
from flake8_httpleak.config import ConfigError, Settings, load_settings
from flake8_httpleak.config.selection import matches
from flake8_httpleak.config.sources import NAMES
from flake8_httpleak.lsp.messages import Failed, ReadTables
from flake8_httpleak.lsp.process import Worker

DEBOUNCE = 100
"""Milliseconds from the last key to the analysis."""
SECTION = "httpleak"
_KEYS = {
    "select": "select",
    "extend-select": "extend-select",
    "ignore": "ignore",
    "extend-ignore": "extend-ignore",
    "per-file-ignores": "per-file-ignores",
    "exclude": "exclude",
    "extend-exclude": "extend-exclude",
    "disable-noqa": "disable-noqa",
    "enable": "httpleak-enable",
    "clients": "httpleak-clients",
    "frameworks": "httpleak-frameworks",
    "reclaim": "httpleak-reclaim",
    "baseline": "httpleak-baseline",
    "fix-timeout": "httpleak-fix-timeout",
    "fix-pool-size": "httpleak-fix-pool-size",
}
"""What the editor's settings are called there, and here."""
_OWN = {"configuration": str, "debounce": int}
_CAPITAL = re.compile(r"(?<=[a-z])(?=[A-Z])")
Stamps = tuple[tuple[int, int] | None, ...]
Say = Callable[[str], None]
"""Tells the user one line."""


@dataclass(frozen=True, slots=True)
class Preferences:
    """What counts in one folder."""

    folder: Path
    settings: Settings = field(default_factory=Settings)
    baseline: Baseline = field(default_factory=lambda: Baseline(os.curdir))
    debounce: float = DEBOUNCE / 1000

    def excludes(self, path: str) -> bool:
        """Whether a file is left out: by itself, or by a folder of the workspace that it is in."""
        inside = [str(one) for one in Path(path).parents if self.folder in one.parents]
        return any(matches(one, self.settings.exclude) for one in (path, *inside))


@dataclass(frozen=True, slots=True)
class _Read:
    preferences: Preferences
    files: tuple[str, ...]
    stamps: Stamps
    given: Mapping[str, Any]


class Reader:
    """Reads settings when they are asked for, and again when a file that they came from has changed."""

    def __init__(self, worker: Worker, say: Say) -> None:
        """Take who checks tables, and whom to tell what is wrong."""
        self._worker = worker
        self._say = say
        self._read: dict[Path, _Read] = {}
        self._tables: dict[str, tuple[int, int] | None] = {}
        self._said: dict[Path, str] = {}
        self.folders: list[Path] = []
        """The workspace's folders."""
        self.given: dict[Path | None, Mapping[str, Any]] = {}
        """The editor's settings for each folder; None for all others."""

    def folder_of(self, path: str) -> Path:
        """The folder whose configuration counts for a file: the nearest of the workspace, else the file's own."""
        around = [folder for folder in self.folders if folder in Path(path).parents]
        return max(around, key=lambda folder: len(folder.parts), default=Path(path).parent)

    async def of(self, path: str) -> Preferences:
        """The settings for a file."""
        folder = self.folder_of(path)
        given = self.given.get(folder, self.given.get(None, {}))
        known = self._read.get(folder)
        if known is None or known.given != given or _stamps(known.files) != known.stamps:
            known = await self._load(folder, given)
            self._read[folder] = known
        return known.preferences

    def has_changed(self) -> bool:
        """Whether any file that settings came from is not as it was."""
        return any(_stamps(known.files) != known.stamps for known in self._read.values())

    async def _load(self, folder: Path, given: Mapping[str, Any]) -> _Read:
        files = [str(one / name) for one in (folder, *folder.parents) for name in (*NAMES, "pyproject.toml")]
        before = _stamps(files)
        preferences, problems = Preferences(folder), []
        try:
            preferences = _preferences(folder, given)
        except ConfigError as error:
            problems.append(str(error))
        options = preferences.settings.options
        files += [*options.clients, *options.frameworks]
        before = _stamps(files)
        wrong = await self._check_tables(options.clients)
        if wrong:
            problems.append(f"clients: {wrong}")
            options = replace(options, clients=())
        wrong = await self._check_tables(options.frameworks, frameworks=True)
        if wrong:
            problems.append(f"frameworks: {wrong}")
            options = replace(options, frameworks=())
        preferences = replace(preferences, settings=replace(preferences.settings, options=options))
        if preferences.settings.baseline:
            files.append(preferences.settings.baseline)
            before = (*before, *_stamps(files[-1:]))
            try:
                preferences = replace(preferences, baseline=load_baseline(preferences.settings.baseline))
            except BaselineError as error:
                problems.append(f"baseline: {error}")
        self._tell(folder, problems)
        return _Read(preferences, tuple(files), before, given)

    async def _check_tables(self, paths: tuple[str, ...], *, frameworks: bool = False) -> str:
        """What is wrong with the user's tables; the process that has read them is ended if one has changed."""
        if not paths:
            return ""
        now = dict(zip(paths, _stamps(paths), strict=True))
        if any(path in self._tables and self._tables[path] != stamp for path, stamp in now.items()):
            await self._worker.stop()
        self._tables |= now
        answer = await self._worker.ask(ReadTables(paths=paths, frameworks=frameworks))
        return answer.reason if isinstance(answer, Failed) else ""

    def _tell(self, folder: Path, problems: list[str]) -> None:
        """Say what is wrong, once as long as it stays the same."""
        text = "; ".join(problems)
        if text and self._said.get(folder) != text:
            self._say(f"httpleak: {text}")
        self._said[folder] = text


def _preferences(folder: Path, given: Mapping[str, Any]) -> Preferences:
    """Read the files of a folder; raises ConfigError."""
    found = _known(given)
    own = {key: found.pop(key) for key in _OWN if key in found}
    config = str(folder / own["configuration"]) if own.get("configuration") else ""
    with contextlib.chdir(folder if folder.is_dir() else Path.cwd()):  # flake8 runs there, and so relative patterns mean it
        try:
            settings = load_settings({_KEYS[key]: value for key, value in found.items()}, folder, config)
        except ConfigError as error:
            raise ConfigError(re.sub(r"^--(?:httpleak-)?", f"setting {SECTION}.", str(error))) from None
    options = settings.options
    clients, frameworks = (tuple(str(folder / one) for one in paths) for paths in (options.clients, options.frameworks))
    whole = replace(options, clients=clients, frameworks=frameworks)
    return Preferences(folder, replace(settings, options=whole), debounce=max(own.get("debounce", DEBOUNCE), 0) / 1000)


def _known(given: Mapping[str, Any]) -> dict[str, Any]:
    """The editor's settings by our names, those that are not set left out. Raises ConfigError for one that there is not."""
    found: dict[str, Any] = {}
    for name, value in given.items():
        key = _CAPITAL.sub("-", name).lower()
        if key not in _KEYS and key not in _OWN:
            known = [*_KEYS, *_OWN]
            close = difflib.get_close_matches(key, known, 1)
            remedy = f"did you mean '{close[0]}'?" if close else f"known are {', '.join(known)}"
            raise ConfigError(f"setting {SECTION}.{name}: there is no such setting; {remedy}")
        if key in _OWN and value is not None and (not isinstance(value, _OWN[key]) or isinstance(value, bool)):
            expected = "a path" if _OWN[key] is str else "a whole number of milliseconds"
            raise ConfigError(f"setting {SECTION}.{name}: expected {expected}")
        if value is not None:
            found[key] = value
    return found


def _stamps(files: tuple[str, ...] | list[str]) -> Stamps:
    return tuple(map(_stamp, files))


def _stamp(file: str) -> tuple[int, int] | None:
    try:
        found = os.stat(file)  # noqa: PTH116 - dozens of files before each analysis
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size
