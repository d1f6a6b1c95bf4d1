"""Real Neovim in a terminal, where there is one: open, see, apply, save, with nothing but the page's own lines as its set-up."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.editors.conftest import PAGE
from tests.editors.neovim import BEGIN, BIN, END, MESSAGE, TEXT, TMUX, neovim, play, text_of, version


@pytest.mark.skipif(TMUX is None or version() < (0, 11), reason="needs Neovim 0.11 or newer, and tmux")
def test_open_see_apply_save(tmp_path: Path) -> None:
    """The finding is beside its line, the first action mends it, and the file that is saved has no finding."""
    with neovim(tmp_path) as terminal:
        screens = play(terminal)
    assert len(screens) == 3
    file = tmp_path / "project" / "download.py"
    assert file.read_text() != TEXT
    command = [str(BIN / "httpleak"), "check", "--no-cache", str(file)]
    assert subprocess.run(command, capture_output=True, text=True, timeout=60, check=False).returncode == 0


def test_the_session_on_the_page() -> None:
    """What the page shows is what is said now."""
    shown = PAGE.read_text(encoding="utf-8").partition(BEGIN)[2].partition(END)[0]
    assert MESSAGE[:40] in shown
    assert "Ignore HTL102 here with a 'noqa' comment" in shown
    assert shown.count("```text") == 3


def test_screens_as_text() -> None:
    """Nothing of an empty screen is kept."""
    assert text_of([("x", "a  \n~\n  ~\nb\n\n")]) == "`x`\n\n```text\na\nb\n```\n"
