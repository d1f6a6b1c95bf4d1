"""What a run need not even open: files that are as they were when an earlier run of the same kind had read them.

A file is taken for unchanged if its size and both of its times are the same. Files that were written a moment ago are not
remembered: a second write in the same tick of the clock could go unseen.
"""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from pathlib import Path

import msgspec

from flake8_httpleak.cache import Cache
from flake8_httpleak.checking import FileResult

MOMENT = 2_000_000_000
"""Nanoseconds."""
MOST = 500_000
"""Files; an index that would be longer begins anew."""
Stamp = tuple[int, int, int]
Check = Callable[[list[str]], Iterator[FileResult]]
"""From paths to results, in order."""


class Kept(msgspec.Struct):
    """The index as it is written: how each file was, and the results of those of which there is something to say."""

    files: dict[str, Stamp] = msgspec.field(default_factory=dict)
    results: dict[str, FileResult] = msgspec.field(default_factory=dict)


class Index:
    """The index of one working directory and one choice of options."""

    def __init__(self, cache: Cache) -> None:
        """Read it; whatever is wrong with it, it is then empty."""
        name = hashlib.sha256(f"{cache.base}\0{Path.cwd()}".encode("utf-8", "surrogateescape")).hexdigest()
        self._place = Path(cache.folder) / "ix" / f"{name[:32]}.json"
        self._kept = Kept()
        self._is_new = False
        with suppress(OSError, msgspec.DecodeError):
            self._kept = msgspec.json.decode(self._place.read_bytes(), type=Kept)

    def results(self, paths: Iterable[str], check: Check) -> Iterator[FileResult]:
        """The results of files, in their order: those that are known, and the others from `check`."""
        waiting = list(paths)
        stamps = [_stamp(path) for path in waiting]
        files = self._kept.files
        known = [stamp is not None and files.get(path) == stamp for path, stamp in zip(waiting, stamps, strict=True)]
        fresh = check([path for path, is_known in zip(waiting, known, strict=True) if not is_known])
        for path, stamp, is_known in zip(waiting, stamps, known, strict=True):
            if is_known:
                yield self._kept.results.get(path) or FileResult(path)
            else:
                result = next(fresh)
                self._note(path, stamp, result)
                yield result

    def save(self) -> None:
        """Write it, if anything is new. A disk that is full or read-only costs time later and nothing now."""
        if not self._is_new:
            return
        spare = self._place.with_name(f"{self._place.name}.{os.getpid()}.new")
        with suppress(OSError, UnicodeError):
            self._place.parent.mkdir(mode=0o700, exist_ok=True)
            spare.write_bytes(msgspec.json.encode(self._kept))
            spare.replace(self._place)

    def _note(self, path: str, stamp: Stamp | None, result: FileResult) -> None:
        self._is_new = True
        self._kept.files.pop(path, None)
        self._kept.results.pop(path, None)
        if stamp is None or result.failed or time.time_ns() - max(stamp[:2]) < MOMENT or not _is_text(path):
            return
        if len(self._kept.files) >= MOST:
            self._kept = Kept()
        self._kept.files[path] = stamp
        if result != FileResult(path):
            self._kept.results[path] = result


def _stamp(path: str) -> Stamp | None:
    """How a file is now; None if it is not there."""
    try:
        found = os.stat(path)  # noqa: PTH116 - many thousand times
    except (OSError, ValueError):
        return None
    return found.st_mtime_ns, found.st_ctime_ns, found.st_size


def _is_text(path: str) -> bool:
    """Whether a name can be written down: not all bytes that a file system takes as a name are text."""
    return path.isprintable() or path.encode("utf-8", "replace").decode() == path
