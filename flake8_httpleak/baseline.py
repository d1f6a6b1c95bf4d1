"""Findings that are known and not to be reported again: for old projects that want no new ones.

An entry is recognised by what stands there, not by its line: by the code, the function around it and the text of the call in the
same file; or, where the function has moved to another file, by its whole text.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from flake8_httpleak.diagnostics import Diagnostic
from flake8_httpleak.files import UnreadableError, read
from flake8_httpleak.fingerprints import Fingerprint, fingerprints, spot_of

SCHEMA = 1


class BaselineError(ValueError):
    """A baseline that cannot be used. The text is one line: the file, what is wrong, what to do."""


@dataclass(frozen=True, slots=True, order=True)
class Known:
    """One known finding. `path` is relative to the baseline's own folder, with forward slashes."""

    path: str
    scope: str
    code: str
    place: str
    moved: str
    message: str = field(compare=False)


class Baseline:
    """Known findings, and which of them were met again."""

    def __init__(self, folder: str, known: Iterable[Known] = ()) -> None:
        """Take what is known; paths are relative to `folder`."""
        self.folder = folder
        self.known = tuple(known)
        self._places = {(one.path, one.place): one for one in self.known}
        self._moved = {one.moved: one for one in self.known}
        self._met: set[Known] = set()

    def new(self, path: str, diagnostics: Sequence[Diagnostic], lines: Sequence[str]) -> list[Diagnostic]:
        """Those findings of a file that are not known.

        path: the file, from the working directory. lines: its text.
        """
        if not self.known or not diagnostics:
            return list(diagnostics)
        shown = self._relative(path)
        names = fingerprints([spot_of(one) for one in diagnostics], lines)
        found = []
        for diagnostic, name in zip(diagnostics, names, strict=True):
            known = self._places.get((shown, name.place)) or self._moved.get(name.moved)
            if known is None:
                found.append(diagnostic)
            else:
                self._met.add(known)
        return found

    def gone(self, checked: Iterable[str]) -> list[Known]:
        """Known findings that were not met although their file was checked, or is there no more."""
        if not self.known:
            return []
        paths = {self._relative(path) for path in checked}
        return [
            one for one in self.known if one not in self._met and (one.path in paths or not Path(self.folder, one.path).exists())
        ]

    def entries(self, path: str, diagnostics: Sequence[Diagnostic], lines: Sequence[str]) -> list[Known]:
        """What would make a file's findings known."""
        names: list[Fingerprint] = fingerprints([spot_of(one) for one in diagnostics], lines)
        shown = self._relative(path)
        return [
            Known(shown, one.scope, one.code, name.place, name.moved, one.message)
            for one, name in zip(diagnostics, names, strict=True)
        ]

    def _relative(self, path: str) -> str:
        return os.path.relpath(path, self.folder).replace(os.sep, "/")


def load_baseline(path: str) -> Baseline:
    """Read a baseline; raises BaselineError with one line."""
    try:
        raw: Any = json.loads(read(path))
        schema = raw["schema"]
        known = [Known(**{name: str(value) for name, value in one.items()}) for one in raw["findings"]]
    except UnreadableError as error:
        raise BaselineError(f"{path}: {error}; write it with --write-baseline") from None
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise BaselineError(f"{path}: is no baseline; write it again with --write-baseline") from None
    if schema != SCHEMA:
        raise BaselineError(f"{path}: was written by another version; write it again with --write-baseline")
    return Baseline(os.path.dirname(os.path.abspath(path)), known)  # noqa: PTH100, PTH120 - as in `_relative`


def text_of(known: Iterable[Known]) -> str:
    """The file's text: one finding a line, sorted, so that changes of it can be read."""
    rows = [
        json.dumps(
            {
                "path": one.path,
                "scope": one.scope,
                "code": one.code,
                "message": one.message,
                "place": one.place,
                "moved": one.moved,
            }
        )
        for one in sorted(set(known))
    ]
    body = "".join(f"\n  {row}{',' if number < len(rows) else ''}" for number, row in enumerate(rows, 1))
    return f'{{"schema": {SCHEMA}, "tool": "flake8-httpleak", "findings": [{body}{chr(10) if rows else ""}]}}\n'
