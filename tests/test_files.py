"""Files in every encoding and with every line end: read with care, edited without touching another byte."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from flake8_httpleak import files
from flake8_httpleak.diagnostics import Position, Span, TextEdit
from flake8_httpleak.files import Document, EditError, UnreadableError, decode, read, write


def edit(line: int, start: int, end: int, text: str, last: int = 0) -> TextEdit:
    """Make an edit."""
    return TextEdit(Span(Position(line, start), Position(last or line, end)), text)


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"a\nb\n", "a\nb\n"),
        (b"a\r\nb\rc", "a\nb\nc"),
        (b"\xef\xbb\xbfa\n", "a\n"),
        (b"# coding: latin-1\nx = '\xe9'\n", "# coding: latin-1\nx = 'é'\n"),
        (b"\x0ca\n\x0b\n", "\x0ca\n\x0b\n"),
        (b"", ""),
    ],
)
def test_decode(data: bytes, text: str) -> None:
    """The text that Python sees; nothing edited gives the same bytes."""
    document = decode(data)
    assert document.text == text
    assert "".join(document.lines) == text
    assert document.edited([]).data == data


@pytest.mark.parametrize(
    ("data", "why"),
    [
        ("x".encode("utf-16"), "is UTF-16 or UTF-32, which Python does not read"),
        (b"x\x00", "contains a NUL byte"),
        (b"x\n'\xff'", "is not utf-8 text (line 2)"),
        (b"# coding: nonsense\n", "unknown encoding: nonsense"),
    ],
)
def test_unreadable(data: bytes, why: str) -> None:
    """Each says why."""
    with pytest.raises(UnreadableError) as error:
        decode(data)
    assert str(error.value) == why


@pytest.mark.parametrize(
    ("data", "wanted"),
    [
        (b"ab\r\ncd\r\nef", b"aX\r\nY\r\nZd\r\nef"),
        (b"ab\ncd\nef", b"aX\nY\nZd\nef"),
        (b"ab\rcd\ref", b"aX\rY\rZd\ref"),
        (b"\xef\xbb\xbfab\ncd\r\nef\n", b"\xef\xbb\xbfaX\nY\nZd\r\nef\n"),
    ],
)
def test_edits_keep_the_rest(data: bytes, wanted: bytes) -> None:
    """New lines end as most lines of the file do; a line's own end stays."""
    new = decode(data).edited([edit(1, 1, 1, "X\nY\nZ", 2), edit(1, 2, 2, "")][:1])
    assert new.data == wanted
    assert decode(new.data).original == new.original


def test_edits_at_the_edges() -> None:
    """At the end of a line, of the file, over whole lines; in any order."""
    document = decode(b"ab\r\ncd")
    assert document.edited([edit(2, 2, 2, "!"), edit(1, 2, 2, "?")]).data == b"ab?\r\ncd!"
    assert document.edited([edit(1, 0, 0, "", 2)]).data == b"cd"
    assert decode(b"# coding: latin-1\r\na").edited([edit(2, 1, 1, "é")]).data == b"# coding: latin-1\r\na\xe9"


@pytest.mark.parametrize(
    ("edits", "why"),
    [
        ([edit(1, 0, 2, "x"), edit(1, 1, 2, "y")], "two edits overlap"),
        ([edit(1, 2, 1, "x")], "two edits overlap"),
        ([edit(3, 0, 0, "x")], "there is no line 3"),
        ([edit(0, 0, 0, "x")], "there is no line 0"),
        ([edit(1, 3, 3, "x")], "line 1 has no column 3"),
        ([edit(2, 9, 9, "x")], "line 2 has no column 9"),
        ([edit(1, 0, 0, "\ud800")], "utf-8 has no such character"),
    ],
)
def test_edits_that_cannot_be(edits: list[TextEdit], why: str) -> None:
    """They are refused before anything is written."""
    with pytest.raises(EditError) as error:
        decode(b"ab\ncd").edited(edits)
    assert str(error.value) == why


def test_encodings_that_lose_bytes() -> None:
    """A byte sequence that would be written in another way."""
    data = b"# coding: utf-7\nx = '+AOk-+AOk-'\n"
    with pytest.raises(EditError, match="does not keep bytes"):
        Document(data, "utf-7", data.decode("utf-7")).edited([])


def test_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is no regular file, missing, too long or has no possible name."""
    (tmp_path / "a").write_bytes(b"x")
    assert read(tmp_path / "a") == b"x"
    os.mkfifo(tmp_path / "pipe")
    for name, why in [
        ("missing", "No such file"),
        ("pipe", "not a regular file"),
        (".", "Is a directory"),
        ("a\0b", "no such name"),
    ]:
        with pytest.raises(UnreadableError, match=why):
            read(f"{tmp_path}/{name}")
    monkeypatch.setattr(files, "LIMIT", 0)
    with pytest.raises(UnreadableError, match="is longer than"):
        read(tmp_path / "a")


def test_write(tmp_path: Path) -> None:
    """Mode is kept, no spare file stays."""
    path = tmp_path / "a.py"
    path.write_bytes(b"old")
    path.chmod(0o751)
    write(path, b"new", b"old")
    assert path.read_bytes() == b"new"
    assert stat.S_IMODE(path.stat().st_mode) == 0o751
    assert list(tmp_path.iterdir()) == [path]


def test_write_keeps_the_owner(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where we may; where not, the file becomes ours. Systems without owners have none to keep."""
    path = tmp_path / "a.py"
    path.write_bytes(b"old")
    asked: list[int] = []
    uid = path.stat().st_uid

    def fchown(_: int, owner: int, __: int) -> None:
        asked.append(owner)
        raise PermissionError

    monkeypatch.setattr(os, "fchown", fchown)
    real = os.fstat

    def other(descriptor: int) -> os.stat_result:
        found = list(real(descriptor))
        found[stat.ST_UID] += 1
        return os.stat_result(found)

    monkeypatch.setattr(os, "fstat", other)
    write(path, b"new", b"old")
    assert asked == [uid]
    monkeypatch.delattr(os, "fchown")
    monkeypatch.delattr(os, "fchmod")
    write(path, b"newer", b"new")
    assert path.read_bytes() == b"newer"


def test_write_refuses(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Changed, read-only, gone, or a disk that says no: the old file stays as it is."""
    path = tmp_path / "a.py"
    path.write_bytes(b"old")
    with pytest.raises(UnreadableError, match="changed by somebody else"):
        write(path, b"new", b"older")
    path.chmod(0o444)
    with pytest.raises(UnreadableError, match="is read-only"):
        write(path, b"new", b"old")
    path.chmod(0o644)

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(UnreadableError, match=r"cannot be written \(No space left on device\)"):
        write(path, b"new", b"old")
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_interrupted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C in the midst of writing: the old file, and no litter."""
    path = tmp_path / "a.py"
    path.write_bytes(b"old")

    def interrupt(_: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupt)
    with pytest.raises(KeyboardInterrupt):
        write(path, b"new", b"old")
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]
