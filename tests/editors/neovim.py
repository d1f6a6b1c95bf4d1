"""Neovim in a terminal of its own, set up with nothing but the lines of the page about editors.

`python -m tests.editors.neovim` plays the session of the test and puts what is seen into the page.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.editors.conftest import PAGE, recipes_of

NVIM, TMUX = shutil.which(os.environ.get("NVIM", "nvim")), shutil.which("tmux")
BIN = Path(sys.executable).parent
TEXT = """\
import requests


def download(url, path):
    response = requests.get(url, stream=True, timeout=10)
    if response.status_code != 200:
        return False
    with open(path, "wb") as file:
        for chunk in response.iter_content(65536):
            file.write(chunk)
    response.close()
    return True
"""
MESSAGE = "response of 'requests.get' is not closed if the function returns at line 7; use 'with'"

BEGIN, END = "<!-- capture: begin -->", "<!-- capture: end -->"


def version() -> tuple[int, ...]:
    """Neovim's version, nothing if there is no Neovim."""
    if NVIM is None:
        return ()
    said = subprocess.run([NVIM, "--version"], capture_output=True, text=True, timeout=30, check=True).stdout
    return tuple(int(number) for number in re.findall(r"\d+", said.splitlines()[0])[:2])


@dataclass(frozen=True)
class Terminal:
    """A terminal of 110 columns and 20 lines."""

    name: str

    def tmux(self, *arguments: str) -> str:
        """Run a command of tmux."""
        command = [str(TMUX), "-L", self.name, *arguments]
        return subprocess.run(command, capture_output=True, text=True, timeout=30, check=True).stdout

    def type(self, *keys: str) -> None:
        """Press keys, by tmux's names."""
        self.tmux("send-keys", "-t", self.name, *keys)

    def wait(self, wanted: Callable[[str], bool]) -> str:
        """The screen, once it is as wanted."""
        screen = ""
        for _ in range(150):
            screen = self.tmux("capture-pane", "-p", "-t", self.name)
            if wanted(screen):
                return screen
            time.sleep(0.2)
        raise AssertionError(screen)


@contextmanager
def neovim(folder: Path) -> Iterator[Terminal]:
    """Neovim with the file `project/download.py` of a folder."""
    setup = next(one.text for one in recipes_of(PAGE) if one.title == "Neovim" and one.language == "lua")
    (folder / "config" / "nvim").mkdir(parents=True)
    (folder / "config" / "nvim" / "init.lua").write_text(setup)
    (folder / "project" / ".git").mkdir(parents=True)
    (folder / "project" / "download.py").write_text(TEXT)
    homes = {"CONFIG": "config", "CACHE": "cache", "DATA": "data", "STATE": "state"}
    settings = [f"XDG_{name}_HOME={folder / place}" for name, place in homes.items()]
    command = ["env", *settings, f"PATH={BIN}{os.pathsep}{os.environ['PATH']}", str(NVIM), "download.py"]
    found = Terminal(f"httpleak-{uuid.uuid4().hex[:8]}")
    size = ("-x", "110", "-y", "20")
    found.tmux("new-session", "-d", "-s", found.name, *size, "-c", str(folder / "project"), shlex.join(command))
    try:
        yield found
    finally:
        found.tmux("kill-server")


def play(terminal: Terminal) -> list[tuple[str, str]]:
    """Open, see, apply the first action, save; what was pressed before each screen, and the screen."""
    screens = [("nvim download.py", terminal.wait(lambda screen: MESSAGE[:40] in screen))]
    terminal.type("]d")
    terminal.type("gra")
    asked = terminal.wait(lambda screen: "Code actions:" in screen and "Ignore HTL102 here with a 'noqa' comment" in screen)
    screens.append(("]d gra", asked))
    terminal.type("1", "Enter")
    terminal.wait(lambda screen: MESSAGE[:40] not in screen and "Code actions:" not in screen)
    terminal.type(":w", "Enter")
    screens.append(("1 Enter :w Enter", terminal.wait(lambda screen: "written" in screen)))
    return screens


def text_of(screens: list[tuple[str, str]]) -> str:
    """The screens as Markdown, without the lines that an editor fills an empty screen with."""
    parts = []
    for keys, screen in screens:
        lines = [line.rstrip() for line in screen.splitlines() if line.strip() != "~"]
        shown = "\n".join(lines).strip("\n")
        parts.append(f"`{keys}`\n\n```text\n{shown}\n```\n")
    return "\n".join(parts)


def main() -> None:
    """Put the session into the page."""
    with tempfile.TemporaryDirectory() as folder, neovim(Path(folder)) as terminal:
        shown = text_of(play(terminal))
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(BEGIN)
    PAGE.write_text(f"{before}{BEGIN}\n\n{shown}\n{END}{rest.partition(END)[2]}", encoding="utf-8")


if __name__ == "__main__":
    main()
