"""Which codes are shown for which file: flake8's `select`, `ignore`, their `extend-` forms and `per-file-ignores`."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from fnmatch import translate
from functools import lru_cache

from flake8_httpleak.config.values import PerFile

_ENDING = re.compile(r"\*[^*?\[/\\]*")
"""`*.egg`: fits a whole path only if it fits its last part."""


@dataclass(frozen=True, slots=True)
class Selection:
    """The user's choice. `select` None: every code of ours. Patterns of `per_file` are for names or for absolute paths."""

    select: tuple[str, ...] | None = None
    extend_select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    per_file: PerFile = ()

    def shows(self, code: str, path: str) -> bool:
        """Whether a finding is shown: the longer of a selecting and an ignoring prefix wins, ignoring at a tie."""
        chosen = _longest(code, (*(self.select or ()), *self.extend_select))
        ignored = _longest(code, (*self.ignore, *self._ignored_in(path)))
        if chosen is None:
            return self.select is None and ignored is None
        return ignored is None or len(chosen) > len(ignored)

    def _ignored_in(self, path: str) -> tuple[str, ...]:
        """The codes of the longest pattern that fits; of equal ones the first, as in flake8."""
        fitting = [entry for entry in self.per_file if matches(path, (entry[0],))]
        return max(fitting, key=lambda entry: len(entry[0]))[1] if fitting else ()


def matches(path: str, patterns: tuple[str, ...]) -> bool:
    """Whether a pattern fits the last part of a path, or the whole of it made absolute."""
    names, wholes = _compiled(patterns)
    name = os.path.basename(path)  # noqa: PTH119 - also for what is no path, such as `stdin`
    if names is not None and name not in {".", ".."} and names.match(os.path.normcase(name)):
        return True
    return wholes is not None and wholes.match(os.path.normcase(os.path.abspath(path))) is not None  # noqa: PTH100 - plain text


def fits(path: str, patterns: tuple[str, ...]) -> bool:
    """Whether a pattern fits a path as it is written; with no patterns every path does."""
    names, _ = _compiled(patterns)
    return names is None or names.match(os.path.normcase(path)) is not None


@lru_cache(maxsize=64)
def _compiled(patterns: tuple[str, ...]) -> tuple[re.Pattern[str] | None, re.Pattern[str] | None]:
    """All patterns as one, and those that may fit a whole path where they do not fit its last part."""
    return _joined(patterns), _joined(one for one in patterns if _is_for_wholes(one))


def _is_for_wholes(pattern: str) -> bool:
    """An absolute path begins with a slash or a drive, so a pattern without one must begin with a wildcard to fit it."""
    has_separator = "/" in pattern or os.sep in pattern
    return has_separator or (pattern.startswith(("*", "?", "[")) and not _ENDING.fullmatch(pattern))


def _joined(patterns: Iterable[str]) -> re.Pattern[str] | None:
    texts = [translate(os.path.normcase(one)) for one in patterns]
    return re.compile("|".join(texts)) if texts else None


def _longest(code: str, prefixes: Iterable[str]) -> str | None:
    return max((one for one in prefixes if code.startswith(one)), key=len, default=None)
