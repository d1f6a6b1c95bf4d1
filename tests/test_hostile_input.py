"""Files that nobody should write: flake8 finishes, other plugins' reports are as they were, at most ours are missing."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

LEAK = "import requests\n\n\ndef f(u):\n    r = requests.get(u, stream=True, timeout=9)\n    return r.status_code\n"
MANY = 3000
PYFLAKES = 150  # what pyflakes bears on every Python
PARSER = 450  # what Python's own parser bears on every version


def deep(levels: int) -> str:
    """Nest statements."""
    return "".join(" " * depth + "if f:\n" for depth in range(levels)) + " " * levels + "pass\n"


def chains(count: int) -> dict[str, str]:
    """Write long chains beside the leak, in its function, and on the response itself."""
    return {
        f"{count} chained +": f"{LEAK}x = {' + '.join(['1'] * count)}\n",
        f"{count} chained + in the function": LEAK.replace("r.status_code", " + ".join(["u"] * count)),
        f"{count} elif": LEAK + "if f:\n    pass\n" + "elif f:\n    pass\n" * count,
        f"{count} elif in the function": LEAK + "    if u:\n        pass\n" + "    elif u:\n        pass\n" * count,
        f"{count} chained calls": f"{LEAK}x = f{'.a()' * (count * 2 // 3)}\n",
        f"{count} chained calls on the response": LEAK.replace("r.status_code", f"r{'.a()' * (count * 2 // 3)}"),
    }


HOSTILE = {
    **{name: text.encode() for count in (PYFLAKES, MANY) for name, text in chains(count).items()},
    "empty": b"",
    "only a newline": b"\n",
    "syntax error": f"{LEAK}def (:\n".encode(),
    "nul": LEAK.encode() + b"x = '\x00'\n",
    "undecodable": LEAK.encode() + b"x = '\xff\xfe'\n",
    "unknown encoding": b"# coding: no-such-codec\n" + LEAK.encode(),
    "latin-1": b"# coding: latin-1\n" + LEAK.encode() + b"x = '\xe9'\n",
    "byte-order mark": b"\xef\xbb\xbf" + LEAK.encode(),
    "form feed": b"\x0c" + LEAK.encode(),
    "bare carriage returns": LEAK.replace("\n", "\r").encode(),
    "no final newline": LEAK.rstrip().encode(),
    "99 levels": f"{LEAK}{deep(99)}".encode(),
    "100 levels": f"{LEAK}{deep(100)}".encode(),
    "5 MB literal": f"{LEAK}x = '{'y' * 5_000_000}'\n".encode(),
    "5 MB literal in the call": LEAK.replace("(u,", f"('{'y' * 5_000_000}',").encode(),
    "nested brackets": f"{LEAK}x = {'[' * 150}{']' * 150}\n".encode(),
    "nested lambdas": f"{LEAK}x = {'lambda: ' * 150}1\n".encode(),
    "nested functions": LEAK.encode() + "".join(" " * n + "def f():\n" for n in range(95)).encode() + b" " * 95 + b"pass\n",
    "many names": (LEAK + "x = 1\n" * 20_000).encode(),
    "null byte escape and surrogates": f"{LEAK}x = '\\ud800\\x00'\n".encode(),
    "identifiers beyond ascii": LEAK.replace("r ", "résumé_\U0001d4bb ").replace("r.", "résumé_\U0001d4bb.").encode(),
    "line continuation": LEAK.replace("= requests", "= \\\n        requests").encode(),
}
WITHOUT = """
import sys
from importlib import metadata
whole = metadata.Distribution.entry_points.fget
metadata.Distribution.entry_points = property(lambda self: [one for one in whole(self) if one.name != sys.argv[1]])
from flake8.main.cli import main
sys.exit(main(sys.argv[2:]))
"""
ARGUMENTS = ["--isolated", "--max-line-length=6000000", "hostile.py"]


def run(folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    """Run Python in a folder; an error of ours ends it, as in every test."""
    environment = {**os.environ, "HTTPLEAK_STRICT": "1", "PYTHONIOENCODING": "utf-8"}
    return subprocess.run(
        [sys.executable, *command], cwd=folder, env=environment, capture_output=True, text=True, timeout=120, check=False
    )


@pytest.mark.parametrize("name", HOSTILE)
def test_flake8_finishes(name: str, tmp_path: Path) -> None:
    """What other plugins say is the same with us and without us, and so is everything else."""
    (tmp_path / "hostile.py").write_bytes(HOSTILE[name])
    (tmp_path / "without.py").write_text(WITHOUT)
    ours = run(tmp_path, "-m", "flake8", *ARGUMENTS)
    theirs = run(tmp_path, "without.py", "HTL", *ARGUMENTS)
    assert "HTL" not in theirs.stdout
    if theirs.stderr:  # Python's parser gives up and flake8 with it: nobody's plugin is ever called
        assert ours.stderr.splitlines()[-1] == theirs.stderr.splitlines()[-1]
        return
    assert ours.stderr == ""
    others = [line for line in ours.stdout.splitlines() if ": HTL" not in line]
    assert others == theirs.stdout.splitlines()
    assert len(ours.stdout.splitlines()) - len(others) <= 1


@pytest.mark.parametrize("name", chains(PARSER))
def test_longer_than_pyflakes_bears(name: str, tmp_path: Path) -> None:
    """Where pyflakes would end the run, we do not."""
    (tmp_path / "hostile.py").write_text(chains(PARSER)[name])
    (tmp_path / "without.py").write_text(WITHOUT)
    done = run(tmp_path, "without.py", "F", "--isolated", "--select=HTL", "hostile.py")
    assert done.stderr == ""
    assert len(done.stdout.splitlines()) <= 1
    if "function" not in name and "response" not in name:
        assert " HTL101 " in done.stdout


EASY = {
    "latin-1",
    "byte-order mark",
    "form feed",
    "no final newline",
    "99 levels",
    f"{PYFLAKES} chained +",
    f"{PYFLAKES} elif",
    f"{PYFLAKES} chained calls",
    "5 MB literal",
    "nested brackets",
    "nested functions",
    "many names",
    "null byte escape and surrogates",
    "identifiers beyond ascii",
    "line continuation",
}


@pytest.mark.parametrize("name", sorted(EASY))
def test_findings_survive(name: str, tmp_path: Path) -> None:
    """What is odd elsewhere in the file does not hide a finding in an ordinary function."""
    (tmp_path / "hostile.py").write_bytes(HOSTILE[name])
    assert run(tmp_path, "-m", "flake8", "--isolated", "--select=HTL", "hostile.py").stdout.count(" HTL101 ") == 1
