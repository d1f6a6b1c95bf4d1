"""What the command for looking at the analysis prints."""

from __future__ import annotations

from pathlib import Path

import pytest

from flake8_httpleak.ownership.__main__ import main

PROGRAM = """\
import requests, httpx, urllib3, urllib.request, urllib.error


def first(u):
    r = requests.get(u, stream=True)
    if r.ok:
        return
    r.close()


def second(u):
    s = requests.Session()
    work(u)
    s.get(
        u,
    )
    keep(s)


def third(u):
    r = requests.get(u, stream=True)
    work(u)


def fourth(u):
    r = urllib3.PoolManager()
    r.request("GET", u)


def fifth(u):
    s = httpx.Client()
    work(u)


def sixth(u, failed):
    try:
        return urllib.request.urlopen(u).read()
    except urllib.error.HTTPError as error:
        failed.append(error)
"""
SAID = """\
line 5: 'requests.get' (requests.Response) in first: lost on some paths
    acquired (5) -> LOST: the function returns (7)
    acquired (5) -> closed (8)
line 12: 'requests.Session' (requests.Session) in second: lost only if something raises
    acquired (12) -> not counted: this raises, only if a call raises that hardly ever does (13)
    acquired (12) -> LOST: this raises (14)
    acquired (12) -> given to 'keep' (17)
    handed over at line 17: given to 'keep', whose body is not in this file
    it holds nothing before its first request
    calls that hardly ever raise count only where the function releases it itself
line 21: 'requests.get' (requests.Response) in third: lost on every normal path
    acquired (21) -> LOST: the function ends (end)
    acquired (21) -> not counted: this raises, only if a call raises that hardly ever does (22)
    calls that hardly ever raise count only where the function releases it itself
line 26: 'urllib3.PoolManager' (urllib3.PoolManager) in fourth: lost on every normal path
    acquired (26) -> LOST: the function ends (end)
    acquired (26) -> LOST: this raises (27)
    not reported: a finalizer closes it when it is dropped
line 31: 'httpx.Client' (httpx.Client) in fifth: lost on every normal path
    acquired (31) -> LOST: the function ends (end)
    acquired (31) -> not counted: this raises, only if a call raises that hardly ever does (32)
    it holds nothing before its first request
    calls that hardly ever raise count only where the function releases it itself
line 37: 'urllib.request.urlopen' (urllib_request.Response) in sixth: never lost
    acquired (37) -> read (37)
line 37: the error of 'urllib.request.urlopen' (urllib_request.Response) in sixth: kept while it is open
    raised (37) -> kept (39)
"""
NOTHING = "no resource of a client library is made here\n"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """The program as a file."""
    path = tmp_path / "program.py"
    path.write_text(PROGRAM, encoding="utf-8")
    return path


def test_a_file(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Every resource: its ways, and why something is not reported."""
    assert main([str(file)]) == 0
    assert capsys.readouterr().out == SAID


def test_other_line_ends(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """They change nothing."""
    for end in ("\r\n", "\r"):
        file.write_bytes(PROGRAM.replace("\n", end).encode())
        assert main([str(file)]) == 0
        assert capsys.readouterr().out == SAID


@pytest.mark.parametrize("line", [11, 12, 13, 17])
def test_a_line(file: Path, line: int, capsys: pytest.CaptureFixture[str]) -> None:
    """Only what is made in the function around it."""
    assert main([f"{file}:{line}"]) == 0
    ways = SAID[SAID.index("line 12:") : SAID.index("line 21:")]
    assert capsys.readouterr().out == ways


@pytest.mark.parametrize("line", [2, 10, 18])
def test_a_line_between(file: Path, line: int, capsys: pytest.CaptureFixture[str]) -> None:
    """There is nothing outside the functions."""
    assert main([f"{file}:{line}"]) == 0
    assert capsys.readouterr().out == NOTHING


def test_what_cannot_be_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A missing file, one that is no Python, no file at all: a line of text and 2."""
    broken = tmp_path / "broken.py"
    broken.write_text("def (\n", encoding="utf-8")
    for path in (tmp_path / "missing.py", broken):
        assert main([str(path)]) == 2
        assert capsys.readouterr().err.startswith(f"{path}: ")
    assert main([]) == 2
    assert capsys.readouterr().err == "usage: python -m flake8_httpleak.ownership FILE[:LINE]\n"
