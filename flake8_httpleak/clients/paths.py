"""Names of methods in tables, which may stand for many: `*.create` for that below anything, `[A-Z]*` for what looks like it."""

from __future__ import annotations

from collections.abc import Iterable
from fnmatch import fnmatchcase
from functools import lru_cache
from typing import Generic, TypeVar

T = TypeVar("T")


class Paths(Generic[T]):
    """Exact attribute paths first, then patterns with a star elsewhere than in front, then `*.name` by the longest suffix."""

    def __init__(self, entries: Iterable[tuple[str, T]]) -> None:
        """Take names, each with what it leads to; of equal ones the first counts."""
        self._exact: dict[str, T] = {}
        self._patterns: list[tuple[str, T]] = []
        for path, value in entries:
            if "*" in path.removeprefix("*."):
                self._patterns.append((path, value))
            else:
                self._exact.setdefault(path, value)

    def get(self, path: str) -> T | None:
        """What the first entry that matches leads to."""
        found = self._exact.get(path)
        if found is not None:
            return found
        for pattern, value in self._patterns:
            if fnmatchcase(path, pattern):
                return value
        rest = path.partition(".")[2]
        while rest:
            if (found := self._exact.get(f"*.{rest}")) is not None:
                return found
            rest = rest.partition(".")[2]
        return None


def names(entries: frozenset[str], path: str) -> bool:
    """Whether a set of names in a table, `harmless` for one, has this attribute path among those it stands for."""
    return path in entries or (bool(entries) and _of(entries).get(path) is not None)


@lru_cache(maxsize=512)
def _of(entries: frozenset[str]) -> Paths[bool]:
    """The sets of the tables are few, and each remembers its hash."""
    return Paths((one, True) for one in sorted(entries))
