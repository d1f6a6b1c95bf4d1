"""Results of earlier runs, one small JSON file each, found by what they depend on: content, options, tables, our own code.

Nothing in it is trusted: what does not decode to a result is made anew. Files appear whole or not at all, so that runs may
share a cache at the same time.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TypeVar

import msgspec

from flake8_httpleak import __version__
from flake8_httpleak.options import Options

T = TypeVar("T")
DAY = 86_400
KEPT = 30 * DAY
"""Seconds after which an entry that nobody asked for is removed."""
TAG = "Signature: 8a477f597d28d172789f06886806bc55\n# A cache of flake8-httpleak. It may be deleted at any time.\n"


@dataclass(frozen=True, slots=True)
class Cache:
    """A folder of results. `base` names everything that they depend on beside the file's own bytes and name."""

    folder: str
    base: str

    def key(self, data: bytes, path: str) -> str:
        """The name of a file's result."""
        found = hashlib.sha256(self.base.encode())
        found.update(f"\0{path}\0".encode("utf-8", "surrogateescape"))
        found.update(data)
        return found.hexdigest()

    def get(self, key: str, kind: type[T]) -> T | None:
        """The result of that name, if there is a sound one."""
        place = self._place(key)
        try:
            with place.open("rb") as file:
                found = msgspec.json.decode(file.read(), type=kind)
                if time.time() - os.fstat(file.fileno()).st_mtime > DAY:
                    with suppress(OSError):
                        os.utime(place)
        except (OSError, msgspec.DecodeError):
            return None
        return found

    def put(self, key: str, result: object) -> None:
        """Keep a result. A disk that is full or read-only costs time later and nothing now."""
        place = self._place(key)
        spare = place.with_name(f"{place.name}.{os.getpid()}.new")
        with suppress(OSError, UnicodeError):
            place.parent.mkdir(mode=0o700, exist_ok=True)
            spare.write_bytes(msgspec.json.encode(result))
            spare.replace(place)

    def _place(self, key: str) -> Path:
        return Path(self.folder) / key[:2] / f"{key[2:]}.json"


def open_cache(folder: Path, options: Options) -> Cache | None:
    """The cache in a folder, which only its owner may read; None if it cannot be had.

    Once a day what has not been used for a month is removed.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        tag = folder / "CACHEDIR.TAG"
        if not tag.exists():
            folder.chmod(0o700)
            tag.write_text(TAG, encoding="utf-8")
        elif time.time() - tag.stat().st_mtime > DAY:
            os.utime(tag)
            _prune(folder)
    except OSError:
        return None
    return Cache(str(folder), _base(options))


def _prune(folder: Path) -> None:
    limit = time.time() - KEPT
    for file in folder.glob("??/*"):
        with suppress(OSError):
            if file.stat().st_mtime < limit:
                file.unlink()


def _base(options: Options) -> str:
    tables = [hashlib.sha256(Path(path).read_bytes()).hexdigest() for path in (*options.clients, *options.frameworks)]
    return json.dumps([__version__, _ourselves(), sys.version, options.enable, str(options.reclaim), tables])


@cache
def _ourselves() -> str:
    """A name for our own code and tables: who works on them must not get answers of yesterday's."""
    found = hashlib.sha256()
    package = Path(__file__).parent
    for file in sorted((*package.rglob("*.py"), *package.rglob("*.toml"))):
        status = file.stat()
        found.update(f"{file.relative_to(package)} {status.st_size} {status.st_mtime_ns}\0".encode())
    return found.hexdigest()
