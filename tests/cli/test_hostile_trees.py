"""Folders that nobody should have: one clear line for each thing in them that cannot be checked, and the rest is checked."""

from __future__ import annotations

import os
import socket
import sys
from pathlib import Path

import pytest

from flake8_httpleak import files
from tests.cli.conftest import Run
from tests.cli.test_check import LEAK, write

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="pipes, sockets and links of a kind that is not there")
TEXTS = {
    "hex": (b"# coding: hex\n", "is not hex text"),
    "zip": (b"# coding: zlib\n", "is not zlib text"),
    "undefined": (b"# coding: undefined\n", "is not undefined text"),
    "punycode": (b"# coding: punycode\n", "is not punycode text"),
    "unknown": (b"# coding: no-such\n", "unknown encoding: no-such"),
    "sevens": (b"# coding: utf-7\nx = '+2AA-'\n", "contains half a surrogate pair"),
    "escapes": (b"# coding: unicode_escape\nx = '\\ud800'\n", "contains half a surrogate pair"),
    "japanese": (b"# coding: euc-jp\nx = '\x8f\xff'\n", "is not euc-jp text (line 2)"),
    "two": (b"\xef\xbb\xbf# coding: latin-1\n", "encoding problem: utf-8"),
    "wide": (b"\xff\xfe", "is UTF-16 or UTF-32, which Python does not read"),
    "wider": (b"\x00\x00\xfe\xff", "is UTF-16 or UTF-32, which Python does not read"),
    "nul": (b"\0", "contains a NUL byte"),
    "bytes": (b"\n\n'\xff'\n", "is not utf-8 text (line 3)"),
    "end": (b"\x1a\n", "is no Python that this interpreter reads (line 1)"),
    "quote": (b"'''", "is no Python that this interpreter reads (line 1)"),
}


def problems(text: str) -> dict[str, str]:
    """What is said of each file."""
    return dict(line.split(": ", 1) for line in text.splitlines())


@pytest.mark.parametrize("command", [["check", "--no-cache"], ["fix"], ["report", "--no-cache", "--html=page.html"]])
def test_texts(httpleak: Run, here: Path, command: list[str]) -> None:
    """Encodings that are none, and what is no text in its own."""
    write("z.py")
    for name, (head, _) in TEXTS.items():
        (here / f"{name}.py").write_bytes(head + LEAK.encode())
    done = httpleak(*command, "--isolated")
    said = problems("\n".join(line for line in done.err.splitlines() if not line.startswith("httpleak: ")))
    assert said == {f"{name}.py": problem for name, (_, problem) in TEXTS.items()}
    assert "z.py" in done.out or command[0] == "report"
    assert done.code == (command[0] != "report")
    assert httpleak(*command, "--isolated", "hex.py", "z.py").code == 2


def test_null_characters_from_an_encoding(httpleak: Run, here: Path) -> None:
    """An encoding may make a character of six that no Python reads."""
    (here / "a.py").write_bytes(b"# coding: unicode_escape\nx = '\\x00'\n" + LEAK.encode())
    said = httpleak("check", "--isolated").err
    assert said.startswith("a.py: is no Python")
    assert len(said.splitlines()) == 1


def test_what_is_no_file(httpleak: Run, here: Path) -> None:
    """Links in circles, pipes, sockets, devices; folders that are called like modules are folders."""
    write("a.py")
    write("folder.py/b.py")
    Path("circle.py").symlink_to("circle.py")
    Path("up").symlink_to(here)
    Path("folder.py/up").symlink_to("..")
    os.mkfifo("pipe.py")
    Path("zero.py").symlink_to("/dev/zero")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("socket.py")
        done = httpleak("check", "--isolated")
        named = httpleak("check", "--isolated", "pipe.py", "socket.py", "zero.py", "circle.py", "folder.py", "")
    assert [line.partition(":")[0] for line in done.out.splitlines()] == ["a.py", "folder.py/b.py"]
    said = problems(done.err)
    assert set(said) == {"circle.py", "pipe.py", "socket.py", "zero.py"}
    assert said["pipe.py"] == said["zero.py"] == "is not a regular file"
    assert done.code == 1
    assert set(problems(named.err)) == {*said, "''"}
    assert (named.code, len(named.out.splitlines())) == (2, 1)


def test_a_folder_that_cannot_be_read(httpleak: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is named, whoever may read everything elsewhere; code 2 only if the user named it."""
    write("a.py")
    write("closed/b.py")
    real = os.scandir

    def scandir(path: str) -> object:
        if os.path.basename(path) == "closed":  # noqa: PTH119 - what `os.walk` hands over
            raise PermissionError(13, "Permission denied", path)
        return real(path)

    monkeypatch.setattr(os, "scandir", scandir)
    done = httpleak("check", "--isolated")
    assert (done.code, len(done.out.splitlines())) == (1, 1)
    assert done.err == "closed: cannot be read (Permission denied)\n"
    done = httpleak("check", "--isolated", "closed", "a.py")
    assert (done.code, len(done.out.splitlines())) == (2, 1)
    assert done.err == "closed: cannot be read (Permission denied)\n"


def test_a_path_longer_than_paths_may_be(httpleak: Run, here: Path) -> None:
    """A folder so deep that its name is no name any more is said to be there."""
    write("a.py")
    depth = 0
    try:
        for depth in range(1, 60):  # noqa: B007 - how far it went is undone below
            Path("d" * 100).mkdir()
            os.chdir("d" * 100)
        Path("b.py").write_text(LEAK)
        os.chdir(here)
        done = httpleak("check", "--isolated")
    finally:
        os.chdir(here)
        remove_deep(depth)
    assert (done.code, len(done.out.splitlines())) == (1, 1)
    assert done.err.endswith(": cannot be read (File name too long)\n")
    assert len(done.err.splitlines()) == 1


def remove_deep(depth: int) -> None:
    """Remove what `shutil.rmtree` of some Pythons cannot."""
    for _ in range(depth):
        os.chdir("d" * 100)
    Path("b.py").unlink()
    for _ in range(depth):
        os.chdir("..")
        Path("d" * 100).rmdir()


def test_files_that_vanish(httpleak: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between the listing of a folder and the reading of its files."""
    for name in ("a.py", "b.py", "c.py"):
        write(name)
    real = files.read

    def read(path: str) -> bytes:
        if path == "b.py":
            Path(path).unlink(missing_ok=True)
        return real(path)

    monkeypatch.setattr("flake8_httpleak.checking.read", read)
    done = httpleak("check", "--isolated", "--no-cache")
    assert (done.code, len(done.out.splitlines())) == (1, 2)
    assert done.err == "b.py: cannot be read (No such file or directory)\n"
    write("b.py")
    assert httpleak("check", "--isolated", "--no-cache", "a.py", "b.py").code == 2


def test_sizes(httpleak: Run, here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty file is clean, one that is too long is not read."""
    write("empty.py", "")
    write("long.py")
    monkeypatch.setattr(files, "LIMIT", 10)
    done = httpleak("check", "--isolated", "empty.py")
    assert (done.code, done.out, done.err) == (0, "", "")
    assert httpleak("check", "--isolated", "long.py").err == "long.py: is longer than 0 MB\n"
    assert httpleak("check", "--isolated", f"{'x' * 300}.py").err == f"{'x' * 300}.py: there is no such file\n"
    assert httpleak("report", "--isolated", "--html", f"{'x' * 300}.html").err.endswith(
        ": cannot be written (File name too long)\n"
    )
    assert httpleak("report", "--isolated", "--html", str(here)).code == 2
