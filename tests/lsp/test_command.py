"""`httpleak lsp` as a command, and what it costs those who never use it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from flake8_httpleak.cli.main import main
from tests.conftest import alone


def test_without_pygls(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """One line that says what to install."""
    for name in [name for name in sys.modules if name.startswith("flake8_httpleak.lsp.")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "lsprotocol", None)
    assert main(["lsp"]) == 2
    assert capsys.readouterr().err == "httpleak: lsp needs the package 'pygls': pip install 'flake8-httpleak[lsp]'\n"


def test_something_else_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Another module that is not there is an error of ours."""
    for name in [name for name in sys.modules if name.startswith("flake8_httpleak.lsp.")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "flake8_httpleak.lsp.server", None)
    with pytest.raises(ModuleNotFoundError):
        main(["lsp"])


@pytest.mark.parametrize("arguments", [["lsp"], ["lsp", "--stdio"]])
def test_an_editor_that_goes_at_once(arguments: list[str], tmp_path: Path) -> None:
    """The end of input is the end; nothing was written."""
    command = [sys.executable, "-m", "flake8_httpleak", *arguments]
    environment = {**os.environ, "XDG_CACHE_HOME": str(tmp_path)}
    done = subprocess.run(command, input=b"", env=environment, capture_output=True, timeout=60, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")


def test_nobody_else_pays() -> None:
    """Neither flake8's plugin nor the other commands bring the protocol, and the server's own process brings no LibCST."""
    code = """
import sys
import flake8_httpleak.plugin, flake8_httpleak.cli.main, flake8_httpleak.cli.check
print(any(name.partition(".")[0] in {"pygls", "lsprotocol", "asyncio"} for name in sys.modules))
import flake8_httpleak.lsp.features
print("libcst" in sys.modules, "pygls" in sys.modules)
"""
    assert alone(code) == "False\nFalse True\n"
