"""What the two processes say to each other: one request, one answer, each a number of bytes and then so many bytes."""

from __future__ import annotations

from typing import BinaryIO

import msgspec

from flake8_httpleak.checking import FileResult
from flake8_httpleak.config import Settings
from flake8_httpleak.diagnostics import Diagnostic, Fix, Position, Span
from flake8_httpleak.options import Options

HEAD = 4
"""Bytes of the number before each message."""


class Request(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """About one text. path: its file, for messages and because tests are judged more mildly; it need not exist."""

    text: str
    path: str


class Check(Request, frozen=True, kw_only=True):
    """What is wrong with it? Answered by `Checked`."""

    options: Options


class Offer(Request, frozen=True, kw_only=True):
    """Which fixes do these findings have? Answered by `Offered`."""

    options: Options
    findings: tuple[Diagnostic, ...]


class Repair(Request, frozen=True, kw_only=True):
    """What is it after all safe fixes? Answered by `Repaired`."""

    settings: Settings


class Describe(Request, frozen=True, kw_only=True):
    """What is there to say about a place? `findings` are those reported there. Answered by `Described`."""

    options: Options
    position: Position
    findings: tuple[Diagnostic, ...]


class ReadTables(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """Are the user's own tables sound? Answered by `Sound` or by `Failed` with what is wrong."""

    paths: tuple[str, ...]
    frameworks: bool = False
    """Whether they are framework tables, not client tables."""


class Checked(msgspec.Struct, frozen=True, tag=True):
    """The findings of a text."""

    result: FileResult


class Offered(msgspec.Struct, frozen=True, tag=True):
    """The fixes of each finding, in the order of the request."""

    fixes: tuple[tuple[Fix, ...], ...]


class Repaired(msgspec.Struct, frozen=True, tag=True):
    """The text after its fixes, every line ending in a newline character; the same text if there were none."""

    text: str


class Described(msgspec.Struct, frozen=True, tag=True):
    """A page in Markdown, empty if there is nothing to say, and what it is about."""

    page: str
    span: Span | None


class Sound(msgspec.Struct, frozen=True, tag=True):
    """Nothing is wrong."""


class Failed(msgspec.Struct, frozen=True, tag=True):
    """There is no answer; one line says why."""

    reason: str


Asked = Check | Offer | Repair | Describe | ReadTables
Answer = Checked | Offered | Repaired | Described | Sound | Failed

_asked = msgspec.msgpack.Decoder(Asked)
_answer = msgspec.msgpack.Decoder(Answer)


def pack(message: Asked | Answer) -> bytes:
    """A message with its length before it. Raises UnicodeEncodeError for a text with half a surrogate pair in it."""
    body = msgspec.msgpack.encode(message)
    return len(body).to_bytes(HEAD, "big") + body


def length(head: bytes) -> int:
    """How many bytes follow."""
    return int.from_bytes(head, "big")


def read_answer(body: bytes) -> Answer:
    """An answer from its bytes; raises msgspec.DecodeError if it is none."""
    answer: Answer = _answer.decode(body)
    return answer


def receive(source: BinaryIO) -> Asked | None:
    """The next request; None at the end."""
    head = source.read(HEAD)
    body = source.read(length(head)) if len(head) == HEAD else b""
    return _asked.decode(body) if body else None
