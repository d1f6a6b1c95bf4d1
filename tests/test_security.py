"""What SECURITY.md promises: analysed code is not run, nothing is unpickled, no network, links are not followed away."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

import flake8_httpleak
from flake8_httpleak.lsp.process import COMMAND

PACKAGE = Path(flake8_httpleak.__file__).parent
TRAP = """
import requests, pathlib
pathlib.Path("it-ran").touch()
class Meta(type):
    def __init__(cls, *_): pathlib.Path("it-ran").touch()
class Client(requests.Session, metaclass=Meta): pass
@(lambda f: pathlib.Path("it-ran").touch() or f)
def f(u, default=pathlib.Path("it-ran").touch()):
    r = requests.get(u, stream=True)
    return r.status_code
raise SystemExit(3)
"""
OFFLINE = """
import socket, sys
def refuse(*_, **__): raise AssertionError("the network was asked for")
socket.socket.connect = socket.create_connection = socket.getaddrinfo = refuse
from flake8_httpleak.cli.main import main
sys.exit(main(sys.argv[1:]))
"""
RUNS = [
    ["check", "--isolated", "--no-cache", "trap.py"],
    ["fix", "--isolated", "trap.py"],
    ["fix", "--isolated", "--write", "trap.py"],
    ["explain", "--isolated", "trap.py:10"],
    ["report", "--isolated", "--no-cache", "--html", "page.html", "trap.py"],
]


def _run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    paths = [str(PACKAGE.parent), *filter(None, [os.environ.get("PYTHONPATH")])]  # an empty one would be the folder of the run
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(paths)}
    command = [sys.executable, *arguments]
    return subprocess.run(command, cwd=folder, env=environment, input="", capture_output=True, text=True, check=False)


@pytest.mark.parametrize("arguments", RUNS, ids=lambda one: "-".join(one[:3]))
def test_code_is_not_run_and_nobody_is_asked(tmp_path: Path, arguments: list[str]) -> None:
    """Neither a module's statements, nor decorators, defaults or metaclasses; and no socket is connected."""
    (tmp_path / "trap.py").write_text(TRAP, encoding="utf-8")
    done = _run(tmp_path, "-c", OFFLINE, *arguments)
    assert done.returncode in (0, 1), done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "it-ran").exists()
    assert done.stdout or (tmp_path / "page.html").exists()


def test_flake8_does_not_run_it(tmp_path: Path) -> None:
    """The plugin, too."""
    (tmp_path / "trap.py").write_text(TRAP, encoding="utf-8")
    done = _run(tmp_path, "-m", "flake8", "--isolated", "--select=HTL", "trap.py")
    assert "HTL101" in done.stdout
    assert not (tmp_path / "it-ran").exists()


@pytest.mark.parametrize(
    "command", [["-m", "flake8_httpleak", "check", "--isolated", "--no-cache", "."], [*COMMAND[1:]]], ids=["check", "lsp"]
)
def test_modules_of_that_folder_are_not_imported(tmp_path: Path, command: list[str]) -> None:
    """Not even those that are called as what we import, although Python looks for modules in the folder of the run first."""
    ran = tmp_path / "it-ran"
    for name in ("libcst", "msgspec", "tomllib", "json", "argparse", "pathspec", "rich", "pygls", "difflib", "zlib"):
        (tmp_path / f"{name}.py").write_text(f"import requests, pathlib\npathlib.Path({str(ran)!r}).touch()\n", encoding="utf-8")
    (tmp_path / "trap.py").write_text(TRAP, encoding="utf-8")
    done = _run(tmp_path, *command)
    assert not ran.exists()
    assert done.returncode == (1 if "check" in command else 0), done.stderr
    assert done.stdout or "check" not in command


def test_nothing_is_unpickled_or_evaluated() -> None:
    """No module of ours imports what revives objects, or calls what runs text."""
    found = [(path.name, name) for path in sorted(PACKAGE.rglob("*.py")) for name in _dangers(path)]
    assert found == []


def _dangers(path: Path) -> list[str]:
    found: list[str] = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names = [one.name for one in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom):
            names = [node.module or ""]
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            names = [node.func.id]
        found += [
            name for name in names if name in {"pickle", "marshal", "shelve", "dill", "eval", "exec", "compile", "__import__"}
        ]
    return found


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights there")
def test_links_that_lead_away(tmp_path: Path) -> None:
    """A link to a file outside the given paths is not written to."""
    outside, inside = tmp_path / "outside.py", tmp_path / "inside"
    inside.mkdir()
    outside.write_text(
        "import requests\n\n\ndef f(u):\n    r = requests.get(u, stream=True)\n    return r.ok\n", encoding="utf-8"
    )
    before = outside.read_bytes()
    (inside / "link.py").symlink_to(outside)
    done = _run(tmp_path, "-m", "flake8_httpleak", "fix", "--isolated", "--write", "inside")
    assert done.returncode == 2
    assert "outside the given paths" in done.stderr
    assert outside.read_bytes() == before
