"""The picture in the README: the demo's program on a terminal. `python -m bench.picture` draws it anew.

Nothing in it is written by hand: the program runs, the command is called on a terminal, both charts come from real counts.
"""

from __future__ import annotations

import io
import os
import pty
import re
import shutil
import subprocess
import sys
import tempfile
from inspect import signature
from pathlib import Path

from rich.console import Console
from rich.text import Text

from fixtures.too_many_open_files.chart import Line, chart
from fixtures.too_many_open_files.runs import HERE, LIMIT, habits_for, run

ROOT = Path(__file__).parents[1]
PICTURE = ROOT / "docs" / "pictures" / "terminal.svg"
WIDTH = 104
LIBRARY = "requests"
LONGER = 10
# The page that shows the picture may load no fonts from elsewhere; whatever fixed-width font the reader has will do.
FORMAT = re.sub(
    r"@font-face \{\{.*?\}\}", "", str(signature(Console.export_svg).parameters["code_format"].default), flags=re.DOTALL
)


def on_a_terminal(arguments: list[str], folder: Path) -> Text:
    """What a module prints where it believes that somebody looks; with its colours."""
    ours, theirs = pty.openpty()
    environment = {**os.environ, "TERM": "xterm-256color", "COLUMNS": str(WIDTH)}
    environment.pop("NO_COLOR", None)
    with subprocess.Popen(
        [sys.executable, "-m", "flake8_httpleak", *arguments], cwd=folder, env=environment, stdout=theirs, stderr=subprocess.PIPE
    ) as process:
        os.close(theirs)
        said = b""
        try:
            while piece := os.read(ours, 65536):
                said += piece
        except OSError:  # Linux's way to say that the other side has gone
            pass
        finally:
            os.close(ours)
        process.communicate()
    return Text.from_ansi(said.decode().replace("\r\n", "\n").rstrip("\n"))


def draw() -> str:
    """The picture as SVG."""
    console = Console(record=True, width=WIDTH, file=io.StringIO(), force_terminal=True, highlight=False)
    habits = habits_for(LIBRARY)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        program = folder / "upload.py"
        shutil.copy(HERE / "programs" / f"upload_{LIBRARY}.py", program)
        before = run(program, habits, 100_000)
        console.print(f"upload.py, {LIMIT} file descriptors, a server that refuses every second file:", style="dim")
        console.print(before.err.strip().splitlines()[-1], style="red", soft_wrap=True)
        _command(console, "httpleak check upload.py")
        console.print(on_a_terminal(["check", "--isolated", "--no-cache", "upload.py"], folder), soft_wrap=True)
        _mend(console, program)
        after = run(program, habits, LONGER * before.uploads)
    lines = [
        Line("●", "as it was", before.held, f"OSError 24 after {before.uploads}"),
        Line("○", "after the fix", after.held),
    ]
    picture = Text("\n".join(chart(lines, "connected sockets")))
    picture.highlight_regex("●(?: OSError.*)?", "red")
    picture.highlight_regex("○", "green")
    console.print()
    console.print(picture, soft_wrap=True)
    return console.export_svg(title="flake8-httpleak", code_format=FORMAT, unique_id="httpleak")


def _mend(console: Console, program: Path) -> None:
    """Show what `httpleak fix` makes of the program, and let it."""
    arguments = ["fix", "--isolated", program.name]
    _command(console, "httpleak fix upload.py")
    console.print(on_a_terminal([*arguments, "--diff"], program.parent), soft_wrap=True)
    on_a_terminal([*arguments, "--write"], program.parent)


def _command(console: Console, text: str) -> None:
    console.print()
    console.print(Text.assemble(("$ ", "dim"), (text, "bold")))


def main() -> int:
    """Write the picture; returns 0."""
    PICTURE.parent.mkdir(parents=True, exist_ok=True)
    PICTURE.write_text("".join(f"{line.rstrip()}\n" for line in draw().splitlines()), encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
