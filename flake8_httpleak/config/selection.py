"""Which codes are shown for which file: flake8's `select`, `ignore`, their `extend-` forms and `per-file-ignores`."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from fnmatch import fnmatch

from flake8_httpleak.config.values import PerFile


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


def matches(path: str, patterns: Iterable[str]) -> bool:
    """Whether a pattern fits the last part of a path, or the whole of it made absolute."""
    name = os.path.basename(path)  # noqa: PTH119 - also for what is no path, such as `stdin`
    whole = os.path.abspath(path)  # noqa: PTH100 - without asking the disk
    return any((name not in {".", ".."} and fnmatch(name, one)) or fnmatch(whole, one) for one in patterns)


def _longest(code: str, prefixes: Iterable[str]) -> str | None:
    return max((one for one in prefixes if code.startswith(one)), key=len, default=None)
