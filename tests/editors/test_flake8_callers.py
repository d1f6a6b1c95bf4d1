"""How editors call flake8, and how each reads its output: our findings are at the right place in all of them.

The arguments and the patterns are those of each project, as of 2026: microsoft/vscode-flake8 (bundled/tool/lsp_server.py),
dense-analysis/ale (ale_linters/python/flake8.vim), mfussenegger/nvim-lint (lua/lint/linters/flake8.lua), mattn/efm-langserver
(README), flycheck/flycheck (flycheck.el, python-flake8), GNU Emacs (progmodes/python.el, flymake), neomake, Syntastic's
errorformat, SublimeLinter-flake8.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.conftest import Flake8

TEXT = """\
import requests


def f(u):
    response = requests.get(
        u,
        stream=True,
        timeout=9,
    )
    return response.status_code
"""
PLACE = (5, 16)
"""Line and column, both from 1."""
MESSAGE = "response of 'requests.get' is never closed; use 'with'"


@dataclass(frozen=True)
class Caller:
    """One editor: its arguments, with `{path}` and `{name}` for the file, its pattern, and whether it sends the text."""

    arguments: tuple[str, ...]
    pattern: str
    stdin: bool = True


_VSCODE = r"(?P<line>\d+),(?P<column>-?\d+),(?P<type>\w+),(?P<code>\w+\d+):(?P<text>[^\r\n]*)"
_VSCODE_FORMAT = "--format=%(row)d,%(col)d,%(code).1s,%(code)s:%(text)s"
_DEFAULT = r"[^:]+:(?P<line>\d+):(?P<column>\d+): (?P<code>\S+) (?P<text>.*)"
CALLERS = {
    "VS Code": Caller((_VSCODE_FORMAT, "{path}"), _VSCODE, stdin=False),
    "VS Code, standard input": Caller((_VSCODE_FORMAT, "--stdin-display-name", "{path}", "-"), _VSCODE),
    "ALE": Caller(
        ("--format=default", "--stdin-display-name", "{path}", "-"),
        r"^[a-zA-Z]?:?[^:]+:(?P<line>\d+):?(?P<column>\d+)?: (?P<code>[A-Za-z0-9]+):? (?P<text>.*)$",
    ),
    "nvim-lint": Caller(
        ("--format=%(path)s:%(row)d:%(col)d:%(code)s:%(text)s", "--no-show-source", "--stdin-display-name", "{path}", "-"),
        r"[^:]+:(?P<line>\d+):(?P<column>\d+):(?P<code>\w+):(?P<text>.+)",
    ),
    "nvim-lint, older": Caller(
        ("--format=%(path)s:%(row)d:%(col)d:%(code)s:%(text)s", "--no-show-source", "{path}"),
        r"[^:]+:(?P<line>\d+):(?P<column>\d+):(?P<code>\w+):(?P<text>.+)",
        stdin=False,
    ),
    "efm-langserver": Caller(("--stdin-display-name", "{path}", "-"), _DEFAULT),
    "flycheck": Caller(
        ("--format=default", "--stdin-display-name={name}", "-"),
        r"^(?P<file>.+?):(?P<line>\d+):(?:(?P<column>\d+):)? (?P<code>[A-Za-z]+[0-9]+) (?P<text>[^\n]+)$",
    ),
    "flymake": Caller(("-",), r"^(?:<?stdin>?):(?P<line>[0-9]+):(?:(?P<column>[0-9]+):)? (?P<code>[A-Z0-9]+) (?P<text>.*)$"),
    "neomake": Caller(("--format=default", "{path}"), _DEFAULT, stdin=False),
    "SublimeLinter": Caller(
        ("--format", "default", "--stdin-display-name", "{path}", "-"),
        r"^.+?:(?P<line>\d+):(?P<column>\d+): (?:(?P<error>F(?:40[24]|8(?:12|2[123]|31))|E(?:11[23]|90[12]))|"
        r"(?P<code>\w\d+|\S+)):?\s(?P<text>.*)",
    ),
}


@pytest.mark.parametrize("name", CALLERS)
def test_place(name: str, tmp_path: Path, flake8: Flake8) -> None:
    """Line, column, code and message, nothing else, and nothing that an editor would take for a crash."""
    caller = CALLERS[name]
    file = tmp_path / "a.py"
    file.write_text(TEXT if not caller.stdin else "x = 1\n")  # on the disk there may still be an older version
    arguments = [one.format(path=file, name=file.name) for one in caller.arguments]
    done = flake8(*arguments, text=TEXT if caller.stdin else None)
    assert done.stderr == ""
    (line,) = done.stdout.splitlines()
    found = re.match(caller.pattern, line)
    assert found is not None
    assert (int(found["line"]), int(found["column"])) == PLACE
    assert (found["code"], found["text"]) == ("HTL101", MESSAGE)


def test_a_letter_and_a_number(tmp_path: Path, flake8: Flake8) -> None:
    """`%t%n` of Vim's errorformat is one letter and a number: codes of three letters need `%m`, as the docs say."""
    done = flake8("-", text=TEXT)
    assert re.match(r"stdin:\d+:\d+: \D\d+ ", done.stdout) is None
    assert re.match(r"stdin:\d+:\d+: .+", done.stdout) is not None


def test_silenced_in_an_editor(flake8: Flake8) -> None:
    """A comment on any line of the call counts there too."""
    assert flake8("--stdin-display-name", "a.py", "-", text=TEXT.replace("timeout=9,", "timeout=9,  # noqa: HTL101")).stdout == ""
