"""Source files as they are on disk: read with care, decoded as Python does, edited without touching another byte."""

from __future__ import annotations

import contextlib
import io
import os
import re
import stat
import tokenize
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from flake8_httpleak.diagnostics import Position, TextEdit

LIMIT = 20_000_000
"""Bytes. What is longer was not written by people, and would take minutes."""
_UTF16 = (b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff")
_END = re.compile(r"\r\n|\r|\n")


class UnreadableError(Exception):
    """A file that cannot be checked. The text says why, in a few words."""


class EditError(ValueError):
    """Edits that cannot be applied to a file. The text says why, in a few words."""


@dataclass(frozen=True)
class Document:
    """One file: its bytes, and the text that Python sees, with line ends as they are. No byte-order mark in the text."""

    data: bytes
    encoding: str
    original: str

    @cached_property
    def text(self) -> str:
        """The text as the analysis reads it: every line ends in a newline character."""
        return self.original.replace("\r\n", "\n").replace("\r", "\n")

    @cached_property
    def lines(self) -> list[str]:
        """The lines of `text`, each with its end, as flake8 hands them over."""
        return list(io.StringIO(self.text))

    @cached_property
    def _starts(self) -> list[int]:
        """Where in `original` each line begins."""
        return [0, *(end.end() for end in _END.finditer(self.original))]

    @cached_property
    def newline(self) -> str:
        """The line end that the file uses most."""
        ends = [end[0] for end in _END.finditer(self.original)]
        return max(("\n", "\r\n", "\r"), key=ends.count)

    def offset(self, position: Position) -> int:
        """Where a position of `text` is in `original`; raises EditError if there is no such place."""
        if not 0 < position.line <= len(self._starts):
            raise EditError(f"there is no line {position.line}")
        start = self._starts[position.line - 1]
        last = self._starts[position.line] if position.line < len(self._starts) else len(self.original)
        line = self.original[start:last].rstrip("\r\n") if position.line < len(self._starts) else self.original[start:last]
        if not 0 <= position.column <= len(line):
            raise EditError(f"line {position.line} has no column {position.column}")
        return start + position.column

    def edited(self, edits: Iterable[TextEdit]) -> Document:
        """The document after some edits, which must not overlap; everything outside them keeps its bytes.

        Raises EditError if two overlap, if a place does not exist, if the file's encoding lacks a character, or if it is an
        encoding in which bytes cannot be kept.
        """
        placed = sorted((self.offset(one.span.start), self.offset(one.span.end), one.text) for one in edits)
        parts: list[str] = []
        at = 0
        for start, end, text in placed:
            if start < at or end < start:
                raise EditError("two edits overlap")
            parts += [self.original[at:start], text.replace("\n", self.newline)]
            at = end
        new = "".join([*parts, self.original[at:]])
        try:
            exact = self.original.encode(self.encoding) == self.data
            data = new.encode(self.encoding)
        except UnicodeError:
            raise EditError(f"{self.encoding} has no such character") from None
        if not exact:
            raise EditError(f"{self.encoding} does not keep bytes")
        return Document(data, self.encoding, new)


def read(path: str | Path) -> bytes:
    """The bytes of a file; raises UnreadableError for what is no file, too long, or not to be read."""
    try:
        with open(path, "rb", opener=_open) as file:
            found = os.fstat(file.fileno())
            if not stat.S_ISREG(found.st_mode):
                raise UnreadableError("is not a regular file")
            if found.st_size > LIMIT:
                raise UnreadableError(f"is longer than {LIMIT // 1_000_000} MB")
            return file.read()
    except OSError as error:
        raise UnreadableError(f"cannot be read ({error.strerror})") from None
    except ValueError:  # a NUL character in the path
        raise UnreadableError("cannot be read (no such name)") from None


def _open(path: str, flags: int) -> int:
    """Without waiting for somebody to write into a named pipe."""
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def decode(data: bytes) -> Document:
    """The document of a file's bytes; raises UnreadableError if Python could not read it either."""
    if data.startswith(_UTF16):
        raise UnreadableError("is UTF-16 or UTF-32, which Python does not read")
    if b"\0" in data:
        raise UnreadableError("contains a NUL byte")
    try:
        encoding = tokenize.detect_encoding(io.BytesIO(data).readline)[0]
    except SyntaxError as error:
        raise UnreadableError(str(error.msg).partition("\n")[0]) from None
    try:
        return Document(data, encoding, data.decode(encoding))
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise UnreadableError(f"is not {encoding} text (line {line})") from None
    except Exception:  # noqa: BLE001 - `hex` and `zlib` are codecs as well, and those of other packages raise what they like
        raise UnreadableError(f"is not {encoding} text") from None


def write(path: Path, data: bytes, expected: bytes) -> None:
    """Put new bytes in the place of a file's old ones: at every moment the file has either all of the old or all of the new.

    Mode and, where we may, owner are kept. expected: what the file held when it was read.
    Raises UnreadableError if it may not be written, has gone, or has changed since.
    """
    if read(path) != expected:
        raise UnreadableError("was changed by somebody else in the meantime")
    found = path.stat()
    if not found.st_mode & 0o222 or not os.access(path, os.W_OK):
        raise UnreadableError("is read-only")
    spare = path.with_name(f".{os.getpid()}.httpleak")  # short: the file's own name may be as long as names can be
    try:
        with spare.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
            _keep(file.fileno(), found)
        spare.replace(path)
    except OSError as error:
        raise UnreadableError(f"cannot be written ({error.strerror})") from None
    finally:
        spare.unlink(missing_ok=True)


def _keep(descriptor: int, old: os.stat_result) -> None:
    """Give a new file the owner and the mode of the old one."""
    if hasattr(os, "fchown"):
        new = os.fstat(descriptor)
        if (new.st_uid, new.st_gid) != (old.st_uid, old.st_gid):
            with contextlib.suppress(OSError):  # somebody else's file in a shared folder becomes ours, as with every editor
                os.fchown(descriptor, old.st_uid, old.st_gid)
    if hasattr(os, "fchmod"):
        os.fchmod(descriptor, stat.S_IMODE(old.st_mode))
